"""Arithmetic in words, checked by hand."""

import pytest
from harvest import CLASH, QUARTERS, Cell, figure, system

from reconcile import explain
from reconcile.cells import Figure


def test_a_contested_figure_is_explained_by_hand_arithmetic():
    text, others = explain.clash(system(*CLASH), 0)
    assert text == (
        "2024-Q1 (153) + 2024-Q2 (213) make 366, but 2024-S1 is 370; even without 2024-S1 (370), "
        "2024-Q1 (153) + 2024-Q2 (213) + 2024-Q3 (365) + 2024-Q4 (382) make 1,113, but 2024 is 1,117"
    )
    assert others == {1, 2}


def test_a_rival_reading_is_named_with_its_readers():
    added = system(figure("2024-Q1", 62, "a", readers="MORNING EVENING"), figure("2024-Q1", 24, "a", readers="EVENING"))
    assert explain.clash(added, 1) == ("2024-Q1 a is 62 as read by EVENING and MORNING, 24 as read by EVENING", {0})


def test_a_crop_above_its_total_is_explained_by_what_includes_it():
    added = system(figure("2024-Q1", 5, readers="R S"), figure("2024-Q1", 7, "a"))
    assert explain.clash(added, 1)[0] == "2024-Q1 a is 7, but 2024-Q1, which includes more, is 5"


def test_figures_that_count_several_times_are_told_with_how_often():
    """Each of a, b and c is in two of the pairs, so that the pairs make twice the total."""
    pairs = [figure("2024-Q1", 2, crops, readers="R S") for crops in ("a+b", "a+c", "b+c")]
    assert explain.clash(system(*pairs, figure("2024-Q1", 4)), 3)[0] == (
        "2024-Q1 a+b (2) + 2024-Q1 a+c (2) + 2024-Q1 b+c (2) make 6, but 2 x 2024-Q1 (4) make 8"
    )
    assert explain.clash(system(*pairs, figure("2024-Q1", 2)), 3)[0] == (
        "2024-Q1 a+b (2) + 2024-Q1 a+c (2) + 2024-Q1 b+c (2) make 6, but 2 x 2024-Q1 (2) make 4"
    )


def test_a_figure_in_no_conflict_has_nothing_to_explain():
    with pytest.raises(ValueError, match="2024-Q1: nothing clashes with this figure"):
        explain.clash(system(figure("2024-Q1", 5)), 0)


def test_a_formula_says_how_an_end_follows_with_its_multipliers():
    """Each of a, b and c is in two of the pairs: the total is half of what the pairs make."""
    added = system(*(figure("2024-Q1", 2, crops) for crops in ("a+b", "a+c", "b+c")))
    assert added.bound(Cell("2024-Q1")).value == (3, 3)
    assert explain.formula(added, Cell("2024-Q1")) == "0.5 x 2024-Q1 a+b + 0.5 x 2024-Q1 a+c + 0.5 x 2024-Q1 b+c"


def shown(cell: Cell, *figures: Figure) -> str:
    return explain.formula(system(*figures), cell)


def test_of_several_proofs_the_shortest_is_shown():
    quarters = [figure(quarter, count) for quarter, count in zip(QUARTERS[:3], (1, 2, 3), strict=True)]
    year, half = figure("2024", 10), figure("2024-S2", 7)
    for order in ([*quarters, year, half], [half, year, *quarters]):
        assert shown(Cell("2024-Q4"), *order) == "2024-S2 - 2024-Q3"


def test_of_proofs_as_short_the_one_from_the_smallest_cells_is_shown():
    """Figures on larger cells have more readers, which count only after the size."""
    small = [figure("2024-Q1", 3, "a+b"), figure("2024-Q1", 2, "b")]
    large = [figure("2024-Q1", 9, readers="R S T"), figure("2024-Q1", 8, "b+c", readers="R S T")]
    for order in ([*small, *large], [*large, *small]):
        assert shown(Cell("2024-Q1", "a"), *order) == "2024-Q1 a+b - 2024-Q1 b"


def test_of_proofs_from_cells_as_small_the_one_with_most_readers_is_shown():
    for most, least in (("b", "c"), ("c", "b")):
        figures = [
            figure("2024-Q1", n, codes, readers="R S T" if code == most else "R")
            for code in (least, most)
            for codes, n in ((f"a+{code}", 5), (code, 4))
        ]
        assert shown(Cell("2024-Q1", "a"), *figures) == f"2024-Q1 a+{most} - 2024-Q1 {most}"


def test_intervals_are_explained_by_the_end_that_matters():
    added = system(figure("2024-S1", 10, readers="R S"), figure("2024-Q1", 6, high=8), figure("2024-Q2", 7, high=9))
    assert explain.clash(added, 1)[0].startswith(
        "2024-Q1 (6 to 8) + 2024-Q2 (7 to 9) make at least 13, but 2024-S1 is 10"
    )
