"""What is drawn equals the data; titles and alt texts name computed numbers; withheld is not zero.

Each chart is drawn here by the function of its notebook, on the frozen tables, and looked at.
"""

import io
import math
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date
from matplotlib.figure import Figure

from dprk_entries import charts
from notebook_reports import paths
from notebook_reports.cite import Link, as_words
from reconcile import periods
from reconcile.intervals import Interval

CELLS = {  # of each chart: notebook, the cells from its data to the function that draws it
    "annual-entries": ("02", "say-annual", "draw-annual"),
    "purposes": ("02", "select-purposes", "draw-purposes"),
    "purposes-by-quarter": ("02", "select-purposes", "draw-quarters-of-purposes"),
    "quarterly-entries": ("02", "split-quarters", "draw-quarters"),
    "growth-since-reopening": ("02", "say-recovery", "draw-recovery"),
    "hundred-entries": ("03", "say-hundred", "draw-hundred"),
    "laundering-shares": ("03", "say-shares", "draw-shares"),
    "price-of-assumptions": ("03", "say-prices", "draw-prices"),
    "students-and-crossings": ("03", "say-breakdown", "draw-breakdown"),
    "permits-and-registrations": ("05", "select", "draw-moves"),
    "dated-events": ("07", "select-events", "draw-chart"),
}
PANELS = {"hundred-entries": 2, "permits-and-registrations": 3}
each_chart = pytest.mark.parametrize("name", CELLS)


@pytest.fixture(scope="module")
def drawn(notebooks):
    """The axes of a chart, by its name; where other values of some names are given, those it has then."""

    def of(name: str, **changes):
        names = notebooks.again(*CELLS[name], **changes)
        axes = Figure().subplots(1, PANELS.get(name, 1))
        names["draw"](axes)
        return axes

    return of


@pytest.fixture(scope="module")
def data(notebooks):
    """The CSV behind a chart."""
    return lambda name: pd.read_csv(notebooks.root / paths.FIGURES / f"{name}.csv", index_col=0, dtype={"year": str})


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def is_open(bar) -> bool:
    """Whether it is pale: what can be, and need not be."""
    return bar.get_facecolor()[3] < 1


@each_chart
def test_every_chart_has_a_title_a_subtitle_alt_text_a_source_and_data(notebooks, data, name):
    told = notebooks.figure(name)
    title = str(as_words(told["title"]))
    assert title and told["subtitle"]
    assert told["alt"].startswith(f"{title}. ") and len(told["alt"]) > len(title) + 60
    assert told["source"].startswith("Russian")
    assert not data(name).empty


@each_chart
def test_no_text_is_smaller_than_12_pixels_or_stands_outside_of_its_drawing(notebooks, name):
    """In points, three quarters of a pixel, as both drawings are written."""
    for svg in notebooks.drawings(name):
        sizes = re.findall(r"font(?:-size)?: (?:\w+ )?([\d.]+)px", svg)
        assert sizes and min(map(float, sizes)) >= 9
        assert {*re.findall(r"rotate\(-?([\d.]+)", svg)} <= {"0"}  # no text stands on end
        assert "Source" not in svg  # the plot alone


@each_chart
def test_marks_lead_to_entries(notebooks, name):
    for svg in notebooks.drawings(name):
        links = [link.get("href") for link in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}a")]
        assert links and all(link.startswith("../reports/sources/") for link in links)


@pytest.mark.parametrize(
    "name", ["annual-entries", "purposes", "quarterly-entries", "permits-and-registrations", "dated-events"]
)
def test_bars_start_at_zero(drawn, name):
    for axes in np.atleast_1d(drawn(name)):
        low = axes.get_xlim()[0] if name == "purposes" else axes.get_ylim()[0]
        assert low == 0


