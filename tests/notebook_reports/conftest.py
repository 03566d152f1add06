"""Toy projects, built for real."""

import shutil
from pathlib import Path

import pytest
from toy import Toy


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
