"""The notebooks, run on the frozen tables in this process: what they define, show and write; and parts of them anew."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.utils.capture import RichOutput, capture_output

from dprk_entries.entries.look_up import Cells
from dprk_entries.study.bounds import Assumed
from notebook_reports import paths
from notebook_reports.cite import NARROW
from reconcile.system import System

SETTINGS: dict[str, dict[str, Any]] = {  # where the frozen years are others than the real ones
    "01": {"example": "F0031", "last_shown": "2025-Q3"},
    "02": {"mean_first": 2017, "last_quarter": "2025-Q3"},
    "03": {"first_quarter": "2023-Q3"},
    "04": {"article": "COURIER2025"},
    "05": {},
    "07": {"compared_first": 2017, "last_quarter": "2025-Q3"},
}
SVG = "image/svg+xml"
STORED = {path.stem[:2]: path for path in paths.NOTEBOOKS.glob("*.ipynb")}
Names = dict[str, Any]


class Notebooks:
    """Those of a project that lies in `root`, run in order as long as `paths` lead there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names: dict[str, Names] = {}
        self.shown: dict[str, list[RichOutput]] = {}

    def run(self, number: str, **changes: Any) -> None:
        """All of a notebook, with the parameters of SETTINGS and these `changes`."""
        names: Names = {"__name__": "__main__"}
        self.names[number], self.shown[number] = names, []
        for cell_id, source in code(number):
            with capture_output() as captured:
                exec(compile(source, f"{number} {cell_id}", "exec"), names)
            self.shown[number] += captured.outputs
            if cell_id == "parameters":
                names |= SETTINGS.get(number, {}) | changes

    def again(self, number: str, first: str, last: str, **changes: Any) -> Names:
        """What the names are after the cells from `first` to `last` have run once more, on other values of some; those
        that only show something are left out."""
        names = self.names[number] | changes
        ids = [cell_id for cell_id, _ in code(number)]
        with at(self.root, self.root / "again"), capture_output():
            for cell_id, source in code(number)[ids.index(first) : ids.index(last) + 1]:
                if not cell_id.startswith("show-"):
                    exec(compile(source, f"{number} {cell_id}", "exec"), names)
        return names

    def laundering(self, entries: pd.DataFrame, system: System | None, assumed: Assumed, **changes: Any):
        """What notebook 03 finds in other entries, with other ranges; `changes`: of its parameters."""
        ranges = {f"{name}_{end}": value for name, ends in assumed._asdict().items()
                  for end, value in ends._asdict().items()}  # fmt: skip
        cells = {"cells": Cells(entries, system), "visas": Cells(entries, series="consular_visas")}
        return self.again("03", "name", "write", entries=entries, **cells, **ranges, **changes)["results"]

    def table(self, number: str, caption: str) -> str:
        """The HTML of the table whose caption begins so."""
        tables = [output.data.get("text/html", "") for output in self.shown[number]]
        (html,) = [table for table in tables if f"<caption>{caption}" in table]
        return html

    def figure(self, name: str) -> dict[str, Any]:
        """What a figure says of itself."""
        return json.loads((self.root / paths.FIGURES / f"{name}.json").read_text("utf-8"))

    def drawings(self, name: str) -> list[str]:
        """The wide and the narrow drawing of a figure, as its notebook shows it."""
        shown = [output for outputs in self.shown.values() for output in outputs]
        (data,) = [output.data for output in shown if output.metadata.get(SVG, {}).get("name") == name]
        return [data[SVG], data[NARROW]]


def code(number: str) -> list[tuple[str, str]]:
    """Id and source of each code cell."""
    cells = json.loads(STORED[number].read_text("utf-8"))["cells"]
    return [(cell["id"], "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]


@contextmanager
def at(root: Path, output: Path) -> Iterator[None]:
    """Read from a project in another folder, and write to a third."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "ROOT", root)
        patch.setattr(paths, "OUTPUT", output)
        yield
