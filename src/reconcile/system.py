"""What must add up, which published figures cannot all be true, and what the rest imply.

The cells of a series are sums of counts: one quarter and one purpose, or one quarter and one mode of transport.
Quarters make up longer periods, purposes make up the total, and so do modes: nothing else is assumed. A published
figure is an interval on such a sum.

Error localisation: the lightest set of distinct figures to give up so that the rest can hold together, a figure
weighing as much as it has distinct readers (Fellegi and Holt 1976, A systematic approach to automatic edit and
imputation, JASA 71). Every lightest set is kept, apart for each part of the figures that is independent of the others.
Bounds: least and greatest value of a sum of cells over all that can be true under any of the lightest sets, in whole
numbers (Dobra and Fienberg 2000, Bounds for cell entries in contingency tables, PNAS 97); of a share likewise
(Dinkelbach 1967, On nonlinear fractional programming, Management Science 13).
"""

import functools
import itertools
import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reconcile import hitting_sets as clashes
from reconcile import periods
from reconcile.intervals import Interval
from reconcile.solver import UNLIMITED, End, LimitError, Programme, connected

ZERO = 1e-9
ROOM = 4e-3  # counts, about: room to each figure when a bound is proved, see `Programme`


class AccountingError(ValueError):
    """A figure or cell that the series cannot have, or more contradictions than can be looked through."""


ALL = "_T"  # the code that stands for the total of a dimension
Cell = tuple[str, ...]  # a period, then a code for each dimension; a code may be a sum such as wheat+rye


def name(cell: Cell) -> str:
    """A cell in words: its period, and its code where it is not the total."""
    return " ".join(part for part in cell if part != ALL)


@dataclass(frozen=True)
class Figure:
    """A distinct published figure: one cell and one interval, whoever printed it."""

    cell: Cell
    value: Interval
    readers: frozenset[str]
    source_ids: tuple[str, ...]
    observation_ids: tuple[str, ...]


class Bound(NamedTuple):
    """Interval of a cell or sum, whether lightest sets differ on it, and for each end the figures that prove it with
    their multipliers."""

    value: Interval
    contested: bool
    low_proof: dict[int, float]
    high_proof: dict[int, float]


