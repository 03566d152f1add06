"""Rival explanations carry numbers that the figures give."""

import pytest

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import rivals
from notebook_reports import cite as provenance


@pytest.fixture(scope="module")
def table(cells, visas, figures, assumed):
    return rivals.rivals(cells, visas, figures, assumed, "2024").map(provenance.plain)


@pytest.mark.parametrize(
    ("explanation", "numbers"),
    [
        ("Soldiers", ["10,000-12,000", "7,887", "3,765", "2024-10-01", "5,450"]),
        ("Real students", ["125 to 315", "6,627 to 7,887"]),
        ("More places for students", ["45 to 55 (2024)", "100 (2025)", "170 (2026)", "680"]),
        ("Few people who cross often", ["1,972", "8,617", "7,887"]),
        ("Officers who code purposes otherwise", ["332", "3,765", "1,364", "1,498", "did not fall"]),
    ],
)
def test_numbers_of_each_explanation(table, explanation, numbers):
    text = " ".join(table.loc[explanation])
    assert all(number in text for number in numbers)


def test_what_the_year_says_nothing_of_is_left_out(cells, visas, figures, assumed):
    found = rivals.rivals(cells, visas, figures[figures["series"] != "troops_estimate"], assumed, "2024")
    assert "Soldiers" not in found.index


def test_other_purposes_that_fell_are_not_said_to_have_stayed(entries, visas, figures, assumed):
    changed = entries.copy()
    own = (changed["series"] == "border_entries") & (changed["nationality"] == "PRK") & (changed["transport"] == "_T")
    changed.loc[own & (changed["period"] == "2024-Q3") & (changed["purpose"] == "_T"), ["low", "high"]] = 4000
    found = rivals.rivals(Cells(changed), visas, figures, assumed, "2024")
    assert "did not fall" not in found.loc["Officers who code purposes otherwise", "against it"]
