import itertools
import math

import highspy
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


HALVES = {"2024-S1": Interval(1000, 1000), "2024-S2": Interval(5000, 5000)}


@pytest.fixture
def granted(cells, assumed, sets):
    nested = nest(study(sets(HALVES, cells.interval("2019", "education"), assumed)))
    return {name: genuine for name, (genuine, _) in nested.items()}


def test_what_each_set_grants_and_leaves_by_hand(cells, granted):
    assert granted == {
        "none": (0, math.inf),
        "2019-ceiling": (0, 2050),  # about 2,000 education entries in 2019
        "reported-students": (0, 4 * (100 + 150)),
        "one-entry-each": (0, 100 + 150),
    }
    education = cells.interval("2024", "education")
    left = {name: bounds.unexplained(education, genuine) for name, genuine in granted.items()}
    assert left == {
        "none": (0, 6000),
        "2019-ceiling": (3950, 6000),
        "reported-students": (5000, 6000),
        "one-entry-each": (5750, 6000),
    }
    assert bounds.unexplained_share(education, granted["none"]) == (0, 1)
    assert bounds.unexplained_share(education, granted["one-entry-each"]) == (1 - 250 / 6000, 1)


# Study by half-year and academic year, jointly


def exactly(count: int) -> Interval:
    return Interval(count, count)


def most(assumed, leavers_enter=False, **counts) -> float:
    return bounds.most_study({f"2024-{part}": exactly(n) for part, n in counts.items()}, assumed, 2024, leavers_enter)


def test_study_of_a_half_year_is_limited_by_its_education_entries_and_by_its_own_students(assumed):
    """100 students until summer, 150 from autumn on, each up to four times: at most 400 and 600 entries."""
    assert most(assumed, S1=70, S2=5000) == 70 + 600
    assert most(assumed, S1=1000, S2=5000) == 400 + 600
    assert most(assumed, S2=5000) == most(assumed, Q3=3000) == 600
    assert most(assumed, Q1=30) == 30


def test_with_leavers_the_students_of_both_years_can_all_enter_in_one_half(assumed):
    assert most(assumed, True, S1=70, S2=5000) == most(assumed, True, S2=5000) == 1000
    assert most(assumed, True, S1=70, S2=200) == 270


def test_quarters_beyond_the_year_have_the_students_of_their_academic_year(assumed):
    many = {"2023-Q4": 400, "2025-Q1": 600, "2025-Q3": 5000}
    for quarter, study in many.items():
        assert bounds.most_study({quarter: exactly(5000)}, assumed, 2024, False) == study
    assert bounds.enrolled(assumed, "2025-Q1", 2024) == (150, 150)
    assert bounds.enrolled(assumed, "2025-Q3", 2024) == (0, math.inf)


def test_students_that_no_source_states_limit_nothing_unless_none_enters(assumed):
    unknown = assumed._replace(students_first_half=bounds.ANY)
    assert most(unknown, S1=1000, S2=5000) == 1000 + 600
    assert most(unknown._replace(entries_per_student=exactly(0)), S1=1000, S2=5000) == 0


@given(COUNTS, COUNTS, st.integers(0, 500), st.integers(0, 500), st.integers(0, 8), st.booleans())
def test_the_joint_bound_is_never_wider_than_the_sum_of_its_parts(first, second, until, since, often, leavers_enter):
    own = bounds.Assumed(exactly(until), exactly(since), Interval(0, often), bounds.ANY, bounds.ANY)
    halves = {"2024-S1": first, "2024-S2": second}
    joint = bounds.most_study(halves, own, 2024, leavers_enter)
    assert joint <= sum(bounds.most_study({half: count}, own, 2024, leavers_enter) for half, count in halves.items())
    assert joint <= often * (until + since)
    assert bounds.most_study(halves, own, 2024, False) <= bounds.most_study(halves, own, 2024, True)


