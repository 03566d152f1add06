"""The imports that are kept, a table and what is known of its file each; their figures beside those in print."""

import csv
import hashlib
import io
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pandas as pd

from dprk_entries.data import tables
from dprk_entries.data.imports.reading import Key, Reading
from notebook_reports import datapackage, paths
from reconcile import periods

FOLDER = Path("data", "raw", "imports")
WHOLE = {("border_entries", "PRK"), ("russian_departures", "RUS")}  # North Koreans, and Russians who go there
UNIT = "crossings"
COLUMNS = [*Key._fields, "value", "precision"]


def names() -> dict[str, str]:
    """The name of the table of each source that is imported, in the order of datapackage.json."""
    resources = {each["name"]: datapackage.path_of(each["name"]) for each in datapackage.read()["resources"]}
    return {path.stem: name for name, path in resources.items() if path.parent == FOLDER}


def path_of(source_id: str, suffix: str = ".csv") -> Path:
    """Where its table lies, below the root, or (`.json`) what is known of its file."""
    return FOLDER / f"{source_id}{suffix}"


def read_figures() -> pd.DataFrame:
    """All figures that take part in the accounting: those of observations.csv, read and checked, and imported ones."""
    return with_imported(tables.read_raw("observations"))


def with_imported(printed: pd.DataFrame) -> pd.DataFrame:
    """Figures in print, and behind them those imported that take part beside them, in the same columns."""
    return pd.concat([printed, *(imported(name, printed) for name in names())], ignore_index=True)


def imported(source_id: str, printed: pd.DataFrame) -> pd.DataFrame:
    """The figures of one import that take part beside those in print."""
    return as_figures(source_id, beside(read_cells(source_id), printed), about(source_id))


def read_cells(source_id: str) -> pd.DataFrame:
    """All cells of one import, also those that take no part in the accounting, with their totals (see `with_totals`).

    Raises TableError where there is no import of this name.
    """
    if source_id not in names():
        raise tables.TableError(f"found no import {source_id!r}, expected one of {', '.join(names()) or 'none'}.")
    known = about(source_id)
    return with_totals(read(source_id, known["table"]), known["complete"])


def about(source_id: str) -> dict[str, Any]:
    """What is known of the file of an import."""
    found: dict[str, Any] = json.loads((paths.ROOT / path_of(source_id, ".json")).read_text("utf-8"))
    return found


def read(source_id: str, digest: str) -> pd.DataFrame:
    """A table as it was imported: who edits it has another digest, and it is checked like one kept by hand."""
    path, name = path_of(source_id), names()[source_id]
    content = (paths.ROOT / path).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        return tables.read_raw(name)
    types = {
        field["name"]: "Int64" if field["type"] == "integer" else "str"
        for field in datapackage.resource(name)["schema"]["fields"]
    }
    blank = {column: [""] for column, kind in types.items() if kind == "Int64"}
    return pd.read_csv(io.BytesIO(content), dtype=types, keep_default_na=False, na_values=blank)


def with_totals(table: pd.DataFrame, complete: list[str]) -> pd.DataFrame:
    """The cells of an import and, for each dimension of which it lists every code and no total, their sums."""
    for dimension in (each for each in ("transport", "nationality") if each in complete):
        parts = table
        if dimension == "nationality":
            parts = table[(table["series"] == "border_entries") & (table["transport"] == "_T")]
        sums = added_up(parts, [name for name in Key._fields if name != dimension])
        table = pd.concat([table, sums.assign(**{dimension: "_T"})], ignore_index=True)
    return table


