"""A scheduler and workers of Dask on this computer, and a project from which sweeps are started."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
from projects import Project, wait_for

DASK = str(Path(sys.executable).with_name("dask"))
HOST = ["--host", "127.0.0.1"]
# For a sweep that waits in vain.
SOON = {"DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT": "4s", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}


class Cluster:
    """A scheduler, and workers in a copy of the project of their own: they share no folder with who starts sweeps."""

    def __init__(self, root: Path, project: Path, **env: str) -> None:
        self.root, self.env = root, os.environ | env
        self.project = Path(shutil.copytree(project, root / "on workers", ignore=shutil.ignore_patterns(".build")))
        self.scratch, self.file = root / "scratch", root / "scheduler.json"
        self.workers: list[subprocess.Popen] = []
        self.scheduler = self.start(
            "scheduler", *HOST, "--port", "0", "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(self.file)
        )
        wait_for(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, *command: str, project: Path | None = None) -> subprocess.Popen:
        place = project or self.project
        env = self.env | {"PYTHONPATH": str(place / "src")}
        with (self.root / f"{command[0]}.txt").open("a") as log:
            return subprocess.Popen([DASK, *command], cwd=place, env=env, stdout=log, stderr=log)

    def add(self, project: Path | None = None) -> None:
        """A worker with a nanny, which starts it again when it dies."""
        before = len(self.processes())
        how = ["--nthreads", "1", "--dashboard-address", "127.0.0.1:0", "--local-directory", str(self.scratch)]
        self.workers.append(self.start("worker", self.address, *HOST, *how, project=project))
        wait_for(lambda: len(self.processes()) > before)

    def processes(self) -> list[psutil.Process]:
        """The workers themselves, without their nannies, kernels and servers."""
        found = [child for nanny in self.workers for child in children(nanny.pid)]
        return [process for process in found if "spawn_main" in " ".join(command(process))]

    def kill(self, process: subprocess.Popen) -> None:
        """A process of the cluster with all that it has started."""
        for each in [*children(process.pid, recursive=True), process]:
            os.kill(each.pid, signal.SIGKILL) if psutil.pid_exists(each.pid) else None
        process.wait()

    def kill_workers(self) -> None:
        while self.workers:
            self.kill(self.workers.pop())

    def stop(self) -> None:
        self.kill_workers()
        self.kill(self.scheduler)


def children(pid: int, recursive: bool = False) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=recursive)
    except psutil.NoSuchProcess:
        return []


def command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


class Driver(Project):
    """The project of who starts sweeps."""

    def sweep(self, address: str = "", *arguments: str, to: str = "../swept", **env: str) -> subprocess.Popen:
        scheduler = ["--scheduler", address] if address else []
        own = [*(arguments or ["--sets", "sets.csv"]), *scheduler, "--to", to]
        return self.start("notebook_reports.runner.experiment", "01", *own, **env)

    def result(self, to: str = "../swept") -> dict[str, str]:
        """Content of every file that a sweep gave, by path."""
        folder = (self.root / to).resolve()
        return {path.removeprefix(f"{to}/"): sha for path, sha in Project(folder.parent).hashes(folder.name).items()}

    def kept(self) -> int:
        """Of how many sets there is what they gave."""
        files = (self.root / ".build/sets").rglob("*")
        return sum(1 for file in files if file.is_file() and not file.name.startswith("."))

    def forget(self) -> None:
        """What sets have given."""
        shutil.rmtree(self.root / ".build/sets", ignore_errors=True)


def end(process: subprocess.Popen, code: int = 0) -> str:
    """What a sweep said until it ended with this exit code, without a traceback."""
    said, _ = process.communicate(timeout=150)
    assert process.returncode == code and "Traceback" not in said, said
    return said
