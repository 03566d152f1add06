"""The tables of this project for anybody's own script, wherever it runs, without the tools of the build.

    from dprk_entries import describe, load

    entries = load("entries")
    print(describe("entries"))

In a checkout they are those of data/ as they stand there, otherwise those that were installed. Imports nothing heavy.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from notebook_reports import reading

if TYPE_CHECKING:
    import pandas as pd

Table = Literal[
    "observations", "sources", "purposes", "mappings", "resolutions",  # kept by hand
    "claims", "assumptions", "events", "changes", "shares",
    "entries", "conflicts", "growth", "laundering", "claims-checked", "comparisons",  # what follows from them
    "import-ksimi2020", "import-ksimi2020q2",  # the compilation by mode
]  # fmt: skip
TABLES: tuple[Table, ...] = get_args(Table)

PACKAGE = Path(__file__).parents[1]
INSTALLED = PACKAGE / "tables"
FOLDER = INSTALLED if INSTALLED.is_dir() else PACKAGE.parents[1] / "data"


def load(name: Table) -> "pd.DataFrame":
    """A table: integers as Int64 (missing: NA), numbers as float64 (missing: NaN, no limit: inf), text as str (missing:
    ""). `describe` says what its columns hold. Raises ValueError, with the names that there are, for any other."""
    resource = _resource(name)
    path = FOLDER / resource["path"]
    return reading.typed(reading.rows(path.read_bytes(), path), resource["schema"]["fields"])


def describe(name: Table) -> "pd.DataFrame":
    """What the columns of a table hold, a row each, by name: `type`, `description` with its unit or form, and `codes`,
    a list of the values that it can have, empty where they are not listed. Raises as `load`."""
    import pandas as pd  # here: every module of the package comes by when it is imported

    fields = [
        [field["name"], field["type"], field["description"], field.get("constraints", {}).get("enum", [])]
        for field in _resource(name)["schema"]["fields"]
    ]
    return pd.DataFrame(fields, columns=["column", "type", "description", "codes"]).set_index("column")


def _resource(name: str) -> dict[str, Any]:
    package = json.loads((FOLDER / "datapackage.json").read_text("utf-8"))
    resources: dict[str, dict[str, Any]] = {resource["name"]: resource for resource in package["resources"]}
    if name not in resources:
        raise ValueError(f"found the table {name!r}, expected one of {', '.join(resources)}")
    return resources[name]
