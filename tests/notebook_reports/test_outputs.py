"""What Jupyter shows of ordinary values is on the page, legible to all, or refused with what to do instead."""

import pandas as pd
import pytest
from books import JPEG, PAGES, PNG, SVG, TABLE, chart, code, displayed, markdown, notebook, page_of, text_of
from bs4 import BeautifulSoup
from nbformat import v4

from notebook_reports import pages as report


def frame_html(frame: pd.DataFrame) -> str:
    return frame._repr_html_()


def test_a_frame_is_a_table_with_scopes_captioned_by_the_heading_above_it():
    frame = pd.DataFrame(
        {"tonnes": [5, 13], "note": ["a < b", float("nan")]}, index=pd.Index(["2023", "2024"], name="year")
    )
    page = page_of(markdown("## Harvests"), code(displayed("text/html", frame_html(frame), "execute_result")))
    box = page.select_one("div.scroll")
    assert box["aria-label"] == box.caption.get_text() == "Harvests"
    assert [(th.get_text(), th["scope"]) for th in box.select("th")] == [
        ("year", "col"), ("tonnes", "col"), ("note", "col"), ("2023", "row"), ("2024", "row"),
    ]  # fmt: skip
    assert [td.get_text() for td in box.select("td")] == ["5", "a < b", "13", "NaN"]
    assert not page.select("div.scroll [style], div.scroll style")


def test_tables_below_one_heading_are_numbered_unless_they_say_what_they_show():
    frame = displayed("text/html", frame_html(pd.DataFrame({"n": [1]})))
    page = page_of(markdown("## Harvests"), code(displayed("text/html", TABLE)), code(frame, frame, frame))
    told = [caption.get_text() for caption in page.select("caption")]
    assert told == ["Harvests a year", "Harvests", "Harvests (2)", "Harvests (3)"]


def test_headers_of_several_levels_keep_their_spans():
    columns = pd.MultiIndex.from_product([["2024"], ["plums", "figs"]], names=["year", "fruit"])
    rows = pd.MultiIndex.from_product([["north"], ["a", "b"]], names=["side", "village"])
    table = page_of(code(displayed("text/html", frame_html(pd.DataFrame([[1, 2], [3, 4]], rows, columns))))).table
    told = [(th.get_text(), th["scope"], th.get("colspan"), th.get("rowspan")) for th in table.select("th")]
    assert told == [
        ("year", "row", None, None), ("2024", "col", "2", None),
        ("fruit", "row", None, None), ("plums", "col", None, None), ("figs", "col", None, None),
        ("side", "col", None, None), ("village", "col", None, None),
        ("north", "row", None, "2"), ("a", "row", None, None), ("b", "row", None, None),
    ]  # fmt: skip
    assert table["class"] == ["levels"]


@pytest.mark.parametrize(
    ("rows", "shown", "word"),
    [(20, 20, None), (21, 20, "20 of 21 rows are shown."), (1200, 11, "10 of 1,200 rows are shown.")],
)
def test_of_a_long_frame_a_page_shows_the_beginning_and_says_so(rows, shown, word):
    """pandas itself cuts one of more than 60 rows, and says so in a row."""
    page = page_of(code(displayed("text/html", frame_html(pd.DataFrame({"n": range(rows)})))))
    assert len(page.select("tbody tr")) == shown
    assert [p.get_text() for p in page.select("p.more")] == ([word] if word else [])


@pytest.mark.parametrize(
    ("rows", "columns", "word"),
    [(5, 1000, "80 of 1,000 columns are shown."), (2, 81, "80 of 81 columns are shown."), (2, 80, None)],
)
def test_of_a_wide_frame_a_page_says_how_many_columns_it_shows(rows, columns, word):
    page = page_of(code(displayed("text/html", frame_html(pd.DataFrame([range(columns)] * rows)))))
    assert [p.get_text() for p in page.select("p.more")] == ([word] if word else [])


