"""What a notebook shows: an accessible table, a figure with its data, the one finding.

Each call displays its result in Jupyter and leaves in the output all that the HTML page needs.
"""

import io
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import display

from notebook_reports import paths
from notebook_reports.cite import FOLDER, FROM_NOTEBOOKS, Link, Words, as_words, svg_links, words
from notebook_reports.cite import cite as cited
from notebook_reports.kernels.watch import DECLARED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# "13,221", "+1,083.6 %", "153 to 157", "2,100–2,300", "≥ 600", "up to 92"; not "2024-Q3", not "2024-04-01"
NUMBER = re.compile(r"(up to |at least |about )?[<>≤≥≈~±+−×-]* ?\d[\d,.]*( ?(%|to|–) ?([+−-]?\d[\d,.]*)?)*")
LONGEST_KEY = 24  # characters; an interval of days has 21
LONG = 60  # characters; a column of sentences
PNG_DPI = 200


def table(
    frame: pd.DataFrame,
    caption: str,
    formats: Mapping[str, Callable[[Any], str]] | None = None,
    cite: Mapping[str, Iterable[Link | None]] | None = None,
) -> None:
    """Show a frame as a captioned table whose first column, the index, names the rows.

    `formats`: by column, how a value becomes text; values that are text stay. Integers get thousands separators (pass
    years as text, or as the index); every other value is shown as `str` gives it. `cite`: by column, or by the name of
    the index, for each row the entry that its value leads to, or None. Cells may also be `Words`. A default RangeIndex
    names nothing and is left out.
    Raises ValueError for an empty caption, several levels of headers, a missing or repeated header, a column that is
    not there, or a cell without a finite value: write "not published", "no upper bound" or the like there.
    """
    if not caption.strip():
        raise ValueError("show.table: the caption is empty; say what the table shows")
    for axis in (frame.index, frame.columns):
        if axis.nlevels > 1 or not axis.is_unique or axis.hasnans:
            raise ValueError(f"show.table: {caption!r} needs one level of headers, each present and unique")
    formats, cite = formats or {}, cite or {}
    if unknown := {*formats, *cite} - {*frame.columns, frame.index.name}:
        raise ValueError(f"show.table: {caption!r} has no column {', '.join(map(repr, unknown))} to format or cite")
    columns = {
        name: _linked([_text(value, name, formats.get(name)) for value in frame[name]], cite.get(name))
        for name in frame.columns
    }
    named = formats.get(frame.index.name, as_words)
    names = _linked([as_words(named(label)) for label in frame.index], cite.get(frame.index.name))
    named_rows = not (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None)
    html = _html(caption, columns, frame.index.name, names if named_rows else None)
    plain = pd.DataFrame({name: map(str, cells) for name, cells in columns.items()}, index=map(str, names))
    text = plain.rename_axis(frame.index.name).to_string(index=named_rows)
    display({"text/html": html, "text/plain": f"{caption}\n{text}"}, raw=True)


def figure(fig: "Figure", name: str, title: Words | str, alt: str, data: pd.DataFrame, source: str) -> None:
    """Save a figure and the data behind it as reports/figures/NAME.svg, .png and .csv, close it and show it.

    The CSV holds the index if it has a name, and floats as they are: round them first. Same figure, same bytes. Marks
    with a `Link.url` become links. Raises ValueError without title, alt text or data, or if the name is not words
    joined by hyphens.
    """
    import matplotlib.pyplot as plt  # here, because it takes long and most notebooks show tables only

    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"show.figure: the name {name!r} must be lower-case words joined by hyphens")
    if not alt.strip() or not str(title).strip():
        raise ValueError(f"show.figure: {name} needs a title, and alt text that says what the figure shows")
    if data.empty:
        raise ValueError(f"show.figure: {name} has no data behind it; pass the rows that were drawn")

    svg, png = io.BytesIO(), io.BytesIO()
    # Text stays text: a page with six figures weighs a quarter of what it does with letters drawn as outlines.
    with plt.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        fig.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Title": str(title)})
    fig.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    plt.close(fig)
    drawn = svg.getvalue().decode()
    csv = data.to_csv(index=data.index.name is not None, lineterminator="\n").encode()
    file = svg_links(drawn, f"../{FOLDER}/").encode()
    for suffix, content in (("svg", file), ("png", png.getvalue()), ("csv", csv)):
        paths.write(paths.to_write(paths.FIGURES / f"{name}.{suffix}"), content)
    caption = words("{}. Source: {}", title, source).as_json()
    display(
        {"image/svg+xml": svg_links(drawn, FROM_NOTEBOOKS), "text/plain": alt},
        metadata={"image/svg+xml": {"alt": alt, "caption": caption, "name": name}},
        raw=True,
    )


