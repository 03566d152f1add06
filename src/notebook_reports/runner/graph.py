"""A project's graph: all tasks that follow from its dodo.py, for doit. Imports nothing heavy: what a task needs, it
imports when it runs.

    NOTEBOOKS = {"01-sum-harvests": {"reads": ["data/raw/harvests.csv"], "writes": ["data/processed/totals.csv"]}}
    task_reports = Graph(NOTEBOOKS).tasks
"""

import importlib
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any, TypedDict

from doit.exceptions import TaskFailed

from notebook_reports import datapackage, paths, settings
from notebook_reports.errors import BuildError
from notebook_reports.paths import BUILD, NOTEBOOKS, ROOT
from notebook_reports.runner import database
from notebook_reports.runner.imports import SOURCE, notebook_modules, packages, with_imports
from notebook_reports.runner.notebooks import title
from notebook_reports.runner.progress import Reporter
from notebook_reports.runner.up_to_date import LeftToUnchanged, Unchanged

SCHEMA = paths.SCHEMA.as_posix()
INDEX = "reports/index.html"
NAME = re.compile(r"\d\d(-[a-z0-9]+)+")
AT_ONCE = 2  # tasks
DOIT_CONFIG = {
    "backend": database.NAME,
    "dep_file": str(BUILD / "doit.json"),
    "check_file_uptodate": LeftToUnchanged,
    "reporter": Reporter,
    "num_process": AT_ONCE,
    "par_type": "thread",  # one process imports papermill and nbconvert once; each notebook has a kernel of its own
    "continue": True,  # a failure stops what depends on it, and nothing else
}
Task = dict[str, Any]
loading = Lock()


class Files(TypedDict):
    """What a notebook reads and writes, as paths below the root. That it reads the schema needs no saying."""

    reads: list[str]
    writes: list[str]


@dataclass(frozen=True)
class FrontPage:
    """A module whose function `index` makes the front page (see `pages.front.index`), and the tables it reads."""

    module: str = "notebook_reports.pages.front"
    reads: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """What a project makes beside its notebooks and their pages: `python -m MODULE ARGUMENT`, which writes what
    `paths.to_write` gives, in a process of its own."""

    name: str
    doc: str
    module: str
    argument: str
    reads: Sequence[str]
    writes: Sequence[str]


class Graph:
    """The notebooks of a project, and all that follows from them."""

    def __init__(
        self,
        notebooks: Mapping[str, Files],
        *,
        findings: Sequence[str] = (),
        front_page: FrontPage = FrontPage(),
        steps: Sequence[Step] = (),
    ) -> None:
        """`notebooks`: by name, such as 02-sum-harvests; `findings`: those whose headlines stand in README.md.

        BuildError for what cannot be a project: no notebook, two of one number, a file beside them that is none.
        """
        check_notebooks(notebooks)
        self.notebooks = {name: notebooks[name] for name in sorted(notebooks)}
        self.findings, self.front_page, self.steps = findings, front_page, steps
        try:
            self.tables = [f"data/{resource['path']}" for resource in datapackage.read()["resources"]]
        except datapackage.TableError as error:
            raise BuildError(str(error)) from None
        self.titles = {name: title(name) for name in self.notebooks}

    def tasks(self) -> Iterator[Task]:
        """For doit: a task each."""
        for step in self.steps:
            yield named(step.name, step.doc, step_task(step))
        yield from self.each("notebook", "run a notebook", self.notebook)
        yield from self.each("page", "render an executed notebook", self.page)
        yield named("data", "copy the tables into the reports", self.data())
        yield named("index", "write the front page of the reports", self.index())
        yield named("links", "check that every link between the pages leads somewhere", self.links())
        yield named("readme", "write findings into README.md, the data dictionary into data/README.md", self.readme())

    def each(self, basename: str, doc: str, make: Callable[[str], Task]) -> Iterator[Task]:
        """A task a notebook, and the group of them."""
        yield {"basename": basename, "name": None, "doc": doc}
        for name in self.notebooks:
            yield {"basename": basename, "name": name} | make(name)

    def notebook(self, name: str) -> Task:
        """Run `name` in a kernel of its own and move what it wrote into place."""
        reads, writes = [*self.notebooks[name]["reads"], SCHEMA], [*self.notebooks[name]["writes"], executed(name)]
        ours = with_imports("notebook_reports.runner.run", "notebook_reports.kernels.warm.launch")
        return task(
            run_notebook,
            [name, reads, writes],
            reads=[f"notebooks/{name}.ipynb", *reads, settings.project().lock, *notebook_modules(name), *ours],
            writes=writes,
            what_else={"python": ".".join(map(str, sys.version_info[:3]))},
        ) | {"doc": self.titles[name]}

    def page(self, name: str) -> Task:
        """Render executed notebook `name`, with links to the one before and the one after."""
        return task(
            write_page,
            [name, self.titles],
            reads=[executed(name), *rendering()],
            writes=[page_of(name)],
            what_else={"titles": "\n".join(self.titles.values())},
        )

    def index(self) -> Task:
        """Write the front page of the reports."""
        reads = [*map(executed, self.notebooks), *self.front_page.reads, SCHEMA, *rendering(self.front_page.module)]
        return task(write_index, [list(self.notebooks), self.front_page.module], reads=reads, writes=[INDEX])

    def data(self) -> Task:
        """Copy the tables to where the reports offer them for download, with a data package that describes them."""
        writes = [paths.copy_of(table).as_posix() for table in [*self.tables, SCHEMA]]
        reads = [*self.tables, SCHEMA, *with_imports("notebook_reports.publish")]
        return task(copy_data, [self.tables], reads=reads, writes=writes)

    def links(self) -> Task:
        """Check that every link between pages leads somewhere."""
        made = (path for step in self.steps for path in step.writes)
        reads = [
            *map(page_of, self.notebooks),
            INDEX,
            *filter(is_page, made),
            *with_imports("notebook_reports.check_links"),
        ]
        return task(check_links, [], reads=reads, writes=[])

    def readme(self) -> Task:
        """Write findings and data dictionary into the READMEs, which people edit too: `doit clean` keeps them."""
        reads = [*map(executed, self.findings), SCHEMA, *with_imports("notebook_reports.readme")]
        writes = ["README.md", "data/README.md"]
        return task(write_readme, [list(self.findings)], reads=reads, writes=writes) | {"clean": []}

    def affected(self, asked: Collection[str]) -> tuple[list[str], list[Step]]:
        """The notebooks `asked`, those that read what they write, directly or through others; and the steps that do."""
        changed: set[str] = set()
        names = []
        for name, files in self.notebooks.items():
            if name in asked or changed & set(files["reads"]):
                names.append(name)
                changed |= set(files["writes"])
        return names, [step for step in self.steps if changed & set(step.reads)]


