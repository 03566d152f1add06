"""The build: what it rebuilds and what not, and that nothing which goes wrong harms the last good results.

Real doit, real kernels, on a toy project (see `toy`).
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from itertools import product
from pathlib import Path
from random import Random

import pytest
from projects import outputs, processes, ran, wait_for
from toy import CHARTS, COPY, HEADLINE, N01, N02, N03, N04, N05, NOTEBOOKS, PARAMETERS, RAW, Toy

from notebook_reports import readme
from notebook_reports.errors import BuildError
from notebook_reports.runner import experiment, failures, graph, imports, notebooks, parameters
from notebook_reports.runner.progress import Progress, Reporter

MOMENTS = int(os.environ.get("NOTEBOOK_REPORTS_MOMENTS", "6"))  # at which a build is killed


@pytest.fixture
def stored(monkeypatch, tmp_path) -> Toy:
    """A toy whose notebooks this process reads."""
    toy = Toy.make(tmp_path / "toy")
    monkeypatch.setattr(notebooks, "NOTEBOOKS", toy.root / "notebooks")
    notebooks.load.cache_clear()
    yield toy
    notebooks.load.cache_clear()


# What is rebuilt


def test_a_build_with_nothing_to_do_runs_nothing_and_says_so(toy):
    assert toy.build() == "Nothing to do: reports are up to date. Open reports/index.html\n"


def test_a_first_build_makes_every_file_and_says_where_to_look(built_once):
    assert (built_once.root / "reports/index.html").exists()
    assert f"[What of {N02}?](reports/{N02}.html)" in built_once.read("README.md")
    assert built_once.read("README.md").endswith("by hand\n")
    assert built_once.read("reports/data/counts.csv") == built_once.read("data/processed/counts.csv")


def test_touched_files_are_not_rebuilt(toy):
    for file in toy.root.rglob("*"):
        os.utime(file)
    assert ran(toy.build()) == []


def test_a_file_changed_with_its_time_stamp_put_back_is_rebuilt(toy):
    table = toy.root / "data/raw/claims.csv"
    before = table.stat()
    table.write_bytes(table.read_bytes().replace(b"claims", b"CLAIMS"))
    os.utime(table, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert f"notebook:{N04}" in ran(toy.build())


def test_outputs_edited_by_hand_are_made_again(toy):
    edited = ("data/processed/growth.csv", f"reports/{N03}.html", "reports/index.html", "reports/data/claims.csv")
    good = {output: toy.read(output) for output in (*edited, "README.md")}
    for output, text in good.items():
        edited = re.sub(r"What of|growth|^id", "edited", text, count=1)  # the markers of README.md survive
        assert edited != text
        toy.write(output, edited)
    assert ran(toy.build()) == ["publish"]
    assert {output: toy.read(output) for output in good} == good


def test_a_changed_table_reruns_only_what_depends_on_it(toy):
    toy.write("data/raw/claims.csv", "id\nother\n")
    tasks = [f"notebook:{N04}", f"page:{N04}", "data", "index", "links", "publish"]
    assert set(ran(toy.build())) <= set(tasks)
    assert "other" in toy.read("data/processed/checked.csv")
    assert "other" in toy.read("reports/data/checked.csv")


def test_a_result_that_stays_the_same_reruns_nothing_after_it(toy):
    toy.cell(N01, "imports", "from orchards import shared  # said differently")
    notebooks = [task for task in ran(toy.build()) if task.startswith("notebook")]
    assert notebooks == [f"notebook:{N01}"]


def test_a_changed_module_reruns_only_the_notebooks_that_import_it(toy):
    toy.write("src/orchards/growth.py", "from orchards.shared import one\nfactor = one + 1\n")
    notebooks = [task for task in ran(toy.build()) if task.startswith("notebook")]
    assert notebooks == [f"notebook:{N02}"]
    toy.write("src/orchards/shared.py", "one = 2\n")
    notebooks = [task for task in ran(toy.build()) if task.startswith("notebook")]
    assert notebooks == [f"notebook:{name}" for name in (N01, N02, N03)]


def test_what_a_task_makes_no_more_is_removed_unless_edited(toy):
    figure, other = CHARTS
    toy.write(f"reports/figures/{other}.csv", "by hand\n")
    toy.cell(N05, "copy", COPY.format(reads=NOTEBOOKS[N05]["reads"], writes=[]))
    toy.build()
    assert not (toy.root / f"reports/figures/{figure}.svg").exists()
    assert toy.read(f"reports/figures/{other}.csv") == "by hand\n"


def test_a_build_that_fails_in_between_does_not_make_it_forget_what_it_made(toy):
    figure = f"reports/figures/{CHARTS[0]}.svg"
    toy.cell(N05, "copy", COPY.format(reads=NOTEBOOKS[N05]["reads"], writes=[]))
    good = toy.read("README.md")
    toy.write("README.md", good.replace("<!-- findings:end -->", ""))
    toy.fail()
    assert (toy.root / figure).exists()
    toy.write("README.md", good)
    toy.build()
    assert not (toy.root / figure).exists() and not (toy.root / ".build/site" / figure).exists()


def test_what_a_removed_notebook_alone_made_is_removed_unless_edited(toy):
    edited = f"reports/figures/{CHARTS[1]}.csv"
    toy.write(edited, "by hand\n")
    (toy.root / f"notebooks/{N05}.ipynb").unlink()
    said = toy.build()
    left = toy.hashes("reports")
    assert f"reports/{N05}.html" not in left and f"reports/figures/{CHARTS[0]}.svg" not in left
    assert f"reports/{N05}.html" in said.partition("nothing makes it any more: ")[2]
    assert toy.read(edited) == "by hand\n"
    assert {f"reports/{name}.html" for name in NOTEBOOKS if name != N05} <= left.keys()


def test_what_a_renamed_notebook_made_is_made_by_the_other_and_stays(toy):
    renamed = f"90-{N05[3:]}"
    text = toy.read(f"notebooks/{N05}.ipynb").replace(N05, renamed)
    (toy.root / f"notebooks/{N05}.ipynb").unlink()
    toy.write(f"notebooks/{renamed}.ipynb", text)
    toy.build()
    left = toy.hashes("reports")
    assert f"reports/{N05}.html" not in left and f"reports/{renamed}.html" in left
    assert {f"reports/figures/{name}.svg" for name in CHARTS} <= left.keys()


def test_clean_removes_what_the_build_made_and_nothing_kept_by_hand(toy):
    toy.build("clean")
    assert not (toy.root / "reports/index.html").exists()
    assert {
        "README.md",
        "dodo.py",
        "data/datapackage.json",
        *(f"data/raw/{name}.csv" for name in RAW),
    } <= toy.hashes().keys()
    assert f"notebook:{N01}" in ran(toy.build())


def test_an_edit_while_a_notebook_runs_counts_as_a_change_at_the_next_build(toy):
    wait = "import time, pathlib\npathlib.Path('../../busy').touch()\ntime.sleep(1)"
    toy.cell(N04, "finding", HEADLINE.format(name=N04) + wait)
    process = toy.start("doit")
    wait_for((toy.root / ".build/busy").exists)
    toy.write("data/raw/claims.csv", "id\nlate\n")
    assert process.wait(timeout=60) == 0
    assert f"notebook:{N04}" in ran(toy.build())
    assert "late" in toy.read("data/processed/checked.csv")


def test_an_edit_before_the_turn_of_what_it_changes_counts_at_the_next_build(toy):
    """The build read the notebook and the schema when it began, to make the graph."""
    wait = "import time, pathlib\npathlib.Path('../../busy').touch()\ntime.sleep(1)"
    toy.cell(N01, "finding", HEADLINE.format(name=N01) + wait)
    process = toy.start("doit")
    wait_for((toy.root / ".build/busy").exists)
    toy.cell(N05, "finding", HEADLINE.format(name="a later thought"))
    toy.write("data/datapackage.json", toy.read("data/datapackage.json").replace("A toy.", "A later thought."))
    assert process.wait(timeout=60) == 0
    toy.build()
    for made in (f"reports/{N05}.html", "reports/index.html", "reports/data/datapackage.json"):
        assert "later thought" in toy.read(made), made


def test_a_table_exchanged_while_a_notebook_reads_it_and_put_back_is_not_taken_for_built(toy):
    """As `git stash` and `git stash pop` do: the table is the old one again, but the notebook read another."""
    good = toy.read("data/processed/checked.csv")
    toy.cell(N04, "imports", "import pathlib, time\npathlib.Path('../../busy').touch()\ntime.sleep(1.5)")
    process = toy.start("doit")
    wait_for((toy.root / ".build/busy").exists)
    table = toy.root / "data/raw/claims.csv"
    kept = table.rename(toy.root / "kept.csv")
    toy.write("data/raw/claims.csv", "id\nother\n")
    wait_for(lambda: "other" in toy.read(".build/site/data/processed/checked.csv"))
    kept.replace(table)
    assert process.wait(timeout=60) == 0
    assert f"notebook:{N04}" in ran(toy.build())
    assert toy.read("data/processed/checked.csv") == good


# What goes wrong


def test_a_failing_cell_is_named_and_leaves_the_last_good_results(toy):
    good = outputs(toy)
    toy.cell(N02, "finding", "print('before')\nraise ValueError('row 12, column value:\\nfound 13.221')")
    output = toy.fail()
    assert f"notebooks/{N02}.ipynb, cell finding, code cell 4:" in output
    assert "ValueError: row 12, column value:\n    found 13.221\n" in output
    assert "before" in toy.read(f".build/failed/{N02}.ipynb")
    assert f"notebook:{N05}" in output.split("Not run, because they need what failed: ")[1]
    assert outputs(toy) == good
    toy.cell(N02, "finding", HEADLINE.format(name=N02))
    toy.build()
    assert outputs(toy) == good
    assert not (toy.root / f".build/failed/{N02}.ipynb").exists()


def test_where_one_page_is_refused_nothing_is_published_and_the_try_can_be_looked_at(toy):
    good = outputs(toy)
    toy.cell(N01, "parameters", PARAMETERS.replace("2024", "2025"), ("parameters",))
    toy.cell(N03, "finding", HEADLINE.format(name=N03) + "import warnings\nwarnings.warn('mend me')")
    output = toy.fail()
    assert f"page:{N03} FAILED" in output and "mend me" in output
    assert "Nothing is published: reports/ and data/processed/ are as they were." in output
    assert "What this build made is in .build/site/reports/." in output
    assert outputs(toy) == good
    assert "2025" in toy.read(".build/site/data/processed/counts.csv")
    assert "2025" in toy.read(".build/site/reports/figures/yearly.csv")
    toy.cell(N03, "finding", HEADLINE.format(name=N03))
    toy.build()
    assert "2025" in toy.read("reports/data/counts.csv")


def test_a_drawing_that_could_run_something_is_refused_by_every_page_that_shows_it(toy):
    toy.cell(N03, "finding", HEADLINE.format(name=N03) + "display({'image/svg+xml': '<svg ONLOAD=\"\"/>'}, raw=True)")
    output = toy.fail()
    assert f"page:{N03} FAILED" in output and "index FAILED" in output
    assert "Traceback" not in output


def test_a_failure_does_not_stop_what_does_not_depend_on_it(toy):
    toy.cell(N02, "finding", "1 / 0")
    toy.write("data/raw/claims.csv", "id\nother\n")
    assert f"notebook:{N04}" in ran(toy.fail())


def test_a_notebook_that_ends_itself_half_way_is_no_success(toy):
    toy.cell(N03, "finding", "import sys\nsys.exit(0)")
    assert "ended itself here" in toy.fail()


def test_a_missing_table_is_named_with_what_to_do(toy):
    (toy.root / "data/raw/claims.csv").unlink()
    said = toy.fail()
    assert f"notebooks/{N04}.ipynb, cell copy" in said and "data/raw/claims.csv" in said
    assert "Restore the file, for example by git checkout" in said


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        ({"cell_type": "heading"}, "cell 3 of all: found {.*'heading', .*, expected a cell of the type code"),
        ({"source": None}, "cell 3 of all: found the source .None., expected text"),
        ({"source": [1]}, r"cell 3 of all: found the source .\[1\]., expected text"),
        ({"source": "a\n<<<<<<< local\nb"}, "cell 3 of all: found the mark <<<<<<< of a merge conflict in its source"),
        ({"source": "\ud83d"}, r"cell 3 of all: found U\+D83D, which no text holds, in its source"),
        ({"source": "import \x00"}, r"cell 3 of all: found U\+0000, which no text holds, in its source"),
        ({"metadata": None}, "cell 3 of all: found metadata None"),
        ({"metadata": {"tags": "parameters"}}, "cell 3 of all: found the tags 'parameters', expected a list of texts"),
        ({"outputs": "x"}, "cell 3 of all: found .* outputs 'x'"),
        ({"id": 5}, "cell 3 of all: found .* id 5"),
    ],
)
def test_a_cell_that_is_none_is_named_with_what_is_wrong(stored, spoilt, message):
    notebook = stored.notebook(N02)
    notebook["cells"][2] |= spoilt
    stored.write(f"notebooks/{N02}.ipynb", json.dumps(notebook))
    with pytest.raises(BuildError, match=f"notebooks/{N02}.ipynb, {message}"):
        notebooks.load(N02)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("<<<<<<< HEAD", "is no JSON .*resolve the merge conflict in it"),
        ("[]", "found no notebook, expected format 4"),
        ('{"nbformat": "4"}', "found format '4', expected format 4"),
        ("[" * 100_000, "is no JSON"),
        ('{"nbformat": 3, "worksheets": []}', "found format 3, expected format 4: open it in JupyterLab and save it"),
        ('{"nbformat": 4, "metadata": {}}', "found no cells, or no metadata"),
    ],
)
def test_a_file_that_is_no_notebook_is_named_with_what_to_do(stored, file, message):
    stored.write(f"notebooks/{N02}.ipynb", file)
    with pytest.raises(BuildError, match=f"notebooks/{N02}.ipynb.*{message}"):
        notebooks.title(N02)


def test_ids_that_are_none_tags_and_a_byte_order_mark_are_no_hindrance(stored):
    notebook = stored.notebook(N02)
    notebook["cells"][2] |= {"id": "no id!", "metadata": {"tags": ["remove_cell", "remove-cell", "x"]}}
    stored.write(f"notebooks/{N02}.ipynb", "\ufeff" + json.dumps(notebook))
    cell = notebooks.load(N02)["cells"][2]
    assert (cell["id"], cell["metadata"]["tags"]) == ("cell-3", ["remove-cell", "x"])


def test_a_notebook_of_an_old_format_runs_and_is_told_what_it_lacks(toy):
    notebook = toy.notebook(N04) | {"nbformat_minor": 0}
    for cell in notebook["cells"]:
        del cell["id"]
    notebook["cells"][2] |= {"source": "import math\nmath.pi"}
    for field in ("outputs", "execution_count"):
        del notebook["cells"][2][field]
    toy.write(f"notebooks/{N04}.ipynb", json.dumps(notebook))
    assert f"notebooks/{N04}.ipynb has format 4.0, without ids: its cells are called by their place" in toy.build()
    assert '"data/processed/checked.csv": "cell-4"' in toy.read("notebooks/record.json")


def test_a_file_that_has_no_place_in_the_project_is_refused(toy):
    good = outputs(toy)
    toy.cell(N04, "finding", "paths.to_write('data/processed/more.csv').write_text('')")
    assert f"notebooks/{N04}.ipynb, cell finding, writes data/processed/more.csv, which has no place" in toy.fail()
    toy.cell(N04, "copy", "'nothing'")
    assert "No notebook writes data/processed/checked.csv" in toy.fail()
    assert outputs(toy) == good


def test_a_marker_missing_from_a_readme_is_named_and_nothing_is_published(toy):
    for file, marker in (("README.md", "findings:begin"), ("data/README.md", "dictionary:end")):
        good = toy.read(file)
        toy.write(file, good.replace(f"<!-- {marker} -->", ""))
        toy.write("data/raw/figures.csv", f"id\n{marker}\n")
        before = outputs(toy)
        assert f"{file} has the line '<!-- {marker} -->' 0 times" in toy.fail()
        assert outputs(toy) == before
        toy.write(file, good)


@pytest.mark.slow
def test_a_build_killed_at_any_moment_is_healed_by_the_next(toy):
    """Between two states of a table, so that what is left of the one must not pass for the other."""
    good = {}
    for state in ("one", "two"):
        toy.write("data/raw/figures.csv", f"id\n{state}\n")
        start = time.monotonic()
        toy.build()
        good[state], longest = outputs(toy) | toy.hashes(".build/executed"), time.monotonic() - start
    random = Random(MOMENTS)
    for state in ("one", "two") * (MOMENTS // 2):
        toy.write("data/raw/figures.csv", f"id\n{state}\n")
        process = toy.start("doit")
        time.sleep(random.uniform(0, longest))
        process.kill()
        process.communicate()
        wait_for(lambda: not processes(toy))
        left = {path: sha for path, sha in outputs(toy).items() if not path.endswith(".part")}
        assert all(sha in (good["one"][path], good["two"][path]) for path, sha in left.items())
        toy.build()
        assert outputs(toy) | toy.hashes(".build/executed") == good[state]


def test_what_a_killed_process_left_of_a_file_is_removed(toy):
    ended = subprocess.Popen(["true"])
    ended.wait()
    for pid in (ended.pid, os.getpid()):
        toy.write(f"reports/.index.html.{pid}.part", "<html")
    toy.build()
    assert [part.name for part in (toy.root / "reports").glob(".*")] == [f".index.html.{os.getpid()}.part"]


def test_a_reports_folder_that_cannot_be_written_is_named_and_left_as_it_was(toy):
    good = outputs(toy)
    reports = toy.root / "reports"
    if subprocess.run(["mount", "--bind", "-o", "ro", reports, reports], capture_output=True).returncode:
        pytest.skip("only root may make a folder read-only for root")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", reports], check=True)
        toy.cell(N02, "finding", HEADLINE.format(name=N02) + "# changed")
        output = toy.fail()
        assert f"reports/{N02}.html: Read-only file system" in output
        assert outputs(toy) == good
    finally:
        subprocess.run(["umount", reports], check=True)
    toy.build()


def test_a_full_disk_is_named_and_leaves_the_last_good_results(toy, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        toy.root = Path(shutil.copytree(toy.root, disk / "toy", symlinks=True))
        toy.build()  # the mirror of the project is made anew in another place
        good = outputs(toy)
        toy.write("data/raw/claims.csv", "id\n" + "other\n" * 40_000)  # more than old logs leave room for
        fill(disk / "filler")
        output = toy.fail()
        assert "No space left on device" in output
        (disk / "filler").unlink()
        after = outputs(toy)
        assert {path for path in good if good[path] != after.get(path)} == {"data/raw/claims.csv"}
        toy.build()
        assert "other" in toy.read("reports/data/checked.csv")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("folder", ["reports", ".build"])
def test_what_the_build_makes_may_lie_on_another_disk(toy, tmp_path, folder):
    good = outputs(toy)
    elsewhere = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        shutil.rmtree(toy.root / folder)
        (toy.root / folder).symlink_to(elsewhere)
        toy.build()
        assert outputs(toy) == good or folder == "reports"  # which are behind the link
        assert (elsewhere / ("index.html" if folder == "reports" else "memory.json")).exists()
        assert ran(toy.build()) == []
    finally:
        shutil.rmtree(elsewhere)


def test_a_build_goes_on_where_nobody_listens(toy):
    good = outputs(toy)
    doit = f"PYTHONPATH=src {sys.executable} -m doit --always-execute"
    for command in (f"{doit} >&-", f"{doit} >&- 2>&-", f"{doit} | head -n 1"):
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=toy.root, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout.count("\n") == command.endswith("1")
        assert outputs(toy) == good
        assert ran(toy.build()) == []


def test_too_few_open_files_are_named_with_what_to_do(toy):
    doit = f"ulimit -n 64; PYTHONPATH=src {sys.executable} -m doit --always-execute"
    done = subprocess.run(["sh", "-c", doit], cwd=toy.root, capture_output=True, text=True)
    assert done.returncode and not done.stderr
    assert "Here 64 files may be open at once, and a build needs 256: ulimit -n 1024" in done.stdout


def fill(file: Path) -> None:
    """Leave no byte free on the disk of `file`."""
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(b"0" * 4096):
                pass
        except OSError:
            return


# Parameters and experiments


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["shar=0.5"], "has no parameter 'shar'. Did you mean 'share'? It has: caps, label, share, strict, year."),
        (["year=2024.5"], "parameter year: found '2024.5', expected int, such as 3"),
        (["year=True"], "parameter year: found 'True', expected int"),
        (["share=nan"], "parameter share: found 'nan', expected float"),
        (["share=1e999"], "parameter share: found '1e999', expected float"),
        (["strict=1"], "parameter strict: found '1', expected bool"),
        (["caps=[1, 'a']"], "parameter caps: found \"[1, 'a']\", expected list[float], such as [0.5, ...]"),
        (["year"], "-p year: expected NAME=VALUE"),
        (["year=2020 share=1"], "-p year=2020 share=1: write -p before share=1, too"),
        (["year=2020", "year=2021"], "-p year is given twice: write all its values after one -p"),
    ],
)
def test_a_wrong_parameter_is_refused(stored, given, message):
    with pytest.raises(BuildError) as refused:
        (values,) = experiment.combinations([each.split(" ", 1) if "caps" not in each else [each] for each in given])
        experiment.assigned([N02, N03], N03, values)
    assert message in str(refused.value)


def test_every_combination_of_values_is_tried_as_the_notebook_takes_them(stored):
    sets = [parameters.check(N03, each) for each in experiment.combinations([["share=1", "0.5"], ["label=1"]])]
    assert sets == [{"share": 1.0, "label": "1"}, {"share": 0.5, "label": "1"}]
    assert [type(each["share"]) for each in sets] == [float, float]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("year = 2024", "found 'year = 2024', expected 'name: type = value'"),
        ("year: int = 2024.5", "parameter year is 2024.5, which is no int"),
        ("year: int = 2000 + 24", "parameter year is '2000 + 24', expected a plain int"),
        ("year: date = 2024", "parameter year has the type date, expected one of"),
        ("year: int =", "line 1: invalid syntax"),
        ("caps: list[float] = {[]: 1}", "parameter caps is '{[]: 1}', expected a plain list[float]"),
        (f"year: int = {chr(40) * 10_000}", "too many nested parentheses"),
        (f"year: int = {'-' * 10_000}1", "nested too deep"),
    ],
)
def test_a_parameters_cell_that_is_not_typed_is_refused(stored, source, message):
    stored.cell(N02, "parameters", source, ("parameters",))
    with pytest.raises(BuildError) as refused:
        parameters.declared(N02)
    assert f"notebooks/{N02}.ipynb, cell parameters" in str(refused.value)
    assert message in str(refused.value)


def test_what_is_wrong_with_parameters_is_told_before_a_kernel_starts(toy):
    code, output = toy.run("notebook_reports.runner.experiment", "03", "-p", "shar=1")
    assert (code, output.startswith(f"Notebook {N03} has no parameter 'shar'.")) == (1, True)
    toy.cell(N02, "finding", "year: int = 2024", ("parameters",))
    assert f"notebooks/{N02}.ipynb, cells parameters and finding: both have the tag 'parameters'" in toy.fail()


def test_an_experiment_goes_to_its_own_folder_and_touches_nothing_else(toy):
    before = toy.hashes() | toy.hashes(".build/executed")
    code, output = toy.run(
        "notebook_reports.runner.experiment", "03", "-p", "share=1", "-p", "year=2020", "--to", "../a b, c"
    )
    assert code == 0, output
    folder = toy.root.parent / "a b, c"
    assert f"Open {folder}/reports/index.html" in output
    assert f"year is set in {', '.join(NOTEBOOKS)}" in output
    assert "2020 1.0" in (folder / "data/processed/shares.csv").read_text()
    assert "2020 1.0" in (folder / "reports/data/shares.csv").read_text()
    chart = (folder / f"reports/figures/{CHARTS[0]}.csv").read_text()
    assert "2020 1.0" in chart.splitlines()[0]  # every notebook that has a parameter gets it
    assert "2020 1.0" in (folder / "data/processed/growth.csv").read_text()  # also one before it
    site = {path for path in toy.hashes() if path.startswith("reports/")}
    assert {file.relative_to(folder).as_posix() for file in (folder / "reports").rglob("*.*")} == site
    for page in (folder / "reports").glob("*.html"):
        assert "notebook 03 with share = 1.0, year = 2020" in page.read_text("utf-8")
    record = json.loads((folder / "experiment.json").read_text())
    assert (record["notebook"], record["parameters"]) == (N03, {"share": 1.0, "year": 2020})
    assert {path.removeprefix(f"{folder.name}/") for path in site} <= record["files"].keys()
    assert toy.hashes() | toy.hashes(".build/executed") == before
    assert ran(toy.build()) == []


def test_a_parameter_that_another_notebook_alone_has_is_set_there(toy):
    toy.cell(N02, "parameters", PARAMETERS + "\nbase: int = 2023", ("parameters",))
    told = COPY.format(**NOTEBOOKS[N02]).replace("{path} {year}", "{path} {base} {year}")
    notebook = json.loads(toy.read(f"notebooks/{N02}.ipynb"))
    next(cell for cell in notebook["cells"] if cell["id"] == "copy")["source"] = told.strip()
    toy.write(f"notebooks/{N02}.ipynb", json.dumps(notebook))
    toy.build()
    code, output = toy.run("notebook_reports.runner.experiment", "03", "-p", "base=2022", "--to", "../base")
    assert code == 0, output
    folder = toy.root.parent / "base"
    assert "growth.csv 2022 2024" in (folder / "data/processed/growth.csv").read_text()
    assert (folder / "data/processed/shares.csv").exists()  # of the notebook it starts from
    assert json.loads((folder / "experiment.json").read_text())["parameters"] == {"base": 2022}
    code, output = toy.run("notebook_reports.runner.experiment", "03", "-p", "base=x", "--to", "../other")
    assert code == 1 and f"Notebook {N02}, parameter base: found 'x', expected int" in output


def test_several_values_make_one_table_of_every_combination(toy):
    told = COPY.format(**NOTEBOOKS[N03]).replace("{path} {year} {share}", "row\\n{year} {share}")
    toy.cell(N03, "copy", told)
    toy.build()
    before = toy.hashes() | toy.hashes(".build/executed")
    code, output = toy.run(
        "notebook_reports.runner.experiment", "03", "-p", "year=2020", "2021", "-p", "share=1", "2", "--to", "../all"
    )
    assert code == 0, output
    folder = toy.root.parent / "all"
    assert f"Open {folder / 'shares.csv'}" in output
    lines = (folder / "shares.csv").read_text().splitlines()
    assert lines[0] == "year,share,row"
    assert {tuple(line.split(",")[:2]) for line in lines[1:]} == set(product(("2020", "2021"), ("1.0", "2.0")))
    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["1", "2", "3", "4"]
    assert "2021 2.0" in (folder / "runs/4/data/processed/shares.csv").read_text()
    assert json.loads((folder / "experiment.json").read_text())["sets"][1] == {"year": 2020, "share": 2.0}
    assert toy.hashes() | toy.hashes(".build/executed") == before


@pytest.mark.parametrize(("header", "swept"), [("{path} {year}", "year"), ("share", "share")])
def test_results_that_make_no_one_table_are_refused(toy, header, swept):
    """Columns that differ from set to set, and a column that is called as a parameter."""
    toy.cell(N03, "copy", COPY.format(**NOTEBOOKS[N03]).replace("{path} {year} {share}", header))
    code, output = toy.run("notebook_reports.runner.experiment", "03", "-p", f"{swept}=1", "2", "--to", "../all")
    assert code == 1
    assert "no one table can be made of them" in output
    assert not (toy.root.parent / "all").exists()
    assert not list((toy.root / ".build/staging").iterdir())


def test_a_set_that_writes_no_table_where_others_do_is_named(toy):
    copy = textwrap.indent(COPY.format(**NOTEBOOKS[N03]), "    ")
    toy.cell(N03, "copy", f"if share < 2:\n{copy}")
    for order in (["1", "2"], ["2", "1"]):
        values = [f"share={order[0]}", order[1]]
        code, output = toy.run("notebook_reports.runner.experiment", "03", "-p", *values, "--to", "../all")
        assert code == 1 and f"Set {order.index('2') + 1} wrote no data/processed/shares.csv" in output


def test_an_experiment_before_the_first_build_says_what_to_do(toy):
    shutil.rmtree(toy.root / ".build/executed")
    code, output = toy.run("notebook_reports.runner.experiment", "03")
    assert code == 1
    assert "run python -m doit first" in output


@pytest.mark.parametrize(
    "to",
    [".", "..", "reports", "data/raw/x", "notebooks", ".github", "docs/new", ".build/site", "../full", "../link",
     "../changed", "../file"],
)  # fmt: skip
def test_an_experiment_is_refused_where_something_else_lives(monkeypatch, tmp_path, to):
    root = tmp_path / "toy"
    for folder in (root, tmp_path / "full", tmp_path / "changed", tmp_path / "empty"):
        folder.mkdir()
    (tmp_path / "full" / "thesis.txt").touch()
    (tmp_path / "changed" / experiment.RECORD).write_text('{"files": {"thesis.txt": "another content"}}')
    (tmp_path / "changed" / "thesis.txt").touch()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("empty")
    monkeypatch.setattr(experiment, "ROOT", root)
    monkeypatch.setattr(experiment, "RESULTS", root / ".build/experiments")
    monkeypatch.chdir(root)
    with pytest.raises(BuildError, match="choose"):
        experiment.chosen_folder(Path(to), N03, [])


def test_an_experiment_may_replace_an_earlier_one_and_its_folder_has_a_name_of_its_own(monkeypatch, tmp_path):
    for earlier in ("empty", "earlier"):
        (tmp_path / earlier).mkdir()
    (tmp_path / "earlier" / experiment.RECORD).touch()
    for folder in ("new", "empty", "earlier"):
        assert experiment.chosen_folder(tmp_path / folder, N03, []) == tmp_path / folder
    monkeypatch.setattr(experiment, "RESULTS", tmp_path)
    assert experiment.chosen_folder(None, N03, [["a=1", "2"], ["b=x y"]]).name == f"{N03}_a=1+2_b=x-y"
    long, longer = (experiment.chosen_folder(None, N03, [["a=" + "1" * n]]).name for n in (200, 201))
    assert len(long) < 120
    assert long != longer


def test_an_experiment_removes_nothing_that_none_has_made(example):
    """Neither beside its folder, by whatever name, nor in it."""
    beside = example.root.parent
    (beside / ".wider.new").mkdir()
    (beside / ".wider.new/thesis.txt").touch()
    command = ("notebook_reports.runner.experiment", "02", "-p", "base=2022", "--to", "../wider")
    for _ in range(2):
        assert example.run(*command)[0] == 0
    (beside / "wider/thesis.txt").touch()
    code, output = example.run(*command)
    assert (code, "choose a new folder" in output) == (1, True)
    assert (beside / ".wider.new/thesis.txt").exists() and (beside / "wider/thesis.txt").exists()
    assert sorted(path.name for path in beside.iterdir()) == [".wider.new", "example", "wider"]


# Same inputs, same bytes


def test_nothing_of_the_user_reaches_a_notebook(toy, tmp_path):
    home = tmp_path / "hostile home"
    spec = home / ".local/share/jupyter/kernels/python3"
    start = home / ".ipython/profile_default/startup"
    mpl = home / ".config/matplotlib"
    for folder in (spec, start, mpl):
        folder.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": ["/bin/false"], "display_name": "x", "language": "python"}))
    (start / "00.py").write_text("leak = 1")
    (mpl / "matplotlibrc").write_text("figure.dpi: 7")
    toy.cell(
        N03,
        "finding",
        HEADLINE.format(name=N03)
        + "import os, matplotlib, time\nassert 'leak' not in globals()\nassert matplotlib.rcParams['figure.dpi'] != 7\n"
        "assert 'SECRET' not in os.environ and time.tzname[0] == 'UTC'",
    )
    env = {"JUPYTER_DEFAULT_PROVISIONER_NAME": "x", "MATPLOTLIBRC": str(mpl), "IPYTHONDIR": str(home / ".ipython")}
    toy.build(HOME=str(home), SECRET="1", TZ="Pacific/Auckland", **env)


def test_a_second_build_in_the_same_folder_is_refused(toy):
    toy.cell(N02, "imports", "import time, pathlib\npathlib.Path('../../busy').touch()\ntime.sleep(2)")
    first = toy.start("doit")
    wait_for((toy.root / ".build/busy").exists)
    assert "Another build or experiment is running in this folder" in toy.fail()
    output, _ = first.communicate(timeout=60)
    assert first.returncode == 0, output


@pytest.mark.parametrize("shown", ["paths.ROOT", "object()"])
def test_an_output_that_differs_on_every_machine_is_refused(toy, shown):
    toy.cell(N04, "finding", HEADLINE.format(name=N04) + f"print({shown})")
    assert "cell finding, code cell 4:\n    Its output differs on every machine" in toy.fail()


def test_what_an_executed_notebook_holds_does_not_depend_on_the_moment(toy):
    printing = "import time\nprint('one', flush=True)\ntime.sleep(0.5)\nprint('two')"
    toy.cell(N03, "imports", printing)
    toy.build()
    for folder in ("../a", "../b"):
        code, output = toy.run("notebook_reports.runner.experiment", "03", "-p", "share=1", "--to", folder)
        assert code == 0, output
    first, second = ((toy.root.parent / folder / f"executed/{N03}.ipynb").read_text() for folder in ("a", "b"))
    assert first == second
    printed = next(cell for cell in json.loads(first)["cells"] if cell["id"] == "imports")["outputs"]
    assert ["".join(output["text"]) for output in printed] == ["one\ntwo\n"]


# Parts


class Screen(io.StringIO):
    """What a build prints to: a terminal, or a file."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.isatty = lambda: terminal


