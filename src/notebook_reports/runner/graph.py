"""A project's graph: all tasks that follow from its notebooks, for doit. Imports nothing heavy: what a task needs, it
imports when it runs.

    task_reports = Graph().tasks

What a notebook reads and writes is found when it runs, see `record`. All is made in a mirror of the project, see
`mirror`; the last task publishes it, once all others have succeeded.
"""

import atexit
import gc
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from doit import control, plugin

from notebook_reports import datapackage, paths, settings
from notebook_reports.errors import BuildError, in_plain_words
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.runner import database, notebooks, record, tasks
from notebook_reports.runner.imports import notebook_modules, sources, with_imports
from notebook_reports.runner.mirror import README, SITE, is_made
from notebook_reports.runner.notebooks import stored_names, title
from notebook_reports.runner.order import Dispatcher
from notebook_reports.runner.progress import Reporter, progress
from notebook_reports.runner.record import place
from notebook_reports.runner.tasks import Found, Task, load, task
from notebook_reports.runner.up_to_date import LeftToUnchanged, Unchanged, stamp

SCHEMA = paths.SCHEMA.as_posix()
INDEX, PICTURE = "reports/index.html", "reports/picture.png"
AT_ONCE = 2  # tasks
STEP = 50  # cells of a notebook that take as long as a step, about: see `order`
DOIT_CONFIG = {
    "backend": database.NAME,
    "dep_file": str(BUILD / "memory.json"),
    "check_file_uptodate": LeftToUnchanged,
    "reporter": Reporter,
    "num_process": AT_ONCE,
    "par_type": "thread",  # one process imports papermill and nbconvert once; each notebook has a kernel of its own
    "continue": True,  # a failure stops what depends on it, and nothing else
}
atexit.register(gc.freeze)  # a last collection of garbage takes half a second
control.TaskDispatcher = Dispatcher  # doit has no setting for it
plugin.entry_points = plugin.entry_points().select  # doit asks of each kind alone, which reads all packages each time


@dataclass(frozen=True)
class FrontPage:
    """A module whose function `index` makes the front page (see `pages.front.index`), and the tables it reads. In each
    of the `languages`, codes such as ko, its function `in_language` makes a page of its own, reports/ko.html."""

    module: str = "notebook_reports.pages.front"
    reads: Sequence[str] = ()
    languages: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """What a project makes beside its notebooks and their pages: `python -m MODULE ARGUMENT`, which writes what
    `paths.to_write` gives, in a process of its own. `writes`: files; or a folder, with / at its end, of pages that this
    step alone makes, how many depends on the tables."""

    name: str
    doc: str
    module: str
    argument: str
    reads: Sequence[str]
    writes: Sequence[str]


