"""Each reader of the project, as the fuzz sees it: inputs that are nearly right, and what came of one.

They run in the folder of a small project, see `small_project`, which is the root to all that is read. What is right
must come out the same when it is written and read again. Any error but ours fails, and so does one of ours that does
not say where it is.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import nbformat
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from mutations import as_json, changed_bytes, changed_json, changed_row, changed_text, texts
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from small_project import RAW, rows_of, text_of

from dprk_entries.data import tables
from notebook_reports import datapackage, paths, publish, sound
from notebook_reports import pages as report
from notebook_reports.datapackage import TableError
from notebook_reports.errors import BuildError
from notebook_reports.readme import dictionary
from notebook_reports.runner import imports, notebooks, parameters, record
from notebook_reports.runner.cells import Run
from notebook_reports.runner.failures import check_language

LONGEST = 10_000  # characters of a line of a message
PARAMETERS = "02-analyze-growth"  # the notebook whose parameters are tried
VALID = "valid"

Outcome = tuple[str, str]  # "valid", or the error and its first line


class UnfitError(AssertionError):
    """What a reader must not do."""


def outcome(read: Callable[[], None], ours: tuple[type[Exception], ...], where: str) -> Outcome:
    """What came of reading; `where`: how each message begins, or what it has in it, as a pattern."""
    try:
        read()
    except ours as error:
        told = str(error)
        if not re.search(where, told):
            raise UnfitError(f"a message that does not say where: {told[:1000]}") from error
        if max(map(len, told.splitlines())) > LONGEST:
            raise UnfitError(f"a line of {max(map(len, told.splitlines()))} characters: {told[:1000]}") from error
        return type(error).__name__, told
    return VALID, ""


def judged(read: Callable[[], None], ours: tuple[type[Exception], ...], where: str) -> Outcome:
    """What came of reading, which must be what comes of it where Frictionless judges every table."""
    quick = outcome(read, ours, where)
    with mock.patch.multiple(sound, table=lambda *_: False, field=lambda *_: False):
        slow = outcome(read, ours, where)
    if quick != slow:
        raise UnfitError(f"at a glance {quick}, by Frictionless {slow}")
    return quick


class Tables:
    """Raw tables: the name of one in the first line, then what the file holds."""

    where = r"^data/(raw/\w+\.csv(, row \d+|: found columns separated| is empty)|datapackage\.json)"

    def __init__(self) -> None:
        self.right = {name: (paths.RAW / f"{name}.csv").read_text("utf-8") for name in RAW}

    def inputs(self) -> st.SearchStrategy[bytes]:
        def changed(name: str) -> st.SearchStrategy[bytes]:
            rows = changed_row(rows_of(self.right[name])).map(text_of)
            file = (rows | rows | changed_text(self.right[name])).flatmap(changed_bytes)
            return file.map(lambda content: f"{name}\n".encode() + content)

        return st.sampled_from(RAW).flatmap(changed)

    def read(self, content: bytes) -> Outcome:
        name, _, file = content.partition(b"\n")
        return self.read_table(name.decode(), file)

    def read_table(self, name: str, file: bytes) -> Outcome:
        for other, text in self.right.items():
            (paths.RAW / f"{other}.csv").write_text(text, "utf-8")

        def round_trip() -> None:
            (paths.RAW / f"{name}.csv").write_bytes(file)
            self.round_trip(name)

        return judged(round_trip, (TableError,), self.where)

    def round_trip(self, name: str) -> None:
        first = tables.read_raw(name)
        rows = [[as_cell(cell) for cell in row] for row in first.itertuples(index=False)]
        (paths.RAW / f"{name}.csv").write_text(text_of([list(first.columns), *rows]), "utf-8")
        pd.testing.assert_frame_equal(tables.read_raw(name), first)


def as_cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else np.format_float_positional(value, trim="-") if value % 1 else str(int(value))


class Schema:
    """data/datapackage.json, and a table read by it."""

    where = r"^data/(datapackage\.json|raw/purposes\.csv)|expected one of data/datapackage.json"

    def __init__(self) -> None:
        self.right = (paths.ROOT / paths.SCHEMA).read_text("utf-8")

    def inputs(self) -> st.SearchStrategy[bytes]:
        other = changed_json(json.loads(self.right)).map(as_json)
        return (other | other | changed_text(self.right)).flatmap(changed_bytes)

    def read(self, content: bytes) -> Outcome:
        (paths.ROOT / paths.SCHEMA).write_bytes(content)
        datapackage._read.cache_clear()
        came = judged(self.round_trip, (TableError,), self.where)
        (paths.ROOT / paths.SCHEMA).write_text(self.right, "utf-8")
        datapackage._read.cache_clear()
        return came

    def round_trip(self) -> None:
        package = datapackage.read()
        tables.read_raw("purposes")
        datapackage.table_paths()
        dictionary(package)


class Stored:
    """A stored notebook, and what the build makes of it before it runs."""

    name = "01-clean-source-figures"  # not that of `Parameters`

    def __init__(self) -> None:
        self.file = paths.NOTEBOOKS / f"{self.name}.ipynb"
        self.right = self.file.read_text("utf-8")

    def inputs(self) -> st.SearchStrategy[bytes]:
        other = changed_json(json.loads(self.right)).map(as_json)
        return (other | other | changed_text(self.right)).flatmap(changed_bytes)

    def read(self, content: bytes) -> Outcome:
        self.file.write_bytes(content)
        return outcome(self.round_trip, (BuildError,), rf"^notebooks/{self.name}\.ipynb")

    def round_trip(self) -> None:
        notebooks.load.cache_clear()
        record.digest_of.cache_clear()
        first = notebooks.load(self.name)
        notebooks.title(self.name)
        parameters.declared(self.name)
        record.digest_of(self.name)
        imports.notebook_modules(self.name)
        check_language(self.name)
        try:
            Run(self.name, paths.ROOT, paths.ROOT, self.name)
        except nbformat.ValidationError as error:  # as `runner.run.execute` tells it
            raise BuildError(f"notebooks/{self.name}.ipynb: {error.message}") from None
        self.file.write_text(json.dumps(first), "utf-8")
        notebooks.load.cache_clear()
        if notebooks.load(self.name) != first:
            raise UnfitError("a notebook that is another when it is read again")


class Parameters:
    """Values of parameters, as a command gives them: NAME=VALUE."""

    def __init__(self) -> None:
        self.types = parameters.declared(PARAMETERS)

    def inputs(self) -> st.SearchStrategy[bytes]:
        names = st.sampled_from([*self.types, "yaer"])
        numbers = st.integers().map(str) | st.floats().map(str)
        values = texts | numbers | changed_text("2019-Q1")
        return st.tuples(names, values).map(lambda pair: "=".join(pair).encode("utf-8", "surrogatepass"))

    def read(self, content: bytes) -> Outcome:
        name, _, value = content.decode("utf-8", "surrogatepass").partition("=")
        return outcome(lambda: self.round_trip(name, value), (BuildError,), rf"^Notebook {PARAMETERS}\b")

    def round_trip(self, name: str, value: str) -> None:
        given = parameters.check(PARAMETERS, {name: value})
        declared = nbformat.v4.new_code_cell(metadata={"tags": [parameters.TAG]})
        notebook = load_notebook_node(nbformat.v4.new_notebook(cells=[declared]))
        cells = parameterize_notebook(notebook, given, kernel_name="python3", language="python").cells
        told: dict[str, object] = {}
        exec(cells[-1].source, told)  # what the kernel would be told
        if told[name] != given[name]:
            raise UnfitError(f"{given[name]!r} is {told[name]!r} to the notebook")


class Pages:
    """An executed notebook of three cells, its question, one cell and its headline, and the page of it."""

    def __init__(self) -> None:
        self.name, self.executed = "02-analyze-growth", paths.ROOT / "executed"
        self.titles = dict.fromkeys(notebooks.stored_names(), "?")
        executed = [json.loads(file.read_text("utf-8")) for file in sorted(self.executed.glob("*.ipynb"))]
        self.right = []
        for notebook in executed:
            question, *cells = notebook["cells"]
            (headline,) = [cell for cell in cells if '"headline"' in json.dumps(cell.get("outputs"))]
            shown = (cell for cell in cells if cell != headline and cell.get("outputs", True))  # or it is a text
            self.right += [notebook | {"cells": [question, cell, headline]} for cell in shown]

    def inputs(self) -> st.SearchStrategy[bytes]:
        def changed(notebook: dict[str, Any]) -> st.SearchStrategy[bytes]:
            cell = notebook["cells"][1]
            outputs = changed_json(cell.get("outputs", [])).map(lambda outputs: cell | {"outputs": outputs})
            return (changed_json(cell) | outputs | outputs).map(lambda other: self.file_of(notebook, other))

        return st.sampled_from(self.right).flatmap(changed)

    def file_of(self, notebook: dict[str, Any], cell: Any) -> bytes:
        """The notebook with another cell between its question and its headline."""
        first, _, last = notebook["cells"]
        return json.dumps(notebook | {"cells": [first, cell, last]}).encode()

    def read(self, content: bytes) -> Outcome:
        (self.executed / f"{self.name}.ipynb").write_bytes(content)
        return outcome(self.round_trip, (BuildError,), rf"^{self.name}(, cell |: )")

    def round_trip(self) -> None:
        def page() -> str:
            publish.page(self.name, self.titles, paths.ROOT, self.executed)
            return (paths.ROOT / paths.REPORTS / f"{self.name}.html").read_text("utf-8")

        html = page()
        notebook = publish.read_executed(self.name, self.executed)
        list(report.long_texts(notebook, self.name))
        with publish.as_build_error():
            report.read_figures(notebook, self.name)
        tags = " ".join(re.findall(r"<[^>]+>", html))
        if re.search(r"<script(?! type=\"application/ld\+json\")|\son\w+=|=.?javascript:", tags):
            raise UnfitError("a page with a script")
        if page() != html:
            raise UnfitError("a page that is another when it is made again")


READERS = {"tables": Tables, "schema": Schema, "stored": Stored, "parameters": Parameters, "pages": Pages}
