"""The accounting on small tables checked by hand, on random worlds with a known truth, and against brute force."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dprk_entries import periods
from dprk_entries.accounting import AccountingError, Cell, Figure, System
from dprk_entries.intervals import Interval, of_figure

PURPOSES = ("a", "b", "c")
QUARTERS = periods.quarters("2024")


def figure(period, value, purpose="_T", transport="_T", readers="R", high=None) -> Figure:
    interval = Interval(value, value if high is None else high)
    return Figure(Cell(period, purpose, transport), interval, frozenset(readers.split()), ("S",), ("F",))


def system(*figures, cells=()) -> System:
    return System(list(figures), cells, lambda quarter: PURPOSES)


def rejected(found: System) -> list[frozenset[int]]:
    return [given_up for sets in found.lightest_sets.values() for given_up in sets if given_up]


def test_a_quarter_nobody_printed_follows_from_the_year():
    found = system(*(figure(q, n) for q, n in zip(QUARTERS, (1, 2, 3), strict=False)), figure("2024", 10))
    bound = found.bound(Cell("2024-Q4"))
    assert bound.value == (4, 4)
    assert {found.figures[i].cell.period: m for i, m in bound.high_proof.items()} == {
        "2024": 1, "2024-Q1": -1, "2024-Q2": -1, "2024-Q3": -1,
    }  # fmt: skip


def test_a_sum_is_bounded_as_a_whole_not_by_its_parts():
    found = system(figure("2024-S1", 10), figure("2024-Q1", 3, high=5), figure("2024-Q2", 5, high=7))
    assert found.bound(Cell("2024-Q1")).value == (3, 5)
    assert found.bound(Cell("2024-S1")).value == (10, 10)


def test_what_nothing_limits_has_no_upper_bound():
    found = system(figure("2024-Q1", 5, high=math.inf))
    assert found.bound(Cell("2024-Q1")).value == (5, math.inf)


def test_equally_light_readings_are_all_kept_and_the_cells_contested():
    """153 + 213 = 366, but the half-year is 370, and 370 + 365 + 382 is the year's 1,117."""
    found = system(
        figure("2024-Q1", 153), figure("2024-Q2", 213), figure("2024-S1", 370),
        figure("2024-Q3", 365), figure("2024-Q4", 382), figure("2024", 1117),
    )  # fmt: skip
    assert {found.figures[i].cell.period for given_up in rejected(found) for i in given_up} == {"2024-Q1", "2024-Q2"}
    q1, half = found.bound(Cell("2024-Q1")), found.bound(Cell("2024-S1"))
    assert (q1.value, q1.contested) == ((153, 157), True)
    assert (half.value, half.contested) == ((370, 370), False)


def test_a_figure_given_up_breaks_a_bound_that_kept_figures_prove():
    found = system(
        figure("2024-Q1", 153), figure("2024-Q2", 213), figure("2024-S1", 370),
        figure("2024-Q3", 365), figure("2024-Q4", 382), figure("2024", 1117),
    )  # fmt: skip
    bound, proof = found.clash(0)
    assert bound == 157
    assert {found.figures[i].cell.period: m for i, m in proof.items()} == {"2024-S1": 1, "2024-Q2": -1}


def test_readers_weigh_and_not_papers():
    found = system(figure("2024-Q1", 62, "a", readers="RFA NKNEWS"), figure("2024-Q1", 24, "a", readers="NKNEWS"))
    assert rejected(found) == [frozenset({1})]
    assert found.bound(Cell("2024-Q1", "a")).value == (62, 62)


def test_modes_of_transport_add_up_to_the_total():
    modes = [figure("2024-Q1", n, transport=t) for t, n in (("air", 5), ("rail", 3), ("ship", 2), ("walk", 0))]
    found = system(*modes, figure("2024-Q1", 12), cells=[Cell("2024-Q1", transport="car")])
    assert found.bound(Cell("2024-Q1", transport="car")).value == (2, 2)


