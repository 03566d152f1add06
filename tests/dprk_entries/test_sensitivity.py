"""The draws fill the identified set and never leave it; the indices are those of textbook functions."""

import math

import pytest

from dprk_entries.study import bounds, sensitivity
from reconcile.intervals import Interval

EDUCATION, ISSUED = Interval(6000, 6000), Interval(7000, 7000)


@pytest.fixture
def drawn(assumed):
    return sensitivity.ranges(assumed, EDUCATION, ISSUED)


def ends(text: str) -> list[float]:
    return [float(part) for part in text.removesuffix(" %").replace(",", "").split(" to ")]


def test_all_draws_fill_the_identified_set_from_inside(drawn, assumed):
    found = sensitivity.spread(drawn, math.inf, seed=1)
    assert found.loc["share of education entries", "all draws"] == "83 to 100 %"
    assert found.loc["share of study visas", "all draws"] == "92 to 100 %"
    enrolled = bounds.explained_by_enrolment(assumed.students, assumed.entries_per_student)
    low, high = bounds.persons(bounds.unexplained(EDUCATION, enrolled), assumed.entries_per_person)
    fewest, most = ends(found.loc["persons", "all draws"])
    assert low <= fewest <= 1.02 * low and 0.98 * high <= most <= high


def test_half_of_the_draws_lie_in_nine_tenths_of_them_and_these_in_all(drawn):
    for _, row in sensitivity.spread(drawn, math.inf, seed=1).iterrows():
        every, most, half = (ends(row[name]) for name in ("all draws", "nine in ten", "half of them"))
        assert every[0] <= most[0] <= half[0] <= half[1] <= most[1] <= every[1]


def test_indices_of_a_product_by_hand(drawn):
    """Students n and crossings k, drawn evenly: V = (mn^2 + vn)(mk^2 + vk) - (mn mk)^2, Vn = vn mk^2, Vk = vk mn^2."""
    mean = {"students": 175, "entries per student": 2}
    variance = {"students": 150**2 / 12, "entries per student": 4**2 / 12}
    n, k = mean
    all_of_it = (mean[n] ** 2 + variance[n]) * (mean[k] ** 2 + variance[k]) - (mean[n] * mean[k]) ** 2
    together = variance[n] * variance[k]
    found = sensitivity.indices(drawn, math.inf, seed=1)
    for name, other in ((n, k), (k, n)):
        own = variance[name] * mean[other] ** 2
        assert found["first"].loc[name, "share of education entries"] == pytest.approx(own / all_of_it, abs=0.01)
        share = (own + together) / all_of_it
        assert found["total"].loc[name, "share of education entries"] == pytest.approx(share, abs=0.01)
    assert found["total"].loc["visas per student", "share of education entries"] == 0
    assert found["first"]["persons"].idxmax() == "entries per person"


def test_a_range_of_one_value_drives_nothing_and_what_never_varies_has_no_driver(drawn):
    fixed = drawn | {"students": Interval(0, 0)}
    found = sensitivity.indices(fixed, math.inf, seed=1)
    assert "students" not in found["first"].index and "education entries" not in found["first"].index
    assert (found["total"]["share of education entries"] == 0).all()
    assert (
        not sensitivity.drivers(fixed, math.inf, seed=1).map(lambda text: "nan" in text or "-" in text).any(axis=None)
    )


def test_study_is_never_more_than_the_cap_and_the_entries(drawn):
    many = drawn | {"students": Interval(5000, 9000)}
    assert sensitivity.spread(many, 2050, seed=1).loc["share of education entries", "all draws"] == "65 to 100 %"
    assert sensitivity.spread(many, math.inf, seed=1).loc["share of education entries", "all draws"] == "0 to 100 %"


def test_without_study_visas_there_is_no_row_of_them(assumed):
    drawn = sensitivity.ranges(assumed, EDUCATION, None)
    assert list(sensitivity.spread(drawn, math.inf, seed=1).index) == ["share of education entries", "persons"]


def test_the_same_seed_draws_the_same(drawn):
    once, again = (sensitivity.spread(drawn, 2050, seed=7, draws=64) for _ in range(2))
    assert once.equals(again)
