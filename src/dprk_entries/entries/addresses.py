"""Where the entry of a key stands below reports/sources: its page and its anchor there. Imports nothing heavy."""

FIGURES_A_PAGE = 100
FEED = "changes.atom"
PAGES = {
    "source": "index",
    "conflicts": "index",
    "claim": "claims",
    "assumption": "assumptions",
    "growth": "growth",
    "share": "shares",
    "comparison": "comparisons",
    "change": "changes",
    "reference": "references",
}


def address(kind: str, *key: object) -> str:
    """Page and anchor of an entry: 2024.html#border_entries.PRK.2024.education."""
    return f"{page(kind, *key)}.html#{anchor(*key)}"


def page(kind: str, *key: object) -> str:
    """Page of an entry: cells by the year in which their period begins, figures by hundreds or by the import that
    they come from, all else by its kind."""
    if kind == "cell":
        return str(key[2])[:4]
    if kind == "figure":
        return f"figures-{_hundred(key[0]) + 1 if in_print(key[0]) else str(key[0]).partition('.')[0]}"
    return PAGES[kind]


def in_print(observation_id: object) -> bool:
    """Whether a figure stands, or stood, in observations.csv by itself: F0001. One of an import is named after it."""
    return str(observation_id)[1:].isdecimal()


def figures_beside(observation_id: str) -> tuple[str, str]:
    """The first and the last figure that can stand on the page of a figure, whether or not they are there yet: a page
    that says so stays as it is when a figure is added to another."""
    first = _hundred(observation_id) * FIGURES_A_PAGE
    return f"F{max(first, 1):04}", f"F{first + FIGURES_A_PAGE - 1:04}"


def _hundred(observation_id: object) -> int:
    return int(str(observation_id)[1:]) // FIGURES_A_PAGE


def anchor(*key: object) -> str:
    return ".".join(str(part).replace("/", "_") for part in key)