def test_a_terminal_shows_the_cells_that_run_and_a_file_only_what_began_and_ended(monkeypatch):
    shown = {}
    for terminal in (True, False):
        monkeypatch.setattr("sys.stdout", Screen(terminal))
        progress = Progress()
        progress.cell("01-first", 2, 9, "read")
        progress.say("done")
        progress.over("01-first")
        progress.say("and over")
        shown[terminal] = re.sub(r"\[ *[0-9.]+ s\]", "[s]", sys.stdout.getvalue())
    clear = "\r\033[K"
    line = "[s] 01 cell 2 of 9 read"
    assert shown[True] == f"{clear}{line}{clear}[s] done\n{line}{clear}[s] and over\n"
    assert shown[False] == "[s] done\n[s] and over\n"


def test_the_last_line_names_what_failed_in_one_order_whichever_ended_first():
    reporter = Reporter(io.StringIO(), {})
    reporter.failed = ["notebook:01-first", "influence"]
    assert reporter.summary().startswith("FAILED: influence, notebook:01-first. Nothing is published:")


def test_an_error_is_placed_in_a_module_of_the_project_and_in_nobody_elses():
    def told(*files: object) -> str:
        return failures.raised_in([f"\x1b[36mFile {file}:3\x1b[39m, in called()" for file in files])

    assert told("/elsewhere/x.py", failures.ROOT / "src/orchards/x.py") == "\nRaised in src/orchards/x.py, line 3."
    assert told(failures.SITE / "notebooks/helpers.py") == "\nRaised in notebooks/helpers.py, line 3."
    for other in ("/elsewhere/x.py", failures.ROOT / ".venv/lib/x.py", failures.PACKAGE / "show.py"):
        assert told(failures.ROOT / "src/orchards/x.py", other) == ""


