"""The findings on study: the shares, the evidence, and the sentences that may be quoted."""

import pytest

from dprk_entries.study import bounds, hypotheses, statements
from reconcile.intervals import Interval


def test_the_factor_the_recovery_and_the_rank_of_the_year(growth):
    table = growth.set_index(["measure", "purpose", "period"])
    assert table.loc[("factor", "_T", "2024"), "low"] == pytest.approx(13221 / 1117)
    assert table.loc[("percent_change", "_T", "2024"), "low"] == pytest.approx(1083.6168, abs=1e-4)
    assert table.loc[("rank", "_T", "2024"), "low"] == 11
    assert table.loc[("ratio_to_mean", "_T", "2024"), "low"] == pytest.approx(13221 / 20692.4)
    assert table.loc[("recovery", "_T", "2024-Q3"), "high"] == pytest.approx(5263 / 5591)


def test_at_least_86_of_100_are_more_than_reported_students_and_58_with_the_most_study(cells, laundering):
    assert bounds.education_share(cells, "2024").low == pytest.approx(7887 / 13221)
    rows = laundering.set_index(["period", "estimand", "assumption_set"])[["low", "high"]].apply(tuple, axis=1)
    ends = rows["2024"]
    assert ends["unexplained_entries", "no-study"] == (7887, 7887)
    assert ends["unexplained_share_of_education", "2019-ceiling"] == pytest.approx((1 - 3250 / 7887, 1))
    assert ends["unexplained_share_of_education", "reported-students"] == pytest.approx((1 - (370 + 720) / 7887, 1))
    assert ends["unexplained_persons", "reported-students"] == (1700, 7887)
    assert ends["unexplained_visas", "reported-students"] == (8617 - 630, 8617)
    least = {period: rows[period, "unexplained_share_of_education", "reported-students"][0]
             for period in ("2024-S2", "2024-Q3", "2024-Q4")}  # fmt: skip
    assert least == pytest.approx({"2024-S2": 0.9042, "2024-Q3": 0.8088, "2024-Q4": 0.8081}, abs=1e-4)


def test_with_leavers_it_is_84_of_100_and_83_of_the_second_half(cells, assumed):
    halves = {half: cells.interval(half, "education") for half in ("2024-S1", "2024-S2")}
    for parts, least in ((halves, 0.8402), ({"2024-S2": halves["2024-S2"]}, 0.8324)):
        count = cells.bound({(half, "education"): 1 for half in parts})
        study = bounds.most_study(parts, assumed, 2024, True)
        assert bounds.unexplained_share(count, Interval(0, study)).low == pytest.approx(least, abs=1e-4)


def test_727_study_visas_were_used_for_no_education_entry(cells, visas):
    assert bounds.unused_visas(cells, visas, "2024", "2025-Q1") == 8617 - 7887 - 3 == 727


def test_the_assumed_students_are_those_of_their_sources_and_the_other_ranges_are_ours(raw, assumed):
    assumptions = raw["assumptions"].set_index("assumption_id")
    assert bounds.beyond(assumptions, assumed, 2024) == []
    judged = ~assumptions.index.str.startswith("students_")
    assert (assumptions.loc[judged, "source_id"] == "").all() and (assumptions.loc[~judged, "source_id"] != "").all()


@pytest.mark.parametrize(
    ("explanation", "evidence", "numbers"),
    [
        ("real students", "students reported", ["against", "86 %"]),
        ("real students", "study visas", ["against", "92 %"]),
        ("coding", "study visas", ["against", "8,617", "7,887"]),
        ("soldiers", "surge of 2024", ["against", "3,765", "2024-10-08"]),
        ("soldiers", "military column", ["allows", "0 entries in 2024"]),
        ("soldiers", "estimates", ["allows", "10,000-12,000", "5,450"]),
        ("coding", "surge of 2024", ["against", "332", "3,765", "1,364", "1,498"]),
        ("change of coverage", "fall of 2025-Q1", ["allows", "5,450", "295", "73 %", "83 %"]),
        ("change of coverage", "share of education", ["allows", "69 %", "1 %"]),
        ("reopening after the pandemic", "fall of 2025-Q1", ["against", "295", "812", "62 %"]),
    ],
)
def test_the_evidence_by_explanation(laundering, cells, visas, figures, raw, explanation, evidence, numbers, plain):
    table = plain(hypotheses.matrix(laundering, cells, visas, figures, raw["events"], "2024", "2019", "2025-Q1"))
    text = table.at[explanation, evidence]
    assert all(number in text for number in numbers), text


def test_the_sentences_of_the_year(laundering, cells, visas, figures, assumed, plain):
    table = statements.sayable(laundering, cells, visas, figures, assumed, "2024", "2019", "2025-Q1")
    can = plain(table["sentence"])
    numbers = ["7,887 (60 %)", "58 % ", "86 % ", "12.5 times", "986 students", "1,700 to 7,887", "619", "92 % "]
    numbers += ["727 of the 8,617", "or 68", "3 of 295", "from 69 % in 2024-Q4 to 1 % in 2025-Q1", "83 %", "0.02 times"]
    assert len(can) == len(numbers)
    assert [number for number, sentence in zip(numbers, can, strict=True) if number not in sentence] == []


def test_the_periods_whose_shares_are_known(laundering):
    known = laundering.loc[laundering["estimand"] == "education_share", "period"]
    quarters = [f"{year}-Q{n}" for year in (2023, 2024) for n in (1, 2, 3, 4)]
    assert sorted(known) == sorted(["2023", "2024", "2024-S1", "2024-S2", *quarters, "2025-Q1"])
