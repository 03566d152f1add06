"""The verdicts on the article that this project starts from, and on what other papers made of its figures."""

import pandas as pd
import pytest

from dprk_entries import claims
from dprk_entries.entries.look_up import Cells


@pytest.fixture(scope="module")
def table(raw, series, figures) -> pd.DataFrame:
    return claims.check(raw["claims"], series, figures, raw["sources"].set_index("source_id")["read_by"])


@pytest.fixture(scope="module")
def checked(table) -> pd.Series:
    return table.set_index(["claim_id", "part"])["verdict"]


def test_every_claim_of_the_article_holds_and_its_percentage_is_truncated(checked):
    article = checked[[key[0].startswith("A") for key in checked.index]]
    assert len(article) == 15
    assert article.drop(("A04", 1)).eq("holds").all()
    assert article["A04", 1] == "holds, truncated"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (("B01", 1), "false"),  # 13 citizens
        (("B02", 1), "false"),  # 221 times
        (("B03", 1), "misattributed"),  # a category that was not collected, and a number of another series
        (("B05", 2), "holds"),  # highest since 2019
        (("B07", 3), "holds"),  # double digits in 2022
        (("B07", 4), "false"),  # 365 in 2023
        (("B08", 1), "cannot be decided"),  # highest since before the category existed
        (("B10", 1), "holds"),  # nearly 5,500, derived
        (("B11", 1), "cannot be decided"),  # one reader against one
        (("B12", 1), "holds"),  # highest quarter since 2019-Q4
        (("B14", 1), "cannot be decided"),  # nearly 13,000, against 13,221 that one reader saw
        (("B15", 1), "misattributed"),  # a headline with the wrong column
    ],
)
def test_verdicts_on_other_press(checked, claim, verdict):
    assert checked[claim] == verdict


def test_every_verdict_is_the_one_expected_in_the_ledger(raw, table):
    assert claims.unexpected(raw["claims"], table) == []


@pytest.mark.parametrize(
    ("claim", "where"),
    [
        ("B03", (("russian_departures", "RUS"), ("2012", "_T"))),
        ("B15", (("border_entries", "PRK"), ("2024-Q3", "education"))),
        ("B39", (("border_entries", "PRK"), ("2024-Q3", "education"))),
        ("B40", (("border_entries", "PRK"), ("2024", "_T"))),
    ],
)
def test_a_number_of_another_cell_is_traced_to_it(raw, series: dict[tuple[str, str], Cells], checked, claim, where):
    own = raw["claims"][raw["claims"]["claim_id"] == claim].iloc[0]
    assert claims.trace(own, series) == where
    assert checked[claim, 1] == "misattributed"


def test_claims_rest_on_the_figures_that_prove_them(table):
    behind = table.set_index(["claim_id", "part"])["observation_ids"]
    assert {"F0471", "F0472", "F0473", "F0474"} <= set(behind["A07", 1].split())  # the quarters of 2019
    assert {"F0173", "F0092", "F0100"} <= set(behind["B10", 1].split())  # the year less what came before
    assert not {"F0106", "F0111"} & set(behind["A01", 1].split())  # what was rejected proves nothing


def test_the_ledger_holds_all_known_claims_and_twenty_more(raw):
    own = raw["claims"]["claim_id"]
    assert own.nunique() >= 32 + 20
    assert (raw["claims"]["locator"] != "").all()
    more = raw["claims"][own >= "B18"]
    assert (more["measure"] != "total").mean() > 0.8  # they need arithmetic


def test_labels_of_the_article_that_the_statistics_do_not_use_are_remarked(raw):
    remarks = dict(zip(raw["claims"]["claim_id"], claims.remarks(raw["claims"], raw["purposes"]), strict=True))
    assert remarks["A15"] == "the statistics call it work"
    assert remarks["A10"] == ""
