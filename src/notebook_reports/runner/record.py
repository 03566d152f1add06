"""What each notebook reads and writes, as its last run has shown: notebooks/record.json, which nobody edits.

From it a fresh clone knows which notebooks can run beside each other. A notebook that is new runs after all before it;
one that was edited keeps its place, until a run shows another. Imports nothing heavy.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

from notebook_reports import paths
from notebook_reports.errors import BuildError, called
from notebook_reports.paths import BUILD, NOTEBOOKS
from notebook_reports.runner import memory
from notebook_reports.runner.mirror import SITE, UNSEEN, is_made
from notebook_reports.runner.notebooks import code, load

RECORD = Path("notebooks", "record.json")
LATEST = BUILD / "record.json"  # with what this build has found, published or not
writing = Lock()


@dataclass(frozen=True)
class Entry:
    """What a notebook with this code has opened: paths below the root, each with the cell that did it first. A path
    that ends in / is a folder whose names were listed."""

    code: str = ""  # SHA-256, see `digest_of`
    reads: Mapping[str, str] = field(default_factory=dict)
    writes: Mapping[str, str] = field(default_factory=dict)


Record = dict[str, Entry]


@cache
def digest_of(name: str) -> str:
    """Of the code of a stored notebook; its text and its outputs decide nothing that it reads or writes."""
    return sha256("\0".join(code(load(name))).encode()).hexdigest()


def read(names: Iterable[str]) -> Record:
    """By notebook, what is known of it: of the code that it has now, else of an earlier one. One that was renamed is
    known by its code. BuildError where two write one file, or one reads what a later one writes."""
    latest, published = _parse(memory.read(LATEST)), committed()
    known = {}
    for name in names:
        found = [record[name] for record in (latest, published) if name in record]
        gone = [entry for record in (latest, published) for other, entry in record.items() if not stored(other)]
        current = [entry for entry in (*found, *gone) if entry.code == digest_of(name)]
        known[name] = (current or found or [Entry()])[0]
    check(known)
    return known


def committed() -> Record:
    """As it was published last, with notebooks that are there no more."""
    file = paths.ROOT / RECORD
    return _parse(file.read_text("utf-8", errors="replace")) if file.exists() else {}


def is_current(name: str, entry: Entry) -> bool:
    return entry.code == digest_of(name)


def stored(name: str) -> bool:
    return (NOTEBOOKS / f"{name}.ipynb").is_file()


def renamed(names: Iterable[str]) -> dict[str, str]:
    """Of the notebooks known that are there no more, the name of the one that has their code now."""
    now = {digest_of(name): name for name in names}
    known = [*committed().items(), *_parse(memory.read(LATEST)).items()]
    return {old: now[entry.code] for old, entry in known if entry.code in now and not stored(old)}


def put(name: str, entry: Entry, names: Iterable[str]) -> None:
    """Note what a run of `name` has shown; `names`: of all notebooks. BuildError as `read`."""
    with writing:
        now = read(names) | {name: entry}
        check(now)
        memory.write(LATEST, text(now))


def text(record: Record) -> str:
    """As it is stored: sorted, a line a path, so that two branches can be merged."""
    return json.dumps({name: asdict(record[name]) for name in sorted(record)}, indent=1, sort_keys=True) + "\n"


def check(record: Record) -> None:
    """BuildError where a notebook reads what itself or a later one writes, or writes what another writes. One that was
    edited since is left out: nobody knows yet."""
    makers: dict[str, str] = {}
    current = {name: entry for name, entry in sorted(record.items()) if is_current(name, entry)}
    for name, entry in current.items():
        for path, cell in sorted(entry.writes.items()):
            if path in makers:
                other = where(makers[path], current[makers[path]].writes[path])
                raise BuildError(f"{where(name, cell)} writes {path}, as {other} does: give one of them another name.")
            makers[path] = name
    for name, entry in current.items():
        for path, cell in sorted(entry.reads.items()):
            maker = makers.get(path, "")
            if maker >= name:
                it = "the notebook itself writes" if maker == name else f"a later notebook writes, {maker}"
                raise BuildError(
                    f"{where(name, cell)} reads {path}, which {it} (cell {current[maker].writes[path]}). Give the "
                    "notebook that reads a table a higher number than the one that writes it."
                )


def where(name: str, cell: str) -> str:
    """A cell in a message, even one that is in the notebook no more."""
    known = next((each for each in load(name)["cells"] if each["id"] == cell), None) if stored(name) else None
    return f"notebooks/{name}.ipynb, cell {called(known) if known else cell},"


def place(path: str) -> str:
    """Where the build finds what a notebook reads, or puts what it writes: in its mirror what it makes itself."""
    ours = is_made(path) or path.startswith(".build/")
    return (SITE.relative_to(paths.ROOT) / path).as_posix() if ours else path


def names_in(folder: Path) -> Iterator[str]:
    """What a listing of a folder of the project can tell a notebook."""
    return (path.name for path in sorted(folder.iterdir()) if path.name[0] != "." and path.name not in UNSEEN)


def _parse(text: str) -> Record:
    try:
        entries = json.loads(text or "{}").items()
        return {name: Entry(entry["code"], dict(entry["reads"]), dict(entry["writes"])) for name, entry in entries}
    except (ValueError, TypeError, AttributeError, KeyError):
        return {}  # a merge left marks in it, or somebody edited it: all is run once, and it is written anew
