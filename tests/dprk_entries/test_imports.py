"""A file from outside: what it does is shown, and kept only when somebody says so; what cannot be read is refused."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from exports import COUNTRIES, by_country_and_purpose
from hypothesis import given, settings
from hypothesis import strategies as st

from dprk_entries.data import imports, tables
from dprk_entries.data.imports import __main__ as command
from dprk_entries.data.imports import export
from dprk_entries.data.imports.reading import LARGEST, count
from notebook_reports import datapackage, paths

ROOT = paths.ROOT
EXCERPTS = Path(__file__).parent / "emiss"  # of real exports, of other indicators
NAME = "EMISS38479_20260209"
# In the frozen tables 30 entries for education are printed for 2024-Q1, and 500 in all; nothing of China in 2018.
CELLS = [
    ("408", "1", "I квартал", 2024, "30"),
    ("408", "2", "I квартал", 2024, "400"),
    ("408", "2", "II квартал", 2024, None),
    ("156", "1", "год", 2018, "7"),
]
EXPORT = by_country_and_purpose(CELLS)
HEADER = "ENG,Trans,Type,Value,ISO_A2,ISO_A3,M49,Date\n"
SOURCE = ["source_id=BYMODE", "publisher=A", "accessed=2026-01-01", "language=en", "read_by=A"]


class Run(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(data, tmp_path, capsys) -> Callable[..., Run]:
    """Import a text into the frozen tables, in this process."""
    shutil.copy(ROOT / "data/raw/mappings.csv", data / "raw")

    def of(text: str | bytes, *arguments: str) -> Run:
        file = tmp_path / "export"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        datapackage._read.cache_clear()  # a process of its own reads it once
        return Run(command.main([str(file), *arguments]), *capsys.readouterr())

    return of


def files(data: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}


def rows(data: Path, name: str = NAME) -> list[str]:
    return (data / f"raw/imports/{name}.csv").read_text(encoding="utf-8").splitlines()[1:]


# What is shown, and what is kept


def test_without_yes_all_is_shown_and_nothing_is_written(run, data):
    before = files(data)
    shown = run(EXPORT)
    assert (shown.code, shown.err) == (0, "")
    assert "4 cells: 3 new, 1 in print already." in shown.out
    assert "Confirms 1 figure in print:" in shown.out
    assert "F0016 (GAZETTE2025), border entries of PRK, 2024-Q1 education: 30; imported: 30" in shown.out
    assert "Contradicts" not in shown.out and "In conflict" not in shown.out
    assert shown.out.endswith("Nothing was written: --yes writes it.\n")
    assert files(data) == before


def test_with_yes_table_file_source_and_schema_are_written(run, data):
    done = run(EXPORT, "--yes")
    assert done.code == 0, done.err
    assert rows(data) == [
        "border_entries,CHN,2018,education,_T,7,1",
        "border_entries,PRK,2024-Q1,business,_T,400,1",
        "border_entries,PRK,2024-Q1,education,_T,30,1",
        "border_entries,PRK,2024-Q2,business,_T,,1",  # a blank, and no zero
    ]
    last = tables.read_raw("sources").iloc[-1]
    assert (last["source_id"], last["read_by"]) == (NAME, "EMISS")
    assert (last["published"], last["accessed"]) == ("2026-02-09", "2026-03-02")
    datapackage._read.cache_clear()
    assert len(tables.read_raw("import-emiss38479-20260209")) == 4


def test_what_is_known_of_the_file_is_kept_without_names_of_persons(run, data):
    run(EXPORT, "--yes")
    text = (data / f"raw/imports/{NAME}.json").read_text(encoding="utf-8")
    about = json.loads(text)
    assert about["sha256"] == hashlib.sha256(EXPORT.encode()).hexdigest()
    assert about["indicator"]["id"] == "38479" and about["indicator"]["Methodology"] == [{"value": "Приказ 1"}]
    assert about["dimensions"]["57831 (Страны)"]["labels"] == {"156": "Китай", "408": "КНДР"}
    assert about["dimensions"]["57831 (Страны)"]["codes"] == {"156": "CHN", "408": "PRK"}
    assert "Иванова" in EXPORT and "Иванова" not in text


def test_an_import_is_written_whole_or_not_at_all(run, data):
    before = files(data)
    (data / "raw/sources.csv").chmod(0o444)
    (data / "raw/imports").mkdir()
    (data / f"raw/imports/{NAME}.json").mkdir()  # where a file should go
    with pytest.raises(IsADirectoryError):
        run(EXPORT, "--yes")
    assert files(data) == before


def test_a_second_import_of_one_name_is_refused(run):
    assert run(EXPORT, "--yes").code == 0
    again = run(EXPORT, "--yes")
    assert again.code == 1 and f"{NAME}.csv is there already" in again.err
    assert run(EXPORT, "--yes", "source_id=OTHER").code == 0


def test_a_second_import_is_told_beside_the_first(run):
    run(EXPORT, "--yes")
    other = run(EXPORT.replace('value="30"', 'value="31"'), "source_id=OTHER")
    assert (
        f"{NAME}.PRK.2024-Q1.education ({NAME}), border entries of PRK, 2024-Q1 education: 30; imported: 31"
        in other.out
    )


def test_a_figure_that_is_contradicted_is_told_with_its_arithmetic(run):
    shown = run(EXPORT.replace('value="30"', 'value="31"'))
    assert "Contradicts 1 figure in print:\n  F0016 (GAZETTE2025)" in shown.out
    assert "2024-Q1 education is" in shown.out and "30 as read by BETA" in shown.out


# Labels


def test_an_unknown_label_is_listed_once_and_stops_yes_until_it_is_mapped(run, data):
    text = by_country_and_purpose([*CELLS, ("000", "1", "год", 2018, "1"), ("000", "1", "год", 2019, "2")],
                                  COUNTRIES | {"000": "Атлантида"})  # fmt: skip
    before = files(data)
    stopped = run(text, "--yes")
    assert stopped.code == 1 and stopped.out.count("Атлантида") == 1
    assert "country: Атлантида" in stopped.out and "map these labels first" in stopped.err
    assert files(data) == before
    with (data / "raw/mappings.csv").open("a", encoding="utf-8") as file:
        file.write("country,атлантида,skip\n")
    done = run(text, "--yes")
    assert done.code == 0, done.err
    assert "2 rows are left out" in done.out and len(rows(data)) == 4


def test_a_new_purpose_is_an_unknown_label(run):
    lists = {"30611": ("Цель поездки", {"1": "учеба", "2": "космический туризм"})}
    shown = run(by_country_and_purpose(CELLS, lists=lists))
    assert (
        shown.code == 0 and "30611 (Цель поездки): космический туризм" in shown.out
    ) or "purpose: космический" in shown.out


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("country,Атлантида,ATL", "an ISO 3166-1 alpha-3 code"),
        ("purpose,космос,space", "one of education, business"),
        ("transport,ракета,rocket", "one of air, rail"),
        ("period,V квартал,Q5", "a part of the year"),
        ("country,кндр,KOR", "PRK, as for the same label"),
    ],
)
def test_a_mapping_to_a_code_that_is_not_there_is_refused(run, data, row, expected):
    with (data / "raw/mappings.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    refused = run(EXPORT)
    assert refused.code == 1 and "data/raw/mappings.csv, row" in refused.err and expected in refused.err


def test_labels_are_compared_whole_whatever_their_capitals(run):
    countries = {"408": "КОРЕЯ,  НАРОДНО-ДЕМОКРАТИЧЕСКАЯ РЕСПУБЛИКА", "156": "Корея, Республика"}
    assert "Labels that" not in run(by_country_and_purpose(CELLS, countries)).out
    assert "Корея" in run(by_country_and_purpose(CELLS, COUNTRIES | {"156": "Корея"})).out


def test_an_export_of_one_nationality_is_read(run, data):
    region = {"00": ("Страны", {"643": "Всего"})}  # a second dimension of that name, that tells nothing
    done = run(by_country_and_purpose(CELLS[:3], {"408": "КНДР"}, lists=region), "--yes")
    assert done.code == 0, done.err
    assert {row.split(",")[1] for row in rows(data)} == {"PRK"}


def test_two_dimensions_of_one_name_are_told_apart(run, data):
    lists = {"30611": ("Страны", {"1": "учеба", "2": "деловая"})}
    done = run(by_country_and_purpose(CELLS, lists=lists), "--yes")
    assert done.code == 0, done.err
    assert len(rows(data)) == 4


def test_two_dimensions_of_one_kind_are_refused(run):
    lists = {"30611": ("Страны выезда", {"1": "Монголия", "2": "Япония"})}
    refused = run(by_country_and_purpose(CELLS, lists=lists))
    assert refused.code == 1 and "2 dimensions with labels of a country: 30611 (Страны выезда) and 57831" in refused.err


def test_a_dimension_that_is_not_there_means_all(run, data):
    text = EXPORT
    for purpose in "12":
        text = text.replace(f'<generic:Value concept="30611" value="{purpose}"/>', "")
    text = text.replace('value="400"', 'value="30"')
    done = run(text, "--yes")
    assert done.code == 0, done.err
    assert {row.split(",")[3] for row in rows(data)} == {"_T"}


# Periods, values, units


def test_running_totals_are_refused_unless_they_are_to_be_taken_apart(run, data):
    year = ["январь-март", "январь-июнь", "январь-сентябрь", "январь-декабрь"]
    totals = [("156", "1", part, 2018, value) for part, value in zip(year, ["5", "7", "", "20"], strict=True)]
    text = by_country_and_purpose(totals)
    refused = run(text)
    assert refused.code == 1 and "found running totals (2018-to Q2)" in refused.err and "--difference" in refused.err
    assert run(text, "--difference", "--yes").code == 0
    quarters = {row.split(",")[2]: row.split(",")[5] for row in rows(data)}
    assert quarters == {"2018-Q1": "5", "2018-Q2": "2", "2018-Q3": ""}  # of the fourth nothing is known
    falls = by_country_and_purpose([*totals[:1], ("156", "1", "январь-июнь", 2018, "4")])
    assert "found 4 after 5" in run(falls, "--difference", "source_id=OTHER").err


def test_months_are_refused(run):
    assert "found a month" in run(by_country_and_purpose([("156", "1", "март", 2018, "5")])).err


def test_thousands_are_honoured_and_as_exact_as_printed(run, data):
    done = run(
        by_country_and_purpose([("156", "1", "год", 2018, "1 234,5")]).replace("человек", "тысяча человек"), "--yes"
    )
    assert done.code == 0, done.err
    assert rows(data) == ["border_entries,CHN,2018,education,_T,1234500,100"]


@pytest.mark.parametrize(("changed", "units"), [("поездка", "поездка, человек"), ("процент", "процент, человек")])
def test_two_units_are_refused(run, changed, units):
    refused = run(EXPORT.replace('value="человек"', f'value="{changed}"', 2))
    assert refused.code == 1 and "found the units" in refused.err and changed in refused.err


@pytest.mark.parametrize("value", ["...", "-5", "1.5", "1,5", "1 23", "5 чел."])
def test_what_is_no_whole_count_is_refused(run, value):
    refused = run(EXPORT.replace('value="30"', f'value="{value}"'))
    assert refused.code == 1
    assert f"PRK 2024 I квартал education _T: found the value {value!r}, expected a whole count" in refused.err


@given(st.integers(0, 10**9), st.sampled_from(["", " ", "\N{NO-BREAK SPACE}"]))
@settings(derandomize=True)
def test_a_count_is_read_as_it_is_written(number, between):
    assert count(f"{number:,}".replace(",", between), 1, "").number == number


def test_two_values_of_one_cell_are_refused(run):
    twice = run(by_country_and_purpose([*CELLS, ("156", "1", "год", 2018, "8")]))
    assert twice.code == 1 and "CHN 2018 education _T: found 7 and 8, expected one value" in twice.err


# What is no export


@pytest.mark.parametrize("name", ["quarterly", "monthly"])
def test_an_export_of_another_indicator_is_read_and_refused(run, name):
    text = (EXCERPTS / f"{name}.xml").read_text(encoding="utf-8")
    refused = run(text)
    assert refused.code == 1 and "expected one of 38479 and 38480" in refused.err
    assert ("Индексы цен" in refused.err) == (name == "quarterly")


def test_a_real_layout_is_read_whole():
    found = export.read(EXCERPTS / "quarterly.xml")
    assert found.ids == ("s_OKATO", "s_POK")
    assert [(place.part, place.year, place.value) for place in found.observations] == [
        ("I квартал", "2000", "101,66"), ("II квартал", "2000", "103,2"), ("IV квартал", "2000", "116,31"),
    ]  # fmt: skip
    assert found.lists["s_OKATO"].labels["643"] == "Российская Федерация"


def test_elements_are_known_whatever_stands_before_their_names(run, data):
    assert run(by_country_and_purpose(CELLS, prefix="g"), "--yes").code == 0
    assert len(rows(data)) == 4


@given(st.floats(0, 1, exclude_max=True))
@settings(derandomize=True, max_examples=60)
def test_an_export_that_is_cut_off_is_refused(part):
    whole = EXPORT.encode().rstrip()
    file = Path(os.environ["PYTEST_CUT"])
    file.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(tables.TableError, match="expected a whole export"):
        export.read(file)


@pytest.fixture(autouse=True)
def cut(tmp_path_factory, monkeypatch) -> None:
    monkeypatch.setenv("PYTEST_CUT", str(tmp_path_factory.mktemp("cut") / "export.xml"))


def test_an_export_that_the_portal_cut_short_is_refused(run):
    refused = run(by_country_and_purpose(CELLS, truncated="true"))
    assert refused.code == 1 and "(Truncated)" in refused.err


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_an_export_that_would_grow_or_fetch_is_refused(run, bomb):
    refused = run(EXPORT.replace("?>", f"?>{bomb}", 1))
    assert refused.code == 1 and "found a document type or entities" in refused.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (EXPORT.encode("cp1251"), "another encoding"),
        (EXPORT.replace("UTF-8", "klingon").encode(), "another encoding"),
        (b"\xd0\xcf\x11\xe0\xa1", "found a spreadsheet"),
        (b"PK\x03\x04", "found a spreadsheet"),
        (b"", "expected an export of the statistics portal"),
        (b"<html></html>", "found no block Indicator"),
        (b"<GenericData><Series><SeriesKey><Value/></SeriesKey></Series></GenericData>", "without 'concept'"),
        (f"{HEADER}Китай,Air,In,1,CN,CHN,156,3/31/2010\n".encode("cp1251"), "expected text in UTF-8"),
        (f"{HEADER}China,Air,In,1,CN,CHN,156\n".encode(), "row 2: found 7 cells, expected 8"),
        (f'{HEADER}"China,Air,In,1,CN,CHN,156,3/31/2010\n'.encode(), "rows that cannot be told apart"),
    ],
)
def test_another_encoding_or_kind_of_file_is_refused(run, data, text, message):
    before = files(data)
    refused = run(text, "--yes")
    assert refused.code == 1 and message in refused.err and refused.err.endswith("Nothing was written.\n")
    assert files(data) == before


def test_an_encoding_that_the_file_itself_names_is_read(run):
    assert run(EXPORT.replace("UTF-8", "windows-1251").encode("cp1251")).out == run(EXPORT).out


def test_a_file_larger_than_any_export_is_refused_unread(run, tmp_path, capsys):
    file = tmp_path / "large.xml"
    with file.open("wb") as opened:
        opened.truncate(64 * LARGEST)  # without taking a place on the disk
    assert command.main([str(file)]) == 1
    assert "found 65,536 MiB, expected at most 1,024 MiB" in capsys.readouterr().err


# The compilation by mode


def test_the_compilation_is_read_in_whatever_order_its_rows_stand(run, data):
    lines = [
        "Namibia,Air,In,\"1,234\",NA,NAM,516,6/30/2010",
        "Namibia,Car,In,2,NA,NAM,516,3/31/2010",
        "North Korea,Air,Out,5,KP,PRK,408,12/31/2009",
        "Namibia,Air,Out,6,NA,NAM,516,12/31/2009",
    ]  # fmt: skip
    done = run("\ufeff" + HEADER + "\n".join(lines), "--yes", *SOURCE)
    assert done.code == 0, done.err
    assert "1 rows are left out" in done.out
    assert rows(data, "BYMODE") == [
        "border_entries,NAM,2010-Q1,_T,car,2,1",
        "border_entries,NAM,2010-Q2,_T,air,1234,1",
        "russian_departures,RUS,2009-Q4,_T,air,5,1",
    ]


@pytest.mark.parametrize("date", ["31/3/2010", "3/30/2010", "2010-03-31", "13/31/2010", ""])
def test_a_date_that_ends_no_quarter_month_first_is_refused(run, date):
    refused = run(f"{HEADER}China,Air,In,1,CN,CHN,156,{date}\n", *SOURCE)
    assert (
        refused.code == 1 and f"row 2, column Date: found {date!r}, expected the last day of a quarter" in refused.err
    )


@pytest.mark.parametrize(("column", "row"), [("Type", "China,Air,Up,1"), ("Value", "China,Air,In,1.5")])
def test_what_no_row_of_the_compilation_has_is_refused(run, column, row):
    refused = run(f"{HEADER}{row},CN,CHN,156,3/31/2010\n", *SOURCE)
    assert refused.code == 1 and f"row 2, column {column}" in refused.err


def test_a_source_that_lacks_a_field_is_told(run):
    refused = run(f"{HEADER}China,Air,In,1,CN,CHN,156,3/31/2010\n", "source_id=BYMODE")
    assert refused.code == 1 and "read_by: found ''" in refused.err and "FIELD=VALUE" in refused.err
    assert "found the field 'colour'" in run(EXPORT, "colour=red").err


# As a command of its own


def test_the_command_ends_without_a_traceback(run, data, tmp_path):
    run(EXPORT)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "src")}

    def imported(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "dprk_entries.data.imports", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    gone = imported("nowhere.xml")
    assert gone.returncode == 1 and gone.stderr.startswith("nowhere.xml: found no such file")
    assert imported("export").returncode == 0 and not (data / "raw/imports").exists()
    assert imported("export", "--yes").returncode == 0 and (data / f"raw/imports/{NAME}.csv").is_file()
    with (data / "raw/sources.csv").open(encoding="utf-8", newline="") as file:
        assert [row["source_id"] for row in csv.DictReader(file)][-1] == NAME


# Beside the figures in print


def test_of_other_nationalities_the_periods_in_print_take_part(run, data):
    quarters = [("156", "1", part, 2024, "25000") for part in ("I квартал", "II квартал", "III квартал", "IV квартал")]
    run(by_country_and_purpose([*CELLS, *quarters]), "--yes")
    datapackage._read.cache_clear()
    figures = imports.read_figures()
    added = figures[figures["source_id"] == NAME].set_index("observation_id")
    assert added.loc[f"{NAME}.CHN.2024.education", "value"] == 100_000  # of which print has the year
    assert set(added["period"]) == {"2024", "2024-Q1", "2024-Q2"}
    assert added.loc[f"{NAME}.PRK.2024-Q2.business", "qualifier"] == "not_published"


def test_a_blank_of_a_purpose_that_was_not_collected_yet_withholds_nothing(run):
    shown = run(by_country_and_purpose([*CELLS, ("408", "1", "I квартал", 2010, None)]))
    assert shown.code == 0, shown.err


def test_a_table_that_somebody_edits_is_checked_like_one_kept_by_hand(run, data):
    run(EXPORT, "--yes")
    datapackage._read.cache_clear()
    table = data / f"raw/imports/{NAME}.csv"
    table.write_text(table.read_text("utf-8").replace(",400,", ",4OO,"), encoding="utf-8")
    with pytest.raises(tables.TableError, match=rf"{NAME}.csv, row 3, column value: found '4OO'"):
        imports.read_figures()
