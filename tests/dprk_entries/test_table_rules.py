"""Bad raw tables are refused with file, row, column, what was found, what was expected and what to do."""

import csv
import errno
import os
import subprocess
import sys

import pandas as pd
import pytest

from dprk_entries.data import tables
from notebook_reports import paths


def edit(path, row, column, cell):
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    rows[row - 1][rows[0].index(column)] = cell
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def refusal(name="observations") -> str:
    with pytest.raises(tables.TableError) as caught:
        tables.read_raw(name)
    return str(caught.value)


@pytest.mark.parametrize(
    "cell", ["13.221", "13,221", "1_000", " 12", "12 ", "+5", "nan", "inf", "INF", "1" * 40, "١٢", "1e3", "0x1A", "007"]
)
def test_a_number_in_another_spelling_is_refused(data, cell):
    edit(data / "raw" / "observations.csv", 5, "value", cell)
    message = refusal()
    assert message.startswith(
        f"data/raw/observations.csv, row 5, column value: found {cell!r}, expected a whole number"
    )
    assert "Mend the cell." in message


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("value", "-5", "expected at least 0"),
        ("purpose", "educaton", "Did you mean 'education'?"),
        ("series", "border_entry", "Did you mean 'border_entries'?"),
        ("qualifier", "about", "expected one of exact, rounded"),
        ("nationality", "DPRK", "expected ISO 3166-1 alpha-3"),
        ("nationality", "KRO", "expected a country of ISO 3166-1 alpha-3, such as PRK, _T (all), or"),
        ("nationality", "XXX", "XAB (Abkhazia), XKX (Kosovo), XOS (South Ossetia). Mend the cell."),
        ("transport", "plane", "expected one of _T, air"),
        ("period", "2024Q3", "expected SDMX time period"),
        ("period", "2024-02-30", "expected a period of the calendar"),
        ("period", "2024-13", "expected a period of the calendar"),
        *[
            ("period", year, "from 1991 to 2029")
            for year in ("9998", "1066", "0001", "1900", "1990", "2030", "２０２４")
        ],
        ("period", "2024-01-01/9998-12-31", "from 1991 to 2029"),
        ("released", "2026-13-45", "expected a period of the calendar"),
        ("released", "2026-13", "expected a period of the calendar"),
        ("released", "2024-02-30", "expected a period of the calendar"),
        ("released", "٢٠٢٤", "from 1991 to 2029"),
        ("observation_id", "F00001", "F0001 to F9999"),
        ("observation_id", "F٠٥١٨", "F0001 to F9999"),
        ("observation_id", "F12345678901234567890", "F0001 to F9999"),
        ("source_id", "NOWHERE2024", "expected a key of sources.csv"),
        ("value", "", "expected a number, for the qualifier is exact"),
        ("as_stated", "", "expected a value"),
        ("label_as_stated", " padded", "expected text without spaces around it"),
        ("note", "=HYPERLINK(1)", "does not begin with = + - or @"),
        ("note", "+1", "does not begin with = + - or @"),
        ("locator", "-1", "does not begin with = + - or @"),
        ("locator", "@here", "does not begin with = + - or @"),
        ("value_high", "7000", "expected a number for a range, else nothing"),
        ("value", "6001", "expected a number in as_stated, which is '6,000', in the language en. Mend the cell: 6000."),
        ("unit", "persons", "expected crossings, as in the other figures of border_entries"),
        ("precision", "7", "expected one of 1, 10, 100"),
        ("precision", "10", "expected 1, for the qualifier is exact"),
        ("transport", "air", "expected _T beside a purpose"),
    ],
)
def test_a_cell_that_breaks_the_schema_is_named_with_what_to_do(data, column, cell, expected):
    edit(data / "raw" / "observations.csv", 6, column, cell)
    message = refusal()
    assert f"data/raw/observations.csv, row 6, column {column}: found {cell!r}" in message
    assert expected in message


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("purposes", "collected_to", "2024-02-30"),
        ("purposes", "collected_to", "2024-13"),
        ("purposes", "collected_to", "undated"),
        ("purposes", "collected_from", "0001"),
        ("sources", "accessed", "9999-99-99"),
        ("sources", "accessed", "2024-02-30"),
        ("sources", "published", "２０２４-01-01"),
        ("claims", "period", "undated"),
        ("claims", "claim_id", "A٠١"),
    ],
)
def test_no_table_holds_a_date_that_is_none(data, table, column, cell):
    edit(data / "raw" / f"{table}.csv", 2, column, cell)
    assert f"data/raw/{table}.csv, row 2, column {column}: found {cell!r}, expected" in refusal(table)


