"""The numbers of the front page, in the words of a language, each with the entry that it leads to."""

import re
from collections.abc import Iterable, Mapping

from dprk_entries import cite
from dprk_entries.entries import addresses
from dprk_entries.site.language import ENGLISH, N_, Language
from notebook_reports.cite import Link, Words, as_words
from notebook_reports.cite import cite as cited
from reconcile.intervals import Interval

Row = Mapping[str, str]
OURS = ("border_entries", "PRK", "_T")
SHARE = "unexplained_share_of_education"
# What binds a set of assumptions, in the words of laundering.csv. Other words stand in English in every language.
ASSUMPTIONS = {
    N_("published figures alone"),
    N_("no more study than all education entries of {number}"),
    N_("the students reported, assumed to enter up to {number} times each while enrolled"),
    N_("the students reported, assumed to enter up to {number} times each"),
    N_("the students reported, assumed to enter once each while enrolled"),
    N_("the students reported, assumed to enter once each"),
    N_("no education entry being study"),
}


class Numbers:
    """`year`: that whose unexplained entries were estimated; `level`: the year whose study is granted."""

    def __init__(
        self, entries: Iterable[Row], growth: Iterable[Row], laundering: Iterable[Row], language: Language = ENGLISH
    ) -> None:
        self.language = language
        self.shares = {(row["estimand"], row["assumption_set"], row["period"]): row for row in laundering}
        self.year = min(key[2] for key in self.shares if key[0] == "unexplained_persons")
        self.ceiling = next(name for _, name, _ in self.shares if name.endswith("-ceiling"))
        self.level = self.ceiling.partition("-")[0]
        ours = [row for row in entries if (row["series"], row["nationality"], row["transport"]) == OURS]
        self.cells = {(row["period"], row["purpose"]): row for row in ours}
        self.growth = {(row["measure"], row["period"]): row for row in growth if row["purpose"] == "_T"}

    def known(self, period: str, purpose: str = "_T") -> bool:
        """Whether anything was published of a cell."""
        return bool((period, purpose) in self.cells and self.cells[period, purpose]["low"])

    def value(self, period: str, purpose: str = "_T") -> Interval:
        return interval(self.cells[period, purpose])

    def cell(self, period: str, purpose: str = "_T") -> Words:
        row = self.cells[period, purpose]
        link = Link(addresses.address("cell", *OURS[:2], period, purpose), f"{period}: {row['status']}")
        return self._leading(self.language.count(interval(row)), link)

    def base(self, measure: str) -> str:
        """With which year a measure of growth compares; nothing where it was not measured."""
        row = self.growth.get((measure, self.year))
        return row["base_period"] if row else ""

    def grown(self, measure: str) -> Words:
        row = self.growth[measure, self.year]
        found, times = interval(row), row["unit"] == "times"
        text = self.language.between(found, digits=1) if times else self.language.percent(found)
        return self._leading(text, cite.growth_link(measure, "_T", self.year, row["base_period"]))

    def declared(self) -> Words:
        """The share of education in the entries of the year."""
        key = ("education_share", "none", self.year)
        return self._leading(self.language.percent(interval(self.shares[key])), cite.share_link(*key))

    def unexplained(self, assumption_set: str) -> Interval:
        """The share of the education entries that a set leaves unexplained."""
        return interval(self.shares[SHARE, assumption_set, self.year])

    def unexplained_percent(self, assumption_set: str) -> Words:
        text = self.language.percent(self.unexplained(assumption_set))
        return self._leading(text, cite.share_link(SHARE, assumption_set, self.year))

    def least(self, assumption_set: str) -> Words:
        """The least of it in whole percent, rounded down, as a number of a hundred."""
        return self._leading(self._least(assumption_set), cite.share_link(SHARE, assumption_set, self.year))

    def least_percent(self, assumption_set: str) -> Words:
        _ = self.language
        text = str(_("{number} %", number=self._least(assumption_set)))
        return self._leading(text, cite.share_link(SHARE, assumption_set, self.year))

    def _least(self, assumption_set: str) -> str:
        return self.unexplained(assumption_set).least_percent().removesuffix(" %")

    def assumption(self, assumption_set: str) -> Words:
        """What a set assumes, in words."""
        binding = self.shares[SHARE, assumption_set, self.year]["binding"]
        number = re.search(r"\d+", binding)
        text = binding.replace(number[0], "{number}") if number else binding
        if text not in ASSUMPTIONS:
            return as_words(binding)
        return self.language(text, number=number[0]) if number else self.language(text)

    def _leading(self, text: str, link: Link) -> Words:
        """A number with its entry, of which other languages say no more than that it is in English."""
        _ = self.language
        short = link.short if _.english else str(_("where it comes from, in English"))
        return cited(text, link._replace(short=short))


def interval(row: Row) -> Interval:
    return Interval(float(row["low"]), float(row["high"]))
