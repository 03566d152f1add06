import math

import pandas as pd
import pytest

from dprk_entries import claims, reconciliation
from dprk_entries.cells import Cells
from dprk_entries.intervals import Interval


@pytest.fixture(scope="module")
def readers(raw) -> pd.Series:
    return raw["sources"].set_index("source_id")["read_by"]


def series_of(entries, systems) -> dict[str, Cells]:
    return {name: Cells(entries, system, name) for name, system in systems.items()}


@pytest.fixture(scope="module")
def series(entries, systems) -> dict[str, Cells]:
    return series_of(entries, systems)


@pytest.fixture(scope="module")
def checked(raw, series, figures, readers) -> pd.Series:
    table = claims.check(raw["claims"], series, figures, readers)
    return table.set_index(["claim_id", "part"])["verdict"]


def test_every_claim_of_the_article_holds(checked):
    article = checked[[key[0].startswith("A") for key in checked.index]]
    assert len(article) == 15
    assert article.drop(("A04", 1)).eq("holds").all()


def test_the_percentage_of_the_article_is_truncated(checked):
    assert checked["A04", 1] == "holds, truncated"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (("B01", 1), "false"),  # 13 citizens
        (("B02", 1), "false"),  # 221 times
        (("B03", 1), "cannot be decided"),  # a category that was not collected
        (("B05", 2), "holds"),  # highest since 2019
        (("B07", 3), "holds"),  # double digits in 2022
        (("B07", 4), "false"),  # 365 in 2023
        (("B08", 1), "cannot be decided"),  # highest since before the category existed
        (("B10", 1), "holds"),  # nearly 5,500, derived
        (("B11", 1), "cannot be decided"),  # one reader against one
        (("B12", 1), "holds"),  # highest quarter since 2019-Q4
        (("B14", 1), "false"),  # nearly 13,000
        (("B15", 1), "false"),  # a headline with the wrong column
    ],
)
def test_verdicts_on_other_press(checked, claim, verdict):
    assert checked[claim] == verdict


@pytest.mark.parametrize(
    ("value", "allowed", "verdict"),
    [
        (Interval(10, 10), Interval(10, 10), "holds"),
        (Interval(10.6, 10.6), Interval(10, 10), "holds, truncated"),
        (Interval(9.6, 9.6), Interval(10, 10), "holds within rounding"),
        (Interval(8, 8), Interval(10, 10), "false"),
        (Interval(9, 11), Interval(10, 10), "cannot be decided"),
        (Interval(11.8, 11.8), Interval(11, 12), "holds"),
        (Interval(1, 1), Interval(math.nextafter(0, 1), math.inf), "holds"),
        (Interval(0, 1), Interval(math.nextafter(0, 1), math.inf), "cannot be decided"),
    ],
)
def test_a_verdict_compares_two_intervals(value, allowed, verdict):
    assert claims.verdict(value, allowed) == verdict


@pytest.mark.parametrize(
    ("measure", "rule", "value", "low", "high"),
    [
        ("total", "approx", 21000, 20500, 21500),
        ("ratio", "nearly", 12, 11, 12),
        ("ratio", "approx", 221, 220.5, 221.5),
        ("difference", "approx", 12000, 11500, 12500),
        ("percent_change", "exact", 1083, 1083, 1083),
    ],
)
def test_the_words_of_a_claim_have_their_interval(measure, rule, value, low, high):
    claim = pd.Series({"measure": measure, "rule": rule, "value": value, "value_high": pd.NA})
    assert claims.accepted(claim) == (low, high)


def test_more_than_excludes_the_number_itself():
    claim = pd.Series({"measure": "difference", "rule": "more_than", "value": 0, "value_high": pd.NA})
    assert 0 not in claims.accepted(claim)


def test_highest_since_in_one_season_looks_at_that_season_alone(cells):
    """2024-Q4 is above every quarter since 2019-Q4; against third quarters only third quarters count."""
    claim = pd.Series({"period": "2024-Q3", "base_period": "2020-Q3", "purpose": "_T"})
    assert claims.highest_since(cells, claim).cells == [("2024-Q3", "_T"), ("2023-Q3", "_T")]


