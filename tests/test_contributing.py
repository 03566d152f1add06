"""What README and CONTRIBUTING tell a researcher to do works as written, and leaves every test green."""

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest

from dprk_entries.data import tables
from dprk_entries.data.add import command as add
from notebook_reports import paths

README = (paths.ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (paths.ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
ADD = re.search(r'^make add .+?"$', README, re.MULTILINE | re.DOTALL)[0]
GOLDEN = sorted((paths.ROOT / "tests" / "golden").glob("test_*.py"))
MOVED_BY_A_FIGURE = 13  # files below reports/: those that say something of it, and the copies of the tables
PAGES_OF_A_FIGURE = {
    "01-clean-source-figures.html", "sources/counts.html", "sources/figures.html", "sources/index.html",
}  # fmt: skip
BEGIN = re.search(r'^make notebook ARGS="(\d\d) ([a-z-]+)"$', CONTRIBUTING, re.MULTILINE)


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


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_tests(clone: Path, *which: str) -> None:
    said = run(clone, "pytest", "-p", "no:cacheprovider", *which)
    assert "passed" in said or re.search(r"\.\.+ +\[100%\]", said), said


MEASURE = '''

@measure
def times_fewer(count: Count, base: Count) -> Result:
    """How many times fewer it is than the base."""
    value = base.over(count)
    return Result(value, f"{base.text()} / {count.text()} = {value.text(digits=2)}", [*base.terms, *count.terms])
'''


@pytest.mark.slow
def test_a_figure_a_measure_a_claim_and_a_notebook_added_as_documented_leave_the_tests_green(clone):
    """In one copy: each is built, each shows what it should, and no test has to be edited."""
    arguments = shlex.split(ADD.replace("\\\n", " "))[2].removeprefix("ARGS=")
    said = run(clone, "dprk_entries.data.add", *shlex.split(arguments))
    assert "DAILY20261101 is a new source" in said and "Written at the end of data/raw/observations.csv" in said
    before = contents(clone / "reports")
    run(clone, "doit")
    moved = [path for path, content in contents(clone / "reports").items() if before.get(path) != content]
    assert len(moved) <= MOVED_BY_A_FIGURE, moved
    add_measure(clone)
    name = add_notebook(clone)
    run(clone, "doit")
    assert "about 130" in (clone / "reports/sources/counts.html").read_text(encoding="utf-8")
    checked = (clone / "data/processed/claims_checked.csv").read_text(encoding="utf-8")
    assert "B99,1,NKNEWS202402,3.2 times,3.231884,3.231884,holds,cannot be decided,,223 / 69 = 3.23," in checked
    page = (clone / "reports" / f"{name}.html").read_text(encoding="utf-8")
    assert "How do nationalities compare?" in page and "were of one of 3 nationalities" in page
    previous = max(page.name for page in (clone / "reports").glob("[0-9]*.html") if page.stem < name)
    assert f'<a href="{name}.html" rel="next">' in (clone / "reports" / previous).read_text()
    for file in ("reports/index.html", "README.md"):
        assert f"{name}.html" in (clone / file).read_text(encoding="utf-8")
    golden = [str(file.relative_to(paths.ROOT)) for file in GOLDEN if file.name != "test_build.py"]
    run_tests(clone, *golden, "tests/dprk_entries/test_claims.py", "tests/test_readme.py", "tests/test_notebooks.py")


HERALD = shlex.split(
    "source_id=HERALD20261101 source.publisher='The Herald' source.accessed=2026-11-23 source.language=en "
    "source.read_by=RFA locator='para 2'"
)


def moved(clone: Path, *figure: str) -> dict[str, int]:
    """How many lines of each file below reports/ a figure changes that changes no cell."""
    assert "No cell changes." in run(clone, "dprk_entries.data.add", *HERALD, *figure)
    before = contents(clone / "reports")
    run(clone, "doit")
    return {
        path.relative_to(clone / "reports").as_posix(): changed_lines(before.get(path, b""), content)
        for path, content in contents(clone / "reports").items() if before.get(path) != content
    }  # fmt: skip


@pytest.mark.slow
def test_a_figure_that_moves_nothing_changes_at_most_8_files_and_60_lines(clone):
    lines = moved(clone, "period=2015-Q4", "as_stated=about 5,200")
    assert {path for path in lines if path.endswith(".html")} == PAGES_OF_A_FIGURE
    assert len(lines) <= 8 and sum(lines.values()) <= 60, lines


@pytest.mark.slow
def test_a_figure_that_only_confirms_what_is_known_moves_four_pages_and_the_tables_that_name_its_source(clone):
    """What is said of it stands in one place, to which the others lead. The figure is one that others follow from."""
    lines = moved(clone, "period=2023-S1", "purpose=business", "as_stated=148")
    pages = {path: number for path, number in lines.items() if path.endswith(".html")}
    assert pages.keys() == PAGES_OF_A_FIGURE and sum(pages.values()) <= 30, pages
    assert all(path.startswith("data/") for path in lines.keys() - pages.keys()), lines


def changed_lines(before: bytes, after: bytes) -> int:
    """How many lines are gone or new, as git counts them."""
    diff = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm="")
    return sum(line[0] in "+-" and line[:3] not in ("+++", "---") for line in diff)


def add_measure(clone: Path) -> None:
    """A measure, and a claim of it: 2022 had 223 entries and 2021 had 69."""
    with (clone / "src/dprk_entries/claims/measures.py").open("a", encoding="utf-8") as file:
        file.write(MEASURE)
    schema = clone / "data/datapackage.json"
    text = schema.read_text(encoding="utf-8").replace('"sum_of_parts"]', '"sum_of_parts", "times_fewer"]')
    text = text.replace('"needs_base": [', '"needs_base": ["times_fewer", ')
    schema.write_text(text, encoding="utf-8")
    with (clone / "data/raw/claims.csv").open("a", encoding="utf-8") as file:
        file.write(
            "B99,1,NKNEWS202402,body,2021 against 2022,3.2 times,,,,times_fewer,border_entries,PRK,_T,,2021,,,,,,2022,,"
        )
        file.write("3.2,,0.1,rounded,holds,\n")


QUESTION = """# How do nationalities compare?

North Koreans are few among those who enter Russia. """
TEXT = """What was published of others is rounded to thousands, and of few years, so that only sizes are compared.
An entry is one crossing, whoever makes it, and a purpose is what the traveller declared. Totals of all nationalities
come from the same office as those of North Koreans, by way of other newsrooms, which print them in their own words. """
CELLS = {
    "parameters": 'year: str = "2019"  # calendar year that is compared',
    "read": """
entries = tables.read_processed("entries")
totals = entries.query("series == 'border_entries' and purpose == '_T' and period == @year").set_index("nationality")
most = totals[["high"]].drop("_T").nlargest(3, "high").astype(int).rename(columns={"high": "entries at most"})
""",
    "count": """
links = [cite.cell_link(Cells(entries, nationality=name), year) for name in most.index]
show.table(most, f"The most entries of {year}", cite={"entries at most": links})
""",
    "draw": """
def draw(ax):
    charts.lead(ax.barh(most.index, most["entries at most"]), links)


show.figure(draw, "rank-nationalities", f"{most.index[0]} comes first", f"Entries of {year}", most)
""",
    "headline": """
first = cited(f"{most.iloc[0, 0]:,}", links[0])
show.headline(words("At most {} entries of {} were of one of {} nationalities.", first, year, len(most)))
""",
}
IMPORTS = """
from dprk_entries import charts, cite
from dprk_entries.data import tables
from dprk_entries.entries.look_up import Cells
from notebook_reports import show
from notebook_reports.cite import cite as cited
from notebook_reports.cite import words
"""


def add_notebook(clone: Path) -> str:
    """The notebook of CONTRIBUTING, and a comparison with a parameter, a table, a chart and a headline in it; its name.
    No other file is edited."""
    run(clone, "notebook_reports.begin", *BEGIN.groups())
    name = "-".join(BEGIN.groups())
    path = clone / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = CELLS.get(cell.id, cell.source).strip()
    notebook.cells[0].source = QUESTION + 2 * TEXT
    imports = next(cell for cell in notebook.cells if cell.id == "imports")
    imports.source = IMPORTS.strip()
    nbformat.write(notebook, path)
    return name


def test_a_language_is_one_file_and_one_that_is_not_translated_stops_the_build(clone):
    """Its page, and the links to it, follow from its catalogue alone."""
    texts = clone / "src/dprk_entries/site/languages"
    made = (texts / "ru.po").read_text(encoding="utf-8")
    own = re.sub(r'^(msgid "(.+)"\n)msgstr .+$', r'\1msgstr "Ĉu \2"', made, flags=re.MULTILINE)
    (texts / "eo.po").write_text(own, encoding="utf-8")
    run(clone, "doit", "index")
    site = clone / ".build/site/reports"
    page = (site / "eo.html").read_text(encoding="utf-8")
    assert '<html lang="eo">' in page and "Ĉu North Koreans entered Russia Ĉu" not in page
    assert re.search(r"<h1>Ĉu North Koreans entered Russia <a [^>]+>13.221</a> times in 2024\.", page)
    for other in ("index", "ko", "ru"):
        html = (site / f"{other}.html").read_text(encoding="utf-8")
        assert '<a href="eo.html" hreflang="eo" lang="eo">Esperanto</a>' in html
        assert '<link rel="alternate" hreflang="eo" href="eo.html">' in html
    before = (site / "index.html").read_bytes()
    (texts / "eo.po").write_text(own.replace("Ĉu data to {day}", "Ĉu {tago}"), encoding="utf-8")
    said = subprocess.run([sys.executable, "-m", "doit", "index"], cwd=clone, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(clone / "src")})  # fmt: skip
    assert said.returncode != 0 and "Traceback" not in said.stdout + said.stderr
    assert "src/dprk_entries/site/languages/eo.po, line " in said.stdout + said.stderr
    assert "msgid 'data to {day}': found the places {tago}, expected {day}." in said.stdout + said.stderr
    assert (site / "index.html").read_bytes() == before


