"""The pages that numbers lead to, made from the frozen tables."""

import difflib
import re
import shutil
from xml.etree import ElementTree

import pandas as pd
import pycountry
import pytest
from bs4 import BeautifulSoup
from notebooks import at

from dprk_entries import cite
from dprk_entries.data import names, tables
from dprk_entries.site import change_feed, entry_pages, steps
from dprk_entries.study import hypotheses, statements
from notebook_reports import paths


@pytest.fixture(scope="session")
def entry(pages):
    """Text of an entry, in the words of `cite`: its kind and key."""

    def of(kind: str, *key: object) -> str:
        page, _, anchor = cite.address(kind, *key).partition("#")
        return re.sub(r"\s+", " ", pages[page].find(id=anchor).get_text(" ", strip=True))

    return of


@pytest.fixture(scope="session")
def targets(pages):
    """Where the links of an entry lead."""

    def of(kind: str, *key: object) -> list[str]:
        page, _, anchor = cite.address(kind, *key).partition("#")
        return [link["href"] for link in pages[page].find(id=anchor).select("a")]

    return of


def test_there_is_a_page_for_each_kind(pages):
    kinds = {
        "index",
        "figures",
        "counts",
        "counts-by-mode",
        "other-counts",
        "claims",
        "results",
        "shares",
        "comparisons",
        "references",
        "changes",
    }
    assert {name.removesuffix(".html") for name in pages} == kinds


def test_every_link_between_entries_leads_to_one(pages):
    for name, page in pages.items():
        for link in page.select("article a[href*='#']"):
            file, _, anchor = link["href"].partition("#")
            assert pages[file or name].find(id=anchor), f"{name}: {link}"


def test_every_work_of_the_bibliography_is_listed_with_what_it_is_used_for(entry, targets, pages):
    works = {"fellegi1976", "dobra2000", "dinkelbach1967", "manski2003"}
    assert works <= {place["id"] for place in pages["references.html"].select("[id]")}
    told = entry("reference", "fellegi1976")
    assert told.startswith("Fellegi and Holt 1976") and "71(353):17–35, 1976" in told
    assert "Used for: Error localisation" in told
    assert targets("reference", "fellegi1976")[-1] == "https://doi.org/10.1080/01621459.1976.10481472"


# What an entry says


def test_a_cell_says_what_it_can_be_who_printed_it_and_what_it_follows_from(entry, targets):
    key = ("border_entries", "PRK")
    assert entry("cell", *key, "2024", "education").startswith(
        "2024 education 6,000 , reported, printed by 2 witnesses. In print: The Herald, 5 February 2025: 6,000 ; "
    )
    assert "2022 100 , reported, printed by 1 witness." in entry("cell", *key, "2022", "_T")
    assert "150 to 160 , contested, printed by 1 witness." in entry("cell", *key, "2023-Q1", "_T")
    assert ": 150 (contested)" in entry("cell", *key, "2023-Q1", "_T")
    assert "nothing known , not published." in entry("cell", *key, "2025-Q2", "_T")
    year = [f"#border_entries.PRK.2019-Q{n}._T" for n in (1, 2, 3, 4)]
    assert targets("cell", *key, "2019", "_T") == year  # the quarters it is the sum of


COUNTS = ("counts", "other-counts")


def test_counts_stand_under_the_name_of_the_nationality(pages):
    groups = {name: [heading.get_text() for heading in pages[f"{name}.html"].select("h2")] for name in COUNTS}
    assert groups["counts"][:2] == ["Border entries, 2025", "Border entries, 2024"]
    assert {"Border entries of China, 2024", "Russian departures of Russia, 2024"} <= {*groups["other-counts"]}


def test_every_country_has_a_name_and_no_other_code_does():
    assert all(names.country(country.alpha_3) for country in pycountry.countries)
    assert names.country("XOS") == "South Ossetia" and names.language("ko") == "Korean"
    assert names.country("KRO") is None and names.language("xx") is None


def test_a_mode_of_transport_has_an_entry_of_its_own(entry):
    assert "July to September 2023 air 100 , reported" in entry("cell", "border_entries", "PRK", "2023-Q3", "_T", "air")


