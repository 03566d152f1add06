"""The real tables, and what the analysis makes of them: the only tests that know real numbers.

A figure added beside those known breaks none of them: rows and ids are looked up, not typed, unless a test is about
that very figure.
"""

import pandas as pd
import pytest

from dprk_entries import claims
from dprk_entries.data import imports, tables
from dprk_entries.entries import reconciliation
from dprk_entries.entries.look_up import Cells
from dprk_entries.study.bounds import Assumed
from reconcile.intervals import Interval

RAW = ("observations", "sources", "purposes", "resolutions", "claims", "assumptions", "events", "changes")


@pytest.fixture(scope="session")
def raw() -> dict[str, pd.DataFrame]:
    """By name; observations with those figures of imports that take part in the accounting."""
    return {name: tables.read_raw(name) for name in RAW} | {"observations": imports.read_figures()}


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
def series(entries, figures, raw) -> dict[tuple[str, str], Cells]:
    return claims.series_of(entries, figures, raw["sources"], raw["purposes"])


@pytest.fixture(scope="session")
def cells(series) -> Cells:
    return series["border_entries", "PRK"]


@pytest.fixture(scope="session")
def visas(series) -> Cells:
    return series["consular_visas", "PRK"]


@pytest.fixture(scope="session")
def assumed() -> Assumed:
    return Assumed(Interval(125, 135), Interval(170, 180), Interval(0, 4), Interval(0, 2), Interval(1, 4))


@pytest.fixture(scope="session")
def growth() -> pd.DataFrame:
    return tables.read_processed("growth")


@pytest.fixture(scope="session")
def laundering() -> pd.DataFrame:
    return tables.read_processed("laundering")
