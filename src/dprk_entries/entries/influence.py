"""Which counts would change without a figure: each figure left out in turn, and the counts bounded anew."""

import math

import pandas as pd

from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import KEY, Cell
from reconcile import leave_one_out, results
from reconcile.intervals import Interval

COLUMNS = ["observation_id", *KEY, "low", "high"]


def influence(figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame) -> pd.DataFrame:
    """One row for each figure and count that would change without it, with what the count would then be: nothing
    known is 0 to infinity.

    `figures`: observations with `low` and `high`. Only counts that have an interval now are looked at.
    """
    readers = sources.set_index("source_id")["read_by"]
    read_by = dict(zip(figures["observation_id"], figures["source_id"].map(readers), strict=True))
    rows = []
    for account in reconciliation.accounts(figures, sources, purposes, reconciliation.SERIES):
        known: dict[tuple[str, ...], Interval] = {
            Cell(*(row[name] for name in Cell._fields)): Interval(row["low"], row["high"])
            for row in reconciliation.cells(account, results.rows(account.system, account.grid))
            if not math.isnan(row["low"])
        }
        for change in leave_one_out.changes(account.system, known, read_by):
            rows.append([change.observation_id, *account.key.values(), *change.cell, *change.value])
    return pd.DataFrame(rows, columns=COLUMNS)