def test_imports_are_followed_through_modules_and_packages(toy):
    toy.write("src/orchards/deep/__init__.py", "")
    toy.write("src/orchards/deep/inner.py", "from .. import growth\nfrom . import other\n")
    toy.write("src/orchards/deep/other.py", "def late():\n    import notebook_reports.paths as p\n")
    (toy.root / "src/orchards/linked").symlink_to(toy.root / "src/orchards/deep")
    toy.cell(N05, "imports", "from orchards.deep import inner\nfrom orchards.linked import other")
    code = f"from notebook_reports.runner.imports import notebook_modules as m; print(*sorted(m('{N05}')))"
    result, output = toy.run("timeit", "-n1", "-r1", code)
    assert result == 0, output
    linked = ["linked/__init__", "linked/other"]
    modules = ["__init__", "deep/__init__", "deep/inner", "deep/other", "growth", *linked, "shared"]
    assert output.splitlines()[0].split() == [f"src/orchards/{name}.py" for name in modules]


def test_what_sources_import_is_remembered_by_what_they_say(toy):
    toy.build()
    kept = toy.read(".build/imports.kept")
    toy.write("src/orchards/growth.py", "from orchards import late\nfactor = late.two\n")
    toy.write("src/orchards/late.py", "two = 2\n")
    toy.build()
    assert toy.read(".build/imports.kept") != kept
    toy.write("src/orchards/late.py", "two = 3\n")
    assert f"notebook:{N02}" in ran(toy.build())
    toy.write(".build/imports.kept", kept.replace("orchards.shared", "orchards.absent"))
    assert ran(toy.build()) == []


