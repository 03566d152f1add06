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

import numpy as np

from dprk_entries import periods
from dprk_entries.intervals import Interval
from dprk_entries.programme import Programme

MODES = ("air", "rail", "car", "ship", "walk")
MAX_SETS = 64  # equally light sets listed for one component before the build stops
# Each interval is widened by this part of a count, so that of several proofs of a bound the shortest is the best.
# Bounds are rounded to whole counts within SLACK, which is more than that can add up to.
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
        self.rows = np.array([self.row(figure.cell) for figure in figures]).reshape(len(figures), len(names))
        balance = [self._modes(quarter) - self.row(Cell(quarter)) for quarter in modal]
        self.balance = np.array(balance).reshape(len(modal), len(names))
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

    @functools.cached_property
    def given_up(self) -> frozenset[int]:
        """Figures that some lightest set gives up."""
        return frozenset().union(*(given_up for sets in self.lightest_sets.values() for given_up in sets))

    @functools.cached_property
    def rejected(self) -> frozenset[int]:
        """Figures that every lightest set of their component gives up."""
        return frozenset().union(*(frozenset.intersection(*sets) for sets in self.lightest_sets.values()))

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
        programme = Programme(held, lower, upper, choices=k)
        while len(found) <= MAX_SETS:
            if not programme.minimise(np.r_[np.zeros(n), weight]):
                return found
            chosen = np.flatnonzero(programme.values()[n:] > 0.5)
            if found and weight[chosen].sum() > sum(len(self.figures[i].readers) for i in found[0]):
                return found
            found.append(frozenset(figures[i] for i in chosen))
            programme.exclude(n + chosen)
        raise AccountingError(
            f"more than {MAX_SETS} equally good ways to reconcile the figures around {self.figures[figures[0]].cell}: "
            "look for a row entered wrongly"
        )

    @functools.cache  # noqa: B019  a system lives no longer than its questions
    def _model(self, component: int, given_up: frozenset[int]) -> Programme:
        """The figures of a component as rows of a linear programme, without those given up."""
        columns, figures, balance = self._part(component)
        kept = [i for i in figures if i not in given_up]
        low, high = np.array([self.figures[i].value for i in kept]).reshape(-1, 2).T
        still = np.zeros(len(balance))
        rows = np.vstack([self.rows[np.ix_(kept, columns)], balance])
        return Programme(rows, np.r_[low - WIDENED, still], np.r_[high + WIDENED, still], names=kept)

    def bound(self, cell: Cell) -> Bound:
        """Least and greatest value of a cell under any of the lightest sets. Components add up: they share nothing."""
        row = self.row(cell)
        parts = [self._bound(component, row) for component in sorted(set(self.component[row > 0]))]
        value = Interval(sum(part.value.low for part in parts), sum(part.value.high for part in parts))
        limited = math.isfinite(value.high)
        return Bound(
            value,
            any(part.contested for part in parts),
            {i: m for part in parts for i, m in part.low_proof.items()},
            {i: m for part in parts for i, m in part.high_proof.items() if limited},
        )

    def _bound(self, component: int, row: np.ndarray) -> Bound:
        objective = row[self.component == component]
        models = [self._model(component, given_up) for given_up in self.lightest_sets[component]]
        lows = [(_up(end), proof) for end, proof in (model.least(objective) for model in models)]
        highs = [(_down(end), proof) for end, proof in (model.greatest(objective) for model in models)]
        low, low_proof = min(lows, key=lambda end: end[0])
        high, high_proof = max(highs, key=lambda end: end[0])
        contested = len({end for end, _ in lows}) > 1 or len({end for end, _ in highs}) > 1
        return Bound(Interval(low, high), contested, low_proof, high_proof)

    def clash(self, figure: int) -> tuple[float, dict[int, float]]:
        """The bound that a figure given up breaks, and the kept figures that prove it; of several the shortest.

        There always is one: a lightest set gives up nothing that could stay.
        """
        component = self.component[self.rows[figure] > 0][0]
        objective, printed = self.rows[figure][self.component == component], self.figures[figure].value
        found = []
        for given_up in self.lightest_sets[component]:
            if figure in given_up:
                model = self._model(component, given_up)
                low, high = model.least(objective), model.greatest(objective)
                found.append((_up(low[0]), low[1]) if printed.high < _up(low[0]) else (_down(high[0]), high[1]))
        return min(found, key=lambda end: len(end[1]))


def _up(end: float) -> int:
    return math.ceil(end - SLACK)


def _down(end: float) -> float:
    return end if math.isinf(end) else math.floor(end + SLACK)


def _connected(links: np.ndarray) -> np.ndarray:
    """A label for each column, the same for columns that rows (booleans, shape (rows, columns)) tie together."""
    label = np.arange(links.shape[1])
    for row in links:
        label[np.isin(label, label[row])] = label[row].min(initial=len(label))
    return label
