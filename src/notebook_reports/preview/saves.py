"""What is saved in a project: whatever a build may read, and nothing that it writes itself."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from notebook_reports.paths import ROOT
from notebook_reports.runner.mirror import MADE
from notebook_reports.runner.up_to_date import digest

MADE_BELOW = tuple(f"{folder}/" for folder in MADE)
QUIET = 20  # milliseconds without another change, until one counts
IN_PARTS = 0.5  # seconds that an editor may take to write the rest of a notebook


class Sources(DefaultFilter):
    """Not what is hidden, what the build makes, or what editors keep beside a file."""

    ignore_entity_patterns = (*DefaultFilter.ignore_entity_patterns, r"^\.", r"[~#]$")

    def __call__(self, change: Change, path: str) -> bool:
        below = Path(path).relative_to(ROOT)
        hidden = any(part.startswith(".") for part in below.parts)
        return not hidden and not below.as_posix().startswith(MADE_BELOW) and super().__call__(change, path)


def folders() -> list[Path]:
    """Those at the top that are watched with all that is in them."""
    apart = (*MADE, *DefaultFilter.ignore_dirs)
    return [each for each in ROOT.iterdir() if each.is_dir() and each.name[0] != "." and each.name not in apart]


class Saves:
    """Calls `saved` with the paths below the root, whenever the content of files became another."""

    def __init__(self, saved: Callable[[set[str]], None]) -> None:
        self.saved = saved
        self.contents: dict[str, str | None] = {}
        self.moved = asyncio.Event()  # a folder at the top has come or gone

    async def watch(self) -> None:
        """Until it is cancelled. What an environment holds lies at the top, too, and is too much to be watched."""
        await asyncio.gather(self.watch_top(), self.watch_folders())

    async def watch_top(self) -> None:
        async for changes in awatch(ROOT, watch_filter=Sources(), step=QUIET, recursive=False):
            if not all(Path(path).is_file() for _, path in changes):
                self.moved.set()
            await self.take(changes)

    async def watch_folders(self) -> None:
        while True:
            self.moved.clear()
            async for changes in awatch(*folders(), watch_filter=Sources(), step=QUIET, stop_event=self.moved):
                await self.take(changes)

    async def take(self, changes: set[tuple[Change, str]]) -> None:
        paths = [Path(path) for _, path in changes]
        if any(map(half_written, paths)):
            await asyncio.sleep(IN_PARTS)
        now = {path.relative_to(ROOT).as_posix(): content(path) for path in paths}
        changed = {path for path, content in now.items() if self.contents.get(path, "") != content}
        self.contents |= now
        if changed:
            self.saved(changed)


def content(path: Path) -> str | None:
    """None where there is nothing to read."""
    with suppress(OSError):
        return digest(path)
    return None


def half_written(path: Path) -> bool:
    """A notebook that is not JSON; perhaps it will be in a moment."""
    try:
        return path.suffix == ".ipynb" and not json.loads(path.read_bytes())
    except OSError:
        return False
    except ValueError:
        return True
