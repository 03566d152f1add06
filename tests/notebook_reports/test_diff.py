"""What a change to the tables does is told before it is committed."""

import pytest
from bs4 import BeautifulSoup
from projects import Project

from notebook_reports import diff
from notebook_reports.errors import BuildError

HARVEST = {"village": "Ash", "year": "2021", "tonnes": "12", "paper": ""}
TOTAL = {"year": "2022", "low": "40", "high": "40", "villages": "3"}


def test_of_a_changed_row_the_changed_columns_are_told_and_of_a_new_one_all():
    (change,) = diff.changes("harvests", [HARVEST], [HARVEST | {"tonnes": "13", "paper": "Valley Post"}])
    assert str(change) == "Ash 2021: tonnes 12 -> tonnes 13; paper Valley Post"
    (change,) = diff.changes("harvests", [], [HARVEST])
    assert str(change) == "Ash 2021: not there -> tonnes 12"
    (change,) = diff.changes("harvests", [HARVEST], [])
    assert str(change) == "Ash 2021: tonnes 12 -> gone"


def test_where_the_settings_say_what_is_told_it_is_the_interval_and_nothing_else():
    assert not list(diff.changes("totals", [TOTAL], [TOTAL | {"villages": "2"}]))
    (change,) = diff.changes("totals", [TOTAL], [TOTAL | {"high": "42"}])
    assert str(change) == "2022: 40 -> 40 to 42"


def test_the_text_counts_changes_lists_some_and_names_what_is_unchanged():
    many = [diff.Change(str(n), "a", "b") for n in range(20)]
    text = diff.text({"totals": many, "harvests": []}, "HEAD")
    assert "harvests: 20 (processed/totals.csv)" in text  # as the settings call them
    assert "... and 8 more" in text
    assert text.endswith("Unchanged: harvests.")
    assert diff.text({"totals": []}, "HEAD") == "No table differs from HEAD."


def test_text_of_a_change_is_text_on_the_page():
    evil = "<script>alert(1)</script>"
    soup = BeautifulSoup(diff.page({"totals": [diff.Change(evil, evil, evil)]}, evil), "html.parser")
    assert [script["type"] for script in soup.select("script")] == ["application/ld+json"]
    assert [cell.string for cell in soup.select("td")] == [evil, evil]


def test_a_revision_that_does_not_exist_is_named():
    with pytest.raises(BuildError, match="no-such-revision"):
        diff.at("totals", "no-such-revision")


def test_changes_since_a_commit_are_told_table_by_table(example: Project):
    example.git("init", "--quiet")
    example.git("add", ".")
    example.git("commit", "--quiet", "-m", "x")
    example.write("data/raw/harvests.csv", example.read("data/raw/harvests.csv").replace("Ash,2022,15", "Ash,2022,16"))
    example.build()
    code, output = example.run("notebook_reports.diff")
    assert code == 0, output
    assert output.splitlines()[1:5] == [
        "harvests: 1 (raw/harvests.csv)",
        "  Ash 2022: tonnes 15 -> tonnes 16",
        "harvests: 1 (processed/totals.csv)",
        "  2022: 40 to 42 -> 41 to 43",
    ]
    assert "41 to 43" in example.read(".build/diff.html")
    code, output = example.run("notebook_reports.diff", "no-such-revision")
    assert code == 1
    assert "no-such-revision" in output
    assert "Traceback" not in output
