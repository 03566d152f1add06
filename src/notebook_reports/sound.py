"""Whether cells certainly keep their schema. Frictionless is the judge; this is quicker, since it looks at each value
once, and says yes only where Frictionless would find nothing. Where it is not sure it says no."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from notebook_reports.datapackage import Descriptor, listed

Rows = Sequence[Sequence[str]]  # of text, header first
CONSTRAINTS = {
    "string": {"required", "enum", "pattern"},
    "integer": {"required", "enum", "minimum", "maximum"},
    "number": {"required", "minimum", "maximum"},
}
# What else Frictionless reads of a field, or refuses there. All other properties are a project's own.
READ = {
    *("format", "missingValues", "example", "bareNumber", "floatNumber", "groupChar", "decimalChar"),
    *("required", "unique", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum"),
}


def table(schema: Descriptor, rows: Rows, others: Mapping[str, Rows]) -> bool:
    """Whether all cells do, and all keys are there once; of keys to other tables those to `others`, if there are any.

    `rows`: as wide as the schema, every cell spelt as its type is."""
    columns = _columns(rows)
    fields, key = schema["fields"], schema["primaryKey"]
    if not schema.keys() <= {"fields", "primaryKey", "uniqueKeys", "foreignKeys"}:
        return False
    keys = _tuples(columns, key)
    if len({*keys}) < len(keys) or not all(map(all, keys)):
        return False
    if not all(field(described, {*columns[described["name"]]}) for described in fields):
        return False
    return not others or all(_leads(columns, key, others) for key in schema.get("foreignKeys", []))


def field(described: Descriptor, values: Collection[str]) -> bool:
    """Whether values that are spelt as the type of the field keep its constraints."""
    constraints, kind = described.get("constraints", {}), described["type"]
    if not (described.keys().isdisjoint(READ) and constraints.keys() <= CONSTRAINTS[kind]):
        return False
    if constraints.get("required") and "" in values:
        return False
    filled = [value for value in values if value]
    return all(map(_keeps(constraints, kind), filled))


def _keeps(constraints: Mapping[str, Any], kind: str) -> Callable[[str], bool]:
    """Whether a value keeps constraints, but for `required`."""
    tests: list[Callable[[str], bool]] = []
    if "enum" in constraints:
        codes = frozenset(code if kind == "string" else str(code) for code in constraints["enum"])
        tests.append(codes.__contains__)
    if "pattern" in constraints:
        pattern = re.compile("^{}$".format(constraints["pattern"]))  # as Frictionless reads it
        tests.append(lambda value: pattern.match(value) is not None)
    if "minimum" in constraints:
        tests.append(lambda value: Decimal(value) >= Decimal(str(constraints["minimum"])))
    if "maximum" in constraints:
        tests.append(lambda value: Decimal(value) <= Decimal(str(constraints["maximum"])))
    return lambda value: all(test(value) for test in tests)


def _leads(columns: Mapping[str, Sequence[str]], key: Descriptor, others: Mapping[str, Rows]) -> bool:
    """Whether every row of a foreign key is there in the table that it points to."""
    known = {*_tuples(_columns(others[key["reference"]["resource"]]), key["reference"]["fields"])}
    return all(cells in known or not any(cells) for cells in {*_tuples(columns, key["fields"])})


def _columns(rows: Rows) -> dict[str, list[str]]:
    whole = [row for row in rows[1:] if len(row) == len(rows[0])]  # others are looked at when their table is read
    return {name: [row[place] for row in whole] for place, name in enumerate(rows[0])}


def _tuples(columns: Mapping[str, Sequence[str]], names: str | list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(columns[name] for name in listed(names)), strict=True))