def test_a_header_that_spans_rows_ends_where_the_table_is_cut():
    index = pd.MultiIndex.from_product([["north", "south"], range(15)])
    page = page_of(code(displayed("text/html", frame_html(pd.DataFrame({"n": range(30)}, index)))))
    assert [th["rowspan"] for th in page.select("th[rowspan]")] == ["15", "5"]


def test_marks_of_a_styler_are_kept_where_all_can_read_them():
    style = pd.DataFrame({"n": [1, 2], "m": [3, 4]}).style.set_caption("Prices")
    style = style.highlight_max(subset="n").map(lambda value: "font-weight: bold; color: navy", subset="m")
    style = style.map(lambda value: "background-color: navy; color: black", subset=pd.IndexSlice[0, ["m"]])
    page = page_of(markdown("## Above"), code(displayed("text/html", style.to_html())))
    assert page.caption.get_text() == "Prices"
    assert [td.get("style") for td in page.select("td")[1:]] == [
        None,
        "font-weight: bold; background-color: #000080; color: #ffffff",
        "background-color: #ffff00; color: #000000",
        "font-weight: bold",
    ]
    assert page.select_one("p.more").get_text() == "Left out, since it is not legible to all: color."


def test_bars_of_a_styler_are_left_out_with_a_word():
    page = page_of(code(displayed("text/html", pd.DataFrame({"n": [1, 2]}).style.bar().to_html())))
    assert [td.get_text() for td in page.select("td")] == ["", "1", "2"]
    assert page.select_one("p.more").get_text().endswith(": background, width.")


def test_marks_of_headers_are_kept_and_of_whole_tables_are_left_out_with_a_word():
    style = pd.DataFrame({"n": [1]}).style.map_index(lambda label: "font-weight: bold", axis="columns")
    style.set_table_styles([{"selector": "td", "props": "border: 1px solid red"}])
    page = page_of(code(displayed("text/html", style.to_html())))
    assert page.select("th")[0]["style"] == "font-weight: bold"
    assert page.select_one("p.more").get_text() == "Left out, since it is not legible to all: border."


@pytest.mark.parametrize(
    ("tag", "meant"),
    [("remove-inptu", "remove-input"), ("removecell", "remove-cell"), ("skip_exection", "skip-execution")],
)
def test_a_tag_that_is_nearly_one_is_refused(tag, meant):
    with pytest.raises(report.ReportError, match=f"write {meant}, or another word"):
        text_of(code(tags=(tag,)))
    text_of(code(tags=("my-own", "figure", "parameters")))


@pytest.mark.parametrize(
    "spoilt",
    [
        '<table class="dataframe"><tr><td><script>alert(1)</script></td></tr></table>',
        "<table class=\"dataframe\"><tr><td><a href='javascript:alert(1)'>x</a></td></tr></table>",
        '<p>lost</p><table class="dataframe"><tr><td>1</td></tr></table>',
        '<div class="dataframe">no table</div><p class="dataframe">',
        pd.DataFrame({"n": ["x<y"]}).style.to_html(),
        pd.DataFrame({"x<y": [1]}).style.to_html(),
        pd.DataFrame({"n": [1]}).style.set_caption("x<y>").to_html(),
    ],
)
def test_a_frame_that_would_run_or_lose_something_is_refused(spoilt):
    with pytest.raises(report.ReportError, match=r"cell result-1: (a table with|HTML)"):
        text_of(code(displayed("text/html", spoilt)))


def test_a_styler_cannot_bring_in_css_of_another_kind():
    css = "<style>#T_a_row0_col0 { background: url(https://example.org/); font-weight: bold; } body { color: red }"
    table = '<table id="T_a"><tbody><tr><td id="T_a_row0_col0">1</td></tr></tbody></table>'
    page = page_of(code(displayed("text/html", f"{css}</style>{table}")))
    assert page.td["style"] == "font-weight: bold"
    assert "example.org" not in str(page.main)


