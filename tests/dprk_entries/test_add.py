"""Adding a figure: refused as the schema refuses, and what it does is said at once."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pexpect
import pytest

from dprk_entries.data import tables
from dprk_entries.data.add import command as add
from dprk_entries.data.add import effect
from dprk_entries.entries.reconciliation import SERIES
from notebook_reports import paths

ROOT = paths.ROOT

FIELDS = ["source_id=TRIBUNE2023", "period=2022-Q4", "as_stated=about 70", "locator=para 3"]


def but(*fields: str) -> list[str]:
    """FIELDS with some in place of others, or more."""
    return [f"{name}={text}" for name, text in dict(field.split("=", 1) for field in [*FIELDS, *fields]).items()]


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
    assert "\nborder entries of PRK, 2022-Q4: is now 65 to 75; witnesses who print it: 1." in done.out
    assert "2022-Q4: is now 65 to 75; witnesses who print it: 1." in done.out
    assert "border_entries PRK 2022-Q1: up to 100 -> up to 35 (narrower)" in done.out
    lines = done.out.splitlines()
    (count,) = [int(line.split()[-1]) for line in lines if line.startswith("Cells that change: ")]
    assert sum("->" in line for line in lines) == effect.SHOWN
    assert f"  ... and {count - effect.SHOWN} more" in lines
    expected = "F0083,TRIBUNE2023,border_entries,PRK,2022-Q4,_T,_T,,about 70,,70,,approx,10,crossings,,para 3,,"
    assert last_row(data) == expected


def test_a_figure_that_says_what_was_known_changes_nothing(run):
    done = run("source_id=MIRROR2023", "period=2022", "as_stated=100", "locator=para 1")
    assert "It fits all figures of border entries of PRK accepted so far." in done.out
    assert "border entries of PRK, 2022: stays 100; witnesses who print it: 1." in done.out
    assert "No cell changes." in done.out


def test_the_first_figure_of_a_nationality_is_told_like_any_other(run):
    done = run("source_id=MIRROR2023", "nationality=VUT", "period=2022", "as_stated=100", "locator=para 1")
    assert done.code == 0, done.err
    assert "border_entries VUT 2022: nothing known -> 100 (new)" in done.out
    assert "border entries of VUT, 2022: is now 100" in done.out and "Cells that change: 1\n" in done.out


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
    told = f"F0083 (3,500) contradicts others and becomes rejected: 2024-Q3 is {readings} (border entries of PRK)."
    assert told in done.out
    assert "Say what you make of F0083: a row each in data/raw/resolutions.csv." in done.out


def test_of_all_that_becomes_contested_the_new_figure_is_told_first(run):
    lines = run("source_id=ALMANAC2020", "period=2022", "as_stated=200", "locator=para 1").out.splitlines()
    told = [line.partition(" becomes contested")[0] for line in lines if " becomes contested" in line]
    assert told == ["F0083 (200) contradicts others and", "F0042 (100)"]


def test_a_figure_of_a_series_that_need_not_add_up_is_compared_and_one_without_a_period_is_not(run):
    plans = ["source_id=RECTOR2024", "series=plans", "period=2026", "unit=persons", "locator=end"]
    assert "It fits all figures of plans of PRK accepted so far." in run(*plans, "as_stated=200").out
    other = run("source_id=MIRROR2023", *plans[1:], "as_stated=300")
    assert "becomes contested: 2026 is 200 or 300 in different papers (plans of PRK)." in other.out
    undated = run("source_id=RECTOR2024", "period=undated", "as_stated=200", "locator=end")
    assert undated.code == 0 and "F0085: compared with nothing, since it has no period." in undated.out


def test_a_withheld_figure_is_read_as_nothing(run, data):
    done = run(FIELDS[0], "period=2025-Q4", "as_stated=blank", "value=", "qualifier=not_published", "locator=table")
    assert done.code == 0, done.err
    assert "blank, read as nothing published." in done.out and "2025-Q4: is now not published" in done.out
    assert last_row(data).endswith(",blank,,,,not_published,,crossings,,table,,")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["purpose=educaton"], "Did you mean 'education'?"),
        (["value=13.1"], "expected a whole number"),
        (["period=2022-04"], "'2022-04' is not made of whole quarters"),
        (["purpose=education", "period=2022-Q4", "transport=air"], "expected _T beside a purpose"),
        (["porpose=education"], "found the field 'porpose'"),
        (["as_stated="], "the new figure, column as_stated: found '', expected a value"),
        (
            ["source_id=MIRROR2023", "period=2023-Q2", "as_stated=240", "locator=para 2"],
            "the new figure: found the same figure of the same source as in row 33 of data/raw/observations.csv",
        ),
        (["source_id=NEWSPAPER2026"], "the new figure, column source.accessed: found ''"),
        (["source_id=tribune"], "source_id: found 'tribune'"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_written(run, data, fields, message):
    before = {path: path.read_bytes() for path in (data / "raw").iterdir()}
    done = run(*but(*fields))
    assert done.code == 1
    assert message in done.err
    assert "Nothing was written." in done.err
    assert {path: path.read_bytes() for path in (data / "raw").iterdir()} == before


def test_all_that_is_wrong_is_told_at_once(run):
    told = run("source_id=MIRROR2023", "period=2022-13", "as_stated=70", "purpose=educaton").err
    for column, found in {"period": "'2022-13' is no", "purpose": "found 'educaton'", "locator": "found ''"}.items():
        assert f"the new figure, column {column}: {found}" in told
    assert "found the field period twice" in run(*FIELDS, "period=2022").err
    assert "found 'period', expected NAME=VALUE" in run(*FIELDS[:1], "period").err


def test_months_are_for_series_that_need_not_add_up_as_the_description_of_a_period_says(run):
    period = next(field for field in tables.resource("observations")["schema"]["fields"] if field["name"] == "period")
    told = re.search(r"whole quarters in (\w+), (\w+) and (\w+), which are added up", period["description"])
    assert set(told.groups()) == set(SERIES)
    done = run(*but("period=2022-04", "series=plans", "unit=persons"))
    assert done.code == 0, done.err


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
    assert "TRIBUNE202 is a new source. Did you mean TRIBUNE2023?" in run("source_id=TRIBUNE202", *FIELDS[1:]).out
    assert "TRIBUNE2023 is known already: leave out source.publisher" in run(*FIELDS, "source.publisher=X").err


def test_a_new_source_is_added_before_its_figure(run, data):
    source = ["publisher=The Daily", "accessed=2026-11-23", "language=en", "read_by=DAILY"]
    fields = [*FIELDS[1:], "series=plans", "unit=persons", *(f"source.{field}" for field in source)]
    done = run("source_id=DAILY20261101", *fields)
    assert done.code == 0, done.err
    assert "DAILY20261101 is a new source" in done.out
    assert "Did you mean" not in done.out
    assert last_row(data, "sources") == "DAILY20261101,The Daily,,,,,,2026-11-23,en,,DAILY,"
    assert last_row(data).startswith("F0083,DAILY20261101,")
    assert "Written at the end of data/raw/sources.csv: DAILY20261101" in done.out


def test_a_total_of_all_nationalities_below_a_part_of_it_is_told(run):
    """North Koreans alone have 6,000 education entries in 2024, and the Chinese are 100,000 in all."""
    education = ["source_id=MIRROR2023", "nationality=_T", "period=2024", "purpose=education", "locator=end"]
    told = run(*education, "as_stated=100").out
    assert "PRK make at least 6,000 in 2024 education, but all nationalities are 100 (border entries of all" in told
    assert "Not compared with other series" in told
    total = ["source_id=MIRROR2023", "nationality=_T", "period=2024", "locator=end"]
    assert "2 nationalities together make at least 110,000 in 2024" in run(*total, "as_stated=109,999").out


def test_a_part_above_the_total_of_all_nationalities_is_told_but_once(run):
    run("source_id=MIRROR2023", "nationality=_T", "period=2022", "as_stated=150", "locator=end")
    armenians = ["source_id=MIRROR2023", "nationality=ARM", "as_stated=60", "locator=end"]
    assert "(150) becomes contested: 2 nationalities together make at least 160" in run(*armenians, "period=2022").out
    assert "becomes" not in run(*armenians, "period=2021").out


# Many figures from one file


@pytest.fixture
def add_file(run, tmp_path) -> Callable[..., Run]:
    """Add the figures of a file with these lines."""

    def of(*lines: str) -> Run:
        file = tmp_path / "figures.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = run(str(file))
        return done._replace(err=done.err.replace(str(file), "figures.csv"))

    return of


HEADER = "source_id,period,purpose,as_stated,locator,source.publisher,source.accessed,source.language,source.read_by"


def test_figures_of_one_file_are_written_with_their_usual_fields_and_their_sources(add_file, data):
    done = add_file(
        HEADER,
        "DAILY20261101,2022-Q4,,약 $70,end,The Daily,2026-11-23,ko,DAILY",
        'DAILY20261101,2022,,"1,100","a ""b"" \\ $c",,,,',
        "TRIBUNE2023,2024-Q3,education,3,para 3,,,,",
    )
    assert done.code == 1 and "'약 $70' is not plain wording" in done.err
    done = add_file(
        HEADER,
        "DAILY20261101,2022-Q4,,about 70,end,The Daily,2026-11-23,en,DAILY",
        'DAILY20261101,2022,,100,"a ""b"" \\ $c",,,,',
        'TRIBUNE2023,2024-Q3,education,"3,000",para 3,,,,',
    )
    assert done.code == 0, done.err
    assert done.out.count("DAILY20261101 is a new source") == 1
    assert "F0084: 100, read as 100." in done.out
    assert "All 3 fit all figures of border entries of PRK accepted so far." in done.out
    assert "2022-Q4: is now 65 to 75" in done.out and "2024-Q3 education: stays 3,000" in done.out
    assert "Written at the end of data/raw/observations.csv: F0083, F0084, F0085" in done.out
    assert last_row(data, "sources") == "DAILY20261101,The Daily,,,,,,2026-11-23,en,,DAILY,"
    rows = (data / "raw" / "observations.csv").read_text(encoding="utf-8").splitlines()[-3:]
    written = 'F0084,DAILY20261101,border_entries,PRK,2022,_T,_T,,100,,100,,exact,1,crossings,,"a ""b"" \\ $c",,'
    assert rows[1] == written


def test_figures_of_one_file_that_clash_are_told_together(add_file):
    told = add_file(
        "source_id,period,as_stated,locator,series,nationality",
        'ALMANAC2020,2024-Q3,"3,500",para 1,,',
        "ALMANAC2020,2024,90,para 1,,ARM",
        "RECTOR2024,undated,200,para 1,workers_estimate,PRK",
    ).out
    assert "F0083 (3,500) contradicts others and becomes rejected" in told
    assert "ARM, 2024: is now 90" in told
    assert "F0085: compared with nothing" in told


@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        (
            ["TRIBUNE2023,2022-13,,about 70,end,,,,", "TRIBUNE2023,2022,educaton,70,,,,,"],
            [
                "figures.csv, row 2, column period: '2022-13",
                "figures.csv, row 3, column purpose: found 'educaton'",
            ],
        ),
        (["TRIBUNE2023,2022-04,,70,end,,,,"], ["figures.csv, row 2, column period: '2022-04' is not made of whole"]),
        (
            ["TRIBUNE2023,2022,,70,end,,,,", "TRIBUNE2023,2022,,70,end,,,,"],
            ["figures.csv, row 3: found the same figure of the same source as in figures.csv, row 2 ("],
        ),
        (
            ["TRIBUNE2023,2022,,70,end,,,,", "DAILY1,2022,,70,end,The Daily,today,en,DAILY"],
            ["figures.csv, row 3, column source.accessed: found 'today'"],
        ),
        (
            ["DAILY1,2022,,70,end,The Daily,2026-11-23,en,DAILY", "DAILY1,2022,,70,p,The D.,,,"],
            ["figures.csv, row 3, column source.publisher: found 'The D.', expected 'The Daily' as above"],
        ),
        (["TRIBUNE2023,2022,,70,end,The Daily,,,"], ["row 2: TRIBUNE2023 is known already: leave out source"]),
        (["TRIBUNE2023,2022,,70,end,,,,", "TRIBUNE2023,2022"], ["figures.csv, row 3: found cells: 2, expected 9"]),
        ([], ["figures.csv, row 2: found cells: 0"]),
    ],
)
def test_if_one_figure_of_a_file_is_refused_none_is_written(add_file, data, lines, messages):
    before = {path: path.read_bytes() for path in (data / "raw").iterdir()}
    done = add_file(HEADER, *lines)
    assert done.code == 1 and "Nothing was written." in done.err
    for message in messages:
        assert message in done.err
    assert {path: path.read_bytes() for path in (data / "raw").iterdir()} == before


def test_a_file_of_figures_that_cannot_be_used_is_named(add_file, run):
    assert "figures.csv, row 1: found the field 'porpose', expected one of" in add_file("porpose", "education").err
    assert "figures.csv, row 1: found the field period twice" in add_file("period,period", "2022,2023").err
    assert "none.csv cannot be read: No such file" in run("none.csv").err


# As a command of its own


@pytest.fixture
def command(data, monkeypatch) -> dict:
    """What a process needs to add to the frozen tables."""
    root = data.parent
    shutil.copytree(Path(add.__file__).parents[3], root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return {"cwd": root, "env": os.environ | {"PYTHONPATH": str(root / "src"), "PROMPT_TOOLKIT_NO_CPR": "1"}}


def test_the_command_refuses_with_its_exit_code(command, data):
    done = subprocess.run(
        [sys.executable, "-m", "dprk_entries.data.add", *FIELDS[:2]],
        **command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1 and "Nothing was written." in done.stderr
    assert "Traceback" not in done.stderr


def make(root: Path, target: str, arguments: str) -> subprocess.CompletedProcess[str]:
    """A target of the real Makefile for the tables of a folder, with the environment that runs the tests."""
    for name in ("Makefile", "pyproject.toml", ".ci"):
        (root / name).symlink_to(ROOT / name)
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return subprocess.run(
        ["make", "--silent", "--assume-old=.venv", target, f"ARGS={arguments}"],
        cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_what_is_typed_after_make_reaches_the_table_unchanged(data):
    text = r"""$(shell touch broken) `touch broken` $(touch broken); touch broken > "b" \n # 50 % * $1 $$ & {a,b}"""
    note = r"Kim's 약 1만3000 \ ~"
    typed = ["source_id=TRIBUNE2023 period=2022-Q4 as_stated='about $130' value=130 qualifier=approx"]
    done = make(data.parent, "add", " ".join([*typed, f"locator='{text}'", f'note="{note}"']))
    assert done.returncode == 0, done.stderr
    with (data / "raw" / "observations.csv").open(encoding="utf-8", newline="") as file:
        *_, row = csv.DictReader(file)
    assert [row["as_stated"], row["locator"], row["note"]] == ["about $130", text, note]
    assert not list(data.parent.rglob("broken"))


