"""What a claim can be about: each measure is one function.

Its arguments are the cells of a series and those columns of claims.csv that it needs. Its name is what the column
`measure` holds; the schema (data/datapackage.json) lists it there, and says whether it needs a base.
"""

import inspect
import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells, NoFigureError
from reconcile import periods
from reconcile.intervals import Interval

Terms = dict[tuple[str, str], int]  # a sum of cells (period, purpose), each with a multiplier


class Result(NamedTuple):
    """A measure computed: what it can be, the arithmetic in one line, and the cells (period, purpose) it rests on."""

    value: Interval
    arithmetic: str
    cells: list[tuple[str, str]]
    remark: str = ""


Measure = Callable[..., Result]
MEASURES: dict[str, Measure] = {}


def measure(of: Measure) -> Measure:
    """Make a function a measure, by its name."""
    MEASURES[of.__name__] = of
    return of


def needs(name: str) -> list[str]:
    """The columns of a claim that a measure is computed from."""
    return list(inspect.signature(MEASURES[name]).parameters)[1:]


@measure
def total(cells: Cells, period: str, purpose: str) -> Result:
    """Count of one cell."""
    cell = (period, purpose)
    return Result(cells.interval(*cell), f"{Cell(*cell)} = {cells.text(*cell)}", [cell])


@measure
def sum_of_parts(cells: Cells, period: str, purpose: str) -> Result:
    """Count of the purposes that a sum a+b names, else of the quarters that make up a period, added up."""
    purposes = purpose.split("+")
    parts = periods.quarters(period) if len(purposes) == 1 else [period]
    terms = dict.fromkeys(itertools.product(parts, purposes), 1)
    value = cells.bound(terms)
    return Result(value, f"{' + '.join(cells.text(*cell) for cell in terms)} = {value.count()}", list(terms))


@measure
def share(cells: Cells, period: str, purpose: str, base_purpose: str) -> Result:
    """Count of a purpose in percent of another, or of all (the base purpose)."""
    below = base_purpose or "_T"
    return _percent(cells, _terms(period, purpose), _terms(period, below), 0)


@measure
def ratio(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """Count of a period as a multiple of the base period."""
    above, below = _terms(period, purpose), _terms(base_period, purpose)
    value = cells.ratio(above, below)
    text = f"{cells.bound(above).count()} / {cells.bound(below).count()} = {value.text(digits=2)}"
    return Result(value, text, [*above, *below])


@measure
def percent_change(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """Change from the base period in percent."""
    return _percent(cells, _terms(period, purpose), _terms(base_period, purpose), 1)


@measure
def difference(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """Count of a period less that of the base period."""
    return _less(cells, period, base_period, purpose)


@measure
def above(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """How far the count of a period is above that of the base period."""
    return _less(cells, period, base_period, purpose)


@measure
def below(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """How far the count of a period is below that of the base period."""
    return _less(cells, base_period, period, purpose)


@measure
def highest_since(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """Count of a period less the highest of the like periods after the base and before it (third quarters only, where
    the base is a third quarter of an earlier year). Whether the base itself was higher is remarked."""
    cell = (period, purpose)
    at_base = cells.interval(base_period, purpose)  # not collected then: nothing to look back at
    season = period[4:] if period[4:] == base_period[4:] else ""
    between = [p for p in cells.listed(period, purpose) if base_period < p < period and p.endswith(season)]
    lead, rival, most = _lead(cells, cell, [(p, purpose) for p in between])
    text = f"{period}: {cells.text(*cell)}; after {base_period}, {rival[0]} comes closest: {most}"
    higher = at_base.low > cells.interval(*cell).high
    remark = f"{base_period} was higher: {at_base.count()}" if higher else ""
    return Result(lead, text, [cell, rival], remark)


@measure
def rank(cells: Cells, period: str, purpose: str) -> Result:
    """Place of a purpose among the purposes of its period, the largest first."""
    count = cells.interval(period, purpose)
    others = {code: cells.interval(period, code) for code in cells.purposes(period) if code != purpose}
    if not others:
        raise ValueError("there is nothing to compare with")
    for_sure = sum(other.low > count.high for other in others.values())
    at_most = sum(other.high > count.low for other in others.values())
    near = sorted(others, key=lambda code: abs(others[code].high - count.high))[:2]
    text = f"{purpose}: {count.count()}; " + ", ".join(f"{code}: {others[code].count()}" for code in near)
    return Result(Interval(1 + for_sure, 1 + at_most), text, [(period, purpose), *((period, code) for code in near)])


def _lead(cells: Cells, cell: tuple[str, str], others: list[tuple[str, str]]) -> tuple[Interval, tuple[str, str], str]:
    """How far a cell is above the highest of others; the one that can come closest, and what it can be.

    Raises NoFigureError where one of them was withheld or has no upper limit: it could be the highest.
    """
    if not others:
        raise ValueError("there is nothing to compare with")
    values = {other: cells.interval(*other) for other in others}
    rival = max(values, key=lambda other: values[other].high)
    if math.isinf(values[rival].high):
        raise NoFigureError(f"{cells.named(*rival)}: no published figure limits it")
    highest = Interval(max(value.low for value in values.values()), values[rival].high)
    return cells.interval(*cell).minus(highest), rival, values[rival].count()


def _less(cells: Cells, period: str, base_period: str, purpose: str) -> Result:
    first, second = (period, purpose), (base_period, purpose)
    value = cells.bound({first: 1, second: -1})
    text = f"{cells.interval(*first).count()} - {cells.interval(*second).count()} = {value.count()}"
    return Result(value, text, [first, second])


def _percent(cells: Cells, above: Terms, below: Terms, less: int) -> Result:
    times = cells.ratio(above, below)
    value = Interval(100 * (times.low - less), 100 * (times.high - less))
    parts = f"{cells.bound(above).count()} / {cells.bound(below).count()}"
    text = f"100 x ({parts} - 1) = {value.text()}" if less else f"100 x {parts} = {value.text()}"
    return Result(value, text, [*above, *below])


def _terms(period: str, purpose: str) -> Terms:
    return {(period, code): 1 for code in purpose.split("+")}
