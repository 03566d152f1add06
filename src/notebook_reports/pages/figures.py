"""Figures in outputs, as show.figure shows them: two drawings by matplotlib, made safe and fit to stand in a page."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from nbformat import NotebookNode

from notebook_reports.cite import FROM_NOTEBOOKS, NARROW, Words, as_words
from notebook_reports.errors import refuse
from notebook_reports.reading import UNPRINTABLE, rows

SVG = "image/svg+xml"
BARE = 'show.figure(draw, "name-of-file", "The finding", "What is counted, of when", frame), where draw(ax) draws it'
SAYS = ("name", "title", "subtitle", "source", "alt")  # what a figure says of itself
SVG_TAGS = {"svg", "title", "defs", "g", "path", "clipPath", "pattern", "rect", "use", "text", "tspan", "a", "image"}
RASTER = "data:image/png;base64,"  # a heat map is a picture in its drawing
# Attributes that matplotlib writes, what its styles set, and the values of both: none can run, load, leave a drawing.
ATTRIBUTES = {"id", "d", "x", "y", "width", "height", "viewBox", "version", "transform", "style", "fill", "stroke",
              "opacity", "clip-path", "patternUnits", "preserveAspectRatio", "shape-rendering"}  # fmt: skip
STYLES = {"fill", "fill-opacity", "fill-rule", "opacity", "stroke", "stroke-dasharray", "stroke-dashoffset",
          "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "font",
          "font-family", "font-size", "font-stretch", "font-style", "font-variant", "font-weight", "text-anchor",
          "image-rendering"}  # fmt: skip
VALUE = re.compile(r"url\(#[\w.-]+\)|[\w\s.,#%+'-]*|(\s*(matrix|rotate|scale|translate)\([\d\s.,e+-]*\))+")


@dataclass(frozen=True)
class Figure:
    """A chart: its two drawings are SVGs that fit into a page. One shown in small has the narrow one alone, and the
    `page` on which it stands whole."""

    name: str  # figures/NAME.svg, .png, .csv
    title: Words
    subtitle: str
    source: str
    wide: str
    narrow: str
    rows: list[list[str]]  # of NAME.csv, the first of them its headers
    page: str = ""


def read_figures(notebook: NotebookNode, name: str) -> list[Figure]:
    """The figures that an executed notebook shows with show.figure, in order (none: an empty list). ReportError for one
    that no page can show."""
    outputs = ((output, cell) for cell in notebook.cells for output in cell.get("outputs", []))
    figures = [figure_of(output, name, cell) for output, cell in outputs if SVG in output.get("data", {})]
    return [figure for figure in figures if not figure.page]


def figure_of(output: NotebookNode, name: str, cell: NotebookNode) -> Figure:
    """The figure in an output of a cell of notebook `name`. ReportError where `read_figure` has none."""
    try:
        return read_figure(output)
    except ValueError as error:
        refuse(name, cell, str(error), BARE)


def read_figure(output: NotebookNode) -> Figure:
    """The figure in an output; ValueError where something of it is missing, or is in it that has no place on a page."""
    texts = output.metadata.get(SVG, {})
    if not isinstance(texts, dict):
        raise ValueError(f"a figure with a {type(texts).__name__} in place of its texts")
    if missing := [key for key in SAYS if not str(texts.get(key, "")).strip()]:
        raise ValueError(f"a figure without {', '.join(missing)}")
    if not _is_title(texts["title"]):
        raise ValueError("a figure with a title that is neither text nor pieces with where they lead")
    title = as_words(texts["title"])
    for key in SAYS:
        _check_printable(str(title) if key == "title" else texts[key], key)
    if NARROW not in output.data:
        raise ValueError("a figure without a narrow drawing")
    wide, narrow = (read_svg(output.data[mime], texts["name"], kind, texts["alt"])
                    for kind, mime in (("wide", SVG), ("narrow", NARROW)))  # fmt: skip
    about = (texts["name"], title, texts["subtitle"], texts["source"])
    if page := texts.get("page"):
        if not re.fullmatch(r"[\w-]+", str(page)):
            raise ValueError(f"a figure of the notebook {page!r}, which no notebook is called")
        return Figure(*about, "", narrow, [], page)
    return Figure(*about, wide, narrow, _table(texts.get("csv"), texts["name"]))


def _table(text: object, name: str) -> list[list[str]]:
    """The rows of the CSV file of a figure. ValueError for what is no table with headers."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("a figure without the table of its data")
    _check_printable(text, "data")
    header, *others = table = rows(text.encode(), Path(f"{name}.csv"))
    if not others or not all(map(str.strip, header)) or any(len(row) != len(header) for row in others):
        raise ValueError("a figure whose data are no table with a header over each column")
    return table


