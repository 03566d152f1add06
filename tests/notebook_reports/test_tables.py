"""Tables of any project: read and checked by its datapackage.json and its rules, written whole."""

import csv
import re
import shutil
from collections.abc import Mapping

import pandas as pd
import pytest
from toy import EXAMPLE

from notebook_reports import datapackage, paths, sound
from notebook_reports.datapackage import TableError
from notebook_reports.tables import Tables, append_raw, problem, problems


def no_cedar(name: str, cells: pd.DataFrame, others: Mapping[str, pd.DataFrame]) -> list[str]:
    """A rule: for a test, no village is called Cedar."""
    wrong = cells[cells["village"] == "Cedar"] if name == "harvests" else cells[:0]
    return [problem(row, "village", village, "another village") for row, village in wrong["village"].items()]


@pytest.fixture
def data(monkeypatch, tmp_path):
    """The data of the example, for one test alone."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    return tmp_path / "data"


def test_a_table_is_typed_as_its_schema_says(data):
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("Ash,2021,12", "Ash,2021,"))
    harvests = Tables().read_raw("harvests")
    assert [str(kind) for kind in harvests.dtypes][1:3] == ["Int64", "Int64"]
    assert harvests["tonnes"].isna().tolist() == [True] + [False] * 5
    assert harvests.loc[0, "village"] == "Ash"


def test_rules_are_asked_where_the_schema_is_held_and_only_then(data):
    with pytest.raises(TableError) as refused:
        Tables(no_cedar).read_raw("harvests")
    assert str(refused.value).splitlines() == [
        f"data/raw/harvests.csv, row {row}, column village: found 'Cedar', expected another village. Mend the cell."
        for row in (6, 7)
    ]
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("Birch", "Brich"))
    with pytest.raises(TableError) as refused:
        Tables(no_cedar).read_raw("harvests")
    assert "Did you mean 'Birch'?" in str(refused.value)
    assert "Cedar'" not in str(refused.value)


def test_rows_more_are_checked_as_if_they_stood_in_the_file_and_can_be_written_there(data):
    row = {"village": "Ash", "year": "2023", "tonnes": "9", "paper": "Valley Post"}
    rows = [row, row | {"year": "2024"}]
    assert len(Tables().read_raw("harvests", {"harvests": rows})) == 8
    with pytest.raises(TableError, match=r"row 9, column village, year: found 'Ash 2022'.*stands in row 3 already"):
        Tables().read_raw("harvests", {"harvests": [row, row | {"year": "2022"}]})
    append_raw({"harvests": rows})
    assert (data / "raw" / "harvests.csv").read_text().endswith("\nAsh,2023,9,Valley Post\nAsh,2024,9,Valley Post\n")
    assert len(Tables().read_raw("harvests")) == 8


def test_one_cell_can_be_asked_about_alone():
    assert problems("harvests", {"year": "1999", "village": "Elm"}, "year") == [
        "found '1999', expected at least 2000. Mend the cell."
    ]
    assert problems("harvests", {"year": "2000"}, "year") == []


def test_what_is_written_is_checked_sorted_and_read_again(data):
    totals = pd.DataFrame({"villages": [3, 2], "high": [9.0, 8.0], "low": [7, 6], "year": [2022, 2021]})
    tables = Tables()
    tables.write_processed("totals", totals)
    assert (data / "processed" / "totals.csv").read_text() == "year,low,high,villages\n2021,6,8,2\n2022,7,9,3\n"
    assert tables.read_processed("totals")["high"].tolist() == [8, 9]
    with pytest.raises(TableError, match=r"data/processed/totals.csv, row 2, column low: found '', expected a value"):
        tables.write_processed("totals", totals.assign(low=[7, None]))
    with pytest.raises(TableError, match="column year: found '2021', expected each key once"):
        tables.write_processed("totals", totals.assign(year=2021))


def test_a_table_that_no_notebook_has_written_yet_is_named_with_what_to_do(data, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", EXAMPLE)
    with pytest.raises(TableError, match=r"totals.csv is missing. An earlier notebook writes it: run `PYTHONPATH=src"):
        Tables().read_processed("totals")


def test_a_table_that_is_not_described_is_named_with_those_that_are():
    with pytest.raises(TableError, match=r"'harvest', expected one of .*: harvests, totals"):
        datapackage.resource("harvest")


def test_the_descriptor_says_columns_codes_and_keys():
    assert datapackage.columns("totals") == ["year", "low", "high", "villages"]
    assert datapackage.codes("harvests", "village") == ("Ash", "Birch", "Cedar")
    assert (datapackage.primary_key("harvests"), datapackage.primary_key("totals")) == (["village", "year"], ["year"])
    assert datapackage.path_of("totals").as_posix() == "data/processed/totals.csv"


# What spreadsheets and damaged files leave in a table


@pytest.mark.parametrize("commas", [",", ",,"])
def test_columns_without_a_name_are_told_as_such(data, commas):
    """Excel ends every row with as many commas as its widest one has."""
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("\n", f"{commas}\n"))
    told = (
        rf"harvests.csv, row 1: found columns without a name at the end \({len(commas)}\), as spreadsheets leave them"
    )
    with pytest.raises(TableError, match=told):
        Tables().read_raw("harvests")


def test_a_column_without_a_name_among_others_is_no_full_stop(data):
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("village,", "village,,", 1).replace("tonnes", "to\0nnes", 1))
    told = r"row 1: missing column tonnes; unknown column ''; unknown column 'to\\x00nnes'\."
    with pytest.raises(TableError, match=told):
        Tables().read_raw("harvests")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ash,2021,12,Valley Post,,", "found 6 cells, expected 4. Delete the commas at its end, as spreadsheets"),
        ("Ash,2021,12,Valley,Post", "found 5 cells, expected 4. Is a comma missing, or one not quoted?"),
        ("Ash", "found 1 cell, expected 4. Is a comma missing"),
        ("", "found 0 cells, expected 4. Delete the empty line."),
    ],
)
def test_a_row_of_another_length_is_told_with_what_to_do(data, row, told):
    table = data / "raw" / "harvests.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([lines[0], row, *lines[2:]]))
    with pytest.raises(TableError) as refused:
        Tables().read_raw("harvests")
    assert f"data/raw/harvests.csv, row 2: {told}" in str(refused.value)


@pytest.mark.parametrize("limit", [131_072, 10**9])  # frictionless lifts it for all that runs in its process
@pytest.mark.parametrize("cell", ["A" * 131_073, '"A\n'])
def test_a_cell_that_goes_on_and_on_is_named_by_its_row(data, cell, limit):
    csv.field_size_limit(limit)
    table = data / "raw" / "harvests.csv"
    lines = table.read_text().splitlines()
    rest = "\n".join([lines[3].replace("Birch", cell), *lines[4:], *lines[2:3] * 8000])
    table.write_text("\n".join(lines[:3]) + f"\n{rest}\n")
    with pytest.raises(TableError, match=r"harvests.csv, row 4: found a cell of more than 131,072 characters"):
        Tables().read_raw("harvests")


ODD = ["\0", "\v", "\x1b", "\x85", "\ufffe", "\u202e", "\u2066", "\u200f", "\ufeff", "\ufff9", "\ufffb", "\ue000"]


@pytest.mark.parametrize("odd", ODD)
def test_a_character_that_nobody_sees_is_named_by_its_cell(data, odd):
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("Valley Post", f"Valley{odd}Post", 1), encoding="utf-8")
    with pytest.raises(TableError) as refused:
        Tables().read_raw("harvests")
    told = f"column paper: found {f'Valley{odd}Post'!r}, expected text without the character U+{ord(odd):04X}."
    assert str(refused.value) == f"data/raw/harvests.csv, row 2, {told} It cannot be seen: delete it."


def test_half_a_character_is_refused_in_a_row_more(data):
    row = {"village": "Ash", "year": "2023", "tonnes": "9", "paper": "Valley \ud83d"}
    with pytest.raises(TableError, match=r"row 8, column paper: found 'Valley \\ud83d', .* character U\+D83D"):
        Tables().read_raw("harvests", {"harvests": [row]})


def test_a_byte_that_is_no_utf_8_is_named_by_its_cell_even_below_a_cell_of_several_lines(data):
    table = data / "raw" / "harvests.csv"
    text = table.read_text().replace("Valley Post", '"Valley\nPost"', 1).encode()
    for bad, byte in ((b"Vall\xe9y", "0xe9"), ("Vall\ud83dy".encode("utf-8", "surrogatepass"), "0xed")):
        table.write_bytes(text + b"Ash,2023,9," + bad + b"\n")
        with pytest.raises(TableError, match=rf"row 8, column paper: found the byte {byte}, expected text in UTF-8"):
            Tables().read_raw("harvests")
    table.write_bytes(table.read_text("utf-8", "ignore").encode("utf-16"))
    with pytest.raises(TableError, match="row 1, column 1: found the byte 0xff, expected text in UTF-8"):
        Tables().read_raw("harvests")


@pytest.mark.parametrize("lost", ["Valley ???", "Valley P\ufffdst"])
def test_letters_that_were_lost_are_told_as_such(data, lost):
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("Valley Post", lost, 1), encoding="utf-8")
    told = rf"row 2, column paper: found {re.escape(repr(lost))}, expected text without .* Letters were lost"
    with pytest.raises(TableError, match=told):
        Tables().read_raw("harvests")


def test_letters_are_composed_as_they_are_read_and_written(data):
    """A paper that macOS wrote with its accents apart is the same paper."""
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("Valley Post", "Cafe\u0301", 1), encoding="utf-8")
    assert Tables().read_raw("harvests")["paper"].iloc[0] == "Caf\u00e9"
    row = {"village": "Ash", "year": "2023", "tonnes": "9", "paper": "Cafe\u0301"}
    assert Tables().read_raw("harvests", {"harvests": [row]})["paper"].iloc[-1] == "Caf\u00e9"
    append_raw({"harvests": [row]})
    assert table.read_text(encoding="utf-8").endswith("Caf\u00e9\n")


@pytest.mark.parametrize("cell", ["1e-400", "1e-5", "0." + "0" * 400 + "1"])
def test_a_number_too_small_to_be_kept_is_refused_rather_than_nothing(data, cell):
    file = data / "datapackage.json"
    file.write_text(file.read_text().replace('"tonnes", "type": "integer"', '"tonnes", "type": "number"'))
    table = data / "raw" / "harvests.csv"
    table.write_text(table.read_text().replace("Ash,2021,12", f"Ash,2021,{cell}"))
    with pytest.raises(TableError, match=r"row 2, column tonnes: found .* expected a number in digits"):
        Tables().read_raw("harvests")


def test_faults_beyond_the_first_are_counted_by_column(data):
    table = data / "raw" / "harvests.csv"
    rows = [f"Ash,{year},{'x' if year % 2 else '1'},{'Valley' if year % 4 else ''}" for year in range(2030, 2130)]
    table.write_text("\n".join([table.read_text().splitlines()[0], *rows]))
    with pytest.raises(TableError) as refused:
        Tables().read_raw("harvests")
    assert str(refused.value).splitlines()[-1] == "... and 55 more: 37 in column tonnes, 18 in column paper."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"title": "A table', "is not JSON in UTF-8 (Unterminated string"),
        (b"", "is not JSON in UTF-8 (Expecting value"),
        ("{}".encode("utf-16"), "is not JSON in UTF-8 ('utf-8' codec can't decode byte 0xff"),
        (b"[" * 100_000, "is not JSON in UTF-8 (maximum recursion depth"),
        (b"[]", ": must be object, found []"),
        (b"{}", "must contain ['description', 'resources', 'title', 'version'] properties, found {}"),
    ],
    ids=["cut", "empty", "UTF-16", "deep", "list", "nothing"],
)
def test_a_file_that_is_no_schema_is_named(data, content, told):
    (data / "datapackage.json").write_bytes(content)
    with pytest.raises(TableError) as refused:
        Tables().read_raw("harvests")
    assert str(refused.value).startswith("data/datapackage.json") and told in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"title"', '"titel"', "must contain ['title'"),
        ('"primaryKey"', '"key"', "resources[0].schema must contain ['primaryKey'] properties"),
        ('"fields"', '"columns"', "resources[0].schema must contain ['fields'] properties"),
        ('"integer"', '"whole"', "fields[1].type must be one of ['string', 'integer', 'number'], found 'whole'"),
        ('"minimum": 0', '"minimum": "none"', "minimum must be number, found 'none'"),
        ('"minimum": 0', '"pattern": "("', "pattern must be a valid regex, found '('"),
        ('"raw/', '"../', "found '../harvests.csv'"),
        ('"name": "village"', '"name": "place"', "a key of harvests names the column 'village' of 'harvests'"),
        ('"name": "tonnes"', '"name": "year"', "harvests has 'year' twice"),
        ('"name": "totals"', '"name": "harvests"', "tables has 'harvests' twice"),
        ('"minimum": 0', '"minLength": 1', 'table harvests: constraint "minLength" is not supported'),
    ],
)
def test_what_is_wrong_in_the_schema_is_named(data, old, new, told):
    file = data / "datapackage.json"
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(TableError) as refused:
        Tables().read_raw("harvests")
    assert str(refused.value).startswith("data/datapackage.json") and told in str(refused.value)


def test_a_byte_order_mark_in_the_schema_is_read_over(data):
    file = data / "datapackage.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert len(Tables().read_raw("harvests")) == 6


def test_a_long_cell_is_told_by_its_beginning():
    (told,) = problems("harvests", {"tonnes": "1" * 100_000}, "tonnes")
    assert len(told) < 400 and f"found '{'1' * 200}...'" in told


@pytest.mark.parametrize(
    ("kind", "more", "value", "keeps"),
    [
        ("string", {}, "", True),
        ("string", {"constraints": {"required": True}}, "", False),
        ("string", {"constraints": {"enum": ["a", "b"]}}, "b", True),
        ("string", {"constraints": {"enum": ["a", "b"]}}, "c", False),
        ("string", {"constraints": {"enum": [1]}}, "1", False),
        ("string", {"constraints": {"pattern": "[a-z]{2}"}}, "ab", True),
        ("string", {"constraints": {"pattern": "[a-z]{2}"}}, "abc", False),
        ("integer", {"constraints": {"enum": [1, 10]}}, "10", True),
        ("integer", {"constraints": {"minimum": 2}}, "1", False),
        ("number", {"constraints": {"minimum": 0, "maximum": 0.5}}, "0.5", True),
        ("number", {"constraints": {"maximum": 0.5}}, "INF", False),
        ("number", {"constraints": {"minimum": 0}}, "-INF", False),
        ("number", {}, "-INF", True),
        ("string", {"constraints": {"minLength": 1}}, "a", False),  # it keeps it, but that is for Frictionless to say
        ("string", {"format": "email"}, "a@example.org", False),
        ("string", {"own_property": "anything"}, "a", True),
    ],
)
def test_what_is_sure_at_a_glance_frictionless_finds_too(kind, more, value, keeps):
    from frictionless import Resource, Schema

    field = {"name": "x", "type": kind, "description": "A thing"} | more
    schema = {"fields": [field], "primaryKey": "x"}
    assert sound.field(field, [value]) == keeps
    rows = [["x"], [value]]
    if keeps and value:
        assert sound.table(schema, rows, {})
        assert Resource(data=rows, schema=Schema.from_descriptor(schema)).validate().valid


@pytest.mark.parametrize(
    ("rows", "keeps"),
    [
        ([["a", "1"], ["b", ""]], True),  # nothing points nowhere
        ([["a", "1"], ["a", "1"]], False),
        ([["", "1"]], False),
        ([["a", "3"]], False),
        ([], True),
    ],
)
def test_keys_are_looked_at_too(rows, keeps):
    fields = [{"name": name, "type": "string", "description": name} for name in ("x", "y")]
    key = {"fields": ["y"], "reference": {"resource": "other", "fields": "id"}}
    schema = {"fields": fields, "primaryKey": ["x"], "foreignKeys": [key]}
    assert sound.table(schema, [["x", "y"], *rows], {"other": [["id"], ["1"], ["2"], ["short", "row"]]}) == keeps
    assert not sound.table(schema | {"missingValues": ["-"]}, [["x", "y"], *rows], {"other": [["id"], ["1"]]})
