"""The charts of the reports: what their titles say."""

import json
import re

import pytest

from notebook_reports import paths
from notebook_reports.cite import as_words


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("annual-entries", ["13,221", "11.8", "62 %"]),
        ("purposes", ["7,887", "13,221", "60 %"]),
        ("quarterly-entries", ["3,765", "5,263", "July to September 2024"]),
        ("growth-since-reopening", ["94 %", "2019", "July to September 2024"]),
        ("purposes-by-quarter", ["7,887", "7,517", "July to December 2024"]),
        ("hundred-entries", ["At 4 entries each", "at most 14 of 100"]),
        ("laundering-shares", ["58 %"]),
        ("price-of-assumptions", ["77 %", "86 %", "students"]),
        ("students-and-crossings", ["986", "12.5", "315"]),
        ("education-shares", ["59.7 %", "Kazakhstan", "3.0 to 3.1 %"]),
        ("work-shares", ["63.8 to 64.0 %", "Uzbekistan", "59.7 %"]),
        ("recovery-by-nationality", ["2019", "50 %", "78 %"]),
        ("permits-and-registrations", ["30,023", "11,490", "10,345"]),
        ("dated-events", ["1,696", "5,263", "July to September 2024"]),
    ],
)
def test_titles_say_the_known_numbers(name, numbers):
    file = paths.ROOT / paths.FIGURES / f"{name}.json"
    title = str(as_words(json.loads(file.read_text(encoding="utf-8"))["title"]))
    assert all(number in title for number in numbers), title


def test_the_quarters_name_the_deadline_and_the_flights_that_stopped_and_resumed():
    svg = (paths.ROOT / paths.FIGURES / "quarterly-entries.svg").read_text("utf-8")
    said = " ".join(re.findall(r">([^<>]+)</text>", svg))
    assert all(day in said for day in ("22 Dec 2019: UN deadline", "1 Feb 2020: flights", "25 Aug 2023: flights"))
