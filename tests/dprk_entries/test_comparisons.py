"""Notebook 06 by hand: North Korea beside other nationalities, on the frozen tables and a few made-up figures more."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from notebooks import Notebooks, at

from dprk_entries.data import tables
from dprk_entries.data.imports import __main__ as command
from notebook_reports import datapackage
from notebook_reports.cite import as_words

# In the frozen tables North Koreans have 9,000 entries in 2019-S1 and 20,000 in 2019, about 2,000 of them for
# education; 10,000 in 2024, 6,000 for education; 1,000 in 2023 and 100 in 2022. China has 40,000 in 2023.
FIGURES = [
    ("border_entries", "_T", "2019-S1", "education", "1,220"),
    ("border_entries", "CHN", "2019-S1", "education", "20"),
    ("border_entries", "KAZ", "2019-S1", "education", "100"),
    ("border_entries", "KAZ", "2019-S1", "work", "1,200"),
    ("border_entries", "UZB", "2019-S1", "education", "7"),
    ("border_entries", "IND", "2019-S1", "tourism", "60"),
    ("border_entries", "IND", "2019-S1", "work", "80"),
    ("border_entries", "KAZ", "2023", "_T", "16,000"),
    ("enrolled_students", "CHN", "2024", "education", "50"),
    ("enrolled_students", "TKM", "2024", "education", "60"),
    ("entries_china", "PRK", "2012", "_T", "1,000"),
    ("entries_china", "PRK", "2012", "work", "450"),
]
UNITS = {"enrolled_students": "persons"}
SHARES = """\
HERALD2025,consular_visas,_T,2023,education,14 percent,,14,1,para 1,,whole
HERALD2025,entries_china,PRK,2015-S1,work,52 percent,,52,1,para 1,,whole
"""
# By quarter of 2019, of North Korea as in the frozen tables; in the half-year China has 1,000, Kazakhstan 2,000, India
# 200, and all have 12,200. Mali has fewer entries than North Korea in the year.
BY_MODE = {
    ("PRK", "Air"): (2000, 2500, 3000, 2500),
    ("PRK", "Rail"): (2000, 2500, 3000, 2500),
    ("CHN", "Air"): (500, 500, 39500, 39500),
    ("CHN", "Rail"): (0, 0, 0, 0),
    ("KAZ", "Air"): (200, 200, 1800, 1800),
    ("KAZ", "Rail"): (800, 800, 7200, 7200),
    ("IND", "Air"): (100, 100, 0, 0),
    ("IND", "Rail"): (0, 0, 0, 0),
    ("MLI", "Air"): (0, 0, 1, 1),
    ("MLI", "Rail"): (0, 0, 0, 0),
}
ENDS = ("3/31", "6/30", "9/30", "12/31")
SOURCE = ["source_id=BYMODE", "publisher=A", "accessed=2026-01-01", "language=en", "read_by=A", "--yes"]
ASKED = {"compilation": "BYMODE", "first_year": 2019, "latest_modes": "2023-Q3"}


def add_figures(data: Path) -> None:
    with (data / "raw/observations.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        for number, (series, nationality, period, purpose, printed) in enumerate(FIGURES, 101):
            value, unit = printed.replace(",", ""), UNITS.get(series, "crossings")
            where = [f"F{number:04}", "HERALD2025", series, nationality, period, purpose, "_T", ""]
            rows.writerow([*where, printed, "", value, "", "exact", "1", unit, "", "para 9", "", ""])
    header = ",".join(tables.columns("shares"))
    (data / "raw/shares.csv").write_text(f"{header}\n{SHARES}", encoding="utf-8")


def compilation() -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["ENG", "Trans", "Type", "Value", "ISO_A2", "ISO_A3", "M49", "Date"])
    for (code, mode), counts in BY_MODE.items():
        for count, end in zip(counts, ENDS, strict=True):
            rows.writerow([code, mode, "In", count, code[:2], code, 1, f"{end}/2019"])
    return text.getvalue()


@pytest.fixture(scope="module")
def compared(tmp_path_factory, frozen) -> Notebooks:
    """Notebooks 01 and 06, run on these figures."""
    root = tmp_path_factory.mktemp("compared")
    ran = Notebooks(root)
    data = frozen(root)
    (root / "pyproject.toml").write_bytes((Path(__file__).parents[2] / "pyproject.toml").read_bytes())
    (data / "raw/mappings.csv").write_bytes((Path(__file__).parents[2] / "data/raw/mappings.csv").read_bytes())
    (root / "by_mode.csv").write_text(compilation(), encoding="utf-8")
    with at(root, root):
        add_figures(data)
        assert command.main([str(root / "by_mode.csv"), *SOURCE]) == 0
        datapackage._read.cache_clear()  # a process of its own reads it once
        ran.run("01")
        ran.run("06", **ASKED)
    return ran


@pytest.fixture(scope="module")
def rows(compared) -> pd.DataFrame:
    """comparisons.csv by its key: measure, series, nationality, period, purpose, transport, base_period."""
    with at(compared.root, compared.root):
        table = tables.read_processed("comparisons")
    return table.set_index(datapackage.primary_key("comparisons"))


def ends(rows: pd.DataFrame, measure: str, nationality: str, *key: str, series: str = "border_entries"):
    return tuple(rows.loc[(measure, series, nationality, *key), ["low", "high"]])


def share(rows: pd.DataFrame, nationality: str, period: str, purpose: str = "education", transport: str = "_T"):
    return ends(rows, "share", nationality, period, purpose, transport, period)


def test_a_share_is_the_ratio_of_two_counts_of_one_period(rows):
    assert share(rows, "_T", "2019-S1") == (0.1, 0.1)
    assert share(rows, "CHN", "2019-S1") == (0.02, 0.02)
    assert share(rows, "KAZ", "2019-S1") == (0.05, 0.05)
    assert share(rows, "KAZ", "2019-S1", "work") == (0.6, 0.6)
    assert share(rows, "PRK", "2024") == (0.6, 0.6)
    assert share(rows, "PRK", "2019") == (1950 / 20000, 2050 / 20000)
    assert share(rows, "PRK", "2019-S1") == pytest.approx((0, 2050 / 9000), abs=1e-6)


def test_each_share_names_the_sources_of_both_counts(rows):
    assert rows.loc[("share", "border_entries", "PRK", "2019", "education", "_T", "2019"), "source_ids"].split() == [
        "ALMANAC2020", "BYMODE", "HERALD2025",
    ]  # fmt: skip


def test_a_nationality_without_a_total_has_no_share_and_is_named(compared, rows):
    assert "UZB" not in rows.index.get_level_values("nationality")
    printed = compared.again("06", "check-education", "check-education")["lone"]
    assert list(printed["nationality"]) == ["UZB"]


def test_only_nationalities_of_one_period_have_a_place_and_it_is_a_range_where_ranges_overlap(rows):
    """Up to 22.8 percent beside 2 and 5; neither the year of 9.8 percent nor that of 60 has one."""
    places = rows.loc["place"].xs("education", level="purpose")
    assert places[["low", "high", "among"]].to_numpy().tolist() == [[1, 3, 3]]
    assert places.index.get_level_values("period") == ["2019-S1"]


def test_like_periods_stand_beside_each_other_and_those_of_north_korea_alone_apart(compared):
    drawn = pd.read_csv(compared.root / "reports/figures/education-shares.csv")
    assert list(drawn["entries of"]) == [
        "North Korea, 2024", "North Korea, 2019", "North Korea, 2020-Q1",
        "North Korea, 2019-S1", "All, 2019-S1", "Kazakhstan, 2019-S1", "China, 2019-S1",
    ]  # fmt: skip
    axes = Figure().subplots()
    names = compared.names["06"]
    names["ranges"](axes, pd.concat([names["apart"], names["beside"]]))
    assert [text.get_text() for text in axes.texts if text.get_fontweight() == "bold"] == [
        "North Korea, not ranked", "Jan to Jun 2019",
    ]  # fmt: skip
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["2024", "2019", "Jan to Mar 2020", "North Korea", "All", "Kazakhstan", "China"]
    assert list(np.diff(axes.get_yticks())) == pytest.approx([-1, -1, -2.4, -1, -1, -1])  # 2024 apart
    ends = [list(dots.get_xdata()) for dots in axes.lines if dots.get_marker() == "o"]
    assert np.array(ends) == pytest.approx(100 * drawn[["share_low", "share_high"]].to_numpy(), abs=0.01)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("education-shares", "Education was 60.0 % of North Korean entries, 5.0 % of Kazakhstan's"),
        ("work-shares", "Work was 60.0 % of Kazakhstan's entries, education 60.0 % of North Korea's"),
        (
            "recovery-by-nationality",
            "Against 2019 North Korean entries were at 50 %, the others known at 125 % or more",
        ),
    ],
)
def test_the_title_says_the_computed_comparison(compared, name, title):
    assert str(as_words(compared.figure(name)["title"])) == title


def test_entries_of_the_last_period_known_of_several_are_set_against_the_open_border_the_largest_first(compared):
    drawn = pd.read_csv(compared.root / "reports/figures/recovery-by-nationality.csv", index_col=0)
    assert list(drawn["share_low"].items()) == [("China, 2024", 1.25), ("North Korea, 2024", 0.5)]


def test_what_other_purposes_take_limits_education_where_nobody_counted_it(rows):
    assert share(rows, "IND", "2019-S1") == (0, 0.3)


def test_entries_for_each_student_name_the_period_of_both(rows):
    assert ends(rows, "per_student", "CHN", "2019-S1", "education", "_T", "2024") == (0.4, 0.4)
    assert ends(rows, "per_student", "PRK", "2024", "education", "_T", "2024-04") == (60, 60)
    assert ends(rows, "per_student", "PRK", "2024", "education", "_T", "2024-09-01/2025-06-30") == (40, 40)
    students = rows.loc["per_student"].index.get_level_values("nationality")
    assert set(students) == {"CHN", "PRK"}  # of Turkmenistan nobody printed education entries


def test_a_share_in_print_without_counts_is_read_as_rounded(rows):
    visas, printed = ("2023", "education", "_T", "2023"), ("2015-S1", "work", "_T", "2015-S1")
    counted = ("2012", "work", "_T", "2012")
    assert ends(rows, "printed_share", "_T", *visas, series="consular_visas") == (0.135, 0.145)
    assert ends(rows, "printed_share", "PRK", *printed, series="entries_china") == (0.515, 0.525)
    assert ends(rows, "share", "PRK", *counted, series="entries_china") == (0.45, 0.45)


def test_growth_is_placed_among_those_whose_totals_of_both_years_are_known(rows):
    """Against 2019, as compiled: China 40,000 of 80,000, Kazakhstan 16,000 of 20,000, North Korea 1,000 of 20,000."""
    factors = rows.loc["factor"].xs("2019", level="base_period")["low"].droplevel(["series", "purpose", "transport"])
    assert factors.xs("2023", level="period").to_dict() == {"CHN": 0.5, "KAZ": 0.8, "PRK": 0.05}
    place = rows.loc[("place", "border_entries", "PRK", "2023", "_T", "_T", "2019")]
    assert list(place[["low", "high", "among"]]) == [3, 3, 3]
    assert ends(rows, "place", "PRK", "2024", "_T", "_T", "2023") == (1, 1)  # 10 times, China 2.5
    assert "2022" not in rows.loc["factor"].index.get_level_values("period")  # of no other nationality


def test_modes_are_ranked_among_nationalities_with_at_least_as_many_entries(rows):
    assert share(rows, "PRK", "2019", "_T", "rail") == (0.5, 0.5)
    own = ("border_entries", "PRK", "2019", "_T")
    rail, air = (rows.loc[("place", *own, mode, "2019")] for mode in ("rail", "air"))
    assert list(rail[["low", "high", "among"]]) == [2, 2, 3]  # behind Kazakhstan; Mali has too few entries
    assert list(air[["low", "high", "among"]]) == [2, 2, 3]
    assert share(rows, "PRK", "2023-Q3", "_T", "air") == (0.4, 0.4)
    assert ("place", "border_entries", "PRK", "2023-Q3", "_T", "air", "2023-Q3") not in rows.index


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"like": "2024"}, "of no other nationality education and all entries are known in 2024: choose 2019-S1"),
        ({"this": "2018"}, "of North Korea education and all entries are not known in 2018: choose 2019"),
    ],
)
def test_a_period_that_leaves_nothing_to_compare_is_refused_by_name(compared, changes, told):
    with pytest.raises(AssertionError, match=told):
        compared.again("06", "select-education", "check-education", **changes)


def test_a_compilation_that_is_not_there_is_refused_by_name(compared):
    with pytest.raises(tables.TableError, match="found no import 'NOWHERE', expected one of BYMODE"):
        compared.again("06", "compiled", "compiled", compilation="NOWHERE")
