"""Where the assumptions hold, the interval holds the truth in every world; where one is broken, it shows."""

import numpy as np
import pandas as pd
import pytest

from dprk_entries.entries import reconciliation
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds, calibration, laundering_table
from reconcile.hedges import of_count
from reconcile.intervals import Interval


@pytest.fixture(scope="module")
def coverage():
    return calibration.coverage(200, seed=1)


@pytest.mark.parametrize(
    ("world", "holds"),
    [
        ("No entry is study", bounds.SETS),
        ("Each student enters at most once", ["none", "baseline", "enrolment", "arrival"]),
        ("Each student crosses up to 4 times", ["none", "baseline", "enrolment"]),
        ("Each student crosses up to 12 times", ["none", "baseline"]),
        ("Three students for each reported", ["none", "baseline"]),
        ("More study than in the baseline year", ["none"]),
    ],
)
def test_a_set_holds_the_truth_just_where_its_assumptions_hold(coverage, world, holds):
    assert (coverage.loc[world, list(holds)] == 1).all()
    assert (coverage.loc[world].drop(list(holds)) < 0.5).all()


def test_the_same_seed_makes_the_same_worlds():
    assert calibration.coverage(5, seed=3).equals(calibration.coverage(5, seed=3))


@pytest.mark.parametrize("seed", range(5))
def test_figures_as_printed_hold_the_truth_of_a_world_through_reconciliation(figures, raw, assumed, assumed_by, seed):
    """From the press to laundering.csv: rounded figures, and one that is wrong, of a year whose study is known."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(50, 300, size=2)
    crossings = rng.integers(0, 5, size=groups.sum())
    quarters = [f"2024-Q{n}" for n in (1, 2, 3, 4)]
    genuine = dict(zip(quarters, np.bincount(rng.integers(0, 4, size=crossings.sum()), minlength=4), strict=True))
    others = dict(zip(quarters, rng.integers(1, 3000, size=4), strict=True))
    education = {q: int(genuine[q] + others[q]) for q in quarters}
    year, most = sum(education.values()), int(crossings.sum() * 2 + 50)
    printed = [  # period, purpose, printed, precision, source
        ("2024", "education", year, 1, "HERALD2025"),
        ("2024", "_T", year + 5000, 1, "HERALD2025"),
        ("2024-Q1", "education", education["2024-Q1"], 100, "TRIBUNE2023"),
        ("2024-S1", "education", education["2024-Q1"] + education["2024-Q2"], 1, "MIRROR2023"),
        ("2024-Q3", "education", education["2024-Q3"], 1, "GAZETTE2025"),
        ("2024-Q3", "education", education["2024-Q3"], 1, "ALMANAC2020"),
        ("2024-Q3", "education", education["2024-Q3"] + 3000 * 4, 1, "COURIER2025"),  # wrong
        ("2024-Q3", "_T", education["2024-Q3"] + 900, 1, "TRIBUNE2023"),
        ("2019", "education", most, 100, "HERALD2025"),
        ("2019", "_T", most + 9000, 1, "HERALD2025"),
    ]
    rows = []
    for number, (period, purpose, count, precision, source) in enumerate(printed):
        low, high = of_count(round(count / precision) * precision, None, "approx", precision)
        named = {"observation_id": f"F{number}", "period": period, "purpose": purpose, "source_id": source}
        rows.append(figures[figures["observation_id"] == "F0001"].assign(**named, low=low, high=high))
    table, conflicts = reconciliation.reconcile(pd.concat(rows), raw["sources"], raw["purposes"])
    system = reconciliation.system(pd.concat(rows), raw["sources"], raw["purposes"])
    cells, visas = Cells(table, system), Cells(table, series="consular_visas")
    enrolled = of_count(int(groups.sum()) // 10 * 10, None, "approx", 20)
    own = assumed._replace(students=Interval(*enrolled))
    found = laundering_table.table(cells, visas, "2024", ["2024-Q3"], own, "2019", assumed_by)
    assert "F6" in set(conflicts["observation_id"])
    for row in found[found["estimand"] == "unexplained_entries"].itertuples():
        truth = sum(others.values()) if row.period == "2024" else others[row.period]
        if row.assumption_set in ("none", "baseline", "enrolment"):
            assert row.low <= truth <= row.high, row
