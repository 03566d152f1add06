"""What every task of the graph is for doit, and what it does. Imports nothing heavy: what a task needs, it imports
when it runs."""

import importlib
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from types import ModuleType
from typing import Any, NamedTuple

from doit import task as doit_task
from doit.exceptions import TaskFailed

from notebook_reports import settings
from notebook_reports.errors import BuildError, refused
from notebook_reports.paths import ROOT
from notebook_reports.runner.mirror import SITE, mirror
from notebook_reports.runner.progress import progress
from notebook_reports.runner.up_to_date import Unchanged

Task = dict[str, Any]
loading = Lock()


class Found(NamedTuple):
    """What a task turned out to read and write, as paths from the root."""

    reads: list[str]
    writes: list[str]
    absent: Sequence[str] = ()  # it asked for them, and they were not there


def task(
    action: Callable[..., Found | None],
    args: list[Any],
    reads: Iterable[str],
    writes: list[str],
    what_else: Mapping[str, str] | None = None,
    absent: Sequence[str] = (),
) -> Task:
    """One doit task; all paths are relative to the root. `what_else`: what makes it anew when it changes; `absent`:
    files that make it anew when they appear."""
    unchanged = Unchanged({"project": repr(settings.project())} | dict(what_else or {}), absent)
    return {
        "actions": [(attempt, [action, args, unchanged])],
        "file_dep": sorted(set(reads)),
        "targets": writes,
        "uptodate": [unchanged],
        "clean": True,
        "verbosity": 2,
        "io": {"capture": False},  # doit's capturing swaps sys.stdout, which threads share
    }


def attempt(
    action: Callable[..., Found | None], args: list[Any], unchanged: Unchanged, task: doit_task.Task
) -> TaskFailed | None:
    """Do what the task is for; what a person can mend becomes a message without a traceback.

    doit fills in `task`. Where its action found out what it reads and writes, that counts from then on.
    """
    try:
        for path in sorted(task.file_dep):
            if not (path.startswith(".build/") or (ROOT / path).exists()):
                raise BuildError(f"{path} is missing. Restore it, for example by: git checkout -- {path}")
        if found := action(*args):
            task.file_dep, task.targets = set(found.reads), found.writes
            unchanged.absent = found.absent
    except BuildError as error:
        return TaskFailed(str(error))
    except OSError as error:
        return TaskFailed(refused(error) + ("" if error.filename else f", while making {', '.join(task.targets)}"))
    return None


def write_page(name: str, titles: dict[str, str]) -> None:
    load("notebook_reports.publish").page(name, titles, SITE)


def write_index(names: list[str], front_page: str, languages: Sequence[str]) -> None:
    load("notebook_reports.publish").index(names, load(front_page), languages, SITE)


def copy_data(tables: list[str]) -> None:
    mirror(SITE)
    load("notebook_reports.publish").data(tables, SITE)


def run_step(module: str, argument: str) -> None:
    mirror(SITE)
    load("notebook_reports.kernels.processes").kernels.run_module(module, argument, SITE)


def check_links() -> None:
    load("notebook_reports.check_links").check(SITE / "reports")


def as_in_git(path: str) -> bool:
    """Whether a file is as git has it."""
    status = subprocess.run(["git", "status", "--porcelain", "--", path], cwd=ROOT, capture_output=True)
    return (ROOT / path).is_file() and not status.returncode and not status.stdout


def remove(files: list[str]) -> None:
    for path in files:
        (ROOT / path).unlink(missing_ok=True)
    if files:
        progress.say(f"Removed: {', '.join(files)}")


def load(module: str) -> ModuleType:
    """A module, imported. One thread at a time: two that import packages which import each other see half of one."""
    with loading:
        return importlib.import_module(module)
