"""What the figures of some readers alone leave possible."""

import math
from collections.abc import Iterator, Mapping, Set

import pandas as pd

from dprk_entries.claims.counts import Table, Tables
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from reconcile import results
from reconcile.system import System


class Witnessed(dict[Table, Cells]):
    """The cells of each series and nationality as the figures of some readers make them: reconciled anew when they are
    asked for.

    `tables`: as all figures make them; `figures`: observations with `low` and `high`. Raises KeyError for a series and
    nationality that there is not.
    """

    def __init__(
        self, readers: Set[str], tables: Tables, figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame
    ):
        super().__init__()
        self.readers, self.tables = readers, tables
        self.all = (figures, sources, purposes)

    def __missing__(self, table: Table) -> Cells:
        figures, sources, purposes = self.all
        before = self.tables[table]
        figures = figures[(figures["series"] == before.series) & (figures["nationality"] == before.nationality)]
        own = {*sources.loc[sources["read_by"].isin(self.readers), "source_id"]}
        if before.series in reconciliation.SERIES:
            system = before.system or reconciliation.system(figures, sources, purposes, *table)
            self[table] = _Cells(before, system.read_by(self.readers), own)
        else:
            self[table] = Cells(reconciliation.printed(figures[figures["source_id"].isin(own)], sources), None, *table)
        return self[table]


class _Cells(Cells):
    """The same cells in another system, of which some sources print the figures."""

    def __init__(self, before: Cells, system: System, source_ids: Set[str]):
        self.series, self.nationality = before.series, before.nationality
        self.system, self.rows = system, _Rows(before.rows, system, source_ids)


class _Rows(Mapping[Cell, dict]):
    """The rows of some cells, worked out one by one when they are asked for: most never are."""

    def __init__(self, before: Mapping[Cell, dict], system: System, source_ids: Set[str]):
        self.before, self.system, self.source_ids = before, system, source_ids
        self.known: dict[Cell, dict] = {}

    def __getitem__(self, cell: Cell) -> dict:
        if cell not in self.known:
            self.known[cell] = self._row(cell)
        return self.known[cell]

    def _row(self, cell: Cell) -> dict:
        before = self.before[cell]
        if math.isnan(before["low"]):  # not collected, or withheld
            return before
        for row in results.rows(self.system, [cell]):
            sources = " ".join(source for source in row.source_ids if source in self.source_ids)
            return row.value._asdict() | {"status": row.status, "readers": row.readers, "source_ids": sources}
        return {"low": 0, "high": math.inf, "status": "bounded", "readers": 0, "source_ids": ""}

    def __contains__(self, cell: object) -> bool:
        return cell in self.before

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.before)

    def __len__(self) -> int:
        return len(self.before)
