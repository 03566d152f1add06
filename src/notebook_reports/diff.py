"""What the uncommitted changes do to the results:  python -m notebook_reports.diff [REVISION]

Compares the tables as they are with those of a revision of git (the last commit, unless another is named), row by row
and by their keys. Prints a short text and writes all of it to .build/diff.html. The settings of a project may say, by
table, how its rows are `called` (else by its name), and what of a row is `told` beside its interval (else every column
that changes):

    [tool.notebook-reports.diff]
    totals = { called = "harvests", told = ["status"] }
"""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from notebook_reports import datapackage, paths, settings
from notebook_reports.errors import BuildError
from notebook_reports.runner.progress import progress

PAGE = paths.BUILD / "diff.html"
SHOWN = 12  # changes of a table that are printed
Row = dict[str, str]


class Change(NamedTuple):
    """A row by its key, and what is told of it before and after: nothing where there is no such row."""

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.key}: {self.before or 'not there'} -> {self.after or 'gone'}"


def main(arguments: list[str]) -> int:
    revision = arguments[0] if arguments else "HEAD"
    try:
        names = [resource["name"] for resource in datapackage.read()["resources"]]
        differences = {name: list(changes(name, at(name, revision), now(name))) for name in names}
        html = page(differences, revision)
    except (BuildError, datapackage.TableError) as error:
        print(error, file=sys.stderr)
        return 1
    progress.print(f"{text(differences, revision)}\n")
    paths.write(PAGE, html.encode())
    progress.print(f"All of it: {PAGE.relative_to(paths.ROOT)}\n")
    return 0


def at(name: str, revision: str) -> list[Row]:
    """A table in a revision; no rows where it had none. BuildError where git or the revision is not there."""
    path = datapackage.path_of(name).as_posix()
    known = _git("ls-tree", "--name-only", revision, "--", path)
    return _rows(_git("show", f"{revision}:{path}")) if known.strip() else []


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, encoding="utf-8")
    except FileNotFoundError:
        raise BuildError("git was not found: there is nothing to compare with.") from None
    if done.returncode:
        raise BuildError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def now(name: str) -> list[Row]:
    """A table as it is; BuildError where it is not there."""
    path = datapackage.path_of(name)
    try:
        return _rows((paths.ROOT / path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuildError(f"{path} is missing: run {settings.project().command} first.") from None


def _rows(content: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content)))


def changes(name: str, before: list[Row], after: list[Row]) -> Iterator[Change]:
    """Rows that are new, gone, or told otherwise, in the order of their keys."""
    key_columns = datapackage.primary_key(name)
    old, new = ({tuple(row.get(c, "") for c in key_columns): row for row in table} for table in (before, after))
    for key in sorted(old.keys() | new.keys()):
        rows = [table.get(key, {}) for table in (old, new)]
        asked = [column for column in {**rows[0], **rows[1]} if column not in key_columns]
        if all(rows):
            asked = [column for column in asked if rows[0].get(column) != rows[1].get(column)]
        was, becomes = (told(name, row, asked) for row in rows)
        if was != becomes:
            yield Change(" ".join(part for part in key if part != "_T"), was, becomes)


def told(name: str, row: Row, asked: list[str]) -> str:
    """What is told of a row: its interval and the columns that the settings name; else the columns asked for."""
    columns = settings.project().diff.get(name, {}).get("told")
    if columns is None:
        return "; ".join(f"{column} {row[column]}" for column in asked if row.get(column))
    ends = list(dict.fromkeys(row[column] for column in ("low", "high") if row.get(column)))
    return ", ".join(filter(None, [" to ".join(ends), *(row.get(column) for column in columns)]))


def called(name: str) -> str:
    """How the rows of a table are called."""
    return str(settings.project().diff.get(name, {}).get("called", name))


def text(differences: Mapping[str, list[Change]], revision: str) -> str:
    """The changes as a short text."""
    changed = {name: each for name, each in differences.items() if each}
    if not changed:
        return f"No table differs from {revision}."
    lines = [f"Compared with {revision}:"]
    for name, each in changed.items():
        lines.append(f"{called(name)}: {len(each)} ({datapackage.resource(name)['path']})")
        lines += [f"  {change}" for change in each[:SHOWN]]
        lines += [f"  ... and {len(each) - SHOWN} more"] if len(each) > SHOWN else []
    same = [called(name) for name in differences if name not in changed]
    return "\n".join([*lines, f"Unchanged: {', '.join(same)}." if same else ""]).rstrip()


def page(differences: Mapping[str, list[Change]], revision: str) -> str:
    """The changes as a page, all of them."""
    from notebook_reports import pages as report

    return report.changes({called(name): each for name, each in differences.items()}, revision)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