def test_the_rows_of_the_example_by_hand_are_accepted(data):
    """The figure comes first; it needs its source."""
    figure, source = re.findall(r"^   (F\d+,.+|DAILY.+)$", CONTRIBUTING, re.MULTILINE)
    for name, row in (("observations", figure), ("sources", source)):
        with (data / "raw" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    added = tables.read_raw("observations").iloc[-1]
    assert added["observation_id"] == figure.split(",")[0]
    assert tables.read_raw("sources").iloc[-1]["source_id"] == added["source_id"]


def test_the_file_of_figures_that_is_shown_is_accepted(data, capsys):
    lines = re.search(r"^  source_id,period.+?(?=^  ```)", CONTRIBUTING, re.MULTILINE | re.DOTALL)[0]
    file = data / "figures.csv"
    file.write_text(textwrap.dedent(lines), encoding="utf-8")
    assert add.main([str(file)]) == 0, capsys.readouterr().err
    assert [*tables.read_raw("observations").iloc[-2:]["as_stated"]] == ["more than 6,000", "about 700"]


def test_the_claim_that_is_shown_is_one_of_the_ledger():
    (row,) = re.findall(r"^B\d\d,.*$", CONTRIBUTING, re.MULTILINE)
    assert row in (paths.RAW / "claims.csv").read_text(encoding="utf-8").splitlines()


def test_the_command_for_an_experiment_hands_its_arguments_to_the_experiment_alone():
    for command in re.findall(r"^make experiment .+$", CONTRIBUTING, re.MULTILINE):
        planned = subprocess.run(
            [*shlex.split(command), "-n"], cwd=paths.ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert ".venv/bin/python -m doit\n" in planned
        assert ".ci/as-typed notebook_reports.runner.experiment\n" in planned


def test_the_limits_on_a_notebook_are_those_of_the_tests():
    told = re.search(r"^- (\d+) to (\d+) words; .+$", CONTRIBUTING, re.MULTILINE)
    code = (paths.ROOT / "tests" / "test_notebooks.py").read_text(encoding="utf-8")
    assert re.search(rf"{told[1]} <= len\(re\.findall.+ <= {told[2]}$", code, re.MULTILINE)
    limits = re.findall(r"(?:at most|more than) (\d+)", told[0])
    assert limits and all(re.search(rf"<= {lines}\b", code) for lines in limits)
