"""Run one notebook with many parameter sets; each table that it writes becomes one, with the parameters in front."""

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from notebook_reports.errors import BuildError
from notebook_reports.paths import PROCESSED
from notebook_reports.runner.graph import AT_ONCE
from notebook_reports.runner.mirror import SITE
from notebook_reports.runner.progress import progress


def run(name: str, sets: list[dict[str, object]], staging: Path) -> str:
    """Run notebook `name` with each set, in runs/NUMBER below `staging`, and put the tables it writes together there;
    the first of these. BuildError names every set that failed."""
    from notebook_reports.kernels.ordinary import kernels

    kernels.prepare(for_many=True)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        running = [pool.submit(_one, name, sets, number, staging) for number in range(1, len(sets) + 1)]
        failed = [error for each in running if (error := each.exception())]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt must not wait for what still runs
    if failed:
        raise BuildError("\n".join([*map(str, failed), f"{len(failed)} of {len(sets)} sets failed: nothing is kept."]))
    tables = sorted({table.name for table in (staging / "runs").glob(f"*/{PROCESSED.as_posix()}/*.csv")})
    for table in tables:
        _together(PROCESSED / table, sets, staging)
    return tables[0] if tables else "runs"


def _one(name: str, sets: list[dict[str, object]], number: int, staging: Path) -> None:
    from notebook_reports.runner.cells import save
    from notebook_reports.runner.run import execute

    output = staging / "runs" / str(number)
    output.mkdir(parents=True)
    try:
        notebook = execute(name, SITE, output, sets[number - 1], f"{name}-{number}")
    except BuildError as error:
        told = ", ".join(f"{parameter} = {value}" for parameter, value in sets[number - 1].items())
        raise BuildError(f"Set {number}, {told}: {error}") from None
    save(notebook, output / f"{name}.ipynb")
    progress.say(f"set {number} of {len(sets)} done")


def _together(table: Path, sets: list[dict[str, object]], staging: Path) -> None:
    """One table of the rows of all runs, with the parameters of each in front."""
    with (staging / table.name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, values in enumerate(sets, 1):
            own = staging / "runs" / str(number) / table
            if not own.exists():
                raise BuildError(f"Set {number} wrote no {table}: no one table can be made of them.")
            with own.open(encoding="utf-8", newline="") as file_of_one:
                header, *rows = csv.reader(file_of_one)
            if number == 1:
                first = header
                writer.writerow([*values, *header])
            if header != first or values.keys() & set(header):
                raise BuildError(f"{table} of set {number} has the columns {header}: no one table can be made of them.")
            writer.writerows([*values.values(), *row] for row in rows)
