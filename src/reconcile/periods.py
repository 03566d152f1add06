"""Time periods as SDMX writes them (2024, 2024-S1, 2024-Q3, 2024-04), days, and ISO 8601 intervals of days.

Source: SDMX 3.0 Technical Notes, "Time formats" (https://sdmx.org); ISO 8601-1:2019 for days and intervals.
"""

import functools
import re
from datetime import date, timedelta

MONTHS = {"S": 6, "Q": 3, "": 12}


class PeriodError(ValueError):
    """A text that is not a period, or a period that does not fit the use made of it."""


@functools.cache
def days(period: str) -> tuple[date, date]:
    """First and last day of a period. Raises PeriodError for `undated` and for anything that is no period."""
    try:
        if "/" in period:
            first, last = (date.fromisoformat(part) for part in period.split("/"))
        elif match := re.fullmatch(r"(\d{4})(?:-([SQ])([1-4]))?", period, re.ASCII):
            year, kind, number = int(match[1]), match[2] or "", int(match[3] or 1)
            first = date(year, 1 + (number - 1) * MONTHS[kind], 1)
            last = _month_end(first.year, first.month + MONTHS[kind] - 1)
        elif match := re.fullmatch(r"(\d{4})-(\d{2})", period, re.ASCII):
            first, last = date(int(match[1]), int(match[2]), 1), _month_end(int(match[1]), int(match[2]))
        else:
            first = last = date.fromisoformat(period)
    except ValueError as error:
        raise PeriodError(f"{period!r} is not a period: {error}") from None
    if last < first:
        raise PeriodError(f"{period!r} ends before it begins")
    return first, last


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def year(period: str) -> int:
    """The year in which a period begins."""
    return days(period)[0].year


def quarter_of(day: date) -> str:
    """The quarter a day lies in: 2024-08-15 is in 2024-Q3."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_before(period: str) -> str:
    """The quarter that ends the day before a period begins."""
    return quarter_of(days(period)[0] - timedelta(days=1))


def quarter_after(period: str) -> str:
    """The quarter that begins the day after a period ends."""
    return quarter_of(days(period)[1] + timedelta(days=1))


@functools.cache
def quarters(period: str) -> tuple[str, ...]:
    """The quarters that make up a period, in order. Raises PeriodError where it is not made of whole quarters."""
    first, last = days(period)
    found, day = [], first
    while day <= last:
        found.append(quarter_of(day))
        day = days(found[-1])[1] + timedelta(days=1)
    if days(found[0])[0] != first or days(found[-1])[1] != last:
        raise PeriodError(f"{period!r} is not made of whole quarters")
    return tuple(found)


def year_before(period: str) -> str:
    """The like period of the year before: 2024-Q3 becomes 2023-Q3. One that reaches over the end of a year has none."""
    return in_year(period, str(year(period) - 1))


def span(first: str, last: str) -> tuple[str, ...]:
    """All quarters from the first day of one period to the last day of another."""
    return quarters(f"{days(first)[0]}/{days(last)[1]}")


def in_year(period: str, year: str) -> str:
    """The like period of another year: 2024-Q3 becomes 2019-Q3. One that reaches over the end of a year has none."""
    return period.replace(period[:4], year)


def same_kind(period: str, other: str) -> bool:
    """Whether two periods are of one frequency: two years, two half-years, two quarters, two months."""
    return re.sub(r"\d", "0", period) == re.sub(r"\d", "0", other)
