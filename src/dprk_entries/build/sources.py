"""Write the pages below reports/sources:  python -m dprk_entries.build.sources

A process of its own, since leaving out each figure in turn keeps a core busy while notebooks run on another. It reads
the tables of this run, as a notebook does, and writes below `paths.OUTPUT`.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

from dprk_entries import paths, provenance
from dprk_entries.build import BuildError

FOLDER = f"reports/{provenance.FOLDER}"


def pages(observations: str) -> list[str]:
    """Paths of the pages that the figures of a table need, without reading it in earnest: none where it has no
    periods."""
    path = paths.ROOT / observations
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row.get("period") and row.get("observation_id", "")[1:].isdecimal()
        ]
    years = [int(row["period"][:4]) for row in rows if row["period"][:4].isdecimal()]
    if not years:
        return []
    names = {provenance.page("figure", row["observation_id"]) for row in rows} | set(provenance.PAGES.values())
    names |= {str(year) for year in range(min(years), max(years) + 1)}
    return [f"{FOLDER}/{name}.html" for name in sorted(names)]


def run(output: Path = paths.ROOT) -> None:
    """Write the pages below `output` in a process of its own. BuildError says what stopped it."""
    env = os.environ | {"DPRK_ENTRIES_OUTPUT": str(output)}
    done = subprocess.run([sys.executable, "-m", __name__], env=env, capture_output=True, text=True, cwd=paths.ROOT)
    if done.returncode:
        raise BuildError(f"{FOLDER}: {done.stderr.strip()}")


def main() -> None:
    from dprk_entries import influence, reconciliation, report, tables

    raw = {name: tables.read_raw(name) for name in ("sources", "observations", "purposes", "claims", "assumptions")}
    made = ("entries", "conflicts", "growth", "laundering", "claims-checked")
    found = raw | {name: tables.read_processed(name) for name in made}
    figures = reconciliation.with_intervals(raw["observations"])
    found["figures"] = figures
    found["cells"] = reconciliation.with_printed(found["entries"], figures, raw["sources"])
    found["influence"] = influence.influence(figures, raw["sources"], raw["purposes"], found["entries"])
    for name, html in report.sources(found).items():
        paths.write(paths.OUTPUT / FOLDER / name, html.encode())


if __name__ == "__main__":
    main()
