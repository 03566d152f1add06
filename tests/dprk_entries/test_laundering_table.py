"""The rows of laundering.csv by hand: each estimand, set and period once, with the sources it rests on and no other."""

import pytest

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds as laundering
from dprk_entries.study import laundering_table as estimates
from notebook_reports import cite as provenance

STUDENTS = {"UAWIRE20241109", "RIA_PETROVA202505"}  # sources of the numbers of students
CROSSINGS, VISAS = "ASIAPLUS20240203", "NEWS1_20250417"  # of how often they cross, and how many visas they take


@pytest.fixture(scope="module")
def table(cells, visas, assumed, assumed_by):
    shares_of = ["2023", "2024", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q3", "2025-Q1"]
    return estimates.table(cells, visas, "2024", shares_of, assumed, "2019", assumed_by)


def test_the_table_covers_sets_and_periods_once(cells, visas, assumed, assumed_by):
    table = estimates.table(cells, visas, "2024", ["2024", "2024-Q3"], assumed, "2019", assumed_by)
    assert not table.duplicated(["estimand", "assumption_set", "period"]).any()
    assert (table["low"] <= table["high"]).all()
    assert table.loc[table["unit"] == "share", "high"].max() <= 1
    assert set(table.loc[table["estimand"] != "education_share", "period"]) == {"2024", "2024-Q3"}


def test_the_table_by_hand(cells, visas, assumed, assumed_by):
    table = estimates.table(cells, visas, "2024", ["2023"], assumed, "2019", assumed_by)
    found = table.set_index(["estimand", "assumption_set"])
    ends = found[["low", "high"]].apply(tuple, axis=1)
    assert ends[("unexplained_share_of_entries", "enrolment")] == pytest.approx((6627 / 13221, 7887 / 13221))
    assert ends[("unexplained_share_of_entries", "baseline")] == pytest.approx((4637 / 13221, 7887 / 13221))
    assert ends[("unexplained_persons", "enrolment")] == (1657, 7887)  # 6,627 entries at four a person
    assert ends[("unexplained_visas", "enrolment")] == (8617 - 630, 8617)
    assert ends[("education_share", "none")] == pytest.approx((62 / 1117, 536 / 1117))
    assert found.loc[("unexplained_entries", "baseline"), "binding"].endswith("2019")


def test_no_visas_known_no_row_of_visas(cells, visas, assumed, assumed_by):
    table = estimates.table(cells, visas, "2023", ["2023"], assumed, "2019", assumed_by)
    assert "visas" not in set(table["unit"])


def test_a_year_without_education_figures_is_refused_by_name(cells, visas, assumed, assumed_by):
    with pytest.raises(LookupError, match="2018 education: not collected"):
        estimates.table(cells, visas, "2018", ["2018"], assumed, "2019", assumed_by)


def test_each_row_names_the_sources_it_rests_on_and_no_other(table, cells):
    rows = table[table["period"] == "2024"].set_index(["estimand", "assumption_set"])["source_ids"].map(str.split)
    education = set(cells.source_ids(("2024", "education")).split())
    assert set(rows["unexplained_entries", "enrolment"]) == education | STUDENTS | {CROSSINGS}
    assert set(rows["unexplained_entries", "arrival"]) == education | STUDENTS
    assert set(rows["unexplained_entries", "none"]) == set(rows["unexplained_entries", "naive"]) == education
    assert CROSSINGS in rows["unexplained_persons", "naive"]  # of how often a person crosses
    assert set(rows["unexplained_visas", "enrolment"]) >= STUDENTS | {VISAS}
    assert CROSSINGS not in rows["unexplained_visas", "enrolment"]
    assert "UWN20241112" in rows["unexplained_entries", "baseline"]  # a source of the education entries of 2019


def test_a_quarter_can_hold_all_study_of_its_year(table):
    rows = table[table["estimand"] == "unexplained_entries"].set_index(["period", "assumption_set"])
    ends = rows[["low", "high"]].apply(tuple, axis=1)
    assert ends["2024-Q3", "enrolment"] == (3765 - 4 * 315, 3765)
    assert ends["2024-Q3", "baseline"] == (3765 - 3250, 3765)
    assert ends["2024-Q1", "enrolment"] == (0, 38)
    assert ends["2025-Q1", "arrival"] == (0, 3)


def test_quarters_without_known_students_or_perhaps_without_entries_have_only_educations_share(table):
    """2023-Q3 lies before both academic years; in 2023-Q4 there may have been no education entry."""
    unexplained = set(table.loc[table["estimand"].str.startswith("unexplained"), "period"])
    assert unexplained == {"2024", "2024-Q1", "2024-Q3", "2025-Q1"}
    assert set(table["period"]) - unexplained == {"2023", "2023-Q3", "2023-Q4"}


def test_the_academic_years_that_touch_a_year():
    found = estimates.quarters_with_students("2024")
    assert (found[0], found[-1], len(found)) == ("2023-Q4", "2025-Q2", 7)


def test_tables_to_read_say_what_the_rows_hold(table, cells):
    by_period = estimates.by_period(table, cells).map(provenance.plain)
    assert list(by_period.loc["2024-Q3"]) == ["3,765", "5,263", "72 %", "13 to 100 %", "66 to 100 %"]
    assert list(by_period.loc["2023-Q3"])[3:] == ["not assumed", "not assumed"]
    assert list(by_period.loc["2025-Q1"])[3:] == ["0 to 100 %", "0 to 100 %"]
    assert estimates.share_of_education(table, "2024", "enrolment") == pytest.approx((1 - 4 * 315 / 7887, 1))
    by_set = estimates.by_set(table, "2024").map(provenance.plain)
    assert list(by_set.index) == list(laundering.SETS)
    assert by_set.loc["enrolment", "unexplained persons"] == "1,657 to 7,887"
    assert by_set.loc["baseline", "unexplained visas"] == "not assumed"


def test_a_year_that_may_have_no_education_entry_is_refused(entries, visas, assumed, assumed_by):
    table = entries.copy()
    own = (table["series"] == "border_entries") & (table["period"] == "2024") & (table["purpose"] == "education")
    table.loc[own & (table["nationality"] == "PRK") & (table["transport"] == "_T"), "low"] = 0
    with pytest.raises(ZeroDivisionError, match="needs at least one"):
        estimates.table(Cells(table), visas, "2024", [], assumed, "2019", assumed_by)


def test_periods_whose_education_entries_have_no_bounds_are_left_out(cells):
    found = estimates.periods_known(cells, "2023-Q3", "2025-Q4")
    assert found == ["2023", "2024", "2023-Q3", "2023-Q4", *(f"2024-Q{n}" for n in (1, 2, 3, 4)), "2025-Q1"]
