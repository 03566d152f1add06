"""Words in the language of a source, marked as such, so that they are spoken and set as that language is."""

import unicodedata

from markupsafe import Markup, escape

from dprk_entries.data import names
from notebook_reports import settings
from notebook_reports.cite import is_right_to_left


def quoted(text: str, language: str) -> Markup:
    """Words as a source prints them; `language`: of the source, ISO 639-1."""
    marked = language_of(text, language)
    return Markup("<span{}>{}</span>").format(_marks(marked), text) if marked else escape(text)


def language_of(text: str, language: str) -> str:
    """The language to mark such words with; none for that of the pages. In Latin letters they may be a translation, and
    digits are alike in all languages: both stay unmarked."""
    latin = all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())
    return "" if latin or language == _own() else language


def title(text: str, language: str) -> Markup:
    """The title of a source; one in brackets is a description in the language of the pages."""
    described = text.startswith("(") and text.endswith(")")
    return Markup("<cite{}>{}</cite>").format("" if described else _marks(language), text)


def paper(publisher: str, published: str) -> Markup:
    """A newspaper and its day: Korea JoongAng Daily, 5 February 2025."""
    name = Markup("<bdi>{}</bdi>").format(publisher) if is_right_to_left(publisher) else escape(publisher)
    return Markup("{}, {}").format(name, when(published))


def when(published: str) -> str:
    """The day on which a source was published."""
    return names.period(published) if published else "undated"


def _marks(language: str) -> Markup:
    """Attributes of an element in a language; none in that of the pages. The browser finds the direction by itself."""
    if language == _own():
        return Markup("")
    return Markup(' lang="{}" dir="auto"').format(language)


def _own() -> str:
    return settings.project().language.split("-")[0]
