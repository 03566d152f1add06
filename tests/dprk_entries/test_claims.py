"""Claims recomputed: every measure, every rule and every verdict by hand, on the frozen tables."""

import math

import pandas as pd
import pytest

from dprk_entries import claims, verdicts
from dprk_entries.claims import counts
from dprk_entries.data import tables
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from reconcile import hedges, results
from reconcile.intervals import Interval


@pytest.fixture(scope="module")
def series(entries, figures, raw) -> dict[tuple[str, str], Cells]:
    return claims.series_of(entries, figures, raw["sources"], raw["purposes"])


@pytest.fixture(scope="module")
def check(raw, figures):
    """What becomes of claims, by the cells of each series and nationality."""

    def of(ledger: pd.DataFrame, series: dict[tuple[str, str], Cells], figures: pd.DataFrame = figures) -> pd.DataFrame:
        return claims.check(ledger, series, figures, raw["sources"], raw["purposes"])

    return of


@pytest.fixture(scope="module")
def table(raw, series, check) -> pd.DataFrame:
    return check(raw["claims"], series)


@pytest.fixture(scope="module")
def checked(table) -> pd.Series:
    return table.set_index(["claim_id", "part"])["verdict"]


@pytest.fixture(scope="module")
def recheck(raw, check):
    """Verdict on a claim after all figures that print one cell of its series have another value."""

    def verdict(claim: tuple[str, int], changed: dict[tuple[str, str], int]) -> str:
        row = raw["claims"][(raw["claims"]["claim_id"] == claim[0]) & (raw["claims"]["part"] == claim[1])]
        key = (row["series"].iloc[0], row["nationality"].iloc[0])
        own = raw["observations"]
        own = own[(own["series"] == key[0]) & (own["nationality"] == key[1]) & (own["transport"] == "_T")]
        for (period, purpose), value in changed.items():
            cell = (own["period"] == period) & (own["purpose"] == purpose)
            assert cell.any()
            as_printed = {"value": value, "qualifier": "exact", "precision": 1}
            own = own.assign(**{name: own[name].where(~cell, new) for name, new in as_printed.items()})
        figures = reconciliation.with_intervals(own)
        (account,) = reconciliation.accounts(figures, raw["sources"], raw["purposes"], [key[0]])
        looked_at = {*row["purpose"].iloc[0].split("+"), "_T"}
        asked = {cell for cell in account.grid if cell.purpose in looked_at or cell.period == row["period"].iloc[0]}
        known = results.rows(account.system, asked | {figure.cell for figure in account.system.figures.values()})
        names = dict(zip(("series", "nationality"), key, strict=True))
        cells = Cells(
            pd.DataFrame([names | cell for cell in reconciliation.cells(account, known)]), account.system, *key
        )
        (found,) = check(row, {key: cells}, figures)["verdict"]
        return found

    return verdict


def claim_of(cells: Cells, **columns) -> pd.Series:
    """A claim on all of some cells, with these columns; the others are empty."""
    own = {"series": cells.series, "nationality": cells.nationality, "purpose": "_T"}
    return pd.Series(dict.fromkeys(tables.columns("claims"), "") | own | columns)


def measured(measure: str, cells: Cells, **columns):
    """A measure of some cells, by columns of a claim."""
    own = {(cells.series, cells.nationality): cells}
    claim = claim_of(cells, measure=measure, **columns)
    base = [counts.base(own, claim)] if claims.compares(measure) else []
    return claims.MEASURES[measure](counts.claimed(own, claim), *base)


def test_every_verdict_is_the_expected_one_and_another_is_named(raw, table):
    assert set(raw["claims"]["expected"]) == set(claims.VERDICTS)
    assert set(raw["claims"]["measure"]) <= set(claims.MEASURES)
    assert claims.unexpected(raw["claims"], table) == []
    other = table.assign(verdict=table["verdict"].where(table["claim_id"] != "A02", "false"))
    assert claims.unexpected(raw["claims"], other) == ["A02, part 1: false, expected: holds"]


