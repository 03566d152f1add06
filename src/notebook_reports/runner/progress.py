"""What the terminal shows while a build runs, and what an interrupt does."""

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TextIO

from doit.exceptions import BaseFail, UnmetDependency
from doit.globals import Globals
from doit.reporter import ZeroReporter
from doit.task import Task

from notebook_reports import settings
from notebook_reports.errors import BuildError, in_plain_words
from notebook_reports.kernels import folder
from notebook_reports.paths import BUILD, REMARKS, ROOT, remove_parts

if sys.platform != "win32":  # where two builds at once are not kept apart
    import fcntl

INTERRUPTS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
AGAIN = "NOTEBOOK_REPORTS_AGAIN"  # environment variable of a build that has begun once more
CLEAR_LINE = "\r\033[K"


class Progress:
    """Lines for what begins and ends; on a terminal also one line, kept up to date, with the cells that run now."""

    def __init__(self) -> None:
        self.start = monotonic()
        self.lock = Lock()
        self.cells: dict[str, str] = {}
        self.again = False  # whether the build has to begin once more
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # closed by who started the build
                setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)

    def say(self, text: str) -> None:
        with self.lock:
            self.print(f"{self.clear()}[{monotonic() - self.start:6.1f} s] {text}\n")
            self.show_cells()

    def cell(self, name: str, number: int, total: int, cell_id: str) -> None:
        """Code cell `number` of `total` of notebook `name` begins."""
        with self.lock:
            self.cells[name] = f"{name[:2]} cell {number} of {total} {cell_id}"
            self.print(self.clear())
            self.show_cells()

    def over(self, name: str) -> None:
        """Notebook `name` runs no more."""
        with self.lock:
            self.cells.pop(name, None)

    def clear(self) -> str:
        return CLEAR_LINE if sys.stdout.isatty() else ""

    def show_cells(self) -> None:
        if self.cells and sys.stdout.isatty():
            line = f"[{monotonic() - self.start:6.1f} s] {'; '.join(self.cells.values())}"
            self.print(line[: shutil.get_terminal_size().columns - 1])

    def print(self, text: str) -> None:
        """To whoever listens: one who stops to, as `head` does, does not stop a build."""
        try:
            print(end=text, flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


progress = Progress()


class BusyError(BuildError):
    """Another process builds in this folder."""


class Interrupted(KeyboardInterrupt):
    """The build was told to stop: Ctrl-C, or a request to terminate."""


def raise_interrupted(signum: int, frame: object) -> None:
    for each in INTERRUPTS:
        signal.signal(each, signal.SIG_IGN)  # stopping takes a moment: a second Ctrl-C must not cut it short
    raise Interrupted(signum)


def catch_interrupts() -> None:
    """Make Ctrl-C, a request to terminate and a closed terminal raise Interrupted in the main thread."""
    for each in INTERRUPTS:
        signal.signal(each, raise_interrupted)


class Reporter(ZeroReporter):
    """What doit tells while it runs the graph."""

    desc = "one line an event"

    def __init__(self, outstream: TextIO, options: Mapping[str, Any]) -> None:
        super().__init__(outstream, options)
        self.begun: dict[str, float] = {}
        self.failed: list[str] = []
        self.not_run: list[str] = []

    @in_plain_words()
    def initialize(self, tasks: Mapping[str, Task], selected_tasks: list[str]) -> None:
        self.everything = set(tasks) == set(selected_tasks)
        targets = (Path(target) for task in tasks.values() for target in task.targets)
        self.remarks = [target for target in targets if target.parts[-2:] == REMARKS.parts]
        self.lock = lock()
        remove_parts()
        folder.sweep()
        catch_interrupts()
        Globals.dep_manager.backend.forget(tasks)

    def runtime_error(self, msg: str) -> None:
        self.failed.append("build")
        progress.say(msg)

    def execute_task(self, task: Task) -> None:
        if task.actions:  # a group of tasks has none
            self.begun[task.name] = monotonic()
            if task.name.startswith("notebook:"):
                progress.say(f"{task.name} starts")

    def add_success(self, task: Task) -> None:
        if task.actions:
            progress.say(f"{task.name} done in {monotonic() - self.begun[task.name]:.1f} s")

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        if not isinstance(fail, UnmetDependency):
            self.failed.append(task.name)
            progress.say(f"{task.name} FAILED\n" + indent(fail.get_msg().strip()))
        elif task.actions:
            self.not_run.append(task.name)

    def complete_run(self) -> None:
        stopped = sys.exc_info()[1]  # doit calls this while an interrupt is on its way out, too
        if isinstance(stopped, KeyboardInterrupt):
            stop(stopped, "What was done is kept; the next build does the rest.")
        if stopped:
            return
        if progress.again and AGAIN not in os.environ:
            begin_again()
        if self.not_run:
            progress.say("Not run, because they need what failed: " + ", ".join(sorted(self.not_run)))
        if self.everything and not self.failed:
            progress.print("".join(remarks.read_text("utf-8") for remarks in self.remarks))
        progress.print(f"{self.summary()}\n")

    def summary(self) -> str:
        if self.failed == ["build"] and not self.begun:
            return "FAILED: nothing was done."
        if self.failed:
            return (
                f"FAILED: {', '.join(sorted(self.failed))}. Nothing is published: reports/ and data/processed/ are as "
                "they were. What this build made is in .build/site/reports/."
            )
        if not self.begun:
            what = "reports are up to date" if self.everything else "what you asked for is up to date"
            return f"Nothing to do: {what}. Open reports/index.html"
        return f"Done in {monotonic() - progress.start:.1f} s. Open reports/index.html"


def begin_again() -> None:
    """Replace this process by another build. It keeps what was done, and knows better what depends on what."""
    from notebook_reports.kernels.processes import kernels

    kernels.stop_all()
    progress.say("The build begins once more: a notebook reads what it did not read before.")
    sys.stdout.flush()
    os.environ[AGAIN] = "1"
    os.execv(sys.executable, [sys.executable, "-m", "doit", *sys.argv[1:]])


def check_environment() -> None:
    """BuildError unless the build is started in the project's folder and imports the project's own modules."""
    if Path.cwd() != ROOT:
        raise BuildError(f"Start it in the folder of the project: cd {ROOT}")
    for package in settings.project().packages:
        spec = find_spec(package)
        if spec is None or spec.origin is None or not Path(spec.origin).is_relative_to(ROOT):
            other = f"imports {package} from {spec.origin}" if spec else f"has no package {package}"
            raise BuildError(
                f"This environment {other}, not from {ROOT / 'src'}. Make one here: {settings.project().command}"
            )


held: list[TextIO] = []  # the lock, where this process has it


@in_plain_words()
def lock() -> TextIO:
    """Keep a second build out of this folder until the file returned is closed, or this process ends. BusyError where
    another process does."""
    if held and not held[0].closed:
        return held[0]
    check_environment()
    BUILD.mkdir(exist_ok=True)
    file = (BUILD / "lock").open("w")
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError("Another build or experiment is running in this folder. Wait until it has ended.") from None
    held[:] = [file]
    return file


def indent(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def stop(interrupt: KeyboardInterrupt, consequence: str) -> None:
    """Kill every kernel and leave at once: threads that still wait for a kernel must not hold us up."""
    from notebook_reports.kernels.processes import kernels

    kernels.stop_all()
    progress.print(f"{progress.clear()}Interrupted. {consequence}\n")
    signum = interrupt.args[0] if isinstance(interrupt, Interrupted) else signal.SIGINT
    os._exit(128 + signum)
