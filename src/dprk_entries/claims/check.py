"""Recompute published claims from the cells and say whether they hold.

A claim is a measure of what it counts (see `measures`, `counts`) and a rule for reading its number (`hedges.HEDGES`).
The verdict compares two intervals: what the figures leave possible, and what the words allow. A second verdict leaves
out all that the claim's own reader read (`witnesses`), a third is on the unit that is named in print (`words`).
"""

import functools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from dprk_entries import verdicts
from dprk_entries.claims import counts
from dprk_entries.claims.counts import Table, Tables, Term
from dprk_entries.claims.measures import MEASURES, Result, compares
from dprk_entries.claims.witnesses import Witnessed
from dprk_entries.claims.words import ClaimError, nobody_counted, unit_verdict, where
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell, whose
from dprk_entries.entries.look_up import Cells, NoFigureError
from reconcile import explain, hedges
from reconcile.intervals import Interval

By = Callable[[frozenset[str]], Tables]  # the cells as the figures of some readers alone make them
UNKNOWN = Interval(-math.inf, math.inf)
GREATEST_CHANCE = 0.1  # of tracing a number to another cell that only looks like it


def series_of(
    entries: pd.DataFrame, figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame
) -> dict[Table, Cells]:
    """The cells of every series and nationality: those of `entries`, and those of series that need not add up.

    `figures`: observations with `low` and `high`.
    """
    table = reconciliation.with_printed(entries, figures, sources)
    cells_of = {}
    for series, nationality in table[["series", "nationality"]].drop_duplicates().itertuples(index=False):
        ours = reconciliation.OWN.get(series) == nationality
        system = reconciliation.system(figures, sources, purposes, series) if ours else None
        cells_of[series, nationality] = Cells(table, system, series, nationality)
    return cells_of


def accepted(claim: pd.Series) -> Interval:
    """What the words of a claim allow its measure to be. Of a fall, which is below zero, they say how deep it is."""
    value, high = (math.nan if pd.isna(claim[column]) else abs(claim[column]) for column in ("value", "value_high"))
    low, high = hedges.of_measure(value, high, claim["rule"], _precision(claim))
    return Interval(-high, -low) if claim["value"] < 0 else Interval(low, high)


def _precision(claim: pd.Series) -> float:
    """Place of the last digit that was meant: as given, else that of the last digit that is not zero."""
    if not pd.isna(claim["precision"]):
        return claim["precision"]
    return math.nan if pd.isna(claim["value"]) else hedges.place(abs(claim["value"]))


def last_digit(claim: pd.Series) -> float:
    """Place of the last digit of a number without a hedge: as given, else as printed."""
    return min(1, _precision(claim)) if pd.isna(claim["precision"]) else claim["precision"]


def verdict(value: Interval, allowed: Interval, digit: float = 1) -> str:
    """Verdict on a claim, from what the figures leave possible and what the words allow.

    `holds within rounding` and `holds, truncated` are for a single number whose last digit stands for `digit`.
    """
    if value.within(allowed):
        return "holds"
    if value.meets(allowed):
        return "cannot be decided"
    if not allowed.exact:
        return "false"
    if value.within(Interval(allowed.low - digit / 2, allowed.low + digit / 2)):
        return "holds within rounding"
    size = Interval(-value.high, -value.low) if allowed.low < 0 else value
    if size.within(Interval(abs(allowed.low), hedges.below(abs(allowed.low) + digit))):
        return "holds, truncated"
    return "false"


class Judged(NamedTuple):
    """A claim recomputed: its verdict, what it rests on, and the other cell that its number is of, if it was traced."""

    verdict: str
    result: Result
    traced: Term | None


