"""What a change to the tables does, as a page."""

from collections.abc import Mapping, Sequence

from notebook_reports.pages.layout import article, render


def changes(found: Mapping[str, Sequence[object]], revision: str) -> str:
    """HTML text; `found`: changes (`key`, `before`, `after`) by what they are of; `revision`: compared with."""
    description = f"The tables as they are, compared with {revision}."
    about = article("What changes", description, "../reports/")
    return render("changes.html.j2", about=about, found=found, experiment="", root="../reports/")