def test_bar_lengths_are_the_annual_totals_and_a_year_without_one_has_what_is_known_of_it(drawn, data, cells):
    axes = drawn("annual-entries")
    whole, part = axes.containers
    assert [bar.get_height() for bar in whole] == list(data("annual-entries")["entries_high"])
    assert [bar.get_height() for bar in part] == [cells.interval("2025-Q1").high]
    assert is_open(part[0])
    assert "only January to March 2025: 200" in [text.replace("\n", " ") for text in texts(axes)]
    assert "2025" not in data("annual-entries").index
    least = data("annual-entries")["entries_low"].min()
    assert f"{least:,}" in texts(axes)  # however short its bar


def test_of_a_year_without_any_figure_it_is_said_that_none_was_published(drawn):
    axes = drawn("annual-entries", quarters=pd.DataFrame())
    assert "not published" in texts(axes) and len(axes.containers) == 1


def test_stacked_bars_add_up_and_withheld_quarters_have_no_bar(drawn, data, cells):
    tops: dict[int, float] = {}
    bars = [bar for bars in drawn("quarterly-entries").containers for bar in bars]
    for bar in bars:
        x = round(bar.get_x() + bar.get_width() / 2)
        tops[x] = tops.get(x, 0) + bar.get_height()
        if bar.get_y():
            assert bar.get_y() + bar.get_height() == cells.interval(data("quarterly-entries").index[x]).low
    assert sum(bar.get_y() > 0 for bar in bars) >= 5  # on education
    quarters = list(data("quarterly-entries").index)
    assert tops == {i: cells.interval(q).low for i, q in enumerate(quarters) if cells.known(q)}
    assert (data("quarterly-entries")["status"] == "not_published").sum() == 2


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("annual-entries", "10,000 entries in 2024: 10.0 times 2023, 50 % of 2019"),
        ("purposes", "Education was the stated purpose of 6,000 of 10,000 entries in 2024 (60 %)"),
        ("quarterly-entries", "Education made up 3,000 of 4,500 entries in July to September 2024"),
        ("growth-since-reopening", "Entries were back at 75 % of 2019 in July to September 2024"),
        ("purposes-by-quarter", "Of 6,000 education entries, 5,000 came in July to December 2024"),
        ("hundred-entries", "At 4 entries each, reported students explain at most 17 of 100 education entries"),
        ("laundering-shares", "At least 65 % stays unexplained even if study equalled all education entries of 2019"),
        ("price-of-assumptions", "Twice the students: at least 66 % unexplained, not 83 %"),
        ("students-and-crossings", "Half can be study only with 750 students at 4 entries, or 250 at 12.0"),
        ("permits-and-registrations", "Work permits fell from 30,000 to 12,000; student registrations rose from about "
                                      "100 to 10,000"),
        ("dated-events", "Entries went from 1,500 to 4,500 in July to September 2024"),
    ],
)  # fmt: skip
def test_the_title_says_the_computed_finding(notebooks, name, title):
    assert str(as_words(notebooks.figure(name)["title"])) == title


def test_bars_of_purposes_are_in_the_order_of_the_data(drawn, data):
    lengths = [bar.get_width() for bar in drawn("purposes").patches if not is_open(bar)]
    assert lengths[::-1] == list(data("purposes")["entries_high"])
    first = texts(drawn("purposes"))[-1]
    assert first == "6,000 (60.0 %)"


def test_each_purpose_of_each_quarter_has_a_bar_from_its_own_line_and_a_range_drawn_as_one(drawn, data, cells):
    axes, rows = drawn("purposes-by-quarter"), data("purposes-by-quarter")
    bars = [bar for bars in axes.containers for bar in bars]
    scale = 1.3 * rows["high"].max()
    for code, row in rows.iterrows():
        assert (row["low"], row["high"]) == cells.interval(row["quarter"], code)
        sure, left = bars.pop(0), int(row["quarter"][-1]) - 1
        assert (sure.get_x(), sure.get_width()) == pytest.approx((left, row["low"] / scale)) and not is_open(sure)
        if row["low"] < row["high"]:
            end = bars.pop(0)
            ends = [end.get_x() - left, end.get_x() + end.get_width() - left]
            assert ends == pytest.approx([row["low"] / scale, row["high"] / scale]) and is_open(end)
    assert not bars and rows["high"].gt(rows["low"]).any()
    assert [text.get_text() for text in axes.get_xticklabels()] == ["Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec"]


