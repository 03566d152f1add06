"""Tables to try things on: harvests in tonnes, by crop and by how they were carried away, quarter by quarter."""

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import Phase, settings

from reconcile import periods
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System

CROPS = ("a", "b", "c")
CARRIERS = ("air", "rail", "car", "ship", "walk")
QUARTERS = periods.quarters("2024")
PARTS = [lambda quarter: CROPS, lambda quarter: CARRIERS]
# A failing example is shown as found: making it smaller asks the solver hundreds of times.
UNSHRUNK = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], deadline=None)


class Cell(NamedTuple):
    period: str
    crop: str = "_T"
    carrier: str = "_T"


def figure(period, value, crop="_T", carrier="_T", readers="R", high=None) -> Figure:
    interval = Interval(value, value if high is None else high)
    return Figure(Cell(period, crop, carrier), interval, frozenset(readers.split()), ("S",), ("F",))


def system(*figures: Figure, cells: Iterable[Cell] = ()) -> System:
    return System.of(figures, cells, PARTS)


def given_up(added: System) -> list[frozenset[int]]:
    """All lightest sets, whatever part of the figures they belong to."""
    return [figures for sets in added.lightest_sets for figures in sets]


CLASH = [
    figure("2024-Q1", 153), figure("2024-Q2", 213), figure("2024-S1", 370),
    figure("2024-Q3", 365), figure("2024-Q4", 382), figure("2024", 1117),
]  # fmt: skip
