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
from notebook_reports.cite import Words, join, words
from reconcile import periods
from reconcile.intervals import Interval

Said = tuple[Words | str, Words | str]  # a sentence, and what it assumes or what the figures allow instead
NOTHING = "nothing beyond the published figures"
PRESENT = "persons_present_primorye"  # people counted in one region, by purpose


def sayable(
    results: pd.DataFrame, cells: Cells, visas: Cells, figures: pd.DataFrame, assumed: Assumed, year: str,
    baseline: str, latest: str,
) -> pd.DataFrame:  # fmt: skip
    """Sentences that hold, in the column `sentence`, and what each assumes; the index counts from 1.

    `results`: rows of laundering.csv; `visas`: cells of the consulates; `figures`: observations with `low` and `high`;
    `latest`: the quarter that the last sentences are about.
    """
    rows = results[results["period"] == year].set_index(["estimand", "assumption_set"])
    left = {key: Interval(row["low"], row["high"]) for key, row in rows.iterrows()}
    said = [
        *_of_entries(left, rows["binding"], cells, assumed, year, baseline),
        *_of_more_students(cells, figures, assumed, year),
        *_of_visas(left, cells, visas, assumed, year, latest),
        *_of_latest(cells, assumed, year, latest),
    ]
    return pd.DataFrame(said, columns=["sentence", "assumes"], index=_numbers(said))


def _numbers(said: list) -> pd.RangeIndex:
    return pd.RangeIndex(1, len(said) + 1, name="no.")


def _of_entries(
    results: dict[tuple[str, str], Interval], binding: pd.Series, cells: Cells, assumed: Assumed, year: str,
    baseline: str,
) -> Iterator[Said]:  # fmt: skip
    education, share = cells.interval(year, "education"), bounds.education_share(cells, year).percent()
    entries, declared = f"education entries of {year}", cite.cell(cells, year, "education")
    said = "Of the {} entries of {}, {} ({}) were declared as education."
    yield words(said, cite.cell(cells, year), year, declared, share), NOTHING

    students, each = _students(assumed, year), _each(assumed)
    reported = cite.assumption("entries_per_student", binding["unexplained_entries", "reported-students"])
    reported = words("{}; {}", reported, students)
    highest = 0.0
    for name, assumption in ((f"{baseline}-ceiling", binding["unexplained_entries", f"{baseline}-ceiling"]),
                             ("reported-students", reported)):  # fmt: skip
        left, count = results["unexplained_share_of_education", name], results["unexplained_entries", name]
        if left.low > highest:  # else the assumption adds nothing to the one before it
            highest = left.low
            part = cite.share(left.least_percent(), "unexplained_share_of_education", name, year)
            number = cite.share(f"{count.low:,.0f}", "unexplained_entries", name, year)
            said = "At least {} of the {} ({}) are more than study accounts for, if the assumption beside holds."
            yield words(said, part, entries, number), assumption

    most, half = assumed.students.high, bounds.LEFT[0]
    often, people = bounds.breakdown(education, most, assumed.entries_per_student.high).loc[half]
    if assumed.entries_per_student.high < often < math.inf:
        times = math.floor(10 * often) / 10
        said = f"For half of the {entries} to be study, students have to enter at least {times:g} times on average."
        yield said, students
    if most < people < math.inf:
        yield f"For half of the {entries} to be study, there have to be at least {people:,.0f} students.", each

    persons = results["unexplained_persons", "reported-students"]
    if persons.low > 0:
        by_each = f"{assumed.entries_per_person.text(digits=0)} entries by each of these persons"
        people = cite.share(persons.count(), "unexplained_persons", "reported-students", year)
        made = words("If others made the entries beyond the reported students, these were {} persons.", people)
        yield made, words("{}; {}", reported, by_each)


def _students(assumed: Assumed, year: str) -> Words:
    """Students: 125 to 135 in 2023/24 and 170 to 180 in 2024/25."""
    told = []
    for field, key in bounds.academic_years(int(year)).items():
        students, academic = getattr(assumed, field), key.removeprefix("students_").replace("_", "/")
        known = math.isfinite(students.high)
        count = cite.assumption(key, students.count()) if known else "any number"
        told.append(words("{} in {}", count, academic))
    return "students: " + join(" and ", told)


def _each(assumed: Assumed) -> Words:
    return cite.assumption("entries_per_student", f"up to {assumed.entries_per_student.high:g} entries each")


