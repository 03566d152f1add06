"""The prose of a notebook comes out as it is meant, or is refused."""

import pytest
from books import markdown, page_of, text

from notebook_reports.errors import ReportError


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("It cost $50 to $100.", "It cost $50 to $100."),
        ("US$ 5 and US$ 6", "US$ 5 and US$ 6"),
        ("\\$x\\$ and `$HOME`, `$PATH`", "$x$ and $HOME, $PATH"),
        ("5&nbsp;000 &lt; 6&#x20;000, AT&T; \\&lt; `&lt;`", "5\xa0000 < 6 000, AT&T; &lt; &lt;"),
        ("a<!-- a note --> b", "a b"),
        ("<!-- a note\n\non two lines -->\n\nb", "b"),
        ("[//]: # (a note)\n\nb", "b"),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("## Built-in-text and note-1\n\nb", "b"),
        ("a | b | c - d", "a | b | c - d"),
    ],
)
def test_prose_comes_out_as_it_is_meant(source, shown):
    page = page_of(markdown(source))
    assert not page.select("math")
    assert "".join(p.get_text() for p in page.select("main > p:not([class])")[1:]).strip() == shown


def test_the_simplest_html_is_kept():
    page = page_of(markdown("H<sub>2</sub>O, km<sup>2</sup>,<br>press <kbd>q</kbd>"))
    assert [tag.get_text() for tag in page.select("main sub, main sup, main kbd")] == ["2", "2", "q"]
    assert page.select("main br")


def test_formulas_stand_beside_one_amount_of_money():
    page = page_of(markdown("At $r=0.5$ it costs $5."))
    assert page.math.get_text() == "r=0.5"
    assert "it costs $5." in text(page.main)


def test_an_equation_has_a_number_only_if_it_is_given_one():
    environments = [r"\begin{align}a&=b\\c&=d\end{align}", r"$$\begin{aligned}e&=f\end{aligned}$$"]
    page = page_of(*map(markdown, environments), markdown(r"$$g=h\tag{7}$$"))
    assert [math.get_text() for math in page.select("math")] == ["a=bc=d", "e=f", "g=h(7)"]


@pytest.mark.parametrize(
    ("heading", "link"),
    [
        ("Учёба", "#Учёба"),
        ("What's known?", "#What's-known?"),
        ("हिन्दी", "#हिन्दी"),
        ("서울 2024", "#서울-2024"),
        ("???", "#???"),
    ],
)
def test_a_link_leads_to_a_heading_in_any_script(heading, link):
    page = page_of(markdown(f"## {heading}\n\n[there]({link}), [here](02-grow.ipynb{link})"))
    anchors = [a["href"] for a in page.select("main > p > a")]
    assert anchors == [f"#{page.h2['id']}", f"02-grow.html#{page.h2['id']}"]


def test_a_link_to_a_file_with_blanks_in_its_name_is_kept():
    assert page_of(markdown("[file](../data/raw/my%20file.csv)")).select_one("p > a")["href"] == "data/my%20file.csv"


def test_a_table_in_markdown_is_captioned_by_the_heading_above_it():
    page = page_of(markdown("## Prices\n\n| year | tonnes |\n|---|--:|\n| 2023 | 5 |\n\n|a|\n|--|\n|b|"))
    assert [box["aria-label"] for box in page.select("div.scroll")] == ["Prices", "Prices (2)"]
    assert page.table.caption.get_text() == "Prices"
    assert [th["scope"] for th in page.table.select("th")] == ["col", "col"]
    assert [td.get("class") for td in page.table.select("td")] == [None, ["num"]]


def test_a_picture_that_was_pasted_is_shown_with_its_text():
    cell = markdown("![A *map* of <b>](attachment:my%20map.png)".replace("<b>", "\\<b>"))
    cell.attachments = {"my map.png": {"image/png": "aGk=\n"}}
    image = page_of(cell).img
    assert (image["src"], image["alt"]) == ("data:image/png;base64,aGk=", "A map of <b>")
    cell.source = "![](attachment:my%20map.png)"
    with pytest.raises(ReportError, match="without a text for those who cannot see it"):
        page_of(cell)
