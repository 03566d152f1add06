import pandas as pd
import pytest

from dprk_entries import growth
from dprk_entries.cells import Cells


def world(**years) -> Cells:
    rows = [
        ["border_entries", "PRK", key.removeprefix("y"), purpose, "_T", low, high, "bounded", 1, "S", ""]
        for key, values in years.items()
        for purpose, (low, high) in values.items()
    ]
    names = ["series", "nationality", "period", "purpose", "transport", "low", "high", "status", "readers"]
    return Cells(pd.DataFrame(rows, columns=[*names, "source_ids", "formula"]))


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


def test_distance_from_the_mean_uses_every_year_of_it():
    cells = world(y2001={"_T": (10, 10)}, y2002={"_T": (20, 20)}, y2003={"_T": (30, 30)})
    assert growth.ratio_to_mean(cells, "2003", 2001, 2002) == (2, 2)


def test_the_table_holds_no_ratio_to_a_period_that_can_be_zero(cells):
    table = growth.table(cells, "2024", "2023", 2010, 2019, 2019)
    assert not table[["low", "high"]].isin([float("inf")]).any().any()
    assert not table[["low", "high"]].isna().any().any()
    assert "2022-Q1" not in set(table.loc[table["measure"] == "factor", "period"])  # 2021-Q1 can be zero
