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
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dprk_entries.entries.look_up import Cells, Terms
from reconcile import periods
from reconcile.intervals import Interval

CHANGES = {"as it stands": 1, "halved": 0.5, "doubled": 2, "dropped": math.inf}  # an assumption, times that
LEFT = (0.5, 0.25, 0)  # shares left unexplained, of which is asked what they take
ANY = Interval(0, math.inf)


class Assumed(NamedTuple):
    """Assumed ranges for a calendar year; a unit each, see `assumptions.csv`. An academic year begins in the second
    half of one calendar year and ends in the first half of the next."""

    students_first_half: Interval  # persons, of the academic year that ends in the calendar year
    students_second_half: Interval  # persons, of the academic year that begins in it
    entries_per_student: Interval  # entries a year
    visas_per_student: Interval  # visas a year
    entries_per_person: Interval  # entries a year of those whose entries stay unexplained

    @property
    def students(self) -> Interval:
        """Students of the calendar year: at least those of one academic year, at most both, all different persons."""
        first, second = self.students_first_half, self.students_second_half
        return Interval(max(first.low, second.low), first.high + second.high)


def require_ordered(**ranges: Interval) -> None:
    """Raises ValueError, naming the range, where a low end is below zero or above the high end."""
    for name, (low, high) in ranges.items():
        if not 0 <= low <= high:
            raise ValueError(f"{name}: found {low:g} to {high:g}, expected 0 <= low <= high. Mend the parameters.")


def academic_years(year: int) -> dict[str, str]:
    """By the field of `Assumed`, the row of `assumptions.csv` with the students of that academic year."""
    return {
        "students_first_half": f"students_{year - 1}_{year % 100:02}",
        "students_second_half": f"students_{year}_{(year + 1) % 100:02}",
    }


def beyond(assumptions: pd.DataFrame, assumed: Assumed, year: int) -> list[str]:
    """Ranges that go beyond those of `assumptions.csv` (indexed by `assumption_id`), or are not in it, a sentence each:
    what was found, and whose range it leaves."""
    said = []
    for name, ends in assumed._asdict().items():
        key, found = academic_years(year).get(name, name), f"{name}: {ends.text(digits=0)}"
        if key not in assumptions.index:
            said.append(f"{found}, for data/raw/assumptions.csv has no row {key}: add it with its source, or give "
                        f"{name}_low and {name}_high.")  # fmt: skip
            continue
        row = assumptions.loc[key]
        stated = Interval(row["low"], row["high"])
        if not ends.within(stated):
            whose = row["source_id"] or "a judgement of this project"
            said.append(f"{found} goes beyond {stated.text(digits=0)} of {key} in data/raw/assumptions.csv ({whose}).")
    return said


def enrolled(assumed: Assumed, period: str, year: int) -> Interval:
    """Students of the academic year that a quarter or half-year lies in; any number where it is not one of the two that
    touch `year`."""
    begins = periods.year(period) - (period[5:] in ("S1", "Q1", "Q2"))
    return {year - 1: assumed.students_first_half, year: assumed.students_second_half}.get(begins, ANY)


def explained_by_enrolment(students: Interval, entries_per_student: Interval) -> Interval:
    """Entries that enrolled students can account for: students x entries per student and year."""
    most = students.high * entries_per_student.high if entries_per_student.high else 0  # any number of them, none each
    return Interval(students.low * entries_per_student.low, most)


def most_study(education: Mapping[str, Interval], assumed: Assumed, year: int, leavers_enter: bool) -> float:
    """Study entries that enrolled students can have made at most in half-years or quarters of `year` together.

    `education`: the education entries of each. Joint over them: none has more study than education entries, and no
    student enters more often in the year than assumed. Unless `leavers_enter`, study is by students of that academic
    year alone that the period lies in. The greatest that can be where the counts are exact, else perhaps more.
    """
    often = assumed.entries_per_student
    in_year = all(period.startswith(str(year)) for period in education)
    of_year = explained_by_enrolment(assumed.students, often).high if in_year else math.inf

    def cap(period: str) -> float:
        return of_year if leavers_enter else explained_by_enrolment(enrolled(assumed, period, year), often).high

    return min(of_year, sum(min(count.high, cap(period)) for period, count in education.items()))


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


def others(period: str) -> Terms:
    """The entries of a period for other purposes than education, as terms of `Cells.bound`."""
    return {(period, "_T"): 1, (period, "education"): -1}


class Fall(NamedTuple):
    """How entries fell from one period to a later one. Fractions."""

    education: Interval  # part of the fall of all entries
    others: Interval  # fall of the entries for other purposes, of what these were; below zero where they rose


