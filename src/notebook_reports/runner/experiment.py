"""Run a notebook with other parameters, and those that depend on it, into a folder of their own:

    python -m notebook_reports.runner.experiment 03 -p NAME=VALUE

A parameter is set in every notebook that has it. Where one is given several values, or a table of sets, the notebook
alone runs with each combination, or with each set, and what it writes becomes one table (see `sweep`). Nothing of the
committed tables and reports is touched. Earlier results are read from where they are.
"""

import argparse
import json
import os
import re
import runpy
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from notebook_reports import settings
from notebook_reports.errors import BuildError, refused
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.runner import parameters, sweep
from notebook_reports.runner.graph import INDEX, Graph, Step, executed
from notebook_reports.runner.mirror import SITE, mirror, unlink
from notebook_reports.runner.progress import catch_interrupts, lock, progress, stop
from notebook_reports.runner.sets import Inputs, Values, check_different
from notebook_reports.runner.sets import read as read_sets
from notebook_reports.runner.sweep import STAGING
from notebook_reports.runner.tasks import load
from notebook_reports.runner.up_to_date import digest

RECORD = "experiment.json"  # marks a folder as an experiment, and says which
LONGEST_NAME = 100  # characters of a folder
RESULTS = BUILD / "experiments"


def main() -> int:
    arguments = read_arguments()
    sets: list[Values] = []
    try:
        catch_interrupts()
        graph = read_graph()
        name = find(arguments.notebook, graph.names)
        sets = all_sets(arguments, name)
        given = {} if sets else assigned(graph.names, name, combinations(arguments.parameter)[0])
        told = [[f"sets={arguments.sets}"]] if arguments.sets else arguments.parameter
        folder = chosen_folder(arguments.to, name, told)
        with result_folder() as result:
            if sets:
                return sweep_all(graph, name, sets, arguments.scheduler, result, folder)
            run(graph, name, given, result)
            finish(result, folder, {"notebook": name, "parameters": values_of(given)})
    except (BuildError, OSError) as error:
        print(refused(error) if isinstance(error, OSError) else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        kept = "What was done is kept; the same command does the rest."
        stop(interrupt, kept if sets else "The experiment left nothing behind.")
    progress.say(f"Done. Open {folder / INDEX}")
    return 0


def all_sets(arguments: argparse.Namespace, name: str) -> list[Values]:
    """The sets of a sweep of notebook `name`, ready for it: those of a table, or every combination of several values.
    None where there is but one, which is an experiment with pages. BuildError where two are the same."""
    if arguments.sets:
        sets = read_sets(arguments.sets, name)
    else:
        combined = combinations(arguments.parameter)
        sets = [parameters.check(name, each) for each in combined] if len(combined) > 1 else []
    check_different(sets)
    return sets


@contextmanager
def result_folder() -> Iterator[Path]:
    """An empty folder for what an experiment makes, as long as no build can exchange the tables that are read."""
    with lock():
        shutil.rmtree(STAGING, ignore_errors=True)  # what experiments have left that were killed
        STAGING.mkdir(parents=True)
        with TemporaryDirectory(prefix="experiment-", dir=STAGING, ignore_cleanup_errors=True) as staging:
            result = Path(staging, "result")
            result.mkdir()
            yield result


def sweep_all(
    graph: Graph, name: str, sets: Sequence[Values], scheduler: str | None, result: Path, folder: Path
) -> int:
    """Run notebook `name` with all sets, here or where a Dask `scheduler` sends them, and put what they gave into
    `folder`; the exit code."""
    from notebook_reports.runner import summary

    inputs = Inputs(name, graph.record[name].reads)
    where = on_cluster(scheduler, name, inputs) if scheduler else sweep.here(name, inputs)
    failed = sweep.run(name, sets, inputs, where, result)
    summary.write(name, sets, failed, result, folder)
    tables = [table.name for table in sorted(result.glob("*.csv")) if table.name != sweep.WHY]
    finish(result, folder, {"notebook": name, "sets": sets, "failed": failed})
    if failed:
        told = f"{len(failed)} of {len(sets)} sets failed: {folder / sweep.WHY} says why"
        print(f"{told}. The same command tries them once more, and no other.", file=sys.stderr)
        return 1
    progress.say(f"Done. Open {' or '.join(str(folder / each) for each in [*tables[:1], summary.SUMMARY])}")
    return 0


def on_cluster(scheduler: str, name: str, inputs: Inputs) -> AbstractContextManager[sweep.Place]:
    """Where the workers of a Dask `scheduler` run sets. BuildError where there is no Dask here."""
    try:
        from notebook_reports.runner import cluster
    except ModuleNotFoundError as error:
        raise BuildError(
            f"--scheduler needs Dask ({error}): see docs/scale.md for the environment that has it."
        ) from None
    return cluster.workers(scheduler, name, inputs)


def read_graph() -> Graph:
    """The graph of the project, from its dodo.py."""
    for value in runpy.run_path(str(ROOT / "dodo.py")).values():
        if isinstance(value, Graph):
            return value
    raise BuildError("dodo.py makes no Graph: see notebook_reports.runner.graph.")


def check_built(graph: Graph) -> None:
    """BuildError where a notebook was never run here."""
    if missing := [each for each in graph.names if not (ROOT / executed(each)).exists()]:
        raise BuildError(f"{', '.join(missing)} has not been built yet: run {settings.project().command} first.")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m notebook_reports.runner.experiment", description=__doc__)
    parser.add_argument("notebook", help="such as 03, or its full name")
    sets = parser.add_mutually_exclusive_group()
    sets.add_argument(
        "-p",
        "--parameter",
        action="append",
        nargs="+",
        default=[],
        metavar=("NAME=VALUE", "VALUE"),
        help="may be given again for another parameter; of several values each is tried, with each of the others",
    )
    sets.add_argument("--sets", type=Path, metavar="FILE.csv", help="a table: a column a parameter, a row a set")
    parser.add_argument(
        "--scheduler",
        default=os.environ.get("DASK_SCHEDULER_ADDRESS"),
        metavar="ADDRESS",
        help="of a Dask cluster whose workers run the sets, such as tcp://127.0.0.1:8786; default: here",
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="default: a folder in .build/experiments/")
    return parser.parse_args()


def find(wanted: str, names: list[str]) -> str:
    """The full name of a notebook, from its number or its name."""
    for name in names:
        if wanted.removesuffix(".ipynb").zfill(2) in (name, name[:2]):
            return name
    raise BuildError(f"There is no notebook '{wanted}'. There are: {', '.join(names)}.")


def combinations(given: list[list[str]]) -> list[dict[str, str]]:
    """Every combination of the values of each parameter, given as ["NAME=VALUE", "VALUE", ...]."""
    values = {}
    for first, *others in given:
        parameter, value = split(first)
        if misplaced := [other for other in others if re.match(r"[a-z_]+=", other)]:
            raise BuildError(f"-p {' '.join([first, *others])}: write -p before {misplaced[0]}, too.")
        if parameter in values:
            raise BuildError(f"-p {parameter} is given twice: write all its values after one -p, with blanks between.")
        values[parameter] = [value, *others]
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def assigned(notebooks: Sequence[str], name: str, given: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """By notebook, those parameters that it has, as it takes them; `name`, from which the experiment starts, even if it
    has none. BuildError for a parameter that no notebook has, and for a value of another type than declared."""
    has = {each: parameters.declared(each) for each in notebooks}
    parameters.check(name, {key: value for key, value in given.items() if not any(key in own for own in has.values())})
    shares = {each: {key: given[key] for key in given if key in own} for each, own in has.items()}
    return {each: parameters.check(each, share) for each, share in shares.items() if share or each == name}


def values_of(given: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """All parameters that were given, whichever notebook has them."""
    return {key: value for share in given.values() for key, value in share.items()}


def split(assignment: str) -> tuple[str, str]:
    name, equals, value = assignment.partition("=")
    if not equals:
        raise BuildError(f"-p {assignment}: expected NAME=VALUE.")
    return name.strip(), value


def chosen_folder(to: Path | None, name: str, given: list[list[str]]) -> Path:
    """Where the results go; BuildError if something else is there."""
    told = "_".join([name, *("+".join(values) for values in given)])
    slug = re.sub(r"[^\w.=+-]+", "-", told)
    if len(slug) > LONGEST_NAME:
        slug = f"{slug[:LONGEST_NAME]}-{crc32(told.encode()):08x}"
    folder = (to or RESULTS / slug).expanduser().absolute()
    if folder.is_symlink():
        raise BuildError(f"--to {folder}: that is a link; choose a new folder, or {folder.resolve()} itself.")
    folder, root, results = folder.resolve(), ROOT.resolve(), RESULTS.resolve()
    if root.is_relative_to(folder) or (folder.is_relative_to(root) and results not in folder.parents):
        raise BuildError(f"--to {folder}: that is in the project itself; choose one outside, or in {results}.")
    if folder.exists() and (not folder.is_dir() or foreign(folder)):
        raise BuildError(f"--to {folder}: it holds more than an earlier experiment; choose a new folder.")
    return folder


def foreign(folder: Path) -> set[str]:
    """What a folder holds that no earlier experiment has put there as it is, as paths below it."""
    try:
        made = json.loads((folder / RECORD).read_text("utf-8"))["files"]
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        made = {}
    return {path for path, content in contents(folder).items() if path != RECORD and made.get(path) != content}


def contents(folder: Path) -> dict[str, str | None]:
    """SHA-256 of each file in a folder, by its path below it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def run(graph: Graph, name: str, given: Mapping[str, Mapping[str, object]], site: Path) -> str:
    """Run every notebook with what it is `given`, and what is affected, in a mirror of its own that begins with what
    the last build made, and render all pages there; the page to open."""
    from notebook_reports.publish import EXECUTED
    from notebook_reports.runner.cells import save
    from notebook_reports.runner.run import execute

    check_built(graph)
    shutil.copytree(SITE, site, symlinks=True, dirs_exist_ok=True)
    shutil.copytree(EXECUTED, site / "executed")
    mirror(site)
    changed, steps = graph.affected(given)
    for parameter in values_of(given):
        progress.say(f"{parameter} is set in {', '.join(each for each, share in given.items() if parameter in share)}")
    for each in changed:
        save(execute(each, site, site, given.get(each, {})), site / "executed" / f"{each}.ipynb")
        progress.say(f"{each} done")
    values = ", ".join(f"{key} = {value}" for key, value in values_of(given).items()) or "its own parameters"
    publish_experiment(graph, steps, site, f"notebook {name[:2]} with {values}")
    unlink(site)
    return INDEX


def finish(staging: Path, folder: Path, record: dict[str, object]) -> None:
    """Write down which experiment it was and what it has made, and move it into place."""
    record = record | {"files": contents(staging)}
    (staging / RECORD).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The old result goes when the new one is there.
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
        new = shutil.move(staging, beside)
        shutil.rmtree(folder, ignore_errors=True)
        Path(new).replace(folder)


def publish_experiment(graph: Graph, steps: list[Step], site: Path, what: str) -> None:
    """Every page of the site anew, since each says that it is of an experiment."""
    from notebook_reports import check_links, publish
    from notebook_reports.kernels.processes import kernels

    notebooks = site / "executed"
    for name in graph.names:
        publish.page(name, graph.titles, site, notebooks, what)
    front_page = graph.front_page
    publish.index(graph.names, load(front_page.module), front_page.languages, site, notebooks, what)
    publish.data(graph.tables, site)
    for step in steps:
        kernels.run_module(step.module, step.argument, site)
    check_links.check(site / "reports")


if __name__ == "__main__":
    sys.exit(main())
