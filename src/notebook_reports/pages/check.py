"""What an executed notebook says about itself, and whether a page can show all of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from nbformat import NotebookNode

from notebook_reports.cite import FROM_NOTEBOOKS, NARROW, Words, as_words
from notebook_reports.errors import refuse
from notebook_reports.pages.prose import Prose, plain_text

SVG = "image/svg+xml"
SHOWN = (SVG, "text/html", "text/markdown", "text/plain")  # best first
FIGURE = ("name", "title", "subtitle", "source", "alt")  # what a figure says of itself
TABLE_TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
TABLE_ATTRIBUTES = {"scope", "class"}
SVG_TAGS = {"svg", "title", "defs", "g", "path", "clipPath", "pattern", "rect", "use", "text", "tspan", "a"}
CITE_ATTRIBUTES = {"class", "href", "data-from"}


@dataclass(frozen=True)
class Page:
    name: str  # "02-sum-harvests": the page is NAME.html
    title: str  # the H1, plain text
    headline: Words  # the sentence given to show.headline


@dataclass(frozen=True)
class Figure:
    """A chart: its two drawings are SVGs that fit into a page."""

    name: str  # figures/NAME.svg, .png, .csv
    title: Words
    subtitle: str
    source: str
    wide: str
    narrow: str


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
    return Page(name, plain_text(prose.title), as_words(found[0][1]))


def read_figures(notebook: NotebookNode) -> list[Figure]:
    """The figures that an executed notebook shows with show.figure, in order (none: an empty list)."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return [read_figure(output) for output in outputs if SVG in output.get("data", {})]


def read_figure(output: NotebookNode) -> Figure:
    """The figure in an output; ValueError where something of it is missing, or is in it that has no place on a page."""
    texts = output.metadata.get(SVG, {})
    if missing := [key for key in FIGURE if not str(texts.get(key, "")).strip()]:
        raise ValueError(f"a figure without {', '.join(missing)}")
    if NARROW not in output.data:
        raise ValueError("a figure without a narrow drawing")
    drawn = {kind: read_svg(output.data[mime], texts["name"], kind, texts["alt"])
             for kind, mime in (("wide", SVG), ("narrow", NARROW))}  # fmt: skip
    return Figure(texts["name"], as_words(texts["title"]), texts["subtitle"], texts["source"], **drawn)


def check(notebook: NotebookNode, name: str) -> None:
    """ReportError for the first cell or output that a page cannot show, and for a figure's name that is used twice: the
    files of the second would stand for both."""
    drawn: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type not in ("markdown", "code"):
            refuse(name, cell, f"a {cell.cell_type} cell", "make it Markdown or code")
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
            refuse(
                name,
                cell,
                f"it raised {output.ename}: {output.evalue}",
                "mend the cell and run the notebook again",
            )
        case "stream" if output.name == "stdout":
            return
        case "stream":
            refuse(name, cell, f"it wrote to {output.name}: {output.text.strip()}", "mend what it warns of")
        case "display_data" | "execute_result":
            unknown = set(output.data) - {*SHOWN, *([NARROW] if SVG in output.data else [])}
            if unknown or not output.data:
                refuse(
                    name,
                    cell,
                    f"output of type {', '.join(sorted(unknown)) or 'nothing'}",
                    "use show or print",
                )
        case kind:
            refuse(name, cell, f"output of the unknown kind {kind}", "use show or print")
    best = best_type(output.data)
    try:
        if best == SVG:
            read_figure(output)
        if best == "text/html":
            read_table(output.data[best])
    except ValueError as error:
        refuse(name, cell, str(error), "show it with show.figure or show.table")


def best_type(data: Mapping[str, Any]) -> str:
    return next(mime for mime in SHOWN if mime in data)


def read_size(svg: str) -> tuple[int, int]:
    """Width and height in CSS pixels of an SVG by matplotlib, whose viewBox is in points."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not found:
        raise ValueError("an SVG without viewBox")
    return round(float(found[1]) * 4 / 3), round(float(found[2]) * 4 / 3)


def read_svg(svg: str, name: str, kind: str, alt: str) -> str:
    """A drawing, of the class `kind`, written anew to stand in a page: what is black takes the colour of the text, its
    ids begin with its name and kind, and nothing is left in it that could run or load. ValueError for an element or
    link that a drawing by matplotlib has not."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"an SVG that is not well-formed ({error})") from error
    width, height = read_size(svg)
    linked = False
    for parent in root.iter():
        for child in list(parent):
            if _bare(child.tag) in ("metadata", "style"):  # the page has the one rule of its style
                parent.remove(child)
    for element in root.iter():
        tag = _bare(element.tag)
        if tag not in SVG_TAGS or any(key.startswith("on") for key in element.attrib):
            raise ValueError(f"an SVG with <{tag} {' '.join(element.attrib)}>")
        element.tag = tag
        for key in list(element.attrib):
            value = element.attrib.pop(key)
            if _bare(key) == "href":
                if tag == "a" and value.startswith(FROM_NOTEBOOKS):
                    value, linked = value.removeprefix("../reports/"), True
                elif not (tag == "use" and value.startswith("#")):
                    raise ValueError(f"an SVG with a link to {value}")
                key, value = "xlink:href", re.sub("^#", f"#{name}-{kind}-", value)
            elif key == "id":
                value = f"{name}-{kind}-{value}"
            element.set(key, re.sub(r"url\(#", f"url(#{name}-{kind}-", value).replace("#000000", "currentColor"))
    # A picture is one thing to a screen reader; what can be followed inside makes it a group.
    about = {"role": "group" if linked else "img", "aria-label": alt, "width": str(width), "height": str(height)}
    root.attrib = {"class": kind, "viewBox": root.attrib["viewBox"]} | about
    text = ElementTree.tostring(root, encoding="unicode", method="html")
    return re.sub(r"\s*\n\s*", " ", text)  # a tenth of it is indentation


def _bare(tag: str) -> str:
    """An XML name without its namespace."""
    return tag.rpartition("}")[2]


def read_table(html: str) -> tuple[str, str]:
    """Caption of a table, and the table written anew, so that nothing else can hide in it; ValueError if
    it is no table of plain cells."""
    try:
        table = ElementTree.fromstring(html)
    except ElementTree.ParseError as error:
        raise ValueError(f"HTML that is not one well-formed table ({error})") from error
    for element in table.iter():
        element.attrib.pop("style", None)  # it is there for JupyterLab: the page has a style of its own
        if element.tag == "a" and set(element.attrib) == CITE_ATTRIBUTES and not len(element):
            if not element.attrib["href"].startswith(FROM_NOTEBOOKS):
                raise ValueError(f"a table with a link to {element.attrib['href']}, which is no entry of the sources")
            element.set("href", element.attrib["href"].removeprefix("../reports/"))
        elif element.tag not in TABLE_TAGS or not TABLE_ATTRIBUTES.issuperset(element.attrib):
            raise ValueError(f"HTML with <{element.tag} {' '.join(element.attrib)}>, not a plain table")
        if element.tag == "th" and not ("".join(element.itertext()) and element.get("scope")):
            raise ValueError("a table with a header cell that lacks text or scope")
    caption = table.findtext("caption", "").strip()
    if table.tag != "table" or not caption:
        raise ValueError("a table without a caption")
    return caption, ElementTree.tostring(table, encoding="unicode", method="html")
