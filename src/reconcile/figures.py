"""From printed figures, one row for each place in print, to distinct ones, each with all its readers."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from reconcile import hedges
from reconcile.cells import AccountingError, Figure
from reconcile.intervals import Interval

READ = ["observation_id", "value", "value_high", "qualifier", "precision"]  # by `with_intervals`
NOTHING = "not_published"  # the qualifier of a figure that was left blank: it has no interval


def with_intervals(printed: pd.DataFrame) -> pd.DataFrame:
    """Add `low` and `high` (float64, counts; missing where nothing was published) to printed figures.

    Columns that are read: `value`, `value_high` (missing but for a range), `qualifier` (a hedge, see `hedges`, or
    `not_published`), `precision` (the place of the last digit that was meant). Raises AccountingError, naming the row,
    for a figure that has no interval.
    """
    _require(printed, READ)

    def interval(observation_id: str, value: int, value_high: int, hedge: str, precision: int) -> Interval:
        if hedge == NOTHING:
            return Interval(math.nan, math.nan)
        try:
            return hedges.of_count(value, None if pd.isna(value_high) else value_high, hedge, precision)
        except ValueError as error:
            raise AccountingError(f"{observation_id}: {error}") from None

    ends = [interval(*row) for row in zip(*(printed[column].tolist() for column in READ), strict=True)]
    low, high = np.array(ends, dtype=float).reshape(-1, 2).T
    return printed.assign(low=low, high=high)


def distinct(printed: pd.DataFrame, dimensions: Sequence[str]) -> list[Figure]:
    """The figures that a table of them holds, each cell and interval once, in the order of the cells.

    Columns that are read: `period`, the `dimensions` by name, `low`, `high`, `reader`, `source_id`, `observation_id`.
    Raises AccountingError for an interval upside down.
    """
    key = ["period", *dimensions, "low", "high"]
    _require(printed, [*key, "reader", "source_id", "observation_id"])
    places: dict[tuple[Any, ...], list[tuple[str, str, str]]] = {}
    columns = [printed[column] for column in (*key, "reader", "source_id", "observation_id")]
    for *names, reader, source, observation in zip(*columns, strict=True):
        places.setdefault(tuple(names), []).append((reader, source, observation))
    return [_figure(names, places[names]) for names in sorted(places)]


def _figure(names: tuple[Any, ...], places: list[tuple[str, str, str]]) -> Figure:
    *cell, low, high = names
    readers, sources, observations = (sorted(set(column)) for column in zip(*places, strict=True))
    return Figure(tuple(map(str, cell)), Interval(low, high), frozenset(readers), tuple(sources), tuple(observations))


def _require(printed: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in printed]
    if missing:
        raise AccountingError(f"a table of figures: found no column {missing[0]}, expected {', '.join(columns)}")
