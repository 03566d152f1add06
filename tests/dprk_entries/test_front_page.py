"""What the front page tells, from rows of text as they stand in the tables."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dprk_entries import claims
from dprk_entries.site import front_page
from dprk_entries.site.steps import CODES, FRONT_PAGE
from notebook_reports import datapackage, settings
from notebook_reports.pages import front

LANGUAGES = {"en": ("English", "index.html"), "ko": ("한국어", "ko.html"), "ru": ("Русский", "ru.html")}
TABLES = ("entries", "growth", "laundering", "claims", "claims-checked", "sources", "assumptions", "changes")


def rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """A table as csv.DictReader gives it."""
    return [{k: "" if pd.isna(v) else str(v) for k, v in row.items()} for row in table.to_dict("records")]


@pytest.fixture
def story(frames):
    """The story when some of the tables are other than the frozen ones."""

    def of(**other: pd.DataFrame) -> front_page.Story:
        tables = {name.replace("-", "_"): frames[name] for name in TABLES} | other
        return front_page.story(**{name: rows(table) for name, table in tables.items()})

    return of


def test_it_is_made_without_pandas_which_would_take_half_a_second_at_the_end_of_each_build():
    code = f"import sys, {front_page.__name__}; print({{'pandas', 'numpy', 'highspy'}} & {{*sys.modules}})"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


def test_the_finding_stands_with_its_assumption_in_one_sentence(story, plain):
    assert plain(story().finding) == (
        "North Koreans entered Russia 10,000 times in 2024. If study was as large as all education entries of 2019, at "
        "least 65 of 100 education entries stay unexplained."
    )


def test_a_finding_that_no_longer_holds_is_withdrawn(story, frames, plain):
    """Had study before the pandemic been as large, it would explain all."""
    large = frames["laundering"].copy()
    of = (large["estimand"] == "unexplained_share_of_education") & large["assumption_set"].str.endswith("-ceiling")
    large.loc[of, "low"] = 0.0
    assert plain(story(laundering=large).finding) == (
        "North Koreans entered Russia 10,000 times in 2024, 6,000 times for education, as they declared. If study was "
        "as large as all education entries of 2019, it accounts for all of these."
    )
    assert plain(story(laundering=large).quote[1]) == (
        "If study was as large as all education entries of 2019, it accounts for all of those of 2024."
    )


def test_where_the_students_reported_may_explain_all_the_page_says_so(story, frames, plain):
    none = frames["laundering"].copy()
    none.loc[none["estimand"] == "unexplained_share_of_education", "low"] = 0.0
    assert plain(story(laundering=none).points[2]).startswith(
        "All education entries may be explained by the students reported, assumed to enter up to 4 times each while "
        "enrolled. By the round numbers that officials named for two "
    )
    unnamed = frames["assumptions"][~frames["assumptions"]["assumption_id"].str.startswith("students_")]
    assert len(story(assumptions=unnamed).points) == 2


def test_what_was_not_measured_or_published_is_not_said(story, frames, plain):
    """No growth where the year before may have had no entry; no half-year and no work where they were withheld."""
    growth = frames["growth"][~frames["growth"]["measure"].isin(["factor", "recovery"])]
    assert plain(story(growth=growth).points[0]) == "10,000 entries in 2024: crossings of the border, not people."
    withheld = frames["entries"].copy()
    withheld.loc[(withheld["period"] == "2024-S2") & (withheld["purpose"] == "education"), ["low", "high"]] = pd.NA
    assert plain(story(entries=withheld).points[1]) == (
        "6,000 of them (60 %) were declared as education. In 2019, entries for education were 1,950 to 2,050."
    )


def test_the_points_pair_growth_with_the_old_level_and_each_share_with_what_it_assumes(story, plain):
    first, second, third = map(plain, story().points)
    assert "10.0 times the entries of 2023 (1,000)" in first and "50 % of those of 2019 (20,000)" in first
    assert second.startswith("6,000 of them (60 %) were declared as education, ")
    assert third.startswith("At least 83 % of the education entries are not explained by the students reported, ")
    assert "; how often they enter is our assumption." in third


def test_every_number_leads_to_an_entry_that_says_it(story, misled):
    found = story()
    assert not misled([found.finding, *found.points, *found.quote, found.not_to_write, found.last])


def test_a_card_is_the_first_claim_of_each_verdict_and_verdicts_are_of_whole_claims(story, frames):
    """The whole claim counts: of B08, which is false, the first part holds."""
    whole = claims.whole(frames["claims-checked"])
    late = frames["claims-checked"].sort_values("claim_id", key=lambda ids: ids != "B08", kind="stable")
    for cards in (story().cards, story(claims_checked=late).cards):
        assert [str(card.verdict) for card in cards] == [each for each in claims.VERDICTS if (whole == each).any()]
        assert str(cards[0].where) == "The Courier, 6 February 2025" and cards[0].in_words == "Entries in 2024"
        assert [link.address for link in cards[0].verdict.links] == ["claims.html#A01"]
    assert (cards[-1].as_printed, list(cards[-1].parts[0].lines)) == ("8,000", ["2018 = 9,000"])
    said = story().verdicts
    assert sum(int(told.split()[0]) for told in said) == len(whole) < len(frames["claims-checked"])
    assert said[0] == f"{(whole == 'holds').sum()} hold"


def test_it_says_where_the_source_ends_and_when_the_figures_last_changed(story, plain, frames):
    found = story()
    assert plain(found.last) == (
        "The last quarter that was published is 2025-Q1, with 200 entries. In the releases from 2025-Q2 on, "
        "the rows of North Korea are blank: that is not zero."
    )
    assert (found.until, found.updated) == ("31 March 2025", "25 November 2026")
    published = frames["entries"][frames["entries"]["status"] != "not_published"]
    assert plain(story(entries=published).last) == "The last quarter that was published is 2025-Q1, with 200 entries."


def test_the_year_is_the_first_of_those_estimated_whatever_else_was(story, frames):
    """Rows on persons of another year, and shares of periods without an estimate, move nothing."""
    persons = frames["laundering"]["estimand"] == "unexplained_persons"
    later = frames["laundering"][persons].assign(period="2025")
    earlier = frames["laundering"][frames["laundering"]["estimand"] == "education_share"].head(1).assign(period="2001")
    more = pd.concat([earlier, later, frames["laundering"]])
    assert story(laundering=more) == story()


def test_the_factor_is_that_of_the_year_and_of_all_purposes(story, frames, plain):
    factor = (frames["growth"]["measure"] == "factor") & (frames["growth"]["period"] == "2024")
    (row,) = frames["growth"][factor].index
    others = [
        frames["growth"].loc[[row]].assign(**column, low=77.0, high=77.0)
        for column in ({"purpose": "education"}, {"period": "2023"})
    ]
    assert "10.0 times" in plain(story(growth=pd.concat([*others, frames["growth"]])).points[0])


def test_counts_of_other_nations_series_and_modes_are_not_taken_for_the_total(story, frames, plain):
    own = frames["entries"]
    total = own[(own["nationality"] == "PRK") & (own["series"] == "border_entries") & (own["period"] == "2024")]
    total = total[(total["purpose"] == "_T") & (total["transport"] == "_T")]
    others = [
        total.assign(**column, low=77.0, high=77.0)
        for column in ({"nationality": "CHN"}, {"series": "consular_visas"}, {"transport": "air"})
    ]
    assert "entered Russia 10,000 times" in plain(story(entries=pd.concat([own, *others])).finding)


def test_an_interval_is_said_as_one(story, frames, plain):
    own = (frames["entries"]["period"] == "2024") & (frames["entries"]["purpose"] == "_T")
    vague = frames["entries"].assign(high=frames["entries"]["high"].where(~own, 10100.0))
    assert "10,000 to 10,100 times" in plain(story(entries=vague).finding)


# The page


@pytest.fixture
def page(frames, tmp_path):
    """The page, or the summary in a language, when some of the tables are other than the frozen ones."""

    def of(code: str = "", **other: pd.DataFrame) -> BeautifulSoup:
        for path in FRONT_PAGE.reads:
            name = Path(path).stem
            table = other.get(name, frames[name.replace("_", "-")])
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            table.to_csv(tmp_path / path, index=False)
        contents = front.Contents([], [], datapackage.read(), "", tmp_path.joinpath)
        html = front_page.in_language(contents, code) if code else front_page.index(contents)
        return BeautifulSoup(html, "html.parser")

    return of


def misfits(page: BeautifulSoup) -> str:
    return re.search(r"no sample of the press: .*?direction alone", page.get_text(), re.DOTALL)[0]


def test_claims_that_name_another_unit_are_counted_where_there_are_any(page, frames):
    checked = frames["claims-checked"].copy()
    checked["unit_verdict"] = "fits"
    assert "does not fit" not in misfits(page(claims_checked=checked))
    held = checked.index[checked["claim_id"].map(claims.whole(checked)) == "holds"][0]
    checked.loc[held, "unit_verdict"] = "does not fit"
    assert ". In 1 of those that hold, the unit named does not fit" in misfits(page(claims_checked=checked))


def test_a_paper_and_a_claim_that_are_read_from_the_right_turn_nothing_and_a_long_claim_stands_whole(page, frames):
    long = ("צפון קוריאנים נכנסו לרוסיה " * 75).strip()  # 300 words
    checked = frames["claims-checked"].assign(as_stated=long)
    sources = frames["sources"].assign(publisher="הארץ", language="he")
    cards = page(claims_checked=checked, sources=sources).select(".cards article")
    assert cards
    for card in cards:
        names = {part.string: part.get("lang") for part in card.select("bdi")}
        assert names == {long: "he", "הארץ": None}


def test_the_page_and_its_summaries_lead_to_each_other_by_the_names_of_their_languages(page):
    for code in ("", *CODES):
        html = page(code)
        own = code or "en"
        assert html.html["lang"] == own
        named = {link["hreflang"]: (link.string, link["href"]) for link in html.select(".kicker a")}
        assert named == {key: value for key, value in LANGUAGES.items() if key != own}
        alternate = {link["hreflang"]: link["href"] for link in html.select("head link[hreflang]")}
        assert alternate == {key: href for key, (_, href) in LANGUAGES.items()}


@pytest.mark.parametrize(("code", "warned"), [("ko", "원어민의 검토를 받지 않았다"), ("ru", "не проверял носитель")])
def test_a_summary_says_all_in_its_language_but_what_is_named_in_english(page, code, warned):
    html = page(code)
    assert warned in html.main.get_text()
    about = json.loads(html.script.string)
    assert about["inLanguage"] == code and about["headline"] == html.h1.get_text()
    assert len(html.select("h1")) == 1 and html.select_one(".skip").string != "Skip to content"
    papers = html.find(id="sources").find_next("ul").extract()
    assert papers.select("a")
    for english in html.select("code, [lang=en], .words dt, .kicker a"):
        english.extract()
    words = set(re.findall("[A-Za-z]{2,}", html.body.get_text()))
    assert words <= {"MIT", "CC", "BY", "FSB"}


def test_date_version_and_lock_stand_once_at_the_foot_beside_what_has_changed(page):
    html = page()
    foot = html.find(id="cite").get_text() + html.find(id="cite").find_next("p").get_text()
    for once in ("25\N{NO-BREAK SPACE}November 2026", datapackage.read()["version"], settings.project().lock):
        assert html.body.get_text().count(once) == foot.count(once) == 1
    hrefs = [link["href"] for link in html.find(id="cite").find_next("p").select("a")]
    assert hrefs == ["sources/changes.html", "sources/changes.atom"]
    assert html.find("link", type="application/atom+xml")["href"] == "sources/changes.atom"
