"""Everything for download in one file:  python -m notebook_reports.archive [FILE]

The tables and the reports as a ZIP, .build/north-korean-entries-to-russia.zip unless another is named. Same files, same
bytes: in the order of their names, without the times and owners of this computer.
"""

import sys
import zipfile
from pathlib import Path

from notebook_reports import paths

FOLDERS = ("data", "reports")
FILES = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "README.md")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier time, and none is meant


def main(arguments: list[str]) -> int:
    archive = Path(arguments[0]) if arguments else paths.BUILD / "north-korean-entries-to-russia.zip"
    write(archive)
    print(archive)
    return 0


def write(archive: Path) -> None:
    """Write the archive, or nothing."""
    below = (file for folder in FOLDERS for file in (paths.ROOT / folder).rglob("*") if file.is_file())
    files = sorted([*below, *(paths.ROOT / name for name in FILES)])
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f".{archive.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
            for file in files:
                entry = zipfile.ZipInfo(f"{archive.stem}/{file.relative_to(paths.ROOT).as_posix()}", EARLIEST)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                zipped.writestr(entry, file.read_bytes())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
