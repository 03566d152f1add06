"""What a notebook shows: an accessible table, a figure with its data, cards of statements, the one finding.

Each call displays its result in Jupyter and leaves in the output all that the HTML page needs.
"""

import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, groupby
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import display

from notebook_reports import cards as statements
from notebook_reports import grid, paths, settings
from notebook_reports.cite import NARROW, Link, Words, as_words, svg_links, without_links
from notebook_reports.cite import cite as cited
from notebook_reports.kernels.watch import DECLARED

if TYPE_CHECKING:
    from notebook_reports.drawing import Draw

LONGEST_ALT = 500  # characters of data
LONGEST_TITLE = 15  # words of a chart


def table(
    frame: pd.DataFrame,
    caption: str,
    formats: Mapping[str, Callable[[Any], str]] | None = None,
    cite: Mapping[str, Iterable[Link | None]] | None = None,
    signs: Mapping[str, str] | None = None,
) -> None:
    """Show a frame as a captioned table whose first column, the index, names the rows.

    `formats`: by column, how a value becomes text; values that are text stay. Integers get thousands separators (pass
    years as text, or as the index); every other value is shown as `str` gives it. `cite`: by column, or by the name of
    the index, for each row the entry that its value leads to, or None. Cells may also be `Words`. `signs`: what is
    heard for each in a cell. A default RangeIndex names nothing and is left out. A header of an outer level spans what
    it is equal for.
    Raises ValueError for an empty caption, a missing or repeated header, a column that is not there, or a cell without
    a text or a finite value: write "not published", "no upper bound" or the like there.
    """
    if not caption.strip():
        raise ValueError("show.table: the caption is empty; say what the table shows")
    for axis in (frame.index, frame.columns):
        if not axis.is_unique or any(pd.isna(label) for key in axis for label in _levels(key)):
            raise ValueError(f"show.table: {caption!r} needs headers, each present and unique")
    formats, cite = formats or {}, cite or {}
    if unknown := {*formats, *cite} - {*frame.columns, *frame.index.names}:
        raise ValueError(f"show.table: {caption!r} has no column {', '.join(map(repr, unknown))} to format or cite")
    columns = {
        name: _linked([_text(value, name, formats.get(name)) for value in frame[name]], cite.get(name))
        for name in frame.columns
    }
    names = [
        _linked([as_words(formats.get(level, as_words)(label)) for label in frame.index.get_level_values(place)],
                cite.get(level))
        for place, level in enumerate(frame.index.names)
    ]  # fmt: skip
    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        names = []
    html = grid.table(as_words(caption), _head(frame, bool(names)), _body(names, list(columns.values())), signs)
    plain = pd.DataFrame({name: map(str, cells) for name, cells in columns.items()}, index=range(len(frame)))
    plain.columns = frame.columns
    if names:
        plain.index = pd.MultiIndex.from_arrays([[*map(str, level)] for level in names], names=frame.index.names)
    display({"text/html": html, "text/plain": f"{caption}\n{plain.to_string(index=bool(names))}"}, raw=True)


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
    as they are: round them first. A text for those who cannot see it says the title and then `alt`, or else `data`; the
    source is that of the project's settings, unless given. Marks with a `Link.url` become links.
    Writes reports/figures/NAME.csv, NAME.svg and .png that stand by themselves, and .json for `drawn`. Raises
    ValueError without title, subtitle, data or source, for a title of more than 15 words, a text that is upright or too
    small to read, or if the name is not words joined by hyphens.
    """
    from notebook_reports import drawing  # here, because it takes long and many notebooks show tables only

    source = source or settings.project().source
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"show.figure: the name {name!r} must be lower-case words joined by hyphens")
    if not (str(title).strip() and subtitle.strip() and source.strip()):
        raise ValueError(f"show.figure: {name} needs a title, a subtitle and a source")
    if (count := len(re.findall(r"\S*\w\S*", str(title)))) > LONGEST_TITLE:
        said = f"found a title of {count} words, expected at most {LONGEST_TITLE}; leave the rest to the subtitle"
        raise ValueError(f"show.figure: {name}: {said}: {str(title)!r}")
    if data.empty:
        raise ValueError(f"show.figure: {name} has no data behind it; pass the rows that were drawn")
    drawings = drawing.drawings(draw, name, str(title), subtitle, source, panels)
    texts = {"title": as_words(title).as_json(), "subtitle": subtitle, "source": source,
             "alt": f"{title!s}. {alt or _in_words(subtitle, data)}"}  # fmt: skip
    csv = data.to_csv(index=data.index.name is not None, lineterminator="\n")
    kept = json.dumps(texts | {NARROW: without_links(drawings.narrow)}, ensure_ascii=False, indent=1)
    alone = without_links(drawings.alone)
    files = {"svg": alone.encode(), "png": drawings.png, "csv": csv.encode(), "json": kept.encode()}
    for suffix, content in files.items():
        paths.write(paths.to_write(paths.FIGURES / f"{name}.{suffix}"), content)
    _display_figure(svg_links(drawings.wide), svg_links(drawings.narrow), {"name": name, "csv": csv} | texts)


def drawn(notebook: str, *names: str) -> None:
    """Show figures of an earlier notebook in small, each with its title, which leads to where they stand there.
    `notebook`: its name, as 02-sum-harvests. Raises ValueError for a figure that is not there."""
    for name in names:
        kept = paths.to_read(paths.FIGURES / f"{name}.json")
        if not kept.exists():
            raise ValueError(
                f"show.drawn: there is no figure {name!r} yet; run `{settings.project().command}` first. If that "
                "did not help: no notebook of a lower number draws it by show.figure; draw it there, or mend its name"
            )
        texts = json.loads(kept.read_text("utf-8"))
        svg = texts.pop(NARROW)
        _display_figure(svg, svg, {"name": name, "page": notebook} | texts)


def _display_figure(wide: str, narrow: str, texts: dict[str, Any]) -> None:
    display(
        {"image/svg+xml": wide, NARROW: narrow, "text/plain": texts["alt"]},
        metadata={"image/svg+xml": texts},
        raw=True,
    )


def cards(shown: Iterable[statements.Card]) -> None:
    """Show what was printed and what was made of it, a card each. Raises ValueError for one that lacks something."""
    shown = list(shown)
    plain = "\n".join(f"“{card.as_printed}” ({card.where!s}): {card.verdict!s}" for card in shown)
    display({"text/html": statements.cards(shown), "text/plain": plain}, raw=True)


def strip(rows: Iterable[statements.Row]) -> None:
    """Show a mark for each of many statements, row by row. Raises ValueError for a row or mark that says nothing."""
    rows = list(rows)
    plain = "\n".join(f"{row.said}: {'; '.join(str(mark.text) for mark in row.marks)}" for row in rows)
    display({"text/html": statements.strip(rows), "text/plain": plain}, raw=True)


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
    return f"{first}: {', '.join(several if len(told) > 1 else told.values()) or 'no value'}"


def _number(value: Any) -> str:
    if isinstance(value, Real):
        return f"{value:,.4g}" if value % 1 else f"{value:,.0f}"
    return str(value).replace("_", " ")


def headline(sentence: Words | str) -> None:
    """Show the one finding of the notebook, a plain sentence, with which the page and the index lead."""
    _say("headline", sentence, f"**{sentence!s}**")


def sentence(sentence: Words | str) -> None:
    """Show a plain sentence whose numbers are computed, as a paragraph of the text."""
    _say("sentence", sentence, str(sentence))


def _say(kind: str, sentence: Words | str, markdown: str) -> None:
    if not str(sentence).strip():
        raise ValueError(f"show.{kind}: the sentence is empty")
    display(
        {"text/markdown": markdown, "text/plain": str(sentence)},
        metadata={"text/markdown": {kind: as_words(sentence).as_json()}},
        raw=True,
    )


def _text(value: object, column: object, written: Callable[[Any], str] | None) -> Words:
    """A cell as words; ValueError unless it holds a text or a finite value: nothing is read aloud as "blank"."""
    if not isinstance(value, Words | str):
        if written:
            return as_words(written(value))
        if pd.isna(value) or (isinstance(value, Real) and not math.isfinite(value)):
            raise ValueError(f'show.table: column {column!r} holds {value}; say why, as in "not published"')
    elif not str(value).strip():
        raise ValueError(f'show.table: column {column!r} holds an empty text; write a word, as in "none"')
    return as_words(f"{value:,}" if isinstance(value, Integral) and not isinstance(value, bool) else value)


def _linked(cells: list[Words], links: Iterable[Link | None] | None) -> list[Words]:
    """Each cell with the entry that it leads to as a whole."""
    if links is None:
        return cells
    return [cited(str(cell), link) if link else cell for cell, link in zip(cells, links, strict=True)]


def _head(frame: pd.DataFrame, named: bool) -> list[list[grid.Cell]]:
    """The rows of column headers, one a level; in the last stand, if rows are `named`, what heads their names."""
    keys = [_levels(key) for key in frame.columns]
    rows = []
    for level in range(frame.columns.nlevels):
        last = level == frame.columns.nlevels - 1
        heads = frame.index.names if last else [None] * frame.index.nlevels
        corner = [grid.Cell(as_words("" if head is None else head), "col") for head in heads] if named else []
        spans = [(key[level], size) for key, size in _runs(keys, level)]
        rows.append([*corner, *(grid.Cell(as_words(label), "col", columns=size) for label, size in spans)])
    return rows


def _body(names: list[list[Words]], columns: list[list[Words]]) -> list[list[grid.Cell]]:
    """The rows; a name that several in a row share, inside the same outer names, spans them."""
    rows: list[list[grid.Cell]] = [[] for _ in columns[0]] if columns else []
    keys = [tuple(map(str, key)) for key in zip(*names, strict=True)]
    for level, labels in enumerate(names):
        place = 0
        for _, size in _runs(keys, level) if level < len(names) - 1 else [((), 1)] * len(labels):
            rows[place].append(grid.Cell(labels[place], "row", rows=size))
            place += size
    for row, cells in zip(rows, zip(*columns, strict=True), strict=True):
        row += map(grid.Cell, cells)
    return rows


def _levels(key: Any) -> tuple[Any, ...]:
    """The labels of a header, from the outer level to the inner one."""
    return key if isinstance(key, tuple) else (key,)


def _runs(keys: Sequence[tuple[Any, ...]], level: int) -> list[tuple[tuple[Any, ...], int]]:
    """Keys that are equal down to a level and follow each other: the first one, and how many they are."""
    groups = [list(group) for _, group in groupby(keys, lambda key: key[: level + 1])]
    return [(group[0], len(group)) for group in groups]
