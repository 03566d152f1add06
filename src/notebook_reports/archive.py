"""Everything for download in one file:  python -m notebook_reports.archive [FILE]

The tables and the reports as a ZIP, named in .build/ after the title of the site unless another file is given. Same
files, same bytes: in the order of their names, without the times and owners of this computer.
"""

import io
import re
import sys
import zipfile
from pathlib import Path

from notebook_reports import paths, settings
from notebook_reports.errors import BuildError

FOLDERS = ("data", "reports")
FILES = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "README.md")  # where the project has them
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier time, and none is meant


def main(arguments: list[str]) -> int:
    try:
        archive = (
            Path(arguments[0]).expanduser() if arguments else paths.BUILD / f"{slug(settings.project().title)}.zip"
        )
        write(archive)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(archive)
    return 0


def slug(title: str) -> str:
    """A title as the name of a file: lower-case words joined by hyphens."""
    return "-".join(re.findall(r"\w+", title.lower()))


def write(archive: Path) -> None:
    """Write the archive, or nothing (see `paths.write`)."""
    below = (file for folder in FOLDERS for file in (paths.ROOT / folder).rglob("*") if file.is_file())
    files = sorted([*below, *filter(Path.is_file, (paths.ROOT / name for name in FILES))])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for file in files:
            entry = zipfile.ZipInfo(f"{archive.stem}/{file.relative_to(paths.ROOT).as_posix()}", EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            zipped.writestr(entry, file.read_bytes())
    paths.write(archive, content.getvalue())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
