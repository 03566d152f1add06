"""The accounting on small tables checked by hand, on random worlds with a known truth, and against brute force."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dprk_entries.entries import influence
from dprk_entries.entries.cell import Cell
from reconcile import explain as explanations
from reconcile import hitting_sets as clashes
from reconcile import periods
from reconcile import solver as programme
from reconcile.intervals import Interval, of_figure
from reconcile.system import AccountingError, Figure, System

PURPOSES = ("a", "b", "c")
MODES = ("air", "rail", "car", "ship", "walk")
QUARTERS = periods.quarters("2024")
PARTS = [lambda quarter: PURPOSES, lambda quarter: MODES]


def figure(period, value, purpose="_T", transport="_T", readers="R", high=None) -> Figure:
    interval = Interval(value, value if high is None else high)
    return Figure(Cell(period, purpose, transport), interval, frozenset(readers.split()), ("S",), ("F",))


def system(*figures, cells=()) -> System:
    return System(list(figures), cells, PARTS)


def rejected(found: System) -> list[frozenset[int]]:
    return [given_up for sets in found.lightest_sets for given_up in sets]


def weight(found: System) -> int:
    return sum(len(found.figures[i].readers) for sets in found.lightest_sets for i in sets[0])


def test_a_quarter_nobody_printed_follows_from_the_year():
    found = system(*(figure(q, n) for q, n in zip(QUARTERS, (1, 2, 3), strict=False)), figure("2024", 10))
    bound = found.bound(Cell("2024-Q4"))
    assert bound.value == (4, 4)
    assert {found.figures[i].cell.period: m for i, m in bound.high_proof.items()} == {
        "2024": 1, "2024-Q1": -1, "2024-Q2": -1, "2024-Q3": -1,
    }  # fmt: skip


def test_a_sum_is_bounded_as_a_whole_not_by_its_parts():
    found = system(figure("2024-S1", 10), figure("2024-Q1", 3, high=5), figure("2024-Q2", 5, high=7))
    assert found.bound(Cell("2024-Q1")).value == (3, 5)
    assert found.bound(Cell("2024-S1")).value == (10, 10)


def test_what_nothing_limits_has_no_upper_bound():
    found = system(figure("2024-Q1", 5, high=math.inf))
    assert found.bound(Cell("2024-Q1")).value == (5, math.inf)


def test_what_a_rejected_figure_alone_limited_has_no_upper_bound():
    """From its last answer to this question HiGHS 1.15 finds no way: it is asked again from scratch."""
    found = system(figure("2024-Q1", 0, high=1), figure("2024-Q1", 1, "a", readers="R S"), figure("2024", 0))
    assert rejected(found) == [frozenset({2})]
    assert [found.bound(Cell(p)).value for p in (*QUARTERS, "2024")] == [(1, 1), *[(0, math.inf)] * 3, (1, math.inf)]


def test_clashes_that_do_not_touch_are_told_apart_in_any_order():
    """The year is 0, so the first quarter's rival reading clashes with it as well, but decides nothing about it."""
    rival, second, year = figure("2024-Q1", 1, "a"), figure("2024-Q2", 1), figure("2024", 0)
    for order in itertools.permutations([figure("2024-Q1", 0), figure("2024-Q1", 0, "a"), rival, second, year]):
        sets = [[{order[i] for i in given_up} for given_up in options] for options in system(*order).lightest_sets]
        assert sorted(sets, key=len) in ([[{rival}], [{second}, {year}]], [[{rival}], [{year}, {second}]])


CLASH = [
    figure("2024-Q1", 153), figure("2024-Q2", 213), figure("2024-S1", 370),
    figure("2024-Q3", 365), figure("2024-Q4", 382), figure("2024", 1117),
]  # fmt: skip


def test_equally_light_readings_are_all_kept_and_the_cells_contested():
    """153 + 213 = 366, but the half-year is 370, and 370 + 365 + 382 is the year's 1,117."""
    found = system(*CLASH)
    assert {found.figures[i].cell.period for given_up in rejected(found) for i in given_up} == {"2024-Q1", "2024-Q2"}
    q1, half = found.bound(Cell("2024-Q1")), found.bound(Cell("2024-S1"))
    assert (q1.value, q1.contested) == ((153, 157), True)
    assert (half.value, half.contested) == ((370, 370), False)


