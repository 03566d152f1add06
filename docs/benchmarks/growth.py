"""How cost grows:  python docs/benchmarks/growth.py [notebooks|sets|figures|apart|claims|start|cells|nationalities ...]

Seconds and memory against the number of notebooks in a build, of parameter sets in a sweep, of figures, claims, cells
and nationalities, each measured once on simulated or copied input. Writes growth.csv and growth.svg beside this file,
and the table in docs/scale.md; what is not measured anew keeps its day. Seconds are of the clock for builds and sweeps,
which use two cores; of the processor for all else, each number in a process of its own.
"""

import csv
import itertools
import json
import multiprocessing
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import accounting
import matplotlib as mpl
import numpy as np
import pandas as pd
import pycountry
from build import PYTHON, SWEPT, Copy, measure
from matplotlib.figure import Figure

from dprk_entries import claims as of_claims
from dprk_entries.data import imports, tables
from dprk_entries.entries import influence, reconciliation
from notebook_reports import paths
from notebook_reports.readme import replaced
from reconcile import periods

RESULTS = Path(__file__).with_name("growth.csv")
PICTURE = Path(__file__).with_name("growth.svg")
TOLD = Path(__file__).parents[1] / "scale.md"
COPIED = "02-analyze-growth"
FEW = 20  # nationalities whose cells are printed by more and more papers


class Point(NamedTuple):
    """One measurement; `mib`: the peak of the process until then, where it was looked at."""

    series: str
    counted: str
    number: int
    seconds: float
    mib: float | None = None


def notebooks() -> Iterator[Point]:
    """A full build with more and more copies of one notebook, each with a result of its own."""
    for number in (5, 10, 20, 40):
        with tempfile.TemporaryDirectory() as folder:
            copy = Copy(Path(folder, "project"))
            stored = json.loads((copy.notebooks / f"{COPIED}.ipynb").read_text(encoding="utf-8"))
            write = next(cell for cell in stored["cells"] if cell["id"] == "write")
            drawn = [cell for cell in stored["cells"] if "show.figure(" in "".join(cell["source"])]
            for k in range(6, number + 1):
                for cell in drawn:
                    cell["source"] = "".join(cell["source"]).replace('draw, "', f'draw, "copy-{k:02}-')
                write["source"] = "".join(write["source"]).rpartition("\n")[0]  # the table is that of the first
                (copy.notebooks / f"{k:02}-copy.ipynb").write_text(json.dumps(stored), encoding="utf-8")
            copy.doit()  # the fonts' cache, and compiled modules
            yield Point("full build", "notebooks", number, copy.full().wall)


def sets() -> Iterator[Point]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder, "project"))
        copy.doit()
        for number in (2, 5, 10, 20, 50, 100):
            yield Point(f"sweep of notebook {SWEPT[:2]}", "parameter sets", number, copy.sweep(number).wall)


def simulated(number: int, apart: bool) -> list[list[str]]:
    """Rows of observations.csv, header first. `apart`: each on a cell of its own, all nationalities by all purposes, as
    an import has them; else every cell of a FEW once, then the same in more and more papers."""
    since = tables.read_raw("purposes").set_index("code")["collected_from"]
    purposes = [code for code in since.index if since[code] and code != "_T"]
    papers = list(tables.read_raw("sources")["source_id"])
    others = sorted(country.alpha_3 for country in pycountry.countries if country.alpha_3 != "PRK")
    cells = [
        (nationality, quarter, purpose)
        for nationality in ["PRK", *others][: None if apart else FEW]
        for quarter in periods.span("2010", "2024")
        for purpose in ["_T", *purposes]
        if purpose == "_T" or (quarter >= since[purpose] and (apart or quarter >= "2019"))
    ][:number]
    random = np.random.default_rng(1)
    counts = {cell: int(random.lognormal(3, 2)) for cell in cells if cell[2] != "_T"}
    for whose, parts in itertools.groupby(cells, lambda cell: cell[:2]):
        counts[*whose, "_T"] = sum(counts.get(cell, 0) for cell in parts) or int(random.lognormal(6, 1))
    rows = []
    for k in range(number):
        turn, place = divmod(k, len(cells))
        nationality, quarter, purpose = cells[place]
        value = str(counts[cells[place]])
        rows.append({
            "observation_id": f"F{k + 1:04}", "source_id": papers[turn % len(papers)], "series": "border_entries",
            "nationality": nationality, "period": quarter, "purpose": purpose, "transport": "_T", "as_stated": value,
            "value": value, "qualifier": "exact", "precision": "1", "unit": "crossings", "locator": f"para {turn}",
        })  # fmt: skip
    columns = tables.columns("observations")
    return [columns, *([row.get(column, "") for column in columns] for row in rows)]


def write_simulated(number: int, apart: bool, root: Path) -> None:
    with (root / tables.path_of("observations")).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(simulated(number, apart))


def timed(points: list[Point], series: str, counted: str, number: int, task: Callable[[], object]) -> object:
    """What a task gives; what it took is added to the points."""
    before = time.process_time()
    result = task()
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]  # getrusage begins with the parent's
    points.append(Point(series, counted, number, time.process_time() - before, int(peak) / 1024))
    return result


def of_figures(number: int, apart: bool) -> list[Point]:
    """Reading and checking the table, reconciling it, and leaving each figure out."""
    counted, points = "figures, each on a cell of its own" if apart else "figures", list[Point]()
    sources, purposes = tables.read_raw("sources"), tables.read_raw("purposes")
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder, "project"))
        write_simulated(number, apart, copy.root)
        paths.ROOT = copy.root
        read = timed(points, "read and check", counted, number, lambda: tables.read_raw("observations"))
    found = reconciliation.with_intervals(read)
    timed(points, "reconcile", counted, number, lambda: reconciliation.reconcile(found, sources, purposes))
    timed(points, "leave each out", counted, number, lambda: influence.influence(found, sources, purposes))
    return points