def test_dots_stand_at_the_recovery_and_its_interval(drawn, data):
    axes, ends = drawn("growth-since-reopening"), data("growth-since-reopening")[["share_low", "share_high"]] * 100
    (intervals,) = axes.collections
    segments = [segment[:, 1] for segment in intervals.get_segments()]
    assert np.array(segments) == pytest.approx(ends.to_numpy(), abs=0.01)
    dots = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == pytest.approx(ends.mean(axis=1).to_list(), abs=0.01)


def test_of_a_hundred_squares_no_fewer_stay_unexplained_than_surely_do(drawn, data):
    """83.3 percent are left by the students reported, 65.8 by as much study as in 2019."""
    grid, key = drawn("hundred-entries")
    groups = [group.get_path().vertices.reshape(-1, 5, 2)[:, 0] for group in grid.patches]
    assert [len(squares) for squares in groups] == [17, 18, 65] == list(data("hundred-entries")["squares"])
    assert {tuple(place) for place in np.concatenate(groups)} == {(x, y) for x in range(10) for y in range(10)}
    looks = [(group.get_hatch(), group.get_facecolor()) for group in grid.patches]
    assert len(set(looks)) == 3 and looks == [(mark.get_hatch(), mark.get_facecolor()) for mark in key.patches]
    assert [text.replace("\n", " ") for text in texts(key)] == list(data("hundred-entries").index) == [
        "17 at most: the students reported, up to 4 crossings each",
        "18 more only if study was as large as all education entries of 2019",
        "65 at least: explained by neither",
    ]  # fmt: skip


def test_what_no_square_stands_for_is_not_named(notebooks, drawn):
    """As where the students reported explain no fewer than the study of 2019 would."""
    shares = notebooks.names["03"]["shares"]
    grid, key = drawn("hundred-entries", shares=shares.assign(result=[Interval(0.6583, 1)] * len(shares)))
    assert len(grid.patches) == len(key.patches) == 2
    assert texts(key)[1] == "65 at least: explained by neither"


def test_shares_are_drawn_full_to_the_least_and_faint_to_the_most_the_weakest_assumption_on_top(drawn, data):
    axes, rows = drawn("laundering-shares"), data("laundering-shares")
    assert list(rows.index) == ["2019-ceiling", "reported-students", "one-entry-each"]
    ends = 100 * rows[["share_low", "share_high"]].to_numpy()
    full = [line for line in axes.lines if not line.get_alpha()]
    faint = [line for line in axes.lines if line.get_alpha()]
    for lines, expected in ((full, [[0, least] for least, _ in ends]), (faint, ends)):
        heights = [line.get_ydata()[0] for line in lines]
        assert heights == sorted(heights)
        assert np.array([list(line.get_xdata()) for line in lines][::-1]) == pytest.approx(np.array(expected), abs=0.01)
    said = [text for text in texts(axes) if text.startswith("at least")][::-1]
    assert said == ["at least 65 %", "at least 83 %", "at least 95 %"]
    assert texts(axes)[-1] == "No more study than all education entries of 2019"


def test_bars_of_assumptions_run_from_what_stands_to_half_and_twice_with_a_ring_where_dropped(drawn, data):
    axes, rows = drawn("price-of-assumptions"), data("price-of-assumptions")
    heights = range(len(rows))[::-1]

    def ends(*changes: str) -> list[tuple[int, float]]:
        moved = [(y, row[change]) for y, (_, row) in zip(heights, rows.iterrows(), strict=True) for change in changes
                 if row[change] != row["as_it_stands"]]  # fmt: skip
        return sorted((y, 100 * share) for y, share in moved)

    tips = [(bar.get_y() + bar.get_height() / 2, bar.get_x() + bar.get_width()) for bar in axes.patches]
    (rings,) = [line.get_xydata()[:, ::-1] for line in axes.lines if line.get_marker() == "o"]
    assert np.array(sorted(tips)) == pytest.approx(np.array(ends("halved", "doubled")), abs=0.01)
    assert np.array(sorted(map(tuple, rings))) == pytest.approx(np.array(ends("dropped")), abs=0.01)
    assert sorted(rows["halved"] - rows["doubled"], reverse=True) == list(rows["halved"] - rows["doubled"])


