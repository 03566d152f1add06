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
from notebook_reports.cite import cite as cited
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
    results: pd.DataFrame, cells: Cells, visas: Cells, figures: pd.DataFrame, events: pd.DataFrame, year: str,
    baseline: str, latest: str,
) -> pd.DataFrame:  # fmt: skip
    """Evidence (columns) by explanation (rows), and what would change each row.

    `results`: rows of laundering.csv; `visas`: cells of the consulates; `figures`: observations with `low` and `high`;
    `events`: rows of events.csv; `baseline`: the last year before the pandemic; `latest`: the last quarter published.
    """
    left = results[results["period"] == year].set_index(["estimand", "assumption_set"])
    columns = {
        "students reported": _reported(left, year),
        "study visas": _visas(left, cells, visas, year),
        f"education in {baseline}": _before(cells, year, baseline),
        f"surge of {year}": _surge(cells, events, year),
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


def _largest_step(cells: Cells, year: str) -> tuple[str, str] | None:
    """The two quarters of the year between which education entries certainly rose most, None where they need not."""
    quarters = [f"{year}-Q{n}" for n in (1, 2, 3, 4)]
    if not all(cells.known(quarter, "education") for quarter in quarters):
        return None
    education = {q: cells.interval(q, "education") for q in quarters}
    rise = {(a, b): education[b].low - education[a].high for a, b in itertools.pairwise(quarters)}
    step = max(rise, key=lambda pair: rise[pair])
    return step if rise[step] > 0 else None


def _surge(cells: Cells, events: pd.DataFrame, year: str) -> Column:
    """The largest step of education beside that of all other purposes, and beside the first event that speaks of
    soldiers."""
    step = _largest_step(cells, year)
    if step is None:
        return {}
    others = [cells.bound(bounds.others(quarter)) for quarter in step]
    shares = [words("{} of {}", cite.cell(cells, q, "education"), cite.cell(cells, q)) for q in step]
    said = "education from {} entries to {}, all others from {} to {}"
    rose = others[1].low >= others[0].high
    found = {"coding": _says(rose, said, *shares, *(other.count() for other in others))}
    moved = events[(events["kind"] == "military") & events["date"].str.startswith(year)].sort_values("date")
    for event in moved.head(1).itertuples():
        earlier = periods.days(step[1])[1] < periods.days(event.date)[0]
        day = cited(event.date, cite.source_link(event.source_id, event.event))
        said = "{} for education in {}, soldiers reported to move from {} on"
        found["soldiers"] = _says(earlier, said, cite.cell(cells, step[1], "education"), step[1], day)
    return found


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
    """Who declares study is not in the column of soldiers."""
    if not cells.known(year, "military"):
        return {}
    return {"soldiers": _says(False, "{} entries in {}", cite.cell(cells, year, "military"), year)}


def _estimates(cells: Cells, figures: pd.DataFrame, year: str) -> Column:
    """Soldiers sent in the year beside all entries of its last quarter; workers of the last estimate."""
    found = {}
    sent = figures[(figures["series"] == "troops_estimate") & (figures["period"] == year)]
    quarter = f"{year}-Q4"
    for row in sent.head(1).itertuples():
        if cells.known(quarter):
            number = cite.figure(row.observation_id, row.as_stated, row.as_stated)
            said, entries = "{} sent, {} entries for any purpose in {}", cite.cell(cells, quarter)
            found["soldiers"] = _says(False, said, number, entries, quarter)  # many need not be in the statistics
    workers = figures[(figures["series"] == "workers_estimate") & figures["period"].str.startswith(year)]
    for row in workers.tail(1).itertuples():
        number = cite.figure(row.observation_id, row.as_stated, row.as_stated)
        said = "{} workers ({}), {} entries for work in {}"
        found["labour under study"] = _says(False, said, number, row.period, cite.cell(cells, year, "work"), year)
    return found
