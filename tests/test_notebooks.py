"""The notebooks as they are stored: short cells, few words, no outputs, and a text that says what they do."""

import ast
import re
import statistics

import nbformat
import pytest
from bs4 import BeautifulSoup

from notebook_reports import paths

STORED = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
NOTEBOOKS = pytest.mark.parametrize("notebook", [nbformat.read(p, 4) for p in STORED], ids=[p.stem for p in STORED])


def code(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@NOTEBOOKS
def test_cells_and_words_are_few(notebook):
    lines = sorted(len(source.splitlines()) for source in code(notebook))
    assert statistics.median(lines) <= 5
    assert sum(n <= 14 for n in lines) >= 0.9 * len(lines)
    assert lines[-1] <= 25
    assert 150 <= len(re.findall(r"\w[\w'’-]*", prose(notebook))) <= 700


@NOTEBOOKS
def test_stored_without_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@NOTEBOOKS
def test_the_text_has_its_parts(notebook):
    text = prose(notebook)
    first = notebook.cells[0].source
    assert first.startswith("# ") and first.splitlines()[0].endswith("?")
    assert len(re.findall("^# ", text, re.MULTILINE)) == 1
    assert "## What this says" in text and "## What this does not say" in text


@NOTEBOOKS
def test_parameters_are_typed_and_explained(notebook):
    for cell in (cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])):
        statements = ast.parse(cell.source).body
        assert statements and all(isinstance(statement, ast.AnnAssign) for statement in statements)
        assert all(" # " in line for line in cell.source.splitlines())


@NOTEBOOKS
def test_no_cell_ends_with_a_bare_object(notebook):
    for source in code(notebook):
        last = ast.parse(source).body[-1]
        assert not isinstance(last, ast.Expr) or isinstance(last.value, ast.Call)


def test_the_gallery_leads_to_what_others_drew_each_once_and_draws_nothing():
    page = BeautifulSoup((paths.ROOT / "reports/90-render-charts.html").read_text("utf-8"), "html.parser")
    drawn = [link["href"].partition("#")[2] for link in page.select("figure.small figcaption a")]
    assert len(page.select("figure")) == len(drawn) == len(set(drawn)) >= 10
    assert {*drawn} <= {path.stem for path in (paths.ROOT / paths.FIGURES).glob("*.csv")}


# What may stand as digits in the text of a notebook: a year, a Security Council resolution, a notebook's number in a
# link. All else is data, and data are computed: cite them in a cell instead.
YEAR = r"(?:19|20)\d\d"
RESOLUTION = r"resolution \d{4}"
NOT_TEXT = r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)"  # code, formulas, where links lead


def typed_numbers(text: str) -> list[str]:
    text = re.sub(NOT_TEXT, " ", text, flags=re.DOTALL)
    text = re.sub(rf"\b(?:{RESOLUTION}|{YEAR})\b", " ", text)
    return re.findall(r"\d[\d,.]*", text)


@NOTEBOOKS
def test_no_number_is_typed_into_the_text(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert typed_numbers(cell.source) == [], (
                f"{cell.id}: cite the number in a code cell, so that it is computed"
            )


def test_a_typed_number_is_found_and_years_code_and_links_are_not():
    assert typed_numbers("Of 13,221 entries 60 % were for study.") == ["13,221", "60"]
    assert typed_numbers("In 2024, after resolution 2397, `F0104` and $n = 3$; see [next](04-check.ipynb).") == []
