"""Periods are said in words, wherever they stand in a text."""

import pytest

from dprk_entries.data import names
from reconcile.periods import PeriodError


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("2024", "2024"),
        ("2024-S2", "July to December 2024"),
        ("2024-Q3", "July to September 2024"),
        ("2024-04", "April 2024"),
        ("2024-02-05", "5 February 2024"),
        ("2010-01-01/2019-12-31", "2010 to 2019"),
        ("2019-01-01/2019-09-30", "January to September 2019"),
        ("2019-09-01/2020-08-31", "September 2019 to August 2020"),
        ("2023-12-28/2024-01-03", "28 December 2023 to 3 January 2024"),
        ("2024-06-01/2024-06-30", "June 2024"),
    ],
)
def test_a_period_is_said_by_its_months(code, said):
    assert names.period(code) == said == names.in_words(code)


def test_what_is_no_period_is_refused_alone_and_left_in_a_text():
    with pytest.raises(PeriodError, match="undated"):
        names.period("undated")
    kept = "undated, F2024-Q3, 2024-Q5, x/2024-01, 2024-13, 2024-02-31, 10-12"
    assert names.in_words(kept) == kept


def test_every_period_in_a_text_is_said_by_its_months():
    text = "2023-Q1 (153) + 2023-Q2 (213) make 366, but 2023-S1 is 370"
    said = "January to March 2023 (153) + April to June 2023 (213) make 366, but January to June 2023 is 370"
    assert names.in_words(text) == said
