"""Run every notebook a second time, after a build, and name what it shows or writes otherwise:

    python -m notebook_reports.runner.reproducible

It reads what it read in the build, tables of other notebooks included, so that each is blamed for its own alone. The
kernels start by themselves, where those of the build are forked. Nothing that the build made is touched.
"""

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode

from notebook_reports.errors import BuildError
from notebook_reports.paths import BUILD, FIGURES
from notebook_reports.runner.experiment import check_built, read_graph
from notebook_reports.runner.graph import AT_ONCE, Graph
from notebook_reports.runner.mirror import SITE, mirror
from notebook_reports.runner.progress import catch_interrupts, indent, lock, progress, stop
from notebook_reports.runner.record import where

SHOWN = 70  # characters of a value that differs
BEFORE = 25  # of them before the first that differs
REMEDY = "Give random numbers a seed; show and write no time, no name of a temporary file, and no set in its own order."


def main() -> int:
    os.environ["NOTEBOOK_REPORTS_KERNELS"] = "ordinary"
    try:
        catch_interrupts()
        graph = read_graph()
        check_built(graph)
        within = BUILD / "staging"
        within.mkdir(parents=True, exist_ok=True)
        with lock(), TemporaryDirectory(prefix="second-", dir=within, ignore_cleanup_errors=True) as folder:
            found = {name: told for name, told in run_all(graph, Path(folder)).items() if told}
    except (BuildError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        stop(interrupt, "Nothing was changed.")
    for told in found.values():
        progress.print("".join(f"{line}\n" for line in told))
    if found:
        progress.print(f"Another result the second time: {', '.join(found)}. {REMEDY}\n")
        return 1
    progress.print(f"All {len(graph.names)} notebooks show and write the same a second time.\n")
    return 0


def run_all(graph: Graph, folder: Path) -> dict[str, list[str]]:
    """By notebook, what differs in its second run, for which it has a folder of its own below `folder`."""
    mirror(SITE)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        running = {name: pool.submit(run, graph, name, folder / name) for name in graph.names}
        return {name: each.result() for name, each in running.items()}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt must not wait for what still runs


def run(graph: Graph, name: str, folder: Path) -> list[str]:
    """Run one notebook again; what differs. A notebook that fails now is a difference, too."""
    from notebook_reports.publish import read_executed
    from notebook_reports.runner.cells import save
    from notebook_reports.runner.run import execute, files_below

    output = folder / "output"
    output.mkdir(parents=True)
    try:
        save(execute(name, SITE, output, {}, f"{name}-second"), folder / f"{name}.ipynb")
    except BuildError as error:
        return [f"The second time it fails: {error}"]
    told = list(outputs(name, read_executed(name), read_executed(name, folder)))
    made = graph.record[name].writes
    told += files(name, {path: made.get(path, "") for path in {*made, *files_below(output)}}, output)
    progress.say(f"{name} done")
    return told


def outputs(name: str, first: NotebookNode, second: NotebookNode) -> Iterator[str]:
    """A message for each cell that shows something else."""
    for one, other in zip(first.cells, second.cells, strict=True):
        if one.get("outputs") != other.get("outputs"):
            yield f"{where(name, one.id)} shows another thing each time:\n{excerpts(text(one), text(other))}"


def text(cell: NotebookNode) -> str:
    """All that a cell shows."""
    parts: list[str] = []
    for output in cell.outputs:
        parts += [output.text] if "text" in output else map(str, output.get("data", {}).values())
        parts += [json.dumps(output.metadata, ensure_ascii=False)] if output.get("metadata") else []
    return "\n".join(parts)


def files(name: str, made: dict[str, str], output: Path) -> Iterator[str]:
    """A message for each table, and each figure, that has other content; `made`: path and the cell that wrote it."""
    told = set()
    for path, cell in sorted(made.items()):
        # Of a figure that differs in several files, its table is the first, and tells most.
        figure = Path(path).with_suffix("").as_posix() if path.startswith(f"{FIGURES.as_posix()}/") else path
        contents = [read(folder / path) for folder in (SITE, output)]
        if contents[0] != contents[1] and figure not in told:
            told.add(figure)
            yield f"{where(name, cell)} writes another {figure} each time:\n{excerpts(*contents)}"


def read(path: Path) -> str:
    return path.read_bytes().decode(errors="backslashreplace") if path.is_file() else ""


def excerpts(first: str, second: str) -> str:
    """Two texts around the first character that differs, a line each."""
    pairs = enumerate(zip_longest(first, second))
    start = max(0, next((place for place, (one, other) in pairs if one != other), 0) - BEFORE)
    short = [" ".join(each[start : start + SHOWN].split()) or "nothing" for each in (first, second)]
    return indent(f"first:  {short[0]}\nsecond: {short[1]}")


if __name__ == "__main__":
    sys.exit(main())
