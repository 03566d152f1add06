"""Text is set as in print: marks, signs, blanks, and the language of what is in another script."""

import pytest
from books import PAGES, code, displayed, headline, markdown, notebook, page_of
from bs4 import BeautifulSoup

from notebook_reports import pages, paths, settings
from notebook_reports.cite import Link, cite, words
from notebook_reports.errors import BuildError
from notebook_reports.pages.typography import typeset

BLANK, MINUS, TIMES = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def with_words(monkeypatch, tmp_path):
    """Has the project name a function for its codes."""

    def named(function: str) -> None:
        (tmp_path / "pyproject.toml").write_text(
            f'[tool.notebook-reports]\ntitle = "x"\nin-words = "{function}"\n', encoding="utf-8"
        )
        monkeypatch.setattr(paths, "ROOT", tmp_path)
        settings.forget()

    yield named
    settings.forget()


def told(source: str) -> str:
    """What a paragraph says on the page."""
    return page_of(markdown(source)).select("main > p:not([class])")[-1].get_text()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('"Yes", she said, "it\'s theirs"; \'no\'', "“Yes”, she said, “it’s theirs”; ‘no’"),
        ('the *"best"* ("of all")', "the “best” (“of all”)"),
        ("the villages' apples, rock 'n' roll", "the villages’ apples, rock ‘n’ roll"),
        ("60 % of 5 million on 3 May", f"60{BLANK}% of 5{BLANK}million on 3{BLANK}May"),
        ("5 - 3 x (2 + 1), by -4.5 to 3", f"5 {MINUS} 3 {TIMES} (2 + 1), by {MINUS}4.5 to 3"),
        ("well-known F0001-2, 2024-04-01, a - b", "well-known F0001-2, 2024-04-01, a - b"),
        ('a backslash \\\\. "and" more', "a backslash \\. “and” more"),
    ],
)
def test_marks_signs_and_blanks_are_set(source, shown):
    assert told(source) == shown


def test_code_formulas_addresses_and_what_is_in_a_language_stay_as_they_are():
    page = page_of(
        markdown('`x = "5 %"` <kbd>"</kbd> $x - 5$ https://example.org/2024-04?a=1 [\'x\'](../data/raw/5%20%25.csv)'),
        code(source='x = "it\'s 5 %"'),
    )
    assert page.select_one("p code").get_text() == 'x = "5 %"'
    assert page.kbd.get_text() == '"' and page.math.get_text() == "x−5"
    assert page.select_one("a.url").get_text() == page.select_one("a.url")["href"] == "https://example.org/2024-04?a=1"
    assert page.select("main > p > a")[-1]["href"] == "data/5%20%25.csv"
    assert page.select_one("details pre").get_text().strip() == 'x = "it\'s 5 %"'
    kept = '<p>"5 %" <cite lang="de" dir="auto">"5 %"</cite></p>'
    assert typeset(kept) == kept.replace('"5 %" ', f"“5{BLANK}%” ")
    page = f'<!doctype html>\n<html lang="de">\n{kept}'  # of a site in English
    assert typeset(page) == page


def test_quotation_marks_in_headlines_tables_and_captions_are_curly_and_names_the_same():
    table = (
        '<table><caption>The "best"</caption><thead><tr><th scope="col">it\'s</th></tr></thead>'
        '<tbody><tr><td>"a" 5 %</td></tr></tbody></table>'
    )
    page = page_of(code(displayed("text/html", table)))
    assert page.caption.get_text() == "The “best”"
    assert (page.th.get_text(), page.td.get_text()) == ("it’s", f"“a” 5{BLANK}%")


@pytest.mark.parametrize(
    ("source", "marked"),
    [
        ("press; 러시아 방문 북한인; поездок, всего", [("ko", "러시아 방문 북한인"), ("ru", "поездок, всего")]),
        ("訪問者は 5 and 访问", [("ja", "訪問者は"), ("zh", "访问")]),
        ("Müller, σ, 3,700", []),
    ],
)
def test_words_in_another_script_are_marked_as_of_a_language(source, marked):
    spans = page_of(markdown(source)).select("main p span[lang]")
    assert [(span["lang"], span.get_text()) for span in spans] == marked
    assert all(span["dir"] == "auto" for span in spans)


def test_words_in_the_script_of_the_pages_are_not_marked(monkeypatch, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.notebook-reports]\ntitle = "x"\nlanguage = "ru"\n')
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    settings.forget()
    assert not page_of(markdown("всего")).select("main [lang]")


def test_codes_are_put_into_words_by_a_function_of_the_project(with_words):
    """Wherever they are read or heard, and in what the headline says elsewhere."""
    with_words("builtins:str.swapcase")
    said = words("a share of {}", cite("five", Link("2024.html#wheat", "wheat of 2024")))
    sentence = displayed("text/markdown", str(said), sentence=said.as_json())
    book = notebook(markdown("of wheat `of wheat`"), code(sentence))
    book.cells[-1].outputs = [headline(said.as_json())]
    assert str(pages.read_page(book, "02-grow").headline) == "A SHARE OF FIVE"
    page = BeautifulSoup(pages.page(book, "02-grow", PAGES), "html.parser")
    text, said = page.select("main > p:not([class])")[-2:]
    assert (text.get_text(), said.get_text()) == ("OF WHEAT of wheat", "A SHARE OF FIVE")
    assert (said.a["aria-label"], said.a["href"]) == ("FIVE: WHEAT OF 2024", "sources/2024.html#wheat")


def test_a_function_that_is_not_there_is_named(with_words):
    with_words("string:nothing")
    with pytest.raises(BuildError, match=r"in-words: found 'string:nothing' .* expected the name of a function"):
        page_of(markdown("x"))
