"""What must hold beyond the sums of one series and nationality: between the papers that relay one reader, between all
that is printed of one count of a series that need not add up, between a part and its whole there, and between one
nationality and all of them. No number depends on it: what cannot all be is told."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from dprk_entries.entries.cell import KEY, WHOSE, Cell
from reconcile import periods
from reconcile.intervals import Interval

FLOWS = ("crossings", "registrations", "visas")  # units of what happens: a part of a period has at most as many of it


class Clash(NamedTuple):
    """Of the figures printed on one count, and what they cannot all be true with."""

    of: tuple[str, ...]  # a count: its series, nationality and cell
    because: str
    against: frozenset[tuple[str, ...]]  # counts


def miscopied(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures that more papers which relay the same reader contradict, on the same count, than agree with: `because`
    and `clashes_with`, by the index of the figure.

    `figures`: those with `low`, `high` and `reader`; what a reader saw is copied right by most.
    """
    told = {}
    values = figures.groupby([*KEY, "reader"])[["low", "high"]].transform("nunique")
    for key, copies in figures[(values > 1).any(axis=1)].groupby([*KEY, "reader"]):
        meets = {i: (copies["low"] <= row["high"]) & (row["low"] <= copies["high"]) for i, row in copies.iterrows()}
        papers = {i: copies.loc[meets[i], "source_id"].nunique() for i in copies.index}
        for i in copies.index:
            others = copies[~meets[i]]
            if others.empty or (most := max(papers[j] for j in others.index)) <= papers[i]:
                continue
            right = others[[papers[j] == most for j in others.index]]
            own, other = _value(copies.loc[i]), _value(right.iloc[0])
            prints = "prints" if papers[i] == 1 else "print"
            because = f"of the papers that relay {key[-1]}, {most} print {other}, {papers[i]} {prints} {own}"
            told[i] = {"because": because, "clashes_with": " ".join(sorted(right["observation_id"]))}
    return pd.DataFrame.from_dict(told, orient="index", columns=["because", "clashes_with"])


def clashes(counts: pd.DataFrame, others: pd.DataFrame) -> list[Clash]:
    """What cannot all be. `counts`: of every series, with `low` and `high`, as `entries` and `printed` give them;
    `others`: the figures of series that need not add up, with `low`, `high` and `source_id`."""
    found = [*_of_all_nationalities(counts), *_of_one_count(others)]
    for (series, nationality), group in others.groupby(WHOSE):
        found += _parts(series, nationality, group)
    return found


def _of_one_count(others: pd.DataFrame) -> Iterator[Clash]:
    """A count on which several sources print values that exclude each other."""
    spans = others.groupby([*KEY, "source_id"]).agg(low=("low", "min"), high=("high", "max"))
    ends = spans.groupby(KEY).agg(low=("low", "max"), high=("high", "min"))
    for count in ends.index[ends["low"] > ends["high"]]:
        printed = others[(others[KEY] == list(count)).all(axis=1)].sort_values("low")
        values = " or ".join(dict.fromkeys(_value(row) for _, row in printed.iterrows()))
        yield Clash(count, f"{Cell(*count[2:])} is {values} in different papers", frozenset([count]))


def _parts(series: str, nationality: str, group: pd.DataFrame) -> Iterator[Clash]:
    """A part that exceeds its whole, and parts that together do: purposes of a total, quarters of a longer period."""
    ends = group.groupby(list(Cell._fields)).agg({"low": "min", "high": "max", "unit": "first"})
    known = {Cell(*cell): Interval(row["low"], row["high"]) for cell, row in ends.iterrows()}
    flow = set(ends["unit"]) <= set(FLOWS)
    for whole, value in known.items():
        inside = [part for part in known if part != whole and _includes(whole, part, flow)]
        together = (  # by purpose, by mode of transport, by quarter
            [part for part in inside if part._replace(purpose=whole.purpose) == whole and "+" not in part.purpose],
            [part for part in inside if part._replace(transport=whole.transport) == whole],
            [part for part in inside if part._replace(period=whole.period) == whole and "Q" in part.period],
        )
        for parts in dict.fromkeys(map(tuple, (*([part] for part in inside), *together))):
            least = sum(known[part].low for part in parts)
            alone = len(parts) == 1
            if least > value.high and (alone or all(known[part].low <= value.high for part in parts)):
                told = " + ".join(f"{part} ({known[part].count()})" for part in parts)
                told = f"{parts[0]} is {known[parts[0]].count()}" if alone else f"{told} make at least {least:,.0f}"
                because = f"{told}, but {whole}, which includes {'it' if alone else 'them'}, is {value.count()}"
                counts = frozenset((series, nationality, *cell) for cell in (whole, *parts))
                yield from (Clash(count, because, counts - {count}) for count in sorted(counts))


def _includes(whole: Cell, part: Cell, flow: bool) -> bool:
    """Whether all that one cell counts is counted in another. `flow`: a period counts what its days do."""
    purposes = whole.purpose == "_T" or {*part.purpose.split("+")} <= {*whole.purpose.split("+")}
    if not purposes or whole.transport not in ("_T", part.transport):
        return False
    if whole.period == part.period or not flow:
        return whole.period == part.period
    (first, last), (begin, end) = periods.days(whole.period), periods.days(part.period)
    return first <= begin and end <= last


def _of_all_nationalities(counts: pd.DataFrame) -> Iterator[Clash]:
    """Nationalities that together, or one of them alone, exceed what is counted of all."""
    known = counts[counts["low"].notna()]
    totals, parts = (known[(known["nationality"] == "_T") == of_all] for of_all in (True, False))
    key = ["series", *Cell._fields]
    least = parts.groupby(key)["low"].sum().rename("least").reset_index()
    for total in least.merge(totals, on=key).query("least > high").itertuples():
        cell = Cell(*(getattr(total, column) for column in Cell._fields))
        inside = parts[(parts[key] == [total.series, *cell]).all(axis=1)]
        alone = inside[inside["low"] > total.high]
        named = alone if len(alone) else inside
        who = " and ".join(sorted(alone["nationality"])) or f"{len(inside)} nationalities together"
        value = Interval(total.low, total.high).count()
        because = f"{who} make at least {named['low'].sum():,.0f} in {cell}, but all nationalities are {value}"
        whole = (total.series, "_T", *cell)
        against = frozenset((total.series, nationality, *cell) for nationality in named["nationality"])
        yield Clash(whole, because, against)
        yield from (Clash(count, because, frozenset([whole])) for count in sorted(against) if len(alone))


def _value(row: pd.Series) -> str:
    return Interval(row["low"], row["high"]).count()
