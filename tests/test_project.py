"""The whole project, run for real: a bad figure stops it, a changed figure changes what it says."""

import csv
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from notebook_reports import paths


def doit(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    command = [sys.executable, "-m", "doit", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=300)


def edit(path: Path, key: str, column: str, cell: str) -> None:
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    next(row for row in rows if key in row.values())[column] = cell
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fingerprints(project: Path) -> dict[str, str]:
    files = [project / "README.md", *(project / "data" / "processed").iterdir(), *(project / "reports").rglob("*.*")]
    return {str(f.relative_to(project)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}


def test_a_bad_figure_stops_the_build_and_leaves_the_last_good_outputs(project):
    before = fingerprints(project)
    edit(project / "data/raw/observations.csv", "F0104", "value", "13.221")
    run = doit(project)
    said = run.stdout + run.stderr
    assert run.returncode != 0
    assert "data/raw/observations.csv, row 105, column value: found '13.221', expected a whole number" in said
    assert "01-clean-source-figures" in said and "read" in said
    assert fingerprints(project) == before


def test_a_year_that_the_data_do_not_cover_is_refused_by_name(project):
    notebook = project / "notebooks/02-analyze-growth.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace('"year: int = 2024', '"year: int = 1999'))
    run = doit(project, "notebook:02-analyze-growth")
    assert run.returncode != 0
    assert "found no cell for border_entries 1999 _T, expected the years 2010 to 2024" in run.stdout + run.stderr


def test_one_changed_raw_figure_flips_a_named_claim(project):
    """2020-Q1 above 2024-Q3: the third quarter of 2024 is no longer the highest since 2019-Q4, and nothing keeps the
    education entries of 2020-Q1 below its record."""
    edit(project / "data/raw/observations.csv", "F0475", "value", "5877")
    edit(project / "data/raw/observations.csv", "F0475", "as_stated", "5,877")
    run = doit(project, "notebook:04-check-published-claims")
    assert run.returncode == 0, run.stdout + run.stderr
    rows = csv.DictReader((project / "data/processed/claims_checked.csv").open(encoding="utf-8", newline=""))
    committed = csv.DictReader((paths.ROOT / "data/processed/claims_checked.csv").open(encoding="utf-8", newline=""))
    was, now = ({row["claim_id"]: row["verdict"] for row in table} for table in (committed, rows))
    assert {claim: (was[claim], now[claim]) for claim in was if was[claim] != now[claim]} == {
        "B12": ("holds", "false"),
        "B22": ("holds", "cannot be decided"),
        "B23": ("holds", "cannot be decided"),
    }


def test_every_link_of_the_reports_resolves_inside_them():
    reports = paths.ROOT / "reports"
    for page in reports.glob("*.html"):
        html = page.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]+)"', html):
            if link.startswith(("https://", "data:")):
                continue
            file, _, anchor = link.partition("#")
            target = reports / file if file else page
            assert target.is_file(), f"{page.name}: {link}"
            assert not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8"), f"{page.name}: {link}"
