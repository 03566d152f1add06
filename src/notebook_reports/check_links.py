"""Every link from one page of the site to another leads somewhere."""

import re
from pathlib import Path

from notebook_reports.errors import BuildError

LINK = re.compile(r'(?:href|src)="([^"#]*)(?:#([^"]*))?"')
LOADED_FROM_ELSEWHERE = ("http:", "https:", "mailto:", "data:")
SHOWN = 10


def check(site: Path) -> None:
    """BuildError that names pages below `site` whose links lead to a missing file or a missing part of a page."""
    texts = {page: page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html"))}
    ids = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in texts.items()}
    dead = []
    for page, text in texts.items():
        for path, anchor in sorted(set(LINK.findall(text))):
            if path.startswith(LOADED_FROM_ELSEWHERE):
                continue
            target = (page.parent / path).resolve() if path else page
            if not target.is_file() or (anchor and anchor not in ids[target]):
                dead.append(f"{page.relative_to(site)} links to {path}{f'#{anchor}' if anchor else ''}")
    if dead:
        more = f"\n... and {len(dead) - SHOWN} more" if len(dead) > SHOWN else ""
        raise BuildError(
            "\n".join(dead[:SHOWN]) + f"{more}\nThere is no such page or entry. If a number leads there, its table has "
            "no such row: mend the cite() in the notebook, or build once more if a table changed."
        )
