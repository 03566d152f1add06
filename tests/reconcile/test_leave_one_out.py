"""What changes without a place in print is what a table without its row says."""

import math

from harvest import QUARTERS, UNSHRUNK, Cell, figure, system
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import leave_one_out
from reconcile.cells import Figure
from reconcile.intervals import Interval

CELLS = [Cell(period, crop) for period in (*QUARTERS[:2], "2024-S1") for crop in ("_T", "a", "b")]
PLACES = st.lists(
    st.tuples(st.sampled_from(CELLS), st.integers(0, 6), st.integers(0, 2), st.sampled_from("RST")),
    min_size=1, max_size=7,
)  # fmt: skip


def distinct(places: dict[str, tuple]) -> list[Figure]:
    """The figures of some places in print: cell, least value, width and reader, by their names."""
    alike: dict[tuple, list[str]] = {}
    for place, printed in places.items():
        alike.setdefault(printed[:3], []).append(place)
    figures = []
    for (cell, low, width), names in alike.items():
        readers = frozenset(places[name][3] for name in names)
        figures.append(Figure(cell, Interval(low, low + width), readers, ("S",), tuple(names)))
    return figures


@settings(UNSHRUNK, max_examples=30)
@given(PLACES)
def test_changes_are_those_of_a_table_without_the_row(printed):
    places = {f"F{number}": place for number, place in enumerate(printed)}
    whole = system(*distinct(places), cells=CELLS)
    known = {cell: whole.bound(cell).value for cell in CELLS}
    found = list(leave_one_out.changes(whole, known, {name: place[3] for name, place in places.items()}))
    expected = []
    for left_out in places:
        others = {name: place for name, place in places.items() if name != left_out}
        without = system(*distinct(others), cells=CELLS)
        for cell in CELLS:
            value = without.bound(cell).value
            if value != known[cell]:
                expected.append((left_out, cell, value))
    assert sorted(found) == sorted(expected)


def test_a_second_place_of_the_same_reader_changes_nothing():
    twice = Figure(Cell("2024-Q1"), figure("2024-Q1", 5).value, frozenset("R"), ("S",), ("F1", "F2"))
    once = figure("2024-Q2", 3)
    whole = system(twice, once)
    known = {cell: whole.bound(cell).value for cell in (Cell("2024-Q1"), Cell("2024-Q2"))}
    assert list(leave_one_out.changes(whole, known, {"F1": "R", "F2": "R", "F": "R"})) == [
        ("F", Cell("2024-Q2"), (0, math.inf))
    ]
