"""The pages below reports/sources: an entry for each source, figure, cell, result and claim, to which numbers lead."""

import itertools
import math
import operator
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from dprk_entries import cite, claims
from dprk_entries.data import names
from dprk_entries.entries import addresses
from dprk_entries.entries.cell import KEY, Cell, counted
from dprk_entries.site import change_feed, claim_cards, quotes, references
from notebook_reports import cards as statements
from notebook_reports.pages.layout import article, render_own
from reconcile import explain, periods
from reconcile.intervals import Interval

TEMPLATE = Path(__file__).parent / "templates" / "entry_page.html.j2"
UNKNOWN = Interval(math.nan, math.nan)
NO_CELL = ("", "_T", "_T")
COMMA, SEMICOLON = Markup(", "), Markup("; ")
NAMED = 2  # of what would change without a figure
FEW = 2  # sources that are named beside those that print a count exactly
LEAST = {  # the least that study leaves unexplained, of so many education entries, those granted taken off
    "unexplained_entries": "At least {} - {} = {}.",
    "unexplained_share_of_education": "At least ({0} - {1}) / {0} = {2}.",
}
TITLES_OF_FIGURES = {"figures": "Find a figure", "imported-figures": "Imported figures"}
INTRODUCTIONS = {
    "index": "Sources carry figures or other evidence: claims, events, assumptions. A witness is whoever had the "
    "official table before it: all sources that relay it count as one.",
    "figures": "Every published figure, by its number: search the page for one. It is exact, and no count would change "
    "without it, where nothing else is said.",
    "imported-figures": "Every imported figure, by its number, and what would change without it.",
    "counts": "What can be true of each count of North Korean entries, newest first, and the newspapers that print it.",
    "counts-by-mode": "What can be true of each count by air, rail, car, ship or on foot.",
    "other-counts": "What can be true of other counts: visas, permits and registrations of North Koreans, entries of "
    "others, Russians who went there.",
    "results": "How entries grew: each result with its sum, and who was first to print its counts.",
    "shares": "What study leaves unexplained: each result with its sum, and the ranges assumed.",
    "comparisons": "North Korean entries beside those of others: each result, and the counts it is computed from.",
    "claims": "Claims in print, recomputed. A claim of several parts stands with its weakest.",
    "references": "What the methods rest on, and what each work is used for.",
    "changes": "What was added to the figures, corrected or withdrawn, newest first.",
}


def _exactly(value: Interval, unit: str) -> str:
    """A result of growth.csv or comparisons.csv with its unit, as exact as notebooks tell it."""
    match unit:
        case "percent":
            return f"{value.text(digits=2)} percent"
        case "place" | "share":
            return cite.in_unit(value, unit)
    return f"{cite.in_unit(value, unit)} {unit}"


class Entry(NamedTuple):
    """One thing that a number can lead to: its anchor, its heading (text, or HTML), lines of HTML, what the tables call
    it where that is not said, and the anchor that it shares with those beside it."""

    anchor: str
    title: str
    lines: list[Markup]
    code: str = ""
    shared: str = ""


class Group(NamedTuple):
    title: str
    entries: list[Entry]
    html: Markup = Markup()  # in place of entries

    @property
    def anchor(self) -> str:
        return re.sub(r"\W+", "-", self.title).strip("-")

    @property
    def parts(self) -> list[tuple[str, list[Entry]]]:
        """Its entries by the anchor that they share."""
        return [(anchor, list(entries)) for anchor, entries in itertools.groupby(self.entries, lambda one: one.shared)]