def test_a_schema_that_was_right_is_looked_at_again_when_it_changes(toy):
    toy.build()
    kept, right = toy.read(".build/schema.kept"), toy.read("data/datapackage.json")
    for seal in (kept, f"{kept} ", "", "no seal\nno digest"):  # the last three are no memory
        toy.write(".build/schema.kept", seal)
        toy.write("data/datapackage.json", right.replace('"primaryKey"', '"primary"', 1))
        assert "schema must contain" in toy.fail() and toy.read(".build/schema.kept") == seal
        toy.write("data/datapackage.json", right)
        assert ran(toy.build()) == []
        assert toy.read(".build/schema.kept") == kept


def test_a_schema_that_was_right_is_not_looked_at_again(toy):
    toy.build()
    code = "from notebook_reports import datapackage as d; import sys; d.read(); print('fastjsonschema' in sys.modules)"
    assert toy.run("timeit", "-n1", "-r1", code)[1].splitlines()[0] == "False"
    (toy.root / ".build/schema.kept").unlink()
    assert toy.run("timeit", "-n1", "-r1", code)[1].splitlines()[0] == "True"


@pytest.mark.parametrize("name", ["imports.kept", "schema.kept"])
def test_a_folder_in_the_place_of_what_is_kept_is_named(toy, name):
    kept = toy.root / ".build" / name
    kept.unlink(missing_ok=True)
    kept.mkdir(parents=True)
    output = toy.fail()
    assert f"{name} is a folder, where a file belongs: move it away." in output and "Traceback" not in output


