"""Recompute published claims from the reconciled cells and say whether they hold.

A claim is a measure of cells (`MEASURES`) and a rule for reading its number (`accepted`). The verdict compares two
intervals: what the figures leave possible, and what the words allow.
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from dprk_entries import growth, intervals
from dprk_entries.cells import Cells, NoFigureError
from dprk_entries.intervals import Interval

RANKS = ("highest_since", "largest_purpose")


def accepted(claim: pd.Series) -> Interval:
    """What the words of a claim allow its measure to be.

    A total is read as a printed figure is. "Nearly n times" is between n - 1 and n; an approximate number is meant to
    its last digit that is not zero; "more than" is open below; a rank holds where the lead over the next is above zero.
    """
    if claim["measure"] in RANKS:
        return Interval(math.nextafter(0, 1), math.inf)
    value, rule = claim["value"], claim["rule"]
    if claim["measure"] == "total":
        value_high = None if pd.isna(claim["value_high"]) else claim["value_high"]
        return intervals.of_figure(value, value_high, rule, intervals.place(value))
    half = intervals.place(value) / 2
    return {
        "exact": Interval(value, value),
        "nearly": Interval(value - 1, value),
        "approx": Interval(value - half, value + half),
        "more_than": Interval(math.nextafter(value, math.inf), math.inf),
    }[rule]


class ClaimError(ValueError):
    """A row of claims.csv that cannot be computed. The text names the claim and what to mend."""


class Result(NamedTuple):
    """A measure computed: what it can be, the arithmetic in one line, and the cells (period, purpose) it rests on."""

    value: Interval
    arithmetic: str
    cells: list[tuple[str, str]]


def total(cells: Cells, claim: pd.Series) -> Result:
    """Count of one cell."""
    cell = (claim["period"], claim["purpose"])
    name = " ".join(part for part in cell if part != "_T")
    return Result(cells.interval(*cell), f"{name} = {cells.text(*cell)}", [cell])


def ratio(cells: Cells, claim: pd.Series) -> Result:
    """Count of a period as a multiple of the base period."""
    above, below, used = _pair(cells, claim)
    value = growth.factor(cells, claim["period"], claim["base_period"], claim["purpose"])
    return Result(value, f"{above.count()} / {below.count()} = {value.text(digits=2)}", used)


def percent_change(cells: Cells, claim: pd.Series) -> Result:
    """Change from the base period in percent."""
    above, below, used = _pair(cells, claim)
    value = growth.percent_change(cells, claim["period"], claim["base_period"], claim["purpose"])
    return Result(value, f"100 x ({above.count()} / {below.count()} - 1) = {value.text()}", used)


def difference(cells: Cells, claim: pd.Series) -> Result:
    """Count of a period less that of the base period."""
    above, below, used = _pair(cells, claim)
    value = cells.bound({used[0]: 1, used[1]: -1})
    return Result(value, f"{above.count()} - {below.count()} = {value.count()}", used)


def highest_since(cells: Cells, claim: pd.Series) -> Result:
    """Count of a period less the highest of the like periods after the base and before it (third quarters only, where
    the base is a third quarter of an earlier year)."""
    period, base, purpose = claim["period"], claim["base_period"], claim["purpose"]
    cells.interval(base, purpose)  # not collected then: nothing to look back at
    season = period[4:] if period[4:] == base[4:] else ""
    between = [p for p in cells.listed(period, purpose) if base < p < period and p.endswith(season)]
    lead, rival, most = _lead(cells, (period, purpose), [(p, purpose) for p in between])
    arithmetic = f"{period}: {cells.text(period, purpose)}; after {base}, {rival[0]} comes closest: {most}"
    return Result(lead, arithmetic, [(period, purpose), rival])


def largest_purpose(cells: Cells, claim: pd.Series) -> Result:
    """Count of a purpose less the largest other purpose of the period."""
    period, purpose = claim["period"], claim["purpose"]
    others = [(period, code) for code in cells.purposes(period) if code != purpose]
    lead, rival, most = _lead(cells, (period, purpose), others)
    return Result(
        lead, f"{purpose}: {cells.text(period, purpose)}; next {rival[1]}: {most}", [(period, purpose), rival]
    )


def _lead(cells: Cells, own: tuple[str, str], others: list[tuple[str, str]]) -> tuple[Interval, tuple[str, str], str]:
    """How far a cell is above the highest of others; the one that can come closest, and what it can be.

    Raises NoFigureError where one of them was withheld or has no upper limit: it could be the highest.
    """
    if not others:
        raise ValueError("there is nothing to compare with")
    values = {other: cells.interval(*other) for other in others}
    rival = max(values, key=lambda other: values[other].high)
    if math.isinf(values[rival].high):
        raise NoFigureError(f"{cells.series}, {' '.join(rival)}: no published figure limits it")
    highest = Interval(max(value.low for value in values.values()), values[rival].high)
    return cells.interval(*own).minus(highest), rival, values[rival].count()


def _pair(cells: Cells, claim: pd.Series) -> tuple[Interval, Interval, list[tuple[str, str]]]:
    used = [(claim["period"], claim["purpose"]), (claim["base_period"], claim["purpose"])]
    return cells.interval(*used[0]), cells.interval(*used[1]), used


MEASURES = {f.__name__: f for f in (total, ratio, percent_change, difference, highest_since, largest_purpose)}


def verdict(value: Interval, allowed: Interval) -> str:
    """Verdict on a claim, from what the figures leave possible and what the words allow.

    `holds, truncated` and `holds within rounding` are for a single number printed without its decimals.
    """
    if value.within(allowed):
        return "holds"
    if value.meets(allowed):
        return "cannot be decided"
    if allowed.exact and math.floor(value.low) == math.floor(value.high) == allowed.low:
        return "holds, truncated"
    if allowed.exact and round(value.low) == round(value.high) == allowed.low:
        return "holds within rounding"
    return "false"


def check(claims: pd.DataFrame, series: Mapping[str, Cells], figures: pd.DataFrame, readers: pd.Series) -> pd.DataFrame:
    """Every claim recomputed, in the columns of `claims_checked.csv`.

    `series`: the cells of each series; `figures`: observations with `low` and `high`; `readers`: read_by of each
    source, by source_id. Raises ClaimError for a claim whose measure cannot be computed from the cells it names.
    """
    rows = []
    for _, claim in claims.iterrows():
        row = dict(claim[["claim_id", "part", "source_id", "as_stated"]])
        cells = series[claim["series"]]
        try:
            found = MEASURES[claim["measure"]](cells, claim)
        except NoFigureError as error:
            row |= {"recomputed_low": None, "recomputed_high": None, "verdict": "cannot be decided"}
            rows.append(row | {"arithmetic": str(error), "observation_ids": ""})
            continue
        except (ArithmeticError, LookupError, ValueError) as error:
            raise ClaimError(
                f"data/raw/claims.csv, claim {claim['claim_id']}, part {claim['part']}: {claim['measure']} cannot be "
                f"computed: {error}. Mend its period, base_period or purpose."
            ) from None
        says, arithmetic = verdict(found.value, accepted(claim)), found.arithmetic
        if says == "false" and _one_against_one(claim, cells, found, readers):
            says, arithmetic = "cannot be decided", f"{arithmetic}; one reader against one"
        row |= {"recomputed_low": found.value.low, "recomputed_high": found.value.high, "verdict": says}
        rows.append(row | {"arithmetic": arithmetic, "observation_ids": " ".join(_behind(cells, found.cells, figures))})
    return pd.DataFrame(rows)


def _one_against_one(claim: pd.Series, cells: Cells, found: Result, readers: pd.Series) -> bool:
    """Whether a number that clashes with the claim was read by a single other reader: one word against another."""
    own = {readers[claim["source_id"]]}
    behind = [{readers[source] for source in cells.row(*cell)["source_ids"].split()} for cell in found.cells]
    return claim["measure"] not in RANKS and any(len(found) == 1 and found != own for found in behind)


def _behind(cells: Cells, used: list[tuple[str, str]], figures: pd.DataFrame) -> list[str]:
    """Figures that print one of the cells used, or a cell of its formula, and can be true."""
    labels = {label for cell in used for label in re.split(r" [+-] |; |(?:low|high): ", cells.row(*cell)["formula"])}
    wanted = {*used, *((label.split()[0], label.split()[1] if " " in label else "_T") for label in labels if label)}
    own = figures[(figures["series"] == cells.series) & (figures["nationality"] == cells.nationality)]
    return [
        row.observation_id
        for row in own[own["transport"] == "_T"].itertuples()
        if (row.period, row.purpose) in wanted
        and (row.period, row.purpose) in cells.rows
        and Interval(row.low, row.high).meets(cells.interval(row.period, row.purpose))
    ]


def whole(checked: pd.DataFrame) -> pd.Series:
    """Verdict on each claim, by claim_id: that of its weakest part."""
    order = ["holds", "holds within rounding", "holds, truncated", "cannot be decided", "false"]
    weakest = checked["verdict"].map(order.index).groupby(checked["claim_id"]).max()
    return weakest.map(dict(enumerate(order))).rename("verdict")
