"""How clashes are settled: the lightest sets of figures to give up, in one part of the table that hangs together.

Error localisation: the lightest set of distinct figures to give up so that the rest can hold together, a figure
weighing as much as it has distinct readers (Fellegi and Holt 1976, A systematic approach to automatic edit and
imputation, JASA 71). Every lightest set is kept, apart for each part of the figures that is independent of the others.
"""

import functools
import itertools
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reconcile import hitting_sets
from reconcile.cells import AccountingError, Bound, Figure, by_cell, name
from reconcile.counts import Numbers, Places
from reconcile.hitting_sets import MAX_SETS, MAX_WEIGHT, Sets
from reconcile.intervals import Interval
from reconcile.solver import UNLIMITED, End, LimitError, Programme, connected

ZERO = 1e-9
CLOSE = 1e-6  # of multipliers of unit length
ROOM = 4e-3  # counts, about: room to each figure when a bound is proved, see `Programme`


class Sums(NamedTuple):
    """Sums known exactly, in reduced row echelon form: each pivot is 1 in its row and 0 in all others.

    `basis`: shape (pivots, counts); `values`: of the sums, shape (pivots,).
    """

    pivots: list[int]
    basis: Numbers
    values: Numbers

    def reduced(self, row: Numbers) -> Numbers:
        """What of a sum they leave open, shape (counts,)."""
        reduced = row - row[self.pivots] @ self.basis
        return np.where(np.abs(reduced) < ZERO, 0, reduced)

    def value(self, row: Numbers) -> float | None:
        """What a sum is that follows from them; None for one that does not."""
        return None if self.reduced(row).any() else float(row[self.pivots] @ self.values)

    def world(self) -> Numbers:
        """Counts that make these sums, as many as can be 0; some may be below."""
        world = np.zeros(self.basis.shape[1])
        world[self.pivots] = self.values
        return world


@dataclass(frozen=True)
class Known:
    """What hangs together once the sums known exactly are known.

    Exact figures that no lightest set gives up are true in all of them. What they fix cuts ties: whatever holds on one
    side of it can be combined with whatever holds on the other. `sums`: theirs; `label`: one for each count, the same
    for counts that still hang together.
    """

    sums: Sums
    label: Places

    def labels(self, row: Numbers) -> list[int]:
        """The labels of the counts that a sum says something about beyond what is known."""
        return sorted({int(label) for label in self.label[self.sums.reduced(row) != 0]})