def added_up(cells: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The sums of cells with one key; of rounded ones as uncertain as all of them. A blank makes a blank."""
    rounded = cells["precision"].where(cells["precision"] > 1, 0)
    parts = cells.assign(rounded=rounded, parts=1, blanks=cells["value"].isna())
    added = parts.groupby(key)[["value", "rounded", "parts", "blanks"]].sum()
    value = added["value"].where(added["blanks"] == 0)
    return added.assign(value=value, precision=added["rounded"].clip(lower=1), summed=True).reset_index()


def beside(table: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """The cells of an import that take part in the accounting: of North Koreans all; of others in print, by purpose,
    the periods in print. Purposes by mode are left out: no sum has them."""
    pair = ["series", "nationality"]
    table = table[(table["purpose"] == "_T") | (table["transport"] == "_T")]
    ours = pd.MultiIndex.from_frame(table[pair]).isin(WHOLE)
    printed = observations[[*pair, "period"]].drop_duplicates()
    printed = printed[~pd.MultiIndex.from_frame(printed[pair]).isin(WHOLE)]
    others = table[~ours & (table["transport"] == "_T")]
    same = others.merge(printed, on=[*pair, "period"])
    parts = printed.assign(quarter=printed["period"].map(quarters)).explode("quarter").dropna()
    needed = parts.groupby([*pair, "period"]).size().rename("needed").reset_index()
    found = parts.merge(others.rename(columns={"period": "quarter"}), on=[*pair, "quarter"])
    sums = added_up(found, list(Key._fields)).merge(needed, on=[*pair, "period"])
    known = pd.concat([table[ours], same, sums[sums["parts"] == sums["needed"]]], ignore_index=True)
    return known.drop_duplicates(list(Key._fields))


def quarters(period: str) -> list[str]:
    """The quarters of a longer period; none of another."""
    try:
        found = periods.quarters(period)
    except periods.PeriodError:  # undated, or of months
        return []
    return [*found] if found != (period,) else []


def as_figures(source_id: str, table: pd.DataFrame, about: dict[str, Any]) -> pd.DataFrame:
    """Cells of an import in the columns of observations.csv. A cell that stood there before keeps its id."""
    codes = table[["nationality", "period", "purpose", "transport"]]
    keys = [
        ".".join([whose, period.replace("/", "_"), *(code for code in of if code != "_T")])
        for whose, period, *of in codes.itertuples(index=False)
    ]
    before = about.get("observation_ids", {})
    exact = table["precision"] == 1
    qualifier = exact.map({True: "exact", False: "rounded"}).where(table["value"].notna(), "not_published")
    return table.assign(
        observation_id=[before.get(key, f"{source_id}.{key}") for key in keys],
        source_id=source_id,
        as_stated=[f"{value:,}" if pd.notna(value) else "" for value in table["value"]],
        value_high=pd.array([pd.NA] * len(table), dtype="Int64"),
        qualifier=qualifier,
        precision=table["precision"].where(table["value"].notna()),
        unit=UNIT,
        locator=path_of(source_id).as_posix(),
        note=table["summed"].map({True: "a sum of cells of the table"}).fillna("") if "summed" in table else "",
    ).reindex(columns=tables.columns("observations"), fill_value="")


def frame(found: Reading) -> pd.DataFrame:
    """The cells of a reading, sorted, typed as a table is."""
    rows = [[*key, *found.cells[key]] for key in sorted(found.cells)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"value": "Int64", "precision": "Int64"})


def source(told: dict[str, str]) -> dict[str, str]:
    """The row of sources.csv that an import has already, or else gets. Raises TableError for what breaks a rule, and
    where there is an import of this name."""
    name = told.get("source_id", "")
    if name in names():
        raise tables.TableError(
            f"{path_of(name)} is there already. Give another source_id=NAME, or remove that import first."
        )
    known = tables.read_raw("sources").set_index("source_id", drop=False)
    if name in known.index:
        return dict(known.loc[name])
    row = {column: told.get(column, "") for column in tables.columns("sources")}
    faults = [f"{column}: {fault}" for column in row for fault in tables.problems("sources", row, column)]
    if faults:
        raise tables.TableError("\n".join([*faults, "Give these fields as FIELD=VALUE."]))
    return row


def write(source: dict[str, str], found: Reading) -> list[str]:
    """Keep an import: all files that it needs, or none. Their paths below the root."""
    name = source["source_id"]
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerows([COLUMNS, *([*key, *found.cells[key]] for key in sorted(found.cells))])
    table = lines.getvalue()
    digest = hashlib.sha256(table.encode()).hexdigest()
    about = json.dumps(found.about | {"table": digest}, ensure_ascii=False, indent=1)
    contents = {
        path_of(name): table.encode(),
        path_of(name, ".json"): f"{about}\n".encode(),
        paths.SCHEMA: described(name, source).encode(),
    }
    if name not in set(tables.read_raw("sources")["source_id"]):
        contents[tables.path_of("sources")] = tables.appended("sources", [source])
    paths.write_all({paths.ROOT / path: content for path, content in contents.items()})
    return [path.as_posix() for path in contents]


def described(name: str, source: dict[str, str]) -> str:
    """The text of datapackage.json with one table more at its end; all else stays as people wrote it."""
    observed = {field["name"]: field for field in datapackage.resource("observations")["schema"]["fields"]}
    nationality = observed["nationality"] | {"constraints": {"required": True, "pattern": "[A-Z]{3}|_T"}}
    resource = {
        "name": f"import-{name.lower().replace('_', '-')}",
        "path": path_of(name).relative_to("data").as_posix(),
        "description": f"Imported: {source['title'] or source['publisher']}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [(observed | {"nationality": nationality})[column] for column in COLUMNS],
            "primaryKey": list(Key._fields),
        },
    }
    text = (paths.ROOT / paths.SCHEMA).read_text("utf-8")
    last = textwrap.indent(json.dumps(resource, ensure_ascii=False, indent=2), "    ")
    return re.sub(r"\s*\]\s*\}\s*$", lambda end: f",\n{last}\n  ]\n}}\n", text)
