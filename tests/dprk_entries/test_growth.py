import pandas as pd
import pytest

from dprk_entries import growth
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


def test_factor_and_percent_say_the_same(cells):
    assert growth.factor(cells, "2024", "2023").low == pytest.approx(13221 / 1117)
    assert growth.percent_change(cells, "2024", "2023").low == pytest.approx(1083.6168, abs=1e-4)


def test_rank_is_an_interval_where_years_overlap():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (5, 15)}, y2003={"_T": (20, 20)})
    assert growth.rank(cells, "2003") == (1, 1)
    assert growth.rank(cells, "2001") == (2, 3)


def test_contribution_of_education_is_bounded_by_what_is_known_of_the_base_year(cells):
    low, high = growth.contribution(cells, "education", "2024", "2023")
    assert low == pytest.approx((7887 - 536) / (13221 - 1117))
    assert high == pytest.approx((7887 - 62) / (13221 - 1117))


def test_contribution_to_a_total_that_need_not_have_grown_is_refused():
    cells = world(y2001={"_T": (10, 20), "education": (1, 1)}, y2002={"_T": (15, 15), "education": (2, 2)})
    with pytest.raises(ValueError, match="no meaning"):
        growth.contribution(cells, "education", "2002", "2001")


def test_years_that_tie_share_no_certain_rank():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (10, 10)})
    assert growth.rank(cells, "2001") == (1, 1)


def test_the_table_holds_what_the_functions_compute(cells):
    found = growth.table(cells, "2024", "2023", 2010, 2019, 2019).set_index(["measure", "purpose", "period"])
    for measure, expected in {
        "factor": 13221 / 1117,
        "percent_change": 100 * (13221 / 1117 - 1),
        "recovery": 13221 / 21481,
        "ratio_to_mean": 13221 / 20692.4,
        "rank": 11,
    }.items():
        assert found.loc[(measure, "_T", "2024"), "low"] == pytest.approx(expected), measure
    assert found.loc[("recovery", "_T", "2024-Q3"), "high"] == pytest.approx(5263 / 5591)
    assert found.loc[("rank", "_T", "2024-Q3"), "low"] > 1
    assert found.loc[("contribution", "business", "2024"), "high"] == pytest.approx((3098 - 401) / 12104)


def test_a_year_of_recovery_that_can_be_zero_gives_no_recovery(cells):
    table = growth.table(cells, "2024", "2023", 2010, 2019, 2021)
    assert "2022-Q1" not in set(table.loc[table["measure"] == "recovery", "period"])


def test_a_total_that_did_not_grow_has_no_contributions(cells):
    table = growth.table(cells, "2018", "2017", 2010, 2019, 2019)
    assert "contribution" not in set(table["measure"])


def test_distance_from_the_mean_uses_every_year_of_it():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (20, 20)}, y2003={"_T": (30, 30)})
    assert growth.ratio_to_mean(cells, "2003", 2001, 2002) == (2, 2)


def test_the_table_holds_no_ratio_to_a_period_that_can_be_zero(cells):
    table = growth.table(cells, "2024", "2023", 2010, 2019, 2019)
    assert not table[["low", "high"]].isin([float("inf")]).any().any()
    assert not table[["low", "high"]].isna().any().any()
    assert "2022-Q1" not in set(table.loc[table["measure"] == "factor", "period"])  # 2021-Q1 can be zero
