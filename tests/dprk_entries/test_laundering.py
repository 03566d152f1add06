"""Notebook 03 by hand: each estimand, set and period once in laundering.csv, with the sources it rests on."""

import pandas as pd
import pytest

from reconcile.intervals import Interval

SETS = ["none", "baseline", "enrolment", "arrival", "naive"]
STUDENTS, CROSSINGS, VISAS = "RECTOR2024", "GAZETTE2025", "MINISTRY2020"  # sources of the assumed ranges


@pytest.fixture(scope="module")
def estimated(notebooks, entries, systems, assumed):
    """What notebook 03 finds with other parameters, or in other entries."""

    def of(table=None, system=systems["border_entries"], **changes) -> pd.DataFrame:
        return notebooks.laundering(entries if table is None else table, system, assumed, **changes)

    return of


@pytest.fixture(scope="module")
def ends(laundering):
    return laundering.set_index(["period", "estimand", "assumption_set"])[["low", "high"]].apply(tuple, axis=1)


def test_each_estimand_set_and_period_stands_once(laundering):
    assert not laundering.duplicated(["estimand", "assumption_set", "period"]).any()
    assert (laundering["low"] <= laundering["high"]).all()
    assert laundering.loc[laundering["unit"] == "share", "high"].max() <= 1


def test_the_table_by_hand(ends):
    year = ends["2024"]
    assert year["unexplained_entries", "baseline"] == (6000 - 2050, 6000)
    assert year["unexplained_share_of_education", "enrolment"] == pytest.approx((5000 / 6000, 1))
    assert year["unexplained_share_of_entries", "enrolment"] == pytest.approx((5000 / 10000, 6000 / 10000))
    assert year["unexplained_persons", "enrolment"] == (1250, 6000)  # 5,000 entries at four a person
    assert year["unexplained_visas", "enrolment"] == (7000 - 2 * 250, 7000)
    assert year["unexplained_share_of_visas", "enrolment"] == pytest.approx((6500 / 7000, 1))
    assert year["education_share", "none"] == (0.6, 0.6)
    assert ends["2023", "education_share", "none"] == pytest.approx((60 / 1000, 500 / 1000))


def test_each_row_says_what_limits_it(laundering):
    binding = laundering[laundering["period"] == "2024"].set_index(["estimand", "assumption_set"])["binding"]
    assert binding["unexplained_entries", "baseline"] == "at most as much study as education entries in 2019"
    assert binding["unexplained_entries", "none"] == "published figures alone"
    assert binding["unexplained_visas", "enrolment"] == "students x assumed crossings, or visas"


def test_units_are_those_of_the_estimand(laundering):
    units = laundering.groupby("estimand")["unit"].unique().map(list).to_dict()
    assert units == {
        "education_share": ["share"],
        "unexplained_entries": ["entries"],
        "unexplained_persons": ["persons"],
        "unexplained_share_of_education": ["share"],
        "unexplained_share_of_entries": ["share"],
        "unexplained_share_of_visas": ["share"],
        "unexplained_visas": ["visas"],
    }


def test_no_visas_known_no_row_of_visas(estimated):
    assert "visas" not in set(estimated(year=2023, first_quarter="2023-Q3", last_quarter="2023-Q3")["unit"])


def test_a_year_without_education_figures_is_refused_by_name(estimated):
    with pytest.raises(LookupError, match="2018 education: not collected"):
        estimated(year=2018)


def test_each_row_names_the_sources_it_rests_on_and_no_other(laundering, cells):
    rows = laundering[laundering["period"] == "2024"].set_index(["estimand", "assumption_set"])["source_ids"]
    rows = rows.map(lambda names: set(names.split()))
    education = set(cells.source_ids(("2024", "education")).split())
    assert education == {"GAZETTE2025", "HERALD2025"}
    assert rows["unexplained_entries", "enrolment"] == education | {STUDENTS, CROSSINGS}
    assert rows["unexplained_entries", "arrival"] == education | {STUDENTS}
    assert rows["unexplained_entries", "none"] == rows["unexplained_entries", "naive"] == education
    assert rows["unexplained_visas", "enrolment"] == {"HERALD2025", STUDENTS, VISAS}
    assert rows["unexplained_visas", "none"] == {"HERALD2025"}


def test_a_limit_names_its_sources_only_where_it_binds(notebooks):
    """The assumptions are given other names for their sources, so that none is hidden by the figures'."""
    names = ["students", "entries_per_student", "visas_per_student", "entries_per_person", "baseline"]
    named = {name: f"OF_{name.upper()}" for name in names}
    table = notebooks.again("03", "nest", "write", behind=named)["results"]
    rows = table[table["period"] == "2024"].set_index(["estimand", "assumption_set"])["source_ids"]
    behind = {key: {s.removeprefix("OF_") for s in names.split() if s.startswith("OF_")} for key, names in rows.items()}
    assert behind["unexplained_entries", "enrolment"] == {"STUDENTS", "ENTRIES_PER_STUDENT"}
    assert behind["unexplained_entries", "arrival"] == {"STUDENTS"}
    assert behind["unexplained_persons", "naive"] == {"ENTRIES_PER_PERSON"}
    assert behind["unexplained_persons", "enrolment"] == {"STUDENTS", "ENTRIES_PER_STUDENT", "ENTRIES_PER_PERSON"}
    assert behind["unexplained_visas", "enrolment"] == {"STUDENTS", "VISAS_PER_STUDENT"}
    assert behind["unexplained_entries", "baseline"] == {"BASELINE"}
    assert not behind["unexplained_entries", "none"] and not behind["unexplained_visas", "naive"]


