"""The build graph. All follows from the notebooks, see notebook_reports.runner.graph; what this project adds stands in
dprk_entries.site.steps."""

from dprk_entries.site.steps import FRONT_PAGE, steps
from notebook_reports.runner.graph import DOIT_CONFIG, Graph

__all__ = ["DOIT_CONFIG", "task_reports"]  # what doit looks for

GRAPH = Graph(front_page=FRONT_PAGE, steps=steps())
task_reports = GRAPH.tasks