def test_there_may_be_more_than_two_hundred_claims(data):
    for row, claim in ((2, "A100"), (3, "B1234")):
        edit(data / "raw" / "claims.csv", row, "claim_id", claim)
    assert {"A100", "B1234"} <= set(tables.read_raw("claims")["claim_id"])


@pytest.mark.parametrize("year", [0, 1, 1066, 1900, 1990, 2030, 9998, "２０２４", "2024-Q5", "9999-99-99"])
def test_a_parameter_that_is_no_period_is_named(year):
    tables.require_periods(year=1991, base_year=2029, first_quarter="2019-Q1", deadline="2019-12-22")
    with pytest.raises(tables.TableError, match=rf"^parameter base_year: found '{year}', .* from 1991 to 2029"):
        tables.require_periods(year=2024, base_year=year)


def test_all_faults_of_a_row_are_named_at_once(data):
    for column, cell in (("value", "13,221"), ("purpose", "study"), ("source_id", "NOWHERE"), ("locator", "")):
        edit(data / "raw" / "observations.csv", 2, column, cell)
    message = refusal()
    assert [f"row 2, column {column}" in message for column in ("value", "purpose", "source_id", "locator")] == [
        True
    ] * 4


def test_a_file_with_semicolons_is_told_from_one_without_columns(data):
    path = data / "raw" / "assumptions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert "found columns separated by semicolons, expected commas" in refusal("assumptions")


def test_a_value_beside_not_published_is_refused(data):
    edit(data / "raw" / "observations.csv", 2, "qualifier", "not_published")
    assert "row 2, column value: found '10000', expected nothing, for the qualifier is not_published" in refusal()


def test_a_range_upside_down_is_refused(data):
    edit(data / "raw" / "observations.csv", 2, "qualifier", "range")
    edit(data / "raw" / "observations.csv", 2, "value_high", "12")
    assert "row 2, column value_high: found '12', expected at least value, which is 10000" in refusal()


def test_a_duplicate_id_is_refused(data):
    edit(data / "raw" / "observations.csv", 3, "observation_id", "F0001")
    message = refusal()
    assert "row 3, column observation_id: found 'F0001', expected each key once. It stands in row 2 already" in message


def test_the_same_figure_of_one_source_entered_twice_is_refused(data):
    path = data / "raw" / "observations.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*rows, rows[1].replace("F0001", "F9999")]) + "\n", encoding="utf-8")
    assert f"row {len(rows) + 1}: found the same figure of the same source as in row 2" in refusal()


def test_a_missing_file_is_named(data):
    (data / "raw" / "observations.csv").unlink()
    assert "data/raw/observations.csv is missing" in refusal()


def test_a_missing_file_that_a_key_points_to_is_named(data):
    (data / "raw" / "sources.csv").unlink()
    assert "data/raw/sources.csv is missing" in refusal()


@pytest.mark.parametrize("content", ["", "observation_id,source_id\n"])
def test_an_empty_file_is_named(data, content):
    (data / "raw" / "observations.csv").write_text(content)
    assert "data/raw/observations.csv is empty" in refusal()


