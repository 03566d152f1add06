"""The one style of the charts, and what each of them is made of.

A title states the finding and is computed from the data. Bars start at zero; no line joins periods; a period whose
figure was withheld is drawn as such. Colours: Okabe and Ito 2008, Color Universal Design (https://jfly.uni-koeln.de/color/).
"""

import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from notebook_reports.cite import Link, Words

WIDTH = 4.2  # inches: at 375 px a phone shows the text in its size
BLUE, RED, GREEN, GREY, INK = "#0072B2", "#D55E00", "#007A5A", "#767676", "#1b1b1b"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.left": False,
    "xtick.bottom": False,
    "hatch.linewidth": 0.6,
    "savefig.facecolor": "white",
}
SERVICE = "Russian border service, from press reports"
COMPILED = f"{SERVICE}; 2010 to 2020-Q1 from a compilation (Ksimi)"
ASSUMED = "Russian border service and officials, from press reports; assumptions of this project"


class Chart(NamedTuple):
    """A drawn figure with the finding as title, a text for those who cannot see it, the rows drawn, and its source."""

    fig: Figure
    title: Words
    alt: str
    data: pd.DataFrame
    source: str


def draw(title: Words, source: str, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure with its title above and its source below the axes."""
    fig = Figure(figsize=(WIDTH, height), layout="constrained")
    fig.suptitle(textwrap.fill(str(title), 42), x=0.02, ha="left", fontsize=12, fontweight="bold")
    fig.supxlabel(textwrap.fill(f"Source: {source}", 58), x=0.02, ha="left", fontsize=8, color="#595959")
    return fig, list(fig.subplots(panels, 1, squeeze=False)[:, 0])


def lead(artist: Artist, link: Link) -> None:
    """Let a mark lead to where its number comes from."""
    artist.set_url(link.url())


def label(ax: Axes, x: float, y: float, text: str, **how: Any) -> None:
    style: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 9} | how
    ax.annotate(text, (x, y), xytext=(0, 2), textcoords="offset points", **style)


def say(ax: Axes, x: float, text: str) -> None:
    """Words that stand where a bar would."""
    ax.text(x, 0.02 * ax.get_ylim()[1], text, rotation=90, ha="center", va="bottom", fontsize=9)


def styled(chart: Callable[..., Chart]) -> Callable[..., Chart]:
    """Draw a chart in the one style of the reports."""
    return mpl.rc_context(STYLE)(chart)
