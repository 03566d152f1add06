"""Numbers that lead to where they come from.

`Cells.cite`, and `cite` for all else, mark a number in a text with its entry on the pages below reports/sources.
`show` makes links of the marks; `plain` takes them off. A mark survives f-strings, tables and joins, so that a sentence
is written as ever. The characters are those of Unicode for annotated text (23.8, Specials), which occur nowhere else.
"""

import re
from html import escape

BEGIN, SEPARATOR, END = "\ufff9", "\ufffa", "\ufffb"
MARK = re.compile(f"{BEGIN}(.*?){SEPARATOR}(.*?){SEPARATOR}(.*?){END}", re.DOTALL)
FOLDER = "sources"  # below reports/
FIGURES_A_PAGE = 100
PAGES = {"source": "index", "claim": "claims", "assumption": "assumptions", "growth": "growth", "share": "shares"}
FROM_NOTEBOOKS = f"../reports/{FOLDER}/"


def cite(text: object, kind: str, *key: object, short: str) -> str:
    """A text that leads to an entry; `short` says in few words what stands there.

    `kind` and `key`: cell (series, nationality, period, purpose), figure (observation_id), source (source_id), claim
    (claim_id, part), assumption (assumption_id), growth (measure, purpose, period, base_period) or share (estimand,
    assumption_set, period).
    """
    return f"{BEGIN}{text}{SEPARATOR}{address(kind, *key)}{SEPARATOR}{short}{END}"


def figure(observation_id: str, as_stated: str, text: str = "") -> str:
    """A published figure, named as `text` gives it or by its id, which leads to its entry."""
    return cite(text or observation_id, "figure", observation_id, short=f"{observation_id}: {as_stated}, in print")


def address(kind: str, *key: object) -> str:
    """Page and anchor of an entry: 2024.html#border_entries.PRK.2024.education."""
    return f"{page(kind, *key)}.html#{anchor(*key)}"


def page(kind: str, *key: object) -> str:
    """Page of an entry: cells by the year in which their period begins, figures by hundreds, all else by its kind."""
    if kind == "cell":
        return str(key[2])[:4]
    if kind == "figure":
        return f"figures-{int(str(key[0])[1:]) // FIGURES_A_PAGE + 1}"
    return PAGES[kind]


def anchor(*key: object) -> str:
    return ".".join(str(part).replace("/", "_") for part in key)


def url(text: str) -> str:
    """Where a cited text leads, for `Artist.set_url` of a mark in a chart (see `svg_links`)."""
    mark = MARK.fullmatch(text)
    return f"{mark[2]}{SEPARATOR}{mark[3]}"


def svg_links(svg: str, to: str) -> str:
    """An SVG whose marks lead to entries, with what stands there as their name; `to`: the way to their folder."""
    link = rf'<a href="{to}\1" aria-label="\2"><title>\2</title>'
    return re.sub(rf'<a xlink:href="([^"]*){SEPARATOR}([^"]*)" target="_blank">', link, svg)


def plain(text: str) -> str:
    """A text without its marks."""
    return MARK.sub(r"\1", text)


def html(text: str, to: str = FROM_NOTEBOOKS) -> str:
    """A text as HTML, its marks as links; `to`: the way from the page to the folder of the entries."""
    parts, last = [], 0
    for mark in MARK.finditer(text):
        name, link, short = (escape(part, quote=True) for part in mark.groups())
        parts += [escape(text[last : mark.start()], quote=False)]
        parts += [f'<a class="cite" href="{to}{link}" data-from="{short}">{name}</a>']
        last = mark.end()
    return "".join(parts) + escape(text[last:], quote=False)