def test_readers_weigh_and_not_papers():
    found = system(figure("2024-Q1", 62, "a", readers="RFA NKNEWS"), figure("2024-Q1", 24, "a", readers="NKNEWS"))
    assert rejected(found) == [frozenset({1})]
    assert found.bound(Cell("2024-Q1", "a")).value == (62, 62)


def test_modes_of_transport_add_up_to_the_total():
    modes = [figure("2024-Q1", n, transport=t) for t, n in (("air", 5), ("rail", 3), ("ship", 2), ("walk", 0))]
    found = system(*modes, figure("2024-Q1", 12), cells=[Cell("2024-Q1", transport="car")])
    assert found.bound(Cell("2024-Q1", transport="car")).value == (2, 2)


def test_a_total_below_one_of_its_purposes_is_reported_not_refused():
    found = system(figure("2024-Q1", 5), figure("2024-Q1", 7, "a"))
    assert sorted(rejected(found), key=sorted) == [frozenset({0}), frozenset({1})]


def test_a_purpose_that_is_not_in_the_list_is_refused():
    with pytest.raises(AccountingError, match="z was not collected in 2024-Q1"):
        system(figure("2024-Q1", 5, "z"))


def test_a_period_not_made_of_quarters_is_refused():
    with pytest.raises(periods.PeriodError):
        system(figure("2024-04", 5))


def test_an_interval_upside_down_is_refused():
    with pytest.raises(AccountingError, match=r"2024-Q1 a: the interval .* is upside down"):
        system(figure("2024-Q1", 7, "a", high=5))


def test_a_purpose_list_with_a_code_twice_is_refused():
    with pytest.raises(AccountingError, match="2024-Q1 a: the code stands twice"):
        System([figure("2024-Q1", 5)], [], [lambda quarter: ("a", "b", "a")])


# Limits: an answer, or a stop that says what is proven.


def test_independent_clashes_do_not_multiply():
    """Sixty quarters of one connected table, each with two rivals: 4 to the power of 60 ways, told as 60 times 4."""
    figures = [figure("2010-01-01/2024-12-31", 0, "c", high=10**6)]
    for quarter in periods.span("2010", "2024"):
        figures += [figure(quarter, n, name) for n, name in ((100, "_T"), (5, "a"), (6, "a"), (7, "b"), (9, "b"))]
    found = system(*figures)
    assert len(found.components) == 1
    assert [len(sets) for sets in found.lightest_sets] == [4] * 60
    assert found.bound(Cell("2010-01-01/2024-12-31", "a")).value == (60 * 5, 60 * 6)
    assert found.bound(Cell("2010-01-01/2024-12-31", "c")).value == (60 * (100 - 6 - 9), 60 * (100 - 5 - 7))


def test_clashes_that_depend_on_each_other_are_told_together():
    """Each purpose of the first quarter has two readings, and the total admits only one reading of both."""
    rivals = [figure("2024-Q1", n, name) for name in ("a", "b") for n in (1, 2)]
    found = system(*rivals, figure("2024-Q1", 3, readers="R S T"), figure("2024-Q1", 0, "c", readers="R S T"))
    assert sorted(map(sorted, found.lightest_sets[0])) == [[0, 3], [1, 2]]
    assert found.bound(Cell("2024-Q1", "a")).value == (1, 2)
    assert found.bound({Cell("2024-Q1", "a"): 1, Cell("2024-Q1", "b"): 1}).value == (3, 3)


def test_a_set_that_does_not_let_the_rest_hold_is_never_listed():
    """Giving up a = 3 is as light as giving up both the total and c, but leaves 1 + 3 entries in a half-year of 3."""
    found = system(
        figure("2024-Q1", 3, "a", readers="R S"), figure("2024-S1", 2, high=3, readers="R S"),
        figure("2024-Q1", 1), figure("2024-Q2", 3, "c", high=4),
    )  # fmt: skip
    assert found.lightest_sets == [[frozenset({2, 3})]]


def test_a_thousand_readings_of_one_cell_stop_with_what_is_proven():
    with pytest.raises(AccountingError, match="2024-Q1 is printed in 1000 ways, so 999 readers or more are wrong"):
        system(*(figure("2024-Q1", n) for n in range(1000)))


