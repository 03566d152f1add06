"""From printed figures to one table of cells (`entries.csv`) and one of figures that cannot hold (`conflicts.csv`).

How they are settled is the work of the package `reconcile`; here stands what belongs to these series: which of them add
up, which purposes were collected when, which cells have a row, which were left blank.
"""

import functools
import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dprk_entries.data import tables
from dprk_entries.entries import across
from dprk_entries.entries.cell import KEY, WHOSE, Cell, whose
from reconcile import intervals, periods, results
from reconcile.cells import AccountingError
from reconcile.figures import distinct
from reconcile.figures import with_intervals as with_intervals
from reconcile.system import System

BORDER = ("border_entries", "russian_departures")
# Registrations are not among them: one stay can be registered several times, and a quarter of 2020 exceeds its
# half-year, so their periods need not add up.
SERIES = (*BORDER, "consular_visas")
OWN = {"border_entries": "PRK", "russian_departures": "RUS", "consular_visas": "PRK"}  # whom a series is about here
NOTHING = {"low": math.nan, "high": math.nan, "readers": 0, "source_ids": "", "formula": ""}
FIGURE = ["observation_id", "source_id", "series", "nationality", "period", "purpose", "transport", "as_stated"]
ENTRIES = [*FIGURE[2:-1], "low", "high", "status", "readers", "source_ids", "formula"]
CONFLICTS = [*FIGURE, "read_by", "verdict", "readers", "low", "high", "because", "clashes_with"]
DETAIL_FROM = 2019  # from this year on every purpose of every quarter has a row; before, only those in print


def collected(since: Mapping[str, str], purpose: str, period: str) -> bool:
    """Whether the border service collected a purpose, or every purpose of a sum such as a+b, in a period. `since`: the
    year from which it did each (see `_since`)."""
    return all(since[code] and int(since[code]) <= periods.year(period) for code in purpose.split("+"))


def _since(purposes: pd.DataFrame) -> dict[str, str]:
    """The year from which the border service collected each purpose; empty for those that it never did."""
    return dict(zip(purposes["code"], purposes["collected_from"], strict=True))


@dataclass(frozen=True)
class Account:
    """The figures of one series and nationality, added up: what its rows of `entries` and `conflicts` come from."""

    key: dict[str, str]  # series and nationality
    seen: pd.Series  # periods of all figures
    system: System
    grid: set[Cell]
    withheld: set[Cell]
    published: pd.DataFrame
    impossible: pd.DataFrame  # figures on a purpose in a period when it was not collected
    miscopied: pd.DataFrame  # figures that most papers which relay the same reader contradict, see `across`


