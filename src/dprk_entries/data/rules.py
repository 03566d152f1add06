"""What must be true of a row, or of rows together, beyond what a single column of data/datapackage.json can state."""

import itertools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import pandas as pd

from dprk_entries.data import names, numerals
from notebook_reports.datapackage import codes, resource
from notebook_reports.tables import problem
from reconcile import periods

DATES = ("period", "base_period", "released", "published", "accessed", "date", "collected_from", "collected_to")
RULES_WITHOUT_A_NUMBER = ("in_front", "double_digits")  # the first is for measures of a lead alone

Row = dict[str, str]


def broken(name: str, cells: pd.DataFrame, others: Mapping[str, pd.DataFrame]) -> list[str]:
    """What is wrong with a table: a message for each fault. See `notebook_reports.tables.Rules`."""
    faults = [fault for column in DATES if column in cells for fault in _dates(cells[column])]
    for column in {"nationality", "base_nationality"} & {*cells}:
        faults += _unknown(cells[column], _known_nationalities, _nationality())
    if name == "sources":
        faults += _unknown(cells["language"], names.language, "a language of ISO 639-1, such as ko")
    if name == "observations":
        faults += _by_row(_figure, cells) + _repeated(cells, *resource(name)["schema"]["uniqueKeys"]) + _units(cells)
    if name == "claims":
        faults += _by_row(_claim, cells)
    if name in ("observations", "claims", "shares"):
        languages = others["sources"].set_index("source_id")["language"].to_dict()
        faults += _by_row(lambda number, row: _not_in_print(number, row, languages), cells)
    if name == "mappings":
        faults += _by_row(_mapping, cells) + _alike(cells)
    if name == "assumptions":
        faults += _by_row(_range, cells)
    if name == "changes":
        faults += _by_row(_change, cells)
    if name == "events":
        faults += _by_row(_event, cells)
    if name == "comparisons":
        faults += _by_row(_comparison, cells)
    return faults


def _by_row(rule: Callable[[int, Row], str | None], cells: pd.DataFrame) -> list[str]:
    rows = zip(*(cells[column].tolist() for column in cells), strict=True)  # quicker than to_dict
    named = ((number, dict(zip(cells, row, strict=True))) for number, row in zip(cells.index, rows, strict=True))
    return [fault for number, row in named if (fault := rule(number, row))]


def _unknown(column: pd.Series, known: Callable[[str], object], expected: str) -> list[str]:
    """Cells whose code nobody knows. None is offered instead: what looks alike is another country or language."""
    unknown = [code for code in column.unique() if not known(code)]
    return [problem(number, column.name, code, expected) for number, code in column[column.isin(unknown)].items()]


def _known_nationalities(codes: str) -> bool:
    """Whether each nationality of a sum, or of all but some, is known; an empty cell names none."""
    return all(code in ("", "_T") or names.country(code) for code in re.split("[+-]", codes))


def _nationality() -> str:
    own = ", ".join(f"{code} ({name})" for code, name in names.user_assigned().items())
    return f"a country of ISO 3166-1 alpha-3, such as PRK, _T (all), or of the codes that ISO leaves to users {own}"


def _dates(column: pd.Series) -> list[str]:
    return [
        problem(number, column.name, period, f"a period of the calendar ({why})")
        for number, period in column.items()
        if (why := _not_in_calendar(period))
    ]


def _not_in_calendar(period: str) -> str:
    """Why there is no such period, or sum of periods; nothing where there is."""
    try:
        days = sorted(periods.days(part) for part in period.split("+") if part not in ("", "undated"))
    except periods.PeriodError as error:
        return str(error)
    overlap = any(begin <= last for (_, last), (begin, _) in itertools.pairwise(days))
    return f"the parts of {period} overlap" if overlap else ""


def _change(number: int, row: Row) -> str | None:
    first, last = row["observation_id"], row["last_observation_id"]
    if not first and not row["source_id"]:
        return problem(number, "observation_id", first, "a figure, or a source in source_id")
    if last and not int(first[1:] or 0) < int(last[1:]):
        return problem(number, "last_observation_id", last, f"a figure after {first or 'the first'}, or nothing")
    return None


