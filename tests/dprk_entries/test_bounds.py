import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System

COUNTS = st.tuples(st.integers(1, 10**5), st.integers(1, 10**5)).map(lambda ends: Interval(*sorted(ends)))


def nest(alone: dict[str, Interval]) -> dict[str, tuple[Interval, str]]:
    """What each set allows with those before it, and the one that binds."""
    names = list(alone)
    low, high, limits = bounds.nested(*np.array(list(alone.values()), dtype=float).T, names)
    return {name: (Interval(*ends), names[limit]) for name, limit, *ends in zip(names, limits, low, high, strict=True)}


def study(rows: list[tuple]) -> dict[str, Interval]:
    """Rows of the sets of notebook 03 by name."""
    return {name: Interval(low, high) for name, low, high, *_ in rows}


@pytest.fixture
def granted(cells, assumed, sets):
    nested = nest(study(sets(cells.interval("2019", "education"), assumed)))
    return {name: genuine for name, (genuine, _) in nested.items()}


def test_what_each_set_grants_and_leaves_by_hand(cells, granted):
    assert granted == {
        "none": (0, math.inf),
        "baseline": (0, 2050),  # about 2,000 education entries in 2019
        "enrolment": (0, 4 * 250),
        "arrival": (0, 250),
        "naive": (0, 0),
    }
    education = cells.interval("2024", "education")
    left = {name: bounds.unexplained(education, genuine) for name, genuine in granted.items()}
    assert left == {
        "none": (0, 6000),
        "baseline": (3950, 6000),
        "enrolment": (5000, 6000),
        "arrival": (5750, 6000),
        "naive": (6000, 6000),
    }
    assert bounds.unexplained_share(education, granted["none"]) == (0, 1)
    assert bounds.unexplained_share(education, granted["arrival"]) == (1 - 250 / 6000, 1)


def test_educations_share_of_entries_is_bounded_with_the_total(cells):
    assert bounds.education_share(cells, "2024") == (0.6, 0.6)
    assert bounds.education_share(cells, "2023") == (60 / 1000, 500 / 1000)
    assert bounds.education_share(cells, "2023-Q1") == (0, 1)  # nothing is known but that it is part of the total


@pytest.mark.parametrize("period", ["2021", "2020-Q2"])  # none for sure, and perhaps none
def test_a_share_of_entries_that_may_be_none_is_refused_by_name(cells, period):
    with pytest.raises(ZeroDivisionError, match=f"{period}: there may have been no entry at all"):
        bounds.education_share(cells, period)


def test_one_entry_for_sure_is_enough_for_a_share():
    columns = ["series", "nationality", "period", "purpose", "transport", "low", "high", "status", "readers"]
    rows = [["border_entries", "PRK", "2030", code, "_T", 1, 1, "reported", 1] for code in ("_T", "education")]
    table = pd.DataFrame(rows, columns=columns).assign(source_ids="S", formula="")
    assert bounds.education_share(Cells(table), "2030") == (1, 1)


@given(COUNTS, COUNTS, COUNTS)
def test_each_set_lies_in_the_one_before_it_and_the_lowest_cap_binds(first, second, third):
    alone = {"none": Interval(0, math.inf)} | {
        name: Interval(0, own.high)
        for name, own in zip(["baseline", "enrolment", "arrival"], (first, second, third), strict=True)
    }
    found = list(nest(alone).values())
    for (weaker, _), (stronger, binding) in itertools.pairwise(found):
        assert stronger.within(weaker)
        assert alone[binding].high == stronger.high


def test_assumptions_that_contradict_each_other_are_refused():
    alone = {"baseline": Interval(0, 100), "enrolment": Interval(200, 300)}
    with pytest.raises(ValueError, match="enrolment allows 200 to 300, those before it up to 100"):
        nest(alone)


def test_an_assumption_that_grants_no_study_replaces_those_before_it():
    found = nest({"none": Interval(0, math.inf), "enrolment": Interval(100, 300), "naive": Interval(0, 0)})
    assert found == {
        "none": ((0, math.inf), "none"), "enrolment": ((100, 300), "enrolment"), "naive": ((0, 0), "naive"),
    }  # fmt: skip


