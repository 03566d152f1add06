"""Tables as pandas shows them, a frame that ends a cell or a Styler, as tables of a page: with scopes and a caption,
at most 20 rows, and of a Styler's marks those that everybody can read."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import tinycss2
import tinycss2.color4
from bs4 import BeautifulSoup, Tag

from notebook_reports import grid
from notebook_reports.cite import as_words

ROWS = 20
SHAPE = re.compile(r"\s*(\d+) rows × (\d+) columns\s*")  # what pandas says below a frame that it has cut
DOTS = "..."
CALLED = {"td": "cells", "th": "headers", "caption": "caption"}
ON_ANY_GROUND = ("font-weight", "font-style", "text-decoration")
OF_A_CELL = re.compile(r"T_\w+_(row\d+_col\d+|level\d+_(row|col)\d+)")  # the id of one
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3

Marks = dict[str, str]  # CSS property and value
Colour = tuple[float, ...]  # red, green, blue from 0 to 1


class Shown(NamedTuple):
    """A table for a page. `word`: what of it is not there, or nothing."""

    caption: str
    html: str
    word: str = ""


def is_frame(html: str) -> bool:
    """Whether HTML is a table by pandas, or by a library that writes as it does."""
    return 'class="dataframe"' in html or '<table id="T_' in html


def read_frame(html: str, caption: str) -> Shown:
    """The table in what pandas wrote; `caption`: unless it has one. ValueError for what would be lost or run."""
    soup = BeautifulSoup(html, "html.parser")
    marks = _marks("".join(style.extract().get_text() for style in soup.find_all("style")))
    kept = {cell: _readable(given) for cell, given in marks.items() if OF_A_CELL.fullmatch(cell)}
    left_out = sorted({name for cell, given in marks.items() for name in given.keys() - kept.get(cell, {}).keys()})
    table = soup.find("table")
    if not isinstance(table, Tag) or table.find("table"):
        raise ValueError("HTML that is not one table")
    if table.caption:
        _only_text(table.caption)
        caption = table.caption.extract().get_text().strip() or caption
    outside = "".join(text for text in soup.find_all(string=True) if table not in text.parents)
    told = SHAPE.fullmatch(outside)
    if outside.strip() and not told:
        raise ValueError(f"a table with {outside.strip()!r} beside it")
    parts = ((table.thead, "col"), (table.tbody or table, "row"))
    head, body = (_rows(part, scope, kept) for part, scope in parts)
    # Where pandas has cut a frame, one row, or one column, says so.
    cut = [any({_text([cell]) for cell in row} == {DOTS} for row in body),
           any(_text([cell]) == DOTS for row in head for cell in row)]  # fmt: skip
    there = (len(body) - cut[0], width(body) - cut[1])
    sizes = tuple(map(int, told.groups())) if told else there
    body = [[cell._replace(rows=min(cell.rows, ROWS - place)) for cell in row] for place, row in enumerate(body[:ROWS])]
    word = _word({"rows": (min(there[0], ROWS), sizes[0]), "columns": (there[1], sizes[1])}, left_out)
    named = max((sum(bool(cell.scope) for cell in row) for row in body), default=0)
    text = grid.table(as_words(caption), _headed(head, named), body)
    return Shown(caption, text.replace(f' style="{grid.LEFT}"', "").replace(f"{grid.LEFT}; ", ""), word)


def _rows(part: Tag | None, scope: str, marks: Mapping[str, Marks]) -> list[list[grid.Cell]]:
    rows = part.find_all("tr") if part else []
    return [[_cell(cell, scope, marks.get(str(cell.get("id")), {})) for cell in row.find_all(["th", "td"])]
            for row in rows]  # fmt: skip


def _cell(cell: Tag, scope: str, marks: Marks) -> grid.Cell:
    _only_text(cell)
    columns, rows = (int(str(cell.get(name, "1"))) for name in ("colspan", "rowspan"))
    style = "; ".join(f"{name}: {value}" for name, value in marks.items())
    return grid.Cell(as_words(cell.get_text(" ").strip()), scope if cell.name == "th" else "", columns, rows, style)


def _only_text(part: Tag) -> None:
    if inside := part.find(lambda tag: tag.name != "br"):
        how = "escape='html' in Styler.format, and in format_index for headers, makes it text"
        raise ValueError(f"a table with <{inside.name}> in its {CALLED[part.name]} ({how})")


def _headed(head: list[list[grid.Cell]], named: int) -> list[list[grid.Cell]]:
    """Column headers above `named` columns of names. What heads these, which pandas sets in a row of its own, stands
    in that of the columns where that has room; else the name of a level of the columns stands there and heads a row."""
    *others, last = head or [[]]
    apart = bool(others) and not _text(last[named:])
    if apart and not _text(others[-1][:named]):
        return [*_named_levels(others[:-1], named), [*last[:named], *others[-1][named:]]]
    return [*_named_levels(others, named), last] if apart else _named_levels(head, named)


def _named_levels(head: list[list[grid.Cell]], named: int) -> list[list[grid.Cell]]:
    return [[*(cell._replace(scope="row") for cell in row[:named]), *row[named:]] for row in head]


def _text(cells: list[grid.Cell]) -> str:
    return "".join(str(cell.words) for cell in cells)


def width(body: list[list[grid.Cell]]) -> int:
    """How many cells a row has that are no headers."""
    return max((sum(not cell.scope for cell in row) for row in body), default=0)


def _word(sizes: Mapping[str, tuple[int, int]], left_out: list[str]) -> str:
    """`sizes`: of rows and columns, how many are shown and how many there are."""
    rows = [f"{shown} of {in_all:,} {what} are shown." for what, (shown, in_all) in sizes.items() if shown < in_all]
    marks = [f"Left out, since it is not legible to all: {', '.join(left_out)}."] if left_out else []
    return " ".join(rows + marks)


def _marks(css: str) -> dict[str, Marks]:
    """What a Styler says of its cells, by the id of each; what it says of others, by how it selects them."""
    marks: dict[str, Marks] = {}
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            given = [each for each in tinycss2.parse_blocks_contents(rule.content) if each.type == "declaration"]
            values = {each.lower_name: tinycss2.serialize(each.value).strip() for each in given}
            for selector in tinycss2.serialize(rule.prelude).split(","):
                cell = selector.strip().removeprefix("#")
                if cell.startswith("T_"):
                    marks[cell] = marks.get(cell, {}) | values
    return marks


def _readable(marks: Marks) -> Marks:
    """Those marks of a cell that can be read on any ground; a ground of its own gets an ink that can be read on it."""
    kept = {name: value for name in ON_ANY_GROUND if re.fullmatch(r"[\w-]+", value := marks.get(name, ""))}
    ground, ink = (_colour(marks.get(name, "")) for name in ("background-color", "color"))
    if ground:
        inks = [each for each in (ink, (0.0,) * 3, (1.0,) * 3) if each and _contrast(each, ground) >= LEAST_CONTRAST]
        kept |= {"background-color": _hex(ground), "color": _hex(inks[0])}
    return kept


def _colour(value: str) -> Colour | None:
    """Of a value in CSS; None for none, and for one that can be seen through."""
    colour = tinycss2.color4.parse_color(value) if value else None
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    return tuple(colour.to("srgb").coordinates)


def _hex(colour: Colour) -> str:
    return f"#{bytes(round(255 * part) for part in colour).hex()}"


def _contrast(first: Colour, second: Colour) -> float:
    """Ratio of contrast, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted(map(_luminance, (first, second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
