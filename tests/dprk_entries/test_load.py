"""The tables for other people's scripts: as the checkout has them, from any folder, light to import."""

import subprocess
import sys
from typing import get_args

import pandas as pd
import pytest

from dprk_entries import TABLES, describe, load
from dprk_entries.data import tables
from dprk_entries.data.load import FOLDER, Table
from notebook_reports import datapackage, paths


def test_the_names_are_those_of_the_schema():
    names = [table["name"] for table in datapackage.read()["resources"]]
    assert list(get_args(Table)) == list(TABLES) == names[: len(TABLES)]
    assert all(name.startswith("import-") for name in names[len(TABLES) :])


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_the_checkout_reads_it(name, monkeypatch):
    monkeypatch.setattr(paths, "OUTPUT", paths.ROOT)  # not a draft
    assert paths.ROOT / "data" == FOLDER
    read = tables.read_raw if datapackage.path_of(name).parts[1] == "raw" else tables.read_processed
    pd.testing.assert_frame_equal(load(name), read(name), check_exact=True)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described(name):
    columns = describe(name)
    assert list(columns.index) == list(load(name).columns)
    assert columns["type"].isin(["string", "integer", "number"]).all() and columns["description"].all()


def test_codes_are_listed_where_the_schema_lists_them():
    codes = describe("entries")["codes"]
    assert codes["transport"] == ["_T", "air", "rail", "car", "ship", "walk"]
    assert codes["formula"] == []


@pytest.mark.parametrize("function", [load, describe])
def test_an_unknown_name_is_told_with_those_that_there_are(function):
    with pytest.raises(
        ValueError, match=r"found the table 'claims_checked', expected one of .*growth.*, claims-checked"
    ):
        function("claims_checked")


def test_the_package_is_imported_without_pandas_and_loads_without_the_tools_of_the_build(tmp_path):
    code = """
import sys
import dprk_entries
assert "pandas" not in sys.modules
dprk_entries.load("observations")
tools = {"doit", "frictionless", "matplotlib", "nbformat", "papermill"}
assert not tools & sys.modules.keys(), tools & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
