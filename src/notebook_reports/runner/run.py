"""One notebook, from its stored to its executed form.

It runs in a kernel of its own, inside a mirror of the project, and writes below a staging folder. Only when it has
succeeded do its files move into the mirror. What it opened is found, see `opened`, and kept, see `record`.
"""

import json
import logging
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from notebook_reports import datapackage, paths, settings
from notebook_reports.errors import BuildError
from notebook_reports.kernels.ordinary import LOGS, NotebookKernel, environment, kernels
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.publish import EXECUTED
from notebook_reports.runner import parameters, record
from notebook_reports.runner.mirror import SITE, mirror
from notebook_reports.runner.notebooks import load
from notebook_reports.runner.opened import Opened
from notebook_reports.runner.opened import read as read_log
from notebook_reports.runner.progress import progress

FAILED = BUILD / "failed"
PACKAGE = Path(__file__).parents[1]
REMEDIES = {
    "StdinNotImplementedError": "\nNobody is there to answer: make it a parameter.",
    "FileNotFoundError": "\nRestore the file, for example by git checkout, or mend its path.",
}
ENGINE = "private-kernel"
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # we say ourselves what failed


class Run:
    """What happens to one notebook: the copy that executes, and the cell it has reached. `site`: the mirror in which it
    runs; `label`: what its logs are called, the name of the notebook unless several copies run at once."""

    def __init__(self, name: str, site: Path, output: Path, label: str) -> None:
        self.name, self.site, self.output, self.label = name, site, output, label
        self.notebook = nbformat.from_dict(load(name))
        self.cell_id, self.number = "", 0

    def begin_cell(self, cell: NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            total = sum(each.cell_type == "code" for each in self.notebook.cells)
            self.cell_id, self.number = cell.id, self.number + 1
            progress.cell(self.label, self.number, total, self.cell_id)
            with opened_log(self.label).open("a", encoding="utf-8") as log:
                log.write(f"{json.dumps(['cell', self.cell_id, []])}\n")


class PrivateKernelEngine(NBClientEngine):
    """papermill's own engine with our kernel, its environment and its folder.

    The folder goes to the kernel directly: papermill's `cwd` changes that of this process, which all threads share.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, run: Run, **kwargs: Any) -> None:
        run.notebook = nb_man.nb
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=NotebookKernel,
            shutdown_kernel="immediate",  # nothing is left to do for it, and asking politely costs 0.1 s
            coalesce_streams=True,  # else the number of outputs depends on when the kernel flushed them
            record_timing=False,
            timeout=settings.project().cell_timeout,
            on_cell_start=run.begin_cell,
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
    kernels.prepare()
    mirror(site)
    for folder in (FAILED, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    run = Run(name, site, output, label or name)
    for old in (FAILED / f"{run.label}.ipynb", LOGS / f"{run.label}.txt", opened_log(run.label)):
        old.unlink(missing_ok=True)  # not emptied: a kernel of a build that was killed may still write to it
    try:
        execute_notebook(
            run.notebook,
            None,
            values,
            ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            run=run,
        )
        check_complete(run)
        check_reproducible(run)
    except PapermillExecutionError as error:
        what = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        raise failure(run, f"{what}{raised_in(error.traceback)}{REMEDIES.get(error.ename, '')}") from None
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
    return normalised(run.notebook)


def check_language(name: str) -> None:
    about = load(name)["metadata"]
    language = about.get("kernelspec", {}).get("language") or about.get("language_info", {}).get("name") or "python"
    if language.lower() != "python":
        raise BuildError(f"notebooks/{name}.ipynb, its kernel: found {language}, expected Python. Write it in Python.")


def check_complete(run: Run) -> None:
    """papermill takes a notebook that calls exit() half-way for a success."""
    for cell in run.notebook.cells:
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise failure(run, "The notebook ended itself before this cell, by exit() or the like.")
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            raise failure(run, "The notebook ended itself here, by exit() or the like.")


def check_reproducible(run: Run) -> None:
    """What shows a folder of this machine, or where an object lies in memory, differs with every build."""
    code_cells = (cell for cell in run.notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code_cells, 1):
        shown = str([(output.get("text"), output.get("data")) for output in cell.get("outputs", [])])
        if found := re.search(rf"{re.escape(str(ROOT))}\S*| at 0x[0-9a-f]+>", shown):
            run.cell_id, run.number = cell.id, number
            what = f"Its output differs on every machine: it shows '{found[0].strip()}'."
            raise failure(run, f"{what} Show the value alone, and mend what it warns of.")


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
        if path not in tables and not path.startswith(f"{paths.FIGURES.as_posix()}/"):
            raise BuildError(
                f"{record.where(name, cell)} writes {path}, which has no place: describe the table in "
                f"{paths.SCHEMA}, or draw a figure with show.figure."
            )
    return opened


def files_below(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
