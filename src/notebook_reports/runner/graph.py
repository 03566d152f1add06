"""doit's tasks and settings. Imports nothing heavy: what a task needs, it imports when it runs."""

import importlib
import sys
from collections.abc import Callable, Iterable
from functools import cache
from threading import Lock
from types import ModuleType

from doit.exceptions import TaskFailed

from dprk_entries.site.build import INFLUENCE
from notebook_reports.errors import BuildError
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.runner.imports import notebook_modules, with_imports
from notebook_reports.runner.notebooks import title
from notebook_reports.runner.progress import Reporter
from notebook_reports.runner.up_to_date import LeftToUnchanged, Unchanged

SOURCES = "dprk_entries.site.build"  # run as a module
loading = Lock()
BUILD.mkdir(exist_ok=True)

DOIT_CONFIG = {
    "backend": "json",  # kept in memory until the end, see `progress.save_database`
    "dep_file": str(BUILD / "doit.json"),
    "check_file_uptodate": LeftToUnchanged,
    "reporter": Reporter,
    "num_process": 2,
    "par_type": "thread",  # one process imports papermill and nbconvert once; each notebook has a kernel of its own
    "continue": True,  # a failure stops what depends on it, and nothing else
}


def executed(name: str) -> str:
    return f".build/executed/{name}.ipynb"


def notebook(name: str, reads: list[str], writes: list[str]) -> dict:
    """Run `name` in a kernel of its own and move what it wrote into place."""
    ours = notebook_modules(name) | with_imports("notebook_reports.runner.run", "notebook_reports.kernels.warm.launch")
    python = ".".join(map(str, sys.version_info[:3]))
    return task(
        run_notebook,
        [name, reads, [*writes, executed(name)]],
        reads=[f"notebooks/{name}.ipynb", *reads, "locks/build.lock", *ours],
        writes=[*writes, executed(name)],
        settings={"python": python},
    ) | {"doc": title(name)}


def page(name: str, names: list[str]) -> dict:
    """Render executed notebook `name`; `names`: all of them, for the links to the one before and the one after."""
    titles = {other: title(other) for other in names}
    return task(
        write_page,
        [name, titles],
        reads=[executed(name), *rendering()],
        writes=[f"reports/{name}.html"],
        settings={"titles": "\n".join(titles.values())},
    )


def index(names: list[str], processed: list[str], schema: str) -> dict:
    """Write the front page of the reports; `processed`: the tables that it leads with."""
    reads = [*map(executed, names), *processed, schema, *rendering()]
    return task(write_index, [names, processed], reads=reads, writes=["reports/index.html"])


def data(tables: list[str], schema: str) -> dict:
    """Copy the tables to where the reports offer them for download, with a data package that describes the copies."""
    writes = [f"reports/data/{table.rpartition('/')[2]}" for table in [*tables, schema]]
    reads = [*tables, schema, *with_imports("notebook_reports.publish")]
    return task(copy_data, [tables], reads=reads, writes=writes)


def sources(pages: list[str], tables: list[str]) -> dict:
    """Write the entries of sources, figures, cells and claims that the numbers of the other pages lead to."""
    reads = [*tables, INFLUENCE, *with_imports(SOURCES), *rendering()]
    return task(write_sources, [], reads=reads, writes=pages)


def influence(tables: list[str]) -> dict:
    """Leave each figure out in turn, and note which counts would change."""
    modules = with_imports("dprk_entries.entries.influence", SOURCES)
    return task(write_influence, [], reads=[*tables, *modules, "locks/build.lock"], writes=[INFLUENCE])


def links(pages: list[str]) -> dict:
    """Check that every link between pages leads somewhere."""
    return task(check_links, [], reads=[*pages, *with_imports("notebook_reports.links")], writes=[])


def readme(names: list[str], schema: str) -> dict:
    """Write findings and data dictionary into the READMEs, which people edit too: so `doit clean` leaves them alone."""
    reads = [*map(executed, names), schema, *with_imports("notebook_reports.readme")]
    return task(write_readme, [names], reads=reads, writes=["README.md", "data/README.md"]) | {"clean": []}


@cache
def rendering() -> list[str]:
    """All that decides how an executed notebook looks as a page."""
    report = ROOT / "src" / "notebook_reports" / "pages"
    files = (file for file in report.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    modules = with_imports("notebook_reports.publish")
    return [*modules, *(file.relative_to(ROOT).as_posix() for file in files), "locks/build.lock"]


def task(
    action: Callable,
    args: list,
    reads: Iterable[str],
    writes: list[str],
    settings: dict[str, str] | None = None,
) -> dict:
    """One doit task; all paths are relative to the root."""
    return {
        "actions": [(attempt, [action, args])],
        "file_dep": sorted(set(reads)),
        "targets": writes,
        "uptodate": [Unchanged(settings or {})],
        "clean": True,
        "verbosity": 2,
        "io": {"capture": False},  # doit's capturing swaps sys.stdout, which threads share
    }


def attempt(action: Callable, args: list, dependencies: list[str], targets: list[str]) -> TaskFailed | None:
    """Do what the task is for; what a person can mend becomes a message without a traceback.

    doit fills in `dependencies` and `targets`.
    """
    try:
        for path in sorted(dependencies):
            if not (ROOT / path).is_file():
                raise BuildError(f"{path} is missing. Restore it, for example by: git checkout -- {path}")
        action(*args)
    except BuildError as error:
        return TaskFailed(str(error))
    except OSError as error:
        return TaskFailed(f"{error.filename or ', '.join(targets)}: {error.strerror}")
    return None


def run_notebook(name: str, reads: list[str], writes: list[str]) -> None:
    load("runner.run").build(name, reads, writes)


def write_page(name: str, titles: dict[str, str]) -> None:
    load("publish").page(name, titles)


def write_index(names: list[str], processed: list[str]) -> None:
    load("publish").index(names, processed)


def copy_data(tables: list[str]) -> None:
    load("publish").data(tables)


def write_influence() -> None:
    load("kernels.ordinary").run_module(SOURCES, "influence", ROOT)


def write_sources() -> None:
    load("kernels.ordinary").run_module(SOURCES, "pages", ROOT)


def check_links() -> None:
    load("links").check(ROOT / "reports")


def write_readme(names: list[str]) -> None:
    load("readme").update(names)


def load(module: str) -> ModuleType:
    """A module of the build. One thread at a time: two that import packages which import each other see half of one."""
    with loading:
        return importlib.import_module(f"notebook_reports.{module}")
