import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.hedges import HEDGES, of_count, of_measure, place, table

COUNTS = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("value", "value_high", "qualifier", "precision", "expected"),
    [
        (13221, None, "exact", 1, (13221, 13221)),
        (21000, None, "approx", 1000, (20500, 21500)),
        (3200, None, "rounded", 100, (3150, 3250)),
        (5500, None, "nearly", 100, (5400, 5500)),
        (5200, None, "odd", 100, (5200, 5299)),
        (13000, None, "more_than", 1000, (13001, math.inf)),
        (600, None, "at_least", 100, (600, math.inf)),
        (50, None, "fewer_than", 10, (0, 49)),
        (37000, None, "at_most", 1000, (0, 37000)),
        (12000, 15000, "range", 1000, (11500, 15500)),
        (10, 99, "range", 1, (10, 99)),
        (13, None, "misprint", 1, (13, 13)),
        (3, None, "approx", 10, (0, 8)),
    ],
)
def test_each_hedge_has_its_interval(value, value_high, qualifier, precision, expected):
    assert of_count(value, value_high, qualifier, precision) == expected


@pytest.mark.parametrize(("qualifier", "value_high"), [("not_published", None), ("range", None), ("range", 5)])
def test_a_figure_without_interval_is_refused(qualifier, value_high):
    with pytest.raises(ValueError):
        of_count(10, value_high, qualifier, 1)


@given(COUNTS, st.integers(0, 6), st.data())
def test_a_rounded_figure_always_allows_the_count_that_was_rounded(count, digits, data):
    unit = 10**digits
    printed = (count + unit // 2) // unit * unit
    assert count in of_count(printed, None, "rounded", unit)
    assert count in of_count(count // unit * unit, None, "odd", unit)
    assert count in of_count(-(-count // unit) * unit, None, "nearly", unit)


@given(COUNTS)
def test_place_is_that_of_the_last_digit_that_is_not_zero(value):
    assert value % place(value) == 0
    assert value == 0 or value % (10 * place(value)) != 0


def test_fractions_have_their_place_too():
    assert [place(value) for value in (508.9, 0.25, 5500.0, 0)] == [0.1, 0.01, 100, 1]


@pytest.mark.parametrize(
    ("hedge", "inside", "outside"),
    [
        ("exact", [5500], [5499.99, 5500.01]),
        ("rounded", [5450, 5550], [5449.99, 5550.01]),
        ("approx", [5450, 5550], [5449.99, 5550.01]),
        ("truncated", [5500, 5599.99], [5499.99, 5600]),
        ("odd", [5500, 5599.99], [5499.99, 5600]),
        ("nearly", [5400, 5500], [5399.99, 5500.01]),
        ("nearly_times", [5499.01, 5499.99], [5499, 5500]),
        ("more_than", [5500.01, 1e9], [5500]),
        ("at_least", [5500, 1e9], [5499.99]),
        ("fewer_than", [0, 5499.99], [-0.01, 5500]),
        ("at_most", [0, 5500], [-0.01, 5500.01]),
        ("range", [5500, 5800], [5499.99, 5800.01]),
        ("double_digits", [10, 99], [9.99, 99.01]),
        ("in_front", [0.01, 1e9], [0]),
    ],
)
def test_each_hedge_has_its_interval_of_measures(hedge, inside, outside):
    interval = of_measure(5500, 5800, hedge, 100)
    assert all(value in interval for value in inside)
    assert not any(value in interval for value in outside)


@given(COUNTS, st.sampled_from([1, 10, 1000]), st.sampled_from(sorted(HEDGES)), st.integers(-3, 3))
def test_a_count_is_a_whole_number_that_the_same_words_allow_a_measure(value, unit, hedge, beside):
    """But for a range, whose ends are rounded."""
    if hedge != "range" and HEDGES[hedge].for_counts and HEDGES[hedge].for_measures:
        measure, count = of_measure(value, 0, hedge, unit), of_count(value, None, hedge, unit)
        for edge in (value - unit, value - unit // 2, value, value + unit // 2, value + unit):
            near = max(0, edge + beside)
            assert (near in count) == (near in measure)


@pytest.mark.parametrize("hedge", ["misprint", "not_published", "roughly"])
def test_what_is_never_said_of_a_measure_is_refused(hedge):
    with pytest.raises(ValueError, match=f"a measure that is {hedge}"):
        of_measure(10, 20, hedge, 1)


@pytest.mark.parametrize(
    "hedge", ["nearly_times", "double_digits", "in_front", "truncated", "not_published", "roughly"]
)
def test_what_is_never_said_of_a_count_is_refused(hedge):
    with pytest.raises(ValueError, match=f"a figure that is {hedge}"):
        of_count(10, 20, hedge, 1)


def test_the_table_of_rules_has_all_for_measures_each_with_its_why():
    rules = table()
    assert {rule.replace(" ", "_") for rule in rules.index} == HEDGES.keys() - {"misprint"}
    assert rules.loc["nearly", "accepts"] == "[v - u, v]"
    assert (rules["why"] != "").all()
