"""Time the build beside the ordinary ways to run the same notebooks:  python docs/benchmarks/build.py [ROUNDS]

Ways, interleaved: the code cells of all notebooks as one plain process, which no way can beat; papermill and nbconvert
as commands; nbconvert --execute; papermill's and nbconvert's Python interfaces; Jupyter Book 1 and mystmd, on which
Jupyter Book 2 is built: full, with nothing to do, with one notebook edited; and ours: full, with what is kept and
without, with ordinary kernels, with nothing to do, with one notebook edited, with one raw figure added; one notebook
with 1, 10 and 50 parameter sets, as a plain loop and ours; from a save to the page that shows it (see `reload`). Each
in a copy of the project, with kernels of this environment. A first round looks at memory; then come medians of ROUNDS
(three), but of what takes long one run. Then, once, from a bare clone to open reports, with caches and without. Writes
the table to .build/bench/latest.txt and to README.md here, medians and ratios to .build/bench/latest.json.
"""

import csv
import ctypes
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psutil
import reload

from notebook_reports.pages.check import best_type
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.readme import replaced

PYTHON = sys.executable
COPIED = ("src", "notebooks", "data", "reports", "dodo.py", "README.md", "locks", "pyproject.toml")
KEPT = ("imports.kept", "schema.kept", "site/.build/influence.kept", "home/matplotlib/drawn")  # in .build/
EVERY = 0.05  # seconds between two looks at the memory
LOOKING = threading.Event()  # set in the round that looks and times nothing: a look at six processes takes 0.04 s
SWEPT, PARAMETER = "03-estimate-visa-laundering-share", "entries_per_student_high"
SETS = (1, 10, 50)
ENOUGH = 3  # rounds, for README.md
README = Path(__file__).with_name("README.md")
PLAIN = """
import json, pathlib, sys
for path in sorted(pathlib.Path(".").glob("*.ipynb")):
    names = {"__name__": "__main__"}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), path.name, "exec"), names)
"""
PLAIN_LOOP = """
import json, pathlib, sys
cells = json.loads(pathlib.Path(sys.argv[1] + ".ipynb").read_text(encoding="utf-8"))["cells"]
for value in sys.argv[3:]:
    names = {"__name__": "__main__"}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), sys.argv[1], "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names[sys.argv[2]] = float(value)
"""
IN_PYTHON = """
import pathlib, sys, nbformat, papermill
from nbconvert import HTMLExporter
for path in sorted(pathlib.Path(".").glob("*.ipynb")):
    papermill.execute_notebook(str(path), f"{sys.argv[1]}/{path.name}", progress_bar=False)
    html, _ = HTMLExporter().from_notebook_node(nbformat.read(f"{sys.argv[1]}/{path.name}", 4))
    pathlib.Path(sys.argv[1], path.stem + ".html").write_text(html, encoding="utf-8")
"""
PEERS = {
    "Jupyter Book 1": ["jupyter-book", "build", "."],
    "mystmd without pages": ["myst", "build", "--execute", "--site", "--strict"],
}
PEERS_BIN = ROOT / ".venv-peers" / "bin"
PEERS_FILES = {  # beside the notebooks; mystmd would fetch a theme, and its server refuses to run as root
    "_config.yml": "title: Notebooks\nexecute: {execute_notebooks: cache, raise_on_error: true, timeout: -1}\n",
    "_toc.yml": "format: jb-book\nroot: 01-clean-source-figures\nchapters: [glob: '*']\n",
    "myst.yml": "version: 1\nproject: {toc: [pattern: '*.ipynb']}\nsite: {template: .}\n",
    "template.yml": "jtex: v1\n",
    "jupyter_server_config.json": '{"ServerApp": {"allow_root": true}}\n',
}
FIGURE = {  # a row more of each table; what is not given stays empty
    "observations.csv": {
        "observation_id": "F9999", "source_id": "DAILY20261101", "series": "border_entries", "nationality": "PRK",
        "period": "2022-Q4", "purpose": "_T", "transport": "_T", "as_stated": "about 130", "value": "130",
        "qualifier": "approx", "precision": "10", "unit": "crossings", "locator": "para 2",
    },
    "sources.csv": {
        "source_id": "DAILY20261101", "publisher": "The Daily", "title": "A headline", "published": "2026-11-01",
        "url": "https://example.org/a", "accessed": "2026-11-23", "language": "en", "underlying": "border service",
        "read_by": "DAILY",
    },
}  # fmt: skip


class Cost(NamedTuple):
    """Of one run, its processes together: seconds by the clock, seconds of all cores, and MiB at the peak, where what
    processes share counts once; 0 where nobody looked."""

    wall: float
    cpu: float
    peak: float


