"""What figures become: cells, conflicts, and what is known of each. By hand, on the frozen tables."""

import math

import pandas as pd
import pytest

from dprk_entries.data import tables
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells, NoCellError, NoFigureError, OldTableError
from dprk_entries.entries.reconciliation import ResolutionError
from reconcile.cells import AccountingError
from reconcile.intervals import Interval
from reconcile.periods import PeriodError

BLANK = {"qualifier": "not_published", "low": math.nan, "high": math.nan}


@pytest.mark.parametrize(
    ("period", "purpose", "low", "high", "status"),
    [
        ("2024", "_T", 10000, 10000, "reported"),
        ("2024", "education", 6000, 6000, "reported"),
        ("2019", "_T", 20000, 20000, "derived"),  # 4,000 + 5,000 + 6,000 + 5,000
        ("2019", "education", 1950, 2050, "bounded"),  # about 2,000
        ("2020-Q2", "_T", 0, 50, "bounded"),  # 950 - 900
        ("2021-Q1", "_T", 0, 0, "derived"),
        ("2023-Q1", "_T", 150, 160, "contested"),  # 150 as printed, or 400 - 240
        ("2023-Q2", "_T", 240, 250, "contested"),
        ("2023-S1", "_T", 400, 400, "reported"),
        ("2023", "education", 60, 500, "bounded"),  # that of the third quarter, or all but business
        ("2024-Q2", "education", 970, 970, "derived"),  # 1,000 - 30
        ("2024-Q4", "_T", 3500, 3500, "derived"),  # 10,000 - 4,500 - 2,000
        ("2024-Q4", "education", 2000, 2000, "derived"),
        ("2024", "residence", 0, 0, "derived"),  # the other purposes make up the year
        ("2025-Q1", "crew", 0, 198, "bounded"),  # 200 - 2
        ("2025", "_T", 200, math.inf, "bounded"),
    ],
)
def test_cells_by_hand(cells, period, purpose, low, high, status):
    assert cells.interval(period, purpose) == (low, high)
    assert cells.row(period, purpose)["status"] == status


def test_withheld_not_collected_and_zero_are_three_things(cells):
    assert cells.row("2025-Q2")["status"] == "not_published"
    assert cells.row("2025-Q2", "education")["status"] == "not_published"
    assert cells.row("2018", "education")["status"] == "not_collected"
    assert cells.interval("2021", "education") == (0, 0)
    for period, purpose in (("2025-Q2", "_T"), ("2018", "education")):
        assert math.isnan(cells.row(period, purpose)["low"])
        with pytest.raises(NoFigureError):
            cells.interval(period, purpose)


def test_a_cell_of_which_nothing_is_known_has_no_row(cells):
    """Nobody printed the last quarter of 2025, and nobody left it blank."""
    assert Cell("2025-Q3") in cells.rows and Cell("2025-Q4") not in cells.rows


def test_a_cell_that_there_is_not_is_named_with_its_nationality_and_with_what_there_is(cells, entries):
    china, nobody = (Cells(entries, nationality=code) for code in ("CHN", "ARM"))
    years = ", ".join(map(str, range(2017, 2026)))
    for asked, key, told in (
        (cells, ("1999", "_T"), f"border entries of PRK, 1999, expected one of the periods {years}. Choose another"),
        (cells, ("2016-Q1", "_T"), "2017-Q1, 2017-Q2, 2017-Q3, .*, [.]{3}, 2025-Q3[.] "),
        (cells, ("2024", "espionage"), "2024 espionage, expected for 2024 one of the purposes _T, business, crew"),
        (china, ("2023-Q1", "_T"), "border entries of CHN, 2023-Q1, expected one of the periods 2023, 2024[.] "),
        (china, ("2023", "tourism"), "2023 tourism, expected for 2023 one of the purposes _T[.] "),
        (china, ("2022", "tourism"), "2022 tourism, expected one of the periods 2024[.] "),
        (china, ("2022", "work"), "2022 work, expected one of the periods 2023, 2024[.] "),
        (nobody, ("2024", "_T"), "border entries of ARM has none. Choose another, or add"),
    ):
        with pytest.raises(NoCellError, match=told):
            asked.interval(*key)


def test_a_cell_without_an_interval_is_named_with_its_nationality(cells):
    with pytest.raises(NoFigureError, match=r"^border entries of PRK, 2018 education: not collected, so there is no"):
        cells.interval("2018", "education")


