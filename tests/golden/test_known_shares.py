"""The findings on study: the shares, the lines of evidence, and the sentences that may be quoted."""

import pytest

from dprk_entries.study import bounds, evidence, rivals, statements


def test_the_factor_the_recovery_and_the_rank_of_the_year(growth):
    table = growth.set_index(["measure", "purpose", "period"])
    assert table.loc[("factor", "_T", "2024"), "low"] == pytest.approx(13221 / 1117)
    assert table.loc[("percent_change", "_T", "2024"), "low"] == pytest.approx(1083.6168, abs=1e-4)
    assert table.loc[("rank", "_T", "2024"), "low"] == 11
    assert table.loc[("ratio_to_mean", "_T", "2024"), "low"] == pytest.approx(13221 / 20692.4)
    assert table.loc[("recovery", "_T", "2024-Q3"), "high"] == pytest.approx(5263 / 5591)


def test_the_naive_share_is_the_articles_and_58_of_100_stay_unexplained_with_the_most_study(cells, laundering):
    assert bounds.education_share(cells, "2024").low == pytest.approx(7887 / 13221)
    rows = laundering[laundering["period"] == "2024"].set_index(["estimand", "assumption_set"])
    ends = rows[["low", "high"]].apply(tuple, axis=1)
    assert ends["unexplained_entries", "naive"] == (7887, 7887)
    assert ends["unexplained_share_of_education", "baseline"] == pytest.approx((1 - 3250 / 7887, 1))
    assert ends["unexplained_share_of_education", "enrolment"] == pytest.approx((1 - 4 * 315 / 7887, 1))
    assert ends["unexplained_persons", "enrolment"] == (1657, 7887)
    assert ends["unexplained_visas", "enrolment"] == (8617 - 630, 8617)


def test_the_assumed_students_are_within_their_sources(raw, assumed):
    assert bounds.beyond(raw["assumptions"].set_index("assumption_id"), assumed) == []


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("Enrolment, both academic years", "84 to 100 %"),
        ("Study places, 2024-09-01/2025-06-30", "97 to 100 %"),
        ("Baseline", "58 to 61 %"),
        ("Study visas", "92 to 100 %"),
        ("Student registrations, 2019", "98 to 99 %"),
        ("Substitution by 2018", "0 to 17 %"),
        ("Declared work", "0.1 %"),
    ],
)
def test_the_lines_of_evidence(cells, visas, figures, assumed, line, share):
    assert evidence.lines(cells, visas, figures, assumed, "2024", "2019").loc[line, "share"] == share


@pytest.mark.parametrize(
    ("explanation", "numbers"),
    [
        ("Soldiers", ["10,000-12,000", "7,887", "3,765", "2024-10-01", "5,450"]),
        ("More places for students", ["45 to 55 (2024)", "100 (2025)", "170 (2026)", "680"]),
        ("Officers who code purposes otherwise", ["332", "3,765", "1,364", "1,498", "did not fall"]),
    ],
)
def test_the_rival_explanations(cells, visas, figures, assumed, explanation, numbers, plain):
    text = " ".join(plain(rivals.rivals(cells, visas, figures, assumed, "2024")).loc[explanation])
    assert all(number in text for number in numbers), text


def test_the_sentences_of_the_year(laundering, cells, visas, assumed, plain):
    can = plain(statements.sayable(laundering, cells, visas, assumed, "2024", "2019", "2025-Q1")["sentence"])
    numbers = ["7,887 (60 %)", "58 % ", "84 % ", "12.5 times", "986 students", "1,657 to 7,887", "92 % ", "or 68"]
    numbers += ["3 of 295", "from 69 % in 2024-Q4 to 1 % in 2025-Q1", "0.03 times"]
    assert len(can) == len(numbers)
    assert [number for number, sentence in zip(numbers, can, strict=True) if number not in sentence] == []


def test_the_periods_whose_shares_are_known(laundering):
    known = laundering.loc[laundering["estimand"] == "education_share", "period"]
    quarters = [f"{year}-Q{n}" for year in (2023, 2024) for n in (1, 2, 3, 4)]
    assert sorted(known) == sorted(["2023", "2024", *quarters, "2025-Q1"])