class Graph:
    """The notebooks of a project, and all that follows from them."""

    @in_plain_words()
    def __init__(self, *, front_page: FrontPage = FrontPage(), steps: Sequence[Step] = ()) -> None:
        """BuildError for what cannot be a project: no notebook, two of one number, tables made in no possible order."""
        self.names = stored_names()
        self.record = record.read(self.names)
        self.edited = [name for name in self.names if not record.is_current(name, self.record[name])]
        self.front_page, self.steps = front_page, steps
        try:
            self.tables = datapackage.table_paths()
        except datapackage.TableError as error:
            raise BuildError(str(error)) from None
        self.titles = {name: title(name) for name in self.names}
        self.read: dict[str, dict[str, tuple[int, ...]]] = {}  # in this build: path and its stamp, by notebook

    def tasks(self) -> Iterator[Task]:
        """For doit: a task each."""
        for step in self.steps:
            yield named(step.name, step.doc, self.step(step))
        yield from self.each("notebook", "run a notebook", self.notebook)
        yield from self.each("page", "render an executed notebook", self.page)
        yield named("data", "copy the tables into the reports", self.data())
        yield named("index", "write the front page of the reports", self.index())
        yield named("links", "check that every link between the pages leads somewhere", self.links())
        yield named("publish", "put all that was made in its place, once all is right", self.publish())

    def each(self, basename: str, doc: str, make: Callable[[str], Task]) -> Iterator[Task]:
        """A task a notebook, and the group of them."""
        yield {"basename": basename, "name": None, "doc": doc}
        for name in self.names:
            yield {"basename": basename, "name": name} | make(name)

    def notebook(self, name: str) -> Task:
        """Run `name` in a kernel of its own."""
        known, entry = needed(name), self.record[name]
        current = name not in self.edited
        # Of one that was edited the order stays. What is not there may be gone for good: the notebook runs once more.
        made, raw = partition(lambda path: path.startswith(".build/"), map(place, entry.reads))
        there, absent = partition(exists, raw if current else [])
        described = task(
            self.run,
            [name, known],
            reads=[*known, *made, *there],
            writes=[*map(place, entry.writes), executed(name)],
            what_else={"python": ".".join(map(str, sys.version_info[:3]))},
            absent=absent,
        )
        described |= {"doc": self.titles[name], "meta": {"work": len(notebooks.code(notebooks.load(name)))}}
        return described | {"task_dep": [] if current else self.before(name)}

    def before(self, name: str) -> list[str]:
        """Tasks that a notebook waits for of which nobody knows what it reads: the notebooks before it; of one that was
        edited, those that were never run here."""
        new = not self.record[name].code
        earlier = (other for other in self.names if other < name)
        return [f"notebook:{other}" for other in earlier if new or not exists(executed(other))]

    def step(self, step: Step) -> Task:
        """Carry out a step of the project's own."""
        pages = any(path.endswith("/") or is_page(path) for path in step.writes)
        modules = rendering(step.module) if pages else with_imports(step.module)
        reads = [*map(place, step.reads), *modules, settings.project().lock]
        described = self.after_edited(self.carry_out, [step, reads], reads=reads, writes=[*map(place, files_of(step))])
        return described | {"meta": {"work": STEP}}

    def carry_out(self, step: Step, reads: list[str]) -> Found:
        """Carry out `step`."""
        tasks.run_step(step.module, step.argument)
        Unchanged.seen |= {place(path): stamp(place(path)) for path in step.writes}  # a folder is no target
        return Found(reads, [*map(place, files_of(step))])

    def after_edited(
        self, action: Callable[..., Found | None], args: list[Any], reads: list[str], writes: list[str]
    ) -> Task:
        """A task that reads tables, some of which may be made by a notebook of which this is not known yet."""
        made = any(path.startswith(".build/") for path in reads)
        edited = [f"notebook:{name}" for name in self.edited] if made else []
        return task(action, args, reads=reads, writes=writes) | {"task_dep": edited}

    def page(self, name: str) -> Task:
        """Render executed notebook `name`, with links to the one before and the one after."""
        return task(
            tasks.write_page,
            [name, self.titles],
            reads=[executed(name), *rendering()],
            writes=[place(page_of(name))],
            what_else={"titles": repr(self.titles)},
        )

    def index(self) -> Task:
        """Write the front page of the reports."""
        tables = map(place, self.front_page.reads)
        reads = [*map(executed, self.names), *tables, SCHEMA, *rendering(self.front_page.module)]
        writes = [*map(place, [*self.front_pages(), *self.picture()])]
        front_page = [self.names, self.front_page.module, self.front_page.languages]
        return task(tasks.write_index, front_page, reads=reads, writes=writes)

    def front_pages(self) -> list[str]:
        """The front page, and what stands for it in other languages."""
        return [INDEX, *map(page_of, self.front_page.languages)]

    def picture(self) -> list[str]:
        """The picture of the site, where it has an address at which others find it."""
        return [PICTURE] if settings.project().address and settings.project().picture else []

    def data(self) -> Task:
        """Copy the tables to where the reports offer them for download, with a data package that describes them."""
        reads = [*map(place, self.tables), SCHEMA, *with_imports("notebook_reports.publish")]
        return self.after_edited(tasks.copy_data, [self.tables], reads=reads, writes=[*map(place, self.copies())])

    def links(self) -> Task:
        """Check that every link between pages leads somewhere."""
        described = task(self.follow_links, [], reads=self.linked(), writes=[])
        return described | {"task_dep": ["data", *(step.name for step in self.steps)]}  # pages lead to tables, too

    def follow_links(self) -> Found:
        """Carry out `links`."""
        tasks.check_links()
        return Found(self.linked(), [])

    def linked(self) -> list[str]:
        """All pages, the folders that may come to hold others, and what looks for the links."""
        folders = [path for step in self.steps for path in step.writes if path.endswith("/")]
        return [*map(place, [*self.pages(), *folders]), *with_imports("notebook_reports.check_links")]

    def publish(self) -> Task:
        """Exchange what readers see for what was made. READMEs, which people edit too, and record outlast `clean`."""
        reads, writes, _ = self.published(self.record)
        described = task(self.put_in_place, [], reads=reads, writes=writes)
        before = ["links", *(f"notebook:{name}" for name in self.names)]
        return described | {"clean": [(tasks.remove, [self.made(self.record)])], "task_dep": before}

    def published(self, known: record.Record) -> Found:
        """What publishing reads and writes, if notebooks write what is `known`."""
        made = self.made(known)
        reads = [*map(place, made), *map(executed, self.names), SCHEMA, *with_imports("notebook_reports.readme")]
        return Found(reads, [*made, *README, record.RECORD.as_posix()])

    def run(self, name: str, known: set[str]) -> Found:
        """Carry out `notebook`; `known`: what it depends on whatever it opens."""
        load("notebook_reports.kernels.processes").kernels.prepare()  # its server imports while this process does
        opened = load("notebook_reports.runner.run").build(name, self.names, known)
        self.read[name] = {place(path): then for path, then in opened.stamps.items()}
        Unchanged.seen |= {path: then for path, then in self.read[name].items() if path not in Unchanged.seen}
        there, absent = partition(exists, [*known, *map(place, opened.reads)])
        return Found(there, [*map(place, opened.writes), executed(name)], absent)

    def put_in_place(self) -> Found:
        """Carry out `publish`. BuildError where a notebook read what another wrote only later; then the build begins
        once more, since now it knows the order."""
        for name, early in self.read_early().items():
            progress.again = True
            raise BuildError(f"notebooks/{name}.ipynb read {', '.join(early)} before this build had made it anew.")
        before = record.committed()
        once_made = {*map(page_of, before), *(path for entry in before.values() for path in entry.writes)}
        known = record.read(self.names)
        found = self.published(known)
        new = load("notebook_reports.readme").texts(self.names) | {record.RECORD.as_posix(): record.text(known)}
        load("notebook_reports.publish").edition(self.made(known), new, SITE)
        tasks.remove(sorted(path for path in once_made.difference(found.writes) if tasks.as_in_git(path)))
        return found

    def read_early(self) -> dict[str, list[str]]:
        """By notebook that ran in this build, what it read before the build had made it anew."""
        made = {name: [path for path in read if path.startswith(".build/")] for name, read in self.read.items()}
        early = {name: [path for path in own if stamp(path) != self.read[name][path]] for name, own in made.items()}
        return {name: own for name, own in early.items() if own}

    def pages(self) -> list[str]:
        """All pages of the site."""
        return [
            *map(page_of, self.names),
            *self.front_pages(),
            *(path for step in self.steps for path in files_of(step) if is_page(path)),
        ]

    def copies(self) -> list[str]:
        """The tables in the reports, and what describes them."""
        return [paths.copy_of(table).as_posix() for table in [*self.tables, SCHEMA]]

    def made(self, known: record.Record) -> list[str]:
        """All files for readers that the build makes, if notebooks write what is `known`."""
        written = {path for name in self.names for path in known[name].writes}
        steps = {path for step in self.steps for path in files_of(step) if is_made(path)}
        return sorted({*written, *steps, *self.pages(), *self.picture(), *self.copies()})

    def affected(self, asked: Collection[str]) -> tuple[list[str], list[Step]]:
        """The notebooks `asked`, those that read what they write, directly or through others; and the steps that do."""
        changed: set[str] = set()
        names = []
        for name, entry in self.record.items():
            if name in asked or changed & entry.reads.keys():
                names.append(name)
                changed |= entry.writes.keys()
        return names, [step for step in self.steps if changed & set(step.reads)]


