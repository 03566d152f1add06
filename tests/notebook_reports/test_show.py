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
    frame = pd.DataFrame({"Entries": [1117, 13221]}, index=pd.Index(["2023", "2024"], name="Year"))
    html = table(frame, shown)
    assert html.findtext("caption") == "A caption"
    assert [(th.text, th.get("scope")) for th in html.iter("th")] == [
        ("Year", "col"),
        ("Entries", "col"),
        ("2023", "row"),
        ("2024", "row"),
    ]
    assert texts(html, ".//td") == ["1,117", "13,221"]


def test_an_index_without_a_name_leaves_a_cell_not_an_empty_header(shown):
    html = table(pd.DataFrame({"Entries": [1]}, index=["2024"]), shown)
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
    with pytest.raises(ValueError, match=r"'Entries'.*not published"):
        show.table(pd.DataFrame({"Entries": pd.Series([value], dtype=object)}), "A caption")


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
    show.headline("Entries rose.")
    assert shown.outputs[0].data["text/markdown"] == "**Entries rose.**"
    assert shown.outputs[0].metadata == {"text/markdown": {"headline": "Entries rose."}}


def draw(**changes) -> None:
    fig, axes = plt.subplots(figsize=(4.2, 3))
    axes.bar(["2023", "2024"], [1117, 13221])
    data = pd.DataFrame({"year": ["2023", "2024"], "entries": [1117, 13221]})
    arguments = {"name": "entries", "title": "Entries rose", "alt": "Two bars", "data": data, "source": "RFA"}
    show.figure(fig, **arguments | changes)


def test_a_figure_is_saved_with_its_data_and_described(shown, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    draw()
    folder = tmp_path / paths.FIGURES
    assert sorted(path.name for path in folder.iterdir()) == ["entries.csv", "entries.png", "entries.svg"]
    assert (folder / "entries.csv").read_bytes() == b"year,entries\n2023,1117\n2024,13221\n"
    svg = shown.outputs[0].data["image/svg+xml"]
    assert svg == (folder / "entries.svg").read_text(encoding="utf-8")
    assert "<title>Entries rose</title>" in svg
    assert shown.outputs[0].metadata["image/svg+xml"] == {
        "alt": "Two bars",
        "caption": "Entries rose. Source: RFA",
        "name": "entries",
    }
    assert not plt.get_fignums()


def test_a_named_index_belongs_to_the_data_of_a_figure(shown, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    draw(data=pd.DataFrame({"entries": [1]}, index=pd.Index([2024], name="year")))
    assert (tmp_path / paths.FIGURES / "entries.csv").read_text() == "year,entries\n2024,1\n"


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
