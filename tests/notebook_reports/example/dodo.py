"""What each notebook reads and writes."""

from notebook_reports.runner.graph import DOIT_CONFIG, Graph, Step

__all__ = ["DOIT_CONFIG", "task_reports"]  # what doit looks for

HARVESTS = "data/raw/harvests.csv"
TOTALS = "data/processed/totals.csv"

YEARS = "reports/sources/years.html"
FIGURE = [f"reports/figures/totals.{kind}" for kind in ("svg", "png", "csv", "json")]

NOTEBOOKS = {
    "01-sum-harvests": {"reads": [HARVESTS], "writes": [TOTALS]},
    "02-compare-years": {"reads": [TOTALS], "writes": FIGURE},
}
ENTRIES = Step("entries", "write what was picked in each year", "orchards.entries", "all", [TOTALS], [YEARS])

GRAPH = Graph(NOTEBOOKS, findings=["02-compare-years"], steps=[ENTRIES])
task_reports = GRAPH.tasks
