"""Figures added up on small tables checked by hand."""

import itertools
import math

import pytest
from harvest import CLASH, PARTS, QUARTERS, Cell, figure, given_up, system

from reconcile import explain, hitting_sets, periods, solver
from reconcile.cells import AccountingError
from reconcile.system import System


def test_a_quarter_nobody_printed_follows_from_the_year():
    added = system(*(figure(q, n) for q, n in zip(QUARTERS, (1, 2, 3), strict=False)), figure("2024", 10))
    assert added.bound(Cell("2024-Q4")).value == (4, 4)
    proof = added.greatest(Cell("2024-Q4")).proof
    assert {added.figures[i].cell.period: m for i, m in proof.items()} == {
        "2024": 1, "2024-Q1": -1, "2024-Q2": -1, "2024-Q3": -1,
    }  # fmt: skip


def test_the_multipliers_of_figures_alone_prove_a_bound_where_no_halves_are_in_the_way():
    added = system(figure("2024-Q1", 3, high=5), figure("2024-S1", 10))
    assert added.least(Cell("2024-Q2")).proved and added.greatest(Cell("2024-Q2")).proved
    assert not system(*(figure("2024-Q1", 0, name, high=n) for name, n in PAIRS)).greatest(Cell("2024-Q1")).proved


def test_exact_figures_that_fit_at_once_are_settled_and_their_sums_known_without_the_solver():
    added = system(figure("2024-Q1", 10), figure("2024-Q1", 3, "a"), figure("2024-Q1", 4, "b"))
    assert added.bound(Cell("2024-Q1", "b+c")).value == (7, 7)
    assert not any("highs" in vars(component.programme) for component in added.components.values())
    assert system(figure("2024-Q1", 1), figure("2024-Q1", 3, "a")).given_up, "the others would be below zero"


def test_a_sum_is_bounded_as_a_whole_not_by_its_parts():
    added = system(figure("2024-S1", 10), figure("2024-Q1", 3, high=5), figure("2024-Q2", 5, high=7))
    assert added.bound(Cell("2024-Q1")).value == (3, 5)
    assert added.bound(Cell("2024-S1")).value == (10, 10)


def test_what_nothing_limits_has_no_upper_bound():
    added = system(figure("2024-Q1", 5, high=math.inf))
    assert added.bound(Cell("2024-Q1")).value == (5, math.inf)


def test_what_a_rejected_figure_alone_limited_has_no_upper_bound():
    """From its last answer to this question HiGHS 1.15 finds no way: it is asked again from scratch."""
    added = system(figure("2024-Q1", 0, high=1), figure("2024-Q1", 1, "a", readers="R S"), figure("2024", 0))
    assert given_up(added) == [frozenset({2})]
    assert [added.bound(Cell(p)).value for p in (*QUARTERS, "2024")] == [(1, 1), *[(0, math.inf)] * 3, (1, math.inf)]


def test_clashes_that_do_not_touch_are_told_apart_in_any_order():
    """The year is 0, so the first quarter's rival reading clashes with it as well, but decides nothing about it."""
    rival, second, year = figure("2024-Q1", 1, "a"), figure("2024-Q2", 1), figure("2024", 0)
    for order in itertools.permutations([figure("2024-Q1", 0), figure("2024-Q1", 0, "a"), rival, second, year]):
        sets = [[{order[i] for i in given_up} for given_up in options] for options in system(*order).lightest_sets]
        assert sorted(sets, key=len) in ([[{rival}], [{second}, {year}]], [[{rival}], [{year}, {second}]])


def test_equally_light_readings_are_all_kept_and_the_cells_contested():
    """153 + 213 = 366, but the half-year is 370, and 370 + 365 + 382 is the year's 1,117."""
    added = system(*CLASH)
    assert {added.figures[i].cell.period for given_up in given_up(added) for i in given_up} == {"2024-Q1", "2024-Q2"}
    q1, half = added.bound(Cell("2024-Q1")), added.bound(Cell("2024-S1"))
    assert (q1.value, q1.contested) == ((153, 157), True)
    assert (half.value, half.contested) == ((370, 370), False)


def test_readers_weigh_and_not_papers():
    added = system(figure("2024-Q1", 62, "a", readers="MORNING EVENING"), figure("2024-Q1", 24, "a", readers="EVENING"))
    assert given_up(added) == [frozenset({1})]
    assert added.bound(Cell("2024-Q1", "a")).value == (62, 62)


def test_carriers_add_up_to_the_total():
    carriers = [figure("2024-Q1", n, carrier=t) for t, n in (("air", 5), ("rail", 3), ("ship", 2), ("walk", 0))]
    added = system(*carriers, figure("2024-Q1", 12), cells=[Cell("2024-Q1", carrier="car")])
    assert added.bound(Cell("2024-Q1", carrier="car")).value == (2, 2)