def test_a_quarter_can_hold_all_study_of_its_year(ends):
    assert ends["2024-Q3", "unexplained_entries", "enrolment"] == (3000 - 1000, 3000)
    assert ends["2024-Q3", "unexplained_entries", "baseline"] == (3000 - 2050, 3000)
    assert ends["2024-Q1", "unexplained_entries", "enrolment"] == (0, 30)
    assert ends["2025-Q1", "unexplained_entries", "arrival"] == (0, 2)


def test_quarters_without_known_students_or_perhaps_without_entries_have_only_educations_share(laundering):
    """2023-Q3 lies before both academic years; in 2023-Q4 there may have been no education entry."""
    unexplained = set(laundering.loc[laundering["estimand"].str.startswith("unexplained"), "period"])
    assert unexplained == {"2024", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"}
    assert set(laundering["period"]) - unexplained == {"2023", "2023-Q3", "2023-Q4"}


def test_a_quarter_has_rows_only_where_it_is_asked_for(estimated):
    table = estimated(first_quarter="2024-Q3", last_quarter="2024-Q3")
    assert set(table["period"]) == {"2024", "2024-Q3"}
    assert set(table.loc[table["estimand"] == "unexplained_persons", "period"]) == {"2024"}


def test_a_quarter_with_one_education_entry_for_sure_has_rows(estimated, entries):
    """Only where there may have been none is there nothing to take a share of."""
    own = (entries["series"] == "border_entries") & (entries["nationality"] == "PRK")
    own &= (entries["period"] == "2023-Q4") & (entries["purpose"] == "education")
    table = estimated(entries.assign(low=entries["low"].where(~own, 1)), None)
    assert "2023-Q4" in set(table.loc[table["estimand"] == "unexplained_entries", "period"])


def test_quarters_are_those_of_the_academic_years_that_touch_the_year(notebooks):
    quarters = notebooks.names["03"]["studied"]
    assert (quarters[0], quarters[-1], len(quarters)) == ("2023-Q4", "2025-Q2", 7)


def test_tables_to_read_say_what_the_rows_hold(shown):
    by_period = shown("03", "Education entries, and the share")
    assert list(by_period.loc["2024-Q3"]) == ["3,000", "4,500", "67 %", "31 to 100 %", "66 to 100 %"]
    assert list(by_period.loc["2023-Q3"])[3:] == ["not assumed", "not assumed"]
    assert list(by_period.loc["2025-Q1"])[3:] == ["0 to 100 %", "0 to 100 %"]
    by_set = shown("03", "Education entries and study visas")
    assert [name for name in by_set.index if name in SETS] == SETS
    assert by_set.loc["enrolment", "unexplained persons"] == "1,250 to 6,000"
    assert by_set.loc["baseline", "unexplained visas"] == "not assumed"


def test_a_year_that_may_have_no_education_entry_is_refused(estimated, entries):
    table = entries.copy()
    own = (table["series"] == "border_entries") & (table["period"] == "2024") & (table["purpose"] == "education")
    table.loc[own & (table["nationality"] == "PRK") & (table["transport"] == "_T"), "low"] = 0
    with pytest.raises(ZeroDivisionError, match="needs at least one"):
        estimated(table, None)


def test_periods_whose_education_entries_have_no_bounds_are_left_out(estimated):
    table = estimated(last_quarter="2025-Q3")
    periods = set(table.loc[table["estimand"] == "education_share", "period"])
    assert periods == {"2023", "2024", "2023-Q3", "2023-Q4", *(f"2024-Q{n}" for n in (1, 2, 3, 4)), "2025-Q1"}


def test_ranges_are_those_of_the_table_unless_a_parameter_overrides_them(notebooks, assumed):
    assert notebooks.names["03"]["assumed"] == assumed
    other = notebooks.again("03", "stated", "check", students_high=400.0, entries_per_visa_low=1.0)["assumed"]
    assert other == assumed._replace(students=Interval(100, 400), entries_per_visa=Interval(1, 4))
    with pytest.raises(ValueError, match="students: found 500 to 250"):
        notebooks.again("03", "stated", "check", students_low=500.0)


def test_assumptions_to_read(shown):
    ranges = shown("03", "Assumptions, their ranges")
    assert ranges.index[2] == "entries per student"
    assert list(ranges.iloc[2])[:4] == ["0", "4", "crossings per student and year", "The Gazette"]


def test_other_routes_by_hand(shown):
    routes = shown("03", "Labour that could stand under other purposes")
    assert list(routes.loc["business"]) == ["2,000", "100", "up to 2,000", "up to 400"]  # four entries a visa
    assert list(routes.loc["tourism"])[1:] == ["5", "up to 150", "up to 20"]
    assert list(routes.loc["crew"]) == ["1,200", "no such visa", "up to 1,200", "up to 1,200"]
    assert not {"education", "work", "residence", "_T"} & set(routes.index)  # nobody came to stay
