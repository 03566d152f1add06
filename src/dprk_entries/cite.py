"""The entry that each number of this project leads to, on the pages below reports/sources.

A function a kind of number: it takes the key, as the tables have it, and gives a `Link`, or the number as words that
lead there. Where an entry stands, `entries.addresses` says; `site.entry_pages` writes it.
"""

import math
from typing import TYPE_CHECKING

from dprk_entries.entries.addresses import address
from dprk_entries.entries.cell import Cell
from notebook_reports.cite import Link, Words, cite
from reconcile.intervals import Interval

if TYPE_CHECKING:
    from dprk_entries.entries.look_up import Cells  # it takes half a second, and the front page needs none


def cell_link(cells: "Cells", period: str, purpose: str = "_T") -> Link:
    """What is known of a cell. Raises NoCellError where the table has none."""
    told = dict.fromkeys([cells.text(period, purpose), cells.row(period, purpose)["status"].replace("_", " ")])
    short = f"{Cell(period, purpose)}: {', '.join(told)}"
    return Link(address("cell", cells.series, cells.nationality, period, purpose), short)


def period_link(cells: "Cells", period: str) -> Link:
    """What is known of a period, purpose by purpose."""
    return Link(address("period", cells.series, cells.nationality, period), "all of it, and each purpose")


def cell(cells: "Cells", period: str, purpose: str = "_T", text: str = "") -> Words:
    """A cell for reading, as `text` puts it or as its count."""
    return cite(text or cells.text(period, purpose), cell_link(cells, period, purpose))


def printed(series: str, period: str, purpose: str, text: str) -> Words:
    """A count of North Koreans in a series that need not add up."""
    short = f"{series.replace('_', ' ')} of {period}, in print"
    return cite(text, Link(address("cell", series, "PRK", period, purpose), short))


def figure_link(observation_id: str, as_stated: str) -> Link:
    """A published figure."""
    return Link(address("figure", observation_id), f"{observation_id}: {as_stated}, in print")


def figure(observation_id: str, as_stated: str, text: str = "") -> Words:
    """A published figure, named as `text` puts it or by its id."""
    return cite(text or observation_id, figure_link(observation_id, as_stated))


def conflicts_link() -> Link:
    """All published figures in conflict."""
    return Link(address("conflicts", "conflicts"), "which figures clash")


def source_link(source_id: str, short: str) -> Link:
    """A source, with its figures and claims."""
    return Link(address("source", source_id), short)


def in_unit(value: Interval, unit: str) -> str:
    """A result of growth.csv as tables have it: 11.84, 1,084 %, 61.5 %, 11; in a unit without a rule of its own, such
    as entries, as short as can be. What is little has more digits, so that it does not read as nothing: 0.054, -99.9 %.
    """
    match unit:
        case "place":
            return value.count()
        case "times":
            return value.text(digits=1 - math.floor(math.log10(value.high)) if 0 < value.high < 0.1 else 2)
        case "percent":
            return f"{value.text(digits=1 if -100 < value.high < -99 else 0)} %"
        case "share":
            return f"{value.text(100)} %"
    return value.text(digits=0 if value.low % 1 == value.high % 1 == 0 else 2)


def growth_link(measure: str, purpose: str, period: str, base_period: str) -> Link:
    """A row of growth.csv, by the sum that it is."""
    match measure:
        case "factor" | "recovery":
            short = f"entries of {period} / entries of {base_period}"
        case "percent_change":
            short = f"100 x (entries of {period} / entries of {base_period} - 1)"
        case "ratio_to_mean":
            short = f"entries of {period} / mean of the like periods of {base_period}"
        case "contribution":
            short = f"growth of {purpose} / growth of all entries, from {base_period} to {period}"
        case _:
            short = f"{measure.replace('_', ' ')}, {period} against {base_period}"
    return Link(address("growth", measure, purpose, period, base_period), short)


def results_link(period: str) -> Link:
    """All rows of growth.csv on a period."""
    return Link(address("results", period), "all that is computed of it")


def growth(text: str, measure: str, purpose: str, period: str, base_period: str) -> Words:
    """A result of growth.csv, as `text` puts it."""
    return cite(text, growth_link(measure, purpose, period, base_period))


SHARES = {  # what a row of laundering.csv is computed by, by its estimand
    "education_share": "education / all entries",
    "unexplained_entries": "education entries - what study explains",
    "unexplained_share_of_education": "unexplained / education entries",
    "unexplained_share_of_entries": "unexplained / all entries",
}


def share_link(estimand: str, assumption_set: str, period: str) -> Link:
    """A row of laundering.csv, by the sum that it is."""
    assumed = "" if assumption_set == "none" else f", {assumption_set.replace('-', ' ')}"
    short = f"{SHARES.get(estimand, estimand.replace('_', ' '))}, {period}{assumed}"
    return Link(address("share", estimand, assumption_set, period), short)


def share(text: str, estimand: str, assumption_set: str, period: str) -> Words:
    """A result of laundering.csv, as `text` puts it."""
    return cite(text, share_link(estimand, assumption_set, period))


def comparison_link(measure: str, *key: str) -> Link:
    """A row of comparisons.csv; `key`: series, nationality, period, purpose, transport and base_period."""
    return Link(address("comparison", measure, *key), f"{measure.replace('_', ' ')}, {Cell(*key[2:5])}")


def assumption_link(name: str) -> Link:
    """An assumed range, by its `assumption_id`."""
    return Link(address("assumption", name), "the range, its reason and its source")


def assumption(name: str, text: str) -> Words:
    """An assumed range, as `text` puts it."""
    return cite(text, assumption_link(name))


def claim_link(claim_id: str, short: str) -> Link:
    """A claim in print, with all of its parts."""
    return Link(address("claim", claim_id), short)
