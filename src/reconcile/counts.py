"""Which counts a cell is the sum of, and what must add up.

A count is of one quarter and one code of one dimension. Quarters make up longer periods, the codes of a dimension make
up the total, in each dimension alike: nothing else is assumed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile import periods
from reconcile.cells import ALL, AccountingError, Cell, name

Codes = Callable[[str], tuple[str, ...]]  # the complete list of codes of a dimension in a quarter
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]  # columns of counts, or a label for each
Count = tuple[str, int, str]  # quarter, dimension (by its place) and code


@dataclass(frozen=True)
class Counts:
    """The counts that the cells of a table are sums of. `position`: their columns; `parts`: as in `System.of`."""

    position: dict[Count, int]
    parts: Sequence[Codes]

    @classmethod
    def of(cls, cells: Iterable[Cell], parts: Sequence[Codes]) -> "Counts":
        """The counts that some cells need: the first dimension breaks down all their quarters, each other one those
        of the cells that ask for it.

        Raises AccountingError for a cell that has no code for a dimension, or for a list with a code twice;
        PeriodError for a cell not made of whole quarters.
        """
        quarters: list[set[str]] = [set() for _ in parts]
        for cell in cells:
            if len(cell) <= len(parts):
                raise AccountingError(
                    f"{name(cell)}: found {len(cell) - 1} codes, expected {len(parts)}, one for each dimension. "
                    f"Write {ALL} for a total."
                )
            for dimension, code in enumerate(cell[1 : 1 + len(parts)]):
                if dimension == 0 or code != ALL:
                    quarters[dimension].update(periods.quarters(cell[0]))
        position: dict[Count, int] = {}
        for dimension, needed in enumerate(quarters):
            for quarter in sorted(needed):
                for code in parts[dimension](quarter):
                    if (quarter, dimension, code) in position:
                        raise AccountingError(f"{quarter} {code}: the code stands twice in its list")
                    position[quarter, dimension, code] = len(position)
        return cls(position, parts)

    def row(self, cell: Cell) -> Numbers:
        """Which counts a cell is the sum of: 0 or 1, shape (counts,).

        Raises AccountingError for codes of two dimensions, which are never crossed, and for a code that is not in
        its list.
        """
        named = [(dimension, code) for dimension, code in enumerate(cell[1:]) if code != ALL] or [(0, ALL)]
        if len(named) > 1:
            raise AccountingError(f"{name(cell)}: codes of two dimensions, which are never crossed")
        dimension, codes = named[0]
        row = np.zeros(len(self.position))
        for quarter in periods.quarters(cell[0]):
            for code in self.parts[dimension](quarter) if codes == ALL else codes.split("+"):
                if (quarter, dimension, code) not in self.position:
                    raise AccountingError(f"{name(cell)}: {code} was not collected in {quarter}")
                row[self.position[quarter, dimension, code]] = 1
        return row

    def identities(self) -> Numbers:
        """What must be 0: for each quarter that another dimension breaks down too, its codes less those of the first.
        Shape (identities, counts)."""
        tied: dict[tuple[int, str], Numbers] = {}
        for (quarter, dimension, _), column in self.position.items():
            if dimension:
                if (dimension, quarter) not in tied:
                    tied[dimension, quarter] = 0 - self.row((quarter, *[ALL] * len(self.parts)))
                tied[dimension, quarter][column] = 1
        return np.array(list(tied.values())).reshape(len(tied), len(self.position))