def test_a_formula_leads_to_the_cells_of_its_purposes(targets):
    to = targets("cell", "border_entries", "PRK", "2024-Q4", "education")
    assert to[:3] == [f"#border_entries.PRK.{p}.education" for p in ("2024", "2024-Q3", "2024-S1")]


def test_a_figure_says_how_it_is_read_and_what_would_change_without_it(entry, targets):
    assert entry("figure", "F0050").startswith(
        "about 2,000 entries, 2019 education . The Herald, 5 February 2025 , para 2. "
        "F0050, approx, read as 1,950 to 2,050."
    )
    assert "Without it" not in entry("figure", "F0001")
    text = entry("figure", "F0042")  # the only one of 2022
    assert "Without it these counts would be: all of 2022 (at least 0)" in text
    assert "Computed of them: results of 2022" in text and "results.html#2022" in targets("figure", "F0042")


def test_a_figure_on_which_many_results_rest_names_some_and_counts_the_rest(frames, entry, targets):
    """Without its figure 2018 is open: all that is computed of the year or one of its periods."""
    alike = frames["growth"].loc[frames["growth"]["period"].str.startswith("2018"), "period"].nunique()
    named = [link for link in targets("figure", "F0051") if link.startswith("results")]
    assert len(named) == entry_pages.NAMED < alike
    assert f", and {alike - entry_pages.NAMED} more" in entry("figure", "F0051")
    assert " more" not in entry("figure", "F0015")  # of 2024-Q1


def test_a_figure_in_conflict_says_with_what_and_what_a_human_makes_of_it(entry):
    text = entry("figure", "F0036")
    assert "Rejected: July to September 2023 education is 60 as read by ALPHA and BETA, 20 as read by ALPHA." in text
    assert "Unknown: Nobody else read it so." in text
    assert "Not collected: education was not a category in 2017." in entry("figure", "F0053")


def test_a_blank_is_named_as_one(frames):
    blank = frames["figures"].assign(as_stated=frames["figures"]["as_stated"].replace("a blank", ""))
    page = BeautifulSoup(entry_pages.pages(frames | {"figures": blank})["figures.html"], "html.parser")
    assert page.find(id="F0023").h3.string == "a blank"
    assert page.find(id="F0001").h3.string == "10,000"


def test_figures_stand_in_the_order_of_what_was_printed_whatever_that_of_the_table(frames):
    mixed = entry_pages.pages(frames | {"figures": frames["figures"].sample(frac=1, random_state=1)})
    page = BeautifulSoup(mixed["figures.html"], "html.parser")
    values = frames["figures"].set_index("observation_id")["value"]
    listed = [values[entry["id"]] for entry in page.select("article")]
    assert len(listed) == len(values) and [v for v in listed if pd.notna(v)] == sorted(values.dropna())
    assert [heading.string for heading in page.select("h2")][-2:] == ["From 100,000", "Nothing published"]


def test_figures_of_higher_numbers_stand_on_a_page_of_their_own(frames):
    """750 numbers a page: so that none outgrows what a phone should load, and a number stays where it is."""
    figures = frames["figures"]
    again = figures[figures["observation_id"] == "F0003"].assign(observation_id="F1600", locator="para 9")
    html = entry_pages.pages(frames | {"figures": pd.concat([figures, again], ignore_index=True)})
    page = BeautifulSoup(html["figures-3.html"], "html.parser")
    assert page.h1.string == "Find a figure from F1600" and [entry["id"] for entry in page.select("article")] == [
        "F1600"
    ]
    source = BeautifulSoup(html["index.html"], "html.parser").find(id=again["source_id"].iloc[0])
    assert source.select_one("a[href='figures-3.html#F1600']") and source.select_one("a[href='figures.html#F0003']")
    assert BeautifulSoup(html["figures.html"], "html.parser").select_one("a[href='figures-3.html']")


