"""Tables in outputs: those of `show.table`, and what pandas shows."""

from xml.etree import ElementTree

from notebook_reports.cite import FROM_NOTEBOOKS
from notebook_reports.pages.frames import Shown, is_frame, read_frame

TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"scope", "class", "colspan", "rowspan"}
CITE_ATTRIBUTES = {"class", "href", "data-from"}


def read_table(html: str, caption: str = "Table") -> Shown:
    """A table for a page; `caption`: of one without. ValueError for what is no table of plain cells."""
    return read_frame(html, caption) if is_frame(html) else _read_own(html)


def _read_own(html: str) -> Shown:
    """A table of `show.table`, written anew, so that nothing else can hide in it."""
    try:
        table = ElementTree.fromstring(html)
    except ElementTree.ParseError as error:
        raise ValueError("HTML that is not one table") from error
    for element in table.iter():
        element.attrib.pop("style", None)  # it is there for JupyterLab: the page has a style of its own
        if element.tag == "a" and set(element.attrib) == CITE_ATTRIBUTES and not len(element):
            if not element.attrib["href"].startswith(FROM_NOTEBOOKS):
                raise ValueError(f"a table with a link to {element.attrib['href']}, which is no entry of the sources")
            element.set("href", element.attrib["href"].removeprefix("../reports/"))
        elif element.tag not in TAGS or not ATTRIBUTES.issuperset(element.attrib):
            raise ValueError(f"HTML with <{element.tag} {' '.join(element.attrib)}>, not a plain table")
        if element.tag == "th" and not ("".join(element.itertext()) and element.get("scope")):
            raise ValueError("a table with a header cell that lacks text or scope")
    caption = table.findtext("caption", "").strip()
    if table.tag != "table" or not caption:
        raise ValueError("a table without a caption")
    return Shown(caption, ElementTree.tostring(table, encoding="unicode", method="html"))