def _event(number: int, row: Row) -> str | None:
    shown = {4: "year", 7: "month", 10: "day"}[len(row["date"])]
    if row["precision"] != shown:
        return problem(number, "precision", row["precision"], f"{shown}, for the date is {row['date']}")
    return None


def _comparison(number: int, row: Row) -> str | None:
    """Whether a part is set against the whole of its own period, and a period against the like one of another year. Of
    students a period says how many there are: it need not be alike."""
    period, base = row["period"], row["base_period"]
    of_like_periods = row["measure"] in ("factor", "place")
    like = periods.in_year(period, base[:4]) if of_like_periods else period
    if base == like or row["measure"] == "per_student":
        return None
    return problem(number, "base_period", base, f"{like}, for the period is {period}", "Compare like with like.")


def _range(number: int, row: Row) -> str | None:
    if float(row["low"]) > float(row["high"]):
        return problem(number, "low", row["low"], f"at most high, which is {row['high']}", "Exchange the two.")
    return None


def _repeated(cells: pd.DataFrame, key: list[str]) -> list[str]:
    first = cells.assign(number=cells.index).groupby(key, sort=False)["number"].transform("first")
    return [
        f"row {number}: found the same figure of the same source as in row {earlier} ({', '.join(key)} are equal), "
        "expected each once. Delete one of them, or say in locator where else it stands."
        for number, earlier in first.items()
        if number != earlier
    ]


def _claim(number: int, row: Row) -> str | None:
    """What is wrong between the measure, the rule and the arguments of a claim. The schema says which measure needs
    what, beside their names."""
    measure, rule = row["measure"], row["rule"]
    schema = next(field for field in resource("claims")["schema"]["fields"] if field["name"] == "measure")
    lead = measure in schema["claims_a_lead"]
    if lead != (rule == "in_front"):
        expected = "in_front" if lead else "a rule for a number, not in_front,"
        return problem(number, "rule", rule, f"{expected} for {measure}")
    if bool(row["value"]) == (rule in RULES_WITHOUT_A_NUMBER):
        expected = "nothing" if row["value"] else "a number"
        return problem(number, "value", row["value"], f"{expected} for the rule {rule}")
    if bool(row["value_high"]) != (rule == "range"):
        return problem(number, "value_high", row["value_high"], "a number for a range, else nothing")
    value, high = (abs(float(row[column] or 0)) for column in ("value", "value_high"))
    signs = {row[column].startswith("-") for column in ("value", "value_high")}
    if row["value_high"] and (high < value or len(signs) == 2):
        return problem(number, "value_high", row["value_high"], f"a number further from 0 than value, {row['value']}")
    if row["value"].startswith("-") and measure not in schema["may_fall"]:
        return problem(number, "value", row["value"], f"no number below zero for {measure}")
    return _base(number, row, schema) or _sums(number, row)


def _base(number: int, row: Row, schema: Mapping[str, list[str]]) -> str | None:
    """What is wrong with what a claim compares with."""
    measure = row["measure"]
    named = [column for column in row if column.startswith("base_") and row[column]]
    if measure in schema["needs_base"] and not named:
        return problem(number, "base_period", "", f"a period to compare with for {measure}, or another base")
    if named and measure not in schema["needs_base"] + schema["takes_base"]:
        return problem(number, named[0], row[named[0]], f"nothing for {measure}")
    return None


def _sums(number: int, row: Row) -> str | None:
    """What is wrong with the codes of a sum a+b, or of all but some, _T-a-b: one that nobody knows, or stands twice."""
    for column in ("purpose", "transport", "base_purpose", "base_transport"):
        known = codes("observations", column.removeprefix("base_"))
        single = [code for code in known if "+" not in code]
        found = [code for code in re.split("[+-]", row[column]) if code not in ("", "_T")]
        if strange := [code for code in found if code not in single]:
            expected = f"a sum of {', '.join(single)}, such as {single[0]}+{single[1]}, or _T"
            return problem(number, column, row[column], f"{expected}; {strange[0]} is none")
    for column in ("nationality", "purpose", "transport", "base_nationality", "base_purpose", "base_transport"):
        if len(parts := re.split("[+-]", row[column])) > len(set(parts)):
            return problem(number, column, row[column], "each code once")
    if row["transport"] not in ("", "_T") and row["purpose"] != "_T":
        return problem(number, "transport", row["transport"], "_T beside a purpose: the two are never crossed")
    return None


