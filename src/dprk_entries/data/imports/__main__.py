"""Read a file from outside, and say what it would do to the figures in print; with --yes, keep it.

    make import ARGS="export.xml"
    make import ARGS="export.xml --yes"
    make import ARGS="entries.csv source_id=BYMODE publisher=Ksimi accessed=2026-11-23 language=en read_by=KSIMI --yes"

Fields of sources.csv are given where the file does not tell them, or to tell them otherwise. All is written or nothing:
the table, what is known of its file, its source, and its place in data/datapackage.json.
"""

import argparse
import sys
from pathlib import Path

from dprk_entries.data import tables
from dprk_entries.data.imports import compilation, effect, portal, table
from dprk_entries.data.imports.mapping import Mapping
from dprk_entries.data.imports.reading import Reading, digest
from reconcile.cells import AccountingError
from reconcile.periods import PeriodError


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make import", description="Read a file from outside; keep it with --yes.")
    parser.add_argument("file", type=Path, help="an export of the statistics portal (SDMX), or the compilation (CSV)")
    parser.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="a column of sources.csv")
    parser.add_argument("--yes", action="store_true", help="write it")
    parser.add_argument("--difference", action="store_true", help="take running totals apart into quarters")
    asked = parser.parse_intermixed_args(arguments)
    try:
        mapping = Mapping.read()
        reading = read(asked.file, mapping, asked.difference)
        source = table.source(reading.source | fields(asked.fields))
        if not reading.cells and not mapping.unknown:
            raise tables.TableError(f"{asked.file}: found no cell to import, expected one at least.")
        print("\n".join([*reading.told, *mapping.told(), *effect.told(reading, source)]))
        if asked.yes and mapping.unknown:
            print("Nothing was written: map these labels first.", file=sys.stderr)
            return 1
        if asked.yes:
            written = table.write(source, reading)
    except (tables.TableError, PeriodError, AccountingError) as error:
        print(f"{error}\nNothing was written.", file=sys.stderr)
        return 1
    print(f"Written: {', '.join(written)}. Now: make reports" if asked.yes else "Nothing was written: --yes writes it.")
    return 0


def read(file: Path, mapping: Mapping, difference: bool) -> Reading:
    """A file of either kind, told by its first character."""
    digest(file)
    with file.open("rb") as opened:
        begins = opened.read(64)
    if begins.startswith((b"\xd0\xcf\x11\xe0", b"PK")):
        raise tables.TableError(f"{file}: found a spreadsheet, expected SDMX. Choose sdmx when you export it.")
    if b"<" in begins:
        return portal.read(file, mapping, difference)
    return compilation.read(file, mapping)


def fields(given: list[str]) -> dict[str, str]:
    """FIELD=VALUE pairs. Raises TableError for a name that sources.csv has not."""
    pairs = dict(each.partition("=")[::2] for each in given)
    if unknown := [name for name in pairs if name not in tables.columns("sources")]:
        raise tables.TableError(
            f"found the field {unknown[0]!r}, expected FIELD=VALUE with one of {', '.join(tables.columns('sources'))}."
        )
    return pairs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
