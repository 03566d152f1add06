"""What would change without a figure is what a table without its row says."""

import pandas as pd
import pytest

from dprk_entries.entries import influence, reconciliation
from dprk_entries.entries.cell import Cell
from reconcile.intervals import Interval

# A total that two read, one of three figures of a half-year and its quarters, one of each kind of conflict, a purpose,
# a mode of transport, a part of a year.
FIGURES = ["F0001", "F0004", "F0005", "F0014", "F0017", "F0028", "F0030", "F0031", "F0036", "F0037", "F0044", "F0046"]


@pytest.fixture(scope="module")
def changes(figures, raw) -> pd.DataFrame:
    own = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    return influence.influence(own, raw["sources"], raw["purposes"])


@pytest.mark.parametrize("observation_id", FIGURES)
def test_counts_without_a_figure_are_those_of_a_table_without_its_row(changes, figures, raw, entries, observation_id):
    own = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    less = own[own["observation_id"] != observation_id]
    without, _ = reconciliation.reconcile(less, raw["sources"], raw["purposes"])
    key = ["period", "purpose", "transport"]
    before = entries[(entries["series"] == "border_entries") & (entries["nationality"] == "PRK")].set_index(key)
    after = {row[:3]: Interval(*row[3:]) for row in without[[*key, "low", "high"]].itertuples(index=False, name=None)}
    system = reconciliation.system(less, raw["sources"], raw["purposes"])  # a cell that nobody prints has no row
    expected = {}
    for cell, row in before[before["low"].notna()].iterrows():
        value = after.get(cell) or system.bound(Cell(*cell)).value
        if value != (row["low"], row["high"]):
            expected[cell] = value
    found = changes[changes["observation_id"] == observation_id]
    assert {row[3:6]: Interval(*row[6:]) for row in found.itertuples(index=False, name=None)} == expected


def test_a_figure_that_others_say_again_changes_nothing(changes):
    twice = {"F0001", "F0031", "F0032"}  # another reader prints it, or another paper of the same reader
    assert not twice & set(changes["observation_id"])


def test_without_the_only_figure_of_a_year_nothing_limits_its_quarters(changes):
    lost = changes[changes["observation_id"] == "F0044"].set_index(["period", "purpose"])  # the year 2020
    assert tuple(lost.loc[("2020", "_T"), ["low", "high"]]) == (900, float("inf"))
    assert tuple(lost.loc[("2020-Q2", "_T"), ["low", "high"]]) == (0, float("inf"))


def test_what_an_earlier_run_kept_is_what_a_fresh_one_gives(figures, raw, tmp_path):
    own = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    less = own[own["observation_id"] != "F0014"]
    file = tmp_path / "kept.json"
    for broken in (None, b"{"):  # none yet, and one that is no table of results
        if broken:
            file.write_bytes(broken)
        before = influence.Kept(file)
        influence.influence(own, raw["sources"], raw["purposes"], before.leaving)
        before.write()
        kept = influence.Kept(file)
        found = influence.influence(less, raw["sources"], raw["purposes"], kept.leaving)
        pd.testing.assert_frame_equal(found, influence.influence(less, raw["sources"], raw["purposes"]))
        known = [key for key in kept.asked if key in kept.before]
        assert 0 < len(known) < len(kept.asked)  # all but the component of the figure