@pytest.mark.parametrize("note", ["note='Kim's paper'", "note='rock'n'roll'", 'note="a', "note=a'b'", "'note'=a"])
def test_quotation_marks_that_would_be_lost_are_refused(data, note):
    before = last_row(data)
    done = make(data.parent, "add", f"source_id=TRIBUNE2023 period=2022-Q4 as_stated='about 70' locator=end {note}")
    assert done.returncode and "ARGS: found a quotation mark inside of a text or without its second" in done.stderr
    assert "Traceback" not in done.stderr and last_row(data) == before


def test_other_commands_of_the_project_take_their_arguments_as_typed_too(data):
    done = make(data.parent, "notebook", "06 '$HOME  $(shell touch broken)'")
    assert done.returncode and "found 06 $HOME  $(shell touch broken), expected two digits" in done.stderr
    assert not (data.parent / "broken").exists()
    recipes = re.findall(r"^\t.*\$\(ARGS\)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipes and not [line for line in recipes if re.search(r"notebook_reports|dprk_entries", line)]


def test_figures_added_at_once_by_two_processes_have_numbers_of_their_own(command, data):
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "dprk_entries.data.add", *but(f"as_stated=about {number}", f"locator={number}")],
            **command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in (70, 80)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    rows = (data / "raw" / "observations.csv").read_text(encoding="utf-8").splitlines()[-2:]
    assert [row.split(",")[0] for row in rows] == ["F0083", "F0084"]
    assert {row.split(",")[8] for row in rows} == {"about 70", "about 80"}


