"""Everything for download in one file:  python -m notebook_reports.archive [FILE.zip]

The tables and the reports as a ZIP, named in .build/ after the title of the site unless another file is given. Same
files, same bytes: in the order of their names, without the times and owners of this computer. Only what the project
names goes in: the tables of its schema, what its notebooks read in data/, what the build makes. So nothing that merely
lies beside them is given away.
"""

import argparse
import re
import sys
import zipfile
from pathlib import Path

from notebook_reports import paths, settings
from notebook_reports.errors import BuildError, in_plain_words
from notebook_reports.runner.experiment import read_graph
from notebook_reports.runner.graph import SCHEMA, Graph
from notebook_reports.runner.mirror import README
from notebook_reports.zipped import pack

FILES = ("CHANGELOG.md", "CITATION.cff", "LICENSE")  # where the project has them
MARK = b"Tables and reports, by notebook_reports.archive"  # by which an archive is known that may be replaced


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m notebook_reports.archive", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.zip", help="default: in .build/, after the site")
    try:
        given = parser.parse_args().file
        archive = given.expanduser() if given else paths.BUILD / f"{slug(settings.project().title)}.zip"
        write(archive)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(archive)
    return 0


def slug(title: str) -> str:
    """A title as the name of a file: lower-case words joined by hyphens."""
    return "-".join(re.findall(r"\w+", title.lower()))


@in_plain_words()
def write(archive: Path) -> None:
    """Write the archive, or nothing (see `paths.write`). BuildError where something else is in its place."""
    if archive.suffix != ".zip":
        raise BuildError(f"{archive}: found the name of no archive, expected one that ends in .zip.")
    if archive.is_symlink() or (archive.exists() and not is_archive(archive)):
        raise BuildError(f"{archive} is there, and not by this command: choose another name, or move it away.")
    paths.write(archive, pack({f"{archive.stem}/{name}": paths.ROOT / name for name in names(read_graph())}, MARK))


def is_archive(file: Path) -> bool:
    """Whether this command has written a file."""
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as zipped:
        return zipped.comment == MARK


def names(graph: Graph) -> list[str]:
    """What goes in, as sorted paths below the root. BuildError where one is missing, or leads out of the project."""
    read = {path for entry in graph.record.values() for path in entry.reads if path.startswith("data/")}
    there = {path for path in {*FILES, *read} if (paths.ROOT / path).is_file()}  # not a folder that was listed
    files = sorted({*graph.tables, SCHEMA, *README, *graph.made(graph.record), *there})
    for name in files:
        if not (paths.ROOT / name).resolve(strict=True).is_relative_to(paths.ROOT.resolve()):
            raise BuildError(f"{name} is a link that leads out of the project: put the file itself there.")
    return files


if __name__ == "__main__":
    sys.exit(main())