def test_a_source_leads_to_all_its_imported_figures_at_once(frames):
    figures = frames["figures"]
    source = figures["source_id"].iloc[0]
    ids = [f"{source}.PRK.{year}.air" for year in (2011, 2012, 2013)]
    imported = figures.head(3).assign(source_id=source, observation_id=ids)
    html = entry_pages.pages(frames | {"figures": pd.concat([figures, imported], ignore_index=True)})["index.html"]
    links = BeautifulSoup(html, "html.parser").find(id=source).select("a[href^='imported-figures.html']")
    assert [(link.string, link["href"]) for link in links] == [("3 imported", "imported-figures.html")]


def test_a_figure_more_changes_only_the_pages_that_say_something_of_it(frames):
    """Here F0083, which prints once more what F0003 does: the pages of figures, of its count and of its source."""
    figures = frames["figures"]
    again = figures[figures["observation_id"] == "F0003"].assign(observation_id="F0083", locator="para 9")
    more = frames | {"figures": pd.concat([figures, again], ignore_index=True)}
    before, after = (entry_pages.pages(tables) for tables in (frames, more))
    changed = {name: difflib.ndiff(text.splitlines(), after[name].splitlines()) for name, text in before.items()}
    lines = {name: sum(line[0] in "+-" for line in diff) for name, diff in changed.items()}
    assert {name for name, number in lines.items() if number} == {"figures.html", "counts.html", "index.html"}
    assert sum(lines.values()) <= 15


def test_an_undated_figure_has_no_count_to_lead_to(entry, targets, figures):
    (undated,) = figures.loc[figures["period"] == "undated", "observation_id"]
    assert "workers estimate, undated work. " in entry("figure", undated)
    assert targets("figure", undated) == ["index.html#ARMY2024"]


def test_whoever_builds_is_told_of_a_verdict_that_is_not_the_expected_one(notebooks, comparisons, tmp_path):
    shutil.copytree(notebooks.root, tmp_path, dirs_exist_ok=True)
    ledger = tmp_path / "data/raw/claims.csv"
    with at(tmp_path, tmp_path):
        tables.write_processed("comparisons", comparisons)
        steps.main("influence")
        steps.main("entry-pages")
        assert (tmp_path / ".build/remarks.txt").read_text() == ""
        expected = pd.read_csv(ledger, dtype=str, keep_default_na=False)
        expected.loc[expected["claim_id"] == "A02", "expected"] = "false"
        expected.to_csv(ledger, index=False)
        steps.main("entry-pages")
    told = "Not as expected in data/raw/claims.csv: claim A02, part 1: holds, expected: false\n"
    assert (tmp_path / ".build/remarks.txt").read_text() == told


def test_a_source_lists_its_figures_and_the_claims_in_it_and_on_it(entry, targets):
    text = entry("source", "COURIER2025")
    assert text.startswith("The Courier, 6 February 2025 COURIER2025 Ten thousand came")
    assert "It relays: The Herald" in text and "Witness: ALPHA; seen 23 November 2026; in English." in text
    assert "Claims made in it: A01 (holds)" in text and ", B08 (false)" in text  # whole ones, each once
    assert "Of these hold: 14 of 21. " in text
    assert "Claims checked with its figures: A01.1 (holds)" in text
    assert "https://example.org/courier" in targets("source", "COURIER2025")
    assert "Address: not known" in entry("source", "ALMANAC2020")
    assert "Claims" not in entry("source", "ARMY2024")
    assert "It relays" not in entry("source", "HERALD2025")


def test_an_event_stands_in_the_list_of_all_and_with_its_source(pages, entry):
    assert entry("conflicts", "events").endswith(
        "January 2020: The border closes (border closure). The Tribune, 1 November 2023 "
        "19 June 2024: A treaty is signed (treaty). The Observer, 20 December 2024"
    )
    assert "Event: 19 June 2024, A treaty is signed" in entry("source", "ARMY2024")


def test_changes_stand_newest_first_with_what_they_are_of(pages, entry):
    changes = pages["changes.html"].select("article")
    assert [change["id"] for change in changes] == ["feed", "C003", "C002", "C001"]
    assert entry("change", "C001").startswith("24 November 2026: F0001 to F0082 added Added: F0001 to F0082 ")
    assert entry("change", "C001").endswith(" What was found first")
    assert entry("change", "C003").endswith("Corrected: COURIER2025 It relays the Herald")
    assert [link["href"] for link in changes[2].select("a")] == ["figures.html#F0004"]


