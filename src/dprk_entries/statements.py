"""What can be said of the education entries of a year: sentences to quote, each with its interval and assumption.

A sentence that the figures and assumptions no longer carry is withdrawn, so the list may be short.
"""

import math
from collections.abc import Iterator

import pandas as pd

from dprk_entries import laundering
from dprk_entries.cells import Cells
from dprk_entries.intervals import Interval
from dprk_entries.laundering import Assumed

NOTHING = "nothing beyond the published figures"


def sayable(
    estimates: pd.DataFrame, cells: Cells, visas: Cells, assumed: Assumed, year: str, baseline: str, latest: str
) -> pd.DataFrame:
    """Sentences that hold, in the column `sentence`, and what each assumes; the index counts from 1.

    `estimates`: the result of `laundering.table`; `visas`: cells of the consulates; `latest`: the quarter that the last
    sentences are about.
    """
    rows = estimates[estimates["period"] == year].set_index(["estimand", "assumption_set"])
    found = {key: Interval(row["low"], row["high"]) for key, row in rows.iterrows()}
    said = [
        *_of_entries(found, cells, assumed, year, baseline),
        *_of_visas(found, visas, assumed, year),
        *_of_latest(cells, assumed, latest),
    ]
    return pd.DataFrame(said, columns=["sentence", "assumes"], index=pd.RangeIndex(1, len(said) + 1, name="no."))


def _of_entries(
    found: dict[tuple[str, str], Interval], cells: Cells, assumed: Assumed, year: str, baseline: str
) -> Iterator[tuple[str, str]]:
    education, share = cells.interval(year, "education"), laundering.education_share(cells, year).percent()
    entries = f"education entries of {year}"
    yield (
        f"Of the {cells.text(year)} entries of {year}, {education.count()} ({share}) were declared as education.",
        NOTHING,
    )

    students = f"{assumed.students.count()} students"
    each = f"up to {assumed.entries_per_student.high:g} crossings each"
    grants = {"baseline": f"at most as much study as all education entries of {baseline}",
              "enrolment": f"{students}, {each}"}  # fmt: skip
    said = 0.0
    for name, assumption in grants.items():
        left, count = found["unexplained_share_of_education", name], found["unexplained_entries", name]
        if left.low > said:  # else the assumption adds nothing to the one before it
            said = left.low
            yield (
                f"At least {left.least_percent()} of the {entries} ({count.low:,.0f}) are more than study can be.",
                assumption,
            )

    often, least = laundering.break_even(education, assumed.students, assumed.entries_per_student)
    if often > assumed.entries_per_student.high and math.isfinite(often):
        times = math.floor(10 * often) / 10
        yield f"For half of the {entries} to be study, each student has to cross at least {times:g} times.", students
    if least > assumed.students.high and math.isfinite(least):
        yield f"For half of the {entries} to be study, there have to be at least {least:,} students.", each

    persons = found["unexplained_persons", "enrolment"]
    if persons.low > 0:
        crossings = f"{assumed.entries_per_person.text(digits=0)} crossings by each of these persons"
        yield f"{persons.count()} persons made the entries beyond enrolment.", f"{grants['enrolment']}; {crossings}"


def _of_visas(
    found: dict[tuple[str, str], Interval], visas: Cells, assumed: Assumed, year: str
) -> Iterator[tuple[str, str]]:
    left = found.get(("unexplained_share_of_visas", "enrolment"))
    if left and left.low > 0:
        each = f"{assumed.students.count()} students, up to {assumed.visas_per_student.high:g} visas each"
        yield f"At least {left.least_percent()} of the study visas of {year} are more than students need.", each
    if all(visas.known(year, purpose) for purpose in ("education", "work", "official")):
        study, work, official = (visas.text(year, purpose) for purpose in ("education", "work", "official"))
        other = f"or {official} if a word for work or official business is read as work"
        yield f"In {year}, {study} visas were for study and {work} for work, {other}.", NOTHING


def _of_latest(cells: Cells, assumed: Assumed, latest: str) -> Iterator[tuple[str, str]]:
    if not cells.known(latest, "education"):
        return
    education = cells.interval(latest, "education")
    yield f"In {latest}, {education.count()} of {cells.text(latest)} entries were declared as education.", NOTHING
    if assumed.students.low > 0:
        most = math.ceil(100 * education.high / assumed.students.low) / 100
        yield (
            f"Had students made them all, each would have crossed at most {most:g} times on average in {latest}.",
            f"{assumed.students.count()} students",
        )
