"""The page to send to a colleague."""

from dprk_entries.site.front_page import Summary
from notebook_reports.pages.check import Figure, Page
from notebook_reports.pages.layout import LICENCE, download, render


def index(
    pages: list[Page],
    figures: list[Figure],
    datapackage: dict,
    experiment: str = "",
    summary: Summary | None = None,
) -> str:
    """HTML text of index.html; `datapackage`: the parsed data/datapackage.json.

    Links to PAGE.html, figures/NAME.{svg,png,csv}, data/datapackage.json and, for each resource,
    data/<file name of its path>. `experiment`: see `page`. `summary`: what the page leads with.
    """
    about = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": datapackage["title"],
        "description": datapackage["description"],
        "version": datapackage["version"],
        "license": LICENCE,
        "creator": {"@type": "Organization", "name": "The dprk-entries contributors"},
        "distribution": [
            {"@type": "DataDownload", "contentUrl": download(resource), "encodingFormat": "text/csv"}
            for resource in datapackage["resources"]
        ],
    }
    return render(
        "index.html.j2",
        pages=pages,
        figures=figures,
        datapackage=datapackage,
        about=about,
        experiment=experiment,
        summary=summary,
    )
