"""Set our error localisation beside that of Banff (Statistics Canada) on random tables. Run by `make compare`.

Each table has the cells of a half-year and its two quarters, or of a year, its half-years and quarters, by purpose and
in all. Most are in print, all exact, some of them wrong. Both look for the lightest set of printed cells to give up;
whole numbers are relaxed on our side, as Banff knows none. The exit code is 1 if the weight of that set differs for a
table that Banff solves.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from dprk_entries.entries.cell import Cell
from reconcile import periods
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System

SEED = 1976
HALF = ("2024-S1", "2024-Q1", "2024-Q2")
YEAR = ("2024", "2024-S1", "2024-S2", *periods.quarters("2024"))
SIZES = [(HALF, "ab", 400), (HALF, "abc", 400), (HALF, "abcd", 60), (YEAR, "ab", 6)]  # periods, purposes, tables
PRINTED = 0.8  # of the cells
WRONG = 0.15  # of those in print
PATIENCE = 10  # seconds that Banff has for a table


def edits(cells: list[Cell], purposes: tuple[str, ...]) -> str:
    """The identities of a table in Banff's language, where a cell is called by its place: c0, c1 ..."""
    name = {cell: f"c{place}" for place, cell in enumerate(cells)}
    lines = []
    for cell in cells:
        sums = []
        if cell.period == "2024":
            sums.append([Cell(half, cell.purpose) for half in ("2024-S1", "2024-S2")])
        if "-S" in cell.period:
            sums.append([Cell(quarter, cell.purpose) for quarter in periods.quarters(cell.period)])
        if cell.purpose == "_T":
            sums.append([Cell(cell.period, code) for code in purposes])
        lines += [f"{' + '.join(name[part] for part in parts)} = {name[cell]};" for parts in sums]
        lines.append(f"{name[cell]} >= 0;")
    return " ".join(lines)


def table(random: np.random.Generator, cells: list[Cell], purposes: tuple[str, ...]) -> list[int | None]:
    """The printed cells of a random year, wrong ones among them; None where nothing is in print."""
    counts = {(q, code): int(random.integers(0, 60)) for q in periods.quarters("2024") for code in purposes}
    printed: list[int | None] = []
    for cell in cells:
        codes = purposes if cell.purpose == "_T" else (cell.purpose,)
        count = sum(counts[q, code] for q in periods.quarters(cell.period) for code in codes)
        wrong = count + int(random.integers(-count, 100)) if random.random() < WRONG else count
        printed.append(wrong if random.random() < PRINTED else None)
    return printed


def ours(printed: list[int | None], cells: list[Cell], weights: list[int], purposes: tuple[str, ...]) -> System:
    figures = [
        Figure(cell, Interval(count, count), frozenset(map(str, range(weight))), ("S",), ("F",))
        for cell, count, weight in zip(cells, printed, weights, strict=True)
        if count is not None
    ]
    return System.of(figures, cells, [lambda quarter: purposes], whole=False)


def banffs(task: dict, python: str) -> dict:
    """Banff's answer, from its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder, "task.json"), Path(folder, "answer.json")
        question.write_text(json.dumps(task))
        command = [python, str(Path(__file__).with_name("banff_errorloc.py")), str(question), str(answer)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            sys.exit(run.stderr)
        return json.loads(answer.read_text())


def compare(times: tuple[str, ...], purposes: tuple[str, ...], tables: int, python: str) -> bool:
    """Print one line; whether the weights agree for every table that Banff solves."""
    random = np.random.default_rng([SEED, len(times), len(purposes)])
    cells = [Cell(period, code) for period in times for code in ("_T", *purposes)]
    weights = [int(weight) for weight in random.integers(1, 4, len(cells))]
    records = [table(random, cells, purposes) for _ in range(tables)]
    start = time.perf_counter()
    systems = [ours(record, cells, weights, purposes) for record in records]
    seconds = time.perf_counter() - start
    fields = [f"c{place}" for place in range(len(cells))]
    banff = banffs(
        {"fields": fields, "records": records, "edits": edits(cells, purposes), "patience": PATIENCE,
         "weights": " ".join(f"{field} = {weight};" for field, weight in zip(fields, weights, strict=True))},
        python,
    )  # fmt: skip
    weight = dict(zip(fields, weights, strict=True))
    different = 0
    for number in set(range(tables)) - set(banff["unsolved"]):
        value = dict(zip(fields, records[number], strict=True))
        theirs = sum(weight[field] for field in banff["chosen"][number] if value[field] is not None)
        sets = systems[number].lightest_sets
        different += theirs != sum(len(systems[number].figures[i].readers) for options in sets for i in options[0])
    ties = [int(np.prod([len(sets) for sets in system.lightest_sets])) for system in systems]
    print(
        f"{len(cells):3} cells, {tables} tables: weights differ in {different}, Banff leaves {len(banff['unsolved'])} "
        f"unsolved; "
        f"{sum(n > 1 for n in ties)} tables have several lightest sets (at most {max(ties)}), "
        f"of which Banff gives one; ours {seconds:.2f} s, Banff {banff['seconds']:.2f} s, "
        f"ratio {seconds / banff['seconds']:.2g}"
    )
    return not different


if __name__ == "__main__":
    agree = [compare(times, tuple(purposes), tables, sys.argv[1]) for times, purposes, tables in SIZES]
    sys.exit(0 if all(agree) else 1)
