"""Explanations of the education entries, and what each piece of evidence says of each: a matrix.

A cell says *against* where its number would be otherwise if the explanation held, *allows* where it may hold all the
same, and *silent* where the evidence says nothing of it, or the figures are missing. No cell proves an explanation.
"""

import itertools
from typing import TypeAlias

import pandas as pd

from dprk_entries import cite
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from notebook_reports.cite import Words, words
from reconcile import periods
from reconcile.intervals import Interval

SILENT = "silent"
EXPLANATIONS = {  # each with what would change its row
    "labour under study": "what those who hold study visas did after they entered",
    "real students": "a count of all students, those of short courses too",
    "soldiers": "soldiers who declared study",
    "repeat entries": "a count of persons beside that of entries",
    "coding": "an order that changed how officers code a purpose",
    "reopening after the pandemic": "education entries of an ordinary year before it",
    "change of coverage": "a list of the posts and travellers that each release covers",
}
Column: TypeAlias = dict[str, Words]  # by explanation


def matrix(
    results: pd.DataFrame, cells: Cells, visas: Cells, figures: pd.DataFrame, year: str, baseline: str, latest: str
) -> pd.DataFrame:
    """Evidence (columns) by explanation (rows), and what would change each row.

    `results`: rows of laundering.csv; `visas`: cells of the consulates; `figures`: observations with `low` and `high`;
    `baseline`: the last year before the pandemic; `latest`: the last quarter published.
    """
    left = results[results["period"] == year].set_index(["estimand", "assumption_set"])
    columns = {
        "students reported": _reported(left, year),
        "study visas": _visas(left, cells, visas, year),
        f"education in {baseline}": _before(cells, year, baseline),
        f"surge of {year}": _surge(cells, year),
        f"fall of {latest}": _fall(cells, latest),
        "share of education": _share(cells, latest),
        "military column": _military(cells, year),
        "estimates": _estimates(cells, figures, year),
    }
    found = pd.DataFrame(columns, index=pd.Index(EXPLANATIONS, name="explanation"), dtype=object).fillna(SILENT)
    return found.assign(**{"would change it": pd.Series(EXPLANATIONS)})


def unspoken(table: pd.DataFrame) -> list[str]:
    """A sentence for each explanation of a `matrix` of which all evidence is silent."""
    silent = (table.drop(columns="would change it") == SILENT).all(axis=1)
    return [f"No figure speaks for or against {name}: all are silent." for name in table.index[silent]]


def _says(against: bool, template: str, *numbers: object) -> Words:
    return ("against: " if against else "allows: ") + words(template, *numbers)


def _reported(left: pd.DataFrame, year: str) -> Column:
    key = ("unexplained_share_of_education", "reported-students")
    least = Interval(*left.loc[key, ["low", "high"]])
    beyond = cite.share(least.least_percent(), *key, year)
    said = "at least {} beyond them"
    return {
        "labour under study": _says(False, said, beyond),
        "real students": _says(least.low > 0, said, beyond),
    }


def _visas(left: pd.DataFrame, cells: Cells, visas: Cells, year: str) -> Column:
    if not visas.known(year, "education"):
        return {}
    issued, entries = visas.interval(year, "education"), cells.interval(year, "education")
    study, declared = cite.cell(visas, year, "education"), cite.cell(cells, year, "education")
    key = ("unexplained_share_of_visas", "reported-students")
    needless = Interval(*left.loc[key, ["low", "high"]])
    found = {
        "real students": _says(needless.low > 0, "at least {} beyond their needs",
                               cite.share(needless.least_percent(), *key, year)),
        "coding": _says(issued.low >= entries.high, "{} for {} entries", study, declared),
    }  # fmt: skip
    if visas.known(year, "work"):
        found["labour under study"] = _says(False, "{}, and {} for work", study, cite.cell(visas, year, "work"))
    return found


def _before(cells: Cells, year: str, baseline: str) -> Column:
    now, then = cells.interval(year, "education"), cells.interval(baseline, "education")
    numbers = (cite.cell(cells, year, "education"), year, cite.cell(cells, baseline, "education"))
    return {"reopening after the pandemic": _says(now.low > then.high, "{} in {}, {} then", *numbers)}


