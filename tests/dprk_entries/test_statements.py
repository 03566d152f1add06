"""Every sentence that may be quoted is computed: a changed figure changes or withdraws it."""

import pandas as pd
import pytest

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import laundering_table as estimates
from dprk_entries.study import statements
from notebook_reports import cite as provenance
from reconcile.intervals import Interval


@pytest.fixture
def lists(entries, assumed, assumed_by):
    """What can and what cannot be said when a cell of 2024, or of another period, holds another count, or another
    range is assumed."""

    def both(changed=None, **ranges) -> tuple[list[str], pd.DataFrame]:
        table = entries.copy()
        for (series, period, purpose), count in (changed or {}).items():
            own = (table["series"] == series) & (table["nationality"] == "PRK") & (table["transport"] == "_T")
            table.loc[own & (table["period"] == period) & (table["purpose"] == purpose), ["low", "high"]] = count
        cells, visas, own = Cells(table), Cells(table, series="consular_visas"), assumed._replace(**ranges)
        results = estimates.table(cells, visas, "2024", [], own, "2019", assumed_by)
        can = statements.sayable(results, cells, visas, own, "2024", "2019", "2025-Q1")
        cannot = statements.unsayable(results, cells, visas, own, "2024", "2025-Q1")
        return list(can["sentence"].map(provenance.plain)), cannot.map(provenance.plain)

    return both


@pytest.fixture
def said(lists):
    return lambda changed=None, **ranges: lists(changed, **ranges)[0]


@pytest.fixture
def unsaid(lists):
    return lambda changed=None, **ranges: lists(changed, **ranges)[1].agg(" ".join, axis="columns").to_list()


def test_the_sentences_of_the_year(said):
    numbers = ["7,887 (60 %)", "58 % ", "84 % ", "12.5 times", "986 students", "1,657 to 7,887", "92 % ", "or 68"]
    numbers += ["3 of 295", "from 69 % in 2024-Q4 to 1 % in 2025-Q1", "0.03 times"]
    sentences = said()
    assert len(sentences) == len(numbers)
    for number, sentence in zip(numbers, sentences, strict=True):
        assert number in sentence


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ({("border_entries", "2024", "education"): 7000}, {0, 1, 2, 3, 4, 5}),
        ({("border_entries", "2024", "_T"): 14000}, {0}),
        ({("border_entries", "2019", "education"): 3500}, {1}),
        ({("consular_visas", "2024", "education"): 7000}, {6, 7}),
        ({("consular_visas", "2024", "official"): 60}, {7}),
        ({("border_entries", "2025-Q1", "education"): 9}, {8, 9, 10}),
        ({("border_entries", "2025-Q1", "_T"): 300}, {8}),
        ({("border_entries", "2024-Q4", "education"): 3000}, {9}),
    ],
)
def test_a_changed_figure_changes_the_sentences_on_it_and_no_other(said, changed, touched):
    before, after = said(), said(changed)
    assert {i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]} == touched


def test_a_sentence_that_is_carried_no_more_is_withdrawn(said):
    assert not any("more than study can be" in s for s in said({("border_entries", "2024", "education"): 1000}))
    many = said(students=Interval(125, 1500))
    assert any("58 %" in s for s in many) and not any("half of" in s or "84 %" in s for s in many)
    assert not any("more than students need" in s for s in said(students=Interval(125, 5000)))


def test_no_students_and_no_crossings_print_no_infinite_number(said):
    for sentence in said(students=Interval(0, 0), entries_per_student=Interval(0, 0)):
        assert "inf" not in sentence and "nan" not in sentence


def test_what_cannot_be_said_comes_with_what_the_figures_allow(unsaid):
    numbers = [("7,887 North Koreans", "1,972 to 7,887 persons"), ("7,887 labourers", "up to 7,887", "4,637 to 7,887")]
    numbers += [
        ("Only 15 entries", "5,319 entries"),
        ("No work visas", "68 more"),
        ("after 2025-Q1", "2025-Q2 on, figures were not published"),
    ]
    sentences = unsaid()
    assert len(sentences) == len(numbers)
    for found, sentence in zip(numbers, sentences, strict=True):
        assert all(number in sentence for number in found)


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ({("border_entries", "2024", "education"): 7000}, {0, 1, 2}),
        ({("border_entries", "2024", "work"): 20}, {2}),
        ({("border_entries", "2019", "education"): 3500}, {1}),
        ({("consular_visas", "2024", "official"): 60}, {3}),
    ],
)
def test_a_changed_figure_changes_what_cannot_be_said(unsaid, changed, touched):
    before, after = unsaid(), unsaid(changed)
    assert {i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]} == touched


@pytest.mark.parametrize(
    ("changed", "ranges", "withdrawn"),
    [
        ({}, {"entries_per_person": Interval(1, 1)}, "North Koreans entered"),
        ({("consular_visas", "2024", "official"): 0}, {}, "work visas"),
        ({("border_entries", "2024", "_T"): 7902}, {}, "for work."),
        ({("border_entries", "2025-Q2", "_T"): 0}, {}, "Nobody"),
    ],
)
def test_what_the_figures_speak_against_no_more_is_withdrawn(unsaid, changed, ranges, withdrawn):
    assert any(withdrawn in sentence for sentence in unsaid())
    assert not any(withdrawn in sentence for sentence in unsaid(changed, **ranges))