# At a terminal

WIDTH = 60
FIELD = r"\n([a-z_.]+): \S"
BACK, AWAY = "\x1b[Z", "\x15"  # Shift-Tab; Control-U: away with what stands there
WRITE = r"Write it\? \(y/n\)"


@pytest.fixture
def terminal(command) -> Callable[..., pexpect.spawn]:
    def start(*fields: str) -> pexpect.spawn:
        return pexpect.spawn(
            sys.executable, ["-m", "dprk_entries.data.add", *fields],
            **command, encoding="utf-8", dimensions=(50, WIDTH), timeout=20,
        )  # fmt: skip

    return start


def enter(terminal: pexpect.spawn, typed: dict[str, str], until: str) -> None:
    """Answer each field with what is to be typed, or as it is offered, up to one of a name or to the last question."""
    while terminal.expect([FIELD, WRITE]) == 0:
        column = terminal.match[1]
        terminal.expect(f"{column} =")
        if column == until:
            return
        terminal.send(typed.get(column, "") + "\r")
    assert until == "", f"{until} was not asked for"


def says(terminal: pexpect.spawn, text: str) -> None:
    """Wait for a message, wherever its lines end."""
    terminal.expect(r"\s+".join(map(re.escape, text.split())))


def asks_again(terminal: pexpect.spawn, column: str, text: str) -> None:
    """Wait for what is wrong with an answer and for the line to correct it: what is typed before that is not edited."""
    says(terminal, text)
    terminal.expect(f"{column} =")


