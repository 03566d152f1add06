"""Where the entry of a key stands below reports/sources: its page and its anchor there. Imports nothing heavy."""

FIGURES_A_PAGE = 100
PAGES = {
    "source": "index",
    "conflicts": "index",
    "claim": "claims",
    "assumption": "assumptions",
    "growth": "growth",
    "share": "shares",
}


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
