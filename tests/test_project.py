"""The whole project, run for real: a bad figure stops it, a changed figure changes what it says."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import frictionless
import pytest
from projects import Project

from notebook_reports import paths

FROZEN = Path(__file__).parent / "dprk_entries" / "frozen"
# What notebooks name that only the real tables have, and what takes its place.
FOR_FROZEN = {
    '"last_shown: str = \\"2025-Q4\\"': '"last_shown: str = \\"2025-Q3\\"',
    '"mean_first: int = 2010': '"mean_first: int = 2017',
    '"compared_first: int = 2010': '"compared_first: int = 2017',
    '"last_quarter: str = \\"2025-Q4\\"': '"last_quarter: str = \\"2025-Q3\\"',
    "KJD20250205": "COURIER2025",
    "SAYARI20181217": "MIRROR2023",
    "NKNEWS201802": "TRIBUNE2023",
}


def doit(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    command = [sys.executable, "-m", "doit", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=300)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def edit(path: Path, wanted: dict[str, str], cells: dict[str, str]) -> int:
    """Change the first row that has the wanted cells; its row in a spreadsheet."""
    rows = rows_of(path)
    position, row = next((i, row) for i, row in enumerate(rows) if wanted.items() <= row.items())
    row |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return position + 2


def fingerprints(project: Path) -> dict[str, str]:
    files = [project / "README.md", *(project / "data" / "processed").iterdir(), *(project / "reports").rglob("*.*")]
    return {str(f.relative_to(project)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}


@pytest.fixture
def frozen_project(project) -> Path:
    """The project on the frozen tables; its results are still those of the real ones."""
    for table in FROZEN.glob("*.csv"):
        shutil.copy(table, project / "data/raw")
    shutil.rmtree(project / "data/raw/imports")
    schema = project / "data/datapackage.json"
    package = json.loads(schema.read_text(encoding="utf-8"))
    package["resources"] = [t for t in package["resources"] if not t["path"].startswith("raw/imports/")]
    schema.write_text(json.dumps(package), encoding="utf-8")
    for notebook in (project / "notebooks").glob("*.ipynb"):
        text = notebook.read_text(encoding="utf-8")
        for real, frozen in FOR_FROZEN.items():
            text = text.replace(real, frozen)
        notebook.write_text(text, encoding="utf-8")
    return project


def test_a_bad_figure_stops_the_build_and_leaves_the_last_good_outputs(project):
    before = fingerprints(project)
    row = edit(project / "data/raw/observations.csv", {"qualifier": "exact"}, {"value": "13.221"})
    run = doit(project)
    said = run.stdout + run.stderr
    assert run.returncode != 0
    assert f"data/raw/observations.csv, row {row}, column value: found '13.221', expected a whole number" in said
    assert "01-clean-source-figures" in said and "read" in said
    assert fingerprints(project) == before


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda text: text.encode("utf-16"), "row 1, column 1: found the byte 0xff, expected text in UTF-8"),
        (lambda text: text.encode("cp949", "ignore"), "row 19, column label_as_stated: found the byte 0xc7"),
        (lambda text: text.encode().replace(b"F0001", b"F\xff01"), "row 2, column observation_id: found the byte 0xff"),
        (lambda text: text.replace("F0001", "F" + "1" * 140_000).encode(), "row 2: found a cell of more than 131,072"),
        (lambda text: text.replace("F0001", "F" + "1" * 5_000).encode(), "row 2, column observation_id: found 'F111"),
    ],
)  # fmt: skip
def test_a_table_that_nobody_can_read_stops_the_build_in_words(project, damage, told):
    table = project / "data/raw/observations.csv"
    table.write_bytes(damage(table.read_text(encoding="utf-8")))
    run = doit(project, "influence")
    said = run.stdout + run.stderr
    assert run.returncode != 0 and "Traceback" not in said
    assert f"data/raw/observations.csv, {told}" in said


def test_a_broken_schema_is_named_before_anything_runs(project):
    (project / "data/datapackage.json").write_text("{", encoding="utf-8")
    run = doit(project)
    said = run.stdout + run.stderr
    assert run.returncode != 0 and "Traceback" not in said
    assert "data/datapackage.json is not JSON in UTF-8" in said


def test_a_year_that_the_data_do_not_cover_is_refused_by_name(frozen_project):
    notebook = frozen_project / "notebooks/02-analyze-growth.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace('"year: int = 2024', '"year: int = 1999'))
    run = doit(frozen_project, "notebook:02-analyze-growth")
    assert run.returncode != 0
    assert re.search(r"1999 has no total with both ends: choose one of 20\d\d, 20\d\d", run.stdout)


def test_a_period_out_of_bounds_is_refused_as_a_parameter_before_anything_is_computed(project):
    notebook = project / "notebooks/01-clean-source-figures.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace('"2019-Q1\\"', '"0001-Q1\\"'), encoding="utf-8")
    run = doit(project, "notebook:01-clean-source-figures")
    assert run.returncode != 0
    assert (
        "cell read, " in run.stdout
        and "parameter first_shown: found '0001-Q1', expected SDMX time period" in run.stdout
    )


def test_a_set_of_assumptions_is_one_row_of_a_table_and_one_line_of_notebook_03(project):
    """The line of CONTRIBUTING: 50 entries by students of courses, which is less study than one entry each."""
    contributing = (paths.ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
    (line,) = re.findall(r'^ *(\("courses", .*\),)$', contributing, re.MULTILINE)
    with (project / "data/raw/assumptions.csv").open("a", encoding="utf-8") as file:
        file.write("language_courses,0,50,entries a year,Courses that no official counted,\n")
    path = next((project / "notebooks").glob("03-*.ipynb"))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == "sets"]
    place = next(i for i, text in enumerate(cell["source"]) if '("one-entry-each"' in text)
    cell["source"].insert(place + 1, f"        {line}\n")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    run = doit(project)
    assert run.returncode == 0, run.stdout + run.stderr
    rows = [row for row in rows_of(project / "data/processed/laundering.csv") if row["period"] == "2024"]
    (row,) = [row for row in rows if (row["assumption_set"], row["estimand"]) == ("courses", "unexplained_entries")]
    assert (row["low"], row["high"], row["binding"]) == ("7837", "7887", "students of language courses")
    page = (project / "reports" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert (
        "this project" in page
        and "a judgement of this project" in (project / "reports/sources/shares.html").read_text()
    )
    assert page.count(">courses</th>") == 2  # a row among the sets, and below the chart
    assert page.count("students of language courses: at least 99 %") == 2  # in the wide drawing and in the narrow
    entry = (project / "reports/sources/shares.html").read_text(encoding="utf-8")
    assert 'id="unexplained_share_of_education.courses.2024"' in entry


def test_one_changed_raw_figure_flips_a_named_claim_and_all_that_follows_is_told(frozen_project):
    """With 12,000 entries in 2018, 2024 is no longer above that year, which was misquoted as 8,000."""
    copy, verdicts = Project(frozen_project), []
    year = {"series": "border_entries", "nationality": "PRK", "period": "2018"}
    copy.git("init", "--quiet")
    for count, as_stated in (("9000", "9,000"), ("12000", "12,000")):
        edit(frozen_project / "data/raw/observations.csv", year, {"value": count, "as_stated": as_stated})
        run = doit(frozen_project, "notebook:04-check-published-claims")
        assert run.returncode == 0, run.stdout + run.stderr
        # One notebook is no whole build, so nothing is published: what it made lies in the mirror.
        shutil.copytree(
            frozen_project / ".build/site/data/processed", frozen_project / "data/processed", dirs_exist_ok=True
        )
        checked = rows_of(frozen_project / "data/processed/claims_checked.csv")
        verdicts.append({(row["claim_id"], row["part"]): row["verdict"] for row in checked})
        if count == "9000":
            copy.git("add", ".")
            copy.git("commit", "--quiet", "-m", "x")
    was, now = verdicts
    changed = {claim: (was[claim], now[claim]) for claim in was if was[claim] != now[claim]}
    assert changed == {("A09", "1"): ("holds", "false")}
    code, told = copy.run("notebook_reports.diff")
    assert code == 0, told
    for said in (
        "value 9000",
        "value 12000",
        "border_entries PRK 2018: 9000, reported -> 12000, reported",
        "A09 1: holds",
    ):
        assert said in told, told
    assert "12000, reported" in copy.read(".build/diff.html")


def test_every_link_of_the_reports_resolves_inside_them():
    reports = paths.ROOT / "reports"
    ids: dict[Path, set[str]] = {}
    for page in reports.glob("*.html"):
        html = page.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]+)"', html):
            if link.startswith(("https://", "data:")):
                continue
            file, _, anchor = link.partition("#")
            target = reports / file if file else page
            assert target.is_file(), f"{page.name}: {link}"
            if anchor and target not in ids:
                ids[target] = set(re.findall(r'id="([^"]+)"', target.read_text(encoding="utf-8")))
            assert not anchor or anchor in ids[target], f"{page.name}: {link}"


# What readers download


def test_the_data_package_of_the_reports_describes_its_tables_byte_for_byte(tmp_path):
    shutil.copytree(paths.ROOT / "reports/data", tmp_path / "data")
    package = tmp_path / "data/datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))["resources"]
    assert all(resource["hash"].startswith("sha256:") for resource in described)
    assert frictionless.validate(str(package)).valid
    with (tmp_path / "data/claims.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not frictionless.validate(str(package)).valid


def test_the_archive_has_all_for_download_and_is_the_same_byte_for_byte(project, tmp_path):
    for name in ("CHANGELOG.md", "CITATION.cff", "LICENSE"):
        shutil.copy(paths.ROOT / name, project)
    made = "reports/sources"
    shutil.copytree(paths.ROOT / made, project / ".build" / "site" / made)  # as `make archive` has it built
    contents = []
    for turn in ("first", "second"):
        for file in project.rglob("*"):
            os.utime(file)
        archive = tmp_path / turn / "all.zip"
        assert Project(project).run("notebook_reports.archive", str(archive)) == (0, f"{archive}\n")
        contents.append(archive.read_bytes())
    assert contents[0] == contents[1]
    names = set(zipfile.ZipFile(archive).namelist())
    assert {"all/data/raw/observations.csv", "all/reports/sources/counts.html", "all/README.md"} <= names
