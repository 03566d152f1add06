"""What a change to the raw tables does is told before it is committed."""

import csv
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from notebook_reports import diff
from notebook_reports.errors import BuildError

FIGURE = {"observation_id": "F0001", "value": "5", "period": "2024", "note": ""}
COUNT = {"series": "border_entries", "nationality": "PRK", "period": "2024", "purpose": "_T", "transport": "_T"}


def test_of_a_changed_raw_row_the_changed_columns_are_told_and_of_a_new_one_all():
    (change,) = diff.changes("observations", [FIGURE], [FIGURE | {"value": "6", "note": "corrected"}])
    assert str(change) == "F0001: value 5 -> value 6; note corrected"
    (change,) = diff.changes("observations", [], [FIGURE])
    assert str(change) == "F0001: not there -> value 5; period 2024"
    (change,) = diff.changes("observations", [FIGURE], [])
    assert str(change) == "F0001: value 5; period 2024 -> gone"


def test_of_a_count_its_interval_and_status_are_told_and_nothing_else():
    before = COUNT | {"low": "5", "high": "5", "status": "reported", "readers": "1"}
    assert not list(diff.changes("entries", [before], [before | {"readers": "2"}]))
    (change,) = diff.changes("entries", [before], [before | {"high": "7", "status": "bounded"}])
    assert str(change) == "border_entries PRK 2024: 5, reported -> 5 to 7, bounded"


def test_the_text_counts_changes_lists_some_and_names_what_is_unchanged():
    many = [diff.Change(str(n), "a", "b") for n in range(20)]
    text = diff.text({"entries": many, "growth": []}, "HEAD")
    assert "20 counts (processed/entries.csv)" in text
    assert "... and 8 more" in text
    assert text.endswith("Unchanged: measures of growth.")
    assert diff.text({"entries": []}, "HEAD") == "No table differs from HEAD."


def test_text_of_a_change_is_text_on_the_page():
    evil = "<script>alert(1)</script>"
    soup = BeautifulSoup(diff.page({"entries": [diff.Change(evil, evil, evil)]}, evil), "html.parser")
    assert [script["type"] for script in soup.select("script")] == ["application/ld+json"]
    assert [cell.string for cell in soup.select("td")] == [evil, evil]


def test_a_revision_that_does_not_exist_is_named():
    with pytest.raises(BuildError, match="no-such-revision"):
        diff.at("entries", "no-such-revision")


def test_a_changed_figure_is_told_with_all_that_follows_from_it(project):
    """The entries of 2024-Q3, printed otherwise by all papers: the next quarter, growth and verdicts change with it."""
    run = lambda *command: subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)  # noqa: E731
    run("git", "init", "--quiet")
    run("git", "add", ".")
    run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "x")
    table = project / "data/raw/observations.csv"
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    for row in rows:
        if row["period"] == "2024-Q3" and row["value"] == "5263":
            row["value"] = row["as_stated"] = "5264"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    code = "from notebook_reports import diff; import sys; sys.exit(diff.main([]))"
    env = {"PYTHONPATH": str(project / "src"), "PATH": "/usr/bin:/bin:/usr/local/bin"}
    for command in (["-m", "doit", "notebook"], ["-c", code]):
        done = subprocess.run([sys.executable, *command], cwd=project, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "value 5263" in done.stdout and "value 5264" in done.stdout
    assert "border_entries PRK 2024-Q3: 5263, reported -> 5264, reported" in done.stdout
    assert "border_entries PRK 2024-Q4: 5450, derived -> 5449, derived" in done.stdout
    assert "factor 2024-Q3" in done.stdout
    assert "verdicts" in done.stdout
    html = (project / ".build/diff.html").read_text(encoding="utf-8")
    assert "5449, derived" in html
