"""Recompute published claims from the reconciled cells and say whether they hold.

A claim is a measure of cells (`MEASURES`) and a rule for reading its number (`accepted`). The verdict compares two
intervals: what the figures leave possible, and what the words allow.
"""

import math

import pandas as pd

from dprk_entries import growth, intervals
from dprk_entries.cells import Cells, NoFigureError
from dprk_entries.intervals import Interval

RANKS = ("highest_since", "largest_purpose")


def accepted(claim: pd.Series) -> Interval:
    """What the words of a claim allow its measure to be.

    A total is read as a printed figure is. "Nearly n times" is between n - 1 and n; an approximate ratio is meant to
    its last digit; "more than" is open below; a rank holds where the lead over the next is above zero.
    """
    if claim["measure"] in RANKS:
        return Interval(math.nextafter(0, 1), math.inf)
    value, rule = claim["value"], claim["rule"]
    if claim["measure"] == "total":
        value_high = None if pd.isna(claim["value_high"]) else claim["value_high"]
        return intervals.of_figure(value, value_high, rule, intervals.place(value))
    return {
        "exact": Interval(value, value),
        "nearly": Interval(value - 1, value),
        "approx": Interval(value - 0.5, value + 0.5),
        "more_than": Interval(math.nextafter(value, math.inf), math.inf),
    }[rule]


def total(cells: Cells, claim: pd.Series) -> tuple[Interval, str]:
    """Count of one cell."""
    value = cells.interval(claim["period"], claim["purpose"])
    return value, f"{_name(claim)} = {value.count()}"


def ratio(cells: Cells, claim: pd.Series) -> tuple[Interval, str]:
    """Count of a period as a multiple of the base period."""
    above, below = _pair(cells, claim)
    value = above.over(below)
    return value, f"{above.count()} / {below.count()} = {value.text(digits=2)}"


def percent_change(cells: Cells, claim: pd.Series) -> tuple[Interval, str]:
    """Change from the base period in percent."""
    above, below = _pair(cells, claim)
    value = growth.percent_change(cells, claim["period"], claim["base_period"], claim["purpose"])
    return value, f"100 x ({above.count()} / {below.count()} - 1) = {value.text()}"


def difference(cells: Cells, claim: pd.Series) -> tuple[Interval, str]:
    """Count of a period less that of the base period."""
    above, below = _pair(cells, claim)
    value = above.minus(below)
    return value, f"{above.count()} - {below.count()} = {value.count()}"


def highest_since(cells: Cells, claim: pd.Series) -> tuple[Interval, str]:
    """Count of a period less the highest of the like periods after the base and before it (third quarters only, where
    the base is a third quarter of an earlier year)."""
    period, base = claim["period"], claim["base_period"]
    quarter = period[4:] if period[4:] == base[4:] and period[4:] else ""
    between = [p for p in _like(cells, period, claim["purpose"]) if base < p < period and p.endswith(quarter)]
    cells.interval(base, claim["purpose"])  # not collected then: nothing to look back at
    others = {p: cells.interval(p, claim["purpose"]) for p in between}
    own, highest, rival = cells.interval(period, claim["purpose"]), *_highest(others)
    return own.minus(highest), f"{period}: {own.count()}; highest after {base}: {highest.count()} ({rival})"


def _highest(others: dict[str, Interval]) -> tuple[Interval, str]:
    """What the highest of several counts can be, and which of them can be highest."""
    rival = max(others, key=lambda name: others[name].high)
    return Interval(max(other.low for other in others.values()), others[rival].high), rival


def _like(cells: Cells, period: str, purpose: str) -> list[str]:
    """All periods of the table written like another, whether or not they have an interval."""
    shape = str.maketrans("123456789", "000000000")
    return sorted(
        p for p, code in cells.rows.index if code == purpose and p.translate(shape) == period.translate(shape)
    )


def largest_purpose(cells: Cells, claim: pd.Series) -> tuple[Interval, str]:
    """Count of a purpose less the largest other purpose of the period."""
    codes = cells.rows.loc[claim["period"]].index.drop(["_T", claim["purpose"]])
    others = {code: cells.interval(claim["period"], code) for code in codes}
    own, highest, rival = cells.interval(claim["period"], claim["purpose"]), *_highest(others)
    return own.minus(highest), f"{claim['purpose']} {own.count()}; next: {rival} {highest.count()}"


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


def check(claims: pd.DataFrame, entries: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Every claim recomputed, in the columns of `claims_checked.csv`."""
    rows = []
    for _, claim in claims.iterrows():
        row = dict(claim[["claim_id", "part", "source_id", "as_stated"]])
        try:
            value, arithmetic = MEASURES[claim["measure"]](Cells(entries, claim["series"]), claim)
            low, high, found = *value, verdict(value, accepted(claim))
        except NoFigureError as error:
            low, high, found, arithmetic = None, None, "cannot be decided", str(error)
        used = " ".join(_figures_used(claim, observations)["observation_id"])
        row |= {"recomputed_low": low, "recomputed_high": high, "verdict": found}
        rows.append(row | {"arithmetic": arithmetic, "observation_ids": used})
    return pd.DataFrame(rows)


def _figures_used(claim: pd.Series, observations: pd.DataFrame) -> pd.DataFrame:
    """Published figures of the cells that a claim names."""
    return observations[
        (observations["series"] == claim["series"])
        & (observations["nationality"] == "PRK")
        & (observations["purpose"] == claim["purpose"])
        & (observations["transport"] == "_T")
        & observations["period"].isin([claim["period"], claim["base_period"]])
    ]


def _pair(cells: Cells, claim: pd.Series) -> tuple[Interval, Interval]:
    return tuple(cells.interval(claim[column], claim["purpose"]) for column in ("period", "base_period"))


def _name(claim: pd.Series) -> str:
    return " ".join(part for part in (claim["period"], claim["purpose"]) if part != "_T")
