"""What the front page tells, all computed: the finding, three points, two sentences to quote, what papers wrote. The
summaries in other languages tell the first of these, in the same sentences. Imports nothing heavy: it is made last in
each build."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dprk_entries import cite, verdicts
from dprk_entries.site import quotes, summary
from dprk_entries.site.language import ENGLISH, Language, all_languages, read_language
from dprk_entries.site.steps import FRONT_PAGE
from dprk_entries.site.story_numbers import Numbers, Row, interval
from notebook_reports.cards import Card, Part
from notebook_reports.cite import Words, join
from notebook_reports.cite import cite as cited
from notebook_reports.pages import front
from reconcile import periods
from reconcile.intervals import Interval

TEMPLATE = Path(__file__).parent / "templates" / "front_page.html.j2"
CHARTS = ("quarterly-entries", "hundred-entries", "laundering-shares")  # in the order of the story


def index(contents: front.Contents) -> str:
    """HTML text of reports/index.html (see `notebook_reports.pages.front`)."""
    drawn = {figure.name: figure for figure in contents.figures}
    charts = [drawn[name] for name in CHARTS if name in drawn]
    told = story(**_tables(contents))
    texts = {"_": ENGLISH, "language": ENGLISH, "languages": all_languages()}
    return front.index(contents, TEMPLATE, story=told, charts=charts, **texts)


def in_language(contents: front.Contents, code: str) -> str:
    """HTML text of the summary in a language."""
    tables, own = _tables(contents), read_language(code)
    numbers = Numbers(tables["entries"], tables["growth"], tables["laundering"], own)
    return summary.page(contents, story(**tables, language=own), numbers, tables["sources"])


def _tables(contents: front.Contents) -> dict[str, Any]:
    return {Path(table).stem: _rows(contents.source(table)) for table in FRONT_PAGE.reads}


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
    last: Words  # what is said of the last period published
    until: str
    updated: str


def story(
    entries: Iterable[Row], growth: Iterable[Row], laundering: Iterable[Row], claims: Iterable[Row],
    claims_checked: Sequence[Row], sources: Iterable[Row], assumptions: Iterable[Row], changes: Iterable[Row],
    language: Language = ENGLISH,
) -> Story:  # fmt: skip
    """From the rows of the tables of these names, as text. Claims and their papers are told in English alone."""
    n = Numbers(entries, growth, laundering, language)
    quarters = sorted(period for period, purpose in n.cells if purpose == "_T" and "Q" in period)
    last = max(period for period in quarters if n.known(period))
    return Story(
        finding=_finding(n),
        points=_points(n, assumptions),
        quote=_quote(n),
        not_to_write=_not_to_write(n),
        cards=_cards(claims_checked, claims, {row["source_id"]: row for row in sources}),
        verdicts=_tallies(claims_checked),
        misfits=_misfits(claims_checked),
        last=_last(n, last, [period for period in quarters if period > last]),
        until=language.day(periods.days(last)[1].isoformat()),
        updated=language.day(max(row["date"] for row in changes)),
    )


def _finding(n: Numbers) -> Words:
    """With the weakest set that has a name: what a hostile reader would grant."""
    _, entered = n.language, n.cell(n.year)
    if n.unexplained(n.ceiling).low > 0:
        return _(
            "North Koreans entered Russia {entries} times in {year}. If study was as large as all education entries of "
            "{level}, at least {least} of 100 education entries stay unexplained.",
            entries=entered, year=n.year, level=n.level, least=n.least(n.ceiling),
        )  # fmt: skip
    return _(
        "North Koreans entered Russia {entries} times in {year}, {education} times for education, as they declared. If "
        "study was as large as all education entries of {level}, it accounts for all of these.",
        entries=entered, year=n.year, education=n.cell(n.year, "education"), level=n.level,
    )  # fmt: skip


def _points(n: Numbers, assumptions: Iterable[Row]) -> list[Words]:
    study = _unexplained(n, [interval(row) for row in assumptions if row["assumption_id"].startswith("students_")])
    return [join(" ", _growth(n)), join(" ", [_declared(n), *_before(n)]), *study]


def _growth(n: Numbers) -> list[Words]:
    """Sentences on what the entries are, and on what was measured of their growth."""
    _ = n.language
    said = [_("{entries} entries in {year}: crossings of the border, not people.", entries=n.cell(n.year), year=n.year)]
    if before := n.base("factor"):
        said.append(
            _("That is {factor} times the entries of {before} ({entries}).",
              factor=n.grown("factor"), before=before, entries=n.cell(before))
        )  # fmt: skip
    if earlier := n.base("recovery"):
        said.append(
            _("It is {recovery} of those of {earlier} ({entries}).",
              recovery=n.grown("recovery"), earlier=earlier, entries=n.cell(earlier))
        )  # fmt: skip
    return said


def _declared(n: Numbers) -> Words:
    _, education, share = n.language, n.cell(n.year, "education"), n.declared()
    half = f"{n.year}-S2"
    if n.known(half, "education") and n.known(n.year, "work"):
        return _(
            "{education} of them ({share}) were declared as education, {half} of these in the second half of the year; "
            "of all, {work} as work.",
            education=education, share=share, half=n.cell(half, "education"), work=n.cell(n.year, "work"),
        )  # fmt: skip
    return _("{education} of them ({share}) were declared as education.", education=education, share=share)


def _before(n: Numbers) -> list[Words]:
    """How many were declared in the year whose study is granted."""
    _ = n.language
    if not n.known(n.level, "education"):
        return []
    return [_("In {level}, entries for education were {education}.",
              level=n.level, education=n.cell(n.level, "education"))]  # fmt: skip


def _unexplained(n: Numbers, stated: list[Interval]) -> list[Words]:
    """What the students reported leave unexplained; nothing where no enrolment was `stated`."""
    if not stated:
        return []
    _ = n.language
    students = n.language.count(Interval(min(each.low for each in stated), max(each.high for each in stated)))
    assumption = n.assumption("reported-students")
    if n.unexplained("reported-students").low > 0:
        said = _(
            "At least {least} of the education entries are not explained by {assumption}.",
            least=n.least_percent("reported-students"), assumption=assumption,
        )  # fmt: skip
    else:
        said = _("All education entries may be explained by {assumption}.", assumption=assumption)
    named = _(
        "By the round numbers that officials named for two academic years, students were {students}; how often they "
        "enter is our assumption.",
        students=students,
    )
    return [join(" ", [said, named])]


def _quote(n: Numbers) -> list[Words]:
    _, education = n.language, n.cell(n.year, "education")
    first = _(
        "North Korean citizens crossed into Russia {entries} times in {year}, {education} times with education as the "
        "declared purpose.",
        entries=n.cell(n.year), year=n.year, education=education,
    )  # fmt: skip
    if n.unexplained(n.ceiling).low > 0:
        return [first, _(
            "If study was as large as all education entries of {level}, at least {least} of those of {year} are "
            "unexplained.",
            level=n.level, least=n.least_percent(n.ceiling), year=n.year,
        )]  # fmt: skip
    return [first, _(
        "If study was as large as all education entries of {level}, it accounts for all of those of {year}.",
        level=n.level, year=n.year,
    )]  # fmt: skip


def _not_to_write(n: Numbers) -> Words:
    _ = n.language
    return _(
        "Do not write “{entries} North Koreans”: one person can cross many times.", entries=n.cell(n.year, "education")
    )


def _cards(checked: Sequence[Row], claims: Iterable[Row], sources: Mapping[str, Row]) -> list[Card]:
    """The first claim of each verdict, from the best to the worst, with the part that decides it."""
    in_words = {(row["claim_id"], row["part"]): row["claim"] for row in claims}
    whole, misnamed = verdicts.whole(checked), verdicts.misnamed(checked)
    firsts = {row["verdict"]: row for row in reversed(checked) if row["verdict"] == whole[row["claim_id"]]}
    cards = []
    for verdict in filter(firsts.get, verdicts.VERDICTS):
        row = firsts[verdict]
        source, claim = sources[row["source_id"]], row["claim_id"]
        cards.append(
            Card(
                row["as_stated"],
                where=quotes.paper(source["publisher"], source["published"]),
                verdict=cited(verdict, cite.claim_link(claim, "the claim, with all figures behind it")),
                look=verdicts.look(verdict, claim in misnamed),
                parts=[Part([row["arithmetic"]])],
                in_words=in_words[claim, row["part"]],
                language=quotes.language_of(row["as_stated"], source["language"]),
            )
        )
    return cards


def _tallies(checked: Iterable[Row]) -> list[str]:
    counts = Counter(verdicts.whole(checked).values())
    return [verdicts.tally(counts[verdict], verdict) for verdict in verdicts.VERDICTS if verdict in counts]


def _misfits(checked: Iterable[Row]) -> int:
    whole = verdicts.whole(checked)
    return sum(whole[claim].startswith("holds") for claim in verdicts.misnamed(checked))


def _last(n: Numbers, last: str, withheld: list[str]) -> Words:
    _ = n.language
    said = _(
        "The last quarter that was published is {quarter}, with {entries} entries.",
        quarter=n.language.quarter(last), entries=n.cell(last),
    )  # fmt: skip
    if not withheld:
        return said
    first = n.language.quarter(withheld[0])
    blank = _("In the releases from {quarter} on, the rows of North Korea are blank: that is not zero.", quarter=first)
    return join(" ", [said, blank])
