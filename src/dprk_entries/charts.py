"""The figures of the reports: one style, one function a figure, each with its title, alt text and data.

A title states the finding and is computed from the data. Bars start at zero; no line joins periods; a period whose
figure was withheld is drawn as such. Colours: Okabe and Ito 2008, Color Universal Design (https://jfly.uni-koeln.de/color/).
"""

import textwrap
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dprk_entries import cite
from dprk_entries.entries.look_up import Cells
from dprk_entries.study import bounds as laundering
from dprk_entries.study.bounds import Assumed
from notebook_reports.cite import Link, Words, words
from notebook_reports.cite import cite as cited
from reconcile import periods
from reconcile.intervals import Interval

WIDTH = 4.2  # inches: at 375 px a phone shows the text in its size
BLUE, RED, GREEN, GREY, INK = "#0072B2", "#D55E00", "#007A5A", "#767676", "#1b1b1b"
STYLE = {
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


def _draw(title: Words, source: str, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure with its title above and its source below the axes."""
    fig = Figure(figsize=(WIDTH, height), layout="constrained")
    fig.suptitle(textwrap.fill(str(title), 42), x=0.02, ha="left", fontsize=12, fontweight="bold")
    fig.supxlabel(textwrap.fill(f"Source: {source}", 58), x=0.02, ha="left", fontsize=8, color="#595959")
    return fig, list(fig.subplots(panels, 1, squeeze=False)[:, 0])


def _lead(artist: Artist, link: Link) -> None:
    """Let a mark lead to where its number comes from."""
    artist.set_url(link.url())


def _label(ax: Axes, x: float, y: float, text: str, **how) -> None:
    style = {"ha": "center", "va": "bottom", "fontsize": 9} | how
    ax.annotate(text, (x, y), xytext=(0, 2), textcoords="offset points", **style)


def _say(ax: Axes, x: float, text: str) -> None:
    """Words that stand where a bar would."""
    ax.text(x, 0.02 * ax.get_ylim()[1], text, rotation=90, ha="center", va="bottom", fontsize=9)


@mpl.rc_context(STYLE)
def annual_entries(cells: Cells, year: str, base: str, reference: str) -> Chart:
    """Entries a year, all purposes; a year whose total was not published in full is said to be so."""
    years = cells.periods("0000")
    totals = {y: cells.interval(y) for y in years}
    times = totals[year].over(totals[base])
    recovered = totals[year].over(totals[reference]).percent()
    growth = "{} entries in {}: {} times {}, {} of {}"
    title = words(growth, cite.cell(cells, year), year, times.text(), base, recovered, reference)
    fig, (ax,) = _draw(title, COMPILED, 3.6)
    bars = ax.bar(
        range(len(years)),
        [v.high for v in totals.values()],
        color=[RED if y == year else BLUE for y in years],
    )
    for bar, y in zip(bars, years, strict=True):
        _lead(bar, cite.cell_link(cells, y))
    highest = max(years, key=lambda y: totals[y].low)
    for y in sorted({highest, reference, year}):
        _label(ax, years.index(y), totals[y].high, totals[y].count())
    _label(ax, years.index(base) + 0.35, totals[base].high, totals[base].count(), ha="right")
    open_years = [y for y in cells.listed("0000") if y not in years]
    for x in range(len(years), len(years) + len(open_years)):
        _say(ax, x, "not published")
    shown = [*years, *open_years]
    ax.set_xlim(-0.6, len(shown) - 0.4)
    ax.set_xticks(range(len(shown)), [y[2:] for y in shown])
    ax.set_xlabel(f"Year, {shown[0]} to {shown[-1]}", fontsize=9)
    ax.set_yticks([])
    data = pd.DataFrame(
        [[*v] for v in totals.values()],
        columns=["entries_low", "entries_high"],
        index=pd.Index(years, name="year"),
    ).astype(int)
    listed = ", ".join(f"{y} {total.count()}" for y, total in totals.items())
    alt = f"Bar chart of entries a year: {listed}." + "".join(f" For {y} no total was published." for y in open_years)
    return Chart(fig, title, alt, data, COMPILED)


@mpl.rc_context(STYLE)
def purposes(cells: Cells, labels: pd.Series, year: str) -> Chart:
    """Entries of a year by stated purpose, largest first. `labels`: label of each code."""
    codes = [c for c in cells.purposes(year) if cells.interval(year, c).high > 0]
    if unknown := [c for c in codes if not cells.interval(year, c).exact]:
        raise ValueError(f"the purposes of {year} are not all known ({', '.join(unknown)}), so no bars can be drawn")
    codes.sort(key=lambda c: cells.interval(year, c).low)
    values, total = [cells.interval(year, c) for c in codes], cells.interval(year)
    largest, share = codes[-1], values[-1].over(total)
    part, whole = cite.cell(cells, year, largest), cite.cell(cells, year)
    stated = "{} was the stated purpose of {} of {} entries in {} ({})"
    title = words(stated, labels[largest], part, whole, year, share.percent())
    fig, (ax,) = _draw(title, SERVICE, 3.4)
    bars = ax.barh(range(len(codes)), [v.high for v in values], color=[RED if c == largest else BLUE for c in codes])
    for bar, code in zip(bars, codes, strict=True):
        _lead(bar, cite.cell_link(cells, year, code))
    for position, value in enumerate(values):
        ax.annotate(
            value.count(),
            (value.high, position),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    ax.set_yticks(range(len(codes)), [textwrap.fill(labels[c], 16) for c in codes])
    ax.set_xticks([])
    ax.margins(x=0.16)
    ax.set_xlim(left=0)
    data = pd.DataFrame(
        [[*v] for v in values], columns=["entries_low", "entries_high"], index=pd.Index(codes, name="purpose")
    ).astype(int)[::-1]
    alt = f"Bar chart of entries in {year} by stated purpose: " + ", ".join(
        f"{labels[c].lower()} {v.count()}" for c, v in zip(reversed(codes), reversed(values), strict=True)
    )
    return Chart(fig, title, alt + ".", data, SERVICE)


@mpl.rc_context(STYLE)
def quarterly_entries(cells: Cells, first: str, last: str) -> Chart:
    """Entries a quarter with education set apart where it is known; withheld quarters as such."""
    quarters = periods.span(first, last)
    withheld = [q for q in quarters if cells.row(q)["status"] == "not_published"]
    known = [q for q in quarters if q not in withheld]
    apart = {q: cells.interval(q, "education") for q in known}
    exact = [q for q in known if apart[q].exact]
    peak = max(exact, key=lambda q: apart[q].low)
    part, whole = cite.cell(cells, peak, "education"), cite.cell(cells, peak)
    since = f"; from {withheld[0]} on no figure was published" if withheld else ""
    title = words("Education made up {} of {} entries in {}{}", part, whole, peak, since)
    fig, (ax,) = _draw(title, COMPILED, 3.8)
    rows = []
    for x, quarter in enumerate(quarters):
        if quarter in withheld:
            rows.append([quarter, "", "", "", "", "not_published"])
            continue
        total, education = cells.interval(quarter), apart[quarter]
        rows.append([quarter, *map(int, total), *map(int, education), cells.row(quarter)["status"]])
        if education.exact:
            (others,) = ax.bar(x, total.low - education.low, bottom=education.low, color=BLUE)
            (known_part,) = ax.bar(x, education.low, color=RED)
            _lead(known_part, cite.cell_link(cells, quarter, "education"))
        else:
            (others,) = ax.bar(x, total.low, color="white", edgecolor=BLUE, hatch="////", linewidth=0.8)
        _lead(others, cite.cell_link(cells, quarter))
        if not total.exact:
            ax.plot([x, x], total, color=INK, linewidth=1)
    top = max(cells.interval(q).high for q in known)
    if withheld:
        _say(ax, quarters.index(withheld[0]) + (len(withheld) - 1) / 2, "not published")
    ax.set_xticks(
        [quarters.index(q) + 1.5 for q in quarters if q.endswith("Q1")],
        [q[:4] for q in quarters if q.endswith("Q1")],
        fontsize=9,
    )
    ax.set_xlim(-1, len(quarters))
    ax.set_ylim(0, top * 1.12)
    ax.set_yticks([0, 2000, 4000, 6000], ["0", "2,000", "4,000", "6,000"], fontsize=9)
    key = [
        mpl.patches.Patch(facecolor=RED, label="education"),
        mpl.patches.Patch(facecolor=BLUE, label="other purposes"),
    ]
    key.append(mpl.patches.Patch(facecolor="white", edgecolor=BLUE, hatch="////", label="education not known"))
    ax.legend(handles=key, loc="upper center", frameon=False, fontsize=9, bbox_to_anchor=(0.52, 1.0))
    columns = ["quarter", "entries_low", "entries_high", "education_low", "education_high", "status"]
    data = pd.DataFrame(rows, columns=columns).set_index("quarter")
    alt = (
        f"Stacked bars of entries a quarter, {quarters[0]} to {quarters[-1]}. Education, where known: "
        + ", ".join(f"{q} {apart[q].count()} of {cells.interval(q).count()}" for q in exact)
        + f"{since}."
    )
    return Chart(fig, title, alt, data, COMPILED)


@mpl.rc_context(STYLE)
def growth_since_reopening(table: pd.DataFrame, first: str) -> Chart:
    """Entries a quarter as a share of the same quarter of the year of recovery, as dots with their intervals. `table`:
    as `growth.table` gives it."""
    rows = table[(table["measure"] == "recovery") & table["period"].str.contains("Q") & (table["period"] >= first)]
    links = {row.period: cite.growth_link(*row[1:5]) for row in rows.itertuples()}
    rows = rows.set_index("period").sort_index()
    values = {p: Interval(row["low"], row["high"]) for p, row in rows.iterrows()}
    reference = rows["base_period"].iloc[0][:4]
    peak, end = max(values, key=lambda p: values[p].low), list(values)[-1]
    highest, latest = (cited(values[period].percent(), links[period]) for period in (peak, end))
    recovered = "By {} entries were back at {} of the same quarter of {}; in {}, the last published, they were at {}"
    title = words(recovered, peak, highest, reference, end, latest)
    fig, (ax,) = _draw(title, COMPILED, 3.6)
    ax.axhline(100, color=GREY, linewidth=1)
    ax.text(-0.4, 102, f"percent of the same quarter of {reference}", va="bottom", fontsize=9)
    for x, (period, value) in enumerate(values.items()):
        ax.plot([x, x], [100 * value.low, 100 * value.high], color=BLUE, linewidth=4, solid_capstyle="butt")
        (dot,) = ax.plot(x, 50 * (value.low + value.high), "o", color=RED if period == peak else BLUE, markersize=8)
        _lead(dot, links[period])
        below = value.high > 0.8  # else the line at 100 % runs through the number
        where = {"xytext": (0, -16)} if below else {"xytext": (0, 6)}
        ax.annotate(
            value.percent().removesuffix(" %").replace(" to ", "–"),
            (x, 100 * value.high),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            **where,
        )
    ax.set_xticks(range(len(values)), [f"{p[5:]}\n{p[:4] if p.endswith('Q1') else ''}" for p in values])
    ax.set_ylim(0, 118)
    ax.set_yticks([0, 50, 100], ["0", "50 %", "100 %"], fontsize=9)
    data = rows[["base_period", "low", "high"]].rename(columns={"low": "share_low", "high": "share_high"}).round(4)
    alt = (
        f"Entries a quarter as a share of the same quarter of {reference}: "
        + ", ".join(f"{p} {v.percent()}" for p, v in values.items())
        + "."
    )
    return Chart(fig, title, alt, data, COMPILED)


@mpl.rc_context(STYLE)
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
    fig, (ax,) = _draw(title, ASSUMED, 4.2)
    for y, (name, value) in enumerate(reversed(values.items())):
        ax.plot([0, 100], [y, y], color="#d0d0d0", linewidth=1, zorder=0)
        (line,) = ax.plot(
            [100 * value.low - 0.6, 100 * value.high + 0.6],
            [y, y],
            color=RED,
            linewidth=9,
            solid_capstyle="butt",
        )
        _lead(line, cite.share_link(estimand, name, year))
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


@mpl.rc_context(STYLE)
def price_of_assumptions(prices: pd.DataFrame, year: str) -> Chart:
    """Least unexplained share of the education entries when one assumption is halved, doubled or dropped: a bar from
    doubled to halved, a ring where it is dropped. `prices`: as `laundering.prices` gives them."""
    least = prices.map(lambda share: share.low)
    texts = prices.map(Interval.least_percent)
    stands, largest = prices["as it stands"].iloc[0], prices.iloc[0]
    title = words(
        f"With twice the {prices.index[0]}, at least {largest['doubled'].least_percent()} of the education entries of "
        f"{year} stay unexplained instead of {stands.least_percent()}"
    )
    fig, (ax,) = _draw(title, ASSUMED, 3.9)
    ax.axvline(100 * stands.low, color=GREY, linewidth=1, zorder=0)
    for y, name in enumerate(reversed(least.index)):
        row, text = least.loc[name], texts.loc[name]
        (bar,) = ax.barh(y, 100 * (row["halved"] - row["doubled"]), left=100 * row["doubled"], height=0.22, color=BLUE)
        _lead(bar, cite.share_link("unexplained_share_of_education", "enrolment", year))
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


@mpl.rc_context(STYLE)
def students_and_crossings(education: Interval, assumed: Assumed, year: str) -> Chart:
    """Map of the least unexplained share of the education entries of a year over numbers of students and crossings of
    each, on enrolment alone, with what is assumed and what it takes for one half."""
    many, often = assumed.students.high or 1, assumed.entries_per_student.high or 1
    crossings, students = laundering.break_even(education, Interval(0, many), Interval(0, often))
    title = words(
        f"For half of the education entries of {year} to be study takes {students:,.0f} students at {often:g} "
        f"crossings, or {crossings:.1f} crossings by {many:,.0f}"
    )
    fig, (ax,) = _draw(title, ASSUMED, 4.4)
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
    _lead(dots, cite.share_link("unexplained_share_of_education", "enrolment", year))
    ax.text(many, crossings, f"  {crossings:.1f} crossings", fontsize=9, va="bottom")
    ax.text(students, often, f"{students:,.0f} students ", fontsize=9, va="top", ha="right")
    ax.text(right, top, "all could be study ", fontsize=9, va="top", ha="right")
    ax.set_xlim(0, right)
    ax.set_ylim(0, top)
    ax.set_xlabel("Students", fontsize=9)
    ax.set_ylabel("Crossings of each in the year", fontsize=9)
    ax.tick_params(labelsize=9)
    data = laundering.two_way(education, assumed).round(4)
    alt = (
        f"Map of the least share of the education entries of {year} that students leave unexplained, by their number "
        f"and the crossings of each. At most {many:,.0f} students and {often:g} crossings are assumed, which leaves "
        f"{laundering.unexplained_share(education, Interval(0, many * often)).least_percent()}. One half is reached at "
        f"{crossings:.1f} crossings by {many:,.0f} students, or at {students:,.0f} students with {often:g} crossings."
    )
    return Chart(fig, title, alt, data.rename(columns=lambda k: f"least_share_at_{k:g}_crossings"), ASSUMED)


@mpl.rc_context(STYLE)
def permits_and_registrations(figures: pd.DataFrame, deadline: str) -> Chart:
    """Valid work permits, and registrations of students and tourists, around the sanctions deadline (a day).

    `figures`: observations with `low` and `high`. Three panels: the series count different things.
    """

    def rows(series: str, purpose: str, shown: list[str]) -> pd.DataFrame:
        wanted = figures[
            (figures["series"] == series) & (figures["purpose"] == purpose) & figures["period"].isin(shown)
        ]
        return wanted.drop_duplicates(["period", "low", "high"]).set_index("period").reindex(shown)

    years = ["2017", "2018", "2019"]
    panels = {
        "Valid work permits on a day": rows("work_permit_holders", "work", ["2017-12-31", "2018-09", "2018-12-31"]),
        "Student registrations in a year": rows("residence_registrations", "education", years),
        "Tourist registrations in a year": rows("residence_registrations", "tourism", years),
    }
    source = "Russian Interior Ministry and reports to the United Nations, from press reports"
    permits, students, _ = panels.values()
    title = words("Work permits {}; student registrations {}", _moved(permits), _moved(students))
    fig, axes = _draw(title, source, 5.8, panels=3)
    drawn = []
    for ax, color, (name, table) in zip(axes, (GREEN, RED, BLUE), panels.items(), strict=True):
        bars = ax.bar(range(len(table)), table["high"], color=color, width=0.8)
        for x, (period, row) in enumerate(table.iterrows()):
            _lead(bars[x], cite.figure_link(row["observation_id"], row["as_stated"]))
            _label(ax, x, row["high"], row["as_stated"])
            drawn.append([name, period, int(row["low"]), int(row["high"]), row["observation_id"]])
        ax.set_title(name, loc="left", fontsize=10.5)
        ax.set_xlim(-0.5, len(table))
        ax.set_ylim(0, table["high"].max() * 1.25)
        ax.set_yticks([])
        ax.set_xticks(range(len(table)), [_day(period) for period in table.index])
        if table.index[-1] == deadline[:4]:
            ax.axvline(len(table) - 0.55, color=INK, linewidth=1, linestyle=":")
            ax.text(len(table) - 0.5, ax.get_ylim()[1], f"deadline\n{_day(deadline)}", va="top", fontsize=8.5)
    data = pd.DataFrame(drawn, columns=["series", "period", "low", "high", "observation_id"]).set_index("series")
    alt = "Three bar charts. " + " ".join(
        f"{name}: " + ", ".join(f"{period} {row['as_stated']}" for period, row in table.iterrows()) + "."
        for name, table in panels.items()
    )
    return Chart(
        fig, title, f"{alt} A dotted line marks the deadline for sending workers home, {_day(deadline)}.", data, source
    )


def _moved(rows: pd.DataFrame) -> str:
    """From the first row to the last: rose from about 180 (2017) to 10,345 (2019)."""
    first, last = rows.iloc[0], rows.iloc[-1]
    verb = "rose" if last["low"] > first["high"] else "fell" if last["high"] < first["low"] else "went"
    return f"{verb} from {first['as_stated']} ({_day(first.name)}) to {last['as_stated']} ({_day(last.name)})"


def _day(period: str) -> str:
    """A day or month as a newspaper writes it (31 Dec 2017, Sep 2018); other periods as they are."""
    first, last = periods.days(period)
    if first == last:
        return f"{first.day} {first:%b %Y}"
    return f"{first:%b %Y}" if first.month == last.month else period
