import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile import periods

QUARTERS = st.builds("{}-Q{}".format, st.integers(1990, 2090), st.integers(1, 4))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-S1", "2024-01-01", "2024-06-30"),
        ("2024-S2", "2024-07-01", "2024-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-04-01", "2024-04-01", "2024-04-01"),
        ("2019-01-01/2019-09-30", "2019-01-01", "2019-09-30"),
    ],
)
def test_first_and_last_day_of_every_kind_of_period(period, first, last):
    assert periods.days(period) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "period", ["undated", "", "24", "2024-Q5", "2024-S3", "2024-13", "2024-02-30", "2024-06-30/2024-01-01", "٢٠٢٤"]
)
def test_what_is_no_period_is_refused(period):
    with pytest.raises(periods.PeriodError):
        periods.days(period)


@pytest.mark.parametrize("period", ["2024-04", "2024-04-01", "2024-02-01/2024-06-30", "2019-01-01/2019-09-29"])
def test_a_period_that_is_not_made_of_whole_quarters_is_refused(period):
    with pytest.raises(periods.PeriodError, match="whole quarters"):
        periods.quarters(period)


def test_quarters_of_longer_periods():
    assert periods.quarters("2024") == ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
    assert periods.quarters("2024-S2") == ("2024-Q3", "2024-Q4")
    assert len(periods.quarters("2020-04-01/2023-12-31")) == 15


@given(QUARTERS, QUARTERS)
def test_a_span_is_made_of_its_quarters_without_gap_or_overlap(one, other):
    first, last = sorted((one, other))
    found = periods.span(first, last)
    assert (found[0], found[-1]) == (first, last)
    for earlier, later in itertools.pairwise(found):
        assert (periods.days(later)[0] - periods.days(earlier)[1]).days == 1


@pytest.mark.parametrize(
    ("period", "like"),
    [
        ("2024", "2019"),
        ("2024-S1", "2019-S1"),
        ("2024-Q3", "2019-Q3"),
        ("2024-01-01/2024-09-30", "2019-01-01/2019-09-30"),
    ],
)
def test_the_like_period_of_another_year(period, like):
    assert periods.in_year(period, "2019") == like
    assert periods.in_year(like, "2024") == period
    assert periods.year_before(periods.in_year(period, "2020")) == like


def test_the_quarters_next_to_a_period():
    assert (periods.quarter_before("2025-Q1"), periods.quarter_after("2025-Q1")) == ("2024-Q4", "2025-Q2")
    assert (periods.quarter_before("2024"), periods.quarter_after("2024-S2")) == ("2023-Q4", "2025-Q1")
