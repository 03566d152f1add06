"""What all pages of the site share: layout, style sheet, the settings of the project, and how text is made safe."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from notebook_reports import cards as statements
from notebook_reports import grid, paths, settings
from notebook_reports.cite import FOLDER, as_words
from notebook_reports.datapackage import Descriptor
from notebook_reports.grid import Cell
from notebook_reports.pages.figures import Figure
from notebook_reports.pages.frames import ROWS
from notebook_reports.pages.prose import scroll_box
from notebook_reports.pages.tables import read_table
from notebook_reports.pages.typography import typeset

HERE = Path(__file__).parent
# A page runs nothing and loads nothing. Styles stand in it, at each mark of a chart too, and pictures as data.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(template: str, **values: object) -> str:
    """HTML text of one of the templates here, such as page.html.j2."""
    return _text(_environment.get_template(template), values)


def render_own(template: Path, **values: object) -> str:
    """HTML text of a template of the project's own, which extends one of those here and may include those beside it.
    With `path`, the way from reports/ to the page, it says at which address it is published."""
    return _text(_own(template), values)


@cache
def _own(template: Path) -> Template:
    folders = [template.parent, HERE / "templates" / "report"]
    return _environment.overlay(loader=FileSystemLoader(folders)).get_template(template.name)


def _text(template: Template, values: Mapping[str, object]) -> str:
    return typeset(template.render(values, project=settings.project())) + "\n"


def download(resource: Descriptor) -> str:
    """The way from the front page to the copy of a table of datapackage.json."""
    return paths.copy_of(resource["path"]).relative_to(paths.REPORTS).as_posix()


def figure(shown: Figure, anchor: str = "") -> Markup:
    """A chart between its title and its source, with the table behind it and links to its files; one shown in small
    with a title that leads to where it stands whole. `anchor`: for those who lead to it."""
    if shown.page:
        return Markup(
            '<figure class="small">\n<figcaption><strong dir="auto"><a href="{}.html#{}">{}</a></strong> {}'
            "</figcaption>\n{}\n</figure>"
        ).format(shown.page, shown.name, str(shown.title), shown.subtitle, Markup(shown.narrow))
    files = Markup(
        'Save: <a href="figures/{0}.csv">data as CSV</a>, <a href="figures/{0}.svg">chart as SVG</a> or '
        '<a href="figures/{0}.png">PNG</a>'
    ).format(shown.name)
    return Markup(
        '<figure{}>\n<figcaption><strong dir="auto">{}</strong> {}</figcaption>\n{}\n{}\n'
        '<p class="source">Source: {}. <span class="files">{}</span></p>\n{}\n</figure>'
    ).format(
        Markup(' id="{}"').format(anchor) if anchor else "",
        cited(shown.title), shown.subtitle, Markup(shown.wide), Markup(shown.narrow), shown.source, files,
        _data(shown),
    )  # fmt: skip


def _data(shown: Figure) -> Markup:
    """The table behind a chart, folded; of a long one the beginning, with a link to all of it."""
    header, *rows = shown.rows
    head = [Cell(as_words(name.replace("_", " ")), "col") for name in header]
    body = [
        [Cell(as_words(row[0]), "row"), *(Cell(as_words(cell or "none")) for cell in row[1:])] for row in rows[:ROWS]
    ]
    caption = f"Data of the chart: {shown.title!s}"
    table = read_table(grid.table(as_words(caption), [head], body)).html
    more = Markup('\n<p class="more">{} of {} rows are shown. <a href="figures/{}.csv">All of them</a></p>')
    return Markup("<details>\n<summary>Table of the data</summary>\n{}{}\n</details>").format(
        scroll_box(caption, Markup(table)),
        more.format(ROWS, f"{len(rows):,}", shown.name) if len(rows) > ROWS else "",
    )


def article(headline: str, description: str, root: str = "") -> dict[str, object]:
    """What a page says of itself to machines (schema.org); `root`: the way from it to reports/."""
    project = settings.project()
    about = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": headline,
        "description": description,
        "inLanguage": project.language,
        "license": project.licence_url,
        "isPartOf": {"@type": "Dataset", "name": project.title, "url": f"{root}index.html"},
    }
    return {key: value for key, value in about.items() if value}


def cited(text: object, said_by: str = "aria-label") -> Markup:
    """Words (see `cite.as_words`) with links that lead from a page of reports/; `said_by`: see `Words.html`."""
    return Markup(as_words(text).html(f"{FOLDER}/", said_by))


def cards(shown: Iterable[statements.Card]) -> Markup:
    """Cards on a page of reports/."""
    return Markup(statements.cards(shown, f"{FOLDER}/"))


def _json_ld(data: dict[str, object]) -> Markup:
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
_environment.filters |= {"json_ld": _json_ld, "download": download, "cited": cited, "cards": cards, "figure": figure}
_environment.globals |= {
    "css": Markup((HERE / "report.css").read_text(encoding="utf-8")),
    "policy": Markup(POLICY),
    "root": "",  # the way from a page to reports/; a page in a folder below it says "../"
}