def test_a_link_to_nothing_among_the_sources_is_no_source(toy):
    """As an editor leaves one beside a file that is open."""
    lock = toy.root / "src/orchards/.#page.css"
    lock.symlink_to("nobody@nowhere")
    assert "page.css" not in toy.build()


def test_a_change_of_how_kernels_start_runs_notebooks_again():
    names = ("ordinary", "watch", "warm/launch", "warm/server", "warm/provisioner")
    assert {f"src/notebook_reports/kernels/{name}.py" for name in names} <= graph.needed("01-clean-source-figures")


def test_the_warm_server_is_started_before_anything_of_jupyter_is_imported():
    code = "import sys, notebook_reports.kernels.processes; print({'jupyter_client', 'nbformat'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_module_brings_its_package_and_what_lies_elsewhere_is_left_to_the_lock(toy):
    code = "from notebook_reports.runner.imports import with_imports as w; print(*sorted(w('orchards.growth', 'json')))"
    result, output = toy.run("timeit", "-n1", "-r1", code)
    assert result == 0, output
    assert output.splitlines()[0].split() == [f"src/orchards/{name}.py" for name in ("__init__", "growth", "shared")]


@pytest.mark.parametrize("cell", ["import", "import x" + "(" * 10_000, "import x\n" + "-" * 100_000 + "1"])
def test_a_cell_that_nobody_can_parse_may_import_any_module(cell):
    assert imports.imported(cell, "") == imports.every_module()


