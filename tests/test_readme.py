"""The README agrees with the build and with the data package."""

import json
import re
import shlex
import subprocess

from notebook_reports import paths, tables

README = (paths.ROOT / "README.md").read_text(encoding="utf-8")


def part(name: str) -> str:
    return README.split(f"<!-- {name}:begin -->")[1].split(f"<!-- {name}:end -->")[0]


def test_the_three_findings_are_the_headlines_of_the_pages():
    findings = part("findings").strip().splitlines()
    assert len(findings) == 3
    for line in findings:
        page = re.search(r"\((reports/[\w-]+\.html)\)", line)[1]
        sentence = re.match(r"- (.+?) \(\[", line)[1]
        assert sentence in (paths.ROOT / page).read_text(encoding="utf-8").replace("&#39;", "'")


def test_the_dictionary_names_every_column_of_every_table():
    dictionary = part("dictionary")
    for resource in json.loads(paths.SCHEMA.read_text(encoding="utf-8"))["resources"]:
        assert resource["path"] in dictionary
        for field in resource["schema"]["fields"]:
            assert f"`{field['name']}`" in dictionary


def test_every_file_and_command_that_it_names_exists():
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (paths.ROOT / link).exists(), link
    makefile = (paths.ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z-]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_command_for_an_experiment_hands_its_arguments_to_the_experiment_alone():
    command = shlex.split(re.search(r"^make experiment .+$", README, re.MULTILINE)[0])
    planned = subprocess.run([*command, "-n"], cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout
    assert ".venv/bin/python -m doit\n" in planned
    assert ".venv/bin/python -m notebook_reports.runner.experiment 03 -p " in planned


def test_the_example_rows_are_accepted(data):
    """In the order of the README the figure comes first; it needs its source."""
    figure, source = re.findall(r"^   (F\d+,.+|DAILY.+)$", README, re.MULTILINE)
    for name, row in (("observations", figure), ("sources", source)):
        with (data / "raw" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    added = tables.read_raw("observations").iloc[-1]
    assert added["observation_id"] == figure.split(",")[0]
    assert tables.read_raw("sources").iloc[-1]["source_id"] == added["source_id"]


def test_the_claim_that_it_shows_is_one_of_the_ledger():
    (row,) = re.findall(r"^B\d\d,.*$", README, re.MULTILINE)
    assert row in (paths.RAW / "claims.csv").read_text(encoding="utf-8").splitlines()
