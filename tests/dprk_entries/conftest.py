"""The real tables, and what the analysis makes of them."""

import pandas as pd
import pytest

from dprk_entries.entries import reconciliation
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import laundering_table as estimates
from dprk_entries.study.bounds import Assumed
from notebook_reports import tables
from reconcile.intervals import Interval
from reconcile.system import System

RAW = ("observations", "sources", "purposes", "resolutions", "claims", "assumptions")


@pytest.fixture(scope="session")
def raw() -> dict[str, pd.DataFrame]:
    return {name: tables.read_raw(name) for name in RAW}


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
    return Assumed(Interval(125, 315), Interval(0, 4), Interval(0, 2), Interval(1, 4), Interval(0, 4))


@pytest.fixture(scope="session")
def assumed_by(raw) -> dict[str, str]:
    return estimates.sources_of(raw["assumptions"].set_index("assumption_id"))
