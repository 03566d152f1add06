import math

import pandas as pd
import pytest

from dprk_entries import claims
from dprk_entries.entries import reconciliation
from dprk_entries.entries.look_up import Cells
from notebook_reports import tables
from reconcile import hedges as rules
from reconcile.intervals import Interval


@pytest.fixture(scope="module")
def readers(raw) -> pd.Series:
    return raw["sources"].set_index("source_id")["read_by"]


@pytest.fixture(scope="module")
def series(entries, figures, raw) -> dict[tuple[str, str], Cells]:
    return claims.series_of(entries, figures, raw["sources"], raw["purposes"])


@pytest.fixture(scope="module")
def table(raw, series, figures, readers) -> pd.DataFrame:
    return claims.check(raw["claims"], series, figures, readers)


@pytest.fixture(scope="module")
def checked(table) -> pd.Series:
    return table.set_index(["claim_id", "part"])["verdict"]


@pytest.fixture(scope="module")
def recheck(raw, readers):
    """Verdict on a claim after all figures that print one cell of its series have another value."""

    def verdict(claim: tuple[str, int], changed: dict[tuple[str, str], int]) -> str:
        row = raw["claims"][(raw["claims"]["claim_id"] == claim[0]) & (raw["claims"]["part"] == claim[1])]
        key = (row["series"].iloc[0], row["nationality"].iloc[0])
        own = raw["observations"]
        own = own[(own["series"] == key[0]) & (own["nationality"] == key[1]) & (own["transport"] == "_T")]
        for (period, purpose), value in changed.items():
            cell = (own["period"] == period) & (own["purpose"] == purpose)
            assert cell.any()
            plain = {"value": value, "qualifier": "exact", "precision": 1}
            own = own.assign(**{name: own[name].where(~cell, new) for name, new in plain.items()})
        figures = reconciliation.with_intervals(own)
        entries, _ = reconciliation.reconcile(figures, raw["sources"], raw["purposes"])
        cells = Cells(entries, reconciliation.system(figures, raw["sources"], raw["purposes"], key[0]), *key)
        (found,) = claims.check(row, {key: cells}, figures, readers)["verdict"]
        return found

    return verdict


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
        (("B03", 1), "misattributed"),  # a category that was not collected, and a number of another series
        (("B05", 2), "holds"),  # highest since 2019
        (("B07", 3), "holds"),  # double digits in 2022
        (("B07", 4), "false"),  # 365 in 2023
        (("B08", 1), "cannot be decided"),  # highest since before the category existed
        (("B10", 1), "holds"),  # nearly 5,500, derived
        (("B11", 1), "cannot be decided"),  # one reader against one
        (("B12", 1), "holds"),  # highest quarter since 2019-Q4
        (("B14", 1), "false"),  # nearly 13,000
        (("B15", 1), "misattributed"),  # a headline with the wrong column
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
    ("rule", "value", "precision", "inside", "outside"),
    [
        ("exact", 1083, None, [1083], [1083.6]),
        ("approx", 21000, None, [20500, 21500], [20499, 21501]),
        ("rounded", 508.9, 0.1, [508.86, 508.94], [508.8, 509]),
        ("rounded", 508.9, None, [508.86, 508.94], [508.8, 509]),
        ("truncated", 3700, None, [3700, 3799], [3699, 3800]),
        ("odd", 5200, None, [5200, 5299], [5199, 5300]),
        ("nearly", 5500, None, [5400, 5500], [5399, 5501]),
        ("nearly_times", 12, 1, [11.01, 11.99], [11, 12]),
        ("more_than", 13000, None, [13001], [13000]),
        ("at_least", 600, None, [600], [599]),
        ("fewer_than", 50, None, [0, 49], [50]),
        ("at_most", 50, None, [0, 50], [51]),
        ("double_digits", None, None, [10, 99], [9, 100]),
        ("in_front", None, None, [1, 1e6], [0, -1]),
    ],
)
def test_each_rule_accepts_what_it_says(rule, value, precision, inside, outside):
    allowed = claims.accepted(pd.Series({"rule": rule, "value": value, "value_high": None, "precision": precision}))
    assert all(number in allowed for number in inside)
    assert not any(number in allowed for number in outside)


