"""The front page in other languages: the same numbers and links, in sentences that are whole and translated."""

import math
import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po
from babel.numbers import parse_decimal
from test_front_page import TABLES, rows

from dprk_entries.site import front_page, language, summary
from dprk_entries.site.language import ENGLISH, Language, read_language
from dprk_entries.site.steps import CODES, LANGUAGES
from dprk_entries.site.story_numbers import SHARE, Numbers
from notebook_reports import paths
from notebook_reports.cite import as_words
from notebook_reports.errors import BuildError
from reconcile.intervals import Interval

CATALOGUE = '#, python-brace-format\nmsgid "{count} entries of {year}"\nmsgstr "{year}: {count}"\n'


@pytest.fixture(scope="module")
def tables(frames) -> dict[str, list[dict[str, str]]]:
    return {name.replace("-", "_"): rows(frames[name]) for name in TABLES}


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Reads this text as the catalogue of a language."""

    def read(text: str, code: str = "eo") -> Language:
        monkeypatch.setattr(language, "LANGUAGES", tmp_path)
        (tmp_path / f"{code}.po").write_text(text, encoding="utf-8")
        return read_language(code)

    return read


def said(story: front_page.Story) -> list[tuple[str, str]]:
    """Each number that leads somewhere, sentence by sentence, with where to."""
    sentences = [story.finding, *story.points, *story.quote, story.not_to_write, story.last]
    return [sorted((link.address, text) for text, link in as_words(s).pieces if link) for s in sentences]


def numbers(text: str, of: Language) -> list[float]:
    """The numbers in a text, by the rules of its language."""
    return [float(parse_decimal(found, locale=of.locale)) for found in re.findall(r"\d[\d\s.,]*(?<=\d)", text)]


@pytest.mark.parametrize("explained", [False, True], ids=["as it is", "study may explain all"])
@pytest.mark.parametrize("code", CODES)
def test_a_summary_leads_to_the_same_entries_by_the_same_numbers_as_the_front_page(tables, code, explained):
    """Also where no finding holds any more: what is said then is translated, too."""
    if explained:
        none = [row | {"low": "0.0"} if row["estimand"] == SHARE else row for row in tables["laundering"]]
        tables = tables | {"laundering": none}
    own = read_language(code)
    english, other = front_page.story(**tables), front_page.story(**tables, language=own)
    for there, here in zip(said(english), said(other), strict=True):
        assert [address for address, _ in there] == [address for address, _ in here]
        assert [numbers(text, ENGLISH) for _, text in there] == [numbers(text, own) for _, text in here]
    n = Numbers(tables["entries"], tables["growth"], tables["laundering"], own)
    assert len(summary._shares(n).title.links) == (0 if explained else 1)


def test_numbers_days_and_quarters_are_written_as_a_language_writes_them():
    korean, russian = read_language("ko"), read_language("ru")
    intervals = [Interval(13221, 13221), Interval(3150, 3250), Interval(600, math.inf), Interval(0, 92)]
    assert [*map(korean.count, intervals)] == ["13,221", "3,150~3,250", "최소 600", "최대 92"]
    assert [*map(russian.count, intervals)] == ["13\xa0221", "3\xa0150–3\xa0250", "не менее 600", "не более 92"]
    assert [*map(ENGLISH.count, intervals)] == [interval.count() for interval in intervals]
    shares = [Interval(0.588, 0.601), Interval(0.003, 0.003), Interval(0.6, 0.6)]
    assert [*map(ENGLISH.percent, shares)] == [share.percent() for share in shares]
    assert [*map(russian.percent, shares)] == ["58–61\xa0%", "0,3\xa0%", "60\xa0%"]
    assert russian.between(Interval(2.14, 2.31), digits=1) == "2,1–2,4"  # outwards, as in English
    assert [russian.day(day) for day in ("2025-02-05", "2025-02", "2025")] == [
        "5 февраля 2025\u202fг.", "февраль 2025\u202fг.", "2025",
    ]  # fmt: skip
    assert (korean.day("2025-02-05"), korean.quarter("2025-Q1")) == ("2025년 2월 5일", "2025년 1분기")


@pytest.mark.parametrize("code", CODES)
def test_the_three_charts_speak_the_language(tables, code):
    n = Numbers(tables["entries"], tables["growth"], tables["laundering"], read_language(code))
    charts = summary._quarters(n), summary._purposes(n), summary._shares(n)
    for chart in charts:
        texts = [
            chart.title,
            chart.subtitle,
            chart.alt,
            *(bar.label for bar in chart.bars),
            *(b.value for b in chart.bars),
        ]
        assert chart.title.links and not [text for text in map(str, texts) if re.search("[A-Za-z]", text)]


def test_columns_and_bars_are_as_long_as_their_numbers(tables):
    n = Numbers(tables["entries"], tables["growth"], tables["laundering"])
    quarters, purposes, shares = summary._quarters(n), summary._purposes(n), summary._shares(n)
    drawn = {column.year: column for column in quarters.columns if column.year}
    assert drawn["2025"].entries == round(100 * 200 / n.value("2024-Q3").high, 2)
    assert [column.entries for column in quarters.columns][-1] is None  # withheld
    assert quarters.columns[0].year
    assert [column.label for column in quarters.columns if column.label] == ["4,500"]
    assert purposes.bars[0] == (as_words("education"), n.cell("2024", "education"), 100, 100)
    lengths = [bar.most for bar in purposes.bars]
    assert lengths == sorted(lengths, reverse=True) and lengths[1] == round(
        100 * n.value("2024", "business").high / 6000, 2
    )
    least = [round(100 * n.unexplained(name).low, 2) for name in ("2019-ceiling", "reported-students")]
    assert [bar.least for bar in shares.bars][:2] == least and {bar.most for bar in shares.bars} == {100}
    assert shares.bars[-1].least == 100  # no study at all


def test_an_assumption_that_no_catalogue_knows_stands_as_the_table_has_it(tables):
    binding = "students of language courses, 3 times each"
    other = [row | {"binding": binding} for row in tables["laundering"]]
    n = Numbers(tables["entries"], tables["growth"], other, read_language("ko"))
    assert {str(bar.label) for bar in summary._shares(n).bars} == {binding}


def test_every_catalogue_has_every_text_and_no_more(tmp_path):
    """As `make messages` finds them."""
    extract = ["babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "src/dprk_entries/site", "-o"]
    subprocess.run([sys.executable, "-m", *extract, str(tmp_path / "all.pot")], cwd=paths.ROOT, check=True)
    with (tmp_path / "all.pot").open("rb") as file:
        texts = {message.id for message in read_po(file) if message.id}
    assert CODES == ["ko", "ru"] and len(texts) > 50
    for code in CODES:
        assert read_language(code).texts.keys() == texts, f"run make messages, and translate {code}.po"


def test_a_sentence_is_told_in_the_order_of_its_language(catalogue):
    _ = catalogue(CATALOGUE)
    assert str(_("{count} entries of {year}", count=3, year=2024)) == "2024: 3"
    assert (_.name, _.page) == ("Esperanto", "eo.html")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CATALOGUE.replace("{year}: {count}", ""), "line 2, msgid '{count} entries of {year}': it is not translated"),
        (CATALOGUE.replace("#,", "#, fuzzy,"), "write its msgstr and remove the mark fuzzy"),
        (CATALOGUE.replace("{year}: ", ""), "found the places {count}, expected {count}, {year}"),
        (CATALOGUE.replace("{year}: ", "{jaro}: "), "found the places {count}, {jaro}, expected {count}, {year}"),
        (CATALOGUE.replace("{year}: ", "{year: "), "found a brace too many or too few"),
        (CATALOGUE + "what is this\n", "eo.po, line 4: found 'what is this', no catalogue of gettext"),
    ],
)
def test_a_text_that_is_not_translated_or_has_other_places_is_named_with_its_file(catalogue, text, told):
    with pytest.raises(BuildError, match=r"eo\.po") as error:
        catalogue(text)
    assert told in str(error.value)


def test_a_text_that_a_catalogue_lacks_and_a_file_named_after_no_language_are_told(catalogue):
    with pytest.raises(BuildError, match=r"eo\.po: found no msgid 'Words'. Run make messages"):
        catalogue(CATALOGUE)("Words")
    with pytest.raises(BuildError, match=r"xx\.po: .*expected the code of a language as its name"):
        catalogue(CATALOGUE, "xx")


def test_no_binary_is_kept_of_a_catalogue():
    assert {file.suffix for file in LANGUAGES.iterdir()} == {".po"}
