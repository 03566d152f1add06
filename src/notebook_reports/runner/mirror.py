"""The project as a build sees it, in a folder of its own: what people write is linked there, what the build makes is
written there. So a notebook finds ../data/processed/x.csv as this build made it, and reports/ stays as it was."""

import shutil
from pathlib import Path
from threading import Lock

from notebook_reports.paths import BUILD, ROOT

SITE = BUILD / "site"  # the project as the last build made it, published or not
MADE = ("reports", "data/processed")  # folders that the build alone fills
README = ("README.md", "data/README.md")  # kept by hand, but for what the build writes between marks
UNSEEN = ("record.json", "__pycache__")
making = Lock()


def is_made(path: str) -> bool:
    """Whether the build makes what lies at a path below the root."""
    return f"{path}/".startswith(tuple(f"{folder}/" for folder in MADE))


def mirror(folder: Path) -> None:
    """Link in `folder` what the project has beside `MADE`, even where a copy of the project has copies in place of the
    links; what was linked and is gone is removed."""
    with making:
        for made in MADE:
            (folder / made).mkdir(parents=True, exist_ok=True)
        for part in (".", "data", "notebooks"):
            (folder / part).mkdir(exist_ok=True)
            own = {path.name: path for path in (ROOT / part).iterdir() if seen(path)}
            for link in (folder / part).iterdir():
                if link.is_symlink() and link.name not in own:
                    link.unlink()
            for name, path in own.items():
                link = folder / part / name
                if not (link.is_symlink() and link.readlink() == path):
                    shutil.rmtree(link) if link.is_dir() and not link.is_symlink() else link.unlink(missing_ok=True)
                    link.symlink_to(path)


def seen(path: Path) -> bool:
    """Whether a notebook may find a file or folder of the project: nothing hidden, and nothing that is made."""
    apart = (*MADE, "data", "notebooks")
    return not path.name.startswith(".") and path.name not in UNSEEN and path.relative_to(ROOT).as_posix() not in apart


def unlink(folder: Path) -> None:
    """Leave in a mirror only what readers get."""
    for link in [*folder.iterdir(), *(folder / "data").iterdir()]:
        if link.is_symlink():
            link.unlink()
    for part in ("notebooks", ".build"):
        shutil.rmtree(folder / part, ignore_errors=True)
