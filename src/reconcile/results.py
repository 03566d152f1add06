"""What a system says, as rows of a table: what is known of each cell, and which figures cannot hold."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from reconcile import explain
from reconcile.cells import Bound, Cell
from reconcile.intervals import Interval
from reconcile.system import System


class Row(NamedTuple):
    """What is known of a cell, in counts.

    `status`: `reported` (printed exactly, and accepted), `derived` (one number by arithmetic), `bounded`, or
    `contested` (figures clash, and equally good readings differ); `readers`: how many print it; `source_ids`: where
    the figures that it rests on are printed; `formula`: how it follows from other cells.
    """

    cell: Cell
    value: Interval
    status: str
    readers: int
    source_ids: tuple[str, ...]
    formula: str


class Conflict(NamedTuple):
    """A figure that cannot be true with others, by its number in the system.

    `verdict`: `rejected` where every lightest set gives it up, else `contested`; `value`: what its cell can be
    without it, in counts; `because`: why, in words that can be checked by hand; `clashes_with`: the figures that the
    words speak of first.
    """

    figure: int
    verdict: str
    value: Interval
    because: str
    clashes_with: frozenset[int]


def rows(system: System, cells: Iterable[Cell]) -> list[Row]:
    """What is known of each of the cells, sorted; without those that nobody printed and of which nothing is known.

    Raises AccountingError for a cell that is not a sum of the counts of the system.
    """
    return [row for cell in sorted(cells) if (row := _row(system, cell))]


def conflicts(system: System) -> list[Conflict]:
    """The figures that some lightest set gives up, each with the reason why."""
    return [_conflict(system, figure) for figure in sorted(system.given_up)]


def _row(system: System, cell: Cell) -> Row | None:
    behind = [i for i in system.printed.get(cell, []) if i not in system.rejected]
    accepted = [i for i in behind if i not in system.given_up]
    exact = next((system.figures[i].value for i in accepted if system.figures[i].value.exact), None)
    if exact is None:
        bound, formula = system.bound(cell), explain.formula(system, cell)
        proved_by = {*system.least(cell).proof, *system.greatest(cell).proof}
    else:  # no programme is needed, and only those who print this very value stand behind it
        bound, behind = Bound(exact, False), [i for i in accepted if system.figures[i].value == exact]
        proved_by, formula = set[int](), ""
    if bound.value == (0, math.inf) and not behind:
        return None
    rests_on = [system.figures[i] for i in {*behind} | proved_by]
    return Row(
        cell,
        bound.value,
        _status(bound, exact is not None),
        len({reader for i in behind for reader in system.figures[i].readers}),
        tuple(sorted({source for figure in rests_on for source in figure.source_ids})),
        formula,
    )


def _status(bound: Bound, printed: bool) -> str:
    if bound.contested:
        return "contested"
    if printed:
        return "reported"
    return "derived" if bound.value.exact else "bounded"


def _conflict(system: System, figure: int) -> Conflict:
    because, others = explain.clash(system, figure)
    verdict = "rejected" if figure in system.rejected else "contested"
    return Conflict(figure, verdict, system.bound(system.figures[figure].cell).value, because, others)
