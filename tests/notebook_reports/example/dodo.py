"""The build graph: all tasks follow from the notebooks."""

from notebook_reports.runner.graph import DOIT_CONFIG, Graph, Step

__all__ = ["DOIT_CONFIG", "task_reports"]  # what doit looks for

TOTALS, YEARS = "data/processed/totals.csv", "reports/sources/years.html"
ENTRIES = Step("entries", "write what was picked in each year", "orchards.entries", "all", [TOTALS], [YEARS])

GRAPH = Graph(steps=[ENTRIES])
task_reports = GRAPH.tasks
