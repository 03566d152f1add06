"""Sweeps on this computer: sets from a table, what is kept when one fails or all is interrupted, and what is told."""

import csv
import json
import re
import signal
import subprocess
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from projects import Project, wait_for
from toy import COPY, N03, NOTEBOOKS, Toy

from notebook_reports.runner.sweep import Outcome, Place, outcomes

# Notes each run in .build/, which a notebook may write to.
NOTE = "import pathlib, time\nwith pathlib.Path('../../runs.txt').open('a') as runs:\n    print(share, file=runs)\n"
ROW = COPY.format(**NOTEBOOKS[N03]).replace("{path} {year} {share}", "row\\n{year} {share}")


def sweep(project: Project, *arguments: str, name: str = "03") -> tuple[int, str]:
    return project.run("notebook_reports.runner.experiment", name, *arguments, "--to", "../all")


def rows(project: Project, table: str = "shares.csv") -> list[dict[str, str]]:
    with (project.root.parent / "all" / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def runs(toy: Toy) -> list[str]:
    """Each run of a set until now, by its share."""
    noted = toy.root / ".build/runs.txt"
    return sorted(noted.read_text().split()) if noted.exists() else []


@pytest.fixture
def noting(toy: Toy) -> Toy:
    """A toy whose notebook 03 writes one row and notes each run; built."""
    toy.cell(N03, "copy", NOTE + ROW)
    toy.build()
    (toy.root / ".build/runs.txt").unlink()
    return toy


# Sets from a table


def test_each_row_of_a_table_is_a_set(noting):
    noting.write("data/sets.csv", '\ufeffyear,share,caps\r\n2020,1,"[1, 2]"\r\n2021,0.5,[3]\r\n')
    code, output = sweep(noting, "--sets", "data/sets.csv")
    assert code == 0, output
    told = [(row["year"], row["share"], row["caps"]) for row in rows(noting)]
    assert list(dict.fromkeys(told)) == [("2020", "1.0", "[1, 2]"), ("2021", "0.5", "[3]")]
    assert runs(noting) == ["0.5", "1.0"]


def test_a_table_of_one_set_is_a_sweep_too(noting):
    noting.write("data/sets.csv", "share\n2\n")
    assert sweep(noting, "--sets", "data/sets.csv")[0] == 0
    assert {row["share"] for row in rows(noting)} == {"2.0"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"", "found no set, expected a row of names of parameters, and below it a row for each set"),
        (b"share\n", "found no set"),
        (b"shar\n1\n", f"row 2: Notebook {N03} has no parameter 'shar'. Did you mean 'share'?"),
        (b"share\n1\nx\n", "row 3: Notebook 03-share, parameter share: found 'x', expected float, such as 0.5"),
        (b"share,year\n1\n", "row 2: found 1 cells, expected 2, one for each of share, year"),
        (b"share,year,share\n1,2020,2\n", "row 1: found share twice; one would overwrite the other"),
        (b"share,year\n1,2020\n2,2020\n1.0,2020\n", "Sets 1 and 3 are the same, share = 1.0, year = 2020"),
        (b"label\n\xff\n", "row 2, column label: found the byte 0xff, expected text in UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_a_table_that_is_none_is_refused_and_nothing_runs(toy, table, message):
    if table is not None:
        (toy.root / "sets.csv").write_bytes(table)
    code, output = sweep(toy, "--sets", "sets.csv")
    assert code == 1 and "sets.csv" in output.split(":")[0] + "sets.csv" * ("are the same" in output)
    assert message in output and "Traceback" not in output
    assert not (toy.root.parent / "all").exists()


def test_two_combinations_that_are_the_same_are_refused(toy):
    code, output = sweep(toy, "-p", "share=1", "2", "1.0")
    assert (code, "Sets 1 and 3 are the same, share = 1.0" in output) == (1, True)


# What fails


def test_the_others_go_on_when_sets_fail_and_what_failed_is_written_down(noting):
    noting.cell(N03, "copy", f"{NOTE}{ROW}\nassert share not in fails, 'too much'".replace("fails", "(2, 3)"))
    code, output = sweep(noting, "-p", "share=1", "2", "3", "4")
    assert code == 1
    assert "Set 2, share = 2.0: notebooks/" in output and "Set 3, share = 3.0: notebooks/" in output
    assert f"2 of 4 sets failed: {noting.root.parent}/all/failed_sets.csv says why" in output
    assert {row["share"] for row in rows(noting)} == {"1.0", "4.0"}
    failed = rows(noting, "failed_sets.csv")
    assert [(row["set"], row["share"], "too much" in row["why"]) for row in failed] == [
        ("2", "2.0", True),
        ("3", "3.0", True),
    ]
    assert sorted(path.name for path in (noting.root.parent / "all/runs").iterdir()) == ["1", "4"]
    assert (noting.root / f".build/failed/{N03}-2.ipynb").exists()
    assert "too much" in (noting.root.parent / "all/summary.html").read_text("utf-8")


def test_the_same_command_tries_once_more_what_failed_and_nothing_else(noting):
    """What decides it lies where nobody looks for inputs."""
    fault = noting.root / ".build/fault"
    fault.touch()
    noting.cell(N03, "copy", f"{NOTE}{ROW}\nassert share < 2 or not pathlib.Path('../../fault').exists()")
    assert sweep(noting, "-p", "share=1", "2")[0] == 1
    fault.unlink()
    code, output = sweep(noting, "-p", "share=1", "2")
    assert code == 0 and "1 of 2 sets were done before" in output, output
    assert runs(noting) == ["1.0", "2.0", "2.0"]
    assert {row["share"] for row in rows(noting)} == {"1.0", "2.0"}
    assert not (noting.root.parent / "all/failed_sets.csv").exists()


# What is done is not done twice


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_sweep_that_was_stopped_and_is_started_again_does_the_rest(noting, signum):
    shares = ["share=1", *map(str, range(2, 9))]
    command = ["notebook_reports.runner.experiment", "03", "-p", *shares, "--to", "../all"]
    first = noting.start(*command)
    wait_for(lambda: kept(noting) >= 3)
    first.send_signal(signum)
    said, _ = first.communicate(timeout=60)
    assert first.returncode == (-signum if signum == signal.SIGKILL else 128 + signum), said
    assert signum == signal.SIGKILL or "What was done is kept; the same command does the rest." in said
    assert not (noting.root.parent / "all").exists()
    before, done = runs(noting), kept(noting)
    code, output = noting.run(*command)
    assert code == 0 and f"{done} of 8 sets were done before" in output, output
    assert len(runs(noting)) - len(before) == 8 - done
    assert [row["share"] for row in rows(noting)] == sorted(row["share"] for row in rows(noting))
    assert {row["share"] for row in rows(noting)} == {f"{share}.0" for share in range(1, 9)}
    assert list((noting.root / ".build/staging").iterdir()) == []


def kept(toy: Toy) -> int:
    return sum(1 for file in (toy.root / ".build/sets").rglob("*") if file.is_file() and not file.name.startswith("."))


@pytest.mark.parametrize("changed", ["nothing", "notebook", "table", "module", "lock", "result", "readme"])
def test_a_set_is_done_again_where_what_decides_it_has_changed_and_only_there(noting, changed):
    assert sweep(noting, "-p", "share=1", "2")[0] == 0
    match changed:
        case "notebook":
            noting.cell(N03, "copy", f"{NOTE}{ROW}\n# changed")
        case "table":
            noting.write("data/raw/claims.csv", "id\nother\n")
        case "module":
            noting.write("src/orchards/shared.py", "one = 2\n")
        case "lock":
            noting.write("requirements.lock", "changed\n")
        case "result":
            noting.write(".build/site/data/processed/counts.csv", "changed\n")
        case "readme":
            noting.write("README.md", "# changed\n")
    code, output = sweep(noting, "-p", "share=1", "2", "3")
    assert code == 0, output
    again = changed not in ("nothing", "readme")
    assert runs(noting) == sorted(["1.0", "2.0", "3.0", *(["1.0", "2.0"] if again else [])])
    assert len({file.parent for file in (noting.root / ".build/sets").rglob("*") if file.is_file()}) == 1


def test_a_result_that_was_damaged_is_made_again(noting):
    assert sweep(noting, "-p", "share=1", "2")[0] == 0
    table = (noting.root.parent / "all/shares.csv").read_bytes()
    for number, file in enumerate(each for each in (noting.root / ".build/sets").rglob("*") if each.is_file()):
        content = bytearray(file.read_bytes())
        content[-20 if number else 100] ^= 1
        file.write_bytes(content)
    assert sweep(noting, "-p", "share=1", "2")[0] == 0
    assert runs(noting) == ["1.0", "1.0", "2.0", "2.0"]
    assert (noting.root.parent / "all/shares.csv").read_bytes() == table


def test_a_table_that_is_edited_while_sets_run_ends_the_sweep(noting):
    noting.cell(N03, "copy", f"{NOTE}{ROW}\ntime.sleep(1)")
    process = noting.start("notebook_reports.runner.experiment", "03", "-p", "share=1", "2", "3", "4", "--to", "../all")
    wait_for(lambda: runs(noting))
    noting.write("data/raw/claims.csv", "id\nother\n")
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, kept(noting)) == (1, 0), said
    assert "data/raw/claims.csv was changed while the sets ran: what was done is kept, begin again." in said


def test_a_disk_that_fills_is_named_and_what_was_done_is_kept(noting, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    (noting.root / ".build/sets").symlink_to(disk)
    noting.cell(N03, "copy", f"{NOTE}{ROW}\nimport random\nprint(random.Random(share).randbytes(10_000).hex())")
    command = ["-p", "share=1", *map(str, range(2, 9))]
    try:
        code, output = sweep(noting, *command)
        assert code == 1 and "No space left on device" in output.splitlines()[-1] and "Traceback" not in output
        assert not (noting.root.parent / "all").exists()
        done = kept(noting)
        assert done and list(disk.rglob("*.part")) == []
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        code, output = sweep(noting, *command)
        assert code == 0 and f"{done} of 8 sets were done before" in output
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_memory_does_not_grow_with_the_number_of_sets():
    """Ten thousand results of 100 kB are a gigabyte."""
    with ThreadPoolExecutor(2) as pool:
        place = Place(pool, lambda number, values: Outcome(bytes(100_000)))
        tracemalloc.start()
        numbers = [number for number, _ in outcomes(place, {number: {} for number in range(10_000)})]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert sorted(numbers) == list(range(10_000))
    assert peak < 20_000_000


# The page


def test_the_page_says_what_was_tried_what_moves_and_by_what(example):
    code, output = sweep(example, "-p", "rounding=0", "1", "2.5", name="01")
    assert code == 0, output
    folder = example.root.parent / "all"
    assert f"Open {folder}/totals.csv or {folder}/summary.html" in output
    table = rows(example, "totals.csv")
    ends = {
        (row["year"], column): [int(each[column]) for each in table if each["year"] == row["year"]]
        for row in table
        for column in ("low", "high")
    }
    moving = {key: (min(own), max(own)) for key, own in ends.items() if min(own) < max(own)}
    page = (folder / "summary.html").read_text("utf-8")
    body = re.sub(r"<[^>]*>", " ", page)
    assert "3 of 3 sets were done." in body and re.search(r"rounding\s+0\.0, 1\.0, 2\.5", body)
    for (year, column), (least, greatest) in moving.items():
        assert re.search(rf"{year}, {column}\s+totals\.csv\s+{least:,}\s+{greatest:,}", body), (year, column)
    (year, column), (least, greatest) = max(moving.items(), key=lambda each: (each[1][1] - each[1][0]) / each[1][1])
    assert f"{year}, {column}: {least:,} to {greatest:,}" in body
    assert "<script>" not in page and page.count("<svg") == 2
    with (folder / "figures/sweep.csv").open(newline="") as file:
        drawn = {row["rounding"]: row for row in csv.DictReader(file)}
    assert {name: float(row["mean"]) for name, row in drawn.items()} == {
        row["rounding"]: float(row[column]) for row in table if row["year"] == year
    }
    links = list(re.findall(r'href="([^"#:]+)"', page))
    assert links and all((folder / link).exists() for link in links), links


def test_many_values_stand_in_few_groups(example):
    code, output = sweep(example, "-p", "rounding=0", *[f"{number / 10}" for number in range(1, 31)], name="01")
    assert code == 0, output
    with (example.root.parent / "all/figures/sweep.csv").open(newline="") as file:
        groups = [row["rounding"] for row in csv.DictReader(file)]
    assert len(groups) == 10 and groups[0] == "0.0 to 0.3" and groups[-1].endswith(" to 3.0")
    assert "31 values, 0 to 3" in (example.root.parent / "all/summary.html").read_text("utf-8")


def test_a_sweep_in_which_nothing_moves_says_so(noting):
    assert sweep(noting, "-p", "share=1", "2")[0] == 0
    assert "No number of the tables differs from set to set." in (noting.root.parent / "all/summary.html").read_text()
    assert json.loads((noting.root.parent / "all/experiment.json").read_text())["sets"] == [
        {"share": 1.0},
        {"share": 2.0},
    ]
