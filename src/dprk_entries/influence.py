"""Which counts would change without a figure: each figure left out in turn, and the counts bounded anew."""

import copy
from collections.abc import Iterator

import pandas as pd

from dprk_entries import reconciliation
from dprk_entries.accounting import Cell, Component, Figure, System
from dprk_entries.intervals import Interval

COLUMNS = ["observation_id", "series", "nationality", *Cell._fields, "low", "high"]


def influence(
    figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame, entries: pd.DataFrame
) -> pd.DataFrame:
    """One row a figure and count that would change without it, with what the count would then be: nothing known is
    0 to infinity.

    `figures`: observations with `low` and `high`; `entries`: what they make together. Only counts that have an
    interval now are looked at.
    """
    readers = sources.set_index("source_id")["read_by"]
    read_by = dict(zip(figures["observation_id"], figures["source_id"].map(readers), strict=True))
    known = entries[entries["low"].notna()]
    rows = []
    for account in reconciliation.accounts(figures, sources, purposes, reconciliation.SERIES):
        key = list(account.key.values())
        own = known[(known["series"] == key[0]) & (known["nationality"] == key[1])]
        cells = {
            Cell(*row[:3]): Interval(*row[3:]) for row in own[[*Cell._fields, "low", "high"]].itertuples(index=False)
        }
        for observation_id, cell, value in _changes(account.system, cells, read_by):
            rows.append([observation_id, *key, *cell, *value])
    return pd.DataFrame(rows, columns=COLUMNS)


def _changes(
    system: System, cells: dict[Cell, Interval], read_by: dict[str, str]
) -> Iterator[tuple[str, Cell, Interval]]:
    resting = {cell: {*(bound := system.bound(cell)).low_proof, *bound.high_proof} for cell in cells}
    labels = {cell: set(system.component[system.row(cell) != 0]) for cell in cells}
    for label, component in system.components.items():
        for i, figure in component.figures.items():
            for observation_id in figure.observation_ids:
                without = _without(figure, observation_id, read_by)
                if without and without.readers == figure.readers:
                    continue  # as many witnesses as before
                changed = _replaced(system, label, i, without)
                same = changed.components[label].parts == component.parts
                asked = [
                    c
                    for c in cells
                    if label in labels[c] and (not same or (not without and _rests(c, i, resting, system)))
                ]
                for cell in asked:
                    value = changed.bound(cell).value
                    if value != cells[cell]:
                        yield observation_id, cell, value


def _rests(cell: Cell, figure: int, resting: dict[Cell, set[int]], system: System) -> bool:
    return figure in resting[cell] or system.figures[figure].cell == cell


def _without(figure: Figure, observation_id: str, read_by: dict[str, str]) -> Figure | None:
    """A figure as the other papers that print it make it; None where there are none."""
    others = tuple(other for other in figure.observation_ids if other != observation_id)
    readers = frozenset(read_by[other] for other in others)
    return Figure(figure.cell, figure.value, readers, figure.source_ids, others) if others else None


def _replaced(system: System, label: int, i: int, figure: Figure | None) -> System:
    """The system with another figure in place of one, or none."""
    old = system.components[label]
    figures = {j: (figure if j == i else own) for j, own in old.figures.items() if j != i or figure}
    rows = old.programme.rows[[old.programme.position[j] for j in figures]]
    changed = copy.copy(system)
    changed.components = dict(system.components)
    changed.components[label] = Component(old.columns, figures, rows, old.programme.identities, old.programme.whole)
    return changed
