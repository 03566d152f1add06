"""Text in outputs that is too long for a page: its beginning stands there, all of it in a file beside the page."""

from collections.abc import Iterator
from typing import NamedTuple

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

FOLDER = "outputs"  # below reports/
LINES, CHARACTERS = 30, 2_000


class Cut(NamedTuple):
    """The beginning of a text; `word`: how much that is, nothing if it is all."""

    text: str
    word: str = ""


def text_of(output: NotebookNode) -> str:
    """What is printed, or the plain form of a result."""
    return str(strip_ansi(output.text if output.output_type == "stream" else output.data.get("text/plain", "")))


def cut(text: str) -> Cut:
    lines = text.splitlines(keepends=True)
    beginning = "".join(lines[:LINES])
    if len(beginning) > CHARACTERS:
        return Cut(f"{beginning[:CHARACTERS]}…", f"The first {CHARACTERS:,} of {len(text):,} characters.")
    return Cut(beginning, f"The first {LINES} of {len(lines):,} lines." if len(lines) > LINES else "")


def file_of(notebook: str, cell: str) -> str:
    """Where the long text of a cell is kept, below reports/."""
    return f"{FOLDER}/{notebook}-{cell}.txt"


def long_texts(notebook: NotebookNode, name: str) -> Iterator[tuple[str, str, str]]:
    """File, text and cell of each long text that a page of this executed notebook cuts."""
    for cell in notebook.cells:
        shown = [output for output in cell.get("outputs", []) if _is_text(output)]
        texts = [text for text in map(text_of, shown) if cut(text).word]
        if texts:
            yield file_of(name, cell.id), "".join(texts), cell.id


def _is_text(output: NotebookNode) -> bool:
    return output.output_type == "stream" or set(output.get("data", {})) == {"text/plain"}
