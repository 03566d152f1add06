"""Which counts would change without a figure: each place in print left out in turn, and the counts bounded anew."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reconcile.cells import Cell, Figure
from reconcile.counts import Numbers
from reconcile.intervals import Interval
from reconcile.settle import Component
from reconcile.system import System


class Change(NamedTuple):
    """What a cell would be without one place in print: nothing known is 0 to infinity."""

    observation_id: str
    cell: Cell
    value: Interval


class Left(NamedTuple):
    """What a sum, named by its place, can be without one place in print."""

    observation_id: str
    place: int
    value: Interval


class Leaving(NamedTuple):
    """What some sums of the counts of a component can be, and where that changes without a place in print."""

    now: list[Interval]
    left: list[Left]


def leaving(component: Component, sums: Numbers, read_by: Mapping[str, str]) -> Leaving:
    """Each place in print of a component left out in turn.

    `sums`: shape (sums, counts); `read_by`: the reader of each observation. An end is asked anew only where its proof,
    or the counts that attain it, are touched.
    """
    ends = [(component.least(row), component.least(-row).mirrored()) for row in sums]
    here = np.unique([end.world for pair in ends for end in pair if end.world is not None], axis=0)
    values = np.array([[end.value for end in pair] for pair in ends])
    attain = [(here @ sums.T) == values[:, side] for side in (0, 1)]
    now, left = [Interval(*map(float, pair)) for pair in values], []
    for i, figure in component.figures.items():
        if component.implies(i):
            continue
        for observation_id in figure.observation_ids:
            instead = _without(figure, observation_id, read_by)
            if instead and (instead.readers == figure.readers or not component.parts):
                continue  # as many witnesses as before, or no clash that they would decide
            after = component.changed({i: instead})
            fits = after.fits(here)
            low_attained, high_attained = (fits @ worlds for worlds in attain)
            for place, (row, (least, greatest)) in enumerate(zip(sums, ends, strict=True)):
                low, high = now[place]
                if not (low_attained[place] and after.proves(least, row, component)):
                    low = after.least(row).value
                if not (high_attained[place] and after.proves(greatest, row, component)):
                    high = after.least(-row).mirrored().value
                if (low, high) != now[place]:
                    left.append(Left(observation_id, place, Interval(float(low), float(high))))
    return Leaving(now, left)


def changes(
    system: System,
    known: Mapping[Cell, Interval],
    read_by: Mapping[str, str],
    leaving: Callable[[Component, Numbers, Mapping[str, str]], Leaving] = leaving,
) -> Iterator[Change]:
    """Every change to the cells of which something is known.

    `known`: what each cell is now, in counts; `read_by`: the reader of each observation; `leaving`: that above, or what
    keeps its results. Components share nothing, so that each is asked alone, and a cell is the sum of what it has in
    each.
    """
    rows = {cell: system.counts.row(cell) for cell in known}
    cells: dict[int, list[list[Cell]]] = {}  # by component and sum: those that have the same counts there
    found: dict[int, Leaving] = {}
    free = ~np.isin(system.label, list(system.components))  # counts that no figure limits
    parts = {cell: {-1: Interval(0, math.inf)} if row[free].any() else {} for cell, row in rows.items()}  # by component
    for label, component in system.components.items():
        asked: dict[tuple[float, ...], list[Cell]] = {}
        for cell, row in rows.items():
            if row[component.columns].any():
                asked.setdefault(tuple(row[component.columns]), []).append(cell)
        if asked:
            cells[label] = list(asked.values())
            found[label] = leaving(component, np.array(list(asked)), read_by)
            for alike, value in zip(cells[label], found[label].now, strict=True):
                for cell in alike:
                    parts[cell][label] = value
    for label, component_found in found.items():
        for left in component_found.left:
            for cell in cells[label][left.place]:
                lows, highs = zip(*(parts[cell] | {label: left.value}).values(), strict=True)
                if (value := Interval(sum(lows), sum(highs))) != known[cell]:
                    yield Change(left.observation_id, cell, value)


def _without(figure: Figure, observation_id: str, read_by: Mapping[str, str]) -> Figure | None:
    """A figure as the other places that print it make it; None where there are none."""
    others = tuple(other for other in figure.observation_ids if other != observation_id)
    if not others:
        return None
    return replace(figure, readers=frozenset(read_by[other] for other in others), observation_ids=others)