def _check_printable(text: object, key: str) -> None:
    """ValueError for what is no text, or has in it what HTML cannot hold or nobody sees."""
    if not isinstance(text, str):
        raise ValueError(f"a figure whose {key} is {text!r}, expected text")
    if found := UNPRINTABLE.search(text):
        raise ValueError(f"a figure with the control character U+{ord(found[0]):04X} in its {key}")


def _is_title(title: object) -> bool:
    """Whether it is text, or what `Words.as_json` gives: pieces of text, each alone or with its link."""
    if isinstance(title, str):
        return True
    return isinstance(title, list) and all(
        isinstance(piece, list) and len(piece) in (1, 3) and all(isinstance(part, str) for part in piece)
        for piece in title
    )


def read_size(svg: str) -> tuple[int, int]:
    """Width and height in CSS pixels of an SVG by matplotlib, whose viewBox is in points."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not found:
        raise ValueError("an SVG without viewBox")
    return round(float(found[1]) * 4 / 3), round(float(found[2]) * 4 / 3)


@cache  # its own page and the front page ask for it
def read_svg(svg: str, name: str, kind: str, alt: str) -> str:
    """A drawing, of the class `kind`, written anew to stand in a page: what is black takes the colour of the text, any
    other colour that which the style sheet of a dark page has in its place; ids that are used begin with its name and
    kind, and nothing is left in it that could run or load. ValueError for an element or link that a drawing by
    matplotlib has not."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"an SVG that is not well-formed ({error})") from error
    width, height = read_size(svg)
    for parent in root.iter():
        for child in list(parent):
            if _bare(child.tag) in ("metadata", "style"):  # the page has the one rule of its style
                parent.remove(child)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))  # matplotlib gives every group an id
    for element in root.iter():
        element.tag = _bare(element.tag)
        if element.tag not in SVG_TAGS:
            what = f"<{element.tag} {' '.join(element.attrib)}>"
            raise ValueError(f"an SVG with {what}, in whose place matplotlib draws a picture with rasterized=True")
        kept = (each for each in element.items() if each[0] != "id" or each[1] in used)
        element.attrib = dict(_attribute(element.tag, *each, f"{name}-{kind}-") for each in kept)
    linked = root.find(".//a") is not None
    # A picture is one thing to a screen reader; what can be followed inside makes it a group, with no loose words.
    for text in root.iter("text") if linked else ():
        text.set("aria-hidden", "true")
    about = {"role": "group" if linked else "img", "aria-label": alt, "width": str(width), "height": str(height)}
    root.attrib = {"class": kind, "viewBox": root.attrib["viewBox"]} | about
    html = ElementTree.tostring(root, encoding="unicode", method="html")
    return re.sub(r"\s*\n\s*", " ", html).replace("> <", "><")  # a tenth of it is indentation


def _attribute(tag: str, key: str, value: str, prefix: str) -> tuple[str, str]:
    """An attribute as it stands in a page: `prefix` begins every id. ValueError for one that has no place there."""
    key = _bare(key)
    if key == "href":
        if tag == "a" and value.startswith(FROM_NOTEBOOKS):
            return "xlink:href", value.removeprefix("../reports/")
        if tag == "image" and value.startswith(RASTER):
            return "xlink:href", re.sub(r"\s", "", value)
        if tag == "use" and value.startswith("#"):
            return "xlink:href", f"#{prefix}{value[1:]}"
        raise ValueError(f"an SVG with a link to {value[:80]}")
    if key == "aria-label":
        return key, value
    plain = all(map(_is_plain, value.split(";"))) if key == "style" else VALUE.fullmatch(value)
    if key not in ATTRIBUTES or not plain:
        raise ValueError(f"an SVG with {key}={value[:80]!r}")
    value = f"{prefix}{value}" if key == "id" else value.replace("#000000", "currentColor")
    value = re.sub(r"(?<!url\()#([\da-f]{6})\b", r"var(--for-\1, #\1)", value)
    return key, value.replace("url(#", f"url(#{prefix}")


def _is_plain(declaration: str) -> bool:
    """Whether a declaration of a style is one that matplotlib writes."""
    name, _, value = declaration.partition(":")
    return not declaration.strip() or (name.strip() in STYLES and bool(VALUE.fullmatch(value.strip())))


def _bare(tag: str) -> str:
    """An XML name without its namespace."""
    return tag.rpartition("}")[2]
