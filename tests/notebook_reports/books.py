"""Executed notebooks in few words, of an example about apple harvests, and the pages made of them."""

from bs4 import BeautifulSoup
from nbformat import v4

from notebook_reports import pages as report
from notebook_reports.cite import NARROW, as_words

PNG, JPEG = "iVBORw0KGgo=", "/9j/4AAQSkY="  # how pictures begin, in Base64
EVIL = "<script>alert(1)</script>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 150"><title>Bars</title></svg>'
TABLE = (
    '<table><caption>Harvests a year</caption><thead><tr><th scope="col">Year</th></tr></thead>'
    '<tbody><tr><td class="num">13,221</td></tr></tbody></table>'
)
TEXTS = {"alt": "Two bars", "title": "Harvests rose", "subtitle": "Tonnes", "source": "Post", "name": "annual-harvests"}
CSV = "year,tonnes_low\n2023,1117\n2024,13221\n"
PAGES = [
    report.Page("01-clean", "What was published?", as_words("516 figures.")),
    report.Page("02-grow", "How far did harvests grow?", as_words("By 1,083.6 percent.")),
    report.Page("03-estimate", "Who picked?", as_words("Nobody knows.")),
]
PACKAGE = {
    "title": "Apple harvests",
    "description": "What two papers printed of the harvests of three villages.",
    "version": "0.1.0",
    "resources": [
        {"name": "harvests", "path": "raw/harvests.csv", "description": "What was printed"},
        {"name": "totals", "path": "processed/totals.csv", "description": "What is possible"},
    ],
}


def markdown(source: str):
    return v4.new_markdown_cell(source, id="text")


def code(*outputs, source: str = "x = 1", tags: tuple[str, ...] = ()):
    return v4.new_code_cell(source, id="result", outputs=list(outputs), metadata={"tags": list(tags)})


def displayed(mime: str, content: str, kind: str = "display_data", **texts: str):
    return v4.new_output(kind, {mime: content}, metadata={mime: texts})


def chart(svg: str = SVG, kind: str = "display_data", narrow: str = SVG, **texts: object):
    """A figure as show.figure shows it."""
    return v4.new_output(
        kind, {"image/svg+xml": svg, NARROW: narrow}, metadata={"image/svg+xml": TEXTS | {"csv": CSV} | texts}
    )


def headline(sentence: object = "By 1,083.6 percent."):
    return displayed("text/markdown", f"**{sentence}**", headline=sentence)


def notebook(*cells):
    first = v4.new_markdown_cell("# How far did harvests grow?\n\nFrom one year to the next.", id="question")
    cells = [first, *cells, v4.new_code_cell(id="finding", outputs=[headline()])]
    for number, cell in enumerate(cells):
        cell.id = f"{cell.id}-{number}"
    return v4.new_notebook(cells=cells)


def text_of(*cells) -> str:
    return report.page(notebook(*cells), "02-grow", PAGES)


def page_of(*cells) -> BeautifulSoup:
    return BeautifulSoup(text_of(*cells), "html.parser")


def text(soup) -> str:
    return " ".join(soup.get_text().split())
