"""Time an import: a simulated export of 224 nationalities by 10 purposes and 58 quarters, read and reconciled, beside
one plain read of the file.

    .venv/bin/python docs/benchmarks/imports.py

Each part runs in a process of its own; seconds are wall-clock time of this computer, MiB its peak.
"""

import itertools
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import iterparse

from dprk_entries.data import tables
from dprk_entries.data.imports import effect, portal, table
from dprk_entries.data.imports.mapping import Mapping
from notebook_reports import paths

sys.path.insert(0, str(paths.ROOT / "tests" / "dprk_entries"))
from exports import Series, export

SEED = 20241231
NATIONALITIES, QUARTERS = 224, 58  # from 2010 on
PURPOSES = ("_T", "education", "business", "crew", "private", "transit", "tourism", "work", "residence", "military")
PARTS = ("plain", "read", "reconcile")


def write(file: Path) -> None:
    """An export of all, and by the purposes of the border service. Of North Koreans it says what is known, all else is
    made up: some of it contradicts what is printed of other nationalities."""
    mappings = tables.read_raw("mappings").drop_duplicates(["dimension", "code"]).set_index("code")
    labels = {kind: group["label"].to_dict() for kind, group in mappings.groupby("dimension")}
    others = [code for code in labels["country"] if code not in ("PRK", "_T")]
    countries = {code: labels["country"][code] for code in ["PRK", *others][:NATIONALITIES]}
    purposes = {code: labels["purpose"][code] for code in PURPOSES}
    lists = {"1": ("Страны", countries), "2": ("Цель поездки", purposes)}
    with file.open("w", encoding="utf-8") as opened:
        opened.writelines(export(itertools.chain.from_iterable(map(of_country, countries)), lists))


def exactly_known() -> dict[tuple[str, str], float]:
    """The counts of North Koreans that are one number, by period and purpose."""
    entries = tables.read_processed("entries").query("series == 'border_entries' and nationality == 'PRK'")
    exact = entries[(entries["transport"] == "_T") & (entries["low"] == entries["high"])]
    return exact.set_index(["period", "purpose"])["low"].to_dict()


def of_country(code: str) -> Iterator[Series]:
    """The series of one nationality."""
    known = exactly_known() if code == "PRK" else {}
    chance = random.Random(f"{SEED} {code}")
    for quarter in range(QUARTERS):
        year, part = 2010 + quarter // 4, quarter % 4
        counts = {purpose: int(chance.lognormvariate(3, 2)) for purpose in PURPOSES[1:]}
        counts |= dict.fromkeys(["education", "work"], 0) if year < 2019 else {}
        counts["_T"] = sum(counts.values())
        for purpose in PURPOSES:
            value: float | None = counts[purpose]
            if code == "PRK":
                value = known.get((f"{year}-Q{part + 1}", purpose))
            elif year < 2019 and purpose in ("education", "work"):
                value = None
            shown = None if value is None else str(int(value))
            yield Series({"1": code, "2": purpose}, f"{('I', 'II', 'III', 'IV')[part]} квартал", year, shown)


def part(name: str, file: Path) -> None:
    """One part of the work, and what it took."""
    begun = time.perf_counter()
    if name == "plain":
        cells = sum(element.tag.endswith("Series") for _, element in iterparse(file))
    else:
        mapping = Mapping.read()
        reading = portal.read(file, mapping, difference=False)
        cells = len(reading.cells)
        assert not mapping.unknown, mapping.told()
        if name == "reconcile":
            begun = time.perf_counter()
            effect.told(reading, table.source(reading.source))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {name} | {cells:,} | {time.perf_counter() - begun:.1f} | {peak:.0f} |")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.xml"
        write(file)
        print(
            f"{file.stat().st_size / 2**20:.0f} MiB\n\n| part | cells | seconds | peak MiB |\n|---|--:|--:|--:|",
            flush=True,
        )
        for name in PARTS:
            subprocess.run([sys.executable, __file__, name, str(file)], check=True)


if __name__ == "__main__":
    part(sys.argv[1], Path(sys.argv[2])) if sys.argv[1:] else main()
