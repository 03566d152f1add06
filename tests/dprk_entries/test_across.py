"""What cannot all be beyond the sums of one series and nationality. By hand."""

import pandas as pd
import pytest

from dprk_entries.entries import across, reconciliation

READERS = {"A1": "A", "A2": "A", "A3": "A", "B1": "B", "C1": "C"}


def figures(*rows: tuple) -> pd.DataFrame:
    """Printed figures: source, series, nationality, period, purpose, low, and perhaps high."""
    columns = ["source_id", "series", "nationality", "period", "purpose", "low", "high"]
    table = pd.DataFrame([row if len(row) == 7 else (*row, row[-1]) for row in rows], columns=columns)
    units = {"border_entries": "crossings", "residence_registrations": "registrations"}
    return table.assign(
        observation_id=[f"F{number}" for number in range(1, len(rows) + 1)],
        transport="_T",
        as_stated="as printed",
        qualifier="exact",
        unit=table["series"].map(units).fillna("permits"),
        reader=table["source_id"].map(READERS),
    )


@pytest.fixture
def conflicts(raw):
    """Conflicts of a table of figures: by id, its verdict and why."""
    sources = pd.DataFrame({"source_id": READERS.keys(), "read_by": READERS.values()})

    def of(*rows: tuple) -> dict[str, tuple[str, str]]:
        _, found = reconciliation.reconcile(figures(*rows), sources, raw["purposes"])
        return {row.observation_id: (row.verdict, row.because) for row in found.itertuples()}

    return of


ENTRIES = ("border_entries", "PRK", "2024", "_T")
PERMITS = ("work_permits_issued", "PRK", "2024", "work")
REGISTERED = "residence_registrations", "PRK"


def test_of_papers_that_relay_one_reader_most_decide(conflicts):
    found = conflicts(("A1", *ENTRIES, 3098), ("A2", *ENTRIES, 3098), ("A3", *ENTRIES, 3089))
    assert found == {"F3": ("rejected", "of the papers that relay A, 2 print 3,098, 1 prints 3,089")}


def test_most_papers_decide_between_exact_and_rounded_values_of_one_reader(conflicts):
    found = conflicts(("A1", *ENTRIES, 3098), ("A2", *ENTRIES, 3050, 3150), ("A3", *ENTRIES, 400))
    assert found == {"F3": ("rejected", "of the papers that relay A, 2 print 3,098, 1 prints 400")}


def test_where_as_many_papers_print_each_nobody_is_right(conflicts):
    found = conflicts(("A1", *ENTRIES, 3098), ("A2", *ENTRIES, 3089))
    assert [verdict for verdict, _ in found.values()] == ["contested", "contested"]


def test_papers_do_not_decide_against_another_reader_or_across_cells(conflicts):
    others = [("A1", *ENTRIES, 3098), ("A2", *ENTRIES, 3098), ("B1", *ENTRIES, 3089)]
    assert [verdict for verdict, _ in conflicts(*others).values()] == ["contested"] * 3
    parts = [("A1", *ENTRIES, 10), ("A2", *ENTRIES, 10), ("A3", "border_entries", "PRK", "2024-Q1", "_T", 20)]
    assert [verdict for verdict, _ in conflicts(*parts).values()] == ["contested"] * 3


def test_one_count_of_any_series_in_two_papers_is_compared(conflicts):
    found = conflicts(("A1", *PERMITS, 100), ("B1", *PERMITS, 120), ("C1", *PERMITS, 90, 110))
    assert set(found) == {"F1", "F2", "F3"}
    assert found["F2"] == ("contested", "2024 work is 90 to 110 or 100 or 120 in different papers")
    assert conflicts(("A1", *PERMITS, 100), ("A1", *PERMITS, 120), ("B1", *PERMITS, 100, 120)) == {}  # one paper, both


def test_a_part_is_at_most_its_whole_and_parts_together_are(conflicts):
    year, quarter = (*REGISTERED, "2020", "education"), (*REGISTERED, "2020-Q1", "education")
    found = conflicts(("A1", *year, 5), ("B1", *quarter, 7))
    assert found["F1"] == ("contested", "2020-Q1 education is 7, but 2020 education, which includes it, is 5")
    assert set(found) == {"F1", "F2"}
    total, tourism = (*REGISTERED, "2020", "_T"), (*REGISTERED, "2020", "tourism")
    _, because = conflicts(("A1", *total, 10), ("B1", *year, 6), ("B1", *tourism, 5))["F1"]
    assert because == ("2020 education (6) + 2020 tourism (5) make at least 11, but 2020, which includes them, is 10")
    assert conflicts(("A1", *total, 11), ("B1", *year, 6), ("B1", *tourism, 5)) == {}


def test_purposes_and_modes_are_not_added_to_each_other():
    table = figures(("A1", *REGISTERED, "2020", "_T", 10), ("B1", *REGISTERED, "2020", "education", 6))
    by_air = table.tail(1).assign(purpose="_T", transport="air", observation_id="F9")
    table = pd.concat([table, by_air], ignore_index=True)
    assert across.clashes(table, table) == []


def test_permits_held_in_a_part_of_a_year_may_exceed_those_at_another_time(conflicts):
    held = "work_permit_holders", "PRK"
    assert conflicts(("A1", *held, "2018", "work", 5), ("B1", *held, "2018-Q1", "work", 7)) == {}


def test_one_nationality_is_at_most_all_for_each_purpose(conflicts):
    study = "border_entries", "2024", "education"
    found = conflicts(("A1", study[0], "_T", *study[1:], 100), ("B1", study[0], "PRK", *study[1:], 7887))
    because = "PRK make at least 7,887 in 2024 education, but all nationalities are 100"
    assert found == {"F1": ("contested", because), "F2": ("contested", because)}


def test_nationalities_together_are_at_most_all_and_the_total_is_told(conflicts):
    of = [("B1", "border_entries", country, "2024", "_T", 60) for country in ("CHN", "PRK")]
    found = conflicts(("A1", "border_entries", "_T", "2024", "_T", 100), *of)
    assert found == {
        "F1": ("contested", "2 nationalities together make at least 120 in 2024, but all nationalities are 100")
    }


def test_the_comparisons_tell_each_figure_what_it_clashes_with():
    table = figures(("A1", *REGISTERED, "2020", "_T", 5), ("B1", *REGISTERED, "2020-Q1", "_T", 7))
    counts = table.assign(status="reported")
    found = across.clashes(counts, table)
    assert [(clash.of[2], {count[2] for count in clash.against}) for clash in found] == [
        ("2020", {"2020-Q1"}),
        ("2020-Q1", {"2020"}),
    ]
