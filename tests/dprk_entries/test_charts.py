"""What is drawn equals the data; titles and alt texts name computed numbers; withheld is not zero."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from dprk_entries import charts, growth
from dprk_entries.study import bounds
from reconcile.intervals import Interval


@pytest.fixture(scope="module")
def labels(raw) -> pd.Series:
    return raw["purposes"].set_index("code")["label"]


@pytest.fixture(scope="module")
def drawn(cells, laundering, figures, labels, assumed) -> dict[str, charts.Chart]:
    table = growth.table(cells, "2024", "2023", 2017, 2019, 2019)
    education, baseline = cells.interval("2024", "education"), cells.interval("2019", "education")
    return {
        "annual": charts.annual_entries(cells, "2024", "2023", "2019"),
        "purposes": charts.purposes(cells, labels, "2024"),
        "quarterly": charts.quarterly_entries(cells, "2019-Q1", "2025-Q3"),
        "recovery": charts.growth_since_reopening(table, "2023-Q1"),
        "shares": charts.laundering_shares(laundering, "2024"),
        "prices": charts.price_of_assumptions(bounds.prices(education, assumed, baseline), "2024"),
        "map": charts.students_and_crossings(education, assumed, "2024"),
        "permits": charts.permits_and_registrations(figures, "2019-12-22"),
    }


@pytest.mark.parametrize("name", ["annual", "purposes", "quarterly", "recovery", "shares", "prices", "map", "permits"])
def test_every_chart_has_title_alt_text_data_and_a_source_in_the_picture(drawn, name, plain):
    chart = drawn[name]
    assert chart.title and len(chart.alt) > 60 and not chart.data.empty
    assert chart.fig.get_supxlabel().replace("\n", " ").startswith("Source: Russian")
    assert chart.fig.get_suptitle().replace("\n", " ") == plain(chart.title)


@pytest.mark.parametrize("name", ["annual", "purposes", "quarterly", "permits"])
def test_bars_start_at_zero(drawn, name):
    for axes in drawn[name].fig.axes:
        low = axes.get_xlim()[0] if name == "purposes" else axes.get_ylim()[0]
        assert low == 0


def test_bar_lengths_are_the_annual_totals_and_the_year_without_one_has_no_bar(drawn):
    axes = drawn["annual"].fig.axes[0]
    assert [bar.get_height() for bar in axes.patches] == list(drawn["annual"].data["entries_high"])
    assert "not published" in [text.get_text() for text in axes.texts]


def test_stacked_bars_add_up_and_withheld_quarters_have_no_bar(drawn, cells):
    bars = drawn["quarterly"].fig.axes[0].patches
    tops: dict[int, float] = {}
    for bar in bars:
        if bar.get_facecolor()[3]:
            x = round(bar.get_x() + bar.get_width() / 2)
            tops[x] = tops.get(x, 0) + bar.get_height()
    quarters = list(drawn["quarterly"].data.index)
    assert tops == {i: cells.interval(q).low for i, q in enumerate(quarters) if cells.known(q)}
    assert (drawn["quarterly"].data["status"] == "not_published").sum() == 2


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("annual", "10,000 entries in 2024: 10.0 times 2023, 50 % of 2019"),
        ("purposes", "Education was the stated purpose of 6,000 of 10,000 entries in 2024 (60 %)"),
        ("quarterly", "Education made up 3,000 of 4,500 entries in 2024-Q3; from 2025-Q2 on no figure was published"),
        ("recovery", "By 2024-Q3 entries were back at 75 % of the same quarter of 2019; in 2025-Q1, the last "
                     "published, they were at 5 %"),
        ("shares", "At least 65 % of the education entries of 2024 are unexplained, with as much study as before the "
                   "pandemic"),
        ("prices", "With twice the students, at least 66 % of the education entries of 2024 stay unexplained instead "
                   "of 83 %"),
        ("map", "For half of the education entries of 2024 to be study takes 750 students at 4 crossings, or 12.0 "
                "crossings by 250"),
        ("permits", "Work permits fell from 30,000 (31 Dec 2017) to 12,000 (31 Dec 2018); student registrations rose "
                    "from about 100 (2017) to 10,000 (2019)"),
    ],
)  # fmt: skip
def test_the_title_says_the_computed_finding(drawn, name, title, plain):
    assert plain(drawn[name].title) == title


def test_bars_of_purposes_are_in_the_order_of_the_data(drawn):
    lengths = [bar.get_width() for bar in drawn["purposes"].fig.axes[0].patches]
    assert lengths[::-1] == list(drawn["purposes"].data["entries_high"])


def test_dots_stand_at_the_recovery_and_its_interval(drawn):
    lines, data = drawn["recovery"].fig.axes[0].lines[1:], drawn["recovery"].data
    for interval, dot, (low, high) in zip(
        lines[::2], lines[1::2], data[["share_low", "share_high"]].itertuples(index=False), strict=True
    ):
        assert list(interval.get_ydata()) == pytest.approx([100 * low, 100 * high], abs=0.01)
        assert dot.get_ydata()[0] == pytest.approx(50 * (low + high), abs=0.01)


def test_shares_are_drawn_from_low_to_high_and_said_in_words(drawn):
    axes, data = drawn["shares"].fig.axes[0], drawn["shares"].data
    ends = [list(line.get_xdata()) for line in axes.lines if line.get_color() == charts.RED][::-1]
    for (low, high), (left, right) in zip(data[["share_low", "share_high"]].itertuples(index=False), ends, strict=True):
        assert (left, right) == pytest.approx((100 * low, 100 * high), abs=0.7)  # a point has some width
    words = {text.get_text() for text in axes.texts}
    assert {"100 %", "95 to 100 %", "83 to 100 %", "65 to 100 %"} <= words


def test_bars_of_assumptions_run_from_doubled_to_halved_with_a_ring_where_dropped(drawn):
    axes, data = drawn["prices"].fig.axes[0], drawn["prices"].data
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches][::-1]
    rings = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata())][::-1]
    for bar, ring, (_, row) in zip(bars, rings, data.iterrows(), strict=True):
        assert bar == pytest.approx((100 * row["doubled"], 100 * row["halved"]), abs=0.01)
        assert ring == pytest.approx(100 * row["dropped"], abs=0.01)
    assert sorted(data["halved"] - data["doubled"], reverse=True) == list(data["halved"] - data["doubled"])


def test_lines_of_the_map_are_where_that_share_stays_unexplained(drawn, assumed):
    axes = drawn["map"].fig.axes[0]
    lines = [line for line in axes.lines if line.get_marker() == "None"]
    for line, share in zip(lines, (0.9, 0.75, 0.5), strict=True):
        for students, crossings in zip(line.get_xdata(), line.get_ydata(), strict=True):
            assert 1 - students * crossings / 6000 == pytest.approx(share)
    (box,) = [patch for patch in axes.patches if not patch.get_fill()]
    assert (box.get_width(), box.get_height()) == (assumed.students.high, assumed.entries_per_student.high)
    (dots,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert dots.get_xydata() == pytest.approx(np.array([[250, 12], [750, 4]]))


def test_a_map_without_students_or_crossings_has_finite_axes(assumed, plain):
    none = assumed._replace(students=Interval(0, 0), entries_per_student=Interval(0, 0))
    chart = charts.students_and_crossings(Interval(100, 100), none, "2024")
    assert not {"inf", "nan"} & set((plain(chart.title) + " " + chart.alt).split())


def test_permits_and_registrations_have_the_bars_and_labels_of_the_data(drawn, figures):
    data, printed = drawn["permits"].data, figures.set_index("observation_id")["as_stated"]
    for axes, (_, rows) in zip(drawn["permits"].fig.axes, data.groupby(level=0, sort=False), strict=True):
        assert [bar.get_height() for bar in axes.patches] == list(rows["high"])
        assert [text.get_text() for text in axes.texts[: len(rows)]] == list(printed[rows["observation_id"]])


def test_withheld_quarters_are_said_to_be_not_published(drawn):
    assert [text.get_text() for text in drawn["quarterly"].fig.axes[0].texts] == ["not published"]


def test_a_year_whose_purposes_are_not_all_known_has_no_bars(cells, labels):
    with pytest.raises(ValueError, match="purposes of 2023 are not all known"):
        charts.purposes(cells, labels, "2023")


def test_a_year_without_estimates_has_no_chart_of_them(laundering):
    told = r"laundering\.csv has no estimate for 2023: run notebook 03 with that year first"
    with pytest.raises(ValueError, match=told):
        charts.laundering_shares(laundering, "2023")


def test_permits_that_neither_rose_nor_fell_for_sure_are_said_to_have_gone(figures, plain):
    last = (figures["series"] == "work_permit_holders") & (figures["period"] == "2018-12-31")
    same = figures.assign(low=figures["low"].where(~last, 29_000.0), high=figures["high"].where(~last, 31_000.0))
    assert plain(charts.permits_and_registrations(same, "2019-12-22").title).startswith("Work permits went from 30,000")


def test_the_total_of_a_quarter_whose_purposes_are_open_is_hatched(drawn, cells):
    """As education is not known in 2019, the bar of its first quarter says 4,000 of any purpose."""
    hatched = [bar for bar in drawn["quarterly"].fig.axes[0].patches if bar.get_hatch()]
    quarters = [q for q in drawn["quarterly"].data.index if cells.known(q)]
    unknown = [q for q in quarters if not cells.interval(q, "education").exact]
    assert [bar.get_height() for bar in hatched] == [cells.interval(q).low for q in unknown]
    assert "2019-Q1" in unknown and "2023-Q3" not in unknown


def test_no_line_joins_periods(drawn):
    for line in drawn["recovery"].fig.axes[0].lines[1:]:
        assert len(set(line.get_xdata())) == 1


def test_a_chart_does_not_depend_on_the_hash_seed(entries, tmp_path):
    """Sets of text come in another order in every process."""
    entries.to_pickle(tmp_path / "entries.pickle")
    script = (
        "import sys, pandas as pd; from dprk_entries import charts; from dprk_entries.entries.look_up import Cells\n"
        "chart = charts.annual_entries(Cells(pd.read_pickle(sys.argv[1])), '2024', '2023', '2019')\n"
        "print([text.get_text() for text in chart.fig.axes[0].texts])"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "entries.pickle")],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(drawn) == 1
