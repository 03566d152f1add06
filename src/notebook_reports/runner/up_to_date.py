"""What "up to date" means here: decided by content, never by a time stamp.

A task is up to date when its inputs, its settings and its outputs are, byte for byte, what they were at its
last success. So a touched file rebuilds nothing, and an output that was edited by hand is made again.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from doit.dependency import FileChangedChecker
from doit.task import Task

from notebook_reports.runner.progress import progress
from notebook_reports.runner.record import names_in

Values = dict[str, Any]  # what doit keeps of a task from one build to the next


def digest(path: str | Path) -> str | None:
    """SHA-256 of a file's bytes, or of the names in a folder; None when there is no such file."""
    try:
        if str(path).endswith("/"):
            names = "\0".join(names_in(Path(path)))
            return hashlib.sha256(names.encode(errors="surrogateescape")).hexdigest()
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def stamp(path: str | Path) -> tuple[int, ...] | None:
    """What changes whenever a file is written or exchanged, whatever its content; None when there is no such file."""
    try:
        status = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size


class Unchanged:
    """An `uptodate` item of a doit task: compares with, and saves, what the task's last success read and wrote.

    Inputs are hashed before the task runs, so that a file edited while it runs counts as changed next time. One that
    was written or exchanged since the build began, or since the build made it, leaves no memory of success, even if its
    old content is back: nobody knows which was read, since the graph and modules are read before a task's turn.
    """

    seen: ClassVar[dict[str, tuple[int, ...] | None]] = {}  # stamps when this build began, or made the file

    made: ClassVar[set[str]] = set()  # by all tasks of this build so far
    digests: ClassVar[dict[str, str | None]] = {}  # of what people write

    def __init__(self, settings: dict[str, str], absent: Sequence[str] = ()) -> None:
        """`absent`: files that the task asked for and that were not there."""
        self.settings, self.absent = settings, absent

    def configure_task(self, task: Task) -> None:
        """Called by doit once, when it makes the task, before any task runs."""
        self.task = task
        task.value_savers.append(self.save)
        for path in task.file_dep - self.seen.keys():
            self.seen[path] = stamp(path)

    def __call__(self, task: Task, values: Values) -> bool:
        """Called by doit when all that the task depends on has been built; `values`: what `save` returned last time."""
        self.inputs = {path: self.digest_once(path) for path in sorted({*task.file_dep, *self.absent})}
        self.old_outputs = values.get("outputs", {})
        return values == {"settings": self.settings, "inputs": self.inputs, "outputs": self.hash_outputs()}

    def digest_once(self, path: str) -> str | None:
        """As `digest`, but what people write is read once, since most tasks depend on the same files: where one is
        edited meanwhile, `save` finds its stamp another."""
        if path.startswith(".build/"):
            return digest(path)
        if path not in self.digests:
            self.digests[path] = digest(path)
        return self.digests[path]

    def save(self) -> Values:
        """Called by doit after a success, which may have found other inputs and outputs than were known. Removes what
        the task once made and makes no more, unless edited since."""
        self.made.update(self.task.targets)
        gone = [path for path in self.old_outputs.keys() - self.made if Path(path).is_file()]
        removed = [path for path in sorted(gone) if digest(path) == self.old_outputs[path]]
        for path in removed:
            Path(path).unlink()
        if shown := [path for path in removed if not path.startswith(".build/")]:
            progress.say(f"Removed, since nothing makes it any more: {', '.join(shown)}")
        self.seen.update({path: stamp(path) for path in self.task.targets})
        if any(stamp(path) != self.seen.setdefault(path, stamp(path)) for path in self.task.file_dep):
            return {"outputs": self.hash_outputs()}
        inputs = {path: self.inputs.get(path) or digest(path) for path in sorted(self.task.file_dep)}
        inputs = dict(sorted((inputs | dict.fromkeys(self.absent)).items()))
        return {"settings": self.settings, "inputs": inputs, "outputs": self.hash_outputs()}

    def hash_outputs(self) -> dict[str, str | None]:
        return {path: digest(path) for path in self.task.targets}


class LeftToUnchanged(FileChangedChecker):
    """Replaces doit's own checker, which trusts time stamps and never looks at targets: `Unchanged` decides alone."""

    def check_modified(self, file_path: str, file_stat: object, state: object) -> bool:
        return False

    def get_state(self, dep: str, current_state: object) -> str:
        return "see Unchanged"