def test_a_missing_and_an_extra_column_are_named(data):
    path = data / "raw" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",unit,", ",units,", 1), encoding="utf-8")
    message = refusal()
    assert "row 1: missing column unit; unknown column units" in message


def test_a_row_with_a_cell_too_many_is_named(data):
    path = data / "raw" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("para 2,", "para 2,,", 1), encoding="utf-8")
    assert "row 2: found 20 cells, expected 19" in refusal()


def test_a_file_that_is_not_utf8_is_named_with_the_row(data):
    path = data / "raw" / "sources.csv"
    rows = path.read_bytes().count(b"\n")
    path.write_bytes(path.read_bytes() + "ж,é\n".encode("cp1251", "replace"))
    message = refusal("sources")
    assert (
        f"data/raw/sources.csv, row {rows + 1}, column source_id: found the byte 0xe6, expected text in UTF-8"
        in message
    )


def test_byte_order_mark_and_windows_line_ends_are_read_not_refused(data):
    path = data / "raw" / "observations.csv"
    before = tables.read_raw("observations")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(tables.read_raw("observations"), before)


def test_many_problems_are_listed_up_to_a_limit(data):
    for row in range(2, 40):
        edit(data / "raw" / "observations.csv", row, "value", "x")
    message = refusal()
    assert message.count("column value: found 'x'") == tables.SHOWN
    assert "... and 18 more: 18 in column value." in message


def test_an_empty_line_is_named_by_its_own_row(data):
    path = data / "raw" / "observations.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([*lines[:4], "", *lines[4:]]), encoding="utf-8")
    assert "row 5: found 0 cells, expected 19. Delete the empty line." in refusal()


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("date", "2024-02-30", "a period of the calendar ('2024-02-30' is not a period"),
        ("date", "2024-06", "month, for the date is 2024-06"),
        ("date", "", "a value"),
        ("source_id", "", "a value"),
        ("source_id", "NOWHERE2024", "a key of sources.csv"),
        ("kind", "treatise", "one of"),
    ],
)
def test_an_event_on_an_impossible_date_or_without_a_source_is_refused(data, column, cell, expected):
    edit(data / "raw" / "events.csv", 3, column, cell)
    message = refusal("events")
    assert message.startswith("data/raw/events.csv, row 3, column ") and f"expected {expected}" in message


@pytest.mark.parametrize(
    ("row", "column", "cell", "expected"),
    [
        (2, "date", "2026-02-30", "a period of the calendar"),
        (2, "last_observation_id", "F0001", "a figure after F0001, or nothing"),
        (3, "observation_id", "", "a figure, or a source in source_id"),
        (4, "source_id", "NOWHERE2024", "a key of sources.csv"),
        (4, "change", "deleted", "one of added, corrected, withdrawn"),
        (4, "why", "", "a value"),
    ],
)
def test_a_change_without_what_when_or_why_is_refused(data, row, column, cell, expected):
    edit(data / "raw" / "changes.csv", row, column, cell)
    assert f"data/raw/changes.csv, row {row}, column {column}: found {cell!r}, expected {expected}" in refusal(
        "changes"
    )


def test_the_keys_of_a_batch_follow_each_other_as_numbers(data):
    edit(data / "raw" / "changes.csv", 2, "observation_id", "F9999")
    edit(data / "raw" / "changes.csv", 2, "last_observation_id", "F1000000")
    assert "F1000000" in set(tables.read_raw("changes")["last_observation_id"])


@pytest.mark.parametrize("code", ["KOR", "VUT", "XOS"])
def test_a_nationality_that_no_table_had_before_needs_no_other_edit(data, code):
    edit(data / "raw" / "observations.csv", 6, "nationality", code)
    assert code in set(tables.read_raw("observations")["nationality"])


