"""Every sentence that may be quoted is computed: a changed figure changes or withdraws it."""

import math

import pandas as pd
import pytest

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import statements
from reconcile.intervals import Interval


@pytest.fixture
def lists(entries, figures, assumed, notebooks, plain):
    """What can and what cannot be said when a cell of 2024, or of another period, holds another count, or another
    range is assumed."""

    def both(changed=None, present=None, **ranges) -> tuple[pd.DataFrame, pd.DataFrame]:
        table = entries.copy()
        for (series, period, purpose), count in (changed or {}).items():
            own = (table["series"] == series) & (table["nationality"] == "PRK") & (table["transport"] == "_T")
            table.loc[own & (table["period"] == period) & (table["purpose"] == purpose), ["low", "high"]] = count
        cells, visas, own = Cells(table), Cells(table, series="consular_visas"), assumed._replace(**ranges)
        results = notebooks.laundering(table, None, own, first_quarter="2024-Q4", last_quarter="2025-Q1")
        known = figures if present is None else pd.concat([figures, present])
        can = plain(statements.sayable(results, cells, visas, known, own, "2024", "2019", "2025-Q1"))
        cannot = plain(statements.unsayable(results, cells, visas, own, "2024", "2019", "2025-Q1"))
        return can, cannot

    return both


@pytest.fixture
def said(lists):
    return lambda *changed, **ranges: list(lists(*changed, **ranges)[0]["sentence"])


@pytest.fixture
def unsaid(lists):
    return lambda changed=None, **ranges: lists(changed, **ranges)[1].agg(" ".join, axis="columns").to_list()


def test_the_sentences_of_the_year(said):
    numbers = ["6,000 (60 %)", "65 % ", "83 % ", "12 times", "750 students", "1,250 to 6,000", "92 % "]
    numbers += ["998 of the 7,000 study visas", "or 60", "2 of 200", "from 57 % in 2024-Q4 to 1 % in 2025-Q1"]
    numbers += ["education is 61 % of the fall; all others together fell by 87 %", "0.02 times"]
    sentences = said()
    assert len(sentences) == len(numbers)
    for number, sentence in zip(numbers, sentences, strict=True):
        assert number in sentence


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ({("border_entries", "2024", "education"): 5000}, {0, 1, 2, 3, 4, 5, 7}),
        ({("border_entries", "2024", "_T"): 12000}, {0}),
        ({("border_entries", "2019", "education"): 2500}, {1}),
        ({("consular_visas", "2024", "education"): 6200}, {6, 7, 8}),
        ({("consular_visas", "2024", "official"): 70}, {8}),
        ({("border_entries", "2025-Q1", "education"): 10}, {7, 9, 10, 11, 12}),
        ({("border_entries", "2025-Q1", "_T"): 190}, {9, 11}),  # 2 of them are 1 % all the same
        ({("border_entries", "2024-Q4", "education"): 3000}, {10, 11}),
    ],
)
def test_a_changed_figure_changes_the_sentences_on_it_and_no_other(said, changed, touched):
    before, after = said(), said(changed)
    assert {i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]} == touched


def test_a_sentence_that_is_carried_no_more_is_withdrawn(said):
    assert not any("more than study accounts for" in s for s in said({("border_entries", "2024", "education"): 1000}))
    many = said(students_second_half=Interval(150, 1500))
    assert any("65 %" in s for s in many) and not any("half of" in s or "83 %" in s for s in many)
    assert not any("more than students need" in s for s in said(students_second_half=Interval(150, 5000)))


def test_students_that_need_not_have_grown_in_number_are_not_said_to_have(unsaid):
    assert not any("more. On" in sentence for sentence in unsaid(students_first_half=Interval(100, 150)))


def test_visas_that_entries_can_have_used_up_are_not_said_to_be_unused(said):
    assert not any("served none of its" in s for s in said({("consular_visas", "2024", "education"): 6002}))


def test_other_entries_that_did_not_fall_are_not_said_to_have_fallen(said):
    assert any("all others together fell" in s for s in said())
    assert not any("all others together fell" in s for s in said({("border_entries", "2025-Q1", "_T"): 1600}))


def test_the_last_quarter_is_set_beside_the_students_of_its_own_academic_year(lists):
    """Two education entries by at least 150 students of 2024/25, not by the 100 of the year before."""
    last = lists(students_second_half=Interval(10, 150))[0].iloc[-1]
    assert "at most 0.2 times" in last["sentence"] and "10 to 150" in last["assumes"]


def test_people_counted_in_one_region_are_a_line_of_their_own(lists, figures):
    """Were there 619 students: 619 x 4 entries leave 58 % of 6,000; with 1,500 none need be left."""
    row = figures[figures["series"] == "enrolled_students"].head(1)
    row = row.assign(series=statements.PRESENT, period="2020-07-20", as_stated="619", low=619.0, high=619.0)
    (said,) = [s for s in lists(present=row)[0]["sentence"] if "Primorye" in s]
    assert "619 students" in said and "2020-07-20" in said and "58 %" in said
    assert not any("Primorye" in s for s in lists(present=row.assign(high=1500.0))[0]["sentence"])


def test_what_a_sentence_assumes_names_the_students_of_each_academic_year_or_that_none_are_stated(lists):
    assumed = lists()[0]["assumes"]
    assert "students: 100 in 2023/24 and 150 in 2024/25" in assumed.iloc[2]
    unknown = lists(students_first_half=Interval(0, math.inf))[0]["assumes"]
    assert not any("inf" in text for text in unknown)


def test_no_students_and_no_entries_print_no_infinite_number(said):
    nobody = dict.fromkeys(("students_first_half", "students_second_half", "entries_per_student"), Interval(0, 0))
    for sentence in said(**nobody):
        assert "inf" not in sentence and "nan" not in sentence


def test_what_cannot_be_said_comes_with_what_the_figures_allow(unsaid):
    numbers = [("6,000 North Koreans", "1,500 to 6,000 persons")]
    numbers += [("6,000 labourers", "at least 50 more", "up to 6,000", "3,950 to 6,000")]
    numbers += [
        ("Only 50 entries", "3,950 entries"),
        ("No work visas", "60 more"),
        ("after 2025-Q1", "2025-Q2 on, figures were not published"),
    ]
    sentences = unsaid()
    assert len(sentences) == len(numbers)
    for found, sentence in zip(numbers, sentences, strict=True):
        assert all(number in sentence for number in found)


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ({("border_entries", "2024", "education"): 5000}, {0, 1, 2}),
        ({("border_entries", "2024", "work"): 20}, {2}),
        ({("border_entries", "2019", "education"): 2500}, {1}),
        ({("consular_visas", "2024", "official"): 70}, {3}),
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
        ({("border_entries", "2024", "_T"): 6050}, {}, "for work."),
        ({("border_entries", "2025-Q2", "_T"): 0}, {}, "Nobody"),
    ],
)
def test_what_the_figures_speak_against_no_more_is_withdrawn(unsaid, changed, ranges, withdrawn):
    assert any(withdrawn in sentence for sentence in unsaid())
    assert not any(withdrawn in sentence for sentence in unsaid(changed, **ranges))


@pytest.mark.parametrize("purpose", ["work", "official"])
def test_visas_of_which_one_purpose_is_unknown_are_not_spoken_of(said, unsaid, purpose):
    unknown = {("consular_visas", "2024", purpose): math.nan}
    assert not any("visas were for study" in sentence for sentence in said(unknown))
    assert not any("work visas" in sentence for sentence in unsaid(unknown))