@dataclass(frozen=True)
class Component:
    """Counts that figures and identities tie together, and the lightest sets of its figures. Made by `settle`.

    `columns`: the counts, by their place in the table; `parts`: for each part whose figures clash and which is
    independent of the others, by the label of its counts, all its lightest sets; `clashes`: those found on the way.
    """

    columns: Places
    figures: Mapping[int, Figure]
    programme: Programme
    known: Known
    parts: Mapping[int, Sets]
    clashes: Sets

    def bound(self, row: Numbers) -> Bound:
        """What a sum with whole multipliers, shape (counts,), can be over all lightest sets."""
        if (known := self.known.sums.value(row)) is not None:
            value = float(np.rint(known)) if self.programme.whole else known
            return Bound(Interval(value, value), False)
        low, high = self.least(row), self.least(-row).mirrored()
        return Bound(Interval(float(low.value), float(high.value)), low.contested or high.contested)

    def least(self, objective: Numbers) -> End:
        """Least value of a sum, shape (counts,), over all lightest sets; each is asked once."""
        key = objective.tobytes()
        if key not in self._asked:
            self._asked[key] = self._least(objective)
        return self._asked[key]

    @functools.cached_property
    def _asked(self) -> dict[bytes, End]:
        return {}

    def _least(self, objective: Numbers) -> End:
        """Parts are independent, so each is tried alone: the sets of several never multiply."""
        best = self.programme.least(objective, self._held({}))
        if math.isinf(best.value) or not self.parts:
            return best
        touched = self.known.labels(objective)
        chosen: dict[int, frozenset[int]] = {}
        tried = [best]
        for part, options in self.parts.items():
            if len(options) > 1 and part in touched:
                others = (self.programme.least(objective, self._held({part: given_up})) for given_up in options[1:])
                ends = [best, *others]
                value = min(end.value for end in ends)
                if math.isinf(value):
                    return UNLIMITED
                chosen[part] = next(given_up for given_up, end in zip(options, ends, strict=True) if end.value == value)
                tried += ends[1:]
        contested = any(abs(end.value - best.value) > ZERO for end in tried)
        least = self.programme.least(objective, self._held(chosen)) if contested else best
        return least._replace(
            contested=contested,
            proved=all(end.proved for end in (least, *tried)),
            rests_on=frozenset().union(*(end.rests_on for end in (least, *tried))),
        )

    def proves(self, end: End, objective: Numbers, before: "Component") -> bool:
        """Whether a sum certainly goes no further than its end did when these counts had more figures or readers, those
        `before`: what proves it is held under every lightest set, or these are the same and have all that proves it."""
        if end.world is None or not end.proved:
            return False
        if end.proof.keys() & before.figures.keys() <= self._certain:
            return True
        return (
            self.parts == before.parts
            and end.rests_on & before.figures.keys() <= self.figures.keys()
            and {*self.known.labels(objective)} <= {*before.known.labels(objective)}
        )

    def changed(self, changes: Mapping[int, Figure | None]) -> "Component":
        """These counts with other figures on the same cells, or none, in place of some. Raises AccountingError as
        `settle`."""
        after = {i: changes.get(i, figure) for i, figure in self.figures.items()}
        figures = {i: figure for i, figure in after.items() if figure}
        rows = self.programme.rows[self._positions(figures)]
        clashes = [clash for clash in self.clashes if not clash & changes.keys()]
        return settle(self.columns, figures, rows, self.programme.identities, self.programme.whole, clashes)

    def fits(self, worlds: Numbers) -> NDArray[np.bool_]:
        """Which of some counts, shape (worlds, counts), fit under one of the lightest sets."""
        broken = self.programme.broken(worlds)
        misfit = broken[:, self._positions(self._certain)].any(axis=1)
        for part, options in self.parts.items():
            held = [self._positions(self._open[part] - given_up) for given_up in options]
            misfit |= np.all([broken[:, positions].any(axis=1) for positions in held], axis=0)
        return np.logical_not(misfit)

    def implies(self, figure: int) -> bool:
        """Whether a figure says nothing that other exact ones do not, so that no count would change without it: where
        nothing clashes, its sum is one of theirs."""
        return not self.parts and figure in self._implied

    def clash(self, figure: int, without: frozenset[int] = frozenset()) -> frozenset[int] | None:
        """A smallest set of figures that a figure given up clashes with, among those held where it is; of several, one
        on the same cell, with most readers, exact. None where it clashes with none."""
        cell = self.figures[figure].cell
        telling = {
            i: 4 * (other.cell == cell) + 2 * len(other.readers) + other.value.exact
            for i, other in self.figures.items()
        }
        clashes = [
            hitting_sets.smallest_clash(self.programme, figure, self._held({part: given_up}) - without, telling)
            for part, options in self.parts.items()
            for given_up in options
            if figure in given_up
        ]
        return min((clash for clash in clashes if clash is not None), key=lambda c: (len(c), sorted(c)), default=None)

    def _held(self, chosen: Mapping[int, frozenset[int]]) -> frozenset[int]:
        """Figures held when some parts give up a chosen set, and the others their first."""
        return _held(self.figures, self.parts, chosen)

    def _positions(self, figures: Iterable[int]) -> list[int]:
        return [self.programme.position[i] for i in figures]

    @functools.cached_property
    def _implied(self) -> frozenset[int]:
        """Exact figures whose sums follow from those of other exact ones and from identities: some combination of all
        these is nothing, and has them in it."""
        exact = [i for i, figure in self.figures.items() if figure.value.exact]
        sums = np.vstack([self.programme.rows[self._positions(exact)], self.programme.identities])
        size, vectors = np.linalg.eigh(sums @ sums.T)
        nothing = vectors[:, size < ZERO * max(1, len(sums))]
        return frozenset(i for i, told in zip(exact, nothing, strict=False) if np.abs(told).max(initial=0) > CLOSE)

    @functools.cached_property
    def _certain(self) -> frozenset[int]:
        """Figures that no lightest set gives up."""
        return frozenset(self.figures).difference(*self._open.values())

    @functools.cached_property
    def _open(self) -> dict[int, frozenset[int]]:
        """For each part the figures that one of its lightest sets gives up."""
        return {part: frozenset().union(*options) for part, options in self.parts.items()}


