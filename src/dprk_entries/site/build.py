"""What the pages below reports/sources say, and the pages:  python -m dprk_entries.site.build influence|pages

Processes of their own. Leaving out each figure in turn keeps a core busy for some seconds, so that it begins with the
first notebook, from the raw tables alone. The pages are made from the tables of this run, as a notebook reads them,
and written below `paths.OUTPUT`.
"""

import csv
import sys

from dprk_entries import cite
from notebook_reports import paths
from notebook_reports.cite import FOLDER as ENTRIES

FOLDER = f"reports/{ENTRIES}"
INFLUENCE = ".build/influence.csv"


def pages(observations: str) -> list[str]:
    """Paths of the pages that the figures of a table need, without reading it in earnest: none where it has no
    periods."""
    path = paths.ROOT / observations
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row.get("period") and row.get("observation_id", "")[1:].isdecimal()
        ]
    years = [int(row["period"][:4]) for row in rows if row["period"][:4].isdecimal()]
    if not years:
        return []
    names = {cite.page("figure", row["observation_id"]) for row in rows} | set(cite.PAGES.values())
    names |= {str(year) for year in range(min(years), max(years) + 1)}
    return [f"{FOLDER}/{name}.html" for name in sorted(names)]


def main(what: str) -> None:
    import pandas as pd

    from dprk_entries.entries import influence, reconciliation
    from dprk_entries.site import entry_pages as sources
    from notebook_reports import tables

    raw = {name: tables.read_raw(name) for name in ("sources", "observations", "purposes")}
    figures = reconciliation.with_intervals(raw["observations"])
    if what == "influence":
        found = influence.influence(figures, raw["sources"], raw["purposes"])
        paths.write(paths.ROOT / INFLUENCE, found.to_csv(index=False, lineterminator="\n").encode())
        return
    raw |= {name: tables.read_raw(name) for name in ("claims", "assumptions")}
    made = ("entries", "conflicts", "growth", "laundering", "claims-checked")
    found = raw | {name: tables.read_processed(name) for name in made}
    found["figures"] = figures
    found["cells"] = reconciliation.with_printed(found["entries"], figures, raw["sources"])
    found["influence"] = pd.read_csv(paths.ROOT / INFLUENCE)
    for name, html in sources.pages(found).items():
        paths.write(paths.OUTPUT / FOLDER / name, html.encode())


if __name__ == "__main__":
    from notebook_reports.tables import TableError
    from reconcile.cells import AccountingError
    from reconcile.periods import PeriodError

    try:
        main(sys.argv[1])
    except (AccountingError, PeriodError, TableError) as error:
        sys.exit(str(error))  # it says what to mend: no traceback