def test_a_thousand_contradictory_figures_in_pairs_have_an_answer():
    cells = [(q, name) for q in periods.span("1900", "2024") for name in ("a", "b")][:500]
    found = system(*(figure(quarter, n, name) for quarter, name in cells for n in (5, 6)))
    assert [len(sets) for sets in found.lightest_sets] == [2] * 500


def test_a_tangle_beyond_the_limit_stops_with_what_is_proven():
    """Every quarter of ten years says 1 and every year 0: one figure of each pair must go."""
    quarters = [figure(q, 1, readers="R S T") for q in periods.span("2010", "2024")]
    years = [figure(f"{year}-S{half}", 0, readers="R S T") for year in range(2010, 2025) for half in (1, 2)]
    with pytest.raises(AccountingError, match=r"weighs more than 24; proven by \d+ clashes: \d+ readers or more"):
        system(*quarters, *years, figure("2010-01-01/2024-12-31", 7, readers="R S T"))


def test_too_many_equally_light_sets_stop_with_a_message():
    """Twelve quarters say 1 each, and their sum is 6: any six of them can go."""
    total = figure("2022-01-01/2024-12-31", 6, readers="A B C D E F G")
    with pytest.raises(AccountingError, match="more than 64 equally light sets to give up, of weight 6"):
        system(total, *(figure(quarter, 1) for quarter in periods.span("2022", "2024")))


def test_a_search_of_too_many_steps_stops_with_a_message(monkeypatch):
    monkeypatch.setattr(clashes, "MAX_STEPS", 1)
    with pytest.raises(AccountingError, match="not found in 1 steps; proven by 1 clashes: 1 readers or more"):
        system(figure("2024-Q1", 1), figure("2024-Q1", 5, "a"), figure("2024-Q1", 6, "b"))


# Whole numbers: where a linear programme leaves halves.

PAIRS = (("a+b", 1), ("b+c", 1), ("a+c", 1))


def test_figures_that_only_halves_would_fit_contradict_each_other():
    """a + b = b + c = a + c = 1 has the single solution 1/2, 1/2, 1/2."""
    found = system(*(figure("2024-Q1", n, name) for name, n in PAIRS))
    assert sorted(rejected(found), key=sorted) == [frozenset({i}) for i in range(3)]
    assert not System(found.figures, [], PARTS, whole=False).given_up
    assert explanations.clash(found, 0)[0].startswith("no whole numbers fit these together")


def test_a_search_for_whole_numbers_that_takes_too_long_says_what_is_proven(monkeypatch):
    monkeypatch.setattr(programme, "MAX_NODES", 0)
    with pytest.raises(AccountingError, match="real numbers fit the figures, but 0 steps do not settle"):
        system(*(figure("2024-Q1", n, name) for name, n in PAIRS))


def test_a_bound_is_reached_by_whole_numbers():
    """At most one of each two: halves would make 3/2 in all, whole numbers 1."""
    figures = [figure("2024-Q1", 0, name, high=n) for name, n in PAIRS]
    assert system(*figures).bound(Cell("2024-Q1")).value == (0, 1)
    relaxed = System(figures, [], PARTS, whole=False)
    assert relaxed.bound(Cell("2024-Q1")).value == pytest.approx((0, 1.5))


# Shares.


def test_a_share_is_bounded_as_a_whole():
    """Two purposes of 10 to 20 entries: a share of 10/30 to 20/30, not 10/40 to 20/20."""
    found = system(figure("2024-Q1", 10, "a", high=20), figure("2024-Q1", 10, "b", high=20), figure("2024-Q1", 0, "c"))
    assert found.ratio(Cell("2024-Q1", "a"), Cell("2024-Q1")) == pytest.approx((10 / 30, 20 / 30))


def test_a_ratio_is_sought_until_no_table_makes_it_greater():
    """Nine a and two b at least, all of them in the first quarter: 11 to 2. With twelve b it would be 21 to 12."""
    found = system(figure("2024-S1", 9, "a"), figure("2024-S1", 2, "b", high=12))
    assert found.ratio(Cell("2024-Q1", "a+b"), Cell("2024-S1", "b")) == (0, 5.5)


