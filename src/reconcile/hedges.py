"""What the words around a number mean: the interval that each hedge allows a count or a measure.

A count is a whole number, and its interval is closed: "more than 5" is 6 or more. A measure is any number, such as a
ratio or a share: "more than 5" is anything above 5.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from reconcile.intervals import Interval

Meaning = Callable[[float, float, float], Interval]  # of v, u, and the upper end of a range


class Hedge(NamedTuple):
    """What a hedge accepts of a number v whose last meaningful digit stands for u, and why; what it allows a measure
    and a count to be, None where it is never said of one."""

    accepts: str
    why: str
    for_measures: Meaning | None
    for_counts: Meaning | None


def above(value: float) -> float:
    """The least number above another, for intervals that are open below."""
    return math.nextafter(value, math.inf)


def below(value: float) -> float:
    """The greatest number below another, for intervals that are open above."""
    return math.nextafter(value, -math.inf)


def _both(accepts: str, why: str, meaning: Meaning) -> Hedge:
    """A hedge that means the same for counts, which are the whole numbers of its interval, not below zero."""
    return Hedge(accepts, why, meaning, meaning)


HEDGES = {
    "exact": _both("v", "a number without a hedge is meant to its last digit", lambda v, u, high: Interval(v, v)),
    "rounded": _both(
        "[v - u/2, v + u/2]", "a number rounded to its last digit", lambda v, u, high: Interval(v - u / 2, v + u / 2)
    ),
    "approx": _both(
        "[v - u/2, v + u/2]",
        '"about" is read as rounded to the last digit that is not zero',
        lambda v, u, high: Interval(v - u / 2, v + u / 2),
    ),
    "truncated": Hedge(
        "[v, v + u)",
        "digits were cut off and not rounded",
        for_measures=lambda v, u, high: Interval(v, below(v + u)),
        for_counts=None,
    ),
    "odd": _both("[v, v + u)", '"5,200-odd" starts at the number', lambda v, u, high: Interval(v, below(v + u))),
    "nearly": _both(
        "[v - u, v]", '"nearly" stays below, and within one last digit', lambda v, u, high: Interval(v - u, v)
    ),
    "nearly_times": Hedge(
        "(v - 1, v)",
        '"nearly n times" lies between n - 1 and n: at n it would be "n times"',
        for_measures=lambda v, u, high: Interval(above(v - 1), below(v)),
        for_counts=None,
    ),
    "more_than": _both(
        "(v, no limit)", "the number itself is no more", lambda v, u, high: Interval(above(v), math.inf)
    ),
    "at_least": _both("[v, no limit)", "the number itself is enough", lambda v, u, high: Interval(v, math.inf)),
    "fewer_than": _both("[0, v)", "the number itself is no fewer", lambda v, u, high: Interval(0, below(v))),
    "at_most": _both("[0, v]", "the number itself is enough", lambda v, u, high: Interval(0, v)),
    "range": Hedge(
        "[v, upper end]",
        "both ends belong to a range",
        for_measures=lambda v, u, high: Interval(v, high),
        for_counts=lambda v, u, high: Interval(v - u / 2, high + u / 2),  # ends of a range of counts are rounded
    ),
    "double_digits": Hedge(
        "[10, 99]",
        "two digits, in every period named",
        for_measures=lambda v, u, high: Interval(10, 99),
        for_counts=None,
    ),
    "in_front": Hedge(
        "a lead above 0",
        '"highest since", "above", "below": the lead over the other must be above zero',
        for_measures=lambda v, u, high: Interval(above(0), math.inf),
        for_counts=None,
    ),
    "misprint": Hedge(
        "v",
        "taken as printed, so that the sums can reject it",
        for_measures=None,
        for_counts=lambda v, u, high: Interval(v, v),
    ),
}


def of_measure(value: float, value_high: float, hedge: str, precision: float) -> Interval:
    """What a hedged number allows a measure to be. `precision`: the place of the last digit that was meant.

    Open ends are the nearest number beside them. Raises ValueError for a hedge that is never said of a measure.
    """
    meaning = HEDGES[hedge].for_measures if hedge in HEDGES else None
    if meaning is None:
        raise ValueError(f"a measure that is {hedge} has no interval")
    return meaning(value, precision, value_high)


def of_count(value: int, value_high: int | None, hedge: str, precision: int) -> Interval:
    """The counts, whole numbers not below zero, that a printed figure allows, by how it was hedged in print.

    `precision`: the place of the last digit that was meant. Raises ValueError for a figure that says nothing
    (`not_published`) or whose range is upside down.
    """
    meaning = HEDGES[hedge].for_counts if hedge in HEDGES else None
    if meaning is None:
        raise ValueError(f"a figure that is {hedge} has no interval")
    if hedge == "range" and (value_high is None or value_high < value):
        raise ValueError(f"a range from {value} to {value_high} is upside down or open")
    low, high = meaning(value, precision, math.nan if value_high is None else value_high)
    return Interval(max(0, math.ceil(low)), high if math.isinf(high) else math.floor(high))


def place(value: float) -> float:
    """Place of the last digit that is not zero: 100 for 5,500, 0.1 for 508.9, 1 for 0."""
    unit = 1
    if value != int(value):
        return 10.0 ** -len(f"{value}".split(".")[1])
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit


def table() -> pd.DataFrame:
    """Each rule for reading a measure, what it accepts of a number v with last digit u, and why."""
    rows = {name.replace("_", " "): [hedge.accepts, hedge.why] for name, hedge in HEDGES.items() if hedge.for_measures}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["accepts", "why"]).rename_axis("rule")
