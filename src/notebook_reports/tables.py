"""Read and check the raw tables, read and write the processed ones. `data/datapackage.json` defines them all.

    tables = Tables(rules)                      # rules that span cells, see `Rules`
    harvests = tables.read_raw("harvests")
    tables.write_processed("totals", totals)

Frictionless checks types, enumerations, constraints and keys. It accepts spellings that a hand-kept table should
not hold (13,221 or " 12" as a number), so `_spelling` refuses those first.
"""

import csv
import difflib
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from notebook_reports import paths, reading, settings, sound
from notebook_reports.datapackage import Descriptor, columns, path_of, primary_key, resource
from notebook_reports.reading import LOST, UNPRINTABLE, TableError, shortened

# At most 15 digits: every such count is exact as a 64-bit float.
# A spreadsheet that opens a copy of the table would run text that begins like a formula.
TEXT = (r"(?![=+@-])\S(?s:.*\S)?", "text without spaces around it that does not begin with = + - or @")
SPELLING = {
    "integer": (r"-?(0|[1-9][0-9]{0,14})", "a whole number in digits only, such as 13221"),
    "number": (
        r"-?((0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?|INF)",
        "a number in digits, such as 0.5 or 13221",
    ),
}
SHOWN = 20
LONGEST_EXPECTED = 1_000  # of what it expects, which may be a list of codes
NEAR = 0.75  # how like a code a cell must be to be taken for a slip: two of three letters are not enough

# What is wrong with a table beyond what one column can state: a message for each fault (see `problem`). From its name,
# its cells as text, in a frame whose index holds the numbers of the rows in the file, and by name the tables that its
# keys point to, likewise.
Rules = Callable[[str, pd.DataFrame, Mapping[str, pd.DataFrame]], list[str]]


def no_rules(name: str, cells: pd.DataFrame, others: Mapping[str, pd.DataFrame]) -> list[str]:
    return []


def problem(row: int, column: str, found: str, expected: str, advice: str = "Mend the cell.") -> str:
    """A fault of one cell in words; `row`: its number in the file, whose header is row 1."""
    return (
        f"row {row}, column {column}: found {shortened(found)!r}, expected "
        f"{shortened(expected, LONGEST_EXPECTED)}. {advice}"
    )


class Tables:
    """The tables of a project, of which each holds its schema and the rules."""

    def __init__(self, rules: Rules = no_rules) -> None:
        self.rules = rules

    def read_raw(self, name: str, more: Mapping[str, Sequence[Mapping[str, str]]] | None = None) -> pd.DataFrame:
        """A hand-kept table: integers as Int64 (missing: NA), numbers as float64, text as str (missing: "").

        `more`: rows by table, each by column, that are taken as if they stood at the end of the file. Raises TableError
        that lists what is wrong with the table, before anything is computed from it.
        """
        more = more or {}

        def rows(table: str) -> list[list[str]]:
            return _rows(path_of(table), paths.ROOT / path_of(table)) + _in_order(table, more.get(table, []))

        keys = [key["reference"]["resource"] for key in resource(name)["schema"].get("foreignKeys", [])]
        checked = rows(name)
        self._check(name, checked, {other: rows(other) for other in keys})
        return _typed(name, checked)

    def read_processed(self, name: str) -> pd.DataFrame:
        """A table that an earlier notebook wrote, typed as `read_raw` types. Raises TableError where it is not there,
        or has other columns."""
        file = path_of(name)
        where = paths.to_read(file)
        if not where.exists():
            raise TableError(f"{file} is missing. An earlier notebook writes it: run `{settings.project().command}`.")
        rows = _rows(file, where)
        _check_header(name, rows[0])
        return _typed(name, rows)

    def write_processed(self, name: str, frame: pd.DataFrame) -> None:
        """Check a table and write it whole, its rows sorted by primary key.

        Raises TableError where it breaks its schema or a rule.
        """
        frame = frame.loc[:, columns(name)].sort_values(primary_key(name), kind="stable")
        rows = [list(frame.columns), *([_text(cell) for cell in row] for row in frame.itertuples(index=False))]
        self._check(name, rows, {})
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        paths.write(paths.to_write(path_of(name)), text.getvalue().encode())

    def _check(self, name: str, rows: list[list[str]], others: dict[str, list[list[str]]]) -> None:
        """Raise TableError with all that is wrong: header, else cells, else what spans cells."""
        _check_header(name, rows[0])
        problems = _shape(name, rows) or _cells(name, rows, others)
        if not problems:
            frames = {table: _frame(table, cells) for table, cells in {name: rows, **others}.items()}
            problems = self.rules(name, frames.pop(name), frames)
        if problems:
            shown = [f"{path_of(name)}, {each}" for each in problems[:SHOWN]]
            if rest := problems[SHOWN:]:
                counts = Counter(re.sub(r"row \d+(, )?", "", fault.partition(":")[0]) or "whole rows" for fault in rest)
                told = ", ".join(f"{number} in {where}" for where, number in counts.most_common())
                shown.append(f"... and {len(rest)} more: {told}.")
            raise TableError("\n".join(shown))


