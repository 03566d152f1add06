"""The build graph: what each task reads and writes. How it is done stands in src/notebook_reports/runner/."""

from dprk_entries.site import build as sources
from notebook_reports.runner import graph as tasks
from notebook_reports.runner.graph import DOIT_CONFIG  # noqa: F401  (doit looks for it here)

SCHEMA = "data/datapackage.json"
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

FIGURES = [
    "annual-entries",
    "purposes",
    "quarterly-entries",
    "growth-since-reopening",
    "laundering-shares",
    "permits-and-registrations",
]


def charts(*names: str) -> list[str]:
    return [f"reports/figures/{name}.{kind}" for name in names for kind in ("svg", "png", "csv")]


NOTEBOOKS = {
    "01-clean-source-figures": {
        "reads": [OBSERVATIONS, SOURCES, PURPOSES, RESOLUTIONS, SCHEMA],
        "writes": [ENTRIES, CONFLICTS],
    },
    "02-analyze-growth": {
        "reads": [ENTRIES, OBSERVATIONS, SOURCES, PURPOSES, SCHEMA],
        "writes": [GROWTH],
    },
    "03-estimate-visa-laundering-share": {
        "reads": [ENTRIES, OBSERVATIONS, SOURCES, PURPOSES, ASSUMPTIONS, SCHEMA],
        "writes": [LAUNDERING, *charts("price-of-assumptions", "students-and-crossings")],
    },
    "04-check-published-claims": {
        "reads": [ENTRIES, CLAIMS, OBSERVATIONS, SOURCES, PURPOSES, SCHEMA],
        "writes": [CLAIMS_CHECKED],
    },
    "05-render-charts": {
        "reads": [ENTRIES, GROWTH, LAUNDERING, OBSERVATIONS, SOURCES, PURPOSES, SCHEMA],
        "writes": charts(*FIGURES),
    },
}
NAMES = list(NOTEBOOKS)
FINDINGS = NAMES[1:4]  # the notebooks whose headlines stand in README.md
RAW = [OBSERVATIONS, SOURCES, PURPOSES, RESOLUTIONS, CLAIMS, ASSUMPTIONS]
PROCESSED = [ENTRIES, CONFLICTS, GROWTH, LAUNDERING, CLAIMS_CHECKED]


SOURCES_PAGES = sources.pages(OBSERVATIONS)
SUMMED_UP = [ENTRIES, GROWTH, LAUNDERING, CLAIMS_CHECKED] if SOURCES_PAGES else []


def task_influence():
    """find what would change without each figure"""
    if SOURCES_PAGES:
        yield {"name": "figures", **tasks.influence([OBSERVATIONS, SOURCES, PURPOSES, SCHEMA])}


def task_notebook():
    """run a notebook"""
    for name, files in NOTEBOOKS.items():
        yield {"name": name, **tasks.notebook(name, **files)}


def task_page():
    """render an executed notebook"""
    for name in NAMES:
        yield {"name": name, **tasks.page(name, NAMES)}


def task_data():
    """copy the tables into the reports"""
    return tasks.data([*RAW, *PROCESSED], SCHEMA)


def task_index():
    """write the front page of the reports"""
    return tasks.index(NAMES, SUMMED_UP, SCHEMA)


def task_sources():
    """write where each number comes from"""
    if SOURCES_PAGES:
        yield {"name": "pages", **tasks.sources(SOURCES_PAGES, [*RAW, *PROCESSED, SCHEMA])}


def task_links():
    """check that every link between the pages leads somewhere"""
    if SOURCES_PAGES:
        pages = [f"reports/{name}.html" for name in [*NAMES, "index"]]
        yield {"name": "pages", **tasks.links([*pages, *SOURCES_PAGES])}


def task_readme():
    """write findings into README.md, the data dictionary into data/README.md"""
    return tasks.readme(FINDINGS, SCHEMA)
