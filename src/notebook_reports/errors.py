"""How the build and the pages say no: to a person who can mend it, without a traceback."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from doit.exceptions import InvalidTask

if TYPE_CHECKING:  # it takes long, and a build with nothing to do must not
    from nbformat import NotebookNode

DRAWN = re.compile(r"[0-9a-f]{8}|cell-\d")  # the beginning of an id that an editor, or a build, gives
BEGINNING = 40  # characters


class BuildError(InvalidTask):
    """Something that the person at the keyboard can mend: the message says what, where and how.

    Of doit's own family, so that doit shows the message and no traceback, even while it reads dodo.py.
    """


class ReportError(Exception):
    """What a page cannot show faithfully. Names notebook and cell, and says what to do."""


def refuse(notebook: str, cell: "NotebookNode", problem: str, remedy: str) -> NoReturn:
    raise ReportError(f"{notebook}, cell {called(cell)}: {problem}; {remedy}")


def called(cell: Mapping[str, Any]) -> str:
    """A cell in a message: its id, and how it begins where an editor gave it an id that nobody sees."""
    cell_id, begins = cell.get("id", "without id"), "".join(cell["source"]).strip().partition("\n")[0]
    return f"{cell_id}, which begins {begins[:BEGINNING]!r}" if begins and DRAWN.match(cell_id) else cell_id
