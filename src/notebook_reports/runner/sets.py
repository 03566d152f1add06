"""The sets of parameters of a sweep: from a table, and known by the content of all that decides what each gives."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from notebook_reports import reading, zipped
from notebook_reports.errors import BuildError
from notebook_reports.paths import ROOT, SETS
from notebook_reports.runner import memory, parameters
from notebook_reports.runner.graph import needed
from notebook_reports.runner.mirror import SITE, UNSEEN
from notebook_reports.runner.record import place
from notebook_reports.runner.up_to_date import digest, stamp

Values = Mapping[str, object]  # a set: the value of each parameter
OF_PEOPLE, OF_BUILD = ("data", "notebooks"), ("data/processed", "reports/figures")


def read(table: Path, name: str) -> list[Values]:
    """The sets in a CSV file for notebook `name`, a column a parameter, a row a set. BuildError names file and row."""
    try:
        rows = reading.rows(table.read_bytes(), table)
    except reading.TableError as error:
        raise BuildError(str(error)) from None
    if len(rows) < 2:
        raise BuildError(
            f"{table}: found no set, expected a row of names of parameters, and below it a row for each set."
        )
    header = rows[0]
    if twice := [column for column in header if header.count(column) > 1]:
        raise BuildError(f"{table}, row 1: found {twice[0]} twice; one would overwrite the other. Remove a column.")
    return [_set(row, header, name, f"{table}, row {number}") for number, row in enumerate(rows[1:], 2)]


def _set(row: list[str], header: list[str], name: str, where: str) -> Values:
    if len(row) != len(header):
        raise BuildError(
            f"{where}: found {len(row)} cells, expected {len(header)}, one for each of {', '.join(header)}."
        )
    try:
        return parameters.check(name, dict(zip(header, row, strict=True)))
    except BuildError as error:
        raise BuildError(f"{where}: {error}") from None


def check_different(sets: Sequence[Values]) -> None:
    """BuildError where two are the same: the one would overwrite what the other gives."""
    first: dict[str, int] = {}
    for number, values in enumerate(sets, 1):
        if (earlier := first.setdefault(_text(values), number)) != number:
            raise BuildError(f"Sets {earlier} and {number} are the same, {told(values)}: leave one of them out.")


def told(values: Values) -> str:
    """A set in a message, or on a page."""
    return ", ".join(f"{parameter} = {value}" for parameter, value in values.items())


def _text(values: Values) -> str:
    return json.dumps(values, sort_keys=True)


class Inputs:
    """All that decides what a notebook gives beside its parameters: itself, the tables and figures of the project and
    what else it read in the last build, and `code`: the modules that it imports, how it is run, settings and lock. By
    the path at which the notebook finds each: where it lies (`places`), and its SHA-256 (`digests`)."""

    def __init__(self, name: str, reads: Iterable[str]) -> None:
        """`reads`: by the record."""
        folders = [(ROOT, folder) for folder in OF_PEOPLE] + [(SITE, folder) for folder in OF_BUILD]
        files = ((root, file) for root, folder in folders for file in (root / folder).rglob("*") if file.is_file())
        data = {path.as_posix() for root, file in files if is_data(path := file.relative_to(root))}
        notebook, reads = f"notebooks/{name}.ipynb", {*reads}
        self.code = {*needed(name), "pyproject.toml", *(path for path in reads if path.startswith("src/"))} - {notebook}
        found = sorted({notebook, *self.code, *reads, *data})
        self.places = {path: f"{ROOT}/{place(path)}" for path in found}
        self.stamps = {path: stamp(file) for path, file in self.places.items()}  # before anything is read
        self.digests = {path: digest(file) for path, file in self.places.items()}

    def check_unchanged(self) -> None:
        """BuildError where one was changed since: nobody knows which was read."""
        for path, file in self.places.items():
            if stamp(file) != self.stamps[path]:
                raise BuildError(f"{path} was changed while the sets ran: what was done is kept, begin again.")

    def pack(self) -> bytes:
        """All of them as a ZIP."""
        content = zipped.pack({path: Path(file) for path, file in self.places.items() if Path(file).is_file()})
        self.check_unchanged()
        return content


def is_data(path: Path) -> bool:
    """Whether a notebook may find a file of data/ or notebooks/; another notebook is none to it."""
    hidden = any(part[0] == "." or part in UNSEEN for part in path.parts)
    return not hidden and path.suffix != ".ipynb"


class Kept:
    """What sets of a notebook have given, each the bytes of a ZIP, until one of its inputs changes."""

    def __init__(self, name: str, inputs: Inputs) -> None:
        content = sha256(json.dumps([inputs.digests, sys.version]).encode()).hexdigest()
        self.folder = SETS / name / content
        for other in {*self.folder.parent.glob("*")} - {self.folder}:
            shutil.rmtree(other)

    def file(self, values: Values) -> Path:
        return self.folder / sha256(_text(values).encode()).hexdigest()

    def get(self, values: Values) -> bytes:
        """Nothing where the set was not done, or what it gave is damaged."""
        return memory.read_bytes(self.file(values))

    def put(self, values: Values, given: bytes) -> None:
        memory.write_bytes(self.file(values), given)
