"""Lines of evidence on genuine study, each in its own unit and period; they count different things and stay apart."""

import pandas as pd

from dprk_entries import cite
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from dprk_entries.study.bounds import Assumed
from notebook_reports.cite import words
from reconcile import periods
from reconcile.intervals import Interval

COLUMNS = ["line", "compared", "share", "shows, and does not", "would break it"]
STUDENTS = (("enrolled_students", "Enrolment", "students"), ("study_places", "Study places", "with a place"))
REGISTRATIONS = "residence_registrations"
BEFORE, BAN, AFTER = "2017", "2018", "2019"  # years before, at and after resolution 2397 had begun to bite


def lines(
    cells: Cells, visas: Cells, figures: pd.DataFrame, assumed: Assumed, year: str, baseline: str
) -> pd.DataFrame:
    """One row for each line of evidence: what is set against what, the share left over (an interval as text), what
    that shows and does not, and what would break it. `figures`: observations with `low` and `high`. A line without its
    figures has no row.
    """
    education, base = cells.interval(year, "education"), cells.interval(baseline, "education")
    often = assumed.entries_per_student
    entries = words("{} education entries of {}", cite.cell(cells, year, "education"), year)

    def students(line: str, many: Interval, who: str) -> tuple:
        enrolled = bounds.explained_by_enrolment(many, often)
        return (line, words("{}, {} by {} {}", entries, enrolled.count(), many.count(), who),
                bounds.unexplained_share(education, enrolled),
                "what those students cannot have made; not who made it",
                "students whom no official reported, such as on short courses; students who cross oftener")  # fmt: skip

    rows = [students("Enrolment, both academic years", assumed.students, "students")]
    for series, line, who in STUDENTS:
        for period in sorted(set(figures.loc[figures["series"] == series, "period"]), key=periods.days):
            if many := printed(figures, series, period, "education"):
                rows.append(students(f"{line}, {period}", many, who))
    rows.append(("Baseline", words("{}, {} of {}", entries, cite.cell(cells, baseline, "education"), baseline),
                 bounds.unexplained_share(education, base),
                 f"how far education outgrew {baseline}; not that it was study then",
                 "study that grew; labour among those entries would make the share larger"))  # fmt: skip
    if visas.known(year, "education"):
        issued = visas.interval(year, "education")
        needed = bounds.explained_by_enrolment(assumed.students, assumed.visas_per_student)
        taken = cite.cell(visas, year, "education")
        compared = words("{} visas of {}, {} for enrolled students", taken, year, needed.count())
        rows.append(("Study visas", compared,
                     bounds.unexplained_share(issued, needed),
                     "visas beyond those that students need; not what their holders did",
                     "visas that were renewed or never used"))  # fmt: skip
    months = [f"{y}-01-01/{y}-09-30" for y in (BEFORE, AFTER)]  # printed too, for nine months of both years
    for before, period in ((BEFORE, BAN), (BEFORE, AFTER), months):
        now, then = (printed(figures, REGISTRATIONS, p, "education") for p in (period, before))
        if now and then:
            becomes = cite.printed(REGISTRATIONS, period, "education", now.count())
            was = cite.printed(REGISTRATIONS, before, "education", then.count())
            rows.append((f"Student registrations, {period}", words("{}, and {} in {}", becomes, was, before),
                         bounds.unexplained_share(now, then),
                         "growth since the last year before the ban; not persons, not entries",
                         "study that grew; a stay that is registered several times"))  # fmt: skip
    for period in (BAN, AFTER):
        if found := substitution(figures, period):
            fell, rose = found
            permits_before, permits, *registered = (
                cite.printed(*of, value.count()) for of, value in _parts(figures, period)
            )
            compared = words(
                "{} fewer work permits in {} ({} after {}); {} more student and tourist registrations than in {} "
                "(students {} after {}, tourists {} after {})",
                fell.count(), BAN, permits, permits_before, rose.count(), BEFORE, *registered,
            )  # fmt: skip
            rows.append((f"Substitution by {period}", compared,
                         Interval(0, min(1, rose.high / fell.low)),
                         "how many workers' papers can have changed at most; not that any did",
                         "workers who went home; tourists and students who came beside them"))  # fmt: skip
    declared, entries = cite.cell(cells, year, "work"), cite.cell(cells, year)
    rows.append(("Declared work", words("{} of {} entries of {}", declared, entries, year),
                 cells.ratio({(year, "work"): 1}, {(year, "_T"): 1}),
                 "what was declared; not what was done",
                 "workers who declare another purpose"))  # fmt: skip
    found = pd.DataFrame(rows, columns=COLUMNS).set_index("line")
    return found.assign(share=found["share"].map(Interval.percent))


def published(figures: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """What other statistics than those of the border say of North Korean students, as printed, a row a figure.

    `sources`: the table of that name, indexed by `source_id`.
    """
    others = ~figures["series"].isin(["border_entries", "russian_departures"])
    own = figures["nationality"] == "PRK"
    rows = figures[others & own & (figures["purpose"] == "education")].drop_duplicates(["series", "period", "low"])
    rows = rows.assign(series=rows["series"].str.replace("_", " "), source=rows["source_id"].map(sources["publisher"]))
    rows = rows.sort_values(["series", "period"]).set_index("observation_id")
    rows.index = [cite.figure(name, text) for name, text in rows["as_stated"].items()]
    rows = rows.rename_axis("figure")
    return rows[["series", "period", "as_stated", "source"]].rename(columns={"as_stated": "as printed"})


def substitution(figures: pd.DataFrame, period: str) -> tuple[Interval, Interval] | None:
    """Fall of valid work permits over the year BAN, and rise of student and tourist registrations from BEFORE to a
    period, in their units; nothing where a figure is missing or permits need not have fallen."""
    parts = _parts(figures, period)
    if not parts:
        return None
    permits_before, permits, students, students_before, tourists, tourists_before = (value for _, value in parts)
    fell = permits_before.minus(permits)
    rose = students.minus(students_before).plus(tourists.minus(tourists_before))
    return (fell, Interval(max(0, rose.low), max(0, rose.high))) if fell.low > 0 else None


def _parts(figures: pd.DataFrame, period: str) -> list[tuple[tuple[str, str, str], Interval]]:
    """Series, period, purpose, and count of what `substitution` is computed from; nothing where one is missing."""
    asked = [("work_permit_holders", f"{y}-12-31", "work") for y in (BEFORE, BAN)]
    asked += [(REGISTRATIONS, p, purpose) for purpose in ("education", "tourism") for p in (period, BEFORE)]
    known = [(of, value) for of in asked if (value := printed(figures, *of))]
    return known if len(known) == len(asked) else []


def printed(figures: pd.DataFrame, series: str, period: str, purpose: str) -> Interval | None:
    """What all figures on North Koreans in one period and purpose of a series span; nothing where there are none."""
    own = figures[(figures["series"] == series) & (figures["period"] == period) & (figures["purpose"] == purpose)]
    own = own[own["nationality"] == "PRK"]
    return None if own.empty else Interval(own["low"].min(), own["high"].max())
