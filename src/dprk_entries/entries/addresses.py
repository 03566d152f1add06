"""Where the entry of a key stands below reports/sources: its page and its anchor there. Imports nothing heavy."""

FEED = "changes.atom"
FIGURES_A_PAGE = 750  # numbers: their entries weigh less than 300 KB
PAGES = {
    "source": "index",
    "conflicts": "index",
    "claim": "claims",
    "assumption": "shares",
    "growth": "results",
    "results": "results",
    "share": "shares",
    "comparison": "comparisons",
    "change": "changes",
    "reference": "references",
}


def address(kind: str, *key: object) -> str:
    """Page and anchor of an entry: counts.html#border_entries.PRK.2024.education."""
    return f"{page(kind, *key)}.html#{anchor(*key)}"


def page(kind: str, *key: object) -> str:
    """Page of an entry: counts of North Korean entries, other counts and those by mode of transport apart, those of a
    period with the count of each purpose; figures in print, so many a page, and imported ones apart; all else by its
    kind."""
    if kind in ("cell", "period"):
        series, nationality, _, *codes = key
        ours = (series, nationality) == ("border_entries", "PRK")
        return "counts-by-mode" if len(codes) > 1 else "counts" if ours else "other-counts"
    if kind == "figure":
        return _page_of_figure(str(key[0]))
    return PAGES[kind]


def _page_of_figure(observation_id: str) -> str:
    if not in_print(observation_id):
        return "imported-figures"
    before = (int(observation_id[1:]) - 1) // FIGURES_A_PAGE
    return f"figures-{before + 1}" if before else "figures"


def in_print(observation_id: object) -> bool:
    """Whether a figure stands, or stood, in observations.csv by itself: F0001. One of an import is named after it."""
    return str(observation_id)[1:].isdecimal()


def anchor(*key: object) -> str:
    return ".".join(str(part).replace("/", "_") for part in key)