def test_the_feed_holds_the_changes_and_is_the_same_at_each_build(raw):
    text = change_feed.feed(raw["changes"])
    assert text == change_feed.feed(raw["changes"])
    times = re.findall(rb"<updated>(.*?)</updated>", text)
    assert times == [b"2026-11-25T00:00:00+00:00"] * 3 + [b"2026-11-24T00:00:00+00:00"]
    assert b"tag:dprk-entries.invalid,2026:changes/C002" in text and b"A misprint, not a count" in text


def test_where_the_site_has_an_address_the_feed_does(raw, monkeypatch, tmp_path):
    site, section = "https://example.org/north/", "[tool.notebook-reports]\n"
    own = (paths.ROOT / "pyproject.toml").read_text().replace(section, f'{section}address = "{site}"\n')
    (tmp_path / "pyproject.toml").write_text(own)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    feed = ElementTree.fromstring(change_feed.feed(raw["changes"]))
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}id") == f"{site}sources/changes.atom"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{atom}link")}
    assert links == {"self": f"{site}sources/changes.atom", "alternate": f"{site}sources/changes.html"}
    newest = feed.find(f"{atom}entry")
    assert newest.findtext(f"{atom}id") == newest.find(f"{atom}link").get("href") == f"{site}sources/changes.html#C003"


def test_growth_says_its_value_in_its_unit_and_leads_to_the_cells_behind_it(entry, targets):
    of = ("growth", "factor", "_T", "2024", "2023")
    assert entry(*of) == (
        "Factor: 2024 against 2023 10,000 / 1,000 = 10.00 times "
        "First in print: The Herald, 5 February 2025: 10,000 ; The Herald, 5 February 2025: 1,000"
    )
    counts = [f"counts.html#border_entries.PRK.{year}._T" for year in (2024, 2023)]
    assert targets(*of) == [*counts, "figures.html#F0001", "figures.html#F0025"]
    assert "50.0 %" in entry("growth", "recovery", "_T", "2024", "2019")
    assert "900.00 percent" in entry("growth", "percent_change", "_T", "2024", "2023")
    rank = ("growth", "rank", "_T", "2024", "2017-01-01/2024-12-31")
    assert entry(*rank).startswith("Rank: 2024 against 2017 to 2024 10,000 entries: place 3 ")
    share = ("growth", "contribution", "education", "2024", "2023")
    assert entry(*share).startswith("Contribution: education, 2024 against 2023 ( 6,000 − (60 to 500) ) / (")
    both = ["2024.education", "2023.education", "2024._T", "2023._T"]
    assert [to.partition("PRK.")[2] for to in targets(*share)][:4] == both


def test_a_share_leads_to_entries_and_one_of_visas_to_none(entry, targets):
    of = ("share", "unexplained_share_of_education", "reported-students", "2024")
    assert entry(*of).startswith(
        "2024, reported-students 83 to 100 % The bounds rest on: the students reported, assumed to"
    )
    assert "At least ( 6,000 − 1,000) / 6,000 = 83 %." in entry(*of)
    counts = [f"counts.html#border_entries.PRK.2024.{code}" for code in ("education", "_T")]
    assert targets(*of)[:2] == [counts[0], counts[0]]
    assert "5,000 to 6,000 entries" in entry("share", "unexplained_entries", "reported-students", "2024")
    assert "At least 6,000 − 1,000 = 5,000." in entry("share", "unexplained_entries", "reported-students", "2024")
    assert entry("share", "education_share", "none", "2024").startswith("2024, none 6,000 / 10,000 = 60 %")
    assert targets("share", "education_share", "none", "2024")[:2] == counts
    for estimand, text in (
        ("unexplained_visas", "6,500 to 7,000 visas"),
        ("unexplained_share_of_visas", "92 to 100 %"),
    ):
        of = ("share", estimand, "reported-students", "2024")
        assert text in entry(*of)
        assert "Computed from" not in entry(*of) and not set(counts) & set(targets(*of))
        assert "index.html#RECTOR2024" in targets(*of)


