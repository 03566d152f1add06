"""The warm server, as those see it who have processes forked by it.

Importing ipykernel, pandas and the like takes a kernel as long as most notebooks run. The server (see `launch`) does it
once a build, and each kernel is a fork of it: an ordinary ipykernel in a process of its own, on ordinary channels.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO
from weakref import WeakSet

from notebook_reports.paths import NOTEBOOKS
from notebook_reports.runner.progress import progress

LAUNCH = Path(__file__).with_name("launch.py")
POSSIBLE = hasattr(os, "pidfd_open")  # Linux: elsewhere a process that is not our child cannot be watched safely
PATIENCE = 60  # seconds to wait for a new process, as long as papermill waits for a kernel


class WarmServer:
    """The process that forks, as those see it who ask it to. `process`: that itself, for who has started it."""

    def __init__(self, address: str, process: subprocess.Popen[bytes] | None = None) -> None:
        """`address`: of the socket on which it listens."""
        self.address, self.process = address, process
        self.forked: WeakSet[Forked] = WeakSet()
        self.failed = False

    @classmethod
    def start(cls, modules: tuple[str, ...], folder: Path, env: Mapping[str, str], log: Path) -> "WarmServer":
        """Starts it and does not wait until it has imported the modules; `folder`: private, for the socket."""
        address = str(folder / "server")
        with socket.socket(socket.AF_UNIX) as listening, log.open("w") as printed:
            listening.bind(address)
            listening.listen()
            process = subprocess.Popen(
                [sys.executable, str(LAUNCH), str(os.getpid()), *modules],
                env=env,
                stdin=listening.fileno(),
                stdout=printed,
                stderr=printed,
                cwd=NOTEBOOKS,
                start_new_session=True,  # Ctrl-C is for the build to deal with
            )
        return cls(address, process)

    def stop(self) -> None:
        """By who has started it. What it forked gets a signal when it ends."""
        self.failed = True
        if self.process:
            self.process.kill()
            self.process.wait()

    def kill_forked(self) -> None:
        """By who has started it: kill every process that it has forked for others and that still runs."""
        if self.process and self.process.poll() is None:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            for child in map(int, children.split()):
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)

    def fork(self, cwd: Path | str, env: dict[str, str], log: Path | str, argv: list[str], **more: str) -> "Forked":
        """A new process, once the server is warm. OSError if it cannot be had, and from then on at once."""
        request = {"cwd": str(cwd), "env": env, "log": str(log), "argv": argv, **more}
        try:
            if self.failed:
                raise OSError("the warm server has failed before")
            return self._ask(request)
        except OSError as error:
            if not self.failed:
                progress.say(f"The warm server gives no process ({error}): each starts by itself, which takes longer.")
            self.failed = True
            raise

    def _ask(self, request: Mapping[str, object]) -> "Forked":
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(self.address)
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = connection.makefile()
            pid = int(answer.readline() or 0)
            connection.settimeout(None)  # a module may take its time
        if not pid:
            raise OSError("the warm server did not answer")
        process = Forked(pid, os.pidfd_open(pid), answer)
        self.forked.add(process)
        return process


class Forked:
    """What LocalProvisioner needs of a `subprocess.Popen`, for a process that is the child of another. The exit code
    of a kernel is not known: 1 stands for any."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int, answer: TextIO) -> None:
        self.pid, self.handle, self.answer = pid, handle, answer
        self.exited = select.poll()
        self.exited.register(self.handle, select.POLLIN)

    def __del__(self) -> None:
        os.close(self.handle)

    def poll(self) -> int | None:
        return 1 if self.exited.poll(0) else None

    def wait(self) -> int:
        self.exited.poll()
        return 1

    def exit_code(self) -> int:
        """Of a module, when it has ended; 1 if it was killed."""
        return int(self.answer.readline() or 1)

    def send_signal(self, signum: int) -> None:
        signal.pidfd_send_signal(self.handle, signum)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
