"""A project in a folder of its own, which a test edits, and builds by the commands that people give."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


class Project:
    """A folder with a dodo.py; its packages are in src/, before all others."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def start(self, *command: str, **env: str) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), **env}
        arguments = [sys.executable, "-m", *command]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            arguments, cwd=self.root, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *command: str, **env: str) -> tuple[int, str]:
        """Exit code and terminal output of a command."""
        process = self.start(*command, **env)
        output, _ = process.communicate(timeout=100)
        return process.returncode, output

    def build(self, *arguments: str, **env: str) -> str:
        """Terminal output of a build that succeeds."""
        code, output = self.run("doit", *arguments, **env)
        assert code == 0, output
        return output

    def fail(self, *arguments: str, **env: str) -> str:
        """Terminal output of a build that fails."""
        code, output = self.run("doit", *arguments, **env)
        assert code not in (0, None), output
        assert "Traceback" not in output
        return output

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)

    def hashes(self, *folders: str) -> dict[str, str]:
        """Content of every file below the folders (all but .build and caches without one), by path."""
        files = [file for folder in folders or (".",) for file in (self.root / folder).rglob("*") if file.is_file()]
        paths = [file.relative_to(self.root).as_posix() for file in files]
        return {
            path: hashlib.sha256((self.root / path).read_bytes()).hexdigest()
            for path in paths
            if folders or not ("__pycache__" in path or path.startswith(".build/"))
        }


def ran(output: str) -> list[str]:
    """The tasks that a build carried out, sorted."""
    return sorted(re.findall(r"s\] (\S+) done in", output))


def outputs(project: Project) -> dict[str, str]:
    return {path: sha for path, sha in project.hashes().items() if path.startswith(("data/", "reports/", "README.md"))}


def processes(project: Project) -> list[str]:
    """Processes that run in the folder of this project: builds, kernels, the server that kernels are forked from."""
    running = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(project.root):
                running.append(process.name)
        except OSError:
            continue
    return running


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited for 30 s in vain"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