@pytest.mark.parametrize(
    ("claim", "arithmetic", "low", "high"),
    [
        (("A01", 1), "2024 = 10,000", 10000, 10000),
        (("A02", 1), "10,000 / 1,000 = 10.00", 10, 10),
        (("A03", 1), "100 x (10,000 / 1,000 - 1) = 900.0", 900, 900),
        (("A04", 1), "100 x 3,000 / 4,500 = 66.7", 200 / 3, 200 / 3),
        (("A06", 1), "10,000 - 1,000 = 9,000", 9000, 9000),
        (("A07", 1), "education: 6,000; business: 2,000, crew: 1,200", 1, 1),
        (("A08", 1), "2024: 10,000; after 2019, 2023 comes closest: 1,000; 2019 was higher: 20,000", 9000, 9000),
        (("A10", 1), "20,000 - 10,000 = 10,000", 10000, 10000),
        (("A11", 1), "6,000 + 150 = 6,150", 6150, 6150),
        (("A13", 1), "100 x 1,200 / 6,000 = 20.0", 20, 20),
        (("A14", 1), "500 + 1,500 = 2,000", 2000, 2000),
        (("B02", 1), "border entries of PRK, 2017 education: not collected, so there is no interval; 6,543 fits "
                     "2017 russian departures: 6,543", math.nan, math.nan),
        (("B03", 1), "2024-Q3 = 4,500; 3,000 fits 2024-Q3 education: 3,000", 4500, 4500),
        (("B04", 1), "2023-Q1 = 150 to 160", 150, 160),
        (("B05", 1), "2022 = 100; one witness against one", 100, 100),
        (("B06", 1), "1,000 - 20,000 = -19,000", -19000, -19000),
        (("B09", 1), "2018 education = 2,000", 2000, 2000),
    ],
)  # fmt: skip
def test_the_arithmetic_stands_beside_each_verdict(table, claim, arithmetic, low, high):
    row = table.set_index(["claim_id", "part"]).loc[claim]
    assert row["arithmetic"] == arithmetic
    assert (row["recomputed_low"], row["recomputed_high"]) == pytest.approx((low, high), nan_ok=True)


@pytest.mark.parametrize(
    ("value", "allowed", "verdict"),
    [
        (Interval(10, 10), Interval(10, 10), "holds"),
        (Interval(10.6, 10.6), Interval(10, 10), "holds, truncated"),
        (Interval(10.4, 10.4), Interval(10, 10), "holds within rounding"),  # and cut off: the better
        (Interval(-10.6, -10.6), Interval(-10, -10), "holds, truncated"),  # towards zero
        (Interval(-9.6, -9.6), Interval(-10, -10), "holds within rounding"),
        (Interval(-10.6, -10.6), Interval(10, 10), "false"),
        (Interval(9.6, 9.6), Interval(10, 10), "holds within rounding"),
        (Interval(8, 8), Interval(10, 10), "false"),
        (Interval(9, 11), Interval(10, 10), "cannot be decided"),
        (Interval(20, math.inf), Interval(10, 10), "false"),  # no figure limits it from above
        (Interval(9.6, 10.4), Interval(10, 11), "cannot be decided"),
        (Interval(9.6, 9.7), Interval(10, 11), "false"),  # only a single number is truncated or rounded
        (Interval(11.8, 11.8), Interval(11, 12), "holds"),
        (Interval(1, 1), Interval(math.nextafter(0, 1), math.inf), "holds"),
        (Interval(0, 1), Interval(math.nextafter(0, 1), math.inf), "cannot be decided"),
    ],
)
def test_a_verdict_compares_two_intervals(value, allowed, verdict):
    assert claims.verdict(value, allowed) == verdict


@pytest.mark.parametrize(
    ("value", "precision", "counted", "verdict"),
    [
        (11.8, None, 11.836, "holds within rounding"),
        (11.9, None, 11.836, "false"),
        (11.8, None, 11.88, "holds, truncated"),
        (11.8, 0.01, 11.836, "false"),
        (12, None, 11.836, "holds within rounding"),
        (5500, None, 5450, "false"),  # without a hedge a whole number is meant to its last digit
        (5500, 100, 5451, "holds within rounding"),
        (-0.5, None, -0.54, "holds within rounding"),
    ],
)
def test_a_number_is_rounded_at_its_last_digit_as_printed_or_as_given(value, precision, counted, verdict):
    claim = pd.Series({"rule": "exact", "value": value, "value_high": None, "precision": precision})
    digit = claims.last_digit(claim)
    assert claims.verdict(Interval(counted, counted), claims.accepted(claim), digit) == verdict


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


