"""Results as tables to read: only here do they become text, each number with the entry that it leads to.

Every function gives a frame for `show.table`, whose cells are text or `Words`.
"""

import pandas as pd

from dprk_entries import cite, claims
from dprk_entries.entries import addresses, reconciliation
from dprk_entries.entries.cell import Cell
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds
from notebook_reports.cite import Words, join, words
from notebook_reports.cite import cite as cited
from reconcile.intervals import Interval

GROWTH = {
    "rank": ("rank", Interval.count),
    "factor": ("times a year before", lambda value: value.text(digits=2)),
    "percent_change": ("change", lambda value: f"{value.text(digits=0)} %"),
    "ratio_to_mean": ("from the mean", lambda value: f"{value.minus(Interval(1, 1)).text(100, 0)} %"),
    "recovery": ("recovery", Interval.percent),
}  # how each measure is headed and written in tables
SHORTER = {
    "factor": Interval.text,
    "contribution": Interval.percent,
}  # how some are written in sentences


def contribution(value: Interval) -> str:
    """A share of the growth: 60.7 to 64.7 %."""
    return f"{value.text(100)} %"


def growth_forms(measure: str, value: Interval) -> list[str]:
    """Every way in which a result of growth.csv is written on the pages, the most exact first."""
    exact = {"contribution": contribution} | {name: written for name, (_, written) in GROWTH.items()}
    forms = [exact[measure], *([SHORTER[measure]] if measure in SHORTER else [])]
    return list(dict.fromkeys(written(value) for written in forms))


def sums(figures: pd.DataFrame) -> pd.DataFrame:
    """What `reconciliation.additions` finds of North Korean entries, each total leading to its count."""
    border = figures[(figures["series"] == "border_entries") & (figures["nationality"] == "PRK")]
    added = reconciliation.additions(border)
    keys = added[["period", "purpose"]].itertuples(index=False)
    links = [cite.Link(addresses.address("cell", "border_entries", "PRK", *key), "what is known of it") for key in keys]
    names = added["whole"] + " by " + added["by"]
    added.index = pd.Index([cited(name, link) for name, link in zip(names, links, strict=True)], name="total")
    return added[["printed", "sum", "difference"]]


