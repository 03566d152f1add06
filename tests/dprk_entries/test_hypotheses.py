"""The matrix of evidence by explanation: cells by hand, against or allows by the numbers, silent without them."""

import pandas as pd
import pytest

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import hypotheses


@pytest.fixture
def matrix(laundering, entries, visas, figures, raw, plain):
    troops = {"date": "2024-10-08", "event": "Troops begin to move", "kind": "military", "source_id": "ARMY2024"}
    events = pd.concat([raw["events"], pd.DataFrame([troops])])
    """All text; `changed`: other counts of cells of North Korean entries; else without some series of figures."""

    def of(changed=None, without=(), visas=visas, year="2024"):
        table = entries.copy()
        for (period, purpose), count in (changed or {}).items():
            own = (table["series"] == "border_entries") & (table["nationality"] == "PRK") & (table["transport"] == "_T")
            table.loc[own & (table["period"] == period) & (table["purpose"] == purpose), ["low", "high"]] = count
        known = figures[~figures["series"].isin(without)]
        return plain(hypotheses.matrix(laundering, Cells(table), visas, known, events, year, "2019", "2025-Q1"))

    return of


CELLS = [
    ("labour under study", "students reported", "allows: at least 83 % beyond them"),
    ("real students", "students reported", "against: at least 83 % beyond them"),
    ("real students", "study visas", "against: at least 92 % beyond their needs"),
    ("repeat entries", "study visas", "silent"),
    ("labour under study", "study visas", "allows: 7,000, and 0 for work"),
    ("reopening after the pandemic", "education in 2019", "against: 6,000 in 2024, 1,950 to 2,050 then"),
    ("coding", "surge of 2024", "against: education from 970 of 1,500 entries to 3,000 of 4,500, all others from 530 "
                                "to 1,500"),
    ("change of coverage", "fall of 2025-Q1", "allows: from 3,500 to 200 entries, 61 % of the fall education; all "
                                              "others by 87 %"),
    ("reopening after the pandemic", "fall of 2025-Q1", "against: 200 entries, 500 a year before; all others by 58 %"),
    ("change of coverage", "share of education", "allows: from 57 % to 1 %: what was left out would be education"),
    ("soldiers", "surge of 2024", "against: 3,000 for education in 2024-Q3, soldiers reported to move from 2024-10-08 "
                                  "on"),
    ("soldiers", "military column", "allows: 0 entries in 2024"),
    ("soldiers", "estimates", "allows: 10,000-12,000 sent, 3,500 entries for any purpose in 2024-Q4"),
]  # fmt: skip


@pytest.mark.parametrize(("explanation", "evidence", "says"), CELLS)
def test_what_the_evidence_says_by_hand(matrix, explanation, evidence, says):
    assert matrix().at[explanation, evidence] == says


@pytest.mark.parametrize(
    ("explanation", "evidence", "changed"),
    [
        ("soldiers", "surge of 2024", {("2024-Q4", "education"): 3_900, ("2024-Q3", "education"): 990}),
        ("reopening after the pandemic", "education in 2019", {("2024", "education"): 1_500}),
        ("coding", "surge of 2024", {("2024-Q3", "_T"): 3_100}),
        ("reopening after the pandemic", "fall of 2025-Q1", {("2024-Q1", "_T"): 210}),
    ],
)
def test_evidence_that_would_be_the_same_under_an_explanation_no_longer_speaks_against_it(
    matrix, explanation, evidence, changed
):
    assert matrix().at[explanation, evidence].startswith("against")
    assert not matrix(changed).at[explanation, evidence].startswith("against")


def test_evidence_without_its_figures_is_silent_and_what_would_change_a_row_stands_beside_it(matrix, entries):
    found = matrix(without=["troops_estimate", "workers_estimate"], visas=Cells(entries, series="no_visas"))
    assert (found[["study visas", "estimates"]] == "silent").all(axis=None)
    assert list(found["would change it"]) == list(hypotheses.EXPLANATIONS.values())


def test_an_explanation_of_which_all_evidence_is_silent_is_named(matrix):
    repeat = "No figure speaks for or against repeat entries: all are silent."
    assert hypotheses.unspoken(matrix()) == [repeat]
    silent = matrix()
    silent.loc["soldiers", silent.columns.drop("would change it")] = "silent"
    assert hypotheses.unspoken(silent) == ["No figure speaks for or against soldiers: all are silent.", repeat]
