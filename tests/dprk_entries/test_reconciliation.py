"""What the real figures become: cells, conflicts, and the facts that any reader can check by hand."""

import math

import pandas as pd
import pytest

from dprk_entries.entries import reconciliation
from dprk_entries.entries.look_up import Cells, NoCellError, NoFigureError, OldTableError
from dprk_entries.entries.reconciliation import ResolutionError
from notebook_reports import cite as provenance
from notebook_reports import tables
from reconcile.periods import PeriodError


@pytest.mark.parametrize(
    ("period", "purpose", "low", "high", "status"),
    [
        ("2024", "_T", 13221, 13221, "reported"),
        ("2024", "education", 7887, 7887, "reported"),
        ("2019", "_T", 21481, 21481, "derived"),
        ("2019", "education", 3150, 3250, "bounded"),
        ("2020", "_T", 2047, 2047, "derived"),
        ("2020-Q2", "_T", 124, 136, "bounded"),
        ("2023-Q1", "_T", 153, 157, "contested"),
        ("2023-Q2", "_T", 213, 217, "contested"),
        ("2023-S1", "_T", 370, 370, "reported"),
        ("2023-Q3", "private", 23, 24, "contested"),
        ("2023", "education", 62, 536, "bounded"),
        ("2024-Q1", "crew", 175, 175, "derived"),
        ("2024-Q4", "_T", 5450, 5450, "derived"),
        ("2024-Q4", "education", 3752, 3752, "derived"),
        ("2024-S2", "business", 1821, 1821, "derived"),
        ("2024", "residence", 0, 0, "derived"),
        ("2025-Q1", "crew", 0, 74, "bounded"),
    ],
)
def test_cells_of_north_koreans(cells, period, purpose, low, high, status):
    assert cells.interval(period, purpose) == (low, high)
    assert cells.row(period, purpose)["status"] == status


def test_withheld_not_collected_and_zero_are_three_things(cells):
    assert cells.row("2025-Q2")["status"] == "not_published"
    assert cells.row("2025-Q2", "education")["status"] == "not_published"
    assert cells.row("2012", "education")["status"] == "not_collected"
    assert cells.interval("2020-Q3", "education") == (0, 0)
    for period, purpose in (("2025-Q2", "_T"), ("2012", "education")):
        assert math.isnan(cells.row(period, purpose)["low"])
        with pytest.raises(NoFigureError):
            cells.interval(period, purpose)


def test_a_year_that_the_data_do_not_cover_is_named_with_those_covered(cells):
    with pytest.raises(NoCellError, match=r"no cell for border_entries 1999 _T.*years 2010 to 2024"):
        cells.interval("1999")


@pytest.mark.parametrize(
    ("observation_id", "verdict"),
    [
        ("F0001", "not_collected"),  # education entries before the category existed
        ("F0035", "contested"),  # 153 + 213 is not 370
        ("F0051", "contested"),
        ("F0056", "contested"),  # five modes add up to 404, not 365
        ("F0065", "rejected"),  # 24 against 62
        ("F0106", "rejected"),  # nearly 13,000 is not 13,221
        ("F0111", "rejected"),  # 13 citizens
        ("F0130", "rejected"),  # 12 people
        ("F0177", "rejected"),  # 3,700 of all purposes
    ],
)
def test_known_conflicts_are_found(reconciled, observation_id, verdict):
    conflicts = reconciled[1].set_index("observation_id")
    assert conflicts.loc[observation_id, "verdict"] == verdict


