"""One notebook, from its stored to its executed form.

It runs in a kernel of its own, inside a mirror of the project, and writes below a staging folder. Only when it has
succeeded do its files move into the mirror. What it opened is found, see `opened`, and kept, see `record`.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from notebook_reports import datapackage, paths, settings
from notebook_reports.errors import BuildError
from notebook_reports.kernels.ordinary import LOGS, NotebookKernel, environment, kernels
from notebook_reports.pages import long, long_texts, without_removed
from notebook_reports.pages.check import best_type
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.publish import EXECUTED
from notebook_reports.runner import parameters, record
from notebook_reports.runner.mirror import SITE, mirror
from notebook_reports.runner.notebooks import load
from notebook_reports.runner.opened import Opened
from notebook_reports.runner.opened import read as read_log
from notebook_reports.runner.printed import joined
from notebook_reports.runner.progress import progress

FAILED = BUILD / "failed"
PACKAGE = Path(__file__).parents[1]
REMEDIES = {
    "StdinNotImplementedError": "\nNobody is there to answer: make it a parameter.",
    "UnicodeEncodeError": "\nNo file can hold half a character, a lone surrogate: mend what the text is made of.",
    "FileNotFoundError": "\nRestore the file, for example by git checkout, or mend its path.",
}
ENGINE = "private-kernel"
IDS_SINCE = 5  # minor version of format 4 in which cells have ids
BESIDE_PAGES = (f"{paths.FIGURES.as_posix()}/", f"{paths.REPORTS.as_posix()}/{long.FOLDER}/")


class Run:
    """What happens to one notebook: the copy that executes, and the cell it has reached. `site`: the mirror in which it
    runs; `label`: what its logs are called, the name of the notebook unless several copies run at once."""

    def __init__(self, name: str, site: Path, output: Path, label: str) -> None:
        self.name, self.site, self.output, self.label = name, site, output, label
        self.notebook = load_notebook_node(nbformat.from_dict(load(name) | {"nbformat_minor": IDS_SINCE}))
        self.cell_id, self.number = "", 0
        self.raised: Mapping[str, Any] = {}  # by the cell at which the notebook stopped

    def begin_cell(self, cell: NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            total = sum(each.cell_type == "code" for each in self.notebook.cells)
            self.cell_id, self.number = cell.id, self.number + 1
            progress.cell(self.label, self.number, total, self.cell_id)
            note(self.label, "cell", self.cell_id)

    def end_cell(self, cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any]) -> None:
        reply = execute_reply["content"]
        cell.outputs = joined(cell.outputs)
        if reply["status"] == "error" and "raises-exception" not in cell.metadata.tags:
            self.raised = reply


class PrivateKernelEngine(NBClientEngine):
    """papermill's own engine with our kernel, its environment and its folder.

    The folder goes to the kernel directly: papermill's `cwd` changes that of this process, which all threads share.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, run: Run, **kwargs: Any) -> None:
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=NotebookKernel,
            shutdown_kernel="immediate",  # nothing is left to do for it, and asking politely costs 0.1 s
            record_timing=False,
            timeout=settings.project().cell_timeout,
            on_cell_start=run.begin_cell,
            on_cell_executed=run.end_cell,
        )
        watched = {"NOTEBOOK_REPORTS_OPENED": str(opened_log(run.label)), "NOTEBOOK_REPORTS_ROOT": str(ROOT)}
        env = environment(run.output) | watched
        with (LOGS / f"{run.label}.txt").open("w") as log:
            client.execute(env=env, cwd=str(run.site / "notebooks"), stdout=log, stderr=log)


papermill_engines.register(ENGINE, PrivateKernelEngine)