def test_an_assumption_that_moves_nothing_has_no_bar_and_every_colour_a_name(drawn, data):
    axes, rows = drawn("price-of-assumptions"), data("price-of-assumptions")
    assert "study_entries_of_the_ceiling" not in rows.index
    assert (rows.max(axis=1) > rows.min(axis=1)).all()
    named = [text.get_text() for text in axes.get_legend().get_texts()]
    assert sorted(named) == ["as it stands, 83 %", "doubled", "dropped", "halved"]
    assert {"66 %", "91 %"} <= set(texts(axes))


def test_curves_of_what_it_takes_are_where_that_share_stays_unexplained(drawn, data, shown):
    axes = drawn("students-and-crossings")
    *curves, box = [line for line in axes.lines if line.get_marker() == "None"]
    for curve, share in zip(curves, (0.5, 0.25, 0), strict=True):
        assert curve.get_label() == f"{100 * share:.0f} % unexplained"
        for students, entries in curve.get_xydata():
            assert 1 - students * entries / 6000 == pytest.approx(share)
    assert max(map(tuple, box.get_xydata())) == (250, 4)
    (dots,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert dots.get_xydata() == pytest.approx(np.array([[250, 12], [750, 4], [1125, 4], [1500, 4]]))
    assert list(data("students-and-crossings")["students_at_4_entries"]) == [750, 1125, 1500]
    table = shown("03", "For half of the education entries of 2024 to be study takes at least 750 students")
    assert list(table.loc["25 %"]) == ["4,500 of 6,000 entries", "1,125", "18.0"]


def test_people_counted_in_one_region_have_a_mark_on_the_map(notebooks, drawn):
    published = notebooks.names["03"]["published"]
    there = published.head(1).assign(series="persons_present_primorye", as_stated="619", low=619.0, high=619.0)
    axes = drawn("students-and-crossings", published=pd.concat([published, there]))
    (mark,) = [line for line in axes.lines if line.get_marker() == "s"]
    assert mark.get_xydata() == pytest.approx(np.array([[619, 4]])) and mark.get_label() == "619 in Primorye"


@pytest.mark.parametrize("ends", [Interval(0, 0), Interval(0, math.inf)])
def test_a_map_without_students_or_entries_or_with_any_number_has_finite_axes(notebooks, drawn, assumed, ends):
    none = assumed._replace(students_first_half=ends, students_second_half=ends, entries_per_student=Interval(0, 0))
    changes = {"assumed": none, "education": Interval(100, 100)}
    title = notebooks.again("03", "say-breakdown", "say-breakdown", **changes)["title"]
    assert not {"inf", "nan"} & set(str(title).split())
    assert np.isfinite([*drawn("students-and-crossings", **changes).get_xlim()]).all()


def test_permits_and_registrations_stand_at_their_days_with_the_labels_of_the_data_on_one_scale(drawn, data, figures):
    printed = figures.set_index("observation_id")["as_stated"]
    rows, panels = data("permits-and-registrations"), drawn("permits-and-registrations")
    for axes, (_, own) in zip(panels, rows.groupby(level=0, sort=False), strict=True):
        assert [bar.get_height() for bar in axes.patches] == list(own["high"])
        assert [text.replace("\n", " ") for text in texts(axes)][: len(own)] == list(printed[own["observation_id"]])
        days = [num2date(bar.get_x()).date() for bar in axes.patches]
        assert days == [periods.days(period)[0] for period in own["period"]]
    assert len({(*axes.get_xlim(), *axes.get_ylim()) for axes in panels}) == 1


def test_the_days_of_the_resolutions_stand_in_every_panel(drawn):
    """Not those of another resolution, nor what was no day of theirs."""
    for axes in drawn("permits-and-registrations"):
        days = [f"{num2date(line.get_segments()[0][0, 0]):%Y-%m-%d}" for line in axes.collections]
        assert days == ["2017-09-11", "2017-12-22", "2019-12-22"]
        assert texts(axes)[-3:] == ["2375", "2397", "last day"]


def test_withheld_quarters_are_said_to_be_withheld_and_not_zero(drawn):
    for name in ("quarterly-entries", "dated-events"):
        axes = drawn(name)
        assert "from April 2025\nwithheld, not zero" in texts(axes)
        (ground,) = {*axes.patches} - {bar for bars in axes.containers for bar in bars}
        assert (ground.get_x(), ground.get_x() + ground.get_width()) == (24.5, 26.5)  # after the 25 quarters published


def test_columns_are_named_beside_them_and_years_below(drawn):
    axes = drawn("quarterly-entries")
    said = [text.replace("\n", " ") for text in texts(axes)]
    assert "Jul to Sep 2024: 4,500 entries, 3,000 of them education" in said
    assert {"education", "other purposes", "split by purpose not known", "200"} <= {*said}
    assert not axes.get_legend()
    assert [text.get_text() for text in axes.get_xticklabels()] == [str(year) for year in range(2019, 2026)]
    assert axes.get_yticklabels()[-1].get_text() == "6,000"


@pytest.mark.parametrize(("inches", "step"), [(7.3, 1), (3.3, 2)])
def test_where_a_phone_has_no_room_every_other_year_is_named(inches, step):
    axes = Figure((inches, 3)).subplots()
    charts.quarter_axis(axes, list(periods.span("2019-Q1", "2025-Q4")))
    assert [text.get_text() for text in axes.get_xticklabels()] == [str(year) for year in range(2019, 2026, step)]


@pytest.mark.parametrize("year", ["2019", "2023"])
def test_a_year_whose_purposes_are_hardly_known_is_drawn_too(drawn, notebooks, year):
    for name in ("purposes", "purposes-by-quarter"):
        assert drawn(name, this=year).patches
    title = str(notebooks.again("02", "select-purposes", "select-quarters-of-purposes", this=year)["title"])
    assert year in title and len(title.split()) <= 15


def test_what_can_be_education_where_that_is_not_known_is_drawn_as_a_line(drawn, cells):
    lines = drawn("quarterly-entries").collections[0]
    assert [0, cells.interval("2019-Q1", "education").high] in [
        list(segment[:, 1]) for segment in lines.get_segments()
    ]  # fmt: skip


def test_an_event_is_named_beside_its_day_and_leads_to_its_source(drawn, notebooks):
    noted = notebooks.names["02"]["events"].tail(1).assign(short="a treaty")
    axes = drawn("quarterly-entries", noted=noted)
    assert "19 Jun 2024: a treaty" in [text.replace("\n", " ") for text in texts(axes)]
    (line,) = axes.lines
    assert list(line.get_xdata()) == pytest.approx([20.5 + 79 / 91] * 2)  # 1 April is the first of 91 days, at 20.5
    assert Link.from_url(line.get_url()).address == "index.html#ARMY2024"


def test_a_dot_stands_for_each_event_at_its_day_and_its_kind_above_all_bars(drawn, data):
    axes, rows = drawn("dated-events"), data("dated-events")
    (dots,) = axes.collections
    assert list(dots.get_offsets()[:, 0]) == [3.5, pytest.approx(20.5 + 79 / 91)]  # a month stands at its first day
    kinds = dict(zip(axes.get_yticks(), [text.get_text() for text in axes.get_yticklabels()], strict=True))
    assert [kinds[height] for height in dots.get_offsets()[:, 1]] == ["border closure", "treaty"]
    heights = [height for height, kind in kinds.items() if not kind[0].isdigit()]
    (bars,) = axes.containers
    assert min(heights) > rows["entries_high"].max() == max(bar.get_height() for bar in bars)
    assert rows.loc[["2020-Q1", "2024-Q2"], "events"].to_list() == ["2020-01", "2024-06-19"]


def test_each_point_of_a_scatter_leads_to_an_entry_of_its_own():
    axes = Figure().subplots()
    links = [Link(f"2024.html#{name}", name) for name in "ab"]
    dots = axes.scatter([1, 2], [3, 4])
    charts.lead(dots, links)
    file = io.StringIO()
    axes.figure.savefig(file, format="svg")
    assert re.findall(r'xlink:href="([^"]+)" target', file.getvalue()) == [link.url() for link in links]
    with pytest.raises(ValueError, match="found 1 link for 2 points"):
        charts.lead(dots, links[:1])


def test_purposes_that_are_known_within_ranges_are_drawn_from_low_to_high(drawn, notebooks):
    bars = drawn("purposes", this="2023").patches
    sure, open_ends = ([bar for bar in bars if is_open(bar) == vague] for vague in (False, True))
    cells = notebooks.names["02"]["cells"]
    drawn_ends = [(bar.get_width(), end.get_x() + end.get_width()) for bar, end in zip(sure, open_ends, strict=True)]
    codes = [code for code in cells.purposes("2023") if cells.interval("2023", code).high]
    assert sorted(drawn_ends) == sorted(tuple(cells.interval("2023", code)) for code in codes)
    assert [end.get_x() for end in open_ends] == [bar.get_width() for bar in sure]


def test_permits_that_neither_rose_nor_fell_for_sure_are_said_to_have_gone(notebooks):
    figures = notebooks.names["05"]["figures"]
    last = (figures["series"] == "work_permit_holders") & (figures["period"] == "2018-12-31")
    same = figures.assign(low=figures["low"].where(~last, 29_000.0), high=figures["high"].where(~last, 31_000.0))
    title = notebooks.again("05", "select", "say", figures=same)["title"]
    assert title.startswith("Work permits went from 30,000")


def test_permits_that_need_not_have_fallen_have_no_share(notebooks):
    figures = notebooks.names["05"]["figures"]
    last = (figures["series"] == "work_permit_holders") & (figures["period"] == "2018-12-31")
    same = figures.assign(high=figures["high"].where(~last, 31_000.0))
    with pytest.raises(AssertionError, match="permits need not have fallen in 2018"):
        notebooks.again("05", "select", "measure-fall", figures=same)


def test_registrations_can_stand_for_all_permits_at_most(shown):
    rows = shown("05", "Rise of registrations")
    assert list(rows.loc["2018"]) == ["18,000", "1,995 to 2,005", "at most 12 %", "at most 7 %"]
    assert list(rows.iloc[-1])[2:] == ["at most 100 %", "at most 74 %"]


def test_the_total_of_a_quarter_whose_purposes_are_open_is_pale(drawn, data, cells):
    """As education is not known in 2019, the bar of its first quarter says 4,000 of any purpose."""
    pale = [bar for bars in drawn("quarterly-entries").containers for bar in bars if is_open(bar)]
    quarters = [q for q in data("quarterly-entries").index if cells.known(q)]
    unknown = [q for q in quarters if not cells.interval(q, "education").exact]
    assert [bar.get_height() for bar in pale] == [cells.interval(q).low for q in unknown]
    assert "2019-Q1" in unknown and "2023-Q3" not in unknown


def test_no_line_joins_periods(drawn):
    axes = drawn("growth-since-reopening")
    for line in axes.lines:
        assert len(set(line.get_xdata())) == 1 or len(set(line.get_ydata())) == 1  # a dot, or the line at 100 %
    (intervals,) = axes.collections
    assert all(len(set(segment[:, 0])) == 1 for segment in intervals.get_segments())


@pytest.mark.parametrize(("period", "text"), [("2017-12-31", "31 Dec 2017"), ("2018-09", "Sep 2018"), ("2018", "2018")])
def test_days_and_months_are_written_as_newspapers_do(period, text):
    assert charts.day(period) == text
