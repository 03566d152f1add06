"""Ratios and ranks of what hangs together, against all worlds that fit, counted out one by one."""

import itertools
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System

QUARTERS = ("2001-Q1", "2001-Q2", "2002-Q1", "2002-Q2")
HALVES = {"2001-S1": QUARTERS[:2], "2002-S1": QUARTERS[2:]}
MOST = 5  # in a quarter
World = dict[str, int]


def world_of(*counts: int) -> World:
    world = dict(zip(QUARTERS, counts, strict=True))
    return world | {half: sum(world[quarter] for quarter in parts) for half, parts in HALVES.items()}


WORLDS = [world_of(*counts) for counts in itertools.product(range(MOST + 1), repeat=len(QUARTERS))]


def cells_of(printed: dict[str, Interval]) -> Cells:
    """The cells of totals that a paper printed as ranges."""
    figures = [Figure(Cell(p), ends, frozenset({"R"}), ("S",), ("F",)) for p, ends in printed.items()]
    system = System.of(figures, [], [lambda quarter: ("education", "rest")])
    rows = [["border_entries", "PRK", p, "_T", "_T", *system.bound(Cell(p)).value] for p in printed]
    table = pd.DataFrame(rows, columns=["series", "nationality", "period", "purpose", "transport", "low", "high"])
    return Cells(table.assign(status="bounded", readers=1, source_ids="S", formula=""), system)


def fitting(printed: dict[str, Interval]) -> list[World]:
    """Every world that the ranges leave possible."""
    return [world for world in WORLDS if all(world[period] in ends for period, ends in printed.items())]


@st.composite
def ranges(draw) -> dict[str, Interval]:
    """Of each quarter and half-year, around what is true."""
    world = draw(st.sampled_from(WORLDS))
    printed = {}
    for period, count in world.items():
        less, more = draw(st.integers(0, 4)), draw(st.integers(0, 3))
        printed[period] = Interval(max(0, count - less), min(count + more, MOST * (1 + (period in HALVES))))
    return printed


@given(ranges(), st.permutations([*QUARTERS, *HALVES]))
def test_a_ratio_is_that_of_all_worlds_and_has_no_greatest_value_where_the_base_alone_can_be_zero(printed, order):
    above, below, *_ = order
    cells, worlds = cells_of(printed), fitting(printed)
    pairs = [(world[above], world[below]) for world in worlds]
    none = any(base == 0 for _, base in pairs)
    if none and (any(count == 0 for count, _ in pairs) or all(base == 0 for _, base in pairs)):
        with pytest.raises(ZeroDivisionError, match="can be 0"):
            cells.ratio({(above, "_T"): 1}, {(below, "_T"): 1})
        return
    found = cells.ratio({(above, "_T"): 1}, {(below, "_T"): 1})
    ratios = [count / base for count, base in pairs if base]
    assert found.low == pytest.approx(min(ratios))
    assert found.high == pytest.approx(math.inf if none else max(ratios))


@given(ranges(), st.sampled_from(QUARTERS))
def test_no_world_has_another_rank_than_those_that_are_told(printed, quarter):
    others = [other for other in QUARTERS if other != quarter]
    found = cells_of(printed).rank(quarter, others)
    ranks = {1 + sum(world[other] > world[quarter] for other in others) for world in fitting(printed)}
    assert ranks <= {*range(int(found.low), int(found.high) + 1)}
    if cells_of(printed).interval(quarter).exact:
        assert found == (min(ranks), max(ranks))


@pytest.mark.parametrize(
    ("half", "count", "place"),
    [
        (4, 3, (1, 3)),  # of each year one quarter can be above it
        (4, 2, (1, 3)),  # and no more, for both make 4
        (5, 2, (3, 3)),  # one must, for both make 5, and the other cannot
        (4, 1, (3, 5)),
        (4, 4, (1, 1)),
    ],
)
def test_a_rank_takes_quarters_that_add_up_together(half, count, place):
    printed = dict.fromkeys(QUARTERS, Interval(0, MOST)) | dict.fromkeys(HALVES, Interval(half, half))
    cells = cells_of(printed | {"2003-Q1": Interval(count, count)})
    assert cells.rank("2003-Q1", QUARTERS) == place
