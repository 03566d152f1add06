"""Executed notebooks to the files of the site. Each is written beside its place and renamed: never half a page."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dprk_entries import report
from dprk_entries.build import BuildError
from dprk_entries.paths import BUILD, ROOT, SCHEMA

EXECUTED = BUILD / "executed"


def read_executed(name: str, executed: Path = EXECUTED) -> NotebookNode:
    return nbformat.read(executed / f"{name}.ipynb", as_version=4)


def page(name: str, titles: dict[str, str], executed: Path = EXECUTED, site: Path = ROOT) -> None:
    """Write reports/NAME.html below `site`; `titles`: question of each notebook by name, in order."""
    notebook = read_executed(name, executed)
    with as_build_error():
        own = report.read_page(notebook, name)
        pages = [own if other == name else report.Page(other, title, "") for other, title in titles.items()]
        html = report.page(notebook, name, pages)
    write(site / "reports" / f"{name}.html", html)


def index(names: list[str], executed: Path = EXECUTED, site: Path = ROOT) -> None:
    """Write reports/index.html below `site` from the executed notebooks `names`."""
    notebooks = {name: read_executed(name, executed) for name in names}
    datapackage = json.loads(SCHEMA.read_text("utf-8"))
    with as_build_error():
        pages = [report.read_page(notebook, name) for name, notebook in notebooks.items()]
        figures = [figure for notebook in notebooks.values() for figure in report.read_figures(notebook)]
        html = report.index(pages, figures, datapackage)
    write(site / "reports" / "index.html", html)


def copy(copies: dict[str, str], source: Callable[[str], Path] = ROOT.joinpath, site: Path = ROOT) -> None:
    """Copy each file, a path below the root, to its place below `site`; `source` says where to read it."""
    for original, place in copies.items():
        with replacing(site / place) as unfinished:
            shutil.copyfile(source(original), unfinished)


@contextmanager
def as_build_error() -> Iterator[None]:
    try:
        yield
    except report.ReportError as error:
        raise BuildError(str(error)) from None


def write(path: Path, text: str) -> None:
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what then becomes `path` in one step; gone if that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
