"""One build for the preview:  python -m notebook_reports.preview.build PAGE ...

All tasks of the project but to publish, those of the pages given first. What `builds` must know stands between the
lines that a build prints, as JSON behind the mark `EVENT`.
"""

import json
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from typing import ClassVar

from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain
from doit.exceptions import BaseFail, TaskFailed, UnmetDependency
from doit.task import Task

from notebook_reports.errors import BuildError
from notebook_reports.paths import ROOT
from notebook_reports.preview import EVENT
from notebook_reports.runner import record
from notebook_reports.runner.experiment import read_graph
from notebook_reports.runner.graph import DOIT_CONFIG, Graph
from notebook_reports.runner.progress import BusyError, Reporter, lock, stop
from notebook_reports.runner.tasks import Task as Described

LAST_OF_TASKS = 2  # of the exit codes of doit: any above says that no task was run


def tell(**event: object) -> None:
    print(f"{EVENT}{json.dumps(event)}", flush=True)


class Told(Reporter):
    """What `builds` hears beside what the terminal shows."""

    told: ClassVar[dict[str, str]] = {}  # what has failed in this build: message by task

    def runtime_error(self, msg: str) -> None:
        super().runtime_error(msg)
        tell(failed="build", message=msg)

    def execute_task(self, task: Task) -> None:
        if task.name not in self.told:
            super().execute_task(task)

    def add_success(self, task: Task) -> None:
        super().add_success(task)
        tell(done=task.name)

    def skip_uptodate(self, task: Task) -> None:
        tell(done=task.name)

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        if isinstance(fail, UnmetDependency):
            tell(left=task.name)
        if isinstance(fail, UnmetDependency) or task.name in self.told:
            return
        super().add_failure(task, fail)
        self.told[task.name] = in_words("".join(fail.traceback)) or fail.get_msg().strip()
        tell(failed=task.name, message=self.told[task.name])

    def summary(self) -> str:
        return ""


def main(pages: Sequence[str]) -> None:
    """All tasks but `publish`. What makes `pages` goes first, by itself: what is rendered beside it takes its time."""
    try:
        with lock():
            graph = read_graph()
            tell(renamed=record.renamed(graph.names))
            wanted = {f".build/site/reports/{page}" for page in pages}
            if first := [name_of(task) for task in graph.tasks() if not wanted.isdisjoint(task.get("targets", ()))]:
                run(graph, first)
                first_graph, graph = graph, read_graph()  # what its notebooks have shown is in the record now
                graph.read |= first_graph.read
            run(graph, [name_of(task) for task in graph.tasks() if "targets" in task and task["basename"] != "publish"])
            tell(end="again" if graph.read_early() else "done")
    except KeyboardInterrupt as interrupt:
        stop(interrupt, "")
    except BusyError:
        tell(end="busy")
    except BuildError as error:
        refuse(str(error))
    except Exception:
        refuse(in_words(traceback.format_exc()))


def refuse(message: str) -> None:
    """The graph cannot be read."""
    print(message)
    tell(failed="build", message=message, end="done")


def name_of(task: Described) -> str:
    return f"{task['basename']}:{task['name']}" if "name" in task else task["basename"]


def run(graph: Graph, names: list[str]) -> None:
    """Those tasks, and what they need; what has failed is not tried again."""

    def fail(message: str) -> TaskFailed:
        return TaskFailed(message)

    def tasks() -> Iterator[Described]:
        for task in graph.tasks():
            message = Told.told.get(name_of(task))
            yield task if message is None else task | {"actions": [(fail, [message])]}

    config = DOIT_CONFIG | {"reporter": Told}
    if DoitMain(ModuleTaskLoader({"task_reports": tasks, "DOIT_CONFIG": config})).run(["run", *names]) > LAST_OF_TASKS:
        raise BuildError("The build did not begin: the terminal says why.")


def in_words(told: str) -> str:
    """A traceback without the way: what was raised, and the last place in the project."""
    places = re.findall(rf'File "{re.escape(str(ROOT))}/((?!\.venv)[^"]+)", line (\d+)', told)
    what = told.strip().rpartition("\n")[2]
    return "{}, line {}:\n{}".format(*places[-1], what) if places else what


if __name__ == "__main__":
    main(sys.argv[1:])
