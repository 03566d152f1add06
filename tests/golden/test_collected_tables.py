"""The hand-kept tables hold all that was collected, and read each figure as it was printed."""

import pytest


def test_all_figures_and_sources_are_there(raw):
    assert len(raw["observations"]) >= 516
    assert len(raw["sources"]) >= 105


def test_every_figure_has_a_place_in_its_source(raw):
    assert (raw["observations"]["locator"] != "").all()


@pytest.mark.parametrize(
    ("observation_id", "qualifier", "low", "high"),
    [
        ("F0008", "approx", 20500, 21500),  # about 21,000
        ("F0005", "range", 11500, 15500),  # 12-15 thousand
        ("F0106", "nearly", 12000, 13000),  # nearly 13,000
        ("F0178", "odd", 5200, 5299),  # 5,200-odd
        ("F0188", "nearly", 5400, 5500),  # nearly 5,500
        ("F0256", "rounded", 9150, 9250),  # 9.2 thousand
        ("F0298", "nearly", 170, 180),  # almost 180
        ("F0111", "misprint", 13, 13),  # 13 citizens
    ],
)
def test_figures_are_read_as_printed(figures, observation_id, qualifier, low, high):
    row = figures.set_index("observation_id").loc[observation_id]
    assert (row["qualifier"], row["low"], row["high"]) == (qualifier, low, high)


@pytest.mark.parametrize("table", ["observations", "claims"])
def test_wording_that_is_ours_is_marked_and_all_other_can_be_that_of_its_source(raw, table):
    rows = raw[table].merge(raw["sources"][["source_id", "language"]])
    ours = rows["as_stated_language"] == "en"
    assert ours.any() and not (ours & (rows["language"] == "en")).any()
    theirs = rows[~ours].set_index("language")["as_stated"]
    assert not theirs[theirs.index.isin(["bg", "ko", "ru"])].str.contains("[A-Za-z]").any()
    assert not theirs[theirs.index.isin(["bg", "de", "es", "ru"])].str.contains(r"\d,\d{3}").any()


def test_headlines_are_quoted_in_their_own_language(raw):
    rows = raw["claims"].merge(raw["sources"][["source_id", "title", "language"]])
    own = (rows["locator"] == "headline") & (rows["language"] != "en") & (rows["as_stated_language"] == "")
    assert own.any()
    for row in rows[own].itertuples():
        assert row.as_stated in row.title


def test_series_that_measure_other_things_stay_apart(raw):
    observations = raw["observations"]
    assert observations.groupby("series")["unit"].nunique().max() == 1
    units = observations.groupby("series")["unit"].first()
    assert (units["border_entries"], units["residence_registrations"]) == ("crossings", "registrations")
    association = observations[observations["source_id"] == "TASS20260110"]
    assert "russian_departures" not in set(association["series"])  # another counter than the border service


def test_modes_of_transport_stand_in_their_own_column(raw):
    modes = raw["observations"][raw["observations"]["transport"] != "_T"]
    assert len(modes) >= 20
    assert set(modes["purpose"]) == {"_T"}


def test_the_assumed_numbers_of_students_are_those_printed(raw, figures):
    assumed = raw["assumptions"].set_index("assumption_id")
    printed = figures[figures["series"] == "enrolled_students"].set_index("period")
    for name, period in (("students_2023_24", "2024-04"), ("students_2024_25", "2024-09-01/2025-06-30")):
        assert tuple(assumed.loc[name, ["low", "high"]]) == tuple(printed.loc[period, ["low", "high"]])
