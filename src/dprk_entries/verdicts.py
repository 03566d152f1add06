"""Verdicts on claims in print, as rows of claims-checked.csv have them: on whole claims, in words, and how they look.

Imports nothing heavy, as the front page needs them.
"""

from collections.abc import Iterable, Mapping

VERDICTS = ("holds", "holds within rounding", "holds, truncated", "cannot be decided", "misattributed", "false")
WRONG = VERDICTS[-2:]


def whole(checked: Iterable[Mapping[str, str]], column: str = "verdict") -> dict[str, str]:
    """Verdict on each claim, by claim_id: that of its weakest part. `column`: which of the verdicts on a number."""
    weakest: dict[str, str] = {}
    for row in checked:
        before = weakest.get(row["claim_id"], row[column])
        weakest[row["claim_id"]] = max(before, row[column], key=VERDICTS.index)
    return weakest


def misnamed(checked: Iterable[Mapping[str, str]]) -> set[str]:
    """The claims that name a unit in print that does not fit, by claim_id."""
    return {row["claim_id"] for row in checked if row["unit_verdict"] == "does not fit"}


def tally(count: int, verdict: str) -> str:
    """How many claims have a verdict, in words: 42 hold; 1 holds, truncated; 5 are false."""
    are = "" if verdict.startswith(("holds", "cannot")) else "is " if count == 1 else "are "
    return f"{count} {are}{verdict if count == 1 else verdict.replace('holds', 'hold')}"


def look(verdict: str, misnamed: bool) -> str:
    """How a card or mark of a claim looks; `misnamed`: whether it names a unit that does not fit."""
    if verdict.startswith("holds"):
        return "ring" if misnamed else "full"
    return "double" if verdict in WRONG else "dashed"