def files_of(step: Step) -> list[str]:
    """The files that a step writes; of a folder those that it wrote last."""
    folders, files = partition(lambda path: path.endswith("/"), step.writes)
    return [
        *files,
        *(f"{folder}{file.name}" for folder in folders for file in sorted((ROOT / place(folder)).glob("*.html"))),
    ]


def partition(test: Callable[[str], bool], paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those that pass a test, and those that do not."""
    passed: list[str] = []
    others: list[str] = []
    for path in paths:
        (passed if test(path) else others).append(path)
    return passed, others


def exists(path: str) -> bool:
    return (ROOT / path).exists()


def needed(name: str) -> set[str]:
    """What a notebook depends on whatever it opens: itself, the modules that it imports, and how it is run."""
    kernel = (f"notebook_reports.kernels.warm.{part}" for part in ("launch", "provisioner"))  # found by their names
    ours = with_imports("notebook_reports.runner.run", *kernel)
    return {f"notebooks/{name}.ipynb", settings.project().lock, *notebook_modules(name), *ours}


def executed(name: str) -> str:
    return f".build/executed/{name}.ipynb"


def page_of(name: str) -> str:
    return f"reports/{name}.html"


def is_page(path: str) -> bool:
    return path.endswith(".html")


def named(name: str, doc: str, described: Task) -> Task:
    return {"basename": name, "doc": doc} | described


@cache
def rendering(*modules: str) -> list[str]:
    """All that decides how a page looks that is made by `modules`: source, templates, style sheets, catalogues."""
    looks = [file for file in sources() if file.endswith((".j2", ".css", ".json", ".po"))]
    project = settings.project()
    wording = [project.in_words.partition(":")[0]] if project.in_words else []
    return [*with_imports("notebook_reports.publish", *modules, *wording), *looks, project.lock]
