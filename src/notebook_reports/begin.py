"""A small notebook to begin with:  python -m notebook_reports.begin 06 compare-villages

It has all that a page needs: a question, a parameter, a table, a chart, one headline. What it shows, to be replaced, is
how many rows of a table have which code.
"""

import sys
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_reports import datapackage, paths
from notebook_reports.errors import BuildError
from notebook_reports.runner.notebooks import NAME, stored_names
from notebook_reports.stored import METADATA

QUESTION = """
# {question}?

What is asked, of which figures, and why.
"""
IMPORTS = """
import pandas as pd

from notebook_reports import show
"""
PARAMETERS = """
least: int = 1  # rows; what has fewer is left out
"""
READ = """
table = pd.read_csv("../data/{path}")
"""
COUNT = """
rows = table.groupby("{column}").size().rename("rows").to_frame()
rows = rows[rows["rows"] >= least].sort_values("rows")
show.table(rows, "Rows of {file} by {column}")
"""
DRAW = """
def draw(ax):
    ax.barh(rows.index, rows["rows"])


title = f"{{rows.index[-1]}} has the most rows"
show.figure(draw, "{slug}", title, "Rows of {file} by {column}", rows, source="{file}")
"""
HEADLINE = """
show.headline(f"{{len(table)}} rows are in {file}.")
"""
SAYS = """
## What this says

What follows from it.
"""
SAYS_NOT = """
## What this does not say

What does not.
"""


def main(arguments: list[str]) -> int:
    try:
        if len(arguments) != 2:
            raise BuildError("expected a number and a name: 06 compare-villages")
        path = write(*arguments)
    except (BuildError, datapackage.TableError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written: {path}. A build runs it, and leads to its page.")
    return 0


def write(number: str, slug: str) -> str:
    """Write the notebook; its path below the root. BuildError for a name that cannot be, or a number that is taken."""
    name = f"{number}-{slug}"
    if not NAME.fullmatch(name):
        raise BuildError(f"found {number} {slug}, expected two digits, and words in small letters: 06 compare-bases")
    if taken := [other for other in stored_names() if other[:2] == number]:
        raise BuildError(f"notebooks/{taken[0]}.ipynb has the number {number} already: choose another.")
    table, column = counted()
    values = {
        "question": slug.replace("-", " ").capitalize(),
        "path": table["path"],
        "file": table["path"].rpartition("/")[2],
        "column": column,
        "slug": slug,
    }
    parts = {"question": QUESTION, "imports": IMPORTS, "parameters": PARAMETERS, "read": READ, "count": COUNT,
             "draw": DRAW, "headline": HEADLINE, "says": SAYS, "says-not": SAYS_NOT}  # fmt: skip
    cells = []
    for cell_id, source in parts.items():
        new: Any = new_markdown_cell if source.strip().startswith("#") else new_code_cell
        metadata = {"tags": ["parameters"]} if cell_id == "parameters" else {}
        cells.append(new(source.strip().format_map(values), id=cell_id, metadata=metadata))
    path = f"notebooks/{name}.ipynb"
    text = nbformat.writes(new_notebook(cells=cells, metadata=METADATA))
    paths.write(paths.ROOT / path, f"{text}\n".encode())
    return path


def counted() -> tuple[datapackage.Descriptor, str]:
    """The last table with a column of codes, whose rows can be counted by them; else the last table of all."""
    tables = datapackage.read()["resources"]
    coded = [(table, field["name"]) for table in reversed(tables) for field in table["schema"]["fields"]
             if "enum" in field.get("constraints", {})]  # fmt: skip
    return coded[0] if coded else (tables[-1], datapackage.columns(tables[-1]["name"])[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