@pytest.mark.parametrize(
    ("observation_id", "because"),
    [
        ("F0035", "2023-Q1 (153) + 2023-Q2 (213) make 366, but 2023-S1 is 370; even without 2023-S1 (370), "
                  "2023-Q1 (153) + 2023-Q2 (213) + 2023-Q3 (365) + 2023-Q4 (382) make 1,113, but 2023 is 1,117"),
        ("F0065", "2023-Q3 education is 62 as read by NKNEWS and RFA, 24 as read by NKNEWS"),
        ("F0111", "2024 is 13,221 as read by RFA and YONHAP, 13 as read by RFA"),
        ("F0177", "2024-Q3 is 5,263 as read by NKNEWS and RFA, 3,700 to 3,799 as read by RFA"),
        ("F0056", "2023-Q3 air (213) + 2023-Q3 car (31) + 2023-Q3 rail (134) make 378, but 2023-Q3, which includes "
                  "more, is 365; even without 2023-Q3 car (31), 2023-Q3 air (213) + 2023-Q3 rail (134) + 2023-Q3 ship "
                  "(13) + 2023-Q3 walk (13) make 373, but 2023-Q3, which includes more, is 365"),
        ("F0001", "education was not a category in 2012"),
    ],
)  # fmt: skip
def test_a_conflict_says_what_the_figure_clashes_with(reconciled, observation_id, because):
    assert reconciled[1].set_index("observation_id").loc[observation_id, "because"] == because


def test_a_conflict_names_the_figures_that_it_clashes_with(reconciled, figures):
    conflicts = reconciled[1].set_index("observation_id")
    assert conflicts.loc["F0035", "clashes_with"] == "F0037 F0051 F0052"  # the half-year, and the other quarter twice
    named = {name for names in conflicts["clashes_with"] for name in names.split()}
    assert named <= set(figures["observation_id"])


def test_a_figure_in_conflict_without_a_reading_is_named(reconciled, raw):
    missing = raw["resolutions"][raw["resolutions"]["observation_id"] != "F0065"]
    with pytest.raises(
        ResolutionError, match=r"resolutions.csv: no row for F0065 \('24' of NEWSIS20240124\)"
    ) as caught:
        reconciliation.resolve(reconciled[1], missing)
    assert "2023-Q3 education is 62 as read by NKNEWS and RFA" in str(caught.value)


def test_a_reading_of_a_figure_in_no_conflict_is_named(reconciled, raw):
    more = pd.concat([raw["resolutions"], raw["resolutions"].head(1).assign(observation_id="F0104")])
    with pytest.raises(ResolutionError, match=r"resolutions.csv: F0104 is not in conflict any more. Delete its row."):
        reconciliation.resolve(reconciled[1], more)


def test_readings_explain_and_never_steer(reconciled, raw):
    conflicts = reconciliation.resolve(reconciled[1], raw["resolutions"])
    assert conflicts[reconciled[1].columns].equals(reconciled[1])
    assert (conflicts["reason"] != "").all()


def test_the_solid_figures_are_not_in_conflict(reconciled, figures):
    article = figures[(figures["source_id"] == "KJD20250205") & (figures["qualifier"] == "exact")]
    assert not set(article["observation_id"]) & set(reconciled[1]["observation_id"])


def test_results_do_not_depend_on_row_order(figures, raw, reconciled):
    shuffled = figures.sample(frac=1, random_state=1)
    key = ["series", "nationality", "period", "purpose", "transport"]
    values = ["low", "high", "status", "readers", "source_ids"]
    again, conflicts = reconciliation.reconcile(shuffled, raw["sources"], raw["purposes"])
    assert (
        again.sort_values(key)[key + values]
        .reset_index(drop=True)
        .equals(reconciled[0].sort_values(key)[key + values].reset_index(drop=True))
    )
    assert set(conflicts["observation_id"]) == set(reconciled[1]["observation_id"])


def test_every_interval_is_upright_and_every_value_has_sources(entries):
    known = entries.dropna(subset="low")
    assert (known["low"] <= known["high"]).all()
    assert (known.loc[known["status"].isin(["reported", "derived"]), "source_ids"] != "").all()
    assert not entries.duplicated(["series", "nationality", "period", "purpose", "transport"]).any()


def test_readers_are_counted_and_not_papers(cells):
    assert cells.row("2024")["readers"] < len(cells.row("2024")["source_ids"].split())
    assert cells.row("2024")["readers"] == 2  # who print 13,221 and not "about 13,000"
    assert cells.row("2023-Q1")["readers"] == 1  # two papers relay one reader


