"""HTML in outputs: what `show.table`, `show.cards` and `show.strip` make, and the tables that pandas shows."""

from collections.abc import Set
from xml.etree import ElementTree

from notebook_reports.cite import FROM_NOTEBOOKS
from notebook_reports.pages.frames import Shown, is_frame, read_frame

TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
ATTRIBUTES = {"scope", "class", "colspan", "rowspan", "role", "aria-label"}
OF_CARDS = {"div", "article", "h3", "bdi", "small", "p", "strong", "ul", "li"}
CARDS = ('<div class="cards">', '<ul class="strip">')  # how they begin
CITE_ATTRIBUTES = {"class", "href", "aria-label"}


def read_table(html: str, caption: str = "Table") -> Shown:
    """A table for a page; `caption`: of one without. ValueError for what is no table of plain cells."""
    return read_frame(html, caption) if is_frame(html) else _read_own(html)


def read_html(html: str, caption: str = "Table") -> Shown:
    """What stands in an output, for a page; cards and a strip have no caption. ValueError for what is none of these."""
    if html.startswith(CARDS):
        return Shown("", _html(_anew(html, OF_CARDS, {"class", "lang"})))
    return read_table(html, caption)


def _read_own(html: str) -> Shown:
    """A table of `show.table`."""
    table = _anew(html, TAGS, ATTRIBUTES)
    if any(not ("".join(th.itertext()) and th.get("scope")) for th in table.iter("th")):
        raise ValueError("a table with a header cell that lacks text or scope")
    for cell in table.iterfind("tbody/tr/td"):
        if not "".join(cell.itertext()).strip():  # else nothing is heard of it
            ElementTree.SubElement(cell, "span", {"class": "unseen"}).text = "nothing"
    caption = table.findtext("caption", "").strip()
    if table.tag != "table" or not caption:
        raise ValueError("a table without a caption")
    return Shown(caption, _html(table))


def _anew(html: str, tags: Set[str], attributes: Set[str]) -> ElementTree.Element:
    """HTML of `show`, to be written anew, so that nothing else can hide in it. ValueError for other tags and
    attributes, and for a link that leads to no entry."""
    try:
        root = ElementTree.fromstring(html)
    except ElementTree.ParseError as error:
        raise ValueError("HTML that is not one table, cards or a strip") from error
    for element in root.iter():
        for name in ("style", "id"):  # the page has a style of its own, and gives its own anchors
            element.attrib.pop(name, None)
        if element.tag == "a" and set(element.attrib) - {"dir"} == CITE_ATTRIBUTES and not len(element):
            if not element.attrib["href"].startswith(FROM_NOTEBOOKS):
                raise ValueError(f"a link to {element.attrib['href']}, which is no entry of the sources")
            element.set("href", element.attrib["href"].removeprefix("../reports/"))
        elif element.tag not in tags or element.attrib.keys() - attributes:
            what = f"<{element.tag} {' '.join(element.attrib)}>"
            raise ValueError(f"HTML with {what}, which show.table, show.cards and show.strip do not write")
    return root


def _html(root: ElementTree.Element) -> str:
    return ElementTree.tostring(root, encoding="unicode", method="html")
