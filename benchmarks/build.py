"""Time the build beside the ordinary ways to run the same notebooks:  python benchmarks/build.py [ROUNDS]

Ways, interleaved, medians of ROUNDS (five): the code cells of all notebooks as one plain process, which no way can
beat; papermill and nbconvert as commands; nbconvert --execute; papermill's and nbconvert's Python interfaces; and ours:
full, with nothing to do, with one notebook edited, with one raw figure added. Each in a copy of the project, in this
environment. Prints a table and writes .build/bench/latest.json.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil

from dprk_entries.paths import BUILD, ROOT

PYTHON = sys.executable
COPIED = ("src", "notebooks", "data", "reports", "dodo.py", "README.md", "requirements.lock", "pyproject.toml")
EVERY = 0.02  # seconds between two looks at the memory
PLAIN = """
import json, pathlib, sys
for path in sorted(pathlib.Path(".").glob("*.ipynb")):
    names = {"__name__": "__main__"}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), path.name, "exec"), names)
"""
IN_PYTHON = """
import pathlib, sys, nbformat, papermill
from nbconvert import HTMLExporter
for path in sorted(pathlib.Path(".").glob("*.ipynb")):
    papermill.execute_notebook(str(path), f"{sys.argv[1]}/{path.name}", progress_bar=False)
    html, _ = HTMLExporter().from_notebook_node(nbformat.read(f"{sys.argv[1]}/{path.name}", 4))
    pathlib.Path(sys.argv[1], path.stem + ".html").write_text(html, encoding="utf-8")
"""
FIGURE = (
    "F9999,DAILY20261101,border_entries,PRK,2022-Q4,_T,_T,,about 130,130,,approx,10,crossings,,para 2,\n",
    "DAILY20261101,The Daily,A headline,,2026-11-01,https://example.org/a,,2026-11-23,en,border service,DAILY,\n",
)


class Cost(NamedTuple):
    """Of one run, its processes together: seconds by the clock, seconds of all cores, and MiB at the peak."""

    wall: float
    cpu: float
    peak: float


def measure(commands: list[list[str]], folder: Path, env: dict[str, str]) -> Cost:
    """Run commands one after the other. Raises CalledProcessError for one that fails."""
    done, peak = threading.Event(), [0.0]

    def watch() -> None:
        own = psutil.Process()
        while not done.wait(EVERY):
            total = 0
            for process in own.children(recursive=True):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak[0] = max(peak[0], total / 2**20)

    watcher = threading.Thread(target=watch)
    before, start = os.times(), time.perf_counter()
    watcher.start()
    try:
        for command in commands:
            subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    finally:
        done.set()
        watcher.join()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - start, cpu, peak[0])


class Copy:
    """A copy of the project that each way may change."""

    def __init__(self, root: Path):
        self.root, self.notebooks = root, root / "notebooks"
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, root / name)
        self.names = sorted(path.name for path in self.notebooks.glob("*.ipynb"))
        self.edits = 0

    def environment(self, output: Path | None = None) -> dict[str, str]:
        env = os.environ | {"PYTHONPATH": str(self.root / "src"), "MPLBACKEND": "agg"}
        return env | ({"DPRK_ENTRIES_OUTPUT": str(output)} if output else {})

    def ordinary(self, *commands: Callable[[str, str], list[str]] | list[str]) -> Cost:
        """Commands in the folder of the notebooks, once for each notebook where they are functions of its name."""
        with tempfile.TemporaryDirectory() as output:
            told = [command for command in commands if isinstance(command, list)]
            told += [command(name, output) for name in self.names for command in commands if callable(command)]
            told = [[part.replace("OUTPUT", output) for part in command] for command in told]
            return measure(told, self.notebooks, self.environment(Path(output)))

    def doit(self) -> Cost:
        return measure([[PYTHON, "-m", "doit"]], self.root, self.environment())

    def full(self) -> Cost:
        for part in ("executed", "doit.json"):
            path = self.root / ".build" / part
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return self.doit()

    def edited(self) -> Cost:
        self.edits += 1
        path = self.notebooks / "02-analyze-growth.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        next(cell for cell in notebook["cells"] if cell["id"] == "headline")["source"][-1] += f"\n# edit {self.edits}"
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return self.doit()

    def figure_added(self) -> Cost:
        tables = [self.root / "data/raw" / name for name in ("observations.csv", "sources.csv")]
        before = [table.read_text(encoding="utf-8") for table in tables]
        for table, text, row in zip(tables, before, FIGURE, strict=True):
            table.write_text(text + row, encoding="utf-8")
        cost = self.doit()
        for table, text in zip(tables, before, strict=True):
            table.write_text(text, encoding="utf-8")
        self.doit()
        return cost


def ways(copy: Copy) -> dict[str, Callable[[], Cost]]:
    def papermill(name: str, output: str) -> list[str]:
        return [PYTHON, "-m", "papermill", name, f"{output}/{name}"]

    def render(name: str, output: str) -> list[str]:
        return [PYTHON, "-m", "nbconvert", "--to", "html", f"{output}/{name}"]

    def execute(name: str, output: str) -> list[str]:
        return [PYTHON, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", output, name]

    return {
        "plain process": lambda: copy.ordinary([PYTHON, "-c", PLAIN]),
        "papermill and nbconvert, commands": lambda: copy.ordinary(papermill, render),
        "nbconvert --execute": lambda: copy.ordinary(execute),
        "papermill and nbconvert, in Python": lambda: copy.ordinary([PYTHON, "-c", IN_PYTHON, "OUTPUT"]),
        "ours, full": copy.full,
        "ours, nothing to do": copy.doit,
        "ours, one notebook edited": copy.edited,
        "ours, one raw figure added": copy.figure_added,
    }


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else 5
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        copy.doit()  # the fonts' cache, and compiled modules
        costs: dict[str, list[Cost]] = {}
        for number in range(rounds):
            for name, run in ways(copy).items():
                costs.setdefault(name, []).append(run())
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    median = {name: Cost(*map(statistics.median, zip(*own, strict=True))) for name, own in costs.items()}
    plain = median["plain process"].wall
    print(f"{'':36}{'seconds':>9}{'of plain':>10}{'CPU s':>8}{'peak MiB':>10}")
    for name, cost in median.items():
        print(f"{name:36}{cost.wall:9.2f}{cost.wall / plain:10.2f}{cost.cpu:8.1f}{cost.peak:10.0f}")
    found = {
        "full_over_plain": median["ours, full"].wall / plain,
        "full_over_commands": median["ours, full"].wall / median["papermill and nbconvert, commands"].wall,
        "noop_seconds": median["ours, nothing to do"].wall,
        "edit_over_plain": median["ours, one notebook edited"].wall / plain,
        "peak_mib": median["ours, full"].peak,
        "rounds": rounds,
        "medians": {name: cost._asdict() for name, cost in median.items()},
    }
    latest = BUILD / "bench" / "latest.json"
    latest.parent.mkdir(parents=True, exist_ok=True)
    latest.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for name in ("full_over_plain", "full_over_commands", "noop_seconds", "edit_over_plain", "peak_mib"):
        print(f"{name}: {found[name]:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
