"""Which counts would change without a figure: each figure left out in turn, and the counts bounded anew."""

import copy
import math
from collections.abc import Iterator

import pandas as pd

from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell
from reconcile.intervals import Interval
from reconcile.system import Component, Figure, System

COLUMNS = ["observation_id", "series", "nationality", *Cell._fields, "low", "high"]


def influence(figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame) -> pd.DataFrame:
    """One row a figure and count that would change without it, with what the count would then be: nothing known is
    0 to infinity.

    `figures`: observations with `low` and `high`. Only counts that have an interval now are looked at.
    """
    readers = sources.set_index("source_id")["read_by"]
    read_by = dict(zip(figures["observation_id"], figures["source_id"].map(readers), strict=True))
    rows = []
    for account in reconciliation.accounts(figures, sources, purposes, reconciliation.SERIES):
        key = list(account.key.values())
        cells = {
            Cell(*(row[name] for name in Cell._fields)): Interval(row["low"], row["high"])
            for row in reconciliation.cells(account)
            if not math.isnan(row["low"])
        }
        for observation_id, cell, value in _changes(account.system, cells, read_by):
            rows.append([observation_id, *key, *cell, *value])
    return pd.DataFrame(rows, columns=COLUMNS)


def _changes(
    system: System, cells: dict[Cell, Interval], read_by: dict[str, str]
) -> Iterator[tuple[str, Cell, Interval]]:
    ends = {cell: {end: system.end(cell, end) for end in ("least", "greatest")} for cell in cells}
    labels = {cell: set(system.component[system.row(cell) != 0]) for cell in cells}
    for label, component in system.components.items():
        for i, figure in component.figures.items():
            for observation_id in figure.observation_ids:
                without = _without(figure, observation_id, read_by)
                if without and without.readers == figure.readers:
                    continue  # as many witnesses as before
                changed = replaced(system, label, i, without)
                now = changed.components[label]
                for cell in cells:
                    if label not in labels[cell]:
                        continue
                    value = Interval(
                        *(
                            before.value if now.keeps(before, component) else changed.end(cell, end).value
                            for end, before in ends[cell].items()
                        )
                    )
                    if value != cells[cell]:
                        yield observation_id, cell, value


def _without(figure: Figure, observation_id: str, read_by: dict[str, str]) -> Figure | None:
    """A figure as the other papers that print it make it; None where there are none."""
    others = tuple(other for other in figure.observation_ids if other != observation_id)
    readers = frozenset(read_by[other] for other in others)
    return Figure(figure.cell, figure.value, readers, figure.source_ids, others) if others else None


def replaced(system: System, label: int, i: int, figure: Figure | None) -> System:
    """The system with another figure in place of one, or none."""
    old = system.components[label]
    figures = {j: (figure if j == i else own) for j, own in old.figures.items() if j != i or figure}
    rows = old.programme.rows[[old.programme.position[j] for j in figures]]
    changed = copy.copy(system)
    changed.components = dict(system.components)
    changed.components[label] = Component(old.columns, figures, rows, old.programme.identities, old.programme.whole)
    return changed
