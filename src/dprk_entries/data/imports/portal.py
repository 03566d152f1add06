"""From an export of the statistics portal to cells by our codes.

Which dimension is the country, the purpose or the mode of transport, its labels tell: how the portal calls the
dimensions of these indicators is not known, and none is assumed. One that is not there means all.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from dprk_entries.data.imports import export
from dprk_entries.data.imports.export import Export
from dprk_entries.data.imports.mapping import SKIP, Mapping
from dprk_entries.data.imports.reading import Key, Reading, Value, count, digest, nationality
from dprk_entries.data.tables import TableError

INDICATORS = {"38479": "border_entries", "38480": "russian_departures"}
KINDS = ("country", "purpose", "transport")
SCALES = {"тысяча": 1_000, "миллион": 1_000_000}
COUNTED = ("человек", "единица", "единиц", "поездка", "поездок")  # the nouns of units that are counts
TO = "to-"  # before a quarter: from January to its end


class Read(NamedTuple):
    """A dimension read by its labels: its kind (nothing where all of them stand for all), and each code as ours."""

    called: str
    kind: str
    labels: dict[str, str]
    codes: dict[str, str]


def read(file: Path, mapping: Mapping, difference: bool) -> Reading:
    """The cells of an export of entries or departures; `difference`: take running totals apart into quarters.

    Raises TableError for another indicator, and where a dimension, a unit, a period or a value is none of these.
    """
    about = digest(file)
    found = export.read(file)
    series = INDICATORS.get(found.indicator.get("id", ""))
    if not series:
        raise TableError(
            f"{file}: found indicator {found.indicator.get('id')} ({found.indicator.get('name')}), expected one of "
            f"{' and '.join(INDICATORS)}: crossings of the border by foreigners and by Russians."
        )
    dimensions = by_labels(found, mapping, file)
    scales = units(found, file)
    reading = Reading({}, about | kept(found, dimensions), source(found))
    skipped = 0
    for place in found.observations:
        codes = [dimension.codes[code] for dimension, code in zip(dimensions, place.codes, strict=True)]
        of = {dimension.kind: code for dimension, code in zip(dimensions, codes, strict=True) if code != "_T"}
        part, whose = mapping.code("period", place.part), nationality(series, of.get("country", "_T"))
        if SKIP in (part, whose, *codes):
            skipped += 1
            continue
        purpose, transport = of.get("purpose", "_T"), of.get("transport", "_T")
        where = f"{file}, {whose} {place.year} {place.part} {purpose} {transport}"
        key = Key(series, whose, period(place.year, part, where), purpose, transport)
        reading.add(key, count(place.value, scales[place.unit], where), file)
    take_apart(reading, difference, file)
    return reading.but(skipped)


def by_labels(found: Export, mapping: Mapping, file: Path) -> list[Read]:
    """The dimensions, in order: each of the kind of which most of its labels are known.

    Raises TableError where two are of one kind and both tell cells apart.
    """
    dimensions = []
    for place, (name, listed) in enumerate(found.dimensions.items()):
        used = sorted({observation.codes[place] for observation in found.observations})
        labels = {code: listed.labels.get(code, code) for code in used}
        known = {kind: sum(mapping.knows(kind, label) for label in labels.values()) for kind in KINDS}
        first, second, _ = sorted(KINDS, key=lambda kind: -known[kind])
        called = f"{name} ({listed.name})"
        told = known[first] > known[second] or known[first] == len(labels)
        codes = {code: mapping.code(first if told else called, label) for code, label in labels.items()}
        dimensions.append(Read(called, first if told else "", labels, codes))
    for kind in KINDS:
        telling = [d.called for d in dimensions if d.kind == kind and set(d.codes.values()) - {"_T", SKIP}]
        if len(telling) > 1:
            raise TableError(
                f"{file}: found {len(telling)} dimensions with labels of a {kind}: {' and '.join(telling)}, expected "
                "one. Map the labels of the other to _T in data/raw/mappings.csv, or export without it."
            )
    return dimensions


def units(found: Export, file: Path) -> dict[str, int]:
    """How many of what is counted each unit is. Raises TableError for what is no count, and for two that differ."""
    scales, nouns = {}, {}
    for unit in sorted({observation.unit for observation in found.observations}):
        first, _, rest = unit.partition(" ")
        scales[unit] = SCALES.get(first, 1)
        nouns[rest if first in SCALES else unit] = unit
    if len(nouns) > 1 or not set(COUNTED).issuperset(nouns):
        raise TableError(
            f"{file}: found the unit{'s' * (len(nouns) > 1)} {', '.join(nouns)}, expected one of {', '.join(COUNTED)}, "
            f"alone or after {' or '.join(SCALES)}. Export crossings alone."
        )
    return scales


def period(year: str, part: str, where: str) -> str:
    """A period as SDMX writes it; of a running total 2024-to-Q3. Raises TableError for a month, which cannot be added
    up with quarters, and for what is no year."""
    if not re.fullmatch(r"\d{4}", year, re.ASCII):
        raise TableError(f"{where}: found the year {year!r}, expected four digits.")
    if part.startswith("M"):
        raise TableError(f"{where}: found a month, expected quarters, half-years or years. Export by quarter.")
    return year if part == "year" else f"{year}-{part}"


def take_apart(reading: Reading, difference: bool, file: Path) -> None:
    """Put in the place of each running total its quarter: what it has more than the one before.

    Raises TableError where nobody asked for it, where a total falls, and where it is rounded.
    """
    totals = {key: value for key, value in reading.cells.items() if TO in key.period}
    if totals and not difference:
        raise TableError(
            f"{file}: found running totals ({min(totals).period.replace(TO, 'to ')}), expected single quarters. "
            "--difference takes them apart."
        )
    for key in sorted(totals):
        year, quarter = key.period.split(f"-{TO}Q")
        before = f"{year}-{TO}Q{int(quarter) - 1}" if quarter > "2" else f"{year}-Q1"
        one, all_before = totals[key], reading.cells.get(key._replace(period=before), Value(None))
        single = key._replace(period=f"{year}-Q{quarter}")
        if one.number is None:
            reading.add(single, one, file)
        elif all_before.number is not None:
            if one.number < all_before.number or max(one.precision, all_before.precision) > 1:
                raise TableError(
                    f"{file}, {' '.join(key)}: found {one.number} after {all_before.number}, expected running totals "
                    "that do not fall and are not rounded."
                )
            reading.add(single, Value(one.number - all_before.number), file)
    for key in totals:
        del reading.cells[key]


def kept(found: Export, dimensions: list[Read]) -> dict[str, Any]:
    """What of the export is kept beside its cells: its block Indicator, and the codes and labels that it used."""
    used = {d.called: {"kind": d.kind, "labels": d.labels, "codes": d.codes} for d in dimensions}
    return {"complete": [], "indicator": found.indicator, "dimensions": used}


def source(found: Export) -> dict[str, str]:
    """The fields of sources.csv that an export tells."""
    number = found.indicator["id"]
    updated = found.indicator.get("LastUpdate", [{}])[0].get("value", "")[:10]
    return {
        "source_id": "_".join(filter(None, [f"EMISS{number}", updated.replace("-", "")])),
        "publisher": "EMISS (fedstat.ru)",
        "title": found.indicator.get("name", ""),
        "published": updated,
        "url": f"https://www.fedstat.ru/indicator/{number}",
        "accessed": found.extracted,
        "language": "ru",
        "underlying": f"EMISS indicator {number}",
        "read_by": "EMISS",
    }
