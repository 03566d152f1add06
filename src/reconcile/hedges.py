"""How the words of a claim are read: the interval that each way of putting a number allows its measure."""

import math
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from reconcile.intervals import Interval


class Rule(NamedTuple):
    """What a rule accepts of a number v whose last meaningful digit stands for u, and why."""

    of: Callable[[float, float, float], Interval]  # v, u, and the upper end of a range
    accepts: str
    why: str


def above(value: float) -> float:
    """The least number above another, for intervals that are open below."""
    return math.nextafter(value, math.inf)


def _below(value: float) -> float:
    return math.nextafter(value, -math.inf)


RULES = {
    "exact": Rule(lambda v, u, high: Interval(v, v), "v", "a number without a hedge is meant to its last digit"),
    "rounded": Rule(
        lambda v, u, high: Interval(v - u / 2, v + u / 2), "[v - u/2, v + u/2]", "a number rounded to its last digit"
    ),
    "approx": Rule(
        lambda v, u, high: Interval(v - u / 2, v + u / 2),
        "[v - u/2, v + u/2]",
        '"about" is read as rounded to the last digit that is not zero',
    ),
    "truncated": Rule(
        lambda v, u, high: Interval(v, _below(v + u)), "[v, v + u)", "digits were cut off and not rounded"
    ),
    "odd": Rule(lambda v, u, high: Interval(v, _below(v + u)), "[v, v + u)", '"5,200-odd" starts at the number'),
    "nearly": Rule(
        lambda v, u, high: Interval(v - u, v), "[v - u, v]", '"nearly" stays below, and within one last digit'
    ),
    "nearly_times": Rule(
        lambda v, u, high: Interval(above(v - 1), _below(v)),
        "(v - 1, v)",
        '"nearly n times" lies between n - 1 and n: at n it would be "n times"',
    ),
    "more_than": Rule(lambda v, u, high: Interval(above(v), math.inf), "(v, no limit)", "the number itself is no more"),
    "at_least": Rule(lambda v, u, high: Interval(v, math.inf), "[v, no limit)", "the number itself is enough"),
    "fewer_than": Rule(lambda v, u, high: Interval(0, _below(v)), "[0, v)", "the number itself is no fewer"),
    "at_most": Rule(lambda v, u, high: Interval(0, v), "[0, v]", "the number itself is enough"),
    "range": Rule(lambda v, u, high: Interval(v, high), "[v, upper end]", "both ends belong to a range"),
    "double_digits": Rule(lambda v, u, high: Interval(10, 99), "[10, 99]", "two digits, in every period named"),
    "in_front": Rule(
        lambda v, u, high: Interval(above(0), math.inf),
        "a lead above 0",
        '"highest since", "above", "below": the lead over the other must be above zero',
    ),
}


def table() -> pd.DataFrame:
    """Each rule, what it accepts of a number v with last digit u, and why."""
    rows = {name.replace("_", " "): [rule.accepts, rule.why] for name, rule in RULES.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["accepts", "why"]).rename_axis("rule")