@pytest.mark.parametrize(
    ("name", "column", "cell"), [("observations", "nationality", "KRO"), ("sources", "language", "rr")]
)
def test_for_a_code_that_nobody_knows_no_other_is_offered(data, name, column, cell):
    edit(data / "raw" / f"{name}.csv", 6, column, cell)
    assert f"row 6, column {column}: found {cell!r}, expected" in refusal(name) and "Did you mean" not in refusal(name)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("rule", "", "expected a value"),
        ("rule", "about", "expected one of exact"),
        ("rule", "in_front", "expected a rule for a number"),
        ("value", "", "expected a number for the rule exact"),
        ("value", "10001", "expected a number in as_stated, which is '10,000'"),
        ("value", "10.001", "expected a number in as_stated"),
        ("value", "many", "expected"),
        ("value_high", "14000", "expected a number for a range, else nothing"),
        ("base_purpose", "_T", "expected nothing for total"),
        ("source_id", "NOWHERE", "expected a key of sources.csv"),
        ("base_period", "2023", "expected nothing for total"),
        ("base_nationality", "CHN", "expected nothing for total"),
        ("measure", "totals", "Did you mean 'total'?"),
        ("purpose", "education+espionage", "espionage is none"),
        ("purpose", "education+education", "expected each code once"),
        ("purpose", "education-crew", "expected"),  # all but some is of all
        ("transport", "_T-bicycle", "bicycle is none"),
        ("nationality", "CHN+ZZZ", "expected a country"),
        ("period", "2024+2024-Q1", "the parts of 2024+2024-Q1 overlap"),
        ("value", "-10000", "expected no number below zero for total"),
        ("unit_as_stated", "heads", "expected one of crossings"),
        ("mean_of", "decades", "expected one of years"),
    ],
)
def test_a_claim_whose_arguments_do_not_fit_is_refused(data, column, cell, expected):
    edit(data / "raw" / "claims.csv", 2, column, cell)
    message = refusal("claims")
    assert f"data/raw/claims.csv, row 2, column {column}: found {cell!r}" in message
    assert expected in message


def test_infinity_is_refused_in_a_hand_kept_number(data):
    edit(data / "raw" / "assumptions.csv", 2, "high", "INF")
    assert "row 2, column high: found 'INF', expected a number" in refusal("assumptions")


def test_a_low_above_a_high_is_refused(data):
    edit(data / "raw" / "assumptions.csv", 2, "low", "999")
    assert "row 2, column low: found '999', expected at most high" in refusal("assumptions")


def test_an_assumption_has_a_source_that_is_known_or_none(data):
    edit(data / "raw" / "assumptions.csv", 4, "source_id", "NOWHERE2024")
    message = refusal("assumptions")
    assert "data/raw/assumptions.csv, row 4, column source_id" in message and "expected a key of sources" in message
    edit(data / "raw" / "assumptions.csv", 4, "source_id", "")
    assert tables.read_raw("assumptions")["source_id"].iloc[2] == ""


def test_writing_sorts_by_key_and_spells_each_value_one_way(data):
    frame = pd.DataFrame(
        [["rank", "_T", "2024", "2010-01-01/2024-12-31", "place", 11.0, 11.0, "B A"],
         ["factor", "_T", "2024", "2023", "times", 1 / 3, float("inf"), ""]],
        columns=tables.columns("growth"),
    )  # fmt: skip
    tables.write_processed("growth", frame)
    assert (data / "processed" / "growth.csv").read_bytes().splitlines()[1:] == [
        b"factor,_T,2024,2023,times,0.333333,INF,",
        b"rank,_T,2024,2010-01-01/2024-12-31,place,11,11,B A",
    ]


@pytest.fixture
def growth(data) -> pd.DataFrame:
    """A small table, written."""
    frame = pd.DataFrame(
        [["rank", "_T", str(year), "2010-01-01/2024-12-31", "place", 1.0, 1.0, ""] for year in range(2020, 2025)],
        columns=tables.columns("growth"),
    )
    tables.write_processed("growth", frame)
    return frame


