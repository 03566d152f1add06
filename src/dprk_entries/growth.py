"""Growth of entries: factor, percent, rank, distance from a mean, recovery, contribution of a purpose.

All results are intervals over what the figures leave possible. Two totals of one table are taken as independent.
"""

import pandas as pd

from dprk_entries.cells import Cells
from dprk_entries.intervals import Interval


def factor(cells: Cells, period: str, base: str, purpose: str = "_T") -> Interval:
    """Count of a period as a multiple of the base period. Raises ZeroDivisionError where the base can be zero."""
    return cells.interval(period, purpose).over(cells.interval(base, purpose))


def percent_change(cells: Cells, period: str, base: str, purpose: str = "_T") -> Interval:
    """Change from the base period in percent: 100 x (factor - 1)."""
    low, high = factor(cells, period, base, purpose)
    return Interval(100 * (low - 1), 100 * (high - 1))


def rank(cells: Cells, year: str) -> Interval:
    """Place of a year among all years with a total, 1 the highest; an interval where years overlap."""
    own = cells.interval(year)
    others = [cells.interval(other) for other in cells.periods("0000") if other != year]
    return Interval(
        1 + sum(other.low > own.high for other in others), 1 + sum(other.high > own.low for other in others)
    )


def ratio_to_mean(cells: Cells, year: str, first: int, last: int) -> Interval:
    """Total of a year as a multiple of the mean yearly total from `first` to `last`."""
    total = Interval(0, 0)
    for base in range(first, last + 1):
        total = total.plus(cells.interval(str(base)))
    years = last - first + 1
    return cells.interval(year).over(Interval(total.low / years, total.high / years))


def contribution(cells: Cells, purpose: str, period: str, base: str) -> Interval:
    """Share of the change of the total, from base to period, that a purpose accounts for (a fraction).

    Raises ValueError where the total need not have grown.
    """
    part = cells.interval(period, purpose).minus(cells.interval(base, purpose))
    whole = cells.interval(period).minus(cells.interval(base))
    if whole.low <= 0:
        raise ValueError(
            f"the total of {period} need not be above that of {base}: a contribution to its growth has no meaning"
        )
    ends = [numerator / denominator for numerator in part for denominator in whole]
    return Interval(min(ends), max(ends))


def table(cells: Cells, period: str, base: str, mean_first: int, mean_last: int, recovery_year: int) -> pd.DataFrame:
    """All growth measures in the columns of `growth.csv`. A ratio to a period that can be zero is left out."""
    rows: list[dict] = []

    def add(measure: str, unit: str, purpose: str, period: str, base: str, value: Interval, *bases: str) -> None:
        used = [(p, purpose) for p in (period, *bases)] + (
            [(p, "_T") for p in (period, *bases)] if purpose != "_T" else []
        )
        key = {"measure": measure, "purpose": purpose, "period": period, "base_period": base, "unit": unit}
        rows.append(key | value._asdict() | {"source_ids": cells.source_ids(*used)})

    years, quarters = cells.periods("0000"), cells.periods("0000-Q0")
    mean_years = [str(year) for year in range(mean_first, mean_last + 1)]
    for year in years:
        add(
            "rank",
            "place",
            "_T",
            year,
            f"{years[0]}-01-01/{years[-1]}-12-31",
            rank(cells, year),
            *[y for y in years if y != year],
        )
        add("ratio_to_mean", "times", "_T", year, f"{mean_first}-01-01/{mean_last}-12-31",
            ratio_to_mean(cells, year, mean_first, mean_last), *mean_years)  # fmt: skip
    for later in (*years, *quarters):
        earlier = f"{int(later[:4]) - 1}{later[4:]}"
        reference = f"{recovery_year}{later[4:]}"
        if cells.known(earlier) and cells.interval(earlier).low > 0:
            add("factor", "times", "_T", later, earlier, factor(cells, later, earlier), earlier)
            add(
                "percent_change",
                "percent",
                "_T",
                later,
                earlier,
                percent_change(cells, later, earlier),
                earlier,
            )
        if int(later[:4]) > recovery_year:
            add("recovery", "share", "_T", later, reference, factor(cells, later, reference), reference)
    for purpose in sorted(set(cells.rows.index.get_level_values("purpose")) - {"_T"}):
        if cells.known(period, purpose) and cells.known(base, purpose):
            add(
                "contribution",
                "share",
                purpose,
                period,
                base,
                contribution(cells, purpose, period, base),
                base,
            )
    return pd.DataFrame(rows)
