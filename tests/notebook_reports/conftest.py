"""The example project, of another subject, and a toy with more notebooks: built once, for each test a copy."""

import shutil
from pathlib import Path

import pytest
from projects import Project
from toy import EXAMPLE, Toy, copy_example

from notebook_reports import paths


@pytest.fixture(autouse=True)
def settings_of_the_example(monkeypatch) -> None:
    """Pages that a test makes itself, and tables that it reads, are those of the example."""
    monkeypatch.setattr(paths, "ROOT", EXAMPLE)


@pytest.fixture(scope="session")
def example_once(tmp_path_factory) -> Project:
    """The example after its first build; tests work on copies."""
    example = copy_example(tmp_path_factory.mktemp("once") / "example")
    example.build()
    return example


@pytest.fixture
def example(example_once: Project, tmp_path: Path) -> Project:
    """The example, up to date, for one test alone."""
    return Project(Path(shutil.copytree(example_once.root, tmp_path / "example")))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Toy:
    """The toy after its first build; tests work on copies."""
    toy = Toy.make(tmp_path_factory.mktemp("once") / "toy")
    toy.build()
    return toy


@pytest.fixture
def toy(built_once: Toy, tmp_path: Path) -> Toy:
    """A toy that is up to date, for one test alone."""
    return Toy(Path(shutil.copytree(built_once.root, tmp_path / "toy")))
