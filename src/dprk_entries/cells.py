"""Look up a cell of `entries.csv` by period and purpose."""

import numpy as np
import pandas as pd

from dprk_entries import periods
from dprk_entries.intervals import Interval


class NoCellError(LookupError):
    """A cell that the table does not have. The text says what there is."""


class NoFigureError(LookupError):
    """A cell that was withheld or not collected, so that it has no interval."""


class Cells:
    """The reconciled cells of one series, all modes of transport together: entries of North Koreans, departures of
    Russians.

    `entries`: the table `entries.csv`. Intervals are counts in the unit of the series.
    """

    def __init__(self, entries: pd.DataFrame, series: str = "border_entries"):
        self.series, self.nationality = series, "RUS" if series == "russian_departures" else "PRK"
        wanted = (entries["series"] == series) & (entries["nationality"] == self.nationality)
        self.rows = entries[wanted & (entries["transport"] == "_T")].set_index(["period", "purpose"]).sort_index()

    def row(self, period: str, purpose: str = "_T") -> pd.Series:
        """The whole row of a cell. Raises NoCellError where the table has none."""
        if (period, purpose) not in self.rows.index:
            covered = self.periods("0000")
            raise NoCellError(
                f"data/processed/entries.csv: found no cell for {self.series} {period} {purpose}, expected the "
                f"years {covered[0]} to {covered[-1]}. Choose another, or add a figure to data/raw/observations.csv."
            )
        return self.rows.loc[(period, purpose)]

    def interval(self, period: str, purpose: str = "_T") -> Interval:
        """What a cell can be. Raises NoCellError where there is none, NoFigureError where it is empty."""
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

    def purposes(self, period: str) -> list[str]:
        """Single purposes that a period has cells for. Raises NoCellError where it has none at all."""
        self.row(period)
        return [code for code in self.rows.loc[period].index if code != "_T" and "+" not in code]

    def periods(self, like: str, purpose: str = "_T") -> list[str]:
        """Periods written like another one (0000 a year, 0000-Q0 a quarter) for which a cell has both bounds."""
        return [period for period in self.listed(like, purpose) if self.known(period, purpose)]

    def listed(self, like: str, purpose: str = "_T") -> list[str]:
        """Periods written like another one that the table has, whether or not anything is known of them."""
        return [period for period, code in self.rows.index if code == purpose and periods.same_kind(period, like)]

    def source_ids(self, *cells: tuple[str, str]) -> str:
        """Sources behind some cells, each once, separated by spaces."""
        return " ".join(sorted({source for cell in cells for source in self.row(*cell)["source_ids"].split()}))
