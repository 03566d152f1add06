"""The charts of the reports: what their titles say."""

import json

import pytest

from notebook_reports import paths
from notebook_reports.cite import as_words


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("annual-entries", ["13,221", "11.8", "62 %"]),
        ("purposes", ["7,887", "13,221", "60 %"]),
        ("quarterly-entries", ["3,765", "5,263", "2025-Q2"]),
        ("growth-since-reopening", ["94 %", "6 %", "2024-Q3"]),
        ("laundering-shares", ["58 %"]),
        ("price-of-assumptions", ["77 %", "86 %", "students"]),
        ("students-and-crossings", ["986", "12.5", "315"]),
        ("education-shares", ["59.7 %", "2019-S1", "Kazakhstan", "3.0 to 3.1 %"]),
        ("permits-and-registrations", ["30,023", "11,490", "10,345"]),
        ("dated-events", ["1,696", "5,263", "2024-Q3", "5,450", "295", "2025-Q1"]),
    ],
)
def test_titles_say_the_known_numbers(name, numbers):
    file = paths.ROOT / paths.FIGURES / f"{name}.json"
    title = str(as_words(json.loads(file.read_text(encoding="utf-8"))["title"]))
    assert all(number in title for number in numbers), title
