"""The charts of the reports: what their titles say, and that they look like the pictures that are committed."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from dprk_entries import charts, growth
from dprk_entries.study import bounds
from notebook_reports import paths, show


@pytest.fixture(scope="module")
def drawn(cells, laundering, figures, raw, assumed) -> dict[str, charts.Chart]:
    table = growth.table(cells, "2024", "2023", 2010, 2019, 2019)
    education, baseline = cells.interval("2024", "education"), cells.interval("2019", "education")
    return {
        "annual": charts.annual_entries(cells, "2024", "2023", "2019"),
        "purposes": charts.purposes(cells, raw["purposes"].set_index("code")["label"], "2024"),
        "quarterly": charts.quarterly_entries(cells, "2019-Q1", "2025-Q4"),
        "recovery": charts.growth_since_reopening(table, "2023-Q1"),
        "shares": charts.laundering_shares(laundering, "2024"),
        "prices": charts.price_of_assumptions(bounds.prices(education, assumed, baseline), "2024"),
        "map": charts.students_and_crossings(education, assumed, "2024"),
        "permits": charts.permits_and_registrations(figures, "2019-12-22"),
    }


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("annual", ["13,221", "11.8", "62 %"]),
        ("purposes", ["7,887", "13,221", "60 %"]),
        ("quarterly", ["3,765", "5,263", "2025-Q2"]),
        ("recovery", ["94 %", "6 %", "2024-Q3"]),
        ("shares", ["58 %"]),
        ("prices", ["68 %", "84 %", "students"]),
        ("map", ["986", "12.5", "315"]),
        ("permits", ["30,023", "11,490", "10,345"]),
    ],
)
def test_titles_say_the_known_numbers(drawn, name, numbers, plain):
    title = plain(drawn[name].title)
    assert all(number in title for number in numbers), title


@pytest.mark.parametrize(("name", "picture"), [("annual", "annual-entries"), ("map", "students-and-crossings")])
def test_a_chart_looks_like_the_picture_in_the_reports(drawn, name, picture, tmp_path):
    """Pixel by pixel, but for a few: another version of the drawing library may shade an edge otherwise."""
    with mpl.rc_context(charts.STYLE):
        drawn[name].fig.savefig(tmp_path / "now.png", dpi=show.PNG_DPI)
    committed_picture = paths.ROOT / f"reports/figures/{picture}.png"
    now, committed = (plt.imread(path) for path in (tmp_path / "now.png", committed_picture))
    assert now.shape == committed.shape
    assert (abs(now - committed).max(axis=2) > 0.1).mean() < 0.002
