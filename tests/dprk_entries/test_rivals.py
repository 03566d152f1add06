"""Rival explanations carry numbers that the figures give."""

import pytest

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import rivals


@pytest.fixture(scope="module")
def table(cells, visas, figures, assumed, plain):
    return plain(rivals.rivals(cells, visas, figures, assumed, "2024"))


@pytest.mark.parametrize(
    ("explanation", "numbers"),
    [
        ("Soldiers", ["10,000-12,000", "6,000", "3,000 education entries came in 2024-Q3", "2024-10-08", "3,500"]),
        ("Real students", ["100 to 250", "5,000 to 6,000"]),
        ("More places for students", ["50 (2024), then 100 (2025)", "400 entries a year"]),
        ("Few people who cross often", ["1,500 persons", "7,000 study visas", "6,000"]),
        ("Officers who code purposes otherwise", ["970", "3,000", "from 530 to 1,500", "did not fall"]),
    ],
)
def test_numbers_of_each_explanation(table, explanation, numbers):
    text = " ".join(table.loc[explanation])
    assert all(number in text for number in numbers), text


def test_soldiers_who_came_before_the_entries_are_not_spoken_against(cells, visas, figures, assumed, plain):
    """The estimate begins within the third quarter, and is less than all entries of the fourth."""
    troops = figures["series"] == "troops_estimate"
    earlier = figures.assign(
        period=figures["period"].where(~troops | ~figures["period"].str.contains("/"), "2024-09-30/2024-12-31"),
        low=figures["low"].where(~troops, 3000.0),
    )
    table = plain(rivals.rivals(cells, visas, earlier, assumed, "2024"))
    assert table.loc["Soldiers", "against it"] == "No figure speaks against it"


def test_what_the_year_says_nothing_of_is_left_out(cells, visas, figures, assumed):
    found = rivals.rivals(cells, visas, figures[figures["series"] != "troops_estimate"], assumed, "2024")
    assert "Soldiers" not in found.index


def test_other_purposes_that_fell_are_not_said_to_have_stayed(entries, visas, figures, assumed):
    changed = entries.copy()
    own = (changed["series"] == "border_entries") & (changed["nationality"] == "PRK") & (changed["transport"] == "_T")
    changed.loc[own & (changed["period"] == "2024-Q3") & (changed["purpose"] == "_T"), ["low", "high"]] = 3500
    found = rivals.rivals(Cells(changed), visas, figures, assumed, "2024")
    assert "did not fall" not in found.loc["Officers who code purposes otherwise", "against it"]
