"""Time the accounting: the real series, a large simulated table, and how cost grows. Run by `make compare`.

Times are wall-clock seconds of this computer, medians of several runs for what is short.
"""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np

from dprk_entries.data import tables
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell
from reconcile import periods
from reconcile.cells import Figure
from reconcile.intervals import Interval
from reconcile.system import System

PURPOSES = tuple("abcdefghij")
SEED = 20241231
CORES = 2


def figure(cell: Cell, count: int, reader: str = "R") -> Figure:
    return Figure(cell, Interval(count, count), frozenset({reader}), ("S",), ("F",))


def world(seed: int, years: int) -> dict[Cell, int]:
    """Counts by quarter and purpose: many zeros and a few large ones."""
    random = np.random.default_rng([SEED, seed])
    cells = [Cell(quarter, code) for quarter in periods.span("2010", str(2009 + years)) for code in PURPOSES]
    counts = random.lognormal(3, 2, len(cells)) * (random.random(len(cells)) < 0.7)
    return dict(zip(cells, map(int, counts), strict=True))


def publish(counts: dict[Cell, int], seed: int, clashes: int = 0) -> list[Figure]:
    """A third of the cells, and for every year the total of each purpose and of all; `clashes` of the cells in print
    have a rival reading that is 1 higher."""
    random = np.random.default_rng([SEED, seed, 1])
    printed = [figure(cell, count) for cell, count in counts.items() if random.random() < 1 / 3]
    rivals = [figure(f.cell, int(f.value.low) + 1, "S") for f in printed[:clashes]]
    totals: dict[Cell, int] = {}
    for cell, count in counts.items():
        for code in (cell.purpose, "_T"):
            year = Cell(cell.period[:4], code)
            totals[year] = totals.get(year, 0) + count
    return [*printed, *rivals, *(figure(cell, count) for cell, count in totals.items())]


def reconcile(case: tuple[int, int, int]) -> tuple[int, int]:
    """Bound every cell and every quarter of one simulated nationality; how many bounds, and how many are a point."""
    seed, years, clashes = case
    counts = world(seed, years)
    quarters = {Cell(cell.period) for cell in counts}
    system = System.of(publish(counts, seed, clashes), counts, [lambda quarter: PURPOSES])
    bounds = {cell: system.bound(cell).value for cell in [*counts, *quarters]}
    assert clashes or all(count in bounds[cell] for cell, count in counts.items()), "the truth left its bounds"
    return len(bounds), sum(bound.exact for bound in bounds.values())


def timed(task: Callable[[], object], runs: int = 1) -> tuple[float, object]:
    """Median seconds, and the last result."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = task()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def real() -> None:
    figures = reconciliation.with_intervals(tables.read_raw("observations"))
    sources, purposes = tables.read_raw("sources"), tables.read_raw("purposes")
    seconds, (entries, conflicts) = timed(lambda: reconciliation.reconcile(figures, sources, purposes), runs=5)
    print(f"all real series: {len(entries)} cells bounded, {len(conflicts)} figures in conflict: {seconds:.2f} s")


def simulated(nationalities: int, years: int) -> None:
    cases = [(seed, years, 0) for seed in range(nationalities)]
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        seconds, results = timed(lambda: pool.map(reconcile, cases, chunksize=5))
        pool.close()
        pool.join()
    bounds, points = (sum(column) for column in zip(*results, strict=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{nationalities} nationalities x {4 * years} quarters x {len(PURPOSES)} purposes: {bounds:,} bounds "
        f"({points / bounds:.0%} a point) in {seconds:.0f} s on {CORES} cores, {peak:.0f} MiB at most in each"
    )


def growth() -> None:
    print("one nationality, seconds:")
    for years, clashes in [(4, 0), (15, 0), (30, 0), (60, 0), (15, 10), (15, 20), (15, 40), (15, 80)]:
        seconds, (bounds, _) = timed(lambda case=(0, years, clashes): reconcile(case))
        print(f"  {4 * years:3} quarters, {bounds:5,} bounds, {clashes:2} clashes: {seconds:6.2f}")


if __name__ == "__main__":
    real()
    growth()
    simulated(nationalities=200, years=15)