def execute(name: str, site: Path, output: Path, given: Mapping[str, object], label: str = "") -> NotebookNode:
    """Run stored notebook `name` with the parameters `given` in the mirror `site`; its files go below `output`. The
    executed copy.

    BuildError names notebook, cell and what was raised; the copy with the error is then in .build/failed/.
    """
    values = parameters.check(name, given)
    check_language(name)
    if (minor := load(name)["nbformat_minor"]) < IDS_SINCE:
        progress.say(f"notebooks/{name}.ipynb has format 4.{minor}, without ids: its cells are called by their place.")
    kernels.prepare()
    mirror(site)
    for folder in (FAILED, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    run = Run(name, site, output, label or name)
    for old in (FAILED / f"{run.label}.ipynb", LOGS / f"{run.label}.txt", opened_log(run.label)):
        old.unlink(missing_ok=True)  # not emptied: a kernel of a build that was killed may still write to it
    if values:
        run.notebook = parameterize_notebook(run.notebook, values, kernel_name="python3", language="python")
    try:
        papermill_engines.execute_notebook_with_engine(
            ENGINE, run.notebook, kernel_name="python3", progress_bar=False, run=run
        )
        check_complete(run)
        check_reproducible(run)
    except nbformat.ValidationError as error:
        what = f"It shows what no notebook can hold ({error.message}): show text, a table or a figure."
        raise failure(run, what) from None
    except CellTimeoutError:
        limit = settings.project().cell_timeout
        what = f"The cell ran longer than {limit} s: mend it, or raise cell-timeout in pyproject.toml."
        raise failure(run, what) from None
    except DeadKernelError:
        what = "The kernel died. It ran out of memory, crashed, or something in this cell ended the process."
        raise failure(run, what + last_words(run)) from None
    except RuntimeError as error:  # raised while the kernel starts
        raise failure(run, f"The kernel did not start: {error}{last_words(run)}") from None
    finally:
        progress.over(run.label)
    write_long_texts(run)
    return normalised(run.notebook)


def write_long_texts(run: Run) -> None:
    """Texts that are too long for the page, as files beside it."""
    for file, text, cell in long_texts(without_removed(deepcopy(run.notebook)), run.name):
        path = run.output / paths.REPORTS / file
        paths.write(path, text.encode())
        note(run.label, "cell", cell)
        note(run.label, "write", str(path.resolve()))


def note(label: str, what: str, path: str) -> None:
    """Add to what the kernel notes of itself, see `opened`."""
    with opened_log(label).open("a", encoding="utf-8") as log:
        log.write(f"{json.dumps([what, path, []])}\n")


def check_language(name: str) -> None:
    about = load(name)["metadata"]
    language = about.get("kernelspec", {}).get("language") or about.get("language_info", {}).get("name") or "python"
    if language.lower() != "python":
        raise BuildError(f"notebooks/{name}.ipynb, its kernel: found {language}, expected Python. Write it in Python.")


def check_complete(run: Run) -> None:
    """BuildError where a cell raised something that its tags do not expect, or was never reached."""
    if run.raised:
        name, value = run.raised["ename"], run.raised["evalue"]
        what = f"{name}: {value}" if value else name
        if name == "SystemExit":
            what = f"The notebook ended itself here ({what})."
        raise failure(run, f"{what}{raised_in(run.raised['traceback'])}{REMEDIES.get(name, '')}")
    for cell in run.notebook.cells:
        skipped = "skip-execution" in cell.metadata.tags
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None and not skipped:
            raise failure(run, "The notebook ended itself before this cell, by exit() or the like.")


def check_reproducible(run: Run) -> None:
    """What shows a folder of this machine, or where an object lies in memory, differs with every build."""
    code_cells = (cell for cell in run.notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code_cells, 1):
        shown = "\n".join(text for output in cell.outputs for text in texts_of(output))
        if found := re.search(rf"{re.escape(str(ROOT))}\S*| at 0x[0-9a-f]+>", shown):
            run.cell_id, run.number = cell.id, number
            what = f"Its output differs on every machine: it shows '{found[0].strip()}'."
            raise failure(run, f"{what} Show the value alone, and mend what it warns of.")


def texts_of(output: NotebookNode) -> Iterator[str]:
    """What an output shows as text: that form of it which a page shows, if any."""
    match output.output_type:
        case "stream":
            yield output.text
        case "error":
            yield output.evalue
        case _:
            shown = [content for mime, content in output.data.items() if mime == best_type(output.data)]
            yield from (content for content in shown if isinstance(content, str))


def failure(run: Run, what: str) -> BuildError:
    """The error to raise when `run` failed; its notebook, as far as it came, is kept for reading if there is room."""
    where = f"cell {run.cell_id}, code cell {run.number}" if run.number else "before the first cell"
    copy = FAILED / f"{run.label}.ipynb"
    try:
        save(normalised(run.notebook), copy)
        kept = f"To read: {copy.relative_to(ROOT)}"
    except OSError as error:
        kept = f"No copy of it to read: {error.strerror}."
    return BuildError(f"notebooks/{run.name}.ipynb, {where}:\n{what}\n{kept}")


def raised_in(traceback: list[str]) -> str:
    """Where an error comes from that a module of the project raised, or a helper: its file and line, in words. What
    this package itself says of a call needs none."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(traceback))
    files = [(Path(file), line) for file, line in re.findall(r"^File (/.+?):(\d+)", plain, re.MULTILINE)]
    if not files:
        return ""
    file, line = files[-1]
    if not file.is_relative_to(ROOT) or file.is_relative_to(PACKAGE) or ".venv" in file.parts:
        return ""
    return f"\nRaised in {file.relative_to(SITE if file.is_relative_to(SITE) else ROOT)}, line {line}."


def opened_log(label: str) -> Path:
    return LOGS / f"{label}.opened"


def last_words(run: Run) -> str:
    """What the kernel's process itself printed, apart from the cells."""
    words = (LOGS / f"{run.label}.txt").read_text(errors="replace").strip().splitlines()
    return "".join(f"\n| {line}" for line in words[-5:])


def normalised(notebook: NotebookNode) -> NotebookNode:
    """The executed copy without what differs from run to run and from one Python to the next."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["language_info"] = {
        "name": "python",
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "pygments_lexer": "ipython3",
    }
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        for data in (output.data for output in cell.get("outputs", []) if "data" in output):
            if isinstance(data.get("text/html"), str):  # a Styler draws its ids by lot
                data["text/html"] = re.sub(r"\bT_[0-9a-f]{5}(?=[_\"'\s])", "T_style", data["text/html"])
            if isinstance(data.get("text/plain"), str):  # where it is not what a page shows, see `check_reproducible`
                data["text/plain"] = re.sub(" at 0x[0-9a-f]+>", ">", data["text/plain"])
    return notebook


def save(notebook: NotebookNode, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(f"{nbformat.writes(notebook, version=4)}\n", encoding="utf-8")


def build(name: str, names: list[str], known: set[str]) -> Opened:
    """Run `name`, one of the notebooks `names`, move what it wrote into the mirror, and note what it opened beside what
    is `known`."""
    for old in (BUILD / "staging").glob(f"{name}-*"):
        shutil.rmtree(old, ignore_errors=True)
    # Its own folder: for a second a kernel of a build that was killed may still write to that of the last.
    staging = BUILD / "staging" / f"{name}-{os.getpid()}"
    staging.mkdir(parents=True)
    notebook = execute(name, SITE, staging, {})
    opened = opened_by(name, staging, known)
    record.put(name, record.Entry(record.digest_of(name), opened.reads, opened.writes), names)
    for path in opened.writes:
        (SITE / path).parent.mkdir(parents=True, exist_ok=True)
        (staging / path).replace(SITE / path)
    save(notebook, EXECUTED / f"{name}.ipynb")
    shutil.rmtree(staging)
    return opened


def opened_by(name: str, output: Path, known: set[str]) -> Opened:
    """What the last run of a notebook opened. BuildError for a file that it wrote and that has no place in the
    project."""
    opened = read_log(name, opened_log(name), SITE, output, known)
    opened.writes = {path: opened.writes.get(path, "") for path in sorted(files_below(output))}
    tables = datapackage.table_paths()
    for path, cell in opened.writes.items():
        if path not in tables and not path.startswith(BESIDE_PAGES):
            raise BuildError(
                f"{record.where(name, cell)} writes {path}, which has no place: describe the table in "
                f"{paths.SCHEMA}, or draw a figure with show.figure."
            )
    return opened


def files_below(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
