"""A small world of its own, in frozen/, and what the analysis makes of it.

Its numbers are round, so that every result can be computed by hand. It has one of each thing that can go wrong in
print: a misprint (10 for 10,000), two quarters of 2023 that are ten short of their half-year, a reader who stands
alone, a purpose that was not collected yet, quarters that were withheld. Only the schema is that of the project.
"""

import functools
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from notebooks import SETTINGS, Notebooks, at
from traitlets.config import Config

from dprk_entries import claims
from dprk_entries.data import names, tables
from dprk_entries.entries import influence, reconciliation
from dprk_entries.entries.look_up import Cells
from dprk_entries.site import entry_pages
from dprk_entries.study.bounds import Assumed
from notebook_reports import cite, paths
from reconcile.intervals import Interval
from reconcile.system import System

SETS = ("none", "2019-ceiling", "reported-students", "one-entry-each")
FROZEN = Path(__file__).parent / "frozen"


def without_imports() -> str:
    """The schema without the tables that were imported."""
    package = json.loads((paths.ROOT / paths.SCHEMA).read_text(encoding="utf-8"))
    own = [table for table in package["resources"] if not table["path"].startswith("raw/imports/")]
    return json.dumps(package | {"resources": own}, ensure_ascii=False, indent=2)


def copy_frozen(root: Path) -> Path:
    """The folder data/ of a project that holds the frozen tables, and what has been assumed since they were frozen: the
    notebooks may rest on it."""
    shutil.copytree(FROZEN, root / "data" / "raw")
    (root / paths.SCHEMA).write_text(without_imports(), encoding="utf-8")
    own, real = (pd.read_csv(folder / "assumptions.csv", dtype=str) for folder in (FROZEN, paths.RAW))
    added = real[~real["assumption_id"].isin(own["assumption_id"])].assign(source_id="")
    pd.concat([own, added]).to_csv(root / "data" / "raw" / "assumptions.csv", index=False)
    return root / "data"


@pytest.fixture(scope="session")
def frozen() -> Callable[[Path], Path]:
    """Copies the frozen tables to a project in another folder."""
    return copy_frozen


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """The frozen tables in place of the real ones, to be edited."""
    folder = copy_frozen(tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    return folder


@pytest.fixture(scope="session")
def raw(tmp_path_factory) -> dict[str, pd.DataFrame]:
    root = tmp_path_factory.mktemp("frozen")
    copy_frozen(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "ROOT", root)
        return {path.stem: tables.read_raw(path.stem) for path in FROZEN.glob("*.csv")}


@pytest.fixture(scope="session")
def figures(raw) -> pd.DataFrame:
    return reconciliation.with_intervals(raw["observations"])


@pytest.fixture(scope="session")
def reconciled(figures, raw) -> tuple[pd.DataFrame, pd.DataFrame]:
    return reconciliation.reconcile(figures, raw["sources"], raw["purposes"])


@pytest.fixture(scope="session")
def entries(reconciled) -> pd.DataFrame:
    return reconciled[0]


@pytest.fixture(scope="session")
def systems(figures, raw) -> dict[str, System]:
    return {name: reconciliation.system(figures, raw["sources"], raw["purposes"], name) for name in reconciliation.OWN}


@pytest.fixture(scope="session")
def cells(entries, systems) -> Cells:
    return Cells(entries, systems["border_entries"])


@pytest.fixture(scope="session")
def visas(entries) -> Cells:
    return Cells(entries, series="consular_visas")


@pytest.fixture(scope="session")
def assumed() -> Assumed:
    return Assumed(Interval(100, 100), Interval(150, 150), Interval(0, 4), Interval(0, 2), Interval(1, 4))


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory) -> Notebooks:
    """The notebooks with tables, run on the frozen ones."""
    root = tmp_path_factory.mktemp("notebooks")
    copy_frozen(root)
    shutil.copy(paths.ROOT / "pyproject.toml", root)
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))  # else nothing can be shown
    ran = Notebooks(root)
    with at(root, root):
        for number in SETTINGS:
            ran.run(number)
    return ran


