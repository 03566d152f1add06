"""The one schema, data/datapackage.json: which tables there are, and what their columns hold (Frictionless Data
Package, https://datapackage.org). Imports nothing heavy."""

import functools
import json
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from notebook_reports import paths
from notebook_reports.reading import TableError as TableError
from notebook_reports.reading import shortened
from notebook_reports.runner import memory

Descriptor = dict[str, Any]  # a part of datapackage.json
RIGHT = paths.BUILD / "schema.kept"  # the digest of one that was found right: to look takes a tenth of an empty build
LONGEST_LIST = 1_000  # characters of the names of tables that a message gives
TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
NAMES = {"anyOf": [TEXT, TEXTS]}
REFERENCE = {"type": "object", "required": ["resource", "fields"], "properties": {"resource": TEXT, "fields": NAMES}}
FIELD = {
    "type": "object",
    "required": ["name", "type", "description"],
    "properties": {
        "name": TEXT,
        "type": {"enum": ["string", "integer", "number"]},
        "description": TEXT,
        "constraints": {
            "type": "object",
            "properties": {
                "required": {"type": "boolean"},
                "enum": {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}},
                "pattern": {"type": "string", "format": "regex"},
                "minimum": {"type": "number"},
                "maximum": {"type": "number"},
            },
        },
    },
}
TABLE = {
    "type": "object",
    "required": ["name", "path", "schema"],
    "properties": {
        "name": TEXT,
        "path": {"type": "string", "pattern": "^(raw(/[^/]+)?|processed)/[^/]+[.]csv$"},
        "description": {"type": "string"},
        "schema": {
            "type": "object",
            "required": ["fields", "primaryKey"],
            "properties": {
                "fields": {"type": "array", "minItems": 1, "items": FIELD},
                "primaryKey": NAMES,
                "uniqueKeys": {"type": "array", "items": TEXTS},
                "foreignKeys": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["fields", "reference"],
                        "properties": {"fields": NAMES, "reference": REFERENCE},
                    },
                },
            },
        },
    },
}
# What a data package must say so that tables can be read by it, as a JSON Schema. All else in it is for others.
PACKAGE = {
    "type": "object",
    "required": ["title", "description", "version", "resources"],
    "properties": {
        **dict.fromkeys(("title", "description", "version"), TEXT),
        "resources": {"type": "array", "minItems": 1, "items": TABLE},
    },
}


def read() -> Descriptor:
    """All of it. Raises TableError where it is missing, no JSON, or does not say what tables are read by."""
    return _read(paths.ROOT / paths.SCHEMA)[0]


def keep() -> None:
    """Let later processes know that what `read` gave was found right."""
    _, digest = _read(paths.ROOT / paths.SCHEMA)
    if not _was_right(digest):
        memory.write(RIGHT, digest)


@functools.cache
def _read(file: Path) -> tuple[Descriptor, str]:
    """It, and the digest of all that decides whether it is right."""
    try:
        text = file.read_text("utf-8-sig")
        package: Descriptor = json.loads(text)
    except FileNotFoundError:
        raise TableError(
            f"{paths.SCHEMA} is missing: it says which tables there are and what their columns hold."
        ) from None
    except (ValueError, OSError, RecursionError) as error:
        raise TableError(f"{paths.SCHEMA} is not JSON in UTF-8 ({error}): mend it, or restore it.") from None
    digest = sha256(repr([text, PACKAGE, version("fastjsonschema")]).encode()).hexdigest()
    if not _was_right(digest):
        _validate(package)
    if unknown := _unknown(package["resources"]):
        raise TableError(f"{paths.SCHEMA}: {unknown}. Mend it.")
    return package, digest


def _was_right(digest: str) -> bool:
    with suppress(OSError):  # then it is looked at once more
        return memory.read(RIGHT) == digest
    return False


def _validate(package: Descriptor) -> None:
    """TableError where it does not say what tables are read by."""
    import fastjsonschema  # here: it is seldom needed

    try:
        fastjsonschema.validate(PACKAGE, package)
    except fastjsonschema.JsonSchemaValueException as error:
        broken = error.message.removeprefix("data").removeprefix(".").strip()
        raise TableError(f"{paths.SCHEMA}: {broken}, found {shortened(repr(error.value))}. Mend it.") from None


def _unknown(tables: list[Descriptor]) -> str:
    """A name that stands there twice, or a key that names what is not there, in words; nothing where all is well."""
    fields = {table["name"]: [field["name"] for field in table["schema"]["fields"]] for table in tables}
    for what, names in [("tables", [table["name"] for table in tables]), *fields.items()]:
        if twice := [name for name in names if names.count(name) > 1]:
            return f"{what} has {shortened(repr(twice[0]))} twice"
    for table in tables:
        name, schema = table["name"], table["schema"]
        foreign = schema.get("foreignKeys", [])
        keys = [(name, key) for key in (schema["primaryKey"], *schema.get("uniqueKeys", []))]
        keys += [pair for key in foreign for pair in ((name, key["fields"]), _target(key))]
        for other, key in keys:
            if strange := [column for column in listed(key) if column not in fields.get(other, [])]:
                strange_name, of = shortened(repr(strange[0])), shortened(repr(other))
                return f"a key of {shortened(name)} names the column {strange_name} of {of}, which is not there"
    return ""


def _target(key: Descriptor) -> tuple[str, str | list[str]]:
    return key["reference"]["resource"], key["reference"]["fields"]


def listed(key: str | list[str]) -> list[str]:
    """The columns of a key, which may be one by itself."""
    return [key] if isinstance(key, str) else key


def resource(name: str) -> Descriptor:
    """Descriptor of one table. Raises TableError for a name that is not in the data package."""
    described: dict[str, Descriptor] = {entry["name"]: entry for entry in read()["resources"]}
    if name not in described:
        known = shortened(", ".join(described), LONGEST_LIST)
        raise TableError(f"found the table {name!r}, expected one of data/datapackage.json: {known}.")
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
    if "enum" not in field.get("constraints", {}):
        raise TableError(f"{paths.SCHEMA}: found no enum in the constraints of {name}, {column}, expected its values.")
    return tuple(code for code in field["constraints"]["enum"] if code != "_T")


def primary_key(name: str) -> list[str]:
    """The columns whose values together name a row of a table."""
    return listed(resource(name)["schema"]["primaryKey"])
