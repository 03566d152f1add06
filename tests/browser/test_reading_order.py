"""The pages as they are heard, by Chromium's accessibility tree, and as lynx shows them, without pictures and styles: a
story in order, nothing twice, nothing loose."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect

REPORTS = Path(__file__).resolve().parents[2] / "reports"
FRONT, STUDY, CHECKED, CLAIMS = (
    "index.html", "03-estimate-visa-laundering-share.html", "04-check-published-claims.html", "sources/claims.html",
)  # fmt: skip
STORIES = pytest.mark.parametrize("path", [FRONT, STUDY, CHECKED, CLAIMS])
CELLS = ("cell", "gridcell", "rowheader", "columnheader")
BLOCKS = ("paragraph", "listitem", "caption", "Figcaption", "term", "definition", *CELLS)
LOOSE = "loose in a figure"
SAME = re.compile(r"(Arithmetic|Checked against|Source|Unit in print): ")  # of different cards or charts
LONG = 60  # characters of a text that nobody wants to hear twice


class Told(NamedTuple):
    role: str
    text: str


@pytest.fixture
def heard(browser: Browser, site: str) -> Callable[[str], list[Told]]:
    """What is told of the main part of a page, block by block, a picture by its name; LOOSE is what stands in a figure
    and in no block, such as the numbers along an axis."""

    def of(path: str) -> list[Told]:
        page = browser.new_page()
        page.goto(site + path)
        found = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        page.close()
        nodes = {node["nodeId"]: node for node in found}
        told: list[tuple[str, list[str]]] = []

        def begin(role: str, *texts: str) -> list[str]:
            told.append((role, [*texts]))
            return told[-1][1]

        def walk(node: dict, block: list[str], in_figure: bool) -> None:
            role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
            if role == "StaticText":
                block.append(name)
            elif role == "heading":
                begin(role, name)
            elif role == "image":
                begin("picture", name)
            elif role not in ("DisclosureTriangle", "link" if in_figure else ""):  # folded code, marks of a chart
                drawn = (
                    in_figure and role == "group" and name
                )  # a picture with marks to be followed; a fold has no name
                if drawn:
                    begin("picture", name)
                if role in BLOCKS or role == "figure" or drawn:
                    block = begin(role if role in BLOCKS else LOOSE)
                for child in filter(None, map(nodes.get, node.get("childIds", ()))):
                    walk(child, block, in_figure or role == "figure")

        (main,) = (node for node in found if node.get("role", {}).get("value") == "main")
        walk(main, begin("text"), in_figure=False)
        return [Told(role, " ".join("".join(texts).split())) for role, texts in told]

    return of


CARD = (  # what follows each other directly
    ("heading", "“13,221” Entries in 2024"),
    ("paragraph", "Korea JoongAng Daily, 5 February 2025"),
    ("paragraph", "holds"),
)
FULL_CARD = (
    *CARD,
    ("paragraph", "Without its own witness: cannot be decided"),
    ("paragraph", "Unit in print: persons, does not fit"),
    ("paragraph", "Arithmetic: 2024 = 13,221"),
)
STORY: dict[str, list] = {
    FRONT: [
        (
            "heading",
            r"North Koreans entered Russia [\d,]+.* times in \d{4}. If study was as large as .* at least \d+.* of 100",
        ),
        ("paragraph", "Russia published these crossings"),
        ("listitem", r"[\d,]+ entries in \d{4}: crossings of the border, not people"),
        ("listitem", r"[\d,]+ of them \(\d+ %\) were declared as education"),
        ("listitem", r"At least \d+ % of the education entries are not explained by .* assumed"),
        [("Figcaption", ""), ("picture", "")],
        ("heading", "Quote this"),
        ("paragraph", "North Korean citizens crossed into Russia"),
        ("heading", "What the papers wrote"),
        [*CARD, ("paragraph", "2024 = 13,221")],
        ("heading", "What this does not say"),
        ("heading", "Find a figure"),
        ("heading", "Reports"),
        ("heading", "Words"),
        ("heading", "Data"),
    ],
    STUDY: [
        ("heading", r"How many education entries can study explain\?"),
        ("paragraph", r"At least \d+ % of the education entries of \d{4} are not explained by .*, assumed to"),
        ("caption", "What can be said"),
        [("Figcaption", r".*\d+ %"), ("picture", "")],
        ("heading", "What this does not say"),
    ],
    CHECKED: [
        ("heading", r"Which published claims hold\?"),
        ("paragraph", r"\d+ of the .*.s \d+ figures agree .* are called persons"),
        ("heading", "All claims, by verdict"),
        [
            ("paragraph", r"\d+ hold"),
            ("listitem", "2024 entries as a multiple of 2023, Korea JoongAng Daily, 5 February 2025"),
        ],
        ("paragraph", r"\d+ are false"),
        ("heading", "The article"),
        FULL_CARD,
        ("heading", "What other papers got wrong"),
        ("heading", "“13 citizens” Entries in 2024"),
        ("paragraph", "Likely slip: 13,221 was cut in two"),
        ("heading", "What cannot be decided"),
        ("heading", "What this does not say"),
    ],
    CLAIMS: [
        [("heading", "Claims"), ("paragraph", "Claims in print, recomputed")],
        ("heading", "All claims"),
        [
            ("paragraph", r"\d+ hold"),
            ("listitem", "2024 entries as a multiple of 2023, Korea JoongAng Daily, 5 February 2025"),
        ],
        [("heading", r"Holds: \d+ claims"), *FULL_CARD],
        ("heading", r"False: \d+ claims"),
        ("heading", "“double digits” Third-quarter entries"),
        ("paragraph", "holds"),
        ("paragraph", "false"),
    ],
}


@STORIES
def test_a_page_is_told_in_order_as_a_story(heard, path):
    told, place = heard(path), 0
    for part in STORY[path]:
        run = [part] if isinstance(part[0], str) else part

        def is_told(at: int, run: Sequence[tuple[str, str]] = run) -> bool:
            return all(each.role == role and re.match(words, each.text)
                       for each, (role, words) in zip(told[at:], run, strict=False))  # fmt: skip

        found = next((at for at in range(place, len(told) - len(run)) if is_told(at)), None)
        assert found is not None, f"no {run} after {told[place - 1]}"
        place = found + len(run)


@STORIES
def test_a_picture_is_told_after_what_it_shows_and_nothing_in_it_is_loose(heard, path):
    told = heard(path)
    shown = [each for each in told if each.role in ("Figcaption", "picture")]
    assert [each.role for each in shown] == ["Figcaption", "picture"] * (len(shown) // 2) and all(
        each.text for each in shown
    )
    assert [each for each in told if each.role == LOOSE and each.text] == []


@pytest.mark.parametrize(("path", "finding"), [(FRONT, "h1"), (STUDY, ".headline"), (CHECKED, ".headline")])
def test_a_finding_is_heard_as_it_is_written(browser, site, path, finding):
    page = browser.new_page()
    page.goto(site + path)
    links = page.locator(f"{finding} a").all()
    for link in links:
        expect(link).to_have_accessible_name(link.inner_text())
    page.close()
    assert links


@STORIES
def test_no_long_text_is_told_twice(heard, path):
    """Cells and the parts of cards may say the same of different things."""
    texts = (each.text for each in heard(path) if each.role not in CELLS and not SAME.match(each.text))
    assert [text for text, count in Counter(texts).items() if count > 1 and len(text) > LONG] == []


@STORIES
def test_no_cell_is_told_as_blank(heard, path):
    assert [each for each in heard(path) if each.role in CELLS and not each.text] == []


@STORIES
def test_without_pictures_the_finding_comes_before_the_numbers_of_every_chart(path):
    lynx = shutil.which("lynx") or pytest.exit("lynx is missing: apt install lynx", returncode=1)
    command = [lynx, "-dump", "-nolist", "-width=500", "-display_charset=utf-8", REPORTS / path]
    shown = "".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    page = BeautifulSoup((REPORTS / path).read_text(encoding="utf-8"), "html.parser")

    def words(parts: list) -> str:  # without blanks, since lynx puts none between those of a drawing
        return "".join("".join(part.get_text() for part in parts).split())

    end = shown.index(words([page.h1 if path == FRONT else page.select_one(".headline")]))
    charts = page.select("figure")
    assert bool(charts) == (path in (FRONT, STUDY))
    for chart in charts:
        numbers = words(chart.svg.select("text")[:3])
        title = shown.index(words(chart.select("figcaption strong")), end)
        assert numbers not in shown[end:title] and numbers in shown[title:]
        end = shown.index(words(chart.select(".source")), title)
