"""What a change to the tables does, as a page."""

from collections.abc import Mapping, Sequence

from dprk_entries.report.site import LICENCE, SITE, render


def changes(found: Mapping[str, Sequence], revision: str) -> str:
    """HTML text; `found`: changes (`key`, `before`, `after`) by what they are of; `revision`: compared with."""
    about = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "What changes",
        "description": f"Figures, counts, growth, shares and verdicts as they are, compared with {revision}.",
        "inLanguage": "en",
        "license": LICENCE,
        "isPartOf": {"@type": "Dataset", "name": SITE},
    }
    return render("changes.html.j2", about=about, found=found, experiment="", root="../reports/")