def check_notebooks(notebooks: Mapping[str, Files]) -> None:
    """BuildError unless `notebooks` are what lies in notebooks/, each with a name and a number of its own."""
    if not notebooks:
        raise BuildError("dodo.py lists no notebook: write one, and list under its name what it reads and writes.")
    for name in notebooks:
        if not NAME.fullmatch(name):
            raise BuildError(f"dodo.py lists the notebook {name!r}: expected two digits and words, as 02-sum-harvests.")
    for first, second in zip(sorted(notebooks), sorted(notebooks)[1:], strict=False):
        if first[:2] == second[:2]:
            raise BuildError(
                f"notebooks/{first}.ipynb and notebooks/{second}.ipynb have one number: rename one of them."
            )
    for file in sorted(NOTEBOOKS.glob("*")):
        if file.name.startswith(".") or file.name == "__pycache__":
            continue
        if file.suffix != ".ipynb":
            raise BuildError(
                f"notebooks/{file.name} is no notebook, and what lies there can change what the notebooks do: move it, "
                "code to src/, tables to data/."
            )
        if file.stem not in notebooks:
            raise BuildError(
                f"notebooks/{file.name} is not listed in dodo.py: list there what it reads and writes, or move it."
            )


def executed(name: str) -> str:
    return f".build/executed/{name}.ipynb"


def page_of(name: str) -> str:
    return f"reports/{name}.html"


def is_page(path: str) -> bool:
    return path.endswith(".html")


def named(name: str, doc: str, described: Task) -> Task:
    return {"basename": name, "doc": doc} | described


def step_task(step: Step) -> Task:
    """Carry out a step of the project's own."""
    modules = rendering(step.module) if any(map(is_page, step.writes)) else with_imports(step.module)
    reads = [*step.reads, *modules, settings.project().lock]
    return task(run_step, [step.module, step.argument], reads=reads, writes=list(step.writes))


@cache
def rendering(*modules: str) -> list[str]:
    """All that decides how a page looks that is made by `modules`: their source, templates and style sheets."""
    below = (file for package in packages() for file in (SOURCE / package).rglob("*") if file.is_file())
    looks = [file.relative_to(ROOT).as_posix() for file in below if file.suffix in (".j2", ".css", ".json")]
    return [*with_imports("notebook_reports.publish", *modules), *looks, settings.project().lock]


def task(
    action: Callable[..., None],
    args: list[Any],
    reads: Iterable[str],
    writes: list[str],
    what_else: Mapping[str, str] | None = None,
) -> Task:
    """One doit task; all paths are relative to the root. `what_else`: what makes it anew when it changes."""
    return {
        "actions": [(attempt, [action, args])],
        "file_dep": sorted(set(reads)),
        "targets": writes,
        "uptodate": [Unchanged({"project": repr(settings.project())} | dict(what_else or {}))],
        "clean": True,
        "verbosity": 2,
        "io": {"capture": False},  # doit's capturing swaps sys.stdout, which threads share
    }


def attempt(
    action: Callable[..., None], args: list[Any], dependencies: list[str], targets: list[str]
) -> TaskFailed | None:
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
    load("notebook_reports.runner.run").build(name, reads, writes)


def write_page(name: str, titles: dict[str, str]) -> None:
    load("notebook_reports.publish").page(name, titles)


def write_index(names: list[str], front_page: str) -> None:
    load("notebook_reports.publish").index(names, load(front_page).index)


def copy_data(tables: list[str]) -> None:
    load("notebook_reports.publish").data(tables)


def run_step(module: str, argument: str) -> None:
    load("notebook_reports.kernels.ordinary").kernels.run_module(module, argument, ROOT)


def check_links() -> None:
    load("notebook_reports.check_links").check(ROOT / "reports")


def write_readme(names: list[str]) -> None:
    load("notebook_reports.readme").update(names)


def load(module: str) -> ModuleType:
    """A module, imported. One thread at a time: two that import packages which import each other see half of one."""
    with loading:
        return importlib.import_module(module)
