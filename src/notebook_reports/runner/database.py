"""Where doit remembers what each task read and wrote when it last succeeded: one file, written whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from doit.dependency import JsonDB
from doit.task import Task

from notebook_reports import datapackage
from notebook_reports.errors import BuildError, in_plain_words, refused
from notebook_reports.runner import imports, memory
from notebook_reports.runner.up_to_date import digest

NAME = "whole-json"  # to doit, which finds it by the entry point in pyproject.toml


class WholeJsonDB(JsonDB):
    """doit's backend in JSON. A build that is killed, or a full disk, leaves the file as it was; so does a build that
    changes nothing, which may be one that was not allowed to begin beside another."""

    @in_plain_words()
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.before = self.codec.encode(self._db)

    def _load(self) -> dict[str, Any]:
        """What was kept; of a damaged file nothing, and all is done once more."""
        kept: dict[str, Any] = self.codec.decode(memory.read(Path(self.name)) or "{}")
        return kept

    def remove(self, task_id: str) -> None:
        """Called by doit when a task fails or is to be done once more: what it made stays known, so that it can be
        removed when it is made no more."""
        outputs = self._db.pop(task_id, {}).get("_values_:", {}).get("outputs")
        if outputs:
            self._db[task_id] = {"_values_:": {"outputs": outputs}}

    def dump(self) -> None:
        """Called by doit when it ends."""
        now = self.codec.encode(self._db)
        try:
            imports.keep()
            datapackage.keep()
            if now == self.before:
                return
            memory.write(Path(self.name), now)
        except OSError as error:
            raise BuildError(f"{refused(error)}. The next build will do again what this one did.") from None

    def forget(self, tasks: Mapping[str, Task]) -> None:
        """Forget all but `tasks`, and remove what only the others made, unless it was edited since."""
        made = {path for task in tasks.values() for path in task.targets}
        for name in self._db.keys() - tasks.keys():
            outputs = self._db.pop(name).get("_values_:", {}).get("outputs", {})
            for path, content in outputs.items():
                if content and path not in made and digest(path) == content:
                    Path(path).unlink(missing_ok=True)
