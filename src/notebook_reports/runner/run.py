"""One notebook, from its stored to its executed form.

It runs in a kernel of its own, inside a mirror of the project, and writes below a staging folder. Only when it has
succeeded do its files move into the mirror. What it opened is found, see `opened`, and kept, see `record`.
"""

import os
import shutil
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.parameterize import parameterize_notebook

from notebook_reports import datapackage, paths, settings
from notebook_reports.errors import BuildError
from notebook_reports.kernels.processes import LOGS, kernels
from notebook_reports.pages import long, long_texts, without_removed
from notebook_reports.paths import BUILD
from notebook_reports.publish import EXECUTED
from notebook_reports.runner import parameters, record
from notebook_reports.runner.cells import ENGINE, IDS_SINCE, Run, normalised, note, opened_log, save
from notebook_reports.runner.failures import (
    FAILED,
    check_complete,
    check_language,
    check_reproducible,
    failure,
    last_words,
)
from notebook_reports.runner.mirror import SITE, mirror
from notebook_reports.runner.notebooks import load
from notebook_reports.runner.opened import Opened
from notebook_reports.runner.opened import read as read_log
from notebook_reports.runner.progress import progress

BESIDE_PAGES = (f"{paths.FIGURES.as_posix()}/", f"{paths.REPORTS.as_posix()}/{long.FOLDER}/")


def execute(name: str, site: Path, output: Path, given: Mapping[str, object], label: str = "") -> NotebookNode:
    """Run notebook `name` as it is stored in the mirror `site`, with the parameters `given`; its files go below
    `output`. The executed copy.

    BuildError names notebook, cell and what was raised; the copy with the error is then in .build/failed/.
    """
    stored = site / "notebooks"
    values = parameters.check(name, given, stored)
    check_language(name, stored)
    if (minor := load(name, stored)["nbformat_minor"]) < IDS_SINCE:
        progress.say(f"notebooks/{name}.ipynb has format 4.{minor}, without ids: its cells are called by their place.")
    kernels.prepare()
    for folder in (FAILED, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        run = Run(name, site, output, label or name)
    except nbformat.ValidationError as error:
        raise BuildError(f"notebooks/{name}.ipynb is no notebook of format 4: {error.message}. Mend it.") from None
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


def build(name: str, names: list[str], known: set[str]) -> Opened:
    """Run `name`, one of the notebooks `names`, move what it wrote into the mirror, and note what it opened beside what
    is `known`."""
    for old in (BUILD / "staging").glob(f"{name}-*"):
        shutil.rmtree(old, ignore_errors=True)
    # Its own folder: for a second a kernel of a build that was killed may still write to that of the last.
    staging = BUILD / "staging" / f"{name}-{os.getpid()}"
    staging.mkdir(parents=True)
    mirror(SITE)
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
