"""The front page: what a colleague is sent. A project may have a module of its own for it, with an `index` that hands
`index` here a template which extends index.html.j2, and what that needs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from notebook_reports import settings
from notebook_reports.datapackage import Descriptor
from notebook_reports.pages.check import Page
from notebook_reports.pages.figures import Figure
from notebook_reports.pages.layout import download, render, render_own


@dataclass(frozen=True)
class Contents:
    """What a front page may say and lead to."""

    pages: list[Page]  # in order
    figures: list[Figure]
    datapackage: Descriptor  # the parsed data/datapackage.json
    experiment: str  # what was tried; nothing on a page that is published
    source: Callable[[str], Path]  # where to read a table of this run, from its path below the root


def index(contents: Contents, template: Path | None = None, **more: object) -> str:
    """HTML text of index.html, by `template` where the project has one of its own, to which `more` is handed.

    Links to PAGE.html, figures/NAME.{svg,png,csv}, data/datapackage.json and, for each resource,
    data/<file name of its path>.
    """
    package, project = contents.datapackage, settings.project()
    about = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        "license": project.licence_url,
        "creator": project.creator and {"@type": "Organization", "name": project.creator},
        "distribution": [
            {"@type": "DataDownload", "contentUrl": download(resource), "encodingFormat": "text/csv"}
            for resource in package["resources"]
        ],
    }
    values = {
        "path": "",
        "about": {key: value for key, value in about.items() if value},
        "pages": contents.pages,
        "figures": [replace(figure, wide="") for figure in contents.figures],  # narrow: two stand side by side
        "datapackage": package,
        "experiment": contents.experiment,
    } | more
    return render_own(template, **values) if template else render("index.html.j2", **values)