def of_claims_read(number: int) -> list[Point]:
    """Checking claims: those that there are, again and again."""
    points = list[Point]()
    sources, purposes, entries = *map(tables.read_raw, ("sources", "purposes")), tables.read_processed("entries")
    figures, real = reconciliation.with_intervals(imports.read_figures()), tables.read_raw("claims")
    many = real.loc[np.resize(real.index, number)].assign(claim_id=[f"B{k}" for k in range(number)])
    known = of_claims.series_of(entries, figures, sources, purposes)
    timed(points, "check", "claims", number, lambda: of_claims.check(many, known, figures, sources, purposes))
    return points


def of_nationalities(number: int) -> list[Point]:
    """Bounding all of 60 quarters by 10 purposes, a third of them in print, for each nationality."""
    points = list[Point]()
    cases = [(seed, 15, 0) for seed in range(number)]
    timed(points, "bound every cell of", "nationalities", number, lambda: list(map(accounting.reconcile, cases)))
    return points


def of_cells(years: int) -> list[Point]:
    points = list[Point]()
    timed(points, "bound every cell", "cells", 44 * years, lambda: accounting.reconcile((0, years, 0)))
    return points


def start() -> Iterator[Point]:
    """The start of the build, which looks at no row."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder, "project"))
        for number in (1_000, 100_000):
            write_simulated(number, apart=False, root=copy.root)
            cost = measure([[PYTHON, "-m", "doit", "list"]], copy.root, copy.environment())
            yield Point("doit list", "figures in the table", number, cost.cpu, cost.peak)


def each(task: Callable[..., list[Point]], cases: list[tuple]) -> Iterator[Point]:
    """What a task measures in each case, in a process of its own."""
    for case in cases:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            yield from pool.apply(task, case)


KINDS: dict[str, Callable[[], Iterator[Point]]] = {
    "notebooks": notebooks,
    "sets": sets,
    "figures": lambda: each(of_figures, [(10**n, False) for n in (3, 4, 5, 6)]),
    "apart": lambda: each(of_figures, [(10**n, True) for n in (3, 4, 5)]),
    "claims": lambda: each(of_claims_read, [(10**n,) for n in (2, 3, 4)]),
    "cells": lambda: each(of_cells, [(years,) for years in (2, 4, 8, 15, 30, 60)]),
    "nationalities": lambda: each(of_nationalities, [(number,) for number in (20, 200)]),
    "start": start,
}


def draw(points: pd.DataFrame) -> None:
    """Seconds against size, one panel for each thing counted; both axes logarithmic where sizes differ much."""
    shown = points[points.groupby("counted")["number"].transform("nunique") > 2]
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 9}):
        figure = Figure(figsize=(7.2, 7.8), layout="constrained", facecolor="white")
        panels = figure.subplots(3, 2).flat
        for panel, (counted, own) in zip(panels, shown.groupby("counted", sort=False), strict=True):
            for name, line in own.groupby("series", sort=False):
                panel.plot(line["number"], line["seconds"], marker="o", markersize=4, label=name)
            if own["number"].max() > 99 * own["number"].min():
                panel.set(xscale="log", yscale="log", xlabel="both axes logarithmic")
            else:
                panel.set(xlim=(0, None), ylim=(0, 1.15 * own["seconds"].max()))
            for axis in (panel.xaxis, panel.yaxis):
                axis.set_major_formatter(lambda value, _: f"{value:,g}" if value < 1e6 else f"{value / 1e6:g} million")
            panel.set_title(f"seconds by {counted}", loc="left", fontsize=10)
            panel.legend(frameon=False)
            panel.grid(alpha=0.3)
            panel.spines[["top", "right"]].set_visible(False)
        figure.savefig(PICTURE, metadata={"Date": None, "Creator": None, "Title": "How cost grows"})


def told(points: pd.DataFrame) -> str:
    """A row a series: the first and the last measurement, and what one more takes between the last two."""
    lines = [
        "| what | smallest | largest | MiB then | one more takes, between the largest two | measured |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for (name, counted), own in points.groupby(["series", "counted"], sort=False):
        (few, first), (some, before), (many, last) = own[["number", "seconds"]].iloc[[0, -2, -1]].to_numpy()
        each = 1000 * (last - before) / (many - some)
        amount = f"{each:,.0f}" if each >= 10 else f"{each:.2g}"
        mib = "" if own["mib"].isna().any() else f"{own['mib'].iloc[-1]:,.0f}"
        sizes = f"{few:,.0f} {counted}: {first:.2g} s | {many:,.0f}: {last:.3g} s | {mib}"
        lines.append(f"| {name} | {sizes} | {amount} ms | {own['measured'].iloc[-1]} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    columns = ["kind", *Point._fields, "measured"]
    before = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=columns)
    asked = arguments or list(KINDS)
    rows = before[~before["kind"].isin(asked)].to_numpy().tolist()
    for kind in asked:
        for point in KINDS[kind]():
            print(json.dumps(point), flush=True)
            rows.append([kind, *point, f"{date.today():%-d %B %Y}"])
    points = pd.DataFrame(sorted(rows, key=lambda row: list(KINDS).index(row[0])), columns=columns)
    points.round({"seconds": 3, "mib": 0}).to_csv(RESULTS, index=False, lineterminator="\n")
    draw(points)
    TOLD.write_text(replaced(TOLD.read_text("utf-8"), "growth", told(points), "docs/scale.md"), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
