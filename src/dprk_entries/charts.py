"""What the charts of this project have in common: marks that lead to an entry, axes of quarters and counts, words.

A chart is drawn in the notebook that argues with it, in the style of `notebook_reports.drawing`: C0 to C3 are its
colours, k is its ink. Bars start at zero; no line joins periods; a period whose figure was withheld is drawn as such,
and what is known within a range as one. Quarters stand on their axis at 0, 1, 2, ..., and are named by their months.
"""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.ticker import MaxNLocator

from dprk_entries.entries.cell import counted
from notebook_reports.cite import Link
from reconcile import periods

ASSUMED = "Russian border service and officials, from press reports; assumptions of this project"
OPEN = {"facecolor": ("k", 0.1), "edgecolor": "C3", "linewidth": 0.8}  # a bar, or an end of one, that is not known
LETTERS = 13.5  # in an inch, on average
ROOM = 0.5  # inches of a drawing that the name of a year needs, with what stands beside the axis


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


def note(ax: Axes, x: float, y: float, text: str, width: float, **how: Any) -> None:
    """Words at a point, in lines as wide as a share of the drawing at most, so that they fit a phone too."""
    letters = int(width * ax.figure.bbox.width / ax.figure.dpi * LETTERS)
    ax.text(x, y, textwrap.fill(text, letters, break_long_words=False), **how)


def row(ax: Axes, y: float, text: str) -> None:
    """Words over a bar that lies at a height."""
    ax.text(0, y + 0.14, textwrap.fill(text, 48), va="bottom")


def percent_axis(ax: Axes, rows: int) -> None:
    """From left to right a percentage, from the bottom up `rows` bars, each with words over it."""
    ax.set(xlim=(0, 102), ylim=(-0.4, rows - 0.2), xticks=[0, 50, 100], xticklabels=["0", "50 %", "100 %"], yticks=[])


def count_axis(ax: Axes, most: float, room: float = 0.1) -> None:
    """Counts from zero up to the most there is, some of them written beside a thin line, and `room`, a part of the
    most, for words above."""
    ticks = [tick for tick in MaxNLocator(4, integer=True).tick_values(0, most) if tick <= most]
    ax.set_yticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    ax.set_ylim(0, max(most, 1) * (1 + room))
    ax.grid(axis="y", color="k", alpha=0.2, linewidth=0.5)
    ax.set_axisbelow(True)


def quarter_axis(ax: Axes, span: Sequence[str]) -> None:
    """From left to right the quarters of a span, below them their years, with a mark between two of these; every other
    year is named where a phone has no room for all."""
    years: dict[str, list[int]] = {}
    for x, quarter in enumerate(span):
        years.setdefault(quarter[:4], []).append(x)
    room = ax.figure.bbox.width / ax.figure.dpi / len(years)
    named = list(years.items())[:: 1 if room > ROOM else 2]
    ax.set_xticks([(places[0] + places[-1]) / 2 for _, places in named], [year for year, _ in named])
    ax.set_xticks([places[0] - 0.5 for places in years.values()], minor=True)
    ax.tick_params(axis="x", which="minor", bottom=True, length=4)
    ax.set_xlim(-0.6, len(span) - 0.4)


def place(day: date, span: Sequence[str]) -> float:
    """Where a day stands on the axis of the quarters of a span."""
    quarter = periods.quarter_of(day)
    first, last = periods.days(quarter)
    return span.index(quarter) - 0.5 + (day - first) / (last - first + timedelta(days=1))


def withheld(ax: Axes, gone: Sequence[str], span: Sequence[str], height: float) -> None:
    """A ground where the bars of quarters would be that were not published, and words, from a height down; none for
    none."""
    if gone:
        ax.axvspan(span.index(gone[0]) - 0.5, span.index(gone[-1]) + 0.5, facecolor="k", alpha=0.07)
        said = f"from {periods.days(gone[0])[0]:%B %Y}\nwithheld, not zero"
        ax.text(len(span) - 0.5, height, said, ha="right", va="top")


def day(period: str) -> str:
    """A day or month as a newspaper writes it (31 Dec 2017, Sep 2018); other periods as they are."""
    first, last = periods.days(period)
    if first == last:
        return f"{first.day} {first:%b %Y}"
    return f"{first:%b %Y}" if first.month == last.month else period


def months(period: str) -> str:
    """A quarter or half-year in few letters: Jul to Sep 2024."""
    first, last = periods.days(period)
    return f"{first:%b} to {last:%b %Y}"