def test_a_table_that_breaks_its_schema_is_not_written(data, growth):
    before = (data / "processed" / "growth.csv").read_bytes()
    with pytest.raises(tables.TableError, match="expected one of _T, education"):
        tables.write_processed("growth", growth.assign(purpose="furlongs"))
    assert (data / "processed" / "growth.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("measure", "period", "base_period", "like"),
    [
        ("factor", "2024", "2019-S1", "2019"),
        ("factor", "2024-01-01/2024-09-30", "2019-01-01/2019-06-30", "2019-01-01/2019-09-30"),
        ("place", "2024-S1", "2019", "2019-S1"),
        ("share", "2019", "2019-S1", "2019"),
    ],
)
def test_a_comparison_of_unlike_periods_is_not_written(data, measure, period, base_period, like):
    row = {"measure": measure, "period": period, "base_period": base_period, "unit": "times", "low": 1, "high": 2}
    key = {"series": "border_entries", "nationality": "PRK", "purpose": "_T", "transport": "_T"}
    comparisons = pd.DataFrame([key | row | {"among": pd.NA, "source_ids": ""}])
    with pytest.raises(tables.TableError, match=f"found '{base_period}', expected {like}, for the period is {period}"):
        tables.write_processed("comparisons", comparisons)
    tables.write_processed("comparisons", comparisons.assign(base_period=like))
    tables.write_processed("comparisons", comparisons.assign(measure="per_student"))  # students of another period


def test_a_share_in_print_is_the_number_that_stands_there(data):
    text = (paths.RAW / "shares.csv").read_text(encoding="utf-8")
    sources = (paths.RAW / "sources.csv").read_bytes()
    (data / "raw/sources.csv").write_bytes(sources)
    (data / "raw/shares.csv").write_text(text.replace(",14,1,", ",41,1,"), encoding="utf-8")
    assert "row 2, column value: found '41', expected a number in as_stated, which is '14 percent'" in refusal("shares")


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path):
    """A file-size limit stands in for the full disk: the kernel refuses the write in the middle."""
    target = tmp_path / "table.csv"
    target.write_text("old")
    script = (
        "import resource, signal, sys; from pathlib import Path; from notebook_reports import paths\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "paths.write(Path(sys.argv[1]), b'x' * 5000)"
    )
    run = subprocess.run([sys.executable, "-c", script, str(target)], capture_output=True, text=True)
    assert run.returncode != 0
    assert os.strerror(errno.EFBIG) in run.stderr
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_experiment_reads_its_own_copy_first(data, growth, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "OUTPUT", tmp_path / "experiment")
    tables.write_processed("growth", growth.head(3))
    assert len(tables.read_processed("growth")) == 3
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    assert len(tables.read_processed("growth")) == 5


@pytest.mark.parametrize(
    ("as_stated", "value", "fits"),
    [
        ("13,221", "13221", True),
        ("13.2 thousand", "13200", True),  # thousands, counted
        ("13.2 thousand", "13.2", False),
        ("rose to 13,221.", "13221", True),  # the stop of the sentence is no part of it
        ("rose by 11.8.", "11.8", True),
        ("from 1,117 to 13,221", "13221", True),
        ("from 1,117 to 13,221", "1117", True),
        ("nearly twelve times", "12", True),  # no digits to compare with
        ("13,221", "13220", False),
        ("13,221", "13221000000", False),
        ("13.221", "13222", False),
        ("1.2.3", "1.2", True),  # no number
        ("13 million", "13000000", True),
        ("13,221", "13.221", False),  # the comma of English sets off thousands
        ("in 2022: 130", "130", True),
        ("in 2022: 130", "131", False),
    ],
)
def test_the_value_of_a_claim_is_a_number_of_its_print(data, as_stated, value, fits):
    edit(data / "raw" / "claims.csv", 2, "as_stated", as_stated)
    edit(data / "raw" / "claims.csv", 2, "value", value)
    if fits:
        assert tables.read_raw("claims")["value"].iloc[0] == float(value)
    else:
        assert f"row 2, column value: found {value!r}, expected a number in as_stated" in refusal("claims")


