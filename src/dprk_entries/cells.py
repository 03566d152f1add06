"""Look up a cell of `entries.csv` by period and purpose."""

import numpy as np
import pandas as pd

from dprk_entries import periods
from dprk_entries.intervals import Interval


class NoFigureError(LookupError):
    """A cell for which the data hold no interval. The text says why, and what there is."""


class Cells:
    """The reconciled entries of one series and nationality, all modes of transport together.

    `entries`: the table `entries.csv`. Intervals are counts in the unit of the series.
    """

    def __init__(self, entries: pd.DataFrame, series: str = "border_entries", nationality: str = "PRK"):
        wanted = (
            (entries["series"] == series) & (entries["nationality"] == nationality) & (entries["transport"] == "_T")
        )
        self.series, self.nationality = series, nationality
        self.rows = entries[wanted].set_index(["period", "purpose"]).sort_index()

    def row(self, period: str, purpose: str = "_T") -> pd.Series:
        """The whole row of a cell. Raises NoFigureError where the table has none."""
        if (period, purpose) not in self.rows.index:
            covered = self.periods("0000")
            raise NoFigureError(
                f"data/processed/entries.csv: found no cell for {self.series} {period} {purpose}, expected the "
                f"years {covered[0]} to {covered[-1]}. Choose another, or add a figure to data/raw/observations.csv."
            )
        return self.rows.loc[(period, purpose)]

    def interval(self, period: str, purpose: str = "_T") -> Interval:
        """What a cell can be. Raises NoFigureError where it was withheld, not collected, or is not covered."""
        row = self.row(period, purpose)
        if row["status"] in ("not_published", "not_collected"):
            raise NoFigureError(
                f"{self.series}, {period} {purpose}: {row['status'].replace('_', ' ')}, so there is no interval"
            )
        return Interval(row["low"], row["high"])

    def text(self, period: str, purpose: str = "_T") -> str:
        """A cell for reading: its count, or why there is none."""
        row = self.row(period, purpose)
        nothing = row["status"] in ("not_published", "not_collected")
        return row["status"].replace("_", " ") if nothing else self.interval(period, purpose).count()

    def known(self, period: str, purpose: str = "_T") -> bool:
        """Whether a cell has both bounds."""
        return (period, purpose) in self.rows.index and bool(np.isfinite(self.rows.loc[(period, purpose), "high"]))

    def periods(self, like: str, purpose: str = "_T") -> list[str]:
        """Periods written like another one (0000 a year, 0000-Q0 a quarter) for which a cell has both bounds."""
        rows = self.rows.xs(purpose, level="purpose")
        bounded = rows.index[np.isfinite(rows["high"])]
        return [period for period in bounded if periods.same_kind(period, like)]

    def source_ids(self, *cells: tuple[str, str]) -> str:
        """Sources behind some cells, each once, separated by spaces."""
        return " ".join(sorted({source for cell in cells for source in self.row(*cell)["source_ids"].split()}))
