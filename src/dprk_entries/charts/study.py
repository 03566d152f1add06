"""Charts of the education entries that study leaves unexplained, and of what the assumptions are worth."""

import textwrap

import matplotlib as mpl
import numpy as np
import pandas as pd

from dprk_entries import cite
from dprk_entries.charts.style import (
    ASSUMED,
    BLUE,
    GREY,
    INK,
    RED,
    Chart,
    draw,
    lead,
    styled,
)
from dprk_entries.study import bounds
from dprk_entries.study.bounds import Assumed
from notebook_reports.cite import words
from reconcile.intervals import Interval


@styled
def laundering_shares(results: pd.DataFrame, year: str) -> Chart:
    """Share of the education entries of a year that stays unexplained, under each named assumption set."""
    rows = results[(results["estimand"] == "unexplained_share_of_education") & (results["period"] == year)]
    if rows.empty:
        raise ValueError(f"laundering.csv has no estimate for {year}: run notebook 03 with that year first")
    rows = rows.set_index("assumption_set").loc[["naive", "arrival", "enrolment", "baseline"]]
    names = {name: f"{name.capitalize()}: {why}" for name, why in rows["binding"].items()}
    values = {name: Interval(row["low"], row["high"]) for name, row in rows.iterrows()}
    estimand = "unexplained_share_of_education"
    least = cite.share(values["baseline"].least_percent(), estimand, "baseline", year)
    title = words(
        "At least {} of the education entries of {} are unexplained, with as much study as before the pandemic",
        least,
        year,
    )
    fig, (ax,) = draw(title, ASSUMED, 4.2)
    for y, (name, value) in enumerate(reversed(values.items())):
        ax.plot([0, 100], [y, y], color="#d0d0d0", linewidth=1, zorder=0)
        (line,) = ax.plot(
            [100 * value.low - 0.6, 100 * value.high + 0.6],
            [y, y],
            color=RED,
            linewidth=9,
            solid_capstyle="butt",
        )
        lead(line, cite.share_link(estimand, name, year))
        ax.text(0, y + 0.16, textwrap.fill(names[name], 52), va="bottom", fontsize=9.5)
        ax.text(
            100 * value.low - 3,
            y - 0.1,
            value.percent(),
            va="top",
            ha="right",
            fontsize=9.5,
            fontweight="bold",
        )
    ax.set_ylim(-0.5, len(values) - 0.4)
    ax.set_xlim(0, 102)
    ax.set_yticks([])
    ax.set_xticks([0, 50, 100], ["0", "50 %", "100 %"], fontsize=9)
    data = rows[["low", "high", "binding"]].rename(columns={"low": "share_low", "high": "share_high"}).round(4)
    alt = (
        f"Unexplained share of the education entries of {year}: "
        + "; ".join(f"{names[n]}, {v.percent()}" for n, v in values.items())
        + "."
    )
    return Chart(fig, title, alt, data, ASSUMED)


@styled
def price_of_assumptions(prices: pd.DataFrame, year: str) -> Chart:
    """Least unexplained share of the education entries when one assumption is halved, doubled or dropped: a bar from
    doubled to halved, a ring where it is dropped. `prices`: as `bounds.prices` gives them."""
    least = prices.map(lambda share: share.low)
    texts = prices.map(Interval.least_percent)
    stands, largest = prices["as it stands"].iloc[0], prices.iloc[0]
    title = words(
        f"With twice the {prices.index[0]}, at least {largest['doubled'].least_percent()} of the education entries of "
        f"{year} stay unexplained instead of {stands.least_percent()}"
    )
    fig, (ax,) = draw(title, ASSUMED, 3.9)
    ax.axvline(100 * stands.low, color=GREY, linewidth=1, zorder=0)
    for y, name in enumerate(reversed(least.index)):
        row, text = least.loc[name], texts.loc[name]
        (bar,) = ax.barh(y, 100 * (row["halved"] - row["doubled"]), left=100 * row["doubled"], height=0.22, color=BLUE)
        lead(bar, cite.share_link("unexplained_share_of_education", "enrolment", year))
        ax.plot(100 * row["dropped"], y, "o", markerfacecolor="none", markeredgecolor=RED, markersize=9)
        moved = f"doubled {text['doubled']}, halved {text['halved']}"
        same = row["doubled"] == row["halved"]
        ax.text(0, y + 0.2, f"{name}: {'no change' if same else moved}", va="bottom", fontsize=9.5)
    ax.plot([], [], "o", markerfacecolor="none", markeredgecolor=RED, markersize=9, label="assumption dropped")
    ax.plot([], [], color=GREY, linewidth=1, label=f"as it stands, {stands.least_percent()}")
    ax.legend(loc="upper left", frameon=False, fontsize=9, bbox_to_anchor=(0, -0.12), ncols=2)
    ax.set_ylim(-0.4, len(least) - 0.3)
    ax.set_xlim(0, 102)
    ax.set_yticks([])
    ax.set_xticks([0, 50, 100], ["0", "50 %", "100 %"], fontsize=9)
    data = least.round(4).rename(columns=lambda name: name.replace(" ", "_")).rename_axis("assumption")
    alt = f"Bar chart of the least unexplained share of the education entries of {year}: " + "; ".join(
        f"{name}, " + ", ".join(f"{change} {share}" for change, share in row.items()) for name, row in texts.iterrows()
    )
    return Chart(fig, title, alt + ".", data, ASSUMED)