def test_a_total_below_one_of_its_purposes_is_reported_not_refused():
    found = system(figure("2024-Q1", 5), figure("2024-Q1", 7, "a"))
    assert sorted(rejected(found), key=sorted) == [frozenset({0}), frozenset({1})]


def test_a_purpose_that_is_not_in_the_list_is_refused():
    with pytest.raises(AccountingError, match="z was not collected in 2024-Q1"):
        system(figure("2024-Q1", 5, "z"))


def test_a_period_not_made_of_quarters_is_refused():
    with pytest.raises(periods.PeriodError):
        system(figure("2024-04", 5))


def test_too_many_equally_good_readings_stop_with_a_message():
    clashing = [figure("2024-Q1", n) for n in range(70)]
    with pytest.raises(AccountingError, match="more than 64 equally good ways"):
        system(*clashing)


WORLDS = st.dictionaries(
    st.tuples(st.sampled_from(QUARTERS), st.sampled_from(PURPOSES)), st.integers(0, 50), min_size=12, max_size=12
)
ASKED = [Cell(p, code) for p in (*QUARTERS, "2024-S1", "2024-S2", "2024") for code in ("_T", *PURPOSES)]


def truth(world: dict, cell: Cell) -> int:
    codes = PURPOSES if cell.purpose == "_T" else (cell.purpose,)
    return sum(world[quarter, code] for quarter in periods.quarters(cell.period) for code in codes)


def publish(world: dict, cell: Cell, unit: int) -> Figure:
    count = truth(world, cell)
    printed = (count + unit // 2) // unit * unit
    interval = of_figure(printed, None, "exact" if unit == 1 else "rounded", unit)
    return Figure(cell, interval, frozenset({"R"}), ("S",), ("F",))


@settings(max_examples=60)
@given(
    WORLDS, st.lists(st.tuples(st.sampled_from(ASKED), st.sampled_from([1, 10])), min_size=1, max_size=14, unique=True)
)
def test_the_truth_is_inside_every_bound(world, published):
    found = System([publish(world, cell, unit) for cell, unit in published], ASKED, lambda quarter: PURPOSES)
    assert not rejected(found)
    for cell in ASKED:
        assert truth(world, cell) in found.bound(cell).value


@settings(max_examples=40)
@given(WORLDS, st.lists(st.sampled_from(ASKED), min_size=3, max_size=9, unique=True), st.data())
def test_the_lightest_set_is_never_heavier_than_the_true_one(world, published, data):
    figures = [publish(world, cell, 1) for cell in published]
    for wrong in data.draw(st.sets(st.sampled_from(range(len(figures))), max_size=2)):
        value = data.draw(st.integers(0, 400))
        figures[wrong] = Figure(figures[wrong].cell, Interval(value, value), frozenset({"R"}), ("S",), ("F",))
    found = System(figures, ASKED, lambda quarter: PURPOSES)
    corrupted = sum(f.value.low != truth(world, f.cell) for f in figures)
    assert sum(len(sets[0]) for sets in found.lightest_sets.values()) <= corrupted


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(ASKED), st.integers(0, 9)), min_size=2, max_size=5, unique=True))
def test_lightest_sets_and_bounds_agree_with_brute_force(printed):
    """Every subset of the figures is tried, by the programme that has none to give up."""
    figures = [figure(cell.period, n, cell.purpose) for cell, n in printed]
    found = System(figures, ASKED, lambda quarter: PURPOSES)
    weight = sum(len(sets[0]) for sets in found.lightest_sets.values())

    def holds(kept) -> System | None:
        smaller = System([figures[i] for i in kept], ASKED, lambda quarter: PURPOSES)
        return None if rejected(smaller) else smaller

    everything = range(len(figures))
    for k in range(len(figures) + 1):
        worlds = [
            s for out in itertools.combinations(everything, k) if (s := holds([i for i in everything if i not in out]))
        ]
        if worlds:
            break
    assert weight == k
    for cell in ASKED[:8]:
        bounds = [s.bound(cell).value for s in worlds]
        assert found.bound(cell).value == (min(b.low for b in bounds), max(b.high for b in bounds))
