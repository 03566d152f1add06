"""Typed parameters of a notebook: found in its source, checked before a kernel starts.

papermill itself only warns of a parameter that the notebook does not have, and takes a value of any type.
"""

import ast
import math
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import GenericAlias, UnionType
from typing import Any, get_args

from notebook_reports.errors import BuildError
from notebook_reports.reading import shortened
from notebook_reports.runner.notebooks import load, text

PLAIN: dict[str, Any] = {"int": int, "float": float, "str": str, "bool": bool}
TYPES = PLAIN | {f"list[{name}]": GenericAlias(list, (kind,)) for name, kind in PLAIN.items()}
TYPES |= {f"{name} | None": PLAIN[name] | None for name in ("int", "float", "str")}
TAG = "parameters"


def declared(notebook: str, folder: Path | None = None) -> dict[str, str]:
    """Name and type of each parameter of the stored notebook; none without a cell that declares them. BuildError for
    two such cells. `folder`: as for `load`."""
    cells = [cell for cell in load(notebook, folder)["cells"] if TAG in cell["metadata"].get("tags", [])]
    if not cells:
        return {}
    if len(cells) > 1:
        told = " and ".join(cell["id"] for cell in cells)
        raise BuildError(f"notebooks/{notebook}.ipynb, cells {told}: both have the tag '{TAG}'. Make them one.")
    where = f"notebooks/{notebook}.ipynb, cell {cells[0]['id']}"
    try:
        return dict(declaration(statement, where) for statement in ast.parse(text(cells[0])).body)
    except SyntaxError as error:
        raise BuildError(f"{where}, line {error.lineno}: {error.msg}.") from None
    except (RecursionError, MemoryError):
        raise BuildError(f"{where}: it is nested too deep to be read. Write it in a simpler way.") from None


def declaration(statement: ast.stmt, where: str) -> tuple[str, str]:
    """Name and type in one statement such as `rounding: float = 0.5`."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            kind = ast.unparse(annotation)
        case _:
            raise BuildError(
                f"{where}: found '{ast.unparse(statement)}', expected 'name: type = value'; nothing else goes there."
            )
    if kind not in TYPES:
        raise BuildError(f"{where}: parameter {name} has the type {kind}, expected one of {', '.join(TYPES)}.")
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError):
        raise BuildError(
            f"{where}: parameter {name} is '{ast.unparse(value)}', expected a plain {kind}, not a computed one."
        ) from None
    if not fits(default, TYPES[kind]):
        raise BuildError(f"{where}: parameter {name} is {default!r}, which is no {kind}.")
    return name, kind


def check(notebook: str, given: Mapping[str, object], folder: Path | None = None) -> dict[str, object]:
    """`given` values, ready for papermill: a string is read as the declared type, an int serves as float.

    BuildError names the notebook, the parameter, what was found and what was expected.
    """
    types = declared(notebook, folder)
    return {name: convert(notebook, name, value, types) for name, value in given.items()}


def convert(notebook: str, name: str, value: Any, types: dict[str, str]) -> object:
    if name not in types:
        near = get_close_matches(name, types, n=1, cutoff=0.5)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise BuildError(
            f"Notebook {notebook} has no parameter '{name}'. {hint}It has: {', '.join(sorted(types)) or 'none'}."
        )
    kind = TYPES[types[name]]
    if isinstance(kind, UnionType):
        if value in (None, "None"):
            return None
        kind = get_args(kind)[0]
    read = from_text(value) if isinstance(value, str) and kind is not str else value
    if not fits(read, kind):
        raise BuildError(
            f"Notebook {notebook}, parameter {name}: found {shortened(repr(value))}, expected {expected(types[name])}."
        )
    return float(read) if kind is float else read


def from_text(value: str) -> Any:
    """What a value of the command line says, as Python would read it; the text itself if that fails."""
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # the last two where it is too deep
        return value


def expected(kind: str) -> str:
    examples = {"int": "3", "float": "0.5", "bool": "True or False", "str": "text"}
    examples |= {f"{name} | None": f"{examples[name]} or None" for name in ("int", "float", "str")}
    return f"{kind}, such as {examples[kind]}" if kind in examples else f"{kind}, such as [{examples[kind[5:-1]]}, ...]"


def fits(value: object, kind: Any) -> bool:
    """Is `value` of type `kind`? An int is a float, a bool is neither, and no float is infinite or not a number."""
    if isinstance(kind, UnionType):
        return value is None or fits(value, get_args(kind)[0])
    if item := get_args(kind):
        return isinstance(value, list) and all(fits(each, item[0]) for each in value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return type(value) is kind
