import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.hedges import of_count, place

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
