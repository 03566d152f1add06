"""Linear and whole-number programmes over counts, solved by HiGHS.

Huangfu and Hall 2018, Parallelizing the dual revised simplex method, Mathematical Programming Computation 10.
"""

import functools
from collections.abc import Iterable
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from reconcile.counts import Numbers, Places

# One thread and a fixed seed: the same answer every time. Without presolve the last answer is a warm start.
SETTINGS: dict[str, str | float] = {
    "threads": 1,
    "random_seed": 0,
    "presolve": "off",
    "solver": "simplex",
    "mip_rel_gap": 0.0,
}
NOTHING_FITS = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
MAX_NODES = 20_000  # of the search for whole numbers, where a linear programme leaves halves
CLASH = 1e-4  # counts: figures clash where they can only be met by stretching them further than this
NEAR = 1e-7  # of a sum: what the solver's tolerances can make of it

CONTRADICTION = "the held figures contradict each other"


class LimitError(RuntimeError):
    """A search that reached its limit. The text says what is proven so far."""


class End(NamedTuple):
    """Least or greatest value of a sum of counts: the value, whole numbers that attain it, for each figure the
    multiplier of its row that proves it (dual value), and whether these multipliers alone do, or a search for whole
    numbers had to; where several sets of figures may be given up, whether they differ on it, and the figures that
    prove it under any of them. Infinite values have no world and no proof."""

    value: float
    world: Numbers | None
    proof: dict[int, float]
    proved: bool = True
    contested: bool = False
    rests_on: frozenset[int] = frozenset()

    def mirrored(self) -> "End":
        """The greatest value of a sum from the least of its opposite."""
        value = 0 - self.value  # and not -0.0 for nothing
        return self._replace(value=value, proof={name: -multiplier for name, multiplier in self.proof.items()})


UNLIMITED = End(-np.inf, None, {}, False)  # nothing keeps a sum from falling


