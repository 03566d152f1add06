"""What a notebook shows is accessible, complete, and the same bytes every time."""

import os
import re
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
from notebook_reports.cards import Card, Mark, Part, Row
from notebook_reports.cite import NARROW, Link, Words, as_words, cite, words


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


def test_headers_of_several_levels_span_what_they_head(shown):
    columns = pd.MultiIndex.from_tuples([("2023", "plums"), ("2024", "plums"), ("2024", "figs")])
    rows = pd.MultiIndex.from_tuples([("north", "a"), ("north", "b"), ("south", "b")], names=["side", "village"])
    html = table(pd.DataFrame([[1, 2, 3], [4, 5, 6], [7, 8, 9]], rows, columns), shown)
    told = [(th.text, th.get("scope"), th.get("colspan"), th.get("rowspan")) for th in html.iter("th")]
    assert told == [
        ("2023", "col", None, None),
        ("2024", "col", "2", None),
        ("side", "col", None, None),
        ("village", "col", None, None),
        *[(fruit, "col", None, None) for fruit in ("plums", "plums", "figs")],
        ("north", "row", None, "2"),
        ("a", "row", None, None),
        ("b", "row", None, None),
        ("south", "row", None, None),
        ("b", "row", None, None),
    ]
    assert [texts(row, "td") for row in html.iterfind("tbody/tr")] == [list("123"), list("456"), list("789")]
    assert html.get("class") == "levels"  # no name stays in place while another is scrolled under it


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


@pytest.mark.parametrize("value", ["", "  ", as_words("")])
def test_a_table_refuses_an_empty_cell_which_is_read_as_blank(value):
    with pytest.raises(ValueError, match=r"'Remark' holds an empty text; write a word"):
        show.table(pd.DataFrame({"Remark": ["none", value]}), "A caption")


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, 2]}, index=["x", "x"]),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "b")])),
        pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", float("nan"))])),
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
    leads = [(link.text, link.get("href"), link.get("aria-label")) for link in html.iter("a")]
    to = "../reports/sources/2024.html#wheat.2024"
    assert leads == [(said, to, f"{said}: 2024: printed") for said in ("2023", "50%", "this")]
    assert texts(html, ".//td[1]") == ["25%", ""]
    assert "see this" in shown.outputs[-1].data["text/plain"]


@pytest.mark.parametrize("more", [{"formats": {"gone": str}}, {"cite": {"gone": []}}])
def test_a_column_to_format_or_cite_that_is_not_there_is_named(more):
    with pytest.raises(ValueError, match="'gone'"):
        show.table(pd.DataFrame({"n": [1]}), "A caption", **more)


def test_words_keep_their_links_and_an_f_string_would_lose_them():
    text = words("{} of {}", cite("5", LINK), "<b>") + "!"
    assert (str(text), text.links) == ("5 of <b>!", [LINK])
    link = '<a class="cite" href="to/2024.html#wheat.2024" {}="5: 2024: printed">5</a>'
    assert text.html("to/").startswith(link.format("aria-label"))
    assert text.html("to/", said_by="title").startswith(link.format("title"))  # in a finding
    assert text.html().endswith(" of &lt;b&gt;!")
    assert as_words(text.as_json()) == text
    assert Link.from_url(LINK.url()) == LINK
    assert f"{as_words('plain')}" == "plain"
    with pytest.raises(TypeError, match="f-string"):
        f"{text}"
    with pytest.raises(ValueError, match="1 numbers too many"):
        words("{}", 1, 2)
    assert isinstance("a" + text, Words)


POST = cite("Post", LINK) + ", 5 May 2024"
FALSE = Card(
    "13 <apples>", POST, cite("false", LINK), "double",
    [Part(["2023 = 13"], "holds", "b1"), Part(["2024 = 12", words("see {}", cite("this", LINK))], "false", "b2")],
    in_words="Apples in both years", language="he", anchor="b",
)  # fmt: skip


def test_a_card_says_what_was_printed_and_where_then_the_verdict_and_each_part(shown):
    show.cards([FALSE])
    html = ElementTree.fromstring(shown.outputs[-1].data["text/html"])
    assert [re.sub(r"\s+", " ", text) for text in html.itertext() if text.strip()] == [
        "“", "13 <apples>", "” ", "Apples in both years", "Post", ", 5 May 2024", "false",
        "holds", "2023 = 13", "false", "2024 = 12", "see ", "this",
    ]  # fmt: skip
    assert html.find(".//bdi").get("lang") == "he"
    assert [element.get("id") for element in html.iter() if element.get("id")] == ["b", "b1", "b2"]
    assert shown.outputs[-1].data["text/plain"] == "“13 <apples>” (Post, 5 May 2024): false"


