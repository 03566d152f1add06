"""A cluster for each test, and a project that was built once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from clusters import Cluster, Driver, end
from projects import Project

EXAMPLE = Path(__file__).parents[1] / "notebook_reports" / "example"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=3, help="sweeps in which workers are killed at random moments")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("--rounds")))


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The example, built, with a table of a dozen sets."""
    root = tmp_path_factory.mktemp("once") / "project"
    project = Project(Path(shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".build"))))
    project.write("sets.csv", "rounding\n" + "".join(f"{number / 10}\n" for number in range(12)))
    project.build()
    return root


@pytest.fixture
def driver(built: Path, tmp_path: Path) -> Driver:
    return Driver(Path(shutil.copytree(built, tmp_path / "project", symlinks=True)))


@pytest.fixture
def cluster(built: Path, tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    cluster = Cluster(tmp_path, built)
    yield cluster
    cluster.stop()


@pytest.fixture
def two(cluster: Cluster) -> Cluster:
    """A scheduler and two workers."""
    cluster.add()
    cluster.add()
    return cluster


@pytest.fixture(scope="session")
def local(built: Path, tmp_path_factory) -> dict[str, str]:
    """What the sets give on this computer alone."""
    driver = Driver(Path(shutil.copytree(built, tmp_path_factory.mktemp("local") / "project", symlinks=True)))
    end(driver.sweep())
    return driver.result()
