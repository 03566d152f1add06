"""Adding a figure: refused as the schema refuses, and what it does is said at once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pexpect
import pytest

from dprk_entries.data import add

FIELDS = ["source_id=TRIBUNE2023", "period=2022-Q4", "as_stated=about 70", "locator=para 3"]


class Run(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(data, capsys) -> Callable[..., Run]:
    """Add a figure to the frozen tables, without a terminal."""

    def of(*fields: str) -> Run:
        code = add.main(list(fields))
        return Run(code, *capsys.readouterr())

    return of


def last_row(data: Path, name: str = "observations") -> str:
    return (data / "raw" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[-1]


def test_a_figure_that_fits_is_written_with_its_usual_fields(run, data):
    done = run(*FIELDS)
    assert done.code == 0, done.err
    assert "F0083: about 70, read as 65 to 75." in done.out
    assert "It fits all figures of border entries of PRK accepted so far." in done.out
    assert "\nborder entries of PRK, 2022-Q4: is now 65 to 75; readers who print it: 1." in done.out
    assert "border_entries PRK 2022-Q1: up to 100 -> up to 35 (narrower)" in done.out
    lines = done.out.splitlines()
    (count,) = [int(line.split()[-1]) for line in lines if line.startswith("Cells that change: ")]
    assert sum("->" in line for line in lines) == add.SHOWN
    assert f"  ... and {count - add.SHOWN} more" in lines
    expected = "F0083,TRIBUNE2023,border_entries,PRK,2022-Q4,_T,_T,,about 70,,70,,approx,10,crossings,,para 3,"
    assert last_row(data) == expected


def test_a_figure_that_says_what_was_known_changes_nothing(run):
    done = run("source_id=MIRROR2023", "period=2022", "as_stated=100", "locator=para 1")
    assert "It fits all figures of border entries of PRK accepted so far." in done.out
    assert "border entries of PRK, 2022: stays 100; readers who print it: 1." in done.out
    assert "No cell changes." in done.out


def test_the_first_figure_of_a_nationality_is_told_like_any_other(run):
    done = run("source_id=MIRROR2023", "nationality=ARM", "period=2022", "as_stated=100", "locator=para 1")
    assert done.code == 0, done.err
    assert "border_entries ARM 2022: nothing known -> 100 (new)" in done.out
    assert "border entries of ARM, 2022: is now 100" in done.out and "Cells that change: 1\n" in done.out


def test_a_figure_that_contradicts_says_whom_and_why(run):
    """If a second reader printed 160, the first quarter of 2023 would be settled."""
    done = run("source_id=ALMANAC2020", "period=2023-Q1", "as_stated=160", "locator=para 1")
    assert done.code == 0, done.err
    assert "F0030 (150) becomes rejected: 2023-Q1 is 160 as read by GAMMA, 150 as read by ALPHA" in done.out
    assert "No conflict any more: F0031, F0032." in done.out
    assert "border_entries PRK 2023-Q1: 150 to 160 -> 160 (narrower)" in done.out
    assert "border_entries PRK 2023-Q2: 240 to 250 -> 240 (narrower)" in done.out


def test_a_figure_in_conflict_needs_a_reading(run):
    done = run(*FIELDS[:1], "period=2024-Q3", "as_stated=3,500", "locator=para 1")
    readings = "4,500 as read by ALPHA and BETA, 3,500 as read by ALPHA"
    assert f"It contradicts others and becomes rejected: 2024-Q3 is {readings}." in done.out
    assert "Say what you make of F0083: a row each in data/raw/resolutions.csv." in done.out


def test_of_all_that_becomes_contested_the_new_figure_is_told_first(run):
    lines = run("source_id=ALMANAC2020", "period=2022", "as_stated=200", "locator=para 1").out.splitlines()
    told = [line.partition(" becomes contested")[0] for line in lines if " becomes contested" in line]
    assert told == ["It contradicts others and", "F0042 (100)"]


def test_a_figure_of_a_series_that_does_not_add_up_is_said_to_take_no_part(run):
    done = run("source_id=RECTOR2024", "series=plans", "period=2026", "as_stated=200", "unit=persons", "locator=end")
    assert done.code == 0 and "It takes no part in sums" in done.out
    undated = run("source_id=RECTOR2024", "period=undated", "as_stated=200", "locator=end")
    assert undated.code == 0 and "It takes no part in sums" in undated.out


def test_a_withheld_figure_is_read_as_nothing(run, data):
    done = run(FIELDS[0], "period=2025-Q4", "as_stated=blank", "value=", "qualifier=not_published", "locator=table")
    assert done.code == 0, done.err
    assert "blank, read as nothing published." in done.out and "2025-Q4: is now not published" in done.out
    assert last_row(data).endswith(",blank,,,,not_published,,crossings,,table,")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["purpose=educaton"], "Did you mean 'education'?"),
        (["value=13.1"], "expected a whole number"),
        (["period=2022-04"], "'2022-04' is not made of whole quarters"),
        (["purpose=education", "period=2022-Q4", "transport=air"], "expected _T beside a purpose"),
        (["porpose=education"], "found the field 'porpose'"),
        (["source_id=NEWSPAPER2026"], "row 11, column accessed: found ''"),
        (["source_id=tribune"], "source_id: found 'tribune'"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_written(run, data, fields, message):
    before = {path: path.read_bytes() for path in (data / "raw").iterdir()}
    done = run(*FIELDS, *fields)
    assert done.code == 1
    assert message in done.err
    assert "Nothing was written." in done.err
    assert {path: path.read_bytes() for path in (data / "raw").iterdir()} == before


@pytest.mark.parametrize(
    ("as_stated", "read"),
    [
        ("At least 120", "120,,at_least,10"),
        ("over 120", "120,,more_than,10"),
        ("more than 100", "100,,more_than,100"),
        ("Fewer than 1,200", "1200,,fewer_than,100"),
        ("up to 1,200", "1200,,at_most,100"),
        ("nearly 80", "80,,nearly,10"),
        ("128", "128,,exact,1"),
        ("120", "120,,exact,1"),
        ("13 221", "13221,,exact,1"),
        ("12 thousand", "12000,,rounded,1000"),
        ("about 12.0 thousand", "12000,,approx,100"),
    ],
)
def test_plain_wording_is_read(run, data, as_stated, read):
    done = run(*FIELDS[:2], f"as_stated={as_stated}", *FIELDS[3:], "series=plans", "unit=persons")
    assert done.code == 0, done.err
    assert f",{read}," in last_row(data)


@pytest.mark.parametrize(
    "as_stated",
    ["roughly 130", "between 120 and 130", "in 2022: 130", "1.130", "약 130", "130 citizens", "13,0"],
)
def test_other_wording_is_not_guessed_at_and_read_by_the_one_who_adds_it(run, as_stated):
    figure = [*FIELDS[:2], f"as_stated={as_stated}", *FIELDS[3:], "series=plans", "unit=persons"]
    refused = run(*figure)
    assert refused.code == 1
    assert "column qualifier: found '', expected a value" in refused.err
    assert "Give value=... and qualifier=... as well." in refused.err
    value = {"1.130": 1130, "13,0": 13}.get(as_stated, 130)
    given = run(*figure, f"value={value}", "qualifier=exact")
    assert given.code == 0, given.err


def test_a_number_that_its_language_does_not_settle_is_refused_with_what_it_can_be(run):
    assert "An exact value is one of its numbers: 1.083 or 1083." in run(*FIELDS[:2], "as_stated=1.083", FIELDS[3]).err
    assert "An exact value is one of its numbers: 2022, 130." in run(*FIELDS[:2], "as_stated=2022: 130", FIELDS[3]).err


@pytest.mark.parametrize(
    ("language", "as_stated", "read"),
    [
        ("ru", "13\u202f221", "13221,,exact,1"),
        ("ru", "13,2 тыс.", "13200,,rounded,100"),
        ("ko", "1만 3221명", "13221,,exact,1"),
        ("zh", "1.3 万", "13000,,rounded,1000"),
        ("de", "1.234", "1234,,exact,1"),
    ],
)
def test_a_number_is_read_as_the_language_of_its_source_prints_it_and_kept_so(run, data, language, as_stated, read):
    source = {"publisher": "Die Zeitung", "accessed": "2026-11-23", "language": language, "read_by": "ZEITUNG"}
    described = [f"source.{field}={value}" for field, value in source.items()]
    figure = [f"as_stated={as_stated}", *FIELDS[3:], "series=plans", "period=2022-Q4", "unit=persons"]
    done = run("source_id=ZEITUNG2026", *described, *figure)
    assert done.code == 0, done.err
    assert f"{as_stated},,{read}," in last_row(data).replace('"', "")


def test_a_wording_of_ours_is_read_as_english_whatever_the_language_of_its_source(run, data):
    sources = data / "raw" / "sources.csv"
    sources.write_text(sources.read_text("utf-8").replace(",en,", ",ru,"), "utf-8")
    figure = [*FIELDS[:2], "as_stated=about 1,200", FIELDS[3], "series=plans", "unit=persons"]
    assert "is not plain wording (language ru)" in run(*figure).err
    done = run(*figure, "as_stated_language=en")
    assert done.code == 0, done.err
    assert ',"about 1,200",en,1200,,approx,100,' in last_row(data)


def test_a_source_left_out_mistyped_or_described_twice_is_told_at_once(run):
    assert "source_id: found '', expected a value" in run(*FIELDS[1:]).err
    assert "If you meant TRIBUNE2023, stop" in run("source_id=TRIBUNE202", *FIELDS[1:]).out
    assert "TRIBUNE2023 is known already: leave out source.publisher" in run(*FIELDS, "source.publisher=X").err


def test_a_new_source_is_added_before_its_figure(run, data):
    source = ["publisher=The Daily", "accessed=2026-11-23", "language=en", "read_by=DAILY"]
    fields = [*FIELDS[1:], "series=plans", "unit=persons", *(f"source.{field}" for field in source)]
    done = run("source_id=DAILY20261101", *fields)
    assert done.code == 0, done.err
    assert "DAILY20261101 is a new source" in done.out
    assert "If you meant" not in done.out
    assert last_row(data, "sources") == "DAILY20261101,The Daily,,,,,,2026-11-23,en,,DAILY,"
    assert last_row(data).startswith("F0083,DAILY20261101,")
    assert done.out.index("data/raw/sources.csv") < done.out.index("data/raw/observations.csv")


# As a command of its own


@pytest.fixture
def command(data, monkeypatch) -> dict:
    """What a process needs to add to the frozen tables."""
    root = data.parent
    shutil.copytree(Path(add.__file__).parents[2], root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return {"cwd": root, "env": os.environ | {"PYTHONPATH": str(root / "src"), "PROMPT_TOOLKIT_NO_CPR": "1"}}


def test_the_command_refuses_with_its_exit_code(command, data):
    done = subprocess.run(
        [sys.executable, "-m", "dprk_entries.data.add", *FIELDS[:2]],
        **command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1 and "Nothing was written." in done.stderr
    assert "Traceback" not in done.stderr


def test_at_a_terminal_fields_are_asked_for_and_checked_as_they_are_typed(command, data):
    before = last_row(data)
    terminal = pexpect.spawn(
        sys.executable, ["-m", "dprk_entries.data.add", *FIELDS[1:]],
        **command, encoding="utf-8", dimensions=(50, 160), timeout=60,
    )  # fmt: skip
    typed = {"source_id": "TRIBUNE2023", "purpose": "\x15porpoise"}  # control-U: away with what stands there
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
    assert last_row(data) == before
