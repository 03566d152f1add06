"""The Markdown of one notebook as HTML that holds nothing but what Markdown can say."""

import posixpath
import re
from collections.abc import Collection
from html import escape, unescape
from urllib.parse import urlsplit
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markupsafe import Markup
from mistune.plugins import import_plugin
from mistune.plugins.footnotes import footnotes
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from notebook_reports.errors import refuse

PLUGINS = [import_plugin(name) for name in ("strikethrough", "url", "def_list", "table")] + [footnotes]
TAKEN = {"main", "contents", "Notes"}  # ids of the page around the prose


class Prose(IPythonRenderer):
    """Renders the Markdown cells of one page in order, and gathers what the page needs of them.

    Raw HTML comes out as text. Formulas become MathML, footnotes are numbered through the page, links to
    notebooks, tables and figures point into the site. Raises ReportError for what a page cannot show.
    """

    def __init__(self, notebook: str, pages: Collection[str]) -> None:
        """`notebook`: its name, for messages; `pages`: the names that a link may lead to."""
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self.markdown = MarkdownWithMath(renderer=self, plugins=PLUGINS)
        self.notebook, self.pages = notebook, pages
        self.title = Markup()
        self.sections: list[tuple[str, str]] = []  # id and plain text of each h2
        self.notes: list[Markup] = []  # the footnotes
        self.ids = set(TAKEN)  # on the page
        self.fragments: dict[str, NotebookNode] = {}  # "#id" links and the cells they stand in

    def render_cell(self, source: str, cell: NotebookNode) -> Markup:
        self.cell, self.notes_before = cell, len(self.notes)
        return Markup(self.markdown.render(source))

    def check_fragments(self) -> None:
        """After the last cell: ReportError for a link to a section that the page does not have."""
        for fragment, cell in self.fragments.items():
            if fragment not in self.ids:
                refuse(self.notebook, cell, f"the link to #{fragment} leads nowhere", "use the text of a heading")

    def heading(self, text: str, level: int, **attrs: object) -> str:
        if level == 1:
            if self.title:
                refuse(self.notebook, self.cell, "a second H1", "start this heading with ##")
            self.title = Markup(text)
            return ""
        plain = plain_text(text)
        anchor = unused("-".join(re.findall(r"\w+", plain)), self.ids)
        if level == 2:
            self.sections.append((anchor, plain))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        bare = ' class="url"' if unescape(text) == url else ""  # print shows the address of every other link
        return f'<a{bare} href="{escape(self.address(url))}">{text}</a>'

    def address(self, url: str) -> str:
        """Where a link leads on the site: it was written to work in the folder notebooks/."""
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "mailto"):
            return url
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if url == fragment:
            self.fragments[parts.fragment] = self.cell
            return url
        folder, _, file = posixpath.normpath(posixpath.join("notebooks", parts.path)).rpartition("/")
        page = file.removesuffix(".ipynb")
        if not parts.scheme and not parts.netloc:
            if folder == "notebooks" and page in self.pages:
                return f"{page}.html{fragment}"
            if folder in ("data", "data/raw", "data/processed"):
                return f"data/{file}"
            if folder == "reports/figures":
                return f"figures/{file}"
        if file.endswith(".ipynb"):
            refuse(self.notebook, self.cell, f"a link to {url}: there is no such notebook", "mend its name, or drop it")
        refuse(
            self.notebook,
            self.cell,
            f"the link to {url} leads out of the reports",
            "link to a notebook, to ../data/..., to ../reports/figures/... or to a full address",
        )

    def image(self, text: str, url: str, title: str | None = None) -> str:
        refuse(self.notebook, self.cell, f"a picture in Markdown, {url}", "draw it with show.figure")

    def table(self, text: str) -> str:
        refuse(self.notebook, self.cell, "a table in Markdown, which has no caption", "show it with show.table")

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n'

    def linebreak(self) -> str:
        return "<br>\n"

    def thematic_break(self) -> str:
        return "<hr>\n"

    def inline_math(self, body: str) -> str:
        return self.mathml(body, "inline")

    def block_math(self, body: str) -> str:
        return f'<span class="formula" tabindex="0">{self.mathml(body, "block")}</span>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def mathml(self, tex: str, display: str) -> str:
        """TeX as MathML. latex2mathml passes on what it does not know and escapes no text; see to both."""
        try:
            formula = convert_to_element(tex.strip(), display=display)
        except Exception as error:  # its exceptions have no common base
            refuse(self.notebook, self.cell, f"the formula {tex.strip()} is not TeX ({error!r})", "mend it")
        for element in formula.iter():
            element.text = unescape(element.text or "")
            if re.search(r"[\\&]", element.text):
                refuse(
                    self.notebook,
                    self.cell,
                    f"{element.text} in the formula {tex.strip()}",
                    "use simpler TeX",
                )
        return ElementTree.tostring(formula, encoding="unicode")

    def footnote_ref(self, key: str, index: int) -> str:
        number = self.notes_before + index
        anchor = unused(f"note-{number}-in-text", self.ids)
        return f'<sup><a id="{anchor}" href="#note-{number}" aria-label="Note {number}">{number}</a></sup>'

    def footnote_item(self, text: str, key: str, index: int) -> str:
        number = self.notes_before + index
        text = text.strip().removeprefix("<p>").removesuffix("</p>")
        back = f'<a href="#note-{number}-in-text" aria-label="Back to the text of note {number}">↩</a>'
        self.notes.append(Markup(f'<li id="{unused(f"note-{number}", self.ids)}">{text} {back}</li>'))
        return ""

    def footnotes(self, text: str) -> str:
        return ""  # the page prints them all at its end


def plain_text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def unused(anchor: str, ids: set[str]) -> str:
    """The anchor, with a number if another element has it already; remembers it."""
    candidate, count = anchor, 1
    while candidate in ids:
        count += 1
        candidate = f"{anchor}-{count}"
    ids.add(candidate)
    return candidate
