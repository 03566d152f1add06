"""What all tests share: how Hypothesis runs, and a copy of the whole project that a test may break."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from notebook_reports import paths

# A slow computer is no failure; all else as Hypothesis chooses, which is the same examples every time in CI.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")

TREE = ("src", "notebooks", "data", "reports", "dodo.py", "README.md", "locks", "pyproject.toml")


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
