"""What one number of the statistics is of."""

from typing import NamedTuple

from reconcile.cells import name


class Cell(NamedTuple):
    """A period, and a purpose or a mode of transport: the two are never crossed. `_T` stands for all; a purpose may be
    a sum such as education+tourism."""

    period: str
    purpose: str = "_T"
    transport: str = "_T"

    def __str__(self) -> str:
        return name(self)


WHOSE = ["series", "nationality"]  # columns: what a table adds up, see `whose`
KEY = [*WHOSE, *Cell._fields]  # columns: what one number is of, among all tables


def whose(series: str, nationality: str) -> str:
    """What a table adds up, in words: border entries of PRK."""
    return f"{series.replace('_', ' ')} of {'all nationalities' if nationality == '_T' else nationality}"


def counted(number: int, noun: str) -> str:
    """A number with what it counts: 1 source, 2 sources, 2 witnesses."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
