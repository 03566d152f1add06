import pytest

from reconcile import hedges, wording


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13,221", ("exact", "13,221")),
        ("about 130", ("approx", "130")),
        ("Nearly 5,500", ("nearly", "5,500")),
        (" more than 6,000 ", ("more_than", "6,000")),
        ("over 6000", ("more_than", "6000")),
        ("at least 600", ("at_least", "600")),
        ("fewer than 50", ("fewer_than", "50")),
        ("under 50", ("fewer_than", "50")),
        ("up to 1.2 million", ("at_most", "1.2 million")),
    ],
)
def test_plain_wording_is_split_into_hedge_and_number(text, expected):
    assert wording.split(text) == expected


@pytest.mark.parametrize("text", ["", "roughly 130", "a dozen", "about", "-5"])
def test_any_other_wording_is_not_guessed_at(text):
    assert wording.split(text) == ("", "")


def test_every_word_is_a_hedge_of_counts():
    assert all(hedges.HEDGES[hedge].for_counts for hedge in wording.WORDS.values())