def pages(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """HTML text of each page below reports/sources, by file name.

    `tables`: sources, purposes, figures (observations with `low` and `high`), cells (entries and the cells of series
    that need not add up), conflicts, influence, growth, laundering, comparisons, claims, claims-checked, assumptions,
    events, changes; as read, keys included.
    """
    books = Books(tables)
    contents = {
        "index": ("Sources", [
            Group("All sources", books.sources()), Group("Conflicts", [books.clashing()]),
            Group("Events", [books.events()]),
        ]),
        **{page: (_title_of_figures(page, groups), groups) for page, groups in books.figures().items()},
        "counts": ("Counts of North Korean entries", books.cells("counts")),
        "counts-by-mode": ("Counts by mode of transport", books.cells("counts-by-mode")),
        "other-counts": ("Other counts", books.cells("other-counts")),
        "claims": ("Claims", books.claims()),
        "results": ("Growth", books.growth()),
        "shares": ("Unexplained entries", [*books.shares(), Group("Assumptions", books.assumptions())]),
        "comparisons": ("Comparisons", books.comparisons()),
        "references": ("References", [Group("All works", _references())]),
        "changes": ("Changes of figures", [Group("All changes", books.changes())]),
    }  # fmt: skip
    listed = [(name, title) for name, (title, _) in contents.items()]
    return {
        f"{name}.html": _page(name, title, INTRODUCTIONS[re.sub(r"-\d+$", "", name)], groups, listed)
        for name, (title, groups) in contents.items()
    }


def _title_of_figures(page: str, groups: list[Group]) -> str:
    if page in TITLES_OF_FIGURES:
        return TITLES_OF_FIGURES[page]
    first = min((entry.anchor for group in groups for entry in group.entries), key=lambda number: int(number[1:]))
    return f"{TITLES_OF_FIGURES['figures']} from {first}"


def _references() -> list[Entry]:
    return [
        Entry(work.key, work.name, [work.cited, _line("Used for", work.used_for)]) for work in references.references()
    ]


def _page(name: str, title: str, introduction: str, groups: list[Group], listed: list[tuple[str, str]]) -> str:
    about = article(f"{title}: where the numbers come from", introduction, "../")
    values = {"about": about, "introduction": introduction, "groups": groups, "listed": listed}
    html = render_own(
        TEMPLATE, root="../", path=f"sources/{name}.html", name=name, title=title, experiment="", **values
    )
    return html.replace(f'href="{name}.html#', 'href="#')  # on the same page, of which some have thousands


def _link(text: object, kind: str, *key: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(addresses.address(kind, *key), text)


def _join(parts: Iterable[str]) -> Markup:
    return COMMA.join(parts)


def _some(links: list[Markup]) -> Markup:
    """The first of some links, and how many more there are."""
    return _join(links[:NAMED]) + (f", and {len(links) - NAMED} more" if len(links) > NAMED else "")


def _line(label: str, text: object) -> Markup:
    return Markup("{}: {}").format(label, text)


def _key(row) -> tuple[str, ...]:
    """Which count a row is of: series, nationality, period, purpose, transport."""
    return tuple(getattr(row, column) for column in KEY)


def _whom(nationality: str) -> str:
    return "all nationalities" if nationality == "_T" else names.country(nationality) or nationality


def _of(nationality: str) -> str:
    """Whom a count is of, behind what it counts; nothing for North Koreans."""
    return "" if nationality == "PRK" else f" of {_whom(nationality)}"


def _size(value: float) -> str:
    """Of what size a number is, as a heading."""
    if pd.isna(value):
        return "Nothing published"
    least = 10 ** (len(str(int(value))) - 1) if value else 0  # 0 by itself
    return f"From {least:,}"


def _count(low: float, high: float) -> str:
    return "nothing known" if pd.isna(low) else Interval(low, high).count()


def _with_words(name: str) -> str:
    """The name of a count as a link has it: a year alone says nothing in a list of links."""
    return f"all of {name}" if name.isdecimal() else name


def _codes(*codes: str) -> str:
    """Those codes of periods that readers are not told as they stand."""
    return ", ".join(code for code in dict.fromkeys(codes) if names.in_words(code) != code)


class Books:
    """The tables, and which entries of one lead to entries of another."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]):
        self.tables = tables
        sources = tables["sources"].set_index("source_id")
        self.language = sources["language"].to_dict()
        self.paper = {row.Index: quotes.paper(row.publisher, row.published) for row in sources.itertuples()}
        self.day = {source: periods.days(day)[1] if day else date.max for source, day in sources["published"].items()}
        self.counts = {_key(row): Interval(row.low, row.high) for row in tables["cells"].itertuples()}
        self.modes = {key[4] for key in self.counts}
        self.conflict = tables["conflicts"].set_index("observation_id").to_dict("index")
        self.printed, self.of_source = defaultdict(list), defaultdict(list)
        self.count_of = {}
        for row in tables["figures"].itertuples():
            self.count_of[row.observation_id] = _key(row)
            self.printed[_key(row)].append(row)
            self.of_source[row.source_id].append(row)
        self.claims_on, self.claims_in = defaultdict(list), defaultdict(list)
        checked = tables["claims-checked"]
        self.whole = [claims.whole(checked, column) for column in ("verdict", "verdict_without_own_reader")]
        for row in checked.itertuples():
            self.claims_in[row.source_id].append(row)
            for observation in row.observation_ids.split():
                self.claims_on[observation].append(row)
        self.with_results = set(tables["growth"]["period"])
        self.kept = set(tables["figures"]["observation_id"])
        self.told_in = defaultdict(list)
        for row in tables["events"].itertuples():
            self.told_in[row.source_id].append(row)
        self.changed = defaultdict(list)
        for row in tables["influence"].itertuples():
            self.changed[row.observation_id].append(row)

    def sources(self) -> list[Entry]:
        return [
            Entry(row.source_id, self.paper[row.source_id], self._source(row), row.source_id)
            for row in self.tables["sources"].itertuples()
        ]

    def _source(self, row) -> list[Markup]:
        lines = [quotes.title(row.title, row.language)] if row.title else []
        address = Markup('<a class="url" href="{0}" rel="external">{0}</a>').format(row.url) if row.url else "not known"
        lines.append(_line("Address", address))
        if row.archived_url:
            lines.append(_line("Archived", Markup('<a class="url" href="{0}">{0}</a>').format(row.archived_url)))
        language = names.language(row.language)
        lines.append(Markup("Witness: {}; seen {}; in {}.").format(row.read_by, row.accessed, language))
        lines += [_line("It relays", row.underlying)] if row.underlying else []
        lines += [_line("Note", row.note)] if row.note else []
        if figures := self._figures_of(row.source_id):
            lines.append(_line("Figures", _join(figures)))
        lines += [_line("Event", f"{event.date}, {event.event}") for event in self.told_in[row.source_id]]
        if made := list(dict.fromkeys(part.claim_id for part in self.claims_in[row.source_id])):
            hold, confirmed = (verdict[made].str.startswith("holds").sum() for verdict in self.whole)
            links = [Markup("{} ({})").format(_link(claim, "claim", claim), self.whole[0][claim]) for claim in made]
            lines.append(_line("Claims made in it", _join(links)))
            lines.append(Markup("Of these hold: {} of {}.").format(hold, len(made)))
            lines.append(Markup("Without the figures of its own witness: {}.").format(confirmed))
        resting = {
            (c.claim_id, c.part): c for f in self.of_source[row.source_id] for c in self.claims_on[f.observation_id]
        }
        if resting:
            lines.append(_line("Claims checked with its figures", _join(map(self._claim_link, resting.values()))))
        return lines

    def _figures_of(self, source: str) -> list[Markup]:
        """Links to what a source prints; to imported ones, which may be thousands, together."""
        printed = [row for row in self.of_source[source] if addresses.in_print(row.observation_id)]
        links = [self._figure_link(row) for row in printed]
        if imported := len(self.of_source[source]) - len(printed):
            links.append(Markup('<a href="imported-figures.html">{} imported</a>').format(imported))
        return links

    def clashing(self) -> Entry:
        """How many figures are in conflict, and which."""
        figures = self.tables["figures"]
        dated = figures[(figures["period"] != "undated") & figures["low"].notna()]
        clashing = dated[dated["observation_id"].isin(self.conflict.keys())]
        different = len(clashing.drop_duplicates([*KEY, "low", "high"]))
        links = [self._figure_link(row) for row in figures.itertuples() if row.observation_id in self.conflict]
        said = "<strong>{}</strong> figures with a period cannot be true with others; they stand in {} places."
        count = Markup(said).format(different, len(clashing))
        return Entry("conflicts", "Figures in conflict", [count, _line("Figures", _join(links))])

    def events(self) -> Entry:
        """What happened, a line an event."""
        lines = [
            Markup("{}: {} ({}). {}").format(row.date, row.event, row.kind, self._source_links(row.source_id))
            for row in self.tables["events"].itertuples()
        ]
        return Entry("events", "What happened", lines)

    def changes(self) -> list[Entry]:
        newest = change_feed.newest_first(self.tables["changes"])
        feed = Markup('The same as an <a href="{}">Atom feed</a>').format(addresses.FEED)
        return [Entry("feed", "To follow them", [feed]), *map(self._change, newest.itertuples())]

    def _change(self, row) -> Entry:
        ends = filter(None, [row.observation_id, row.last_observation_id])
        figures = [_link(end, "figure", end) if end in self.kept else Markup(end) for end in ends]
        sources = [_link(row.source_id, "source", row.source_id)] if row.source_id else []
        what = Markup(" to ").join(figures) if figures else COMMA.join(sources)
        return Entry(row.change_id, change_feed.title(row), [_line(row.change.capitalize(), what), escape(row.why)])

    def figures(self) -> dict[str, list[Group]]:
        """By page, then by size: every figure by its number."""
        by_page: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        rows = self.tables["figures"].sort_values(["value", "observation_id"], na_position="last")
        for row in rows.itertuples():
            entry = Entry(row.observation_id, self._as_stated(row) or Markup("a blank"), self._figure(row))
            by_page[addresses.page("figure", row.observation_id)][_size(row.value)].append(entry)
        return {page: [Group(*group) for group in groups.items()] for page, groups in sorted(by_page.items())}

    def _figure(self, row) -> list[Markup]:
        key = _key(row)
        what = f"{'entries' if key[0] == 'border_entries' else key[0].replace('_', ' ')}{_of(key[1])}, "
        what += self._name(key[2:])
        count = _link(what, "cell", *self._short_key(key)) if key in self.counts else what  # undated: it has no entry
        hedge = "" if row.qualifier == "exact" else f", {row.qualifier.replace('_', ' ')}"
        read = f", read as {_count(row.low, row.high)}" if hedge else ""
        unit = "" if row.unit == "crossings" else f", in {row.unit}"  # as all entries are
        lines = [Markup("{}. {}{}. {}{}{}{}.").format(
            count, self._source_link(row.source_id), f", {row.locator}" if row.locator else "", row.observation_id,
            unit, hedge, read,
        )]  # fmt: skip
        if row.label_as_stated:
            label = quotes.quoted(row.label_as_stated, self.language[row.source_id])
            lines.append(_line("Called in print", Markup("“{}”").format(label)))
        if conflict := self.conflict.get(row.observation_id):
            lines.append(Markup("{}: {}. {}: {}.").format(
                conflict["verdict"].replace("_", " ").capitalize(), conflict["because"],
                conflict["cause"].capitalize(), conflict["reason"].rstrip("."),
            ))  # fmt: skip
        lines += [_line("Note", row.note)] if row.note else []
        lines += [self._without(row.observation_id)] if self.changed[row.observation_id] else []
        return lines

    def _without(self, observation_id: str) -> Markup:
        rows = self.changed[observation_id]
        keys = list(map(_key, rows))
        changes = [
            Markup("{} ({})").format(self._cell_link(key), _count(row.low, row.high))
            for key, row in zip(keys, rows, strict=True)
        ]
        ours = dict.fromkeys(key[2] for key in keys if key == self._ours(key[2], key[3]))
        results = [_link(f"results of {period}", "results", period) for period in ours if period in self.with_results]
        line = _line("Without it these counts would be", _some(changes))
        return line + Markup(". Computed of them: {}").format(_some(results)) if results else line

    def cells(self, page: str) -> list[Group]:
        """The counts of a page: by series, nationality and year, newest first."""
        cells = self.tables["cells"].assign(year=self.tables["cells"]["period"].str[:4].astype(int))
        ours = [addresses.page("cell", *self._short_key(key)) == page for key in cells[KEY].itertuples(index=False)]
        by = ["series", "nationality", "year"]
        groups = []
        sorted_rows = cells[ours].sort_values([*by, *KEY]).itertuples()
        for (series, nationality, year), rows in itertools.groupby(sorted_rows, operator.attrgetter(*by)):
            what = series.replace("_", " ").capitalize() + _of(nationality)
            entries = [Entry(self._anchor(_key(row)), self._name(_key(row)[2:]), self._cell(_key(row), row),
                             _codes(row.period) if row.purpose == row.transport == "_T" else "",
                             addresses.anchor(*_key(row)[:3])) for row in rows]  # fmt: skip
            groups.append((series != "border_entries", series, nationality, -year, Group(f"{what}, {year}", entries)))
        return [group for *_, group in sorted(groups, key=lambda row: row[:-1])]

    def _cell(self, key: tuple, row) -> list[Markup]:
        readers = f", printed by {counted(row.readers, 'witness')}" if row.readers else ""
        lines = [
            Markup("<strong>{}</strong>, {}{}.").format(
                _count(row.low, row.high), row.status.replace("_", " "), readers
            )
        ]
        if row.formula:
            lines.append(_line("It follows from", self._formula(row.formula, key)))
        figures = [
            Markup("{}{}").format(
                self._printed_link(figure),
                f" ({self.conflict[figure.observation_id]['verdict'].replace('_', ' ')})"
                if figure.observation_id in self.conflict else "",
            )
            for figure in sorted(self.printed[key], key=lambda figure: self.day[figure.source_id])
        ]  # fmt: skip
        if figures:
            lines.append(_line("In print", SEMICOLON.join(figures)))
        checked = [claim for figure in self.printed[key] for claim in self.claims_on[figure.observation_id]]
        if parts := {(claim.claim_id, claim.part): claim for claim in checked}:
            lines.append(_line("Claims checked with it", _join(map(self._claim_link, parts.values()))))
        return lines

    def _formula(self, formula: str, key: tuple) -> Markup:
        """A formula with the count of each cell in it, which leads there. What a cell has in common with the one before
        it is not said again."""
        told, before = Markup(""), NO_CELL
        for part in re.split(f"({explain.BETWEEN})", formula):
            cell = self._cell_in(part)
            count = self.counts.get((*key[:2], *cell))
            if not count:
                told += part
                before = NO_CELL if ":" in part else before  # a sum of its own begins
                continue
            new = [word for word, old in zip(cell, before, strict=True) if word != old]
            name = _with_words(" ".join("all" if word == "_T" else word for word in new))
            value = "as printed" if (*key[:2], *cell) == key else count.count()
            told += _link(f"{name} ({value})", "cell", *self._short_key((*key[:2], *cell)))
            before = cell
        return told

    def _cell_in(self, part: str) -> tuple[str, str, str]:
        """The cell that a part of a formula names; none that there is for what stands between cells."""
        period, *codes = part.split() or [""]
        transport = next((code for code in codes if code in self.modes), "_T")
        return period, next((code for code in codes if code != transport), "_T"), transport

    def growth(self) -> list[Group]:
        """Results by year, the newest first, and by period."""
        by_year: defaultdict[str, list[Entry]] = defaultdict(list)
        for row in self.tables["growth"].sort_values("period", kind="stable").itertuples():
            key = (row.measure, row.purpose, row.period, row.base_period)
            bases = [row.base_period] if "/" not in row.base_period else []
            used = [self._ours(p, code) for p in (row.period, *bases) for code in dict.fromkeys([row.purpose, "_T"])]
            value = _exactly(Interval(row.low, row.high), row.unit)
            lines = [Markup("{}<strong>{}</strong>").format(self._sum(row), value), *self._behind(used, row.source_ids)]
            purpose = "" if row.purpose == "_T" else f"{row.purpose}, "
            title = f"{row.measure.replace('_', ' ').capitalize()}: {purpose}{row.period} against {row.base_period}"
            codes = _codes(row.period, *bases)
            by_year[row.period[:4]].append(Entry(addresses.anchor(*key), title, lines, codes, row.period))
        return [Group(f"Growth to {year}", entries) for year, entries in sorted(by_year.items(), reverse=True)]

    def _linked_count(self, key: tuple) -> Markup:
        """A count as a sum has it, which leads to what is known of it; in brackets if it is a range."""
        known = self.counts.get(key, UNKNOWN)
        text = known.count() if known.exact else f"({_count(*known)})"
        return self._number_link(text, key) if key in self.counts else escape(text)

    def _number_link(self, text: str, key: tuple) -> Markup:
        """A number that leads to a count, and says which to those who hear of the link alone."""
        link, to = Markup('<a href="{}" aria-label="{}: {}">{}</a>'), addresses.address("cell", *self._short_key(key))
        return link.format(to, text, _with_words(self._name(key[2:])), text)

    def _behind(self, keys: Iterable[tuple], source_ids: str) -> list[Markup]:
        """Who was first to print each count as it is; and the sources behind the others, where they are few."""
        firsts, printers = [], set()
        for key in dict.fromkeys(keys):
            known = self.counts.get(key, UNKNOWN)
            if exact := known.exact and [f for f in self.printed[key] if known == (f.low, f.high)]:
                firsts.append(self._printed_link(min(exact, key=lambda figure: self.day[figure.source_id])))
                printers |= {figure.source_id for figure in self.printed[key]}
        others = [source for source in source_ids.split() if source not in printers]
        lines = [_line("First in print", SEMICOLON.join(firsts))] if firsts else []
        return lines + ([_line("Sources", self._source_links(" ".join(others)))] if 0 < len(others) <= FEW else [])

    def _sum(self, row) -> Markup:
        """What a result of growth.csv is computed by, in figures: 13,221 / 1,117 =. Of a rank what is ranked."""

        def count(period: str, purpose: str = row.purpose) -> Markup:
            return self._linked_count(self._ours(period, purpose))

        now, before = count(row.period), count(row.base_period)
        match row.measure:
            case "factor" | "recovery":
                return Markup("{} / {} = ").format(now, before)
            case "percent_change":
                return Markup("100 x ({} / {} - 1) = ").format(now, before)
            case "contribution":
                all_now, all_before = count(row.period, "_T"), count(row.base_period, "_T")
                return Markup("({} - {}) / ({} - {}) = ").format(now, before, all_now, all_before)
            case "ratio_to_mean":
                first, last = (int(day[:4]) for day in row.base_period.split("/"))
                like = [count(f"{year}{row.period[4:]}") for year in range(first, last + 1)]
                return Markup("{} / (({}) / {}) = ").format(now, Markup(" + ").join(like), len(like))
            case "rank":
                return Markup("{} entries: place ").format(now)
        return Markup("")

    def shares(self) -> list[Group]:
        table = self.tables["laundering"]
        left = {row[2:4]: row.low for row in table[table["estimand"] == "unexplained_entries"].itertuples()}
        by_estimand = defaultdict(list)
        for row in table.itertuples():
            key = (row.estimand, row.assumption_set, row.period)
            value = Interval(row.low, row.high)
            text = value.percent() if row.unit == "share" else f"{value.count()} {row.unit}"
            education, everyone = (self._ours(row.period, code) for code in ("education", "_T"))
            used = [cell for cell in (education, everyone) if cell in self.counts and "visas" not in row.estimand]
            lines = [Markup("<strong>{}</strong>").format(text), _line("The bounds rest on", row.binding)]
            if row.estimand == "education_share":
                lines[0] = Markup("{} / {} = ").format(*map(self._linked_count, (education, everyone))) + lines[0]
            elif row.estimand in LEAST and left[key[1:]]:
                granted = self.counts[education].low - left[key[1:]]
                least = value.least_percent() if row.unit == "share" else f"{value.low:,.0f}"
                declared = self._number_link(f"{self.counts[education].low:,.0f}", education)
                lines.append(Markup(LEAST[row.estimand]).format(declared, f"{granted:,.0f}", least))
            elif used:
                lines.append(_line("Computed from", _join(map(self._cell_link, used))))
            lines += self._behind(used, row.source_ids)
            title = f"{row.period}, {row.assumption_set}"
            entry = Entry(addresses.anchor(*key), title, lines, _codes(row.period))
            by_estimand[row.estimand.replace("_", " ").capitalize()].append(entry)
        return [Group(title, entries) for title, entries in by_estimand.items()]

    def comparisons(self) -> list[Group]:
        by_measure = defaultdict(list)
        for row in self.tables["comparisons"].itertuples():
            key, base = _key(row), (row.series, row.nationality, row.base_period, "_T", "_T")
            if row.measure == "per_student":
                base = ("enrolled_students", row.nationality, row.base_period, row.purpose, "_T")
            among = f" of {row.among}" if pd.notna(row.among) else ""
            value = _exactly(Interval(row.low, row.high), row.unit)
            used = [cell for cell in dict.fromkeys([key, base]) if cell in self.counts]
            ratio = len(used) > 1 and row.measure in ("factor", "share", "per_student")
            added = Markup("{} / {} = ").format(*map(self._linked_count, used)) if ratio else ""
            lines = [Markup("{}<strong>{}</strong>{}").format(added, value, among)]
            if used and not ratio:
                lines.append(_line("Computed from", _join(map(self._cell_link, used))))
            lines += self._behind(used, row.source_ids)
            against = "" if row.base_period == row.period else f" against {row.base_period}"
            title = f"{_whom(row.nationality)}, {self._name(key[2:])}{against}"
            codes = _codes(row.period, row.base_period)
            entry = Entry(addresses.anchor(row.measure, *key, row.base_period), title, lines, codes)
            by_measure[f"{row.measure}, {row.series}".replace("_", " ")].append(entry)
        return [Group(measure.capitalize(), entries) for measure, entries in by_measure.items()]

    def claims(self) -> list[Group]:
        """A mark for each claim, then the cards to which these lead, by the verdict on the whole claim."""
        ledger, checked, sources, purposes = (
            self.tables[name] for name in ("claims", "claims-checked", "sources", "purposes")
        )
        whole, cards = claims.whole(checked), claim_cards.cards(ledger, checked, sources, purposes, self._claim)
        groups = [Group("All claims", [], Markup(statements.strip(claim_cards.strip(ledger, checked, sources), to="")))]
        for verdict in claims.VERDICTS:
            own = [card._replace(verdict=verdict) for claim, card in cards.items() if whole[claim] == verdict]
            if own:
                title = f"{verdict.capitalize()}: {counted(len(own), 'claim')}"
                groups.append(Group(title, [], Markup(statements.cards(own, to=""))))
        return groups

    def _claim(self, row) -> list[Markup]:
        """What a part of a claim rests on, and what is computed for it."""
        counts = dict.fromkeys(map(self.count_of.get, row.observation_ids.split()))
        links = [self._counted_link(key) for key in counts if key in self.counts]
        measure = f"{row.measure}, {row.rule}".replace("_", " ")
        behind = [_line("Checked against", _join(links))] if links else []
        return [*behind, _line(f"{row.claim_id}.{row.part}", measure)]

    def assumptions(self) -> list[Entry]:
        return [
            Entry(row.assumption_id, row.assumption_id.replace("_", " ").capitalize(), [
                Markup("<strong>{:g} to {:g}</strong> {}.").format(row.low, row.high, row.unit),
                Markup("{}.").format(row.why),
                _line("Source", self._source_links(row.source_id) or Markup("a judgement of this project")),
            ])
            for row in self.tables["assumptions"].itertuples()
        ]  # fmt: skip

    @staticmethod
    def _ours(period: str, purpose: str) -> tuple[str, ...]:
        return ("border_entries", "PRK", period, purpose, "_T")

    def _cell_link(self, key: tuple) -> Markup:
        return _link(_with_words(self._name(key[2:])), "cell", *self._short_key(key))

    def _counted_link(self, key: tuple) -> Markup:
        """A count by its name and what it is."""
        name, count = _with_words(self._name(key[2:])), self.counts[key].count()
        return _link(f"{name} ({count})", "cell", *self._short_key(key))

    def _anchor(self, key: tuple) -> str:
        return addresses.anchor(*self._short_key(key))

    @staticmethod
    def _short_key(key: tuple) -> tuple:
        return key[:4] if key[4] == "_T" else key

    @staticmethod
    def _name(parts: tuple) -> str:
        return str(Cell(*parts))

    def _as_stated(self, row) -> Markup:
        return quotes.quoted(row.as_stated, self.language[row.source_id])

    def _figure_link(self, row) -> Markup:
        text = Markup("{} ({})").format(self._as_stated(row) or "a blank", row.observation_id)
        return _link(text, "figure", row.observation_id)

    def _printed_link(self, row) -> Markup:
        """A figure by who printed it."""
        text = Markup("{}: {}").format(self.paper[row.source_id], self._as_stated(row) or "a blank")
        return _link(text, "figure", row.observation_id)

    def _source_link(self, source_id: str) -> Markup:
        return _link(self.paper[source_id], "source", source_id)

    @staticmethod
    def _claim_link(row) -> Markup:
        return Markup("{} ({})").format(
            _link(f"{row.claim_id}.{row.part}", "claim", row.claim_id, row.part), row.verdict
        )

    def _source_links(self, source_ids: str) -> Markup:
        return SEMICOLON.join(self._source_link(source) for source in source_ids.split())