def test_a_total_below_one_of_its_crops_is_reported_not_refused():
    added = system(figure("2024-Q1", 5), figure("2024-Q1", 7, "a"))
    assert sorted(given_up(added), key=sorted) == [frozenset({0}), frozenset({1})]


def test_a_crop_that_is_not_in_the_list_is_refused():
    with pytest.raises(AccountingError, match="z was not collected in 2024-Q1"):
        system(figure("2024-Q1", 5, "z"))


def test_a_period_not_made_of_quarters_is_refused():
    with pytest.raises(periods.PeriodError):
        system(figure("2024-04", 5))


def test_a_crop_list_with_a_code_twice_is_refused():
    with pytest.raises(AccountingError, match="2024-Q1 a: the code stands twice"):
        System.of([figure("2024-Q1", 5)], [], [lambda quarter: ("a", "b", "a")])


# Limits: an answer, or a stop that says what is proven.


def test_independent_clashes_do_not_multiply():
    """Sixty quarters of one connected table, each with two rivals: 4 to the power of 60 ways, told as 60 times 4."""
    figures = [figure("2010-01-01/2024-12-31", 0, "c", high=10**6)]
    for quarter in periods.span("2010", "2024"):
        figures += [figure(quarter, n, name) for n, name in ((100, "_T"), (5, "a"), (6, "a"), (7, "b"), (9, "b"))]
    added = system(*figures)
    assert len(added.components) == 1
    assert [len(sets) for sets in added.lightest_sets] == [4] * 60
    assert added.bound(Cell("2010-01-01/2024-12-31", "a")).value == (60 * 5, 60 * 6)
    assert added.bound(Cell("2010-01-01/2024-12-31", "c")).value == (60 * (100 - 6 - 9), 60 * (100 - 5 - 7))


def test_clashes_that_depend_on_each_other_are_told_together():
    """Each crop of the first quarter has two readings, and the total admits only one reading of both."""
    rivals = [figure("2024-Q1", n, name) for name in ("a", "b") for n in (1, 2)]
    added = system(*rivals, figure("2024-Q1", 3, readers="R S T"), figure("2024-Q1", 0, "c", readers="R S T"))
    assert sorted(map(sorted, added.lightest_sets[0])) == [[0, 3], [1, 2]]
    assert added.bound(Cell("2024-Q1", "a")).value == (1, 2)
    assert added.bound({Cell("2024-Q1", "a"): 1, Cell("2024-Q1", "b"): 1}).value == (3, 3)


def test_a_set_that_does_not_let_the_rest_hold_is_never_listed():
    """Giving up a = 3 is as light as giving up both the total and c, but leaves 1 + 3 tonnes in a half-year of 3."""
    added = system(
        figure("2024-Q1", 3, "a", readers="R S"), figure("2024-S1", 2, high=3, readers="R S"),
        figure("2024-Q1", 1), figure("2024-Q2", 3, "c", high=4),
    )  # fmt: skip
    assert added.lightest_sets == [[frozenset({2, 3})]]


def test_a_thousand_readings_of_one_cell_stop_with_what_is_proven():
    with pytest.raises(AccountingError, match="2024-Q1 is printed in 1000 ways, so 999 readers or more are wrong"):
        system(*(figure("2024-Q1", n) for n in range(1000)))


def test_a_thousand_contradictory_figures_in_pairs_have_an_answer():
    cells = [(q, name) for q in periods.span("1900", "2024") for name in ("a", "b")][:500]
    added = system(*(figure(quarter, n, name) for quarter, name in cells for n in (5, 6)))
    assert [len(sets) for sets in added.lightest_sets] == [2] * 500


def test_a_tangle_beyond_the_limit_stops_with_what_is_proven():
    """Every quarter of ten years says 1 and every year 0: one figure of each pair must go."""
    quarters = [figure(q, 1, readers="R S T") for q in periods.span("2010", "2024")]
    years = [figure(f"{year}-S{half}", 0, readers="R S T") for year in range(2010, 2025) for half in (1, 2)]
    with pytest.raises(AccountingError, match=r"weighs more than 24; clashes found: \d+, which prove .*: \d+ or more"):
        system(*quarters, *years, figure("2010-01-01/2024-12-31", 7, readers="R S T"))


def test_too_many_equally_light_sets_stop_with_a_message():
    """Eight quarters say 1 each, and their sum is 4: any four of them can go, in 70 ways."""
    total = figure("2023-01-01/2024-12-31", 4, readers="A B C D E")
    with pytest.raises(AccountingError, match="more than 64 equally light sets to give up, of weight 4"):
        system(total, *(figure(quarter, 1) for quarter in periods.span("2023", "2024")))