def _of_more_students(cells: Cells, figures: pd.DataFrame, assumed: Assumed, year: str) -> Iterator[Said]:
    """Were all those students whom the police of one region once counted there."""
    there = figures[(figures["series"] == PRESENT) & (figures["purpose"] == "education")]
    education = cells.interval(year, "education")
    for row in there.itertuples():
        study = Interval(0, row.high * assumed.entries_per_student.high)
        if (left := bounds.unexplained_share(education, study)).low > 0:
            people = cite.figure(row.observation_id, row.as_stated, Interval(row.low, row.high).count())
            said = "At least {} would be more than {} students account for, as many as Primorye alone had on {}."
            yield words(said, left.least_percent(), people, row.period), _each(assumed)


def _of_visas(
    results: dict[tuple[str, str], Interval], cells: Cells, visas: Cells, assumed: Assumed, year: str, latest: str
) -> Iterator[Said]:
    left = results.get(("unexplained_share_of_visas", "reported-students"))
    if left and left.low > 0:
        each = words("{}, up to {} visas each", _students(assumed, year), f"{assumed.visas_per_student.high:g}")
        part = cite.share(left.least_percent(), "unexplained_share_of_visas", "reported-students", year)
        yield words("At least {} of the study visas of {} are more than students need.", part, year), each
    if visas.known(year, "education") and cells.known(latest, "education"):
        unused = bounds.unused_visas(cells, visas, year, latest)
        if unused:
            issued, entries = cite.cell(visas, year, "education"), cite.cell(cells, year, "education")
            said = "At least {} of the {} study visas of {} served none of its {} education entries, nor any up to {}."
            yield words(said, f"{unused:,.0f}", issued, year, entries, latest), NOTHING
    if all(visas.known(year, purpose) for purpose in ("education", "work", "official")):
        study, work, official = (cite.cell(visas, year, purpose) for purpose in ("education", "work", "official"))
        said = (
            "In {}, {} visas were for study and {} for work, or {} if a word for work or official business is read as "
            "work."
        )
        yield words(said, year, study, work, official), NOTHING


def _of_latest(cells: Cells, assumed: Assumed, year: str, latest: str) -> Iterator[Said]:
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
        fall = bounds.fall(cells, before, latest)
        if fall and fall.others.low > 0:
            said = "Entries fell from {} in {} to {}: education is {} of the fall; all others together fell by {}."
            parts = (fall.education.percent(), fall.others.percent())
            yield words(said, cite.cell(cells, before), before, entries, *parts), NOTHING
    students = bounds.enrolled(assumed, latest, int(year))
    if students.low > 0:
        most = math.ceil(100 * education.high / students.low) / 100
        said = "Had students made all {} education entries of {}, each would have entered at most {} times on average."
        yield words(said, declared, latest, f"{most:g}"), f"the students enrolled then: {students.count()}"


def unsayable(
    results: pd.DataFrame, cells: Cells, visas: Cells, assumed: Assumed, year: str, baseline: str, latest: str
) -> pd.DataFrame:
    """Sentences that go further than the figures, in the column `sentence`, and what the figures allow instead.
    Arguments as of `sayable`."""
    said = [*_too_much_of_entries(results, cells, assumed, year, baseline), *_too_much_of_visas(visas, year)]
    after = periods.quarter_after(latest)
    if after in cells.listed(after) and not cells.known(after):
        withheld = "From {} on, figures were {}. That is no count, so it is not zero."
        said.append((f"Nobody entered after {latest}.", words(withheld, after, cite.cell(cells, after))))
    return pd.DataFrame(said, columns=["sentence", "what the figures allow"], index=_numbers(said))


def _too_much_of_entries(
    results: pd.DataFrame, cells: Cells, assumed: Assumed, year: str, baseline: str
) -> Iterator[Said]:
    education, declared = cells.interval(year, "education"), cite.cell(cells, year, "education")
    people = bounds.persons(education, assumed.entries_per_person)
    if not people.exact:
        yield (
            words("{} North Koreans entered for education in {}.", declared, year),
            f"An entry is no person. At {assumed.entries_per_person.text(digits=0)} entries each, "
            f"{people.count()} persons made them.",
        )
    rows = results[(results["estimand"] == "unexplained_entries") & (results["period"] == year)]
    left = {row.assumption_set: Interval(row.low, row.high) for row in rows.itertuples()}
    if not left["none"].exact:
        more = assumed.students_second_half.low - assumed.students_first_half.high
        rose = f", though students were at least {more:g} more in autumn if both counts are alike" if more > 0 else ""
        counts = {name: cite.share(v.count(), "unexplained_entries", name, year) for name, v in left.items()}
        allowed = (
            "That holds only if no entry was study{}. On the figures alone, study leaves {} entries unexplained; with "
            "as much study as all education entries of {}, {}. What those who made them did, no figure says."
        )
        yield (
            words("{} labourers entered as students in {}.", declared, year),
            words(allowed, rose, counts["none"], baseline, counts[f"{baseline}-ceiling"]),
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