@pytest.fixture(scope="session")
def growth(notebooks) -> pd.DataFrame:
    """growth.csv as notebook 02 writes it."""
    with at(notebooks.root, notebooks.root):
        return tables.read_processed("growth")


@pytest.fixture(scope="session")
def laundering(notebooks) -> pd.DataFrame:
    """laundering.csv as notebook 03 writes it: unexplained study of 2024, and education's share."""
    with at(notebooks.root, notebooks.root):
        return tables.read_processed("laundering")


@pytest.fixture(scope="session")
def shown(notebooks) -> Callable[[str, str], pd.DataFrame]:
    """A table as a notebook shows it, all text, by the number of the notebook and the beginning of the caption."""

    def of(number: str, caption: str) -> pd.DataFrame:
        head, *rows = BeautifulSoup(notebooks.table(number, caption), "html.parser").select("tr")
        columns = [cell.get_text() for cell in head.select("th")]
        cells = [[cell.get_text() for cell in row.select("th, td")] for row in rows]
        return pd.DataFrame(cells, columns=columns).set_index(columns[0])

    return of


@pytest.fixture(scope="session")
def sets(notebooks) -> Callable[[dict[str, Interval], Interval, Assumed], list[tuple]]:
    """Those sets of assumptions of notebook 03 that the tests know by hand, others may have been added: what each
    allows alone, from the education entries of half-years or quarters, the ceiling and what is assumed."""

    def by_hand(education: dict[str, Interval], ceiling: Interval, assumed: Assumed) -> list[tuple]:
        return [row for row in notebooks.names["03"]["sets"](education, ceiling, assumed) if row[0] in SETS]

    return by_hand


@pytest.fixture(scope="session")
def comparisons() -> pd.DataFrame:
    """One row of comparisons.csv for each unit."""
    rows = [
        ["share", "border_entries", "PRK", "2024", "education", "2024", "share", 0.6, 0.6, pd.NA],
        ["per_student", "border_entries", "PRK", "2024", "education", "2024-04", "entries per person", 60, 60, pd.NA],
        ["place", "border_entries", "PRK", "2024", "_T", "2019", "place", 2, 3, 5],
        ["printed_share", "consular_visas", "_T", "2023", "work", "2023", "share", 0.085, 0.095, pd.NA],
    ]
    columns = ["measure", "series", "nationality", "period", "purpose", "base_period", "unit", "low", "high", "among"]
    return pd.DataFrame(rows, columns=columns).assign(transport="_T", source_ids="HERALD2025")


@pytest.fixture(scope="session")
def frames(raw, figures, reconciled, growth, laundering, comparisons) -> dict[str, pd.DataFrame]:
    series = claims.series_of(reconciled[0], figures, raw["sources"], raw["purposes"])
    return raw | {
        "figures": figures,
        "entries": reconciled[0],
        "cells": reconciliation.with_printed(reconciled[0], figures, raw["sources"]),
        "conflicts": reconciliation.resolve(reconciled[1], raw["resolutions"]),
        "growth": growth,
        "laundering": laundering,
        "comparisons": comparisons,
        "claims-checked": claims.check(raw["claims"], series, figures, raw["sources"], raw["purposes"]),
        "influence": influence.influence(figures, raw["sources"], raw["purposes"]),
    }


@pytest.fixture(scope="session")
def pages(frames) -> dict[str, BeautifulSoup]:
    return {name: BeautifulSoup(html, "html.parser") for name, html in entry_pages.pages(frames).items()}


@pytest.fixture(scope="session")
def misled(pages, unsaid) -> Callable[[Iterable[object]], list[str]]:
    """Links in texts that lead to an entry which does not say their number."""

    @functools.cache
    def entry_text(address: str) -> str:
        page, _, anchor = address.partition("#")
        return pages[page].find(id=anchor).get_text(" ")

    def of(texts: Iterable[object]) -> list[str]:
        wrong = {}
        for text in texts:
            for piece, link in cite.as_words(text).pieces:
                if link and unsaid(names.in_words(piece), entry_text(link.address)):
                    wrong[f"{piece!r} -> {link.address}"] = None
        return list(wrong)

    return of
