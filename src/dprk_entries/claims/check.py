"""Recompute published claims from the cells and say whether they hold.

A claim is a measure of cells (see `measures`) and a rule for reading its number (`hedges.HEDGES`). The verdict compares
two intervals: what the figures leave possible, and what the words allow.
"""

import math
import re
from collections.abc import Mapping

import pandas as pd

from dprk_entries.claims.measures import MEASURES, Result, needs
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell, whose
from dprk_entries.entries.look_up import Cells, NoFigureError
from reconcile import explain, hedges
from reconcile.intervals import Interval

VERDICTS = ("holds", "holds within rounding", "holds, truncated", "cannot be decided", "misattributed", "false")
GREATEST_CHANCE = 0.1  # of tracing a number to another cell that only looks like it


class ClaimError(ValueError):
    """A row of claims.csv that cannot be computed. The text names the claim and what to mend."""


def series_of(
    entries: pd.DataFrame, figures: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame
) -> dict[tuple[str, str], Cells]:
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
    """What the words of a claim allow its measure to be."""
    value, high = (math.nan if pd.isna(claim[column]) else claim[column] for column in ("value", "value_high"))
    return hedges.of_measure(value, high, claim["rule"], _precision(claim))


def _precision(claim: pd.Series) -> float:
    """Place of the last digit that was meant: as given, else that of the last digit that is not zero."""
    if not pd.isna(claim["precision"]):
        return claim["precision"]
    return math.nan if pd.isna(claim["value"]) else hedges.place(claim["value"])


def verdict(value: Interval, allowed: Interval) -> str:
    """Verdict on a claim, from what the figures leave possible and what the words allow.

    `holds, truncated` and `holds within rounding` are for a single number printed without its decimals.
    """
    if value.within(allowed):
        return "holds"
    if value.meets(allowed):
        return "cannot be decided"
    if not allowed.exact or math.isinf(value.high):
        return "false"
    if math.floor(value.low) == math.floor(value.high) == allowed.low:
        return "holds, truncated"
    if round(value.low) == round(value.high) == allowed.low:
        return "holds within rounding"
    return "false"


def check(
    claims: pd.DataFrame,
    series: Mapping[tuple[str, str], Cells],
    figures: pd.DataFrame,
    readers: pd.Series,
) -> pd.DataFrame:
    """Every claim recomputed, in the columns of `claims_checked.csv`.

    `series`: the cells of each series and nationality; `figures`: observations with `low` and `high`; `readers`:
    read_by of each source, by source_id. Raises ClaimError for a claim whose measure cannot be computed from the cells
    it names.
    """
    rows = []
    for _, claim in claims.iterrows():
        row = dict(claim[["claim_id", "part", "source_id", "as_stated"]])
        row |= {"recomputed_low": None, "recomputed_high": None, "observation_ids": ""}
        key = (claim["series"], claim["nationality"])
        where = f"data/raw/claims.csv, claim {claim['claim_id']}, part {claim['part']}"
        if key not in series:
            raise ClaimError(f"{where}: found no figure of {whose(*key)}. Add one, or mend series or nationality.")
        try:
            result = MEASURES[claim["measure"]](series[key], *claim[needs(claim["measure"])])
        except NoFigureError as error:
            says, arithmetic, used = "cannot be decided", str(error), {}
        except (ArithmeticError, LookupError, ValueError) as error:
            raise ClaimError(
                f"{where}: {claim['measure']} of {whose(*key)} cannot be computed: {str(error).rstrip('.')}. "
                "Mend its period, base_period or purpose."
            ) from None
        else:
            says, arithmetic = verdict(result.value, accepted(claim)), result.arithmetic
            used = {key: result.cells}
            row |= {"recomputed_low": result.value.low, "recomputed_high": result.value.high}
            if result.remark:
                arithmetic += f"; {result.remark}"
        if (says == "false" or _not_collected(claim, series[key])) and (traced := trace(claim, series)):
            other, cell = traced
            used[other] = [*used.get(other, []), cell]
            says, arithmetic = "misattributed", f"{arithmetic}; {_told(claim, series[other], cell)}"
        elif says == "false" and _one_against_one(claim, series[key], result, readers):
            says, arithmetic = "cannot be decided", f"{arithmetic}; one reader against one"
        behind = [i for which, cells in used.items() for i in _behind(series[which], cells, figures)]
        row |= {"verdict": says, "arithmetic": arithmetic, "observation_ids": " ".join(sorted(set(behind)))}
        rows.append(row)
    return pd.DataFrame(rows)


def _not_collected(claim: pd.Series, cells: Cells) -> bool:
    """Whether the claim is on a category that did not exist in its period."""
    cell = (claim["period"], claim["purpose"])
    return cell in cells.rows and cells.row(*cell)["status"] == "not_collected"


