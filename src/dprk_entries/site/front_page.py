"""What the front page leads with: a few numbers with their intervals, verdicts counted, and where the source ends."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from dprk_entries import cite
from dprk_entries.entries import addresses
from dprk_entries.site.steps import FRONT_PAGE
from notebook_reports.cite import Link, Words, words
from notebook_reports.cite import cite as cited
from notebook_reports.pages import front
from reconcile.intervals import Interval

TEMPLATE = Path(__file__).parent / "templates" / "front_page.html.j2"
Row = Mapping[str, str]


def index(contents: front.Contents) -> str:
    """HTML text of reports/index.html (see `notebook_reports.pages.front`)."""
    entries, growth, laundering, checked = (_rows(contents.source(table)) for table in FRONT_PAGE.reads)
    return front.index(contents, TEMPLATE, summary=summary(entries, growth, laundering, checked))


def _rows(table: Path) -> list[Row]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Number(NamedTuple):
    """A number to lead with, and what it is."""

    text: Words
    meaning: str


class Summary(NamedTuple):
    numbers: list[Number]
    verdicts: list[tuple[str, int]]  # of claims and parts of claims, most first
    last: Words  # sentence on the last period published


def summary(
    entries: Iterable[Row], growth: Iterable[Row], laundering: Iterable[Row], checked: Iterable[Row]
) -> Summary:
    """From the rows of the processed tables, as text. The year is the one whose unexplained entries were estimated."""
    shares = {(row["estimand"], row["assumption_set"], row["period"]): row for row in laundering}
    year = min(key[2] for key in shares if key[0] == "unexplained_persons")
    ceiling = next(name for _, name, _ in shares if name.endswith("-ceiling"))
    counts = {row["period"]: row for row in entries if _is_total(row)}
    factor = next(row for row in growth if (row["measure"], row["period"], row["purpose"]) == ("factor", year, "_T"))
    key = ("factor", "_T", year, factor["base_period"])
    numbers = [
        Number(_cell(counts[year]), f"entries in {year}: crossings of the border, not people"),
        Number(cited(_interval(factor).text(), cite.growth_link(*key)),
               f"times the entries of {factor['base_period']}"),
        Number(_share(shares, "education_share", "none", year), f"of the entries of {year} were declared as education"),
        *(Number(_share(shares, "unexplained_share_of_education", name, year),
                 f"of these are not explained by {shares['unexplained_share_of_education', name, year]['binding']}")
          for name in ("reported-students", ceiling)),
    ]  # fmt: skip
    quarters = sorted(period for period in counts if "Q" in period)
    last = max(period for period in quarters if counts[period]["low"])
    withheld = [period for period in quarters if period > last]
    ends = words("The last quarter that was published is {}, with {} entries.", last, _cell(counts[last]))
    if withheld:
        ends += f" From {withheld[0]} on, figures were withheld: that is not zero."
    verdicts = Counter(row["verdict"] for row in checked).most_common()
    return Summary(numbers, verdicts, ends)


def _is_total(row: Row) -> bool:
    key = (row["series"], row["nationality"], row["purpose"], row["transport"])
    return key == ("border_entries", "PRK", "_T", "_T")


def _interval(row: Row) -> Interval:
    return Interval(float(row["low"]), float(row["high"]))


def _cell(row: Row) -> Words:
    key = (row["series"], row["nationality"], row["period"], row["purpose"])
    link = Link(addresses.address("cell", *key), f"{row['period']}: {row['status']}")
    return cited(_interval(row).count(), link)


def _share(shares: Mapping[tuple[str, str, str], Row], estimand: str, assumption_set: str, period: str) -> Words:
    value = _interval(shares[estimand, assumption_set, period])
    return cite.share(value.percent(), estimand, assumption_set, period)
