"""The house: few things at the top, packages that import one way, short functions."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from notebook_reports import paths

LONGEST = 50  # lines of a function


def test_at_most_fifteen_entries_are_seen_at_the_top():
    tracked = subprocess.run(["git", "ls-files"], cwd=paths.ROOT, check=True, capture_output=True, text=True).stdout
    seen = {name.split("/")[0] for name in tracked.splitlines() if not name.startswith(".")}
    assert len(seen) <= 15, sorted(seen)


@pytest.mark.parametrize("module", sorted((paths.ROOT / "src").rglob("*.py")), ids=lambda path: path.stem)
def test_functions_are_short(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= LONGEST, f"{module.name}, {node.name}: {lines} lines, expected at most {LONGEST}"


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("reconcile.intervals", "notebook_reports.paths"),
        ("reconcile.intervals", "dprk_entries.charts"),
        ("notebook_reports.check_links", "reconcile.periods"),
        ("notebook_reports.check_links", "dprk_entries.charts"),
        ("dprk_entries.entries.cell", "dprk_entries.charts"),
    ],
)
def test_an_import_the_wrong_way_round_is_refused_and_both_modules_are_named(tmp_path, module, imported):
    shutil.copy(paths.ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(paths.ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "src" / Path(*module.split(".")).with_suffix(".py")
    path.write_text(f"import {imported}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "src")}, capture_output=True, text=True,
    )  # fmt: skip
    assert lint.returncode == 1
    assert f"{module} -> {imported} (l.1)" in lint.stdout


SUBJECT = re.compile(
    r"north korea|dprk|\bprk\b|russia|border (service|entries)|border_|visa|education|crossing|purpose|nationalit|"
    r"tourism|newsroom",
    re.IGNORECASE,
)


@pytest.mark.parametrize("package", ["reconcile", "notebook_reports"])
def test_no_word_of_the_subject_stands_in_a_general_package(package):
    files = [
        file for file in (paths.ROOT / "src" / package).rglob("*") if file.suffix in (".py", ".j2", ".css", ".json")
    ]
    lines = [(file.name, line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert files and [(name, line) for name, line in lines if SUBJECT.search(line)] == []


MARKS = re.compile("[\ue000-\uf8ff\ufff9-\ufffb]")


def test_no_text_carries_marks_of_its_own():
    """Characters for private use or annotation: what a number leads to stands beside it, never in it."""
    names = subprocess.run(["git", "ls-files"], cwd=paths.ROOT, check=True, capture_output=True, text=True).stdout
    texts = (paths.ROOT / name for name in names.splitlines() if not name.endswith(".png"))
    assert [file.name for file in texts if file.is_file() and MARKS.search(file.read_text(encoding="utf-8"))] == []
