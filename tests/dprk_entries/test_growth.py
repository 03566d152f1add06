"""Notebook 02 by hand: every measure of growth, on the frozen tables and on made-up years."""

import math
import re
import shutil
import textwrap
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from notebooks import Notebooks, at

from dprk_entries import cite
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from dprk_entries.site import entry_pages
from notebook_reports import paths
from notebook_reports.cite import as_words
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System


@pytest.fixture
def computed(notebooks):
    """What the cells from `first` to `last` make of years such as {"2024": {"_T": (10, 12)}}."""

    def of(years: dict[str, dict[str, tuple]], first: str = "select", last: str = "measure-rank", **changes) -> dict:
        rows = [
            ["border_entries", "PRK", year, purpose, "_T", low, high, "bounded", 1, f"{purpose}-{year}", ""]
            for year, values in years.items()
            for purpose, (low, high) in values.items()
        ]
        names = ["series", "nationality", "period", "purpose", "transport", "low", "high", "status", "readers"]
        figures = [
            Figure(Cell(period, purpose), Interval(low, high), frozenset({"R"}), ("S",), ("F",))
            for _, _, period, purpose, _, low, high, *_ in rows
        ]
        entries = pd.DataFrame(rows, columns=[*names, "source_ids", "formula"])
        system = System.of(figures, [], [lambda quarter: ("education", "rest")])
        this, base, *_ = sorted(years, reverse=True)
        named = {"entries": entries, "cells": Cells(entries, system), "this": this, "base": changes.pop("base", base)}
        span = {"mean_first": int(min(years)), "mean_last": int(max(years))} | changes
        return notebooks.again("02", first, last, **named, **{"reference": min(years)}, **span)

    return of


def ends(rows: pd.DataFrame, period: str) -> tuple[float, float]:
    return tuple(rows.loc[period, ["low", "high"]])


@pytest.fixture(scope="module")
def by_key(growth) -> pd.Series:
    """Ends of each measure, by measure, purpose and period."""
    return growth.set_index(["measure", "purpose", "period"])[["low", "high"]].apply(tuple, axis=1)


def test_factor_and_percent_say_the_same(by_key):
    assert by_key["factor", "_T", "2024"] == (10, 10)
    assert by_key["percent_change", "_T", "2024"] == (900, 900)
    assert by_key["factor", "_T", "2024-Q1"] == pytest.approx((500 / 160, 500 / 150))
    assert by_key["percent_change", "_T", "2024-Q1"] == pytest.approx((100 * (500 / 160 - 1), 100 * (500 / 150 - 1)))


def test_the_year_measured_is_set_against_the_year_that_is_asked_for(computed):
    years = {"2001": {"_T": (10, 10)}, "2002": {"_T": (20, 20)}, "2003": {"_T": (60, 60)}}
    factor = computed(years, base="2001")["measures"]["factor"]
    assert ends(factor, "2003") == (6, 6) and factor.at["2003", "base_period"] == "2001"
    assert ends(factor, "2002") == (2, 2)
    change = computed(years, base="2001")["measures"]["percent_change"]
    assert ends(change, "2003") == (500, 500) and change.at["2003", "base_period"] == "2001"


@pytest.mark.parametrize(
    ("year", "growth", "purposes"),
    [
        (2023, "10.0 times those of 2022", "Business was the stated purpose of 500"),
        (2020, "times those of 2019", "ranges"),
    ],
)
def test_another_year_is_measured_and_drawn_by_its_parameter_alone(notebooks, tmp_path, year, growth, purposes):
    """Also one that fell, and whose purposes are known within ranges alone."""
    other = Notebooks(Path(shutil.copytree(notebooks.root, tmp_path / "other")))
    with at(other.root, other.root):
        other.run("02", year=year)
    (headline,) = [
        output.data["text/plain"] for output in other.shown["02"] if "**" in output.data.get("text/markdown", "")
    ]
    assert headline.startswith(f"Entries in {year} were ") and growth in headline
    assert purposes in str(as_words(other.figure("purposes")["title"]))


def test_rank_is_an_interval_where_years_overlap(computed):
    rank = computed({"2001": {"_T": (10, 10)}, "2002": {"_T": (5, 15)}, "2003": {"_T": (20, 20)}})["measures"]["rank"]
    assert ends(rank, "2003") == (1, 1)
    assert ends(rank, "2001") == (2, 3)


