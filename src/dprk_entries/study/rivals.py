"""Other explanations of the education entries than labour: what the figures say for and against each."""

import itertools
from collections.abc import Iterator

import pandas as pd

from dprk_entries import cite
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from dprk_entries.study.bounds import Assumed
from notebook_reports.cite import Words, join, words
from reconcile import periods
from reconcile.intervals import Interval

Rival = tuple[str, Words | str, Words | str]  # explanation, for it, against it
COLUMNS = ["explanation", "for it", "against it"]


def rivals(cells: Cells, visas: Cells, figures: pd.DataFrame, assumed: Assumed, year: str) -> pd.DataFrame:
    """One row for each rival explanation, a text for it and one against it, computed for a year.

    `figures`: observations with `low` and `high`. An explanation that the figures of the year say nothing of has no
    row. Raises NoCellError and NoFigureError for a year whose quarters have no education entries.
    """
    said = [
        *_soldiers(cells, figures, year),
        *_students(cells, figures, assumed, year),
        *_repeated(cells, visas, assumed, year),
        *_coding(cells, year),
    ]
    return pd.DataFrame(said, columns=COLUMNS).set_index("explanation")


def _soldiers(cells: Cells, figures: pd.DataFrame, year: str) -> Iterator[Rival]:
    estimates = figures[figures["series"] == "troops_estimate"]
    sent = estimates[estimates["period"] == year]
    if sent.empty:
        return
    against = []
    begins = min((periods.days(p)[0] for p in estimates["period"] if "/" in p), default=None)
    third, fourth = f"{year}-Q3", cells.interval(f"{year}-Q4")
    if begins and begins > periods.days(third)[1]:
        came = cite.cell(cells, third, "education")
        before = "{} education entries came in {}, before the first day of an estimate, {}"
        against.append(words(before, came, third, begins))
    if fourth.high < sent["low"].min():
        came = cite.cell(cells, f"{year}-Q4")
        against.append(words("All entries of {}-Q4 were {}, fewer than the soldiers", year, came))
    yield (
        "Soldiers",
        words(
            "{} were sent in {}, by an estimate; education entries were {}",
            sent["as_stated"].iloc[0],
            year,
            cite.cell(cells, year, "education"),
        ),
        join(". ", against) if against else "No figure speaks against it",
    )


def _students(cells: Cells, figures: pd.DataFrame, assumed: Assumed, year: str) -> Iterator[Rival]:
    places = figures[figures["series"] == "study_places"].sort_values("period")
    left = bounds.unexplained(
        cells.interval(year, "education"),
        bounds.explained_by_enrolment(assumed.students, assumed.entries_per_student),
    )
    each = f"at up to {assumed.entries_per_student.high:g} crossings each"
    unexplained = cite.share(left.count(), "unexplained_entries", "enrolment", year)
    yield (
        "Real students",
        f"{assumed.students.count()} were reported; short courses need not be among them",
        words("They leave {} entries, {}", unexplained, each),
    )
    if len(places):
        most = places["high"].iloc[-1]
        offered = []
        for row in places.itertuples():
            count = Interval(row.low, row.high).count()
            offered.append(words("{} ({})", cite.figure(row.observation_id, row.as_stated, count), row.period[:4]))
        yield (
            "More places for students",
            words("Russia offered {} places", join(", then ", offered)),
            f"Even the last are at most {most * assumed.entries_per_student.high:,.0f} entries a year, {each}",
        )


def _repeated(cells: Cells, visas: Cells, assumed: Assumed, year: str) -> Iterator[Rival]:
    education = cells.interval(year, "education")
    fewest = bounds.persons(education, assumed.entries_per_person).low
    often = f"At up to {assumed.entries_per_person.high:g} crossings each"
    against: Words | str = f"{often} they are still {fewest:,.0f} persons"
    if visas.known(year, "education"):
        issued, entries = cite.cell(visas, year, "education"), cite.cell(cells, year, "education")
        against = words("{}; {} study visas were issued for {} entries", against, issued, entries)
    yield (
        "Few people who cross often",
        "An entry is a crossing; the statistics do not count persons",
        against,
    )


def _coding(cells: Cells, year: str) -> Iterator[Rival]:
    """The largest step of education from one quarter of the year to the next, beside that of all other purposes."""
    quarters = [f"{year}-Q{n}" for n in (1, 2, 3, 4)]
    education = {q: cells.interval(q, "education") for q in quarters}
    before, after = max(itertools.pairwise(quarters), key=lambda pair: education[pair[1]].low - education[pair[0]].high)
    if education[after].low <= education[before].high:
        return
    others = {q: cells.bound({(q, "_T"): 1, (q, "education"): -1}) for q in (before, after)}
    fell = others[before].minus(others[after])
    yield (
        "Officers who code purposes otherwise",
        words(
            "Education went from {} in {} to {} in {}",
            cite.cell(cells, before, "education"),
            before,
            cite.cell(cells, after, "education"),
            after,
        ),
        f"Coding moves entries, it makes none: the other purposes went from {others[before].count()} to "
        f"{others[after].count()}" + ("" if fell.high > 0 else ", and did not fall"),
    )
