"""How the report says no."""

from typing import NoReturn

from nbformat import NotebookNode


class ReportError(Exception):
    """What a page cannot show faithfully. Names notebook and cell, and says what to do."""


def refuse(notebook: str, cell: NotebookNode, problem: str, remedy: str) -> NoReturn:
    raise ReportError(f"{notebook}, cell {cell.get('id', 'without id')}: {problem}; {remedy}")
