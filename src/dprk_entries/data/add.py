"""Add a figure to the raw tables, and say at once what it does to the others.

    make add
    make add ARGS="source_id=KBS20240123 period=2022-Q4 as_stated='about 130' locator='para 2'"

Fields that are not given are asked for, with the codes and sources known so far; without a terminal they take their
usual value or are refused as missing. Only plain wording has a usual value and qualifier. Fields of a source that is
not known yet are given as source.publisher=... and so on. Nothing is written unless both tables hold all rules and the
figures can be added up.
"""

import difflib
import sys
from collections.abc import Mapping

import pandas as pd
from prompt_toolkit import prompt
from prompt_toolkit.completion import FuzzyWordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.validation import ValidationError, Validator

from dprk_entries.data import numerals, tables
from dprk_entries.entries import reconciliation
from dprk_entries.entries.cell import Cell, whose
from reconcile import intervals
from reconcile.cells import AccountingError
from reconcile.periods import PeriodError

USUAL = {"series": "border_entries", "nationality": "PRK", "purpose": "_T", "transport": "_T"}
SHOWN = 12  # cells listed


def main(arguments: list[str]) -> int:
    asked = sys.stdin.isatty()
    try:
        given = read_arguments(arguments)
        observations, sources = tables.read_raw("observations"), tables.read_raw("sources")
        known = {"observations": observations, "sources": sources}
        languages = {given.get("source_id", ""): given.get("source.language", "")}
        languages |= sources.set_index("source_id")["language"].to_dict()
        figure = fill("observations", given, usual_values(observations, languages), known, asked)
        if not figure["qualifier"]:
            raise tables.TableError(_not_plain(figure["as_stated"], language_of(figure, languages)))
        more = {"observations": figure}
        fields = {name.removeprefix("source."): value for name, value in given.items() if name.startswith("source.")}
        if figure["source_id"] not in set(sources["source_id"]):
            more["sources"] = fill("sources", fields | {"source_id": figure["source_id"]}, {}, known, asked)
        elif fields:
            named = ", source.".join(fields)
            raise tables.TableError(f"{figure['source_id']} is known already: leave out source.{named}")
        print(effect(more, observations, sources))
    except (tables.TableError, PeriodError, AccountingError) as error:
        print(f"{error}\nNothing was written.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print("Nothing was written.", file=sys.stderr)
        return 1
    yes_or_no = Validator.from_callable(lambda text: text in ("y", "n"), "Type y or n.", move_cursor_to_end=True)
    if asked and prompt("Write it? (y/n) ", validator=yes_or_no) == "n":
        print("Nothing was written.")
        return 0
    for name in sorted(more, reverse=True):  # the source first: a figure without its source would break the table
        tables.append_raw(name, more[name])
        print(f"Written: the last row of data/raw/{name}.csv")
    return 0


def read_arguments(arguments: list[str]) -> dict[str, str]:
    """NAME=VALUE pairs. Raises TableError for a name that neither table has."""
    known = [*tables.columns("observations"), *(f"source.{name}" for name in tables.columns("sources"))]
    given = dict(argument.partition("=")[::2] for argument in arguments)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise tables.TableError(f"found the field {unknown[0]!r}, expected NAME=VALUE with one of {', '.join(known)}")
    return given


def usual_values(observations: pd.DataFrame, languages: Mapping[str, str]) -> dict:
    """What a field takes unless it is given: a value, or a function of the fields before it.

    `languages`: of the sources.
    """
    units = observations.groupby("series")["unit"].first()
    number = 1 + observations["observation_id"].str.removeprefix("F").astype(int).max()
    return USUAL | {
        "observation_id": f"F{number:04}",
        "value": lambda row: numerals.read(row["as_stated"], language_of(row, languages))[1],
        "qualifier": lambda row: numerals.read(row["as_stated"], language_of(row, languages))[0],
        "precision": lambda row: _precision(row, language_of(row, languages)),
        "unit": lambda row: units.get(row["series"], ""),
    }


def language_of(row: Mapping[str, str], languages: Mapping[str, str]) -> str:
    """That of the wording of a figure; empty for a source that is new and not described yet."""
    return row["as_stated_language"] or languages.get(row["source_id"], "")


def _not_plain(as_stated: str, language: str) -> str:
    found = numerals.in_words(numerals.numbers(as_stated, language))
    exact = f" An exact value is one of its numbers: {found}." if found else ""
    return (
        f"column qualifier: found '', expected a value, for {as_stated!r} is not plain wording (language "
        f"{language or 'not known'}), which alone is read unasked. Give value=... and qualifier=... as well.{exact}"
    )


def _precision(row: Mapping[str, str], language: str) -> str:
    if row["qualifier"] == "not_published" or not row["value"].isdecimal():
        return ""
    if row["qualifier"] in ("exact", "misprint"):
        return "1"
    return str(numerals.place(int(row["value"]), row["as_stated"], language))


def fill(
    name: str, given: Mapping[str, str], usual: Mapping, known: Mapping[str, pd.DataFrame], asked: bool
) -> dict[str, str]:
    """A row of a table: the fields given, the others asked for or, without a terminal, with their usual value.

    `known`: the tables as they are, by name.
    """
    row: dict[str, str] = {}
    for field in tables.resource(name)["schema"]["fields"]:
        column = field["name"]
        if column in given:
            row[column] = given[column]
        else:
            value = usual.get(column, "")
            value = value(row) if callable(value) else value
            row[column] = ask(name, field, row, value, known[name]) if asked else value
        if (name, column) == ("observations", "source_id"):
            _check_source(row, list(known["sources"]["source_id"]))
    return row


def _check_source(row: Mapping[str, str], known: list[str]) -> None:
    """Say at once that a source is new, since it may be a known one mistyped. Raises TableError where there is none."""
    if faults := tables.problems("observations", row, "source_id"):
        raise tables.TableError(f"source_id: {faults[0]}")
    source_id = row["source_id"]
    if source_id not in known:
        near = difflib.get_close_matches(source_id, known, 1, cutoff=0.8)
        doubt = f" If you meant {near[0]}, stop (Control-C) and start again." if near else ""
        print(f"{source_id} is a new source: its fields come after those of the figure.{doubt}")


def ask(name: str, field: dict, row: Mapping[str, str], usual: str, known: pd.DataFrame) -> str:
    """One field, asked for until it holds the rules of its column."""
    column = field["name"]
    codes = field.get("constraints", {}).get("enum") or sorted(set(known[column].dropna().astype(str)) - {""})
    offered = codes if len(codes) < len(known) / 2 or column == "source_id" else []
    print(f"\n{column}: {field['description']}")
    completer, rules = FuzzyWordCompleter(list(map(str, offered))), Rules(name, row, column)
    return prompt(f"{column} = ", default=usual, completer=completer, validator=rules)


class Rules(Validator):
    """The rules of one column, told while a cell of a row is typed."""

    def __init__(self, name: str, row: Mapping[str, str], column: str):
        self.name, self.row, self.column = name, row, column

    def validate(self, document: Document) -> None:
        if faults := tables.problems(self.name, {**self.row, self.column: document.text}, self.column):
            raise ValidationError(cursor_position=len(document.text), message=faults[0])


def effect(more: Mapping[str, Mapping[str, str]], observations: pd.DataFrame, sources: pd.DataFrame) -> str:
    """What a figure, not written yet, does: confirms, narrows, contradicts. Raises as reading and reconciling do."""
    wider_sources = tables.read_raw("sources", more)
    wider = reconciliation.with_intervals(tables.read_raw("observations", more))
    purposes, figure = tables.read_raw("purposes"), wider.iloc[-1]
    read = "nothing published" if pd.isna(figure["low"]) else intervals.Interval(figure["low"], figure["high"]).count()
    lines = [f"\n{figure['observation_id']}: {figure['as_stated']}, read as {read}."]
    if figure["series"] not in reconciliation.SERIES or figure["period"] == "undated":
        return "\n".join([*lines, "It takes no part in sums: its series or its period cannot be added up."])

    def reconciled(figures: pd.DataFrame, readers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Of the series and nationality of the figure: no other sum can change."""
        same = (figures["series"] == figure["series"]) & (figures["nationality"] == figure["nationality"])
        return reconciliation.reconcile(figures[same], readers, purposes)

    old = reconciled(reconciliation.with_intervals(observations), sources)
    new = reconciled(wider, wider_sources)
    return "\n".join([*lines, *_verdict(figure, old, new), *_changed(figure, old[0], new[0])])


def _verdict(figure: pd.Series, old: tuple, new: tuple) -> list[str]:
    """Whether the figure, or others because of it, are in conflict, and what has to be done then."""
    before, after = (conflicts.set_index("observation_id") for _, conflicts in (old, new))
    changed = [
        name
        for name, row in after.iterrows()
        if name not in before.index or before.loc[name, "verdict"] != row["verdict"]
    ]
    lines = []
    for name in sorted(changed, key=lambda name: (name != figure["observation_id"], name)):
        row = after.loc[name]
        who = "It contradicts others and" if name == figure["observation_id"] else f"{name} ({row['as_stated']})"
        lines.append(f"{who} becomes {row['verdict'].replace('_', ' ')}: {row['because']}.")
    missing = [name for name in after.index if name not in before.index]
    if missing:
        lines.append(f"Say what you make of {', '.join(missing)}: a row each in data/raw/resolutions.csv.")
    settled = [name for name in before.index if name not in after.index]
    if settled:
        lines.append(f"No conflict any more: {', '.join(settled)}. Delete their rows in data/raw/resolutions.csv.")
    whom = whose(figure["series"], figure["nationality"])
    return lines or [f"It fits all figures of {whom} accepted so far."]


def _changed(figure: pd.Series, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """The cell of the figure as it is now, and all that change."""
    key = ["series", "nationality", *Cell._fields]
    now = new[(new[key] == figure[key].astype(str)).all(axis=1)].iloc[0]
    before = old[(old[key] == figure[key].astype(str)).all(axis=1)]
    becomes = "is now" if before.empty or _known(before.iloc[0]) != _known(now) else "stays"
    of = f"{whose(figure['series'], figure['nationality'])}, {Cell(*now[list(Cell._fields)])}"
    lines = [f"{of}: {becomes} {_known(now)}; readers who print it: {now['readers']}."]
    changes = reconciliation.changes(old, new)
    lines.append(f"Cells that change: {len(changes)}" if len(changes) else "No cell changes.")
    for row in changes.head(SHOWN).itertuples():
        before, after = ("nothing known" if end is None else end.count() for end in (row.before, row.after))
        cell = Cell(row.period, row.purpose, row.transport)
        lines.append(f"  {row.series} {row.nationality} {cell}: {before} -> {after} ({row.change})")
    if len(changes) > SHOWN:
        lines.append(f"  ... and {len(changes) - SHOWN} more")
    return lines


def _known(row: pd.Series) -> str:
    """What is known of a cell, or why nothing is."""
    unknown = pd.isna(row["low"])
    return row["status"].replace("_", " ") if unknown else intervals.Interval(row["low"], row["high"]).count()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
