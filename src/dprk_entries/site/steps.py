"""What the build makes beside notebooks and their pages:  python -m dprk_entries.site.steps influence|entry-pages

Processes of their own. Leaving out each figure in turn keeps a core busy for some seconds, so that it begins with the
first notebook, from the raw tables alone. The entries below reports/sources are made from the tables of this run, as a
notebook reads them. Imports nothing heavy, since dodo.py imports it.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dprk_entries.entries import addresses
from notebook_reports import datapackage, paths
from notebook_reports.cite import FOLDER
from notebook_reports.runner.graph import SCHEMA, FrontPage, Step

if TYPE_CHECKING:
    import pandas as pd

ENTRY_PAGES = paths.REPORTS / FOLDER
INFLUENCE = Path(".build/influence.csv")
KEPT = paths.BUILD / "influence.kept"
FIGURES = ("sources", "observations", "purposes")  # the raw tables that say what was printed, and by whom
OTHERS = ("claims", "assumptions", "events", "changes")
PROCESSED = ("entries", "conflicts", "growth", "laundering", "claims-checked", "comparisons")
IMPORTS = Path("data/raw/imports")
LANGUAGES = Path(__file__).parent / "languages"
CODES = sorted(file.stem for file in LANGUAGES.glob("*.po"))  # of the languages that have a summary
REFERENCES = "src/dprk_entries/site/references.bib"
FRONT_PAGE = FrontPage(
    "dprk_entries.site.front_page",
    [
        *(f"data/processed/{name}.csv" for name in ("entries", "growth", "laundering", "claims_checked")),
        *(f"data/raw/{name}.csv" for name in ("claims", "sources", "assumptions", "changes")),
    ],
    CODES,
)


def steps() -> list[Step]:
    """Leave each figure out in turn, and note which counts would change; write the entries of sources, figures, cells
    and claims that the numbers of the other pages lead to, and which verdicts are not as expected."""
    figures, others = ([f"data/raw/{name}.csv" for name in names] for names in (FIGURES, OTHERS))
    figures += sorted(path.relative_to(paths.ROOT).as_posix() for path in (paths.ROOT / IMPORTS).glob("*.[cj]s*"))
    others += [f"data/processed/{name.replace('-', '_')}.csv" for name in PROCESSED]
    influence = INFLUENCE.as_posix()
    return [
        Step("influence", "find what would change without each figure", __name__, "influence",
             [*figures, SCHEMA], [influence]),
        Step("sources", "write where each number comes from", __name__, "entry-pages",
             [*figures, *others, influence, SCHEMA, REFERENCES],
             [f"{ENTRY_PAGES.as_posix()}/", (ENTRY_PAGES / addresses.FEED).as_posix(), paths.REMARKS.as_posix()]),
    ]  # fmt: skip


def main(what: str) -> None:
    from dprk_entries.data import imports, tables
    from dprk_entries.entries import reconciliation

    raw = {name: tables.read_raw(name) for name in FIGURES}
    figures = reconciliation.with_intervals(imports.with_imported(raw["observations"]))
    if what == "influence":
        write_influence(figures, raw["sources"], raw["purposes"])
        return
    shown = raw | {name: tables.read_raw(name) for name in OTHERS}
    shown |= {name: tables.read_processed(name) for name in PROCESSED}
    shown["figures"] = figures
    shown["cells"] = reconciliation.with_printed(shown["entries"], figures, raw["sources"])
    write_entry_pages(shown)


def write_influence(figures: "pd.DataFrame", sources: "pd.DataFrame", purposes: "pd.DataFrame") -> None:
    """What would change without each figure: of the figures with `low` and `high`."""
    from dprk_entries.entries import influence

    kept = influence.Kept(KEPT)
    changes = influence.influence(figures, sources, purposes, kept.leaving)
    kept.write()
    paths.write(paths.to_write(INFLUENCE), changes.to_csv(index=False, lineterminator="\n").encode())


def write_entry_pages(shown: dict[str, "pd.DataFrame"]) -> None:
    """From the tables, and from what `write_influence` wrote."""
    import pandas as pd

    from dprk_entries import claims
    from dprk_entries.site import change_feed, entry_pages

    shown["influence"] = pd.read_csv(paths.to_read(INFLUENCE))
    pages = {paths.to_write(ENTRY_PAGES / name): html for name, html in entry_pages.pages(shown).items()}
    for page, html in pages.items():
        paths.write(page, html.encode())
    paths.write(paths.to_write(ENTRY_PAGES / addresses.FEED), change_feed.feed(shown["changes"]))
    for old in {*paths.to_write(ENTRY_PAGES / "index.html").parent.glob("*.html")} - pages.keys():
        old.unlink()
    remarks = claims.unexpected(shown["claims"], shown["claims-checked"])
    text = "".join(f"Not as expected in data/raw/claims.csv: claim {remark}\n" for remark in remarks)
    paths.write(paths.to_write(paths.REMARKS), text.encode())


if __name__ == "__main__":
    from reconcile.cells import AccountingError
    from reconcile.periods import PeriodError

    try:
        main(sys.argv[1])
    except (AccountingError, PeriodError, datapackage.TableError) as error:
        sys.exit(str(error))  # it says what to mend: no traceback
