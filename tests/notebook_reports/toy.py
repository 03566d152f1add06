"""A toy project: the real dodo.py and build code, five small notebooks."""

import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GRAPH = runpy.run_path(str(ROOT / "dodo.py"))
NAMES = GRAPH["NAMES"]
N01, N02, N03, N04, N05 = NAMES
PARAMETERS = 'year: int = 2024\nshare: float = 0.5\nlabel: str = "x"\nstrict: bool = False\ncaps: list[float] = [1.0]'

COPY = """
from notebook_reports import paths
read = [paths.to_read(paths.Path(path)).read_text() for path in {reads!r}]
for path in {writes!r}:
    paths.to_write(paths.Path(path)).write_text(f"{{path}} {{year}} {{share}}\\n" + "".join(read))
"""
HEADLINE = """
from IPython.display import display
text = "Finding of {name}."
display({{"text/markdown": f"**{{text}}**"}}, raw=True, metadata={{"text/markdown": {{"headline": text}}}})
"""
MODULES = {  # the module of our package that a notebook uses
    N01: "from dprk_entries import toy_shared",
    N02: "from dprk_entries.toy_growth import factor",
    N03: "from dprk_entries import toy_shared as shared",
}


def code_cell(cell_id: str, source: str, tags: tuple[str, ...] = ()) -> dict:
    cell = {"cell_type": "code", "id": cell_id, "source": source.strip(), "metadata": {"tags": list(tags)}}
    return cell | {"execution_count": None, "outputs": []}


def toy_notebook(name: str) -> dict:
    """A notebook that reads and writes what the real one of that name does."""
    cells = [
        {"cell_type": "markdown", "id": "question", "source": f"# What of {name}?", "metadata": {}},
        code_cell("parameters", PARAMETERS, ("parameters",)),
        code_cell("imports", MODULES.get(name, "import math")),
        code_cell("copy", COPY.format(**GRAPH["NOTEBOOKS"][name])),
        code_cell("finding", HEADLINE.format(name=name)),
    ]
    kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return {"cells": cells, "metadata": {"kernelspec": kernelspec}, "nbformat": 4, "nbformat_minor": 5}


class Toy:
    """A project with the real dodo.py and package, toy notebooks and tables."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        shutil.copy(ROOT / "dodo.py", root)
        self.write("src/dprk_entries/toy_shared.py", "one = 1\n")
        self.write("src/dprk_entries/toy_growth.py", "from dprk_entries.toy_shared import one\nfactor = one\n")
        for table in GRAPH["RAW"]:
            self.write(table, f"id\n{Path(table).stem}\n")
        field = {"name": "id", "type": "string", "description": "key", "constraints": {"required": True}}
        resources = [
            {"name": stem, "path": path.removeprefix("data/"), "description": stem, "schema": {"fields": [field]}}
            for path in [*GRAPH["RAW"], *GRAPH["PROCESSED"]]
            for stem in [Path(path).stem]
        ]
        about = {"name": "toy", "title": "Toy", "description": "A toy.", "version": "1.0.0"}
        self.write(GRAPH["SCHEMA"], json.dumps({**about, "resources": resources}))
        self.write("locks/build.lock", "toy\n")
        for file, part in (("README.md", "findings"), ("data/README.md", "dictionary")):
            self.write(file, f"# Toy\n<!-- {part}:begin -->\n<!-- {part}:end -->\nby hand\n")
        for name in NAMES:
            self.write(f"notebooks/{name}.ipynb", json.dumps(toy_notebook(name)))

    @classmethod
    def at(cls, root: Path) -> "Toy":
        """A project that is there already."""
        toy = object.__new__(cls)
        toy.root = root
        return toy

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def cell(self, name: str, cell_id: str, source: str, tags: tuple[str, ...] = ()) -> None:
        """Replace a cell of a notebook."""
        notebook = toy_notebook(name)
        cells = notebook["cells"]
        notebook["cells"] = [code_cell(cell_id, source, tags) if c["id"] == cell_id else c for c in cells]
        self.write(f"notebooks/{name}.ipynb", json.dumps(notebook))

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


def outputs(toy: Toy) -> dict[str, str]:
    return {path: sha for path, sha in toy.hashes().items() if path.startswith(("data/", "reports/", "README.md"))}


def processes(toy: Toy) -> list[str]:
    """Processes that run code of this toy project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(toy.root) in (process / "cmdline").read_text():
                found.append(process.name)
        except OSError:
            continue
    return found


def wait_for(condition) -> None:
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