def measure(commands: list[list[str]], folder: Path, env: dict[str, str]) -> Cost:
    """Run commands one after the other. Raises CalledProcessError for one that fails."""
    done, peak = threading.Event(), [0.0]

    def watch() -> None:
        own = psutil.Process()
        while LOOKING.is_set() and not done.wait(EVERY):
            peak[0] = max(peak[0], sum(map(memory, own.children(recursive=True))) / 2**20)

    watcher = threading.Thread(target=watch)
    before, start = os.times(), time.perf_counter()
    watcher.start()
    try:
        for command in commands:
            subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
        wall = time.perf_counter() - start
    finally:
        done.set()
        watcher.join()
        end_orphans()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, peak[0])


def in_all(looked: Cost, *timed: Cost) -> Cost:
    """The peak of the first run, medians of the others."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in timed) for name in ("wall", "cpu")), looked.peak)


def adopt_orphans() -> None:
    """On Linux, be the parent of processes whose own has ended, so that their CPU time counts too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def end_orphans() -> None:
    """End what a command has left running: mystmd leaves the server of its kernels."""
    while orphans := psutil.Process().children():
        for orphan in orphans:
            orphan.kill()
        psutil.wait_procs(orphans)


def memory(process: psutil.Process) -> int:
    """Bytes of a process, those it shares in proportion; 0 when it has ended."""
    try:
        told = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * int(re.search(r"^Pss: +(\d+)", told, re.MULTILINE)[1]) if told else 0


class Copy:
    """A copy of the project that each way may change."""

    def __init__(self, root: Path):
        self.root, self.notebooks = root, root / "notebooks"
        root.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, root / name)
        self.names = sorted(path.name for path in self.notebooks.glob("*.ipynb"))
        self.edits = 0

    def environment(self, output: Path | None = None) -> dict[str, str]:
        env = os.environ | {"PYTHONPATH": str(self.root / "src"), "MPLBACKEND": "agg"}
        return env | ({"NOTEBOOK_REPORTS_OUTPUT": str(output)} if output else {})

    def ordinary(self, *commands: Callable[[str, str], list[str]] | list[str], one: str = "", **env: str) -> Cost:
        """Commands in the folder of the notebooks, once for each notebook, or for `one`, where they are functions of
        its name."""
        with tempfile.TemporaryDirectory() as output:
            names = [one] if one else self.names
            told = [command for command in commands if isinstance(command, list)]
            told += [command(name, output) for name in names for command in commands if callable(command)]
            told = [[part.replace("OUTPUT", output) for part in command] for command in told]
            return measure(told, self.notebooks, self.environment(Path(output)) | env)

    def doit(self, **env: str) -> Cost:
        return measure([[PYTHON, "-m", "doit"]], self.root, self.environment() | env)

    def full(self, keep: bool = False, **env: str) -> Cost:
        """All notebooks and pages; `keep`: with what earlier builds have kept because it takes long."""
        build = self.root / ".build"
        made = [build / "executed", build / "memory.json", *(build / "site").glob("[!.]*")]
        for path in [*made, *(() if keep else map(build.joinpath, KEPT))]:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        return self.doit(**env)

    def plain_loop(self, sets: int) -> Cost:
        return self.ordinary([PYTHON, "-c", PLAIN_LOOP, SWEPT, PARAMETER, *map(str, range(1, sets + 1))])

    def sweep(self, sets: int) -> Cost:
        shutil.rmtree(self.root / ".build" / "sets", ignore_errors=True)  # what was done is not done twice
        values = [f"{PARAMETER}=1", *map(str, range(2, sets + 1))]
        command = [
            PYTHON,
            "-m",
            "notebook_reports.runner.experiment",
            SWEPT,
            "-p",
            *values,
            "--to",
            str(self.root.parent / "swept"),
        ]
        return measure([command], self.root, self.environment())

    def edit(self) -> None:
        self.edits += 1
        path = self.notebooks / "02-analyze-growth.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        next(cell for cell in notebook["cells"] if cell["id"] == "headline")["source"][-1] += f"\n# edit {self.edits}"
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def edited(self) -> Cost:
        self.edit()
        return self.doit()

    def figure_added(self) -> Cost:
        tables = {self.root / "data/raw" / name: row for name, row in FIGURE.items()}
        before = {table: table.read_text(encoding="utf-8") for table in tables}
        for table, row in tables.items():
            with table.open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, before[table].split("\n")[0].split(","), lineterminator="\n").writerow(row)
        cost = self.doit()
        for table, text in before.items():
            table.write_text(text, encoding="utf-8")
        self.doit()
        return cost


