"""Notebook 07 by hand on the frozen tables: events beside quarters, steps, shares of a rise and a fall, trains."""

import pandas as pd
import pytest

from dprk_entries.data import tables


@pytest.fixture
def again(notebooks):
    """What the notebook finds with other values of its names."""
    return lambda first="check", last="headline", **changes: notebooks.again("07", first, last, **changes)


def test_events_stand_in_the_row_of_their_quarter_and_lead_to_their_sources(shown, notebooks, misled):
    rows = shown("07", "Entries a quarter, and dated events of these kinds: border closure, treaty")
    assert list(rows.loc["2020-Q1"]) == ["900", "2020-01: The border closes"]
    assert list(rows.loc["2024-Q2"]) == ["1,500", "2024-06-19: A treaty is signed"]
    assert list(rows.loc["2025-Q2"]) == ["not published", "none"]
    assert rows.index[[0, -1]].to_list() == ["2019-Q1", "2025-Q3"]
    events = notebooks.names["07"]["dated"]["told"]
    assert [text.links[0].address for text in events] == ["index.html#TRIBUNE2023", "index.html#ARMY2024"]
    assert misled(events) == []


def test_kinds_that_are_left_out_stand_neither_in_the_table_nor_in_the_chart(again):
    found = again(last="say-chart", left_out=["sanctions", "treaty"])
    assert [str(text) for text in found["rows"]["events"] if text != "none"] == ["2020-01: The border closes"]
    assert found["kinds"] == ["border closure"]


def test_an_event_known_by_its_year_alone_stands_beside_no_quarter(again, notebooks):
    events = notebooks.names["07"]["events"]
    assert len(again("select-events", "select-events", events=events.assign(precision="year"))["dated"]) == 0


def test_steps_are_set_against_the_same_step_of_the_years_compared(shown):
    """A third quarter was 6,000 after 5,000 in 2019; of 2017 and 2018 only the years are known. A first quarter was
    4,000 in 2019, after up to 9,000."""
    rows = shown("07", "Each quarter as a multiple of earlier ones, and what that was within 2017 to 2019")
    assert list(rows.columns[1:3]) == ["times the quarter before", "times the quarter before, 2017 to 2019"]
    assert list(rows.loc["2024-Q3"])[:3] == ["4,500", "3.00, above", "1.20 to 1.20"]
    assert list(rows.loc["2025-Q1"])[:3] == ["200", "0.057, below", "at least 0.44"]
    assert list(rows.loc["2023-Q2"])[1] == "1.50 to 1.67, above"
    assert list(rows.loc["2022-Q2"])[1] == "none"  # there need not have been any in either quarter
    assert list(rows.loc["2023-Q1"])[3] == "at least 1.50, within"
    assert rows.index[0] == "2020-Q1"


def test_a_step_that_may_lie_outside_of_the_range_is_open(notebooks):
    beside = notebooks.names["07"]["beside"]
    of = notebooks.names["07"]["Interval"]
    assert beside(of(1, 3), of(2, 4)) == "1.00 to 3.00, open"
    assert beside(of(4, 4), of(2, 4)) == "4.00, within"
    assert beside(of(4.5, 5), of(2, 4)) == "4.50 to 5.00, above"
    assert beside(None, of(2, 4)) == "none"


def test_shares_of_a_growth_are_bounded_by_all_figures_at_once(shown):
    """Education was 970 of 1,500 in 2024-Q2, 60 of 250 in 2023-Q3, 60 to 410 of 600 in the second half of 2023."""
    rows = shown("07", "Share of a growth of entries that each purpose accounts for")
    assert list(rows.loc["2024-Q3 on 2024-Q2", ["entries", "education"]]) == ["4,500 after 1,500", "67.7 %"]
    assert rows.loc["2024-Q3 on 2023-Q3", "education"] == "69.2 %"
    assert rows.loc["2024-S2 on 2023-S2", "education"] == "62.0 to 66.8 %"
    assert not {"military", "residence"} & {*rows.columns}


