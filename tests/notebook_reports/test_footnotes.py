"""Footnotes are numbered through a page, cell by cell, and each leads to its text and back."""

from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell

from notebook_reports.pages.prose import Prose


def test_footnotes_of_later_cells_go_on_counting():
    prose = Prose("01-example", [])
    texts = ["Wheat[^a] and rye[^b].\n\n[^a]: First.\n[^b]: Second.", "Oats[^a].\n\n[^a]: Third."]
    cells = [BeautifulSoup(prose.render_cell(text, new_markdown_cell(text)), "html.parser") for text in texts]
    marks = [mark for cell in cells for mark in cell.select("sup a")]
    assert [(mark.string, mark["href"], mark["aria-label"]) for mark in marks] == [
        (f"{n}", f"#note-{n}", f"Note {n}") for n in (1, 2, 3)
    ]
    notes = [BeautifulSoup(note, "html.parser").li for note in prose.notes]
    assert [(note["id"], note.get_text().split()[0]) for note in notes] == [
        ("note-1", "First."), ("note-2", "Second."), ("note-3", "Third.")
    ]  # fmt: skip
    assert [note.a["href"] for note in notes] == [f"#{mark['id']}" for mark in marks]
    assert [note.a["aria-label"] for note in notes] == [f"Back to the text of note {n}" for n in (1, 2, 3)]
