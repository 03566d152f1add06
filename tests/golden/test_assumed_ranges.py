"""The ranges assumed in notebook 03 are those of the table that says why."""

import re

from dprk_entries.data import tables
from notebook_reports import paths


def test_assumed_ranges_are_those_of_the_table():
    source = next(paths.NOTEBOOKS.glob("03-*.ipynb")).read_text(encoding="utf-8")
    assumed = tables.read_raw("assumptions").set_index("assumption_id")
    students = assumed.loc[["students_2023_24", "students_2024_25"]]
    expected = {
        "students_low": students["low"].min(),
        "students_high": students["high"].sum(),  # two academic years touch the calendar year
    }
    for name in ("entries_per_student", "visas_per_student", "entries_per_person", "entries_per_visa"):
        expected |= {f"{name}_low": assumed.loc[name, "low"], f"{name}_high": assumed.loc[name, "high"]}
    stated = {name: float(re.search(rf"{name}: \w+ = ([\d.]+)", source)[1]) for name in expected}
    assert stated == expected