def test_a_field_is_refused_as_it_is_typed_and_the_message_is_not_cut(terminal, data):
    before = last_row(data)
    one = terminal(*FIELDS[1:3])
    enter(one, {"source_id": "TRIBUNE2023"}, "purpose")
    one.send(f"{AWAY}porpoise\r")
    says(one, "found 'porpoise', expected one of _T, education, business, crew, private, transit, tourism, work,")
    asks_again(one, "purpose", "business+private+tourism. A new code is added to data/datapackage.json first.")
    one.send(f"{AWAY}_T\r")
    enter(one, {}, "locator")
    one.send("\r")
    asks_again(one, "locator", "found '', expected a value (Where in the source).")
    one.send("para 3\r")
    enter(one, {}, "")
    one.send("n\r")
    says(one, "Nothing was written. What was typed is kept in .build/add.json: `make add` offers it again.")
    assert last_row(data) == before


def test_what_does_not_go_together_is_refused_at_the_field(terminal):
    one = terminal("source_id=TRIBUNE2023", "locator=end")
    enter(one, {}, "period")
    one.send("2022-04\r")
    asks_again(one, "period", "'2022-04' is not made of whole quarters, expected a period that adds up")
    one.send(f"{AWAY}2022-Q4\r")
    enter(one, {"as_stated": "roughly 70", "qualifier": "approx"}, "value")
    one.send("\r")
    asks_again(one, "value", "found '', expected a number, for the qualifier is approx.")
    one.send("70\r")
    enter(one, {}, "")


