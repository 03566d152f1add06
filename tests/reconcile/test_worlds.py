"""Random tables with a known truth, and small ones against brute force."""

import dataclasses
import functools
import itertools
import math

import numpy as np
import pytest
from harvest import CROPS, QUARTERS, UNSHRUNK, Cell, figure, system
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import explain, periods
from reconcile.cells import Figure
from reconcile.hedges import of_count
from reconcile.intervals import Interval
from reconcile.system import System


def weight(added: System) -> int:
    return sum(len(added.figures[i].readers) for sets in added.lightest_sets for i in sets[0])


# Random worlds with a known truth.

WORLDS = st.dictionaries(
    st.tuples(st.sampled_from(QUARTERS), st.sampled_from(CROPS)), st.integers(0, 50), min_size=12, max_size=12
)
ASKED = [Cell(p, code) for p in (*QUARTERS, "2024-S1", "2024-S2", "2024") for code in ("_T", *CROPS)]


def truth(world: dict, cell: Cell) -> int:
    codes = CROPS if cell.crop == "_T" else (cell.crop,)
    return sum(world[quarter, code] for quarter in periods.quarters(cell.period) for code in codes)


def publish(world: dict, cell: Cell, unit: int) -> Figure:
    count = truth(world, cell)
    printed = (count + unit // 2) // unit * unit
    interval = of_count(printed, None, "exact" if unit == 1 else "rounded", unit)
    return Figure(cell, interval, frozenset({"R"}), ("S",), ("F",))


def publish_all(world: dict, published: list[tuple[Cell, int]]) -> list[Figure]:
    return [publish(world, cell, unit) for cell, unit in published]


PUBLISHED = st.lists(st.tuples(st.sampled_from(ASKED), st.sampled_from([1, 10])), min_size=1, max_size=14, unique=True)
SHARES = st.tuples(st.sampled_from(ASKED), st.sampled_from(ASKED))
READERS = st.sampled_from(["R", "R S", "R S T"])


@settings(UNSHRUNK, max_examples=50)
@given(WORLDS, PUBLISHED, st.dictionaries(st.sampled_from(ASKED), st.integers(-2, 2), max_size=3), SHARES)
def test_the_truth_is_inside_every_bound(world, published, terms, share):
    added = system(*publish_all(world, published), cells=ASKED)
    assert not added.given_up
    for cell in ASKED:
        assert truth(world, cell) in added.bound(cell).value
    assert sum(times * truth(world, cell) for cell, times in terms.items()) in added.bound(terms).value
    above, below = share
    if added.bound(below).value.low > 0 and added.bound(below).value.high < math.inf:
        low, high = added.ratio(above, below)
        assert low - 1e-9 <= truth(world, above) / truth(world, below) <= high + 1e-9


@settings(UNSHRUNK, max_examples=50)
@given(WORLDS, PUBLISHED, st.data())
def test_the_truth_survives_figures_that_the_lightest_sets_give_up(world, published, data):
    """One figure is corrupted so far that it clashes, and lighter than all: the truth stays inside every bound."""
    figures = [dataclasses.replace(f, readers=frozenset("RS")) for f in publish_all(world, published)]
    cell = data.draw(st.sampled_from([f.cell for f in figures]))
    figures.append(figure(cell.period, 10_000, cell.crop))
    added = system(*figures, cells=ASKED)
    assert added.rejected == {len(figures) - 1}
    assert all(truth(world, asked) in added.bound(asked).value for asked in ASKED)


@settings(UNSHRUNK, max_examples=50)
@given(WORLDS, st.lists(st.sampled_from(ASKED), min_size=3, max_size=9, unique=True), st.data())
def test_the_lightest_set_is_never_heavier_than_the_true_one(world, published, data):
    figures = [
        dataclasses.replace(publish(world, cell, 1), readers=frozenset(data.draw(READERS).split()))
        for cell in published
    ]
    for wrong in data.draw(st.sets(st.sampled_from(range(len(figures))), max_size=2)):
        value = data.draw(st.integers(0, 400))
        figures[wrong] = dataclasses.replace(figures[wrong], value=Interval(value, value))
    added = system(*figures, cells=ASKED)
    corrupted = sum(len(f.readers) for f in figures if f.value.low != truth(world, f.cell))
    assert weight(added) <= corrupted


@settings(UNSHRUNK, max_examples=50)
@given(WORLDS, PUBLISHED, st.tuples(st.sampled_from(ASKED), st.sampled_from([1, 10])))
def test_one_more_figure_never_widens_a_bound(world, published, more):
    """While nothing is given up: across a changed set of accepted figures it may."""
    before = system(*publish_all(world, published), cells=ASKED)
    after = system(*publish_all(world, [*published, more]), cells=ASKED)
    assert all(after.bound(cell).value.within(before.bound(cell).value) for cell in ASKED)


@settings(UNSHRUNK, max_examples=50)
@given(WORLDS, PUBLISHED, st.integers(0, 20), st.integers(0, 20))
def test_a_wider_figure_never_narrows_a_bound(world, published, less, more):
    figures = publish_all(world, published)
    low, high = figures[0].value
    wide = dataclasses.replace(figures[0], value=Interval(max(0, low - less), high + more))
    before, after = system(*figures, cells=ASKED), system(wide, *figures[1:], cells=ASKED)
    assert all(before.bound(cell).value.within(after.bound(cell).value) for cell in ASKED)


def some_figures(printed: list[tuple[Cell, int, int, str]]) -> list[Figure]:
    return [figure(cell.period, n, cell.crop, readers=r, high=n + more) for cell, n, more, r in printed]


PRINTED = st.lists(
    st.tuples(st.sampled_from(ASKED), st.integers(0, 9), st.integers(0, 3), READERS),
    min_size=2, max_size=6, unique_by=lambda printed: printed[:2],
)  # fmt: skip


def sets(of: System) -> set[frozenset[frozenset[Figure]]]:
    """The lightest sets, whatever the figures are numbered."""
    return {frozenset(frozenset(of.figures[i] for i in s) for s in options) for options in of.lightest_sets}


@settings(UNSHRUNK, max_examples=30)
@given(PRINTED)
def test_a_system_without_a_figure_says_what_the_others_alone_say(printed):
    """Among the figures are readings that clash, so that the lightest sets change with what is left out."""
    figures = some_figures(printed)
    before = system(*figures, cells=ASKED)
    ends = {cell: (before.least(cell), before.greatest(cell)) for cell in ASKED}
    assert before.given_up >= before.rejected  # asked before, as a caller does who leaves figures out in turn
    for i in before.figures:
        after = before.without(i)
        alone = system(*figures[:i], *figures[i + 1 :], cells=ASKED)
        assert i not in after.figures and i not in after.given_up and i not in after.rejected
        assert sets(after) == sets(alone)
        assert {after.figures[j] for j in after.rejected} == {alone.figures[j] for j in alone.rejected}
        for cell, (least, greatest) in ends.items():
            value = alone.bound(cell).value
            assert after.bound(cell).value == value
            label = before.label_of(i)
            now, then = after.components[label], before.components[label]
            row = before.counts.row(cell)[then.columns]
            for end, found in ((least, value.low), (greatest, value.high)):
                if now.proves(end, row, then) and now.fits(end.world[None, then.columns])[0]:
                    assert found == end.value
        if before.components[before.label_of(i)].implies(i):
            assert all(alone.bound(cell).value == (low.value, high.value) for cell, (low, high) in ends.items())


@settings(UNSHRUNK, max_examples=30)
@given(PRINTED, st.sets(st.sampled_from("RST")))
def test_a_system_as_some_readers_make_it_says_what_their_figures_alone_say(printed, kept):
    figures = some_figures(printed)
    theirs = [dataclasses.replace(f, readers=f.readers & kept) for f in figures if f.readers & kept]
    after, alone = system(*figures, cells=ASKED).read_by(kept), system(*theirs, cells=ASKED)
    assert [*after.figures.values()] == theirs
    assert sets(after) == sets(alone)
    assert all(after.bound(cell).value == alone.bound(cell).value for cell in ASKED)


@settings(UNSHRUNK, max_examples=50)
@given(PRINTED, st.randoms(use_true_random=False))
def test_results_do_not_depend_on_row_order_or_on_what_was_asked_before(printed, random):
    figures = some_figures(printed)
    shuffled = random.sample(figures, len(figures))
    added, again = system(*figures, cells=ASKED), system(*shuffled, cells=ASKED)

    def ends(of: System, cell: Cell) -> list[tuple]:
        return [
            (end.value, {of.figures[i]: m for i, m in end.proof.items()}) for end in (of.least(cell), of.greatest(cell))
        ]

    assert sets(added) == sets(again)
    later = {cell: (again.bound(cell), ends(again, cell)) for cell in reversed(ASKED)}
    for cell in ASKED:
        bound, found = added.bound(cell), ends(added, cell)
        assert bound == later[cell][0]
        assert bound.value == tuple(value for value, _ in found)
        if not added.given_up:
            assert found == later[cell][1]


# Small tables: two quarters, three crops, no figure above 5. All their worlds are counted out, one by one.

SMALL = [Cell(p, code) for p in (*QUARTERS[:2], "2024-S1") for code in ("_T", *CROPS, "a+b")]
COUNTS = np.array(list(itertools.product(range(6), repeat=6)))
NAMES = list(itertools.product(QUARTERS[:2], CROPS))
READINGS = st.lists(
    st.tuples(st.sampled_from(SMALL), st.integers(0, 3), st.integers(0, 2), READERS),
    min_size=1, max_size=9, unique_by=lambda printed: printed[:3],
)  # fmt: skip


@functools.cache
def counted(cell: Cell) -> np.ndarray:
    """The cell in each world."""
    codes = CROPS if cell.crop == "_T" else cell.crop.split("+")
    return COUNTS[:, [q in periods.quarters(cell.period) and code in codes for q, code in NAMES]].sum(axis=1)


def true_in(figures: list[Figure]) -> np.ndarray:
    """Which figures each world agrees with: booleans, shape (worlds, figures)."""
    sums = [counted(f.cell) for f in figures]
    return np.array([(f.value.low <= s) & (s <= f.value.high) for f, s in zip(figures, sums, strict=True)]).T


@settings(UNSHRUNK, max_examples=300)
@given(READINGS, st.tuples(st.sampled_from(SMALL), st.sampled_from(SMALL)))
def test_lightest_sets_bounds_and_shares_are_those_of_all_worlds_counted_out(printed, share):
    figures = some_figures(printed)
    added, agree = system(*figures, cells=SMALL), true_in(figures)
    agreeing = agree @ [len(f.readers) for f in figures]
    best = agreeing == agreeing.max()
    lightest = {frozenset(map(int, np.flatnonzero(~kept))) for kept in np.unique(agree[best], axis=0)}
    assert lightest == {frozenset().union(*chosen) for chosen in itertools.product(*added.lightest_sets)}
    for cell in SMALL:
        low, high = added.bound(cell).value
        assert low == counted(cell)[best].min()
        assert high == (counted(cell)[best].max() if math.isfinite(high) else math.inf)
        assert math.isfinite(high) or counted(cell)[best].max() >= 5
    above, below = share
    total = added.bound(below).value
    if total.low > 0 and total.high < math.inf and added.bound(above).value.high < math.inf:
        shares = counted(above)[best] / counted(below)[best]
        assert added.ratio(above, below) == pytest.approx((shares.min(), shares.max()))


@settings(UNSHRUNK, max_examples=80)
@given(READINGS)
def test_an_explanation_is_a_smallest_clash(printed):
    figures = some_figures(printed)
    added, agree = system(*figures, cells=SMALL), true_in(figures)

    def fit(together: set[int]) -> bool:
        return bool(agree[:, sorted(together)].all(axis=1).any())

    for i in added.given_up:
        _, others = explain.clash(added, i)
        assert fit(others) and not fit(others | {i})
        for sets in itertools.product(*added.lightest_sets):
            kept = set(range(len(figures))).difference(*sets)
            if i not in kept:
                assert all(fit({i, *fewer}) for fewer in itertools.combinations(kept, len(others) - 1))
