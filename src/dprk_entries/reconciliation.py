"""From printed figures to one table of cells (`entries.csv`) and one of figures that cannot hold (`conflicts.csv`)."""

import itertools
import math

import pandas as pd

from dprk_entries import intervals, periods
from dprk_entries.accounting import Bound, Cell, Figure, System

BORDER = ("border_entries", "russian_departures")
SERIES = (*BORDER, "consular_visas", "residence_registrations")
DETAIL_FROM = 2019  # from this year on every purpose of every quarter is a cell of its own


def with_intervals(observations: pd.DataFrame) -> pd.DataFrame:
    """Add `low` and `high` (float64, counts; missing where nothing was published) to raw observations."""

    def interval(row: pd.Series) -> tuple[float, float]:
        if row["qualifier"] == "not_published":
            return math.nan, math.nan
        value_high = None if pd.isna(row["value_high"]) else row["value_high"]
        return intervals.of_figure(row["value"], value_high, row["qualifier"], row["precision"])

    return observations.assign(
        **dict(zip(("low", "high"), zip(*observations.apply(interval, axis=1), strict=True), strict=True))
    )


def collected(purposes: pd.DataFrame, purpose: str, period: str) -> bool:
    """Whether the border service collected a purpose, or every purpose of a sum such as a+b, in a period."""
    since = dict(zip(purposes["code"], purposes["collected_from"], strict=True))
    return all(since[code] and int(since[code]) <= periods.year(period) for code in purpose.split("+"))