class System:
    """The counts of one series and nationality, and its figures as intervals on sums of them.

    `parts`: for each dimension of the cells, a function that gives the complete list of its codes in a quarter. The
    first breaks every quarter down; each of the others one that a cell asks for. `whole=False` relaxes counts to real
    numbers. Raises AccountingError for a cell with a code that is not in its list, or with codes of two dimensions,
    which are never crossed; an interval upside down; a list with a code twice; contradictions beyond the limits of
    `clashes`. PeriodError for a cell not made of whole quarters.
    """

    def __init__(
        self,
        figures: list[Figure],
        cells: Iterable[Cell],
        parts: Sequence[Callable[[str], tuple[str, ...]]],
        whole: bool = True,
    ):
        self.figures, self.parts = figures, parts
        for figure in figures:
            if figure.value.low > figure.value.high:
                raise AccountingError(f"{name(figure.cell)}: the interval {tuple(figure.value)} is upside down")
        asked = [figure.cell for figure in figures] + list(cells)
        broken_down = [(d, q) for d in range(len(parts)) for q in self._quarters(asked, d)]
        names = [(quarter, d, code) for d, quarter in broken_down for code in parts[d](quarter)]
        self.base = {count: position for position, count in enumerate(names)}
        if len(self.base) < len(names):
            quarter, _, code = next(count for i, count in enumerate(names) if count in names[:i])
            raise AccountingError(f"{quarter} {code}: the code stands twice in its list")
        rows = np.array([self.row(figure.cell) for figure in figures]).reshape(len(figures), len(names))
        tied = [(d, quarter) for d, quarter in broken_down if d]
        identities = [self._sum(quarter, d, parts[d](quarter)) - self.row((quarter,)) for d, quarter in tied]
        identities = np.array(identities).reshape(len(tied), len(names))
        self.component = connected(np.vstack([rows, identities]) != 0)
        self.components = {
            label: self._component(np.flatnonzero(self.component == label), rows, identities, whole)
            for label in sorted(set(self.component[np.vstack([rows, identities]).any(axis=0)]))
        }

    def _component(self, columns: np.ndarray, rows: np.ndarray, identities: np.ndarray, whole: bool) -> "Component":
        own = [int(i) for i in np.flatnonzero(rows[:, columns].any(axis=1))]
        local = identities[:, columns]
        try:
            return Component(
                columns, {i: self.figures[i] for i in own}, rows[np.ix_(own, columns)], local[local.any(axis=1)], whole
            )
        except LimitError as error:
            around = ", ".join(name(self.figures[i].cell) for i in own[:3])
            raise AccountingError(
                f"the {len(own)} figures around {around} contradict each other beyond what is looked through: {error}. "
                "Look for a row entered wrongly, or give figures that count something else a series of their own."
            ) from None

    def row(self, cell: Cell) -> np.ndarray:
        """Which counts a cell is the sum of: 0 or 1, shape (counts,)."""
        row = np.zeros(len(self.base))
        named = [(d, code) for d, code in enumerate(cell[1:]) if code != ALL] or [(0, ALL)]
        if len(named) > 1:
            raise AccountingError(f"{name(cell)}: codes of two dimensions, which are never crossed")
        for d, codes in named:
            for quarter in periods.quarters(cell[0]):
                row += self._sum(quarter, d, self.parts[d](quarter) if codes == ALL else codes.split("+"), cell)
        return row

    def _quarters(self, cells: Iterable[Cell], dimension: int) -> list[str]:
        """The quarters that a dimension breaks down: the first all of them, another those that a cell asks for."""
        asked = (cell for cell in cells if not dimension or (cell + (ALL,) * dimension)[1 + dimension] != ALL)
        return sorted({quarter for cell in asked for quarter in periods.quarters(cell[0])})

    def _sum(self, quarter: str, dimension: int, codes: Iterable[str], cell: Cell = ()) -> np.ndarray:
        row = np.zeros(len(self.base))
        for code in codes:
            if (quarter, dimension, code) not in self.base:
                raise AccountingError(f"{name(cell)}: {code} was not collected in {quarter}")
            row[self.base[quarter, dimension, code]] = 1
        return row

    @property
    def lightest_sets(self) -> list[list[frozenset[int]]]:
        """For each independent part of the figures that clashes, all its lightest sets."""
        return [sets for component in self.components.values() for sets in component.parts.values()]

    @functools.cached_property
    def given_up(self) -> frozenset[int]:
        """Figures that some lightest set gives up."""
        return frozenset(i for sets in self.lightest_sets for given_up in sets for i in given_up)

    @functools.cached_property
    def rejected(self) -> frozenset[int]:
        """Figures that every lightest set of their part gives up."""
        return frozenset(i for sets in self.lightest_sets for i in frozenset.intersection(*sets))

    def bound(self, asked: Cell | Mapping[Cell, int]) -> Bound:
        """Least and greatest value of a cell, or of a sum of cells with whole multipliers, under any lightest set."""
        row = self._objective(asked)
        (low, differ_low), (high, differ_high) = self._end(row, "least"), self._end(row, "greatest")
        value = Interval(float(low.value), float(high.value))
        return Bound(value, differ_low or differ_high, low.proof, high.proof)

    def end(self, cell: Cell, end: str) -> End:
        """The "least" or "greatest" value of a cell under any lightest set, with counts that attain it."""
        return self._end(self.row(cell), end)[0]

    def ratio(self, above: Cell | Mapping[Cell, int], below: Cell | Mapping[Cell, int]) -> Interval:
        """Least and greatest value of a ratio of two sums that hang together, under any lightest set.

        Raises ZeroDivisionError where the denominator can be zero or less, OverflowError where nothing limits it.
        """
        below = self._objective(below)
        least = self._end(below, "least")[0].value
        if least <= 0:
            raise ZeroDivisionError(f"a ratio to a count that can be {least:g} has no upper bound")
        if math.isinf(self._end(below, "greatest")[0].value):
            raise OverflowError("a ratio to a count that no figure limits comes as near to zero as one likes")
        above = self._objective(above)
        return Interval(self._least_ratio(above, below), -self._least_ratio(-above, below))

    def _least_ratio(self, above: np.ndarray, below: np.ndarray) -> float:
        """Least ratio r of two sums: the r for which the least value of above - r x below is zero."""
        both = (above != 0) | (below != 0)
        world = self._end(below, "least", within=both)[0].world
        ratio, nearer = math.inf, (above @ world) / (below @ world)
        while nearer < ratio - ZERO:
            ratio = nearer
            world = self._end(above - ratio * below, "least", within=both)[0].world
            if world is None:  # nothing limits what is above
                return -math.inf
            nearer = (above @ world) / (below @ world)
        return float(min(ratio, nearer))

    def _objective(self, asked: Cell | Mapping[Cell, int]) -> np.ndarray:
        if isinstance(asked, tuple):
            return self.row(asked)
        return sum((times * self.row(cell) for cell, times in asked.items()), np.zeros(len(self.base)))

    def _end(self, row: np.ndarray, end: str, within: np.ndarray | None = None) -> tuple[End, bool]:
        """An end of a sum, and whether lightest sets differ on it. Components add up: they share nothing. The world
        that attains it fits all figures on the counts of the sum, or on those `within` (booleans)."""
        total, contested = End(0.0, np.zeros(len(row)), {}), False
        touched = row != 0 if within is None else within
        for label in sorted(set(self.component[touched])):
            if label not in self.components:  # no figure limits it
                part = row[self.component == label] if end == "greatest" else -row[self.component == label]
                found, differ = UNLIMITED if (part > 0).any() else End(0, None, {}), False
            else:
                component = self.components[label]
                found, differ = component.end(row[component.columns], end)
                total.world[component.columns] = 0 if found.world is None else found.world
            if math.isinf(found.value):
                return UNLIMITED._replace(value=math.inf if end == "greatest" else -math.inf), False
            proof, proved = total.proof | found.proof, total.proved and found.proved
            total, contested = End(total.value + found.value, total.world, proof, proved), contested or differ
        return total, contested

    def component_of(self, figure: int) -> "Component":
        return next(component for component in self.components.values() if figure in component.figures)


