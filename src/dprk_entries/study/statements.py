"""What can be said of the education entries of a year, each sentence with its interval and assumption, and what cannot.

A sentence that the figures and assumptions no longer carry, or no longer speak against, is withdrawn, so that a list
may be short.
"""

import math
from collections.abc import Iterator

import pandas as pd

from dprk_entries import cite
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from dprk_entries.study.bounds import Assumed
from notebook_reports.cite import Words, words
from reconcile import periods
from reconcile.intervals import Interval

Said = tuple[Words | str, Words | str]  # a sentence, and what it assumes or what the figures allow instead
NOTHING = "nothing beyond the published figures"


def sayable(
    results: pd.DataFrame, cells: Cells, visas: Cells, assumed: Assumed, year: str, baseline: str, latest: str
) -> pd.DataFrame:
    """Sentences that hold, in the column `sentence`, and what each assumes; the index counts from 1.

    `results`: rows of laundering.csv; `visas`: cells of the consulates; `latest`: the quarter that the
    last sentences are about.
    """
    rows = results[results["period"] == year].set_index(["estimand", "assumption_set"])
    left = {key: Interval(row["low"], row["high"]) for key, row in rows.iterrows()}
    said = [
        *_of_entries(left, cells, assumed, year, baseline),
        *_of_visas(left, visas, assumed, year),
        *_of_latest(cells, assumed, latest),
    ]
    return pd.DataFrame(said, columns=["sentence", "assumes"], index=_numbers(said))


def _numbers(said: list) -> pd.RangeIndex:
    return pd.RangeIndex(1, len(said) + 1, name="no.")


def _of_entries(
    results: dict[tuple[str, str], Interval], cells: Cells, assumed: Assumed, year: str, baseline: str
) -> Iterator[Said]:
    education, share = cells.interval(year, "education"), bounds.education_share(cells, year).percent()
    entries, declared = f"education entries of {year}", cite.cell(cells, year, "education")
    said = "Of the {} entries of {}, {} ({}) were declared as education."
    yield words(said, cite.cell(cells, year), year, declared, share), NOTHING

    students = _students(assumed)
    each = cite.assumption("entries_per_student", f"up to {assumed.entries_per_student.high:g} crossings each")
    grants: dict[str, Words | str] = {
        "baseline": f"at most as much study as all education entries of {baseline}",
        "enrolment": words("{}, {}", students, each),
    }
    highest = 0.0
    for name, assumption in grants.items():
        left, count = results["unexplained_share_of_education", name], results["unexplained_entries", name]
        if left.low > highest:  # else the assumption adds nothing to the one before it
            highest = left.low
            part = cite.share(left.least_percent(), "unexplained_share_of_education", name, year)
            number = cite.share(f"{count.low:,.0f}", "unexplained_entries", name, year)
            yield words("At least {} of the {} ({}) are more than study can be.", part, entries, number), assumption

    often, least = bounds.break_even(education, assumed.students, assumed.entries_per_student)
    if often > assumed.entries_per_student.high and math.isfinite(often):
        times = math.floor(10 * often) / 10
        yield f"For half of the {entries} to be study, each student has to cross at least {times:g} times.", students
    if least > assumed.students.high and math.isfinite(least):
        yield f"For half of the {entries} to be study, there have to be at least {least:,} students.", each

    persons = results["unexplained_persons", "enrolment"]
    if persons.low > 0:
        crossings = f"{assumed.entries_per_person.text(digits=0)} crossings by each of these persons"
        people = cite.share(persons.count(), "unexplained_persons", "enrolment", year)
        made = words("{} persons made the entries beyond enrolment.", people)
        yield made, words("{}; {}", grants["enrolment"], crossings)


def _students(assumed: Assumed) -> Words:
    return cite.assumption("students", f"{assumed.students.count()} students")


