"""What goes wrong while a project is built, at random moments, and whether the next build heals it:

    python tests/check_faults.py [ROUNDS [SEED]]

Each round takes the example project, up to date and committed, edits a table, builds with one fault, takes the edit
back and builds again. Then every file must be as committed, a third build must have nothing to do, and no process,
socket, part of a file or temporary folder may be left. A round that fails names its seed, which repeats it
(`python tests/check_faults.py 1 SEED`), and keeps its folder.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from projects import Project, processes, wait_for

EXAMPLE = Path(__file__).parent / "notebook_reports" / "example"
TABLE = "data/raw/harvests.csv"
KERNELS = ".build/site/notebooks"  # where they run; the warm server runs in notebooks
PATIENCE = 100  # seconds for a build


class Round(Project):
    """A copy of the example for one fault. `longest`: seconds that a build of everything takes."""

    def __init__(self, root: Path, seed: int, longest: float) -> None:
        super().__init__(root)
        self.random, self.longest, self.table = Random(seed), longest, self.read(TABLE)
        self.temporary = root.parent / "tmp"  # of its builds alone, and empty after them

    def start(self, *command: str, **env: str) -> subprocess.Popen:
        return super().start(*command, **{"TMPDIR": str(self.temporary)} | env)

    def begin(self) -> subprocess.Popen:
        """A build of everything, and of an edited table; nobody knows how far it is when this returns."""
        self.write(TABLE, self.table.replace(",12", ",13"))
        process = self.start("doit", "--always-execute")
        time.sleep(self.random.uniform(0, self.longest))
        return process

    def end(self, process: subprocess.Popen) -> str:
        """What a build has said, once it has ended; no traceback, but where Python itself was interrupted."""
        said, _ = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in said or said.endswith("KeyboardInterrupt\n"), said
        return said

    def send(self, signum: int, folder: str = "") -> None:
        """To the processes that run in a folder, if any do yet."""
        for process in map(int, processes(Project(self.root / folder))):
            with suppress(ProcessLookupError):
                os.kill(process, signum)

    def check_healed(self) -> None:
        wait_for(lambda: not processes(self))
        self.write(TABLE, self.table)
        self.build()
        changed = subprocess.run(["git", "status", "--porcelain"], cwd=self.root, capture_output=True, text=True).stdout
        assert not changed, f"not as committed:\n{changed}"
        said = self.build()
        assert said.startswith("Nothing to do"), said
        left = [*self.root.rglob("*.part"), *self.temporary.iterdir(), *processes(self)]
        assert not left, f"left: {left}"


def kill_all_at_once(build: Round) -> None:
    process = build.begin()
    build.send(signal.SIGKILL)
    build.end(process)


def kill_the_build(build: Round) -> None:
    process = build.begin()
    process.kill()
    build.end(process)


def kill_the_warm_server(build: Round) -> None:
    process = build.begin()
    build.send(signal.SIGKILL, "notebooks")
    build.end(process)


def kill_the_kernels(build: Round) -> None:
    process = build.begin()
    build.send(signal.SIGKILL, KERNELS)
    build.end(process)


def stop_and_continue(build: Round) -> None:
    """All of a build, its warm server, or its kernels."""
    process = build.begin()
    folder = build.random.choice(["", "notebooks", KERNELS])
    build.send(signal.SIGSTOP, folder)
    time.sleep(build.random.uniform(0, 2))
    build.send(signal.SIGCONT, folder)
    said = build.end(process)
    assert process.returncode == 0, said


def interrupt(build: Round) -> None:
    process = build.begin()
    signum = build.random.choice([signal.SIGINT, signal.SIGTERM])
    process.send_signal(signum)
    said = build.end(process)
    assert process.returncode in (0, 2, 128 + signum, -signum), said
    assert "Interrupted" not in said or not processes(build), "it said that it was interrupted, and goes on"


def fill_the_disk(build: Round) -> None:
    """Of what the build makes: a disk with no more than a random rest free."""
    folder = build.root / build.random.choice([".build", "reports"])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    try:
        free = int(4 * 2**20 * build.random.random() ** 2)  # more often little
        with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
            filler.write(bytes(4 * 2**20 - free))
        build.end(build.begin())
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def damage_what_is_remembered(build: Round) -> None:
    """Cut off files of .build, or exchange a byte."""
    files = sorted(path for path in (build.root / ".build").rglob("*") if path.is_file() and not path.is_symlink())
    for file in build.random.sample(files, 3):
        content = bytearray(file.read_bytes())
        place = build.random.randrange(len(content) + 1)
        if build.random.random() < 0.5 or place == len(content):
            del content[place:]
        else:
            content[place] ^= 1 << build.random.randrange(8)
        file.write_bytes(content)


def build_twice_at_once(build: Round) -> None:
    first = build.begin()
    second = build.start("doit", "--always-execute")
    said = [build.end(process) for process in (first, second)]
    codes = {first.returncode, second.returncode}
    assert codes == {0} or (0 in codes and any("Another build" in each for each in said)), said


def edit_and_take_back(build: Round) -> None:
    """A table, while the build may read it."""
    process = build.begin()
    build.write(TABLE, build.table.replace(",12", ",14"))
    time.sleep(build.random.uniform(0, build.longest / 2))
    build.write(TABLE, build.table)
    build.end(process)


FAULTS = [
    kill_all_at_once, kill_the_build, kill_the_warm_server, kill_the_kernels, stop_and_continue, interrupt,
    fill_the_disk, damage_what_is_remembered, build_twice_at_once, edit_and_take_back,
]  # fmt: skip


def prepare(folder: Path) -> tuple[Path, float]:
    """The example, built and committed, and the seconds that all of it takes."""
    example = Project(Path(shutil.copytree(EXAMPLE, folder / "example", ignore=shutil.ignore_patterns(".build"))))
    example.build()
    start = time.monotonic()
    example.build("--always-execute")
    longest = time.monotonic() - start
    example.write(".gitignore", ".build/\n__pycache__/\n")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "as it should be"]):
        example.git(*command)
    return example.root, longest


def may_mount(folder: Path) -> bool:
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True).returncode:
        return False
    return not subprocess.run(["umount", folder]).returncode


def try_round(fault: Callable[[Round], None], example: Path, seed: int, longest: float) -> str:
    """What went wrong, "" if nothing did."""
    folder = Path(tempfile.mkdtemp(prefix="fault-"))
    (folder / "tmp").mkdir()
    build = Round(Path(shutil.copytree(example, folder / "example", symlinks=True)), seed, longest)
    try:
        fault(build)
        build.check_healed()
    except (AssertionError, subprocess.TimeoutExpired) as error:
        build.send(signal.SIGKILL)
        return f"{fault.__name__}, seed {seed}, kept in {folder}:\n{error}"
    shutil.rmtree(folder)
    return ""


def main(rounds: int = len(FAULTS), seed: int = 0) -> int:
    start = time.monotonic()
    done: Counter[str] = Counter()
    failures = []
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        example, longest = prepare(Path(folder))
        if not may_mount(Path(folder)):
            FAULTS[FAULTS.index(fill_the_disk)] = kill_the_build
            print("No disk is filled: only root may mount a small one.")
        for each in range(seed, seed + rounds):
            fault = FAULTS[each % len(FAULTS)]
            done[fault.__name__] += 1
            if failure := try_round(fault, example, each, longest):
                failures.append(failure)
                print(failure, flush=True)
    for name, count in done.items():
        print(f"{count:5} {name.replace('_', ' ')}")
    print(f"{len(failures)} of {rounds} rounds failed, {time.monotonic() - start:.0f} s")
    return min(len(failures), 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
