"""What comes out of a file: its cells by our codes, and what is kept of the file beside them."""

import csv
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from dprk_entries.data.imports.mapping import SKIP
from dprk_entries.data.tables import TableError

LARGEST = 2**30  # bytes; all nationalities, purposes and quarters take a tenth of it


class Key(NamedTuple):
    """What a value is of, by the codes of data/datapackage.json."""

    series: str
    nationality: str
    period: str
    purpose: str
    transport: str


class Value(NamedTuple):
    """A count, and the place of its last digit that was meant; `None` where the cell was blank."""

    number: int | None
    precision: int = 1


@dataclass
class Reading:
    """`about`: what is kept of the file (JSON); `source`: fields of sources.csv that the file tells; `told`: what a
    person should know of it."""

    cells: dict[Key, Value]
    about: dict[str, Any]
    source: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def but(self, skipped: int) -> "Reading":
        """The same, with what was left out told."""
        if skipped:
            self.told.append(f"{skipped:,} rows are left out: mapped to {SKIP}, or departures to other countries.")
        return self

    def add(self, key: Key, value: Value, file: Path) -> None:
        """Raises TableError for a second value of one cell."""
        if self.cells.setdefault(key, value) != value:
            both = " and ".join("a blank" if v.number is None else str(v.number) for v in (self.cells[key], value))
            raise TableError(
                f"{file}, {' '.join(key)}: found {both}, expected one value. Do two labels stand for one code in "
                "data/raw/mappings.csv? Map one of them to skip, or export again."
            )


def digest(file: Path) -> dict[str, str]:
    """Name and SHA-256 of a file. Raises TableError for one that is not there, or larger than any export."""
    if not file.is_file():
        raise TableError(f"{file}: found no such file, expected an export to read.")
    if file.stat().st_size > LARGEST:
        raise TableError(
            f"{file}: found {file.stat().st_size / 2**20:,.0f} MiB, expected at most {LARGEST / 2**20:,.0f} MiB. "
            "Export fewer nationalities or quarters at a time."
        )
    with file.open("rb") as opened:
        return {"file": file.name, "sha256": hashlib.file_digest(opened, "sha256").hexdigest()}


def count(text: str, scale: int, where: str) -> Value:
    """A number as the portal writes it: blanks between thousands, a decimal comma. `scale`: what one of its unit is.

    Raises TableError, beginning with `where`, for anything else and for a part of one.
    """
    if not text.strip():
        return Value(None)
    match = re.fullmatch(r"([0-9]{1,3}(?:\s[0-9]{3})+|[0-9]+)(?:,([0-9]+))?", text.strip())
    if match:
        decimals = match[2] or ""
        counted = Decimal(re.sub(r"\s", "", f"{match[1]}.{decimals}")) * scale
    if not match or counted % 1:
        raise TableError(f"{where}: found the value {text!r}, expected a whole count, such as 13221, or nothing.")
    return Value(int(counted), max(scale // 10 ** len(decimals), 1))  # in thousands, 12,5 is meant to the hundred


def nationality(series: str, country: str) -> str:
    """Whose crossings a country stands for: of those who enter it is their own; of the Russians who depart it is where
    they go, and only those to North Korea are kept."""
    if series == "border_entries":
        return country
    return "RUS" if country == "PRK" else SKIP


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Say in our words that a CSV file is no UTF-8, or that its quotation marks do not close."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise TableError(
            f"{file}: found the byte {error.object[error.start]:#x}, expected text in UTF-8. Save the file as UTF-8."
        ) from None
    except csv.Error as error:
        raise TableError(
            f"{file}: found rows that cannot be told apart ({error}). Was it cut off? Get it again."
        ) from None
