"""What README and CONTRIBUTING tell a researcher to do works as written, and leaves every test green."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dprk_entries.data import tables
from notebook_reports import paths

README = (paths.ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (paths.ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
ADD = re.search(r'^make add .+?"$', README, re.MULTILINE | re.DOTALL)[0]
GOLDEN = sorted((paths.ROOT / "tests" / "golden").glob("test_*.py"))
ENTRY = re.search(r'^ +"(\d\d-[a-z-]+)": \{\n.+?^ +\},\n', CONTRIBUTING, re.MULTILINE | re.DOTALL)


@pytest.fixture
def clone(tmp_path) -> Path:
    """A copy of all that git keeps, or would keep, and of what the build knows to be up to date."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (paths.ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes((paths.ROOT / name).read_bytes())
    shutil.copytree(paths.BUILD, tmp_path / ".build", ignore=shutil.ignore_patterns("bench", "experiments", "pdf"))
    return tmp_path


def run(clone: Path, *command: str) -> str:
    """What a module of Python says, run in the clone with the code of the clone; it must succeed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = inherited | {"PYTHONPATH": str(clone / "src")}
    command = (sys.executable, "-m", *command)
    done = subprocess.run(command, cwd=clone, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout


def run_tests(clone: Path, *which: str) -> None:
    said = run(clone, "pytest", "-p", "no:cacheprovider", *which)
    assert "passed" in said or re.search(r"\.\.+ +\[100%\]", said), said


MEASURE = '''

@measure
def times_fewer(cells: Cells, period: str, purpose: str, base_period: str) -> Result:
    """How many times fewer a period has than the base period."""
    fewer, many = (period, purpose), (base_period, purpose)
    value = cells.ratio({many: 1}, {fewer: 1})
    return Result(value, f"{cells.text(*many)} / {cells.text(*fewer)} = {value.text(digits=2)}", [many, fewer])
'''


@pytest.mark.slow
def test_a_figure_a_measure_a_claim_and_a_notebook_added_as_documented_leave_the_tests_green(clone):
    """In one copy: each is built, each shows what it should, and no test has to be edited."""
    arguments = shlex.split(ADD.replace("\\\n", " "))[2].removeprefix("ARGS=")
    said = run(clone, "dprk_entries.data.add", *shlex.split(arguments))
    assert "DAILY20261101 is a new source" in said and "Written: the last row of data/raw/observations.csv" in said
    add_measure(clone)
    name = add_notebook(clone)
    run(clone, "doit")
    assert "about 130" in (clone / "reports/sources/2022.html").read_text(encoding="utf-8")
    checked = (clone / "data/processed/claims_checked.csv").read_text(encoding="utf-8")
    assert "B99,1,NKNEWS202402,3.2 times,3.231884,3.231884,holds,223 / 69 = 3.23," in checked
    assert "How much depends on the base?" in (clone / "reports" / f"{name}.html").read_text(encoding="utf-8")
    assert f"{name}.html" in (clone / "reports" / "index.html").read_text(encoding="utf-8")
    golden = [str(file.relative_to(paths.ROOT)) for file in GOLDEN if file.name != "test_build.py"]
    run_tests(clone, *golden, "tests/dprk_entries/test_claims.py", "tests/test_readme.py", "tests/test_notebooks.py")


def add_measure(clone: Path) -> None:
    """A measure, and a claim of it: 2022 had 223 entries and 2021 had 69."""
    with (clone / "src/dprk_entries/claims/measures.py").open("a", encoding="utf-8") as file:
        file.write(MEASURE)
    schema = clone / "data/datapackage.json"
    text = schema.read_text(encoding="utf-8").replace('"sum_of_parts"]', '"sum_of_parts", "times_fewer"]')
    text = text.replace('"needs_base_period": [', '"needs_base_period": ["times_fewer", ')
    schema.write_text(text, encoding="utf-8")
    with (clone / "data/raw/claims.csv").open("a", encoding="utf-8") as file:
        file.write(
            "B99,1,NKNEWS202402,body,2021 against 2022,3.2 times,,times_fewer,border_entries,PRK,_T,2021,,2022,3.2,,"
        )
        file.write("0.1,rounded,holds,\n")


def add_notebook(clone: Path) -> str:
    """The notebook of CONTRIBUTING; its name."""
    name, entry = ENTRY[1], re.sub(r"^   ", "", ENTRY[0], flags=re.MULTILINE)
    graph = (clone / "dodo.py").read_text(encoding="utf-8")
    (clone / "dodo.py").write_text(graph.replace("\n}\n", f"\n{entry}}}\n", 1), encoding="utf-8")
    write_notebook(clone / "notebooks" / f"{name}.ipynb")
    return name


def write_notebook(path: Path) -> None:
    """Notebook 02 with another question and, in place of its table, a chart."""
    notebook = nbformat.read(paths.NOTEBOOKS / "02-analyze-growth.ipynb", as_version=4)
    question = notebook.cells[0]
    question.source = question.source.replace("# How much did entries grow?", "# How much depends on the base?")
    question.source = question.source.replace("`data/processed/growth.csv`", "`reports/figures`")
    write = next(cell for cell in notebook.cells if cell.id == "write")
    write.source = (
        "from matplotlib.figure import Figure\n\n"
        "chart = Figure()\n"
        "chart.subplots().bar(shares.index, shares['low'])\n"
        "show.figure(chart, 'growth-by-base', 'Growth by base', 'A bar a purpose.', shares, 'published figures')"
    )
    nbformat.write(notebook, path)


def test_the_rows_of_the_example_by_hand_are_accepted(data):
    """The figure comes first; it needs its source."""
    figure, source = re.findall(r"^   (F\d+,.+|DAILY.+)$", CONTRIBUTING, re.MULTILINE)
    for name, row in (("observations", figure), ("sources", source)):
        with (data / "raw" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    added = tables.read_raw("observations").iloc[-1]
    assert added["observation_id"] == figure.split(",")[0]
    assert tables.read_raw("sources").iloc[-1]["source_id"] == added["source_id"]


def test_the_claim_that_is_shown_is_one_of_the_ledger():
    (row,) = re.findall(r"^B\d\d,.*$", CONTRIBUTING, re.MULTILINE)
    assert row in (paths.RAW / "claims.csv").read_text(encoding="utf-8").splitlines()


def test_the_command_for_an_experiment_hands_its_arguments_to_the_experiment_alone():
    for command in re.findall(r"^make experiment .+$", CONTRIBUTING, re.MULTILINE):
        planned = subprocess.run(
            [*shlex.split(command), "-n"], cwd=paths.ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert ".venv/bin/python -m doit\n" in planned
        assert ".venv/bin/python -m notebook_reports.runner.experiment 03 -p " in planned


def test_the_limits_on_a_notebook_are_those_of_the_tests():
    told = re.search(r"^- (\d+) to (\d+) cells, (\d+) to (\d+) words; .+$", CONTRIBUTING, re.MULTILINE)
    code = (paths.ROOT / "tests" / "test_notebooks.py").read_text(encoding="utf-8")
    assert f"{told[1]} <= len(notebook.cells) <= {told[2]}" in code
    assert re.search(rf"{told[3]} <= len\(re\.findall.+ <= {told[4]}$", code, re.MULTILINE)
    for lines in re.findall(r"(?:at most|more than) (\d+)", told[0]):
        assert re.search(rf"<= {lines}\b", code), lines
