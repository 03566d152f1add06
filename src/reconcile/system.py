"""Which published figures cannot all be true, and the bounds that the rest imply.

A published figure is an interval on a sum of counts (see `counts`). Which to give up is settled in each component, the
counts that figures and identities tie together (see `settle`). Bounds: least and greatest value of a sum of cells
over all that can be true under any of the lightest sets, in whole numbers (Dobra and Fienberg 2000, Bounds for cell
entries in contingency tables, PNAS 97); of a share likewise (Dinkelbach 1967, On nonlinear fractional programming,
Management Science 13).
"""

import functools
import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reconcile.cells import Bound, Cell, Figure, by_cell, name
from reconcile.counts import Codes, Counts, Numbers, Places
from reconcile.hitting_sets import Sets
from reconcile.intervals import Interval
from reconcile.settle import ZERO, Component, settle
from reconcile.solver import UNLIMITED, End, connected


@dataclass(frozen=True)
class System:
    """The counts of one table, its figures as intervals on sums of them, and which of these to give up. Made by `of`.

    `figures`: by their number; `label`: of the component that each count belongs to, shape (counts,); `components`:
    by their label, those that a figure or an identity limits.
    """

    figures: Mapping[int, Figure]
    counts: Counts
    label: Places
    components: Mapping[int, Component]

    @classmethod
    def of(
        cls, figures: Iterable[Figure], cells: Iterable[Cell], parts: Sequence[Codes], whole: bool = True
    ) -> "System":
        """Add figures up, and settle which to give up.

        `cells`: what will be asked about beside the cells of the figures; `parts`: for each dimension of the cells, a
        function that gives the complete list of its codes in a quarter. The first breaks every quarter down; each of
        the others one that a cell asks for. `whole=False` relaxes counts to real numbers. Raises AccountingError for
        a cell with a code that is not in its list, or with codes of two dimensions, which are never crossed; for a
        list with a code twice; for contradictions beyond the limits of `settle`. PeriodError for a cell not made
        of whole quarters.
        """
        numbered = dict(enumerate(figures))
        counts = Counts.of([*(figure.cell for figure in numbered.values()), *cells], parts)
        rows = np.array([counts.row(figure.cell) for figure in numbered.values()])
        rows = rows.reshape(len(numbered), len(counts.position))
        identities = counts.identities()
        label = connected(np.vstack([rows, identities]) != 0)
        components = {}
        for one in sorted(set(label[np.vstack([rows, identities]).any(axis=0)])):
            columns = np.flatnonzero(label == one)
            touching = np.flatnonzero(rows[:, columns].any(axis=1))
            local = identities[:, columns]
            components[int(one)] = settle(
                columns,
                {int(i): numbered[int(i)] for i in touching},
                rows[np.ix_(touching, columns)],
                local[local.any(axis=1)],
                whole,
            )
        return cls(numbered, counts, label, components)

    def without(self, figure: int, instead: Figure | None = None) -> "System":
        """The system with no figure in place of one, or with another on the same cell; all others keep their numbers.

        Only the component of the figure is settled anew. Raises AccountingError as `of`, ValueError for a figure on
        another cell.
        """
        if instead and instead.cell != self.figures[figure].cell:
            raise ValueError(f"found {name(instead.cell)}, expected a figure on {name(self.figures[figure].cell)}")
        return self._with({figure: instead})

    def read_by(self, readers: Set[str]) -> "System":
        """The system as some readers alone make it: a figure stays where one of them stands behind it, with its number.

        Only the components of figures that others read are settled anew. Raises AccountingError as `of`.
        """
        others = {i: figure.readers & readers for i, figure in self.figures.items() if figure.readers - readers}
        return self._with({i: replace(self.figures[i], readers=left) if left else None for i, left in others.items()})

    def _with(self, changes: Mapping[int, Figure | None]) -> "System":
        """The system with other figures on the same cells, or none, in place of some."""
        components = {
            label: before.changed(changes) if changes.keys() & before.figures.keys() else before
            for label, before in self.components.items()
        }
        after = {i: changes.get(i, figure) for i, figure in self.figures.items()}
        return replace(self, figures={i: figure for i, figure in after.items() if figure}, components=components)

    def label_of(self, figure: int) -> int:
        """The label of the component that a figure belongs to."""
        return next(label for label, component in self.components.items() if figure in component.figures)

    def component_of(self, figure: int) -> Component:
        """The component that a figure belongs to."""
        return self.components[self.label_of(figure)]

    @functools.cached_property
    def printed(self) -> dict[Cell, list[int]]:
        """The figures on each cell that has any."""
        return by_cell(self.figures)

    @property
    def lightest_sets(self) -> list[Sets]:
        """For each independent part of the figures that clashes, all its lightest sets."""
        return [sets for component in self.components.values() for sets in component.parts.values()]

    @functools.cached_property
    def given_up(self) -> frozenset[int]:
        """Figures that some lightest set gives up."""
        return frozenset(i for sets in self.lightest_sets for given_up in sets for i in given_up)

    @functools.cached_property
    def rejected(self) -> frozenset[int]:
        """Figures that every lightest set of their part gives up. The others given up are contested."""
        return frozenset(i for sets in self.lightest_sets for i in frozenset.intersection(*sets))

    def bound(self, asked: Cell | Mapping[Cell, int]) -> Bound:
        """Least and greatest value of a cell, or of a sum of cells with whole multipliers, under any lightest set, in
        counts. Raises AccountingError for a cell that is not a sum of the counts here."""
        row, total = self._objective(asked), Bound(Interval(0.0, 0.0), False)
        for label in np.unique(self.label[row != 0]):
            here = self.label == label
            component = self.components.get(int(label))
            own = component.bound(row[here]) if component else Bound(_unlimited(row[here]), False)
            total = Bound(total.value.plus(own.value), total.contested or own.contested)
        return total

    def least(self, asked: Cell | Mapping[Cell, int]) -> End:
        """The least value of a cell or sum under any lightest set, with counts that attain it. Raises as `bound`."""
        return self._least(self._objective(asked))

    def greatest(self, asked: Cell | Mapping[Cell, int]) -> End:
        """The greatest value of a cell or sum under any lightest set; else as `least`."""
        return self._least(-self._objective(asked)).mirrored()

    def ratio(self, above: Cell | Mapping[Cell, int], below: Cell | Mapping[Cell, int]) -> Interval:
        """Least and greatest value of a ratio of two sums that hang together, under any lightest set.

        Raises ZeroDivisionError where the denominator can be zero or less, OverflowError where nothing limits it.
        """
        least, greatest = self.least(below).value, self.greatest(below).value
        if least <= 0:
            raise ZeroDivisionError(f"a ratio to a count that can be {least:g} has no upper bound")
        if math.isinf(greatest):
            raise OverflowError("a ratio to a count that no figure limits comes as near to zero as one likes")
        upper, lower = self._objective(above), self._objective(below)
        return Interval(self._least_ratio(upper, lower), -self._least_ratio(-upper, lower))

    def _least_ratio(self, above: Numbers, below: Numbers) -> float:
        """Least ratio r of two sums: the r for which the least value of above - r x below is zero."""
        both = (above != 0) | (below != 0)
        world = self._least(below, both).world
        ratio = math.inf
        while world is not None:
            nearer = float((above @ world) / (below @ world))
            if nearer >= ratio - ZERO:
                return min(ratio, nearer)
            ratio = nearer
            world = self._least(above - ratio * below, both).world
        return -math.inf  # nothing limits what is above

    def _objective(self, asked: Cell | Mapping[Cell, int]) -> Numbers:
        """Which counts a sum adds up, and how often, shape (counts,)."""
        terms = {asked: 1} if isinstance(asked, tuple) else asked
        return sum((times * self.counts.row(cell) for cell, times in terms.items()), np.zeros(len(self.label)))

    def _least(self, row: Numbers, within: NDArray[np.bool_] | None = None) -> End:
        """The least value of a sum. Components add up: they share nothing. The world that attains it fits all figures
        on the counts of the sum, or on those `within` (booleans)."""
        world, total = np.zeros(len(row)), End(0.0, None, {})
        for label in sorted(set(self.label[row != 0 if within is None else within])):
            component = self.components.get(label)
            if component is None:  # no figure limits it
                if (row[self.label == label] < 0).any():
                    return UNLIMITED
                continue
            end = component.least(row[component.columns])
            if end.world is None:
                return UNLIMITED
            world[component.columns] = end.world
            total = End(
                total.value + end.value,
                None,
                total.proof | end.proof,
                total.proved and end.proved,
                total.contested or end.contested,
                total.rests_on | end.rests_on,
            )
        return total._replace(world=world)


def _unlimited(row: Numbers) -> Interval:
    """What a sum of counts that no figure limits can be."""
    return Interval(-math.inf if (row < 0).any() else 0, math.inf if (row > 0).any() else 0)
