"""What a notebook shows: an accessible table, a figure with its data, the one finding.

Each call displays its result in Jupyter and leaves in the output all that the HTML page needs.
"""

import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import display

from notebook_reports import paths, settings
from notebook_reports.cite import FROM_FIGURES, FROM_NOTEBOOKS, NARROW, Link, Words, as_words, svg_links
from notebook_reports.cite import cite as cited
from notebook_reports.kernels.watch import DECLARED

if TYPE_CHECKING:
    from notebook_reports.drawing import Draw

# "13,221", "+1,083.6 %", "153 to 157", "2,100–2,300", "≥ 600", "up to 92"; not "2024-Q3", not "2024-04-01"
NUMBER = re.compile(r"(up to |at least |about )?[<>≤≥≈~±+−×-]* ?\d[\d,.]*( ?(%|to|–) ?([+−-]?\d[\d,.]*)?)*")
LONGEST_KEY = 24  # characters; an interval of days has 21
LONG = 60  # characters; a column of sentences
LONGEST_ALT = 500  # characters of data


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


def figure(
    draw: "Draw",
    name: str,
    title: Words | str,
    subtitle: str,
    data: pd.DataFrame,
    *,
    alt: str = "",
    source: str = "",
    panels: int = 1,
) -> None:
    """Draw a chart and show it between its title, the finding, and its source; `subtitle`: what is counted, of when.

    `draw` is called for a wide drawing and for a narrow one, with the axes of each, or with an array of axes where
    there are several `panels`. `data`, what is drawn, becomes a CSV file with its index if that has a name, and floats
    as they are: round them first. A text for those who cannot see it is made of `data`, and the source is that of the
    project's settings, unless given. Marks with a `Link.url` become links.
    Writes reports/figures/NAME.svg, .png, .csv, and .json for `drawn`. Raises ValueError without title, subtitle, data
    or source, or if the name is not words joined by hyphens.
    """
    from notebook_reports import drawing  # here, because it takes long and many notebooks show tables only

    source = source or settings.project().source
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"show.figure: the name {name!r} must be lower-case words joined by hyphens")
    if not (str(title).strip() and subtitle.strip() and source.strip()):
        raise ValueError(f"show.figure: {name} needs a title, a subtitle and a source")
    if data.empty:
        raise ValueError(f"show.figure: {name} has no data behind it; pass the rows that were drawn")
    below = f"{subtitle}. Source: {source}."
    wide, narrow, png = drawing.drawings(draw, name, str(title), below, panels)
    texts = {"title": as_words(title).as_json(), "subtitle": subtitle, "source": source,
             "alt": alt or _in_words(subtitle, data)}  # fmt: skip
    csv = data.to_csv(index=data.index.name is not None, lineterminator="\n")
    kept = json.dumps(texts | {NARROW: svg_links(narrow, FROM_FIGURES)}, ensure_ascii=False, indent=1)
    files = {"svg": svg_links(wide, FROM_FIGURES).encode(), "png": png, "csv": csv.encode(), "json": kept.encode()}
    for suffix, content in files.items():
        paths.write(paths.to_write(paths.FIGURES / f"{name}.{suffix}"), content)
    _display_figure(name, texts, svg_links(wide, FROM_NOTEBOOKS), svg_links(narrow, FROM_NOTEBOOKS))


def drawn(name: str) -> None:
    """Show a figure once more that an earlier notebook made by `figure`. Raises ValueError where there is none."""
    kept, svg = (paths.to_read(paths.FIGURES / f"{name}.{suffix}") for suffix in ("json", "svg"))
    if not kept.exists():
        raise ValueError(
            f"show.drawn: there is no figure {name!r} yet; run `{settings.project().command}` first. If that "
            "did not help: no notebook of a lower number draws it by show.figure, so draw it there, or mend the name"
        )
    texts = json.loads(kept.read_text("utf-8"))
    drawings = (svg.read_text("utf-8"), texts.pop(NARROW))
    _display_figure(name, texts, *(text.replace(f'"{FROM_FIGURES}', f'"{FROM_NOTEBOOKS}') for text in drawings))


def _display_figure(name: str, texts: dict[str, Any], wide: str, narrow: str) -> None:
    display(
        {"image/svg+xml": wide, NARROW: narrow, "text/plain": texts["alt"]},
        metadata={"image/svg+xml": {"name": name} | texts},
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


def _in_words(about: str, data: pd.DataFrame) -> str:
    """Rows of data for those who cannot see them drawn, as many as are not too many to be listened to."""
    named = data if data.index.name is None else data.reset_index()
    rows = [_row_in_words(row) for row in named.to_dict("records")]
    told = [row for row, length in zip(rows, accumulate(map(len, rows)), strict=True) if length < LONGEST_ALT]
    more = f"; and {len(rows) - len(told)} more" if len(told) < len(rows) else ""
    return f"{about}. {'; '.join(told)}{more}."


def _row_in_words(row: dict[Any, Any]) -> str:
    """What the first column holds, and the others, with their names where they are several; X_low and X_high, or low
    and high, as one range. Keys of other tables are left out."""
    (_, first), *others = ((str(column), value) for column, value in row.items())
    highs = {column.removesuffix("high"): value for column, value in others if column.endswith("high")}
    told = {}
    for column, value in others:
        stem = column.removesuffix("low")
        if not (column.endswith(("high", "_id", "_ids")) or pd.isna(value) or value == ""):
            least, most = _number(value), _number(highs.get(stem, value))
            told[stem.replace("_", " ").strip()] = least if least == most else f"{least} to {most}"
    several = [f"{name} {text}".strip() for name, text in told.items()]
    return f"{first}: {', '.join(several if len(told) > 1 else told.values())}"


def _number(value: Any) -> str:
    if isinstance(value, Real):
        return f"{value:,.4g}" if value % 1 else f"{value:,.0f}"
    return str(value).replace("_", " ")


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
