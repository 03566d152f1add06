"""What an import does to the figures in print: in what it is alone, which it confirms, which it contradicts."""

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

import pandas as pd

from dprk_entries.data import tables
from dprk_entries.data.imports import table
from dprk_entries.data.imports.reading import Key, Reading
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import KEY, WHOSE, Cell, counted, whose
from reconcile import periods
from reconcile.intervals import Interval

SHOWN = 12  # lines of a kind


class Met(NamedTuple):
    """A figure in print on a cell that an import tells too, itself or as the sum of its quarters and purposes."""

    observation_id: str
    source_id: str
    key: Key
    printed: str
    imported: Interval
    agrees: bool

    def __str__(self) -> str:
        of = f"{whose(self.key.series, self.key.nationality)}, {Cell(*self.key[2:])}"
        return f"  {self.observation_id} ({self.source_id}), {of}: {self.printed}; imported: {self.imported.count()}"


def told(reading: Reading, source: dict[str, str]) -> list[str]:
    """The effect in lines; `source`: the row of sources.csv that the import has or gets. Raises as reading and
    reconciling do."""
    sources = tables.read_raw("sources")
    sources = pd.concat([sources[sources["source_id"] != source["source_id"]], pd.DataFrame([source])]).fillna("")
    figures = table.read_figures()
    cells = table.with_totals(table.frame(reading), reading.about["complete"])
    new = table.as_figures(source["source_id"], table.beside(cells, figures), reading.about)
    old = reconciliation.with_intervals(figures)
    if new.empty:
        return [f"{len(reading.cells):,} cells, all new: nobody printed a figure of these nationalities."]
    new = reconciliation.with_intervals(new)
    met = list(meetings(new, old))
    there = {figure.key for figure in met} & reading.cells.keys()
    lines = [f"{len(reading.cells):,} cells: {len(reading.cells) - len(there):,} new, {len(there):,} in print already."]
    for agrees, does in ((True, "Confirms"), (False, "Contradicts")):
        alike = [figure for figure in met if figure.agrees is agrees]
        lines += listed(f"{does} {counted(len(alike), 'figure')} in print", list(map(str, alike)))
    return [*lines, *conflicts(new, old, sources)]


def meetings(new: pd.DataFrame, old: pd.DataFrame) -> Iterator[Met]:
    """The figures of `old` on cells that `new` tells, both with `low` and `high`."""
    known = new[new["low"].notna()]
    cells = {
        Key(*key): Interval(low, high)
        for *key, low, high in known[[*KEY, "low", "high"]].itertuples(index=False, name=None)
    }
    for row in old[old["low"].notna()].itertuples():
        key = Key(*(getattr(row, name) for name in KEY))
        if imported := told_by(key, cells):
            agrees = imported.meets(Interval(row.low, row.high))
            yield Met(row.observation_id, row.source_id, key, row.as_stated, imported, agrees)


def told_by(key: Key, cells: dict[Key, Interval]) -> Interval | None:
    """What cells say of one: its own value, or the sum of its quarters and purposes where all of them are there."""
    if key in cells:
        return cells[key]
    try:
        quarters = periods.quarters(key.period)
    except periods.PeriodError:  # undated, or of months: no cell is
        return None
    parts = [key._replace(period=quarter, purpose=code) for quarter in quarters for code in key.purpose.split("+")]
    return reduce(Interval.plus, map(cells.__getitem__, parts)) if all(part in cells for part in parts) else None


def conflicts(new: pd.DataFrame, old: pd.DataFrame, sources: pd.DataFrame) -> list[str]:
    """What the accounting makes of both together that it did not before, and what has to be done then."""
    purposes = tables.read_raw("purposes")
    whose_new = pd.MultiIndex.from_frame(new[WHOSE])
    old = old[pd.MultiIndex.from_frame(old[WHOSE]).isin(whose_new)]
    _, before = reconciliation.reconcile(old, sources, purposes)
    _, after = reconciliation.reconcile(pd.concat([old, new], ignore_index=True), sources, purposes)
    changed, to_do = reconciliation.other_verdicts(before, after)
    becomes = [
        f"  {row.observation_id} becomes {row.verdict.replace('_', ' ')}: {row.because}" for row in changed.itertuples()
    ]
    return [*listed(f"In conflict that {'was' if len(changed) == 1 else 'were'} not ({len(changed)})", becomes), *to_do]


def listed(head: str, lines: list[str]) -> list[str]:
    """Lines below their head, of many the first; nothing where there is none."""
    if not lines:
        return []
    more = [f"  ... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [f"{head}:", *lines[:SHOWN], *more]
