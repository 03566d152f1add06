"""Which counts would change without a figure: each place in print left out in turn, and the counts bounded anew."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from reconcile.cells import Cell, Figure
from reconcile.intervals import Interval
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
    cells_of: dict[int, list[Cell]] = {label: [] for label in system.components}
    for cell in known:
        for label in set(system.label[system.counts.row(cell) != 0]) & cells_of.keys():
            cells_of[label].append(cell)
    for label, component in system.components.items():
        for i, figure in component.figures.items():
            for observation_id in figure.observation_ids:
                instead = _without(figure, observation_id, read_by)
                if instead and instead.readers == figure.readers:
                    continue  # as many witnesses as before
                after = system.without(i, instead)
                now = after.components[label]
                for cell in cells_of[label]:
                    least, greatest = ends[cell]
                    low = least.value if now.keeps(least, component) else after.least(cell).value
                    high = greatest.value if now.keeps(greatest, component) else after.greatest(cell).value
                    if (low, high) != known[cell]:
                        yield Change(observation_id, cell, Interval(low, high))


def _without(figure: Figure, observation_id: str, read_by: Mapping[str, str]) -> Figure | None:
    """A figure as the other places that print it make it; None where there are none."""
    others = tuple(other for other in figure.observation_ids if other != observation_id)
    if not others:
        return None
    return replace(figure, readers=frozenset(read_by[other] for other in others), observation_ids=others)
