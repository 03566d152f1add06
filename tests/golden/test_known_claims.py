"""The verdicts on the article that this project starts from, and on what other papers made of its figures."""

import math

import pandas as pd
import pytest

from dprk_entries import claims
from dprk_entries.data import tables
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells

NUMBERS = ("value", "value_high", "precision")


@pytest.fixture(scope="module")
def table(raw, series, figures) -> pd.DataFrame:
    return claims.check(raw["claims"], series, figures, raw["sources"], raw["purposes"])


@pytest.fixture(scope="module")
def judged(raw, series, figures):
    """A claim that the ledger does not have, recomputed. `columns`: of claims.csv; what is not named is as usual."""

    def of(**columns) -> pd.Series:
        blank = {column: math.nan if column in NUMBERS else "" for column in tables.columns("claims")}
        usual = {"claim_id": "B99", "part": 1, "source_id": "NKNEWS202402", "measure": "total", "rule": "exact"}
        usual |= {"series": "border_entries", "nationality": "PRK", "purpose": "_T", "period": "2024"}
        claim = pd.DataFrame([blank | usual | columns])
        return claims.check(claim, series, figures, raw["sources"], raw["purposes"]).iloc[0]

    return of


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
        (("B14", 1), "false"),  # nearly 13,000, against two readers: 13,221, and over 13,000
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
        ("B03", (("russian_departures", "RUS"), Cell("2012"))),
        ("B15", (("border_entries", "PRK"), Cell("2024-Q3", "education"))),
        ("B39", (("border_entries", "PRK"), Cell("2024-Q3", "education"))),
        ("B40", (("border_entries", "PRK"), Cell("2024"))),
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


# Without its own reader


def test_five_figures_of_the_article_are_confirmed_by_other_readers(table):
    second = claims.whole(table, "verdict_without_own_reader")
    confirmed = {claim for claim in second.index if claim.startswith("A") and second[claim].startswith("holds")}
    assert confirmed == {"A02", "A03", "A05", "A07", "A09"}
    others = second[second.index.str.startswith("A") & ~second.index.isin(confirmed)]
    assert len(others) == 10 and others.eq("cannot be decided").all()


@pytest.mark.parametrize(
    ("claim", "first", "second"),
    [
        (("B06", 1), "holds", "cannot be decided"),
        (("B18", 2), "holds", "cannot be decided"),
        (("B22", 1), "holds", "cannot be decided"),
        (("B23", 1), "holds", "cannot be decided"),
        (("B38", 1), "holds", "cannot be decided"),
        (("B43", 1), "holds", "cannot be decided"),  # F0021 is this very figure
        (("B19", 1), "holds", "holds"),  # 1,117 - 365 - 382 = 370, and at most 228 the year before, by others
        (("B01", 1), "false", "false"),
        (("B15", 1), "misattributed", "misattributed"),  # 3,765, by others
        (("B03", 1), "misattributed", "misattributed"),  # 6,636, by the compilation
        (("B04", 1), "cannot be decided", "cannot be decided"),
    ],
)
def test_what_rests_on_its_own_reader_alone_cannot_be_decided_without_him(table, claim, first, second):
    row = table.set_index(["claim_id", "part"]).loc[claim]
    assert (row["verdict"], row["verdict_without_own_reader"]) == (first, second)


# The unit named in print


@pytest.mark.parametrize(
    ("claim", "verdict", "unit"),
    [
        (("A01", 1), "holds", "does not fit"),  # individuals
        (("B40", 1), "misattributed", "does not fit"),  # 13,221 workers
        (("B35", 1), "holds", "does not fit"),  # nearly 8,000 student visas
        (("B33", 1), "cannot be decided", "does not fit"),  # sent home: permits fell, nobody counted departures
        (("B09", 1), "holds", "fits"),  # entries
        (("A03", 1), "holds", ""),  # names none
    ],
)
def test_one_rule_judges_the_unit_of_every_paper(table, claim, verdict, unit):
    row = table.set_index(["claim_id", "part"]).loc[claim]
    assert (row["verdict"], row["unit_verdict"]) == (verdict, unit)


def test_a_number_that_is_a_figure_too_is_read_in_one_series(raw, figures, table):
    """F0126 takes "nearly 8,000" for education entries, and so does the claim of the same paper."""
    figure = figures.set_index("observation_id").loc["F0126"]
    (claim,) = raw["claims"][raw["claims"]["source_id"] == figure["source_id"]].to_dict("records")
    for column in ("series", "nationality", "period", "purpose", "value"):
        assert claim[column] == figure[column]


