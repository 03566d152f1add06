"""What Jupyter shows of ordinary values can be read by all, on a phone and in the dark."""

import base64
import io
from pathlib import Path

import nbformat.v4 as v4
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib.figure import Figure
from playwright.sync_api import Browser

from notebook_reports import drawing
from notebook_reports import pages as report
from notebook_reports.cite import NARROW

ROWS = pd.MultiIndex.from_product([["north", "south"], range(15)], names=["side", "village"])
COLUMNS = pd.MultiIndex.from_product([["2023", "2024"], ["plums", "figs"]], names=["year", "fruit"])
FRAME = pd.DataFrame([[number, 2, 3, 4] for number in range(30)], ROWS, COLUMNS)


def picture() -> str:
    file, figure = io.BytesIO(), Figure((1, 1))
    figure.subplots().plot([1, 2])
    figure.savefig(file, format="png", transparent=True)
    return base64.b64encode(file.getvalue()).decode()


def heat_map() -> dict:
    def draw(ax: object) -> None:
        ax.figure.colorbar(ax.imshow([[1, 2], [3, 4]]))

    return chart(draw, "heat", "Heat from $5 to $10")


def chart(draw: drawing.Draw, name: str, title: str) -> dict:
    drawn = drawing.drawings(draw, name, title, "Prices", "A")
    texts = {"name": name, "title": title, "subtitle": "Prices", "source": "A", "alt": title, "csv": "a,b\n1,\n"}
    return {"data": {"image/svg+xml": drawn.wide, NARROW: drawn.narrow}, "metadata": {"image/svg+xml": texts}}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a page with outputs of every kind."""
    flat = FRAME.head(4).reset_index(drop=True).droplevel(0, axis=1).set_axis(list("abcd"), axis=1)
    shown = [
        {"data": {"text/html": FRAME._repr_html_()}},
        {"data": {"text/html": flat.style.background_gradient().to_html()}},
        {"data": {"text/html": flat.style.highlight_max().bar(subset="a").to_html()}},
        {"data": {"text/latex": r"\begin{align}a&=b\\c&=d\end{align}"}},
        {"data": {"image/png": picture()}, "metadata": {"image/png": {"alt": "A rising line"}}},
        heat_map(),
        chart(lambda ax: ax.bar(["1"], [1]), "one", "One value"),
        chart(lambda ax: ax.bar([], []), "none", "No value"),
        chart(lambda ax: ax.barh(["תפוחים"], [1]), "hebrew", "היבול עלה פי שניים ב־2024"),
    ]
    cells = [v4.new_code_cell(outputs=[v4.new_output("display_data", **output)]) for output in shown]
    printed = v4.new_output("stream", name="stdout", text="word " * 10_000)
    cells.append(v4.new_code_cell(outputs=[printed], metadata={"tags": ["hide-output"]}))
    finding = v4.new_output("display_data", {"text/markdown": "x"}, metadata={"text/markdown": {"headline": "Found"}})
    text = "# What is shown?\n\n## Учёба\n\n| a | b |\n|---|--:|\n| from $5 to $10 | 2 |"
    book = v4.new_notebook(cells=[v4.new_markdown_cell(text), *cells, v4.new_code_cell(outputs=[finding])])
    file = Path(tmp_path_factory.mktemp("site"), "odd.html")
    file.write_text(report.page(book, "odd", [report.read_page(book, "odd")]), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_everybody_can_read_what_jupyter_shows(browser: Browser, page: str, width: int, scheme: str):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    opened = context.new_page()
    opened.goto(page)
    opened.locator("details.shown summary").click()
    found = Axe().run(opened).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.evaluate("document.images[0].naturalWidth") > 0
    assert opened.locator("figure image").count() == 4  # a map and its colours, in both drawings
    assert opened.locator("figure svg:visible").count() == opened.locator("figure").count() == 4
    assert opened.locator("math mtr").count() == 2
    assert opened.locator("table.levels tbody tr").count() == 20
    assert opened.locator("table.levels tbody tr").count() == 20
    context.close()
