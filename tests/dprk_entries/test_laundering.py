"""Notebook 03 by hand: each estimand, set and period once in laundering.csv, with the sources it rests on."""

import pandas as pd
import pytest

from reconcile.intervals import Interval

SETS = ["none", "2019 ceiling", "reported students", "one entry each", "no study"]
STUDENTS = "RECTOR2024"  # source of the enrolment; the other ranges are judgements


@pytest.fixture(scope="module")
def estimated(notebooks, entries, systems, assumed):
    """What notebook 03 finds with other parameters, or in other entries."""

    def of(table=None, system=systems["border_entries"], assumed=assumed, **changes) -> pd.DataFrame:
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
    assert year["unexplained_entries", "2019-ceiling"] == (6000 - 2050, 6000)
    assert year["unexplained_share_of_education", "reported-students"] == pytest.approx((5000 / 6000, 1))
    assert year["unexplained_share_of_entries", "reported-students"] == pytest.approx((5000 / 10000, 6000 / 10000))
    assert year["unexplained_persons", "reported-students"] == (1250, 6000)  # 5,000 entries at four a person
    assert year["unexplained_visas", "reported-students"] == (7000 - 2 * 250, 7000)
    assert year["unexplained_share_of_visas", "reported-students"] == pytest.approx((6500 / 7000, 1))
    assert year["education_share", "none"] == (0.6, 0.6)
    assert ends["2023", "education_share", "none"] == pytest.approx((60 / 1000, 500 / 1000))


def test_each_row_says_what_limits_it(laundering):
    binding = laundering[laundering["period"] == "2024"].set_index(["estimand", "assumption_set"])["binding"]
    assert binding["unexplained_entries", "2019-ceiling"] == "no more study than all education entries of 2019"
    assert binding["unexplained_entries", "none"] == "published figures alone"
    reported = "the students reported, assumed to"
    assert binding["unexplained_entries", "reported-students"] == f"{reported} enter up to 4 times each while enrolled"
    assert binding["unexplained_visas", "reported-students"] == f"{reported} take up to 2 visas each"


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
    assert rows["unexplained_entries", "reported-students"] == education | {STUDENTS}
    assert rows["unexplained_entries", "none"] == rows["unexplained_entries", "no-study"] == education
    assert rows["unexplained_visas", "reported-students"] == {"HERALD2025", STUDENTS}
    assert rows["unexplained_visas", "none"] == {"HERALD2025"}


def test_a_limit_names_its_sources_only_where_it_binds(notebooks):
    """The assumptions are given other names for their sources, so that none is hidden by the figures'."""
    names = ["students", "entries_per_student", "visas_per_student", "entries_per_person", "ceiling"]
    named = {name: f"OF_{name.upper()}" for name in names}
    table = notebooks.again("03", "nest", "write", behind=named)["results"]
    rows = table[table["period"] == "2024"].set_index(["estimand", "assumption_set"])["source_ids"]
    behind = {key: {s.removeprefix("OF_") for s in names.split() if s.startswith("OF_")} for key, names in rows.items()}
    assert behind["unexplained_entries", "reported-students"] == {"STUDENTS", "ENTRIES_PER_STUDENT"}
    assert behind["unexplained_entries", "one-entry-each"] == {"STUDENTS"}
    assert behind["unexplained_persons", "no-study"] == {"ENTRIES_PER_PERSON"}
    three = {"STUDENTS", "ENTRIES_PER_STUDENT", "ENTRIES_PER_PERSON"}
    assert behind["unexplained_persons", "reported-students"] == three
    assert behind["unexplained_visas", "reported-students"] == {"STUDENTS", "VISAS_PER_STUDENT"}
    assert behind["unexplained_entries", "2019-ceiling"] == {"CEILING"}
    assert not behind["unexplained_entries", "none"] and not behind["unexplained_visas", "no-study"]


def test_a_quarter_can_hold_all_study_of_its_half_year(ends):
    assert ends["2024-S2", "unexplained_entries", "reported-students"] == (5000 - 4 * 150, 5000)
    assert ends["2024-Q3", "unexplained_entries", "reported-students"] == (3000 - 4 * 150, 3000)
    assert ends["2024-Q3", "unexplained_entries", "2019-ceiling"] == (3000 - 2050, 3000)
    assert ends["2024-Q1", "unexplained_entries", "reported-students"] == (0, 30)
    assert ends["2025-Q1", "unexplained_entries", "one-entry-each"] == (0, 2)


def test_leavers_who_enter_make_the_bounds_of_a_half_year_those_of_both_academic_years(estimated, laundering):
    with_leavers = estimated(leavers_enter=True).set_index(["period", "estimand", "assumption_set"])
    reported = ("unexplained_entries", "reported-students")
    assert with_leavers.loc[("2024-S2", *reported), "low"] == 5000 - 4 * (100 + 150)
    assert with_leavers.loc[("2024", *reported), "low"] == 6000 - 4 * (100 + 150)
    assert with_leavers.loc[("2024", *reported), "binding"].endswith("to enter up to 4 times each")


def test_no_study_stands_apart_from_the_sets_that_grant_some(estimated, assumed):
    """Each student entered at least once: the sets leave less than all, no study leaves all of them all the same."""
    once = assumed._replace(entries_per_student=Interval(1, 4))
    ends = estimated(assumed=once).query("period == '2024' and estimand == 'unexplained_entries'")
    ends = ends.set_index("assumption_set")[["low", "high"]].apply(tuple, axis=1)
    assert ends["reported-students"] == (5000, 6000 - 150) and ends["no-study"] == (6000, 6000)


