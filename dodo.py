"""The build graph: what each notebook reads and writes. How it is done stands in notebook_reports.runner.graph, what
this project adds in dprk_entries.site.steps."""

from dprk_entries.site.steps import FRONT_PAGE, steps
from notebook_reports.runner.graph import DOIT_CONFIG, Graph

__all__ = ["DOIT_CONFIG", "task_reports"]  # what doit looks for

OBSERVATIONS = "data/raw/observations.csv"
SOURCES = "data/raw/sources.csv"
PURPOSES = "data/raw/purposes.csv"
CLAIMS = "data/raw/claims.csv"
ASSUMPTIONS = "data/raw/assumptions.csv"
RESOLUTIONS = "data/raw/resolutions.csv"

ENTRIES = "data/processed/entries.csv"
CONFLICTS = "data/processed/conflicts.csv"
GROWTH = "data/processed/growth.csv"
LAUNDERING = "data/processed/laundering.csv"
CLAIMS_CHECKED = "data/processed/claims_checked.csv"


def charts(*names: str, kinds: tuple[str, ...] = ("svg", "png", "csv", "json")) -> list[str]:
    return [f"reports/figures/{name}.{kind}" for name in names for kind in kinds]


IN_02 = ["annual-entries", "purposes", "quarterly-entries", "growth-since-reopening"]
IN_03 = ["laundering-shares", "price-of-assumptions", "students-and-crossings"]
IN_05 = ["permits-and-registrations"]

NOTEBOOKS = {
    "01-clean-source-figures": {
        "reads": [OBSERVATIONS, SOURCES, PURPOSES, RESOLUTIONS],
        "writes": [ENTRIES, CONFLICTS],
    },
    "02-analyze-growth": {
        "reads": [ENTRIES, OBSERVATIONS, SOURCES, PURPOSES],
        "writes": [GROWTH, *charts(*IN_02)],
    },
    "03-estimate-visa-laundering-share": {
        "reads": [ENTRIES, OBSERVATIONS, SOURCES, PURPOSES, ASSUMPTIONS],
        "writes": [LAUNDERING, *charts(*IN_03)],
    },
    "04-check-published-claims": {
        "reads": [ENTRIES, CLAIMS, OBSERVATIONS, SOURCES, PURPOSES],
        "writes": [CLAIMS_CHECKED],
    },
    "05-compare-permits-and-registrations": {
        "reads": [OBSERVATIONS, SOURCES],
        "writes": charts(*IN_05),
    },
    "90-render-charts": {
        "reads": [ENTRIES, *charts(*IN_02, *IN_03, *IN_05, kinds=("svg", "json"))],
        "writes": [],
    },
}
FINDINGS = ["02-analyze-growth", "03-estimate-visa-laundering-share", "04-check-published-claims"]  # in README.md

GRAPH = Graph(NOTEBOOKS, findings=FINDINGS, front_page=FRONT_PAGE, steps=steps())
task_reports = GRAPH.tasks
