"""What the charts of this project have in common: marks that lead to an entry, and words beside them.

A chart is drawn in the notebook that argues with it, in the style of `notebook_reports.drawing`: C0 and C1 are its
first two colours, k is its ink. Bars start at zero; no line joins periods; a period whose figure was withheld is drawn
as such.
"""

import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from dprk_entries.entries.cell import counted
from notebook_reports.cite import Link
from reconcile import periods

ASSUMED = "Russian border service and officials, from press reports; assumptions of this project"


def lead(marks: Iterable[Artist] | PathCollection, links: Iterable[Link]) -> None:
    """Let each mark, or each point of a scatter, lead to where its number comes from."""
    if isinstance(marks, PathCollection):
        points, urls = np.shape(marks.get_offsets())[0], [link.url() for link in links]
        if points != len(urls):
            raise ValueError(
                f"found {counted(len(urls), 'link')} for {counted(points, 'point')}, expected one for each"
            )
        marks.set_urls(urls)
        return
    for mark, link in zip(marks, links, strict=True):
        mark.set_url(link.url())


def label(ax: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Words just above a point."""
    ax.annotate(text, (x, y), **({"xytext": (0, 2), "ha": "center", "va": "bottom"} | how), textcoords="offset points")


def say(ax: Axes, x: float, text: str = "not published") -> None:
    """Words that stand where a bar would."""
    ax.text(x, 0.02, text, rotation=90, ha="center", va="bottom", transform=ax.get_xaxis_transform())


def row(ax: Axes, y: float, text: str) -> None:
    """Words over a bar that lies at a height."""
    ax.text(0, y + 0.14, textwrap.fill(text, 48), va="bottom")


def percent_axis(ax: Axes, rows: int) -> None:
    """From left to right a percentage, from the bottom up `rows` bars, each with words over it."""
    ax.set(xlim=(0, 102), ylim=(-0.4, rows - 0.2), xticks=[0, 50, 100], xticklabels=["0", "50 %", "100 %"], yticks=[])


def day(period: str) -> str:
    """A day or month as a newspaper writes it (31 Dec 2017, Sep 2018); other periods as they are."""
    first, last = periods.days(period)
    if first == last:
        return f"{first.day} {first:%b %Y}"
    return f"{first:%b %Y}" if first.month == last.month else period
