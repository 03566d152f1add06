"""The Markdown of one notebook as HTML that holds nothing but what Markdown can say."""

import posixpath
import re
from collections.abc import Collection
from html import escape, unescape
from itertools import chain, count
from typing import NoReturn
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer
from nbformat import NotebookNode

from notebook_reports.cite import FOLDER
from notebook_reports.errors import refuse
from notebook_reports.pages.markdown import reader

TAKEN = {"main", "contents", "Notes"}  # ids of the page around the prose
PICTURES = ("image/png", "image/jpeg")
ENTITY = re.compile(r"&(#\d+|#[xX][\da-fA-F]+|[a-zA-Z]\w*);")
TAG = re.compile(r"<(/?)(b|em|i|kbd|mark|s|small|strong|sub|sup|u)>|<br ?/?>")  # HTML that Markdown has no word for
TO_NOTE = 'href="#note-'
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Attributes of formulas that can neither run, load nor lead somewhere, nor lie over the page, and their values.
OF_MATHML = {"xmlns", "display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form", "separator",
             "accent", "accentunder", "movablelimits", "largeop", "symmetric", "linebreak", "linethickness", "notation",
             "minsize", "maxsize", "width", "height", "depth", "lspace", "rspace", "voffset", "open", "close",
             "columnalign", "columnlines", "columnspacing", "rowlines", "rowspacing", "rowalign", "frame"}  # fmt: skip
PLAIN = re.compile(r"[\w.+%# -]*|http://www\.w3\.org/1998/Math/MathML|[^\w\s\"'<>:]")
# Below the headers of a table. No two parts may match the same blanks, or a line of blanks takes minutes.
NO_TABLE = re.compile(r"^[ \t]*(\|[ \t]*)?:?-+:?([ \t]*\|[ \t]*:?-+:?)+([ \t]*\|)?[ \t]*$", re.MULTILINE)
NO_LINK = re.compile(r"\[[^\[\]]+\]\([^\s\[)]+ [^\[)\"']*\)")  # none holds the start of another: see NO_TABLE
WORDS_OF_MONEY = re.compile(r"\d[^\\]*\s[^\\]*[^\W\d_]{2}")  # "100 and US", between two dollar signs
MONEY = re.compile(r"\$\s?\d|\d\s?\$")


