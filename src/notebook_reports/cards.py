"""Statements and what was made of them, as HTML: a card for each, and a strip of marks that lead to the cards.

`show` puts them into the output of a cell. A page of the project's own takes the same HTML, with the way from it to the
entries, and there alone parts can be led to.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from notebook_reports.cite import FROM_NOTEBOOKS, Words

LOOKS = ("full", "ring", "dashed", "double")  # of a verdict: told apart without colours, on paper and in forced colours
Text = Words | str  # or Markup, on a page of the project's own


class Part(NamedTuple):
    """What was made of a part of a statement: a verdict, where the card has several, and a paragraph for each line."""

    lines: Sequence[Text]
    verdict: Text = ""
    anchor: str = ""


class Card(NamedTuple):
    """A statement `as_printed` and in words of ours, where it stands, the verdict on all of it, its look, and what was
    made of its parts. `language`: that in which it is printed, unless it is that of the page."""

    as_printed: str
    where: Text
    verdict: Text
    look: str
    parts: Sequence[Part]
    in_words: str = ""
    language: str = ""
    anchor: str = ""


class Mark(NamedTuple):
    """One statement in a strip: a text that leads to its card, and the look of its verdict."""

    text: Words
    look: str


class Row(NamedTuple):
    """Marks in a strip, and what they have in common."""

    said: str
    marks: Sequence[Mark]


def cards(shown: Iterable[Card], to: str = FROM_NOTEBOOKS) -> str:
    """The cards, one below or beside the other; `to`: the way from the page to the folder of the entries. ValueError
    for one that does not say what was printed, where, and the verdict, and for a look that there is not."""
    shown = list(shown)
    for card in shown:
        _check_look(card.look)
        for what in ("as_printed", "where", "verdict"):
            if not str(getattr(card, what)).strip():
                raise ValueError(f"a card needs {what}: found none in {card}")
    inside = "".join(_card(card, to) for card in shown) or "<p>None.</p>\n"
    return f'<div class="cards">\n{inside}</div>'


def strip(rows: Iterable[Row], to: str = FROM_NOTEBOOKS) -> str:
    """A list of the rows, each a list of its marks. ValueError for a look that there is not, and for a mark that leads
    nowhere."""
    rows = list(rows)
    for mark in (mark for row in rows for mark in row.marks):
        _check_look(mark.look)
        if not mark.text.links:
            raise ValueError(
                f"a mark of a strip leads to its card: found {str(mark.text)!r}, expected cite(text, link)"
            )
    return f'<ul class="strip">\n{"".join(_row(row, to) for row in rows)}</ul>'


def _check_look(look: str) -> None:
    if look not in LOOKS:
        raise ValueError(f"a look of a card or mark: found {look!r}, expected one of {', '.join(LOOKS)}")


def _card(card: Card, to: str) -> Markup:
    language = Markup(' lang="{}"').format(card.language) if card.language else ""
    words = Markup(" <small>{}</small>").format(card.in_words) if card.in_words else ""
    return Markup(
        '<article class="{}"{}>\n<h3>“<bdi{}>{}</bdi>”{}</h3>\n'
        '<p class="notes">{}</p>\n<p><strong>{}</strong></p>\n{}</article>\n'
    ).format(
        card.look, _id(card.anchor), language, card.as_printed, words, _html(card.where, to), _html(card.verdict, to),
        Markup().join(_part(part, to) for part in card.parts),
    )  # fmt: skip


def _part(part: Part, to: str) -> Markup:
    verdict = [Markup("<strong>{}</strong>").format(_html(part.verdict, to))] if part.verdict else []
    lines = [Markup("<p>{}</p>\n").format(line) for line in (*verdict, *(_html(line, to) for line in part.lines))]
    return Markup("<div{}>\n{}</div>\n").format(_id(part.anchor), Markup().join(lines))


def _row(row: Row, to: str) -> Markup:
    marks = [Markup('<li class="{}">{}</li>\n').format(mark.look, _html(mark.text, to)) for mark in row.marks]
    return Markup("<li><p>{}</p>\n<ul>\n{}</ul></li>\n").format(row.said, Markup().join(marks))


def _id(anchor: str) -> Markup:
    return Markup(' id="{}"').format(anchor) if anchor else Markup()


def _html(text: Text, to: str) -> Markup:
    return Markup(text.html(to)) if isinstance(text, Words) else escape(text)
