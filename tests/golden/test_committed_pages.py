"""The pages as they are committed: every number leads to an entry that says it, and entries lead on to the sources."""

import functools
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dprk_entries.data import imports, tables
from notebook_reports import paths

REPORTS = paths.ROOT / "reports"
NOTEBOOKS = sorted(REPORTS.glob("[0-9]*.html"))
PAGES = [REPORTS / "index.html", *NOTEBOOKS, *sorted((REPORTS / "sources").glob("*.html"))]
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


@functools.cache
def soup_of(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@functools.cache
def entries_of(page: Path) -> dict[str, str]:
    """Text of each entry of a page, by its anchor."""
    return {entry["id"]: entry.get_text(" ", strip=True) for entry in soup_of(page).select("article[id], div[id]")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPORTS)))
def test_every_link_leads_to_an_entry_that_says_its_number(page, unsaid):
    wrong = set()
    for link in soup_of(page).select("a[href*='#']"):
        file, _, anchor = link["href"].partition("#")
        target = (page.parent / file).resolve() if file else page
        if link.find_parent("nav"):  # it leads to a heading
            continue
        if target.parent.name != "sources" or anchor == "main" or link.find("title"):  # a mark of a chart has no text
            continue
        text = link.get_text(" ", strip=True)
        if unsaid(text, entries_of(target)[anchor]):
            wrong.add(f"{text!r} -> {link['href']}")
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_every_row_with_a_number_leads_to_where_it_comes_from(page):
    for table in soup_of(page).select("table:not(figure table)"):  # of a chart's, the marks lead there
        if table.caption.string.startswith(ABOUT_NO_FIGURE):
            continue
        for row in table.select("tbody tr"):
            told = " ".join(cell.get_text() for cell in row.select("td"))
            if re.search(r"\d", told):
                assert row.select("a.cite"), f"{table.caption.string}: {row.get_text(' ')}"


@pytest.mark.parametrize("name", [page.stem for page in NOTEBOOKS if page.stem[:2] != "90"])
def test_there_are_tables_whose_rows_do(name):
    assert soup_of(REPORTS / f"{name}.html").select("table tbody a.cite")


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_headlines_and_marks_of_charts_lead_to_where_they_come_from(page):
    assert soup_of(page).select(".headline a.cite")
    assert all(mark.title.string == mark["aria-label"] for mark in soup_of(page).select("figure svg a"))


@pytest.mark.parametrize("name", [page.stem for page in NOTEBOOKS if page.stem[:2] not in ("01", "04", "90")])
def test_every_chart_has_marks_that_lead_to_their_numbers(name):
    charts = soup_of(REPORTS / f"{name}.html").select("figure svg")
    assert charts and all(chart.select("a") for chart in charts)


def test_claims_are_counted_whole_and_alike_on_every_page():
    """By marks, cards and counts in words: never by their parts."""
    record, notebook = soup_of(REPORTS / "sources/claims.html"), soup_of(REPORTS / "04-check-published-claims.html")
    whole = tables.read_raw("claims")["claim_id"].nunique()
    assert whole < len(tables.read_raw("claims"))
    assert len(record.select(".cards article")) == len(record.select(".strip a")) == len(notebook.select(".strip a"))
    assert [mark["href"].rpartition("#")[2] for mark in notebook.select(".strip a")] == [
        mark["href"].rpartition("#")[2] for mark in record.select(".strip a")
    ]
    assert f"Of {whole} claims, " in notebook.select_one(".headline").get_text()
    for lines in (record.select(".strip p"), notebook.select(".strip p")):
        assert sum(int(line.get_text().split()[0]) for line in lines) == whole
    front = " ".join(soup_of(REPORTS / "index.html").main.get_text().split())
    said = re.search(r"no sample of the press: (.+?)\. ", front)[1]
    assert sum(int(tally.split()[0]) for tally in said.split("; ")) == whole


def test_every_card_of_a_notebook_leads_to_its_record_and_to_its_source():
    cards = soup_of(REPORTS / "04-check-published-claims.html").select(".cards article")
    assert len(cards) > 15
    for card in cards:
        leads = [link["href"].partition("#")[0] for link in card.select("a")]
        assert leads == ["sources/index.html", "sources/claims.html"], card.get_text(" ")


def test_no_cell_of_a_table_is_empty():
    empty = [(page.name, table.caption.string, row.get_text("|")) for page in NOTEBOOKS
             for table in soup_of(page).select("table") for row in table.select("tbody tr")
             for cell in row.select("td") if not cell.get_text(strip=True)]  # fmt: skip
    assert not empty


def test_an_entry_leads_on_to_figures_sources_and_addresses():
    """From the headline number of education entries to the paper that printed it, and to its address."""
    cell = soup_of(REPORTS / "sources/counts.html").find(id="border_entries.PRK.2024.education")
    assert cell.h3.string == "2024 education"
    assert "7,887, reported" in cell.get_text()
    told = " ".join(cell.get_text().split())
    assert "Korea JoongAng Daily, 5 February 2025: 7,887;" in told and "A08.1 (holds)" in told
    link = next(a for a in cell.select("a") if a["href"].endswith("#F0124"))
    figure = soup_of(REPORTS / "sources" / link["href"].split("#")[0]).find(id="F0124")
    assert figure.h3.string == "7,887" and "index.html#KJD20250205" in str(figure)
    source = soup_of(REPORTS / "sources/index.html").find(id="KJD20250205")
    text = source.get_text(" ")
    assert "F0124" in text and "A08 (holds)" in re.sub(r"\s+", " ", text) and "Witness: RFA" in text
    other = soup_of(REPORTS / "sources/index.html").find(id="RFAKO20241108")
    assert other.select("a[href^='https://']")


@pytest.mark.parametrize("page", sorted((REPORTS / "sources").glob("*.html")), ids=lambda page: page.stem)
def test_a_page_of_entries_is_read_at_once(page):
    assert page.stat().st_size <= 300_000


def test_a_sum_stands_where_its_number_leads():
    results, shares = (soup_of(REPORTS / f"sources/{name}.html") for name in ("results", "shares"))

    def told(page: BeautifulSoup, anchor: str) -> str:
        return " ".join(page.find(id=anchor).get_text().split())

    assert "13,221 / 1,117 = 11.84 times First in print: " in told(results, "factor._T.2024.2023")
    assert "100 × (13,221 / 1,117 − 1) = 1,083.62 percent" in told(results, "percent_change._T.2024.2023")
    share = told(results, "contribution.business.2024.2023")
    assert " 2023 (3,098 − (" in share and " / (13,221 − 1,117) = " in share
    assert "At least (7,887 − " in told(shares, "unexplained_share_of_education.reported-students.2024")


def test_a_derived_cell_leads_to_the_cells_of_its_formula():
    cell = soup_of(REPORTS / "sources/counts.html").find(id="border_entries.PRK.2024-Q4._T")
    targets = {a["href"] for a in cell.select("a")}
    assert {f"#border_entries.PRK.{p}._T" for p in ("2024", "2024-Q3", "2024-S1")} <= targets


def test_the_first_notebook_says_how_many_sources_carry_figures():
    carrying, sources = imports.read_figures()["source_id"].nunique(), len(tables.read_raw("sources"))
    assert carrying < sources
    text = soup_of(REPORTS / "01-clean-source-figures.html").get_text()
    assert f"{carrying} of {sources} sources carry figures" in text
