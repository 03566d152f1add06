"""Notes which files of the project a notebook opens, lists or writes and whether it starts a process, by Python's audit
events (PEP 578); and stops, in the cell that tries it, what no build elsewhere could repeat.

Runs in the kernel's process before anything else, so it imports nothing but the standard library. Each line of the log
is JSON: what happened, the absolute path, and for what is read the stamp that the file had then.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR
# Of the computer, not of the researcher: what is read there decides nothing that a page shows.
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/run", "/System", "/Library")
OUTPUTS = (os.path.join("data", "processed"), "reports")
STARTS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.forkpty", "os.exec")
ASK_ABOUT_THE_COMPUTER = ("platform.py", "uuid.py", os.path.join("ctypes", "util.py"))
FIND_MODULES = (
    "<frozen importlib._bootstrap_external>",
    os.path.join("importlib", "metadata", "__init__.py"),
    "pkgutil.py",
)
SETTINGS = tuple(os.path.join("notebook_reports", name) for name in ("paths.py", "settings.py"))
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # may be installed from another folder
DECLARED = "notebook_reports.reads"  # the event of show.reads


class Watch:
    """An audit hook. `root`: of the project; `site`: the folder in which the kernel finds the project as this build
    makes it; `output`: where this notebook writes."""

    def __init__(self, log: str, root: str, site: str, output: str) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.number, self.file = os.getpid(), os.fstat(self.log).st_ino
        self.root, self.site, self.output = root, site, output
        self.build = os.path.join(root, ".build")
        self.temporary = tempfile.gettempdir()
        connection = os.path.dirname(sys.argv[sys.argv.index("-f") + 1])
        self.made = {connection}  # files and folders outside that it may read, since they are its own
        self.events: dict[str, Callable[..., None]] = dict.fromkeys(STARTS, self.start)
        self.events |= {
            "open": self.open,
            "os.listdir": self.list,
            "os.scandir": self.list,
            "os.rename": self.rename,
            "sqlite3.connect": self.connect,
            "socket.connect": self.network,
            "tempfile.mkstemp": self.made.add,
            "tempfile.mkdtemp": self.made.add,
            DECLARED: self.declare,
        }
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in self.events:
            self.events[event](*arguments)

    def note(self, what: str, path: str = "", stamp: tuple[int, ...] = ()) -> None:
        if os.getpid() != self.number and not self.still_open():
            return
        os.write(self.log, f"{json.dumps([what, path, stamp])}\n".encode())

    def still_open(self) -> bool:
        """Not in a child that has closed all its files, to become another program."""
        try:
            return os.fstat(self.log).st_ino == self.file
        except OSError:
            return False

    def open(self, path: Any, mode: object, flags: int) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            full = os.path.abspath(os.fsdecode(path))
            self.write(full) if flags & WRITING else self.read(full)

    def read(self, full: str, what: str = "read") -> None:
        if not os.path.exists(full):
            return
        if not below(full, self.site) and self.of_the_build(full):
            return
        if below(full, self.root):
            full = source_of(full)
            if os.path.basename(full) != "pyproject.toml" or not called_by(SETTINGS):
                status = os.stat(full)
                self.note(what, full, (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size))
        elif not self.of_the_computer(full):
            remedy = "Copy it into data/raw/ and read it there."
            if full.endswith(".py"):
                remedy = "Move it to src/, or name its package among the dependencies of the project."
            raise PermissionError(f"{full} is outside the project, so that nobody else has it. {remedy}")

    def write(self, full: str) -> None:
        if self.is_output(full):
            self.note("write", full)
        elif f"{os.sep}__pycache__{os.sep}" in full or (self.of_the_build(full) and not below(full, self.site)):
            return
        elif below(full, self.root):
            told = os.path.relpath(full, self.site if below(full, self.site) else self.root)
            raise PermissionError(
                f"{told} is not for a notebook to write. Write a table of data/processed/ or a figure, to the path "
                "that paths.to_write(...) gives."
            )
        elif below(full, self.temporary) or below(full, "/dev"):
            self.made.add(full)
        else:
            raise PermissionError(
                f"{full} is outside the project. Write a table of data/processed/ or a figure, to the path that "
                "paths.to_write(...) gives; what nobody needs later goes to the folder of tempfile."
            )

    def rename(self, old: object, new: Any, *folders: object) -> None:
        full = os.path.abspath(os.fsdecode(new))
        if self.is_output(full):
            self.note("write", full)

    def list(self, folder: Any = None) -> None:
        if isinstance(folder, int) or called_by(FIND_MODULES):
            return
        self.read(os.path.abspath(os.fsdecode(folder or ".")), "list")

    def connect(self, database: Any) -> None:
        name = os.fsdecode(database).removeprefix("file:").partition("?")[0]
        if name and name != ":memory:":
            self.read(os.path.abspath(name))

    def network(self, connection: object, address: object) -> None:
        if isinstance(address, tuple):
            raise PermissionError(
                f"a notebook reads nothing from the network ({address[0]}): save what it needs in data/raw/, with its "
                "source and date."
            )

    def start(self, *what: object) -> None:
        if not called_by(ASK_ABOUT_THE_COMPUTER):
            self.note("start")

    def declare(self, *paths: str) -> None:
        self.note("declare")
        for path in paths:
            self.read(path)

    def is_output(self, full: str) -> bool:
        return any(below(full, os.path.join(self.output, folder)) for folder in OUTPUTS)

    def of_the_build(self, full: str) -> bool:
        """The environment, and what the build keeps for itself."""
        environment = below(full, sys.prefix) and not below(self.root, sys.prefix)
        return environment or below(full, self.build)

    def of_the_computer(self, full: str) -> bool:
        known = (*SYSTEM, sys.base_prefix, os.path.dirname(os.__file__), PACKAGE, *self.made)
        return any(below(full, folder) for folder in known)


def below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def source_of(path: str) -> str:
    """The module that Python compiled to a file; any other path as it is."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) != "__pycache__":
        return path
    return os.path.join(os.path.dirname(folder), f"{name.partition('.')[0]}.py")


def called_by(files: tuple[str, ...], within: int = 12) -> bool:
    """Whether one of the functions that led to an event, the next few alone, stands in one of these files."""
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename == __file__:
        frame = frame.f_back  # type: ignore[assignment]
    for _ in range(within):
        if not frame:
            return False
        if frame.f_code.co_filename.endswith(files):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