def test_contradictions_beyond_all_limits_name_series_and_nationality(figures, raw):
    one = figures[(figures["observation_id"] == "F0001")]
    many = pd.concat([one.assign(low=n, high=n, observation_id=f"F9{n:03}") for n in range(40)], ignore_index=True)
    with pytest.raises(AccountingError, match=r"observations.csv, border entries of PRK: the 40 figures around 2024"):
        reconciliation.reconcile(many, raw["sources"], raw["purposes"])


def test_every_contradiction_is_found_with_what_it_clashes_with_and_nothing_else(reconciled):
    short = "2023-Q1 (150) + 2023-Q2 (240) make 390, but 2023-S1 is 400"
    told = {
        (row.as_stated, row.period, row.source_id): (row.verdict, row.because, row.clashes_with, row.readers)
        for row in reconciled[1].itertuples()
    }
    assert told == {
        ("150", "2023-Q1", "TRIBUNE2023"): ("contested", short, "F0028 F0029 F0031 F0032", 1),
        ("240", "2023-Q2", "TRIBUNE2023"): ("contested", short, "F0028 F0029 F0030", 1),
        ("240", "2023-Q2", "MIRROR2023"): ("contested", short, "F0028 F0029 F0030", 1),  # two papers, one reader
        ("20", "2023-Q3", "MIRROR2023"): (
            "rejected", "2023-Q3 education is 60 as read by ALPHA and BETA, 20 as read by ALPHA", "F0034 F0035", 1
        ),
        ("10 citizens", "2024", "COURIER2025"): (
            "rejected", "of the papers that relay ALPHA, 2 print 10,000, 1 prints 10", "F0001 F0003", 1
        ),
        ("6,543", "2017", "COURIER2025"): ("not_collected", "education was not a category in 2017", "", 1),
    }  # fmt: skip


def test_a_figure_in_conflict_without_a_reading_is_named(reconciled, raw):
    missing = raw["resolutions"][raw["resolutions"]["observation_id"] != "F0036"]
    with pytest.raises(ResolutionError, match=r"resolutions.csv: no row for F0036 \('20' of MIRROR2023\)") as caught:
        reconciliation.resolve(reconciled[1], missing)
    assert "2023-Q3 education is 60 as read by ALPHA and BETA" in str(caught.value)


def test_a_reading_of_a_figure_in_no_conflict_is_named(reconciled, raw):
    more = pd.concat([raw["resolutions"], raw["resolutions"].head(1).assign(observation_id="F0001")])
    with pytest.raises(ResolutionError, match=r"resolutions.csv: F0001 is not in conflict any more. Delete its row."):
        reconciliation.resolve(reconciled[1], more)


def test_readings_explain_and_never_steer(reconciled, raw):
    conflicts = reconciliation.resolve(reconciled[1], raw["resolutions"])
    assert conflicts[reconciled[1].columns].equals(reconciled[1])
    assert (conflicts["reason"] != "").all()


def test_conflicts_to_read_hold_papers_that_print_the_same_figure_together(shown):
    clash, readings = shown("01", "Figures that cannot all be true"), shown("01", "The same figures")
    assert len(clash) == len(readings) == 5  # of six figures
    assert clash.at["border entries of PRK, 2023-Q2: 240", "verdict"] == "contested"
    assert clash.at["border entries of PRK, 2017 education: 6,543", "verdict"] == "not collected"
    twice = readings.loc["border entries of PRK, 2023-Q2: 240"]
    assert twice["printed by"] == "The Tribune (F0031), The Mirror (F0032), read by ALPHA"
    assert "Misread. One of the two quarters is ten too low" in twice["what a human makes of it"]


def test_results_do_not_depend_on_row_order(figures, raw, reconciled):
    key = ["series", "nationality", "period", "purpose", "transport"]
    values = ["low", "high", "status", "readers", "source_ids"]
    again, conflicts = reconciliation.reconcile(figures.sample(frac=1, random_state=1), raw["sources"], raw["purposes"])
    first, second = (table.sort_values(key)[key + values].reset_index(drop=True) for table in (reconciled[0], again))
    assert first.equals(second)
    assert set(conflicts["observation_id"]) == set(reconciled[1]["observation_id"])


