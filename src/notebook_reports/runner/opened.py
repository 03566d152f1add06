"""What a kernel noted while its notebook ran (see `kernels.watch`), by the paths of the project."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from notebook_reports.errors import BuildError
from notebook_reports.paths import ROOT
from notebook_reports.runner.mirror import README, is_made
from notebook_reports.runner.record import where
from notebook_reports.runner.up_to_date import stamp as stamp_of

FROM_NOTEBOOKS = ("data/processed/", "reports/figures/")  # what a notebook may read of what the build makes

Stamp = tuple[int, ...]  # see `up_to_date.stamp`


@dataclass
class Opened:
    """What a notebook did: paths below the root, with the cell of the first time."""

    reads: dict[str, str] = field(default_factory=dict)
    writes: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)  # of what was read, when it was


def read(name: str, log: Path, site: Path, output: Path, known: Collection[str]) -> Opened:
    """What notebook `name` did by its log. `site`: the mirror in which it ran; `output`: where it wrote; `known`: paths
    that need not be found, as the modules that it imports.

    BuildError for what nobody could follow: a process whose files are not named, a listing of what the build makes, a
    table opened where it was published.
    """
    opened, started, declared = Opened(), set(), set()
    site, output = site.resolve(), output.resolve()  # as the log has them: .build may be a link to another disk
    for cell, what, path, stamp in _lines(log):
        match what:
            case "start":
                started.add(cell)
            case "declare":
                declared.add(cell)
            case "write" if not path.endswith(".part"):
                opened.writes.setdefault(Path(path).relative_to(output).as_posix(), cell)
            case "read" | "list" | "database":
                if what == "database" and tuple(stamp) != stamp_of(path):
                    raise BuildError(
                        f"{where(name, cell)} changed {path}. Bring it back, for example by git checkout, and open it "
                        "to be read only: sqlite3.connect('file:...?mode=ro', uri=True)."
                    )
                key = _read(where(name, cell), what, Path(path), site)
                if key not in known:
                    opened.reads.setdefault(key, cell)
                    if stamp and what != "list":
                        opened.stamps.setdefault(key, tuple(stamp))
    for cell in sorted(started - declared):
        raise BuildError(
            f"{where(name, cell)} starts a process, and nobody sees what that reads. Name its files in the same cell: "
            "show.reads('../data/raw/x.csv'), or show.reads() if there are none."
        )
    return opened


def _read(cell: str, what: str, path: Path, site: Path) -> str:
    """A path below the root, with / behind that of a folder. BuildError, which names the `cell`, see `read`."""
    here = path.is_relative_to(site)
    relative = path.relative_to(site if here else ROOT).as_posix()
    made = is_made(relative)
    if made and what == "list":
        raise BuildError(f"{cell} lists {relative}/, where later notebooks write too: name the files.")
    if relative in README or (made and not relative.startswith(FROM_NOTEBOOKS)):
        raise BuildError(
            f"{cell} opens {relative}, which the build makes of all notebooks: open what it is made of, a table of "
            "data/raw/ or data/processed/."
        )
    if made and not here:
        raise BuildError(
            f"{cell} opens {path}, which the last build published. Give the way from the notebook: ../{relative}"
        )
    return f"{relative}/" if what == "list" else relative


def _lines(log: Path) -> Iterator[tuple[str, str, str, list[int]]]:
    """Cell, event, path and stamp of each event. The runner itself notes in which cell the kernel is."""
    cell = ""
    for line in log.read_text("utf-8", errors="surrogateescape").splitlines():
        what, path, stamp = json.loads(line)
        if what == "cell":
            cell = path
        else:
            yield cell, what, path, stamp