class Programme:
    """Counts, identities between them, and figures: intervals on sums of counts.

    `rows`: shape (figures, counts), 0 or 1; `low`, `high`: shape (figures,); `identities`: shape (any, counts), each
    times the counts is 0; `names`: what the caller calls the figures. Every figure is either held or given up, which
    each question says anew. `room`: counts, far below 1, that each figure may be off when a bound is proved, so that
    of several proofs the one with least room is the best. `whole`: counts are whole numbers; False relaxes them to
    real ones.
    """

    def __init__(
        self,
        rows: Numbers,
        low: Numbers,
        high: Numbers,
        identities: Numbers,
        names: Iterable[int],
        room: Numbers,
        whole: bool = True,
    ):
        self.rows, self.low, self.high, self.identities = rows, low, high, identities
        self.room, self.whole = room, whole
        self.position = {name: position for position, name in enumerate(names)}
        self.empty: dict[frozenset[int], Numbers] = {}  # by figures held: counts that fit them, each with other zeros

    @functools.cached_property
    def highs(self) -> highspy.Highs:
        """The solver, set up when it is first asked: most figures can be settled without."""
        k, n = self.rows.shape
        # A figure is stretched by two more variables: what its sum lacks, and what it has too much.
        stretch = np.vstack([np.eye(k), np.zeros((len(self.identities), k))])
        matrix = np.hstack([np.vstack([self.rows, self.identities]), stretch, -stretch])
        programme = highspy.HighsLp()
        programme.num_row_, programme.num_col_ = matrix.shape
        programme.col_cost_, programme.col_lower_ = np.zeros(n + 2 * k), np.zeros(n + 2 * k)
        programme.col_upper_ = np.full(n + 2 * k, np.inf)
        programme.row_lower_ = np.r_[self.low, np.zeros(len(self.identities))]
        programme.row_upper_ = np.r_[self.high, np.zeros(len(self.identities))]
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.r_[0, np.cumsum(np.count_nonzero(matrix, axis=1))]
        programme.a_matrix_.index_ = np.nonzero(matrix)[1]
        programme.a_matrix_.value_ = matrix[matrix != 0]
        return _solver(programme)

    def row(self, name: int) -> Numbers:
        """Which counts a figure sums, shape (counts,)."""
        row: Numbers = self.rows[self.position[name]]
        return row

    def clashes(self, held: Iterable[int]) -> list[frozenset[int]]:
        """Minimal sets of held figures that cannot all be true, no two with a figure in common; none where all can.

        Elastic filter, then deletion filter (Chinneck and Dravnieks 1991, Locating minimal infeasible constraint sets
        in linear programs, ORSA Journal on Computing 3).
        """
        held = set(held)
        stretch = self._stretch(held)
        if stretch <= CLASH and self._whole_world(held):
            return []
        suspects = self._multipliers() if stretch > CLASH else held
        apart = [group for group in self._groups(suspects) if not self.holds(group)]
        return [self._minimal(group) for group in apart or [held]]

    def _groups(self, names: Iterable[int]) -> list[set[int]]:
        """Figures that share counts, together."""
        positions = [self.position[name] for name in names]
        label = connected(np.vstack([self.rows[positions], self.identities]) != 0)
        groups: dict[int, set[int]] = {}
        for name, position in zip(names, positions, strict=True):
            groups.setdefault(int(label[self.rows[position] != 0][0]), set()).add(name)
        return list(groups.values())

    def _minimal(self, clash: set[int]) -> frozenset[int]:
        for name in sorted(clash):
            if not self.holds(clash - {name}):
                clash = clash - {name}
        return frozenset(clash)

    def holds(self, held: Iterable[int]) -> bool:
        """Whether these figures can all be true."""
        return self._stretch(held) <= CLASH and self._whole_world(held)

    def correction(self, hard: Iterable[int], soft: Iterable[int]) -> frozenset[int]:
        """A minimal set of the soft figures whose loss lets all others and the hard ones be true."""
        self._stretch(soft, hard)
        sums = self.rows @ self._counts()
        broken = {name for name in soft if not self._meets(sums, name)}
        kept = set(hard) | (set(soft) - broken)
        if not self.holds(kept):  # in whole numbers
            kept, broken = set(hard), set(soft)
        for name in sorted(broken):
            if self.holds(kept | {name}):
                kept.add(name)
        return frozenset(set(soft) - kept)

    def contradiction(self, clash: Iterable[int]) -> tuple[dict[int, float], bool]:
        """How figures contradict each other: a multiplier each, above zero where its least value is too much, below
        where its greatest is too little; and whether the latter cover counts that the former do not (Farkas 1902).

        Nothing where only whole numbers are the reason.
        """
        if self._stretch(clash) <= CLASH:
            return {}, False
        reduced_costs = self.highs.getSolution().col_dual[: self.rows.shape[1]]
        return self._multipliers(), bool(np.abs(reduced_costs).max(initial=0) > CLASH)

    def least(self, objective: Numbers, held: Iterable[int]) -> End:
        """Least value of a sum of counts. Raises ValueError where the held figures clash."""
        held = frozenset(held)
        integral = bool((objective == np.rint(objective)).all())
        if integral and self.whole and (objective >= 0).all():
            for world in self.empty.get(held, np.empty((0, len(objective)))):
                if not objective @ world:
                    return End(0.0, world, {})
        cost, upper = self._columns(held, objective, self.room if integral and self.whole else 0)
        if not self._solve(cost, upper):
            return UNLIMITED
        value, proof = self.highs.getObjectiveValue(), self._multipliers()
        world, proved = self._counts(), True
        if self.whole:
            world = np.rint(world)
            # The linear programme says that nothing is below `value`. So whole numbers that come near enough are least:
            # nearer than 1 where the sum is a whole number as well.
            enough = 0.99 if integral else NEAR * (1 + np.abs(objective) @ world)
            proved = self._fits(world, held) and bool(objective @ world - value < enough)
            if not proved:
                searched = self._search(*self._columns(held, objective), f"the sum is at least {value:,.1f}")
                if searched is None:
                    raise ValueError(CONTRADICTION)
                world = searched
            value = float(objective @ world)
            self._keep(world, held)
        return End(value, world, proof, proved, rests_on=frozenset(proof))

    def _keep(self, world: Numbers, held: frozenset[int]) -> None:
        """Keep counts that fit, if one is zero that was not yet: they attain the least value of what it adds up to."""
        before = self.empty.get(held, np.empty((0, len(world))))
        if (world == 0)[before.all(axis=0)].any():
            self.empty[held] = np.vstack([before, world])

    def greatest(self, objective: Numbers, held: Iterable[int]) -> End:
        """Greatest value of a sum of counts, infinite where nothing limits it; else as `least`."""
        return self.least(-objective, held).mirrored()

    def _columns(self, held: Iterable[int], objective: Numbers, room: Numbers | float = 0) -> tuple[Numbers, Numbers]:
        """Cost and upper limit of all variables: only figures given up may be stretched."""
        k, n = self.rows.shape
        given_up = np.full(k, True)
        given_up[[self.position[name] for name in held]] = False
        cost, upper = np.zeros(n + 2 * k), np.full(n + 2 * k, np.inf)
        cost[:n], upper[n : n + k] = objective, np.where(given_up, np.inf, room)
        upper[n + k :] = upper[n : n + k]
        return cost, upper

    def _stretch(self, soft: Iterable[int], hard: Iterable[int] = ()) -> float:
        """By how much the soft figures must be stretched at least, in counts, so that they and the hard ones fit."""
        k, n = self.rows.shape
        cost, upper = self._columns(hard, np.zeros(n))
        positions = np.array([self.position[name] for name in soft], dtype=int)
        cost[n + positions] = cost[n + k + positions] = 1
        if not self._solve(cost, upper):
            raise ValueError("a stretch has a least value")
        return self.highs.getObjectiveValue()

    def _counts(self) -> Numbers:
        """The counts of the last answer."""
        return np.array(self.highs.getSolution().col_value[: self.rows.shape[1]])

    def _multipliers(self) -> dict[int, float]:
        """The multipliers of the last answer, by figure."""
        duals = np.array(self.highs.getSolution().row_dual[: len(self.rows)])
        names = list(self.position)
        return {names[i]: round(float(duals[i]), 6) for i in np.flatnonzero(np.abs(duals) > 1e-6)}

    def _meets(self, sums: Numbers, name: int) -> bool:
        i = self.position[name]
        return bool(self.low[i] - CLASH <= sums[i] <= self.high[i] + CLASH)

    def fits(self, world: Numbers) -> bool:
        """Whether some counts, shape (counts,), fit all figures, held or not."""
        return bool((world == np.rint(world)).all() or not self.whole) and self._fits(world, self.position)

    def broken(self, worlds: Numbers) -> NDArray[np.bool_]:
        """Which figures some counts, shape (worlds, counts), do not fit: shape (worlds, figures)."""
        sums = worlds @ self.rows.T
        return np.array((sums < self.low) | (sums > self.high))

    def _fits(self, world: Numbers, held: Iterable[int]) -> bool:
        held = [self.position[name] for name in held]
        sums = self.rows[held] @ world
        return bool(
            (world >= 0).all()
            and (self.low[held] <= sums).all()
            and (sums <= self.high[held]).all()
            and not (self.identities @ world).any()
        )

    def _whole_world(self, held: Iterable[int]) -> bool:
        """Whether whole numbers fit, where real ones do: those of the last answer, rounded, or others."""
        if not self.whole:
            return True
        n = self.rows.shape[1]
        if self._fits(np.rint(self._counts()), held):
            return True
        return self._search(*self._columns(held, np.zeros(n)), "real numbers fit the figures") is not None

    def _search(self, cost: Numbers, upper: Numbers, proven: str) -> Numbers | None:
        """Whole numbers of least cost; None where there are none. Raises LimitError, with what is proven, where
        MAX_NODES do not settle it."""
        n = self.rows.shape[1]
        programme = self.highs.getLp()
        kinds = np.full(len(cost), highspy.HighsVarType.kContinuous)
        kinds[:n] = highspy.HighsVarType.kInteger
        programme.integrality_ = list(kinds)
        solver = _solver(programme, mip_max_nodes=MAX_NODES)
        _ask(solver, cost, upper)
        status = solver.getModelStatus()
        if status in NOTHING_FITS:
            return None
        if status == highspy.HighsModelStatus.kSolutionLimit:
            raise LimitError(f"{proven}, but {MAX_NODES:,} steps do not settle whether whole numbers attain it")
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS stopped without an answer: {solver.modelStatusToString(status)}")
        return np.rint(solver.getSolution().col_value[:n])

    def _solve(self, cost: Numbers, upper: Numbers) -> bool:
        """Whether there is a least cost; False where nothing limits it. Raises ValueError where nothing fits.

        HiGHS sometimes loses its way from its last answer to the next: it gives up, or calls optimal what is not. So
        an optimum counts only when its multipliers prove it, and is sought from scratch when they do not.
        """
        _ask(self.highs, cost, upper)
        if not self._answered(cost, upper):
            self.highs.clearSolver()
            self.highs.run()
            if not self._answered(cost, upper):
                status = self.highs.modelStatusToString(self.highs.getModelStatus())
                raise RuntimeError(f"HiGHS stopped without a proven answer: {status}")
        if self.highs.getModelStatus() in NOTHING_FITS:
            raise ValueError(CONTRADICTION)
        return self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def _answered(self, cost: Numbers, upper: Numbers) -> bool:
        """Whether HiGHS has settled the question; for an optimum, whether its multipliers prove that nothing costs
        less (weak duality)."""
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return status == highspy.HighsModelStatus.kUnbounded or status in NOTHING_FITS
        duals = np.array(self.highs.getSolution().row_dual)
        duals[np.abs(duals) < NEAR] = 0
        k = len(self.rows)
        figures, identities = duals[:k], duals[k:]
        reduced_costs = cost - np.concatenate([figures @ self.rows + identities @ self.identities, figures, -figures])
        reduced_costs[reduced_costs > -NEAR] = 0
        proved = _product(figures, np.where(figures > 0, self.low, self.high)) + _product(reduced_costs, upper)
        value = self.highs.getObjectiveValue()
        return value - proved <= CLASH + NEAR * abs(value)


