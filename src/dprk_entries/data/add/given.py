"""What is given of new figures, on the command line or in a CSV file, and the rows that it makes.

Of each figure a mapping: its fields by name, those of a source that is not known yet as source.publisher and so on.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from dprk_entries.data import numerals, tables
from dprk_entries.data.tables import TableError
from dprk_entries.entries import reconciliation
from notebook_reports import reading

USUAL = {"series": "border_entries", "nationality": "PRK", "purpose": "_T", "transport": "_T"}
SOURCE = "source."
ONE = "the new figure"  # as messages call it where it is the only one
Fields = Mapping[str, str]
Known = Mapping[str, pd.DataFrame]  # the raw tables as they are, by name
Rows = dict[str, list[dict[str, str]]]  # new rows, by table


def names() -> list[str]:
    """What the fields are called, of a figure and of its source."""
    return [*tables.columns("observations"), *(f"{SOURCE}{column}" for column in tables.columns("sources")[1:])]


def is_file(arguments: Sequence[str]) -> bool:
    """Whether a CSV file is named, and not the fields of one figure."""
    return len(arguments) == 1 and arguments[0].endswith(".csv")


def places(arguments: Sequence[str]) -> Callable[[int], str]:
    """How messages call the figure of a number, from 0 on."""
    if is_file(arguments):
        return lambda number: f"{arguments[0]}, row {number + 2}"
    return lambda number: ONE


def read(arguments: Sequence[str]) -> list[dict[str, str]]:
    """The fields that are given, of one figure as NAME=VALUE or of many in a CSV file, where an empty cell gives none.
    Raises TableError for a file that cannot be used, and for a name that neither table has."""
    if is_file(arguments):
        return _from_file(Path(arguments[0]).expanduser())
    if unequal := [argument for argument in arguments if "=" not in argument]:
        raise TableError(f"{ONE}: found {unequal[0]!r}, expected NAME=VALUE, or the name of one CSV file")
    pairs = [argument.split("=", 1) for argument in arguments]
    _check_names([name for name, _ in pairs], ONE)
    return [dict(pairs)]


def _from_file(path: Path) -> list[dict[str, str]]:
    try:
        header, *rows = reading.rows(path.read_bytes(), path) or [[]]
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}. Give its path from this folder.") from None
    _check_names(header, f"{path}, row 1")
    uneven = [number for number, row in enumerate(rows, 2) if len(row) != len(header)]
    if uneven or not rows:
        place, found = (uneven[0], len(rows[uneven[0] - 2])) if uneven else (2, 0)
        raise TableError(f"{path}, row {place}: found cells: {found}, expected {len(header)}, one for each column.")
    return [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in rows]


def _check_names(found: list[str], place: str) -> None:
    known = names()
    for number, name in enumerate(found):
        if name not in known:
            raise TableError(f"{place}: found the field {name!r}, expected one of {', '.join(known)}")
        if name in found[:number]:
            raise TableError(f"{place}: found the field {name} twice, expected it once")


def usual_values(observations: pd.DataFrame, languages: Mapping[str, str]) -> dict:
    """What a field takes unless it is given: a value, or a function of the fields before it.

    `languages`: of the sources.
    """
    units = observations.groupby("series")["unit"].first()
    return USUAL | {
        "value": lambda row: numerals.read(row["as_stated"], language_of(row, languages))[1],
        "qualifier": lambda row: numerals.read(row["as_stated"], language_of(row, languages))[0],
        "precision": lambda row: _precision(row, language_of(row, languages)),
        "unit": lambda row: units.get(row["series"], ""),
    }


def languages(known: Known, fields: Fields) -> dict[str, str]:
    """Those of all sources, and of one that is described with a figure."""
    own = {fields.get("source_id", ""): fields.get(f"{SOURCE}language", "")}
    return own | known["sources"].set_index("source_id")["language"].to_dict()


def language_of(row: Fields, languages: Mapping[str, str]) -> str:
    """That of the wording of a figure; empty for a source that is new and not described yet."""
    return row["as_stated_language"] or languages.get(row["source_id"], "")


def _precision(row: Fields, language: str) -> str:
    if row["qualifier"] == "not_published" or not row["value"].isdecimal():
        return ""
    if row["qualifier"] in ("exact", "misprint"):
        return "1"
    return str(numerals.place(int(row["value"]), row["as_stated"], language))


def _not_plain(row: Fields, language: str) -> str:
    found = numerals.in_words(numerals.numbers(row["as_stated"], language))
    exact = f" An exact value is one of its numbers: {found}." if found else ""
    return (
        f"column qualifier: found '', expected a value, for {row['as_stated']!r} is not plain wording (language "
        f"{language or 'not known'}), which alone is read unasked. Give value=... and qualifier=... as well.{exact}"
    )


def figure(fields: Fields, usual: Mapping, number: int) -> dict[str, str]:
    """A row of observations: the fields given, the others with their usual value; `number`: of its key."""
    row: dict[str, str] = {}
    for column in tables.columns("observations"):
        value = fields.get(column, f"F{number:04}" if column == "observation_id" else usual.get(column, ""))
        row[column] = value(row) if callable(value) else value
    return row


def next_number(observations: pd.DataFrame) -> int:
    return 1 + int(observations["observation_id"].str.removeprefix("F").astype(int).max())


def rows(given: Sequence[Fields], known: Known, place: Callable[[int], str]) -> Rows:
    """The new rows of both tables; the sources first, since a figure without its source would break the table. Raises
    TableError where a source is described that is known already, or in two ways."""
    first = next_number(known["observations"])
    figures = [
        figure(fields, usual_values(known["observations"], languages(known, fields)), first + number)
        for number, fields in enumerate(given)
    ]
    sources: dict[str, dict[str, str]] = {}
    for number, (fields, row) in enumerate(zip(given, figures, strict=True)):
        source_id = row["source_id"]
        described = {name.removeprefix(SOURCE): text for name, text in fields.items() if name.startswith(SOURCE)}
        if is_known(source_id, known) and described:
            named = f", {SOURCE}".join(described)
            raise TableError(f"{place(number)}: {source_id} is known already: leave out {SOURCE}{named}")
        if source_id and not is_known(source_id, known):
            source = sources.setdefault(source_id, {"source_id": source_id})
            for column, text in described.items():
                if source.setdefault(column, text) != text:
                    raise TableError(
                        f"{place(number)}, column {SOURCE}{column}: found {text!r}, expected {source[column]!r} as "
                        f"above, or nothing, for {source_id} is one source"
                    )
    return {"sources": list(sources.values()), "observations": figures}


def is_known(source_id: str, known: Known) -> bool:
    return source_id in set(known["sources"]["source_id"])


def is_new(source_id: str, known: Known) -> str:
    """That a source is new, in words, since it may be a known one mistyped."""
    near = difflib.get_close_matches(source_id, known["sources"]["source_id"], 1, cutoff=0.8)
    return f"{source_id} is a new source." + (f" Did you mean {near[0]}?" if near else "")


def check(rows: Rows, known: Known, place: Callable[[int], str]) -> dict[str, pd.DataFrame]:
    """Both tables with the new rows. Raises TableError with all that is wrong with them, in the words of who gave
    them."""
    wider, faults = {}, []
    for name in ("observations", "sources"):
        try:
            wider[name] = tables.read_raw(name, rows)
        except TableError as error:
            faults.append(_in_words(str(error), rows, known, place))
    for number, row in enumerate(rows["observations"]):
        if row["period"] and (fault := reconciliation.out_of_step(row["series"], row["nationality"], row["period"])):
            faults.append(f"{place(number)}, column period: {fault}")
    spoken = languages(known, {}) | {row["source_id"]: row.get("language", "") for row in rows["sources"]}
    faults += [
        f"{place(number)}, {_not_plain(row, language_of(row, spoken))}"
        for number, row in enumerate(rows["observations"])
        if row["as_stated"] and not row["qualifier"]
    ]
    if faults:
        raise TableError("\n".join(faults))
    return wider


def _in_words(faults: str, rows: Rows, known: Known, place: Callable[[int], str]) -> str:
    """Faults of the tables, with the place where a row was given for its number in a file that has none yet."""
    describing = [row["source_id"] for row in rows["observations"]]

    def where(match: re.Match) -> str:
        table, number, column = match[1], int(match[2]) - 2 - len(known[match[1]]), match[3] or ""
        if number < 0:
            return match[0]
        if table == "sources":
            number = describing.index(rows["sources"][number]["source_id"])
            column = column.replace("column ", f"column {SOURCE}").replace(f"{SOURCE}source_id", "source_id")
        return place(number) + column

    def earlier(match: re.Match) -> str:
        number = int(match[1]) - 2 - len(known["observations"])
        return f"in {place(number) if number >= 0 else f'row {match[1]} of data/raw/observations.csv'}"

    faults = re.sub(r"data/raw/(observations|sources)\.csv, row (\d+)(, column \w+)?", where, faults)
    return re.sub(r"in row (\d+)", earlier, faults)
