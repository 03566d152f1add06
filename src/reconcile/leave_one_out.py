"""Which counts would change without a figure: each place in print left out in turn, and the counts bounded anew."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reconcile.cells import Cell, Figure
from reconcile.counts import Numbers
from reconcile.intervals import Interval
from reconcile.settle import Component
from reconcile.solver import End
from reconcile.system import System


class Change(NamedTuple):
    """What a cell would be without one place in print: nothing known is 0 to infinity."""

    observation_id: str
    cell: Cell
    value: Interval


def changes(system: System, known: Mapping[Cell, Interval], read_by: Mapping[str, str]) -> Iterator[Change]:
    """Every change to the cells of which something is known.

    `known`: what each cell is now, in counts; `read_by`: the reader of each observation. An end of an interval is
    asked anew only where its proof, or the counts that attain it, are touched.
    """
    ends = {cell: (system.least(cell), system.greatest(cell)) for cell in known}
    rows = {cell: system.counts.row(cell) for cell in known}
    worlds = np.array([end.world for pair in ends.values() for end in pair if end.world is not None])
    for label, component in system.components.items():
        sums = {cell: row[component.columns] for cell, row in rows.items() if row[component.columns].any()}
        if not sums or not len(worlds):
            continue
        here = np.unique(worlds[:, component.columns], axis=0)
        attained = here @ np.array([*sums.values()]).T
        attain = [attained == [_own(ends[cell][side], component, row) for cell, row in sums.items()] for side in (0, 1)]
        for i, figure in component.figures.items():
            if component.implies(i):
                continue
            for observation_id in figure.observation_ids:
                instead = _without(figure, observation_id, read_by)
                if instead and instead.readers == figure.readers:
                    continue  # as many witnesses as before
                after = system.without(i, instead)
                now = after.components[label]
                fitting = now.fits(here)
                low_attained, high_attained = (worlds_that[fitting].any(axis=0) for worlds_that in attain)
                for k, (cell, row) in enumerate(sums.items()):
                    least, greatest = ends[cell]
                    low_stays = low_attained[k] and now.proves(least, row, component)
                    high_stays = high_attained[k] and now.proves(greatest, row, component)
                    low = least.value if low_stays else after.least(cell).value
                    high = greatest.value if high_stays else after.greatest(cell).value
                    if (low, high) != known[cell]:
                        yield Change(observation_id, cell, Interval(low, high))


def _own(end: End, component: Component, row: Numbers) -> float:
    """What a component adds to an end of a sum, of which `row` are the counts there."""
    return math.nan if end.world is None else float(end.world[component.columns] @ row)


def _without(figure: Figure, observation_id: str, read_by: Mapping[str, str]) -> Figure | None:
    """A figure as the other places that print it make it; None where there are none."""
    others = tuple(other for other in figure.observation_ids if other != observation_id)
    if not others:
        return None
    return replace(figure, readers=frozenset(read_by[other] for other in others), observation_ids=others)
