"""Growth of entries: factor, percent, rank, distance from a mean, recovery, contribution of a purpose.

All results are intervals over what the figures leave possible: sums and ratios over all cells at once, ranks from each
pair of totals, which is never too narrow but not always the tightest.
"""

import pandas as pd

from dprk_entries.entries.look_up import Cells
from reconcile import periods
from reconcile.intervals import Interval


def factor(cells: Cells, period: str, base: str, purpose: str = "_T") -> Interval:
    """Count of a period as a multiple of the base period. Raises ZeroDivisionError where the base can be zero."""
    return cells.ratio({(period, purpose): 1}, {(base, purpose): 1})


def percent_change(cells: Cells, period: str, base: str, purpose: str = "_T") -> Interval:
    """Change from the base period in percent: 100 x (factor - 1)."""
    low, high = factor(cells, period, base, purpose)
    return Interval(100 * (low - 1), 100 * (high - 1))


def rank(cells: Cells, period: str) -> Interval:
    """Place of a year among all years with a total, or of a quarter among quarters: 1 the highest; an interval where
    they overlap."""
    others = [other for other in cells.periods(period) if other != period]
    leads = [_lead(cells, other, period) for other in others]
    return Interval(1 + sum(lead.low > 0 for lead in leads), 1 + sum(lead.high > 0 for lead in leads))


def _lead(cells: Cells, period: str, other: str) -> Interval:
    """How far a total is above another; where their intervals are apart, these tell enough."""
    apart = cells.interval(period).minus(cells.interval(other))
    return apart if apart.low > 0 or apart.high < 0 else cells.bound({(period, "_T"): 1, (other, "_T"): -1})


def ratio_to_mean(cells: Cells, period: str, first: int, last: int) -> Interval:
    """Total of a year or quarter as a multiple of the mean of the like periods of the years `first` to `last`.

    Raises ValueError where `first` comes after `last`.
    """
    if first > last:
        raise ValueError(f"the mean of the years {first} to {last} has no years: exchange the two")
    bases = {(f"{base}{period[4:]}", "_T"): 1 for base in range(first, last + 1)}
    return cells.ratio({(period, "_T"): len(bases)}, bases)


def contribution(cells: Cells, purpose: str, period: str, base: str) -> Interval:
    """Share of the change of the total, from base to period, that a purpose accounts for (a fraction).

    Raises ValueError where the total need not have grown.
    """
    whole = {(period, "_T"): 1, (base, "_T"): -1}
    if cells.bound(whole).low <= 0:
        raise ValueError(
            f"the total of {period} need not be above that of {base}: a contribution to its growth has no meaning"
        )
    return cells.ratio({(period, purpose): 1, (base, purpose): -1}, whole)


def table(cells: Cells, year: str, base: str, mean_first: int, mean_last: int, recovery_year: int) -> pd.DataFrame:
    """All growth measures of years and quarters, in the columns of `growth.csv`.

    A ratio to a period that can be zero is left out, and so is the contribution to a total that need not have grown.
    """
    rows: list[dict] = []

    def add(measure: str, unit: str, period: str, base: str, value: Interval, bases: list[str], purpose="_T") -> None:
        used = [(p, code) for p in (period, *bases) for code in {purpose, "_T"}]
        key = {"measure": measure, "purpose": purpose, "period": period, "base_period": base, "unit": unit}
        rows.append(key | value._asdict() | {"source_ids": cells.source_ids(*used)})

    for period in [*cells.periods("0000"), *cells.periods("0000-Q0")]:
        like, season = cells.periods(period), period[4:]
        mean = [f"{y}{season}" for y in range(mean_first, mean_last + 1)]
        before, recovery = f"{int(period[:4]) - 1}{season}", f"{recovery_year}{season}"
        add("rank", "place", period, _days(like[0], like[-1]), rank(cells, period), [p for p in like if p != period])
        distance = ratio_to_mean(cells, period, mean_first, mean_last)
        add("ratio_to_mean", "times", period, _days(str(mean_first), str(mean_last)), distance, mean)
        if cells.known(before) and cells.interval(before).low > 0:
            add("factor", "times", period, before, factor(cells, period, before), [before])
            add("percent_change", "percent", period, before, percent_change(cells, period, before), [before])
        if int(period[:4]) > recovery_year and cells.interval(recovery).low > 0:
            add("recovery", "share", period, recovery, factor(cells, period, recovery), [recovery])
    if cells.interval(year).low > cells.interval(base).high:
        for purpose in cells.purposes(year):
            if cells.known(base, purpose):
                share = contribution(cells, purpose, year, base)
                add("contribution", "share", year, base, share, [base], purpose)
    return pd.DataFrame(rows)


def _days(first: str, last: str) -> str:
    return f"{periods.days(first)[0]}/{periods.days(last)[1]}"