def check(
    claims: pd.DataFrame, tables: Mapping[Table, Cells], figures: pd.DataFrame, sources: pd.DataFrame,
    purposes: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Every claim recomputed, in the columns of `claims_checked.csv`.

    `tables`: the cells of each series and nationality; `figures`: observations with `low` and `high`. Raises ClaimError
    for a claim whose measure cannot be computed from the cells it names, and for one that compares what is unlike
    without saying so.
    """
    readers = sources.set_index("source_id")["read_by"]
    witnessed = functools.cache(lambda who: Witnessed(who, tables, figures, sources, purposes))
    units = figures.groupby("series")["unit"].first().to_dict()
    on_cell, with_number = defaultdict(list), defaultdict(list)  # figures by cell in words, and by source and number
    for row in figures.itertuples():
        cell = Cell(row.period, row.purpose, row.transport)
        on_cell[row.series, row.nationality, str(cell)].append((row.observation_id, cell, Interval(row.low, row.high)))
        with_number[row.source_id, row.period, row.value].append((row.observation_id, row.series))
    rows = []
    for _, claim in claims.iterrows():
        if fault := _fault(claim, tables, units) or _second_reading(claim, with_number):
            raise ClaimError(f"{where(claim)}: {fault}")
        judged = _judged(claim, tables, readers, witnessed)
        second = _without_own_reader(claim, judged, readers, witnessed)
        if nobody_counted(claim, units):
            told = f"{judged.result.arithmetic}; nobody counted {claim['unit_as_stated']}"
            judged = Judged("cannot be decided", judged.result._replace(arithmetic=told), None)
            second = judged.verdict
        value, known = judged.result.value, judged.result.value != UNKNOWN
        rows.append(
            dict(claim[["claim_id", "part", "source_id", "as_stated"]])
            | {
                "recomputed_low": value.low if known else None,
                "recomputed_high": value.high if known else None,
                "verdict": judged.verdict,
                "verdict_without_own_reader": second,
                "unit_verdict": unit_verdict(claim, judged.traced, units),
                "arithmetic": judged.result.arithmetic,
                "observation_ids": " ".join(_behind(tables, judged.result.terms, on_cell)),
            }
        )
    return pd.DataFrame(rows)


def _fault(claim: pd.Series, tables: Tables, units: Mapping[str, str]) -> str:
    """What is wrong with what a claim counts and compares: tables without a figure, and what is unlike."""
    count, base = counts.claimed(tables, claim), counts.base(tables, claim)
    for table in (*count.whose, *base.whose):
        if table not in tables:
            return f"found no figure of {whose(*table)}. Add one, or mend series or nationality."
    unit, its = units[count.series], units[base.series]
    if unit != its and "units" not in claim["compares_unlike"]:
        return (
            f"found {unit} compared with {its} ({base.series}), expected one unit. Mend base_series, or write units in "
            "compares_unlike if the claim itself compares them."
        )
    unlike = claim["measure"] != "highest_since" and count.length != base.length
    if unlike and "periods" not in claim["compares_unlike"]:
        return (
            f"found {count.period} compared with {base.period}, expected a period as long. Mend base_period, or write "
            "periods in compares_unlike if the claim itself compares them."
        )
    return ""


def _second_reading(claim: pd.Series, with_number: Mapping[tuple, list[tuple[str, str]]]) -> str:
    """Where observations.csv takes the number for one of another series, in the same source. `with_number`: names and
    series of figures by source, period and value."""
    if claim["measure"] != "total" or pd.isna(claim["value"]):
        return ""
    same = with_number.get((claim["source_id"], claim["period"], claim["value"]), [])
    if not same or claim["series"] in {series for _, series in same}:
        return ""
    first, its = same[0]
    return (
        f"found a number of {claim['series']}, expected one of {its}, for which "
        f"{first} of data/raw/observations.csv takes it. Mend one of them; what the number is called "
        "in print goes to unit_as_stated."
    )


def _judged(claim: pd.Series, tables: Tables, readers: pd.Series, witnessed: By) -> Judged:
    """The first verdict, by all figures. `readers`: by source; `witnessed`: what some readers leave possible."""
    try:
        result = _measured(claim, tables)
    except NoFigureError as error:
        result = Result(UNKNOWN, str(error), [])
    except (ArithmeticError, LookupError, ValueError) as error:
        raise ClaimError(
            f"{where(claim)}: {claim['measure']} of {whose(claim['series'], claim['nationality'])} cannot be "
            f"computed: {str(error).rstrip('.')}. Mend its period, purpose or transport, or its base."
        ) from None
    if result.remark:
        result = result._replace(arithmetic=f"{result.arithmetic}; {result.remark}")
    says = _says(claim, result)
    if says == "false" or _not_collected(claim, tables):
        if traced := trace(claim, tables):
            told = f"{result.arithmetic}; {_told(claim, tables, traced)}"
            return Judged("misattributed", Result(result.value, told, [*result.terms, traced]), traced)
        if says == "false" and _one_against_one(claim, tables, result, readers, witnessed):
            own = _possible(claim, witnessed(frozenset({readers[claim["source_id"]]})))
            clash = _says(claim, own) == "false"
            told = f"its own witness's figures leave {own.value.count()}" if clash else "one witness against one"
            result = result._replace(arithmetic=f"{result.arithmetic}; {told}")
            says = "false" if clash else "cannot be decided"
    return Judged(says, result, None)


def _without_own_reader(claim: pd.Series, judged: Judged, readers: pd.Series, witnessed: By) -> str:
    """The second verdict, by what all other readers leave possible."""
    others = witnessed(frozenset(readers) - {readers[claim["source_id"]]})
    result = _possible(claim, others)
    says = _says(claim, result)
    nothing = judged.result.value == UNKNOWN  # of a category that did not exist
    if judged.traced and (says == "false" or nothing) and _exact(others, judged.traced):
        return "misattributed"
    against = says == "false" and _one_against_one(claim, others, result, readers, witnessed)
    return "cannot be decided" if against else says


def _measured(claim: pd.Series, tables: Tables) -> Result:
    count = counts.claimed(tables, claim)
    base = [counts.base(tables, claim)] if compares(claim["measure"]) else []
    return MEASURES[claim["measure"]](count, *base)


def _possible(claim: pd.Series, tables: Tables) -> Result:
    """A measure by some figures, anything where they do not say enough."""
    try:
        return _measured(claim, tables)
    except (ArithmeticError, LookupError, ValueError):
        return Result(UNKNOWN, "", [])


def _says(claim: pd.Series, result: Result) -> str:
    return verdict(result.value, accepted(claim), last_digit(claim))


def _not_collected(claim: pd.Series, tables: Tables) -> bool:
    """Whether the claim is on a category that did not exist in its period."""
    terms = counts.claimed(tables, claim).terms
    rows = [tables[table].rows.get(cell) for table, cell in terms]
    return any(row and row["status"] == "not_collected" for row in rows)


def trace(claim: pd.Series, tables: Mapping[Table, Cells]) -> Term | None:
    """The one other cell of the same period, of any series, whose exact count is the number claimed as printed: exact,
    rounded or truncated. Nothing where several cells are, or where one would be by chance.

    The chance: how many counts are printed as this number, over how many numbers have as many digits, times the cells
    that were looked at. Only counts are traced, and only to cells of all modes of transport.
    """
    if claim["measure"] != "total" or pd.isna(claim["value"]) or claim["value"] < 1:
        return None
    value, unit = int(claim["value"]), _precision(claim)
    fits = Interval(value - unit / 2, value + unit - 1) if unit > 1 else Interval(value, value)
    claimed = counts.claimed(tables, claim).terms
    found = {
        (table, cell): row["low"]
        for table, cells in tables.items()
        for cell, row in cells.rows.items()
        if (cell.period, cell.transport) == (claim["period"], "_T") and row["low"] == row["high"]
    }
    looked_at = {term: count for term, count in found.items() if term not in claimed}
    same = [term for term, count in looked_at.items() if count in fits]
    chance = len(looked_at) * (fits.high - fits.low + 1) / (9 * 10 ** (len(str(value)) - 1))
    return same[0] if len(same) == 1 and chance <= GREATEST_CHANCE else None


def _told(claim: pd.Series, tables: Tables, traced: Term) -> str:
    (series, nationality), cell = traced
    of = "" if (series, nationality) == (claim["series"], claim["nationality"]) else f" {series.replace('_', ' ')}"
    return f"{claim['as_stated']} fits {cell}{of}: {tables[series, nationality].text(*cell)}"


def _exact(tables: Tables, term: Term) -> bool:
    """Whether a cell is known exactly."""
    table, cell = term
    try:
        return tables[table].interval(*cell).exact
    except LookupError:
        return False


def _one_against_one(claim: pd.Series, tables: Tables, result: Result, readers: pd.Series, witnessed: By) -> bool:
    """Whether a number that clashes with the claim was read by a single other reader, and the figures of all the rest
    do not clash with it: one word against another."""
    claiming = {readers[claim["source_id"]]}
    sources = [tables[table].row(*cell)["source_ids"].split() for table, cell in result.terms]
    behind = [{readers[source] for source in each} for each in sources]
    single = {reader for who in behind if len(who) == 1 for reader in who - claiming}
    if claim["rule"] == "in_front" or not single:
        return False
    rest = _possible(claim, witnessed(frozenset(readers) - claiming - single))
    return _says(claim, rest) != "false"


def _behind(tables: Tables, terms: list[Term], on_cell: Mapping[tuple, list[tuple[str, Cell, Interval]]]) -> list[str]:
    """Figures that print one of the cells used, or a cell of its formula, and can be true. `on_cell`: name, cell and
    interval of figures, by series, nationality and cell in words."""
    found = []
    for table in {table for table, _ in terms}:
        cells, used = tables[table], [cell for own, cell in terms if own == table]
        labels = {label for cell in used for label in re.split(explain.BETWEEN, cells.row(*cell)["formula"])}
        for label in {*map(str, used), *labels}:
            for observation_id, cell, printed in on_cell.get((*table, label), []):
                if cell in cells.rows and printed.meets(cells.interval(*cell)):
                    found.append(observation_id)
    return sorted(found)


def whole(checked: pd.DataFrame, column: str = "verdict") -> pd.Series:
    """Verdict on each claim, by claim_id: that of its weakest part. `column`: which of the verdicts on a number."""
    found = verdicts.whole(checked.to_dict("records"), column)
    return pd.Series(found, name=column).rename_axis("claim_id").sort_index()


def misnamed(checked: pd.DataFrame) -> set[str]:
    """The claims that name a unit in print that does not fit, by claim_id."""
    return verdicts.misnamed(checked.to_dict("records"))


def unexpected(claims: pd.DataFrame, checked: pd.DataFrame) -> list[str]:
    """Claims whose verdict is not the one expected, a sentence each."""
    both = claims.merge(checked[["claim_id", "part", "verdict"]], on=["claim_id", "part"], validate="one_to_one")
    return [
        f"{row.claim_id}, part {row.part}: {row.verdict}, expected: {row.expected}"
        for row in both[both["verdict"] != both["expected"]].itertuples()
    ]