def test_nothing_limits_more_than_an_assumption_that_grants_no_study():
    found = nest({"none": Interval(0, math.inf), "arrival": Interval(0, 0), "naive": Interval(0, 0)})
    assert [binding for _, binding in found.values()] == ["none", "arrival", "naive"]


def test_many_worlds_are_nested_at_once_as_each_alone(sets, assumed):
    worlds = [study(sets(Interval(0, high), assumed)) for high in (50, 5000)]
    low, high = np.moveaxis(np.array([list(world.values()) for world in worlds], dtype=float), -1, 0)
    least, most, limits = bounds.nested(low, high, list(worlds[0]))
    for world, *ends, limit in zip(worlds, least, most, limits, strict=True):
        alone = nest(world)
        assert [tuple(genuine) for genuine, _ in alone.values()] == list(zip(*ends, strict=True))
        assert [list(world)[number] for number in limit] == [binding for _, binding in alone.values()]


@given(COUNTS, COUNTS, st.booleans())
def test_the_closed_forms_are_the_optima_of_the_accounting(education, genuine, whole):
    """Education entries as a total of two purposes, genuine study and the rest, bounded by linear programmes."""
    genuine = Interval(min(genuine.low, education.low), genuine.high)  # more study than entries is another matter
    figures = [
        Figure(cell, value, frozenset({"R"}), ("S",), (str(i),))
        for i, (cell, value) in enumerate([(Cell("2024-Q1"), education), (Cell("2024-Q1", "education"), genuine)])
    ]
    system = System.of(figures, [], [lambda quarter: ("education", "other")], whole=whole)
    rest = {Cell("2024-Q1", "other"): 1}
    assert bounds.unexplained(education, genuine) == system.bound(rest).value
    assert bounds.unexplained_share(education, genuine) == pytest.approx(
        system.ratio(rest, {Cell("2024-Q1"): 1}), abs=1e-9
    )


@given(COUNTS, COUNTS, COUNTS, st.integers(2, 100))
def test_shares_do_not_change_when_all_counts_grow_alike(education, students, often, times):
    small = bounds.unexplained_share(education, bounds.explained_by_enrolment(students, often))
    large = bounds.unexplained_share(
        education.times(times), bounds.explained_by_enrolment(students.times(times), often)
    )
    assert small == pytest.approx(large)


@given(COUNTS, COUNTS, st.data())
def test_the_share_contains_every_world_that_the_intervals_allow(education, explained, data):
    entries, genuine = data.draw(st.integers(*education)), data.draw(st.integers(*explained))
    share = 1 - min(genuine, entries) / entries
    low, high = bounds.unexplained_share(education, explained)
    assert low - 1e-12 <= share <= high + 1e-12
    assert 0 <= low <= high <= 1
    assert max(0, entries - genuine) in bounds.unexplained(education, explained)


@given(COUNTS, COUNTS, st.integers(0, 100))
def test_a_wider_input_never_narrows_the_share(education, explained, more):
    narrow = bounds.unexplained_share(education, explained)
    wide = bounds.unexplained_share(
        education, Interval(explained.low - min(more, explained.low), explained.high + more)
    )
    assert narrow.within(wide)


@given(st.tuples(*[COUNTS] * 5), st.integers(0, 4), st.integers(0, 100), st.integers(0, 100))
def test_no_set_is_narrowed_by_a_wider_range_of_anything(sets, ranges, which, lower, higher):
    """Education entries, study visas, study of the baseline year, students, and what each student does."""

    def results(education, issued, baseline, students, often) -> dict:
        own = bounds.Assumed(students, often, often, often, often)
        granted = nest(study(sets(baseline, own)))
        left = {name: bounds.unexplained(education, genuine) for name, (genuine, _) in granted.items()}
        return {
            **{(name, "entries"): value for name, value in left.items()},
            **{(name, "share"): bounds.unexplained_share(education, g) for name, (g, _) in granted.items()},
            **{(name, "visas"): bounds.unexplained_share(issued, g) for name, (g, _) in granted.items()},
            **{(name, "persons"): bounds.persons(value, often) for name, value in left.items()},
        }

    try:
        narrow = results(*ranges)
    except ValueError as error:
        assume("contradict" not in str(error))  # study of enrolled students above that of the baseline year
        raise
    low, high = ranges[which]
    wider = [*ranges]
    wider[which] = Interval(max(1, low - lower), high + higher)
    wide = results(*wider)
    for key, value in narrow.items():
        assert value.low >= wide[key].low - 1e-12 and value.high <= wide[key].high + 1e-12, key


