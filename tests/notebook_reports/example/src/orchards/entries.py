"""What each number leads to: an entry a year, on one page.  python -m orchards.entries all"""

from pathlib import Path

from notebook_reports import paths
from notebook_reports.cite import FOLDER, Link

TEMPLATE = Path(__file__).parent / "templates" / "years.html.j2"


def year_link(year: int) -> Link:
    """The entry of a year."""
    return Link(f"years.html#{year}", f"{year}, all villages")


def main() -> None:
    from notebook_reports.pages.layout import article, render_own
    from orchards.data import tables

    about = article("Years", "What was picked in each year.", "../")
    totals = tables.read_processed("totals").to_dict("records")
    html = render_own(TEMPLATE, about=about, totals=totals, root="../", path=f"{FOLDER}/years.html", experiment="")
    paths.write(paths.to_write(paths.REPORTS / FOLDER / "years.html"), html.encode())


if __name__ == "__main__":
    main()
