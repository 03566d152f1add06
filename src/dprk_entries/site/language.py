"""A language of the pages: its texts, its numbers, days and quarters.

A text stands in the source in English, whole, with named places: `_("{entries} entries in {year}", entries=..., ...)`.
In another language it is what languages/CODE.po says, a catalogue of gettext; `make messages` keeps these complete.
"""

import math
import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from dprk_entries.site.steps import CODES, LANGUAGES
from notebook_reports import paths
from notebook_reports.cite import Words, words
from notebook_reports.errors import BuildError
from reconcile.intervals import Interval

N_ = str  # marks a text that is translated where it is used


class Language:
    """`_ = Language(...)`; `_("a text", place=...)` is that text in the language, its places filled. `code`: BCP 47."""

    def __init__(self, code: str, locale: Locale, texts: Mapping[str, str] | None = None) -> None:
        self.code, self.locale, self.texts = code, locale, texts or {}
        self.english = texts is None

    @property
    def name(self) -> str:
        """In the language itself, as in a list of languages: 한국어, Русский."""
        own = self.locale.display_name
        return "English" if self.english else own[0].upper() + own[1:]

    @property
    def page(self) -> str:
        """Its page, below reports/."""
        return "index.html" if self.english else f"{self.code}.html"

    def __call__(self, text: str, /, **places: object) -> Words:
        if not self.english and text not in self.texts:
            raise BuildError(f"{_file(self.code)}: found no msgid {text!r}. Run make messages, and translate it there.")
        return words(self.texts.get(text, text), **places)

    def number(self, value: float, digits: int = 0) -> str:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(Decimal(f"{value:.{digits}f}"), pattern, locale=self.locale)

    def count(self, value: Interval) -> str:
        """A count for reading, as `Interval.count` says it."""
        _ = self
        if value.low == 0 < value.high < math.inf:
            return str(_("up to {high}", high=self.number(value.high)))
        return self.between(value)

    def between(self, value: Interval, scale: float = 1, digits: int = 0) -> str:
        """A number for reading, as `Interval.text` says it."""
        _, ends = self, value.outwards(scale, digits)
        low, high = (self.number(end, digits) if math.isfinite(end) else "" for end in ends)
        if value.exact:
            return low
        return str(_("{low} to {high}", low=low, high=high) if high else _("at least {low}", low=low))

    def percent(self, value: Interval) -> str:
        """A fraction for reading, as `Interval.percent` says it."""
        _ = self
        return str(_("{number} %", number=self.between(value, 100, 1 if 0 < value.high < 0.01 else 0)))

    def day(self, when: str) -> str:
        """A day, month or year in words, from 2025-02-05, 2025-02 or 2025."""
        year, *parts = map(int, when.split("-"))
        if len(parts) == 1:
            return format_skeleton("yMMMM", date(year, parts[0], 1), locale=self.locale)
        return format_date(date(year, *parts), "long", locale=self.locale) if parts else str(year)

    def quarter(self, period: str) -> str:
        _, (year, number) = self, period.split("-Q")
        return period if self.english else str(_("quarter {number} of {year}", number=number, year=year))


ENGLISH = Language("en", Locale("en", "GB"))


def read_language(code: str) -> Language:
    """The language of languages/CODE.po. BuildError, with file and msgid, for one that is not translated or whose
    places are others than in English; for a file that is no catalogue; for a code that is no language."""
    try:
        locale = Locale.parse(code, sep="-")
        with (LANGUAGES / f"{code}.po").open("rb") as file:
            messages = [message for message in read_po(file, abort_invalid=True) if message.id]
    except (UnknownLocaleError, ValueError) as error:
        what = "expected the code of a language as its name" if isinstance(error, UnknownLocaleError) else "mend it"
        raise BuildError(f"{_file(code)}: {error}; {what}.") from None
    except PoFileError as error:
        raise BuildError(
            f"{_file(code)}, line {error.lineno + 1}: found {error.line!r}, no catalogue of gettext."
        ) from None
    for message in messages:
        if fault := _fault(message):
            raise BuildError(f"{_file(code)}, line {message.lineno}, msgid {message.id!r}: {fault}.")
    return Language(code, locale, {str(message.id): str(message.string) for message in messages})


def all_languages() -> list[Language]:
    """English, and those that have a catalogue."""
    return [ENGLISH, *map(read_language, CODES)]


def _fault(message: Message) -> str:
    """What is wrong with a translation, if anything."""
    if not message.string or message.fuzzy:
        return "it is not translated; write its msgstr" + (" and remove the mark fuzzy" if message.fuzzy else "")
    try:
        found, expected = _places(message.string), _places(message.id)
    except ValueError as error:
        return f"found a brace too many or too few ({error})"
    return "" if found == expected else f"found the places {found}, expected {expected}"


def _places(text: object) -> str:
    """The places of a text, by name; one may stand there twice."""
    named = {field for _, field, _, _ in Formatter().parse(str(text)) if field is not None}
    return ", ".join(f"{{{name}}}" for name in sorted(named)) or "none"


def _file(code: str) -> str:
    return os.path.relpath(LANGUAGES / f"{code}.po", paths.ROOT)
