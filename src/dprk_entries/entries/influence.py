"""Which counts would change without a figure: each figure left out in turn, and the counts bounded anew."""

import json
import math
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pandas as pd

import reconcile
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import KEY, Cell
from notebook_reports.runner import memory
from reconcile import leave_one_out, results
from reconcile.counts import Numbers
from reconcile.intervals import Interval
from reconcile.leave_one_out import Leaving, Left
from reconcile.settle import Component

COLUMNS = ["observation_id", *KEY, "low", "high"]
SOLVED_BY = ("numpy", "highspy")  # what may make another answer of the same figures, beside our own code


def influence(
    figures: pd.DataFrame,
    sources: pd.DataFrame,
    purposes: pd.DataFrame,
    leaving: Callable[[Component, Numbers, Mapping[str, str]], Leaving] = leave_one_out.leaving,
) -> pd.DataFrame:
    """One row for each figure and count that would change without it, with what the count would then be: nothing
    known is 0 to infinity.

    `figures`: observations with `low` and `high`; `leaving`: that of `leave_one_out`, or of `Kept`. Only counts that
    have an interval now are looked at.
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
        for change in leave_one_out.changes(account.system, known, read_by, leaving):
            rows.append([change.observation_id, *account.key.values(), *change.cell, *change.value])
    return pd.DataFrame(rows, columns=COLUMNS)


class Kept:
    """What each component gives, kept in a file under the digest of all that it follows from: figures and readers,
    sums, code. So a new figure costs no more than the component it belongs to. What is not asked for is forgotten."""

    def __init__(self, file: Path):
        self.before = json.loads(memory.read(file) or "{}")
        self.file, self.asked = file, dict[str, Leaving]()
        code = sorted(Path(reconcile.__path__[0]).glob("*.py"))
        self.solved_by = [*map(version, SOLVED_BY), *(sha256(path.read_bytes()).hexdigest() for path in code)]

    def leaving(self, component: Component, sums: Numbers, read_by: Mapping[str, str]) -> Leaving:
        """As that of `leave_one_out`."""
        printed = [
            (figure.cell, tuple(figure.value), [(name, read_by[name]) for name in figure.observation_ids])
            for figure in component.figures.values()
        ]
        programme = component.programme
        digest = sha256(repr([self.solved_by, printed, programme.whole]).encode())
        for matrix in (programme.rows, programme.identities, sums):
            digest.update(repr(matrix.shape).encode() + matrix.tobytes())
        key = digest.hexdigest()
        if key in self.before:
            now, left = self.before[key]
            left = [Left(name, place, Interval(*value)) for name, place, value in left]
            self.asked[key] = Leaving([Interval(*value) for value in now], left)
        else:
            self.asked[key] = leave_one_out.leaving(component, sums, read_by)
        return self.asked[key]

    def write(self) -> None:
        memory.write(self.file, json.dumps(self.asked))
