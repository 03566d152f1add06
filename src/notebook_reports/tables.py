"""Read and check the raw tables, read and write the processed ones. `data/datapackage.json` defines them all.

Frictionless checks types, enumerations, constraints and keys. It accepts spellings that a hand-kept table should
not hold (13,221 or " 12" as a number), so `_spelling` refuses those first.
"""

import csv
import difflib
import functools
import io
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from notebook_reports import paths
from reconcile import periods

# At most 15 digits: every such count is exact as a 64-bit float.
# A spreadsheet that opens a copy of the table would run text that begins like a formula.
TEXT = (r"(?![=+@-])\S(?s:.*\S)?", "text without spaces around it that does not begin with = + - or @")
SPELLING = {
    "integer": (r"-?(0|[1-9][0-9]{0,14})", "a whole number in digits only, such as 13221"),
    "number": (
        r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?(e-[0-9]+)?|INF",
        "a number in digits, such as 0.5 or 13221",
    ),
}
SHOWN = 20


class TableError(ValueError):
    """A table that cannot be used. The text names file, row, column, what was found, what was expected."""


@functools.cache
def package() -> dict:
    """The parsed data package descriptor."""
    return json.loads(paths.SCHEMA.read_text(encoding="utf-8"))


@functools.cache
def resource(name: str) -> dict:
    """Descriptor of one table. Raises KeyError for a name that is not in the data package."""
    return next(entry for entry in package()["resources"] if entry["name"] == name)


def columns(name: str) -> list[str]:
    """Column names of a table, in order."""
    return [field["name"] for field in resource(name)["schema"]["fields"]]


def codes(name: str, column: str) -> tuple[str, ...]:
    """The values that the schema allows in a column, without _T, which stands for all of them."""
    field = next(field for field in resource(name)["schema"]["fields"] if field["name"] == column)
    return tuple(code for code in field["constraints"]["enum"] if code != "_T")


def read_raw(name: str, more: Mapping[str, Mapping[str, str]] | None = None) -> pd.DataFrame:
    """A hand-kept table: integers as Int64 (missing: NA), numbers as float64, text as str (missing: "").

    `more`: a row a table, by column, that is taken as if it stood at the end of the file. Raises TableError that lists
    what is wrong with the table, before anything is computed from it.
    """
    more = more or {}

    def rows(table: str) -> list[list[str]]:
        file = Path("data", resource(table)["path"])
        last = [[more[table].get(column, "") for column in columns(table)]] if table in more else []
        return _rows(file, paths.ROOT / file) + last

    related = [key["reference"]["resource"] for key in resource(name)["schema"].get("foreignKeys", [])]
    own = rows(name)
    _check(name, Path("data", resource(name)["path"]), own, {other: rows(other) for other in related})
    return _typed(name, own)


def problems(name: str, row: Mapping[str, str], column: str) -> list[str]:
    """What is wrong with one cell of a row, whatever the other cells and tables hold."""
    found = _cells(name, [columns(name), [row.get(other, "") for other in columns(name)]], {})
    return [problem.partition(": ")[2] for problem in found if problem.startswith(f"row 2, column {column}: ")]


def append_raw(name: str, row: Mapping[str, str]) -> None:
    """Write a hand-kept table with one more row at its end, whole or not at all."""
    path = paths.ROOT / "data" / resource(name)["path"]
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([row.get(column, "") for column in columns(name)])
    paths.write(path, path.read_bytes().rstrip(b"\r\n") + b"\n" + line.getvalue().encode())


def read_processed(name: str) -> pd.DataFrame:
    """A table that an earlier notebook wrote, typed as `read_raw` types."""
    path = Path("data", resource(name)["path"])
    found = paths.to_read(path)
    if not found.exists():
        raise TableError(f"{path} is missing. An earlier notebook writes it: run `make reports`.")
    rows = _rows(path, found)
    _check_header(name, path, rows[0])
    return _typed(name, rows)


