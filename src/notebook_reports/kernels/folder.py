"""The private folder of a build, for connection files and sockets. It is locked as long as its build lives, whatever
ends that, and so those that killed builds have left can be told, and are removed by the next."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":  # where nobody locks a folder, and each build removes its own alone
    import fcntl

PREFIX = "notebook-kernels-"
LONGEST = 60  # characters of the folder around it: the path of a socket may have 107


def make() -> Path:
    """A folder that only this user can enter."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
        if sys.platform == "win32":
            return folder
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)  # for good: it ends with this process
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():  # else another build took it for one that was left, before it was locked
                return folder
            os.close(lock)


def place() -> Path:
    """Where temporary files go, by TMPDIR, if sockets have room there."""
    usual = tempfile.gettempdir()  # the first of several that can be written
    return Path(usual if len(usual) <= LONGEST else "/tmp")


def sweep() -> None:
    """Remove what builds of this user that have ended, and could not do so themselves, have left there."""
    if sys.platform != "win32":
        for folder in place().glob(f"{PREFIX}*"):
            with suppress(OSError), unlocked(folder):
                shutil.rmtree(folder)


@contextmanager
def unlocked(folder: Path) -> Iterator[None]:
    """OSError where it is another user's, no folder, or of a build that lives."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(handle).st_uid != os.getuid():
            raise PermissionError
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Wait until no other process holds `file`, and hold it."""
    with file.open("w") as handle:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