def reads(*files: str | Path) -> None:
    """Name the files that a process which this cell starts will read, with their way from the notebook: nobody sees
    what it opens. Without any it reads none. Raises FileNotFoundError for one that is not there."""
    for file in files:
        if not Path(file).exists():
            raise FileNotFoundError(
                f"show.reads: there is no {file}; give its way from the notebook, ../data/raw/x.csv"
            )
    sys.audit(DECLARED, *(os.path.abspath(file) for file in files))  # noqa: PTH100


def headline(sentence: Words | str) -> None:
    """Show the one finding of the notebook, a plain sentence, with which the page and the index lead."""
    if not str(sentence).strip():
        raise ValueError("show.headline: the sentence is empty")
    display(
        {"text/markdown": f"**{sentence!s}**", "text/plain": str(sentence)},
        metadata={"text/markdown": {"headline": as_words(sentence).as_json()}},
        raw=True,
    )


def _text(value: object, column: object, written: Callable[[Any], str] | None) -> Words:
    """A cell as words; ValueError unless it holds a finite value."""
    if isinstance(value, Words):
        return value
    if written and not isinstance(value, str):
        return as_words(written(value))
    if pd.isna(value) or (isinstance(value, Real) and not math.isfinite(value)):
        raise ValueError(f'show.table: column {column!r} holds {value}; say why, as in "not published"')
    return as_words(f"{value:,}" if isinstance(value, Integral) and not isinstance(value, bool) else value)


def _linked(cells: list[Words], links: Iterable[Link | None] | None) -> list[Words]:
    """Each cell with the entry that it leads to as a whole."""
    if links is None:
        return cells
    return [cited(str(cell), link) if link else cell for cell, link in zip(cells, links, strict=True)]


def _html(caption: str, columns: Mapping[str, list[Words]], index: object, names: list[Words] | None) -> str:
    """The table; `names`: those of the rows, None where they have none; `index`: what heads these."""
    kinds = [_kind(list(map(str, cells))) for cells in columns.values()]
    head = [_header(column, "col", "num" if kind == "num" else "") for column, kind in zip(columns, kinds, strict=True)]
    rows = [[_cell(text, kind) for kind, text in zip(kinds, row, strict=True)]
            for row in zip(*columns.values(), strict=True)]  # fmt: skip
    if names is not None:
        head.insert(0, "<td></td>" if index is None else _header(index, "col"))
        kind = _kind(list(map(str, names))).replace("num", "key")  # names are never flush right
        rows = [[_header(name, "row", kind), *row] for name, row in zip(names, rows, strict=True)]
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return (f"<table>\n<caption>{as_words(caption).html()}</caption>\n<thead>\n<tr>{''.join(head)}</tr>\n</thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>")  # fmt: skip


def _kind(texts: list[str]) -> str:
    """How a column is set, as the class of its cells: `num` flush right, if every cell with a digit in it is a number
    and there is one; `key` unbroken, if every cell is a word such as a period; `long`, never narrow on a phone, if a
    cell is a sentence; else nothing."""
    figures = [text for text in texts if re.search(r"\d", text)]
    if figures and all(NUMBER.fullmatch(text) for text in figures):
        return "num"
    if all(" " not in text and len(text) <= LONGEST_KEY for text in texts):
        return "key"
    return "long" if any(len(text) > LONG for text in texts) else ""


def _header(label: object, scope: str, kind: str = "") -> str:
    return f'<th scope="{scope}"{_set_as(kind)}>{as_words(label).html()}</th>'


def _cell(text: Words, kind: str) -> str:
    return f"<td{_set_as(kind)}>{text.html()}</td>"


def _set_as(kind: str) -> str:
    """The class of a cell, for the page, and its style, for JupyterLab, which sets every cell flush right."""
    named = f' class="{kind}"' if kind else ""
    return named if kind == "num" else f'{named} style="text-align: left"'
