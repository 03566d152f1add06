"""Arithmetic in words, checked by hand."""

from harvest import CLASH, figure, system

from reconcile import explain


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


def test_intervals_are_explained_by_the_end_that_matters():
    added = system(figure("2024-S1", 10, readers="R S"), figure("2024-Q1", 6, high=8), figure("2024-Q2", 7, high=9))
    assert explain.clash(added, 1)[0].startswith(
        "2024-Q1 (6 to 8) + 2024-Q2 (7 to 9) make at least 13, but 2024-S1 is 10"
    )
