"""What a claim counts, and what it compares that with: cells added up, all but some, or their mean."""

import functools
import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from dprk_entries.entries.cell import Cell, whose
from dprk_entries.entries.look_up import Cells
from dprk_entries.entries.reconciliation import SERIES
from reconcile import periods
from reconcile.intervals import Interval

Table = tuple[str, str]  # series and nationality
Tables = Mapping[Table, Cells]
Term = tuple[Table, Cell]
COLUMNS = ("series", "nationality", "purpose", "transport", "period")  # each with its like, base_series and so on
MONTHS = {"years": 12, "half-years": 6, "quarters": 3, "months": 1}


@dataclass(frozen=True)
class Count:
    """A count that a claim names, in the unit of its series; the fields are columns of claims.csv.

    A code may be a sum a+b, or all but some, _T-a-b; a period may be a sum, too. `mean_of`: the parts of the period,
    such as years, that it is the mean of.
    """

    tables: Tables
    series: str
    nationality: str
    purpose: str
    transport: str
    period: str
    mean_of: str = ""

    @property
    def whose(self) -> list[Table]:
        """The tables that its cells stand in."""
        return [(self.series, nationality) for nationality, _ in _signed(self.nationality)]

    @functools.cached_property
    def terms(self) -> dict[Term, int]:
        """Its cells, each with 1 or -1. Raises KeyError for a table that there is not."""
        return {
            ((self.series, nationality), cell): sign * within
            for nationality, sign in _signed(self.nationality)
            for period in self.period.split("+")
            for cell, within in self._cells(nationality, period).items()
        }

    def _cells(self, nationality: str, period: str) -> dict[Cell, int]:
        """The cells of one period; where they are not there, a sum that was printed as such, else those of its years or
        quarters."""
        rows = self.tables[self.series, nationality].rows
        codes = itertools.product(_signed(self.purpose), _signed(self.transport))
        cells = {Cell(period, purpose, mode): sign * other for (purpose, sign), (mode, other) in codes}
        printed = Cell(period, self.purpose, self.transport)
        if all(cell in rows for cell in cells):
            return cells
        if printed in rows:
            return {printed: 1}
        if self.series not in SERIES:  # its periods need not add up
            return cells
        of_parts = {cell: n for part in parts_of(period) for cell, n in self._cells(nationality, part).items()}
        return of_parts if of_parts and all(cell in rows for cell in of_parts) else cells

    def named(self) -> str:
        """In words: border entries of PRK, 2024 education."""
        return f"{whose(self.series, self.nationality)}, {Cell(self.period, self.purpose, self.transport)}"

    def at(self, period: str) -> "Count":
        """The same of another period."""
        return replace(self, period=period)

    @property
    def length(self) -> tuple[str, int]:
        """How long it counts, in months or days; a mean is as long as one of its parts."""
        if self.mean_of:
            return "months", MONTHS[self.mean_of]
        lengths = [_length(period) for period in self.period.split("+")]
        return ("months" if all(unit == "months" for unit, _ in lengths) else "days"), sum(n for _, n in lengths)

    @property
    def parts(self) -> int:
        """How many parts it is the mean of. Raises ValueError where they do not make up the period."""
        if not self.mean_of:
            return 1
        unit, length = replace(self, mean_of="").length
        if unit != "months" or length % MONTHS[self.mean_of]:
            raise ValueError(f"{self.period} is not made of whole {self.mean_of}, of which it should be the mean")
        return length // MONTHS[self.mean_of]

    @functools.cached_property
    def value(self) -> Interval:
        """What it can be. Raises as `Cells.bound`."""
        return _divided(_bound(self.tables, self.terms), self.parts)

    def less(self, other: "Count") -> Interval:
        """What it can be less another, all cells at once."""
        terms = {term: n * other.parts for term, n in self.terms.items()}
        for term, n in other.terms.items():
            terms[term] = terms.get(term, 0) - n * self.parts
        return _divided(_bound(self.tables, terms), self.parts * other.parts)

    def over(self, other: "Count") -> Interval:
        """What its ratio to another can be, all cells at once where they are of one table. Without a limit where the
        other can be zero. Raises ZeroDivisionError where it is."""
        upper, lower = self.value, other.value
        if lower.high > 0 and (lower.low <= 0 or math.isinf(lower.high)):
            return Interval(upper.low / lower.high, upper.high / lower.low if lower.low > 0 else math.inf)
        tables = {table for table, _ in (*self.terms, *other.terms)}
        if len(tables) > 1:
            return upper.over(lower)
        own: dict[tuple[str, ...], int] = {cell: n for (_, cell), n in self.terms.items()}
        its: dict[tuple[str, ...], int] = {cell: n for (_, cell), n in other.terms.items()}
        return self.tables[tables.pop()].ratio(own, its).times(other.parts / self.parts)

    def text(self) -> str:
        """What it can be, for reading; a mean with one decimal."""
        return self.value.text() if self.parts > 1 else self.value.count()


def claimed(tables: Tables, claim: pd.Series) -> Count:
    """What a claim counts."""
    codes = {column: claim[column] for column in COLUMNS}
    return Count(tables, **codes | {"transport": claim["transport"] or "_T"}, mean_of=claim["mean_of"])


def base(tables: Tables, claim: pd.Series) -> Count:
    """What a claim compares with: the same where its base_ columns are empty. A share is one of all purposes and modes
    of transport, unless they say otherwise."""
    named = {column: claim[f"base_{column}"] for column in COLUMNS if claim[f"base_{column}"]}
    whole = {"purpose": "_T", "transport": "_T"} if claim["measure"] == "share" else {}
    return replace(claimed(tables, claim), **whole | named)


def _signed(code: str) -> list[tuple[str, int]]:
    """The codes of a sum a+b, or of all but some, _T-a-b, each with its sign."""
    return [(name, -1 if sign == "-" else 1) for sign, name in re.findall(r"([+-]?)([^+-]+)", code)]


def parts_of(period: str) -> list[str]:
    """The years, else the quarters, that make up a period; none for a quarter and what is not made of them."""
    try:
        quarters = periods.quarters(period)
    except periods.PeriodError:
        return []
    years = sorted({quarter[:4] for quarter in quarters})
    if len(quarters) == 4 * len(years) > 4:
        return years
    return list(quarters) if len(quarters) > 1 else []


def _length(period: str) -> tuple[str, int]:
    first, last = periods.days(period)
    end = last + timedelta(days=1)
    if first.day == end.day == 1:
        return "months", 12 * (end.year - first.year) + end.month - first.month
    return "days", (end - first).days


def _bound(tables: Tables, terms: Mapping[Term, int]) -> Interval:
    """What a sum can be; tables are independent of each other."""
    total = Interval(0, 0)
    for table in dict.fromkeys(table for table, _ in terms):
        total = total.plus(tables[table].bound({cell: n for (own, cell), n in terms.items() if own == table and n}))
    return total


def _divided(value: Interval, by: int) -> Interval:
    return Interval(value.low / by, value.high / by)