def fall(cells: Cells, before: str, after: str) -> Fall | None:
    """The fall of entries between two periods; nothing where they need not have fallen, or none of the other purposes
    need have been there before. Raises as `Cells.interval`."""
    apart: Terms = {(before, "_T"): 1, (after, "_T"): -1}
    if cells.bound(apart).low <= 0 or cells.bound(others(before)).low <= 0:
        return None
    kept = cells.ratio(others(after), others(before))
    part = cells.ratio({(before, "education"): 1, (after, "education"): -1}, apart)
    return Fall(part, Interval(1 - kept.high, 1 - kept.low))


def unused_visas(cells: Cells, visas: Cells, year: str, latest: str) -> float:
    """Study visas of a year that were used for no education entry up to the quarter `latest`, at least.

    An entry uses one visa at most, so that no more were used than there were education entries, whatever visas of the
    year before served some of them. Raises as `Cells.interval`.
    """
    after = periods.quarter_after(year)
    until = (year, *(periods.span(after, latest) if after <= latest else ()))
    entries = cells.bound({(period, "education"): 1 for period in until})
    return max(0, visas.interval(year, "education").low - entries.high)


def nested(low: np.ndarray, high: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What each assumption allows together with those before it: least, most, and the position of the one that limits
    it from above.

    `low` and `high`: what each of `names` allows by itself, weakest first. Raises ValueError where two contradict each
    other.
    """
    least, most = np.maximum.accumulate(low), np.minimum.accumulate(high)
    for number in np.flatnonzero(least > most)[:1]:
        own, so_far = Interval(low[number], high[number]), Interval(least[number - 1], most[number - 1])
        raise ValueError(
            f"the assumptions contradict each other: {names[number]} allows {own.count()}, those before it "
            f"{so_far.count()}. Mend the parameters."
        )
    before = np.insert(most[:-1], 0, math.inf)
    return least, most, np.maximum.accumulate(np.where(high < before, np.arange(len(high)), 0))


def prices(
    halves: Mapping[str, Interval], education: Interval, assumed: Assumed, ceiling: Interval, year: int,
    leavers_enter: bool,
) -> pd.DataFrame:  # fmt: skip
    """What each assumption is worth: the unexplained share of education entries on the reported students when one of
    their assumptions is halved, doubled or dropped and the others stand.

    `halves`: education entries by half-year; `ceiling`: those of the year that limits study besides. One row an
    assumption, those that move the share most first; columns as CHANGES, each cell an interval of fractions. That
    leavers stay away can be dropped alone.
    """

    def share(own: Assumed = assumed, cap: float = ceiling.high, leavers: bool = leavers_enter) -> Interval:
        least = explained_by_enrolment(own.students, own.entries_per_student).low
        study = Interval(min(least, cap), min(most_study(halves, own, year, leavers), cap))
        return unexplained_share(education, study)

    def changed(times: float, *names: str) -> Assumed:
        return assumed._replace(**{name: _scaled(getattr(assumed, name), times) for name in names})

    of = {
        "students": lambda times: share(changed(times, "students_first_half", "students_second_half")),
        "entries per student": lambda times: share(changed(times, "entries_per_student")),
        "leavers stay away": lambda times: share(leavers=leavers_enter or math.isinf(times)),
        "study entries of the ceiling": lambda times: share(cap=ceiling.high * times),
    }
    rows = {name: {change: share_of(times) for change, times in CHANGES.items()} for name, share_of in of.items()}
    by_effect = sorted(rows, key=lambda name: rows[name]["doubled"].low - rows[name]["halved"].low)
    return pd.DataFrame.from_dict({name: rows[name] for name in by_effect}, orient="index", columns=list(CHANGES))


def _scaled(value: Interval, times: float) -> Interval:
    return ANY if math.isinf(times) else value.times(times)


def breakdown(education: Interval, students: float, entries_per_student: float) -> pd.DataFrame:
    """What it takes at least to bring the unexplained share down to each of LEFT (rows): `entries_per_student` in the
    year, on average, were there so many `students`; and `students`, did each enter so often. Infinite where nobody
    does."""
    study = [(1 - left) * education.low for left in LEFT]
    crossings = [count / students if students else math.inf for count in study]
    people = [math.ceil(count / entries_per_student) if entries_per_student else math.inf for count in study]
    return pd.DataFrame(
        {"entries_per_student": crossings, "students": people}, index=pd.Index(LEFT, name="unexplained")
    )


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