def test_enrolment_above_entries_explains_all_and_no_share_is_negative():
    assert bounds.unexplained_share(Interval(100, 100), Interval(500, 900)) == (0, 0)


def rounded(share: Interval) -> tuple[float, float]:
    return round(share.low, 9), round(share.high, 9)


def test_the_price_of_each_assumption_by_hand(assumed):
    small = assumed._replace(students=Interval(50, 100))
    found = bounds.prices(Interval(1000, 1000), small, Interval(500, 600)).map(rounded)
    assert found.to_dict("index") == {
        "students": {"as it stands": (0.6, 1), "halved": (0.8, 1), "doubled": (0.4, 1), "dropped": (0.4, 1)},
        "entries per student": {"as it stands": (0.6, 1), "halved": (0.8, 1), "doubled": (0.4, 1), "dropped": (0.4, 1)},
        "study entries of the baseline year": {
            "as it stands": (0.6, 1), "halved": (0.7, 1), "doubled": (0.6, 1), "dropped": (0.6, 1)
        },
    }  # fmt: skip


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_halving_an_assumption_never_lowers_the_share_and_doubling_never_raises_it(
    education, students, often, baseline
):
    own = bounds.Assumed(students, often, often, often, often)
    for _, row in bounds.prices(education, own, baseline).iterrows():
        halved, stands, doubled = row["halved"], row["as it stands"], row["doubled"]
        assert halved.low >= stands.low >= doubled.low and halved.high >= stands.high >= doubled.high
        assert row["dropped"].low <= stands.low


@given(COUNTS, COUNTS, st.integers(1, 50))
def test_at_the_break_even_half_is_explained(education, students, often):
    crossings, least = bounds.break_even(education, students, Interval(0, often))
    explained = students.high * crossings
    fewest = Interval(education.low, education.low)
    assert bounds.unexplained_share(fewest, Interval(explained, explained)) == pytest.approx((0.5, 0.5))
    assert (least - 1) * often < education.low / 2 <= least * often


def test_the_two_way_table_by_hand(assumed):
    found = bounds.two_way(Interval(6000, 6000), assumed)
    assert list(found.index) == [125, 250, 500, 1000, 2000] and list(found.columns) == [2, 4, 8, 16, 32]
    assert found.loc[250, 4] == pytest.approx(5 / 6)
    assert found.loc[500, 2] == found.loc[250, 4]  # twice the students, half the crossings
    assert found.loc[2000, 32] == 0
    assert (found.diff().dropna() <= 0).all(axis=None)  # more students never leave more unexplained


def test_without_students_or_crossings_nothing_breaks_even():
    assert bounds.break_even(Interval(10, 10), Interval(0, 0), Interval(0, 0)) == (math.inf, math.inf)


def test_a_range_beyond_its_source_is_said(raw, assumed):
    assumptions = raw["assumptions"].set_index("assumption_id")
    assert bounds.beyond(assumptions, assumed) == []
    wider = assumed._replace(students=Interval(100, 400), entries_per_visa=Interval(1, 8))
    students, often = bounds.beyond(assumptions, wider)
    assert students == "students: 100 to 400 goes beyond 100 to 250, which assumptions.csv gives a source for"
    assert often.startswith("entries per visa: 1 to 8 goes beyond 0 to 4")


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ZeroDivisionError, match="at least one"):
        bounds.unexplained_share(Interval(0, 5), Interval(1, 1))


def test_persons_who_may_have_entered_never_are_refused():
    with pytest.raises(ZeroDivisionError, match="entries per person: found 0 to 4, expected more than 0"):
        bounds.persons(Interval(5, 5), Interval(0, 4))


@pytest.mark.parametrize("ends", [(5, 4), (-1, 4)])
def test_a_range_upside_down_or_below_zero_is_named(ends):
    with pytest.raises(ValueError, match="students: found"):
        bounds.require_ordered(students=Interval(*ends))
