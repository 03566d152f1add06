"""Each line of evidence by hand, and none without its figures."""

import pytest

from dprk_entries.study import evidence


@pytest.fixture(scope="module")
def lines(cells, visas, figures, assumed):
    return evidence.lines(cells, visas, figures, assumed, "2024", "2019")


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("Enrolment, both academic years", "83 to 100 %"),  # 1 - 4 x 250 / 6,000
        ("Enrolment, 2024-04", "93 to 100 %"),  # 1 - 4 x 100 / 6,000
        ("Enrolment, 2024-09-01/2025-06-30", "90 to 100 %"),  # 1 - 4 x 150 / 6,000
        ("Study places, 2024-09-01/2025-06-30", "96 to 100 %"),  # 1 - 4 x 50 / 6,000
        ("Study places, 2025-09-01/2026-06-30", "93 to 100 %"),
        ("Baseline", "65 to 68 %"),  # 1 - 2,050 / 6,000 and 1 - 1,950 / 6,000
        ("Study visas", "92 to 100 %"),  # 1 - 2 x 250 / 7,000
        ("Student registrations, 2018", "94 to 96 %"),  # 1 - 105 / 2,000 and 1 - 95 / 2,000
        ("Student registrations, 2019", "98 to 100 %"),  # 1 - 105 / 10,000 and 1 - 95 / 10,000
        ("Student registrations, 2019-01-01/2019-09-30", "99 %"),  # 1 - 80 / 8,000
        ("Substitution by 2018", "0 to 12 %"),  # none to 2,005 of 18,000
        ("Substitution by 2019", "0 to 100 %"),
        ("Declared work", "0.5 %"),  # 50 of 10,000
    ],
)
def test_the_share_of_each_line(lines, line, share):
    assert lines.loc[line, "share"] == share


def test_a_line_says_what_is_compared(lines, plain):
    compared = plain(lines["compared"])
    assert compared["Baseline"] == "6,000 education entries of 2024, 1,950 to 2,050 of 2019"
    assert compared["Study visas"] == "7,000 visas of 2024, up to 500 for enrolled students"
    assert compared["Declared work"] == "50 of 10,000 entries of 2024"
    for count in (
        "18,000 fewer work permits in 2018",
        "12,000 after 30,000",
        "1,995 to 2,005 more student and tourist",
    ):
        assert count in compared["Substitution by 2018"]


def test_the_fall_of_permits_and_the_rise_of_registrations(figures):
    assert evidence.substitution(figures, "2018") == ((18000, 18000), (1995, 2005))


def test_permits_that_need_not_have_fallen_make_no_line(figures):
    last = (figures["series"] == "work_permit_holders") & (figures["period"] == "2018-12-31")
    for high, says in ((29_999.0, True), (30_000.0, False)):
        assert bool(evidence.substitution(figures.assign(high=figures["high"].where(~last, high)), "2018")) == says


def test_a_line_without_its_figures_is_left_out(cells, visas, figures, assumed):
    fewer = figures[~figures["series"].isin(["residence_registrations", "enrolled_students", "study_places"])]
    found = evidence.lines(cells, visas, fewer, assumed, "2024", "2019")
    assert list(found.index) == ["Enrolment, both academic years", "Baseline", "Study visas", "Declared work"]


def test_figures_on_others_are_no_evidence(figures, raw):
    others = figures.assign(nationality=figures["nationality"].where(figures["series"] != "study_places", "CHN"))
    assert evidence.printed(others, "study_places", "2024-09-01/2025-06-30", "education") is None
    listed = evidence.published(others, raw["sources"].set_index("source_id"))
    assert "study places" not in set(listed["series"]) and len(listed)


def test_other_statistics_on_students_are_listed_as_printed(figures, raw):
    found = evidence.published(figures, raw["sources"].set_index("source_id"))
    listed = set(found[["series", "period", "as printed", "source"]].itertuples(index=False, name=None))
    assert ("consular visas", "2024", "7,000", "The Herald") in listed
    assert ("residence registrations", "2017", "about 100", "The Ministry") in listed
    assert len(listed) == len(found) == 1 + 5 + 2 + 2  # visas, registrations, students, places