def reconcile(
    observations: pd.DataFrame, sources: pd.DataFrame, purposes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Entries and conflicts, in the columns of the data package.

    `observations` needs `low` and `high` (see `with_intervals`). Figures without a period take no part, nor do those
    on a purpose in a period when it was not collected: these are conflicts by themselves.
    """
    usable = observations[observations["series"].isin(SERIES) & (observations["period"] != "undated")]
    usable = usable.assign(reader=usable["source_id"].map(sources.set_index("source_id")["read_by"]))
    entries, conflicts = [], []
    for (series, nationality), group in usable.groupby(["series", "nationality"], sort=True):
        published = group[group["qualifier"] != "not_published"]
        known = [series not in BORDER or collected(purposes, row.purpose, row.period) for row in published.itertuples()]
        impossible, published = published[[not k for k in known]], published[known]
        withheld = {
            q for period in group.loc[group["qualifier"] == "not_published", "period"] for q in periods.quarters(period)
        }
        figures = _distinct(published)
        grid = _grid(series, nationality, [*published["period"], *withheld], purposes)
        system = System(figures, grid, _purposes_in(series, published, purposes))
        key = {"series": series, "nationality": nationality}
        entries += [key | row for row in _cells(system, {f.cell for f in figures} | set(grid), withheld)]
        entries += [key | row for row in _not_collected(series, nationality, published, purposes)]
        conflicts += _conflicts(system, published, impossible)
    return pd.DataFrame(entries), pd.DataFrame(conflicts)


def _distinct(published: pd.DataFrame) -> list[Figure]:
    groups = published.groupby(["period", "purpose", "transport", "low", "high"], sort=True)
    return [
        Figure(
            Cell(period, purpose, transport),
            intervals.Interval(low, high),
            frozenset(group["reader"]),
            tuple(sorted(set(group["source_id"]))),
            tuple(sorted(group["observation_id"])),
        )
        for (period, purpose, transport, low, high), group in groups
    ]


def _purposes_in(series: str, published: pd.DataFrame, purposes: pd.DataFrame):
    """The list of purposes that makes up the total of a quarter. Only the border service's list is known to be
    complete; elsewhere an unnamed rest completes those seen."""
    border = tuple(purposes.loc[(purposes["collected_from"] != "") & (purposes["code"] != "_T"), "code"])
    seen = sorted({code for purpose in published["purpose"] for code in purpose.split("+")} - {"_T"})
    if series not in BORDER:
        return lambda quarter: (*seen, "rest")
    return lambda quarter: border if periods.year(quarter) >= DETAIL_FROM else ("_T",)


def _grid(series: str, nationality: str, seen: list[str], purposes: pd.DataFrame) -> list[Cell]:
    """Cells that a reader may ask for whether or not anybody printed them: quarters, half-years and years of the
    entries of North Koreans, by purpose since it is complete."""
    if (series, nationality) != ("border_entries", "PRK"):
        return []
    first, last = min(map(periods.year, seen)), max(map(periods.year, seen))
    border = purposes.loc[purposes["collected_from"] != "", "code"]
    asked = []
    for year, part in itertools.product(range(first, last + 1), ("", "-S1", "-S2", "-Q1", "-Q2", "-Q3", "-Q4")):
        asked += [Cell(f"{year}{part}", code) for code in border if year >= DETAIL_FROM or code == "_T"]
    return asked


def _cells(system: System, cells: set[Cell], withheld: set[str]) -> list[dict]:
    """Rows of `entries` for cells. A cell that nobody printed and that nothing limits is left out."""
    rows = []
    for cell in sorted(cells):
        printed = [
            i for i, figure in enumerate(system.figures) if figure.cell == cell and i not in system.given_up(every=True)
        ]
        own = [i for i in printed if i not in system.given_up(every=False)]
        readers = frozenset().union(*(system.figures[i].readers for i in printed))
        row = cell._asdict() | {"readers": len(readers), "source_ids": "", "formula": ""}
        if set(periods.quarters(cell.period)) <= withheld:
            rows.append(row | {"low": math.nan, "high": math.nan, "status": "not_published"})
            continue
        exact = next((system.figures[i].value for i in own if system.figures[i].value.exact), None)
        bound = Bound(exact, False, {}, {}) if exact else system.bound(cell)
        if math.isinf(bound.value.high) and not own:
            continue
        status = (
            "contested" if bound.contested else "reported" if exact else "derived" if bound.value.exact else "bounded"
        )
        used = [*printed, *bound.low_proof, *bound.high_proof]
        ids = sorted({source for i in used for source in system.figures[i].source_ids})
        rows.append(
            row
            | bound.value._asdict()
            | {"status": status, "source_ids": " ".join(ids), "formula": _formula(system, bound)}
        )
    return rows


def _formula(system: System, bound: Bound) -> str:
    """The figures that prove a bound, as a sum of cells: `2024 - 2024-Q1 - 2024-Q2`; both ends where they differ."""

    def side(proof: dict[int, float]) -> str:
        terms = sorted(
            ((m, str(system.figures[i].cell)) for i, m in proof.items()),
            key=lambda term: (term[0] < 0, term[1]),
        )
        text = " ".join(f"{'+' if m > 0 else '-'} {'' if abs(m) == 1 else f'{abs(m):g} x '}{cell}" for m, cell in terms)
        return text.removeprefix("+ ")

    if bound.value.exact:
        return side(bound.high_proof)
    ends = [f"{name}: {side(proof)}" for name, proof in (("low", bound.low_proof), ("high", bound.high_proof)) if proof]
    return "; ".join(ends)


def _not_collected(series: str, nationality: str, published: pd.DataFrame, purposes: pd.DataFrame) -> list[dict]:
    """Rows for purposes in the quarters and years before they were collected."""
    if (series, nationality) != ("border_entries", "PRK"):
        return []
    first = min(periods.year(period) for period in published["period"])
    return [
        Cell(f"{year}{part}", code)._asdict()
        | {
            "low": math.nan,
            "high": math.nan,
            "status": "not_collected",
            "readers": 0,
            "source_ids": "",
            "formula": "",
        }
        for code, since in zip(purposes["code"], purposes["collected_from"], strict=True)
        if since
        for year in range(first, int(since))
        for part in ("", "-Q1", "-Q2", "-Q3", "-Q4")
    ]


def _conflicts(system: System, published: pd.DataFrame, impossible: pd.DataFrame) -> list[dict]:
    """Rows of `conflicts`: figures in a lightest set, and figures on a purpose that was not collected."""
    shared = [
        "observation_id",
        "source_id",
        "series",
        "nationality",
        "period",
        "purpose",
        "transport",
        "as_stated",
    ]
    rows = []
    for sets in system.lightest_sets.values():
        for i in sorted(frozenset().union(*sets)):
            figure, value = system.figures[i], system.bound(system.figures[i].cell).value
            verdict = "rejected" if i in system.given_up(every=True) else "contested"
            for _, row in published[published["observation_id"].isin(figure.observation_ids)].iterrows():
                rows.append(
                    dict(row[shared])
                    | {
                        "verdict": verdict,
                        "readers": len(figure.readers),
                        "low": value.low,
                        "high": value.high,
                    }
                )
    for _, row in impossible.iterrows():
        alike = impossible[
            (impossible["period"] == row["period"])
            & (impossible["purpose"] == row["purpose"])
            & (impossible["low"] == row["low"])
        ]
        rows.append(
            dict(row[shared])
            | {
                "verdict": "not_collected",
                "readers": alike["reader"].nunique(),
                "low": math.nan,
                "high": math.nan,
            }
        )
    return rows


def labels(purposes: pd.DataFrame) -> pd.DataFrame:
    """One row a label in print: `language`, `label_as_stated`, `code`."""
    rows = [
        [*seen.split(":", 1), code]
        for code, labels_seen in zip(purposes["code"], purposes["labels_seen"], strict=True)
        for seen in labels_seen.split("|")
    ]
    return pd.DataFrame(rows, columns=["language", "label_as_stated", "code"])


def misread(observations: pd.DataFrame, purposes: pd.DataFrame) -> pd.DataFrame:
    """Border figures whose printed label is not one of those seen for their purpose."""
    known = labels(purposes).groupby("label_as_stated")["code"].agg(set)
    border = observations[observations["series"].isin(BORDER) & (observations["label_as_stated"] != "")]
    wrong = [
        row.purpose not in known.get(row.label_as_stated, set()) and "+" not in row.purpose
        for row in border.itertuples()
    ]
    return border[wrong]


def additions(figures: pd.DataFrame) -> pd.DataFrame:
    """Printed wholes against the sum of their printed parts: purposes of a period, quarters of a longer one.

    `figures`: observations of one series and nationality, all modes together, with `low`, `high`, `reader`. Only
    exact figures count; of several values for a cell, the one that most readers give, and none where two tie.
    Columns: `whole` (a cell), `parts` (an expression), `printed`, `sum`, `difference` (counts).
    """
    exact = figures[(figures["qualifier"] == "exact") & (figures["transport"] == "_T")]
    readers = exact.groupby(["period", "purpose", "low"])["reader"].nunique().reset_index()
    best = readers[readers["reader"] == readers.groupby(["period", "purpose"])["reader"].transform("max")]
    best = best.drop_duplicates(["period", "purpose"], keep=False)
    known = {(row.period, row.purpose): int(row.low) for row in best.itertuples()}
    purposes = sorted({purpose for _, purpose in known} - {"_T"})
    rows = []
    for (period, purpose), printed in sorted(known.items()):
        by_purpose = [(period, code) for code in purposes] if purpose == "_T" else []
        by_quarter = [(quarter, purpose) for quarter in periods.quarters(period) if quarter != period]
        for parts in (by_quarter, by_purpose):
            if parts and all(part in known for part in parts):
                total = sum(known[part] for part in parts)
                expression = " + ".join(str(Cell(*part)) for part in parts)
                rows.append([str(Cell(period, purpose)), expression, printed, total, total - printed])
    return pd.DataFrame(rows, columns=["whole", "parts", "printed", "sum", "difference"])
