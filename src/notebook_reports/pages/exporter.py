"""One executed notebook as one self-contained HTML page."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, TextLexer
from traitlets import default
from traitlets.config import Config

from notebook_reports.pages import long
from notebook_reports.pages.check import SHOWN, Page, alt_of, best_type, check
from notebook_reports.pages.figures import read_figure
from notebook_reports.pages.layout import article, cited, figure, render
from notebook_reports.pages.prose import Prose, folded_away, picture, scroll_box, unused
from notebook_reports.pages.tables import read_html
from notebook_reports.pages.tags import folded, lead_first

TEMPLATES = Path(__file__).parent / "templates"
PYTHON, MARKS = PythonLexer(), HtmlFormatter(nowrap=True)
COLOURED = 100_000  # characters of code, which take a second
UNMARKED = re.compile(r'<span class="[nopw]">([^<]*)</span>')  # names, signs, blanks: two thirds of the marks in code


def page(notebook: NotebookNode, name: str, pages: list[Page], experiment: str = "") -> str:
    """HTML text of one executed notebook; `pages`: all of them in order, `name` among them.

    `experiment` says what was tried; such a page says that it is not a published report.
    """
    check(notebook, name)
    place = [other.name for other in pages].index(name)
    prose = Prose(name, {other.name for other in pages})
    body, _ = CellExporter(prose).from_notebook_node(lead_first(notebook))
    prose.check_fragments()
    about = article(pages[place].title, str(pages[place].headline))
    return render(
        "page.html.j2",
        about=about,
        path=f"{name}.html",
        page=pages[place],
        previous=pages[place - 1] if place else None,
        next=pages[place + 1] if place + 1 < len(pages) else None,
        prose=prose,
        body=Markup(body) + prose.fold(),
        printed=folded_away("What the code prints", Markup("\n").join(prose.printed)) if prose.printed else "",
        experiment=experiment,
    )


class Compiled(BytecodeCache):
    """Templates, which are the same for all pages, compiled once in a process."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class CellExporter(TemplateExporter):
    """The cells of a notebook as HTML, by the rules of templates/report/cells.html.j2."""

    file_extension = ".html"
    output_mimetype = "text/html"
    template_name = "report"

    def __init__(self, prose: Prose) -> None:
        self.prose = prose
        super().__init__(extra_template_basedirs=[str(TEMPLATES)])

    @default("template_file")
    def _template_file_default(self) -> str:
        return "cells.html.j2"

    @property
    def default_config(self) -> Config:
        # What nbconvert would do to a notebook first is not asked for, but each step would have it validated anew.
        return Config(
            {"NbConvertBase": {"display_data_priority": list(SHOWN)}, "Exporter": {"default_preprocessors": []}}
        )

    def default_filters(self) -> Iterator[tuple[str, Callable[..., object]]]:
        yield from super().default_filters()
        yield "prose", self._prose
        yield "code", self._code
        yield "printed", self._printed
        yield "long", self._long
        yield "table", self._table
        yield "picture", _picture
        yield "folded", folded
        yield "figure", self._figure
        yield "cited", cited

    @pass_context
    def _prose(self, context: Context, source: str) -> Markup:
        return self.prose.render_cell(source, context["cell"])

    def _table(self, html: str) -> Markup:
        """Cards, or a table in a box of its own, captioned by the heading above it unless it says more."""
        caption, table, word = read_html(html, self.prose.caption())
        if not caption:
            return Markup(table)
        self.prose.captions.append(caption)
        below = Markup('\n<p class="more">{}</p>').format(word) if word else ""
        return scroll_box(caption, Markup(table)) + below

    def _figure(self, output: NotebookNode) -> Markup:
        shown = read_figure(output)
        return figure(shown, "" if shown.page else unused(shown.name, self.prose.ids))

    def _code(self, cell: NotebookNode) -> str:
        """Kept for the end of its section."""
        if cell.source.strip():
            lexer = PYTHON if len(cell.source) < COLOURED else TextLexer()
            code = UNMARKED.sub(r"\1", highlight(cell.source, lexer, MARKS))
            self.prose.code.append(Markup('<pre tabindex="0"><code>{}</code></pre>').format(Markup(code)))
        return ""

    @pass_context
    def _printed(self, context: Context, output: NotebookNode) -> str:
        """Kept for the foot of the page, unless its cell is folded as a whole."""
        text = self._long(context, output)
        if folded(context["cell"]):
            return text
        self.prose.printed.append(text)
        return ""

    @pass_context
    def _long(self, context: Context, output: NotebookNode) -> Markup:
        """What is printed, or a plain result; of a long one the beginning, with a link to all of it."""
        text, word = long.cut(long.text_of(output))
        file = long.file_of(self.prose.notebook, context["cell"].id)
        below = Markup('\n<p class="more">{} <a href="{}">All of it</a></p>').format(word, file) if word else ""
        return Markup('<pre class="output" tabindex="0">{}</pre>{}').format(text, below)

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.autoescape = True
        environment.bytecode_cache = COMPILED
        return environment


def _picture(output: NotebookNode) -> Markup:
    mime = best_type(output.data)
    return picture(mime, output.data[mime], alt_of(output))
