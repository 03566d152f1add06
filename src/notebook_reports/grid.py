"""A table as HTML that a screen reader can follow: `show.table` makes one of a frame, a page of what pandas shows."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from notebook_reports.cite import Words, as_words

# "13,221", "+1,083.6 %", "153 to 157", "2,100–2,300", "≥ 600", "up to 92"; not "2024-Q3", not "2024-04-01"
NUMBER = re.compile(r"(up to |at least |about )?[<>≤≥≈~±+−×-]* ?\d[\d,.]*( ?(%|to|–) ?([+−-]?\d[\d,.]*)?)*")
LONGEST_KEY = 24  # characters; an interval of days has 21
LONG = 60  # characters; a column of sentences
LEFT = "text-align: left"  # for JupyterLab, which sets every cell flush right


class Cell(NamedTuple):
    """One cell. A header has a `scope`, "col" or "row", and may span `columns` or `rows`; without text it is none."""

    words: Words = as_words("")
    scope: str = ""
    columns: int = 1
    rows: int = 1
    style: str = ""  # CSS of its own

    def html(self, kind: str) -> str:
        """`kind`: how its column is set, see `_kind`."""
        text = str(self.words)
        tag = "th" if self.scope and text else "td"
        left = LEFT if text and (kind != "num" or self.scope == "row") else ""  # names are never flush right
        attributes = {
            "scope": self.scope if tag == "th" else "",
            "colspan": str(self.columns) if self.columns > 1 else "",
            "rowspan": str(self.rows) if self.rows > 1 else "",
            "class": kind,
            "style": "; ".join(filter(None, [left, self.style])),
        }
        told = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value)
        return f"<{tag}{told}>{self.words.html()}</{tag}>"


Row = Sequence[Cell]


def table(caption: Words, head: Sequence[Row], body: Sequence[Row], signs: Mapping[str, str] | None = None) -> str:
    """The table. Every row of the body ends in as many cells that are no headers; before these stand its names, of
    which the outer ones may be missing where one above spans them. `signs`: what is heard for each sign in a cell."""
    named = max((sum(bool(cell.scope) for cell in row) for row in body), default=0)
    width = max((len(row) for row in body), default=0)
    columns = [[str(row[place - width].words) for row in body if len(row) >= width - place] for place in range(width)]
    kinds = [_kind(column) for column in columns]
    numbers = [kind if kind == "num" else "" for kind in kinds]
    levels = ' class="levels"' if named > 1 else ""
    head_html, body_html = ("\n".join(_row(row, how) for row in rows) for rows, how in ((head, numbers), (body, kinds)))
    return (
        f"<table{levels}>\n<caption>{caption.html()}</caption>\n<thead>\n{head_html}\n</thead>\n"
        f"<tbody>\n{_heard(body_html, signs or {})}\n</tbody>\n</table>"
    )


def _heard(html: str, signs: Mapping[str, str]) -> str:
    """HTML in whose text each sign is an image with a name."""
    named = {sign: f'<span role="img" aria-label="{escape(name)}">{sign}</span>' for sign, name in signs.items()}
    any_part = "|".join(["<[^>]*>", *map(re.escape, signs)])
    return re.sub(any_part, lambda part: named.get(part[0], part[0]), html)


def _row(row: Row, kinds: Sequence[str]) -> str:
    """A row, set column by column from the right: on the left a name may be missing."""
    place, cells = len(kinds), []
    for cell in reversed(row):
        place -= cell.columns
        cells.append(cell.html(kinds[place] if cell.columns == 1 and kinds else ""))
    return f"<tr>{''.join(reversed(cells))}</tr>"


def _kind(texts: list[str]) -> str:
    """How a column is set, as the class of its cells: `num` flush right, if every cell with a digit in it is a number
    and there is one; `key` unbroken, if every cell is a word such as a period; `long`, never narrow on a phone, if a
    cell is a sentence; else nothing."""
    figures = [text for text in texts if re.search(r"\d", text)]
    if figures and all(NUMBER.fullmatch(text) for text in figures):
        return "num"
    if all(" " not in text and len(text) <= LONGEST_KEY for text in texts):
        return "key"
    return "long" if any(len(text) > LONG for text in texts) else ""
