"""What the numbers of a table are of (cells), what was published on them (figures), what follows (bounds)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reconcile.intervals import Interval


class AccountingError(ValueError):
    """A figure or cell that the table cannot have, or contradictions in too many ways to settle."""


ALL = "_T"  # the code that stands for the total of a dimension
Cell = tuple[str, ...]  # a period, then a code for each dimension; a code may be a sum such as wheat+rye


def name(cell: Cell) -> str:
    """A cell in words: its period, and its codes where they are not the total."""
    return " ".join(part for part in cell if part != ALL)


@dataclass(frozen=True)
class Figure:
    """A distinct published figure: one cell and one interval, whoever printed it.

    `readers`: who had the primary record before them, each a witness; `source_ids`: where it is printed;
    `observation_ids`: what each place in print is called.
    """

    cell: Cell
    value: Interval
    readers: frozenset[str]
    source_ids: tuple[str, ...]
    observation_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raises AccountingError for an interval upside down, and where nobody stands behind the figure."""
        if not self.value.low <= self.value.high:
            raise AccountingError(
                f"{name(self.cell)}: the interval {tuple(self.value)} is upside down, expected its least value first"
            )
        if not self.readers:
            raise AccountingError(f"{name(self.cell)}: found no reader, expected at least one who stands behind it")


def by_cell(figures: Mapping[int, Figure]) -> dict[Cell, list[int]]:
    """The numbers of the figures on each cell that has any."""
    on: dict[Cell, list[int]] = {}
    for i, figure in figures.items():
        on.setdefault(figure.cell, []).append(i)
    return on


class Bound(NamedTuple):
    """Interval of a cell or sum, and whether lightest sets differ on it."""

    value: Interval
    contested: bool
