"""A toy project: five small notebooks that copy tables, made for tests of what is built when. And the example."""

import json
import shutil
from pathlib import Path

from projects import Project

N01, N02, N03, N04, N05 = NAMES = ["01-clean", "02-grow", "03-share", "04-check", "05-draw"]
PARAMETERS = 'year: int = 2024\nshare: float = 0.5\nlabel: str = "x"\nstrict: bool = False\ncaps: list[float] = [1.0]'
CHARTS = ["yearly", "monthly"]
RAW = ["figures", "papers", "claims", "assumptions"]
PROCESSED = ["counts", "growth", "shares", "checked"]


def raw(*names: str) -> list[str]:
    return [f"data/raw/{name}.csv" for name in names]


def processed(*names: str) -> list[str]:
    return [f"data/processed/{name}.csv" for name in names]


def charts(*names: str) -> list[str]:
    return [f"reports/figures/{name}.{kind}" for name in names for kind in ("svg", "png", "csv")]


NOTEBOOKS = {
    N01: {"reads": raw("figures", "papers"), "writes": processed("counts")},
    N02: {"reads": processed("counts"), "writes": processed("growth")},
    N03: {"reads": [*processed("counts"), *raw("assumptions")], "writes": processed("shares")},
    N04: {"reads": [*processed("counts"), *raw("claims")], "writes": processed("checked")},
    N05: {"reads": processed("counts", "growth", "shares"), "writes": charts(*CHARTS)},
}
SETTINGS = """
[tool.notebook-reports]
title = "Toy"
packages = ["orchards"]
warm = []  # its notebooks import nothing that takes long
"""
DODO = """
from notebook_reports.runner.graph import DOIT_CONFIG, Graph

GRAPH = Graph()
task_reports = GRAPH.tasks
"""
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
MODULES = {  # the module of the project that a notebook uses
    N01: "from orchards import shared",
    N02: "from orchards.growth import factor",
    N03: "from orchards import shared as common",
}
# No word of another subject: neither the build nor a kernel may import what belongs to one.
ALONE = 'import sys\n\nfor name in ("dprk_entries", "reconcile"):\n    sys.modules[name] = None\n'


EXAMPLE = Path(__file__).parent / "example"


def copy_example(root: Path) -> Project:
    project = Project(Path(shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".build"))))
    project.write("src/sitecustomize.py", ALONE)
    return project


def code_cell(cell_id: str, source: str, tags: tuple[str, ...] = ()) -> dict:
    cell = {"cell_type": "code", "id": cell_id, "source": source.strip(), "metadata": {"tags": list(tags)}}
    return cell | {"execution_count": None, "outputs": []}


class Toy(Project):
    """A project of five notebooks and tables of one column."""

    @classmethod
    def make(cls, root: Path) -> "Toy":
        """Write all of it into a new folder."""
        toy = cls(root)
        toy.write("pyproject.toml", SETTINGS)
        toy.write("dodo.py", DODO)
        toy.write("requirements.lock", "toy\n")
        toy.write("src/sitecustomize.py", ALONE)
        toy.write("src/orchards/__init__.py", "")
        toy.write("src/orchards/shared.py", "one = 1\n")
        toy.write("src/orchards/growth.py", "from orchards.shared import one\nfactor = one\n")
        for name in RAW:
            toy.write(f"data/raw/{name}.csv", f"id\n{name}\n")
        field = {"name": "id", "type": "string", "description": "key", "constraints": {"required": True}}
        schema = {"fields": [field], "primaryKey": "id"}
        resources = [
            {"name": name, "path": f"{folder}/{name}.csv", "description": name, "schema": schema}
            for folder, names in (("raw", RAW), ("processed", PROCESSED))
            for name in names
        ]
        about = {"name": "toy", "title": "Toy", "description": "A toy.", "version": "1.0.0"}
        toy.write("data/datapackage.json", json.dumps({**about, "resources": resources}))
        for file, part in (("README.md", "findings"), ("data/README.md", "dictionary")):
            toy.write(file, f"# Toy\n<!-- {part}:begin -->\n<!-- {part}:end -->\nby hand\n")
        for name in NAMES:
            toy.write(f"notebooks/{name}.ipynb", json.dumps(toy.notebook(name)))
        return toy

    def notebook(self, name: str) -> dict:
        """A notebook that reads and writes what `NOTEBOOKS` says, which nobody tells the build."""
        cells = [
            {"cell_type": "markdown", "id": "question", "source": f"# What of {name}?", "metadata": {}},
            code_cell("parameters", PARAMETERS, ("parameters",)),
            code_cell("imports", MODULES.get(name, "import math")),
            code_cell("copy", COPY.format(**NOTEBOOKS[name])),
            code_cell("finding", HEADLINE.format(name=name)),
        ]
        kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
        return {"cells": cells, "metadata": {"kernelspec": kernelspec}, "nbformat": 4, "nbformat_minor": 5}

    def cell(self, name: str, cell_id: str, source: str, tags: tuple[str, ...] = ()) -> None:
        """Replace a cell of a notebook."""
        notebook = self.notebook(name)
        cells = notebook["cells"]
        notebook["cells"] = [code_cell(cell_id, source, tags) if c["id"] == cell_id else c for c in cells]
        self.write(f"notebooks/{name}.ipynb", json.dumps(notebook))
