"""Inputs that some reader once took for right, met with a traceback, or told of in a way that led nobody to them.

By name: the reader, the input, which may be made from what is right, and what has to be told of it ("" where it is
right now). A new one that `make fuzz` has kept is added here, as short as it can be.
"""

import json
from collections.abc import Callable
from typing import Any

from mutations import DEEP
from readers import Stored
from small_project import rows_of, text_of

SVG = "image/svg+xml"
Input = bytes | Callable[[Any], bytes]


def file(name: str, change: Callable[[str], bytes]) -> Input:
    return lambda reader: f"{name}\n".encode() + change(reader.right[name])


def cell(name: str, column: str, value: str) -> Input:
    """A table with one cell of its first row exchanged."""

    def change(text: str) -> bytes:
        header, first, *rows = rows_of(text)
        first[header.index(column)] = value
        return text_of([header, first, *rows]).encode("utf-8", "surrogatepass")

    return file(name, change)


def schema(old: str, new: str) -> Input:
    return lambda reader: reader.right.replace(old, new, 1).encode()


def stored(**fields: object) -> Input:
    """A notebook whose first cell has other fields."""

    def change(reader: Stored) -> bytes:
        notebook = json.loads(reader.right)
        notebook["cells"][0] |= fields
        return json.dumps(notebook).encode()

    return change


def shown(data: object, **fields: object) -> Input:
    """A notebook with a cell that shows these data, by MIME type."""
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    code = {"cell_type": "code", "id": "x", "metadata": {}, "source": "x", "execution_count": 1, "outputs": [output]}
    return lambda reader: reader.file_of(reader.right[0], code | fields)


def said(source: str) -> Input:
    """A notebook with this Markdown in it."""
    prose = {"cell_type": "markdown", "id": "x", "metadata": {}, "source": source}
    return lambda reader: reader.file_of(reader.right[0], prose)


def texts(change: Callable[[dict], object]) -> Input:
    """A notebook that shows a figure with other texts, made of its own."""

    def changed(reader: Any) -> bytes:
        notebook, cell = next((each, each["cells"][1]) for each in reader.right if SVG in json.dumps(each["cells"][1]))
        cell = json.loads(json.dumps(cell))
        for output in cell["outputs"]:
            output["metadata"][SVG] = change(output["metadata"].get(SVG, {}))
        return bytes(reader.file_of(notebook, cell))

    return changed


def titled(title: object) -> Input:
    """A notebook that shows a figure under another title."""
    return texts(lambda own: own | {"title": title})


def nested(tag: str) -> str:
    return tag * DEEP + f"</{tag.split()[0].strip('<>')}>" * DEEP


def observations(column: str, value: str) -> tuple[str, Input, str]:
    return "tables", cell("observations", column, value), f"data/raw/observations.csv, row 2, column {column}: found"