def _product(multipliers: Numbers, limits: Numbers) -> float:
    """Sum of products; what has no multiplier may have no limit."""
    return float(np.multiply(multipliers, limits, where=multipliers != 0, out=np.zeros(len(limits))).sum())


def _ask(solver: highspy.Highs, cost: Numbers, upper: Numbers) -> None:
    every = np.arange(len(cost), dtype=np.int32)
    solver.changeColsCost(len(cost), every, cost)
    solver.changeColsBounds(len(cost), every, np.zeros(len(cost)), upper)
    solver.run()


def _solver(programme: highspy.HighsLp, **settings: int) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave this one out
    solver.silent()
    for option, value in (SETTINGS | settings).items():
        solver.setOptionValue(option, value)
    solver.passModel(programme)
    return solver


def connected(links: NDArray[np.bool_]) -> Places:
    """A label for each column, the same for columns that rows (booleans, shape (rows, columns)) tie together."""
    parent = list(range(links.shape[1]))

    def least(column: int) -> int:
        while parent[column] != column:
            parent[column] = column = parent[parent[column]]
        return column

    rows, columns = (places.tolist() for places in np.nonzero(links))
    for row, other, column, its in zip(rows, rows[1:], columns, columns[1:], strict=False):
        if row == other:
            one, two = least(column), least(its)
            parent[max(one, two)] = min(one, two)
    return np.array([least(column) for column in range(len(parent))], dtype=np.int64)
