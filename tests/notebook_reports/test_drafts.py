"""Outside a build a notebook touches no committed table or figure, and says where it writes instead."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from projects import Project, outputs

from notebook_reports import paths

CHANGED = 'harvests["tonnes"] = harvests["tonnes"] + 100'


def papermill(project: Project, notebook: str, *more: str, **env: str) -> str:
    """Run a notebook by papermill's own command; all that it printed."""
    done = project.root.parent / "executed.ipynb"
    code, said = project.run("papermill", *more, f"notebooks/{notebook}.ipynb", str(done), **env)
    assert code == 0, said
    shown = (output for cell in nbformat.read(done, 4).cells for output in cell.get("outputs", []))
    return "".join(output.get("text", "") for output in shown)


@pytest.mark.parametrize("folder", ["", "notebooks"])
def test_what_a_notebook_writes_outside_a_build_is_a_draft(example, folder):
    before = outputs(example)
    said = papermill(example, "01-sum-harvests", "-p", "rounding", "2", "--cwd", str(example.root / folder))
    assert outputs(example) == before
    draft = ".build/drafts/data/processed/totals.csv"
    assert "2021,33,45,3" in example.read(draft)
    assert f"Writes a draft, {draft}, and leaves data/processed/totals.csv as it was." in said
    assert f"set NOTEBOOK_REPORTS_OUTPUT to {example.root}" in said
    said = papermill(example, "01-sum-harvests", "-p", "rounding", "2", NOTEBOOK_REPORTS_OUTPUT=str(example.root))
    assert "2021,33,45,3" in example.read("data/processed/totals.csv") and "draft" not in said


def test_a_later_notebook_reads_the_draft_until_a_build_begins(example):
    papermill(example, "01-sum-harvests", "-p", "rounding", "2")
    said = papermill(example, "02-compare-years")
    assert "Reads a draft, .build/drafts/data/processed/totals.csv." in said
    assert "Writes a draft, .build/drafts/reports/figures/totals.svg" in said and said.count("Writes") == 1
    time.sleep(0.01)  # of the clock of the file system
    example.build()
    assert "Reads a draft" not in papermill(example, "02-compare-years")


def test_in_a_folder_of_no_project_it_is_the_one_that_the_package_comes_from(tmp_path):
    command = [sys.executable, "-c", "from notebook_reports import paths; print(paths.ROOT, paths.OUTPUT)"]
    environment = {name: value for name, value in os.environ.items() if name != "NOTEBOOK_REPORTS_OUTPUT"}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    root = Path(paths.__file__).parents[2]
    assert said.split() == [str(root), str(root / ".build/drafts")]


def test_a_notebook_to_begin_with_is_built_as_it_is(example):
    code, said = example.run("notebook_reports.begin", "05", "compare-villages")
    assert (code, said.partition(".")[0]) == (0, "Written: notebooks/05-compare-villages")
    example.build()
    assert "rows are in harvests.csv." in example.read("reports/05-compare-villages.html")
    assert (example.root / "reports/figures/compare-villages.svg").exists()
    stored = json.loads(example.read("notebooks/05-compare-villages.ipynb"))
    assert not any(cell.get("outputs") for cell in stored["cells"])
    for arguments, told in (
        (("05", "compare-papers"), "notebooks/05-compare-villages.ipynb has the number 05 already"),
        (("5", "compare-papers"), "expected two digits, and words in small letters"),
        (("06",), "expected a number and a name"),
    ):
        code, said = example.run("notebook_reports.begin", *arguments)
        assert code == 1 and told in said
