"""Charts of the entries: by year, purpose and quarter, and how far they came back."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from dprk_entries import cite
from dprk_entries.charts.style import (
    BLUE,
    COMPILED,
    GREY,
    INK,
    RED,
    SERVICE,
    Chart,
    draw,
    label,
    lead,
    say,
    styled,
)
from dprk_entries.entries.look_up import Cells
from notebook_reports.cite import cite as cited
from notebook_reports.cite import words
from reconcile import periods
from reconcile.intervals import Interval

KEY = [
    Patch(facecolor=RED, label="education"),
    Patch(facecolor=BLUE, label="other purposes"),
    Patch(facecolor="white", edgecolor=BLUE, hatch="////", label="education not known"),
]


@styled
def annual_entries(cells: Cells, year: str, base: str, reference: str) -> Chart:
    """Entries a year, all purposes; a year whose total was not published in full is said to be so."""
    years = cells.periods("0000")
    totals = {y: cells.interval(y) for y in years}
    times = totals[year].over(totals[base])
    recovered = totals[year].over(totals[reference]).percent()
    growth = "{} entries in {}: {} times {}, {} of {}"
    title = words(growth, cite.cell(cells, year), year, times.text(), base, recovered, reference)
    fig, (ax,) = draw(title, COMPILED, 3.6)
    bars = ax.bar(
        range(len(years)),
        [v.high for v in totals.values()],
        color=[RED if y == year else BLUE for y in years],
    )
    for bar, y in zip(bars, years, strict=True):
        lead(bar, cite.cell_link(cells, y))
    highest = max(years, key=lambda y: totals[y].low)
    for y in sorted({highest, reference, year}):
        label(ax, years.index(y), totals[y].high, totals[y].count())
    label(ax, years.index(base) + 0.35, totals[base].high, totals[base].count(), ha="right")
    open_years = [y for y in cells.listed("0000") if y not in years]
    for x in range(len(years), len(years) + len(open_years)):
        say(ax, x, "not published")
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


@styled
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
    fig, (ax,) = draw(title, SERVICE, 3.4)
    bars = ax.barh(range(len(codes)), [v.high for v in values], color=[RED if c == largest else BLUE for c in codes])
    for bar, code in zip(bars, codes, strict=True):
        lead(bar, cite.cell_link(cells, year, code))
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


@styled
def quarterly_entries(cells: Cells, first: str, last: str) -> Chart:
    """Entries a quarter with education set apart where it is known; withheld quarters as such."""
    quarters = periods.span(first, last)
    withheld = [q for q in quarters if cells.row(q)["status"] == "not_published"]
    known = [q for q in quarters if q not in withheld]
    totals = {q: cells.interval(q) for q in known}
    apart = {q: value for q in known if (value := cells.interval(q, "education")).exact}
    peak = max(apart, key=lambda q: apart[q].low)
    part, whole = cite.cell(cells, peak, "education"), cite.cell(cells, peak)
    since = f"; from {withheld[0]} on no figure was published" if withheld else ""
    title = words("Education made up {} of {} entries in {}{}", part, whole, peak, since)
    fig, (ax,) = draw(title, COMPILED, 3.8)
    for quarter in known:
        _quarter(ax, quarters.index(quarter), quarter, cells)
    if withheld:
        say(ax, quarters.index(withheld[0]) + (len(withheld) - 1) / 2, "not published")
    years = [q for q in quarters if q.endswith("Q1")]
    ax.set_xticks([quarters.index(q) + 1.5 for q in years], [q[:4] for q in years], fontsize=9)
    ax.set_xlim(-1, len(quarters))
    ax.set_ylim(0, 1.12 * max(total.high for total in totals.values()))
    ticks = [tick for tick in MaxNLocator(4, steps=[1, 2, 5]).tick_values(*ax.get_ylim()) if tick <= ax.get_ylim()[1]]
    ax.set_yticks(ticks, [f"{tick:,.0f}" for tick in ticks], fontsize=9)
    ax.legend(handles=KEY, loc="upper center", frameon=False, fontsize=9, bbox_to_anchor=(0.52, 1.0))
    alt = (
        f"Stacked bars of entries a quarter, {quarters[0]} to {quarters[-1]}. Education, where known: "
        + ", ".join(f"{q} {value.count()} of {totals[q].count()}" for q, value in apart.items())
        + f"{since}."
    )
    return Chart(fig, title, alt, _quarters(cells, quarters), COMPILED)


def _quarter(ax: Axes, x: int, quarter: str, cells: Cells) -> None:
    """The bar of a quarter: education below the others, or one hatched bar where it is not known."""
    total, education = cells.interval(quarter), cells.interval(quarter, "education")
    if education.exact:
        (others,) = ax.bar(x, total.low - education.low, bottom=education.low, color=BLUE)
        (known_part,) = ax.bar(x, education.low, color=RED)
        lead(known_part, cite.cell_link(cells, quarter, "education"))
    else:
        (others,) = ax.bar(x, total.low, color="white", edgecolor=BLUE, hatch="////", linewidth=0.8)
    lead(others, cite.cell_link(cells, quarter))
    if not total.exact:
        ax.plot([x, x], [total.low, total.high], color=INK, linewidth=1)


def _quarters(cells: Cells, quarters: tuple[str, ...]) -> pd.DataFrame:
    """What is drawn of each quarter; text, empty where it was withheld."""
    rows = {}
    for quarter in quarters:
        status = cells.row(quarter)["status"]
        ends = [*cells.interval(quarter), *cells.interval(quarter, "education")] if status != "not_published" else []
        rows[quarter] = [*(f"{end:.0f}" for end in ends), *[""] * (4 - len(ends)), status]
    columns = ["entries_low", "entries_high", "education_low", "education_high", "status"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("quarter")


@styled
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
    fig, (ax,) = draw(title, COMPILED, 3.6)
    ax.axhline(100, color=GREY, linewidth=1)
    ax.text(-0.4, 102, f"percent of the same quarter of {reference}", va="bottom", fontsize=9)
    for x, (period, value) in enumerate(values.items()):
        ax.plot([x, x], [100 * value.low, 100 * value.high], color=BLUE, linewidth=4, solid_capstyle="butt")
        (dot,) = ax.plot(x, 50 * (value.low + value.high), "o", color=RED if period == peak else BLUE, markersize=8)
        lead(dot, links[period])
        below = value.high > 0.8  # else the line at 100 % runs through the number
        where = (0, -16) if below else (0, 6)
        ax.annotate(
            value.percent().removesuffix(" %").replace(" to ", "–"),
            (x, 100 * value.high),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            xytext=where,
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
