"""A page shows all of an executed notebook, runs nothing, asks nobody, and refuses what it cannot show."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from books import (
    CSV,
    EVIL,
    PACKAGE,
    PAGES,
    PNG,
    SVG,
    TABLE,
    TEXTS,
    chart,
    code,
    displayed,
    headline,
    markdown,
    notebook,
    page_of,
    text,
    text_of,
)
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat import v4

from notebook_reports import drawing, paths
from notebook_reports import pages as report
from notebook_reports.cards import Card, Mark, Part, Row, cards, strip
from notebook_reports.cite import NARROW, Link, as_words, cite, svg_links, words

# what a page shows


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_a_table_is_shown_in_a_named_box_that_keys_can_scroll(kind):
    box = page_of(code(displayed("text/html", TABLE, kind))).select_one("main .scroll")
    assert box.table.caption.string == box["aria-label"] == "Harvests a year"
    assert box.td.string == "13,221"
    assert box["tabindex"] == "0"


LINK = Link("2024.html#wheat.2024", "2024: reported")
LEADS_TO = "sources/2024.html#wheat.2024"
CARDS = cards(
    [Card("13 apples", "Post", cite("false", LINK), "double", [Part(["2023 = 12"], anchor="one")], anchor="a")]
)


@pytest.mark.parametrize("html", [CARDS, strip([Row("1 is false", [Mark(cite("13 apples", LINK), "double")])])])
def test_cards_and_marks_stand_on_the_page_and_lead_to_entries(html):
    shown = page_of(markdown("## What papers wrote"), code(displayed("text/html", html))).select_one(".cards, .strip")
    assert text(shown) == text(BeautifulSoup(html, "html.parser"))
    assert [link["href"] for link in shown.select("a")] == [LEADS_TO]
    assert not shown.select("[id]")  # the page has its own anchors, and a card may stand on it twice


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
def test_a_figure_has_alt_text_caption_and_the_data_behind_it(kind):
    figure = page_of(code(chart(SVG, kind))).figure
    assert (figure.svg["aria-label"], figure.svg["width"], figure.svg["height"]) == ("Two bars", "400", "200")
    assert figure.svg["role"] == "img"
    assert text(figure.figcaption) == "Harvests rose Tonnes" and not figure.figcaption.select("a")
    assert text(figure.select_one(".source")).startswith("Source: Post.")
    assert figure["id"] == "annual-harvests"
    assert [a["href"] for a in figure.select("a")] == [f"figures/annual-harvests.{s}" for s in ("csv", "svg", "png")]


def test_the_table_behind_a_figure_is_folded_below_it():
    """It is the CSV file that the figure leads to, cell by cell."""
    folded = page_of(code(chart(csv=f"{CSV}2025,\n"))).select_one("figure details")
    assert not folded.has_attr("open") and text(folded.summary) == "Table of the data"
    table = folded.select_one(".scroll[tabindex] table")
    assert table.caption.string == folded.select_one(".scroll")["aria-label"] == "Data of the chart: Harvests rose"
    heads = [(th.string, th["scope"]) for th in table.select("th")]
    assert heads == [("year", "col"), ("tonnes low", "col"), ("2023", "row"), ("2024", "row"), ("2025", "row")]
    assert [td.string for td in table.select("td")] == ["1117", "13221", "none"]
    assert not folded.select("a")


def test_of_a_long_table_behind_a_figure_the_beginning_is_there_and_a_way_to_all_of_it():
    csv = "year,told\n" + "".join(f'{year},"{year}, ""and"" so on"\n' for year in range(1000, 2234))
    folded = page_of(code(chart(csv=csv))).select_one("figure details")
    assert len(folded.select("tbody tr")) == 20 and folded.td.string == "1000, “and” so on"
    assert text(folded.select_one(".more")) == "20 of 1,234 rows are shown. All of them"
    assert folded.select_one(".more a")["href"] == "figures/annual-harvests.csv"


def test_a_figure_shown_in_small_leads_to_where_it_stands_whole():
    """It has one drawing and no table; an index does not count it again."""
    book = notebook(code(chart(page="01-clean")))
    (figure,) = BeautifulSoup(report.page(book, "02-grow", PAGES), "html.parser").select("figure.small")
    assert (figure.a["href"], figure.a.string) == ("01-clean.html#annual-harvests", "Harvests rose")
    assert [svg["class"] for svg in figure.select("svg")] == [["narrow"]] and not figure.select("table")
    assert report.read_figures(book, "02-grow") == []


def test_a_page_is_whole_where_a_figure_has_the_id_of_a_heading():
    page = page_of(markdown("## annual-harvests"), code(chart()))
    assert page.h2["id"] == "annual-harvests" != page.figure["id"]


def test_a_page_has_both_drawings_of_a_figure_and_no_id_twice():
    """A style sheet shows one of them, by the width of the window."""
    svg = SVG.replace(
        "</svg>", '<g id="g1"><path id="p1" clip-path="url(#g1)"/><use href="#p1"/><g id="g2"/></g></svg>'
    )
    figure = page_of(code(chart(svg, narrow=svg.replace("0 0 300 150", "0 0 150 150")))).figure
    assert [(drawn["class"], drawn["width"]) for drawn in figure.select("svg")] == [
        (["wide"], "400"),
        (["narrow"], "200"),
    ]
    ids = [element["id"] for element in figure.select("[id]")]
    assert len(ids) == len(set(ids)) == 4  # what nothing leads to has none
    for svg in figure.select("svg"):
        assert svg.path["clip-path"] == f"url(#{svg.g['id']})" and svg.use["xlink:href"] == f"#{svg.path['id']}"


def test_what_is_black_in_a_drawing_is_the_ink_of_the_page_and_a_dark_page_may_have_other_colours():
    svg = SVG.replace("</svg>", '<path style="fill: #000000; stroke: #0072b2"/></svg>')
    assert page_of(code(chart(svg))).path["style"] == "fill: currentColor; stroke: var(--for-0072b2, #0072b2)"


def test_every_colour_of_the_cycle_has_a_lighter_one_on_a_dark_page():
    css = (Path(report.__file__).parent / "report.css").read_text("utf-8")
    dark = css[css.index("prefers-color-scheme: dark") : css.index("box-sizing")]
    cycle = re.findall(r"#(\w{6})", drawing.STYLE["axes.prop_cycle"])
    assert len(cycle) == 4 and all(re.search(rf"--for-{colour.lower()}: #\w{{6}};", dark) for colour in cycle)


def test_printed_text_and_plain_values_are_shown():
    page = page_of(
        code(v4.new_output("stream", name="stdout", text="a < b\n")),
        code(displayed("text/plain", "[1, 2]", "execute_result")),
    )
    assert [pre.get_text() for pre in page.select("pre.output")] == ["[1, 2]", "a < b\n"]


def test_the_headline_leads_the_page_and_describes_it():
    page = page_of(markdown("## Growth"))
    assert text(page.select_one("h1 + p.headline")) == "By 1,083.6 percent."
    assert text(page.main).count("By 1,083.6 percent.") == 1  # not again where it was computed
    assert page.find("meta", {"name": "description"})["content"] == "By 1,083.6 percent."
    assert page.title.string == "How far did harvests grow? · Apple harvests of three villages"
    assert page.find("meta", property="og:title")["content"] == page.title.string
    assert json.loads(page.find("script").string)["headline"] == "How far did harvests grow?"


def test_code_is_folded_once_a_section_at_its_end():
    table = displayed("text/html", TABLE)
    cells = [code(source="a = 1"), markdown("## Pears"), code(table, source="b = 2"), code(source="c = 3"),
             markdown("More.\n\n## Plums\n\n### Blue"), code(source="d = 4")]  # fmt: skip
    page = page_of(*cells)
    folds = page.select("details")
    assert [[pre.get_text().strip() for pre in fold.select("pre")] for fold in folds] == [
        ["a = 1"],
        ["b = 2", "c = 3"],
        ["d = 4"],
    ]
    assert [text(fold.summary) for fold in folds] == [
        "Code of the section How far did harvests grow?",
        "Code of the section Pears",
        "Code of the section Plums",
    ]
    assert [fold.find_next_sibling(["h2", "p", "details"]) for fold in folds[:2]] == page.select("main > h2")
    assert not page.select("details[open], details table")


def test_code_is_coloured_unless_there_is_more_of_it_than_anybody_reads():
    first, second = page_of(code(source="x = 1")), page_of(code(source="x = 1\n" * 20_000))
    assert first.select("pre span") and not second.select("pre span")
    assert second.pre.get_text().split("\n")[:20_000] == ["x = 1"] * 20_000


def test_what_code_prints_stands_folded_at_the_foot_of_the_page():
    printed = v4.new_output("stream", name="stdout", text="12 rows\n")
    page = page_of(code(printed), markdown("## Pears"), code(printed), markdown("The end."))
    last = page.select("main > *")[-1]
    assert (text(last.summary), [pre.get_text() for pre in last.select("pre")]) == (
        "What the code prints",
        ["12 rows\n", "12 rows\n"],
    )
    assert len(page.select("pre.output")) == 2


def test_a_sentence_that_is_computed_stands_in_the_text():
    said = words("Harvests were {}.", cite("13,221", LINK))
    page = page_of(markdown("## Pears"), code(displayed("text/markdown", str(said), sentence=said.as_json())))
    sentence = page.select_one("h2 + p")
    assert sentence.get_text() == "Harvests were 13,221." and sentence.a["href"] == LEADS_TO


def test_one_h1_contents_of_the_h2s_and_unique_ids():
    page = page_of(markdown("## Who picked?\n\n### Detail\n\n## Who picked?"), markdown("## main\n\n## Notes"))
    assert [h1.string for h1 in page.select("h1")] == ["How far did harvests grow?"]
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert [(a["href"], a.string) for a in page.select(".contents a")] == [
        ("#Who-picked", "Who picked?"),
        ("#Who-picked-2", "Who picked?"),
        ("#main-2", "main"),
        ("#Notes-2", "Notes"),
    ]


def test_navigation_leads_to_index_previous_and_next():
    def hrefs(name):
        soup = BeautifulSoup(report.page(notebook(), name, PAGES), "html.parser")
        return [a["href"] for a in soup.select("header nav a")]

    assert hrefs("01-clean") == ["index.html", "02-grow.html"]
    assert hrefs("02-grow") == ["index.html", "01-clean.html", "03-estimate.html"]
    assert hrefs("03-estimate") == ["index.html", "02-grow.html"]


def test_formulas_become_mathml():
    page = page_of(markdown("So $s < 1$ and\n\n$$s = 1 - \\frac{n \\cdot e}{E}$$\n\nand $\\text{<b>}$"))
    assert [math["display"] for math in page.select("math")] == ["inline", "block", "inline"]
    assert page.select_one("mtext").string == "<b>"
    assert not page.select("math b")
    assert "$" not in text(page.main)


def test_footnotes_are_numbered_through_the_page():
    page = page_of(markdown("One[^a].\n\n[^a]: First."), markdown("Two[^a], again[^a].\n\n[^a]: Second."))
    assert [a.string for a in page.select("sup a")] == ["1", "2", "2"]
    assert [text(li) for li in page.select(".notes li")] == ["First. ↩", "Second. ↩"]


def test_links_written_for_the_notebook_folder_lead_to_the_pages():
    page = page_of(
        markdown(
            "[a](03-estimate.ipynb#Why) [b](../data/raw/harvests.csv) [c](../data/datapackage.json) "
            "[d](../reports/figures/x.png) [e](https://example.org/?a=1&b=2) [f](#What) "
            "https://example.org [g](../reports/sources/index.html#A_1)\n\n## What"
        )
    )
    assert [a["href"] for a in page.select("main p a")] == [
        "03-estimate.html#Why",
        "data/harvests.csv",
        "data/datapackage.json",
        "figures/x.png",
        "https://example.org/?a=1&b=2",
        "#What",
        "https://example.org",
        "sources/index.html#A_1",
    ]


def test_an_address_that_is_its_own_text_is_marked_so_that_print_does_not_tell_it_twice():
    page = page_of(markdown("https://example.org/a?b=1&c=2 and [words](https://example.org)"))
    assert [(a.string, a.get("class")) for a in page.select("main p a")] == [
        ("https://example.org/a?b=1&c=2", ["url"]),
        ("words", None),
    ]


# what never runs


def test_text_from_data_never_becomes_markup():
    evil = f"\"{EVIL}'<img src=x onerror=alert(1)><!--</style></title>"
    plain = evil.replace("<", "\\<")
    pages = [PAGES[0], replace(PAGES[1], title=evil, headline=as_words(evil)), replace(PAGES[2], title=evil)]
    book = notebook(
        markdown(f"## {plain}\n\n{plain}\n\n**`{EVIL}`**\n\n```\n{EVIL}\n```"),
        code(displayed("text/html", TABLE.replace("Year", "&lt;script>alert(1)&lt;/script>"))),
        code(displayed("text/html", TABLE.replace("13,221", f"<![CDATA[>{EVIL}]]>"))),
        code(chart(**dict.fromkeys(TEXTS, evil), csv=f"{EVIL}\n{EVIL}\n")),
        code(v4.new_output("stream", name="stdout", text=EVIL), source=f"# {EVIL}"),
        code(displayed("text/plain", EVIL), headline(evil)),
    )
    soup = BeautifulSoup(report.page(book, "02-grow", pages), "html.parser")
    assert [script.get("type") for script in soup.select("script")] == ["application/ld+json"]
    assert json.loads(soup.script.string)["description"] == evil
    assert not soup.select("img") and len(soup.select("svg")) == 2
    assert not soup.select("[onclick], [onerror], div[onclick]")
    assert soup.title.string.startswith(evil)
    assert EVIL in text(soup.main)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//example.org"])
def test_a_link_that_could_run_or_that_hides_its_protocol_is_refused(target):
    with pytest.raises(report.ReportError, match="02-grow, cell text-1: the link to"):
        text_of(markdown(f"[click]({target})"))


def test_a_page_asks_nobody_for_anything():
    page = page_of(markdown("https://example.org"), code(chart()))
    loaded = page.select("[src], link[href], object, iframe, embed, base, form")
    assert all((element.get("src") or element.get("href", "")).startswith("data:") for element in loaded)
    assert all("url(" not in style.string and "@import" not in style.string for style in page.select("style"))
    assert not page.select("[style]")


# what is refused


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            v4.new_output("error", ename="KeyError", evalue="'2024'", traceback=[]),
            "it raised KeyError: '2024'",
        ),
        (v4.new_output("stream", name="stderr", text="FutureWarning: soon"), "stderr: FutureWarning"),
        (displayed("application/javascript", "alert(1)"), "type application/javascript"),
        (displayed("application/vnd.jupyter.widget-view+json", "{}"), "make what it chooses a parameter"),
        (v4.new_output("display_data", {"application/vnd.plotly.v1+json": "{}", "text/html": "x"}), "with matplotlib"),
        (displayed("image/gif", "aGk=", alt="Bars"), "make it a PNG"),
        (
            v4.new_output("display_data", {"image/png": PNG, "text/plain": "<Figure size 640x480 with 1 Axes>"}),
            'for those who cannot see it; show.figure(draw, "name-of-file", ',
        ),
        (displayed("image/png", PNG), "Image(..., alt="),
        (displayed("image/png", "aGk=", alt="Bars"), "what is no PNG, though it says so"),
        (displayed("image/jpeg", "%", alt="Bars"), "what is no JPEG"),
        (v4.new_output("display_data", {"text/html": ["<p>", "x"]}), "output that is no text"),
        (v4.new_output("stream", name="stdout", text="a\0b"), "it shows the control character U+0000"),
        (displayed("text/plain", "\ud83d"), "it shows the control character U+D83D"),
        (displayed("text/html", TABLE.replace("Year", "Ye\0ar")), "it shows the control character U+0000"),
        (displayed("text/html", CARDS.replace("13 apples", "13\vapples")), "it shows the control character U+000B"),
        (v4.new_output("display_data", {}), "type nothing"),
        (displayed("text/html", "<table><tr><td>1</td></tr></table>"), "without a caption"),
        (displayed("text/html", f"<div>{TABLE}</div>"), "<div >"),
        (displayed("text/html", TABLE.replace("<td ", "<td onclick='x' ")), "onclick"),
        (displayed("text/html", TABLE.replace("Year", "")), "header cell"),
        (displayed("text/html", CARDS.replace("<bdi>", "<bdi onclick='x'>")), "onclick"),
        (displayed("text/html", CARDS.replace("13 apples", "<img/>")), "HTML with <img >"),
        (
            displayed("text/html", CARDS.replace("../reports/", "https://example.org/")),
            "a link to https://example.org/",
        ),
        (displayed("text/html", CARDS.removesuffix("</div>")), "HTML that is not one"),
        (displayed("text/html", f"<p>loose{EVIL}"), "HTML that is not one table"),
        (chart(alt=" ", subtitle=""), "figure without subtitle, alt; show.figure(draw, "),
        (displayed("image/svg+xml", SVG, **TEXTS), "a figure without a narrow drawing"),
        (chart(csv=" "), "a figure without the table of its data"),
        (chart(csv="year,\n2023,1\n"), "no table with a header over each column"),
        (chart(csv="year,tonnes\n2023\n"), "no table with a header over each column"),
        (chart(csv="year\n\u202e1\n"), "the control character U+202E in its data"),
        (chart(page="javascript:alert(1)//"), "a figure of the notebook 'javascript:alert(1)//', which no notebook is"),
        (displayed(NARROW, SVG), f"output of type {NARROW}"),
        (chart("<svg/>"), "viewBox"),
        (chart(narrow="<svg/>"), "viewBox"),
    ],
)
def test_an_output_that_cannot_be_shown_stops_the_page_and_names_the_cell(output, message):
    with pytest.raises(report.ReportError, match="02-grow, cell result-1") as error:
        text_of(code(output))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("# Another title", "second H1"),
        ("![chart](chart.png)", "picture in Markdown"),
        ("![chart](attachment:chart.png)", "picture in Markdown"),
        ("[code](../src/x.py)", "out of the reports"),
        ("[gone](09-gone.ipynb)", "there is no such notebook"),
        ("[gone](#Nowhere)", "#Nowhere leads nowhere"),
        ("$\\unheardof{x}$", "\\unheardof"),
        ("$a_b_c$", "is not TeX"),
        (EVIL, "the HTML <script>alert(1)"),
        ("a <img src=x onerror=alert(1)> b", "the HTML <img src=x onerror=alert(1)>; write it in Markdown, or \\< for"),
        ("<div onclick='x'>", "the HTML <div"),
        ("all a<b, x <y and z> w", "the HTML <y and z>"),
        ("a <sub onclick='x'>b</sub>", "the HTML <sub onclick"),
        ("H<sub>2O", "<sub> that is not closed"),
        ("2</sub>", "the HTML </sub>"),
        (r"$\style{background:url(http://example.org/)}{x}$", "style in the formula"),
        (r"$\href{data:text/html,x}{x}$", "href in the formula"),
        (r"$\class{x}{y}$", "class in the formula"),
        (r"$\color{url(http://example.org)}{y}$", "in the formula"),
        (r"$\frac{a}{b$", "a brace is missing"),
        ("|a|b|\n|-|-|\n|1|", "a table whose rows have not all as many cells as its headers"),
        ("|a|b|\n|-|-|\n|$P(A|B)$|2|", "a table whose rows have not all"),
        ("- |a|b|\n  |-|-|\n  |1|2|", "a table whose rows have not all"),
        ("a[^1] b[^1]\n\n[^1]: One.\n[^1]: Two.", "the note [^1] with two texts"),
        ("a[^1]\n\n[^1]: One[^2].\n[^2]: Two.", "a note inside the note [^1]"),
        ("## Part[^1]\n\n[^1]: One.", "a note in a heading"),
        ("[x](../data/raw/x y.csv)", "which is no link; write %20"),
        ("claim.[^2]", "the note [^2], which has no text; write it below, as [^2]: ..."),
        ("claim.[^1]\n\n[^1]: Why.\n[^2]: Idle.", "the note [^2], to which no text leads"),
        ("$ x $ and $ y $", "dollar signs that may be money or a formula"),
        ("from $100 to US$ 6", "$100 to US$, which may be money"),
        ("from $5 to $10 at $r$", "write \\$ for the sign"),
        ("a\vb", "the control character U+000B"),
        ("\ud83d", "the control character U+D83D"),
    ],
)
def test_markdown_that_cannot_be_shown_stops_the_page_and_names_the_cell(source, message):
    with pytest.raises(report.ReportError, match="02-grow, cell text-1") as error:
        text_of(markdown(source))
    assert message in str(error.value)


def test_a_figure_with_the_name_of_another_is_refused_and_both_cells_are_named():
    drawn = chart()
    with pytest.raises(report.ReportError, match="cell result-2: a figure called annual-harvests, as in cell result-1"):
        text_of(code(drawn), code(drawn))


def test_a_raw_cell_is_refused():
    with pytest.raises(report.ReportError, match="a raw cell"):
        text_of(v4.new_raw_cell(EVIL, id="raw"))


def test_a_notebook_has_one_question_and_one_finding():
    assert report.read_page(notebook(), "02-grow") == PAGES[1]
    with pytest.raises(
        report.ReportError, match="cell finding-2: a second headline, after that of cell result-1; keep"
    ):
        report.read_page(notebook(code(headline())), "02-grow")
    without = notebook()
    without.cells = [cell for cell in without.cells if not cell.get("outputs")]
    with pytest.raises(report.ReportError, match="no headline up to here; show the one finding by"):
        report.read_page(without, "02-grow")
    book = notebook()
    book.cells[0].source = "No heading"
    with pytest.raises(report.ReportError, match="no question"):
        report.read_page(book, "02-grow")


# the index


def contents(pages, figures, datapackage) -> report.Contents:
    return report.Contents(pages, figures, datapackage, experiment="", source=paths.ROOT.joinpath)


def test_the_index_leads_to_reports_charts_and_data():
    figures = report.read_figures(notebook(code(chart())), "02-grow")
    assert (figures[0].name, str(figures[0].title)) == ("annual-harvests", "Harvests rose")
    assert (figures[0].subtitle, figures[0].source) == ("Tonnes", "Post")
    soup = BeautifulSoup(report.index(contents(PAGES, figures, PACKAGE)), "html.parser")
    assert {a["href"] for a in soup.select("main a, footer a") if not a["href"].startswith("#")} == {
        *(f"{page.name}.html" for page in PAGES),
        *(f"figures/annual-harvests.{suffix}" for suffix in ("svg", "png", "csv")),
        *("data/harvests.csv", "data/totals.csv", "data/datapackage.json"),
        *("index.html", "index.html#data", "sources/years.html", "mailto:orchards@example.org"),
    }
    assert "By 1,083.6 percent." in text(soup.select_one(".reports"))
    (svg,) = soup.select(".charts svg")
    assert (svg["class"], svg["aria-label"]) == (["narrow"], "Two bars")
    anchors = [a["href"][1:] for a in soup.select('a[href^="#"]')]
    assert all(soup.find(id=anchor) for anchor in anchors)
    assert soup.find(id="data")
    assert len(soup.select("h1")) == 1


def test_the_index_is_whole_with_a_hundred_reports_and_none_that_has_a_chart():
    pages = [report.Page(f"{number:02}-count", f"Question {number}?", as_words("None.")) for number in range(100)]
    soup = BeautifulSoup(report.index(contents(pages, [], PACKAGE)), "html.parser")
    assert [a["href"] for a in soup.select(".reports h3 a")] == [f"{page.name}.html" for page in pages]
    assert [h2["id"] for h2 in soup.select("h2")] == ["reports", "data", "rebuild"]
    anchors = [a["href"][1:] for a in soup.select('a[href^="#"]')]
    assert "charts" not in anchors and all(soup.find(id=anchor) for anchor in anchors)


def test_text_in_the_index_is_text():
    pages = [report.Page("01-clean", EVIL, as_words(EVIL))]
    figures = report.read_figures(notebook(code(chart(**dict.fromkeys(TEXTS, f'"{EVIL}')))), "02-grow")
    package = PACKAGE | {"description": EVIL, "resources": [PACKAGE["resources"][0] | {"description": EVIL}]}
    soup = BeautifulSoup(report.index(contents(pages, figures, package)), "html.parser")
    assert [script.get("type") for script in soup.select("script")] == ["application/ld+json"]
    assert soup.svg["aria-label"] == f'"{EVIL}'


# a real notebook, from kernel to page


def test_a_notebook_run_by_a_kernel_comes_out_whole_and_the_same_twice(monkeypatch, tmp_path):
    monkeypatch.setenv("NOTEBOOK_REPORTS_OUTPUT", str(tmp_path))
    shutil.copy(paths.ROOT / "pyproject.toml", tmp_path)
    sources = (
        "import pandas as pd\nfrom notebook_reports import show\n"
        "frame = pd.DataFrame({'tonnes': [1117, 13221]}, index=pd.Index(['2023', '2024'], name='Year'))",
        "show.table(frame, 'Harvests a year, tonnes')",
        "def draw(ax):\n    ax.bar(frame.index, frame.tonnes)\n\n\n"
        "show.figure(draw, 'harvests', 'Harvests rose', 'Tonnes', frame)",
        "show.drawn('02-grow', 'harvests')",
        "show.headline('Harvests rose to 13,221.')\nprint('ratio', 13221 / 1117)",
    )
    cells = [v4.new_markdown_cell("# Did harvests grow?"), *(v4.new_code_cell(source) for source in sources)]
    book = v4.new_notebook(cells=cells)
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": tmp_path}}, timeout=60).execute()
    nbformat.validate(book)

    name = "02-analyze-growth"
    (drawn,) = report.read_figures(book, "02-grow")
    assert drawn.rows == [["Year", "tonnes"], ["2023", "1117"], ["2024", "13221"]]
    del book.cells[4]  # which shows it in small
    pages = [report.read_page(book, name)]
    assert pages == [report.Page(name, "Did harvests grow?", as_words("Harvests rose to 13,221."))]
    html = report.page(book, name, pages)
    soup = BeautifulSoup(html, "html.parser")
    assert [td.string for td in soup.select("td")] == ["1,117", "13,221", "1117", "13221"]
    assert len(soup.select("figure svg[aria-label]")) == 2
    assert soup.select_one("pre.output").string.startswith("ratio 11.8")
    assert html == report.page(book, name, pages)
    assert str(tmp_path) not in html
    assert "NaN" not in html
    files = {path.name for path in (tmp_path / "reports" / "figures").iterdir()}
    assert {a["href"].removeprefix("figures/") for a in soup.select("figure a")} == files - {"harvests.json"}


# links to where a number comes from


def linked_svg(inside: str) -> str:
    return SVG.replace("</svg>", f"{inside}</svg>").replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ')


def test_a_cited_number_in_a_table_or_finding_leads_to_its_entry_and_says_what_stands_there():
    number = cite("13,221", LINK)
    finding = words("Harvests were {}.", number)
    html = TABLE.replace("13,221", number.html())
    pages = [replace(page, headline=finding) for page in PAGES]
    book = notebook(markdown("Text"), code(displayed("text/html", html)), code(headline(finding.as_json())))
    soup = BeautifulSoup(report.page(book, "02-grow", pages), "html.parser")
    links = soup.select("a.cite")
    assert [link["href"] for link in links] == [LEADS_TO] * 2  # the headline and the table
    assert {link.string for link in links} == {"13,221"}
    assert [link.get("title") for link in links] == ["13,221: 2024: reported", None]
    assert [link.get("aria-label") for link in links] == [None, "13,221: 2024: reported"]
    assert json.loads(soup.script.string)["description"] == "Harvests were 13,221."
    assert soup.find("meta", {"name": "description"})["content"] == "Harvests were 13,221."


def test_a_mark_of_a_chart_leads_to_its_entry_and_makes_the_picture_a_group():
    path = '<path d="M 0 0" id="p1" clip-path="url(#p1)"/>'
    mark = f'<a xlink:href="{LINK.url()}" target="_blank">{path}</a>'
    svg = svg_links(linked_svg(mark + "<text>2024</text>"))
    figure = page_of(code(chart(svg))).figure
    (link,) = figure.svg.select("a")
    assert link["xlink:href"] == LEADS_TO
    assert link["aria-label"] == link.title.string == "2024: reported"
    assert figure.svg["role"] == "group" and figure.svg.find("text")["aria-hidden"] == "true"
    assert (link.path["id"], link.path["clip-path"]) == (
        "annual-harvests-wide-p1",
        "url(#annual-harvests-wide-p1)",
    )


@pytest.mark.parametrize("kind", ["svg", "narrow"])
@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        '<path onload="alert(1)"/>',
        '<path ONLOAD="alert(1)"/>',
        '<a HREF="javascript:alert(1)"><path/></a>',
        '<path fill="url(https://example.org/#a)"/>',
        '<path clip-path="url(other.svg#a)"/>',
        '<path style="mask-image: url(#a)"/>',
        '<path style="fill: url(https://example.org/#a)"/>',
        r'<path style="fill: u\72l(https://example.org/#a)"/>',
        '<path transform="translate(1) url(#a)"/>',
        '<a href="javascript:alert(1)"><path/></a>',
        '<a xlink:href="https://example.org/"><path/></a>',
        '<use xlink:href="other.svg#x"/>',
        '<image href="x.png"/>',
    ],
)
def test_a_picture_that_could_run_or_load_something_stops_the_page(inside, kind):
    with pytest.raises(report.ReportError, match="an SVG with"):
        text_of(code(chart(**{kind: linked_svg(inside)})))


def test_a_table_that_links_elsewhere_stops_the_page():
    html = TABLE.replace("13,221", '<a class="cite" href="https://example.org/" aria-label="x">13,221</a>')
    with pytest.raises(report.ReportError, match=r"a link to https://example.org/"):
        text_of(code(displayed("text/html", html)))