class Component:
    """Counts that figures and identities tie together, and the lightest sets of its figures.

    `parts`: for each part whose figures clash and which is independent of the others, all its lightest sets.
    """

    def __init__(self, columns, figures: dict[int, Figure], rows, identities, whole: bool):
        self.columns, self.figures = columns, figures
        low, high = np.array([figure.value for figure in figures.values()]).reshape(-1, 2).T
        self.weight = {i: len(figure.readers) for i, figure in figures.items()}
        # Of several proofs of a bound the shortest is shown; of these, the one from the smallest cells, then the one
        # with most readers; then any, but always the same, whatever else was asked.
        size = rows.sum(axis=1) / max(1, len(columns))
        tie = [zlib.crc32(name(figure.cell).encode()) / 2**32 for figure in figures.values()]
        few = np.divide(1, list(self.weight.values()))
        room = ROOM * (1 + 0.2 * size + 0.01 * few + np.multiply(0.001, tie))
        self.programme = Programme(rows, low, high, identities, figures, room, whole)
        self.parts: dict[int, list[frozenset[int]]] = {}
        found = self._rivals()
        while not self._settled(found := clashes.localise(self.programme, self.weight, found)):
            pass

    def _rivals(self) -> list[frozenset[int]]:
        """Pairs of figures on one cell whose intervals are apart: the clashes that need no programme.

        Raises LimitError where on one cell alone the readers who cannot be right weigh more than MAX_WEIGHT.
        """
        on: dict[Cell, list[int]] = {}
        for i, figure in self.figures.items():
            on.setdefault(figure.cell, []).append(i)
        for cell, alike in on.items():
            values = {i: self.figures[i].value for i in alike}
            agree = max(sum(self.weight[j] for j in alike if value.low in values[j]) for value in values.values())
            wrong = sum(self.weight[i] for i in alike) - agree
            if wrong > clashes.MAX_WEIGHT:
                raise LimitError(f"{name(cell)} is printed in {len(alike)} ways, so {wrong} readers or more are wrong")
        pairs = (pair for alike in on.values() for pair in itertools.combinations(alike, 2))
        return [frozenset(pair) for pair in pairs if not self.figures[pair[0]].value.meets(self.figures[pair[1]].value)]

    def _settled(self, found: list[frozenset[int]]) -> bool:
        """List the lightest sets of each independent part; False, and more clashes in `found`, where one of them does
        not let the rest hold together."""
        tangles = [clashes.lightest_sets(tangle, self.weight, clashes.MAX_WEIGHT) for tangle in clashes.tangles(found)]
        self.parts = dict(enumerate(tangles))
        if not self._corrected(found):
            return False
        self._cut(frozenset(i for options in tangles for given_up in options for i in given_up))
        self.parts = self._independent(tangles)
        return self._corrected(found)

    def _corrected(self, found: list[frozenset[int]]) -> bool:
        """Whether each listed set lets the rest hold together; if not, more clashes are in `found`."""
        others = [{part: given_up} for part, options in self.parts.items() for given_up in options[1:]]
        for chosen in [{}, *others]:
            if more := self.programme.clashes(self._held(chosen)):
                found += more
                return False
        return True

    def _independent(self, tangles: list[list[frozenset[int]]]) -> dict[int, list[frozenset[int]]]:
        """The lightest sets by the label of the counts that their figures touch, in order of their figures."""
        parts: dict[int, list[frozenset[int]]] = {}
        for options in tangles:
            label = {i: self._label(i) for given_up in options for i in given_up}
            for part in set(label.values()):
                own = {frozenset(i for i in given_up if label[i] == part) for given_up in options}
                parts[part] = [a | b for a in parts.get(part, [frozenset()]) for b in own]
                if len(parts[part]) > clashes.MAX_SETS:
                    raise LimitError(f"more than {clashes.MAX_SETS} equally light sets to give up")
        ordered = {part: sorted(options, key=sorted) for part, options in parts.items()}
        return dict(sorted(ordered.items(), key=lambda part: sorted(part[1][0])))

    def _cut(self, given_up: frozenset[int]) -> None:
        """Find what hangs together once the sums known exactly are known: a basis of them in reduced echelon form,
        and a label for each count, the same for counts that hang together.

        Exact figures that no lightest set gives up are true in all of them. What they fix cuts ties: whatever holds
        on one side of it can be combined with whatever holds on the other.
        """
        exact = [i for i, figure in self.figures.items() if figure.value.exact and i not in given_up]
        self.basis = _echelon([*map(self._row, exact), *self.programme.identities], len(self.columns))
        others = [self._reduced(self._row(i)) for i in self.figures if i in given_up or not self._implied(i, exact)]
        self.label = connected(np.vstack([self.basis[1], *others]) != 0)

    def _row(self, figure: int) -> np.ndarray:
        return self.programme.rows[self.programme.position[figure]]

    def _implied(self, figure: int, exact: list[int]) -> bool:
        """Whether exact figures alone keep another one within its interval, so that it ties nothing together."""
        row, (low, high) = self._row(figure), self.figures[figure].value
        return figure in exact or (
            self.programme.least(row, exact).value >= low and self.programme.greatest(row, exact).value <= high
        )

    def _reduced(self, row: np.ndarray) -> np.ndarray:
        """What of a sum the sums known exactly leave open."""
        pivots, basis = self.basis
        reduced = row - row[pivots] @ basis
        return np.where(np.abs(reduced) < ZERO, 0, reduced)

    def _label(self, figure: int) -> int:
        """The label of the counts that a figure given up says something about; one of its own, below zero, where the
        sums known exactly say it all."""
        touched = self.label[self._reduced(self._row(figure)) != 0]
        return int(touched[0]) if len(touched) else -1 - figure

    def _held(self, chosen: Mapping[int, frozenset[int]]) -> frozenset[int]:
        """Figures held when some parts give up a chosen set, and the others their first."""
        given_up = (chosen.get(part, options[0]) for part, options in self.parts.items())
        return frozenset(self.figures).difference(*given_up)

    def end(self, objective: np.ndarray, end: str) -> tuple[End, bool]:
        """Least or greatest value over all lightest sets, and whether they differ. Parts are independent, so each is
        tried alone: the sets of several never multiply."""
        ask = getattr(self.programme, end)
        best = ask(objective, self._held({}))
        if math.isinf(best.value) or not self.parts:
            return best, False
        open_counts = set(self.label[self._reduced(objective) != 0])
        better = min if end == "least" else max
        chosen, contested = {}, False
        for part, options in self.parts.items():
            if len(options) > 1 and part in open_counts:
                ends = [best, *(ask(objective, self._held({part: given_up})) for given_up in options[1:])]
                value = better(found.value for found in ends)
                if math.isinf(value):
                    return UNLIMITED, True
                contested = contested or any(abs(found.value - best.value) > ZERO for found in ends)
                chosen[part] = next(
                    given_up for given_up, found in zip(options, ends, strict=True) if found.value == value
                )
        return (ask(objective, self._held(chosen)) if contested else best), contested

    def keeps(self, end: End, before: "Component") -> bool:
        """Whether an end of a sum, found when these counts had the figures `before`, certainly stays: each figure that
        proves it is held under every lightest set, and the counts that attain it fit under one of them."""
        held = self.figures.keys() - frozenset().union(*self._open.values())
        if not end.proved or not end.proof.keys() & before.figures.keys() <= held:
            return False
        broken = self.programme.broken(end.world[self.columns])
        fits = (any(broken & self._open[part] <= given_up for given_up in self.parts[part]) for part in self.parts)
        return broken.isdisjoint(held) and all(fits)

    @functools.cached_property
    def _open(self) -> dict[int, frozenset[int]]:
        """For each part the figures that one of its lightest sets gives up."""
        return {part: frozenset().union(*options) for part, options in self.parts.items()}

    def clash(self, figure: int, without: frozenset[int] = frozenset()) -> frozenset[int] | None:
        """A smallest set of figures that a figure given up clashes with, among those held where it is; of several, one
        on the same cell, with most readers, exact. None where it clashes with none."""
        cell, found = self.figures[figure].cell, []
        telling = {i: 4 * (f.cell == cell) + 2 * self.weight[i] + f.value.exact for i, f in self.figures.items()}
        for part, options in self.parts.items():
            for given_up in options:
                if figure in given_up:
                    others = self._held({part: given_up}) - without
                    found.append(clashes.smallest_clash(self.programme, figure, others, telling))
        return min((clash for clash in found if clash is not None), key=lambda c: (len(c), sorted(c)), default=None)


def _echelon(rows: Iterable[np.ndarray], width: int) -> tuple[list[int], np.ndarray]:
    """Pivots and rows of the reduced row echelon form: each pivot is 1 in its row and 0 in all others."""
    pivots: list[int] = []
    basis = np.zeros((0, width))
    for row in sorted(rows, key=np.count_nonzero):
        row = row - row[pivots] @ basis
        row[np.abs(row) < ZERO] = 0
        if row.any():
            pivot = int(np.flatnonzero(row)[0])
            row = row / row[pivot]
            basis = np.vstack([basis - np.outer(basis[:, pivot], row), row])
            pivots.append(pivot)
    return pivots, basis