class Peer:
    """A copy whose notebooks one of PEERS runs, with a cache of its own."""

    def __init__(self, root: Path, command: list[str]):
        self.copy, self.command = Copy(root), [str(PEERS_BIN / command[0]), *command[1:]]
        for name, text in PEERS_FILES.items():
            (self.copy.notebooks / name).write_text(text, encoding="utf-8")

    def run(self) -> Cost:
        path, config = f"{PEERS_BIN}{os.pathsep}{os.environ['PATH']}", str(self.copy.notebooks)
        return self.copy.ordinary(self.command, PATH=path, JUPYTER_CONFIG_PATH=config, MYSTMD_ALLOW_NODEENV="no")

    def full(self) -> Cost:
        shutil.rmtree(self.copy.notebooks / "_build", ignore_errors=True)
        return self.run()

    def edited(self) -> Cost:
        self.copy.edit()
        return self.run()


def peers_in(folder: Path) -> dict[str, Peer]:
    """Those that run here. Each has then run once, as ours has, for what is made only once."""
    peers = {}
    for name, command in PEERS.items():
        peer = Peer(folder / command[0], command)
        try:
            peer.run()
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            print(f"{name} does not run here, its rows are left out: {error}", file=sys.stderr)
        else:
            peers[name] = peer
    return peers


def counted(name: str, sets: int) -> str:
    """One set is an ordinary experiment: with the notebooks that depend on it, and pages."""
    return f"{name}, {sets} set{'s' * (sets > 1)}"


def papermill(name: str, output: str) -> list[str]:
    return [PYTHON, "-m", "papermill", name, f"{output}/{name}"]


def render(name: str, output: str) -> list[str]:
    return [PYTHON, "-m", "nbconvert", "--to", "html", f"{output}/{name}"]


