"""Stored notebooks as plain JSON: light enough to be read on every start of a build."""

import json
import re
from functools import cache
from itertools import pairwise
from typing import Any

from notebook_reports.errors import BuildError
from notebook_reports.paths import NOTEBOOKS

Stored = dict[str, Any]  # a notebook, or a cell of one
NAME = re.compile(r"\d\d(-[a-z0-9]+)+")


def stored_names() -> list[str]:
    """The notebooks, in order. BuildError unless each has a name and a number of its own."""
    names = sorted(file.stem for file in NOTEBOOKS.glob("*.ipynb") if not file.name.startswith("."))
    if not names:
        raise BuildError("notebooks/ has no notebook: write one, named as 02-sum-harvests.ipynb.")
    for name in names:
        if not NAME.fullmatch(name):
            raise BuildError(
                f"notebooks/{name}.ipynb: expected a name of two digits and words, as 02-sum-harvests.ipynb. Rename "
                "it, or move it out of notebooks/."
            )
    for first, second in pairwise(names):
        if first[:2] == second[:2]:
            raise BuildError(
                f"notebooks/{first}.ipynb and notebooks/{second}.ipynb have one number: rename one of them."
            )
    return names


@cache
def load(name: str) -> Stored:
    """The stored notebook `name` (such as "02-sum-harvests"); BuildError if it is missing or not readable."""
    path = NOTEBOOKS / f"{name}.ipynb"
    try:
        notebook: Stored = json.loads(path.read_text("utf-8"))
        ids: set[str] = set()
        for number, cell in enumerate(notebook["cells"], 1):
            if cell.get("id", "") in {"", *ids}:  # older formats have none, and a copied cell has that of another
                cell["id"] = f"cell-{number}"
            ids.add(cell["id"])
            if not {"cell_type", "source", "metadata"} <= cell.keys():
                raise ValueError(f"cell {number} lacks a field")
        notebook |= {"nbformat": 4, "nbformat_minor": 5, "metadata": notebook["metadata"]}
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise BuildError(
            f"notebooks/{name}.ipynb is not a notebook of format 4 ({error}): "
            "restore it, or resolve the merge conflict in it."
        ) from None
    return notebook


def text(cell: Stored) -> str:
    """The source of a cell, which a file may hold as one string or as lines."""
    return "".join(cell["source"])


def code(notebook: Stored) -> list[str]:
    """The source of each code cell."""
    return [text(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def title(name: str) -> str:
    """The question that notebook `name` asks: its first heading of level 1, as written."""
    cells = (text(cell) for cell in load(name)["cells"] if cell["cell_type"] == "markdown")
    lines = (line for cell in cells for line in cell.splitlines() if line.startswith("# "))
    heading = next(lines, None)
    if heading is None:
        raise BuildError(f"notebooks/{name}.ipynb has no heading of level 1: begin it with its question, '# ...?'.")
    return heading.removeprefix("# ").strip()
