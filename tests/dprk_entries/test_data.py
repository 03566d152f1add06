"""The hand-kept tables hold all that was collected, and read each figure as it was printed."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import frictionless
import pytest

from notebook_reports import paths


def test_all_figures_and_sources_are_there(raw):
    assert len(raw["observations"]) >= 516
    assert len(raw["sources"]) >= 105


def test_every_source_of_a_figure_or_claim_is_listed_and_every_figure_has_a_place(raw):
    used = set(raw["observations"]["source_id"]) | set(raw["claims"]["source_id"])
    assert used <= set(raw["sources"]["source_id"])
    assert (raw["observations"]["locator"] != "").all()


@pytest.mark.parametrize(
    ("observation_id", "qualifier", "low", "high"),
    [
        ("F0008", "approx", 20500, 21500),  # about 21,000
        ("F0005", "range", 11500, 15500),  # 12-15 thousand
        ("F0106", "nearly", 12000, 13000),  # nearly 13,000
        ("F0178", "odd", 5200, 5299),  # 5,200-odd
        ("F0188", "nearly", 5400, 5500),  # nearly 5,500
        ("F0256", "rounded", 9150, 9250),  # 9.2 thousand
        ("F0298", "nearly", 170, 180),  # almost 180
        ("F0111", "misprint", 13, 13),  # 13 citizens
    ],
)
def test_figures_are_read_as_printed(figures, observation_id, qualifier, low, high):
    row = figures.set_index("observation_id").loc[observation_id]
    assert (row["qualifier"], row["low"], row["high"]) == (qualifier, low, high)


def test_the_quarters_of_the_compiled_series_add_up_to_the_known_years(cells):
    known = {2010: 21167, 2011: 18901, 2012: 22071, 2013: 23604, 2014: 23902,
             2015: 20839, 2016: 22036, 2017: 19641, 2018: 13282, 2019: 21481}  # fmt: skip
    assert {year: cells.interval(str(year)).low for year in known} == known


def test_series_that_measure_other_things_stay_apart(raw):
    observations = raw["observations"]
    registrations = observations[observations["series"] == "residence_registrations"]
    assert set(registrations["unit"]) == {"registrations"}
    assert set(observations.loc[observations["series"] == "border_entries", "unit"]) == {"crossings"}
    assert observations.groupby("series")["unit"].nunique().max() == 1
    association = observations[observations["source_id"] == "TASS20260110"]
    assert "russian_departures" not in set(association["series"])  # another counter than the border service


def test_modes_of_transport_stand_in_their_own_column(raw):
    modes = raw["observations"][raw["observations"]["transport"] != "_T"]
    assert len(modes) >= 20
    assert set(modes["purpose"]) == {"_T"}


def test_the_assumed_numbers_of_students_are_those_printed(raw, figures):
    assumed = raw["assumptions"].set_index("assumption_id")
    printed = figures[figures["series"] == "enrolled_students"].set_index("period")
    for name, period in (("students_2023_24", "2024-04"), ("students_2024_25", "2024-09-01/2025-06-30")):
        assert tuple(assumed.loc[name, ["low", "high"]]) == tuple(printed.loc[period, ["low", "high"]])


# What readers download


def test_the_data_package_of_the_reports_describes_its_tables_byte_for_byte(tmp_path):
    shutil.copytree(paths.ROOT / "reports/data", tmp_path / "data")
    package = tmp_path / "data/datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))["resources"]
    assert all(resource["bytes"] and resource["hash"].startswith("sha256:") for resource in described)
    assert frictionless.validate(str(package)).valid
    with (tmp_path / "data/claims.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not frictionless.validate(str(package)).valid


def test_the_archive_has_all_for_download_and_is_the_same_byte_for_byte(project, tmp_path):
    code = "from notebook_reports import archive; import sys; sys.exit(archive.main(sys.argv[1:]))"
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    for name in ("CHANGELOG.md", "CITATION.cff", "LICENSE"):
        shutil.copy(paths.ROOT / name, project)
    contents = []
    for turn in ("first", "second"):
        for file in project.rglob("*"):
            os.utime(file)
        archive = tmp_path / turn / "all.zip"
        subprocess.run([sys.executable, "-c", code, str(archive)], env=environment, check=True, capture_output=True)
        contents.append(archive.read_bytes())
    assert contents[0] == contents[1]
    names = set(zipfile.ZipFile(archive).namelist())
    assert {"all/data/raw/observations.csv", "all/reports/sources/2024.html", "all/README.md"} <= names
