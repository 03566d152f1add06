"""Where the assumptions hold, the interval holds the truth in every world; where one is broken, it shows."""

import pytest

from dprk_entries import calibration, laundering
from dprk_entries.cells import Cells


@pytest.fixture(scope="module")
def coverage():
    return calibration.coverage(200, seed=1)


@pytest.mark.parametrize(
    ("world", "holds"),
    [
        ("No entry is study", laundering.SETS),
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


@pytest.mark.parametrize(("students", "times", "laundered"), [(200, 3, 5000), (130, 0, 10), (310, 4, 0)])
def test_the_published_table_holds_the_truth_of_a_world(entries, visas, assumed, students, times, laundered):
    """The whole way, from a table of entries to laundering.csv."""
    table, genuine = entries.copy(), students * times
    own = (table["series"] == "border_entries") & (table["nationality"] == "PRK") & (table["transport"] == "_T")
    own &= table["period"] == "2024"
    table.loc[own & (table["purpose"] == "education"), ["low", "high"]] = genuine + laundered
    found = laundering.table(Cells(table), visas, "2024", [], assumed, "2019", "")
    found = found[found["estimand"] == "unexplained_entries"].set_index("assumption_set")
    for name in ("none", "baseline", "enrolment"):
        assert found.loc[name, "low"] <= laundered <= found.loc[name, "high"]
