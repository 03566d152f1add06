"""Tables of any project: read and checked by its datapackage.json and its rules, written whole."""

import shutil

import pandas as pd
import pytest
from toy import EXAMPLE

from notebook_reports import datapackage, paths
from notebook_reports.datapackage import TableError
from notebook_reports.tables import Tables, append_raw, problem, problems


def no_cedar(name: str, cells: pd.DataFrame) -> list[str]:
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


def test_a_row_more_is_checked_as_if_it_stood_in_the_file_and_can_be_written_there(data):
    row = {"village": "Ash", "year": "2023", "tonnes": "9", "paper": "Valley Post"}
    assert len(Tables().read_raw("harvests", {"harvests": row})) == 7
    with pytest.raises(TableError, match=r"row 8, column village, year: found 'Ash 2022'.*stands in row 3 already"):
        Tables().read_raw("harvests", {"harvests": row | {"year": "2022"}})
    append_raw("harvests", row)
    assert (data / "raw" / "harvests.csv").read_text().endswith("\nAsh,2023,9,Valley Post\n")
    assert len(Tables().read_raw("harvests")) == 7


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
