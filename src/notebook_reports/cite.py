"""Words that lead somewhere: a number as it is shown, and the entry below reports/sources that says where it is from.

Data and results hold numbers and keys. A project says which entry a key has (a `Link`); `cite` and `words` put text and
links together where they are shown, and `show` and the pages make HTML of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from string import Formatter
from typing import NamedTuple
from unicodedata import bidirectional
from urllib.parse import quote, unquote

FOLDER = "sources"  # of the entries, below reports/
FROM_NOTEBOOKS = f"../reports/{FOLDER}/"
NARROW = "application/vnd.notebook-reports.narrow"  # MIME type of a narrow drawing, an SVG beside the wide one


class Link(NamedTuple):
    """An entry: its page and anchor (2024.html#wheat.2024), and in few words what stands there."""

    address: str
    short: str

    def url(self) -> str:
        """Both in one, for `Artist.set_url` of a mark in a chart; `show.figure` takes them apart again."""
        return f"{self.address}?{quote(self.short, safe='')}"

    @classmethod
    def from_url(cls, url: str) -> "Link":
        address, _, short = url.partition("?")
        return cls(address, unquote(short))


@dataclass(frozen=True)
class Words:
    """A text in pieces, each with the entry that it leads to, if any. As `str` it is plain text."""

    pieces: tuple[tuple[str, Link | None], ...]

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)

    def __format__(self, spec: str) -> str:
        if self.links:
            how = "fill it in by words('... {} ...', ...)"
            raise TypeError(f"an f-string would lose where {str(self)!r} leads: {how}")
        return format(str(self), spec)

    def __add__(self, other: object) -> "Words":
        return Words(self.pieces + as_words(other).pieces)

    def __radd__(self, other: object) -> "Words":
        return as_words(other) + self

    @property
    def links(self) -> list[Link]:
        return [link for _, link in self.pieces if link]

    def html(self, to: str = FROM_NOTEBOOKS, said_by: str = "aria-label") -> str:
        """As HTML; `to`: the way from the page to the folder of the entries; `said_by`: the attribute that says where a
        link leads: its name (aria-label), or a description (title), so that a finding is heard as it is written."""
        return "".join(_html(text, link, to, said_by) for text, link in self.pieces)

    def as_json(self) -> str | list[list[str]]:
        """For the metadata of an output, see `as_words`: plain text, or pieces of a text and perhaps a link each."""
        return [[text, *(link or ())] for text, link in self.pieces] if self.links else str(self)


def svg_links(svg: str) -> str:
    """An SVG whose marks have a `Link.url`: they lead to their entries."""

    def lead(mark: re.Match[str]) -> str:
        link = Link.from_url(unescape(mark[1]))
        short = escape(link.short)
        return f'<a href="{escape(FROM_NOTEBOOKS + link.address)}" aria-label="{short}"><title>{short}</title>'

    seen = re.sub(r'<a xlink:href="[^"]*" target="_blank"/>', "", svg)  # else the mark lies outside of the picture
    return re.sub(r'<a xlink:href="([^"]*)" target="_blank">', lead, seen)


def without_links(svg: str) -> str:
    """An SVG whose marks lead nowhere: what is kept apart from the pages has no entries beside it."""
    return re.sub(r"</?a\b[^>]*>", "", svg)


def cite(text: object, link: Link) -> Words:
    """A text that leads to an entry."""
    return Words(((str(text), link),))


def words(template: str, *numbers: object, **named: object) -> Words:
    """A text with each {} in it filled in turn, and each {name} by what has that name: by what `cite` gives or by
    anything else as `str` gives it."""
    whole, waiting, unused = as_words(""), list(numbers), {*named}
    for before, field, _, _ in Formatter().parse(template):
        whole += before
        if field is not None:
            whole += named[field] if field else waiting.pop(0)
            unused.discard(field)
    if waiting or unused:
        raise ValueError(f"words: {len(waiting) + len(unused)} numbers too many for {template!r}")
    return whole


def join(between: str, parts: Iterable[object]) -> Words:
    """Parts in a row, with a text between them."""
    whole = as_words("")
    for number, part in enumerate(parts):
        whole = whole + (between if number else "") + part
    return whole


def as_words(text: object) -> Words:
    """Anything as words: what `Words.as_json` gave, or plain text, which leads nowhere."""
    if isinstance(text, Words):
        return text
    if isinstance(text, list):
        return Words(tuple((piece, Link(*link) if link else None) for piece, *link in text))
    return Words(((str(text), None),) if str(text) else ())


def is_right_to_left(text: str) -> bool:
    """Whether letters in it are read from the right: it stands by itself, or it turns the order of what follows."""
    return any(bidirectional(letter) in ("R", "AL") for letter in text)


def _html(text: str, link: Link | None, to: str, said_by: str) -> str:
    if not link:
        return escape(text, quote=False)
    said = link.short if link.short.startswith(text) else f"{text}: {link.short}"  # so that a list of links has sense
    address = escape(to + link.address)
    turned = ' dir="auto"' if is_right_to_left(text) else ""
    return f'<a class="cite" href="{address}" {said_by}="{escape(said)}"{turned}>{escape(text)}</a>'
