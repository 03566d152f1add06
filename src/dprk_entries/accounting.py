"""What must add up, which published figures cannot all be true, and what the rest imply.

The cells of a series are sums of base cells: one quarter and one purpose, or one quarter and one mode of transport.
Quarters make up longer periods, purposes make up the total, and so do modes: nothing else is assumed. A published
figure is an interval on such a sum.

Error localisation: the lightest set of distinct figures to give up so that the rest can hold together, a figure
weighing as much as it has distinct readers (Fellegi and Holt 1976, A systematic approach to automatic edit and
imputation, JASA 71). Every lightest set is kept. Bounds: least and greatest value of a cell over all that can be
true under any of them, by linear programming (Dobra and Fienberg 2000, Bounds for cell entries in contingency
tables, PNAS 97). Counts are whole numbers: bounds are rounded inwards.
"""

import functools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np

from dprk_entries import periods
from dprk_entries.intervals import Interval

MODES = ("air", "rail", "car", "ship", "walk")
MAX_SETS = 64  # equally light sets listed for one component before the build stops
# Each interval is widened by this part of a count, so that of several proofs of a bound the shortest is the best;
# bounds are rounded to whole counts within SLACK, which is more than that can add up to.
WIDENED = 1e-3
SLACK = 0.1


class AccountingError(ValueError):
    """A cell that the series does not have, or more contradictions than can be listed."""


class Cell(NamedTuple):
    """A cell of one series and nationality. `purpose` may be a sum such as education+tourism."""

    period: str
    purpose: str = "_T"
    transport: str = "_T"

    def __str__(self) -> str:
        return " ".join(part for part in self if part != "_T")


@dataclass(frozen=True)
class Figure:
    """A distinct published figure: one cell and one interval, whoever printed it."""

    cell: Cell
    value: Interval
    readers: frozenset[str]
    source_ids: tuple[str, ...]
    observation_ids: tuple[str, ...]


class Bound(NamedTuple):
    """Interval of a cell, whether lightest sets differ on it, and for each end the figures that prove it with their
    multipliers."""

    value: Interval
    contested: bool
    low_proof: dict[int, float]
    high_proof: dict[int, float]


