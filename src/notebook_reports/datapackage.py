"""The one schema, data/datapackage.json: which tables there are, and what their columns hold (Frictionless Data
Package, https://datapackage.org). Imports nothing heavy."""

import functools
import json
from pathlib import Path
from typing import Any

from notebook_reports import paths
from notebook_reports.reading import TableError as TableError

Descriptor = dict[str, Any]  # a part of datapackage.json
REQUIRED = ("title", "description", "version", "resources")


def read() -> Descriptor:
    """All of it. Raises TableError where it is missing, no JSON, or lacks what every data package says of itself."""
    return _read(paths.ROOT / paths.SCHEMA)


@functools.cache
def _read(file: Path) -> Descriptor:
    try:
        package: Descriptor = json.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise TableError(
            f"{paths.SCHEMA} is missing: it says which tables there are and what their columns hold."
        ) from None
    except ValueError as error:
        raise TableError(f"{paths.SCHEMA} is not JSON ({error}): mend it.") from None
    for key in REQUIRED:
        if not isinstance(package, dict) or key not in package:
            raise TableError(f"{paths.SCHEMA}: found no {key}, expected an object with {', '.join(REQUIRED)}.")
    return package


def resource(name: str) -> Descriptor:
    """Descriptor of one table. Raises TableError for a name that is not in the data package."""
    described: dict[str, Descriptor] = {entry["name"]: entry for entry in read()["resources"]}
    if name not in described:
        raise TableError(f"found the table {name!r}, expected one of data/datapackage.json: {', '.join(described)}.")
    return described[name]


def path_of(name: str) -> Path:
    """Where a table lies, below the root: data/raw/harvests.csv."""
    return Path("data", resource(name)["path"])


def table_paths() -> list[str]:
    """Where all tables lie, below the root."""
    return [path_of(entry["name"]).as_posix() for entry in read()["resources"]]


def columns(name: str) -> list[str]:
    """Column names of a table, in order."""
    return [field["name"] for field in resource(name)["schema"]["fields"]]


def codes(name: str, column: str) -> tuple[str, ...]:
    """The values that the schema allows in a column, without _T, which stands for all of them."""
    field = next(field for field in resource(name)["schema"]["fields"] if field["name"] == column)
    return tuple(code for code in field["constraints"]["enum"] if code != "_T")


def primary_key(name: str) -> list[str]:
    """The columns whose values together name a row of a table."""
    key: str | list[str] = resource(name)["schema"]["primaryKey"]
    return [key] if isinstance(key, str) else key
