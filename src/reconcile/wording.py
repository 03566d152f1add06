"""Plain wording of a number in print: which hedge it has, and its digits."""

import re

# The words before a number, and the hedge that each is read as (see `hedges`).
WORDS = {
    "": "exact", "about": "approx", "nearly": "nearly", "more than": "more_than", "over": "more_than",
    "at least": "at_least", "fewer than": "fewer_than", "under": "fewer_than", "up to": "at_most",
}  # fmt: skip
# Wording that is read without asking. Any other is read by a person, not guessed at.
PLAIN = re.compile(rf"({'|'.join(WORDS)})\s*(\d{{1,3}}(?:,\d{{3}})+|\d+)", re.IGNORECASE)


def read(text: str) -> tuple[str, str]:
    """Hedge and digits of a number in plain wording: `more_than` and `6000` for "more than 6,000"; both empty for any
    other wording."""
    plain = PLAIN.fullmatch(text.strip())
    return (WORDS[plain[1].lower()], plain[2].replace(",", "")) if plain else ("", "")
