"""What several test modules need: the real tables, and copies of them that a test may break."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings
from toy import Toy

from dprk_entries.entries import reconciliation
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import laundering_table as estimates
from dprk_entries.study.bounds import Assumed
from notebook_reports import paths, tables
from reconcile.intervals import Interval
from reconcile.system import System

# A slow computer is no failure; all else as Hypothesis chooses, which is the same examples every time in CI.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")

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


TREE = ("src", "notebooks", "data", "reports", "dodo.py", "README.md", "requirements.lock", "pyproject.toml")


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the whole project, up to date."""
    for name in TREE:
        source = paths.ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A copy of data/ in place of the real one."""
    shutil.copytree(paths.ROOT / "data", tmp_path / "data")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    return tmp_path / "data"


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Toy:
    """A toy project after its first build; tests work on copies."""
    toy = Toy(tmp_path_factory.mktemp("once") / "toy")
    toy.build()
    return toy


@pytest.fixture
def toy(built_once: Toy, tmp_path: Path) -> Toy:
    """A toy project that is up to date, for one test alone."""
    return Toy.at(shutil.copytree(built_once.root, tmp_path / "toy"))
