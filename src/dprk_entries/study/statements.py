"""What can be said of the education entries of a year, each sentence with its interval and assumption, and what cannot.

A sentence that the figures and assumptions no longer carry, or no longer speak against, is withdrawn, so that a list
may be short.
"""

import math
from collections.abc import Iterator

import pandas as pd

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds as laundering
from dprk_entries.study import laundering_table as estimates
from dprk_entries.study.bounds import Assumed
from reconcile import periods
from reconcile.intervals import Interval

NOTHING = "nothing beyond the published figures"


def sayable(
    results: pd.DataFrame, cells: Cells, visas: Cells, assumed: Assumed, year: str, baseline: str, latest: str
) -> pd.DataFrame:
    """Sentences that hold, in the column `sentence`, and what each assumes; the index counts from 1.

    `results`: the result of `estimates.table`; `visas`: cells of the consulates; `latest`: the quarter that the last
    sentences are about.
    """
    rows = results[results["period"] == year].set_index(["estimand", "assumption_set"])
    found = {key: Interval(row["low"], row["high"]) for key, row in rows.iterrows()}
    said = [
        *_of_entries(found, cells, assumed, year, baseline),
        *_of_visas(found, visas, assumed, year),
        *_of_latest(cells, assumed, latest),
    ]
    return pd.DataFrame(said, columns=["sentence", "assumes"], index=_numbers(said))


def _numbers(said: list) -> pd.RangeIndex:
    return pd.RangeIndex(1, len(said) + 1, name="no.")


def _of_entries(
    found: dict[tuple[str, str], Interval], cells: Cells, assumed: Assumed, year: str, baseline: str
) -> Iterator[tuple[str, str]]:
    education, share = cells.interval(year, "education"), laundering.education_share(cells, year).percent()
    entries, declared = f"education entries of {year}", cells.cite(year, "education")
    yield (
        f"Of the {cells.cite(year)} entries of {year}, {declared} ({share}) were declared as education.",
        NOTHING,
    )

    students = _students(assumed)
    each = estimates.cite_assumption(
        "entries_per_student", f"up to {assumed.entries_per_student.high:g} crossings each"
    )
    grants = {"baseline": f"at most as much study as all education entries of {baseline}",
              "enrolment": f"{students}, {each}"}  # fmt: skip
    said = 0.0
    for name, assumption in grants.items():
        left, count = found["unexplained_share_of_education", name], found["unexplained_entries", name]
        if left.low > said:  # else the assumption adds nothing to the one before it
            said = left.low
            part = estimates.cite(left.least_percent(), "unexplained_share_of_education", name, year)
            number = estimates.cite(f"{count.low:,.0f}", "unexplained_entries", name, year)
            yield f"At least {part} of the {entries} ({number}) are more than study can be.", assumption

    often, least = laundering.break_even(education, assumed.students, assumed.entries_per_student)
    if often > assumed.entries_per_student.high and math.isfinite(often):
        times = math.floor(10 * often) / 10
        yield f"For half of the {entries} to be study, each student has to cross at least {times:g} times.", students
    if least > assumed.students.high and math.isfinite(least):
        yield f"For half of the {entries} to be study, there have to be at least {least:,} students.", each

    persons = found["unexplained_persons", "enrolment"]
    if persons.low > 0:
        crossings = f"{assumed.entries_per_person.text(digits=0)} crossings by each of these persons"
        people = estimates.cite(persons.count(), "unexplained_persons", "enrolment", year)
        yield f"{people} persons made the entries beyond enrolment.", f"{grants['enrolment']}; {crossings}"


def _students(assumed: Assumed) -> str:
    return estimates.cite_assumption("students", f"{assumed.students.count()} students")


def _of_visas(
    found: dict[tuple[str, str], Interval], visas: Cells, assumed: Assumed, year: str
) -> Iterator[tuple[str, str]]:
    left = found.get(("unexplained_share_of_visas", "enrolment"))
    if left and left.low > 0:
        each = f"{_students(assumed)}, up to {assumed.visas_per_student.high:g} visas each"
        part = estimates.cite(left.least_percent(), "unexplained_share_of_visas", "enrolment", year)
        yield f"At least {part} of the study visas of {year} are more than students need.", each
    if all(visas.known(year, purpose) for purpose in ("education", "work", "official")):
        study, work, official = (visas.cite(year, purpose) for purpose in ("education", "work", "official"))
        other = f"or {official} if a word for work or official business is read as work"
        yield f"In {year}, {study} visas were for study and {work} for work, {other}.", NOTHING


