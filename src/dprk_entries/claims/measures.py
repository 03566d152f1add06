"""What a claim can be about: each measure is one function.

Its arguments are what the claim counts and, if it compares, the `base`. Its name is what the column `measure` holds;
the schema (data/datapackage.json) lists it there, and says whether it needs a base.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from dprk_entries.claims.counts import Count, Term, parts_of
from dprk_entries.entries.look_up import NoCellError, NoFigureError
from reconcile import periods
from reconcile.intervals import Interval


class Result(NamedTuple):
    """A measure computed: what it can be, the arithmetic in one line, and the cells it rests on."""

    value: Interval
    arithmetic: str
    terms: list[Term]
    remark: str = ""


Measure = Callable[..., Result]
MEASURES: dict[str, Measure] = {}


def measure(of: Measure) -> Measure:
    """Make a function a measure, by its name."""
    MEASURES[of.__name__] = of
    return of


def compares(name: str) -> bool:
    """Whether a measure takes a base."""
    return "base" in inspect.signature(MEASURES[name]).parameters


@measure
def total(count: Count) -> Result:
    """Count of a cell, or of several added up."""
    if len(count.terms) > 1 or count.mean_of:
        return _added(count)
    ((_, cell),) = count.terms
    return Result(count.value, f"{cell} = {count.text()}", [*count.terms])


@measure
def sum_of_parts(count: Count) -> Result:
    """Count of the codes or periods that a sum a+b names, else of the quarters that make up a period, added up."""
    named = any("+" in code for code in (count.nationality, count.purpose, count.transport, count.period))
    return _added(count if named else count.at("+".join(periods.quarters(count.period))))


@measure
def share(count: Count, base: Count) -> Result:
    """Count in percent of the base."""
    return _percent(count, base, 0)


@measure
def ratio(count: Count, base: Count) -> Result:
    """Count as a multiple of the base."""
    value = count.over(base)
    return Result(value, f"{count.text()} / {base.text()} = {value.text(digits=2)}", [*count.terms, *base.terms])


@measure
def percent_change(count: Count, base: Count) -> Result:
    """Change from the base in percent, below zero where it falls."""
    return _percent(count, base, 1)


@measure
def difference(count: Count, base: Count) -> Result:
    """Count less the base, below zero where it falls."""
    return _less(count, base)


@measure
def above(count: Count, base: Count) -> Result:
    """How far the count is above the base."""
    return _less(count, base)


@measure
def below(count: Count, base: Count) -> Result:
    """How far the count is below the base."""
    return _less(base, count)


@measure
def highest_since(count: Count, base: Count) -> Result:
    """Count of a period less the highest of the like periods after the base and before it (third quarters only, where
    the base is a third quarter of an earlier year). It is remarked whether the base itself was higher, and how much a
    period that is known in part would need."""
    own, at_base = count.value, base.value  # not collected then: nothing to look back at
    rivals = [base.at(period) for period in _between(base.period, count.period)]
    limited = [rival for rival in rivals if math.isfinite(_known(rival).high)]
    remarks = [_would_need(own, rival) for rival in rivals if rival not in limited]
    if not limited:
        raise ValueError(f"there is nothing to compare with between {base.period} and {count.period}")
    closest = max(limited, key=lambda rival: rival.value.high)
    highest = Interval(max(rival.value.low for rival in rivals), closest.value.high)
    text = f"{count.period}: {count.text()}; after {base.period}, {closest.period} comes closest: {closest.text()}"
    if count.length == base.length and at_base.low > own.high:
        remarks.append(f"{base.period} was higher: {base.text()}")
    return Result(own.minus(highest), text, [*count.terms, *closest.terms], "; ".join(remarks))


@measure
def rank(count: Count) -> Result:
    """Place of a purpose, or of a mode of transport, among those of its period, the largest first."""
    dimension = "purpose" if count.transport == "_T" else "transport"
    own = getattr(count, dimension)
    codes = count.tables[count.series, count.nationality].codes(count.period, dimension)
    rivals = [code for code in codes if code not in ("_T", own) and "+" not in code]
    others = [replace(count, purpose=c) if dimension == "purpose" else replace(count, transport=c) for c in rivals]
    if not others:
        raise ValueError("there is nothing to compare with")
    near = sorted(others, key=lambda other: abs(other.value.high - count.value.high))[:2]
    text = f"{own}: {count.text()}; " + ", ".join(f"{getattr(one, dimension)}: {one.text()}" for one in near)
    place = count.value.place(other.value for other in others)
    return Result(place, text, [term for one in (count, *near) for term in one.terms])


def _between(first: str, last: str) -> list[str]:
    """The periods like `last` that begin after `first` and end before `last`; of one season, if both are of it."""
    season = last[4:] if last[4:] == first[4:] else ""
    years = range(periods.year(first), periods.year(last) + 1)
    like = [f"{year}{name}" for year in years for name in _names(last) if name.endswith(season)]
    after, before = periods.days(first)[1], periods.days(last)[0]
    return [period for period in like if after < periods.days(period)[0] and periods.days(period)[1] < before]


def _names(period: str) -> list[str]:
    """What follows the year in the names of all periods of a kind: -Q1 to -Q4 for a quarter."""
    number = {4: 1, 7: {"Q": 4, "S": 2}.get(period[5:6], 12)}.get(len(period))
    if not number:
        raise ValueError(f"{period} is no year, half-year, quarter or month, among which one could be the highest")
    form = {1: "", 2: "-S{}", 4: "-Q{}", 12: "-{:02}"}[number]
    return [form.format(n) for n in range(1, number + 1)]


def _known(rival: Count) -> Interval:
    """What a rival can be. Raises NoFigureError where no figure says anything of it: it could be the highest."""
    try:
        return rival.value
    except NoCellError:
        raise NoFigureError(f"{rival.named()}: no published figure limits it") from None


def _would_need(own: Interval, rival: Count) -> str:
    """Why a period that is known in part, and has no limit, was not higher: its other quarters would have to make more
    than the same quarters of any year known. Raises NoFigureError where that is not so."""
    unlimited = NoFigureError(f"{rival.named()}: no published figure limits it")
    quarters = parts_of(rival.period)
    known = [quarter for quarter in quarters if _limited(rival.at(quarter))]
    unknown = [quarter[5:] for quarter in quarters if quarter not in known]
    if not known:
        raise unlimited
    years = sorted({cell.period[:4] for table, _ in rival.terms for cell in rival.tables[table].rows})
    same = [rival.at("+".join(f"{year}-{name}" for name in unknown)) for year in years]
    most = max((count for count in same if _limited(count)), key=lambda count: count.value.high, default=None)
    need = own.low - rival.at("+".join(known)).value.high
    if not most or need <= most.value.high:
        raise unlimited
    return (
        f"no figure limits {' and '.join(unknown)} of {rival.period}, which would have to make {need:,.0f}, more than "
        f"in any year known ({most.period[:4]}: {most.text()})"
    )


def _limited(count: Count) -> bool:
    try:
        return math.isfinite(count.value.high)
    except LookupError:
        return False


def _added(count: Count) -> Result:
    terms = "".join(
        f" {'+' if sign > 0 else '-'} {count.tables[table].text(*cell)}" for (table, cell), sign in count.terms.items()
    ).removeprefix(" + ")
    if count.mean_of:
        terms = f"({terms}) / {count.parts}" if len(count.terms) > 1 else f"{terms} / {count.parts}"
    return Result(count.value, f"{terms} = {count.text()}", [*count.terms])


def _less(count: Count, base: Count) -> Result:
    value = count.less(base)
    told = value.text() if count.parts * base.parts > 1 else value.count()
    return Result(value, f"{count.text()} - {base.text()} = {told}", [*count.terms, *base.terms])


def _percent(count: Count, base: Count, less: int) -> Result:
    times = count.over(base)
    value = Interval(100 * (times.low - less), 100 * (times.high - less))
    parts = f"{count.text()} / {base.text()}"
    text = f"100 x ({parts} - 1) = {value.text()}" if less else f"100 x {parts} = {value.text()}"
    return Result(value, text, [*count.terms, *base.terms])