@pytest.mark.parametrize(
    ("rule", "value", "precision", "inside", "outside"),
    [
        ("approx", -60, None, [-65, -55], [-66, 60]),
        ("nearly", -60, None, [-60, -50], [-61, -49]),
        ("more_than", -60, None, [-61, -99], [-60, -59, 61]),
        ("fewer_than", -60, None, [-59, 0], [-60, -61, 1]),
        ("truncated", -60, 1, [-60, -60.9], [-61, -59]),
    ],
)
def test_the_words_around_a_fall_say_how_deep_it_is(rule, value, precision, inside, outside):
    allowed = claims.accepted(pd.Series({"rule": rule, "value": value, "value_high": None, "precision": precision}))
    assert all(number in allowed for number in inside)
    assert not any(number in allowed for number in outside)


def test_both_ends_belong_to_a_range():
    claim = pd.Series({"rule": "range", "value": 12, "value_high": 15, "precision": None})
    assert claims.accepted(claim) == (12, 15)
    assert claims.accepted(claim.replace({12: -12, 15: -15})) == (-15, -12)


def test_every_rule_and_measure_of_the_schema_is_known():
    fields = {f["name"]: f for f in tables.resource("claims")["schema"]["fields"]}
    assert set(fields["rule"]["constraints"]["enum"]) == set(hedges.table().index.str.replace(" ", "_"))
    assert set(fields["measure"]["constraints"]["enum"]) == set(claims.MEASURES)
    assert set(fields["expected"]["constraints"]["enum"]) == set(claims.VERDICTS)


def test_a_measure_takes_the_base_that_the_schema_says_it_needs():
    field = next(f for f in tables.resource("claims")["schema"]["fields"] if f["name"] == "measure")
    for name in claims.MEASURES:
        assert claims.compares(name) == (name in field["needs_base"] + field["takes_base"]), name


def test_highest_since_in_one_season_looks_at_that_season_alone(cells):
    """2024-Q4 would come closest to 2024-Q3; against third quarters only third quarters count."""
    for base, closest in (("2020-Q3", "2023-Q3"), ("2021-Q4", "2024-Q2")):
        terms = measured("highest_since", cells, period="2024-Q3", base_period=base).terms
        assert [cell for _, cell in terms] == [Cell("2024-Q3"), Cell(closest)]


@pytest.mark.parametrize(("base", "remark"), [("2019", "2019 was higher: 20,000"), ("2018", "")])
def test_a_base_that_was_higher_is_remarked_and_not_counted(cells, base, remark):
    found = measured("highest_since", cells, period="2023", base_period=base)
    assert found.remark == ("2018 was higher: 9,000" if base == "2018" else remark)
    assert measured("highest_since", cells, period="2024", base_period=base).remark == remark


def test_a_record_over_withheld_periods_cannot_be_decided(raw, entries, figures, check):
    """Had the third quarter of 2025 been printed, nobody could say that it was the highest: the second was withheld."""
    last = (entries["period"] == "2025-Q3") & (entries["nationality"] == "PRK") & (entries["purpose"] == "_T")
    printed = entries.assign(
        low=entries["low"].where(~last, 9000.0),
        high=entries["high"].where(~last, 9000.0),
        status=entries["status"].where(~last, "reported"),
    )
    record = raw["claims"][raw["claims"]["claim_id"] == "A08"].assign(period="2025-Q3", base_period="2019-Q4")
    series = claims.series_of(printed, figures, raw["sources"], raw["purposes"])
    (found,) = check(record, series).itertuples()
    assert found.verdict == "cannot be decided"
    assert "2025-Q2" in found.arithmetic and "not published" in found.arithmetic


