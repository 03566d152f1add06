import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dprk_entries import laundering
from dprk_entries.intervals import Interval

COUNTS = st.tuples(st.integers(1, 10**5), st.integers(1, 10**5)).map(lambda ends: Interval(*sorted(ends)))


def test_the_naive_share_is_the_articles(cells):
    assert laundering.education_share(cells, "2024").low == pytest.approx(7887 / 13221)
    naive = laundering.explained(cells, "naive", Interval(125, 315), Interval(0, 4), "2019")
    assert laundering.unexplained(cells.interval("2024", "education"), naive) == (7887, 7887)


def test_the_three_shares_of_the_year_by_hand(cells):
    education = cells.interval("2024", "education")
    enrolment = laundering.explained(cells, "enrolment", Interval(125, 315), Interval(0, 4), "2019")
    strict = laundering.explained(cells, "strict", Interval(125, 315), Interval(0, 4), "2019")
    assert laundering.unexplained(education, enrolment) == (7887 - 4 * 315, 7887)
    assert laundering.unexplained_share(education, strict) == pytest.approx((1 - 3250 / 7887, 1 - 3150 / 7887))


def test_without_an_assumption_nothing_is_said(cells):
    anything = laundering.explained(cells, "none", Interval(125, 315), Interval(0, 4), "2019")
    assert laundering.unexplained_share(cells.interval("2024", "education"), anything) == (0, 1)


@given(COUNTS, COUNTS, st.data())
def test_the_share_contains_every_world_that_the_intervals_allow(education, explained, data):
    entries, genuine = data.draw(st.integers(*education)), data.draw(st.integers(*explained))
    share = 1 - min(genuine, entries) / entries
    low, high = laundering.unexplained_share(education, explained)
    assert low - 1e-12 <= share <= high + 1e-12
    assert 0 <= low <= high <= 1
    assert max(0, entries - genuine) in laundering.unexplained(education, explained)


@given(COUNTS, COUNTS, st.integers(0, 100))
def test_a_wider_input_never_narrows_the_share(education, explained, more):
    narrow = laundering.unexplained_share(education, explained)
    wide = laundering.unexplained_share(
        education, Interval(explained.low - min(more, explained.low), explained.high + more)
    )
    assert narrow.within(wide)


def test_enrolment_above_entries_explains_all_and_no_share_is_negative():
    assert laundering.unexplained_share(Interval(100, 100), Interval(500, 900)) == (0, 0)


def test_the_price_of_each_assumption_by_hand():
    found = laundering.prices(Interval(1000, 1000), Interval(50, 100), Interval(0, 4), Interval(200, 300))
    assert list(found.index) == ["students", "entries per student", "study entries of the baseline year"]
    assert np.array(list(found.loc["students"])) == pytest.approx(np.array([(0.6, 1), (0.8, 1), (0.2, 1), (0, 1)]))
    assert np.array(list(found.loc["study entries of the baseline year"])) == pytest.approx(
        np.array([(0.7, 0.8), (0.85, 0.9), (0.4, 0.6), (0, 1)])
    )


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_halving_an_assumption_never_lowers_the_share_and_doubling_never_raises_it(
    education, students, often, baseline
):
    for _, row in laundering.prices(education, students, often, baseline).iterrows():
        halved, stands, doubled = row["halved"], row["as it stands"], row["doubled"]
        assert halved.low >= stands.low >= doubled.low and halved.high >= stands.high >= doubled.high
        assert row["dropped"].low == 0


@given(COUNTS, COUNTS, st.integers(1, 50))
def test_at_the_break_even_half_is_explained(education, students, often):
    per_student, least = laundering.break_even(education, students, Interval(0, often))
    for entries, count, ends in [
        (education.low, students.high, per_student.low),
        (education.high, students.low, per_student.high),
    ]:
        assert laundering.unexplained_share(
            Interval(entries, entries), Interval(count * ends, count * ends)
        ) == pytest.approx((0.5, 0.5))
    assert (least - 1) * often < education.low / 2 <= least * often


def test_a_break_even_without_students_or_crossings_is_no_number():
    with pytest.raises(ZeroDivisionError):
        laundering.break_even(Interval(10, 10), Interval(0, 5), Interval(0, 4))
    assert laundering.break_even(Interval(10, 10), Interval(1, 5), Interval(0, 0))[1] == math.inf


def test_a_range_beyond_its_source_is_said(raw):
    assumptions = raw["assumptions"].set_index("assumption_id")
    assert laundering.beyond(assumptions, Interval(125, 315), Interval(0, 4)) == []
    students, often = laundering.beyond(assumptions, Interval(125, 400), Interval(1, 8))
    assert students == "students: 125 to 400 goes beyond 125 to 315, which assumptions.csv gives a source for"
    assert often.startswith("entries per student: 1 to 8 goes beyond 0 to 4")


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ZeroDivisionError, match="at least one"):
        laundering.unexplained_share(Interval(0, 5), Interval(1, 1))


@pytest.mark.parametrize("ends", [(5, 4), (-1, 4)])
def test_a_range_upside_down_or_below_zero_is_named(ends):
    with pytest.raises(ValueError, match="students: found"):
        laundering.require_ordered(students=Interval(*ends))


def test_the_table_covers_sets_and_periods_once(cells):
    table = laundering.table(cells, "2024", ["2024", "2024-Q3"], Interval(125, 315), Interval(0, 4), "2019", "X")
    assert not table.duplicated(["estimand", "assumption_set", "period"]).any()
    assert (table["low"] <= table["high"]).all()
    assert table.loc[table["unit"] == "share", "high"].max() <= 1
    assert set(table.loc[table["estimand"] != "education_share", "period"]) == {"2024"}  # no enrolment known elsewhere


def test_shares_of_the_year_by_hand(cells):
    table = laundering.table(cells, "2024", ["2023"], Interval(125, 315), Interval(0, 4), "2019", "X")
    found = table.set_index(["estimand", "assumption_set"])[["low", "high"]]
    assert tuple(found.loc[("unexplained_share_of_entries", "enrolment")]) == pytest.approx(
        (6627 / 13221, 7887 / 13221)
    )
    assert tuple(found.loc[("unexplained_share_of_entries", "strict")]) == pytest.approx((4637 / 13221, 4737 / 13221))
    assert tuple(found.loc[("unexplained_entries", "strict")]) == (4637, 4737)
    assert tuple(found.loc[("education_share", "none")]) == pytest.approx((62 / 1117, 536 / 1117))
