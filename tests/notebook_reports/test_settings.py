"""A project says of itself what its pages need; what it says wrong is named."""

import subprocess
import sys
from pathlib import Path

import pytest
from toy import copy_example

from notebook_reports import paths, settings
from notebook_reports.errors import BuildError


@pytest.fixture
def refusal(monkeypatch, tmp_path):
    """What is said of a project with these settings."""

    def told(text: str) -> str:
        (tmp_path / "pyproject.toml").write_text(text)
        monkeypatch.setattr(paths, "ROOT", tmp_path)
        settings._read.cache_clear()
        with pytest.raises(BuildError) as refused:
            settings.project()
        return str(refused.value)

    return told


def test_what_is_not_said_has_a_usual_value():
    project = settings.project()
    assert (project.title, project.language) == ("Apple harvests of three villages", "en-GB")
    assert project.packages == ("orchards",)
    assert (project.lock, project.licence_url, project.warm_for_many) == ("requirements.lock", "", ())


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("note = 'x'", "found no title"),
        (
            "title = 'x'\ntitel = 'x'",
            "found titel, expected one of address, cell-timeout, chart-style, command, contact, creator, diff",
        ),
        ("title = 3", "title: found 3, expected text"),
        ("title = 'x'\ncell-timeout = 'x'", "cell-timeout: found 'x', expected a whole number"),
        (
            "title = 'x'\npackages = ['x']\nwarm = ['json', 'x.y']",
            "warm: found x.y, expected modules of other projects",
        ),
        ("title = 'x'\npackages = 'one'", "packages: found 'one', expected a list of texts"),
        ("title = 'x'\nlinks = ['one']", "links: found ['one'], expected a table"),
        (
            "title = 'x'\n\n[tool.notebook-reports.warm]\na = 'b'",
            "line 4, [tool.notebook-reports], warm: found {'a': 'b'}",
        ),
        ("title = 'x'\ncontact = 'orchards@example.org'", "line 3, [tool.notebook-reports], contact: found 'orchards@"),
        (
            "title = 'x'\n# who\ncontact = 'javascript:alert(1)'",
            "line 4, [tool.notebook-reports], contact: found 'java",
        ),
        (
            "title = 'x'\naddress = 'example.org/'",
            "address: found 'example.org/', expected https://.../, with / at its",
        ),
        (
            "title = 'x'\naddress = 'https://example.org'",
            "address: found 'https://example.org', expected https://.../, ",
        ),
        ("title = 'x'\naddress = 'https://example.org/?a=/'", "address: found 'https://example.org/?a=/'"),
        ("title = ", "is not TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(refusal, section, told):
    message = refusal(f"[tool.notebook-reports]\n{section}\n")
    assert told in message
    assert "pyproject.toml" in message


@pytest.mark.parametrize(
    "section", ["address = ''\ncontact = ''", "address = 'https://a.org/b/c/'\ncontact = 'https://a.org/new?b=1'"]
)
def test_an_address_and_a_contact_may_be_empty_and_anywhere(monkeypatch, tmp_path, section):
    (tmp_path / "pyproject.toml").write_text(f"[tool.notebook-reports]\ntitle = 'x'\n{section}\n")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert settings.project().address in section


def test_a_folder_that_belongs_to_no_project_is_named(refusal):
    assert "There is no project in" in refusal("[project]\nname = 'x'\n")


@pytest.mark.parametrize("inside", [".", "notebooks", "data/raw"])
def test_the_project_is_the_nearest_folder_above_with_settings(tmp_path, inside):
    project = copy_example(tmp_path / "example")
    project.write("data/pyproject.toml", "[project]\nname = 'no project of reports'\n")
    assert paths.project_at(project.root / inside) == project.root


def test_modules_can_be_imported_where_there_is_no_project(tmp_path):
    code = "from notebook_reports import pages, publish, show; from notebook_reports.runner import experiment, run"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert paths.project_at(Path(tmp_path)) == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_read_from_this_run_where_it_has_its_own_and_written_there_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path / "root")
    monkeypatch.setattr(paths, "OUTPUT", tmp_path / "run")
    table = Path("data", "processed", "totals.csv")
    assert paths.to_read(table) == tmp_path / "root" / table
    paths.to_write(table).write_text("own")  # its folder is made
    assert paths.to_read(table) == tmp_path / "run" / table
    paths.to_write(table).write_text("again")
    assert not (tmp_path / "root").exists()


def test_of_several_files_all_are_written_or_none(tmp_path):
    first, folder = tmp_path / "first", tmp_path / "second"
    first.write_text("old")
    folder.mkdir()
    with pytest.raises(OSError):
        paths.write_all({first: b"new", tmp_path / "third": b"new", folder: b"new"})
    assert first.read_text() == "old" and sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]
