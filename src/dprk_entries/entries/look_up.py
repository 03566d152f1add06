"""Look up a cell of `entries.csv`, and bound what several cells make together."""

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from dprk_entries.entries.cell import Cell, whose
from reconcile import periods
from reconcile.intervals import Interval
from reconcile.system import System

SIGNS = {
    "reported": ("●", "printed exactly, and accepted"),
    "derived": ("▲", "one number by arithmetic"),
    "bounded": ("◇", "a range by arithmetic"),
    "contested": ("≠", "figures clash, and equally good readings differ"),
    "not_published": ("∅", "withheld; not zero"),
    "not_collected": ("×", "there was no such category"),
}
SHOWN = 12  # periods listed in a message
Terms = Mapping[tuple[str, ...], int]  # a sum of cells (period, purpose, transport, the last two _T unless given)


class NoCellError(LookupError):
    """A cell that the table does not have. The text says what there is."""


class NoFigureError(LookupError):
    """A cell that was not collected, or withheld and limited by no figure, so that it has no interval."""


class OldTableError(ValueError):
    """Entries that were not made from the figures at hand."""


class Cells:
    """The reconciled cells of one series and nationality. A cell is a period and a purpose, or a mode of transport.

    `entries`: the table `entries.csv`; `system`: what its figures say together (see `reconciliation.system`); without
    it, `bound` and `ratio` take the cells as independent. `nationality`: North Koreans, or the Russians who depart,
    unless given. Intervals are counts in the unit of the series.
    """

    def __init__(
        self,
        entries: pd.DataFrame,
        system: System | None = None,
        series: str = "border_entries",
        nationality: str = "",
    ):
        self.system = system
        self.series, self.nationality = series, nationality or ("RUS" if series == "russian_departures" else "PRK")
        wanted = (entries["series"] == series) & (entries["nationality"] == self.nationality)
        ours = entries[wanted].set_index(list(Cell._fields)).sort_index().to_dict("index")
        self.rows: Mapping[Cell, dict] = {Cell(*key): row for key, row in ours.items()}
        if system:
            self._require_same_figures(system)

    def _require_same_figures(self, system: System) -> None:
        for i, figure in system.figures.items():
            if figure.value.exact and i not in system.given_up:
                cell = Cell(*figure.cell)
                row = self.rows.get(cell, {"low": None, "high": None})
                if (row["low"], row["high"]) != figure.value:
                    raise OldTableError(
                        f"data/processed/entries.csv, {self.named(*cell)}: found something else than "
                        f"{figure.value.count()}, which data/raw/observations.csv has ({figure.observation_ids[0]}). "
                        "The table is older than the figures: run notebook 01 first, or `make reports`."
                    )

    def row(self, period: str, purpose: str = "_T", transport: str = "_T") -> dict:
        """The whole row of a cell. Raises NoCellError where the table has none."""
        cell = Cell(period, purpose, transport)
        if cell not in self.rows:
            raise NoCellError(
                f"data/processed/entries.csv: found no cell for {self.named(*cell)}, expected "
                f"{self._instead(cell)}. Choose another, or add a figure to data/raw/observations.csv."
            )
        return self.rows[cell]

    def _instead(self, asked: Cell) -> str:
        """Which cells there are near one that there is not."""
        if not self.rows:
            return f"a series and nationality with figures; {whose(self.series, self.nationality)} has none"
        if asked.transport != "_T" and (modes := self.codes(asked.period, "transport")):
            return f"for {asked.period} one of the modes of transport {', '.join(modes)}"
        if purposes := self.codes(asked.period, "purpose"):
            return f"for {asked.period} one of the purposes {', '.join(purposes)}"
        of_purpose = [cell.period for cell in self.rows if cell.purpose == asked.purpose]
        alike = self.listed(asked.period, asked.purpose) or of_purpose or [cell.period for cell in self.rows]
        told = list(dict.fromkeys(alike))
        if len(told) > SHOWN:
            told = [*told[: SHOWN - 2], "...", told[-1]]
        return f"one of the periods {', '.join(told)}"

    def interval(self, period: str, purpose: str = "_T", transport: str = "_T") -> Interval:
        """What a cell can be. Raises NoCellError where there is none, NoFigureError where it is empty."""
        row = self.row(period, purpose, transport)
        if math.isnan(row["low"]):
            status = row["status"].replace("_", " ")
            raise NoFigureError(f"{self.named(period, purpose, transport)}: {status}, so there is no interval")
        return Interval(row["low"], row["high"])

    def named(self, period: str, purpose: str = "_T", transport: str = "_T") -> str:
        """A cell in words: border entries of PRK, 2024 education."""
        return f"{whose(self.series, self.nationality)}, {Cell(period, purpose, transport)}"

    def bound(self, terms: Terms) -> Interval:
        """What a sum of cells, each with a whole multiplier, can be: all cells at once, not one by one. Raises as
        `interval`."""
        ends = [(times, self.interval(*cell)) for cell, times in terms.items()]
        if self.system and not all(value.exact for _, value in ends):
            return self.system.bound(_sum(terms)).value
        total = Interval(0, 0)
        for times, value in ends:
            total = total.plus(value.times(times)) if times >= 0 else total.minus(value.times(-times))
        return total

    def ratio(self, above: Terms, below: Terms) -> Interval:
        """What the ratio of two sums of cells can be, all cells at once; without a greatest value where the denominator
        can be zero and the numerator cannot. Raises as `interval`, OverflowError where no figure limits the
        denominator, and ZeroDivisionError where it is or can be zero in any other way."""
        upper, lower = self.bound(above), self.bound(below)
        if lower.low == 0 < min(lower.high, upper.low):
            return Interval(1 / self.ratio(below, above).high, math.inf)
        if not self.system or lower.exact:
            return upper.over(lower)
        return self.system.ratio(_sum(above), _sum(below))

    def rank(self, period: str, others: Iterable[str]) -> Interval:
        """The place that the total of a period can have among others, the largest first. Those whose ranges overlap
        with its own are taken year by year, all of a year at once. Raises as `interval`."""
        leads = {other: self.interval(other).minus(self.interval(period)) for other in others}
        place = 1 + sum(lead.low > 0 for lead in leads.values())
        rank = Interval(place, place)
        undecided = sorted(other for other, lead in leads.items() if lead.low <= 0 < lead.high)
        for _, year in itertools.groupby(undecided, periods.year):
            rank = rank.plus(self._above(period, list(year)))
        return rank

    def _above(self, period: str, others: list[str]) -> Interval:
        """How many of other periods can have a larger total than a period has, all figures at once."""

        @functools.cache
        def lead(some: tuple[str, ...]) -> Interval:
            return self.bound({(period, "_T"): -len(some), **{(other, "_T"): 1 for other in some}})

        most = _most(others, lambda some: lead(some).high >= len(some))
        most_not = _most(others, lambda some: lead(some).low <= 0)
        return Interval(len(others) - most_not, most)

    def text(self, period: str, purpose: str = "_T", transport: str = "_T") -> str:
        """A cell for reading: its count, or why there is none."""
        row = self.row(period, purpose, transport)
        return row["status"].replace("_", " ") if math.isnan(row["low"]) else Interval(row["low"], row["high"]).count()

    def marked(self, period: str, purpose: str = "_T") -> str:
        """A cell for a narrow column, with the sign of its status before it and its number of witnesses behind: ● 812
        (2); the sign alone where there is no number. Narrow no-break spaces hold the parts together."""
        row = self.row(period, purpose)
        parts = [SIGNS[row["status"]][0]]
        if not math.isnan(row["low"]):
            parts.append(self.interval(period, purpose).brief())
        if row["readers"]:
            parts.append(f"({row['readers']})")
        return "\N{NARROW NO-BREAK SPACE}".join(parts)

    def known(self, period: str, purpose: str = "_T") -> bool:
        """Whether a cell has both bounds."""
        cell = Cell(period, purpose)
        return cell in self.rows and math.isfinite(self.rows[cell]["high"])

    def codes(self, period: str, dimension: str) -> list[str]:
        """Codes of a dimension, `purpose` or `transport`, that a period has cells for, _T among them."""
        other = "transport" if dimension == "purpose" else "purpose"
        of_all = [cell for cell in self.rows if cell.period == period and getattr(cell, other) == "_T"]
        return [getattr(cell, dimension) for cell in of_all]

    def purposes(self, period: str) -> list[str]:
        """Single purposes that a period has cells for. Raises NoCellError where it has none at all."""
        self.row(period)
        return [code for code in self.codes(period, "purpose") if code != "_T" and "+" not in code]

    def periods(self, like: str, purpose: str = "_T") -> list[str]:
        """Periods written like another one (0000 a year, 0000-Q0 a quarter) for which a cell has both bounds."""
        return [period for period in self.listed(like, purpose) if self.known(period, purpose)]

    def listed(self, like: str, purpose: str = "_T") -> list[str]:
        """Periods written like another one that the table has, whether or not anything is known of them."""
        of_purpose = [cell.period for cell in self.rows if cell == Cell(cell.period, purpose)]
        return [period for period in of_purpose if periods.same_kind(period, like)]

    def source_ids(self, *cells: tuple[str, str]) -> str:
        """Sources behind some cells, each once, separated by spaces."""
        return " ".join(sorted({source for cell in cells for source in self.row(*cell)["source_ids"].split()}))


def _sum(terms: Terms) -> dict[tuple[str, ...], int]:
    return {Cell(*cell): times for cell, times in terms.items()}


def _most(several: list[str], can: Callable[[tuple[str, ...]], bool]) -> int:
    """How many of several periods can be so together, at most: as many as can with all their parts."""
    size = 0
    together: set[tuple[str, ...]] = {()}
    while together:
        size += 1
        parts = {some: itertools.combinations(some, size - 1) for some in itertools.combinations(several, size)}
        together = {some for some, smaller in parts.items() if together.issuperset(smaller) and can(some)}
    return size - 1