def trace(claim: pd.Series, series: Mapping[tuple[str, str], Cells]) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """The one other cell of the same period, of any series, whose exact count is the number claimed as printed: exact,
    rounded or truncated. Nothing where several cells are, or where one would be by chance.

    The chance: how many counts are printed as this number, over how many numbers have as many digits, times the cells
    that were looked at. Only counts are traced.
    """
    if claim["measure"] != "total" or pd.isna(claim["value"]) or claim["value"] < 1:
        return None
    value, unit = int(claim["value"]), _precision(claim)
    fits = Interval(value - unit / 2, value + unit - 1) if unit > 1 else Interval(value, value)
    claimed = ((claim["series"], claim["nationality"]), (claim["period"], claim["purpose"]))
    counts = {
        (key, (period, purpose)): row["low"]
        for key, cells in series.items()
        for (period, purpose), row in cells.rows.items()
        if period == claim["period"] and row["low"] == row["high"] and (key, (period, purpose)) != claimed
    }
    same = [where for where, count in counts.items() if count in fits]
    chance = len(counts) * (fits.high - fits.low + 1) / (9 * 10 ** (len(str(value)) - 1))
    return same[0] if len(same) == 1 and chance <= GREATEST_CHANCE else None


def _told(claim: pd.Series, cells: Cells, cell: tuple[str, str]) -> str:
    same_series = (cells.series, cells.nationality) == (claim["series"], claim["nationality"])
    of = "" if same_series else f" {cells.series.replace('_', ' ')}"
    return f"{claim['as_stated']} fits {Cell(*cell)}{of}: {cells.text(*cell)}"


def _one_against_one(claim: pd.Series, cells: Cells, result: Result, readers: pd.Series) -> bool:
    """Whether a number that clashes with the claim was read by a single other reader: one word against another."""
    claiming = {readers[claim["source_id"]]}
    behind = [{readers[source] for source in cells.row(*cell)["source_ids"].split()} for cell in result.cells]
    return claim["rule"] != "in_front" and any(len(who) == 1 and who != claiming for who in behind)


def _behind(cells: Cells, used: list[tuple[str, str]], figures: pd.DataFrame) -> list[str]:
    """Figures that print one of the cells used, or a cell of its formula, and can be true."""
    labels = {label for cell in used for label in re.split(explain.BETWEEN, cells.row(*cell)["formula"])}
    wanted = {*used, *((label.split()[0], label.split()[1] if " " in label else "_T") for label in labels if label)}
    printed = figures[(figures["series"] == cells.series) & (figures["nationality"] == cells.nationality)]
    return [
        row.observation_id
        for row in printed[printed["transport"] == "_T"].itertuples()
        if (row.period, row.purpose) in wanted
        and (row.period, row.purpose) in cells.rows
        and Interval(row.low, row.high).meets(cells.interval(row.period, row.purpose))
    ]


def remarks(claims: pd.DataFrame, purposes: pd.DataFrame) -> pd.Series:
    """What a reader should know of a claim's wording: its note, and where it names a purpose otherwise than the code
    list does. Raises ClaimError for a name that the code list has not seen for that purpose.

    `purposes`: the code list, with the labels seen in print.
    """
    codes = purposes.set_index("code")
    remarks = []
    for claim in claims.itertuples():
        said = [claim.note] if claim.note else []
        label = claim.label_as_stated
        if label and label != codes.loc[claim.purpose, "label"].lower():
            if label not in {seen.split(":", 1)[1] for seen in codes.loc[claim.purpose, "labels_seen"].split("|")}:
                raise ClaimError(
                    f"data/raw/claims.csv, claim {claim.claim_id}, part {claim.part}, column label_as_stated: found "
                    f"{label!r}, expected a label seen for {claim.purpose}. Add it to labels_seen in purposes.csv, or "
                    "mend the purpose."
                )
            said.append(f"the statistics call it {codes.loc[claim.purpose, 'label'].lower()}")
        remarks.append("; ".join(said))
    return pd.Series(remarks, index=claims.index)


def whole(checked: pd.DataFrame) -> pd.Series:
    """Verdict on each claim, by claim_id: that of its weakest part."""
    weakest = checked["verdict"].map(VERDICTS.index).groupby(checked["claim_id"]).max()
    return weakest.map(dict(enumerate(VERDICTS))).rename("verdict")


def unexpected(claims: pd.DataFrame, checked: pd.DataFrame) -> list[str]:
    """Claims whose verdict is not the one expected, a sentence each."""
    both = claims.merge(checked[["claim_id", "part", "verdict"]], on=["claim_id", "part"], validate="one_to_one")
    return [
        f"{row.claim_id}, part {row.part}: {row.verdict}, expected: {row.expected}"
        for row in both[both["verdict"] != both["expected"]].itertuples()
    ]
