"""The results of the share in the columns of `laundering.csv`.

What is estimated, and under which assumptions, stands in `bounds`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from dprk_entries.study.bounds import Assumed
from reconcile import periods
from reconcile.intervals import Interval

COLUMNS = ["estimand", "assumption_set", "period", "unit", "low", "high", "binding", "source_ids"]
# Behind what limits study entries, and study visas.
LIMITS = {
    "baseline": ("baseline",), "enrolment": ("students", "entries_per_student"), "arrival": ("students",),
}  # fmt: skip
VISA_LIMITS = {"enrolment": ("students", "visas_per_student")}
WHY = {
    "none": "published figures alone",
    "baseline": "at most as much study as education entries in {}",
    "enrolment": "students x assumed crossings, or visas",
    "arrival": "students, each entering once at most",
    "naive": "no education entry is study",
}


def sources_of(assumptions: pd.DataFrame) -> dict[str, str]:
    """Source of each range of `Assumed`, those of the students of all academic years together.

    `assumptions`: the table of that name, indexed by `assumption_id`.
    """
    enrolled = assumptions.index.str.startswith("students_")
    source = assumptions.loc[~enrolled, "source_id"].to_dict()
    return source | {"students": " ".join(sorted(set(assumptions.loc[enrolled, "source_id"])))}


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
    quarters = set(quarters_with_students(year)) & set(shares_of)
    counted = [year, *sorted(q for q in quarters if cells.interval(q, "education").low > 0)]
    assumed_by = assumed_by | {"baseline": cells.source_ids((baseline, "education"))}
    study = bounds.nested(bounds.study_entries(cells.interval(baseline, "education"), assumed))
    left = _counts(cells, counted).merge(_sets(study, LIMITS, baseline, assumed_by), how="cross")
    results = [_shares_of_education(cells, shares_of), _of_entries(left)]
    results.append(_of_persons(left[left["period"] == year], assumed, assumed_by))
    if visas.known(year, "education"):
        wanted = _sets(bounds.nested(bounds.study_visas(assumed)), VISA_LIMITS, baseline, assumed_by)
        issued = _counts(visas, [year], ("education",)).merge(wanted, how="cross")
        results.append(_of_visas(issued))
    return pd.concat(results, ignore_index=True)[COLUMNS]


def _counts(cells: Cells, counted: list[str], purposes: tuple[str, ...] = ("education", "_T")) -> pd.DataFrame:
    """A row a period: `period`, and of each purpose (all of them: total) its ends and `_sources`."""
    columns: dict[str, list] = {"period": counted}
    for purpose in purposes:
        name, values = purpose.replace("_T", "total"), [cells.interval(period, purpose) for period in counted]
        columns |= {f"{name}_low": [value.low for value in values], f"{name}_high": [value.high for value in values]}
        columns[f"{name}_sources"] = [cells.source_ids((period, purpose)) for period in counted]
    return pd.DataFrame(columns)


def _sets(
    granted: dict[str, tuple[Interval, str]],
    limits: Mapping[str, tuple[str, ...]],
    baseline: str,
    assumed_by: dict[str, str],
) -> pd.DataFrame:
    """A row an assumption set: `assumption_set`, the ends of what it grants (`study`), `binding` in words, and the
    sources of what binds (`limit_sources`)."""
    rows = [
        [name, *study, WHY[binding].format(baseline), " ".join(assumed_by[limit] for limit in limits.get(binding, ()))]
        for name, (study, binding) in granted.items()
    ]
    return pd.DataFrame(rows, columns=["assumption_set", "study_low", "study_high", "binding", "limit_sources"])


def _ends(frame: pd.DataFrame, name: str) -> Interval:
    """An interval of each row."""
    return Interval(frame[f"{name}_low"], frame[f"{name}_high"])


def _rows(frame: pd.DataFrame, estimand: str, value: Interval, *sources: str) -> pd.DataFrame:
    """Results of an estimand in the columns of laundering.csv; `sources`: columns that name what they rest on."""
    unit = "share" if "share" in estimand else estimand.removeprefix("unexplained_")
    behind = map(" ".join, frame[list(sources)].itertuples(index=False))
    named = [" ".join(sorted(set(names.split()))) for names in behind]
    return frame.assign(estimand=estimand, unit=unit, low=value.low, high=value.high, source_ids=named)[COLUMNS]


def _shares_of_education(cells: Cells, shares_of: list[str]) -> pd.DataFrame:
    frame = _counts(cells, shares_of).assign(assumption_set="none", binding=WHY["none"])
    shares = [bounds.education_share(cells, period) for period in shares_of]
    frame = frame.assign(share_low=[share.low for share in shares], share_high=[share.high for share in shares])
    return _rows(frame, "education_share", _ends(frame, "share"), "education_sources", "total_sources")


def _of_entries(left: pd.DataFrame) -> pd.DataFrame:
    education, total, study = (_ends(left, name) for name in ("education", "total", "study"))
    entries, share = bounds.unexplained(education, study), bounds.unexplained_share(education, study)
    of_all = Interval(entries.low / total.high, np.minimum(1, entries.high / total.low))
    used = ("education_sources", "limit_sources")
    return pd.concat([
        _rows(left, "unexplained_entries", entries, *used),
        _rows(left, "unexplained_share_of_education", share, *used),
        _rows(left, "unexplained_share_of_entries", of_all, "total_sources", *used),
    ])  # fmt: skip


def _of_persons(left: pd.DataFrame, assumed: Assumed, assumed_by: dict[str, str]) -> pd.DataFrame:
    entries = bounds.unexplained(_ends(left, "education"), _ends(left, "study"))
    people = bounds.persons(entries, assumed.entries_per_person)
    left = left.assign(often_sources=assumed_by["entries_per_person"])
    return _rows(left, "unexplained_persons", people, "education_sources", "limit_sources", "often_sources")


def _of_visas(issued: pd.DataFrame) -> pd.DataFrame:
    visas, study, used = _ends(issued, "education"), _ends(issued, "study"), ("education_sources", "limit_sources")
    return pd.concat([
        _rows(issued, "unexplained_visas", bounds.unexplained(visas, study), *used),
        _rows(issued, "unexplained_share_of_visas", bounds.unexplained_share(visas, study), *used),
    ])  # fmt: skip


def share_of_education(estimates: pd.DataFrame, period: str, name: str) -> Interval:
    """Unexplained share of the education entries of a period in an assumption set."""
    key = ["unexplained_share_of_education", name, period]
    (row,) = estimates[(estimates[["estimand", "assumption_set", "period"]] == key).all(axis=1)].itertuples()
    return Interval(row.low, row.high)
