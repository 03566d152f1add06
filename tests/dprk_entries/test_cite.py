"""Every number of the pages leads to an entry that says who printed it, and each entry stands where it should."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from dprk_entries.entries import influence, reconciliation
from dprk_entries.site import build as sources
from dprk_entries.site.entry_pages import pages as entry_pages
from notebook_reports import cite as provenance
from notebook_reports import links, paths, tables
from notebook_reports.errors import BuildError
from reconcile.intervals import Interval

REPORTS = paths.ROOT / "reports"
PAGES = sorted(REPORTS.glob("[0-9]*.html"))
# Tables about the tables, about rules and about made-up years: no published figure stands in them.
ABOUT_NO_FIGURE = (
    "Published figures by series",
    "Purposes and the labels that the press printed",
    "How to read the matrix",
    "How many of 1,000 made-up years",
    "What each rule accepts",
    "Verdicts on claims",
    "What 16,384 draws leave unexplained",
)


def soup_of(page) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufff9\ufffa\ufffb")))
def test_a_mark_survives_a_sentence_and_comes_off_again(text):
    cited = provenance.cite(text, "cell", "border_entries", "PRK", "2024", "education", short="7,887")
    assert provenance.plain(f"of which {cited} were") == f"of which {text} were"
    link = BeautifulSoup(provenance.html(f"a < {cited}"), "html.parser").a
    assert link["href"] == "../reports/sources/2024.html#border_entries.PRK.2024.education"
    assert link["data-from"] == "7,887"


def test_text_in_a_mark_is_text():
    cited = provenance.cite("<b>", "source", "X", short='"><script>alert(1)</script>')
    assert provenance.html(cited) == (
        '<a class="cite" href="../reports/sources/index.html#X" '
        'data-from="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">&lt;b&gt;</a>'
    )


@pytest.mark.parametrize(
    ("kind", "key", "address"),
    [
        ("cell", ("border_entries", "PRK", "2019-01-01/2019-09-30", "_T"),
         "2019.html#border_entries.PRK.2019-01-01_2019-09-30._T"),
        ("figure", ("F0099",), "figures-1.html#F0099"),
        ("figure", ("F0100",), "figures-2.html#F0100"),
        ("claim", ("B07", 4), "claims.html#B07.4"),
        ("growth", ("factor", "_T", "2024", "2023"), "growth.html#factor._T.2024.2023"),
        ("share", ("unexplained_entries", "naive", "2024"), "shares.html#unexplained_entries.naive.2024"),
    ],
)  # fmt: skip
def test_addresses(kind, key, address):
    assert provenance.address(kind, *key) == address


def test_a_cell_says_in_short_what_is_known_of_it(cells):
    assert "2024 education: reported, 8 sources" in cells.cite("2024", "education")
    assert provenance.plain(cells.cite("2025-Q2")) == "not published"
    assert provenance.plain(cells.cite("2024", "education", "most")) == "most"


# The pages as they are committed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_row_with_a_number_leads_to_where_it_comes_from(page):
    tables_seen = 0
    for table in soup_of(page).select("table"):
        if table.caption.string.startswith(ABOUT_NO_FIGURE):
            continue
        tables_seen += 1
        for row in table.select("tbody tr"):
            told = " ".join(cell.get_text() for cell in row.select("td"))
            if re.search(r"\d", told):
                assert row.select("a.cite"), f"{table.caption.string}: {row.get_text(' ')}"
    assert tables_seen or page.stem.startswith("05")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_headlines_and_charts_lead_to_where_they_come_from(page):
    soup = soup_of(page)
    assert soup.select(".headline a.cite")
    for svg in soup.select("figure svg"):
        marks = svg.select("a")
        assert marks and all(mark.title.string == mark["aria-label"] for mark in marks)


def test_an_entry_leads_on_to_figures_sources_and_addresses():
    """From the headline number of education entries to the paper that printed it, and to its address."""
    cell = soup_of(REPORTS / "sources/2024.html").find(id="border_entries.PRK.2024.education")
    assert cell.h3.string == "2024 education"
    assert "7,887, reported" in cell.get_text()
    link = next(a for a in cell.select("a") if a.string == "F0124")
    page, anchor = link["href"].split("#")
    figure = soup_of(REPORTS / "sources" / page).find(id=anchor)
    assert "7,887" in figure.h3.string and "A08.1" in figure.get_text()
    source = soup_of(REPORTS / "sources/index.html").find(id="KJD20250205")
    text = source.get_text(" ")
    assert "F0124" in text and "A08.1" in text and "Read by RFA; seen 2026-11-23" in text
    other = soup_of(REPORTS / "sources/index.html").find(id="RFAKO20241108")
    assert other.select("a[href^='https://']")


def test_a_derived_cell_leads_to_the_cells_of_its_formula():
    cell = soup_of(REPORTS / "sources/2024.html").find(id="border_entries.PRK.2024-Q4._T")
    targets = {a["href"] for a in cell.select("a")}
    assert {f"2024.html#border_entries.PRK.{p}._T" for p in ("2024", "2024-Q3", "2024-S1")} <= targets


def test_pages_are_named_before_they_are_written():
    expected = set(sources.pages("data/raw/observations.csv"))
    assert {f"reports/sources/{page.name}" for page in (REPORTS / "sources").glob("*.html")} == expected


# Raw text on the pages


def test_text_of_a_source_is_text(figures, raw, entries):
    evil = "<script>alert(1)</script>"
    frames = tables_of(figures, raw, entries)
    frames["sources"] = frames["sources"].assign(title=evil)
    frames["figures"] = frames["figures"].assign(note=evil, as_stated=evil)
    for name, html in entry_pages(frames).items():
        scripts = BeautifulSoup(html, "html.parser").select("script")
        assert [script["type"] for script in scripts] == ["application/ld+json"], name


def tables_of(figures, raw, entries) -> dict[str, pd.DataFrame]:
    frames = {name: tables.read_processed(name) for name in ("conflicts", "growth", "laundering", "claims-checked")}
    nothing = pd.DataFrame(columns=influence.COLUMNS)
    cells = reconciliation.with_printed(entries, figures, raw["sources"])
    return raw | frames | {"figures": figures, "entries": entries, "cells": cells, "influence": nothing}


# Links


def test_a_link_to_an_entry_that_does_not_exist_stops_the_build(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/2024.html").write_text('<p id="there">', encoding="utf-8")
    page = tmp_path / "02-analyze-growth.html"
    page.write_text('<a href="sources/2024.html#there"></a><a href="https://example.org/x#y"></a>', encoding="utf-8")
    links.check(tmp_path)
    page.write_text('<a href="sources/2024.html#gone"></a>', encoding="utf-8")
    with pytest.raises(BuildError, match=r"02-analyze-growth.html links to sources/2024.html#gone"):
        links.check(tmp_path)
    page.write_text('<a href="#nowhere"></a><a href="sources/2030.html"></a>', encoding="utf-8")
    with pytest.raises(BuildError, match=r"sources/2030.html"):
        links.check(tmp_path)


# What would change without a figure


@pytest.fixture(scope="module")
def changes(figures, raw, entries) -> pd.DataFrame:
    own = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    return influence.influence(own, raw["sources"], raw["purposes"])


@pytest.mark.parametrize("observation_id", ["F0189", "F0037", "F0049", "F0067", "F0104", "F0189", "F0435", "F0473"])
def test_counts_without_a_figure_are_those_of_a_table_without_its_row(changes, figures, raw, entries, observation_id):
    own = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    without, _ = reconciliation.reconcile(own[own["observation_id"] != observation_id], raw["sources"], raw["purposes"])
    key = ["period", "purpose", "transport"]
    before = entries[(entries["series"] == "border_entries") & (entries["nationality"] == "PRK")].set_index(key)
    after = {row[:3]: Interval(*row[3:]) for row in without[[*key, "low", "high"]].itertuples(index=False, name=None)}
    expected = {}
    for cell, row in before[before["low"].notna()].iterrows():
        value = after.get(cell, Interval(0, float("inf")))
        if value != (row["low"], row["high"]):
            expected[cell] = value
    found = changes[changes["observation_id"] == observation_id]
    assert {row[3:6]: Interval(*row[6:]) for row in found.itertuples(index=False, name=None)} == expected