@styled
def students_and_crossings(education: Interval, assumed: Assumed, year: str) -> Chart:
    """Map of the least unexplained share of the education entries of a year over numbers of students and crossings of
    each, on enrolment alone, with what is assumed and what it takes for one half."""
    many, often = assumed.students.high or 1, assumed.entries_per_student.high or 1
    crossings, students = bounds.break_even(education, Interval(0, many), Interval(0, often))
    title = words(
        f"For half of the education entries of {year} to be study takes {students:,.0f} students at {often:g} "
        f"crossings, or {crossings:.1f} crossings by {many:,.0f}"
    )
    fig, (ax,) = draw(title, ASSUMED, 4.4)
    right, top = 1.25 * max(students, many), 1.25 * max(crossings, often)
    x = np.linspace(right / 200, right, 200)
    levels = {0.9: "#eaf3fa", 0.75: "#c9e0f0", 0.5: "#9cc6e2", 0.0: "#5fa3cf"}
    below = np.zeros_like(x)
    for level, color in levels.items():
        line = np.minimum((1 - level) * education.low / x, top)
        ax.fill_between(x, below, line, color=color, linewidth=0)
        if level:
            ax.plot(x, (1 - level) * education.low / x, color=INK, linewidth=0.8)
            ax.text(right, line[-1], f"{100 * level:.0f} % ", fontsize=9, va="bottom", ha="right")
        below = line
    ax.add_patch(mpl.patches.Rectangle((0, 0), many, often, fill=False, edgecolor=RED, linewidth=2))
    ax.text(many, often, " assumed at most", color=INK, fontsize=9, va="bottom")
    (dots,) = ax.plot([many, students], [crossings, often], "o", color=RED, markersize=7)
    lead(dots, cite.share_link("unexplained_share_of_education", "enrolment", year))
    ax.text(many, crossings, f"  {crossings:.1f} crossings", fontsize=9, va="bottom")
    ax.text(students, often, f"{students:,.0f} students ", fontsize=9, va="top", ha="right")
    ax.text(right, top, "all could be study ", fontsize=9, va="top", ha="right")
    ax.set_xlim(0, right)
    ax.set_ylim(0, top)
    ax.set_xlabel("Students", fontsize=9)
    ax.set_ylabel("Crossings of each in the year", fontsize=9)
    ax.tick_params(labelsize=9)
    data = bounds.two_way(education, assumed).round(4)
    alt = (
        f"Map of the least share of the education entries of {year} that students leave unexplained, by their number "
        f"and the crossings of each. At most {many:,.0f} students and {often:g} crossings are assumed, which leaves "
        f"{bounds.unexplained_share(education, Interval(0, many * often)).least_percent()}. One half is reached at "
        f"{crossings:.1f} crossings by {many:,.0f} students, or at {students:,.0f} students with {often:g} crossings."
    )
    return Chart(fig, title, alt, data.rename(columns=lambda k: f"least_share_at_{k:g}_crossings"), ASSUMED)