def test_both_ends_belong_to_a_range():
    claim = pd.Series({"rule": "range", "value": 12, "value_high": 15, "precision": None})
    assert claims.accepted(claim) == (12, 15)


def test_every_rule_and_measure_of_the_schema_is_known():
    fields = {f["name"]: f for f in tables.resource("claims")["schema"]["fields"]}
    assert set(fields["rule"]["constraints"]["enum"]) == set(rules.table().index.str.replace(" ", "_"))
    assert set(fields["measure"]["constraints"]["enum"]) == set(claims.MEASURES)
    assert set(fields["expected"]["constraints"]["enum"]) == set(claims.VERDICTS)


def test_highest_since_in_one_season_looks_at_that_season_alone(cells):
    """2024-Q4 is above every quarter since 2019-Q4; against third quarters only third quarters count."""
    claim = pd.Series({"period": "2024-Q3", "base_period": "2020-Q3", "purpose": "_T"})
    assert claims.highest_since(cells, claim).cells == [("2024-Q3", "_T"), ("2023-Q3", "_T")]


def test_a_base_that_was_higher_is_remarked_and_not_counted(cells):
    claim = pd.Series({"period": "2024", "base_period": "2019", "purpose": "_T"})
    found = claims.highest_since(cells, claim)
    assert found.value.low > 0 and found.remark == "2019 was higher: 21,481"


def test_a_record_over_withheld_periods_cannot_be_decided(raw, entries, figures, readers):
    """Had the third quarter of 2025 been printed, nobody could say that it was the highest: the second was withheld."""
    last = (entries["period"] == "2025-Q3") & (entries["nationality"] == "PRK") & (entries["purpose"] == "_T")
    printed = entries.assign(
        low=entries["low"].where(~last, 9000.0),
        high=entries["high"].where(~last, 9000.0),
        status=entries["status"].where(~last, "reported"),
    )
    record = raw["claims"][raw["claims"]["claim_id"] == "B12"].assign(period="2025-Q3")
    series = claims.series_of(printed, figures, raw["sources"], raw["purposes"])
    (found,) = claims.check(record, series, figures, readers).itertuples()
    assert found.verdict == "cannot be decided"
    assert "2025-Q2" in found.arithmetic and "not published" in found.arithmetic


def test_a_claim_on_a_cell_that_does_not_exist_is_named(raw, series, figures, readers):
    wrong = raw["claims"].assign(period=raw["claims"]["period"].replace("2025-Q1", "2032-Q1"))
    with pytest.raises(claims.ClaimError, match=r"claim B09, part 1: total cannot be computed: .*2032-Q1"):
        claims.check(wrong, series, figures, readers)


def test_a_sum_of_purposes_is_no_rival_of_its_parts(raw, entries, figures, readers):
    own = (entries["period"] == "2024") & (entries["purpose"] == "education") & (entries["nationality"] == "PRK")
    both = entries[own & (entries["series"] == "border_entries")]
    both = both.assign(purpose="education+tourism", low=7940.0, high=7940.0)
    series = claims.series_of(pd.concat([entries, both]), figures, raw["sources"], raw["purposes"])
    checked = claims.check(raw["claims"], series, figures, readers)
    assert checked.set_index("claim_id").loc["A09", "verdict"] == "holds"


