"""How a chart is drawn: wide, narrow for a phone, and as a picture that stands by itself. Style and sizes of all.

A chart is a function of its axes, which knows neither. Black is the ink of the page it stands on, light or dark, and
nothing is drawn behind the marks. The style of a project, `chart-style` in its settings, goes before this one.
Colours: after Okabe and Ito 2008, Color Universal Design (https://jfly.uni-koeln.de/color/), so dark that a text in
them can be read on white; a dark page has a lighter one for each, in its style sheet.
"""

import io
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from notebook_reports import paths, settings
from notebook_reports.formulas import has_formula
from notebook_reports.runner import memory

Draw = Callable[[Any], object]  # given its axes, or an array of them where it has several panels
WIDE, NARROW = 700 / 96, 320 / 96  # inches of 96 CSS pixels: a page, the narrowest phone
HEIGHT, PANEL = 3.6, 1.9  # inches: of a chart, and of each panel where they stand one below the other
MARGIN = 0.02  # of the width, beside the texts of a picture that stands by itself
GAP = 0.1  # inches between the texts of a picture that stands by itself
SVG_DPI, PNG_DPI = 72, 200  # matplotlib has one alone for SVG
FONTS = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', sans-serif"  # equally wide, so that labels stay in place
KEPT = Path(mpl.get_cachedir()) / "drawn"  # of a build
MADE_BY = repr([*map(version, ("matplotlib", "pillow")), sha256(Path(__file__).read_bytes()).hexdigest()])
STYLE: dict[Any, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,  # points: 12 CSS pixels, the least that is easily read
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.titlelocation": "left",
    "axes.prop_cycle": "cycler('color', ['#0072B2', '#C2410C', '#007A5A', '#707070'])",
    "axes.facecolor": "none",
    "axes.spines.left": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "xtick.bottom": False,
    "ytick.left": False,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",  # text stays text: a page with six charts weighs a quarter of what it does with outlines
}


class Drawings(NamedTuple):
    """A chart as SVG, the plot alone, wide and narrow; and wide with title, subtitle and source, as SVG and as PNG."""

    wide: str
    narrow: str
    alone: str
    png: bytes


def drawings(draw: Draw, name: str, title: str, subtitle: str, source: str, panels: int = 1) -> Drawings:
    """Same chart, same bytes; panels stand side by side in the wide one. ValueError for a text that is hard to read."""
    own = {"svg.hashsalt": name}
    with mpl.style.context(["default", STYLE | dict(settings.project().chart_style) | own]):
        wide = Figure((WIDE, HEIGHT), dpi=SVG_DPI, layout="constrained")
        draw(wide.subplots(1, panels))
        narrow = Figure((NARROW, PANEL * panels if panels > 1 else HEIGHT), dpi=SVG_DPI, layout="constrained")
        draw(narrow.subplots(panels, 1))
        for text in (*wide.findobj(Text), *narrow.findobj(Text)):
            if "$" in text.get_text() and not has_formula(text.get_text()):
                text.set_parse_math(False)  # two amounts in dollars
        _lay_out(wide)
        _lay_out(narrow)
        as_drawn = _svg(wide)
        plots = _short(as_drawn), _short(_svg(narrow))
        for text in (*wide.findobj(Text), *narrow.findobj(Text)):
            _require_readable(text, name)
        follows_from = [MADE_BY, as_drawn, title, subtitle, source]
        kept = _kept(name, follows_from)
        if not kept:
            _frame(wide, title, subtitle, source)
            kept = _short(_svg(wide, Title=title, facecolor="white")), _png(wide)
            _keep(name, follows_from, kept)
        return Drawings(*plots, *kept)


def _kept(name: str, follows_from: list[str]) -> tuple[str, bytes] | None:
    """What stands by itself, SVG and PNG, as an earlier run drew it of the same: it takes most of the time."""
    try:
        key, _, rest = memory.read_bytes(KEPT / name).partition(b"\n")
    except OSError:
        return None
    if key != _digest(follows_from):
        return None
    svg, _, png = rest.partition(b"\0")
    return svg.decode(), png


