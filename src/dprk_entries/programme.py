"""Linear and whole-number programmes over counts, solved by HiGHS.

Huangfu and Hall 2018, Parallelizing the dual revised simplex method, Mathematical Programming Computation 10.
"""

import math

import highspy
import numpy as np

# One thread and a fixed seed: the same answer every time. A tight tolerance: a count in a hundred thousand must not
# slip through a 0 or 1 that is not quite one.
SETTINGS = {"threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_feasibility_tolerance": 1e-9}


class Programme:
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
        for option, value in SETTINGS.items():
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
            raise RuntimeError(f"HiGHS stopped without an answer: {self.highs.modelStatusToString(status)}")
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
        """Least value of a sum of counts, and for each name the multiplier of its row that proves it (dual value).

        Raises ValueError where nothing fits the rows.
        """
        return self._end(objective, 1)

    def greatest(self, objective: np.ndarray) -> tuple[float, dict[int, float]]:
        """Greatest value, as `least`; infinite and without proof where nothing limits it."""
        try:
            return self._end(-objective, -1)
        except OverflowError:
            return math.inf, {}

    def _end(self, cost: np.ndarray, sign: int) -> tuple[float, dict[int, float]]:
        if not self.minimise(cost):
            raise ValueError("the rows contradict each other")
        duals = self.highs.getSolution().row_dual
        proof = {name: sign * round(dual, 6) for name, dual in zip(self.names, duals, strict=False) if abs(dual) > 1e-6}
        return sign * self.highs.getInfo().objective_function_value, proof
