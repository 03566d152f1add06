"""Plain wording of a number in print: which hedge it has, and the number."""

import re

# The words before a number, and the hedge that each is read as (see `hedges`).
WORDS = {
    "": "exact", "about": "approx", "nearly": "nearly", "more than": "more_than", "over": "more_than",
    "at least": "at_least", "fewer than": "fewer_than", "under": "fewer_than", "up to": "at_most",
}  # fmt: skip
# Wording that is read without asking. Any other is read by a person, not guessed at.
PLAIN = re.compile(rf"({'|'.join(WORDS)})\s*(\d.*)", re.IGNORECASE)


def split(text: str) -> tuple[str, str]:
    """Hedge and number of plain wording: `more_than` and `6,000` for "more than 6,000"; both empty for any other
    wording. What stands from the first digit on is taken for the number, as printed."""
    plain = PLAIN.fullmatch(text.strip())
    return (WORDS[plain[1].lower()], plain[2]) if plain else ("", "")
