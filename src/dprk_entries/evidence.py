"""Lines of evidence on genuine study, each in its own unit and period; they count different things and stay apart."""

import pandas as pd

from dprk_entries import laundering
from dprk_entries.cells import Cells
from dprk_entries.intervals import Interval
from dprk_entries.laundering import Assumed

COLUMNS = ["line", "compared", "share", "would break it"]
REGISTRATIONS = "residence_registrations"
BEFORE, BAN, AFTER = "2017", "2018", "2019"  # years before, at and after resolution 2397 had begun to bite


def lines(
    cells: Cells, visas: Cells, figures: pd.DataFrame, assumed: Assumed, year: str, baseline: str
) -> pd.DataFrame:
    """One row a line of evidence: what is set against what, the share left over (an interval as text), and what would
    break it. `figures`: observations with `low` and `high`. A line without its figures has no row.
    """
    education, base = cells.interval(year, "education"), cells.interval(baseline, "education")
    enrolled = laundering.explained_by_enrolment(assumed.students, assumed.entries_per_student)
    rows = [
        ("Enrolment", f"{education.count()} education entries of {year}, {enrolled.count()} by enrolled students",
         laundering.unexplained_share(education, enrolled),
         "students whom no official reported, such as on short courses; students who cross oftener"),
        ("Baseline", f"{education.count()} education entries of {year}, {base.count()} of {baseline}",
         laundering.unexplained_share(education, base),
         "study that grew; labour among the entries of the baseline year would make the share larger"),
    ]  # fmt: skip
    if visas.known(year, "education"):
        issued = visas.interval(year, "education")
        needed = laundering.explained_by_enrolment(assumed.students, assumed.visas_per_student)
        rows.append(("Study visas", f"{issued.count()} visas of {year}, {needed.count()} for enrolled students",
                     laundering.unexplained_share(issued, needed),
                     "visas that were renewed or never used"))  # fmt: skip
    months = [f"{y}-01-01/{y}-09-30" for y in (BEFORE, AFTER)]  # printed too, for nine months of both years
    for before, period in ((BEFORE, BAN), (BEFORE, AFTER), months):
        now, then = (printed(figures, REGISTRATIONS, p, "education") for p in (period, before))
        if now and then:
            rows.append((f"Student registrations, {period}", f"{now.count()}, and {then.count()} in {before}",
                         laundering.unexplained_share(now, then),
                         "study that grew; a stay that is registered several times"))  # fmt: skip
    for period in (BAN, AFTER):
        if found := substitution(figures, period):
            fell, rose = found
            more = f"{rose.count()} more student and tourist registrations than in {BEFORE}"
            rows.append((f"Substitution by {period}", f"{fell.count()} fewer work permits in {BAN}; {more}",
                         Interval(min(1, rose.low / fell.high), min(1, rose.high / fell.low)),
                         "the share is what registrations could stand for at most; workers who went home"))  # fmt: skip
    work, total = cells.interval(year, "work"), cells.interval(year)
    rows.append(("Declared work", f"{work.count()} of {total.count()} entries of {year}",
                 cells.ratio({(year, "work"): 1}, {(year, "_T"): 1}),
                 "says what was declared, not what was done"))  # fmt: skip
    found = pd.DataFrame(rows, columns=COLUMNS).set_index("line")
    return found.assign(share=found["share"].map(Interval.percent))


def substitution(figures: pd.DataFrame, period: str) -> tuple[Interval, Interval] | None:
    """Fall of valid work permits over the year BAN, and rise of student and tourist registrations from BEFORE to a
    period, in their units; nothing where a figure is missing or permits need not have fallen."""
    permits = [printed(figures, "work_permit_holders", f"{y}-12-31", "work") for y in (BEFORE, BAN)]
    pairs = [
        [printed(figures, REGISTRATIONS, p, purpose) for p in (period, BEFORE)] for purpose in ("education", "tourism")
    ]
    if not all([*permits, *pairs[0], *pairs[1]]):
        return None
    fell = permits[0].minus(permits[1])
    (students, students_before), (tourists, tourists_before) = pairs
    rose = students.minus(students_before).plus(tourists.minus(tourists_before))
    return (fell, Interval(max(0, rose.low), max(0, rose.high))) if fell.low > 0 else None


def printed(figures: pd.DataFrame, series: str, period: str, purpose: str) -> Interval | None:
    """What all figures on North Koreans in one period and purpose of a series span; nothing where there are none."""
    own = figures[(figures["series"] == series) & (figures["period"] == period) & (figures["purpose"] == purpose)]
    own = own[own["nationality"] == "PRK"]
    return None if own.empty else Interval(own["low"].min(), own["high"].max())
