"""From the bytes of a CSV file to rows of text, and from these to a frame typed by a schema. Knows no project."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import pandas as pd

MOST = 131_072  # characters of a cell: where csv gives up by itself, unless a library has told it otherwise
LONGEST = 200  # characters of what was found that a message repeats
# What HTML cannot hold, or nobody sees: control characters but for tab and line ends, halves of a character, what is no
# character; marks that turn the direction of what follows, byte-order marks, marks of annotation, for private use.
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ue000-\uf8ff]"
)
LOST = re.compile(r"\?\?|\ufffd")  # what a program leaves of letters that its encoding has not
NOT_UTF8 = re.compile(r"[\udc80-\udcff]")  # how a byte that is no UTF-8 is kept


class TableError(ValueError):
    """A table that cannot be used. The text names file, row, column, what was found, what was expected."""


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text as a message repeats it."""
    return text if len(text) <= longest else f"{text[:longest]}..."


def rows(content: bytes, path: Path) -> list[list[str]]:
    """Cells of a CSV file, header first; a byte-order mark and Windows line ends are read over. `path`: as people know
    it. Raises TableError where it is not UTF-8, and for a cell that goes on and on."""
    text = composed(content.decode("utf-8-sig", errors="surrogateescape").rstrip("\r\n"))
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            if max(map(len, row), default=0) > MOST:
                raise csv.Error
            found.append(row)
    except csv.Error:  # no other fault of a text makes csv give up
        raise TableError(
            f"{path}, row {len(found) + 1}: found a cell of more than {MOST:,} characters, expected fewer. Is a "
            "quotation mark missing, so that the cell goes on to the end of the file?"
        ) from None
    if NOT_UTF8.search(text):
        _refuse_bytes(found, path)
    return found


def composed(text: str) -> str:
    """A text whose letters are one character each where there is one (NFC): macOS writes an accent apart, which looks
    the same and compares as another. Not refused, since nobody could see what to mend."""
    return unicodedata.normalize("NFC", text)


def _refuse_bytes(found: list[list[str]], path: Path) -> NoReturn:
    number, place, byte = next(
        (number, place, byte)
        for number, row in enumerate(found, 1)
        for place, cell in enumerate(row)
        if (byte := NOT_UTF8.search(cell))
    )
    column = found[0][place] if number > 1 and place < len(found[0]) else place + 1
    raise TableError(
        f"{path}, row {number}, column {column}: found the byte {ord(byte[0]) - 0xDC00:#x}, expected text in UTF-8. "
        "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8)."
    )


def typed(cells: Sequence[Sequence[str]], fields: Sequence[dict[str, Any]]) -> "pd.DataFrame":
    """Rows of text, header first, as a frame: integers as Int64 (missing: NA), numbers as float64 (missing: NaN), text
    as str (missing: ""). `fields`: those of the table's schema."""
    import pandas as pd  # here: it takes 0.3 s, and who describes a table needs none

    frame = pd.DataFrame(cells[1:], columns=cells[0])
    for field in fields:
        if field["type"] in ("integer", "number"):
            numbers = pd.to_numeric(frame[field["name"]].replace({"": None, "INF": "inf", "-INF": "-inf"}))
            frame[field["name"]] = numbers.astype("Int64" if field["type"] == "integer" else "float64")
    return frame
