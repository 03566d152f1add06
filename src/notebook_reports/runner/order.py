"""Which of the tasks that could begin does: the one with the most work behind it. doit takes them as a set happens to
give them, so that now and then a long one is left for the end, when nothing can run beside it."""

from collections import deque
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from doit import control

from notebook_reports.errors import BuildError


class Dispatcher(control.TaskDispatcher):
    """doit's own, but for the order."""

    @cached_property
    def behind(self) -> dict[str, int]:
        """The work of the longest chain of tasks that begins with each: of what their `meta` says, see `graph`.
        BuildError where tasks wait for each other."""
        try:
            names = [*TopologicalSorter({name: task.task_dep for name, task in self.tasks.items()}).static_order()]
        except CycleError as error:
            raise BuildError(f"Each of these needs what the next makes: {', '.join(reversed(error.args[1]))}") from None
        work = dict.fromkeys(names, 0)
        for name in reversed(names):
            work[name] += (self.tasks[name].meta or {}).get("work", 0)
            for needed in self.tasks[name].task_dep:
                work[needed] = max(work[needed], work[name])
        return work

    def _get_next_node(self, ready: deque[control.ExecNode], tasks_to_run: list[str]) -> control.ExecNode | None:
        while tasks_to_run:
            ready.extend(filter(None, [self._gen_node(None, tasks_to_run.pop())]))
        if not ready:
            return None
        node = max(ready, key=lambda node: self.behind[node.task.name])
        ready.remove(node)
        return node
