"""Each line of evidence by hand, and none without its figures."""

import pytest

from dprk_entries import evidence


@pytest.fixture(scope="module")
def lines(cells, visas, figures, assumed):
    return evidence.lines(cells, visas, figures, assumed, "2024", "2019")


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("Enrolment", "84 to 100 %"),  # 1 - 4 x 315 / 7,887
        ("Baseline", "58 to 61 %"),  # 1 - 3,250 / 7,887 and 1 - 3,150 / 7,887
        ("Study visas", "92 to 100 %"),  # 1 - 2 x 315 / 8,617
        ("Student registrations, 2018", "92 to 94 %"),  # 1 - 185 / 2,610 and 1 - 175 / 2,610
        ("Student registrations, 2019", "98 to 99 %"),
        ("Student registrations, 2019-01-01/2019-09-30", "98 %"),  # 1 - 162 / 7,162
        ("Substitution by 2018", "15 to 17 %"),  # 2,910 to 3,020 of 18,533
        ("Substitution by 2019", "100 %"),
        ("Declared work", "0.1 %"),
    ],
)
def test_the_share_of_each_line(lines, line, share):
    assert lines.loc[line, "share"] == share


def test_the_fall_of_permits_and_the_rise_of_registrations(figures):
    assert evidence.substitution(figures, "2018") == ((18533, 18533), (2910, 3020))


def test_a_line_without_its_figures_is_left_out(cells, visas, figures, assumed):
    fewer = figures[figures["series"] != "residence_registrations"]
    found = evidence.lines(cells, visas, fewer, assumed, "2024", "2019")
    assert list(found.index) == ["Enrolment", "Baseline", "Study visas", "Declared work"]
