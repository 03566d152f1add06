"""Two people change notebooks on two branches: real git, as `make hooks` sets it up, and the real hooks at a commit."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable

import nbformat
import pytest
from projects import Project

from notebook_reports.paths import ROOT

NOTEBOOK = "notebooks/02-analyze-growth.ipynb"
RECORD = "notebooks/record.json"
EXAMPLE = ROOT / "tests/notebook_reports/example"
Change = Callable[[dict], object]  # of the cells of a notebook, by id


class Clone(Project):
    """A clone of the project with both environments, or of the example."""

    def begin(self) -> None:
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "x")
        self.git("config", "user.email", "x@example.org")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "first")

    def sh(self, *command: str) -> tuple[int, str]:
        """Exit code of a command, and what it says."""
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def said(self, *command: str) -> str:
        code, said = self.sh(*command)
        assert code == 0, said
        return said

    def cells(self) -> dict[str, dict]:
        return {cell["id"]: cell for cell in json.loads(self.read(NOTEBOOK))["cells"]}

    def change(self, change: Change) -> None:
        """Change the cells of the notebook, as an editor that saves it."""
        notebook, cells = json.loads(self.read(NOTEBOOK)), self.cells()
        change(cells)
        notebook["cells"] = list(cells.values())
        self.write(NOTEBOOK, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")

    def branch(self, name: str, change: Callable[[], object]) -> None:
        self.said("git", "switch", "--quiet", "-c", name, "main")
        change()
        self.said("git", "commit", "--quiet", "--all", "--no-verify", "-m", name)

    def merge(self, ours: Change, theirs: Change) -> tuple[int, str]:
        self.branch("theirs", lambda: self.change(theirs))
        self.branch("ours", lambda: self.change(ours))
        return self.sh("git", "merge", "--no-edit", "theirs")


@pytest.fixture
def bare(tmp_path) -> Clone:
    """A clone in which nobody has run `make hooks`, with both environments."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    clone = Clone(tmp_path)
    for name in names:
        if name and (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    clone.begin()
    for environment in (".venv", ".venv-lab"):
        (tmp_path / environment).symlink_to(ROOT / environment)
    return clone


@pytest.fixture
def clone(bare) -> Clone:
    bare.said("sh", ".ci/hooks")
    return bare


def line(cell: str, old: str, new: str) -> Change:
    """The first line of a cell with other words, whichever way the cell stores its lines."""

    def change(cells: dict) -> None:
        source = "".join(cells[cell]["source"])
        assert old in source
        cells[cell]["source"] = source.replace(old, new).splitlines(keepends=True)

    return change


def added(cell: str, after: str, source: str) -> Change:
    def change(cells: dict) -> None:
        items = list(cells.items())
        place = [name for name, _ in items].index(after) + 1
        code = {"cell_type": "code", "execution_count": None, "id": cell, "metadata": {}, "outputs": []}
        items.insert(place, (cell, code | {"source": source.splitlines(keepends=True)}))
        cells.clear()
        cells.update(items)

    return change


def removed(cell: str) -> Change:
    return lambda cells: cells.pop(cell)


def source(cell: dict) -> str:
    return "".join(cell["source"])


# Merges


def test_a_conflict_stands_in_its_cell_as_text_and_is_settled_there(clone):
    code, said = clone.merge(line("parameters", "= 2024", "= 2023"), line("parameters", "= 2024", "= 2022"))
    assert code == 1
    assert f"{NOTEBOOK}, cell parameters: two changes of one place." in said

    nbformat.validate(nbformat.read(clone.root / NOTEBOOK, as_version=4))
    cells = clone.cells()
    assert [name for name, cell in cells.items() if "<<<<<<<" in source(cell)] == ["parameters"]
    assert source(cells["parameters"]).startswith(
        "<<<<<<< local\nyear: int = 2023  # calendar year whose growth is measured\n=======\n"
        "year: int = 2022  # calendar year whose growth is measured\n>>>>>>> remote\nbase_year"
    )

    clone.said("git", "add", NOTEBOOK)
    code, said = clone.sh("git", "commit", "--no-edit")
    assert code != 0
    assert "refuse notebooks with a conflict (settle it in the cell, in JupyterLab)" in said
    assert f'{NOTEBOOK}:48:    "<<<<<<< local' in said

    clone.change(lambda cells: cells["parameters"]["source"].__delitem__(slice(2, 5)))  # from ======= to the end
    clone.change(line("parameters", "<<<<<<< local\n", ""))
    clone.said("git", "add", NOTEBOOK)
    clone.said("git", "commit", "--no-edit")
    assert source(clone.cells()["parameters"]).startswith("year: int = 2023")
    assert clone.said("git", "status", "--porcelain") == ""


def test_changes_of_different_cells_are_merged_without_a_word_of_conflict(clone):
    ours = line("read-text", "What is known", "What is surely known")
    code, said = clone.merge(ours, line("parameters", "= 2024", "= 2022"))
    assert (code, "CONFLICT" in said, NOTEBOOK in said) == (0, False, True)
    assert "What is surely known" in source(clone.cells()["read-text"])
    assert "= 2022" in source(clone.cells()["parameters"])
    # as it is stored: nothing but these two lines changed
    assert len(clone.said("git", "diff", "--no-textconv", "--numstat", "main").split("\n")) == 2
    assert clone.said("git", "diff", "--no-textconv", "--numstat", "main").startswith("2\t2\t")


@pytest.mark.parametrize("removes", ["ours", "theirs"])
def test_a_cell_that_one_removed_and_the_other_changed_says_so_itself(clone, removes):
    sides = [removed("parameters"), line("parameters", "= 2024", "= 2022")]
    code, said = clone.merge(*(sides if removes == "ours" else sides[::-1]))
    assert (code, "cell parameters" in said) == (1, True)
    text = source(clone.cells()["parameters"])
    assert text.startswith(
        f"<<<<<<< {'LOCAL' if removes == 'ours' else 'REMOTE'} CELL DELETED >>>>>>>\nyear: int = 2022"
    )
    clone.said("git", "add", NOTEBOOK)
    assert clone.sh("git", "commit", "--no-edit")[0] != 0


def test_two_similar_cells_in_one_place_are_both_kept(clone):
    code, _ = clone.merge(
        added("mine", "parameters", 'measures["factor_of_two_years"] = against(two_years)'),
        added("yours", "parameters", 'measures["factor_of_ten_years"] = against(ten_years)'),
    )
    assert code == 1
    nbformat.validate(nbformat.read(clone.root / NOTEBOOK, as_version=4))
    text = source(clone.cells()["mine"])
    assert "<<<<<<< local\n" in text and "against(two_years)" in text and "against(ten_years)" in text


def test_what_one_adds_before_a_cell_that_the_other_changes_is_no_conflict(clone):
    code, said = clone.merge(added("mine", "parameters", "x = 1"), line("read-text", "What is", "What was"))
    assert code == 0, said
    assert "What was" in source(clone.cells()["read-text"]) and "mine" in clone.cells()


@pytest.mark.parametrize(
    "mark", ["<<<<<<< local", "=======", ">>>>>>> remote", '<span style="color:red"><b>=======</b></span>']
)
def test_the_hook_refuses_each_mark(clone, mark):
    clone.change(added("mine", "parameters", f"x = 1\n{mark}\ny = 2"))
    clone.said("git", "add", NOTEBOOK)
    assert clone.sh(".venv/bin/python", "-m", "pre_commit", "run", "notebook-conflict")[0] != 0
    clone.change(line("mine", mark, "z = 3"))
    clone.said("git", "add", NOTEBOOK)
    clone.said(".venv/bin/python", "-m", "pre_commit", "run", "notebook-conflict")


# What is shown


@pytest.mark.parametrize("command", [["diff", "main"], ["log", "-p", "-1"], ["show"]])
def test_git_shows_cells_in_place_of_json(clone, command):
    clone.branch("ours", lambda: clone.change(line("parameters", "= 2024", "= 2023")))
    shown = clone.said("git", *command, "--", NOTEBOOK)
    assert "\n-year: int = 2024  # calendar year whose growth is measured\n+year: int = 2023  # cal" in shown
    assert '"parameters"' in shown and '"year' not in shown  # the tag stands in the line above the cell
    (hunk,) = [line for line in shown.splitlines() if line.startswith("@@")]
    assert hunk.endswith("# %% code imports")


# Where something is missing


def test_without_the_hooks_git_takes_notebooks_for_text(bare):
    code, _ = bare.merge(line("parameters", "= 2024", "= 2023"), line("parameters", "= 2024", "= 2022"))
    assert code == 1
    assert '"year: int = 2022' in bare.said("git", "diff")


@pytest.mark.parametrize("broken", ["missing", "of another folder"])
def test_without_the_environments_git_goes_on_working_and_says_what_to_do(clone, broken):
    for environment in (".venv", ".venv-lab"):
        (clone.root / environment).unlink()
        if broken != "missing":
            (clone.root / environment / "bin").mkdir(parents=True)
            (clone.root / environment / "bin/python").symlink_to("/no/such/python")
    different = line("read-text", "What is known", "What is surely known"), line("parameters", "= 2024", "= 2022")
    code, said = clone.merge(*different)
    assert code == 0
    assert f"{NOTEBOOK} is merged as text, since .venv-lab does not work." in said
    assert "git merge --abort; make hooks      and merge again" in said
    shown = clone.said("git", "diff", "main")
    assert "A notebook is shown as JSON, since it is none or .venv does not work (then: make hooks)." in shown
    assert '+    "year: int = 2022' in shown


def test_a_notebook_that_is_none_is_shown_as_it_is(clone):
    clone.write(NOTEBOOK, "<<<<<<< HEAD\n{}\n")
    assert "+<<<<<<< HEAD" in clone.said("git", "diff")


# What the build writes


def test_what_the_build_writes_is_read_by_nobody_and_made_anew(tmp_path):
    example = Clone(tmp_path)
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".build"))
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    example.write(".gitignore", ".build/\n__pycache__/\n")
    example.build()
    example.begin()

    def pick(village: str, tonnes: int, words: str) -> None:
        """A harvest of 2022 and what a notebook says of it, so that all that is made differs."""
        table, first = "data/raw/harvests.csv", "notebooks/01-sum-harvests.ipynb"
        example.write(table, re.sub(rf"{village},2022,\d+", f"{village},2022,{tonnes}", example.read(table)))
        example.write(first, example.read(first).replace("villages were printed", f"villages {words}"))
        example.build()

    example.branch("theirs", lambda: pick("Ash", 16, "stand in print"))
    example.branch("ours", lambda: pick("Cedar", 21, "are printed"))
    ours = {path: example.read(path) for path in ("reports/index.html", "data/processed/totals.csv", RECORD)}
    code, said = example.sh("git", "merge", "--no-edit", "theirs")
    assert code == 1
    for path, content in ours.items():
        assert f"CONFLICT (content): Merge conflict in {path}" in said
        assert example.read(path) == content
    assert "<<<<<<<" in example.read("README.md")

    # What people write is settled by them, all else by the build.
    first = "notebooks/01-sum-harvests.ipynb"
    example.said("git", "checkout", "--theirs", first)
    assert "<<<<<<<" not in example.read("data/raw/harvests.csv")
    example.build()
    example.said("git", "add", "--update")
    example.said("git", "commit", "--no-edit")
    assert example.sh("git", "grep", "-l", "<<<<<<<")[0] == 1
    assert "villages stand in print" in example.read("README.md")
    assert "Nothing to do" in example.build()
