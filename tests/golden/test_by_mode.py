"""The compilation by mode: equal to the sums that were typed in before it, whole, and beside the press."""

import re
from pathlib import Path

import pandas as pd
import pytest

from dprk_entries.data import imports, tables
from notebook_reports import paths

TYPED = pd.read_csv(Path(__file__).with_name("by_mode.csv")).set_index("observation_id")


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return imports.read_figures().set_index("observation_id")


def test_every_sum_that_was_typed_in_follows_from_the_table_under_the_same_id(figures):
    assert len(TYPED) == 82
    now = figures.loc[TYPED.index]
    assert (now[["series", "nationality", "period"]] == TYPED[["series", "nationality", "period"]]).all(axis=None)
    assert now["value"].tolist() == TYPED["value"].tolist()
    assert (now["purpose"] == "_T").all() and (now["transport"] == "_T").all()
    assert (now["source_id"] == "KSIMI2020").all() and (now["qualifier"] == "exact").all()


def test_the_old_ids_are_addresses_still():
    page = (paths.ROOT / "reports/sources/figures.html").read_text("utf-8")
    for observation_id, value in TYPED["value"].items():
        assert f'<article id="{observation_id}">\n<h3>{value:,}</h3>' in page


def test_all_of_the_compilation_is_there():
    first, second = tables.read_raw("import-ksimi2020"), tables.read_raw("import-ksimi2020q2")
    entries = [table[table["series"] == "border_entries"] for table in (first, second)]
    assert sum(map(len, entries)) == 41_595 and len(entries[1]) == 670
    assert pd.concat(entries)["nationality"].nunique() == 224
    assert set(second["period"]) == {"2020-Q2"} and "2020-Q2" not in set(first["period"])
    assert "NAM" in set(first["nationality"])  # not read as a missing value
    for table in (first, second):
        assert set(table.loc[table["series"] == "russian_departures", "nationality"]) == {"RUS"}


def test_the_licence_of_the_first_edition_stands_beside_it():
    licence = imports.path_of("KSIMI2020", ".LICENSE")
    text = (paths.ROOT / licence).read_text("utf-8")
    assert re.search("MIT License\n\nCopyright .c. 2020 Maxim Kobzev", text)


def test_the_second_quarter_of_2020_fixes_the_fourth(entries_2020):
    assert entries_2020["2020-Q2"] == (129, "reported")
    assert entries_2020["2020-Q4"] == (7, "derived")


@pytest.fixture
def entries_2020(monkeypatch) -> dict[str, tuple[int, str]]:
    monkeypatch.setattr(paths, "OUTPUT", paths.ROOT)  # not a draft
    entries = tables.read_processed("entries").query(
        "series == 'border_entries' and nationality == 'PRK' and purpose == '_T' and transport == '_T'"
    )
    exact = entries[entries["low"] == entries["high"]]
    return {row.period: (row.low, row.status) for row in exact.itertuples()}


def test_only_north_koreans_and_periods_in_print_take_part(figures):
    imported = figures[figures["source_id"].str.startswith("KSIMI2020")]
    printed = tables.read_raw("observations")[["series", "nationality", "period"]]
    others = imported[~imported["nationality"].isin(["PRK", "RUS"])]
    assert len(others) and (others["transport"] == "_T").all()
    assert set(map(tuple, others[printed.columns].to_numpy())) <= set(map(tuple, printed.to_numpy()))
    assert set(imported.loc[imported["nationality"] == "PRK", "transport"]) == {
        "_T", "air", "car", "rail", "ship", "walk",
    }  # fmt: skip