def _of_visas(results: dict[tuple[str, str], Interval], visas: Cells, assumed: Assumed, year: str) -> Iterator[Said]:
    left = results.get(("unexplained_share_of_visas", "enrolment"))
    if left and left.low > 0:
        each = words("{}, up to {} visas each", _students(assumed), f"{assumed.visas_per_student.high:g}")
        part = cite.share(left.least_percent(), "unexplained_share_of_visas", "enrolment", year)
        yield words("At least {} of the study visas of {} are more than students need.", part, year), each
    if all(visas.known(year, purpose) for purpose in ("education", "work", "official")):
        study, work, official = (cite.cell(visas, year, purpose) for purpose in ("education", "work", "official"))
        said = (
            "In {}, {} visas were for study and {} for work, or {} if a word for work or official business is read as "
            "work."
        )
        yield words(said, year, study, work, official), NOTHING


def _of_latest(cells: Cells, assumed: Assumed, latest: str) -> Iterator[Said]:
    if not cells.known(latest, "education"):
        return
    education = cells.interval(latest, "education")
    declared, entries = cite.cell(cells, latest, "education"), cite.cell(cells, latest)
    yield words("In {}, {} of {} entries were declared as education.", latest, declared, entries), NOTHING
    before = periods.quarter_before(latest)
    if cells.known(before, "education"):
        was, now = (bounds.education_share(cells, quarter) for quarter in (before, latest))
        if now.high < was.low:
            high = cite.share(was.percent(), "education_share", "none", before)
            low = cite.share(now.percent(), "education_share", "none", latest)
            fell = "Education's share of entries fell from {} in {} to {} in {}."
            yield words(fell, high, before, low, latest), NOTHING
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
    if after in cells.listed(after) and not cells.known(after):
        withheld = "From {} on, figures were {}. That is no count, so it is not zero."
        said.append((f"Nobody entered after {latest}.", words(withheld, after, cite.cell(cells, after))))
    return pd.DataFrame(said, columns=["sentence", "what the figures allow"], index=_numbers(said))


def _too_much_of_entries(results: pd.DataFrame, cells: Cells, assumed: Assumed, year: str) -> Iterator[Said]:
    education, declared = cells.interval(year, "education"), cite.cell(cells, year, "education")
    people = bounds.persons(education, assumed.entries_per_person)
    if not people.exact:
        yield (
            words("{} North Koreans entered for education in {}.", declared, year),
            f"An entry is a crossing. At {assumed.entries_per_person.text(digits=0)} crossings each, "
            f"{people.count()} persons made them.",
        )
    rows = results[(results["estimand"] == "unexplained_entries") & (results["period"] == year)]
    left = {row.assumption_set: Interval(row.low, row.high) for row in rows.itertuples()}
    if not left["none"].exact:
        counts = {name: cite.share(v.count(), "unexplained_entries", name, year) for name, v in left.items()}
        allowed = (
            "That holds only if no entry was study. On the figures alone, study leaves {} entries unexplained; with as "
            "much study as in the baseline year, {}. What those who made them did, no figure says."
        )
        yield (
            words("{} labourers entered as students in {}.", declared, year),
            words(allowed, counts["none"], counts["baseline"]),
        )
    others = cells.bound({(year, "_T"): 1, (year, "education"): -1, (year, "work"): -1})
    if others.high:
        work = cite.cell(cells, year, "work")
        allowed = (
            "{} is what was declared. {} entries had another purpose than work or education; what was declared need "
            "not be what was done."
        )
        yield words("Only {} entries of {} were for work.", work, year), words(allowed, work, others.count())


def _too_much_of_visas(visas: Cells, year: str) -> Iterator[Said]:
    if not all(visas.known(year, purpose) for purpose in ("work", "official")):
        return
    work, official = visas.interval(year, "work"), visas.interval(year, "official")
    if official.high:
        yield (
            f"{work.count() if work.high else 'No'} work visas were issued in {year}.",
            words(
                "{} more visas are listed under a word that means work or official business.",
                cite.cell(visas, year, "official"),
            ),
        )