def _not_in_print(number: int, row: Row, languages: Mapping[str, str]) -> str | None:
    """What is wrong between the value of a claim, a share, or a figure without a hedge, and the numbers in as_stated,
    if it has any. `languages`: of the sources.
    """
    if not row["value"] or row.get("qualifier", "exact") not in ("exact", "misprint"):
        return None
    language = row["as_stated_language"] or languages[row["source_id"]]
    printed = numerals.numbers(row["as_stated"], language)
    if not printed or any(abs(Decimal(row["value"])) in each.values for each in printed):  # a fall has no sign in print
        return None
    expected = f"a number in as_stated, which is {row['as_stated']!r}, in the language {language}"
    return problem(number, "value", row["value"], expected, f"Mend the cell: {numerals.in_words(printed)}.")


def _mapping(number: int, row: Row) -> str | None:
    """What is wrong with the code of a label."""
    dimension, code = row["dimension"], row["code"]
    there: object
    if dimension == "country":
        there = names.country(code)
        expected = f"an ISO 3166-1 alpha-3 code or one of {', '.join(names.user_assigned())}"
    elif dimension == "period":
        there = re.fullmatch("Q[1-4]|S[12]|year|M(0[1-9]|1[0-2])|to-Q[2-4]", code)
        expected = "a part of the year, such as Q1, S1, year, M01 or to-Q2"
    else:
        allowed = codes("observations", dimension)
        there, expected = code in allowed, f"one of {', '.join(allowed)}"
    if there or code == "skip" or (code == "_T" and dimension != "period"):
        return None
    return problem(number, "code", code, f"{expected}; or _T for all, skip to leave it out")


def _alike(cells: pd.DataFrame) -> list[str]:
    """Labels that are one when they are compared, with two codes."""
    key = cells.assign(label=cells["label"].map(alike))
    first = key.groupby(["dimension", "label"])["code"].transform("first")
    return [
        problem(number, "code", row["code"], f"{first[number]}, as for the same label in an earlier row")
        for number, row in cells.iterrows()
        if row["code"] != first[number]
    ]


def alike(label: str) -> str:
    """A label as it is compared: in small letters, without the two dots of ё, its words one blank apart."""
    return re.sub(r"\s+", " ", label).strip().casefold().replace("ё", "е")


def _same_number(value: str, printed: str) -> bool:
    """Whether a value is the printed one, which may count thousands."""
    try:
        return float(value) in (float(printed), 1000 * float(printed))
    except ValueError:
        return False


def _units(cells: pd.DataFrame) -> list[str]:
    usual = cells["series"].map(cells.groupby("series")["unit"].agg(lambda units: units.value_counts().index[0]))
    return [
        problem(number, "unit", row["unit"], f"{usual[number]}, as in the other figures of {row['series']}")
        for number, row in cells[cells["unit"] != usual].iterrows()
    ]


def _figure(number: int, row: Row) -> str | None:
    """What is wrong between value, range, precision and qualifier of one figure."""
    qualifier, advice = row["qualifier"], "Mend the cell or the qualifier."
    for column in ("value", "precision"):
        if (qualifier == "not_published") == bool(row[column]):
            expected = "nothing" if row[column] else "a number"
            return problem(number, column, row[column], f"{expected}, for the qualifier is {qualifier}", advice)
    if (qualifier == "range") != bool(row["value_high"]):
        return problem(number, "value_high", row["value_high"], "a number for a range, else nothing", advice)
    if row["transport"] != "_T" and row["purpose"] != "_T":
        return problem(number, "transport", row["transport"], "_T beside a purpose: the two are never crossed", advice)
    if qualifier in ("exact", "misprint") and row["precision"] != "1":
        return problem(number, "precision", row["precision"], f"1, for the qualifier is {qualifier}", advice)
    if qualifier == "range" and int(row["value_high"]) < int(row["value"]):
        return problem(number, "value_high", row["value_high"], f"at least value, which is {row['value']}", advice)
    return None
