"""What the front page tells, all computed: the finding, three points, two sentences to quote, what papers wrote."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from dprk_entries import cite
from dprk_entries import claims as verdicts
from dprk_entries.entries import addresses
from dprk_entries.site import claim_cards, quotes
from dprk_entries.site.steps import FRONT_PAGE
from notebook_reports.cards import Card, Part
from notebook_reports.cite import Link, Words, words
from notebook_reports.cite import cite as cited
from notebook_reports.pages import front
from reconcile import periods
from reconcile.intervals import Interval

TEMPLATE = Path(__file__).parent / "templates" / "front_page.html.j2"
CHARTS = ("quarterly-entries", "purposes", "laundering-shares")  # in the order of the story
Row = Mapping[str, str]


def index(contents: front.Contents) -> str:
    """HTML text of reports/index.html (see `notebook_reports.pages.front`)."""
    tables = {Path(table).stem: _rows(contents.source(table)) for table in FRONT_PAGE.reads}
    drawn = {figure.name: figure for figure in contents.figures}
    charts = [drawn[name] for name in CHARTS if name in drawn]
    return front.index(contents, TEMPLATE, story=story(**tables), charts=charts)


def _rows(table: Path) -> list[Row]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Story(NamedTuple):
    """`until`: the last day that a published figure covers; `updated`: the day of the last change to the figures."""

    finding: Words
    points: list[Words]
    quote: list[Words]
    not_to_write: Words
    cards: list[Card]
    verdicts: list[str]  # how many claims have each
    misfits: int  # claims that hold and name a unit which is not that of their number
    last: Words  # sentence on the last period published
    until: str
    updated: str


class Numbers:
    """The numbers of the tables in words that lead to where they come from. `year`: that whose unexplained entries were
    estimated; `before`: the year of the growth; `level`: the year whose study is granted."""

    def __init__(self, entries: Iterable[Row], growth: Iterable[Row], laundering: Iterable[Row]) -> None:
        self.shares = {(row["estimand"], row["assumption_set"], row["period"]): row for row in laundering}
        self.year = min(key[2] for key in self.shares if key[0] == "unexplained_persons")
        self.ceiling = next(name for _, name, _ in self.shares if name.endswith("-ceiling"))
        self.level = self.ceiling.partition("-")[0]
        ours = [row for row in entries if (row["series"], row["nationality"], row["transport"]) == OURS]
        self.cells = {(row["period"], row["purpose"]): row for row in ours}
        self.growth = {(row["measure"], row["period"]): row for row in growth if row["purpose"] == "_T"}
        self.before = self.growth["factor", self.year]["base_period"]

    def cell(self, period: str, purpose: str = "_T") -> Words:
        row = self.cells[period, purpose]
        link = Link(addresses.address("cell", *OURS[:2], period, purpose), f"{period}: {row['status']}")
        return cited(_interval(row).count(), link)

    def grown(self, measure: str) -> Words:
        row = self.growth[measure, self.year]
        key = (measure, "_T", self.year, row["base_period"])
        text = _interval(row).text() if row["unit"] == "times" else _interval(row).percent()
        return cite.growth(text, *key)

    def share(self, estimand: str, assumption_set: str) -> Interval:
        return _interval(self.shares[estimand, assumption_set, self.year])

    def least(self, assumption_set: str, unit: str = " %") -> Words:
        """The least share of the education entries that a set leaves unexplained, in whole percent, rounded down."""
        estimand = "unexplained_share_of_education"
        percent = self.share(estimand, assumption_set).least_percent().removesuffix(" %")
        return cite.share(percent + unit, estimand, assumption_set, self.year)


OURS = ("border_entries", "PRK", "_T")


def story(
    entries: Iterable[Row], growth: Iterable[Row], laundering: Iterable[Row], claims: Iterable[Row],
    claims_checked: Iterable[Row], sources: Iterable[Row], assumptions: Iterable[Row], changes: Iterable[Row],
) -> Story:  # fmt: skip
    """From the rows of the tables of these names, as text."""
    n = Numbers(entries, growth, laundering)
    quarters = sorted(period for period, purpose in n.cells if purpose == "_T" and "Q" in period)
    last = max(period for period in quarters if n.cells[period, "_T"]["low"])
    checked = pd.DataFrame(claims_checked)
    education = n.cell(n.year, "education")
    return Story(
        finding=_finding(n),
        points=_points(n, assumptions),
        quote=[
            words("North Korean citizens crossed into Russia {} times in {}, {} times with education as the declared "
                  "purpose.", n.cell(n.year), n.year, education),
            words("If study was as large as all education entries of {}, at least {} of those of {} are unexplained.",
                  n.level, n.least(n.ceiling), n.year),
        ],
        not_to_write=words("Do not write “{} North Koreans”: one person can cross many times.", education),
        cards=_cards(checked, claims, {row["source_id"]: row for row in sources}),
        verdicts=_tallies(checked),
        misfits=_misfits(checked),
        last=_last(n, last, [period for period in quarters if period > last]),
        until=quotes.day(periods.days(last)[1].isoformat()),
        updated=quotes.day(max(row["date"] for row in changes)),
    )  # fmt: skip


def _finding(n: Numbers) -> Words:
    """With the weakest set that has a name: what a hostile reader would grant."""
    entered, least = n.cell(n.year), n.least(n.ceiling, unit="")
    if n.share("unexplained_share_of_education", n.ceiling).low > 0:
        said = (
            "North Koreans entered Russia {} times in {}. If study was as large as all education entries of {}, at "
            "least {} of 100 education entries stay unexplained."
        )
        return words(said, entered, n.year, n.level, least)
    said = (
        "North Koreans entered Russia {} times in {}, {} times for education, as they declared. If study was as large "
        "as all education entries of {}, it accounts for all of these."
    )
    return words(said, entered, n.year, n.cell(n.year, "education"), n.level)


def _points(n: Numbers, assumptions: Iterable[Row]) -> list[Words]:
    recovery = n.growth["recovery", n.year]["base_period"]
    declared = cite.share(n.share("education_share", "none").percent(), "education_share", "none", n.year)
    points = [
        words("{} entries in {}: crossings of the border, not people. That is {} times the entries of {}, when the "
              "border had hardly reopened, and {} of those of {}.",
              n.cell(n.year), n.year, n.grown("factor"), n.before, n.grown("recovery"), recovery),
        words("{} of them ({}) were declared as education, {} of these in the second half of the year; {} as work.",
              n.cell(n.year, "education"), declared, n.cell(f"{n.year}-S2", "education"), n.cell(n.year, "work")),
    ]  # fmt: skip
    reported = n.shares["unexplained_share_of_education", "reported-students", n.year]
    stated = [_interval(row) for row in assumptions if row["assumption_id"].startswith("students_")]
    students = Interval(min(stated).low, max(stated, key=lambda each: each.high).high).count()
    if float(reported["low"]) > 0:
        points.append(
            words("At least {} of the education entries are not explained by {}. Officials named {} students at a "
                  "time; how often they enter is our assumption.",
                  n.least("reported-students"), reported["binding"], students)
        )  # fmt: skip
    return points


def _cards(checked: pd.DataFrame, claims: Iterable[Row], sources: Mapping[str, Row]) -> list[Card]:
    """The first claim of each verdict, from the best to the worst, with the part that decides it."""
    in_words = {(row["claim_id"], row["part"]): row["claim"] for row in claims}
    decisive = checked[checked["verdict"] == checked["claim_id"].map(verdicts.whole(checked))]
    firsts = decisive.drop_duplicates("verdict").set_index("verdict")
    cards = []
    for row in firsts.loc[[verdict for verdict in verdicts.VERDICTS if verdict in firsts.index]].itertuples():
        source, claim = sources[row.source_id], row.claim_id
        cards.append(
            Card(
                row.as_stated,
                where=quotes.paper(source["publisher"], source["published"]),
                verdict=cited(row.Index, cite.claim_link(claim, "the claim, with all figures behind it")),
                look=claim_cards.look(row.Index, claim in verdicts.misnamed(checked)),
                parts=[Part([row.arithmetic])],
                in_words=in_words[claim, row.part],
                language=quotes.language_of(row.as_stated, source["language"]),
            )
        )
    return cards


def _tallies(checked: pd.DataFrame) -> list[str]:
    counts = verdicts.whole(checked).value_counts()
    return [verdicts.tally(counts[verdict], verdict) for verdict in verdicts.VERDICTS if verdict in counts]


def _misfits(checked: pd.DataFrame) -> int:
    whole = verdicts.whole(checked)
    return int(whole[whole.index.isin(verdicts.misnamed(checked))].str.startswith("holds").sum())


def _last(n: Numbers, last: str, withheld: list[str]) -> Words:
    ends = words("The last quarter that was published is {}, with {} entries.", last, n.cell(last))
    return ends + (
        f" In the releases from {withheld[0]} on, the rows of North Korea are blank: that is not zero."
        if withheld
        else ""
    )


def _interval(row: Row) -> Interval:
    return Interval(float(row["low"]), float(row["high"]))
