"""From the bytes of a CSV file to rows of text, and from these to a frame typed by a schema. Knows no project."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class TableError(ValueError):
    """A table that cannot be used. The text names file, row, column, what was found, what was expected."""


def rows(content: bytes, path: Path) -> list[list[str]]:
    """Cells of a CSV file, header first; a byte-order mark and Windows line ends are read over. `path`: as people know
    it. Raises TableError where it is not UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise TableError(
            f"{path}, row {row}: found the byte {error.object[error.start]:#x}, expected text in UTF-8. "
            "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8)."
        ) from None
    return list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline="")))


def typed(cells: Sequence[Sequence[str]], fields: Sequence[dict[str, Any]]) -> "pd.DataFrame":
    """Rows of text, header first, as a frame: integers as Int64 (missing: NA), numbers as float64 (missing: NaN), text
    as str (missing: ""). `fields`: those of the table's schema."""
    import pandas as pd  # here: it takes 0.3 s, and who describes a table needs none

    frame = pd.DataFrame(cells[1:], columns=cells[0])
    for field in fields:
        if field["type"] in ("integer", "number"):
            numbers = pd.to_numeric(frame[field["name"]].replace({"": None, "INF": "inf"}))
            frame[field["name"]] = numbers.astype("Int64" if field["type"] == "integer" else "float64")
    return frame
