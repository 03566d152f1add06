"""Everyone can read every page: on a phone, in the dark, on paper, by keyboard, without script, by ear."""

import itertools
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dprk_entries.site.steps import CODES
from notebook_reports import pdf

REPORTS = Path(__file__).resolve().parents[2] / "reports"
PAGES = sorted(page.relative_to(REPORTS).as_posix() for page in REPORTS.rglob("*.html"))
each_page = pytest.mark.parametrize("path", PAGES)
WIDER = "() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"
CUT_OFF = """() => [...document.querySelectorAll('table, pre, svg, img')].filter(element => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== 'visible'
            && element.getBoundingClientRect().right > box.getBoundingClientRect().right + 4) return true;
    return false;
}).length"""

HARD_TO_READ = """() => [...document.querySelectorAll('figure svg')].flatMap(svg => {
    const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    if (!box.width) return [];
    return [...svg.querySelectorAll('text')].filter(text => {
        const own = text.getBoundingClientRect();
        return parseFloat(getComputedStyle(text).fontSize) * scale < 11.9 || own.left < box.left - 1
            || own.right > box.right + 1 || own.top < box.top - 1 || own.bottom > box.bottom + 1;
    }).map(text => text.textContent);
})"""


@pytest.fixture
def opened(browser: Browser, site: str):
    """Opens a page in a context of its own; closes all at the end."""
    contexts = []

    def open_page(path: str, **context: object) -> Page:
        contexts.append(browser.new_context(**context))
        page = contexts[-1].new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("request", lambda request: request.url.startswith((site, "data:")) or page.problems.append(request.url))
        page.on("requestfailed", lambda request: page.problems.append(f"failed: {request.url}"))
        page.goto(site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def phone(width: int = 375, **more: object) -> dict:
    return {"viewport": {"width": width, "height": 800}, **more}


@each_page
@pytest.mark.parametrize("look", [{}, phone(color_scheme="dark")], ids=["desktop", "phone, dark"])
def test_axe_finds_nothing_that_keeps_a_reader_out(opened, path, look):
    found = Axe().run(opened(path, **look)).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []


@each_page
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(opened, path):
    page = opened(path)
    assert page.problems == []
    policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content").split("; ")
    assert policy[:2] == ["default-src 'none'", "img-src data:"]
    assert page.locator("script:not([type='application/ld+json'])").count() == 0


@each_page
def test_nothing_is_lost_without_script(opened, path):
    assert opened(path, java_script_enabled=False).inner_text("body") == opened(path).inner_text("body")


@each_page
@pytest.mark.parametrize("width", [375, 320])
def test_a_phone_need_not_scroll_sideways(opened, path, width):
    assert opened(path, **phone(width)).evaluate(WIDER) == 0


def test_a_sentence_beside_its_number_stands_whole_on_a_phone(opened):
    page = opened("03-estimate-visa-laundering-share.html", **phone())
    ends = page.eval_on_selector_all(
        "tbody th.num:first-child + td.long", "all => all.map(cell => cell.getBoundingClientRect().right)"
    )
    assert ends and max(ends) <= 375


@each_page
def test_nothing_is_cut_off_on_paper(opened, path):
    page = opened(path, viewport={"width": 672, "height": 980})  # A4 between its margins
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == 0
    assert page.evaluate(WIDER) == 0


def test_every_page_of_a_notebook_is_printed(tmp_path):
    assert pdf.main([str(tmp_path)]) == 0
    printed = {file.stem: file.read_bytes()[:5] for file in tmp_path.iterdir()}
    assert printed == {file.stem: b"%PDF-" for file in REPORTS.glob("*.html")}


@each_page
def test_a_page_has_one_title_a_language_and_headings_without_gaps(opened, path):
    page = opened(path)
    levels = [int(name[1]) for name in page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(e => e.tagName)")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.locator("section:not(:has(h2, h3, h4))").count() == 0
    assert page.get_attribute("html", "lang") == (Path(path).stem if Path(path).stem in CODES else "en")


@each_page
def test_a_page_weighs_at_most_300_kilobytes(path):
    assert (REPORTS / path).stat().st_size <= 300_000


def test_the_keyboard_reaches_the_content_first_and_a_number_says_where_it_comes_from(opened):
    page = opened("02-analyze-growth.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    number = page.locator(".headline a.cite").first
    number.focus()
    told = number.evaluate("element => getComputedStyle(element, '::after').content")
    assert re.fullmatch(r'"[\d.]+: entries of 2024 / entries of 2023"', told)
    box = number.evaluate("element => getComputedStyle(element, '::after').position")
    assert box == "fixed"


@each_page
def test_every_link_but_those_of_the_finding_has_a_name_that_has_sense_in_a_list_of_links(opened, path):
    """The finding is heard as it is written; its links are described."""
    page = opened(path)
    names = page.eval_on_selector_all(
        "main a:not([title])", "all => all.map(a => a.getAttribute('aria-label') || a.textContent)"
    )
    names += page.eval_on_selector_all("main a[title]", "all => all.map(a => a.title)")
    assert [name for name in names if not re.search(r"[^\W\d_]", name)] == []
    assert page.locator("main a[title]").count() == page.locator("h1 a[title], .headline a[title]").count()


def test_what_is_told_of_a_number_takes_a_tenth_of_the_window_at_400_percent_and_is_there_for_a_finger(opened):
    page = opened("02-analyze-growth.html", viewport={"width": 320, "height": 256}, has_touch=True)
    number = page.locator(".headline a.cite").last
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()  # a finger that rests on it
    style = "(element, name) => getComputedStyle(element, '::after')[name]"
    assert number.evaluate(style, "content").startswith('"')
    assert 0 < float(number.evaluate(style, "height").removesuffix("px")) <= 25.6
    assert float(number.evaluate(style, "width").removesuffix("px")) <= 320


@pytest.mark.parametrize("width", [1280, 375])
def test_a_long_table_keeps_its_heads_and_a_row_its_name(opened, width):
    page = opened("01-clean-source-figures.html", viewport={"width": width, "height": 800})
    box = page.locator(".scroll", has_text="How to read the matrix").locator("xpath=following::div[@class='scroll'][1]")
    box.scroll_into_view_if_needed()
    box.evaluate("box => box.scrollTo(200, 400)")
    outer = box.bounding_box()
    head, name = box.locator("thead th").nth(3).bounding_box(), box.locator("tbody th").nth(14).bounding_box()
    assert outer["height"] <= 720
    assert head["y"] == pytest.approx(outer["y"], abs=2)
    assert name["x"] == pytest.approx(outer["x"], abs=2) and name["width"] < width / 2
    rule = box.locator("tbody th").nth(14).evaluate("cell => getComputedStyle(cell).borderTopWidth")
    assert rule == "1px"


def test_a_long_table_breaks_across_pages_below_its_heads_and_figures_are_full_width(opened):
    page = opened("02-analyze-growth.html", viewport={"width": 672, "height": 980})
    page.emulate_media(media="print")
    style = "(table, name) => getComputedStyle(table)[name]"
    long = page.locator("table:has(tbody tr:nth-child(20))").first
    assert long.evaluate(style, "breakInside") == "auto"
    assert long.locator("thead").evaluate(style, "display") == "table-header-group"
    assert long.locator("tr").nth(5).evaluate(style, "breakInside") == "avoid"
    assert page.locator(".scroll").first.evaluate(style, "maxHeight") == "none"
    figure = page.locator("figure").first
    assert figure.locator("svg:visible").count() == 1
    assert figure.locator("svg:visible").bounding_box()["width"] == pytest.approx(figure.bounding_box()["width"], abs=2)


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_keyboard_shows_where_it_is(opened, colours):
    page = opened("01-clean-source-figures.html", forced_colors=colours)
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


def test_a_mark_of_a_chart_leads_to_its_entry(opened):
    page = opened("02-analyze-growth.html")
    mark = page.locator("figure svg a:visible").first
    assert mark.get_attribute("aria-label") == mark.locator("title").text_content()
    page.goto(page.url.replace("02-analyze-growth.html", mark.get_attribute("xlink:href")))
    anchor = page.url.partition("#")[2]
    assert page.locator(f"[id='{anchor}']").is_visible()


def test_the_story_is_told_in_order_to_those_who_hear_it(opened):
    """The accessibility tree: title, contents, then sections with their pictures, which alt texts name."""
    tree = opened("02-analyze-growth.html").locator("main").aria_snapshot()
    order = [
        'heading "How much did entries grow?',
        "Contents",
        'heading "Fifteen years',
        "62 % of 2019. Entries a year, all purposes. 2010: 21,167;",
        'heading "Quarter by quarter',
        "Columns of entries by quarter.",
        'heading "What this says',
        'heading "What this does not say',
    ]
    places = [tree.index(words) for words in order]
    assert places == sorted(places)
    assert "6,000" not in tree  # a number of an axis, which says nothing to who hears it


def test_the_gallery_leads_to_each_chart_where_it_is_argued(opened):
    page = opened("90-render-charts.html")
    link = page.locator("figure.small figcaption a").first
    assert page.locator("figure.small svg:visible").count() == page.locator("figure").count()
    name = link.get_attribute("href").partition("#")[2]
    link.click()
    assert page.locator(f"figure[id='{name}'] svg:visible").get_attribute("class") == "wide"


@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (800, "wide"), (700, "narrow"), (320, "narrow")])
def test_one_of_the_two_drawings_of_a_chart_is_shown_and_heard(opened, width, shown):
    page = opened("02-analyze-growth.html", viewport={"width": width, "height": 800})
    figures = page.locator("figure").all()
    assert figures
    for figure in figures:
        assert figure.locator("svg:visible").count() == 1
        assert figure.locator("svg:visible").get_attribute("class") == shown
        named = figure.locator("svg").first.get_attribute("aria-label")[-40:]
        assert figure.aria_snapshot().count(named) == 1


@pytest.mark.parametrize("path", sorted(page for page in PAGES if "/" not in page))
@pytest.mark.parametrize("width", [1280, 800, 375, 320])
def test_text_in_charts_has_12_pixels_and_stands_inside_of_them(opened, path, width):
    page = opened(path, viewport={"width": width, "height": 800})
    assert page.evaluate(HARD_TO_READ) == []
    assert page.evaluate(WIDER) == 0


LOOKS = [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"},
         {"forced_colors": "active", "color_scheme": "dark"}]  # fmt: skip
PAINTED = """([of, what]) => [...document.querySelectorAll(`main > figure svg.wide ${of}`)].map(element =>
    getComputedStyle(element)[what]).filter(colour => colour.startsWith('rgb('))"""


def contrast(first: str, second: str) -> float:
    """Of two colours as a browser gives them (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_charts_can_be_read_in_the_light_in_the_dark_and_in_forced_colours(opened, look):
    """Nothing is drawn behind them; words have a contrast of 4.5 to 1 with the page, marks of 3 to 1."""
    page = opened("02-analyze-growth.html", **look)
    ground, ink = (page.evaluate(f"getComputedStyle(document.documentElement).{name}")
                   for name in ("backgroundColor", "color"))  # fmt: skip
    words, marks = page.evaluate(PAINTED, ["text", "fill"]), page.evaluate(PAINTED, ["path", "fill"])
    assert ink in words and len(set(marks)) >= 2
    assert min(contrast(colour, ground) for colour in words) >= 4.5
    assert min(contrast(colour, ground) for colour in marks) >= 3


LOOK = """all => all.map(mark => {
    const link = mark.firstElementChild, style = getComputedStyle(link), box = link.getBoundingClientRect();
    return [mark.className, style.borderTopStyle, style.borderTopWidth, Math.min(box.width, box.height)];
})"""


@pytest.mark.parametrize("seen", [{}, {"forced_colors": "active"}, {"media": "print"}], ids=str)
@pytest.mark.parametrize("path", ["04-check-published-claims.html", "sources/claims.html"])
def test_marks_are_told_apart_without_colours_and_are_large_enough_to_touch(opened, path, seen):
    page = opened(path)
    page.emulate_media(**seen)
    drawn = {tuple(mark[:3]) for mark in page.eval_on_selector_all(".strip ul li", LOOK)}
    assert len(drawn) == len({look for look, *_ in drawn}) == len({tuple(border) for _, *border in drawn}) == 4
    assert all(size >= 24 for *_, size in page.eval_on_selector_all(".strip ul li", LOOK))


def test_a_mark_leads_to_its_card_and_a_part_is_seen_with_what_it_is_a_part_of(opened):
    page = opened("04-check-published-claims.html")
    page.locator(".strip .double a").last.click()
    anchor = page.url.partition("#")[2]
    assert page.locator(f"article[id='{anchor}'] h3").is_visible()
    page.goto(f"{page.url.partition('#')[0]}#B07.1")
    heading = page.locator("article[id='B07'] h3").bounding_box()
    assert 0 <= heading["y"] < page.viewport_size["height"]
