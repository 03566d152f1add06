"""Claims as cards, whatever they are, and all of them by verdict."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from dprk_entries import claims
from dprk_entries.site import claim_cards, entry_pages
from notebook_reports import cards as statements


@pytest.fixture(scope="module")
def made(frames):
    """The cards when some of the tables are other than the frozen ones."""

    def of(**other: pd.DataFrame) -> dict[str, statements.Card]:
        tables = {name: other.get(name.replace("-", "_"), frames[name]) for name in TABLES}
        return claim_cards.cards(*tables.values())

    return of


TABLES = ("claims", "claims-checked", "sources", "purposes")


def lines(card: statements.Card) -> list[list[str]]:
    return [[*filter(None, [str(part.verdict)]), *map(str, part.lines)] for part in card.parts]


def test_a_card_holds_a_whole_claim_with_its_parts_inside(made):
    card = made()["B08"]
    assert (card.as_printed, card.in_words) == ("20,000; 8,000", "Entries in 2019; Entries in 2018")
    assert str(card.where) == "The Courier, 6 February 2025, body; The Almanac, 1 June 2020, body"
    assert (str(card.verdict), [link.address for link in card.verdict.links]) == ("false", ["claims.html#B08"])
    assert lines(card) == [
        ["holds", "Without its own witness: holds", "Arithmetic: 2019 = 20,000"],
        ["false", "Without its own witness: cannot be decided", "Arithmetic: 2018 = 9,000"],
    ]
    assert [part.anchor for part in card.parts] == ["B08.1", "B08.2"]


def test_parts_of_a_claim_that_stand_apart_in_the_ledger_are_on_one_card(made, frames):
    ledger = frames["claims"]
    apart = pd.concat([ledger[ledger["part"] == ledger["part"].min()], ledger[ledger["part"] > ledger["part"].min()]])
    cards = made(claims=apart)
    assert [*cards] == [*apart["claim_id"].drop_duplicates()] and cards["B08"] == made()["B08"]


def test_a_claim_alone_has_its_verdict_once_and_what_is_known_of_it(made):
    card = made()["B05"]
    assert str(card.where) == "The Gazette, 2 May 2025, body"
    assert lines(card) == [[
        "Without its own witness: cannot be decided",
        "Arithmetic: 2022 = 100; one witness against one",
        "Remark: one reader against another",
    ]]  # fmt: skip
    assert "Remark: the statistics call it work" in lines(made()["A12"])[0]


def test_a_unit_is_judged_and_a_slip_named_where_they_are_known(made, frames):
    of = frames["claims"]["claim_id"] == "B01"
    ledger = frames["claims"].copy()
    ledger.loc[of, ["unit_as_stated", "note"]] = "persons", "cut at its comma"
    checked = frames["claims-checked"].copy()
    checked.loc[checked["claim_id"] == "B01", "unit_verdict"] = "does not fit"
    (told,) = lines(made(claims=ledger, claims_checked=checked)["B01"])
    assert "Unit in print: persons, does not fit: the number is of border entries" in told
    assert "Likely slip: cut at its comma" in told
    (plain,) = lines(made()["B01"])
    assert not [line for line in plain if line.startswith(("Unit", "Likely", "Remark"))]


def test_every_claim_has_one_mark_which_leads_to_its_card(frames):
    rows = claim_cards.strip(frames["claims"], frames["claims-checked"], frames["sources"])
    marks = [mark for row in rows for mark in row.marks]
    leads = [link.address for mark in marks for link in mark.text.links]
    assert sorted(leads) == [f"claims.html#{claim}" for claim in sorted(frames["claims"]["claim_id"].unique())]
    said = [row.said for row in rows]
    assert said[:2] == ["13 hold", "1 holds within rounding"] and said[-2:] == ["2 are misattributed", "3 are false"]
    assert {mark.look for mark in rows[0].marks} == {"full"} and {mark.look for mark in rows[-1].marks} == {"double"}


def test_a_claim_that_holds_in_a_unit_that_does_not_fit_is_hollow_and_counted(frames):
    checked = frames["claims-checked"].copy()
    checked.loc[checked["claim_id"].isin(["A01", "B01"]), "unit_verdict"] = "does not fit"
    rows = claim_cards.strip(frames["claims"], checked, frames["sources"])
    assert rows[0].said == "13 hold; 1 of them, hollow here, named in a unit that does not fit"
    assert [mark.look for mark in rows[0].marks].count("ring") == 1
    assert str(rows[0].marks[-1].text) == "Entries in 2024, The Courier, 6 February 2025, in a unit that does not fit"
    assert "hollow" not in rows[-1].said  # what is false is no better for it


WORDS = " ".join(f"word{number}" for number in range(300))


@pytest.mark.parametrize(
    ("of", "column", "value"),
    [
        ("claims", "as_stated", WORDS),
        ("claims", "claim", WORDS),
        ("claims", "as_stated", "<b>10,000</b>"),
        ("sources", "publisher", "הארץ"),
        ("sources", "published", ""),
        ("claims", "note", ""),
    ],
)
def test_the_page_of_claims_is_whole_whatever_a_claim_is(frames, of, column, value):
    """All claims are cards, none is split, and what was printed is text, all of it."""
    tables = frames | {of: frames[of].assign(**{column: value})}
    if column == "as_stated":
        tables["claims-checked"] = frames["claims-checked"].assign(as_stated=value)
    page = BeautifulSoup(entry_pages.pages(tables)["claims.html"], "html.parser")
    cards = page.select(".cards article")
    assert {card["id"] for card in cards} == {*frames["claims"]["claim_id"]} and len(page.select(".strip a")) == len(
        cards
    )
    assert {mark["href"] for mark in page.select(".strip a")} == {f"#{card['id']}" for card in cards}
    for card in cards:
        heading, where, *_ = card.select("h3, p")
        if (of, column) == ("claims", "as_stated"):
            assert heading.bdi.get_text() == value
        if column == "publisher":
            assert (where.a.get_text(), where.a["dir"]) == (value, "auto")
        assert all(line.get_text(strip=True) for line in card.select("h3, p"))


@pytest.mark.parametrize("gone", claims.VERDICTS)
def test_a_verdict_that_no_claim_has_leaves_no_empty_group(frames, gone):
    whole = claims.whole(frames["claims-checked"])
    kept = whole.index[whole != gone]
    tables = {name: frames[name][frames[name]["claim_id"].isin(kept)] for name in ("claims", "claims-checked")}
    page = BeautifulSoup(entry_pages.pages(frames | tables)["claims.html"], "html.parser")
    assert not page.find("h2", string=lambda text: text.startswith(f"{gone.capitalize()}: "))
    assert all(group.find_next("article") for group in page.select("h2"))


def test_counts_on_the_page_are_of_whole_claims(frames, pages):
    headings = [heading.get_text() for heading in pages["claims.html"].select("h2")]
    counts = [int(heading.rpartition(": ")[2].split()[0]) for heading in headings[1:]]
    assert headings[0] == "All claims" and sum(counts) == frames["claims"]["claim_id"].nunique() < len(frames["claims"])
    for card in pages["claims.html"].select(".cards article"):  # a part that holds stands with the whole
        assert card.find_previous("h2").get_text().lower().startswith(card.strong.get_text())