def _of_latest(cells: Cells, assumed: Assumed, latest: str) -> Iterator[tuple[str, str]]:
    if not cells.known(latest, "education"):
        return
    education = cells.interval(latest, "education")
    declared = cells.cite(latest, "education")
    yield f"In {latest}, {declared} of {cells.cite(latest)} entries were declared as education.", NOTHING
    before = periods.quarter_before(latest)
    if cells.known(before, "education"):
        was, now = (laundering.education_share(cells, quarter) for quarter in (before, latest))
        if now.high < was.low:
            shares = [cells.cite(q, "education", value.percent()) for q, value in ((before, was), (latest, now))]
            fell = f"fell from {shares[0]} in {before} to {shares[1]} in {latest}"
            yield f"Education's share of entries {fell}.", NOTHING
    if assumed.students.low > 0:
        most = math.ceil(100 * education.high / assumed.students.low) / 100
        yield (
            f"Had students made them all, each would have crossed at most {most:g} times on average in {latest}.",
            _students(assumed),
        )


def unsayable(
    results: pd.DataFrame, cells: Cells, visas: Cells, assumed: Assumed, year: str, latest: str
) -> pd.DataFrame:
    """Sentences that go further than the figures, in the column `sentence`, and what the figures allow instead. Same
    arguments as `sayable`."""
    said = [*_too_much_of_entries(results, cells, assumed, year), *_too_much_of_visas(visas, year)]
    after = periods.quarter_after(latest)
    if (after, "_T") in cells.rows and not cells.known(after):
        said.append(
            (
                f"Nobody entered after {latest}.",
                f"From {after} on, figures were {cells.cite(after)}. That is no count, so it is not zero.",
            )
        )
    return pd.DataFrame(said, columns=["sentence", "what the figures allow"], index=_numbers(said))


def _too_much_of_entries(results: pd.DataFrame, cells: Cells, assumed: Assumed, year: str) -> Iterator[tuple[str, str]]:
    education = cells.interval(year, "education")
    people = laundering.persons(education, assumed.entries_per_person)
    if not people.exact:
        yield (
            f"{cells.cite(year, 'education')} North Koreans entered for education in {year}.",
            f"An entry is a crossing. At {assumed.entries_per_person.text(digits=0)} crossings each, "
            f"{people.count()} persons made them.",
        )
    rows = results[(results["estimand"] == "unexplained_entries") & (results["period"] == year)]
    left = {row.assumption_set: Interval(row.low, row.high) for row in rows.itertuples()}
    if not left["none"].exact:
        counts = {name: estimates.cite(v.count(), "unexplained_entries", name, year) for name, v in left.items()}
        yield (
            f"{cells.cite(year, 'education')} labourers entered as students in {year}.",
            f"That holds only if no entry was study. On the figures alone, study leaves {counts['none']} entries "
            f"unexplained; with as much study as in the baseline year, {counts['baseline']}. What those who "
            "made them did, no figure says.",
        )
    others = cells.bound({(year, "_T"): 1, (year, "education"): -1, (year, "work"): -1})
    if others.high:
        yield (
            f"Only {cells.cite(year, 'work')} entries of {year} were for work.",
            f"{cells.cite(year, 'work')} is what was declared. {others.count()} entries had another purpose than work "
            "or education; what was declared need not be what was done.",
        )


def _too_much_of_visas(visas: Cells, year: str) -> Iterator[tuple[str, str]]:
    if not all(visas.known(year, purpose) for purpose in ("work", "official")):
        return
    work, official = visas.interval(year, "work"), visas.interval(year, "official")
    if official.high:
        yield (
            f"{work.count() if work.high else 'No'} work visas were issued in {year}.",
            f"{visas.cite(year, 'official')} more visas are listed under a word that means work or official business.",
        )
