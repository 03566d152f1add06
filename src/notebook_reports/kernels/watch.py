"""Notes which files of the project a notebook opens, lists or writes and whether it starts a process, by Python's audit
events (PEP 578); and stops, in the cell that tries it, what no build elsewhere could repeat, and what would change a
file that is not the notebook's own.

Runs in the kernel's process before anything else, so it imports nothing but the standard library. Each line of the log
is JSON: what happened, the path with its links followed, and for what is read the stamp that it had then (none where
there was no such file).
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR
# Of the computer, not of the researcher: what is read there decides nothing that a page shows.
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/System", "/Library")
OUTPUTS = (os.path.join("data", "processed"), "reports")
HOME = ("ipython", "jupyter", "matplotlib")  # below .build/home: what libraries keep there for themselves
STARTS = ("subprocess.Popen", "os.system", "os.posix_spawn", "os.forkpty", "os.exec")
CHANGES = ("os.remove", "os.rmdir", "os.mkdir")
SPAWNS = ("multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver", "multiprocessing.popen_spawn_win32")
STANDARD = os.path.dirname(os.__file__)
ASK_ABOUT_THE_COMPUTER = tuple(os.path.join(STANDARD, name) for name in ("platform.py", "uuid.py", "ctypes/util.py"))
FIND_MODULES = (
    "<frozen importlib._bootstrap_external>",
    os.path.join(STANDARD, "importlib", "metadata", "__init__.py"),
)
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # may be installed from another folder
SETTINGS = tuple(os.path.join(PACKAGE, name) for name in ("paths.py", "settings.py"))
DECLARED = "notebook_reports.reads"  # the event of show.reads
WRITE = "Write a table of data/processed/ or a figure, to the path that paths.to_write(...) gives"


class Watch:
    """An audit hook. `root`: of the project; `site`: the folder in which the kernel finds the project as this build
    makes it; `output`: where this notebook writes."""

    def __init__(self, log: str, root: str, site: str, output: str) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.number, self.file = os.getpid(), os.fstat(self.log).st_ino
        self.root, self.site, self.output, self.build = map(
            os.path.realpath, (root, site, output, os.path.join(root, ".build"))
        )
        self.temporary = os.path.realpath(tempfile.gettempdir())
        connection = os.path.dirname(sys.argv[sys.argv.index("-f") + 1])
        self.made = {os.path.realpath(connection)}  # outside, but its own
        self.events: dict[str, Callable[..., None]] = dict.fromkeys(STARTS, self.start) | {
            "open": self.open,
            "os.listdir": self.list,
            "os.scandir": self.list,
            "os.rename": self.rename,
            "os.truncate": self.truncate,
            "os.link": self.link,
            "os.symlink": self.link,
            "import": self.load,
            "sqlite3.connect": self.connect,
            "socket.connect": self.network,
            "socket.sendto": self.network,
            "tempfile.mkstemp": self.made.add,
            "tempfile.mkdtemp": self.made.add,
            DECLARED: self.declare,
        }
        self.events |= dict.fromkeys(CHANGES, self.change)
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in self.events:
            self.events[event](*arguments)

    def note(self, what: str, path: str = "", stamp: tuple[int, ...] = ()) -> None:
        if os.getpid() == self.number or self.still_open():
            os.write(self.log, f"{json.dumps([what, path, stamp])}\n".encode())

    def still_open(self) -> bool:
        """Not in a child that has closed all its files, to become another program."""
        try:
            return os.fstat(self.log).st_ino == self.file
        except OSError:
            return False

    def open(self, path: Any, mode: object, flags: int) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            self.write(real(path)) if flags & WRITING else self.read(path)

    def read(self, path: Any, what: str = "read") -> None:
        """Note a file, and the link that led to it; refuse one outside."""
        full, link = real(path), in_folder(path)
        if self.noted(full, what) and link != full and self.of_the_project(link):
            self.noted(link, what)

    def noted(self, full: str, what: str) -> bool:
        if not below(full, self.site) and self.of_the_build(full):
            return False
        if self.of_the_project(full):
            full = source_of(full)
            if os.path.basename(full) == "pyproject.toml" and called_by(SETTINGS):
                return False
            if os.path.exists(full):
                status = os.stat(full)
                what = "list" if os.path.isdir(full) else what
                self.note(what, full, (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size))
            elif not called_by((os.path.join(STANDARD, "shutil.py"),)):  # it gives names without their folder
                self.note("read", full)
            return True
        if os.path.exists(full) and not self.of_the_computer(full):
            remedy = "Copy it into data/raw/ and read it there."
            if full.endswith(".py"):
                remedy = "Move it to src/, or name its package among the dependencies of the project."
            raise PermissionError(f"{full} is outside the project, so that nobody else has it. {remedy}")
        return False

    def write(self, full: str) -> None:
        """Note what is written; refuse what is not the notebook's own."""
        if self.is_output(full):
            self.note("write", full)
        elif f"{os.sep}__pycache__{os.sep}" in f"{full}{os.sep}" or self.may_change(full):
            return
        elif self.of_the_project(full):
            told = os.path.relpath(full, self.site if below(full, self.site) else self.root)
            raise PermissionError(f"{told} is not for a notebook to write. {WRITE}.")
        elif below(full, self.temporary) or below(full, "/dev"):
            if not os.path.isdir(full):  # a file without a name is opened by its folder
                self.made.add(full)
        else:
            remedy = f"{WRITE}; what nobody needs later goes to the folder of tempfile."
            raise PermissionError(f"{full} is outside the project. {remedy}")

    def may_change(self, full: str) -> bool:
        """What the environment and the build keep for themselves, but for a home that would outlast a build."""
        home = os.path.join(self.build, "home")
        if below(full, home):
            return full == home or any(below(full, os.path.join(home, folder)) for folder in HOME)
        return self.of_the_build(full) and not below(full, self.site)

    def change(self, path: Any, *more: Any) -> None:
        folder = more[-1] if more and isinstance(more[-1], int) else -1
        if isinstance(path, str | bytes | os.PathLike):
            full = in_folder(path, folder)
            self.write(full)
            if below(full, self.temporary):
                self.made.add(full)

    def truncate(self, path: Any, length: int) -> None:
        self.change(path)

    def rename(self, old: Any, new: Any, old_folder: int = -1, new_folder: int = -1) -> None:
        self.write(in_folder(old, old_folder))
        self.write(in_folder(new, new_folder))

    def link(self, old: Any, new: Any, *folders: int) -> None:
        self.write(in_folder(new, folders[-1] if folders else -1))

    def list(self, folder: Any = None) -> None:
        if not isinstance(folder, int) and not finds_modules():
            self.read(folder or ".", "list")

    def load(self, module: str, *more: object) -> None:
        if module in SPAWNS:
            self.start()

    def connect(self, database: Any) -> None:
        name = os.fsdecode(database).removeprefix("file:").partition("?")[0]
        if not name or name == ":memory:":
            return
        full = real(name)
        if os.path.exists(full):
            self.read(full, "database")
        else:
            self.write(full)
        if os.path.exists(f"{full}-wal"):
            self.read(f"{full}-wal")

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
        """A folder stands for all files in it."""
        self.note("declare")
        for path in paths:
            self.read(path)
            for folder, folders, files in os.walk(path) if os.path.isdir(path) else ():
                for name in (*folders, *files):
                    self.read(os.path.join(folder, name))

    def is_output(self, full: str) -> bool:
        return any(below(full, os.path.join(self.output, folder)) for folder in OUTPUTS)

    def of_the_project(self, full: str) -> bool:
        """Also of the copy that a worker of a cluster was sent, which lies elsewhere."""
        return below(full, self.root) or below(full, self.site)

    def of_the_build(self, full: str) -> bool:
        """The environment, and what the build keeps for itself."""
        environment = below(full, sys.prefix) and not below(self.root, sys.prefix)
        return environment or below(full, self.build) or below(full, self.output)

    def of_the_computer(self, full: str) -> bool:
        return any(below(full, folder) for folder in (*SYSTEM, sys.base_prefix, STANDARD, PACKAGE, *self.made))


