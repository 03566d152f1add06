"""Every link from one page of the site to another leads somewhere."""

import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from notebook_reports.errors import BuildError

LINK = re.compile(r"""\b(?:href|src)=(?:"([^"]*)"|'([^']*)')""")
LOADED_FROM_ELSEWHERE = ("http:", "https:", "mailto:", "data:")
SHOWN = 10


def check(site: Path) -> None:
    """BuildError that names pages below `site` whose links lead to a missing file or a missing part of a page, and a
    page that is no text."""
    site = site.resolve()
    texts = {page: _text(page, site) for page in sorted(site.rglob("*.html"))}
    ids = {page: {*map(unescape, re.findall(r'\sid="([^"]+)"', text))} for page, text in texts.items()}
    file_of = cache(_file)  # most links lead to the entries of a few pages
    dead = []
    for page, text in texts.items():
        for link in sorted({unescape("".join(found)) for found in LINK.findall(text)}):
            if link.startswith(LOADED_FROM_ELSEWHERE):
                continue
            path, _, anchor = map(unquote, link.partition("#"))
            target = file_of(page.parent, path) if path else page
            if not target or (anchor and anchor not in ids.get(target, ())):
                dead.append(f"{page.relative_to(site)} links to {link}")
    if dead:
        more = f"\n... and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
        raise BuildError(
            "\n".join(dead[:SHOWN]) + f"{more}\nThere is no such page or entry. If a number leads there, its table has "
            "no such row: mend the cite() in the notebook, or build once more if a table changed."
        )


def _file(folder: Path, path: str) -> Path | None:
    """Where a link leads, if there is such a file."""
    target = (folder / path).resolve()
    return target if target.is_file() else None


def _text(page: Path, site: Path) -> str:
    try:
        return page.read_text("utf-8")
    except (ValueError, OSError) as error:
        raise BuildError(f"{page.relative_to(site)} is no page in UTF-8 ({error}): remove it.") from None