def settle(
    columns: Places,
    figures: Mapping[int, Figure],
    rows: Numbers,
    identities: Numbers,
    whole: bool,
    clashes: Iterable[frozenset[int]] = (),
) -> Component:
    """Find all lightest sets of the figures of one component.

    `rows`: which of the counts each figure sums, shape (figures, counts); `identities`: what must be 0, shape (any,
    counts); `whole`: counts are whole numbers; `clashes`: those known already. More are added until every set that
    hits them lets the rest hold together. Raises AccountingError, with what is proven, where the contradictions go
    beyond the limits of `hitting_sets` or `solver`.
    """
    try:
        return _settled(columns, figures, rows, identities, whole, clashes)
    except LimitError as error:
        around = ", ".join(name(figure.cell) for figure in list(figures.values())[:3])
        raise AccountingError(
            f"the {len(figures)} figures around {around} contradict each other in too many ways to settle: {error}. "
            "Look for a row entered wrongly, or give figures that count something else a series of their own."
        ) from None


def _settled(
    columns: Places,
    figures: Mapping[int, Figure],
    rows: Numbers,
    identities: Numbers,
    whole: bool,
    known_clashes: Iterable[frozenset[int]],
) -> Component:
    weight = {i: len(figure.readers) for i, figure in figures.items()}
    programme = _programme(figures, rows, identities, whole)
    clashes = list(dict.fromkeys([*_rivals(figures), *known_clashes]))
    if not clashes and programme.fits((sums := _exact(programme, figures, frozenset())).world()):
        # nothing clashes, and no programme was needed to find out
        return Component(columns, figures, programme, _known(programme, figures, frozenset(), sums), {}, [])
    while True:
        clashes = hitting_sets.localise(programme, weight, clashes)
        tangles = [hitting_sets.lightest_sets(t, weight, MAX_WEIGHT) for t in hitting_sets.tangles(clashes)]
        new = _left(programme, figures, dict(enumerate(tangles)))
        if not new:
            given_up = frozenset().union(*itertools.chain.from_iterable(tangles))
            known = _known(programme, figures, given_up, _exact(programme, figures, given_up))
            parts = _independent(programme, known, tangles)
            new = _left(programme, figures, parts)
            if not new:
                return Component(columns, figures, programme, known, parts, clashes)
        clashes += new


def _programme(figures: Mapping[int, Figure], rows: Numbers, identities: Numbers, whole: bool) -> Programme:
    """The figures as a programme. Of several proofs of a bound the shortest is shown; of these, the one from the
    smallest cells, then the one with most readers; then any, but always the same, whatever else was asked."""
    low, high = np.array([figure.value for figure in figures.values()], dtype=float).reshape(-1, 2).T
    size = rows.sum(axis=1) / max(1, rows.shape[1])
    few = np.array([1 / len(figure.readers) for figure in figures.values()])
    tie = np.array([zlib.crc32(name(figure.cell).encode()) / 2**32 for figure in figures.values()])
    room = ROOM * (1 + 0.2 * size + 0.01 * few + 0.001 * tie)
    return Programme(rows, low, high, identities, figures, room, whole)


def _rivals(figures: Mapping[int, Figure]) -> Sets:
    """Pairs of figures on one cell whose intervals are apart: the clashes that need no programme.

    Raises LimitError where on one cell alone the readers who cannot be right weigh more than MAX_WEIGHT.
    """
    on = by_cell(figures)
    for cell, alike in on.items():
        readings = [figures[i] for i in alike]
        agree = max(sum(len(f.readers) for f in readings if reading.value.low in f.value) for reading in readings)
        wrong = sum(len(f.readers) for f in readings) - agree
        if wrong > MAX_WEIGHT:
            raise LimitError(f"{name(cell)} is printed in {len(alike)} ways, so {wrong} readers or more are wrong")
    pairs = (pair for alike in on.values() for pair in itertools.combinations(alike, 2))
    return [frozenset(pair) for pair in pairs if not figures[pair[0]].value.meets(figures[pair[1]].value)]


