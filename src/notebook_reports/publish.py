"""Executed notebooks to the files of the site. Each is written beside its place and renamed: never half a page."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from notebook_reports import datapackage, paths
from notebook_reports import pages as report
from notebook_reports.cite import as_words
from notebook_reports.errors import BuildError
from notebook_reports.paths import BUILD, ROOT

EXECUTED = BUILD / "executed"


def read_executed(name: str, executed: Path = EXECUTED) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(executed / f"{name}.ipynb", as_version=4)
    return notebook


def page(name: str, titles: dict[str, str], executed: Path = EXECUTED, site: Path = ROOT, experiment: str = "") -> None:
    """Write reports/NAME.html below `site`; `titles`: question of each notebook by name, in order."""
    notebook = read_executed(name, executed)
    with as_build_error():
        own = report.read_page(notebook, name)
        pages = [own if other == name else report.Page(other, title, as_words("")) for other, title in titles.items()]
        html = report.page(notebook, name, pages, experiment)
    paths.write(site / "reports" / f"{name}.html", html.encode())


def index(
    names: list[str],
    front_page: Callable[[report.Contents], str],
    executed: Path = EXECUTED,
    site: Path = ROOT,
    experiment: str = "",
    source: Callable[[str], Path] = ROOT.joinpath,
) -> None:
    """Write reports/index.html below `site` from the executed notebooks `names`; `source` says where to read a table
    that the front page leads with, and `front_page` makes its text (see `pages.front`)."""
    notebooks = {name: read_executed(name, executed) for name in names}
    with as_build_error():
        contents = report.Contents(
            pages=[report.read_page(notebook, name) for name, notebook in notebooks.items()],
            figures=[figure for notebook in notebooks.values() for figure in report.read_figures(notebook)],
            datapackage=datapackage.read(),
            experiment=experiment,
            source=source,
        )
        html = front_page(contents)
    paths.write(site / "reports" / "index.html", html.encode())


def copy(copies: dict[str, str], source: Callable[[str], Path] = ROOT.joinpath, site: Path = ROOT) -> None:
    """Copy each file, a path below the root, to its place below `site`; `source` says where to read it."""
    for original, place in copies.items():
        paths.write(site / place, source(original).read_bytes())


def data(tables: list[str], source: Callable[[str], Path] = ROOT.joinpath, site: Path = ROOT) -> None:
    """Copy the tables, paths below the root, to reports/data below `site`, and describe the copies there in a data
    package of their own: where they lie, how many bytes they have, and their SHA-256."""
    contents = {table: source(table).read_bytes() for table in tables}
    package = deepcopy(datapackage.read())
    for resource in package["resources"]:
        content = contents[f"data/{resource['path']}"]
        resource["path"] = resource["path"].rpartition("/")[2]
        resource |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    for table, content in contents.items():
        paths.write(site / paths.copy_of(table), content)
    text = json.dumps(package, ensure_ascii=False, indent=2)
    paths.write(site / paths.copy_of(paths.SCHEMA), f"{text}\n".encode())


@contextmanager
def as_build_error() -> Iterator[None]:
    try:
        yield
    except report.ReportError as error:
        raise BuildError(str(error)) from None
