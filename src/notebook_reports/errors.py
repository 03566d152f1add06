"""How the build and the pages say no: to a person who can mend it, without a traceback."""

from typing import TYPE_CHECKING, NoReturn

from doit.exceptions import InvalidTask

if TYPE_CHECKING:  # it takes long, and a build with nothing to do must not
    from nbformat import NotebookNode


class BuildError(InvalidTask):
    """Something that the person at the keyboard can mend: the message says what, where and how.

    Of doit's own family, so that doit shows the message and no traceback, even while it reads dodo.py.
    """


class ReportError(Exception):
    """What a page cannot show faithfully. Names notebook and cell, and says what to do."""


def refuse(notebook: str, cell: "NotebookNode", problem: str, remedy: str) -> NoReturn:
    raise ReportError(f"{notebook}, cell {cell.get('id', 'without id')}: {problem}; {remedy}")
