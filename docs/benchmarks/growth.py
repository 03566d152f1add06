"""How cost grows:  python docs/benchmarks/growth.py [notebooks|sets|figures|cells ...]

Seconds against the number of notebooks in a build, of parameter sets in a sweep, of figures in observations.csv and of
cells in the accounting, each measured once on simulated or copied input. Writes .build/bench/growth.csv, and from it
the table in README.md and growth.svg, both here. Of the figures' series, one that has taken longer than LONGEST is not
measured at ten times the size.
"""

import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import accounting
import matplotlib as mpl
import numpy as np
import pandas as pd
from build import SWEPT, Copy, write_part
from matplotlib.figure import Figure

from dprk_entries.data import tables
from dprk_entries.entries import influence, reconciliation
from notebook_reports import paths
from reconcile import periods

LONGEST = 30  # seconds
RESULTS = paths.BUILD / "bench" / "growth.csv"
PICTURE = Path(__file__).with_name("growth.svg")
COPIED = "02-analyze-growth"
Point = tuple[str, str, int, float]  # series, what is counted, how many, seconds


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
            yield "full build", "notebooks", number, copy.full().wall


def sets() -> Iterator[Point]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder, "project"))
        copy.doit()
        for number in (2, 5, 10, 20, 50, 100):
            yield f"sweep of notebook {SWEPT[:2]}", "parameter sets", number, copy.sweep(number).wall


def simulated(number: int) -> list[list[str]]:
    """Rows of observations.csv: first every cell of every nationality once, then the same in more and more papers."""
    field = next(f for f in tables.resource("observations")["schema"]["fields"] if f["name"] == "nationality")
    purposes = [code for code in tables.read_raw("purposes")["code"] if code != "_T"]
    papers = list(tables.read_raw("sources")["source_id"])
    quarters = periods.span("2010", "2024")
    cells = [
        (nationality, quarter, purpose)
        for nationality in field["constraints"]["enum"]
        for quarter in quarters
        for purpose in (["_T", *purposes[:8]] if quarter >= "2019" else ["_T"])
    ]
    random = np.random.default_rng(1)
    counts = {cell: int(random.lognormal(3, 2)) for cell in cells if cell[2] != "_T"}
    for nationality, quarter in dict.fromkeys(cell[:2] for cell in cells):
        parts = [counts[nationality, quarter, code] for code in purposes[:8] if (nationality, quarter, code) in counts]
        counts[nationality, quarter, "_T"] = sum(parts) + (0 if parts else int(random.lognormal(6, 1)))
    rows = []
    for k in range(number):
        turn, position = divmod(k, len(cells))
        nationality, quarter, purpose = cells[position]
        value = str(counts[cells[position]])
        told = [papers[turn % len(papers)], "border_entries", nationality, quarter, purpose, "_T", "", value]
        rows.append([f"F{k + 1:07}", *told, value, "", "exact", "1", "crossings", "", f"para {turn}", ""])
    return rows


def figures() -> Iterator[Point]:
    """Reading and checking the table, reconciling it, and leaving each figure out."""
    sources, purposes = tables.read_raw("sources"), tables.read_raw("purposes")
    real, columns = paths.ROOT, tables.columns("observations")
    done: dict[str, float] = {}

    def timed(name: str, number: int, task: Callable[[], object]) -> tuple[Point, object]:
        start = time.perf_counter()
        result = task()
        done[name] = time.perf_counter() - start
        return (name, "figures", number, done[name]), result

    for number in (1_000, 10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder, "data", "raw")
            raw.mkdir(parents=True)
            for name in ("sources", "purposes"):
                (raw / f"{name}.csv").write_bytes((paths.RAW / f"{name}.csv").read_bytes())
            with (raw / "observations.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([columns, *simulated(number)])
            paths.ROOT = Path(folder)
            point, read = timed("read and check", number, lambda: tables.read_raw("observations"))
            paths.ROOT = real
        yield point
        found = reconciliation.with_intervals(read)
        point, _ = timed("reconcile", number, lambda found=found: reconciliation.reconcile(found, sources, purposes))
        yield point
        if done.get("leave each out", 0) < LONGEST:
            yield timed("leave each out", number, lambda found=found: influence.influence(found, sources, purposes))[0]
        if max(done["read and check"], done["reconcile"]) > LONGEST:
            return


def cells() -> Iterator[Point]:
    for years in (2, 4, 8, 15, 30, 60):
        seconds, (bounds, _) = accounting.timed(lambda years=years: accounting.reconcile((0, years, 0)))
        yield "bound every cell", "cells", bounds, seconds


def draw(points: pd.DataFrame) -> None:
    """Seconds against size, one panel for each thing counted; both axes logarithmic where sizes differ much."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 9}):
        figure = Figure(figsize=(7.2, 5.2), layout="constrained", facecolor="white")
        panels = figure.subplots(2, 2).flat
        for panel, (counted, own) in zip(panels, points.groupby("counted", sort=False), strict=True):
            for name, line in own.groupby("series", sort=False):
                panel.plot(line["number"], line["seconds"], marker="o", markersize=4, label=name)
            if own["number"].max() > 1000 * own["number"].min() - 1:
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
    lines = ["| what | smallest | largest | one more takes, between the largest two |", "|---|--:|--:|--:|"]
    for (name, counted), own in points.groupby(["series", "counted"], sort=False):
        if len(own) < 2:
            continue
        (few, first), (some, before), (many, last) = own[["number", "seconds"]].iloc[[0, -2, -1]].to_numpy()
        each = 1000 * (last - before) / (many - some)
        amount = f"{each:,.0f}" if each >= 10 else f"{each:.2g}"
        lines.append(f"| {name} | {few:,.0f} {counted}: {first:.2g} s | {many:,.0f}: {last:.3g} s | {amount} ms |")
    about = f"Each measured once, {date.today():%-d %B %Y}, {os.cpu_count()} cores."
    return "\n".join([about, "", *lines])


def main(arguments: list[str]) -> None:
    kinds = {"notebooks": notebooks, "sets": sets, "figures": figures, "cells": cells}
    columns = ["kind", "series", "counted", "number", "seconds"]
    before = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=columns)
    asked = arguments or list(kinds)
    rows = before[~before["kind"].isin(asked)].to_numpy().tolist()
    for kind in asked:
        for point in kinds[kind]():
            print(json.dumps(point), flush=True)
            rows.append([kind, *point])
    order = [kind for kind in kinds if any(row[0] == kind for row in rows)]
    points = pd.DataFrame(sorted(rows, key=lambda row: order.index(row[0])), columns=columns)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    points.to_csv(RESULTS, index=False)
    if len(order) == len(kinds):
        draw(points)
        write_part("growth", told(points))


if __name__ == "__main__":
    main(sys.argv[1:])
