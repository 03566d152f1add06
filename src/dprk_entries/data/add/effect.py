"""What new figures, not written yet, do to the others: confirm, narrow, contradict."""

import pandas as pd

from dprk_entries.data import imports, tables
from dprk_entries.data.add.given import Known
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import KEY, WHOSE, Cell, whose
from reconcile import intervals

SHOWN = 12  # cells listed
NOT_COMPARED = "Not compared with other series; with other nationalities only whether all of them are fewer than these."


def effect(known: Known, wider: Known) -> str:
    """In words; `known`, `wider`: observations and sources without the new rows and with them. Raises as reconciling
    does."""
    before, after = (
        reconciliation.with_intervals(imports.with_imported(each["observations"])) for each in (known, wider)
    )
    added = after[after["observation_id"].isin(wider["observations"]["observation_id"][len(known["observations"]) :])]
    lines = [""]
    for _, figure in added.iterrows():
        value = intervals.Interval(figure["low"], figure["high"])
        read = value.count() if pd.notna(value.low) else "nothing published"
        lines.append(f"{figure['observation_id']}: {figure['as_stated']}, read as {read}.")
    dated = added["period"] != "undated"
    if not dated.all():
        lines.append(
            f"{', '.join(added.loc[~dated, 'observation_id'])}: compared with nothing, since it has no period."
        )
    for series, figures in added[dated].groupby("series", sort=False):
        old, new = (  # nothing else can change
            _reconciled(table[table["series"] == series], each["sources"])
            for table, each in ((before, known), (after, wider))
        )
        lines += [*_verdict(figures, old[1], new[1]), *_changed(figures, old[0], new[0])]
    return "\n".join([*lines, *([NOT_COMPARED] if dated.any() else [])])


def _reconciled(figures: pd.DataFrame, sources: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and conflicts of one series."""
    entries, conflicts = reconciliation.reconcile(figures, sources, tables.read_raw("purposes"))
    return reconciliation.with_printed(entries, figures, sources), conflicts


def _verdict(added: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Whether the new figures, or others because of them, are in conflict, and what has to be done then."""
    ours = set(added["observation_id"])
    changed, to_do = reconciliation.other_verdicts(before, after)
    lines = []
    for row in sorted(changed.itertuples(), key=lambda row: (row.observation_id not in ours, row.observation_id)):
        becomes = f"{'contradicts others and ' if row.observation_id in ours else ''}becomes"
        verdict, whom = row.verdict.replace("_", " "), whose(row.series, row.nationality)
        lines.append(f"{row.observation_id} ({row.as_stated}) {becomes} {verdict}: {row.because} ({whom}).")
    lines += to_do
    whom = " and ".join(whose(*each) for each in added[WHOSE].drop_duplicates().itertuples(index=False))
    it = "It fits" if len(added) == 1 else f"All {len(added)} fit"
    return lines or [f"{it} all figures of {whom} accepted so far."]


def _changed(added: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """The cells of the new figures as they are now, and all that change."""
    lines = []
    for key in added[KEY].drop_duplicates().itertuples(index=False):
        found = new[(new[KEY] == list(key)).all(axis=1)]
        if found.empty:  # a blank of a series that need not add up
            continue
        now = found.iloc[0]
        before = old[(old[KEY] == list(key)).all(axis=1)]
        becomes = "is now" if before.empty or _known(before.iloc[0]) != _known(now) else "stays"
        cell = Cell(key.period, key.purpose, key.transport)
        readers = f"witnesses who print it: {now['readers']}"
        lines.append(f"{whose(key.series, key.nationality)}, {cell}: {becomes} {_known(now)}; {readers}.")
    changes = reconciliation.changes(old, new)
    lines.append(f"Cells that change: {len(changes)}" if len(changes) else "No cell changes.")
    for row in changes.head(SHOWN).itertuples():
        before, after = ("nothing known" if end is None else end.count() for end in (row.before, row.after))
        cell = Cell(row.period, row.purpose, row.transport)
        lines.append(f"  {row.series} {row.nationality} {cell}: {before} -> {after} ({row.change})")
    if len(changes) > SHOWN:
        lines.append(f"  ... and {len(changes) - SHOWN} more")
    return lines


def _known(row: pd.Series) -> str:
    """What is known of a cell, or why nothing is."""
    return row.status.replace("_", " ") if pd.isna(row.low) else intervals.Interval(row.low, row.high).count()