def _held(
    figures: Mapping[int, Figure], parts: Mapping[int, Sets], chosen: Mapping[int, frozenset[int]]
) -> frozenset[int]:
    given_up = (chosen.get(part, options[0]) for part, options in parts.items())
    return frozenset(figures).difference(*given_up)


def _left(programme: Programme, figures: Mapping[int, Figure], parts: Mapping[int, Sets]) -> Sets:
    """Clashes that one of the listed sets leaves, none where each lets the rest hold together."""
    others = [{part: given_up} for part, options in parts.items() for given_up in options[1:]]
    for chosen in [{}, *others]:
        if clashes := programme.clashes(_held(figures, parts, chosen)):
            return clashes
    return []


def _exact(programme: Programme, figures: Mapping[int, Figure], given_up: frozenset[int]) -> Sums:
    """What identities and exact figures say that are not given up."""
    exact = [i for i, figure in figures.items() if figure.value.exact and i not in given_up]
    values = [*(figures[i].value.low for i in exact), *np.zeros(len(programme.identities))]
    return _echelon([*map(programme.row, exact), *programme.identities], values, programme.rows.shape[1])


def _known(programme: Programme, figures: Mapping[int, Figure], given_up: frozenset[int], sums: Sums) -> Known:
    """What is known exactly, whichever of the lightest sets is given up. `sums`: as `_exact` finds them."""
    exact = {i for i, figure in figures.items() if figure.value.exact and i not in given_up}

    def implied(i: int) -> bool:
        """Whether exact figures alone keep another one within its interval, so that it ties nothing together."""
        row, (low, high) = programme.row(i), figures[i].value
        if (known := sums.value(row)) is not None:  # without asking
            return low - ZERO <= known <= high + ZERO
        return programme.least(row, exact).value >= low and programme.greatest(row, exact).value <= high

    ties = [sums.reduced(programme.row(i)) for i in figures if i in given_up or not (i in exact or implied(i))]
    return Known(sums, connected(np.vstack([sums.basis, *ties]) != 0))


def _independent(programme: Programme, known: Known, tangles: Iterable[Sets]) -> dict[int, Sets]:
    """The lightest sets by the label of the counts that their figures touch, in order of their figures. A figure of
    which the sums known exactly say all has a label of its own, below zero."""
    parts: dict[int, Sets] = {}
    for options in tangles:
        label = {i: (*known.labels(programme.row(i)), -1 - i)[0] for given_up in options for i in given_up}
        for part in set(label.values()):
            within = {frozenset(i for i in given_up if label[i] == part) for given_up in options}
            parts[part] = [a | b for a in parts.get(part, [frozenset()]) for b in within]
            if len(parts[part]) > MAX_SETS:
                raise LimitError(f"more than {MAX_SETS} equally light sets to give up")
    ordered = {part: sorted(options, key=sorted) for part, options in parts.items()}
    return dict(sorted(ordered.items(), key=lambda part: sorted(part[1][0])))


def _echelon(rows: Iterable[Numbers], values: Iterable[float], width: int) -> Sums:
    """The sums of some counts in reduced row echelon form; what contradicts those before it is left out."""
    told = sorted(zip(rows, values, strict=True), key=lambda one: np.count_nonzero(one[0]))
    basis, its = np.zeros((len(told), width)), np.zeros(len(told))
    sums = Sums([], basis[:0], its[:0])
    for row, value in told:
        new = sums.reduced(row)
        if new.any():
            n, pivot = len(sums.pivots), int(np.flatnonzero(new)[0])
            basis[n], its[n] = new / new[pivot], (value - row[sums.pivots] @ sums.values) / new[pivot]
            others = np.flatnonzero(basis[:n, pivot])
            times = basis[others, pivot]
            basis[others] -= np.outer(times, basis[n])
            its[others] -= times * its[n]
            sums = Sums([*sums.pivots, pivot], basis[: n + 1], its[: n + 1])
    return sums