def test_a_record_over_withheld_periods_cannot_be_decided(raw, entries, systems, figures, readers):
    """Had the third quarter of 2025 been printed, nobody could say that it was the highest: the second was withheld."""
    last = (entries["period"] == "2025-Q3") & (entries["nationality"] == "PRK") & (entries["purpose"] == "_T")
    printed = entries.assign(
        low=entries["low"].where(~last, 9000.0),
        high=entries["high"].where(~last, 9000.0),
        status=entries["status"].where(~last, "reported"),
    )
    record = raw["claims"][raw["claims"]["claim_id"] == "B12"].assign(period="2025-Q3")
    (found,) = claims.check(record, series_of(printed, systems), figures, readers).itertuples()
    assert found.verdict == "cannot be decided"
    assert "2025-Q2" in found.arithmetic and "not published" in found.arithmetic


def test_a_claim_on_a_cell_that_does_not_exist_is_named(raw, series, figures, readers):
    wrong = raw["claims"].assign(period=raw["claims"]["period"].replace("2025-Q1", "2032-Q1"))
    with pytest.raises(claims.ClaimError, match=r"claim B09, part 1: total cannot be computed: .*2032-Q1"):
        claims.check(wrong, series, figures, readers)


def test_a_sum_of_purposes_is_no_rival_of_its_parts(raw, entries, systems, figures, readers):
    both = entries[
        (entries["period"] == "2024") & (entries["purpose"] == "education") & (entries["nationality"] == "PRK")
    ]
    both = both[both["series"] == "border_entries"].assign(purpose="education+tourism", low=7940.0, high=7940.0)
    checked = claims.check(raw["claims"], series_of(pd.concat([entries, both]), systems), figures, readers)
    assert checked.set_index("claim_id").loc["A09", "verdict"] == "holds"


@pytest.mark.parametrize(
    ("observation_ids", "value", "claim", "verdict"),
    [
        (["F0475"], 5877, ("B12", 1), "false"),  # 2020-Q1 above 2024-Q3
        (["F0032", "F0033"], 151, ("B07", 3), "false"),  # 2022-Q3 in three digits
        (["F0136", "F0137", "F0138", "F0139"], 54, ("A14", 1), "cannot be decided"),  # purposes beyond the total
    ],
)
def test_a_changed_figure_flips_a_named_claim(raw, checked, readers, observation_ids, value, claim, verdict):
    observations = raw["observations"].copy()
    observations.loc[observations["observation_id"].isin(observation_ids), "value"] = value
    figures = reconciliation.with_intervals(observations)
    entries, _ = reconciliation.reconcile(figures, raw["sources"], raw["purposes"])
    systems = {
        name: reconciliation.system(figures, raw["sources"], raw["purposes"], name) for name in reconciliation.OWN
    }
    after = claims.check(raw["claims"], series_of(entries, systems), figures, readers).set_index(["claim_id", "part"])[
        "verdict"
    ]
    assert checked[claim] == "holds"
    assert after[claim] == verdict


def test_a_claim_in_parts_is_as_good_as_its_weakest_part(raw, series, figures, readers):
    whole = claims.whole(claims.check(raw["claims"], series, figures, readers))
    assert whole["B07"] == "false"
    assert whole["B05"] == "holds"
    assert len(whole) == raw["claims"]["claim_id"].nunique()


def test_a_claim_rests_on_the_figures_behind_its_cells(raw, series, figures, readers):
    checked = claims.check(raw["claims"], series, figures, readers).set_index(["claim_id", "part"])["observation_ids"]
    assert {"F0471", "F0472", "F0473", "F0474"} <= set(checked["A07", 1].split())  # the quarters of 2019
    assert {"F0173", "F0092", "F0100"} <= set(checked["B10", 1].split())  # the year less what came before
    assert not {"F0106", "F0111"} & set(checked["A01", 1].split())  # what was rejected proves nothing