def test_a_card_of_one_part_says_its_verdict_once_and_nothing_that_is_not_known(shown):
    show.cards([Card("13", "Post", "false", "double", [Part(["2023 = 12"])])])
    html = ElementTree.fromstring(shown.outputs[-1].data["text/html"])
    assert [text for text in html.itertext() if text.strip()] == ["“", "13", "”", "Post", "false", "2023 = 12"]
    assert not [element.tag for element in html.iter() if element.get("id") or element.get("lang")]


def test_where_there_are_no_cards_it_says_so(shown):
    show.cards([])
    assert "".join(ElementTree.fromstring(shown.outputs[-1].data["text/html"]).itertext()).strip() == "None."


def test_a_strip_has_a_mark_for_each_statement_whose_words_lead_to_its_card(shown):
    rows = [Row("2 hold", [Mark(cite("one", LINK), "full"), Mark(cite("two", LINK), "ring")]),
            Row("1 is false", [Mark(cite("three", LINK), "double")])]  # fmt: skip
    show.strip(rows)
    html = ElementTree.fromstring(shown.outputs[-1].data["text/html"])
    told = [(row.findtext("p"), [(mark.get("class"), mark.findtext("a")) for mark in row.iterfind("ul/li")])
            for row in html.iterfind("li")]  # fmt: skip
    assert told == [("2 hold", [("full", "one"), ("ring", "two")]), ("1 is false", [("double", "three")])]
    assert shown.outputs[-1].data["text/plain"] == "2 hold: one; two\n1 is false: three"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: show.cards([FALSE._replace(as_printed=" ")]), "a card needs as_printed"),
        (lambda: show.cards([FALSE._replace(verdict="")]), "a card needs verdict"),
        (lambda: show.cards([FALSE._replace(look="")]), "found '', expected one of full, ring"),
        (lambda: show.strip([Row("1", [Mark(as_words("one"), "full")])]), "leads to its card: found 'one'"),
        (lambda: show.strip([Row("1", [Mark(POST, "round")])]), "found 'round', expected one of full, ring"),
    ],
)
def test_a_card_or_mark_that_lacks_something_is_refused(call, told):
    with pytest.raises(ValueError, match=told):
        call()


def test_a_link_that_is_read_from_the_right_turns_nothing_around_it(shown):
    show.cards([FALSE._replace(where=cite("הארץ", LINK) + ", 5 May 2024")])
    link = ElementTree.fromstring(shown.outputs[-1].data["text/html"]).find(".//p/a")
    assert (link.text, link.get("dir"), link.tail) == ("הארץ", "auto", ", 5 May 2024")


def test_places_of_a_text_may_have_names_in_any_order_and_more_than_once():
    text = words("{year}: {count}, {}; {year}", "<b>", count=cite("5", LINK), year=2024)
    assert (str(text), text.links) == ("2024: 5, <b>; 2024", [LINK])
    with pytest.raises(ValueError, match="1 numbers too many"):
        words("{year}", year=2024, count=5)


def draw_bars(ax) -> None:
    ax.bar(["2023", "2024"], [1117, 13221]).patches[0].set_url(LINK.url())