def write_processed(name: str, frame: pd.DataFrame) -> None:
    """Check a table and write it whole, its rows sorted by primary key.

    Raises TableError where it breaks its schema.
    """
    path = Path("data", resource(name)["path"])
    key = resource(name)["schema"]["primaryKey"]
    frame = frame.loc[:, columns(name)].sort_values(key, kind="stable")
    rows = [list(frame.columns), *([_text(cell) for cell in row] for row in frame.itertuples(index=False))]
    _check(name, path, rows, {})
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    paths.write(paths.to_write(path), text.getvalue().encode())


def _text(cell: object) -> str:
    """One spelling for each value: no trailing zeros, six decimals at most, INF for no limit, nothing for missing."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if math.isinf(cell):
        return "INF"
    return str(int(cell)) if cell == int(cell) else f"{cell:.6f}".rstrip("0").rstrip(".")


def _rows(path: Path, found: Path) -> list[list[str]]:
    """Cells of a CSV file, header first; a byte-order mark and Windows line ends are read over."""
    try:
        text = found.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise TableError(f"{path} is missing. Bring it back: `git checkout -- {path}`.") from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise TableError(
            f"{path}, row {row}: found the byte {error.object[error.start]:#x}, expected text in UTF-8. "
            "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8)."
        ) from None
    rows = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline="")))
    if len(rows) < (2 if path.parts[1] == "raw" else 1):
        raise TableError(
            f"{path} is empty: expected a header and at least one row. Bring it back: `git checkout -- {path}`."
        )
    return rows


def _typed(name: str, rows: list[list[str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    for field in resource(name)["schema"]["fields"]:
        if field["type"] in ("integer", "number"):
            numbers = pd.to_numeric(frame[field["name"]].replace({"": None, "INF": "inf"}))
            frame[field["name"]] = numbers.astype("Int64" if field["type"] == "integer" else "float64")
    return frame


def _check(name: str, path: Path, rows: list[list[str]], others: dict[str, list[list[str]]]) -> None:
    """Raise TableError with all that is wrong: header, else cells, else what spans cells."""
    _check_header(name, path, rows[0])
    problems = _shape(name, rows) or _cells(name, rows, others) or _across(name, rows)
    if problems:
        shown = [f"{path}, {problem}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            shown.append(f"... and {len(problems) - SHOWN} more.")
        raise TableError("\n".join(shown))


def _check_header(name: str, path: Path, header: list[str]) -> None:
    expected = columns(name)
    if header == expected:
        return
    if len(header) == 1 and ";" in header[0]:
        raise TableError(f"{path}: found columns separated by semicolons, expected commas. Save it as CSV with commas.")
    missing, extra = [c for c in expected if c not in header], [c for c in header if c not in expected]
    parts = [f"missing column {c}" for c in missing] + [f"unknown column {c}" for c in extra]
    raise TableError(
        f"{path}, row 1: {'; '.join(parts) or 'columns in another order'}. "
        f"Expected exactly: {','.join(expected)}. Mend the header and every row below it."
    )


def _problem(row: int, column: str, found: str, expected: str, advice: str = "Mend the cell.") -> str:
    return f"row {row}, column {column}: found {found!r}, expected {expected}. {advice}"


def _shape(name: str, rows: list[list[str]]) -> list[str]:
    expected = len(columns(name))
    return [
        f"row {number}: found {len(row)} cells, expected {expected}. "
        + ("Is a comma missing, or one not quoted?" if row else "Delete the empty line.")
        for number, row in enumerate(rows[1:], 2)
        if len(row) != expected
    ]


def _cells(name: str, rows: list[list[str]], others: dict[str, list[list[str]]]) -> list[str]:
    """What is wrong with single cells: their spelling, else what the schema says of them; in the order of the rows."""
    misspelt = _spelling(name, rows)
    told = {problem.split(": found")[0] for problem in misspelt}
    schema = [problem for problem in _schema(name, rows, others) if problem.split(": found")[0] not in told]
    return sorted(misspelt + schema, key=lambda problem: int(re.match(r"row (\d+)", problem)[1]))


def _spelling(name: str, rows: list[list[str]]) -> list[str]:
    limitless = resource(name)["path"].startswith("processed")
    problems = []
    for number, row in enumerate(rows[1:], 2):
        for field, cell in zip(resource(name)["schema"]["fields"], row, strict=True):
            pattern, expected = SPELLING.get(field["type"], TEXT)
            if cell and (not re.fullmatch(pattern, cell) or (cell == "INF" and not limitless)):
                problems.append(_problem(number, field["name"], cell, expected))
    return problems


def _schema(name: str, rows: list[list[str]], others: dict[str, list[list[str]]]) -> list[str]:
    """What Frictionless finds, in our words. Keys to other tables are looked up in `others`."""
    from frictionless import Package, Resource, Schema  # here: it takes 0.3 s, and not every reader checks

    def table(table_name: str, cells: list[list[str]]) -> Resource:
        schema = {key: value for key, value in resource(table_name)["schema"].items() if key != "foreignKeys"}
        if table_name == name and others:
            schema["foreignKeys"] = resource(name)["schema"]["foreignKeys"]
        return Resource(name=table_name, data=cells, schema=Schema.from_descriptor(schema))

    checked = Package(resources=[table(name, rows), *(table(other, cells) for other, cells in others.items())])
    report = checked.get_resource(name).validate()
    return [_in_words(name, error.to_dict()) for task in report.tasks for error in task.errors]


def _in_words(name: str, error: dict) -> str:
    number = error.get("rowNumber", 0)
    if error["type"] == "foreign-key":
        advice = "Mend the spelling, or add the row there first."
        found, expected = error["fieldCells"][0], f"a key of {error['referenceName']}.csv"
        return _problem(number, error["fieldNames"][0], found, expected, advice)
    if error["type"] == "primary-key":
        key = resource(name)["schema"]["primaryKey"]
        found = dict(zip(columns(name), error["cells"], strict=True))
        keys = [key] if isinstance(key, str) else key
        earlier = re.search(r"\d+", error["note"])  # none where the key is empty
        advice = f"It stands in row {earlier[0]} already: give one of them another key." if earlier else "Fill it in."
        return _problem(number, ", ".join(keys), " ".join(found[k] for k in keys), "each key once", advice)
    fields = {field["name"]: field for field in resource(name)["schema"]["fields"]}
    field = fields.get(error.get("fieldName"))
    if field is None:
        return f"row {number}: {error['message']}"
    constraints, advice = field.get("constraints", {}), "Mend the cell."
    if not error["cell"]:
        expected = f"a value ({field['description']})"
    elif "enum" in constraints:
        codes = [str(code) for code in constraints["enum"]]
        near = difflib.get_close_matches(error["cell"], codes, 1)
        expected = f"one of {', '.join(codes)}"
        advice = f"Did you mean {near[0]!r}?" if near else "A new code is added to data/datapackage.json first."
    elif "minimum" in error["note"]:
        expected = f"at least {constraints['minimum']}"
    else:
        expected = f"{field['description']} ({error['note']})"
    return _problem(number, field["name"], error["cell"], expected, advice)


def _across(name: str, rows: list[list[str]]) -> list[str]:
    """Rules that no single column can state."""
    frame = pd.DataFrame(rows[1:], columns=rows[0], index=pd.RangeIndex(2, len(rows) + 1))
    records = frame.to_dict("index")
    problems = [
        problem
        for column in ("period", "base_period")
        if column in frame
        for number, period in frame[column].items()
        if (problem := _calendar(number, column, period))
    ]
    if name == "observations":
        problems += [problem for number, row in records.items() if (problem := _figure(number, row))]
        problems += _repeated(frame, *resource(name)["schema"]["uniqueKeys"]) + _units(frame)
    if name == "claims":
        problems += [problem for number, row in records.items() if (problem := _claim(number, row))]
    if name == "assumptions":
        upside_down = frame[frame["low"].astype(float) > frame["high"].astype(float)]
        problems += [
            _problem(number, "low", row["low"], f"at most high, which is {row['high']}", "Exchange the two.")
            for number, row in upside_down.iterrows()
        ]
    return problems


def _calendar(number: int, column: str, period: str) -> str | None:
    try:
        return None if period in ("", "undated") else periods.days(period) and None
    except periods.PeriodError as error:
        return _problem(number, column, period, f"a period of the calendar ({error})")


def _repeated(frame: pd.DataFrame, key: list[str]) -> list[str]:
    first = frame.assign(number=frame.index).groupby(key, sort=False)["number"].transform("first")
    return [
        f"row {number}: found the same figure of the same source as in row {earlier} ({', '.join(key)} are equal), "
        "expected each once. Delete one of them, or say in locator where else it stands."
        for number, earlier in first.items()
        if number != earlier
    ]


COMPARED = ("ratio", "percent_change", "difference", "highest_since", "above", "below")  # measures with a base period
IN_FRONT = ("highest_since", "above", "below")  # measures that claim a lead and no number
WITHOUT_NUMBER = ("in_front", "double_digits")  # rules, of which the first is for IN_FRONT alone


def _claim(number: int, row: dict[str, str]) -> str | None:
    """What is wrong between the measure, the rule and the arguments of a claim."""
    measure, rule = row["measure"], row["rule"]
    if (measure in IN_FRONT) != (rule == "in_front"):
        expected = "in_front" if measure in IN_FRONT else "a rule for a number, not in_front,"
        return _problem(number, "rule", rule, f"{expected} for {measure}")
    if bool(row["value"]) == (rule in WITHOUT_NUMBER):
        expected = "nothing" if row["value"] else "a number"
        return _problem(number, "value", row["value"], f"{expected} for the rule {rule}")
    if bool(row["value_high"]) != (rule == "range"):
        return _problem(number, "value_high", row["value_high"], "a number for a range, else nothing")
    if bool(row["base_period"]) != (measure in COMPARED):
        expected = "nothing" if row["base_period"] else "a period to compare with"
        return _problem(number, "base_period", row["base_period"], f"{expected} for {measure}")
    if row["base_purpose"] and measure != "share":
        return _problem(number, "base_purpose", row["base_purpose"], f"nothing for {measure}")
    printed = [part.replace(",", "").rstrip(".") for part in re.findall(r"\d[\d.,]*", row["as_stated"])]
    if row["value"] and printed and not any(_same_number(row["value"], text) for text in printed):
        return _problem(number, "value", row["value"], f"a number in as_stated, which is {row['as_stated']!r}")
    return None


def _same_number(value: str, printed: str) -> bool:
    """Whether a value is the printed one, which may count thousands."""
    try:
        return float(value) in (float(printed), 1000 * float(printed))
    except ValueError:
        return False


def _units(frame: pd.DataFrame) -> list[str]:
    usual = frame["series"].map(frame.groupby("series")["unit"].agg(lambda units: units.value_counts().index[0]))
    return [
        _problem(number, "unit", row["unit"], f"{usual[number]}, as in the other figures of {row['series']}")
        for number, row in frame[frame["unit"] != usual].iterrows()
    ]


def _figure(number: int, row: dict[str, str]) -> str | None:
    """What is wrong between value, range, precision and qualifier of one figure."""
    qualifier, advice = row["qualifier"], "Mend the cell or the qualifier."
    for column in ("value", "precision"):
        if (qualifier == "not_published") == bool(row[column]):
            expected = "nothing" if row[column] else "a number"
            return _problem(number, column, row[column], f"{expected}, for the qualifier is {qualifier}", advice)
    if (qualifier == "range") != bool(row["value_high"]):
        return _problem(number, "value_high", row["value_high"], "a number for a range, else nothing", advice)
    if row["transport"] != "_T" and row["purpose"] != "_T":
        return _problem(number, "transport", row["transport"], "_T beside a purpose: the two are never crossed", advice)
    if qualifier in ("exact", "misprint") and row["precision"] != "1":
        return _problem(number, "precision", row["precision"], f"1, for the qualifier is {qualifier}", advice)
    printed = re.search(r"\d[\d.,]*", row["as_stated"])
    if qualifier in ("exact", "misprint") and printed and re.sub(r"\D", "", printed[0]) != row["value"]:
        return _problem(
            number, "value", row["value"], f"the number in as_stated, which is {row['as_stated']!r}", advice
        )
    if qualifier == "range" and int(row["value_high"]) < int(row["value"]):
        return _problem(number, "value_high", row["value_high"], f"at least value, which is {row['value']}", advice)
    return None