def test_a_figure_that_stands_already_is_told_at_the_last_field_of_its_key(terminal):
    one = terminal("source_id=MIRROR2023", "period=2023-Q2", "as_stated=240")
    enter(one, {}, "locator")
    one.send("para 2\r")
    asks_again(one, "locator", "found the same figure of the same source as in row 33 of data/raw/observations.csv")
    one.send(f"{AWAY}para 9\r")
    enter(one, {}, "")


def test_what_is_given_is_checked_before_anything_is_asked_for(terminal):
    one = terminal("source_id=MIRROR2023", "period=2022", "as_stated=", "purpose=educaton")
    says(one, "the new figure, column as_stated: found ''")
    says(one, "the new figure, column purpose: found 'educaton'")
    one.expect("Nothing was written.")
    one.expect(pexpect.EOF)
    one = terminal("source_id=MIRROR2023", "period=2023-Q2", "as_stated=240", "locator=para 2")
    says(one, "the new figure, found the same figure of the same source as in row 33")
    one.expect(pexpect.EOF)


def test_one_can_go_back_and_what_follows_from_a_field_follows_anew(terminal, data):
    one = terminal(*FIELDS[:2], *FIELDS[3:])
    enter(one, {"as_stated": "about 7000"}, "value")
    for name in ("qualifier", "as_stated_language", "as_stated"):
        one.send(BACK)
        enter(one, {}, name)
    one.send(f"{AWAY}about 70\r")
    enter(one, {}, "")
    one.send("y\r")
    one.expect("Written at the end of data/raw/observations.csv: F0083")
    one.expect(pexpect.EOF)
    assert ",about 70,,70,,approx,10," in last_row(data)
    assert not (data.parent / ".build" / "add.json").exists()


def test_what_was_typed_before_an_interrupt_is_offered_again(terminal, data):
    one = terminal(*FIELDS[1:])
    enter(one, {"source_id": "DAILY1", "source.publisher": 'Kim\'s \\ "Daily"'}, "source.accessed")
    one.send("\x03")
    says(one, "What was typed is kept in .build/add.json")
    one.expect(pexpect.EOF)
    again = terminal()
    says(again, "Typed before and not written: source_id = DAILY1;")
    again.expect(r"field by field\? \(y/n\)")
    again.send("y\r")
    rest = {"source.accessed": "2026-11-23", "source.language": "en", "source.read_by": "DAILY"}
    enter(again, rest, "")
    again.send("y\r")
    again.expect(pexpect.EOF)
    assert last_row(data).startswith("F0083,DAILY1,") and ",about 70,,70,,approx,10," in last_row(data)
    assert last_row(data, "sources").startswith('DAILY1,"Kim\'s \\ ""Daily""",')
