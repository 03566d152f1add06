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
    now, left = [component.bound(row).value for row in sums], list[Left]()
    telling = {  # where no clash is for witnesses to decide, what stands elsewhere, too, or follows from others, is not
        i: figure
        for i, figure in component.figures.items()
        if component.parts or not (len(figure.observation_ids) > 1 or component.implies(i))
    }
    if not telling:
        return Leaving(now, left)
    ends = [(component.least(row), component.least(-row).mirrored()) for row in sums]
    here = np.unique([end.world for pair in ends for end in pair if end.world is not None], axis=0)
    attain = [(here @ sums.T) == values for values in np.array(now).T]
    for i, figure in telling.items():
        for observation_id in figure.observation_ids:
            instead = _without(figure, observation_id, read_by)
            if instead and instead.readers == figure.readers:
                continue  # as many witnesses as before
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
    asked: dict[int, dict[tuple[float, ...], list[Cell]]] = {label: {} for label in system.components}
    parts: dict[Cell, dict[int, Interval]] = {}  # what a cell is, by component
    for cell in known:
        row = system.counts.row(cell)
        touched = {*system.label[row != 0].tolist()}
        parts[cell] = {-1: Interval(0, math.inf)} if touched - asked.keys() else {}  # has counts that no figure limits
        for label in touched & asked.keys():
            asked[label].setdefault(tuple(row[system.components[label].columns]), []).append(cell)
    cells = {label: list(sums.values()) for label, sums in asked.items() if sums}  # those that have the same counts
    found: dict[int, Leaving] = {}
    for label in cells:
        found[label] = leaving(system.components[label], np.array(list(asked[label])), read_by)
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
