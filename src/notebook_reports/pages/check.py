"""What an executed notebook says about itself, and whether a page can show all of it."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from notebook_reports.cite import NARROW, Words, as_words
from notebook_reports.errors import refuse
from notebook_reports.pages.figures import BARE, SVG, figure_of
from notebook_reports.pages.prose import PICTURES, Prose, plain_text
from notebook_reports.pages.tables import read_html
from notebook_reports.pages.tags import misspelt, tags
from notebook_reports.pages.typography import in_their_words
from notebook_reports.reading import UNPRINTABLE

SHOWN = (SVG, "text/html", "text/markdown", "text/latex", *PICTURES, "text/plain")  # best first
# What needs a program of its own on the page, and what to do instead. The first that fits counts.
INSTEAD = {
    r"application/vnd\.jupyter\.widget": "make what it chooses a parameter, and show what follows by show.table",
    r"application/(vnd\.(plotly|vega|bokeh|holoviews)|javascript)": "draw it with matplotlib, by show.figure",
    r"image/": "make it a PNG or JPEG, or draw it by show.figure",
    "": "show it by show.table, show.figure or print",
}
PLAIN = "show a table as a frame or by show.table, text by display(Markdown(...))"


@dataclass(frozen=True)
class Page:
    name: str  # "02-sum-harvests": the page is NAME.html
    title: str  # the H1, plain text
    headline: Words  # the sentence given to show.headline


def read_page(notebook: NotebookNode, name: str) -> Page:
    """Question and finding of an executed notebook; ReportError unless it has exactly one of each."""
    first = notebook.cells[0]
    question = first.source.partition("\n")[0]
    if first.cell_type != "markdown" or not question.startswith("# "):
        refuse(
            name,
            first,
            "no question in the first line",
            "start the notebook with a Markdown cell '# Question?'",
        )
    prose = Prose(name, pages=())
    prose.render_cell(question, first)
    found = [
        (cell, texts["headline"])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "headline" in (texts := output.get("metadata", {}).get("text/markdown", {}))
    ]
    if not found:
        refuse(name, notebook.cells[-1], "no headline up to here", "show the one finding by show.headline(...)")
    if len(found) > 1:
        (first, _), (second, _), *_ = found
        refuse(name, second, f"a second headline, after that of cell {first.get('id')}", "keep one of them")
    return Page(name, plain_text(prose.title), in_their_words(as_words(found[0][1])))


def check(notebook: NotebookNode, name: str) -> None:
    """ReportError for the first cell or output that a page cannot show, and for a figure's name that is used twice: the
    files of the second would stand for both."""
    drawn: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type not in ("markdown", "code"):
            refuse(name, cell, f"a {cell.cell_type} cell", "make it Markdown or code")
        if found := UNPRINTABLE.search(cell.source):
            refuse(name, cell, f"the control character U+{ord(found[0]):04X} in it", "delete it")
        if near := misspelt(cell):
            refuse(name, cell, f"the tag {near[0]}", f"write {near[1]}, or another word")
        for output in cell.get("outputs", []):
            _check_output(output, name, cell)
            figure = output.get("metadata", {}).get(SVG, {}).get("name")
            if figure and figure in drawn:
                refuse(name, cell, f"a figure called {figure}, as in cell {drawn[figure]}", "give it another name")
            if figure:
                drawn[figure] = cell.get("id", "")


def _check_output(output: NotebookNode, name: str, cell: NotebookNode) -> None:
    match output.output_type:
        case "error":
            if "raises-exception" not in tags(cell):
                what = f"it raised {output.ename}: {output.evalue}"
                refuse(name, cell, what, "mend the cell and run the notebook again")
            _check_printable(output.evalue, name, cell)
        case "stream":
            if output.name != "stdout":
                refuse(name, cell, f"it wrote to {output.name}: {output.text.strip()}", "mend what it warns of")
            _check_printable(output.text, name, cell)
        case "display_data" | "execute_result":
            _check_data(output, name, cell)
        case kind:
            refuse(name, cell, f"output of the unknown kind {kind}", "use show or print")


def _check_printable(text: str, name: str, cell: NotebookNode) -> None:
    if found := UNPRINTABLE.search(strip_ansi(text)):
        refuse(name, cell, f"it shows the control character U+{ord(found[0]):04X}", "leave it out, or print its repr()")


def _check_data(output: NotebookNode, name: str, cell: NotebookNode) -> None:
    unknown = sorted(set(output.data) - {*SHOWN, *([NARROW] if SVG in output.data else [])})
    if unknown or not output.data:
        kind = " ".join(unknown)
        instead = next(advice for pattern, advice in INSTEAD.items() if re.search(pattern, kind))
        refuse(name, cell, f"output of type {', '.join(unknown) or 'nothing'}", instead)
    if not all(isinstance(content, str) for content in output.data.values()):
        refuse(name, cell, "output that is no text", "show it by show.table, show.figure or print")
    _check_printable("".join(output.data.get(mime, "") for mime in SHOWN if mime not in PICTURES), name, cell)
    best = best_type(output.data)
    if best in PICTURES and not is_picture(output.data[best]):
        refuse(name, cell, f"what is no {best.partition('/')[2].upper()}, though it says so", "mend what makes it")
    if best in PICTURES and not alt_of(output):
        if is_bare(output):
            refuse(name, cell, "a bare figure, without title, data or a text for those who cannot see it", BARE)
        refuse(name, cell, "a picture without a text for those who cannot see it", "Image(..., alt='what it shows')")
    if best == SVG:
        figure_of(output, name, cell)
    if best == "text/html":
        try:
            read_html(output.data[best])
        except ValueError as error:
            refuse(name, cell, str(error), PLAIN)


def is_picture(data: str) -> bool:
    """Whether data in Base64 begin as a PNG or a JPEG does."""
    try:
        return b64decode("".join(data[:32].split())[:16]).startswith((b"\x89PNG", b"\xff\xd8\xff"))
    except ValueError:
        return False


def is_bare(output: NotebookNode) -> bool:
    """Whether it is a figure by pyplot that nobody has shown by show.figure."""
    plain = output.get("data", {}).get("text/plain")
    return isinstance(plain, str) and bool(re.match(r"<Figure size .* with \d+ Axes>", plain))


def alt_of(output: NotebookNode) -> str:
    """What a picture shows, in words, as Image(..., alt=...) keeps it."""
    return str(output.metadata.get(best_type(output.data), {}).get("alt", "")).strip()


def best_type(data: Mapping[str, Any]) -> str:
    """The form of an output that a page shows; nothing if there is none that it can."""
    return next((mime for mime in SHOWN if mime in data), "")
