"""Measures of growth by hand."""

import pandas as pd
import pytest

from dprk_entries import growth, listed
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System


def world(**years) -> Cells:
    rows = [
        ["border_entries", "PRK", key.removeprefix("y"), purpose, "_T", low, high, "bounded", 1, "S", ""]
        for key, values in years.items()
        for purpose, (low, high) in values.items()
    ]
    names = ["series", "nationality", "period", "purpose", "transport", "low", "high", "status", "readers"]
    figures = [
        Figure(Cell(period, purpose), Interval(low, high), frozenset({"R"}), ("S",), ("F",))
        for _, _, period, purpose, _, low, high, *_ in rows
    ]
    system = System.of(figures, [], [lambda quarter: ("education", "rest")])
    return Cells(pd.DataFrame(rows, columns=[*names, "source_ids", "formula"]), system)


@pytest.fixture(scope="module")
def table(cells) -> pd.DataFrame:
    return growth.table(cells, "2024", "2023", 2017, 2019, 2019)


def test_factor_and_percent_say_the_same(cells):
    assert growth.factor(cells, "2024", "2023") == (10, 10)
    assert growth.percent_change(cells, "2024", "2023") == (900, 900)
    assert growth.factor(cells, "2024", "2023", "education") == pytest.approx((6000 / 500, 6000 / 60))


def test_rank_is_an_interval_where_years_overlap():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (5, 15)}, y2003={"_T": (20, 20)})
    assert growth.rank(cells, "2003") == (1, 1)
    assert growth.rank(cells, "2001") == (2, 3)


def test_a_quarter_among_all_quarters_by_hand(cells):
    """2023-Q2 is 240 to 250. Above it for sure: all quarters of 2019 and 2024, 2020-Q1, and 2023-Q4; perhaps: 2023-Q3,
    which is 250, and those of 2017 and 2018, which are known by their years alone."""
    surely, perhaps = 4 + 4 + 1 + 1, 1 + 4 + 4
    assert growth.rank(cells, "2023-Q2") == (1 + surely, 1 + surely + perhaps)


def test_contribution_of_education_is_bounded_by_what_is_known_of_the_base_year(cells):
    """6,000 in 2024 less 60 to 500 in 2023, of 9,000."""
    assert growth.contribution(cells, "education", "2024", "2023") == pytest.approx((5500 / 9000, 5940 / 9000))


@pytest.mark.parametrize("low", [10, 14, 15])
def test_contribution_to_a_total_that_need_not_have_grown_is_refused(low):
    cells = world(y2001={"_T": (10, low), "education": (1, 1)}, y2002={"_T": (15, 15), "education": (2, 2)})
    if low < 15:
        assert growth.contribution(cells, "education", "2002", "2001").high == 1 / (15 - low)
    else:
        with pytest.raises(ValueError, match="no meaning"):
            growth.contribution(cells, "education", "2002", "2001")


def test_years_that_tie_share_no_certain_rank():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (10, 10)})
    assert growth.rank(cells, "2001") == (1, 1)


def test_distance_from_the_mean_uses_every_year_of_it():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (20, 20)}, y2003={"_T": (30, 30)})
    assert growth.ratio_to_mean(cells, "2003", 2001, 2002) == (2, 2)
    assert growth.ratio_to_mean(cells, "2003", 2001, 2001) == (3, 3)
    with pytest.raises(ValueError, match="2002 to 2001 has no years: exchange the two"):
        growth.ratio_to_mean(cells, "2003", 2002, 2001)


def test_the_table_holds_what_the_functions_compute(table):
    rows = table.set_index(["measure", "purpose", "period"])
    for measure, expected in {
        "factor": 10,
        "percent_change": 900,
        "recovery": 10000 / 20000,
        "ratio_to_mean": 10000 / ((16000 + 9000 + 20000) / 3),
        "rank": 3,  # after 2019 and 2017
    }.items():
        ends = tuple(rows.loc[(measure, "_T", "2024"), ["low", "high"]])
        assert ends == pytest.approx((expected, expected)), measure
    assert rows.loc[("recovery", "_T", "2024-Q3"), "high"] == 4500 / 6000
    assert rows.loc[("recovery", "_T", "2025-Q1"), "base_period"] == "2019-Q1"
    assert rows.loc[("contribution", "business", "2024"), "high"] == pytest.approx(1500 / 9000)
    assert rows.loc[("rank", "_T", "2024"), "base_period"] == "2017-01-01/2024-12-31"
    assert rows.loc[("ratio_to_mean", "_T", "2024"), "base_period"] == "2017-01-01/2019-12-31"


def test_each_row_names_the_sources_behind_both_periods(table, cells):
    rows = table.set_index(["measure", "period", "purpose"])["source_ids"]
    assert rows["recovery", "2024-Q3", "_T"].split() == ["ALMANAC2020", "GAZETTE2025", "HERALD2025"]
    assert rows["factor", "2020", "_T"] == "ALMANAC2020"


def test_recovery_begins_after_the_year_of_recovery(cells, table):
    periods = table.loc[table["measure"] == "recovery", "period"]
    assert periods.str[:4].min() == "2020"


def test_a_year_of_recovery_that_can_be_zero_gives_no_recovery(cells):
    table = growth.table(cells, "2024", "2023", 2017, 2019, 2021)
    assert "recovery" not in set(table["measure"])  # nobody came in 2021


def test_a_total_that_did_not_grow_has_no_contributions(cells):
    table = growth.table(cells, "2023", "2019", 2017, 2019, 2019)
    assert "contribution" not in set(table["measure"])


def test_the_table_holds_no_ratio_to_a_period_that_can_be_zero(table):
    assert not table[["low", "high"]].isin([float("inf")]).any().any()
    assert not table[["low", "high"]].isna().any().any()
    factors = set(table.loc[table["measure"] == "factor", "period"])
    assert "2022" not in factors and "2021-Q2" not in factors  # nobody in 2021, perhaps nobody in 2020-Q2
    assert {"2021", "2021-Q1", "2023", "2024-Q3"} <= factors


def test_growth_to_read_stands_in_a_row_a_period(table, cells, plain):
    shown = plain(listed.growth(table, cells, ["2019", "2023", "2024", "2024-Q1"]))
    columns = ["entries", "rank", "times a year before", "change", "from the mean", "recovery"]
    assert list(shown.columns) == columns
    assert list(shown.loc["2024"]) == ["10,000", "3", "10.00", "900 %", "-33 %", "50 %"]
    assert list(shown.loc["2019"]) == ["20,000", "1", "2.22", "122 %", "33 %", "none"]
    assert list(shown.loc["2023"]) == ["1,000", "5", "10.00", "900 %", "-93 %", "5 %"]
    assert list(shown.loc["2024-Q1", columns[2:4]]) == ["3.12 to 3.34", "212 to 234 %"]  # of 150 to 160
