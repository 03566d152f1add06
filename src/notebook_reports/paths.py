"""The only place that names a folder.

Notebooks read from `ROOT` and write below `OUTPUT`. A build says by the environment variable NOTEBOOK_REPORTS_OUTPUT
where that is. Without it, in JupyterLab or by papermill's own command, what is written is a draft: no committed table
or figure is touched.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SECTION = re.compile(r"^\[tool\.notebook-reports[].]", re.MULTILINE)  # of the pyproject.toml of a project


def is_project(folder: Path) -> bool:
    file = folder / "pyproject.toml"
    return file.is_file() and bool(SECTION.search(file.read_text("utf-8", errors="replace")))


def project_at(folder: Path) -> Path:
    """The project that a folder belongs to: the nearest folder, at or above it, whose pyproject.toml has a section
    [tool.notebook-reports]. Where there is none, the folder itself: `settings.project` says so when it is asked."""
    return next(filter(is_project, (folder, *folder.parents)), folder)


# Where a notebook runs in a folder that belongs to none, the project from which this package is installed.
ROOT = next(filter(is_project, map(project_at, (Path.cwd(), Path(__file__).parent))), Path.cwd())
DRAFTS = ROOT / ".build" / "drafts"
OUTPUT = Path(os.environ.get("NOTEBOOK_REPORTS_OUTPUT") or DRAFTS)

RAW = ROOT / "data" / "raw"
NOTEBOOKS = ROOT / "notebooks"
BUILD = ROOT / ".build"
SETS = BUILD / "sets"  # what sets of parameters have given, see `runner.sets`

_told: set[Path] = set()
SCHEMA = Path("data", "datapackage.json")
PROCESSED = Path("data", "processed")
REPORTS = Path("reports")
FIGURES = REPORTS / "figures"
REMARKS = Path(".build", "remarks.txt")  # what a step of the project tells whoever builds, at the end of each build


def to_read(relative: Path | str) -> Path:
    """Where to read a file made by an earlier notebook: this run's own copy if it has one, else the one that was built.
    A draft counts until the next build begins, or somebody writes the file itself."""
    own, built = OUTPUT / relative, ROOT / relative
    if OUTPUT != DRAFTS or not own.exists():
        return own if own.exists() else built
    later = own.stat().st_mtime_ns > max(_changed(built), _changed(BUILD / "lock"))
    if later:
        _tell(own, f"Reads a draft, {own.relative_to(ROOT)}.")
    return own if later else built


def to_write(relative: Path | str) -> Path:
    """Where this run writes a file; its folder is made."""
    path = OUTPUT / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    if OUTPUT == DRAFTS:
        _tell(
            path.with_suffix(""),
            f"Writes a draft, {path.relative_to(ROOT)}, and leaves {relative} as it was. A build makes that anew from "
            f"the saved notebook; to have it written here, set NOTEBOOK_REPORTS_OUTPUT to {ROOT}.",
        )
    return path


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _tell(path: Path, what: str) -> None:
    """Once for each table and figure, which is three files."""
    if path not in _told:
        _told.add(path)
        print(what)


def copy_of(table: str | Path) -> Path:
    """Where the reports keep their copy of a table, below the root."""
    return REPORTS / "data" / Path(table).name


def write(path: Path, content: bytes) -> None:
    """Write a whole file or nothing, see `write_all`."""
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write all files or none: a failure (full disk, interrupt) leaves the old ones as they were. A process that is
    killed leaves its parts of the new ones, see `remove_parts`."""
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    before: dict[Path, bytes | None] = {}
    try:
        for path, part in parts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(contents[path])
                if not path.is_relative_to(BUILD):  # what a power cut takes there is made again
                    file.flush()
                    os.fsync(file.fileno())
        for path, part in parts.items():
            old = path.read_bytes() if path.is_file() else None
            part.replace(path)
            before[path] = old
    except BaseException as error:
        for done, old in before.items():
            done.unlink() if old is None else done.write_bytes(old)
        if isinstance(error, OSError):  # else it names the part, or no file
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise
    finally:
        for part in parts.values():
            with suppress(OSError):  # what went wrong before is what to tell
                part.unlink(missing_ok=True)


def remove_parts() -> None:
    """Remove the parts of files that processes which were killed have left behind."""
    pattern = ".*.*.part"
    flat = [part for folder in (ROOT, RAW, ROOT / PROCESSED, BUILD) for part in folder.glob(pattern)]
    for part in [*flat, *(ROOT / REPORTS).rglob(pattern), *SETS.rglob(pattern)]:
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
