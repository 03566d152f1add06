"""What all pages of the site share: name, layout, style sheet, and how text is made safe."""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from notebook_reports.cite import FOLDER, as_words

HERE = Path(__file__).parent
SITE = "North Korean entries to Russia"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def render(template: str, **values: object) -> str:
    return _environment.get_template(template).render(values) + "\n"


def download(resource: dict) -> str:
    """Where the site keeps its copy of a table of datapackage.json."""
    return "data/" + resource["path"].rpartition("/")[2]


def files(figure: str) -> Markup:
    """Links to the data behind a figure and to its two forms."""
    return Markup(
        '<span class="files">This chart: <a href="figures/{0}.csv">data as CSV</a>, '
        '<a href="figures/{0}.svg">SVG</a>, <a href="figures/{0}.png">PNG</a></span>'
    ).format(figure)


def article(headline: str, description: str, root: str = "") -> dict:
    """What a page says of itself to machines (schema.org); `root`: the way from it to reports/."""
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": headline,
        "description": description,
        "inLanguage": "en",
        "license": LICENCE,
        "isPartOf": {"@type": "Dataset", "name": SITE, "url": f"{root}index.html"},
    }


def cited(text: object) -> Markup:
    """Words (see `cite.as_words`) with their links, as they lead from a page of reports/."""
    return Markup(as_words(text).html(f"{FOLDER}/"))


def _json_ld(data: dict) -> Markup:
    """A JSON-LD data block. No "<" is left in it, so that no text can end the block."""
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return Markup(f'<script type="application/ld+json">\n{text}\n</script>')


_environment = Environment(
    loader=FileSystemLoader(HERE / "templates" / "report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"json_ld": _json_ld, "download": download, "cited": cited}
_environment.globals |= {
    "css": Markup((HERE / "report.css").read_text(encoding="utf-8")),
    "files": files,
    "site": SITE,
    "root": "",  # the way from a page to reports/; the pages below reports/sources say "../"
}
