"""How a chart is drawn: wide, narrow for a phone, and as a picture that stands by itself. Style and sizes of all.

A chart is a function of its axes, which knows neither. Black is the ink of the page it stands on, light or dark, and
nothing is drawn behind the marks. The style of a project, `chart-style` in its settings, goes before this one.
Colours: Okabe and Ito 2008, Color Universal Design (https://jfly.uni-koeln.de/color/), with a green and a grey that
have a contrast of 3 to 1 on black and on white.
"""

import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import matplotlib as mpl
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.text import Text

from notebook_reports import settings
from notebook_reports.formulas import has_formula

Draw = Callable[[Any], object]  # given its axes, or an array of them where it has several panels
WIDE, NARROW = 6.0, 3.5  # inches of 96 CSS pixels: a column of text, a phone
HEIGHT, PANEL = 3.2, 1.9  # inches: of a chart, and of each panel where they stand one below the other
PNG_DPI = 200
FONTS = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', sans-serif"  # equally wide, so that labels stay in place
STYLE: dict[Any, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,  # points: 12 CSS pixels, the least that is easily read
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.titlelocation": "left",
    "axes.prop_cycle": "cycler('color', ['#0072B2', '#D55E00', '#007A5A', '#767676'])",
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


def drawings(draw: Draw, name: str, title: str, below: str, panels: int) -> tuple[str, str, bytes]:
    """The chart as SVG, wide and narrow, and as a PNG with its title above and the words `below`. Same chart, same
    bytes; panels stand side by side in the wide one."""
    own = {"svg.hashsalt": name}
    with mpl.style.context(["default", STYLE | dict(settings.project().chart_style) | own]):
        wide = Figure((WIDE, HEIGHT), layout="constrained")
        draw(wide.subplots(1, panels))
        narrow = Figure((NARROW, PANEL * panels if panels > 1 else HEIGHT), layout="constrained")
        draw(narrow.subplots(panels, 1))
        for text in (*wide.findobj(Text), *narrow.findobj(Text)):
            if "$" in text.get_text() and not has_formula(text.get_text()):
                text.set_parse_math(False)  # two amounts in dollars
        return _svg(wide, title), _svg(narrow, title), _png(wide, title, below)


def _svg(figure: Figure, title: str) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    # Two decimals of a point are enough for every screen, and half the bytes.
    rounded = partial(re.sub, r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}")
    svg = re.sub(r' (d|x|y|transform|style)="[^"]*"', lambda place: rounded(place[0]), file.getvalue().decode())
    # The page has the same fonts in its style sheet, so each text need not name them.
    return re.sub("; font-family: 'DejaVu Sans'(, sans-serif)?", "", svg).replace("*{", f"*{{font-family: {FONTS}; ")


def _png(figure: Figure, title: str, below: str) -> bytes:
    file = io.BytesIO()
    figure.set_figheight(HEIGHT + 1)
    figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold", wrap=True, parse_math=False)
    figure.supxlabel(below, x=0.02, ha="left", fontsize=9, wrap=True, parse_math=False)
    figure.savefig(file, format="png", dpi=PNG_DPI, facecolor="white", metadata={"Software": None})
    return file.getvalue()