def problems(name: str, row: Mapping[str, str], column: str) -> list[str]:
    """What is wrong with one cell of a row, whatever the other cells and tables hold."""
    field = next(field for field in resource(name)["schema"]["fields"] if field["name"] == column)
    value = reading.composed(row.get(column, ""))
    if not _misspelt(resource(name), field, value) and sound.field(field, [value]):
        return []
    faults = _cells(name, [columns(name), *_in_order(name, [row])], {})
    return [fault.partition(": ")[2] for fault in faults if fault.startswith(f"row 2, column {column}: ")]


def append_raw(more: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Write hand-kept tables with more rows at their ends, by table, whole or not at all."""
    paths.write_all({paths.ROOT / path_of(name): appended(name, rows) for name, rows in more.items()})


def appended(name: str, rows: Sequence[Mapping[str, str]]) -> bytes:
    """What a hand-kept table holds with more rows at its end."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(_in_order(name, rows))
    return (paths.ROOT / path_of(name)).read_bytes().rstrip(b"\r\n") + b"\n" + lines.getvalue().encode()


def _in_order(name: str, rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """The cells of rows, as the file of their table would hold them."""
    return [[reading.composed(row.get(column, "")) for column in columns(name)] for row in rows]


def _text(cell: Any) -> str:
    """One spelling for each value: no trailing zeros, six decimals at most, INF or -INF for no limit, nothing for
    missing."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if math.isinf(cell):
        return "INF" if cell > 0 else "-INF"
    return str(int(cell)) if cell == int(cell) else f"{cell:.6f}".rstrip("0").rstrip(".")


def _rows(path: Path, where: Path) -> list[list[str]]:
    """Cells of a CSV file, header first. `path`: as people know it, `where`: as it is to be read."""
    try:
        rows = reading.rows(where.read_bytes(), path)
    except FileNotFoundError:
        raise TableError(f"{path} is missing. Bring it back: `git checkout -- {path}`.") from None
    if len(rows) < (2 if path.parts[1] == "raw" else 1):
        raise TableError(
            f"{path} is empty: expected a header and at least one row. Bring it back: `git checkout -- {path}`."
        )
    return rows


def _typed(name: str, rows: list[list[str]]) -> pd.DataFrame:
    return reading.typed(rows, resource(name)["schema"]["fields"])


def _check_header(name: str, header: list[str]) -> None:
    path, expected = path_of(name), columns(name)
    if header == expected:
        return
    if len(header) == 1 and ";" in header[0]:
        raise TableError(f"{path}: found columns separated by semicolons, expected commas. Save it as CSV with commas.")
    named = header[: max((number for number, column in enumerate(header, 1) if column), default=0)]
    if named == expected:
        nameless = len(header) - len(named)
        raise TableError(
            f"{path}, row 1: found columns without a name at the end ({nameless}), as spreadsheets leave them. Delete "
            "them, here and in every row below."
        )
    missing, extra = [c for c in expected if c not in named], [c for c in named if c not in expected]
    parts = [f"missing column {c}" for c in missing]
    parts += [f"unknown column {shortened(c if c.isprintable() and c else repr(c))}" for c in extra[:SHOWN]]
    raise TableError(
        f"{path}, row 1: {'; '.join(parts) or 'columns in another order'}. "
        f"Expected exactly: {','.join(expected)}. Mend the header and every row below it."
    )


def _frame(name: str, rows: list[list[str]]) -> pd.DataFrame:
    """Cells as text by the number of their row in the file; "" for one that is not there: another table is not checked
    here."""
    cells = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    return pd.DataFrame(cells, columns=columns(name), index=range(2, len(rows) + 1)).fillna("")


def _shape(name: str, rows: list[list[str]]) -> list[str]:
    expected = len(columns(name))
    return [
        f"row {number}: found {len(row)} cell{'' if len(row) == 1 else 's'}, expected {expected}. "
        + _mend_shape(row, expected)
        for number, row in enumerate(rows[1:], 2)
        if len(row) != expected
    ]


def _mend_shape(row: list[str], expected: int) -> str:
    if not row:
        return "Delete the empty line."
    if row[expected:] and not any(row[expected:]):
        return "Delete the commas at its end, as spreadsheets leave them, or the one that is too many."
    return "Is a comma missing, or one not quoted?"


def _cells(name: str, rows: list[list[str]], others: dict[str, list[list[str]]]) -> list[str]:
    """What is wrong with single cells: their spelling, else what the schema says of them; in the order of the rows."""
    misspelt = _spelling(name, rows)
    if not misspelt and sound.table(resource(name)["schema"], rows, others):
        return []
    told = {fault.split(": found")[0] for fault in misspelt}
    schema = [fault for fault in _schema(name, rows, others) if fault.split(": found")[0] not in told]
    return sorted(misspelt + schema, key=lambda fault: int(re.findall(r"\d+", fault)[0]))


def _spelling(name: str, rows: list[list[str]]) -> list[str]:
    faults = []
    described = resource(name)
    for place, field in enumerate(described["schema"]["fields"]):
        values = {row[place] for row in rows[1:]}
        odd = {value: told for value in values if (told := _misspelt(described, field, value))}
        for number, row in enumerate(rows[1:], 2) if odd else ():
            if told := odd.get(row[place]):
                faults.append(problem(number, field["name"], row[place], *told))
    return faults


def _misspelt(described: Descriptor, field: Descriptor, value: str) -> tuple[str, str] | None:
    """What was expected in place of a value, and what to do; None for one that is spelt as the type of its field."""
    if odd := UNPRINTABLE.search(value):
        return f"text without the character U+{ord(odd[0]):04X}", "It cannot be seen: delete it."
    if LOST.search(value):
        return (
            "text without ?? or U+FFFD",
            "Letters were lost when it was saved: bring them back, and save it as UTF-8.",
        )
    pattern, expected = SPELLING.get(field["type"], TEXT)
    limitless = described["path"].startswith("processed")
    if value and (not re.fullmatch(pattern, value) or (value.endswith("INF") and not limitless)):
        return expected, "Mend the cell."
    return None


def _schema(name: str, rows: list[list[str]], others: dict[str, list[list[str]]]) -> list[str]:
    """What Frictionless finds, in our words. Keys to other tables are looked up in `others`."""
    from frictionless import FrictionlessException, Package, Resource, Schema  # here: it takes 0.3 s

    def table(table_name: str, cells: list[list[str]]) -> Resource:
        schema = {key: value for key, value in resource(table_name)["schema"].items() if key != "foreignKeys"}
        if table_name == name and others:
            schema["foreignKeys"] = resource(name)["schema"]["foreignKeys"]
        return Resource(name=table_name, data=cells, schema=Schema.from_descriptor(schema))

    try:
        checked = Package(resources=[table(name, rows), *(table(other, cells) for other, cells in others.items())])
        report = checked.get_resource(name).validate()
    except FrictionlessException as error:
        notes = "; ".join(reason.note for reason in [*error.reasons] or [error.error])
        raise TableError(f"{paths.SCHEMA}, table {name}: {notes}. Mend it.") from None
    return [_in_words(name, error.to_dict()) for task in report.tasks for error in task.errors]


def _in_words(name: str, error: Descriptor) -> str:
    number = error.get("rowNumber", 0)
    if error["type"] == "foreign-key":
        advice = "Mend the spelling, or add the row there first."
        expected = f"a key of {error['referenceName']}.csv"
        return problem(number, error["fieldNames"][0], error["fieldCells"][0], expected, advice)
    if error["type"] == "primary-key":
        cells, keys = dict(zip(columns(name), error["cells"], strict=True)), primary_key(name)
        earlier = re.search(r"\d+", error["note"])  # none where the key is empty
        advice = f"It stands in row {earlier[0]} already: give one of them another key." if earlier else "Fill it in."
        return problem(number, ", ".join(keys), " ".join(cells[key] for key in keys), "each key once", advice)
    fields = {field["name"]: field for field in resource(name)["schema"]["fields"]}
    if error.get("fieldName") not in fields:
        return f"row {number}: {shortened(error['message'], LONGEST_EXPECTED)}"
    return _constraint(number, fields[error["fieldName"]], error["cell"], error["note"])


def _constraint(row: int, field: Descriptor, cell: str, note: str) -> str:
    """Which constraint of its field a cell breaks, in words; `note`: what Frictionless says of it."""
    constraints, advice = field.get("constraints", {}), "Mend the cell."
    if not cell:
        expected = f"a value ({field['description']})"
    elif "enum" in constraints:
        allowed = [str(code) for code in constraints["enum"]]
        near = difflib.get_close_matches(cell, allowed, 1, NEAR)
        expected = f"one of {', '.join(allowed)}"
        advice = f"Did you mean {near[0]!r}?" if near else "A new code is added to data/datapackage.json first."
    elif "minimum" in note:
        expected = f"at least {constraints['minimum']}"
    else:
        expected = f"{field['description']} ({note})"
    return problem(row, field["name"], cell, expected, advice)