def test_a_claim_on_a_cell_that_does_not_exist_is_named(raw, series, check):
    wrong = raw["claims"].assign(period=raw["claims"]["period"].replace("2023-Q1", "2032-Q1"))
    with pytest.raises(
        claims.ClaimError, match=r"claim B04, part 1: total of border entries of PRK cannot be .*2032-Q1"
    ) as told:
        check(wrong, series)
    assert ".." not in str(told.value).replace("...", "")


def test_a_claim_on_a_nationality_without_a_figure_is_named(raw, series, check):
    wrong = raw["claims"].assign(nationality="USA")
    with pytest.raises(claims.ClaimError, match=r"part 1: found no figure of border entries of USA\. Add one, or mend"):
        check(wrong, series)


def test_a_sum_of_purposes_is_no_rival_of_its_parts(raw, entries, figures, check):
    own = (entries["period"] == "2024") & (entries["purpose"] == "education") & (entries["nationality"] == "PRK")
    both = entries[own & (entries["series"] == "border_entries")]
    both = both.assign(purpose="education+tourism", low=6150.0, high=6150.0)
    series = claims.series_of(pd.concat([entries, both]), figures, raw["sources"], raw["purposes"])
    checked = check(raw["claims"], series)
    assert checked.set_index("claim_id").loc["A07", "verdict"] == "holds"


# Every measure, and every kind of verdict, flips when one cell is printed otherwise.
@pytest.mark.parametrize(
    ("claim", "changed", "before", "after"),
    [
        (("A01", 1), {("2024", "_T"): 10001}, "holds", "false"),
        (("A02", 1), {("2023", "_T"): 1001}, "holds", "holds within rounding"),  # 9.99 times
        (("A03", 1), {("2023", "_T"): 990}, "holds", "false"),
        (("A04", 1), {("2024-Q3", "education"): 2970}, "holds, truncated", "holds"),  # 66 percent of 4,500
        (("A05", 1), {("2024-Q3", "education"): 2970}, "holds within rounding", "false"),
        (("A06", 1), {("2023", "_T"): 1001}, "holds", "false"),
        (("A07", 1), {("2024", "education"): 1500}, "holds", "false"),  # business leads
        (("A08", 1), {("2023", "_T"): 10000}, "holds", "false"),
        (("A09", 1), {("2018", "_T"): 10000}, "holds", "false"),
        (("A10", 1), {("2019-Q1", "_T"): 1, ("2019-Q2", "_T"): 1, ("2019-Q3", "_T"): 1}, "holds", "false"),
        (("A11", 1), {("2024", "tourism"): 151}, "holds", "cannot be decided"),  # the purposes exceed the year
        (("A13", 1), {("2024", "crew"): 900}, "holds", "false"),
        (("A14", 1), {("2024-Q2", "_T"): 1400}, "holds", "cannot be decided"),  # 2,000 is the half-year's print
        (("B08", 2), {("2018", "_T"): 8000}, "false", "holds"),
        (("B03", 1), {("2024-Q3", "education"): 2999}, "misattributed", "false"),
        (("B05", 1), {("2022", "_T"): 200}, "cannot be decided", "holds"),
        (("B06", 1), {("2023", "_T"): 30000}, "false", "holds"),
    ],
)
def test_a_changed_figure_flips_a_named_claim(checked, recheck, claim, changed, before, after):
    assert checked[claim] == before
    assert recheck(claim, changed) == after


def test_a_claim_in_parts_is_as_good_as_its_weakest_part(raw, table):
    whole = claims.whole(table)
    assert whole["B08"] == "false"  # the first part holds
    assert whole["A04"] == "holds, truncated"
    assert len(whole) == raw["claims"]["claim_id"].nunique()