class Prose(IPythonRenderer):
    """Renders the Markdown cells of one page in order, and gathers what the page needs of them.

    Comments are left out, entities read, and the simplest HTML kept. Formulas become MathML, footnotes are numbered
    through the page, links to notebooks, tables and figures point into the site. Raises ReportError for what a page
    cannot show, or what could be meant in two ways.
    """

    def __init__(self, notebook: str, pages: Collection[str]) -> None:
        """`notebook`: its name, for messages; `pages`: the names that a link may lead to."""
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self.markdown = reader(self)
        self.notebook, self.pages = notebook, pages
        self.title = Markup()
        self.sections: list[tuple[str, str]] = []  # id and plain text of each h2
        self.notes: list[Markup] = []  # the footnotes
        self.ids = set(TAKEN)  # on the page
        self.fragments: dict[str, NotebookNode] = {}  # "#id" links and the cells they stand in
        self.heading_above = ""  # plain text of the last heading
        self.captions: list[str] = []  # of the tables so far
        self.code: list[Markup] = []  # since the section began, a block a cell
        self.printed: list[Markup] = []  # by the code of all sections

    def render_cell(self, source: str, cell: NotebookNode) -> Markup:
        self.cell, self.notes_before = cell, len(self.notes)
        self.dollars, self.formulas = "", 0  # of this block: texts with a dollar that begins no formula, and formulas
        self.open: list[str] = []  # tags of HTML
        html, state = self.markdown.parse(source)
        defined = re.findall(r"^ {0,4}\[\^([^\]\s]+)\]:", source, re.MULTILINE)
        if twice := sorted(key for key in set(defined) if defined.count(key) > 1):
            self.refuse(f"the note [^{twice[0]}] with two texts", "give one of them another name")
        if idle := set(state.env.get("ref_footnotes", {})) - set(state.env.get("footnotes", [])):
            self.refuse(f"the note [^{min(idle)}], to which no text leads", "lead to it by [^...], or delete it")
        self.whole("")
        return Markup(html)

    def refuse(self, problem: str, remedy: str) -> NoReturn:
        refuse(self.notebook, self.cell, problem, remedy)

    def check_fragments(self) -> None:
        """After the last cell: ReportError for a link to a section that the page does not have."""
        for fragment, cell in self.fragments.items():
            if fragment not in self.ids:
                refuse(self.notebook, cell, f"the link to #{fragment} leads nowhere", "use the text of a heading")

    def fold(self) -> Markup:
        """The code of the section that ends here, folded; nothing where it has none."""
        code, self.code = self.code, []
        name = self.sections[-1][1] if self.sections else plain_text(self.title)
        return folded_away("Code", Markup("\n").join(code), f" of the section {name}") if code else Markup()

    def caption(self) -> str:
        """For a table that has none: the heading above it, with a number where another table is called so."""
        heading = self.heading_above or plain_text(self.title) or "Table"
        numbered = (f"{heading} ({number})" for number in count(2))
        return next(caption for caption in chain([heading], numbered) if caption not in self.captions)

    def text(self, text: str) -> str:
        if found := re.search(r"\[\^[^\]\s]+\]", text):
            self.refuse(f"the note {found[0]}, which has no text", f"write it below, as {found[0]}: ...")
        if "$" in text:
            self.dollars += f"{text} "
        return escape(ENTITY.sub(lambda entity: unescape(entity[0]), text), quote=False)

    def escaped(self, text: str) -> str:
        return escape(text, quote=False)

    def paragraph(self, text: str) -> str:
        return f"<p>{self.whole(text)}</p>\n"

    def block_text(self, text: str) -> str:
        return self.whole(text)

    def whole(self, block: str) -> str:
        """A block of which every part is known now. ReportError where a dollar could be meant in two ways."""
        signs = self.dollars.count("$")
        if signs > 1 and (self.formulas or len(MONEY.findall(self.dollars)) < signs):
            told = f"dollar signs that may be money or a formula: {self.dollars.strip()}"
            self.refuse(told, "write \\$ for the sign, and a formula as $x$, without blanks inside")
        if self.open:
            self.refuse(f"<{self.open[-1]}> that is not closed", f"close it by </{self.open[-1]}>")
        self.dollars, self.formulas = "", 0
        if NO_TABLE.search(plain_text(block)):
            self.refuse("a table whose rows have not all as many cells as its headers", "mend it; a | inside is \\|")
        if found := NO_LINK.search(plain_text(block)):
            self.refuse(f"{found[0]}, which is no link", "write %20 for a blank in an address")
        return block

    def inline_html(self, html: str) -> str:
        if COMMENT.fullmatch(html):
            return ""
        tag = TAG.fullmatch(html)
        if not tag or (tag[1] and (not self.open or self.open.pop() != tag[2])):
            self.refuse(f"the HTML {html}", "write it in Markdown, or \\< for the sign itself")
        if tag[2] and not tag[1]:
            self.open.append(tag[2])
        return html

    def block_html(self, html: str) -> str:
        rest = COMMENT.sub("", html).strip()
        return self.inline_html(rest) if "<" in rest else f"<p>{self.text(rest)}</p>" if rest else ""

    def heading(self, text: str, level: int, **attrs: object) -> str:
        if level == 1:
            if self.title:
                self.refuse("a second H1", "start this heading with ##")
            self.title = Markup(self.whole(text))
            return ""
        if TO_NOTE in text:
            self.refuse("a note in a heading", "lead to it from the text below")
        plain = self.heading_above = plain_text(self.whole(text))
        anchor = unused(slug(plain), self.ids)
        ended = self.fold() if level == 2 else ""
        if level == 2:
            self.sections.append((anchor, plain))
        return f'{ended}<h{level} id="{anchor}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        bare = ' class="url"' if unescape(text) == url else ""  # print shows the address of every other link
        return f'<a{bare} href="{escape(self.address(url))}">{text}</a>'

    def address(self, url: str) -> str:
        """Where a link leads on the site: it was written to work in the folder notebooks/."""
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "mailto"):
            return url
        anchor = slug(unquote(parts.fragment))
        fragment = f"#{anchor}" if parts.fragment else ""
        if url.startswith("#"):
            self.fragments[anchor] = self.cell
            return f"#{anchor}"
        folder, _, file = posixpath.normpath(posixpath.join("notebooks", unquote(parts.path))).rpartition("/")
        page = file.removesuffix(".ipynb")
        if not parts.scheme and not parts.netloc:
            if folder == "notebooks" and page in self.pages:
                return f"{page}.html{fragment}"
            if folder in ("data", "data/raw", "data/processed"):
                return f"data/{quote(file)}"
            if folder == "reports/figures":
                return f"figures/{quote(file)}"
            if folder == f"reports/{FOLDER}":
                return f"{FOLDER}/{quote(file)}#{parts.fragment}"
        if file.endswith(".ipynb"):
            self.refuse(f"a link to {url}: there is no such notebook", "mend its name, or drop it")
        self.refuse(
            f"the link to {url} leads out of the reports",
            "link to a notebook, to ../data/..., ../reports/figures/..., ../reports/sources/... or to a full address",
        )

    def image(self, text: str, url: str, title: str | None = None) -> str:
        kinds = self.cell.get("attachments", {}).get(unquote(url.removeprefix("attachment:")), {})
        mime = next((mime for mime in PICTURES if mime in kinds), "")
        if not url.startswith("attachment:") or not mime:
            self.refuse(f"a picture in Markdown, {url}", "paste it into the cell, or show it by Image(..., alt='...')")
        if not (alt := plain_text(text)):
            self.refuse(f"the picture {url} without a text for those who cannot see it", "![what it shows](...)")
        return str(picture(mime, kinds[mime], alt))

    def table(self, text: str) -> str:
        caption = self.caption()
        self.captions.append(caption)
        captioned = Markup("<table>\n<caption>{}</caption>\n{}</table>").format(caption, Markup(text))
        return f"{scroll_box(caption, captioned)}\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag, scope = ("th", ' scope="col"') if head and text else ("td", "")
        number = ' class="num"' if align == "right" else ""
        return f"<{tag}{scope}{number}>{self.whole(text)}</{tag}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n'

    def linebreak(self) -> str:
        return "<br>\n"

    def thematic_break(self) -> str:
        return "<hr>\n"

    def inline_math(self, body: str) -> str:
        self.formulas += 1
        if WORDS_OF_MONEY.match(body):
            self.refuse(f"${body}$, which may be money or a formula", "write \\$ for the sign")
        return self.mathml(body, "inline")

    def block_math(self, body: str) -> str:
        return f'<span class="formula" tabindex="0">{self.mathml(body, "block")}</span>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def mathml(self, tex: str, display: str) -> str:
        """TeX as MathML. latex2mathml passes on what it does not know and escapes no text; see to both."""
        tex = re.sub(
            r"\\(begin|end)\{align(ed)?\*?\}", r"\\\1{align*}", tex
        )  # no numbers, as in Jupyter; \tag{1} gives one
        try:
            formula = convert_to_element(tex.strip(), display=display)
        except Exception as error:  # its exceptions have no common base
            self.refuse(f"the formula {tex.strip()} is not TeX ({error!r})", "mend it")
        if tex.count("{") - tex.count(r"\{") != tex.count("}") - tex.count(r"\}"):
            self.refuse(f"the formula {tex.strip()}, in which a brace is missing", "mend it")
        for element in formula.iter():
            element.text = unescape(element.text or "")
            if odd := {key for key, value in element.items() if key not in OF_MATHML or not PLAIN.fullmatch(value)}:
                self.refuse(f"{', '.join(sorted(odd))} in the formula {tex.strip()}", "use simpler TeX")
            if re.search(r"[\\&]", element.text):
                self.refuse(
                    f"{element.text} in the formula {tex.strip()}",
                    "use simpler TeX",
                )
        return ElementTree.tostring(formula, encoding="unicode")

    def footnote_ref(self, key: str, index: int) -> str:
        number = self.notes_before + index
        anchor = unused(f"note-{number}-in-text", self.ids)
        return f'<sup><a id="{anchor}" {TO_NOTE}{number}" aria-label="Note {number}">{number}</a></sup>'

    def footnote_item(self, text: str, key: str, index: int) -> str:
        number = self.notes_before + index
        if TO_NOTE in text:
            self.refuse(f"a note inside the note [^{key}]", "write it into the text")
        if text.count("<p>") == 1:
            text = text.strip().removeprefix("<p>").removesuffix("</p>")
        back = f'<a href="#note-{number}-in-text" aria-label="Back to the text of note {number}">↩</a>'
        self.notes.append(Markup(f'<li id="{unused(f"note-{number}", self.ids)}">{text} {back}</li>'))
        return ""

    def footnotes(self, text: str) -> str:
        return ""  # the page prints them all at its end


def picture(mime: str, data: str, alt: str) -> Markup:
    """`data`: in Base64; `alt`: what it shows, for those who cannot see it."""
    return Markup('<img src="data:{};base64,{}" alt="{}">').format(mime, "".join(data.split()), alt)


def scroll_box(caption: str, table: Markup) -> Markup:
    """A table in a box of its own, which is named and can be scrolled by keys."""
    return Markup('<div class="scroll" role="group" aria-label="{}" tabindex="0">\n{}\n</div>').format(caption, table)


def folded_away(summary: str, inside: Markup, unseen: str = "") -> Markup:
    """What can be unfolded; `unseen`: what is heard after its summary."""
    heard = Markup('<span class="unseen">{}</span>').format(unseen) if unseen else ""
    return Markup('<details class="code"><summary>{}{}</summary>\n{}\n</details>\n').format(summary, heard, inside)


def slug(text: str) -> str:
    """The id of a heading, and what a link to it comes to however it is written: its words, joined by hyphens."""
    return "-".join(re.findall(r"\w+", text)) or "section"


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
