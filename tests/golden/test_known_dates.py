"""When it changed: steps against the years before, shares of the rise and of the fall, trains, as the page has them."""

import math

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dprk_entries.data.names import in_words
from notebook_reports import paths


@pytest.fixture(scope="module")
def table():
    """A table of the page, by the beginning of its caption, in which periods may be codes: the page says them in
    words."""
    page = BeautifulSoup((paths.ROOT / "reports/07-date-the-change.html").read_text("utf-8"), "html.parser")

    def of(caption: str) -> pd.DataFrame:
        (found,) = [table for table in page.select("table") if table.caption.string.startswith(in_words(caption))]
        head, *rows = [
            [cell.get_text().replace("\xa0", " ") for cell in row.select("th, td")] for row in found.select("tr")
        ]
        return pd.DataFrame(rows, columns=head).set_index(head[0])

    return of


@pytest.mark.parametrize(
    ("quarter", "step", "before", "of_a_year", "before_of_a_year"),
    [
        ("2024-Q3", "3.10, above", "0.83 to 1.41", "14.42, above", "0.65 to 1.60"),
        ("2025-Q1", "0.054, below", "0.78 to 1.65", "0.36, below", "0.63 to 1.51"),
        ("2020-Q1", "0.31, below", "0.78 to 1.65", "0.38, below", "0.63 to 1.51"),
        ("2024-Q4", "1.04, within", "0.68 to 1.16", "14.27, above", "0.71 to 1.49"),
    ],
)
def test_the_steps_and_those_of_the_years_before(table, quarter, step, before, of_a_year, before_of_a_year):
    rows = table("Each quarter as a multiple of earlier ones, and what that was within 2010 to 2019")
    assert list(rows.loc[in_words(quarter)])[1:] == [step, before, of_a_year, before_of_a_year]


@pytest.mark.parametrize(
    ("growth", "share"),
    [
        ("2024-Q3 on 2023-Q3", "75.6 %"),
        ("2024-Q3 on 2024-Q2", "96.2 %"),
        ("2024-S2 on 2023-S2", "70.9 to 74.9 %"),  # 70.97 to 74.80, rounded outwards
    ],
)
def test_the_share_of_education_in_the_growth(table, growth, share):
    assert (
        table("Share of a growth of entries that each purpose accounts for").loc[in_words(growth), "education"] == share
    )


def test_all_purposes_fell_that_can_be_followed(table):
    rows = table("Entries of 2025-Q1 beside those of 2024-Q1 and 2024-Q4, by purpose")
    assert list(rows.loc["all but education"])[1:3] == ["5,450 − 3,752 = 1,698", "295 − 3 = 292"]
    assert list(rows.loc["all but education"])[3:] == ["−62 %", "−83 %", "27.3 %"]
    assert rows.loc["education"].iloc[-1] == "72.7 %"
    assert list(rows.index) == ["all", "all but education", "business", "crew", "education", "private"]
    assert all(told.startswith("−") for told in rows[in_words("2025-Q1 on 2024-Q1")])


def test_the_events_of_the_quarters(table):
    rows = table("Entries a quarter, and dated events")["events"]
    assert (
        in_words("2024-06-19: The treaty on comprehensive strategic partnership is signed") in rows[in_words("2024-Q2")]
    )
    assert in_words("2020-02-03: Passenger trains between Khasan and Tumangang stop") in rows[in_words("2020-Q1")]


def test_the_trains_that_were_counted_cannot_have_carried_the_surge(table):
    rows = table("Train passengers of days that hold all of 2024-Q3, and the rise of entries from 2024-Q2")
    assert list(rows.loc[in_words("2024-06-01/2024-12-16")]) == ["1,250", "3,567", "at most 36 %"]


@pytest.mark.parametrize(
    ("measure", "period", "low", "high"),
    [
        ("factor", "2023-Q1", 153 / 44, math.inf),
        ("factor", "2023-Q2", 213 / 44, math.inf),
        ("factor", "2022-Q4", 128 / 49, math.inf),
        ("rank", "2020-Q3", 54, 56),
        (
            "rank",
            "2021-Q3",
            56,
            59,
        ),  # of 44 in 2022-S1 one quarter had 22 or more
        ("rank", "2020-Q4", 58, 61),
        ("ratio_to_mean", "2024-S2", 10713 / 10262.9, 10713 / 10262.9),
        ("ratio_to_mean", "2021", 69 / 20692.4, 69 / 20692.4),
    ],
)
def test_measures_of_quarters_and_halves(growth, measure, period, low, high):
    rows = growth[growth["purpose"] == "_T"].set_index(["measure", "period"])
    assert tuple(rows.loc[(measure, period), ["low", "high"]]) == pytest.approx((low, high), abs=1e-6)


def test_the_second_half_of_2024_is_above_five_of_the_ten_before_the_pandemic(cells):
    seconds = [f"{year}-S2" for year in range(2010, 2020)]
    assert cells.rank("2024-S2", seconds) == (6, 6)
