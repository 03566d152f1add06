"""The real project, built: the same bytes as committed, whatever the kernels; a wrong table is told."""

import json
import shutil

import pytest
from projects import Project

from notebook_reports import paths
from notebook_reports.kernels.warm import server


def executed(project: Project, name: str) -> list[dict]:
    """All outputs of a notebook, as a build left it."""
    cells = json.loads(project.read(f".build/executed/{name}.ipynb"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", [])]


@pytest.mark.slow
def test_every_file_is_the_same_by_ordinary_kernels_on_another_computer(project):
    """In another home, time zone, locale and with another hash seed, by kernels that no server forked: the same as what
    is committed, which warm kernels have made."""
    shutil.rmtree(project / "reports")
    shutil.rmtree(project / "data/processed")
    copy = Project(project)
    env = {"HOME": str(project), "USER": "other", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    copy.build(NOTEBOOK_REPORTS_KERNELS="ordinary", **env)
    for folder in ("data", "reports"):
        assert copy.hashes(folder) == Project(paths.ROOT).hashes(folder)
    names = [path.stem for path in (project / "notebooks").glob("*.ipynb")]
    shown = [output["metadata"] for name in names for output in executed(copy, name) if "metadata" in output]
    drawn = {texts["image/svg+xml"]["name"] for texts in shown if "image/svg+xml" in texts}
    assert drawn == {path.stem for path in (project / "reports/figures").glob("*.svg")}


@pytest.mark.parametrize("kernels", ["ordinary"] + ["warm"] * server.POSSIBLE)
def test_a_wrong_table_is_told_without_a_traceback_by_every_task_that_reads_it(project, kernels):
    copy = Project(project)
    table = copy.read("data/raw/observations.csv")
    copy.write("data/raw/observations.csv", table.replace(",2012,", ",2012-Q7,", 1))
    output = copy.fail(NOTEBOOK_REPORTS_KERNELS=kernels)
    assert output.count("row 2, column period: found '2012-Q7'") == 3
    assert "FAILED: influence, notebook:01" in output
