"""How much of the education entries genuine study cannot explain (the press: visa laundering).

Partial identification: the data and each assumption set give an interval, not a point (Manski 2003, Partial
Identification of Probability Distributions, Springer). Entries are border crossings, purposes are self-declared.
Nobody counted the genuine study entries G among the education entries E and all entries T of a year. Estimands:

- unexplained_entries: E - G.
- unexplained_share_of_education: (E - G) / E, and unexplained_share_of_entries: (E - G) / T.
- unexplained_visas, unexplained_share_of_visas: the like for study visas and those that genuine students took.
- unexplained_persons: (E - G) / entries per person; the persons who made the unexplained entries.

Sets of assumptions come weakest first; each keeps the assumptions of the sets before it, so that its interval lies in
theirs. Which there are stands in notebook 03.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dprk_entries.entries.look_up import Cells
from reconcile.intervals import Interval

CHANGES = {"as it stands": 1, "halved": 0.5, "doubled": 2}


class Assumed(NamedTuple):
    """Assumed ranges for a calendar year; a unit each, see `assumptions.csv`."""

    students: Interval  # persons
    entries_per_student: Interval  # crossings a year
    visas_per_student: Interval  # visas a year
    entries_per_person: Interval  # crossings a year of those whose entries stay unexplained
    entries_per_visa: Interval  # crossings


def require_ordered(**ranges: Interval) -> None:
    """Raises ValueError, naming the range, where a low end is below zero or above the high end."""
    for name, (low, high) in ranges.items():
        if not 0 <= low <= high:
            raise ValueError(f"{name}: found {low:g} to {high:g}, expected 0 <= low <= high. Mend the parameters.")


def students_of_year(assumptions: pd.DataFrame) -> Interval:
    """Students of a calendar year: at least those of one of the academic years that touch it, at most those of both,
    all of them different persons. `assumptions`: the table of that name."""
    enrolled = assumptions[assumptions["assumption_id"].str.startswith("students_")]
    return Interval(enrolled["low"].min(), enrolled["high"].sum())


def beyond(assumptions: pd.DataFrame, assumed: Assumed) -> list[str]:
    """Ranges that go beyond those of `assumptions.csv` (indexed by `assumption_id`), a sentence each."""
    stated = {name: Interval(*row) for name, row in assumptions[["low", "high"]].iterrows()}
    stated["students"] = students_of_year(assumptions.reset_index())
    return [
        f"{name.replace('_', ' ')}: {ends.text(digits=0)} goes beyond {stated[name].text(digits=0)}, "
        "which assumptions.csv gives a source for"
        for name, ends in assumed._asdict().items()
        if not ends.within(stated[name])
    ]


def explained_by_enrolment(students: Interval, entries_per_student: Interval) -> Interval:
    """Entries that enrolled students can account for: students x crossings per student and year."""
    return Interval(students.low * entries_per_student.low, students.high * entries_per_student.high)


def unexplained(education: Interval, explained: Interval) -> Interval:
    """Education entries left when those explained are taken off, never below zero. Ends may be columns of a frame."""
    return Interval(np.maximum(0, education.low - explained.high), np.maximum(0, education.high - explained.low))


def unexplained_share(education: Interval, explained: Interval) -> Interval:
    """Fraction of the education entries that stays unexplained, between 0 and 1.

    The count stands above and below the line, so the share is taken at the ends of the count: it rises with
    the count and falls with what is explained. Ends may be columns of a frame. Raises ZeroDivisionError where there may
    be no education entry.
    """
    if np.any(education.low <= 0):
        raise ZeroDivisionError("a share of education entries needs at least one; their least value is 0")
    low, high = 1 - explained.high / education.low, 1 - explained.low / education.high
    return Interval(np.maximum(0, low), np.maximum(0, high))


def education_share(cells: Cells, period: str) -> Interval:
    """Education entries as a fraction of all entries of a period, never above 1: education is part of the total."""
    if cells.interval(period).low <= 0:
        raise ZeroDivisionError(f"{cells.named(period)}: there may have been no entry at all")
    return cells.ratio({(period, "education"): 1}, {(period, "_T"): 1})


def nested(low: np.ndarray, high: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What each assumption allows together with those before it: least, most, and the position of the one that limits
    it from above.

    `low` and `high`: what each of `names` allows by itself, weakest first along the last axis. An assumption that
    grants no study replaces those before it. Raises ValueError where two contradict each other.
    """
    least = np.where(high > 0, np.maximum.accumulate(low, axis=-1), 0)
    most = np.minimum.accumulate(high, axis=-1)
    for *world, number in np.argwhere(least > most)[:1]:
        own = Interval(low[*world, number], high[*world, number])
        so_far = Interval(least[*world, number - 1], most[*world, number - 1])
        raise ValueError(
            f"the assumptions contradict each other: {names[number]} allows {own.count()}, those before it "
            f"{so_far.count()}. Mend the parameters."
        )
    before = np.insert(most[..., :-1], 0, math.inf, axis=-1)
    limits = np.where((high < before) | (high == 0), np.arange(high.shape[-1]), 0)
    return least, most, np.maximum.accumulate(limits, axis=-1)