def test_latex_is_shown_as_a_formula():
    formulas = [r"$\displaystyle x^2$", r"\begin{align}a&=b\end{align}"]
    outputs = [v4.new_output("execute_result", {"text/latex": tex, "text/plain": "?"}) for tex in formulas]
    assert [math.get_text() for math in page_of(code(*outputs)).select("math")] == ["x2", "a=b"]


def test_a_picture_is_shown_with_its_text():
    page = page_of(code(displayed("image/png", f"{PNG}\n", alt='A "map"'), displayed("image/jpeg", JPEG, alt="b")))
    assert [(img["src"], img["alt"]) for img in page.select("img")] == [
        (f"data:image/png;base64,{PNG}", 'A "map"'),
        (f"data:image/jpeg;base64,{JPEG}", "b"),
    ]


def test_a_raster_stands_in_a_drawing():
    raster = '<image xlink:href="data:image/png;base64,aG&#10; k=" xmlns:xlink="http://www.w3.org/1999/xlink"/>'
    page = page_of(code(chart(SVG.replace("</svg>", f"{raster}</svg>"))))
    assert page.select_one("figure image")["xlink:href"] == "data:image/png;base64,aGk="


def test_an_error_that_is_expected_is_shown():
    error = v4.new_output("error", ename="KeyError", evalue="'2024'", traceback=["/home/somebody"])
    page = page_of(code(error, tags=("raises-exception",)))
    assert [pre.get_text() for pre in page.select("pre.output")] == ["KeyError: '2024'"]
    assert "somebody" not in str(page)


def test_cells_tagged_lead_come_right_after_the_question_in_their_order():
    tags = {"computed": (), "table": ("lead",), "chart": ("lead",), "rest": ()}
    printed = {word: v4.new_output("stream", name="stdout", text=f"{word}\n") for word in tags}
    page = page_of(*(code(printed[word], tags=tags[word]) for word in tags))
    assert [pre.get_text() for pre in page.select("pre.output")] == ["table\n", "chart\n", "computed\n", "rest\n"]


def test_tags_keep_from_readers_what_they_name():
    tags = ["remove-cell", "remove_input", "remove-output", "hide_input", "hide-output", "hide-cell"]
    printed = {tag: v4.new_output("stream", name="stdout", text=f"{tag}\n") for tag in tags}
    cells = [code(output, source=f"code = '{tag}'", tags=(tag,)) for tag, output in printed.items()]
    page = BeautifulSoup(report.page(report.without_removed(notebook(*cells)), "02-grow", PAGES), "html.parser")
    sources = [code.get_text() for code in page.select("details.code code")]
    assert [tag for tag in tags if f"code = '{tag}'\n" in sources] == tags[2:]
    assert [pre.get_text() for pre in page.select("pre.output")] == [f"{tags[place]}\n" for place in (4, 5, 1, 3)]
    assert [pre.get_text() for pre in page.select("details.shown pre")] == [f"{tags[4]}\n", f"{tags[5]}\n"]


@pytest.mark.parametrize(
    ("printed", "word"),
    [
        ("".join(f"{number}\n" for number in range(20_000)), "The first 30 of 20,000 lines."),
        ("x" * 3_000_000 + "\n", "The first 2,000 of 3,000,001 characters."),
    ],
)
def test_long_output_is_cut_with_a_link_to_all_of_it(printed, word):
    book = notebook(code(v4.new_output("stream", name="stdout", text=f"\x1b[31m{printed}")))
    html = report.page(book, "02-grow", PAGES)
    below = BeautifulSoup(html, "html.parser").select_one("pre.output + p.more")
    assert (below.get_text(), below.a["href"]) == (f"{word} All of it", "outputs/02-grow-result-1.txt")
    assert list(report.long_texts(book, "02-grow")) == [("outputs/02-grow-result-1.txt", printed, "result-1")]
    assert len(html) < 60_000
