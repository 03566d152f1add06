import pytest

from reconcile import hedges, wording


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13,221", ("exact", "13221")),
        ("about 130", ("approx", "130")),
        ("Nearly 5,500", ("nearly", "5500")),
        (" more than 6,000 ", ("more_than", "6000")),
        ("over 6000", ("more_than", "6000")),
        ("at least 600", ("at_least", "600")),
        ("fewer than 50", ("fewer_than", "50")),
        ("under 50", ("fewer_than", "50")),
        ("up to 1,234,567", ("at_most", "1234567")),
    ],
)
def test_plain_wording_is_read(text, expected):
    assert wording.read(text) == expected


@pytest.mark.parametrize(
    "text", ["", "13 to 15", "3.2 thousand", "13,22", "1,2345", "130 or so", "a dozen", "about", "-5"]
)
def test_any_other_wording_is_not_guessed_at(text):
    assert wording.read(text) == ("", "")


def test_every_word_is_a_hedge_of_counts():
    assert all(hedges.HEDGES[hedge].for_counts for hedge in wording.WORDS.values())
