"""Executed notebooks to the files of the site. Each is written beside its place and renamed: never half a page."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dprk_entries import paths, report
from dprk_entries.build import BuildError
from dprk_entries.paths import BUILD, ROOT, SCHEMA

EXECUTED = BUILD / "executed"


def read_executed(name: str, executed: Path = EXECUTED) -> NotebookNode:
    return nbformat.read(executed / f"{name}.ipynb", as_version=4)


def page(name: str, titles: dict[str, str], executed: Path = EXECUTED, site: Path = ROOT, experiment: str = "") -> None:
    """Write reports/NAME.html below `site`; `titles`: question of each notebook by name, in order."""
    notebook = read_executed(name, executed)
    with as_build_error():
        own = report.read_page(notebook, name)
        pages = [own if other == name else report.Page(other, title, "") for other, title in titles.items()]
        html = report.page(notebook, name, pages, experiment)
    paths.write(site / "reports" / f"{name}.html", html.encode())


def index(names: list[str], executed: Path = EXECUTED, site: Path = ROOT, experiment: str = "") -> None:
    """Write reports/index.html below `site` from the executed notebooks `names`."""
    notebooks = {name: read_executed(name, executed) for name in names}
    datapackage = json.loads(SCHEMA.read_text("utf-8"))
    with as_build_error():
        pages = [report.read_page(notebook, name) for name, notebook in notebooks.items()]
        figures = [figure for notebook in notebooks.values() for figure in report.read_figures(notebook)]
        html = report.index(pages, figures, datapackage, experiment)
    paths.write(site / "reports" / "index.html", html.encode())


def copy(copies: dict[str, str], source: Callable[[str], Path] = ROOT.joinpath, site: Path = ROOT) -> None:
    """Copy each file, a path below the root, to its place below `site`; `source` says where to read it."""
    for original, place in copies.items():
        paths.write(site / place, source(original).read_bytes())


@contextmanager
def as_build_error() -> Iterator[None]:
    try:
        yield
    except report.ReportError as error:
        raise BuildError(str(error)) from None