def test_a_search_of_too_many_steps_stops_with_a_message(monkeypatch):
    monkeypatch.setattr(hitting_sets, "MAX_STEPS", 1)
    with pytest.raises(
        AccountingError, match=r"not found in 1 steps; clashes found: 1, which prove .* wrong: 1 or more"
    ):
        system(figure("2024-Q1", 1), figure("2024-Q1", 5, "a"), figure("2024-Q1", 6, "b"))


# Whole numbers: where a linear programme leaves halves.

PAIRS = (("a+b", 1), ("b+c", 1), ("a+c", 1))


def test_figures_that_only_halves_would_fit_contradict_each_other():
    """a + b = b + c = a + c = 1 has the single solution 1/2, 1/2, 1/2."""
    added = system(*(figure("2024-Q1", n, name) for name, n in PAIRS))
    assert sorted(given_up(added), key=sorted) == [frozenset({i}) for i in range(3)]
    assert not System.of(added.figures.values(), [], PARTS, whole=False).given_up
    assert explain.clash(added, 0)[0].startswith("no whole numbers fit these together")


def test_a_search_for_whole_numbers_that_takes_too_long_says_what_is_proven(monkeypatch):
    monkeypatch.setattr(solver, "MAX_NODES", 0)
    with pytest.raises(AccountingError, match="real numbers fit the figures, but 0 steps do not settle"):
        system(*(figure("2024-Q1", n, name) for name, n in PAIRS))


def test_a_bound_is_reached_by_whole_numbers():
    """At most one of each two: halves would make 3/2 in all, whole numbers 1."""
    figures = [figure("2024-Q1", 0, name, high=n) for name, n in PAIRS]
    assert system(*figures).bound(Cell("2024-Q1")).value == (0, 1)
    relaxed = System.of(figures, [], PARTS, whole=False)
    assert relaxed.bound(Cell("2024-Q1")).value == pytest.approx((0, 1.5))


# Shares.


def test_a_share_is_bounded_as_a_whole():
    """Two crops of 10 to 20 tonnes: a share of 10/30 to 20/30, not 10/40 to 20/20."""
    added = system(figure("2024-Q1", 10, "a", high=20), figure("2024-Q1", 10, "b", high=20), figure("2024-Q1", 0, "c"))
    assert added.ratio(Cell("2024-Q1", "a"), Cell("2024-Q1")) == pytest.approx((10 / 30, 20 / 30))


def test_a_ratio_is_sought_until_no_table_makes_it_greater():
    """Nine a and two b at least, all of them in the first quarter: 11 to 2. With twelve b it would be 21 to 12."""
    added = system(figure("2024-S1", 9, "a"), figure("2024-S1", 2, "b", high=12))
    assert added.ratio(Cell("2024-Q1", "a+b"), Cell("2024-S1", "b")) == (0, 5.5)


def test_a_share_of_what_can_be_nothing_or_has_no_limit_is_refused():
    added = system(figure("2024-Q1", 10, "a", high=20), figure("2024-Q2", 0, high=5))
    with pytest.raises(ZeroDivisionError, match="can be 0"):
        added.ratio(Cell("2024-Q2", "a"), Cell("2024-Q2"))
    with pytest.raises(OverflowError, match="no figure limits"):
        added.ratio(Cell("2024-Q1", "a"), Cell("2024-Q1"))


def test_a_difference_of_readings_that_exclude_each_other_is_never_taken():
    """The first quarter is 153 or 157, and the second makes up the rest: both grow by the same reading."""
    added = system(*CLASH)
    q1, q2 = Cell("2024-Q1"), Cell("2024-Q2")
    assert added.bound({q1: 1, q2: 1}).value == (370, 370)
    assert added.bound({q2: 1, q1: -1}).value == (213 - 157, 217 - 153)
    assert added.ratio(q2, q1) == pytest.approx((213 / 157, 217 / 153))


# Without a figure.


def test_a_system_without_a_figure_forgets_that_it_was_given_up():
    """153 + 213 = 366, but the half-year is 370: without the first quarter nothing clashes."""
    before = system(*CLASH)
    assert before.given_up == {0, 1}
    after = before.without(0)
    assert (after.given_up, after.rejected, after.lightest_sets) == (frozenset(), frozenset(), [])
    assert list(after.figures) == [1, 2, 3, 4, 5]
    assert after.bound(Cell("2024-Q1")).value == (157, 157)
    assert before.bound(Cell("2024-Q1")).value == (153, 157)


def test_a_system_with_more_readers_of_a_figure_gives_up_another():
    after = system(*CLASH).without(0, figure("2024-Q1", 153, readers="R S"))
    assert after.rejected == {1}
    assert after.bound(Cell("2024-Q2")).value == (217, 217)