def test_a_claim_rests_on_the_figures_behind_its_cells(table, figures):
    behind = table.set_index(["claim_id", "part"])["observation_ids"].str.split()
    cell = figures.set_index("observation_id")[["period", "purpose"]].apply(" ".join, axis=1)
    assert list(cell[behind["B08", 1]]) == [f"2019-Q{n} _T" for n in (1, 2, 3, 4)]  # of which the year is the sum
    assert behind["A01", 1] == ["F0001", "F0002", "F0003"]  # the misprint, F0004, proves nothing
    assert set(cell[behind["B04", 1]]) == {"2023-S1 _T", "2023-Q1 _T", "2023-Q2 _T"}
    (departures,) = behind["B02", 1]  # to which the number was traced
    assert figures.set_index("observation_id").loc[departures, "series"] == "russian_departures"
    assert behind["B07", 1] == []


# One reader against one


def word_against_word(rule: str = "exact", value: float = 300.0, source: str = "GAZETTE2025") -> pd.DataFrame:
    """A claim on the entries of 2022, which ALPHA alone read as 100."""
    claim = {"claim_id": "B99", "part": 1, "source_id": source, "as_stated": "300", "measure": "total", "value": value}
    claim |= {"series": "border_entries", "nationality": "PRK", "purpose": "_T", "period": "2022", "rule": rule}
    return pd.DataFrame([dict.fromkeys(tables.columns("claims"), "") | claim | {"value_high": None, "precision": 1}])


@pytest.fixture(scope="module")
def judged(series, check):
    def of(claim: pd.DataFrame, column: str = "verdict") -> str:
        (verdict,) = check(claim, series)[column]
        return verdict

    return of


def test_a_number_that_one_other_reader_contradicts_cannot_be_decided(judged):
    assert judged(word_against_word()) == "cannot be decided"


def test_a_reader_who_contradicts_himself_is_wrong(judged):
    assert judged(word_against_word(source="MIRROR2023")) == "false"  # ALPHA, like the source of the figure


def test_a_number_that_two_readers_contradict_is_false(judged):
    assert judged(word_against_word().assign(period="2024", source_id="ALMANAC2020")) == "false"


def test_a_number_that_one_reader_contradicts_exactly_and_another_by_a_limit_is_false(raw, figures, check):
    """A third reader prints more than 50 for 2022, which decides nothing, or fewer than 200."""
    key = ("border_entries", "PRK")
    for qualifier, value, verdict in (("more_than", 50, "cannot be decided"), ("fewer_than", 200, "false")):
        limit = raw["observations"].query("observation_id == 'F0042'").assign(
            observation_id="F9999", source_id="ALMANAC2020", qualifier=qualifier, value=value
        )  # fmt: skip
        known = reconciliation.with_intervals(pd.concat([raw["observations"], limit], ignore_index=True))
        entries, _ = reconciliation.reconcile(known, raw["sources"], raw["purposes"])
        series = claims.series_of(entries, known, raw["sources"], raw["purposes"])
        assert check(word_against_word(), {key: series[key]}, known)["verdict"].item() == verdict


def test_a_number_that_one_of_several_cells_contradicts_alone_cannot_be_decided(judged):
    """2023 was read by two, 2022 by one."""
    more = word_against_word().assign(measure="difference", period="2023", base_period="2022")
    assert judged(more) == "cannot be decided"


@pytest.mark.parametrize(
    ("source", "value", "first", "second"),
    [
        ("MIRROR2023", 100, "holds", "cannot be decided"),  # ALPHA's own figure, which nobody else has
        ("GAZETTE2025", 100, "holds", "holds"),  # another reader's
    ],
)
def test_a_figure_does_not_confirm_itself(judged, source, value, first, second):
    claim = word_against_word(value=value, source=source)
    assert judged(claim) == first
    assert judged(claim, "verdict_without_own_reader") == second


def test_a_lead_that_does_not_hold_is_false_whoever_read_it(judged):
    lead = word_against_word("in_front", math.nan).assign(measure="above", base_period="2023")
    assert judged(lead) == "false"


# Numbers of other cells


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
    own = made_up(counts)
    claim = claim_of(own["border_entries", "PRK"], measure="total", period="2030", value=value, precision=None)
    assert claims.trace(claim, own) == (traced and (("border_entries", "PRK"), Cell("2030", traced)))