def test_ranks_are_taken_by_all_figures_at_once(notebooks):
    """Eleven in the half-year, six to nine of them in its first quarter: more than in the second, whose own figure
    says at most ten."""
    ranges = {"2001-S1": (11, 11), "2001-Q1": (6, 9), "2001-Q2": (0, 10)}
    figures = [Figure(Cell(p), Interval(*r), frozenset({"R"}), ("S",), ("F",)) for p, r in ranges.items()]
    rows = [["border_entries", "PRK", p, "_T", "_T", *r, "bounded", 1, "S", ""] for p, r in ranges.items()]
    names = ["series", "nationality", "period", "purpose", "transport", "low", "high", "status", "readers"]
    entries = pd.DataFrame(rows, columns=[*names, "source_ids", "formula"])
    quarters = entries.set_index("period").loc[["2001-Q1", "2001-Q2"]]
    named = {"cells": Cells(entries, System.of(figures, [], [lambda quarter: ("education", "rest")])), "measures": {}}
    found = notebooks.again("02", "measure-rank", "measure-rank", years=quarters[:0], quarters=quarters, **named)
    assert [ends(found["measures"]["rank"], quarter) for quarter in quarters.index] == [(1, 1), (2, 2)]


def test_a_quarter_among_all_quarters_by_hand(by_key):
    """2023-Q2 is 240 to 250. Above it for sure: all quarters of 2019 and 2024, 2020-Q1, 2023-Q4, and one of 2017 and of
    2018, which are known by their years alone; perhaps: 2023-Q3, which is 250, and their other quarters."""
    surely, perhaps = 4 + 4 + 1 + 1 + 1 + 1, 1 + 3 + 3
    assert by_key["rank", "_T", "2023-Q2"] == (1 + surely, 1 + surely + perhaps)


def test_contribution_of_education_is_bounded_by_what_is_known_of_the_base_year(by_key):
    """6,000 in 2024 less 60 to 500 in 2023, of 9,000."""
    assert by_key["contribution", "education", "2024"] == pytest.approx((5500 / 9000, 5940 / 9000))


@pytest.mark.parametrize("low", [10, 14, 15])
def test_to_a_total_that_need_not_have_grown_nothing_contributes(computed, low):
    years = {"2001": {"_T": (10, low), "education": (1, 1)}, "2002": {"_T": (15, 15), "education": (2, 2)}}
    measures = computed(years, last="measure-contribution")["measures"]
    if low < 15:
        assert measures["contribution"].set_index("purpose").loc["education", "high"] == 1 / (15 - low)
    else:
        assert "contribution" not in measures


def test_years_that_tie_share_no_certain_rank(computed):
    rank = computed({"2001": {"_T": (10, 10)}, "2002": {"_T": (10, 10)}})["measures"]["rank"]
    assert ends(rank, "2001") == (1, 1)


def test_distance_from_the_mean_uses_every_year_of_it(computed):
    years = {"2001": {"_T": (10, 10)}, "2002": {"_T": (20, 20)}, "2003": {"_T": (30, 30)}}
    assert ends(computed(years, mean_last=2002)["measures"]["ratio_to_mean"], "2003") == (2, 2)
    assert ends(computed(years, mean_last=2001)["measures"]["ratio_to_mean"], "2003") == (3, 3)
    with pytest.raises(AssertionError, match="2002 to 2001 has no years: exchange the two"):
        computed(years, mean_first=2002, mean_last=2001)


def test_the_table_by_hand(growth, by_key):
    for measure, expected in {
        "factor": 10,
        "percent_change": 900,
        "recovery": 10000 / 20000,
        "ratio_to_mean": 10000 / ((16000 + 9000 + 20000) / 3),
        "rank": 3,  # after 2019 and 2017
    }.items():
        assert by_key[measure, "_T", "2024"] == pytest.approx((expected, expected), abs=1e-6), measure
    assert by_key["recovery", "_T", "2024-Q3"][1] == 4500 / 6000
    assert by_key["contribution", "business", "2024"][1] == pytest.approx(1500 / 9000, abs=1e-6)
    base = growth.set_index(["measure", "purpose", "period"])["base_period"]
    assert base["recovery", "_T", "2025-Q1"] == "2019-Q1"
    assert base["rank", "_T", "2024"] == "2017-01-01/2024-12-31"
    assert base["ratio_to_mean", "_T", "2024"] == "2017-01-01/2019-12-31"


def test_each_row_names_the_sources_behind_both_periods(growth):
    rows = growth.set_index(["measure", "period", "purpose"])["source_ids"]
    assert rows["recovery", "2024-Q3", "_T"].split() == ["ALMANAC2020", "GAZETTE2025", "HERALD2025"]
    assert rows["factor", "2020", "_T"] == "ALMANAC2020"


def test_a_contribution_rests_on_the_totals_too_and_a_rank_names_the_sources_of_its_own_period(computed):
    years = {"2001": {"_T": (10, 10), "education": (1, 1)}, "2002": {"_T": (15, 15), "education": (2, 2)}}
    rows = computed(years, last="write")["growth"].set_index(["measure", "period"])["source_ids"]
    assert rows["contribution", "2002"] == "_T-2001 _T-2002 education-2001 education-2002"
    assert rows["factor", "2002"] == "_T-2001 _T-2002"
    assert [rows["rank", year] for year in years] == ["_T-2001", "_T-2002"]


def test_recovery_begins_after_the_year_of_recovery(growth):
    periods = growth.loc[growth["measure"] == "recovery", "period"]
    assert periods.str[:4].min() == "2020"


