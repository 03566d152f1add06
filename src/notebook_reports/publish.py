"""Executed notebooks to the files of the site, in a mirror of the project (see `runner.mirror`); and from there, all at
once, to where readers find them. Each is written beside its place and renamed: never half a page."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from types import ModuleType

import nbformat
from nbformat import NotebookNode

from notebook_reports import datapackage, paths
from notebook_reports import pages as report
from notebook_reports.cite import as_words
from notebook_reports.errors import BuildError
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.reading import shortened

EXECUTED = BUILD / "executed"


def read_executed(name: str, executed: Path = EXECUTED) -> NotebookNode:
    """An executed notebook, without what its tags keep from readers. BuildError where it is none."""
    faults: dict[str, Exception] = {}
    try:
        notebook = nbformat.read(executed / f"{name}.ipynb", as_version=4, capture_validation_error=faults)
    except Exception as error:  # what nbformat raises where it is no notebook has no common base
        faults["error"] = error
    if faults:
        what = shortened(str(*faults.values()).partition("\n")[0])
        raise BuildError(f"{name}: its executed copy is no notebook of format 4 ({what}): build it anew.")
    return report.without_removed(notebook)


def page(name: str, titles: dict[str, str], site: Path, executed: Path = EXECUTED, experiment: str = "") -> None:
    """Write reports/NAME.html below `site`; `titles`: question of each notebook by name, in order."""
    notebook = read_executed(name, executed)
    with as_build_error():
        own = report.read_page(notebook, name)
        pages = [own if other == name else report.Page(other, title, as_words("")) for other, title in titles.items()]
        html = report.page(notebook, name, pages, experiment)
    paths.write(site / "reports" / f"{name}.html", html.encode())


def index(
    names: list[str],
    front_page: ModuleType,
    languages: Sequence[str],
    site: Path,
    executed: Path = EXECUTED,
    experiment: str = "",
) -> None:
    """Write reports/index.html below `site` from the executed notebooks `names`, a page in each of the `languages` and
    the picture of the site; `front_page`: see `runner.graph.FrontPage`. BuildError where that is of no figure."""
    notebooks = {name: read_executed(name, executed) for name in names}
    with as_build_error():
        contents = report.Contents(
            pages=[report.read_page(notebook, name) for name, notebook in notebooks.items()],
            figures=[figure for name, notebook in notebooks.items() for figure in report.read_figures(notebook, name)],
            datapackage=datapackage.read(),
            experiment=experiment,
            source=site.joinpath,
        )
        pages = {"index": front_page.index(contents)}
        pages |= {code: front_page.in_language(contents, code) for code in languages}
        picture = report.picture(contents)
    files = {site / "reports" / f"{name}.html": html.encode() for name, html in pages.items()}
    paths.write_all(files | ({site / "reports" / "picture.png": picture} if picture else {}))


def data(tables: list[str], site: Path) -> None:
    """Copy the tables, paths below the root, to reports/data below `site`, and describe the copies there in a data
    package of their own: where they lie, and their SHA-256."""
    if missing := [table for table in tables if not (site / table).exists()]:
        raise BuildError(f"No notebook writes {', '.join(missing)}: write it, or take it out of {paths.SCHEMA}.")
    contents = {table: (site / table).read_bytes() for table in tables}
    package = deepcopy(datapackage.read())
    for resource in package["resources"]:
        content = contents[f"data/{resource['path']}"]
        resource["path"] = resource["path"].rpartition("/")[2]
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    for table, content in contents.items():
        paths.write(site / paths.copy_of(table), content)
    text = json.dumps(package, ensure_ascii=False, indent=2)
    paths.write(site / paths.copy_of(paths.SCHEMA), f"{text}\n".encode())


def edition(made: Iterable[str], readmes: Mapping[str, str], site: Path) -> None:
    """Publish what `site` holds: the files `made`, paths below the root, and the texts `readmes` by path. All of them,
    once all are known to be right."""
    new = {path: (site / path).read_bytes() for path in made} | {path: text.encode() for path, text in readmes.items()}
    places = {ROOT / path: content for path, content in new.items()}
    paths.write_all({p: content for p, content in places.items() if not p.is_file() or p.read_bytes() != content})


@contextmanager
def as_build_error() -> Iterator[None]:
    try:
        yield
    except report.ReportError as error:
        raise BuildError(str(error)) from None
