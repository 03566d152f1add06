"""Adding a figure: refused as the schema refuses, and what it does is said at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pexpect
import pytest

from notebook_reports import paths

FIELDS = ["source_id=KBS20240123", "period=2022-Q4", "as_stated=about 130", "locator=para 2"]


@pytest.fixture
def project(tmp_path) -> Path:
    for name in ("src", "data"):
        shutil.copytree(paths.ROOT / name, tmp_path / name)
    return tmp_path


def environment(project: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(project / "src"), "PROMPT_TOOLKIT_NO_CPR": "1"}


def add(project: Path, *fields: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "dprk_entries.data.add", *fields],
        cwd=project, env=environment(project), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def last_row(project: Path, name: str = "observations") -> str:
    return (project / "data" / "raw" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[-1]


def next_id(project: Path) -> str:
    return f"F{int(last_row(project).partition(',')[0][1:]) + 1:04}"


def readers(project: Path, period: str) -> int:
    """Who prints the entries of a period, as the tables have it so far."""
    entries = pd.read_csv(project / "data" / "processed" / "entries.csv", low_memory=False)
    total = entries.query("series == 'border_entries' and nationality == 'PRK' and purpose == transport == '_T'")
    return int(total.set_index("period").loc[period, "readers"])


def test_a_figure_that_fits_is_written_with_its_usual_fields(project):
    new = next_id(project)
    run = add(project, *FIELDS)
    assert run.returncode == 0, run.stderr
    assert "about 130, read as 125 to 135." in run.stdout
    assert "It fits all figures accepted so far." in run.stdout
    assert f"2022-Q4 is now 128; readers who print it: {readers(project, '2022-Q4') + 1}." in run.stdout
    expected = f"{new},KBS20240123,border_entries,PRK,2022-Q4,_T,_T,,about 130,130,,approx,10,crossings,,para 2,"
    assert last_row(project) == expected


def test_a_figure_that_contradicts_says_whom_and_why(project):
    """If a second reader printed 157, the first quarter of 2023 would be settled."""
    run = add(project, "source_id=ASIATODAY20250205", "period=2023-Q1", "as_stated=157", "locator=para 1")
    assert run.returncode == 0, run.stderr
    assert "F0035 (153) becomes rejected: 2023-Q1 is 157 as read by RFA, 153 as read by NKNEWS" in run.stdout
    assert "No conflict any more: F0051, F0052." in run.stdout
    assert "border_entries PRK 2023-Q1: 153 to 157 -> 157 (narrower)" in run.stdout


def test_a_figure_in_conflict_needs_a_reading(project):
    new = next_id(project)
    run = add(project, *FIELDS[:1], "period=2024-Q3", "as_stated=4,263", "locator=para 1")
    readings = "5,263 as read by NKNEWS and RFA, 4,263 as read by NKNEWS"
    assert f"It contradicts others and becomes rejected: 2024-Q3 is {readings}." in run.stdout
    assert f"Say what you make of {new}: a row each in data/raw/resolutions.csv." in run.stdout


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["purpose=educaton"], "Did you mean 'education'?"),
        (["value=13.1"], "expected a whole number"),
        (["period=2022-04"], "'2022-04' is not made of whole quarters"),
        (["purpose=education", "period=2022-Q4", "transport=air"], "expected _T beside a purpose"),
        (["porpose=education"], "found the field 'porpose'"),
        (["source_id=NEWSPAPER2026"], "column accessed: found '', expected"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_written(project, fields, message):
    before = {path: path.read_bytes() for path in (project / "data" / "raw").iterdir()}
    run = add(project, *FIELDS, *fields)
    assert run.returncode == 1
    assert message in run.stderr
    assert "Nothing was written." in run.stderr
    assert {path: path.read_bytes() for path in (project / "data" / "raw").iterdir()} == before


@pytest.mark.parametrize(
    ("as_stated", "read"),
    [
        ("At least 120", "at_least,10"),
        ("over 120", "more_than,10"),
        ("Fewer than 1,200", "fewer_than,100"),
        ("128", "exact,1"),
    ],
)
def test_plain_wording_is_read(project, as_stated, read):
    run = add(project, *FIELDS[:2], f"as_stated={as_stated}", *FIELDS[3:])
    assert run.returncode == 0, run.stderr
    assert f",{read}," in last_row(project)


@pytest.mark.parametrize(
    "as_stated",
    ["roughly 130", "between 120 and 150", "12.5 thousand", "13 221", "12 thousand", "약 1만3000", "13 citizens"],
)
def test_other_wording_is_not_guessed_at(project, as_stated):
    run = add(project, *FIELDS[:2], f"as_stated={as_stated}", *FIELDS[3:])
    assert run.returncode == 1
    assert "column qualifier: found '', expected a value" in run.stderr
    assert "Give value=... and qualifier=... as well." in run.stderr


def test_a_source_left_out_mistyped_or_described_twice_is_told_at_once(project):
    assert "source_id: found '', expected a value" in add(project, *FIELDS[1:]).stderr
    assert "If you meant KBS20240123, stop" in add(project, "source_id=KBS2024012", *FIELDS[1:]).stdout
    assert (
        "KBS20240123 is known already: leave out source.publisher" in add(project, *FIELDS, "source.publisher=X").stderr
    )


def test_a_new_source_is_added_before_its_figure(project):
    source = ["publisher=The Daily", "accessed=2026-11-23", "language=en", "read_by=DAILY"]
    new = next_id(project)
    run = add(project, "source_id=PAPER20261101", *FIELDS[1:], *(f"source.{field}" for field in source))
    assert run.returncode == 0, run.stderr
    assert "PAPER20261101 is a new source" in run.stdout
    assert "If you meant" not in run.stdout
    assert last_row(project, "sources") == "PAPER20261101,The Daily,,,,,,2026-11-23,en,,DAILY,"
    assert last_row(project).startswith(f"{new},PAPER20261101,")


def test_at_a_terminal_fields_are_asked_for_and_checked_as_they_are_typed(project):
    terminal = pexpect.spawn(
        sys.executable, ["-m", "dprk_entries.data.add", *FIELDS[1:]],
        cwd=project, env=environment(project), encoding="utf-8", dimensions=(50, 160), timeout=60,
    )  # fmt: skip
    typed = {"source_id": "KBS20240123", "purpose": "\x15porpoise"}  # control-U: away with what stands there
    for _ in range(20):
        if terminal.expect([r"\n([a-z_]+): [A-Z]", r"Write it\? \(y/n\)"]) == 1:
            break
        column = terminal.match[1]
        terminal.expect(f"{column} =")
        terminal.send(typed.get(column, "") + "\r")
        if column == "purpose":
            terminal.expect("found 'porpoise', expected one of")
            terminal.send("\x15")
            terminal.send("_T")
            terminal.send("\r")
    terminal.send("n\r")
    terminal.expect("Nothing was written.")
    terminal.expect(pexpect.EOF)
    assert last_row(project) == (paths.RAW / "observations.csv").read_text(encoding="utf-8").splitlines()[-1]