def real(path: Any) -> str:
    return os.path.realpath(os.fsdecode(path))


def in_folder(path: Any, folder: int = -1) -> str:
    """A path itself, even if it is a link; `folder`: the open folder that it is named from."""
    name = os.fsdecode(path)
    if folder >= 0 and os.path.exists(f"/proc/self/fd/{folder}"):
        name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)
    parent, name = os.path.split(os.path.abspath(name))
    return os.path.join(os.path.realpath(parent), name)


def below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def source_of(path: str) -> str:
    """The module that Python compiled to a file; any other path as it is."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) != "__pycache__":
        return path
    return os.path.join(os.path.dirname(folder), f"{name.partition('.')[0]}.py")


def callers(within: int = 12) -> list[str]:
    """Where the functions stand that led to an event, the last first."""
    frame = sys._getframe(1)
    files: list[str] = []
    while frame and len(files) < within:
        if frame.f_code.co_filename != __file__:
            files.append(frame.f_code.co_filename)
        frame = frame.f_back  # type: ignore[assignment]
    return files


def called_by(files: tuple[str, ...]) -> bool:
    return any(file in files for file in callers())


def finds_modules() -> bool:
    """Python itself lists folders to find modules, and so do libraries; a change there is a change of the module."""
    files = callers(3)
    if os.path.basename(files[0]) == "pkgutil.py":  # unless the project looks for modules by itself
        files = [file for file in callers(6) if os.path.basename(file) != "pkgutil.py"]
        return below(files[0], sys.prefix) or below(files[0], STANDARD) or files[0].startswith("<frozen")
    return files[0] in FIND_MODULES