def test_every_printed_label_leads_to_its_code(raw):
    assert reconciliation.misread(raw["observations"], raw["purposes"]).empty
    wrong = raw["observations"].assign(purpose=raw["observations"]["purpose"].replace("crew", "work"))
    assert not reconciliation.misread(wrong, raw["purposes"]).empty


def test_printed_parts_are_set_against_printed_wholes(figures, raw):
    readers = raw["sources"].set_index("source_id")["read_by"]
    border = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    sums = reconciliation.additions(border.assign(reader=border["source_id"].map(readers)))
    differences = sums.set_index(["whole", "by"])["difference"]
    assert differences["2023-S1", "quarter"] == -4
    assert differences["2024-S1", "quarter"] == 0
    assert differences["2024", "purpose"] == 0
    assert differences["2023-Q3", "transport"] == 39


def test_russian_departures_have_their_years(entries):
    """6,636, printed as education entries of 2012, is the number of Russian departures of that year."""
    year = Cells(entries, series="russian_departures")
    assert year.interval("2012") == (6636, 6636)
    assert year.interval("2025-Q1") == (1267, 1267)


def test_a_year_that_was_partly_withheld_has_no_upper_bound(cells):
    assert cells.interval("2025") == (295, math.inf)
    assert not cells.known("2025")
    assert "2025" not in cells.periods("0000")


def test_a_period_not_made_of_quarters_is_refused_with_the_figure_named(figures, raw):
    month = figures.assign(period=figures["period"].where(figures["observation_id"] != "F0104", "2024-04"))
    with pytest.raises(
        PeriodError, match=r"row 105 \(F0104\), column period: '2024-04' is not made of whole quarters, expected"
    ):
        reconciliation.reconcile(month, raw["sources"], raw["purposes"])


def test_a_purpose_printed_for_a_year_before_the_complete_list_is_taken(figures, raw):
    """Business was collected in 2015, although nobody printed it so far."""
    new = figures[figures["observation_id"] == "F0118"].assign(
        observation_id="F9999", period="2015", low=500.0, high=500.0
    )
    entries, _ = reconciliation.reconcile(pd.concat([figures, new]), raw["sources"], raw["purposes"])
    assert Cells(entries).interval("2015", "business") == (500, 500)


def added(figures, **columns) -> pd.DataFrame:
    """The real figures and one more: a copy of the article's total of 2024 with other columns."""
    new = figures[figures["observation_id"] == "F0104"].assign(observation_id="F9999", **columns)
    return pd.concat([figures, new])


def test_a_blank_column_blanks_no_other_cell(figures, raw):
    """In the release of the full year 2025 education was blank; the first quarter had been in print."""
    nothing = {"qualifier": "not_published", "low": math.nan, "high": math.nan}
    more = added(figures, period="2025", purpose="education", **nothing)
    cells = Cells(reconciliation.reconcile(more, raw["sources"], raw["purposes"])[0])
    assert cells.row("2025", "education")["status"] == "not_published"
    assert cells.interval("2025-Q1") == (295, 295)
    assert cells.interval("2025-Q1", "education") == (3, 3)
    assert cells.interval("2025-Q1", "business") == (167, 167)


def test_purposes_that_nobody_named_may_hold_what_is_left_of_a_total(figures, raw):
    visas = {"series": "consular_visas", "nationality": "CUB", "period": "2023"}
    more = added(added(figures, **visas, low=10.0, high=10.0), **visas, purpose="education", low=3.0, high=3.0)
    conflicts = reconciliation.reconcile(more, raw["sources"], raw["purposes"])[1]
    assert "CUB" not in set(conflicts["nationality"])