# Every claim of the article, and every kind of verdict, flips when one cell is printed otherwise.
@pytest.mark.parametrize(
    ("claim", "changed", "before", "after"),
    [
        (("A01", 1), {("2024", "_T"): 13222}, "holds", "false"),
        (("A02", 1), {("2023", "_T"): 1118}, "holds", "false"),
        (("A03", 1), {("2023", "_T"): 1300}, "holds", "cannot be decided"),
        (("A04", 1), {("2023", "_T"): 1100}, "holds, truncated", "false"),
        (("A05", 1), {("2024", "_T"): 12999}, "holds", "false"),
        (("A06", 1), {("2020-Q1", "_T"): 15877}, "holds", "false"),
        (("A07", 1), {("2019", "_T"): 25000}, "holds", "cannot be decided"),
        (("A08", 1), {("2024", "education"): 7000}, "holds", "false"),
        (("A09", 1), {("2024", "education"): 3000}, "holds", "false"),
        (("A10", 1), {("2024", "business"): 3099}, "holds", "cannot be decided"),
        (("A11", 1), {("2024", "crew"): 1649}, "holds", "cannot be decided"),
        (("A12", 1), {("2024", "private"): 287}, "holds", "cannot be decided"),
        (("A13", 1), {("2024", "transit"): 235}, "holds", "cannot be decided"),
        (("A14", 1), {("2024", "tourism"): 54}, "holds", "cannot be decided"),
        (("A15", 1), {("2024", "work"): 16}, "holds", "cannot be decided"),
        (("B12", 1), {("2020-Q1", "_T"): 5877}, "holds", "false"),
        (("B07", 3), {("2022-Q3", "_T"): 151}, "holds", "false"),
        (("A04", 1), {("2024", "_T"): 13212}, "holds, truncated", "holds within rounding"),
        (("B11", 1), {("2023", "_T"): 200}, "cannot be decided", "holds"),
        (("B15", 1), {("2024-Q3", "education"): 3000}, "misattributed", "false"),
        (("B14", 1), {("2024", "_T"): 12990}, "false", "holds"),
        (("B10", 1), {("2024-Q3", "_T"): 5400}, "holds", "false"),
    ],
)
def test_a_changed_figure_flips_a_named_claim(checked, recheck, claim, changed, before, after):
    assert checked[claim] == before
    assert recheck(claim, changed) == after


def test_a_claim_in_parts_is_as_good_as_its_weakest_part(raw, table):
    whole = claims.whole(table)
    assert whole["B07"] == "false"
    assert whole["B05"] == "holds"
    assert len(whole) == raw["claims"]["claim_id"].nunique()


def test_a_claim_rests_on_the_figures_behind_its_cells(table):
    behind = table.set_index(["claim_id", "part"])["observation_ids"]
    assert {"F0471", "F0472", "F0473", "F0474"} <= set(behind["A07", 1].split())  # the quarters of 2019
    assert {"F0173", "F0092", "F0100"} <= set(behind["B10", 1].split())  # the year less what came before
    assert not {"F0106", "F0111"} & set(behind["A01", 1].split())  # what was rejected proves nothing
    assert set(behind["B03", 1].split()) == {"F0484", "F0485", "F0486", "F0487"}  # departures, to which it was traced


def test_every_verdict_is_the_expected_one_and_another_is_named(raw, table):
    assert claims.unexpected(raw["claims"], table) == []
    other = table.assign(verdict=table["verdict"].where(table["claim_id"] != "A02", "false"))
    assert claims.unexpected(raw["claims"], other) == ["A02, part 1: false, expected: holds"]


def test_the_ledger_holds_all_known_claims_and_twenty_more(raw):
    own = raw["claims"]["claim_id"]
    assert own.nunique() >= 32 + 20
    assert (raw["claims"]["locator"] != "").all()
    more = raw["claims"][own >= "B18"]
    assert (more["measure"] != "total").mean() > 0.8  # they need arithmetic


@pytest.mark.parametrize(
    ("claim", "where"),
    [
        ("B03", (("russian_departures", "RUS"), ("2012", "_T"))),
        ("B15", (("border_entries", "PRK"), ("2024-Q3", "education"))),
        ("B39", (("border_entries", "PRK"), ("2024-Q3", "education"))),
        ("B40", (("border_entries", "PRK"), ("2024", "_T"))),
    ],
)
def test_a_number_of_another_cell_is_traced_to_it(raw, series, checked, claim, where):
    own = raw["claims"][raw["claims"]["claim_id"] == claim].iloc[0]
    assert claims.trace(own, series) == where
    assert checked[claim, 1] == "misattributed"


