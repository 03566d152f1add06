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