@pytest.mark.parametrize(
    ("columns", "verdict", "unit"),
    [
        ({"series": "border_entries", "unit_as_stated": "student visas"}, "holds", "does not fit"),
        ({"series": "consular_visas", "unit_as_stated": "student visas"}, "misattributed", "does not fit"),
        ({"series": "border_entries", "unit_as_stated": "crossings"}, "holds", "fits"),
        ({"series": "border_entries", "unit_as_stated": "students"}, "holds", "does not fit"),
    ],
)
def test_the_unit_of_an_exact_number_is_judged_as_that_of_a_hedged_one(judged, columns, verdict, unit):
    """7,887 student visas: the number is of entries, in whatever series it is claimed."""
    row = judged(purpose="education", value=7887, as_stated="7,887", **columns)
    assert (row["verdict"], row["unit_verdict"]) == (verdict, unit)


def test_the_travellers_that_a_unit_names_are_those_of_the_purpose(judged):
    estimate = {"series": "workers_estimate", "purpose": "work", "period": "2017", "value": 30000, "rule": "approx"}
    assert judged(**estimate, unit_as_stated="workers")["unit_verdict"] == "fits"
    assert judged(**estimate, unit_as_stated="students")["unit_verdict"] == "does not fit"
    visas = {"series": "consular_visas", "purpose": "education", "value": 8617}
    assert judged(**visas, unit_as_stated="student visas")["unit_verdict"] == "fits"
    assert judged(**visas, unit_as_stated="work visas")["unit_verdict"] == "does not fit"


# Claims that the ledger never saw, their verdicts worked out by hand


@pytest.mark.parametrize(
    ("columns", "verdict", "arithmetic"),
    [
        ({"measure": "sum_of_parts", "purpose": "business+crew+private+transit+tourism+work", "value": 5334},
         "holds", "3,098 + 1,648 + 286 + 234 + 53 + 15 = 5,334"),
        ({"purpose": "_T-education", "value": 5300, "rule": "odd"}, "holds", "13,221 - 7,887 = 5,334"),
        ({"purpose": "_T-education-business", "value": 2300, "source_id": "KJD20250205"}, "false",
         "13,221 - 7,887 - 3,098 = 2,236"),
        ({"nationality": "_T-PRK", "period": "2017", "value": 31697356}, "holds", "31,716,997 - 19,641 = 31,697,356"),
        ({"period": "2024-Q1+2024-Q3", "value": 6100, "rule": "rounded"}, "holds", "812 + 5,263 = 6,075"),
        ({"measure": "percent_change", "period": "2025-Q1", "base_period": "2024-Q1", "value": -64},
         "holds within rounding", "100 x (295 / 812 - 1) = -63.7"),
        ({"measure": "percent_change", "period": "2025-Q1", "base_period": "2024-Q1", "value": -63},
         "holds, truncated", "100 x (295 / 812 - 1) = -63.7"),
        ({"measure": "percent_change", "period": "2025-Q1", "base_period": "2024-Q1", "value": 64},
         "false", "100 x (295 / 812 - 1) = -63.7"),
        ({"measure": "percent_change", "period": "2025-Q1", "base_period": "2024-Q1", "value": -60,
          "rule": "more_than"}, "holds", "100 x (295 / 812 - 1) = -63.7"),
        ({"measure": "percent_change", "period": "2025-Q1", "base_period": "2024-Q1", "value": -65,
          "rule": "more_than"}, "false", "100 x (295 / 812 - 1) = -63.7"),
        ({"period": "2010-01-01/2019-12-31", "mean_of": "years", "value": 20700, "rule": "approx"}, "holds",
         "(21,167 + 18,901 + 22,071 + 23,604 + 23,902 + 20,839 + 22,036 + 19,641 + 13,282 + 21,481) / 10 = 20,692.4"),
        ({"period": "2024", "mean_of": "quarters", "value": 3305}, "holds within rounding", "13,221 / 4 = 3,305.2"),
        ({"measure": "share", "base_period": "2010-01-01/2019-12-31", "mean_of": "years", "value": 64},
         "holds within rounding", "100 x 13,221 / 20,692.4 = 63.9"),
        ({"measure": "share", "transport": "air", "period": "2024-S1", "value": 68.3},
         "holds within rounding", "100 x 1,714 / 2,508 = 68.3"),
        ({"measure": "rank", "transport": "ship", "period": "2024-Q2", "value": 1, "source_id": "KJD20250205"},
         "false", "ship: 326; car: 85, rail: 80"),
        ({"measure": "below", "transport": "rail", "base_transport": "ship", "period": "2024-S1", "rule": "in_front"},
         "holds", "474 - 97 = 377"),
        ({"measure": "below", "base_nationality": "CHN", "period": "2023", "rule": "in_front"}, "holds",
         "785,000 to 795,000 - 1,117 = 783,883 to 793,883"),
        ({"measure": "ratio", "nationality": "CHN", "base_nationality": "PRK", "period": "2023", "value": 700,
          "rule": "approx"}, "holds", "785,000 to 795,000 / 1,117 = 702.77 to 711.73"),
        ({"measure": "above", "series": "consular_visas", "purpose": "education", "base_series": "border_entries",
          "compares_unlike": "units", "rule": "in_front"}, "holds", "8,617 - 7,887 = 730"),
        ({"measure": "share", "purpose": "education", "period": "2024-Q3", "base_purpose": "education",
          "base_period": "2024", "compares_unlike": "periods", "value": 48}, "holds within rounding",
         "100 x 3,765 / 7,887 = 47.7"),
        ({"measure": "percent_change", "period": "2024-Q3", "base_period": "2024-Q2", "value": 200,
          "rule": "more_than", "as_stated": "surged"}, "holds", "100 x (5,263 / 1,696 - 1) = 210.3"),
        ({"measure": "percent_change", "period": "2024-Q4", "base_period": "2024-Q3", "value": 50,
          "rule": "more_than", "as_stated": "surged"}, "false", "100 x (5,450 / 5,263 - 1) = 3.6"),
        ({"measure": "ratio", "base_period": "2023", "value": 11.8}, "holds within rounding",
         "13,221 / 1,117 = 11.84"),
        ({"measure": "ratio", "base_period": "2023", "value": 11.83}, "holds, truncated", "13,221 / 1,117 = 11.84"),
    ],
)  # fmt: skip
def test_a_claim_of_a_new_kind_is_judged_as_by_hand(judged, columns, verdict, arithmetic):
    row = judged(**columns)
    assert (row["verdict"], row["arithmetic"]) == (verdict, arithmetic)


