"""The page of a sweep: what was tried, which numbers move, and how the one that moves most depends on a parameter.

The tables are read in pieces, so that memory does not grow with the number of sets.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from notebook_reports import datapackage, drawing, grid, paths
from notebook_reports.cite import as_words
from notebook_reports.pages.figures import Figure, read_svg
from notebook_reports.pages.layout import article, render
from notebook_reports.pages.prose import scroll_box
from notebook_reports.pages.tables import read_table
from notebook_reports.runner.sets import Values, told

SUMMARY = "summary.html"
CHART = "sweep"
ROWS = 100_000  # of a table that are read at a time
SHOWN = 20  # numbers that move, and sets that failed, on the page: the tables have all
GROUPS = 10  # of the values of a parameter in the chart, each with a line
FEW = 6  # values of a parameter that are named one by one


class Moving(NamedTuple):
    """A number in a row of a table, known by its `key`, that differs from set to set."""

    table: str
    key: tuple[str, ...]
    column: str
    least: float
    greatest: float

    @property
    def label(self) -> str:
        return f"{' '.join(part for part in self.key if part != '_T')}, {self.column.replace('_', ' ')}"

    @property
    def moves(self) -> float:
        """How far, as a share of what it is at most."""
        return (self.greatest - self.least) / max(abs(self.greatest), abs(self.least))


def write(name: str, sets: Sequence[Values], failed: Mapping[int, str], result: Path, folder: Path) -> None:
    """Write the page and its chart into `result`, which holds the tables of the sweep and will become `folder`."""
    names = {Path(resource["path"]).name: resource["name"] for resource in datapackage.read()["resources"]}
    tables = [table for table in sorted(result.glob("*.csv")) if table.name in names]
    found = [each for table in tables for each in moving(table, names[table.name])]
    most = sorted(found, key=lambda each: each.moves, reverse=True)
    shown = most[:SHOWN]
    what = f"notebook {name} with {len(sets):,} sets of parameters"
    html = render(
        "summary.html.j2",
        about=article(what.capitalize(), f"What {what} gives."),
        experiment=what,
        root=f"{os.path.relpath(paths.ROOT / paths.REPORTS, folder)}/",
        total=len(sets),
        tables=[table.name for table in tables],
        tried=shown_table("Parameters and their values", ["parameter", "values"],
                          [(each, tried([values[each] for values in sets])) for each in sets[0]]),
        moving=shown_table("Numbers that differ most from set to set", ["number", "table", "least", "greatest"],
                           [(each.label, each.table, number(each.least), number(each.greatest)) for each in shown]),
        more=len(most) - len(shown),
        chart=write_chart(most[0], names[most[0].table], list(sets[0]), result) if most else None,
        failures=len(failed),
        failed=shown_table("Sets that failed", ["set", "parameters", "why"],
                           [(each, told(sets[each - 1]), failed[each]) for each in sorted(failed)[:SHOWN]]),
    )  # fmt: skip
    paths.write(result / SUMMARY, html.encode())


def shown_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    """A table of the page, whose first column names the rows."""
    head = [grid.Cell(as_words(each), "col") for each in heads]
    body = [
        [grid.Cell(as_words(first), "row"), *(grid.Cell(as_words(each)) for each in others)] for first, *others in rows
    ]
    return scroll_box(caption, Markup(read_table(grid.table(as_words(caption), [head], body)).html))


def moving(table: Path, name: str) -> Iterator[Moving]:
    """The numbers of a table, called `name` in the schema, that differ from set to set."""
    key = datapackage.primary_key(name)
    fields = datapackage.resource(name)["schema"]["fields"]
    numbers = [each["name"] for each in fields if each["type"] in ("integer", "number") and each["name"] not in key]
    if not numbers or not {*key, *numbers} <= {*pd.read_csv(table, nrows=0).columns}:
        return
    ends = [piece.groupby(key, sort=False)[numbers].agg(["min", "max"]) for piece in pieces(table, key, numbers)]
    by_row = pd.concat(ends).groupby(level=key, sort=False)
    least, greatest = by_row.min().xs("min", axis=1, level=1), by_row.max().xs("max", axis=1, level=1)
    for column in numbers:
        for row, low, high in zip(least.index, least[column], greatest[column], strict=True):
            if low < high and np.isfinite([low, high]).all():
                yield Moving(table.name, row if isinstance(row, tuple) else (row,), column, low, high)


def pieces(table: Path, texts: Sequence[str], numbers: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Columns of a table, a part of its rows at a time; what is no number where one belongs is missing."""
    for piece in pd.read_csv(table, usecols=[*texts, *numbers], dtype=str, keep_default_na=False, chunksize=ROWS):
        yield piece.assign(**{column: pd.to_numeric(piece[column], errors="coerce") for column in numbers})