def test_a_figure_printed_later_fills_a_blank(figures, raw):
    more = added(figures, period="2025-Q2", low=300.0, high=300.0)
    cells = Cells(reconciliation.reconcile(more, raw["sources"], raw["purposes"])[0])
    assert cells.row("2025-Q2")["status"] == "reported"
    assert cells.interval("2025-S1") == (595, 595)
    assert cells.row("2025-Q3")["status"] == "not_published"


def test_a_withheld_cell_that_other_figures_give_away_keeps_its_bounds_and_its_status(figures, raw):
    """2022-Q4 is 128, whoever blanks it; and if the year 2025 were 2,000, its second quarter could be 1,705 at most."""
    blank = {"qualifier": "not_published", "low": math.nan, "high": math.nan}
    more = added(added(figures, period="2022-Q4", **blank), period="2025", low=2000.0, high=2000.0)
    cells = Cells(reconciliation.reconcile(more, raw["sources"], raw["purposes"])[0])
    for period, expected in {"2022-Q4": (128, 128), "2025-Q2": (0, 1705), "2025-S2": (0, 1705)}.items():
        assert cells.row(period)["status"] == "not_published"
        assert cells.interval(period) == expected
    assert cells.interval("2022-Q4", "education") == (0, 128)
    assert provenance.plain(cells.marked("2025-Q2")) == "∅\N{NARROW NO-BREAK SPACE}≤1,705"


def test_a_nationality_known_only_by_a_blank_or_an_impossible_figure_is_taken(figures, raw):
    blank = {"qualifier": "not_published", "low": math.nan, "high": math.nan}
    more = pd.concat([
        added(figures, nationality="CUB", period="2025-Q2", **blank),
        added(figures, nationality="VNM", period="2015", purpose="education").tail(1),
    ])  # fmt: skip
    entries, conflicts = reconciliation.reconcile(more, raw["sources"], raw["purposes"])
    assert set(entries.loc[entries["nationality"] == "CUB", "status"]) == {"not_published"}
    assert list(conflicts.loc[conflicts["nationality"] == "VNM", "verdict"]) == ["not_collected"]


def test_conflicts_count_readers_and_not_papers(reconciled):
    readers = reconciled[1].set_index("observation_id")["readers"]
    assert readers["F0035"] == 1  # two papers
    assert readers["F0001"] == 1  # four papers


# The contradictions that a reader of the sources found by hand: those in border entries, and what finds each.
FOUND = {
    "comma read as the end of the number": {"F0111", "F0130"},
    "quarters of 2023 short of the half-year": {"F0035", "F0036", "F0051", "F0052"},
    "education of 2012": {"F0001", "F0002", "F0003", "F0004"},
    "education and private of 2023-Q3": {"F0065", "F0067", "F0068"},
    "modes of transport of 2023-Q3": {"F0056", "F0057"},
    "nearly 13,000": {"F0106"},
    "headline of 2024-Q3": {"F0177"},
}


def test_every_contradiction_known_to_readers_is_found_by_arithmetic_and_nothing_else(reconciled):
    assert set(reconciled[1]["observation_id"]) == set().union(*FOUND.values())


def test_entries_older_than_the_figures_are_refused(entries, systems):
    old = entries.assign(low=entries["low"].where(entries["period"] != "2024-Q3", 3700.0))
    with pytest.raises(OldTableError, match=r"2024-Q3: found something else than 5,263, .*run notebook 01 first"):
        Cells(old, systems["border_entries"])


def test_modes_of_transport_come_from_the_schema():
    assert tables.codes("observations", "transport") == ("air", "rail", "car", "ship", "walk")


def test_sums_and_shares_of_cells_are_bounded_together(cells):
    """The first two quarters of 2023 are 370 together, whichever of them is short."""
    halves = {("2023-Q1", "_T"): 1, ("2023-Q2", "_T"): 1}
    assert cells.bound(halves) == (370, 370)
    assert cells.interval("2023-Q1").plus(cells.interval("2023-Q2")) == (366, 374)
    assert cells.ratio({("2023-Q1", "_T"): 1}, halves) == pytest.approx((153 / 370, 157 / 370))
