import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.intervals import Interval

COUNTS = st.integers(0, 10**9)
INTERVALS = st.tuples(COUNTS, COUNTS).map(lambda ends: Interval(*sorted(ends)))


@given(INTERVALS, INTERVALS, st.data())
def test_arithmetic_contains_every_result_of_contained_values(left, right, data):
    x, y = data.draw(st.integers(*left)), data.draw(st.integers(*right))
    assert x + y in left.plus(right)
    assert x - y in left.minus(right)
    if right.low > 0:
        assert x / y in left.over(right)


@given(INTERVALS, INTERVALS)
def test_intervals_meet_where_they_share_a_value_and_lie_within_where_they_share_all(left, right):
    low, high = max(left.low, right.low), min(left.high, right.high)
    assert left.meets(right) == (low in left and low in right)
    assert left.within(right) == ((low, high) == left)
    assert left.times(3) == (3 * left.low, 3 * left.high)


@given(INTERVALS, st.lists(INTERVALS, max_size=6), st.data())
def test_a_place_holds_every_place_that_values_can_have_and_each_end_is_one(own, others, data):
    def place(value: int, rest: list[int]) -> int:
        return 1 + sum(other > value for other in rest)

    found = own.place(others)
    drawn = [data.draw(st.integers(*other)) for other in others]
    assert place(data.draw(st.integers(*own)), drawn) in found
    best, worst = place(own.high, [o.low for o in others]), place(own.low, [o.high for o in others])
    assert found == (best, worst)


def test_equal_values_share_a_place():
    assert Interval(3, 3).place([Interval(3, 3), Interval(5, 5), Interval(1, 1)]) == (2, 2)
    assert Interval(3, 5).place([Interval(4, 4)]) == (1, 2)


def test_a_ratio_to_what_can_be_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        Interval(1, 2).over(Interval(0, 5))


def test_intervals_read_as_a_newspaper_prints_them():
    assert Interval(13221, 13221).count() == "13,221"
    assert Interval(3150, 3250).count() == "3,150 to 3,250"
    assert Interval(600, math.inf).count() == "at least 600"
    assert Interval(0, 92).count() == "up to 92"
    intervals = [Interval(1, 1), Interval(153, 1157), Interval(600, math.inf), Interval(0, 92)]
    assert [interval.brief() for interval in intervals] == ["1", "153–1,157", "≥600", "≤92"]
    assert Interval(0.60, 0.60).percent() == "60 %"
    assert Interval(0.003, 0.003).percent() == "0.3 %"


def test_an_interval_is_never_printed_narrower_than_it_is():
    assert Interval(0.588, 0.601).percent() == "58 to 61 %"
    assert Interval(0, 0.026).text(digits=1) == "0.0 to 0.1"
    assert Interval(2.14, 2.31).text() == "2.1 to 2.4"
    assert Interval(2.14, math.inf).text() == "at least 2.1"
    assert Interval(0.58, 0.60).percent() == "58 to 60 %"
    assert Interval(295, math.inf).text(digits=0) == "at least 295"


def test_a_single_number_is_rounded():
    assert Interval(11.836, 11.836).text() == "11.8"


def test_the_least_percent_is_rounded_down_but_not_by_binary_fractions():
    assert Interval(0.5879, 1).least_percent() == "58 %"
    assert Interval(0.58, 1).least_percent() == "58 %"  # 100 x 0.58 is a little less than 58 in binary


def test_a_difference_may_have_no_least_value():
    assert Interval(-math.inf, 12_926).count() == "at most 12,926"
    assert Interval(-math.inf, 0.55).text(digits=1) == "at most 0.6"
    assert Interval(-math.inf, math.inf).count() == Interval(-math.inf, math.inf).text() == "anything"