def test_every_interval_is_upright_and_every_value_has_sources(entries):
    known = entries.dropna(subset="low")
    assert (known["low"] <= known["high"]).all()
    assert (known.loc[known["status"].isin(["reported", "derived"]), "source_ids"] != "").all()
    assert not entries.duplicated(["series", "nationality", "period", "purpose", "transport"]).any()


def test_readers_are_counted_and_not_papers(cells):
    assert cells.row("2024")["readers"] == 2  # who print 10,000, and not "about 10,000"
    assert cells.row("2024")["source_ids"] == "GAZETTE2025 HERALD2025"
    assert cells.row("2023-Q2")["readers"] == 1  # two papers relay one reader


def test_a_label_that_leads_to_another_purpose_is_misread(raw):
    assert reconciliation.misread(raw["observations"], raw["purposes"]).empty
    wrong = raw["observations"].assign(purpose=raw["observations"]["purpose"].replace("crew", "work"))
    assert list(reconciliation.misread(wrong, raw["purposes"])["label_as_stated"]) == ["drivers"]


def test_printed_parts_are_set_against_printed_wholes(figures, raw):
    readers = raw["sources"].set_index("source_id")["read_by"]
    border = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    sums = reconciliation.additions(border.assign(reader=border["source_id"].map(readers)))
    differences = sums.set_index(["whole", "by"])["difference"]
    assert differences.to_dict() == {
        ("2023-Q3", "transport"): 0,
        ("2023-S1", "quarter"): -10,
        ("2024", "purpose"): 0,
        ("2024-S1", "quarter"): 0,
    }


def test_a_period_not_made_of_quarters_is_refused_with_the_figure_named(figures, raw):
    month = figures.assign(period=figures["period"].where(figures["observation_id"] != "F0002", "2024-04"))
    with pytest.raises(
        PeriodError, match=r"row 3 \(F0002\), column period: '2024-04' is not made of whole quarters, expected"
    ):
        reconciliation.reconcile(month, raw["sources"], raw["purposes"])


def added(figures, **columns) -> pd.DataFrame:
    """The figures and one more: a copy of the first, the total of 2024, with other columns."""
    return pd.concat([figures, figures.head(1).assign(observation_id="F9999", **columns)])


@pytest.fixture
def with_more(raw):
    """The cells of one nationality and the conflicts of a table."""

    def of(figures: pd.DataFrame, nationality: str = "PRK") -> tuple[Cells, pd.DataFrame]:
        entries, conflicts = reconciliation.reconcile(figures, raw["sources"], raw["purposes"])
        return Cells(entries, nationality=nationality), conflicts

    return of


def test_a_purpose_printed_for_a_year_before_the_complete_list_is_taken(figures, with_more):
    """Business was collected in 2018, although nobody printed it so far."""
    cells, _ = with_more(added(figures, period="2018", purpose="business", low=500.0, high=500.0))
    assert cells.interval("2018", "business") == (500, 500)


def test_a_blank_column_blanks_no_other_cell(figures, with_more):
    cells, _ = with_more(added(figures, period="2025", purpose="education", **BLANK))
    assert cells.row("2025", "education")["status"] == "not_published"
    assert cells.interval("2025-Q1") == (200, 200)
    assert cells.interval("2025-Q1", "education") == (2, 2)


def test_purposes_that_nobody_named_may_hold_what_is_left_of_a_total(figures, raw):
    visas = {"series": "consular_visas", "nationality": "CUB", "period": "2023"}
    more = added(added(figures, **visas, low=10.0, high=10.0), **visas, purpose="education", low=3.0, high=3.0)
    conflicts = reconciliation.reconcile(more, raw["sources"], raw["purposes"])[1]
    assert "CUB" not in set(conflicts["nationality"])


def test_a_figure_printed_later_fills_a_blank(figures, with_more):
    cells, _ = with_more(added(figures, period="2025-Q2", low=300.0, high=300.0))
    assert cells.row("2025-Q2")["status"] == "reported"
    assert cells.interval("2025-S1") == (500, 500)
    assert cells.row("2025-Q3")["status"] == "not_published"


def test_a_withheld_cell_that_other_figures_give_away_keeps_its_bounds_and_its_status(figures, with_more, plain):
    """2023-Q4 is 350, whoever blanks it; and if the year 2025 were 1,000, its second quarter could be 800 at most."""
    more = added(added(figures, period="2023-Q4", **BLANK), period="2025", low=1000.0, high=1000.0)
    cells, _ = with_more(more)
    for period, expected in {"2023-Q4": (350, 350), "2025-Q2": (0, 800)}.items():
        assert cells.row(period)["status"] == "not_published"
        assert cells.interval(period) == expected
    assert plain(cells.marked("2025-Q2")) == "∅\N{NARROW NO-BREAK SPACE}≤800"