class System:
    """The base cells of one series and nationality, and its figures as intervals on sums of base cells.

    `purposes_in` gives the complete list of purposes of a quarter, ("_T",) where it is not broken down. Raises
    AccountingError for a cell whose purpose was not collected, PeriodError for one not made of whole quarters.
    """

    def __init__(self, figures: list[Figure], cells: Iterable[Cell], purposes_in: Callable[[str], tuple[str, ...]]):
        self.figures, self.purposes_in = figures, purposes_in
        asked = [figure.cell for figure in figures] + list(cells)
        quarters = sorted({quarter for cell in asked for quarter in periods.quarters(cell.period)})
        modal = sorted(
            {quarter for cell in asked if cell.transport != "_T" for quarter in periods.quarters(cell.period)}
        )
        names = [(q, name) for q in quarters for name in purposes_in(q)] + [(q, mode) for q in modal for mode in MODES]
        self.base = {name: position for position, name in enumerate(names)}
        self.rows = np.array([self.row(figure.cell) for figure in figures])
        self.balance = np.array([self._modes(quarter) - self.row(Cell(quarter)) for quarter in modal]).reshape(
            -1, len(names)
        )
        self.component = _connected(np.vstack([self.rows, self.balance]) != 0)
        self.lightest_sets = {label: self._lightest_sets(label) for label in sorted(set(self.component))}

    def row(self, cell: Cell) -> np.ndarray:
        """Which base cells a cell is the sum of: 0 or 1, shape (base cells,)."""
        row = np.zeros(len(self.base))
        for quarter in periods.quarters(cell.period):
            parts = [cell.transport] if cell.transport != "_T" else cell.purpose.split("+")
            for name in self.purposes_in(quarter) if parts == ["_T"] else parts:
                if (quarter, name) not in self.base:
                    raise AccountingError(f"{cell}: {name} was not collected in {quarter}")
                row[self.base[quarter, name]] = 1
        return row

    def _modes(self, quarter: str) -> np.ndarray:
        return sum(self.row(Cell(quarter, transport=mode)) for mode in MODES)

    def _part(self, component: int) -> tuple[np.ndarray, list[int], np.ndarray]:
        """Base cells, figures and balances of a component: positions, positions, matrix over its base cells."""
        columns = np.flatnonzero(self.component == component)
        figures = [i for i, row in enumerate(self.rows) if row[columns].any()]
        balance = self.balance[:, columns]
        return columns, figures, balance[np.abs(balance).any(axis=1)]

    @functools.cache  # noqa: B019  a system is asked for a short time
    def given_up(self, every: bool) -> frozenset[int]:
        """Figures that some lightest set of their component gives up, or that every one does."""
        join = frozenset.intersection if every else frozenset.union
        return frozenset().union(*(join(*sets) for sets in self.lightest_sets.values()))

    def _lightest_sets(self, component: int) -> list[frozenset[int]]:
        """All sets of figures of least total weight whose rejection lets the rest of a component hold together."""
        if self._model(component, frozenset()).feasible():
            return [frozenset()]
        columns, figures, balance = self._part(component)
        n, k = len(columns), len(figures)
        weight = np.array([len(self.figures[i].readers) for i in figures])
        low, high = np.array([self.figures[i].value for i in figures]).T
        cap = 2 * (sum(low) + sum(high[np.isfinite(high)])) + 1  # no world that fits the figures needs more
        high = np.minimum(high, cap)
        rows = self.rows[np.ix_(figures, columns)]
        # A figure given up (1 in the last k variables) says no more than: between nothing and the cap.
        held = np.vstack([
            np.hstack([rows, np.diag(low)]),
            np.hstack([rows, -np.diag(cap - high)]),
            np.hstack([balance, np.zeros((len(balance), k))]),
            np.hstack([np.ones(n), np.zeros(k)]),
        ])  # fmt: skip
        lower = np.r_[low, np.full(k, -np.inf), np.zeros(len(balance)), 0]
        upper = np.r_[np.full(k, np.inf), high, np.zeros(len(balance)), cap]
        found: list[frozenset[int]] = []
        model = Model(held, lower, upper, choices=k)
        while len(found) <= MAX_SETS:
            if not model.minimise(np.r_[np.zeros(n), weight]):
                return found
            chosen = np.flatnonzero(model.values()[n:] > 0.5)
            if found and weight[chosen].sum() > sum(len(self.figures[i].readers) for i in found[0]):
                return found
            found.append(frozenset(figures[i] for i in chosen))
            model.exclude(n + chosen)
        raise AccountingError(
            f"more than {MAX_SETS} equally good ways to reconcile the figures around {self.figures[figures[0]].cell}: "
            "look for a row entered wrongly"
        )

    @functools.cache  # noqa: B019
    def _model(self, component: int, given_up: frozenset[int]) -> "Model":
        """The figures of a component as rows of a linear programme, without those given up."""
        columns, figures, balance = self._part(component)
        kept = [i for i in figures if i not in given_up]
        low, high = np.array([self.figures[i].value for i in kept]).reshape(-1, 2).T
        still = np.zeros(len(balance))
        rows = np.vstack([self.rows[np.ix_(kept, columns)], balance])
        return Model(rows, np.r_[low - WIDENED, still], np.r_[high + WIDENED, still], names=kept)

    def bound(self, cell: Cell) -> Bound:
        """Least and greatest value of a cell under any of the lightest sets. Components add up: they share nothing."""
        row = self.row(cell)
        parts = [self._bound(component, row) for component in sorted(set(self.component[row > 0]))]
        return Bound(
            Interval(sum(part.value.low for part in parts), sum(part.value.high for part in parts)),
            any(part.contested for part in parts),
            {i: m for part in parts for i, m in part.low_proof.items()},
            {i: m for part in parts for i, m in part.high_proof.items()},
        )

    def _bound(self, component: int, row: np.ndarray) -> Bound:
        objective = row[self.component == component]
        models = [self._model(component, given_up) for given_up in self.lightest_sets[component]]
        lows, highs = (
            [model.least(objective) for model in models],
            [model.greatest(objective) for model in models],
        )
        (low, low_proof), (high, high_proof) = (
            min(lows, key=lambda end: end[0]),
            max(highs, key=lambda end: end[0]),
        )
        contested = len({end for end, _ in lows}) > 1 or len({end for end, _ in highs}) > 1
        return Bound(Interval(low, high), contested, low_proof, high_proof)