def conflicts(conflicts: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Resolved conflicts, papers that print the same figure together: `verdict`, `what arithmetic says`, `printed by`
    (leading to the figures), `what a human makes of it`. `sources`: indexed by `source_id`."""
    cells = [str(Cell(*row)) for row in conflicts[list(Cell._fields)].itertuples(index=False)]
    rows = conflicts.assign(figure=pd.Series(cells, conflicts.index) + ": " + conflicts["as_stated"])
    listed, names = [], []
    for name, alike in rows.groupby("figure", sort=False):
        first = alike.iloc[0]
        papers = [
            words("{} ({})", sources.loc[row.source_id, "publisher"], cite.figure(row.observation_id, row.as_stated))
            for row in alike.itertuples()
        ]
        told = {name: ", ".join(alike[name].unique()) for name in ("verdict", "because", "read_by", "cause", "reason")}
        names.append(cite.figure(first["observation_id"], first["as_stated"], name))
        listed.append(
            {
                "verdict": told["verdict"].replace("_", " "),
                "what arithmetic says": told["because"],
                "printed by": words("{}, read by {}", join(", ", papers), told["read_by"]),
                "what a human makes of it": f"{told['cause'].capitalize()}. {told['reason']}",
            }
        )
    return pd.DataFrame(listed, index=pd.Index(names, name="figure"))


def growth(table: pd.DataFrame, cells: Cells, periods: list[str]) -> pd.DataFrame:
    """Growth of some periods, a row a period: entries, rank, times and change against the year before, distance from
    the mean, recovery. "none" where there is no ratio. `table`: as `growth.table` gives it."""
    rows = {(row.measure, row.period): row for row in table[table["purpose"] == "_T"].itertuples()}
    frame = pd.DataFrame(
        {"entries": [cite.cell(cells, period) for period in periods]}, pd.Index(periods, name="period")
    )
    for measure, (heading, written) in GROWTH.items():
        results = [rows.get((measure, period)) for period in periods]
        frame[heading] = [growth_result(row, written) if row else "none" for row in results]
    return frame


def growth_result(row, written) -> Words:
    """A row of growth.csv (with its fields as attributes), written as a function of its interval says."""
    link = cite.growth_link(row.measure, row.purpose, row.period, row.base_period)
    return cited(written(Interval(row.low, row.high)), link)


def assumptions(table: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The table of assumptions, each leading to its entry. Both tables are indexed by their ids."""
    ranges = table.assign(source=table["source_id"].map(sources["publisher"]))
    ranges[["low", "high"]] = ranges[["low", "high"]].map("{:g}".format).astype(object)
    ranges.index = pd.Index([cite.assumption(name, name.replace("_", " ")) for name in ranges.index], name="assumption")
    return ranges[["low", "high", "unit", "source", "why"]]


def routes(cells: Cells, visas: Cells, year: str, entries_per_visa: Interval) -> pd.DataFrame:
    """What `bounds.routes` finds, each purpose leading to its count."""
    labour = bounds.routes(cells, visas, year, entries_per_visa)
    labour = labour.map(lambda value: value.count() if value else "no such visa")
    labour.index = pd.Index([cite.cell(cells, year, purpose, purpose) for purpose in labour.index], name="purpose")
    return labour.rename(columns={"labour": "labour, any entry", "labour_on_visas": "labour, if only on visas"})


def by_set(estimates: pd.DataFrame, year: str) -> pd.DataFrame:
    """What stays unexplained in a year: a row an assumption set, weakest first, a column an estimand."""
    rows = estimates[(estimates["estimand"] != "education_share") & (estimates["period"] == year)]
    by_estimand = rows.assign(text=_shares(rows)).pivot(index="assumption_set", columns="estimand", values="text")
    by_estimand = by_estimand.loc[list(bounds.SETS)].fillna("not assumed")
    return by_estimand.rename(columns=lambda name: name.replace("_", " ")).rename_axis("assumptions")


def by_period(estimates: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Education's share of the entries, and the share of education that study leaves unexplained: a row a period in
    the order of time."""
    shares = estimates[estimates["estimand"] == "education_share"].set_index("period", drop=False)
    left = estimates[estimates["estimand"] == "unexplained_share_of_education"]
    columns = pd.DataFrame(
        {
            "education": [cite.cell(cells, period, "education") for period in shares.index],
            "all entries": [cite.cell(cells, period) for period in shares.index],
            "share": _shares(shares),
        },
        index=shares.index,
    )
    for name in ("baseline", "enrolment"):
        rows = left[left["assumption_set"] == name]
        texts = dict(zip(rows["period"], _shares(rows), strict=True))
        columns[f"unexplained, {name}"] = [texts.get(period, "not assumed") for period in shares.index]
    return columns


def _shares(rows: pd.DataFrame) -> list[Words]:
    """Rows of laundering.csv, each leading to its entry."""
    texts = []
    for row in rows.itertuples():
        value = Interval(row.low, row.high)
        text = value.percent() if row.unit == "share" else value.count()
        texts.append(cite.share(text, row.estimand, row.assumption_set, row.period))
    return texts


def checked_claims(
    ledger: pd.DataFrame, checked: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame
) -> pd.DataFrame:
    """Claims and verdicts, a row a part, by number (B07.2 is the second part of B07): `claim`, `as printed`, `verdict`,
    `arithmetic`, `remark`, `paper`; and `source_id` and `whole`, the verdict on all parts, to choose by."""
    parts = ledger.merge(checked[["claim_id", "part", "verdict", "arithmetic"]], on=["claim_id", "part"])
    alone = parts.groupby("claim_id")["part"].transform("size") == 1
    numbers = parts["claim_id"].where(alone, parts["claim_id"] + "." + parts["part"].astype(str))
    keys = zip(parts["claim_id"], parts["part"], parts["verdict"], strict=True)
    names = [cited(number, cite.claim_link(*key)) for number, key in zip(numbers, keys, strict=True)]
    parts["remark"] = claims.remarks(ledger, purposes)
    parts["paper"] = parts["source_id"].map(sources.set_index("source_id")["publisher"])
    parts["whole"] = parts["claim_id"].map(claims.whole(checked))
    shown = ["claim", "as_stated", "verdict", "arithmetic", "remark", "paper", "source_id", "whole"]
    return parts.set_index(pd.Index(names, name="no."))[shown].rename(columns={"as_stated": "as printed"})