def test_a_share_of_what_can_be_nothing_or_has_no_limit_is_refused():
    found = system(figure("2024-Q1", 10, "a", high=20), figure("2024-Q2", 0, high=5))
    with pytest.raises(ZeroDivisionError, match="can be 0"):
        found.ratio(Cell("2024-Q2", "a"), Cell("2024-Q2"))
    with pytest.raises(OverflowError, match="no figure limits"):
        found.ratio(Cell("2024-Q1", "a"), Cell("2024-Q1"))


def test_a_difference_of_readings_that_exclude_each_other_is_never_taken():
    """The first quarter is 153 or 157, and the second makes up the rest: both grow by the same reading."""
    found = system(*CLASH)
    q1, q2 = Cell("2024-Q1"), Cell("2024-Q2")
    assert found.bound({q1: 1, q2: 1}).value == (370, 370)
    assert found.bound({q2: 1, q1: -1}).value == (213 - 157, 217 - 153)
    assert found.ratio(q2, q1) == pytest.approx((213 / 157, 217 / 153))


# Explanations.


def test_a_contested_figure_is_explained_by_hand_arithmetic():
    text, others = explanations.clash(system(*CLASH), 0)
    assert text == (
        "2024-Q1 (153) + 2024-Q2 (213) make 366, but 2024-S1 is 370; even without 2024-S1 (370), "
        "2024-Q1 (153) + 2024-Q2 (213) + 2024-Q3 (365) + 2024-Q4 (382) make 1,113, but 2024 is 1,117"
    )
    assert others == {1, 2}


def test_a_rival_reading_is_named_with_its_readers():
    found = system(figure("2024-Q1", 62, "a", readers="RFA NKNEWS"), figure("2024-Q1", 24, "a", readers="NKNEWS"))
    assert explanations.clash(found, 1) == ("2024-Q1 a is 62 as read by NKNEWS and RFA, 24 as read by NKNEWS", {0})


def test_a_purpose_above_its_total_is_explained_by_what_includes_it():
    found = system(figure("2024-Q1", 5, readers="R S"), figure("2024-Q1", 7, "a"))
    assert explanations.clash(found, 1)[0] == "2024-Q1 a is 7, but 2024-Q1, which includes more, is 5"


def test_intervals_are_explained_by_the_end_that_matters():
    found = system(figure("2024-S1", 10, readers="R S"), figure("2024-Q1", 6, high=8), figure("2024-Q2", 7, high=9))
    assert explanations.clash(found, 1)[0].startswith(
        "2024-Q1 (6 to 8) + 2024-Q2 (7 to 9) make at least 13, but 2024-S1 is 10"
    )


# Random worlds with a known truth.

WORLDS = st.dictionaries(
    st.tuples(st.sampled_from(QUARTERS), st.sampled_from(PURPOSES)), st.integers(0, 50), min_size=12, max_size=12
)
ASKED = [Cell(p, code) for p in (*QUARTERS, "2024-S1", "2024-S2", "2024") for code in ("_T", *PURPOSES)]


def truth(world: dict, cell: Cell) -> int:
    codes = PURPOSES if cell.purpose == "_T" else (cell.purpose,)
    return sum(world[quarter, code] for quarter in periods.quarters(cell.period) for code in codes)