def _connected(links: np.ndarray) -> np.ndarray:
    """A label for each column, the same for columns that rows (booleans, shape (rows, columns)) tie together."""
    label = np.arange(links.shape[1])
    for row in links:
        label[np.isin(label, label[row])] = label[row].min(initial=len(label))
    return label


class Model:
    """A linear programme over counts (>= 0) that HiGHS keeps warm between questions.

    The last `choices` variables are 0 or 1. `names` are the figures behind the first rows, for proofs.
    """

    def __init__(
        self,
        rows: np.ndarray,
        lower: np.ndarray,
        upper: np.ndarray,
        choices: int = 0,
        names: list[int] | None = None,
    ):
        self.names = names or []
        programme = highspy.HighsLp()
        programme.num_row_, programme.num_col_ = n_rows, n = rows.shape
        programme.col_cost_, programme.col_lower_ = np.zeros(n), np.zeros(n)
        programme.col_upper_ = np.r_[np.full(n - choices, np.inf), np.ones(choices)]
        programme.row_lower_, programme.row_upper_ = lower, upper
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        where = [np.flatnonzero(row) for row in rows]
        programme.a_matrix_.start_ = np.cumsum([0, *(len(index) for index in where)])
        programme.a_matrix_.index_ = np.concatenate([*where, []]).astype(int)
        programme.a_matrix_.value_ = rows[rows != 0] if n_rows else np.zeros(0)
        if choices:
            kinds = [highspy.HighsVarType.kContinuous] * (n - choices) + [highspy.HighsVarType.kInteger] * choices
            programme.integrality_ = kinds
        self.highs = highspy.Highs()
        self.highs.silent()
        for option, value in (("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
            self.highs.setOptionValue(option, value)
        self.highs.passModel(programme)
        self.size = n

    def minimise(self, cost: np.ndarray) -> bool:
        """Solve; False where nothing fits the rows. Raises OverflowError where nothing limits the cost."""
        self.highs.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), cost)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            raise OverflowError("nothing limits it")
        if status != highspy.HighsModelStatus.kOptimal:
            raise AccountingError(f"HiGHS stopped without an answer: {self.highs.modelStatusToString(status)}")
        return True

    def feasible(self) -> bool:
        return self.minimise(np.zeros(self.size))

    def values(self) -> np.ndarray:
        return np.array(self.highs.getSolution().col_value)

    def exclude(self, chosen: np.ndarray) -> None:
        """Never again these choices all together."""
        self.highs.addRow(
            -highspy.kHighsInf, len(chosen) - 1, len(chosen), chosen.astype(np.int32), np.ones(len(chosen))
        )

    def least(self, objective: np.ndarray) -> tuple[float, dict[int, float]]:
        """Least value of a sum of counts, and the multiplier of each figure that proves it (its dual value)."""
        self.minimise(objective)
        return math.ceil(self.highs.getInfo().objective_function_value - SLACK), self._proof(1)

    def greatest(self, objective: np.ndarray) -> tuple[float, dict[int, float]]:
        """Greatest value, infinite where nothing limits it."""
        try:
            self.minimise(-objective)
        except OverflowError:
            return math.inf, {}
        return math.floor(-self.highs.getInfo().objective_function_value + SLACK), self._proof(-1)

    def _proof(self, sign: int) -> dict[int, float]:
        duals = self.highs.getSolution().row_dual
        return {i: sign * round(dual, 6) for i, dual in zip(self.names, duals, strict=False) if abs(dual) > 1e-6}