def test_a_comparison_says_its_value_in_its_unit_and_leads_to_the_counts_and_sources_behind_it(entry, targets):
    share = ("comparison", "share", "border_entries", "PRK", "2024", "education", "_T", "2024")
    assert entry(*share).startswith("North Korea, 2024 education 6,000 / 10,000 = 60.0 % First in print: The Herald, ")
    counts = [f"counts.html#border_entries.PRK.2024.{code}" for code in ("education", "_T")]
    assert targets(*share) == [*counts, "figures.html#F0005", "figures.html#F0001"]
    each = ("comparison", "per_student", "border_entries", "PRK", "2024", "education", "_T", "2024-04")
    assert entry(*each).startswith(
        "North Korea, 2024 education against April 2024 2024-04 6,000 / 100 = 60 entries per person"
    )
    assert "other-counts.html#enrolled_students.PRK.2024-04.education" in targets(*each)
    place = ("comparison", "place", "border_entries", "PRK", "2024", "_T", "_T", "2019")
    assert entry(*place).startswith("North Korea, 2024 against 2019 2 to 3 of 5 ")
    assert "border_entries.PRK.2019._T" in targets(*place)[1]
    printed = ("comparison", "printed_share", "consular_visas", "_T", "2023", "work", "_T", "2023")
    assert entry(*printed) == "all nationalities, 2023 work 8.5 to 9.5 % Sources: The Herald, 5 February 2025"


def test_a_count_that_is_not_in_the_table_is_not_led_to(frames):
    """A result of a period without an entry of its own names the others."""
    without = frames["cells"][~((frames["cells"]["period"] == "2023") & (frames["cells"]["purpose"] == "_T"))]
    page = BeautifulSoup(entry_pages.pages(frames | {"cells": without})["results.html"], "html.parser")
    link, printed = page.find(id="factor._T.2024.2023").select("a")
    assert (link["href"], printed["href"]) == ("counts.html#border_entries.PRK.2024._T", "figures.html#F0001")


def test_a_claim_says_its_verdict_and_leads_to_its_figures(entry, targets):
    text = entry("claim", "B05")
    assert text.startswith("“ about 200 ” Entries in 2022 The Gazette , 2 May 2025, body cannot be decided Without its")
    assert "Arithmetic: 2022 = 100; one witness against one" in text
    assert "B05.1: total, approx" in text and "Remark: one reader against another" in text
    assert "Checked against: all of 2022 (100)" in text
    count = "counts.html#border_entries.PRK.2022._T"
    assert targets("claim", "B05") == ["index.html#GAZETTE2025", count]
    assert entry("claim", "B05", 1) in text and targets("claim", "B05", 1) == [count]
    assert "Checked against" not in entry("claim", "B07", 1)


def test_an_assumption_says_its_range_and_why(entry):
    text = entry("assumption", "entries_per_student")
    assert text.startswith("Entries per student 0 to 4 entries per student and year.")
    assert "One to arrive and three after visits home." in text and "Source: a judgement of this project" in text


def test_text_of_a_source_is_text(frames):
    evil = "<script>alert(1)</script>"
    frames = frames | {
        "sources": frames["sources"].assign(title=evil),
        "figures": frames["figures"].assign(note=evil, as_stated=evil),
    }
    for name, html in entry_pages.pages(frames).items():
        scripts = BeautifulSoup(html, "html.parser").select("script")
        assert [script["type"] for script in scripts] == ["application/ld+json"], name


