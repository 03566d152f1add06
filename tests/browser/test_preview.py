"""The preview in a browser: a page that was built anew stands where it was, and an error is read by all."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from previews import Preview
from projects import Project

from notebook_reports import paths

EXAMPLE = Path(__file__).parents[1] / "notebook_reports" / "example"
NAME = "01-sum-harvests"
NOTEBOOK = f"notebooks/{NAME}.ipynb"
LONG = [{"cell_type": "markdown", "id": f"long-{n}", "metadata": {}, "source": f"## Part {n}\n\n" + "Apples.\n\n" * 30}
        for n in range(3)]  # fmt: skip


@pytest.fixture
def example(tmp_path: Path) -> Project:
    """The example with a long page, and the package in its folder, so that its style can be changed."""
    project = Project(Path(shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns(".build"))))
    shutil.copytree(paths.ROOT / "src/notebook_reports", project.root / "src/notebook_reports")
    notebook = json.loads(project.read(NOTEBOOK))
    notebook["cells"] += LONG
    project.write(NOTEBOOK, json.dumps(notebook))
    project.build()
    return project


@pytest.fixture
def preview(example: Project) -> Iterator[Preview]:
    started = Preview(example)
    yield started
    started.end()


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    """The page of the long notebook, in the middle of it, with code unfolded."""
    opened = browser.new_page(viewport={"width": 1000, "height": 500})
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.goto(f"{preview.address}{NAME}.html")
    opened.locator("details").first.locator("summary").click()
    yield opened
    assert opened.problems == []
    opened.close()


def replace(project: Project, path: str, old: str, new: str) -> None:
    text = project.read(path)
    assert old in text
    project.write(path, text.replace(old, new))


def top(page: Page, heading: str) -> float:
    return page.locator(f"h2:has-text('{heading}')").bounding_box()["y"]


def test_a_page_stands_where_it_was_when_it_is_built_anew(example, page):
    page.evaluate("document.getElementById('Part-1').scrollIntoView({behavior: 'instant'}); scrollBy(0, 120)")
    before, height = top(page, "Part 1"), page.evaluate("document.body.scrollHeight")
    assert -200 < before < 0
    replace(example, NOTEBOOK, "## Part 0", "Pears." + "\\n\\nPears." * 20 + "\\n\\n## Part 0")
    expect(page.locator("body")).to_contain_text("Pears.", timeout=60_000)
    page.wait_for_load_state()
    assert page.evaluate("document.body.scrollHeight") > height + 200
    assert top(page, "Part 1") == pytest.approx(before, abs=1)
    assert page.locator("details").first.get_attribute("open") == ""
    assert page.evaluate("document.activeElement === document.body")
    page.goto(f"{page.url}#Part-2")
    page.wait_for_timeout(100)
    page.evaluate("scrollTo({top: 150, behavior: 'instant'})")
    replace(example, NOTEBOOK, "Pears.", "Plums.")
    expect(page.locator("body")).to_contain_text("Plums.", timeout=60_000)
    page.wait_for_load_state()
    assert page.evaluate("scrollY") == pytest.approx(150, abs=1)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_an_error_is_read_by_all_and_goes_when_it_is_mended(example, page, look):
    page.emulate_media(color_scheme=look)
    page.evaluate("scrollTo({top: 300, behavior: 'instant'})")
    text = example.read(NOTEBOOK)
    markup = "<b>bold</b><img src=x onerror=document.title=1>"
    replace(example, NOTEBOOK, "## Part 0", "## Part 0 {<i>}")
    wrong = json.loads(text)
    wrong["cells"][3]["source"] = [f"raise ValueError('{markup}')"]
    example.write(NOTEBOOK, json.dumps(wrong))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"{NOTEBOOK}, cell read", timeout=60_000)
    expect(alert).to_contain_text(f"ValueError: {markup}")
    assert page.evaluate("scrollY") == pytest.approx(300, abs=1)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"]) for each in found] == []
    example.write(NOTEBOOK, text)
    expect(alert).to_be_hidden(timeout=60_000)


def test_a_change_of_the_style_is_seen(example, page):
    style = "src/notebook_reports/pages/report.css"
    example.write(style, example.read(style) + "\nh1 { letter-spacing: 3px; }\n")
    expect(page.locator("h1")).to_have_css("letter-spacing", "3px", timeout=60_000)


def test_a_page_that_is_gone_leads_to_where_it_went_and_comes_back(example, page, preview):
    (example.root / NOTEBOOK).rename(example.root / "notebooks/01-count-harvests.ipynb")
    expect(page.locator("h1")).to_contain_text("There is no page", timeout=60_000)
    page.get_by_role("link", name="01-count-harvests").click()
    expect(page.locator("h1")).to_contain_text("How much was picked?", timeout=60_000)


def test_a_page_tells_when_the_preview_has_ended(page, preview):
    preview.end()
    expect(page.get_by_text("The preview has ended")).to_be_visible()