@given(st.data())
def test_the_joint_bound_never_excludes_what_students_did(data):
    """Made-up students, each with the half-years of the entries made; leavers enter late where they may."""
    until, since = (data.draw(st.integers(0, 6)) for _ in range(2))
    often, leavers_enter = data.draw(st.integers(0, 4)), data.draw(st.booleans())
    study = dict.fromkeys(("2024-S1", "2024-S2"), 0)
    for own, many in (("2024-S1", until), ("2024-S2", since)):
        for _ in range(many):
            for _ in range(data.draw(st.integers(0, often))):
                study[data.draw(st.sampled_from(sorted(study))) if leavers_enter else own] += 1
    more = st.integers(0, 9)
    known = {half: Interval(count, count + data.draw(more)) for half, count in study.items()}
    reported = [Interval(data.draw(st.integers(0, many)), many + data.draw(more)) for many in (until, since)]
    assumed = bounds.Assumed(*reported, Interval(0, often), bounds.ANY, bounds.ANY)
    for parts in (known, *({half: count} for half, count in known.items())):
        assert sum(study[half] for half in parts) <= bounds.most_study(parts, assumed, 2024, leavers_enter)


@given(st.tuples(*[st.integers(0, 400)] * 4), st.tuples(*[st.integers(0, 60)] * 2), st.integers(0, 6), st.booleans())
def test_the_joint_bound_is_the_optimum_over_all_quarters(counts, students, often, leavers_enter):
    """Study of each quarter as a linear programme: the greatest sum that the counts and the students allow."""
    quarters = [f"2024-Q{n}" for n in (1, 2, 3, 4)]
    own = bounds.Assumed(*map(exactly, students), Interval(0, often), bounds.ANY, bounds.ANY)
    halves = {"2024-S1": exactly(sum(counts[:2])), "2024-S2": exactly(sum(counts[2:]))}
    caps = [often * sum(students)] * 2 if leavers_enter else [often * many for many in students]
    limits = [(quarters, often * sum(students)), (quarters[:2], caps[0]), (quarters[2:], caps[1])]
    model = highspy.Highs()
    model.silent()
    study = dict(zip(quarters, (model.addVariable(0, count) for count in counts), strict=True))
    for names, cap in limits:
        model.addConstr(sum(study[name] for name in names) <= cap)
    model.maximize(sum(study.values()))
    assert bounds.most_study(halves, own, 2024, leavers_enter) == pytest.approx(model.getObjectiveValue())


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
        for name, own in zip(["ceiling", "reported", "once"], (first, second, third), strict=True)
    }
    found = list(nest(alone).values())
    for (weaker, _), (stronger, binding) in itertools.pairwise(found):
        assert stronger.within(weaker)
        assert alone[binding].high == stronger.high


def test_assumptions_that_contradict_each_other_are_refused():
    alone = {"ceiling": Interval(0, 100), "reported": Interval(200, 300)}
    with pytest.raises(ValueError, match="reported allows 200 to 300, those before it up to 100"):
        nest(alone)


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


@given(st.tuples(*[COUNTS] * 7), st.integers(0, 6), st.integers(0, 100), st.integers(0, 100))
def test_no_set_is_narrowed_by_a_wider_range_of_anything(sets, ranges, which, lower, higher):
    """Education entries of both half-years, study visas, the ceiling, students of both, and what each student does."""

    def results(first, second, issued, ceiling, until, since, often) -> dict:
        own = bounds.Assumed(until, since, often, often, often)
        granted = nest(study(sets({"2024-S1": first, "2024-S2": second}, ceiling, own)))
        education = first.plus(second)
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
        assume("contradict" not in str(error))  # study of enrolled students above the ceiling
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
    """1,000 education entries, 100 of them in the first half-year; the ceiling grants 700."""
    halves = {"2024-S1": exactly(100), "2024-S2": exactly(900)}
    found = bounds.prices(halves, exactly(1000), assumed, Interval(650, 700), 2024, False).map(rounded)
    students = {"as it stands": (0.3, 1), "halved": (0.6, 1), "doubled": (0.3, 1), "dropped": (0.3, 1)}
    assert found.to_dict("index") == {
        "students": students,  # 75 from autumn on: 300 entries and the 100 of the first half-year
        "entries per student": students,
        "study entries of the ceiling": {"as it stands": (0.3, 1), "halved": (0.65, 1), "doubled": (0.3, 1),
                                         "dropped": (0.3, 1)},
        "leavers stay away": dict.fromkeys(bounds.CHANGES, (0.3, 1)),  # the ceiling limits study all the same
    }  # fmt: skip


