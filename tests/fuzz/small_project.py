"""A copy of the project of which all is right, and so small that it is read at once."""

import csv
import io
import shutil
from pathlib import Path

RAW = ("observations", "sources", "purposes", "resolutions", "claims", "assumptions")
EVERY = {"observations": 40, "claims": 8}  # of so many rows one stays


def make(root: Path, built: Path) -> None:
    """`built`: the project, with the notebooks that its build has executed."""
    shutil.copy(built / "pyproject.toml", root)
    shutil.copytree(built / "data", root / "data", ignore=shutil.ignore_patterns("processed"))
    shutil.copytree(built / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(built / ".build/executed", root / "executed")
    for name, every in EVERY.items():
        table = root / "data/raw" / f"{name}.csv"
        header, *rows = rows_of(table.read_text("utf-8"))
        table.write_text(text_of([header, *rows[::every]]), "utf-8")
    texts = {name: (root / "data/raw" / f"{name}.csv").read_text("utf-8") for name in RAW}
    header, *sources = rows_of(texts["sources"])
    used = "".join(texts[name] for name in ("observations", "claims", "assumptions"))
    (root / "data/raw/sources.csv").write_text(text_of([header, *(row for row in sources if row[0] in used)]), "utf-8")
    first = rows_of(texts["observations"])[1][0]
    (root / "data/raw/resolutions.csv").write_text(f"observation_id,cause,reason\n{first},unknown,Nobody knows\n")


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def text_of(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