def publish(world: dict, cell: Cell, unit: int) -> Figure:
    count = truth(world, cell)
    printed = (count + unit // 2) // unit * unit
    interval = of_figure(printed, None, "exact" if unit == 1 else "rounded", unit)
    return Figure(cell, interval, frozenset({"R"}), ("S",), ("F",))


def publish_all(world: dict, published: list[tuple[Cell, int]]) -> list[Figure]:
    return [publish(world, cell, unit) for cell, unit in published]


PUBLISHED = st.lists(st.tuples(st.sampled_from(ASKED), st.sampled_from([1, 10])), min_size=1, max_size=14, unique=True)
SHARES = st.tuples(st.sampled_from(ASKED), st.sampled_from(ASKED))
READERS = st.sampled_from(["R", "R S", "R S T"])


@settings(max_examples=60)
@given(WORLDS, PUBLISHED, st.dictionaries(st.sampled_from(ASKED), st.integers(-2, 2), max_size=3), SHARES)
def test_the_truth_is_inside_every_bound(world, published, terms, share):
    found = system(*publish_all(world, published), cells=ASKED)
    assert not found.given_up
    for cell in ASKED:
        assert truth(world, cell) in found.bound(cell).value
    assert sum(times * truth(world, cell) for cell, times in terms.items()) in found.bound(terms).value
    above, below = share
    if found.bound(below).value.low > 0 and found.bound(below).value.high < math.inf:
        low, high = found.ratio(above, below)
        assert low - 1e-9 <= truth(world, above) / truth(world, below) <= high + 1e-9


@settings(max_examples=60)
@given(WORLDS, PUBLISHED, st.data())
def test_the_truth_survives_figures_that_the_lightest_sets_give_up(world, published, data):
    """One figure is corrupted so far that it clashes, and lighter than all: the truth stays inside every bound."""
    figures = [dataclasses.replace(f, readers=frozenset("RS")) for f in publish_all(world, published)]
    cell = data.draw(st.sampled_from([f.cell for f in figures]))
    figures.append(figure(cell.period, 10_000, cell.purpose))
    found = system(*figures, cells=ASKED)
    assert found.rejected == {len(figures) - 1}
    assert all(truth(world, asked) in found.bound(asked).value for asked in ASKED)


@settings(max_examples=60)
@given(WORLDS, st.lists(st.sampled_from(ASKED), min_size=3, max_size=9, unique=True), st.data())
def test_the_lightest_set_is_never_heavier_than_the_true_one(world, published, data):
    figures = [
        dataclasses.replace(publish(world, cell, 1), readers=frozenset(data.draw(READERS).split()))
        for cell in published
    ]
    for wrong in data.draw(st.sets(st.sampled_from(range(len(figures))), max_size=2)):
        value = data.draw(st.integers(0, 400))
        figures[wrong] = dataclasses.replace(figures[wrong], value=Interval(value, value))
    found = system(*figures, cells=ASKED)
    corrupted = sum(len(f.readers) for f in figures if f.value.low != truth(world, f.cell))
    assert weight(found) <= corrupted


@settings(max_examples=60)
@given(WORLDS, PUBLISHED, st.tuples(st.sampled_from(ASKED), st.sampled_from([1, 10])))
def test_one_more_figure_never_widens_a_bound(world, published, more):
    """While nothing is given up: across a changed set of accepted figures it may."""
    before = system(*publish_all(world, published), cells=ASKED)
    after = system(*publish_all(world, [*published, more]), cells=ASKED)
    assert all(after.bound(cell).value.within(before.bound(cell).value) for cell in ASKED)


@settings(max_examples=60)
@given(WORLDS, PUBLISHED, st.integers(0, 20), st.integers(0, 20))
def test_a_wider_figure_never_narrows_a_bound(world, published, less, more):
    figures = publish_all(world, published)
    low, high = figures[0].value
    wide = dataclasses.replace(figures[0], value=Interval(max(0, low - less), high + more))
    before, after = system(*figures, cells=ASKED), system(wide, *figures[1:], cells=ASKED)
    assert all(before.bound(cell).value.within(after.bound(cell).value) for cell in ASKED)


def some_figures(printed: list[tuple[Cell, int, int, str]]) -> list[Figure]:
    return [figure(cell.period, n, cell.purpose, readers=r, high=n + more) for cell, n, more, r in printed]


PRINTED = st.lists(
    st.tuples(st.sampled_from(ASKED), st.integers(0, 9), st.integers(0, 3), READERS),
    min_size=2, max_size=6, unique_by=lambda printed: printed[:2],
)  # fmt: skip


@settings(max_examples=40)
@given(PRINTED)
def test_what_is_said_to_stay_without_a_figure_stays(printed):
    """Among the figures are readings that clash, so that the lightest sets change with what is left out."""
    figures = some_figures(printed)
    before = system(*figures, cells=ASKED)
    ends = {(cell, end): before.end(cell, end) for cell in ASKED for end in ("least", "greatest")}
    for i in range(len(figures)):
        label = next(label for label, component in before.components.items() if i in component.figures)
        after = influence.replaced(before, label, i, None)
        without = system(*figures[:i], *figures[i + 1 :], cells=ASKED)
        for asked, found in ends.items():
            if after.components[label].keeps(found, before.components[label]):
                assert without.end(*asked).value == found.value


@settings(max_examples=60)
@given(PRINTED, st.randoms(use_true_random=False))
def test_results_do_not_depend_on_row_order(printed, random):
    figures = some_figures(printed)
    shuffled = random.sample(figures, len(figures))
    found, again = system(*figures, cells=ASKED), system(*shuffled, cells=ASKED)

    def sets(of: System) -> set[frozenset[frozenset[Figure]]]:
        return {frozenset(frozenset(of.figures[i] for i in s) for s in options) for options in of.lightest_sets}

    def proof(of: System, cell: Cell) -> tuple:
        value, contested, *proofs = of.bound(cell)
        return value, contested, [{of.figures[i]: m for i, m in p.items()} for p in proofs]

    assert sets(found) == sets(again)
    for cell in ASKED:
        assert found.bound(cell)[:2] == again.bound(cell)[:2]
        if not found.given_up:
            assert proof(found, cell) == proof(again, cell)


# Small tables: two quarters, three purposes, no figure above 5. All their worlds are counted out, one by one.

SMALL = [Cell(p, code) for p in (*QUARTERS[:2], "2024-S1") for code in ("_T", *PURPOSES, "a+b")]
COUNTS = np.array(list(itertools.product(range(6), repeat=6)))
NAMES = list(itertools.product(QUARTERS[:2], PURPOSES))
READINGS = st.lists(
    st.tuples(st.sampled_from(SMALL), st.integers(0, 3), st.integers(0, 2), READERS),
    min_size=1, max_size=9, unique_by=lambda printed: printed[:3],
)  # fmt: skip


def counted(cell: Cell) -> np.ndarray:
    """The cell in each world."""
    codes = PURPOSES if cell.purpose == "_T" else cell.purpose.split("+")
    return COUNTS[:, [q in periods.quarters(cell.period) and code in codes for q, code in NAMES]].sum(axis=1)


def true_in(figures: list[Figure]) -> np.ndarray:
    """Which figures each world agrees with: booleans, shape (worlds, figures)."""
    sums = [counted(f.cell) for f in figures]
    return np.array([(f.value.low <= s) & (s <= f.value.high) for f, s in zip(figures, sums, strict=True)]).T


@settings(max_examples=300)
@given(READINGS, st.tuples(st.sampled_from(SMALL), st.sampled_from(SMALL)))
def test_lightest_sets_bounds_and_shares_are_those_of_all_worlds_counted_out(printed, share):
    figures = some_figures(printed)
    found, agree = system(*figures, cells=SMALL), true_in(figures)
    agreeing = agree @ [len(f.readers) for f in figures]
    best = agreeing == agreeing.max()
    lightest = {frozenset(map(int, np.flatnonzero(~kept))) for kept in np.unique(agree[best], axis=0)}
    assert lightest == {frozenset().union(*chosen) for chosen in itertools.product(*found.lightest_sets)}
    for cell in SMALL:
        low, high = found.bound(cell).value
        assert low == counted(cell)[best].min()
        assert high == (counted(cell)[best].max() if math.isfinite(high) else math.inf)
        assert math.isfinite(high) or counted(cell)[best].max() >= 5
    above, below = share
    total = found.bound(below).value
    if total.low > 0 and total.high < math.inf and found.bound(above).value.high < math.inf:
        shares = counted(above)[best] / counted(below)[best]
        assert found.ratio(above, below) == pytest.approx((shares.min(), shares.max()))


@settings(max_examples=80)
@given(READINGS)
def test_an_explanation_is_a_smallest_clash(printed):
    figures = some_figures(printed)
    found, agree = system(*figures, cells=SMALL), true_in(figures)

    def fit(together: set[int]) -> bool:
        return bool(agree[:, sorted(together)].all(axis=1).any())

    for i in found.given_up:
        _, others = explanations.clash(found, i)
        assert fit(others) and not fit(others | {i})
        for sets in itertools.product(*found.lightest_sets):
            kept = set(range(len(figures))).difference(*sets)
            if i not in kept:
                assert all(fit({i, *fewer}) for fewer in itertools.combinations(kept, len(others) - 1))