def _surge(cells: Cells, year: str) -> Column:
    """The largest step of education from one quarter of the year to the next, beside that of all other purposes."""
    quarters = [f"{year}-Q{n}" for n in (1, 2, 3, 4)]
    if not all(cells.known(quarter, "education") for quarter in quarters):
        return {}
    education = {q: cells.interval(q, "education") for q in quarters}
    before, after = max(itertools.pairwise(quarters), key=lambda pair: education[pair[1]].low - education[pair[0]].high)
    if education[after].low <= education[before].high:
        return {}
    others = {q: cells.bound(bounds.others(q)) for q in (before, after)}
    shares = [words("{} of {}", cite.cell(cells, q, "education"), cite.cell(cells, q)) for q in (before, after)]
    said = "education from {} entries to {}, all others from {} to {}"
    rose = others[after].low >= others[before].high
    return {"coding": _says(rose, said, *shares, others[before].count(), others[after].count())}


def _fall(cells: Cells, latest: str) -> Column:
    before, year_before = periods.quarter_before(latest), periods.year_before(latest)
    if not all(cells.known(quarter, "education") for quarter in (year_before, before, latest)):
        return {}
    found = {}
    now = cite.cell(cells, latest)
    if fell := bounds.fall(cells, before, latest):
        said = "from {} to {} entries, {} of the fall education; all others by {}"
        numbers = (cite.cell(cells, before), now, fell.education.percent(), fell.others.percent())
        found["change of coverage"] = _says(fell.others.low <= 0, said, *numbers)
        found["coding"] = _says(fell.others.low > 0, said, *numbers)
    if fell := bounds.fall(cells, year_before, latest):
        said = "{} entries, {} a year before; all others by {}"
        was = cite.cell(cells, year_before)
        found["reopening after the pandemic"] = _says(fell.others.low > 0, said, now, was, fell.others.percent())
    return found


def _share(cells: Cells, latest: str) -> Column:
    """A release that covers fewer posts, of all purposes alike, would leave the share as it was; of education, not."""
    before = periods.quarter_before(latest)
    if not all(cells.known(quarter, "education") for quarter in (before, latest)):
        return {}
    was, now = (bounds.education_share(cells, quarter) for quarter in (before, latest))
    if now.high >= was.low:
        return {}
    numbers = [cite.share(value.percent(), "education_share", "none", quarter)
               for value, quarter in ((was, before), (now, latest))]  # fmt: skip
    return {"change of coverage": _says(False, "from {} to {}: what was left out would be education", *numbers)}


def _military(cells: Cells, year: str) -> Column:
    if not cells.known(year, "military"):
        return {}
    none = cells.interval(year, "military").high == 0
    said = "{} entries in {}" + (", so in every quarter" if none else "")
    return {"soldiers": _says(none, said, cite.cell(cells, year, "military"), year)}


def _estimates(cells: Cells, figures: pd.DataFrame, year: str) -> Column:
    """Soldiers sent in the year beside all entries of its last quarter; workers of the last estimate."""
    found = {}
    sent = figures[(figures["series"] == "troops_estimate") & (figures["period"] == year)]
    quarter = f"{year}-Q4"
    for row in sent.head(1).itertuples():
        if cells.known(quarter):
            number = cite.figure(row.observation_id, row.as_stated, row.as_stated)
            said, entries = "{} sent, {} entries for any purpose in {}", cite.cell(cells, quarter)
            found["soldiers"] = _says(cells.interval(quarter).high < row.low, said, number, entries, quarter)
    workers = figures[(figures["series"] == "workers_estimate") & figures["period"].str.startswith(year)]
    for row in workers.tail(1).itertuples():
        number = cite.figure(row.observation_id, row.as_stated, row.as_stated)
        said = "{} workers ({}), {} entries for work in {}"
        found["labour under study"] = _says(False, said, number, row.period, cite.cell(cells, year, "work"), year)
    return found