def test_a_fall_is_told_of_all_purposes_that_moved_for_sure(shown, misled, notebooks):
    rows = shown("07", "Entries of 2025-Q1 beside those of 2024-Q1 and 2024-Q4, by purpose")
    assert list(rows.loc["all"]) == ["500", "3,500", "200", "-60 %", "-94 %", "100.0 %"]
    assert list(rows.loc["all but education"])[:3] == ["500 − 30 = 470", "3,500 − 2,000 = 1,500", "200 − 2 = 198"]
    assert list(rows.loc["all but education"])[3:] == ["-58 %", "-87 %", "39.5 %"]
    assert list(rows.loc["education"]) == ["30", "2,000", "2", "-93 %", "-99.9 %", "60.5 %"]
    assert "tourism" not in rows.index
    assert misled(notebooks.names["07"]["falls"].to_numpy().ravel()) == []


def test_the_headline_says_the_steps_and_what_education_is_of_them(notebooks):
    (said,) = [o.data["text/plain"] for o in notebooks.shown["07"] if "**" in o.data.get("text/markdown", "")]
    assert said == (
        "Entries were 3.00 times the quarter before in 2024-Q3 (1.20 to 1.20 at that season of 2017 to 2019) "
        "and 0.057 times in 2025-Q1 (at least 0.44); education is 67.7 % of the rise, 60.5 % of the fall."
    )


def passengers(figures: pd.DataFrame, period: str, low: float, high: float) -> pd.DataFrame:
    """The figures and one more, of passengers of trains."""
    one = {"observation_id": "F0999", "source_id": "HERALD2025", "series": "rail_passengers", "nationality": "_T"}
    one |= {"period": period, "as_stated": "some", "unit": "passengers", "low": low, "high": high}
    return pd.concat([figures, pd.DataFrame([one])], ignore_index=True)


@pytest.mark.parametrize(
    ("period", "high", "of_the_rise"),
    [
        ("2024-06-01/2024-12-16", 600, ["at most 20 %"]),  # of 3,000 more entries
        ("2024-07-01/2024-09-30", 601, ["at most 21 %"]),
        ("2024-08-01/2024-12-16", 600, []),  # July may have had more
        ("2024-06-01/2024-12-16", float("inf"), []),
    ],
)
def test_trains_are_set_against_the_rise_where_their_days_hold_all_of_the_quarter(
    again, notebooks, period, high, of_the_rise
):
    figures = passengers(notebooks.names["07"]["figures"], period, 500, high)
    found = again("select-carriers", "measure-trains", figures=figures)
    assert list(found["most"]["of the rise"]) == of_the_rise
    assert list(found["shown"]["as printed"]) == ["some"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"surge": "2031-Q1"}, "parameter surge: found '2031-Q1', expected SDMX time period"),
        ({"fall": "spring"}, "parameter fall: found 'spring'"),
        ({"compared_first": 19}, "parameter compared_first: found '19'"),
    ],
)
def test_a_parameter_that_is_no_period_is_refused_by_name(again, changes, told):
    with pytest.raises(tables.TableError, match=told):
        again("read", "read", **changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"surge": "2024"}, "surge: found 2024, expected a quarter from 2017-Q2 to 2025-Q1 with a total"),
        ({"fall": "2025-Q2"}, "fall: found 2025-Q2, expected a quarter from 2017-Q2"),
        ({"closing": "2017-Q1"}, "closing: found 2017-Q1, expected .* and one before it"),
        ({"first_quarter": "1999-Q1"}, "quarters shown: found 1999-Q1, expected some from 2017-Q1 to 2025-Q3"),
        ({"left_out": ["weather"]}, "left_out: found weather, expected some of visa, labour"),
        (
            {"compared_first": 2019, "compared_last": 2018},
            "found 2019 to 2018, expected years in their order, before 2024",
        ),
        ({"compared_last": 2024}, "found 2017 to 2024, expected years in their order, before 2024"),
        (
            {"compared_first": 2011, "compared_last": 2014},
            "2011 to 2014 have no step like that to 2019-Q1; choose more",
        ),
        ({"surge": "2025-Q1"}, "surge: found 2025-Q1, expected a quarter with purposes, and surely more entries"),
        ({"surge": "2020-Q4"}, "surge: found 2020-Q4, expected .* surely more entries than in 2020-Q3; choose another"),
        ({"fall": "2024-Q3"}, "fall: 2024-Q3 need not be below 2024-Q2; choose another"),
    ],
)
def test_a_parameter_outside_of_the_data_says_what_to_choose(again, changes, told):
    with pytest.raises(AssertionError, match=told):
        again(**changes)
