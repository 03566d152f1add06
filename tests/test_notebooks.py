"""The notebooks as they are stored: short cells, few words, no outputs, and a text that says what they do."""

import ast
import json
import re
import statistics

import nbformat
import pytest

from notebook_reports import paths

STORED = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
NOTEBOOKS = pytest.mark.parametrize("notebook", [nbformat.read(p, 4) for p in STORED], ids=[p.stem for p in STORED])


def code(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_they_are_numbered_in_order():
    assert [p.stem[:3] for p in STORED] == [f"{number:02}-" for number in range(1, len(STORED) + 1)]


@NOTEBOOKS
def test_cells_and_words_are_few(notebook):
    lines = sorted(len(source.splitlines()) for source in code(notebook))
    assert 15 <= len(notebook.cells) <= 30
    assert 150 <= len(re.findall(r"\w[\w'’-]*", prose(notebook))) <= 500
    assert statistics.median(lines) <= 4
    assert sum(n <= 10 for n in lines) >= 0.9 * len(lines)
    assert lines[-1] <= 20


@NOTEBOOKS
def test_stored_without_outputs_and_with_named_cells(notebook):
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id), f"{cell.id}: give the cell an id that says what it is"
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@NOTEBOOKS
def test_the_text_has_its_parts(notebook):
    text = prose(notebook)
    first = notebook.cells[0].source
    assert first.startswith("# ") and first.splitlines()[0].endswith("?")
    assert "**Reads**" in first and "**Writes**" in first
    assert len(re.findall("^# ", text, re.MULTILINE)) == 1
    assert "## What this says" in text and "## What this does not say" in text
    assert re.search(r"\]\(\d\d-[a-z-]+\.ipynb\)$", text)


@NOTEBOOKS
def test_parameters_are_typed_and_explained(notebook):
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    statements = ast.parse(cell.source).body
    assert statements and all(isinstance(statement, ast.AnnAssign) for statement in statements)
    assert all(" # " in line for line in cell.source.splitlines())


@NOTEBOOKS
def test_no_cell_ends_with_a_bare_object(notebook):
    for source in code(notebook):
        last = ast.parse(source).body[-1]
        assert not isinstance(last, ast.Expr) or isinstance(last.value, ast.Call)


def test_the_text_names_the_tables_that_the_build_hands_over():
    graph = {}
    exec((paths.ROOT / "dodo.py").read_text(), graph)
    for path in STORED:
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        reads, writes = "".join(first).split("**Writes**")
        files = graph["NOTEBOOKS"][path.stem]
        for table in re.findall(r"`(?:data/processed/)?(\w+\.csv)`", reads):
            assert any(name.endswith(table) for name in files["reads"]), f"{path.stem} reads {table}"
        for table in re.findall(r"`(?:data/processed/)?(\w+\.csv)`", writes):
            assert f"data/processed/{table}" in files["writes"], f"{path.stem} writes {table}"


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
