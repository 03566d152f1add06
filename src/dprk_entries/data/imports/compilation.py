"""Read the compilation by mode of transport: a CSV file of entries or departures, a row for each country, quarter and
mode. Its dates are ends of quarters, month first; its numbers have commas between thousands."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dprk_entries.data.imports.mapping import SKIP, Mapping
from dprk_entries.data.imports.reading import Key, Reading, Value, digest, nationality, readable
from dprk_entries.data.tables import TableError
from reconcile import periods

HEADER = ["ENG", "Trans", "Type", "Value", "ISO_A2", "ISO_A3", "M49", "Date"]
SERIES = {"In": "border_entries", "Out": "russian_departures"}
COMPLETE = ["nationality", "transport"]  # a file lists all of these, so that they add up to the total


def read(file: Path, mapping: Mapping) -> Reading:
    """Its cells. Raises TableError for what is no such file, naming the row."""
    labels: dict[str, str] = {}
    skipped = 0
    reading = Reading({}, digest(file) | {"complete": COMPLETE, "labels": {"nationality": labels}})
    for number, row in rows(file):
        where = f"{file}, row {number}"
        if row["Type"] not in SERIES:
            raise TableError(f"{where}, column Type: found {row['Type']!r}, expected In or Out.")
        if not re.fullmatch("[A-Z]{3}", row["ISO_A3"]):
            raise TableError(f"{where}, column ISO_A3: found {row['ISO_A3']!r}, expected three capitals such as PRK.")
        if not re.fullmatch(r"\d{1,3}(,\d{3})+|\d+", row["Value"], re.ASCII):
            raise TableError(f"{where}, column Value: found {row['Value']!r}, expected a number such as 13,221.")
        series, mode = SERIES[row["Type"]], mapping.code("transport", row["Trans"])
        whose = nationality(series, row["ISO_A3"])
        if SKIP in (mode, whose):
            skipped += 1
        else:
            labels[row["ISO_A3"]] = row["ENG"]
            key = Key(series, whose, quarter(row["Date"], where), "_T", mode)
            reading.add(key, Value(int(row["Value"].replace(",", ""))), file)
    return reading.but(skipped)


def rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of the file with their numbers, as a stream."""
    with file.open(encoding="utf-8-sig", newline="") as opened, readable(file):
        lines = csv.reader(opened, strict=True)
        header = next(lines, [])
        if header != HEADER:
            raise TableError(
                f"{file}, row 1: found {','.join(header)[:200]!r}, expected an export of the statistics portal in SDMX "
                f"(XML), or the compilation with the columns {','.join(HEADER)}."
            )
        for number, row in enumerate(lines, 2):
            if len(row) != len(HEADER):
                raise TableError(f"{file}, row {number}: found {len(row)} cells, expected {len(HEADER)}. Cut off?")
            yield number, dict(zip(HEADER, row, strict=True))


def quarter(date: str, where: str) -> str:
    """The quarter that a date ends. Raises TableError for any other day, and for the day before the month."""
    try:
        day = datetime.strptime(date, "%m/%d/%Y").date()
        found = periods.quarter_of(day)
    except ValueError:
        found = ""
    if found and periods.days(found)[1] == day:
        return found
    raise TableError(
        f"{where}, column Date: found {date!r}, expected the last day of a quarter, month first: 3/31/2010."
    )
