"""What a number can be: an interval, and arithmetic on intervals. What print means by it is in `hedges`.

Every value is an interval. Arithmetic takes the intervals as independent; where cells hang together, bound the result
itself instead (see `system`).
Source: Moore, Kearfott and Cloud 2009, Introduction to Interval Analysis, chapter 2.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Interval(NamedTuple):
    """Least and greatest value that can be true; each may be infinite: `low` of a difference alone."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether it is a single number."""
        return self.low == self.high

    def __contains__(self, value: float) -> bool:  # type: ignore[override]  # a value between its ends
        return self.low <= value <= self.high

    def within(self, other: "Interval") -> bool:
        """Whether another interval holds all of this one."""
        return other.low <= self.low and self.high <= other.high

    def meets(self, other: "Interval") -> bool:
        """Whether the two have a value in common."""
        return self.low <= other.high and other.low <= self.high

    def place(self, others: Iterable["Interval"]) -> "Interval":
        """Place among others, the largest first: behind those that are surely larger, and perhaps behind those that can
        be. Equal values share a place."""
        others = list(others)
        return Interval(1 + sum(o.low > self.high for o in others), 1 + sum(o.high > self.low for o in others))

    def count(self) -> str:  # type: ignore[override]  # a tuple counts its members
        """A count for reading: 13,221, or 3,150 to 3,250, or at least 600, or up to 92; of a difference, at most 92."""
        if self.exact:
            return f"{self.low:,.0f}"
        if math.isinf(self.low):
            return f"at most {self.high:,.0f}" if math.isfinite(self.high) else "anything"
        if math.isinf(self.high):
            return f"at least {self.low:,.0f}"
        return f"{self.low:,.0f} to {self.high:,.0f}" if self.low else f"up to {self.high:,.0f}"

    def brief(self) -> str:
        """A count for a narrow column: 13,221, or 153–157, or ≥600, or ≤92."""
        if self.exact:
            return f"{self.low:,.0f}"
        if math.isinf(self.high):
            return f"≥{self.low:,.0f}"
        return f"{self.low:,.0f}–{self.high:,.0f}" if self.low else f"≤{self.high:,.0f}"

    def percent(self) -> str:
        """A fraction for reading: 60 %, or 59 to 61 %; a decimal where it would read 0 %."""
        return self.text(100, 1 if 0 < self.high < 0.01 else 0) + " %"

    def least_percent(self) -> str:
        """The low end of a fraction as a whole percent, rounded down: 58 %."""
        return f"{math.floor(round(100 * self.low, 9))} %"  # rounded first, as in `text`

    def text(self, scale: float = 1, digits: int = 1) -> str:
        """A number for reading, times `scale`: 11.8, or 2.1 to 2.4, rounded as in `outwards`."""
        low, high = self.outwards(scale, digits)
        if self.exact:
            return f"{low:,.{digits}f}"
        if math.isinf(low):
            return f"at most {high:,.{digits}f}" if math.isfinite(high) else "anything"
        if math.isinf(high):
            return f"at least {low:,.{digits}f}"
        return f"{low:,.{digits}f} to {high:,.{digits}f}"

    def outwards(self, scale: float, digits: int) -> "Interval":
        """A multiple whose ends are rounded outwards to so many digits, so that it never looks narrower than it is; a
        single number is left to be rounded where it is written."""
        if self.exact:
            return self.times(scale)
        unit = 10**digits
        # Rounded to nine digits first: 0.58 x 100 is a little less than 58 in binary.
        low = self.low if math.isinf(self.low) else math.floor(round(scale * self.low * unit, 9)) / unit
        high = self.high if math.isinf(self.high) else math.ceil(round(scale * self.high * unit, 9)) / unit
        return Interval(low, high)

    def plus(self, other: "Interval") -> "Interval":
        """Sum of two independent values."""
        return Interval(self.low + other.low, self.high + other.high)

    def minus(self, other: "Interval") -> "Interval":
        """Difference of two independent values."""
        return Interval(self.low - other.high, self.high - other.low)

    def times(self, factor: float) -> "Interval":
        """A multiple. `factor` is not below zero."""
        return Interval(self.low * factor, self.high * factor)

    def over(self, other: "Interval") -> "Interval":
        """Ratio of two counts. Raises ZeroDivisionError where the denominator can be zero."""
        if other.low <= 0:
            raise ZeroDivisionError(f"a ratio to a count that can be {other.low:g} has no upper bound")
        return Interval(self.low / other.high, self.high / other.low)
