"""Claims in print as cards, and all of them by verdict in a strip (see `notebook_reports.cards`)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from textwrap import shorten
from typing import Any

import pandas as pd

from dprk_entries import cite, claims
from dprk_entries.entries import addresses
from dprk_entries.site import quotes
from dprk_entries.verdicts import WRONG, look, tally
from notebook_reports.cards import Card, Mark, Part, Row, Text
from notebook_reports.cite import Words, join
from notebook_reports.cite import cite as cited

LONGEST = 80  # characters of a claim, where it is named in the strip


def cards(
    ledger: pd.DataFrame, checked: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame,
    behind: Callable[[Any], Iterable[Text]] = lambda row: (),
) -> dict[str, Card]:  # fmt: skip
    """A card for each claim, by claim_id, in the order of `ledger`, which is claims.csv.

    `checked`: as `claims.check` gives it; `behind`: more lines on a part, from its row in both tables.
    """
    parts = ledger.assign(remark=claims.remarks(ledger, purposes))
    parts = parts.merge(checked.drop(columns=["source_id", "as_stated"]), on=["claim_id", "part"])
    whole, misnamed, papers = claims.whole(checked), claims.misnamed(checked), _papers(sources)
    rows_of = defaultdict(list)
    for row in parts.itertuples():
        rows_of[row.claim_id].append(row)

    def card(claim: str, rows: list[Any]) -> Card:
        as_printed = _once(row.as_stated for row in rows)
        several = len(rows) > 1
        return Card(
            as_printed,
            where=join("; ", dict.fromkeys(_where(row, papers[row.source_id]) for row in rows)),
            verdict=cited(whole[claim], cite.claim_link(claim, "all figures behind it")),
            look=look(whole[claim], claim in misnamed),
            parts=[
                Part([*_lines(row), *behind(row)], row.verdict if several else "", addresses.anchor(claim, row.part))
                for row in rows
            ],
            in_words=_once(row.claim for row in rows),
            language=quotes.language_of(as_printed, papers[rows[0].source_id].language),
            anchor=addresses.anchor(claim),
        )

    return {claim: card(claim, rows) for claim, rows in rows_of.items()}


def _once(texts: Iterable[str]) -> str:
    """What parts of a claim say, each once: mostly all say the same."""
    return "; ".join(dict.fromkeys(texts))


def _papers(sources: pd.DataFrame) -> dict[str, Any]:
    """The row of each source, by source_id."""
    return {row.source_id: row for row in sources.itertuples()}


def _where(row: Any, paper: Any) -> Words:
    name = cited(paper.publisher, cite.source_link(row.source_id, "the source, with its figures and claims"))
    return name + f", {quotes.when(paper.published)}, {row.locator}"


def _lines(row: Any) -> list[str]:
    """The other verdicts on a part of a claim, what was computed, and what to know of it: what is not known is left
    out."""
    unit = f"Unit in print: {row.unit_as_stated}, {row.unit_verdict}"
    if row.unit_verdict == "does not fit":
        unit += f": the number is of {row.series.replace('_', ' ')}"
    remark = "Likely slip" if row.verdict in WRONG else "Remark"
    return [
        f"Without its own witness: {row.verdict_without_own_reader}",
        *([unit] if row.unit_as_stated else []),
        f"Arithmetic: {row.arithmetic}",
        *([f"{remark}: {row.remark}"] if row.remark else []),
    ]


def strip(ledger: pd.DataFrame, checked: pd.DataFrame, sources: pd.DataFrame) -> list[Row]:
    """A row for each verdict, a mark for each claim that has it; those whose unit does not fit come last."""
    papers, misnamed = _papers(sources), claims.misnamed(checked)
    found = ledger.drop_duplicates("claim_id").set_index("claim_id").assign(verdict=claims.whole(checked))
    found["look"] = [look(verdict, claim in misnamed) for claim, verdict in found["verdict"].items()]
    rows = []
    for verdict in claims.VERDICTS:
        own = found[found["verdict"] == verdict].sort_values("look", kind="stable")  # full before ring
        if own.empty:
            continue
        said = tally(len(own), verdict)
        if hollow := (own["look"] == "ring").sum():
            said += f"; {hollow} of them, hollow here, named in a unit that does not fit"
        rows.append(Row(said, [Mark(_named(row, papers[row.source_id]), row.look) for row in own.itertuples()]))
    return rows


def _named(row: Any, paper: Any) -> Words:
    """A claim in few words of ours, which lead to its card."""
    unit = ", in a unit that does not fit" if row.look == "ring" else ""
    claim = shorten(row.claim, LONGEST, placeholder=" …")
    text = f"{claim}, {paper.publisher}, {quotes.when(paper.published)}{unit}"
    return cited(text, cite.claim_link(row.Index, f"{text}: {row.verdict}"))