def test_only_counts_are_traced(raw, series):
    total = raw["claims"][raw["claims"]["claim_id"] == "B03"].iloc[0]
    assert claims.trace(total, series) == (("border_entries", "PRK"), Cell("2024-Q3", "education"))
    assert claims.trace(total.replace("total", "difference"), series) is None
    assert claims.trace(total.drop("value").reindex(total.index), series) is None


def test_a_label_of_the_press_is_a_remark_and_an_unknown_one_is_refused(raw):
    remarks = dict(zip(raw["claims"]["claim_id"], claims.remarks(raw["claims"], raw["purposes"]), strict=True))
    assert remarks["A12"] == "the statistics call it work"
    assert remarks["A01"] == ""
    assert remarks["B05"] == "one reader against another"  # its note
    named = raw["claims"].assign(label_as_stated=raw["claims"]["label_as_stated"].replace("official duties", "work"))
    assert not claims.remarks(named, raw["purposes"])[raw["claims"]["claim_id"] == "A12"].any()  # the list's own label
    wrong = raw["claims"].assign(label_as_stated=raw["claims"]["label_as_stated"].replace("official duties", "duties"))
    with pytest.raises(claims.ClaimError, match=r"claim A12, part 1, column label_as_stated: found 'duties'"):
        claims.remarks(wrong, raw["purposes"])


@pytest.mark.parametrize("value", [10000, 300])
def test_what_nobody_counted_cannot_be_decided_whatever_another_number_is(judged, value):
    """No series counts people who were sent home."""
    claim = word_against_word(value=value).assign(period="2024", unit_as_stated="departures")
    assert judged(claim) == judged(claim, "verdict_without_own_reader") == "cannot be decided"
    assert judged(claim, "unit_verdict") == "does not fit"
    assert judged(claim, "arithmetic") == "2024 = 10,000; nobody counted departures"
    assert judged(claim.assign(unit_as_stated="persons")) == ("holds" if value == 10000 else "false")


@pytest.mark.parametrize(
    ("count", "verdict", "told"),
    [
        (44, "holds", "44 hold"),
        (1, "holds, truncated", "1 holds, truncated"),
        (2, "holds within rounding", "2 hold within rounding"),
        (8, "cannot be decided", "8 cannot be decided"),
        (4, "misattributed", "4 are misattributed"),
        (1, "false", "1 is false"),
    ],
)
def test_a_tally_is_said_in_words(count, verdict, told):
    assert verdicts.tally(count, verdict) == told


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
    assert measured(measure, cells, period="2030", **arguments).value == pytest.approx(value)


@pytest.mark.parametrize("measure", ["difference", "above", "below"])
def test_a_difference_has_the_sign_that_its_words_say(measure, cells):
    sign = 1 if measure == "below" else -1
    assert measured(measure, cells, period="2023", base_period="2024").value == (sign * 9000, sign * 9000)


def test_a_difference_to_what_nothing_limits_has_no_least_value(raw, entries, figures, check):
    unlimited = entries.copy()
    row = (unlimited["period"] == "2023") & (unlimited["purpose"] == "_T") & (unlimited["nationality"] == "PRK")
    unlimited.loc[row, "high"] = math.inf
    series = {("border_entries", "PRK"): Cells(unlimited)}
    less = word_against_word().assign(measure="difference", period="2024", base_period="2023")
    (found,) = check(less, series).itertuples()
    assert (found.recomputed_low, found.recomputed_high) == (-math.inf, 9_000)
    assert found.arithmetic == "10,000 - at least 1,000 = at most 9,000"


def test_quarters_are_added_up_where_no_sum_of_purposes_is_named(cells):
    assert measured("sum_of_parts", cells, period="2023-S1").value == (400, 400)  # together, though neither is known


def test_places_overlap_where_counts_do():
    cells = made_up({"_T": 1000, "education": 600, "crew": 300, "tourism": 300})["border_entries", "PRK"]
    assert measured("rank", cells, period="2030", purpose="crew").value == (2, 2)
    cells.rows[Cell("2030", "tourism")] |= {"low": 200, "high": 400}
    assert measured("rank", cells, period="2030", purpose="crew").value == (2, 3)