@pytest.mark.parametrize(
    ("language", "title", "as_stated", "marked"),
    [
        ("ko", "러시아 방문", "3,700여명", {"cite", "h3", "a"}),
        ("he", "ביקורים ברוסיה", "שלושה", {"cite", "h3", "a"}),
        ("de", "Besuche in Russland", "about 700", {"cite"}),  # a hedge in Latin letters may be ours
        ("ko", "(Korean report on visits)", "3,700", set()),  # in brackets: a description
        ("en", "Visits", "3,700여명", {"h3", "a"}),  # by its script
    ],
)
def test_words_in_another_language_than_that_of_the_pages_are_marked(frames, language, title, as_stated, marked):
    sources = frames["sources"].assign(language="en")
    sources.loc[sources["source_id"] == "HERALD2025", ["language", "title"]] = language, title
    figures = frames["figures"].copy()
    figures.loc[figures["observation_id"] == "F0001", "as_stated"] = as_stated
    html = entry_pages.pages(frames | {"sources": sources, "figures": figures})
    pages = {name: BeautifulSoup(text, "html.parser") for name, text in html.items()}
    words = [word for page in pages.values() for word in page.main.select("[lang]")]
    assert {word.name if word.name == "cite" else word.parent.name for word in words} == marked
    assert all((word["lang"], word["dir"]) == (language.replace("en", "ko"), "auto") for word in words)
    assert pages["index.html"].find(id="HERALD2025").cite.string == title
    assert pages["figures.html"].find(id="F0001").h3.get_text() == as_stated


def test_a_name_that_is_read_from_the_right_does_not_turn_the_day_beside_it(frames):
    sources = frames["sources"].assign(publisher=frames["sources"]["publisher"].replace("The Herald", "הארץ"))
    page = BeautifulSoup(entry_pages.pages(frames | {"sources": sources})["index.html"], "html.parser")
    heading = page.find(id="HERALD2025").h3
    assert heading.bdi.get_text() == "הארץ" and heading.get_text(" ", strip=True).split()[:3] == ["הארץ", ",", "5"]
    assert not page.find(id="COURIER2025").h3.bdi


def test_a_source_without_a_title_has_no_empty_one(frames):
    sources = frames["sources"].assign(title="")
    assert "<cite" not in entry_pages.pages(frames | {"sources": sources})["index.html"]


def test_a_figure_says_what_its_purpose_was_called_in_print(frames, entry):
    figures = frames["figures"].assign(label_as_stated="обучение")
    sources = frames["sources"].assign(language="bg")
    page = BeautifulSoup(
        entry_pages.pages(frames | {"figures": figures, "sources": sources})["figures.html"], "html.parser"
    )
    assert 'Called in print: “<span dir="auto" lang="bg">обучение</span>”' in str(page.find(id="F0001"))
    assert "Called in print" not in entry("figure", "F0001")


# Numbers in texts lead to entries that say them


def test_every_count_that_is_cited_leads_to_an_entry_that_says_it(cells, misled):
    of_all = [(cell.period, cell.purpose) for cell in cells.rows if cell.transport == "_T"]
    assert not misled(cite.cell(cells, *key, text) for key in of_all for text in ("", cells.marked(*key)))


def test_every_number_of_the_sentences_leads_to_an_entry_that_says_it(
    laundering, cells, visas, figures, assumed, misled
):
    can = statements.sayable(laundering, cells, visas, figures, assumed, "2024", "2019", "2025-Q1")
    cannot = statements.unsayable(laundering, cells, visas, assumed, "2024", "2019", "2025-Q1")
    assert not misled([*can.to_numpy().ravel(), *cannot.to_numpy().ravel()])


def test_every_number_of_the_evidence_leads_to_an_entry_that_says_it(laundering, cells, visas, figures, raw, misled):
    table = hypotheses.matrix(laundering, cells, visas, figures, raw["events"], "2024", "2019", "2025-Q1")
    assert not misled(table.to_numpy().ravel())


def test_every_result_to_read_leads_to_an_entry_that_says_it(notebooks, misled):
    growing, study = notebooks.names["02"], notebooks.names["03"]
    tables = (growing["table"], growing["growth"][["cited"]], study["by_set"], study["by_period"])
    assert not misled([text for table in tables for text in table.to_numpy().ravel()])


def test_a_link_to_another_number_is_found(cells, misled):
    """The test above all others: it can fail."""
    assert misled([cite.cell(cells, "2024", "_T", "9,999")]) == ["'9,999' -> counts.html#border_entries.PRK.2024._T"]
    assert misled([cite.cell(cells, "2024", "_T", "10,000 (2)")]) == []
