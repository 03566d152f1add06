"""The chart of work permits and registrations around the sanctions deadline."""

import pandas as pd

from dprk_entries import cite
from dprk_entries.charts.style import (
    BLUE,
    GREEN,
    INK,
    RED,
    Chart,
    draw,
    label,
    lead,
    styled,
)
from notebook_reports.cite import words
from reconcile import periods


@styled
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
    fig, axes = draw(title, source, 5.8, panels=3)
    drawn = []
    for ax, color, (name, table) in zip(axes, (GREEN, RED, BLUE), panels.items(), strict=True):
        bars = ax.bar(range(len(table)), table["high"], color=color, width=0.8)
        for x, (period, row) in enumerate(table.iterrows()):
            lead(bars[x], cite.figure_link(row["observation_id"], row["as_stated"]))
            label(ax, x, row["high"], row["as_stated"])
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
