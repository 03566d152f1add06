"""Each line of evidence by hand, and none without its figures."""

import pytest

from dprk_entries.study import evidence


@pytest.fixture(scope="module")
def lines(cells, visas, figures, assumed):
    return evidence.lines(cells, visas, figures, assumed, "2024", "2019")


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("Enrolment, both academic years", "84 to 100 %"),  # 1 - 4 x 315 / 7,887
        ("Enrolment, 2024-04", "93 to 100 %"),  # 1 - 4 x 135 / 7,887
        ("Enrolment, 2024-09-01/2025-06-30", "90 to 100 %"),  # 1 - 4 x 180 / 7,887
        ("Study places, 2024-09-01/2025-06-30", "97 to 100 %"),  # 1 - 4 x 55 / 7,887
        ("Study places, 2025-09-01/2026-06-30", "94 to 100 %"),  # 1 - 4 x 100 / 7,887
        ("Study places, 2026-09-01/2027-06-30", "91 to 100 %"),  # 1 - 4 x 170 / 7,887
        ("Baseline", "58 to 61 %"),  # 1 - 3,250 / 7,887 and 1 - 3,150 / 7,887
        ("Study visas", "92 to 100 %"),  # 1 - 2 x 315 / 8,617
        ("Student registrations, 2018", "92 to 94 %"),  # 1 - 185 / 2,610 and 1 - 175 / 2,610
        ("Student registrations, 2019", "98 to 99 %"),
        ("Student registrations, 2019-01-01/2019-09-30", "98 %"),  # 1 - 162 / 7,162
        ("Substitution by 2018", "0 to 17 %"),  # none to 3,020 of 18,533
        ("Substitution by 2019", "0 to 100 %"),
        ("Declared work", "0.1 %"),
    ],
)
def test_the_share_of_each_line(lines, line, share):
    assert lines.loc[line, "share"] == share


def test_the_fall_of_permits_and_the_rise_of_registrations(figures):
    assert evidence.substitution(figures, "2018") == ((18533, 18533), (2910, 3020))


def test_a_line_without_its_figures_is_left_out(cells, visas, figures, assumed):
    fewer = figures[~figures["series"].isin(["residence_registrations", "enrolled_students", "study_places"])]
    found = evidence.lines(cells, visas, fewer, assumed, "2024", "2019")
    assert list(found.index) == ["Enrolment, both academic years", "Baseline", "Study visas", "Declared work"]


def test_other_statistics_on_students_are_listed_as_printed(figures, raw):
    found = evidence.published(figures, raw["sources"].set_index("source_id"))
    assert not {"border entries", "russian departures"} & set(found["series"])
    assert {"8,617", "130", "10,345"} <= {text.removeprefix("about ") for text in found["as printed"]}
    assert not found.duplicated(["series", "period", "as printed"]).any()
