"""The real project, built: the same bytes as committed, whatever the kernels; a wrong table, a changed figure and one
notebook more are dealt with as the README says."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from projects import Project, outputs, ran

from notebook_reports import paths
from notebook_reports.kernels.warm import provisioner


def executed(project: Project, name: str) -> list[dict]:
    """All outputs of a notebook, as a build left it."""
    cells = json.loads(project.read(f".build/executed/{name}.ipynb"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", [])]


@pytest.mark.skipif(not provisioner.POSSIBLE, reason="kernels are forked on Linux alone")
def test_every_output_and_every_file_is_the_same_by_both_kinds_of_kernels(project, tmp_path_factory):
    """Also in another home, time zone, locale and with another hash seed, and the same as what is committed."""
    shutil.rmtree(project / "reports")
    shutil.rmtree(project / "data/processed")
    env = {"HOME": str(project), "USER": "other", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    ordinary, warm = (
        Project(Path(shutil.copytree(project, tmp_path_factory.mktemp(f"{kind}, and more") / "copy")))
        for kind in ("ordinary", "warm")
    )
    ordinary.build(NOTEBOOK_REPORTS_KERNELS="ordinary")
    said = warm.build(NOTEBOOK_REPORTS_KERNELS="warm", **env)
    assert "gives no process" not in said
    assert ordinary.hashes(".build/executed") == warm.hashes(".build/executed")
    assert outputs(ordinary) == outputs(warm)
    for folder in ("data", "reports"):
        assert warm.hashes(folder) == Project(paths.ROOT).hashes(folder)
    names = [path.stem for path in (warm.root / "notebooks").glob("*.ipynb")]
    drawn = [shown for name in names for shown in executed(warm, name) if "image/svg+xml" in shown.get("data", {})]
    assert len(drawn) == len(list((warm.root / "reports/figures").glob("*.svg")))


@pytest.mark.parametrize("kernels", ["ordinary"] + ["warm"] * provisioner.POSSIBLE)
def test_a_wrong_table_is_told_without_a_traceback_by_every_task_that_reads_it(project, kernels):
    copy = Project(project)
    table = copy.read("data/raw/observations.csv")
    copy.write("data/raw/observations.csv", table.replace(",2012,", ",2012-Q7,", 1))
    output = copy.fail(NOTEBOOK_REPORTS_KERNELS=kernels)
    assert output.count("row 2, column period: found '2012-Q7'") == 2
    assert "FAILED: influence, notebook:01" in output


def test_a_changed_figure_is_told_with_all_that_follows_from_it(project):
    """The entries of 2024-Q3, printed otherwise by all papers: the next quarter, growth and verdicts change with it."""
    copy = Project(project)
    copy.git("init", "--quiet")
    copy.git("add", ".")
    copy.git("commit", "--quiet", "-m", "x")
    table = project / "data/raw/observations.csv"
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    for row in rows:
        if row["period"] == "2024-Q3" and row["value"] == "5263":
            row["value"] = row["as_stated"] = "5264"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    copy.build("notebook")
    code, told = copy.run("notebook_reports.diff")
    assert code == 0, told
    assert "figures (raw/observations.csv)" in told
    assert "value 5263" in told and "value 5264" in told
    assert "border_entries PRK 2024-Q3: 5263, reported -> 5264, reported" in told
    assert "border_entries PRK 2024-Q4: 5450, derived -> 5449, derived" in told
    assert "factor 2024-Q3" in told
    assert "verdicts" in told
    assert "5449, derived" in copy.read(".build/diff.html")


NOTEBOOK = """
    "06-count-sources": {"reads": [SOURCES], "writes": []},
"""


def test_a_notebook_is_added_by_its_file_and_its_entry_in_dodo(project):
    copy = Project(project)
    stored = json.loads(copy.read("notebooks/05-render-charts.ipynb"))
    sources = {
        "imports": "from dprk_entries.data import tables\nfrom notebook_reports import show",
        "finding": "show.headline(f\"{len(tables.read_raw('sources'))} sources were found.\")",
    }
    cells = [
        {"cell_type": "markdown", "id": "question", "metadata": {}, "source": "# How many sources?"},
        *(
            {"cell_type": "code", "id": name, "metadata": {"tags": [name]}, "source": source, "outputs": []}
            | {"execution_count": None}
            for name, source in ({"parameters": ""} | sources).items()
        ),
    ]
    copy.write("notebooks/06-count-sources.ipynb", json.dumps(stored | {"cells": cells}))
    graph = copy.read("dodo.py")
    copy.write("dodo.py", graph.replace("\n}\nFINDINGS", f"{NOTEBOOK}}}\nFINDINGS"))
    tasks = ran(copy.build("page:06-count-sources"))
    assert tasks == ["notebook:06-count-sources", "page:06-count-sources"]
    assert "sources were found." in copy.read("reports/06-count-sources.html")