def test_a_nationality_known_only_by_a_blank_or_an_impossible_figure_is_taken(figures, raw):
    more = pd.concat([
        added(figures, nationality="CUB", period="2025-Q2", **BLANK),
        added(figures, nationality="VNM", period="2017", purpose="education").tail(1),
    ])  # fmt: skip
    entries, conflicts = reconciliation.reconcile(more, raw["sources"], raw["purposes"])
    assert set(entries.loc[entries["nationality"] == "CUB", "status"]) == {"not_published"}
    assert list(conflicts.loc[conflicts["nationality"] == "VNM", "verdict"]) == ["not_collected"]


def test_a_nationality_has_only_the_cells_that_were_printed(entries):
    china = Cells(entries, nationality="CHN")
    assert sorted(china.rows) == [Cell("2023"), Cell("2024"), Cell("2024", "tourism")]


def test_entries_older_than_the_figures_are_refused(entries, systems):
    old = entries.assign(low=entries["low"].where(entries["period"] != "2024-Q3", 3700.0))
    with pytest.raises(
        OldTableError, match=r"border entries of PRK, 2024-Q3: found something else than 4,500, .*run notebook 01 first"
    ):
        Cells(old, systems["border_entries"])


def test_modes_of_transport_come_from_the_schema(entries):
    modes = entries[(entries["transport"] != "_T") & (entries["low"] == entries["high"])]
    assert set(modes["transport"]) == set(tables.codes("observations", "transport"))


def test_sums_and_shares_of_cells_are_bounded_together(cells):
    """The first two quarters of 2023 are 400 together, whichever of them is short."""
    halves = {("2023-Q1", "_T"): 1, ("2023-Q2", "_T"): 1}
    assert cells.bound(halves) == (400, 400)
    assert cells.interval("2023-Q1").plus(cells.interval("2023-Q2")) == (390, 410)
    assert cells.ratio({("2023-Q1", "_T"): 1}, halves) == pytest.approx((150 / 400, 160 / 400))


def test_sums_without_a_system_take_cells_as_independent(entries):
    apart = Cells(entries)
    halves = {("2023-Q1", "_T"): 1, ("2023-Q2", "_T"): 1}
    assert apart.bound(halves) == (390, 410)
    assert apart.bound({("2023-Q1", "_T"): 2, ("2023-Q2", "_T"): -1}) == (2 * 150 - 250, 2 * 160 - 240)
    assert apart.ratio({("2023-Q1", "_T"): 1}, halves) == Interval(150, 160).over(Interval(390, 410))


@pytest.mark.parametrize(
    ("low", "high", "change"),
    [(155, 155, "narrower"), (140, 160, "wider"), (155, 165, "other"), (math.nan, math.nan, "gone")],
)
def test_a_change_between_two_tables_is_named(entries, low, high, change):
    own = (entries["period"] == "2023-Q1") & (entries["purpose"] == "_T") & (entries["series"] == "border_entries")
    after = entries.assign(low=entries["low"].where(~own, low), high=entries["high"].where(~own, high))
    (row,) = reconciliation.changes(entries, after).itertuples()
    assert (row.period, row.before, row.change) == ("2023-Q1", (150, 160), change)
    (back,) = reconciliation.changes(after, entries).itertuples()
    assert back.change == {"narrower": "wider", "wider": "narrower", "gone": "new"}.get(change, change)


def test_series_that_need_not_add_up_show_what_their_figures_span(figures, raw):
    own = figures[figures["observation_id"] == "F0066"]
    assert list(own["period"]) == ["2018"]
    for low, high, status in ((2000.0, 2000.0, "reported"), (1990.0, 2010.0, "bounded"), (3000.0, 3000.0, "contested")):
        more = pd.concat([own, own.assign(source_id="HERALD2025", low=low, high=high)])
        (row,) = reconciliation.printed(more, raw["sources"]).itertuples()
        assert (row.low, row.high, row.status) == (min(low, 2000), max(high, 2000), status)
        assert (row.readers, row.source_ids) == (2, "HERALD2025 MINISTRY2020")
