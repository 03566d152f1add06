"""Stored notebooks as plain JSON: light enough to be read on every start of a build."""

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from notebook_reports.errors import BuildError
from notebook_reports.paths import NOTEBOOKS
from notebook_reports.reading import shortened

Stored = dict[str, Any]  # a notebook, or a cell of one
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # of a cell
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
def load(name: str, folder: Path | None = None) -> Stored:
    """The stored notebook `name` (such as "02-sum-harvests"), with an id for each cell; BuildError if it is missing, no
    notebook of format 4, or has a cell that is none. `folder`: of a mirror, or of what was sent to a worker, unless it
    lies in the project."""
    where = f"notebooks/{name}.ipynb"
    try:
        notebook = json.loads(((folder or NOTEBOOKS) / f"{name}.ipynb").read_text("utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise BuildError(f"{where} is no JSON ({error}): restore it, or resolve the merge conflict in it.") from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        found = f"format {notebook.get('nbformat')!r}" if isinstance(notebook, dict) else "no notebook"
        raise BuildError(f"{where}: found {found}, expected format 4: open it in JupyterLab and save it.")
    if not (isinstance(notebook.get("metadata"), dict) and isinstance(notebook.get("cells"), list)):
        raise BuildError(f"{where}: found no cells, or no metadata, expected both: restore it.")
    ids: set[str] = set()
    for number, cell in enumerate(notebook["cells"], 1):
        if fault := _fault(cell):
            raise BuildError(f"{where}, cell {number} of all: {fault}. Mend it, or restore the file.")
        # Before format 4.5 there is none, and a copied cell has that of another.
        if not ID.fullmatch(cell.get("id", "")) or cell["id"] in ids:
            cell["id"] = f"cell-{number}"
        ids.add(cell["id"])
        tags = cell["metadata"].get("tags", [])
        cell["metadata"]["tags"] = list(dict.fromkeys(tag.replace("_", "-") for tag in tags))
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return {key: notebook[key] for key in ("nbformat", "metadata", "cells")} | {
        "nbformat_minor": notebook.get("nbformat_minor", 0)
    }


def _fault(cell: Any) -> str:
    """What makes a cell none, in words; nothing if it is one."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return f"found {str(cell)[:80]}, expected a cell of the type code, markdown or raw"
    metadata, outputs, cell_id = cell.get("metadata"), cell.get("outputs", []), cell.get("id", "")
    if not isinstance(metadata, dict) or not isinstance(outputs, list) or not isinstance(cell_id, str):
        given = ", ".join(shortened(f"{field} {cell.get(field)!r}") for field in ("metadata", "outputs", "id"))
        return f"found {given}, expected an object, a list and text"
    for field, value in (("source", cell.get("source")), ("tags", metadata.get("tags", []))):
        lines = [value] if field == "source" and isinstance(value, str) else value
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            expected = "text" if field == "source" else "a list of texts"
            return f"found the {field} {str(value)[:80]!r}, expected {expected}"
        if found := re.search(r"^(<{7}|>{7})(?!\S)", "".join(lines), re.MULTILINE):
            return f"found the mark {found[1]} of a merge conflict in its {field}: settle it in JupyterLab"
        if found := re.search("[\x00\ud800-\udfff]", "".join(lines)):
            return f"found U+{ord(found[0]):04X}, which no text holds, in its {field}"
    return ""


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
