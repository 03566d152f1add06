"""Run one notebook with many parameter sets; each table that it writes becomes one, with the parameters in front.

The sets run wherever an `Executor` runs them: here, two at once, or on the workers of a cluster (see `cluster`). What a
set gives comes back as bytes, and is kept at once (see `sets.Kept`): a sweep that was interrupted, and is started
again, does the rest.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple

from notebook_reports import zipped
from notebook_reports.errors import BuildError
from notebook_reports.paths import BUILD, PROCESSED
from notebook_reports.runner.graph import AT_ONCE
from notebook_reports.runner.mirror import SITE, mirror
from notebook_reports.runner.progress import progress
from notebook_reports.runner.sets import Inputs, Kept, Values, told

STAGING = BUILD / "staging"
WHY = "failed_sets.csv"


class Outcome(NamedTuple):
    """What a set gave, as a ZIP: its tables, figures and executed notebook; of one that failed the reason, and the
    notebook as far as it came."""

    packed: bytes
    error: str = ""


class Place(NamedTuple):
    """Where sets run. `task` takes number and values of a set. `room`, asked each second and before a set is sent, says
    how many may be there at once, to run or to wait; BuildError where none will ever run."""

    executor: Executor
    task: Callable[[int, Values], Outcome]
    room: Callable[[], int] = lambda: 2 * AT_ONCE


def run_set(name: str, site: Path, within: Path, number: int, values: Values) -> Outcome:
    """Run notebook `name`, as it is in the mirror `site`, with set `number`; what it writes goes by way of `within`."""
    from notebook_reports.runner.cells import save
    from notebook_reports.runner.failures import FAILED
    from notebook_reports.runner.run import execute, files_below

    label = f"{name}-{number}"
    with TemporaryDirectory(prefix=f"{label}-", dir=within, ignore_cleanup_errors=True) as folder:
        output = Path(folder)
        try:
            save(execute(name, site, output, values, label), output / f"{name}.ipynb")
        except BuildError as error:
            failed = FAILED / f"{label}.ipynb"
            return Outcome(zipped.pack({failed.name: failed} if failed.exists() else {}), str(error))
        return Outcome(zipped.pack({path: output / path for path in files_below(output)}))


@contextmanager
def here(name: str, inputs: Inputs) -> Iterator[Place]:
    """In kernels of this computer."""
    from notebook_reports.kernels.processes import kernels

    def task(number: int, values: Values) -> Outcome:
        outcome = run_set(name, SITE, STAGING, number, values)
        inputs.check_unchanged()
        return outcome

    kernels.prepare(for_many=True)
    mirror(SITE)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield Place(pool, task)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt must not wait for what still runs


def run(
    name: str, sets: Sequence[Values], inputs: Inputs, where: AbstractContextManager[Place], staging: Path
) -> dict[int, str]:
    """Run notebook `name` with each set that was not done before, put what all of them gave in runs/NUMBER below
    `staging`, and the tables together there. Why sets failed, by number."""
    kept = Kept(name, inputs)
    waiting = {number: values for number, values in enumerate(sets, 1) if not kept.get(values)}
    if len(waiting) < len(sets):
        progress.say(f"{len(sets) - len(waiting)} of {len(sets)} sets were done before")
    failed = run_all(waiting, len(sets), kept, where) if waiting else {}
    done = {number: values for number, values in enumerate(sets, 1) if number not in failed}
    for number, values in done.items():
        zipped.unpack(kept.get(values), staging / "runs" / str(number))
    for table in sorted({table.name for table in (staging / "runs").glob(f"*/{PROCESSED.as_posix()}/*.csv")}):
        _together(PROCESSED / table, done, staging)
    if failed:
        _why(failed, sets, staging / WHY)
    return failed


def run_all(
    waiting: Mapping[int, Values], total: int, kept: Kept, where: AbstractContextManager[Place]
) -> dict[int, str]:
    """Run the sets `waiting`, by number, of `total`, and keep what each gives; why sets failed."""
    from notebook_reports.runner.failures import FAILED

    failed = {}
    with where as place:
        for number, outcome in outcomes(place, waiting):
            if outcome.error:
                failed[number] = outcome.error
                if outcome.packed:
                    zipped.unpack(outcome.packed, FAILED)
                progress.say(f"Set {number}, {told(waiting[number])}: {outcome.error}")
            else:
                kept.put(waiting[number], outcome.packed)
                progress.say(f"set {number} of {total} done")
    return failed


def outcomes(place: Place, waiting: Mapping[int, Values]) -> Iterator[tuple[int, Outcome]]:
    """Number of each set and what it gave, as they end. BuildError, or OSError, where the others cannot go on."""
    to_do = deque(waiting)
    running: dict[Future[Outcome], int] = {}
    over: SimpleQueue[Future[Outcome]] = SimpleQueue()
    while to_do or running:
        for _ in range(min(len(to_do), place.room() - len(running))):
            number = to_do.popleft()
            future = place.executor.submit(place.task, number, waiting[number])
            running[future] = number
            future.add_done_callback(over.put)
        try:
            future = over.get(timeout=1)
        except Empty:
            continue
        yield running.pop(future), _outcome(future)


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except (BuildError, OSError, CancelledError):
        raise
    except Exception as error:  # of one set alone, such as that each worker died that tried it
        return Outcome(b"", f"{type(error).__name__}: {error}")


def _together(table: Path, done: Mapping[int, Values], staging: Path) -> None:
    """One table of the rows of all runs, with the parameters of each in front."""
    first: list[str] = []
    with (staging / table.name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, values in done.items():
            own = staging / "runs" / str(number) / table
            if not own.exists():
                raise BuildError(f"Set {number} wrote no {table}: no one table can be made of them.")
            with own.open(encoding="utf-8", newline="") as file_of_one:
                header, *rows = csv.reader(file_of_one)
            if not first:
                first = header
                writer.writerow([*values, *header])
            if header != first or values.keys() & set(header):
                raise BuildError(f"{table} of set {number} has the columns {header}: no one table can be made of them.")
            writer.writerows([*values.values(), *row] for row in rows)


def _why(failed: Mapping[int, str], sets: Sequence[Values], table: Path) -> None:
    """A table of the sets that failed."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", *sets[0], "why"])
        writer.writerows([number, *sets[number - 1].values(), why] for number, why in sorted(failed.items()))