def test_a_quarter_above_the_year_that_its_own_reader_printed_is_false(judged):
    """One other reader has 4,887; the article's own has at most 21,500 for the year, and 5,591 for Q3."""
    row = judged(source_id="KJD20250205", period="2019-Q1", value=48870, as_stated="48,870")
    assert row["verdict"] == "false"
    assert row["arithmetic"] == "2019-Q1 = 4,887; its own witness's figures leave up to 15,909"
    below = judged(source_id="KJD20250205", period="2019-Q1", value=4870, as_stated="4,870")
    assert below["verdict"] == "cannot be decided"


@pytest.mark.parametrize("claim", [("B25", 1), ("B26", 1), ("B27", 2), ("B42", 1)])
def test_a_record_that_only_an_absurd_half_year_could_break_holds_and_says_what_it_would_take(table, claim):
    row = table.set_index(["claim_id", "part"]).loc[claim]
    need = {"B25": "6,142"}.get(claim[0], "9,658")  # 6,469 or 9,985, less the 327 of the first half
    assert row["verdict"] == "holds"
    told = f"Q3 and Q4 of 2020, which would have to make {need}, more than in any year known (2025: 5,946)"
    assert f"no figure limits {told}" in row["arithmetic"]


def test_a_record_that_an_unknown_half_year_like_others_could_break_cannot_be_decided(judged):
    """With 911 more in its other half, 2020 would be above 2023, and many a half-year had more. Of 2020-Q3 nothing is
    known at all."""
    record = {"series": "russian_departures", "nationality": "RUS", "measure": "highest_since", "rule": "in_front"}
    assert judged(**record, period="2023", base_period="2019")["verdict"] == "cannot be decided"
    assert judged(**record, period="2021-Q1", base_period="2020-Q2")["verdict"] == "cannot be decided"


# Comparisons that the claim does not itself make


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"measure": "above", "period": "2024-Q3", "base_period": "2023", "rule": "in_front"},
         "found 2024-Q3 compared with 2023, expected a period as long"),
        ({"measure": "above", "base_series": "consular_visas", "rule": "in_front"},
         r"found crossings compared with visas \(consular_visas\), expected one unit"),
        ({"measure": "below", "base_nationality": "TUV", "rule": "in_front"},
         "found no figure of border entries of TUV"),
        ({"measure": "below", "base_nationality": "CHN", "rule": "in_front"},
         "below of border entries of PRK cannot be computed: .*no cell for border entries of CHN, 2024, expected"),
        ({"source_id": "MT20250812", "series": "consular_visas", "purpose": "education", "value": 8000},
         "found a number of consular_visas, expected one of border_entries, for which F0126"),
        ({"period": "2024-Q1", "mean_of": "years", "value": 812},
         "total of border entries of PRK cannot be computed: 2024-Q1 is not made of whole years"),
    ],
)  # fmt: skip
def test_an_unlike_comparison_or_a_second_reading_is_refused_with_its_claim_and_part(judged, columns, told):
    with pytest.raises(claims.ClaimError, match=f"data/raw/claims.csv, claim B99, part 1: {told}"):
        judged(**columns)