def made_up(counts: dict[str, int]) -> dict[tuple[str, str], Cells]:
    """Entries by purpose of a made-up year."""
    rows = [
        {"series": "border_entries", "nationality": "PRK", "period": "2030", "purpose": code, "transport": "_T",
         "low": n, "high": n, "status": "reported", "readers": 1, "source_ids": "", "formula": ""}
        for code, n in counts.items()
    ]  # fmt: skip
    return {("border_entries", "PRK"): Cells(pd.DataFrame(rows))}


@pytest.mark.parametrize(
    ("value", "counts", "traced"),
    [
        (6636, {"_T": 9000, "education": 6636}, "education"),
        (6600, {"_T": 9000, "education": 6636}, "education"),  # rounded, and truncated
        (6600, {"_T": 9000, "education": 6560}, "education"),  # rounded alone
        (6600, {"_T": 9000, "education": 6720}, None),
        (6636, {"_T": 9000, "education": 6636, "crew": 6636}, None),  # which of the two?
        (24, {"private": 24} | {c: 50 + i for i, c in enumerate("abcdefghij")}, None),  # one of many small ones
        (7000, {"_T": 9000, "education": 7200, "crew": 100}, None),  # one digit
    ],
)  # fmt: skip
def test_a_trace_needs_one_cell_and_a_number_that_chance_does_not_give(value, counts, traced):
    claim = pd.Series(
        {"measure": "total", "series": "border_entries", "nationality": "PRK", "period": "2030", "purpose": "_T",
         "value": value, "precision": None}
    )  # fmt: skip
    found = claims.trace(claim, made_up(counts))
    assert found == (traced and (("border_entries", "PRK"), ("2030", traced)))


def test_only_counts_are_traced(raw, series):
    ratio = raw["claims"][raw["claims"]["claim_id"] == "B02"].iloc[0]
    assert claims.trace(ratio.copy(), series) is None


def test_a_label_of_the_press_is_a_remark_and_an_unknown_one_is_refused(raw):
    remarks = claims.remarks(raw["claims"], raw["purposes"])
    own = dict(zip(raw["claims"]["claim_id"], remarks, strict=True))
    assert own["A15"] == "the statistics call it work"
    assert own["A10"] == ""  # the label of the list itself
    wrong = raw["claims"].assign(label_as_stated=raw["claims"]["label_as_stated"].replace("official duties", "duties"))
    with pytest.raises(claims.ClaimError, match=r"claim A15, part 1, column label_as_stated: found 'duties'"):
        claims.remarks(wrong, raw["purposes"])


@pytest.mark.parametrize(
    ("measure", "arguments", "value"),
    [
        ("share", {"purpose": "education"}, (60, 60)),
        ("share", {"purpose": "crew", "base_purpose": "education"}, (50, 50)),
        ("sum_of_parts", {"purpose": "education+crew"}, (900, 900)),
        ("rank", {"purpose": "education"}, (1, 1)),
        ("rank", {"purpose": "tourism"}, (3, 3)),
    ],
)
def test_measures_by_hand(measure, arguments, value):
    cells = made_up({"_T": 1000, "education": 600, "crew": 300, "tourism": 100})["border_entries", "PRK"]
    claim = pd.Series({"period": "2030", "base_purpose": ""} | arguments)
    assert claims.MEASURES[measure](cells, claim).value == pytest.approx(value)


def test_quarters_are_added_up_where_no_sum_of_purposes_is_named(cells):
    claim = pd.Series({"period": "2024-S1", "purpose": "_T"})
    assert claims.sum_of_parts(cells, claim).value == (2508, 2508)
