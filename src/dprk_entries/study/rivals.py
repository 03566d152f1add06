"""Other explanations of the education entries than labour: what the figures say for and against each."""

import itertools
from collections.abc import Iterator

import pandas as pd

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds as laundering
from dprk_entries.study import laundering_table as estimates
from dprk_entries.study.bounds import Assumed
from notebook_reports import cite as provenance
from reconcile import periods
from reconcile.intervals import Interval

COLUMNS = ["explanation", "for it", "against it"]


def rivals(cells: Cells, visas: Cells, figures: pd.DataFrame, assumed: Assumed, year: str) -> pd.DataFrame:
    """One row a rival explanation, a text for it and one against it, computed for a year.

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


def _soldiers(cells: Cells, figures: pd.DataFrame, year: str) -> Iterator[tuple[str, str, str]]:
    estimates = figures[figures["series"] == "troops_estimate"]
    sent = estimates[estimates["period"] == year]
    if sent.empty:
        return
    against = []
    begins = min((periods.days(p)[0] for p in estimates["period"] if "/" in p), default=None)
    third, fourth = f"{year}-Q3", cells.interval(f"{year}-Q4")
    if begins and begins > periods.days(third)[1]:
        education = cells.cite(third, "education")
        against.append(f"{education} education entries came in {third}, before the first day of an estimate, {begins}")
    if fourth.high < sent["low"].min():
        against.append(f"All entries of {year}-Q4 were {cells.cite(f'{year}-Q4')}, fewer than the soldiers")
    yield (
        "Soldiers",
        f"{sent['as_stated'].iloc[0]} were sent in {year}, by an estimate; education entries were "
        f"{cells.cite(year, 'education')}",
        ". ".join(against) or "No figure speaks against it",
    )


def _students(cells: Cells, figures: pd.DataFrame, assumed: Assumed, year: str) -> Iterator[tuple[str, str, str]]:
    places = figures[figures["series"] == "study_places"].sort_values("period")
    left = laundering.unexplained(
        cells.interval(year, "education"),
        laundering.explained_by_enrolment(assumed.students, assumed.entries_per_student),
    )
    each = f"at up to {assumed.entries_per_student.high:g} crossings each"
    cited = estimates.cite(left.count(), "unexplained_entries", "enrolment", year)
    yield (
        "Real students",
        f"{assumed.students.count()} were reported; short courses need not be among them",
        f"They leave {cited} entries, {each}",
    )
    if len(places):
        most = places["high"].iloc[-1]
        offered = []
        for row in places.itertuples():
            count = Interval(row.low, row.high).count()
            offered.append(f"{provenance.figure(row.observation_id, row.as_stated, count)} ({row.period[:4]})")
        rise = ", then ".join(offered)
        yield (
            "More places for students",
            f"Russia offered {rise} places",
            f"Even the last are at most {most * assumed.entries_per_student.high:,.0f} entries a year, {each}",
        )


def _repeated(cells: Cells, visas: Cells, assumed: Assumed, year: str) -> Iterator[tuple[str, str, str]]:
    education = cells.interval(year, "education")
    fewest = laundering.persons(education, assumed.entries_per_person).low
    issued = visas.cite(year, "education") if visas.known(year, "education") else ""
    yield (
        "Few people who cross often",
        "An entry is a crossing; the statistics do not count persons",
        f"At up to {assumed.entries_per_person.high:g} crossings each they are still {fewest:,.0f} persons"
        + (f"; {issued} study visas were issued for {cells.cite(year, 'education')} entries" if issued else ""),
    )


def _coding(cells: Cells, year: str) -> Iterator[tuple[str, str, str]]:
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
        f"Education went from {cells.cite(before, 'education')} in {before} to "
        f"{cells.cite(after, 'education')} in {after}",
        f"Coding moves entries, it makes none: the other purposes went from {others[before].count()} to "
        f"{others[after].count()}" + ("" if fell.high > 0 else ", and did not fall"),
    )