def _keep(name: str, follows_from: list[str], kept: tuple[str, bytes]) -> None:
    """For `_kept`, in a kernel of a build, which has caches of its own. Not where the SVG has pictures in it, which are
    of other sizes in the PNG."""
    if "MPLCONFIGDIR" in os.environ and paths.OUTPUT != paths.DRAFTS and "<image" not in follows_from[1]:
        with suppress(OSError):  # then it is drawn anew
            memory.write_bytes(KEPT / name, _digest(follows_from) + b"\n" + kept[0].encode() + b"\0" + kept[1])


def _digest(texts: list[str]) -> bytes:
    return sha256(json.dumps(texts).encode()).hexdigest().encode()


def _lay_out(figure: Figure) -> None:
    """Make room for all labels, once: a figure that keeps its engine is laid out and drawn twice each time."""
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine(None)


def _require_readable(text: Text, name: str) -> None:
    """ValueError for a text that stands on end, as that of a y axis does unless told otherwise, or is too small."""
    if text.get_visible() and text.get_text().strip():
        said = f"show.figure: {name}: found {text.get_text()!r}"
        if text.get_rotation() % 180:
            raise ValueError(f"{said} on end, expected horizontal text: rotation=0, or a word in the subtitle")
        if text.get_fontsize() < STYLE["font.size"]:
            small = f"{text.get_fontsize():g} points"
            raise ValueError(f"{said} of {small}, expected at least {STYLE['font.size']}, which is 12 pixels")


def _frame(figure: Figure, title: str, subtitle: str, source: str) -> None:
    """Set title and subtitle above a drawing and its source below, for which it grows."""
    texts = [
        figure.text(MARGIN, 0, text, va="top", parse_math=False) for text in (title, subtitle, f"Source: {source}.")
    ]
    texts[0].set(fontsize=11, fontweight="bold")
    for text in texts:
        text.set_text(_in_lines(text, (1 - 2 * MARGIN) * figure.get_figwidth() * 72))
    above, between, below = (text.get_window_extent().height / figure.dpi + GAP for text in texts)
    plot = figure.get_figheight()
    whole = above + between + plot + below
    figure.set_figheight(whole)
    for text, top in zip(texts, (whole, whole - above, below), strict=True):
        text.set_y((top - GAP / 2) / whole)
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position(original=True).bounds
        axes.set_position((left, (bottom * plot + below) / whole, width, height * plot / whole))


def _in_lines(text: Text, width: float) -> str:
    """A text broken to a width in points; matplotlib would measure it word by word for each drawing."""

    def points(words: str) -> float:
        return text_to_path.get_text_width_height_descent(words, text.get_fontproperties(), ismath=False)[0]

    blank, taken = points("n n") - points("nn"), width
    lines: list[list[str]] = []
    for word in text.get_text().split(" "):
        taken += blank + points(word)
        if taken > width:
            lines.append([])
            taken = points(word)
        lines[-1].append(word)
    return "\n".join(map(" ".join, lines))


def _svg(figure: Figure, facecolor: str = "none", **metadata: str) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg", facecolor=facecolor, metadata={"Date": None, "Creator": None} | metadata)
    return file.getvalue().decode()


def _short(svg: str) -> str:
    # Two decimals of a point are enough for every screen, and half the bytes.
    rounded = partial(re.sub, r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}")
    svg = re.sub(r' (d|x|y|width|height|viewBox|transform|style)="[^"]*"', lambda place: rounded(place[0]), svg)
    # A path needs no blanks beside its letters, and a text that is not turned no angle.
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"\s*([MLQCz])\s*", r"\1", path[0]), svg)
    svg = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", svg)
    # The page has the same fonts in its style sheet, so each text need not name them.
    return re.sub("; font-family: 'DejaVu Sans'(, sans-serif)?", "", svg).replace("*{", f"*{{font-family: {FONTS}; ")


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=PNG_DPI, facecolor="white", metadata={"Software": None})
    return file.getvalue()
