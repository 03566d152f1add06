"""What all tests share: how Hypothesis runs, what a text and its links say, and copies of the project to break."""

import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from notebook_reports import paths

# A slow computer is no failure; all else as Hypothesis chooses, which is the same examples every time in CI.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")

TREE = ("src", "notebooks", "data", "reports", "dodo.py", "README.md", "locks", "pyproject.toml")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no core waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def plain() -> Callable:
    """What a reader sees of a text, or of each text of a table, whatever it leads to."""

    def of(shown: object) -> str | pd.Series | pd.DataFrame:
        return shown.map(str) if isinstance(shown, pd.Series | pd.DataFrame) else str(shown)

    return of


def _numbers(text: str) -> list[str]:
    """Numbers alone, not those in names such as F0012, Q3 or KBS2024."""
    return [number.replace(",", "") for number in re.findall(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?", text)]


@pytest.fixture(scope="session")
def unsaid() -> Callable[[str, str], list[str]]:
    """Numbers in the text of a link that the entry it leads to does not say. An entry may have more decimals; ranges
    are rounded outwards, so that either neighbour will do."""

    def of(link: str, entry: str) -> list[str]:
        told = [float(number) for number in _numbers(entry)]

        def says(number: str) -> bool:
            unit = 10 ** len(number.partition(".")[2])
            return any(float(number) in (math.floor(n * unit) / unit, math.ceil(n * unit) / unit) for n in told)

        return [number for number in _numbers(link) if not says(number)]

    return of


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
