"""What a notebook shows is accessible, complete, and the same bytes every time."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from notebook_reports import paths, show
from notebook_reports.cite import Link, Words, as_words, cite, words


@pytest.fixture(scope="module")
def shell():
    """IPython without its history file."""
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


@pytest.fixture
def shown(shell):
    """What reaches Jupyter while the test runs: `shown.outputs`."""
    with capture_output() as captured:
        yield captured


def table(frame: pd.DataFrame, shown) -> ElementTree.Element:
    show.table(frame, "A caption")
    return ElementTree.fromstring(shown.outputs[-1].data["text/html"])


def texts(element: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.iterfind(path)]


def test_headers_of_a_table_say_what_they_head(shown):
    frame = pd.DataFrame({"Harvests": [1117, 13221]}, index=pd.Index(["2023", "2024"], name="Year"))
    html = table(frame, shown)
    assert html.findtext("caption") == "A caption"
    assert [(th.text, th.get("scope")) for th in html.iter("th")] == [
        ("Year", "col"),
        ("Harvests", "col"),
        ("2023", "row"),
        ("2024", "row"),
    ]
    assert texts(html, ".//td") == ["1,117", "13,221"]


def test_an_index_without_a_name_leaves_a_cell_not_an_empty_header(shown):
    html = table(pd.DataFrame({"Harvests": [1]}, index=["2024"]), shown)
    assert html.find("thead/tr/td").text is None
    assert all(th.text for th in html.iter("th"))


def test_row_numbers_are_not_row_names(shown):
    html = table(pd.DataFrame({"Claim": ["grew"]}), shown)
    assert not html.findall("tbody/tr/th")


def test_a_column_of_sentences_is_marked_as_such(shown):
    html = table(
        pd.DataFrame({"Why": ["A sentence that goes on for more than sixty characters, as reasons do."]}), shown
    )
    assert html.find(".//td").get("class") == "long"


@pytest.mark.parametrize("value", ["2023-Q1", "2024-04-01", "A01", "holds"])
def test_words_and_codes_are_set_flush_left(shown, value):
    cell = table(pd.DataFrame({"Text": [value, "not published"]}), shown).find(".//td")
    assert (cell.get("class"), cell.get("style")) == (None, "text-align: left")


@pytest.mark.parametrize(
    "value",
    [
        13221,
        0.5,
        "13,221",
        "1,083.6 %",
        "153 to 157",
        "2,100–2,300",
        "≥ 600",
        "−12",
        "+5",
        "×3.2",
        "59 % to 61 %",
    ],
)
def test_numbers_are_set_flush_right_even_beside_a_figure_not_published(shown, value):
    html = table(pd.DataFrame({"Number": [value, "not published"]}), shown)
    assert [cell.get("class") for cell in html.iter("td")] == ["num", "num"]


def test_integers_get_separators_and_row_headers_do_not(shown):
    html = table(pd.DataFrame({"n": np.array([21300])}, index=pd.Index([2019], name="Year")), shown)
    assert texts(html, "tbody/tr/th") + texts(html, "tbody/tr/td") == ["2019", "21,300"]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), pd.NA, pd.NaT, Decimal("NaN")])
def test_a_table_refuses_a_missing_value(value):
    with pytest.raises(ValueError, match=r"'Harvests'.*not published"):
        show.table(pd.DataFrame({"Harvests": pd.Series([value], dtype=object)}), "A caption")


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, 2]}, index=["x", "x"]),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
        pd.DataFrame({"a": [1]}, index=[float("nan")]),
    ],
)
def test_a_table_refuses_headers_that_do_not_name_one_thing(frame):
    with pytest.raises(ValueError, match="headers, each present and unique"):
        show.table(frame, "A caption")


def test_text_in_a_table_is_text(shown):
    evil = "<script>alert(1)</script> & \"quoted\" 'x'"
    html = table(pd.DataFrame({evil: [evil]}, index=pd.Index([evil], name=evil)), shown)
    assert {element.tag for element in html.iter()} == {
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert texts(html, ".//td") == [evil]


def test_a_table_and_a_headline_need_words():
    with pytest.raises(ValueError, match="caption"):
        show.table(pd.DataFrame({"a": [1]}), " ")
    with pytest.raises(ValueError, match="headline"):
        show.headline("")


def test_the_headline_can_be_found_again(shown):
    show.headline("Harvests rose.")
    assert shown.outputs[0].data["text/markdown"] == "**Harvests rose.**"
    assert shown.outputs[0].metadata == {"text/markdown": {"headline": "Harvests rose."}}


LINK = Link("2024.html#wheat.2024", "2024: printed")


def test_a_value_is_written_as_its_column_says_and_leads_where_its_key_says(shown):
    frame = pd.DataFrame({"share": [0.25, 0.5], "note": ["as printed", words("see {}", cite("this", LINK))]},
                         index=pd.Index([2023, 2024], name="year"))  # fmt: skip
    percent = "{:.0%}".format
    show.table(frame, "A caption", formats={"share": percent}, cite={"share": [None, LINK], "year": [LINK, None]})
    html = ElementTree.fromstring(shown.outputs[-1].data["text/html"])
    leads = [(link.text, link.get("href"), link.get("data-from")) for link in html.iter("a")]
    to = "../reports/sources/2024.html#wheat.2024"
    assert leads == [("2023", to, "2024: printed"), ("50%", to, "2024: printed"), ("this", to, "2024: printed")]
    assert texts(html, ".//td[1]") == ["25%", ""]
    assert "see this" in shown.outputs[-1].data["text/plain"]


@pytest.mark.parametrize("more", [{"formats": {"gone": str}}, {"cite": {"gone": []}}])
def test_a_column_to_format_or_cite_that_is_not_there_is_named(more):
    with pytest.raises(ValueError, match="'gone'"):
        show.table(pd.DataFrame({"n": [1]}), "A caption", **more)


def test_words_keep_their_links_and_an_f_string_would_lose_them():
    text = words("{} of {}", cite("5", LINK), "<b>") + "!"
    assert (str(text), text.links) == ("5 of <b>!", [LINK])
    assert text.html("to/").startswith('<a class="cite" href="to/2024.html#wheat.2024" data-from="2024: printed">5</a>')
    assert text.html().endswith(" of &lt;b&gt;!")
    assert as_words(text.as_json()) == text
    assert Link.from_url(LINK.url()) == LINK
    assert f"{as_words('plain')}" == "plain"
    with pytest.raises(TypeError, match="f-string"):
        f"{text}"
    with pytest.raises(ValueError, match="1 numbers too many"):
        words("{}", 1, 2)
    assert isinstance("a" + text, Words)


def draw(**changes) -> None:
    fig, axes = plt.subplots(figsize=(4.2, 3))
    axes.bar(["2023", "2024"], [1117, 13221])
    data = pd.DataFrame({"year": ["2023", "2024"], "harvests": [1117, 13221]})
    arguments = {"name": "harvests", "title": "Harvests rose", "alt": "Two bars", "data": data, "source": "Post"}
    show.figure(fig, **arguments | changes)


def test_a_figure_is_saved_with_its_data_and_described(shown, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    draw()
    folder = tmp_path / paths.FIGURES
    assert sorted(path.name for path in folder.iterdir()) == ["harvests.csv", "harvests.png", "harvests.svg"]
    assert (folder / "harvests.csv").read_bytes() == b"year,harvests\n2023,1117\n2024,13221\n"
    svg = shown.outputs[0].data["image/svg+xml"]
    assert svg == (folder / "harvests.svg").read_text(encoding="utf-8")
    assert "<title>Harvests rose</title>" in svg
    assert shown.outputs[0].metadata["image/svg+xml"] == {
        "alt": "Two bars",
        "caption": "Harvests rose. Source: Post",
        "name": "harvests",
    }
    assert not plt.get_fignums()


def test_a_named_index_belongs_to_the_data_of_a_figure(shown, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    draw(data=pd.DataFrame({"harvests": [1]}, index=pd.Index([2024], name="year")))
    assert (tmp_path / paths.FIGURES / "harvests.csv").read_text() == "year,harvests\n2024,1\n"


@pytest.mark.parametrize("changes", [{"alt": " "}, {"title": ""}, {"data": pd.DataFrame()}, {"name": "../x"}])
def test_a_figure_that_tells_nothing_is_refused_and_not_written(monkeypatch, tmp_path, changes):
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    with pytest.raises(ValueError, match=r"show\.figure"):
        draw(**changes)
    plt.close("all")
    assert not list(tmp_path.iterdir())


def test_two_runs_draw_the_same_bytes(tmp_path):
    """In another process, hash seed and time zone: what a rebuild elsewhere has."""
    code = "import test_show; test_show.draw()"
    files = []
    for seed, zone in (("1", "UTC"), ("7", "Pacific/Auckland")):
        output = tmp_path / seed
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "NOTEBOOK_REPORTS_OUTPUT": str(output)}
        subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parent, env=os.environ | environment, check=True
        )
        files.append({path.name: path.read_bytes() for path in (output / paths.FIGURES).iterdir()})
    assert files[0] == files[1]
    assert len(files[0]) == 3