def prices(education: Interval, assumed: Assumed, baseline: Interval) -> pd.DataFrame:
    """What each assumption is worth: the unexplained share of education entries on the set `enrolment` when one of its
    assumptions is halved, doubled or dropped and the others stand.

    `baseline`: education entries of the baseline year. One row an assumption, those that move the share most first;
    columns as CHANGES and `dropped`, each cell an interval of fractions. Without a number of students, or of entries
    for each, enrolment limits nothing; without the baseline, nothing is left when enrolment is dropped.
    """
    students, often = assumed.students, assumed.entries_per_student
    enrolled = explained_by_enrolment(students, often)

    def share(enrolment: Interval, cap: float) -> Interval:
        return unexplained_share(education, Interval(min(enrolment.low, cap), min(enrolment.high, cap)))

    changed = {
        "students": lambda times: share(explained_by_enrolment(students.times(times), often), baseline.high),
        "entries per student": lambda times: share(explained_by_enrolment(students, often.times(times)), baseline.high),
        "study entries of the baseline year": lambda times: share(enrolled, baseline.high * times),
    }
    rows = {name: {change: of(times) for change, times in CHANGES.items()} for name, of in changed.items()}
    unlimited = share(Interval(0, math.inf), baseline.high)
    for name in rows:
        rows[name]["dropped"] = share(enrolled, math.inf) if "baseline" in name else unlimited
    by_effect = sorted(rows, key=lambda name: rows[name]["doubled"].low - rows[name]["halved"].low)
    return pd.DataFrame.from_dict({name: rows[name] for name in by_effect}, orient="index")


def two_way(education: Interval, assumed: Assumed) -> pd.DataFrame:
    """Least unexplained share of the education entries for other numbers of students (rows) and crossings of each
    (columns), on enrolment alone: half of the most assumed, the most assumed (one where none is), and two, four and
    eight times as many. Fractions.
    """
    times = (0.5, 1, 2, 4, 8)
    students = [math.ceil((assumed.students.high or 1) * n) for n in times]
    crossings = [(assumed.entries_per_student.high or 1) * n for n in times]
    return pd.DataFrame(
        {k: [unexplained_share(education, Interval(0, n * k)).low for n in students] for k in crossings},
        index=pd.Index(students, name="students"),
    )


def break_even(education: Interval, students: Interval, entries_per_student: Interval) -> tuple[float, float]:
    """What it takes at least to bring the unexplained share to one half: entries per student and year, were students
    as many as assumed at most; and students, did each enter as often as assumed at most. Infinite where nobody does.
    """
    half, many, often = education.low / 2, students.high, entries_per_student.high
    return half / many if many else math.inf, math.ceil(half / often) if often else math.inf


def persons(entries: Interval, entries_per_person: Interval) -> Interval:
    """Persons who made some entries; ends may be columns of a frame. Raises ZeroDivisionError where a person may have
    made none."""
    if entries_per_person.low <= 0:
        raise ZeroDivisionError(
            f"entries per person: found {entries_per_person.text(digits=0)}, expected more than 0, for whoever entered "
            "did so at least once. Mend the parameters."
        )
    fewest, most = entries.over(entries_per_person)
    return Interval(np.ceil(fewest), np.floor(most))
