"""How the build and the pages say no: to a person who can mend it, without a traceback."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from doit.exceptions import InvalidTask

from notebook_reports.reading import shortened

if TYPE_CHECKING:  # it takes long, and a build with nothing to do must not
    from nbformat import NotebookNode

DRAWN = re.compile(r"[0-9a-f]{8}|cell-\d")  # the beginning of an id that an editor, or a build, gives
BEGINNING = 40  # characters
COLOURS = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]")  # and whatever else is told to a terminal
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LONGEST = 1_000  # characters of what a message quotes of a cell


class BuildError(InvalidTask):
    """Something that the person at the keyboard can mend: the message says what, where and how.

    Of doit's own family, so that doit shows the message and no traceback, even while it reads dodo.py.
    """

    def __init__(self, message: str) -> None:
        """What a notebook has raised or printed, and is repeated here, is no command to a terminal."""
        super().__init__(UNSEEN.sub(lambda found: repr(found[0])[1:-1], COLOURS.sub("", message)))


class ReportError(Exception):
    """What a page cannot show faithfully. Names notebook and cell, and says what to do."""


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Have what the computer refuses told without a traceback, see `refused`."""
    try:
        yield
    except OSError as error:
        raise BuildError(refused(error)) from None


def refused(error: OSError) -> str:
    """What the computer refuses, at which file or folder; and what to do where the one is in the place of the other."""
    path = Path(error.filename2 or error.filename or "")
    if isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError):
        there = next(each for each in (path, *path.parents) if os.path.lexists(each))
        found, expected = ("a folder", "a file") if there.is_dir() else ("no folder", "one")
        return f"{there} is {found}, where {expected} belongs: move it away."
    return f"{path}: {error.strerror}" if path.name else str(error.strerror or error)


def refuse(notebook: str, cell: "NotebookNode", problem: str, remedy: str) -> NoReturn:
    raise ReportError(f"{notebook}, cell {called(cell)}: {shortened(problem, LONGEST)}; {remedy}")


def called(cell: Mapping[str, Any]) -> str:
    """A cell in a message: its id, and how it begins where an editor gave it an id that nobody sees."""
    cell_id, begins = cell.get("id", "without id"), "".join(cell["source"]).strip().partition("\n")[0]
    return f"{cell_id}, which begins {begins[:BEGINNING]!r}" if begins and DRAWN.match(cell_id) else cell_id