def reconcile(
    figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Entries and conflicts; the latter without the human's columns, which `resolve` adds.

    `figures`: observations with `low` and `high` (see `with_intervals`). Those without a period take no part. Conflicts
    by themselves are figures on a purpose in a period when it was not collected, and those that most papers which relay
    the same reader contradict; so is what cannot all be across nationalities, or in series that need not add up (see
    `across`). Raises PeriodError, naming the figure, for a period that is not made of whole quarters: it could not be
    added up.
    """
    entries, conflicts = [], []
    for account in accounts(figures, sources, purposes, SERIES):  # added up, and settled which to give up
        known = results.rows(account.system, account.grid)  # bounds, and how they follow
        given_up = results.conflicts(account.system)  # and why
        rows = [*cells(account, known), *_not_collected(account, purposes)]
        entries += [account.key | row for row in rows]
        conflicts += [*_in_print(account, given_up), *_impossible(account), *_miscopied(account)]
    table = pd.DataFrame(entries, columns=ENTRIES)
    told = {conflict["observation_id"] for conflict in conflicts}
    conflicts += [row for row in _across(table, figures, sources) if row["observation_id"] not in told]
    return table, pd.DataFrame(conflicts, columns=CONFLICTS)


def printed(figures: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Cells of the series that need not add up, in the columns of `entries`: what their figures span, as printed.

    `figures`: observations with `low` and `high`. Figures without a period are left out.
    """
    usable = figures[~figures["series"].isin(SERIES) & (figures["period"] != "undated") & figures["low"].notna()]
    usable = usable.assign(reader=usable["source_id"].map(sources.set_index("source_id")["read_by"]))
    rows = []
    for cell, group in usable.groupby(KEY, sort=True):
        low, high = group["low"].min(), group["high"].max()
        agreed = group["low"].max() <= group["high"].min()
        status = "reported" if low == high else "bounded" if agreed else "contested"
        read = {"readers": group["reader"].nunique(), "source_ids": " ".join(sorted(set(group["source_id"])))}
        rows.append(dict(zip(KEY, cell, strict=True)) | {"low": low, "high": high, "status": status} | read)
    return pd.DataFrame(rows, columns=ENTRIES[:-1]).assign(formula="")


def with_printed(entries: pd.DataFrame, figures: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Every count there is: those of `entries`, and those of series that need not add up."""
    return pd.concat([entries, printed(figures, sources)], ignore_index=True)


def system(
    figures: pd.DataFrame,
    sources: pd.DataFrame,
    purposes: pd.DataFrame,
    series: str = "border_entries",
    nationality: str = "",
) -> System:
    """What one series says of a nationality, its own unless given (see OWN), to bound sums and ratios of its cells."""
    of_whom = figures["nationality"] == (nationality or OWN[series])
    (account,) = accounts(figures[of_whom], sources, purposes, [series])
    return account.system


def accounts(
    figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame, series: Iterable[str]
) -> Iterator[Account]:
    """The figures of each series and nationality, added up. Raises as `reconcile`."""
    usable = figures[figures["series"].isin(list(series)) & (figures["period"] != "undated")]
    usable = usable.assign(reader=usable["source_id"].map(sources.set_index("source_id")["read_by"]))
    for row in usable.drop_duplicates([*WHOSE, "period"]).itertuples():
        if fault := out_of_step(row.series, row.nationality, row.period):
            raise periods.PeriodError(
                f"data/raw/observations.csv, row {row.Index + 2} ({row.observation_id}), column period: {fault}"
            )
    since = _since(purposes)
    published = usable[usable["qualifier"] != "not_published"]
    possible = np.array(
        [
            code not in BORDER or collected(since, purpose, period)
            for code, purpose, period in zip(
                *(published[name] for name in ("series", "purpose", "period")), strict=True
            )
        ],
        dtype=bool,
    )
    copied = across.miscopied(published[possible])
    impossible = frozenset(published.index[~possible])
    for (series_code, nationality), group in usable.groupby(WHOSE, sort=True):
        try:
            yield _account(series_code, nationality, group, since, copied, impossible)
        except AccountingError as error:
            raise AccountingError(f"data/raw/observations.csv, {whose(series_code, nationality)}: {error}") from None


def out_of_step(series: str, nationality: str, period: str) -> str:
    """Why a period does not add up with the others of its series, in words; nothing where it does or need not."""
    if series not in SERIES or period == "undated":
        return ""
    try:
        periods.quarters(period)
    except periods.PeriodError as error:
        return (
            f"{error}, expected a period that adds up with the others of {whose(series, nationality)}. Choose "
            "quarters, or give the figure a series of its own."
        )
    return ""


def _account(
    series: str,
    nationality: str,
    group: pd.DataFrame,
    since: Mapping[str, str],
    copied: pd.DataFrame,
    not_collected: Collection[int],
) -> Account:
    """From the rows of one series and nationality to what must add up, and which figures to give up. `copied`: as
    `across.miscopied` finds them; `not_collected`: the index of figures on a purpose when it was not collected."""
    blank, wrong, bad = (
        group["qualifier"] == "not_published",
        group.index.isin(not_collected),
        group.index.isin(copied.index),
    )
    blanks, impossible, miscopied = group[blank], group[wrong], group[bad].join(copied)
    published = group[~(blank | wrong | bad)]
    withheld = {
        Cell(q, row.purpose, row.transport)
        for row in blanks.itertuples()
        if series not in BORDER or collected(since, row.purpose, row.period)  # else there was nothing to withhold
        for q in periods.quarters(row.period)
    }
    figures = distinct(published, Cell._fields[1:])
    grid = {*_grid(series, nationality, group["period"], since), *withheld, *(Cell(*f.cell) for f in figures)}
    modes = tables.codes("observations", "transport")
    system = System.of(figures, grid, [_purposes_in(series, published, since), lambda quarter: modes])
    key = {"series": series, "nationality": nationality}
    return Account(key, group["period"], system, grid, withheld, published, impossible, miscopied)


def _purposes_in(series: str, published: pd.DataFrame, since: Mapping[str, str]) -> Callable[[str], tuple[str, ...]]:
    """The purposes that make up the total of a quarter. Only the border service's list is known to be complete;
    elsewhere an unnamed rest completes those seen."""
    if series not in BORDER:
        seen = sorted({code for purpose in published["purpose"] for code in purpose.split("+")} - {"_T"})
        return lambda quarter: (*seen, "rest")
    codes = [code for code in since if code != "_T"]
    return functools.cache(lambda quarter: tuple(code for code in codes if collected(since, code, quarter)))


def _grid(series: str, nationality: str, seen: pd.Series, since: Mapping[str, str]) -> list[Cell]:
    """Cells that a reader may ask for whether or not anybody printed them: quarters, half-years and years of North
    Korean entries and of Russian departures; of entries also by purpose, since the list of purposes is complete."""
    if series not in BORDER or nationality != OWN[series]:
        return []
    first, last = min(map(periods.year, seen)), max(map(periods.year, seen))
    border = [code for code, year in since.items() if year] if series == "border_entries" else ["_T"]
    asked = []
    for year, part in itertools.product(range(first, last + 1), ("", "-S1", "-S2", "-Q1", "-Q2", "-Q3", "-Q4")):
        asked += [Cell(f"{year}{part}", code) for code in border if year >= DETAIL_FROM or code == "_T"]
    return asked


def cells(account: Account, known: Iterable[results.Row]) -> list[dict]:
    """Rows of `entries`, without series and nationality: what is known, and the cells that were left blank."""
    rows = {row.cell: row for row in known}
    entries = []
    for cell in sorted(account.grid):
        row = rows.get(cell)
        entry = _entry(row) if row else NOTHING
        if cell not in account.system.printed and _is_withheld(cell, account.withheld):
            limited = row and math.isfinite(row.value.high)  # withheld, but other figures give it away
            entries.append(cell._asdict() | (entry if limited else NOTHING) | {"status": "not_published"})
        elif row:
            entries.append(cell._asdict() | entry)
    return entries


def _entry(row: results.Row) -> dict:
    """What is known of a cell, in the columns of `entries`."""
    sources = " ".join(row.source_ids)
    known = {"status": row.status, "readers": row.readers, "source_ids": sources, "formula": row.formula}
    return row.value._asdict() | known


def _is_withheld(cell: Cell, withheld: set[Cell]) -> bool:
    """Whether every quarter of a cell was left blank, in its own column or in all of them."""
    return all(
        any(Cell(quarter, purpose, transport) in withheld
            for purpose in {cell.purpose, "_T"} for transport in {cell.transport, "_T"})
        for quarter in periods.quarters(cell.period)
    )  # fmt: skip


def _not_collected(account: Account, purposes: pd.DataFrame) -> list[dict]:
    """Rows for purposes in the quarters and years before they were collected."""
    if tuple(account.key.values()) != ("border_entries", "PRK"):
        return []
    first = min(map(periods.year, account.seen))
    return [
        Cell(f"{year}{part}", code)._asdict() | NOTHING | {"status": "not_collected"}
        for code, since in zip(purposes["code"], purposes["collected_from"], strict=True)
        if since
        for year in range(first, int(since))
        for part in ("", "-Q1", "-Q2", "-Q3", "-Q4")
    ]


def _in_print(account: Account, given_up: Iterable[results.Conflict]) -> list[dict]:
    """Rows of `conflicts` for the figures that arithmetic gives up, each as often as it is in print."""
    rows, figures, published = [], account.system.figures, account.published
    for conflict in given_up:
        names = sorted(name for other in conflict.clashes_with for name in figures[other].observation_ids)
        told = conflict.value._asdict() | {
            "verdict": conflict.verdict,
            "readers": len(figures[conflict.figure].readers),
            "because": conflict.because,
            "clashes_with": " ".join(names),
        }
        places = published[published["observation_id"].isin(figures[conflict.figure].observation_ids)]
        rows += [dict(row[FIGURE]) | {"read_by": row["reader"]} | told for _, row in places.iterrows()]
    return rows


def _impossible(account: Account) -> list[dict]:
    """Rows of `conflicts` for the figures on a purpose that was not collected."""
    rows = []
    alike = account.impossible.groupby(["period", "purpose", "low"])["reader"].transform("nunique")
    nothing = {"verdict": "not_collected", "low": math.nan, "high": math.nan, "clashes_with": ""}
    for index, row in account.impossible.iterrows():
        because = f"{row['purpose']} was not a category in {row['period']}"
        told = {"read_by": row["reader"], "readers": alike[index], "because": because}
        rows.append(dict(row[FIGURE]) | nothing | told)
    return rows


def _miscopied(account: Account) -> list[dict]:
    """Rows of `conflicts` for the figures that most papers of their reader contradict."""
    rows = []
    for _, row in account.miscopied.iterrows():
        value = account.system.bound(Cell(*row[list(Cell._fields)])).value
        told = {"read_by": row["reader"], "verdict": "rejected", "readers": 1, "clashes_with": row["clashes_with"]}
        rows.append(dict(row[FIGURE]) | told | value._asdict() | {"because": row["because"]})
    return rows


def _across(entries: pd.DataFrame, figures: pd.DataFrame, sources: pd.DataFrame) -> list[dict]:
    """Rows of `conflicts` for what cannot all be beyond the sums of one series and nationality; each figure once."""
    dated = figures[(figures["period"] != "undated") & figures["low"].notna()]
    dated = dated.assign(reader=dated["source_id"].map(sources.set_index("source_id")["read_by"]))
    counts = with_printed(entries, figures, sources)
    known = counts.set_index(KEY)[["low", "high"]]
    dated = dated.set_index(KEY, drop=False)
    rows: dict[str, dict] = {}
    for clash in across.clashes(counts, dated[~dated["series"].isin(SERIES)].reset_index(drop=True)):
        against = {*dated.loc[dated.index.isin(clash.against), "observation_id"]}
        same = dated[dated.index == clash.of]
        for row in same.to_dict("records"):
            name = row["observation_id"]
            told = {
                "read_by": row["reader"],
                "verdict": "contested",
                "readers": same.loc[same["low"] == row["low"], "reader"].nunique(),
                "because": clash.because,
                "clashes_with": " ".join(sorted(against - {name})),
            }
            rows.setdefault(name, {column: row[column] for column in FIGURE} | dict(known.loc[clash.of]) | told)
    return [*rows.values()]


class ResolutionError(ValueError):
    """A figure in conflict without a human's reading, or a reading of a figure that is in no conflict."""


def resolve(conflicts: pd.DataFrame, resolutions: pd.DataFrame) -> pd.DataFrame:
    """Conflicts with the columns `cause` and `reason`: what a human makes of each. Numbers and verdicts stay.

    Raises ResolutionError unless there is exactly one reading for each figure in conflict.
    """
    unread = conflicts[~conflicts["observation_id"].isin(resolutions["observation_id"])]
    stale = resolutions[~resolutions["observation_id"].isin(conflicts["observation_id"])]
    problems = [
        f"no row for {row.observation_id} ({row.as_stated!r} of {row.source_id}), which is {row.verdict}: "
        f"{row.because}. Add a row that says what you make of it."
        for row in unread.itertuples()
    ] + [f"{row.observation_id} is not in conflict any more. Delete its row." for row in stale.itertuples()]
    if problems:
        raise ResolutionError("\n".join(f"data/raw/resolutions.csv: {problem}" for problem in problems))
    return conflicts.merge(resolutions, on="observation_id", validate="one_to_one")


def other_verdicts(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """How one table of conflicts became another: the rows of `after` whose verdict is new or another, and what has to
    be done in data/raw/resolutions.csv then, in words."""
    verdicts = dict(zip(before["observation_id"], before["verdict"], strict=True))
    changed = after[after["observation_id"].map(verdicts) != after["verdict"]]
    missing = [name for name in after["observation_id"] if name not in verdicts]
    settled = [name for name in verdicts if name not in set(after["observation_id"])]
    to_do = [f"Say what you make of {', '.join(missing)}: a row each in data/raw/resolutions.csv."] if missing else []
    if settled:
        to_do.append(f"No conflict any more: {', '.join(settled)}. Delete their rows in data/raw/resolutions.csv.")
    return changed, to_do


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Cells that differ between two tables of entries: their keys, `before` and `after` (intervals; None where there
    is no row or no interval), and `change`: new, gone, narrower, wider, or other."""
    both = before.merge(after, on=KEY, how="outer", suffixes=("_before", "_after"))
    rows = []
    for row in both.itertuples():
        old, new = _interval(row.low_before, row.high_before), _interval(row.low_after, row.high_after)
        if old != new:
            rows.append([*(getattr(row, column) for column in KEY), old, new, _kind_of_change(old, new)])
    return pd.DataFrame(rows, columns=[*KEY, "before", "after", "change"])


def _interval(low: float, high: float) -> intervals.Interval | None:
    return None if math.isnan(low) else intervals.Interval(low, high)


def _kind_of_change(old: intervals.Interval | None, new: intervals.Interval | None) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    return "narrower" if new.within(old) else "wider" if old.within(new) else "other"


def labels(purposes: pd.DataFrame) -> pd.DataFrame:
    """One row for each label in print: `language`, `label_as_stated`, `code`."""
    rows = [
        [*seen.split(":", 1), code]
        for code, labels_seen in zip(purposes["code"], purposes["labels_seen"], strict=True)
        for seen in labels_seen.split("|")
    ]
    return pd.DataFrame(rows, columns=["language", "label_as_stated", "code"])


def misread(observations: pd.DataFrame, purposes: pd.DataFrame) -> pd.DataFrame:
    """Border figures whose printed label is not one of those seen for their purpose."""
    known = labels(purposes).groupby("label_as_stated")["code"].agg(set)
    border = observations[observations["series"].isin(BORDER) & (observations["label_as_stated"] != "")]
    wrong = [
        row.purpose not in known.get(row.label_as_stated, set()) and "+" not in row.purpose
        for row in border.itertuples()
    ]
    return border[wrong]


def additions(figures: pd.DataFrame) -> pd.DataFrame:
    """Printed wholes against the sum of their printed parts: purposes or modes of a period, quarters of a longer one.

    `figures`: observations of one series and nationality with `low`, `high`, `reader`. Only exact figures count; of
    several values for a cell, the one that most readers give, and none where two tie. The list of purposes is that
    of all purposes ever printed. Columns: `whole` (a cell, with its `period` and `purpose`), `by` (what it is split
    into), `printed`, `sum`, `difference` (counts).
    """
    exact = figures[figures["qualifier"] == "exact"]
    readers = exact.groupby([*Cell._fields, "low"])["reader"].nunique().reset_index()
    best = readers[readers["reader"] == readers.groupby(list(Cell._fields))["reader"].transform("max")]
    best = best.drop_duplicates(list(Cell._fields), keep=False)
    known = {Cell(row.period, row.purpose, row.transport): int(row.low) for row in best.itertuples()}
    purposes = sorted({cell.purpose for cell in known if "+" not in cell.purpose} - {"_T"})
    modes = tables.codes("observations", "transport")
    rows = []
    for whole, printed in sorted(known.items()):
        sums = {"quarter": [whole._replace(period=q) for q in periods.quarters(whole.period) if q != whole.period]}
        if (whole.purpose, whole.transport) == ("_T", "_T"):
            sums["purpose"] = [whole._replace(purpose=code) for code in purposes]
            sums["transport"] = [whole._replace(transport=mode) for mode in modes]
        for by, parts in sums.items():
            if parts and all(part in known for part in parts):
                total = sum(known[part] for part in parts)
                rows.append([str(whole), whole.period, whole.purpose, by, printed, total, total - printed])
    return pd.DataFrame(rows, columns=["whole", "period", "purpose", "by", "printed", "sum", "difference"])