def draw(**changes) -> None:
    data = pd.DataFrame({"year": ["2023", "2024"], "harvests": [1117, 13221]})
    arguments = {"draw": draw_bars, "name": "harvests", "title": "Harvests rose", "subtitle": "Tonnes", "data": data}
    show.figure(**arguments | {"source": "Post"} | changes)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Where figures are written to."""
    monkeypatch.setattr(paths, "OUTPUT", tmp_path)
    return tmp_path / paths.FIGURES


def test_a_figure_is_saved_with_its_data_and_described(shown, folder):
    draw()
    kinds = ("csv", "json", "png", "svg")
    assert sorted(path.name for path in folder.iterdir()) == [f"harvests.{kind}" for kind in kinds]
    assert (folder / "harvests.csv").read_bytes() == b"year,harvests\n2023,1117\n2024,13221\n"
    svg = shown.outputs[0].data["image/svg+xml"]
    assert f'href="../reports/sources/{LINK.address}"' in svg
    assert shown.outputs[0].metadata["image/svg+xml"] == {
        "title": "Harvests rose",
        "subtitle": "Tonnes",
        "source": "Post",
        "alt": "Harvests rose. Tonnes. 2023: 1,117; 2024: 13,221.",
        "name": "harvests",
        "csv": (folder / "harvests.csv").read_text(),
    }


def test_a_figure_is_drawn_for_a_page_and_for_a_phone_the_plot_alone_with_text_that_can_be_read(shown, folder):
    called = []

    def drawn(ax) -> None:
        called.append(ax)
        draw_bars(ax)

    draw(draw=drawn)
    assert len(called) == 2
    wide, narrow = shown.outputs[0].data["image/svg+xml"], shown.outputs[0].data[NARROW]
    assert [float(re.search(r'viewBox="0 0 (\S+)', svg)[1]) * 4 / 3 for svg in (wide, narrow)] == [700, 320]  # pixels
    for svg in (wide, narrow):
        assert not any(word in svg for word in ("Harvests", "Post", "Tonnes"))
        sizes = [float(size) * 4 / 3 for size in re.findall(r"font(?:-size)?: (?:\w+ )?([\d.]+)px", svg)]
        assert sizes and min(sizes) >= 12
        assert "fill: #ffffff" not in svg  # nothing is drawn behind it


@pytest.mark.parametrize(
    ("add", "told"),
    [
        (lambda ax: ax.set_ylabel("Tonnes"), "found 'Tonnes' on end, expected horizontal text: rotation=0, or"),
        (lambda ax: ax.tick_params(labelrotation=45), "found '2023' on end"),
        (lambda ax: ax.text(0, 0, "most", fontsize=8), "found 'most' of 8 points, expected at least 9, which is 12 p"),
    ],
)
def test_a_text_that_is_hard_to_read_is_refused_and_nothing_written(shown, folder, add, told):
    with pytest.raises(ValueError, match=f"show.figure: harvests: {told}"):
        draw(draw=lambda ax: (draw_bars(ax), add(ax)))
    assert not folder.exists()
    draw(draw=lambda ax: (draw_bars(ax), ax.set_ylabel("Tonnes", rotation=0)))


def test_a_title_has_at_most_15_words(shown, folder):
    """A sign alone is none: 5 % is one word."""
    draw(title="one " * 12 + "rose by 5 %")
    with pytest.raises(ValueError, match="harvests: found a title of 16 words, expected at most 15; leave the rest"):
        draw(title="one " * 13 + "rose by 5 %")


def test_what_is_saved_stands_by_itself_with_title_subtitle_and_source_on_an_opaque_ground(shown, folder):
    draw()
    svg = (folder / "harvests.svg").read_text()
    assert "<title>Harvests rose</title>" in svg and "sans-serif" in svg and "<a " not in svg
    words = re.findall(r">([^<>]+)</text>", svg)
    assert {"Harvests rose", "Tonnes", "Source: Post.", "2023"} <= {*words}
    ground = re.search(r'<g id="patch_1">\s*<path d="([^"]+)" style="fill: #ffffff', svg)[1]
    width, height = re.search(r'viewBox="0 0 (\S+) ([^"]+)"', svg).groups()
    assert f"L{width} {height}L" in ground and "L0 0z" in ground
    picture = plt.imread(folder / "harvests.png")
    assert (picture[:, :, 3] == 1).all()


def test_a_picture_that_stands_by_itself_has_its_title_and_source_on_it(shown, folder):
    def picture(**changes):
        draw(**changes)
        return plt.imread(folder / "harvests.png")

    plain, titled, sourced = picture(), picture(title="Harvests sore"), picture(source="Past")
    top, foot = slice(0, 80), slice(-60, None)  # rows of pixels, of 850
    assert (plain[top] != titled[top]).any() and not (plain[foot] != titled[foot]).any()
    assert (plain[foot] != sourced[foot]).any() and not (plain[top] != sourced[top]).any()
    long = picture(title="Harvests-MOUNT-wherever MEN-MOW-and-MAKE " * 3, source="Many Women Who Make Maps " * 7)
    assert long.shape[0] > plain.shape[0]
    for part in (top, foot):
        assert (long[part][..., :3] < 1).any() and (long[part][:, -6:, :3] == 1).all()  # words break before the edge


def test_places_have_two_decimals_and_what_is_written_keeps_its_own(shown, folder):
    def drawn(ax) -> None:
        draw_bars(ax)
        ax.set_title("0.12345")

    draw(draw=drawn)
    svg = shown.outputs[0].data["image/svg+xml"]
    assert ">0.12345<" in svg
    places = re.findall(r' (?:d|x|y|transform)="([^"]*)"', svg)
    decimals = {len(number) for number in re.findall(r"\.(\d+)", " ".join(places))}
    assert max(decimals) == 2


def test_a_mark_outside_of_the_picture_leads_nowhere(shown, folder):
    def drawn(ax) -> None:
        draw_bars(ax)
        ax.plot(0, 20_000, "o")[0].set_url(Link("2022.html#wheat.2022", "2022: printed").url())
        ax.set_ylim(0, 15_000)

    draw(draw=drawn)
    assert "2022.html" not in shown.outputs[0].data["image/svg+xml"]
    assert LINK.address in shown.outputs[0].data["image/svg+xml"]


def test_panels_stand_side_by_side_on_a_page_and_one_below_the_other_on_a_phone(shown, folder):
    places = []

    def drawn(axes) -> None:
        for ax in axes:
            draw_bars(ax)
        places.append(axes[0].get_subplotspec().get_gridspec().get_geometry())

    draw(draw=drawn, panels=3)
    assert places == [(1, 3), (3, 1)]


def test_the_style_of_a_project_is_that_of_its_charts(shown, folder):
    """The example paints in brown; what a notebook has set for itself changes nothing."""
    with plt.rc_context({"xtick.color": "yellow"}):
        draw()
    svg = shown.outputs[0].data["image/svg+xml"]
    assert "#7a3e00" in svg and "#0072b2" not in svg and "#ffff00" not in svg


def test_the_source_is_that_of_the_project_unless_given(shown, folder):
    draw(source="")
    assert shown.outputs[0].metadata["image/svg+xml"]["source"] == "two papers"


def test_the_title_keeps_where_its_numbers_lead(shown, folder):
    title = words("Harvests rose to {}", cite("13,221", LINK))
    draw(title=title)
    assert as_words(shown.outputs[0].metadata["image/svg+xml"]["title"]) == title


def test_a_figure_is_shown_again_in_small_by_its_name_and_that_of_its_notebook(shown, folder):
    """The narrow drawing, whose marks lead nowhere, so that it changes with the chart alone."""
    draw(title=words("Harvests rose to {}", cite("13,221", LINK)))
    show.drawn("02-compare-years", "harvests")
    first, again = (output.metadata["image/svg+xml"] for output in shown.outputs)
    del first["csv"]
    assert again == first | {"page": "02-compare-years"}
    (small,) = {shown.outputs[1].data[mime] for mime in ("image/svg+xml", NARROW)}
    assert small == re.sub("<title>.*?</title>|</?a[^>]*>", "", shown.outputs[0].data[NARROW])
    with pytest.raises(ValueError, match=r"no figure 'gone' yet; run `PYTHONPATH=src python -m doit` first"):
        show.drawn("02-compare-years", "gone")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (pd.DataFrame({"low": [59], "high": [61]}, index=pd.Index(["2023"], name="year")), "2023: 59 to 61."),
        (pd.DataFrame({"year": ["2023"], "share_low": [0.5], "share_high": [0.5]}), "2023: 0.5."),
        (
            pd.DataFrame({"year": ["2023"], "n_low": [59], "n_high": [61], "is": ["not_published"], "a_id": ["F1"]}),
            "2023: n 59 to 61, is not published.",
        ),
        (pd.DataFrame({"year": ["2023", "2024"], "n": [1.0, float("nan")]}), "2023: 1; 2024: no value."),
        (pd.DataFrame({"year": range(1000, 2000), "n": 5}), "1070: 5; and 929 more."),
    ],
)
def test_alt_text_tells_the_data_as_far_as_one_can_listen(shown, folder, data, told):
    draw(data=data)
    assert shown.outputs[0].metadata["image/svg+xml"]["alt"].endswith(told)


def test_a_named_index_belongs_to_the_data_of_a_figure(shown, folder):
    draw(data=pd.DataFrame({"harvests": [1]}, index=pd.Index([2024], name="year")))
    assert (folder / "harvests.csv").read_text() == "year,harvests\n2024,1\n"


@pytest.mark.parametrize("changes", [{"subtitle": " "}, {"title": ""}, {"data": pd.DataFrame()}, {"name": "../x"}])
def test_a_figure_that_tells_nothing_is_refused_and_not_written(folder, changes):
    with pytest.raises(ValueError, match=r"show\.figure"):
        draw(**changes)
    assert not folder.exists()


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
    assert len(files[0]) == 4
