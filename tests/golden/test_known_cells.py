"""What the real figures become: counts and conflicts that any reader can check by hand."""

import math

import pytest

from dprk_entries.entries import reconciliation


@pytest.mark.parametrize(
    ("period", "purpose", "low", "high", "status"),
    [
        ("2024", "_T", 13221, 13221, "reported"),
        ("2024", "education", 7887, 7887, "reported"),
        ("2019", "_T", 21481, 21481, "derived"),
        ("2019", "education", 3150, 3250, "bounded"),
        ("2020", "_T", 2047, 2047, "derived"),
        ("2020-Q2", "_T", 129, 129, "reported"),
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
        ("2025", "_T", 295, math.inf, "bounded"),
    ],
)
def test_cells_of_north_koreans(cells, period, purpose, low, high, status):
    assert cells.interval(period, purpose) == (low, high)
    assert cells.row(period, purpose)["status"] == status


def test_the_quarters_of_the_compiled_series_add_up_to_the_known_years(cells):
    known = {2010: 21167, 2011: 18901, 2012: 22071, 2013: 23604, 2014: 23902,
             2015: 20839, 2016: 22036, 2017: 19641, 2018: 13282, 2019: 21481}  # fmt: skip
    assert {year: cells.interval(str(year)).low for year in known} == known


def test_the_first_quarters_of_2023_are_370_together_whichever_is_short(cells):
    assert cells.bound({("2023-Q1", "_T"): 1, ("2023-Q2", "_T"): 1}) == (370, 370)


def test_from_the_second_quarter_of_2025_on_figures_were_withheld(cells):
    assert [cells.row(f"2025-Q{n}")["status"] for n in (1, 2, 3)] == ["reported", "not_published", "not_published"]


def test_russian_departures_have_their_years(series):
    """6,636, printed as education entries of 2012, is the number of Russian departures of that year."""
    departures = series["russian_departures", "RUS"]
    assert departures.interval("2012") == (6636, 6636)
    assert departures.interval("2025-Q1") == (1267, 1267)


# The contradictions that a reader of the sources found by hand: those in border entries, and what finds each.
KNOWN = {
    "comma read as the end of the number": {"F0111", "F0130"},
    "quarters of 2023 short of the half-year": {"F0035", "F0036", "F0051", "F0052"},
    "education of 2012": {"F0001", "F0002", "F0003", "F0004"},
    "education and private of 2023-Q3": {"F0065", "F0067", "F0068"},
    "modes of transport of 2023-Q3": {"F0056", "F0057"},
    "nearly 13,000": {"F0106"},
    "headline of 2024-Q3": {"F0177"},
    "tourist registrations of 2020: a quarter above the half-year": {"F0241", "F0242", "F0246", "F0250", "F0530"},
    "nine months of 2024 cut off": {"F0519", "F0521"},
    "education of 2024 as all entries": {"F0525"},
    "total of 2024 dated to 2023": {"F0526"},
    "nine months of China in 2024": {"F0344", "F0615"},
    "North Koreans in China in 2009 and 2012": {"F0674", "F0680", "F0695", "F0708"},
    "plans for one plant and for all": {"F0270", "F0310", "F0543"},
    "the press against the compilation by mode: 2019 and its first half": {"F0314", "F0317"},
    "countries of 2019 cut off, not rounded": {"F0416", "F0429"},
}


LAST_READ = "F0730"  # the figures that this reader looked through


def test_every_contradiction_known_to_readers_is_found_by_arithmetic_and_nothing_else(reconciled):
    observed = {name for name in reconciled[1]["observation_id"] if name <= LAST_READ}
    assert observed == set().union(*KNOWN.values())


@pytest.mark.parametrize(
    ("observation_id", "because"),
    [
        ("F0035", "2023-Q1 (153) + 2023-Q2 (213) make 366, but 2023-S1 is 370; even without 2023-S1 (370), "
                  "2023-Q1 (153) + 2023-Q2 (213) + 2023-Q3 (365) make 731, but 2023-01-01/2023-09-30 is 735"),
        ("F0065", "2023-Q3 education is 62 as read by NKNEWS and RFA, 24 as read by NKNEWS"),
        ("F0111", "of the papers that relay RFA, 8 print 13,221, 1 prints 13"),
        ("F0177", "of the papers that relay RFA, 4 print 5,263, 1 prints 3,700 to 3,799"),
        ("F0056", "2023-Q3 air (213) + 2023-Q3 car (31) + 2023-Q3 rail (134) make 378, but 2023-Q3, which includes "
                  "more, is 365; even without 2023-Q3 car (31), 2023-Q3 air (213) + 2023-Q3 rail (134) + 2023-Q3 ship "
                  "(13) + 2023-Q3 walk (13) make 373, but 2023-Q3, which includes more, is 365"),
        ("F0241", "2020-Q1 tourism is 3,067, but 2020-01-01/2020-09-30 tourism, which includes it, is 233"),
        ("F0001", "education was not a category in 2012"),
    ],
)  # fmt: skip
def test_a_conflict_says_what_the_figure_clashes_with(reconciled, observation_id, because):
    assert reconciled[1].set_index("observation_id").loc[observation_id, "because"] == because


def test_the_exact_figures_of_the_article_are_in_no_conflict(reconciled, figures):
    article = figures[(figures["source_id"] == "KJD20250205") & (figures["qualifier"] == "exact")]
    assert len(article) > 5
    assert not set(article["observation_id"]) & set(reconciled[1]["observation_id"])


def test_every_figure_in_conflict_has_a_human_reading(reconciled, raw):
    assert (reconciliation.resolve(reconciled[1], raw["resolutions"])["reason"] != "").all()


def test_every_printed_label_leads_to_its_code(raw):
    assert reconciliation.misread(raw["observations"], raw["purposes"]).empty
