"""One notebook, from its stored to its executed form.

It runs in a kernel of its own that writes below a staging folder. Only when it has succeeded, and has written
exactly what dodo.py says, do its files move into place: a failed or killed run leaves the last good ones.
"""

import logging
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from notebook_reports.errors import BuildError
from notebook_reports.kernels.ordinary import LOGS, NotebookKernel, environment, kernels
from notebook_reports.paths import BUILD, NOTEBOOKS, ROOT
from notebook_reports.runner import parameters
from notebook_reports.runner.notebooks import load
from notebook_reports.runner.progress import progress

FAILED = BUILD / "failed"
ENGINE = "private-kernel"
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # we say ourselves what failed


class Run:
    """What happens to one notebook: the copy that executes, and the cell it has reached. `label`: what its logs are
    called, the name of the notebook unless several copies run at once."""

    def __init__(self, name: str, output: Path, label: str) -> None:
        self.name, self.output, self.label = name, output, label
        self.notebook = nbformat.from_dict(load(name))
        self.cell_id, self.number = "", 0

    def begin_cell(self, cell: NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            total = sum(each.cell_type == "code" for each in self.notebook.cells)
            self.cell_id, self.number = cell.id, self.number + 1
            progress.cell(self.label, self.number, total, self.cell_id)


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
            on_cell_start=run.begin_cell,
        )
        env = environment(run.output) | {"NOTEBOOK_REPORTS_OPENED": str(opened_log(run.label))}
        with (LOGS / f"{run.label}.txt").open("w") as log:
            client.execute(env=env, cwd=str(NOTEBOOKS), stdout=log, stderr=log)


papermill_engines.register(ENGINE, PrivateKernelEngine)


def execute(name: str, output: Path, given: Mapping[str, object], label: str = "") -> NotebookNode:
    """Run stored notebook `name` with the parameters `given`; its files go below `output`. The executed copy.

    BuildError names notebook, cell and what was raised; the copy with the error is then in .build/failed/.
    """
    values = parameters.check(name, given)
    kernels.prepare()
    for folder in (FAILED, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    run = Run(name, output, label or name)
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
        raise failure(run, f"{error.ename}: {error.evalue}" if error.evalue else error.ename) from None
    except DeadKernelError:
        what = "The kernel died. It ran out of memory, crashed, or something in this cell ended the process."
        raise failure(run, what + last_words(run)) from None
    except RuntimeError as error:  # raised while the kernel starts
        raise failure(run, f"The kernel did not start: {error}{last_words(run)}") from None
    finally:
        progress.over(run.label)
    return normalised(run.notebook)


def check_complete(run: Run) -> None:
    """papermill takes a notebook that calls exit() half-way for a success."""
    for cell in run.notebook.cells:
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise failure(run, "The notebook ended itself before this cell, by exit() or the like.")
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            raise failure(run, "The notebook ended itself here, by exit() or the like.")


def check_reproducible(run: Run) -> None:
    """What shows a folder of this machine, or where an object lies in memory, differs with every build."""
    for cell in run.notebook.cells:
        shown = str([(output.get("text"), output.get("data")) for output in cell.get("outputs", [])])
        if found := re.search(rf"{re.escape(str(ROOT))}\S*| at 0x[0-9a-f]+>", shown):
            raise failure(run, f"An output of cell {cell.id} differs on every machine: it shows '{found[0].strip()}'.")


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


def opened_log(label: str) -> Path:
    return LOGS / f"{label}.opened"


def check_opened(name: str, reads: list[str]) -> None:
    """The graph must know every table and figure that a notebook opens: one it does not know could be stale."""
    lines = opened_log(name).read_text(errors="surrogateescape").splitlines()
    opened = {(kind, Path(path)) for kind, _, path in (line.partition(" ") for line in lines)}
    for kind, path in sorted(opened):
        if not any(path.is_relative_to(ROOT / folder) for folder in ("data", "reports")) or path.is_dir():
            continue
        relative = path.relative_to(ROOT).as_posix()
        if kind == "w":
            raise BuildError(f"notebooks/{name}.ipynb wrote {relative} directly: open what paths.to_write gives.")
        if relative not in reads:
            raise BuildError(f"notebooks/{name}.ipynb read {relative}: list it under its reads in dodo.py.")


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


def build(name: str, reads: list[str], writes: list[str]) -> None:
    """Run `name` and move what it wrote into place: `writes`, the last of which is its executed copy."""
    for old in (BUILD / "staging").glob(f"{name}-*"):
        shutil.rmtree(old, ignore_errors=True)
    # Its own folder: for a second a kernel of a build that was killed may still write to that of the last.
    staging = BUILD / "staging" / f"{name}-{os.getpid()}"
    staging.mkdir(parents=True)
    notebook = execute(name, staging, {})
    save(notebook, staging / writes[-1])
    check_opened(name, reads)
    check_written(name, files_below(staging), writes)
    for path in writes:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    for path in writes:
        (staging / path).replace(ROOT / path)
    shutil.rmtree(staging)


def files_below(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def check_written(name: str, found: set[str], writes: list[str]) -> None:
    """A file that dodo.py does not know would never be rebuilt, one that is not written would stay as it was."""
    if missing := sorted(set(writes) - found):
        raise BuildError(f"notebooks/{name}.ipynb did not write {', '.join(missing)}, as dodo.py says it does.")
    if extra := sorted(found - set(writes)):
        raise BuildError(f"notebooks/{name}.ipynb wrote {', '.join(extra)}: list it under its name in dodo.py.")