def test_the_dictionary_says_what_the_schema_says():
    resource = {
        "path": "raw/things.csv",
        "description": "One row a thing.",
        "schema": {
            "fields": [
                {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
                {"name": "kind", "type": "string", "description": "a|b", "constraints": {"enum": ["a", "b"]}},
                {"name": "share", "type": "number", "constraints": {"minimum": 0, "maximum": 1}},
            ]
        },
    }
    assert readme.dictionary({"resources": [resource]}) == (
        "### `data/raw/things.csv`\n\nOne row a thing.\n\n"
        "| column | type | required | meaning | allowed values |\n"
        "|---|---|---|---|---|\n"
        "| `id` | string | yes |  | unique |\n"
        "| `kind` | string |  | a\\|b | `a`, `b` |\n"
        "| `share` | number |  |  | from 0; to 1 |"
    )


def test_only_what_stands_between_the_markers_is_replaced():
    text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nz\n"
    once = readme.replaced(text, "x", "new", "README.md")
    assert once == "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nz\n"
    marked = readme.replaced(text, "x", "as in <!-- x:end -->", "README.md")  # a description may hold anything
    assert readme.replaced(marked, "x", "new", "README.md") == once
    assert readme.replaced(once, "x", "new", "README.md") == once
    with pytest.raises(BuildError, match="has the line '<!-- x:end -->' before"):
        readme.replaced("<!-- x:end -->\n<!-- x:begin -->", "x", "new", "README.md")


@pytest.mark.parametrize(
    ("value", "kind", "fit"),
    [
        (1, float, True),
        (True, int, False),
        (True, float, False),
        (1.0, int, False),
        (float("inf"), float, False),
        ("1", int, False),
        ([1, 2.5], list[float], True),
        ([1, True], list[float], False),
        ((1,), list[int], False),
    ],
)
def test_a_value_fits_its_type_strictly(value, kind, fit):
    assert parameters.fits(value, kind) is fit