def test_that_leavers_stay_away_is_priced_by_dropping_it_alone(assumed):
    halves = {"2024-S1": exactly(100), "2024-S2": exactly(5900)}
    found = bounds.prices(halves, exactly(6000), assumed, exactly(2000), 2024, False).map(lambda share: share.low)
    row = found.loc["leavers stay away"]
    assert list(row) == pytest.approx([1 - 700 / 6000] * 3 + [1 - 1000 / 6000])  # the last where it is dropped
    enter = bounds.prices(halves, exactly(6000), assumed, exactly(2000), 2024, True).map(lambda share: share.low)
    assert set(enter.loc["leavers stay away"]) == {row["dropped"]}


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_halving_an_assumption_never_lowers_the_share_and_doubling_never_raises_it(
    first, second, students, often, ceiling
):
    own = bounds.Assumed(students, students, often, often, often)
    found = bounds.prices({"2024-S1": first, "2024-S2": second}, first.plus(second), own, ceiling, 2024, False)
    for _, row in found.iterrows():
        halved, stands, doubled = row["halved"], row["as it stands"], row["doubled"]
        assert halved.low >= stands.low >= doubled.low and halved.high >= stands.high >= doubled.high
        assert row["dropped"].low <= stands.low


@given(COUNTS, st.integers(1, 1000), st.integers(1, 50))
def test_what_it_takes_leaves_half_a_quarter_and_none(education, students, often):
    fewest = exactly(education.low)
    for left, row in bounds.breakdown(education, students, often).iterrows():
        by_students = students * row["entries_per_student"]
        assert bounds.unexplained_share(fewest, Interval(by_students, by_students)) == pytest.approx((left, left))
        assert (row["students"] - 1) * often < (1 - left) * education.low <= row["students"] * often


def test_without_students_or_entries_nothing_is_enough():
    assert (bounds.breakdown(exactly(10), 0, 0) == math.inf).all(axis=None)


# Study visas, and the fall of the last quarter


def test_visas_used_for_no_education_entry_are_those_beyond_all_entries_since(cells, visas):
    """7,000 visas, for 6,000 education entries of 2024 and two of 2025-Q1."""
    assert bounds.unused_visas(cells, visas, "2024", "2025-Q1") == 7000 - 6000 - 2
    assert bounds.unused_visas(cells, visas, "2024", "2024-Q4") == 7000 - 6000


def test_visas_that_entries_can_have_used_up_leave_none(entries, visas):
    more = entries.assign(high=entries["high"].where(entries["period"] != "2025-Q1", 5000.0))
    assert bounds.unused_visas(Cells(more), visas, "2024", "2025-Q1") == 0


def test_the_fall_of_a_quarter_by_hand(cells):
    """From 3,500 entries, 2,000 for education, to 200 and 2."""
    education, others = bounds.fall(cells, "2024-Q4", "2025-Q1")
    assert education == pytest.approx((1998 / 3300, 1998 / 3300))
    assert others == pytest.approx((1 - 198 / 1500, 1 - 198 / 1500))
    assert bounds.fall(cells, "2024-Q1", "2024-Q2") is None  # they rose


def test_a_range_beyond_its_source_is_said_and_whose_it_is(raw, assumed):
    assumptions = raw["assumptions"].set_index("assumption_id")
    assert bounds.beyond(assumptions, assumed, 2024) == []
    wider = assumed._replace(students_second_half=Interval(100, 400), entries_per_student=Interval(1, 8))
    assert bounds.beyond(assumptions, wider, 2024) == [
        "students_second_half: 100 to 400 goes beyond 150 of students_2024_25 in data/raw/assumptions.csv "
        "(RECTOR2024).",
        "entries_per_student: 1 to 8 goes beyond 0 to 4 of entries_per_student in data/raw/assumptions.csv "
        "(a judgement of this project).",
    ]


def test_a_year_whose_students_no_source_states_is_said(raw, assumed):
    assumptions = raw["assumptions"].set_index("assumption_id")
    (said,) = bounds.beyond(assumptions, assumed._replace(students_first_half=bounds.ANY), 2023)[:1]
    assert said == (
        "students_first_half: at least 0, for data/raw/assumptions.csv has no row students_2022_23: add it with its "
        "source, or give students_first_half_low and students_first_half_high."
    )


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