def write_chart(most: Moving, name: str, parameters: list[str], result: Path) -> Figure:
    """How the number that moves most depends on the parameter that moves it most, over all values of the others; with
    its data and drawings in figures/ below `result`."""
    key = datapackage.primary_key(name)
    parts = pieces(result / most.table, [*key, *parameters], [most.column])
    rows = pd.concat(part[(part[key] == most.key).all(axis=1)] for part in parts)
    by_parameter = [rows.groupby(grouped(rows[each]), observed=True)[most.column] for each in parameters]
    ends = [by.agg(["min", "mean", "max"]).rename(columns={"min": "least", "max": "greatest"}) for by in by_parameter]
    shown = max(ends, key=lambda each: np.ptp(each["mean"]))

    def draw(ax: Axes) -> None:
        groups = shown.index.astype(str)
        ax.hlines(groups, shown["least"], shown["greatest"])
        ax.plot(shown["mean"], groups, "o")
        ax.invert_yaxis()

    shown = shown[["least", "mean", "greatest"]]
    title = f"{most.label}: {number(most.least)} to {number(most.greatest)}"
    subtitle = f"Least, mean and greatest of {len(rows):,} sets, by {shown.index.name}"
    source = f"{most.table} of these sets"
    drawn = drawing.drawings(draw, CHART, title, subtitle, source)
    rows_in_words = [f"{group}: {number(least)} to {number(greatest)}, mean {number(mean)}"
                     for group, least, mean, greatest in shown.itertuples()]  # fmt: skip
    alt = f"{title}. {subtitle}. {'; '.join(rows_in_words)}."
    csv = shown.to_csv(lineterminator="\n").encode()
    for suffix, content in {"svg": drawn.alone.encode(), "png": drawn.png, "csv": csv}.items():
        paths.write(result / "figures" / f"{CHART}.{suffix}", content)
    wide, narrow = (read_svg(svg, CHART, kind, alt) for svg, kind in ((drawn.wide, "wide"), (drawn.narrow, "narrow")))
    rows_behind = [[str(group), *map(number, ends)] for group, *ends in shown.itertuples()]
    behind = [[str(shown.index.name), *shown.columns], *rows_behind]
    return Figure(CHART, as_words(title), subtitle, source, wide, narrow, behind)


def grouped(column: pd.Series) -> pd.Series:
    """The values of a parameter, as a table has them, as few groups in their order."""
    try:
        values = pd.to_numeric(column)
    except ValueError:
        values = column
    parts = np.array_split(np.sort(values.unique()), min(GROUPS, values.nunique()))
    names = {value: f"{part[0]} to {part[-1]}" if len(part) > 1 else f"{value}" for part in parts for value in part}
    return values.map(names).astype(pd.CategoricalDtype(dict.fromkeys(names.values()), ordered=True))


def tried(values: Sequence[object]) -> str:
    """The values of a parameter in words."""
    texts = list(dict.fromkeys(map(str, values)))
    if len(texts) <= FEW:
        return ", ".join(texts)
    numbers = [value for value in values if isinstance(value, int | float)]
    ends = f", {number(min(numbers))} to {number(max(numbers))}" if len(numbers) == len(values) else ""
    return f"{len(texts):,} values{ends}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value % 1 == 0 else f"{value:,.1f}" if abs(value) >= 1_000 else f"{value:.4g}"
