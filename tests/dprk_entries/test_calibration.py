"""Where the assumptions hold, the interval holds the truth in every world; where one is broken, it shows."""

import numpy as np
import pandas as pd
import pytest

from dprk_entries.entries import reconciliation
from dprk_entries.study import calibration
from reconcile.hedges import of_count
from reconcile.intervals import Interval


@pytest.fixture(scope="module")
def coverage(sets):
    return calibration.coverage(200, 1, sets)


@pytest.mark.parametrize(
    ("world", "holds"),
    [
        ("No entry is study", ["none", "baseline", "enrolment", "arrival", "naive"]),
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


def test_the_same_seed_makes_the_same_worlds(sets):
    assert calibration.coverage(5, 3, sets).equals(calibration.coverage(5, 3, sets))


def test_another_set_of_assumptions_is_judged_like_the_others(sets):
    """No more study than one entry, which is wrong wherever there is more."""

    def more(*given) -> list[tuple]:
        return [*sets(*given)[:-1], ("single", 0, 1)]

    found = calibration.coverage(20, 1, more)
    assert list(found.columns) == ["none", "baseline", "enrolment", "arrival", "single"]
    assert found.at["No entry is study", "single"] == 1
    assert found.at["Each student crosses up to 4 times", "single"] == 0


@pytest.mark.parametrize("seed", range(5))
def test_figures_as_printed_hold_the_truth_of_a_world_through_reconciliation(figures, raw, assumed, notebooks, seed):
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
    enrolled = of_count(int(groups.sum()) // 10 * 10, None, "approx", 20)
    own = assumed._replace(students=Interval(*enrolled))
    found = notebooks.laundering(table, system, own, first_quarter="2024-Q3", last_quarter="2024-Q3")
    assert "F6" in set(conflicts["observation_id"])
    for row in found[found["estimand"] == "unexplained_entries"].itertuples():
        truth = sum(others.values()) if row.period == "2024" else others[row.period]
        if row.assumption_set in ("none", "baseline", "enrolment"):
            assert row.low <= truth <= row.high, row
