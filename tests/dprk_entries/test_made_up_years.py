"""A self-test of notebook 03: in made-up years genuine study is known. A set must hold the truth wherever its
assumptions do; the farther an assumption is from the truth, the more often it must not."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from dprk_entries.entries import reconciliation
from dprk_entries.study import bounds
from reconcile import periods
from reconcile.hedges import of_count
from reconcile.intervals import Interval

YEARS = 200
SETS = ["none", "2019-ceiling", "reported-students", "one-entry-each"]


class World(NamedTuple):
    """What students do in made-up years, beside what the page assumes of them."""

    entries: tuple[float, float] = (0, 1)  # least and most entries of a student, times the most that the page assumes
    unreported: float = 0  # students whom no official reported, for each reported
    leavers: float = 0  # part of the entries of leavers that they make in the second half-year
    ceiling: tuple[float, float] = (1, 3)  # education entries of the ceiling's year, as a multiple of genuine study


@pytest.fixture(scope="module")
def held(notebooks, sets):
    """In what part of the made-up years of a world each set holds the true shares of the year and its second half."""
    page = notebooks.names["03"]["assumed"]

    def coverage(world: World) -> dict[str, float]:
        rng = np.random.default_rng(2397)
        found = [_year(world, rng, page, sets) for _ in range(YEARS)]
        return {name: float(np.mean([year[name] for year in found])) for name in SETS}

    return coverage


def _year(world: World, rng: np.random.Generator, page: bounds.Assumed, sets) -> dict[str, bool]:
    reported = [int(n) for n in rng.integers(50, 500, size=2)]  # of the two academic years, different persons
    ends = [round(page.entries_per_student.high * times) for times in world.entries]
    made = [rng.integers(ends[0], ends[1] + 1, size=round(n * (1 + world.unreported))).sum() for n in reported]
    late = round(made[0] * world.leavers)
    genuine = {"2024-S1": int(made[0]) - late, "2024-S2": int(made[1]) + late}
    others = {half: int(rng.integers(1, 20_000)) for half in genuine}
    ceiling = _printed(rng.uniform(*world.ceiling) * max(sum(genuine.values()), 100), 100)
    first, second = (_printed(count, 10) for count in reported)
    own = page._replace(students_first_half=first, students_second_half=second)
    education = {half: Interval(*[genuine[half] + others[half]] * 2) for half in genuine}
    found = dict.fromkeys(SETS, True)
    for period in (list(genuine), ["2024-S2"]):
        total = Interval(*[sum(education[half].low for half in period)] * 2)
        truth = sum(others[half] for half in period) / total.low
        names, low, high, *_ = zip(*sets({half: education[half] for half in period}, ceiling, own), strict=True)
        least, most, _ = bounds.nested(np.array(low), np.array(high), names)
        for name, *ends in zip(names, least, most, strict=True):
            share = bounds.unexplained_share(total, Interval(*ends))
            found[name] &= share.low - 1e-12 <= truth <= share.high + 1e-12
    return found


def _printed(count: float, precision: int) -> Interval:
    """What readers of a rounded figure know of the count."""
    return of_count(round(count / precision) * precision, None, "approx", precision)


@pytest.mark.parametrize(
    ("world", "holds"),
    [
        (World(entries=(0, 0)), SETS),
        (World(entries=(0, 0.25)), SETS),  # once at most, as the page assumes up to four
        (World(), SETS[:3]),
        (World(entries=(1, 1)), SETS[:3]),  # each as often as assumed at most
        (World(ceiling=(0.2, 0.8)), SETS[:1]),
        (World(unreported=5), SETS[:2]),
        (World(entries=(1, 1), leavers=1), SETS[:2]),
    ],
)
def test_a_set_holds_the_truth_of_every_year_just_where_its_assumptions_hold(held, world, holds):
    coverage = held(world)
    assert [name for name in SETS if coverage[name] == 1] == holds, coverage


@pytest.mark.parametrize(
    "worlds",
    [
        [World(entries=(0, most)) for most in (1, 2, 3)],
        [World(unreported=more) for more in (0, 1, 5)],
        [World(entries=(1, 1), leavers=part) for part in (0, 0.05, 1)],
    ],
    ids=["oftener than assumed", "students not reported", "leavers who enter"],
)
def test_the_farther_an_assumption_is_from_the_truth_the_more_often_the_set_misses_it(held, worlds):
    true, *broken = (held(world)["reported-students"] for world in worlds)
    assert true == 1 > broken[0] >= broken[-1]
    assert broken[-1] < 0.2


@pytest.mark.parametrize("seed", range(5))
def test_figures_as_printed_hold_the_truth_of_a_world_through_reconciliation(figures, raw, assumed, notebooks, seed):
    """From the press to laundering.csv: rounded figures, and one that is wrong, of a year whose study is known."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(50, 300, size=2)
    quarters = [f"2024-Q{n}" for n in (1, 2, 3, 4)]
    entered = [int(rng.integers(0, 5, size=n).sum()) for n in groups]  # while enrolled
    early = [int(rng.integers(0, n + 1)) for n in entered]  # in the first quarter of their half-year
    genuine = dict(zip(quarters, (early[0], entered[0] - early[0], early[1], entered[1] - early[1]), strict=True))
    others = dict(zip(quarters, rng.integers(1, 3000, size=4), strict=True))
    education = {q: int(genuine[q] + others[q]) for q in quarters}
    year, most = sum(education.values()), sum(entered) * 2 + 50
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
    enrolled = [_printed(count, 10) for count in groups]
    own = assumed._replace(students_first_half=enrolled[0], students_second_half=enrolled[1])
    found = notebooks.laundering(table, system, own, first_quarter="2024-Q3", last_quarter="2024-Q3")
    assert "F6" in set(conflicts["observation_id"])
    for row in found[found["estimand"] == "unexplained_entries"].itertuples():
        truth = sum(others[quarter] for quarter in periods.quarters(row.period))
        if row.assumption_set in SETS[:3]:
            assert row.low <= truth <= row.high, row
