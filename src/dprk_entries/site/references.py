"""The literature that the methods rest on, references.bib, formatted by pybtex."""

from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup
from pybtex.backends.html import Backend
from pybtex.database import parse_file
from pybtex.style.formatting.unsrt import Style

BIBLIOGRAPHY = Path(__file__).parent / "references.bib"


class Reference(NamedTuple):
    """A work: its key in the bibliography, authors and year, how it is cited, and what it is used for here."""

    key: str
    name: str
    cited: Markup
    used_for: str


def references() -> list[Reference]:
    """All works, in the order of the bibliography. Raises PybtexError for a file that is no BibTeX, KeyError for a work
    without `annote`, which says what it is used for."""
    works = parse_file(BIBLIOGRAPHY).entries
    formatted = {work.key: Markup(work.text.render(Backend())) for work in Style().format_entries(works.values())}
    return [Reference(key, _name(work), formatted[key], work.fields["annote"]) for key, work in works.items()]


def _name(work) -> str:
    """Fellegi and Holt 1976."""
    names = [" ".join(person.prelast_names + person.last_names).strip("{}") for person in work.persons["author"]]
    return f"{' and '.join(', '.join(names).rsplit(', ', 1))} {work.fields['year']}"