def test_a_year_of_recovery_that_can_be_zero_gives_no_recovery(notebooks):
    found = notebooks.again("02", "bases", "measure-recovery", recovery_year=2021, reference="2021")
    years = found["measures"]["recovery"].query("base_period == '2021'")
    assert years.empty  # nobody came in 2021


def test_a_multiple_of_what_can_be_zero_has_a_least_value_alone(growth, by_key):
    """Up to 100 came in any quarter of 2022, up to 50 in 2020-Q2, nobody in 2021."""
    assert not growth[["low", "high"]].isna().any().any()
    assert by_key["factor", "_T", "2023-Q1"] == pytest.approx((150 / 100, math.inf))
    assert by_key["percent_change", "_T", "2023-Q2"] == pytest.approx((100 * (240 / 100 - 1), math.inf))
    factors = set(growth.loc[growth["measure"] == "factor", "period"])
    assert "2022" not in factors and "2021-Q2" not in factors  # of nobody, and of perhaps nobody none need have come
    assert {"2021", "2021-Q1", "2023", "2024-Q3"} <= factors


def test_a_multiple_without_a_greatest_value_is_told_as_such(shown, misled, notebooks):
    rows = shown("02", "Entries a quarter").loc[["2023-Q1", "2021-Q2"], ["factor", "percent change"]]
    assert [*rows.loc["2023-Q1"]] == ["at least 1.50", "at least 50 %"]
    assert [*rows.loc["2021-Q2"]] == ["none", "none"]
    assert misled(notebooks.names["02"]["table"]["factor"]) == []


def test_purposes_without_an_entry_contribute_nothing_that_is_told(growth):
    rows = growth.loc[growth["measure"] == "contribution", "purpose"]
    assert not {"military", "residence"} & {*rows} and {"education", "business", "crew"} <= {*rows}


def test_half_years_are_set_against_the_same_half_of_other_years(by_key, notebooks):
    """8,000 in the second half of 2024, after 600 in that of 2023; 11,000 in that of 2019."""
    assert by_key["factor", "_T", "2024-S2"] == pytest.approx((8000 / 600, 8000 / 600))
    assert by_key["recovery", "_T", "2024-S2"] == pytest.approx((8000 / 11000, 8000 / 11000))
    assert notebooks.names["02"]["above"] == "up to 2"  # second halves, of three: that of 2019 is above it


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ((0.0541, 0.0541), "times", "0.054"),
        ((0.001161, 0.001161), "times", "0.0012"),
        ((0.0953, 0.0953), "times", "0.095"),
        ((0.36, 0.36), "times", "0.36"),
        ((0, 0), "times", "0.00"),
        ((3.477, math.inf), "times", "at least 3.47"),
        ((-99.88, -99.88), "percent", "-99.9 %"),
        ((-100, -100), "percent", "-100 %"),
        ((-90.2, -48.3), "percent", "-91 to -48 %"),
        ((0.0033, 0.0033), "share", "0.3 %"),
    ],
)
def test_what_is_little_does_not_read_as_nothing(value, unit, text):
    assert cite.in_unit(Interval(*value), unit) == text


def test_growth_to_read_stands_in_a_row_a_period(shown):
    years, quarters = shown("02", "Entries a year"), shown("02", "Entries a quarter")
    columns = ["entries", "factor", "percent change", "rank", "ratio to mean", "recovery"]
    assert list(years.columns) == list(quarters.columns) and {*columns} <= {*years.columns}
    years, quarters = years[columns], quarters[columns]
    assert list(years.loc["2024"]) == ["10,000", "10.00", "900 %", "3", "66.7 %", "50.0 %"]
    assert list(years.loc["2019"]) == ["20,000", "2.22", "122 %", "1", "133.3 %", "none"]
    assert list(years.loc["2023"]) == ["1,000", "10.00", "900 %", "5", "6.7 %", "5.0 %"]
    assert list(quarters.loc["2024-Q1", columns[1:3]]) == ["3.12 to 3.34", "212 to 234 %"]  # of 150 to 160


def test_the_measure_that_contributing_adds_in_one_cell_is_in_the_table_and_on_the_pages(notebooks, frames):
    contributing = (paths.NOTEBOOKS.parent / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
    (cell,) = re.findall(r"```\n(  earlier = .*?)  ```", contributing, re.DOTALL)
    names = dict(notebooks.names["02"], measures=dict(notebooks.names["02"]["measures"]))
    exec(textwrap.dedent(cell), names)
    found = notebooks.again("02", "write", "tabulate", measures=names["measures"])
    assert list(found["table"]["factor of two years"][["2019", "2023", "2024"]].map(str)) == ["1.25", "none", "100.00"]
    growth = found["growth"]
    page, anchor = cite.results_link("2019").address.split("#")
    html = BeautifulSoup(entry_pages.pages(frames | {"growth": growth})[page], "html.parser")
    assert "1.25 times" in " ".join(html.find(id=anchor).get_text().split())