PAST: dict[str, tuple[str, Input, str]] = {
    "a table in UTF-16": (
        "tables", file("observations", lambda text: text.encode("utf-16")), "row 1, column 1: found the byte 0xff"),
    "a table in CP949": (
        "tables", file("purposes", lambda text: text.encode("cp949", "ignore")), "found the byte"),
    "a stray byte": ("tables", file("sources", lambda text: text.encode() + b"\xff"), "found the byte 0xff"),
    "a field of 131,073 characters": (
        "tables", cell("observations", "note", "x" * 131_073), "row 2: found a cell of more than 131,072"),
    "a header of 100,000 characters": (
        "tables", file("purposes", lambda text: b"x" * DEEP + text.encode()), "unknown column xxx"),
    "question marks for letters": (
        "tables", file("purposes", lambda text: text.encode("cp1251", "replace")), "found the byte"),
    "question marks for letters, in UTF-8": (
        "tables", file("purposes", lambda text: text.encode("cp1251", "replace").decode("cp1251").encode()),
        "column labels_seen: found"),
    "an id of 5,000 digits": observations("observation_id", "F" + "1" * 5_000),
    "an id of 20 digits": observations("observation_id", "F" + "1" * 20),
    "an id with a nought before it": observations("observation_id", "F00001"),
    "an id in Arabic digits": observations("observation_id", "F٠٥١٨"),
    **{f"the year {year}": observations("period", year) for year in ("9998", "1066", "0001", "1900", "２０２４")},
    **{f"the day {day}": observations("released", day) for day in ("2026-13-45", "2024-02-30", "9999-99-99", "٢٠٢٤")},
    "the month 13": ("tables", cell("purposes", "collected_to", "2024-13"), "column collected_to: found '2024-13'"),
    "a number that is nothing to a computer": (
        "tables", cell("assumptions", "low", "1e-400"), "column low: found '1e-400', expected a number in digits"),
    **{f"the character {ord(odd):04X}": observations("note", f"a{odd}b") for odd in "\0\x1b\v\u202e\u2066\ufeff\ufffa"},
    "a cell of 100,000 blanks": observations("note", " " * DEEP),
    "letters with their accents apart": ("tables", cell("observations", "note", "e\u0301"), ""),
    "the claim A100": ("tables", cell("claims", "claim_id", "A100"), ""),
    "a schema that is cut": ("schema", lambda reader: reader.right[:1000].encode(), "is not JSON in UTF-8"),
    "an empty schema": ("schema", b"", "is not JSON in UTF-8"),
    "a schema in UTF-16": ("schema", lambda reader: reader.right.encode("utf-16"), "is not JSON in UTF-8"),
    "a schema behind a byte-order mark": ("schema", lambda reader: reader.right.encode("utf-8-sig"), ""),
    "a list for a schema": ("schema", b"[]", "must be object"),
    "a schema nested too deep": ("schema", b"[" * DEEP, "is not JSON in UTF-8"),
    "a type that there is not": ("schema", schema('"integer"', '"whole"'), "type must be one of"),
    "no title": ("schema", schema('"title": "North', '"titel": "North'), "must contain ['title'] properties"),
    "no primary key": ("schema", schema('"primaryKey"', '"key"'), "schema must contain ['primaryKey'] properties"),
    "a key of a column whose name never ends": (
        "schema", schema('"primaryKey": "', '"primaryKey": "' + 20_000 * "x"), "names the column 'xxx"
    ),
    "a table whose name never ends": (
        "schema", schema('"name": "purposes"', '"name": "' + 20_000 * "x" + '"'), "found the table 'purposes', expected"
    ),
    "no source": ("stored", stored(source=None), "found the source 'None', expected text"),
    "no metadata": ("stored", stored(metadata=None), "found metadata None"),
    "no tags": ("stored", stored(metadata={"tags": None}), "found the tags 'None', expected a list of texts"),
    "no outputs": ("stored", stored(outputs=None), "outputs None"),
    "a notebook nested too deep": ("stored", b"[" * DEEP, "is no JSON"),
    "a parameter nested too deep": ("parameters", b"year=" + b"[" * DEEP, "parameter year: found '[[["),
    "a list for the texts of a figure": ("pages", texts(lambda own: [own]), "in place of its texts"),
    "a title in pieces that are none": ("pages", titled([["one", "two", "three", "four"]]), "a title that is neither"),
    "a number for the source of a figure": ("pages", texts(lambda own: own | {"source": 7}), "whose source is 7"),
    "a control character in the text of a figure": (
        "pages", texts(lambda own: own | {"alt": "A\0B"}), "control character U+0000 in its alt"
    ),
    "brackets that never close, without end": ("pages", said("[" * 5 * DEEP), ""),
    "data that are a number": ("pages", shown({"text/html": 1}), "02-analyze-growth"),
    "data that are an object": ("pages", shown({"text/plain": {"a": 1}}), "02-analyze-growth"),
    "data that are nothing": ("pages", shown(None), "02-analyze-growth"),
    "a table nested too deep": ("pages", shown({"text/html": nested("<table>")}), "02-analyze-growth, cell x"),
    "a drawing nested too deep": ("pages", shown({"image/svg+xml": nested("<g>")}), "02-analyze-growth, cell x"),
    "a frame nested too deep": (
        "pages", shown({"text/html": nested('<table class="dataframe">')}), "02-analyze-growth, cell x"),
    "no source in an executed notebook": ("pages", shown({}, source=None), "its executed copy is no notebook"),
    "no metadata in an executed notebook": ("pages", shown({}, metadata=None), "its executed copy is no notebook"),
    "no outputs in an executed notebook": ("pages", shown({}, outputs=None), "its executed copy is no notebook"),
}  # fmt: skip
