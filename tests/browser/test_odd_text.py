"""Text from the tables may be anything: on the page it stays text, and breaks nothing."""

from pathlib import Path

import nbformat.v4 as v4
import pytest
from playwright.sync_api import Browser

from notebook_reports import cards as statements
from notebook_reports import pages as report
from notebook_reports.cards import Card, Mark, Part, Row
from notebook_reports.cite import Link, cite

ODD = {
    "script": "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">",
    "Markdown": "**bold** [link](javascript:alert(1)) `code` # heading",
    "formula": "$x^2$ and $$\\frac{1}{0}$$ \\(y\\)",
    "a long word": "Entrychen" * 60,
    "right to left": "دخول الكوريين الشماليين إلى روسيا abc",
    "Korean": "러시아 방문 북한인" * 20,
    "300 words": " ".join(["word"] * 300),
}
LINK = Link("2024.html#wheat.2024", "2024: printed")


@pytest.fixture
def page_with(tmp_path: Path, browser: Browser):
    """Opens a page that has a text in its headline, a table, a printed line and a caption."""

    def open_page(text: str, width: int):
        cells = [v4.new_markdown_cell("# What is odd?", id="question"), v4.new_code_cell(id="code")]
        book = v4.new_notebook(cells=cells)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        head = "<thead><tr><th scope='col'>which</th><th scope='col'>text</th></tr></thead>"
        body = f"<tbody><tr><th scope='row'>{escaped}</th><td>{escaped}</td></tr></tbody>"
        table = f"<table><caption>Odd: {escaped[:40]}</caption>{head}{body}</table>"
        finding = {"text/markdown": {"headline": text}}
        card = Card(
            text, cite(text, LINK) + ", 5 May 2024", cite("false", LINK), "double", [Part([text])], in_words=text
        )
        strip = Row(text, [Mark(cite(text, LINK), look) for look in statements.LOOKS])
        book.cells[1].outputs = [
            v4.new_output("display_data", {"text/html": table, "text/plain": text}),
            v4.new_output("display_data", {"text/html": statements.cards([card])}),
            v4.new_output("display_data", {"text/html": statements.strip([strip])}),
            v4.new_output("stream", name="stdout", text=text),
            v4.new_output("display_data", {"text/markdown": text, "text/plain": text}, metadata=finding),
        ]
        file = tmp_path / "odd.html"
        file.write_text(report.page(book, "odd", [report.Page("odd", "What is odd?", text)]), encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(file.as_uri())
        return page

    return open_page


def straight(text: str) -> str:
    """A text with the marks and spaces that were typed, which a page sets as in print."""
    return text.translate(str.maketrans("‘’“”\xa0", "''\"\" "))


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
@pytest.mark.parametrize("width", [320, 1280])
def test_odd_text_is_shown_as_it_is_and_the_page_keeps_its_width(page_with, text, width):
    page = page_with(text, width)
    assert page.title().startswith("What is odd?")
    assert straight(page.locator(".headline").text_content()) == text
    assert straight(page.locator("td").text_content()) == text
    assert page.locator("pre.output").text_content() == text
    for part in ("bdi", "small", "a"):
        assert straight(page.locator(f"article {part}").first.text_content()) == text
    assert {straight(mark.text_content()) for mark in page.locator(".strip a").all()} == {text}
    assert page.locator("main img, main script, main math, main strong:not(article *)").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
