"""The front page in short, in another language: the finding, three points, three charts, words and sources.

The drawings of the notebooks are full of English words, so that the charts are plainer ones here: bars with words in
HTML, and columns. The template draws them by percentages of width and height.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dprk_entries.entries import addresses
from dprk_entries.site.language import N_, all_languages
from dprk_entries.site.story_numbers import SHARE, Numbers, Row
from notebook_reports.cite import Link, Words
from notebook_reports.cite import cite as cited
from notebook_reports.pages import front
from notebook_reports.pages.layout import article, render_own
from reconcile.intervals import Interval

if TYPE_CHECKING:
    from dprk_entries.site.front_page import Story

TEMPLATE = Path(__file__).parent / "templates" / "summary.html.j2"
PURPOSES = {
    "education": N_("education"),
    "business": N_("business"),
    "crew": N_("vehicle crew and service staff"),
    "private": N_("private"),
    "transit": N_("transit"),
    "tourism": N_("tourism"),
    "work": N_("work"),
    "residence": N_("permanent residence"),
    "military": N_("military personnel"),
}


class Bar(NamedTuple):
    """Full to the `least`, faint from there to the `most`: percent of the width."""

    label: Words
    value: Words
    least: float
    most: float


class Column(NamedTuple):
    """A quarter: where it stands, in percent of the width, and percent of the highest column; None where its entries,
    or those for education, are not known."""

    left: float
    width: float
    entries: float | None
    education: float | None
    year: str  # that begins with it
    label: str  # the number of the highest column


class Chart(NamedTuple):
    """`alt`: for those who cannot see the columns; bars are read as they stand."""

    title: Words
    subtitle: Words
    source: Words
    bars: list[Bar]
    columns: list[Column]
    alt: str = ""


def page(contents: front.Contents, story: "Story", n: Numbers, sources: Iterable[Row]) -> str:
    """HTML text; `story`: that of the front page, in the language of the numbers."""
    _ = n.language
    about = article(str(story.finding), str(_("North Korean entries to Russia"))) | {"inLanguage": _.code}
    return render_own(
        TEMPLATE,
        path=_.page,
        about=about,
        experiment=contents.experiment,
        story=story,
        charts=[_quarters(n), _purposes(n), _shares(n)],
        papers=_papers(n, {row["source_id"]: row for row in sources}),
        year=n.year,
        language=_,
        languages=all_languages(),
        _=_,
    )


def _quarters(n: Numbers) -> Chart:
    """Education where it is one number, since most bounds are too wide to be drawn."""
    _ = n.language
    split = [period for period, purpose in sorted(n.cells) if "-Q" in period and purpose == "education"
             and n.known(period) and n.known(period, purpose) and n.value(period, purpose).exact]  # fmt: skip
    quarters = sorted(
        period for period, purpose in n.cells if "-Q" in period and purpose == "_T" and period >= split[0][:4]
    )
    highest = max(filter(n.known, quarters), key=lambda period: n.value(period).high)
    width = 100 / len(quarters)
    columns = [
        Column(
            round(place * width, 2), round(0.8 * width, 2),
            entries=_percent(n, period, "_T", highest) if n.known(period) else None,
            education=_percent(n, period, "education", highest) if period in split else None,
            year=period[:4] if period.endswith("Q1") else "",
            label=str(n.cell(period)) if period == highest else "",
        )
        for place, period in enumerate(quarters)
    ]  # fmt: skip
    most = max(split, key=lambda period: n.value(period, "education"))
    title = _("Education was the declared purpose of {education} of {entries} entries in {quarter}",
              education=n.cell(most, "education"), entries=n.cell(most), quarter=_.quarter(most))  # fmt: skip
    subtitle = _("Entries a quarter: filled, declared as education; pale, other purposes; empty, purposes not known; "
                 "dotted, not published, which is not zero")  # fmt: skip
    told = [_("{quarter}: {education} of {entries}", quarter=_.quarter(period), education=n.cell(period, "education"),
              entries=n.cell(period)) for period in split]  # fmt: skip
    alt = _(
        "Columns of entries a quarter. Education, where it is known: {quarters}.", quarters="; ".join(map(str, told))
    )
    return Chart(title, subtitle, _("Source: Russian border service, from press reports."), [], columns, str(alt))


def _percent(n: Numbers, period: str, purpose: str, highest: str) -> float:
    return round(100 * n.value(period, purpose).high / n.value(highest).high, 2)


def _purposes(n: Numbers) -> Chart:
    """The most frequent first; those of which nobody is known to have entered are left out."""
    _ = n.language
    values = {code: n.value(n.year, code) for code in PURPOSES if n.known(n.year, code)}
    named = sorted((code for code in values if values[code].high), key=lambda code: -values[code].high)
    longest = values[named[0]].high
    bars = [Bar(_(PURPOSES[code]), n.cell(n.year, code), *_ends(values[code], longest)) for code in named]
    title = _("Declared purposes of {entries} entries in {year}; the most frequent is {purpose}: {most}",
              entries=n.cell(n.year), year=n.year, purpose=bars[0].label, most=bars[0].value)  # fmt: skip
    subtitle = _("Entries of {year}, by declared purpose", year=n.year)
    return Chart(title, subtitle, _("Source: Russian border service, from press reports."), bars, [])


def _shares(n: Numbers) -> Chart:
    """What each set of assumptions leaves unexplained, the weakest first."""
    _ = n.language
    sets = [name for estimand, name, period in n.shares if (estimand, period) == (SHARE, n.year) and name != "none"]
    by_least = sorted(sets, key=lambda name: n.unexplained(name).low)
    bars = [Bar(n.assumption(name), n.unexplained_percent(name), *_ends(n.unexplained(name), 1)) for name in by_least]
    if n.unexplained(n.ceiling).low > 0:
        title = _("At least {least} of the education entries of {year} are unexplained, if study was as large as all "
                  "of those of {level}", least=n.least_percent(n.ceiling), year=n.year, level=n.level)  # fmt: skip
    else:
        title = _("All education entries of {year} are explained, if study was as large as all of those of {level}",
                  year=n.year, level=n.level)  # fmt: skip
    subtitle = _("Share of the education entries of {year} that study cannot explain, by assumption, the weakest first",
                 year=n.year)  # fmt: skip
    source = _("Source: Russian border service and officials, from press reports; assumptions of this project.")
    return Chart(title, subtitle, source, bars, [])


def _ends(value: Interval, longest: float) -> tuple[float, float]:
    """Least and most in percent of the longest bar."""
    return round(100 * value.low / longest, 2), round(100 * value.high / longest, 2)


def _papers(n: Numbers, sources: Mapping[str, Row]) -> list[Words]:
    """The papers behind the entries of the year, in the order of their days."""
    _ = n.language
    own = [sources[source_id] for source_id in n.cells[n.year, "_T"]["source_ids"].split()]
    where = str(_("where it comes from, in English"))
    papers = []
    for row in sorted(own, key=lambda row: (row["published"], row["source_id"])):
        name = f"{row['publisher']}, {_.day(row['published'])}" if row["published"] else row["publisher"]
        papers.append(cited(name, Link(addresses.address("source", row["source_id"]), where)))
    return papers
