"""The cells of one notebook in a kernel of their own, by papermill: what runs, how far it came, and how it is kept."""

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import load_notebook_node

from notebook_reports import settings
from notebook_reports.kernels.ordinary import NotebookKernel
from notebook_reports.kernels.processes import LOGS, environment
from notebook_reports.paths import ROOT
from notebook_reports.runner.notebooks import load
from notebook_reports.runner.printed import joined
from notebook_reports.runner.progress import progress

logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # nbclient leaves a task behind where a cell takes too long
ENGINE = "private-kernel"
IDS_SINCE = 5  # minor version of format 4 in which cells have ids


class Run:
    """What happens to one notebook: the copy that executes, and the cell it has reached. `site`: the mirror in which it
    runs; `label`: what its logs are called, the name of the notebook unless several copies run at once."""

    def __init__(self, name: str, site: Path, output: Path, label: str) -> None:
        self.name, self.site, self.output, self.label = name, site, output, label
        self.notebook = load_notebook_node(
            nbformat.from_dict(load(name, site / "notebooks") | {"nbformat_minor": IDS_SINCE})
        )
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
            errors = [output for output in cell.outputs if output.output_type == "error"]
            # The reply does not know what a value raised when it was to be shown.
            self.raised = errors[0] if errors else reply


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
            iopub_timeout=settings.project().cell_timeout,  # else a computer that slept for 4 s ends the cell
            on_cell_start=run.begin_cell,
            on_cell_executed=run.end_cell,
        )
        watched = {"NOTEBOOK_REPORTS_OPENED": str(opened_log(run.label)), "NOTEBOOK_REPORTS_ROOT": str(ROOT)}
        env = environment(run.output) | watched
        with (LOGS / f"{run.label}.txt").open("w") as log:
            client.execute(env=env, cwd=str(run.site / "notebooks"), stdout=log, stderr=log)


papermill_engines.register(ENGINE, PrivateKernelEngine)


def opened_log(label: str) -> Path:
    return LOGS / f"{label}.opened"


def note(label: str, what: str, path: str) -> None:
    """Add to what the kernel notes of itself, see `opened`."""
    with opened_log(label).open("a", encoding="utf-8") as log:
        log.write(f"{json.dumps([what, path, []])}\n")


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
