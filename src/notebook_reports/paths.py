"""The only place that names a folder.

Notebooks read from `ROOT` and write below `OUTPUT`. The two are the same in JupyterLab. A build points
`OUTPUT` (environment variable `NOTEBOOK_REPORTS_OUTPUT`) at a staging folder and moves the results into place
once the notebook has succeeded; an experiment leaves them there.
"""

import os
import re
from pathlib import Path

SECTION = re.compile(r"^\[tool\.notebook-reports[].]", re.MULTILINE)  # of the pyproject.toml of a project


def project_at(folder: Path) -> Path:
    """The project that a folder belongs to: the nearest folder, at or above it, whose pyproject.toml has a section
    [tool.notebook-reports]. Where there is none, the folder itself: `settings.project` says so when it is asked."""
    for candidate in (folder, *folder.parents):
        file = candidate / "pyproject.toml"
        if file.is_file() and SECTION.search(file.read_text("utf-8", errors="replace")):
            return candidate
    return folder


ROOT = project_at(Path.cwd())
OUTPUT = Path(os.environ.get("NOTEBOOK_REPORTS_OUTPUT") or ROOT)

RAW = ROOT / "data" / "raw"
NOTEBOOKS = ROOT / "notebooks"
BUILD = ROOT / ".build"

SCHEMA = Path("data", "datapackage.json")
PROCESSED = Path("data", "processed")
REPORTS = Path("reports")
FIGURES = REPORTS / "figures"


def to_read(relative: Path) -> Path:
    """Where to read a file made by an earlier notebook: this run's own copy if it has one, else the committed one."""
    own = OUTPUT / relative
    return own if own.exists() else ROOT / relative


def to_write(relative: Path) -> Path:
    """Where this run writes a file; its folder is made."""
    path = OUTPUT / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def copy_of(table: str | Path) -> Path:
    """Where the reports keep their copy of a table, below the root."""
    return REPORTS / "data" / Path(table).name


def write(path: Path, content: bytes) -> None:
    """Write a whole file or nothing: a failure (full disk, interrupt) leaves the old file as it was. A process that is
    killed leaves its part of the new one, see `remove_parts`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove_parts() -> None:
    """Remove the parts of files that processes which were killed have left behind."""
    pattern = ".*.*.part"
    flat = [part for folder in (ROOT, RAW, ROOT / PROCESSED, BUILD) for part in folder.glob(pattern)]
    for part in [*flat, *(ROOT / REPORTS).rglob(pattern)]:
        writer = part.name.split(".")[-2]
        if writer.isdecimal() and not _runs(int(writer)):
            part.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, and is somebody else's
        pass
    return True
