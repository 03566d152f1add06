"""How much of the education entries genuine study cannot explain (the press: visa laundering).

Partial identification: the data and each assumption set give an interval, not a point (Manski 2003, Partial
Identification of Probability Distributions, Springer). Entries are border crossings, purposes are self-declared.
Sets of assumptions on how many education entries are genuine study:

- none: any number. The figures alone say nothing about it.
- naive: no entry is.
- enrolment: the enrolled students cross as often as assumed.
- strict: as many as all education entries of the baseline year; the most generous to study.
"""

import math

import pandas as pd

from dprk_entries.cells import Cells
from dprk_entries.intervals import Interval

SETS = ("none", "naive", "enrolment", "strict")
CHANGES = {"as it stands": 1, "halved": 0.5, "doubled": 2}


def require_ordered(**ranges: Interval) -> None:
    """Raises ValueError, naming the range, where a low end is below zero or above the high end."""
    for name, (low, high) in ranges.items():
        if not 0 <= low <= high:
            raise ValueError(f"{name}: found {low:g} to {high:g}, expected 0 <= low <= high. Mend the parameters.")


def beyond(assumptions: pd.DataFrame, students: Interval, entries_per_student: Interval) -> list[str]:
    """Ranges that go beyond those of `assumptions.csv` (indexed by `assumption_id`), a sentence each.

    Students of a calendar year: at least those of one of its two academic years, at most both groups, all of them
    different persons.
    """
    enrolled = assumptions[assumptions.index.str.startswith("students_")]
    stated = {
        "students": (students, Interval(enrolled["low"].min(), enrolled["high"].sum())),
        "entries per student": (
            entries_per_student,
            Interval(*assumptions.loc["entries_per_student", ["low", "high"]]),
        ),
    }
    return [
        f"{name}: {own.text(digits=0)} goes beyond {known.text(digits=0)}, which assumptions.csv gives a source for"
        for name, (own, known) in stated.items()
        if not own.within(known)
    ]


def explained_by_enrolment(students: Interval, entries_per_student: Interval) -> Interval:
    """Entries that enrolled students can account for: students x crossings per student and year."""
    return Interval(students.low * entries_per_student.low, students.high * entries_per_student.high)


def unexplained(education: Interval, explained: Interval) -> Interval:
    """Education entries left when those explained are taken off, never below zero."""
    return Interval(max(0, education.low - explained.high), max(0, education.high - explained.low))


def unexplained_share(education: Interval, explained: Interval) -> Interval:
    """Fraction of the education entries that stays unexplained, between 0 and 1.

    The count stands above and below the line, so the share is taken at the ends of the count: it rises with
    the count and falls with what is explained. Raises ZeroDivisionError where there may be no education entry.
    """
    if education.low <= 0:
        raise ZeroDivisionError("a share of education entries needs at least one; their least value is 0")
    return Interval(max(0, 1 - explained.high / education.low), max(0, 1 - explained.low / education.high))


def education_share(cells: Cells, period: str) -> Interval:
    """Education entries as a fraction of all entries of a period, never above 1: education is part of the total."""
    if cells.interval(period).low <= 0:
        raise ZeroDivisionError(f"{period}: there may have been no entry at all")
    return cells.ratio({(period, "education"): 1}, {(period, "_T"): 1})


def explained(
    cells: Cells, assumption_set: str, students: Interval, entries_per_student: Interval, baseline: str
) -> Interval:
    """Genuine study entries of a year under a named assumption set. Raises KeyError for an unknown name."""
    return {
        "none": Interval(0, math.inf),
        "naive": Interval(0, 0),
        "enrolment": explained_by_enrolment(students, entries_per_student),
        "strict": cells.interval(baseline, "education"),
    }[assumption_set]


def prices(education: Interval, students: Interval, entries_per_student: Interval, baseline: Interval) -> pd.DataFrame:
    """What each assumption is worth: the unexplained share of education entries when it is halved, doubled or dropped
    and the others stand.

    `baseline`: study entries granted in the strict set. One row an assumption, those that move the share most first;
    columns as CHANGES, each cell an interval of fractions. A dropped assumption leaves any number of study entries.
    """
    granted = {
        "students": lambda times: explained_by_enrolment(students.times(times), entries_per_student),
        "entries per student": lambda times: explained_by_enrolment(students, entries_per_student.times(times)),
        "study entries of the baseline year": lambda times: baseline.times(times),
    }
    rows = {
        name: {change: unexplained_share(education, genuine(times)) for change, times in CHANGES.items()}
        | {"dropped": unexplained_share(education, Interval(0, math.inf))}
        for name, genuine in granted.items()
    }
    by_effect = sorted(rows, key=lambda name: rows[name]["doubled"].low - rows[name]["as it stands"].low)
    return pd.DataFrame.from_dict({name: rows[name] for name in by_effect}, orient="index")


def break_even(education: Interval, students: Interval, entries_per_student: Interval) -> tuple[Interval, float]:
    """What would bring the unexplained share to one half: entries per student and year, for the students assumed; and
    the least number of students, for the most entries per student assumed (infinite where no student crosses).

    Raises ZeroDivisionError where there may be no students.
    """
    half = education.times(0.5)
    most = entries_per_student.high
    return half.over(students), math.ceil(half.low / most) if most > 0 else math.inf


def table(
    cells: Cells,
    year: str,
    shares_of: list[str],
    students: Interval,
    entries_per_student: Interval,
    baseline: str,
    assumption_sources: str,
) -> pd.DataFrame:
    """All shares in the columns of `laundering.csv`: of education in the periods `shares_of`, unexplained in `year`."""
    binding = {
        "none": "published figures alone",
        "naive": "no education entry is study",
        "enrolment": "students x assumed crossings",
        "strict": f"as much study as education entries in {baseline}",
    }
    assumed = {"enrolment": assumption_sources, "strict": cells.source_ids((baseline, "education"))}
    rows = []

    def add(estimand: str, assumption_set: str, period: str, unit: str, value: Interval) -> None:
        own = cells.source_ids((period, "education"), (period, "_T")).split()
        sources = " ".join(sorted({*own, *assumed.get(assumption_set, "").split()}))
        key = {"estimand": estimand, "assumption_set": assumption_set, "period": period, "unit": unit}
        rows.append(key | value._asdict() | {"binding": binding[assumption_set], "source_ids": sources})

    for period in shares_of:
        add("education_share", "none", period, "share", education_share(cells, period))
    education, total = cells.interval(year, "education"), cells.interval(year)
    for name in SETS:
        genuine = explained(cells, name, students, entries_per_student, baseline)
        left = unexplained(education, genuine)
        add("unexplained_entries", name, year, "entries", left)
        add("unexplained_share_of_education", name, year, "share", unexplained_share(education, genuine))
        of_entries = Interval(left.low / total.high, min(1, left.high / total.low))
        add("unexplained_share_of_entries", name, year, "share", of_entries)
    return pd.DataFrame(rows)