def execute(name: str, output: str) -> list[str]:
    return [PYTHON, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", output, name]


def ways(copy: Copy, peers: dict[str, Peer]) -> dict[str, Callable[[], Cost]]:
    by_peers = {}
    for name, peer in peers.items():
        by_peers[f"{name}, full"] = peer.full
        by_peers[f"{name}, nothing to do"] = peer.run
        by_peers[f"{name}, one notebook edited"] = peer.edited
    return {
        "plain process": lambda: copy.ordinary([PYTHON, "-c", PLAIN]),
        "papermill and nbconvert, commands": lambda: copy.ordinary(papermill, render),
        "nbconvert --execute": lambda: copy.ordinary(execute),
        "papermill and nbconvert, in Python": lambda: copy.ordinary([PYTHON, "-c", IN_PYTHON, "OUTPUT"]),
        **by_peers,
        "ours, full": copy.full,
        "ours, full, with what is kept": partial(copy.full, keep=True),
        "ours, full, ordinary kernels": lambda: copy.full(NOTEBOOK_REPORTS_KERNELS="ordinary"),
        "ours, nothing to do": copy.doit,
        "ours, one notebook edited": copy.edited,
        "ours, one raw figure added": copy.figure_added,
    } | {
        counted(name, sets): partial(run, sets)
        for sets in SETS
        for name, run in (("plain loop", copy.plain_loop), ("ours", copy.sweep))
    }


def saves(copy: Copy, number: int) -> dict[str, float]:
    """Seconds from a save to the page that shows it, by the preview; and what the commands take for that page alone."""
    previewed = reload.by_preview(copy.root, copy.environment(), f"{number}")
    found = {f"preview, {what}": seconds for what, seconds in previewed.items()}
    for name in reload.NOTEBOOKS:
        one = f"{name}.ipynb"
        found[f"papermill and nbconvert, notebook {name[:2]}"] = copy.ordinary(papermill, render, one=one).wall
        found[f"nbconvert --execute, notebook {name[:2]}"] = copy.ordinary(execute, one=one).wall
    return found


def saves_table(saved: dict[str, float], plain: float) -> str:
    rows = [f"| {what} | {seconds:.2f} | {seconds / plain:.2f} |" for what, seconds in saved.items()]
    return "\n".join(["\n", "| from a save to the page | seconds | times plain |", "|---|--:|--:|", *rows])


def set_up(caches: bool) -> Cost:
    """From a bare clone to the reports, with the caches of pip and uv or without."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", ROOT, f"{folder}/clone"], check=True)
        env = {
            name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "VIRTUAL_ENV")
        }
        if not caches:
            env |= {name: f"{folder}/{name}" for name in ("HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR")}
        return measure([["make", "reports"]], Path(folder, "clone"), env)


def page_bytes() -> list[tuple[str, int, int]]:
    """Name of each page made from a notebook, its bytes, and those of the outputs that it shows."""
    sizes = []
    for path in sorted((BUILD / "executed").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        shown = ["".join(output.get("text") or output["data"][best_type(output["data"])]) for output in outputs]
        page = ROOT / "reports" / f"{path.stem}.html"
        sizes.append((path.stem, page.stat().st_size, sum(len(text.encode()) for text in shown)))
    return sizes


def table(median: dict[str, Cost], rounds: int) -> str:
    """The costs in words and as a table in Markdown, with the time of the plain process, or of the plain loop, as 1."""
    lines = ["| way | seconds | times plain | CPU seconds | peak MiB |", "|---|--:|--:|--:|--:|"]
    for name, cost in median.items():
        sets = name.partition(", ")[2] if name.endswith(("set", "sets")) else ""
        plain = median[f"plain loop, {sets}" if sets else "plain process"].wall
        times = "" if name.startswith("from") else f"{cost.wall / plain:.2f}"
        peak = f"{cost.peak:.0f}" if cost.peak else ""
        lines.append(f"| {name} | {cost.wall:.2f} | {times} | {cost.cpu:.1f} | {peak} |")
    lines += ["", "| page | kB | its outputs, kB | all else, kB |", "|---|--:|--:|--:|"]
    for name, size, outputs in page_bytes():
        lines.append(f"| {name} | {size / 1000:.0f} | {outputs / 1000:.0f} | {(size - outputs) / 1000:.0f} |")
    about = f"{date.today():%-d %B %Y}, Python {platform.python_version()}, {os.cpu_count()} cores"
    found = ratios(median)
    told = (
        f"A full build takes {found['full_over_plain']:.2f} times the plain process and "
        f"{found['full_over_commands']:.2f} times the commands, and {found['peak_mib']:.0f} MiB at its peak; "
        f"with nothing to do {found['noop_seconds']:.2f} s; after one edit {found['edit_over_plain']:.2f} times the "
        f"plain process; {max(SETS)} parameter sets {found['sweep50_over_plain']:.2f} times the plain loop."
    )
    how = f"Medians of {rounds} rounds; the ways of others, {max(SETS)} sets and set-up once: {about}."
    return "\n".join([told, "", how, "", *lines])


def ratios(median: dict[str, Cost]) -> dict[str, float]:
    plain, full = median["plain process"].wall, median["ours, full"]
    most = max(SETS)
    return {
        "full_over_plain": full.wall / plain,
        "full_over_commands": full.wall / median["papermill and nbconvert, commands"].wall,
        "noop_seconds": median["ours, nothing to do"].wall,
        "edit_over_plain": median["ours, one notebook edited"].wall / plain,
        "sweep50_over_plain": median[counted("ours", most)].wall / median[counted("plain loop", most)].wall,
        "peak_mib": full.peak,
    }


def is_long(name: str) -> bool:
    """Whether a way is timed but once: those of others, and as many sets as take minutes."""
    return not name.startswith(("plain", "ours")) or name.endswith(f"{max(SETS)} sets")


def write_part(part: str, text: str) -> None:
    """Write what was measured between the markers of `part` in README.md, beside this file."""
    README.write_text(replaced(README.read_text("utf-8"), part, text, "docs/benchmarks/README.md"), encoding="utf-8")


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else ENOUGH
    costs: dict[str, list[Cost]] = {}
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder, "project"))
        copy.doit()  # the fonts' cache, and compiled modules
        peers = peers_in(Path(folder))
        previewed, saved = Copy(Path(folder, "previewed")), {}
        for number in range(-1, rounds):
            LOOKING.clear() if number >= 0 else LOOKING.set()
            for name, run in ways(copy, peers).items():
                if number <= 0 or not is_long(name):
                    costs.setdefault(name, []).append(run())
            if number >= 0:
                for what, seconds in saves(previewed, number).items():
                    saved.setdefault(what, []).append(seconds)
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    median = {name: in_all(*own) for name, own in costs.items()}
    median |= {
        "from a bare clone, with caches": set_up(caches=True),
        "from a bare clone, without": set_up(caches=False),
    }
    shown = {what: statistics.median(own) for what, own in saved.items()}
    found, text = ratios(median), table(median, rounds) + saves_table(shown, median["plain process"].wall)
    print(text, "", *(f"{name}: {value:.2f}" for name, value in found.items()), sep="\n")
    latest = BUILD / "bench"
    latest.mkdir(parents=True, exist_ok=True)
    (latest / "latest.txt").write_text(text + "\n", encoding="utf-8")
    found |= {"rounds": rounds, "medians": {name: cost._asdict() for name, cost in median.items()}, "saves": shown}
    (latest / "latest.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if rounds >= ENOUGH:
        write_part("bench", text)


if __name__ == "__main__":
    main(sys.argv[1:])