def test_quarters_without_known_students_or_perhaps_without_entries_have_only_educations_share(laundering):
    """2023-Q3 lies before both academic years; in 2023-Q4 there may have been no education entry."""
    unexplained = set(laundering.loc[laundering["estimand"].str.startswith("unexplained"), "period"])
    assert unexplained == {"2024", "2024-S1", "2024-S2", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"}
    assert set(laundering["period"]) - unexplained == {"2023", "2023-Q3", "2023-Q4"}


def test_a_quarter_has_rows_only_where_it_is_asked_for(estimated):
    table = estimated(first_quarter="2024-Q3", last_quarter="2024-Q3")
    assert set(table["period"]) == {"2024", "2024-S1", "2024-S2", "2024-Q3"}
    assert set(table.loc[table["estimand"] == "unexplained_persons", "period"]) == {"2024"}


def test_a_quarter_with_one_education_entry_for_sure_has_rows(estimated, entries):
    """Only where there may have been none is there nothing to take a share of."""
    own = (entries["series"] == "border_entries") & (entries["nationality"] == "PRK")
    own &= (entries["period"] == "2023-Q4") & (entries["purpose"] == "education")
    table = estimated(entries.assign(low=entries["low"].where(~own, 1)), None)
    assert "2023-Q4" in set(table.loc[table["estimand"] == "unexplained_entries", "period"])


def test_quarters_are_those_of_the_academic_years_that_touch_the_year(notebooks):
    *halves, first, _, _, _, _, _, last = notebooks.names["03"]["studied"]
    assert (halves, first, last) == (["2024-S1", "2024-S2"], "2023-Q4", "2025-Q2")


def test_tables_to_read_say_what_the_rows_hold(shown):
    by_period = shown("03", "Education entries, and the share")
    assert list(by_period.loc["2024-Q3"]) == ["3,000", "4,500", "67 %", "31 to 100 %", "80 to 100 %"]
    assert list(by_period.loc["2023-Q3"])[3:] == ["not assumed", "not assumed"]
    assert list(by_period.loc["2025-Q1"])[3:] == ["0 to 100 %", "0 to 100 %"]
    by_set = shown("03", "Education entries and study visas")
    assert [name for name in by_set.index if name in SETS] == SETS
    assert by_set.loc["reported students", "unexplained persons"] == "1,250 to 6,000"
    assert by_set.loc["2019 ceiling", "unexplained visas"] == "not assumed"


def test_a_year_that_may_have_no_education_entry_is_refused(estimated, entries):
    table = entries.copy()
    own = (table["series"] == "border_entries") & (table["period"] == "2024") & (table["purpose"] == "education")
    table.loc[own & (table["nationality"] == "PRK") & (table["transport"] == "_T"), "low"] = 0
    with pytest.raises(ZeroDivisionError, match="needs at least one"):
        estimated(table, None)


def test_periods_whose_education_entries_have_no_bounds_are_left_out(estimated):
    table = estimated(last_quarter="2025-Q3")
    periods = set(table.loc[table["estimand"] == "education_share", "period"])
    quarters = {"2023-Q3", "2023-Q4", *(f"2024-Q{n}" for n in (1, 2, 3, 4)), "2025-Q1"}
    assert periods == {"2023", "2024", "2024-S1", "2024-S2"} | quarters


def test_ranges_are_those_of_the_table_unless_a_parameter_overrides_them(notebooks, assumed):
    assert notebooks.names["03"]["assumed"] == assumed
    given = {"students_second_half_high": 400.0, "entries_per_student_low": 1.0}
    other = notebooks.again("03", "stated", "check", **given)["assumed"]
    assert other == assumed._replace(students_second_half=Interval(150, 400), entries_per_student=Interval(1, 4))
    with pytest.raises(ValueError, match="students_first_half: found 500 to 100"):
        notebooks.again("03", "stated", "check", students_first_half_low=500.0)


def test_the_students_of_a_year_that_no_source_states_limit_nothing(notebooks):
    names = notebooks.again("03", "stated", "check", year=2026)
    assert names["assumed"].students == (0, float("inf"))


def test_assumptions_to_read(shown):
    ranges = shown("03", "Assumptions, their ranges")
    assert ranges.index[2] == "entries per student"
    assert list(ranges.iloc[2])[:4] == ["0", "4", "entries per student and year", "this project"]
    assert ranges["source"].iloc[0] != "this project"


def test_how_often_students_entered_at_most_by_hand(shown):
    """Had they made all education entries: 60 of 2023-Q3 by at least 100 students, 2 of 2025-Q1 by at least 150."""
    revealed = shown("03", "How often students entered")
    assert list(revealed.loc["2023-Q3"]) == ["60", "100", "0.600"]
    assert list(revealed.loc["2024-Q1"]) == ["30", "100", "0.300"]
    assert list(revealed.loc["2025-Q1"]) == ["2", "150", "0.014"]  # rounded up


def test_other_routes_by_hand(shown):
    routes = shown("03", "Entries of 2024, and visas issued")
    assert list(routes.loc["business"]) == ["2,000", "100"]
    assert list(routes.loc["crew"]) == ["1,200", "none such"]
    assert list(routes.loc["official"]) == ["none such", "60"]  # a visa without a column at the border
    assert not {"residence", "_T"} & set(routes.index)  # nobody came to stay


def test_what_was_published_on_students_says_what_it_is_of(shown):
    published = shown("03", "North Korean students in Russia, in print")
    assert list(published["series"]) == ["enrolled students"] * 2 + ["study places"] * 2