@pytest.mark.parametrize(
    ("language", "as_stated", "ours", "value", "fits"),
    [
        ("de", "13.221", "", "13221", True),
        ("de", "13.221", "", "13.221", False),
        ("en", "13.221", "", "13.221", True),
        ("ru", "на 508,9%", "", "508.9", True),
        ("ru", "13 221 рабочих", "", "13221", True),
        ("ru", "13,2 тыс.", "", "13200", True),
        ("ru", "13,2 тыс.", "", "13.2", False),
        ("ru", "13.2 thousand", "", "13200", False),
        ("ru", "13.2 thousand", "en", "13200", True),
        ("ko", "1만 3221명", "", "13221", True),
        ("ko", "1만 3221명", "", "3221", False),
    ],
)
def test_the_number_in_print_is_read_in_the_language_of_its_source(data, language, as_stated, ours, value, fits):
    edit(data / "raw" / "sources.csv", 10, "language", language)
    claim = {"source_id": "ARMY2024", "as_stated": as_stated, "as_stated_language": ours, "value": value}
    for column, cell in claim.items():
        edit(data / "raw" / "claims.csv", 2, column, cell)
    if fits:
        assert tables.read_raw("claims")["value"].iloc[0] == float(value)
    else:
        assert f"row 2, column value: found {value!r}, expected a number in as_stated" in refusal("claims")


@pytest.mark.parametrize(
    ("value", "high", "expected"),
    [("10000", "12000", ""), ("-10000", "-12000", ""), ("10000", "9000", "further from 0 than value, 10000"),
     ("-10000", "-9000", "further from 0"), ("-10000", "12000", "further from 0")],
)  # fmt: skip
def test_a_range_runs_away_from_zero(data, value, high, expected):
    for column, cell in {"measure": "difference", "base_period": "2023", "rule": "range", "value": value}.items():
        edit(data / "raw" / "claims.csv", 2, column, cell)
    edit(data / "raw" / "claims.csv", 2, "value_high", high)
    if expected:
        assert f"row 2, column value_high: found {high!r}, expected a number {expected}" in refusal("claims")
    else:
        assert tables.read_raw("claims")["value_high"].iloc[0] == float(high)


@pytest.mark.parametrize(
    ("claim", "column", "cell", "expected"),
    [
        ("A02", "base_period", "", "expected a period to compare with for ratio"),
        ("A08", "value", "1", "expected nothing for the rule in_front"),
        ("A08", "rule", "exact", "expected in_front for highest_since"),
        ("A13", "base_purpose", "", ""),  # a share of all
        ("A02", "base_purpose", "crew", ""),  # all of one year against the crews of another
        ("A02", "base_nationality", "CHN", ""),
        ("A07", "base_period", "2023", "expected nothing for rank"),
        ("A12", "transport", "air", "expected _T beside a purpose"),
        ("A01", "transport", "air+rail", ""),
        ("A01", "purpose", "education+business+crew+private+transit+tourism", ""),
        ("A01", "purpose", "_T-education-work", ""),
        ("A01", "nationality", "_T-PRK", ""),
        ("A01", "period", "2023-Q1+2024", ""),
        ("A03", "value", "-900", ""),  # a fall
    ],
)
def test_the_arguments_of_a_claim_fit_its_measure(data, claim, column, cell, expected):
    table = data / "raw" / "claims.csv"
    row = next(n for n, line in enumerate(table.read_text("utf-8").splitlines(), 1) if line.startswith(claim))
    edit(table, row, column, cell)
    if expected:
        assert f"row {row}, column {column}: found {cell!r}, {expected}" in refusal("claims")
    else:
        tables.read_raw("claims")
