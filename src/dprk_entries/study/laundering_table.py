"""The results of the share in the columns of `laundering.csv`.

What is estimated, and under which assumptions, stands in `laundering`.
"""

import pandas as pd

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds as laundering
from dprk_entries.study.bounds import Assumed
from reconcile import periods
from reconcile.intervals import Interval

COLUMNS = ["estimand", "assumption_set", "period", "unit", "low", "high", "binding", "source_ids"]
RANGES = {"enrolment": ("students", "entries_per_student"), "arrival": ("students",)}  # behind what limits study


def sources_of(assumptions: pd.DataFrame) -> dict[str, str]:
    """Source of each range of `Assumed`, those of the students of all academic years together.

    `assumptions`: the table of that name, indexed by `assumption_id`.
    """
    enrolled = assumptions.index.str.startswith("students_")
    found = assumptions.loc[~enrolled, "source_id"].to_dict()
    return found | {"students": " ".join(sorted(set(assumptions.loc[enrolled, "source_id"])))}


def periods_known(cells: Cells, first: str, last: str) -> list[str]:
    """Years, then quarters, from one quarter to another, whose education entries and whose total have bounds."""
    quarters = periods.span(first, last)
    years = sorted({quarter[:4] for quarter in quarters})
    return [p for p in [*years, *quarters] if cells.known(p, "education") and cells.known(p)]


def quarters_with_students(year: str) -> tuple[str, ...]:
    """Quarters that the two academic years which touch a calendar year cover, from autumn to the summer after next:
    the students of `Assumed` are those enrolled in either."""
    return periods.span(f"{int(year) - 1}-Q4", f"{int(year) + 1}-Q2")


def table(
    cells: Cells,
    visas: Cells,
    year: str,
    shares_of: list[str],
    assumed: Assumed,
    baseline: str,
    assumed_by: dict[str, str],
) -> pd.DataFrame:
    """All results, a row each: education's share of the entries in the periods `shares_of`; what study leaves
    unexplained in `year`, and in those of its `quarters_with_students` that `shares_of` names.

    `visas`: the cells of the consulates; without the study visas of the year there are no rows on visas. `baseline`:
    the year that limits study in the set of that name. `assumed_by`: see `sources_of`. A quarter can hold all study of
    its year, so its limit is that of the year; one that may have no education entry has no row. Raises
    ZeroDivisionError for such a year, NoFigureError for one without education figures.
    """
    why = {
        "none": "published figures alone",
        "baseline": f"at most as much study as education entries in {baseline}",
        "enrolment": "students x assumed crossings, or visas",
        "arrival": "students, each entering once at most",
        "naive": "no education entry is study",
    }
    rows = []

    def add(estimand: str, name: str, period: str, value: Interval, binding: str, *sources: str) -> None:
        unit = "share" if "share" in estimand else estimand.removeprefix("unexplained_")
        behind = " ".join(sorted(set(" ".join(sources).split())))
        rows.append([estimand, name, period, unit, *value, why[binding], behind])

    def behind(binding: str, ranges: dict[str, tuple[str, ...]]) -> list[str]:
        if binding == "baseline":
            return [cells.source_ids((baseline, "education"))]
        return [assumed_by[name] for name in ranges.get(binding, ())]

    for period in shares_of:
        figures = cells.source_ids((period, "education"), (period, "_T"))
        add("education_share", "none", period, laundering.education_share(cells, period), "none", figures)

    study = laundering.nested(laundering.study_entries(cells.interval(baseline, "education"), assumed))
    quarters = set(quarters_with_students(year)) & set(shares_of)
    for period in [year, *sorted(q for q in quarters if cells.interval(q, "education").low > 0)]:
        education, total = cells.interval(period, "education"), cells.interval(period)
        of_education, of_total = (cells.source_ids((period, purpose)) for purpose in ("education", "_T"))
        for name, (genuine, binding) in study.items():
            left, limits = laundering.unexplained(education, genuine), behind(binding, RANGES)
            share = laundering.unexplained_share(education, genuine)
            of_all = Interval(left.low / total.high, min(1, left.high / total.low))
            add("unexplained_entries", name, period, left, binding, of_education, *limits)
            add("unexplained_share_of_education", name, period, share, binding, of_education, *limits)
            add("unexplained_share_of_entries", name, period, of_all, binding, of_education, of_total, *limits)
            if period == year:
                people = laundering.persons(left, assumed.entries_per_person)
                limits.append(assumed_by["entries_per_person"])
                add("unexplained_persons", name, year, people, binding, of_education, *limits)

    if visas.known(year, "education"):
        issued = visas.interval(year, "education")
        for name, (genuine, binding) in laundering.nested(laundering.study_visas(assumed)).items():
            sources = [visas.source_ids((year, "education"))]
            sources += behind(binding, {"enrolment": ("students", "visas_per_student")})
            add("unexplained_visas", name, year, laundering.unexplained(issued, genuine), binding, *sources)
            share = laundering.unexplained_share(issued, genuine)
            add("unexplained_share_of_visas", name, year, share, binding, *sources)
    return pd.DataFrame(rows, columns=COLUMNS)


def share_of_education(estimates: pd.DataFrame, period: str, name: str) -> Interval:
    """Unexplained share of the education entries of a period in an assumption set."""
    key = ["unexplained_share_of_education", name, period]
    (row,) = estimates[(estimates[["estimand", "assumption_set", "period"]] == key).all(axis=1)].itertuples()
    return Interval(row.low, row.high)
