"""What a notebook reads and writes is found: nothing that it opens can be stale, and nothing is read from elsewhere."""

import json
import re
import shutil
import sqlite3

import pytest
from projects import Project, outputs, ran
from toy import code_cell

HEADLINE = 'from notebook_reports import show\nshow.headline(f"It reads {found}.")'


def add(example: Project, name: str, *cells: str) -> None:
    """A notebook with its question, these cells, called a, b and so on, and the variable `found` as its finding."""
    stored = [{"cell_type": "markdown", "id": "question", "source": f"# What of {name}?", "metadata": {}}]
    stored += [code_cell(cell_id, source) for cell_id, source in zip("abcdef", (*cells, HEADLINE), strict=False)]
    about = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    notebook = {"cells": stored, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    example.write(f"notebooks/{name}.ipynb", json.dumps(notebook))


def record(example: Project) -> dict:
    return json.loads(example.read("notebooks/record.json"))


def database(example: Project, value: str) -> None:
    with sqlite3.connect(example.root / "data/raw/extra.db") as connection:
        connection.executescript(f"drop table if exists t; create table t (x); insert into t values ('{value}')")


TELL = "from notebook_reports import show\n"
READS = {  # the cell that reads, what changes it, and what is recorded
    "03-import-helper": ("import helpers\nfound = helpers.value", "notebooks/helpers.py", 'value = "{}"\n'),
    "04-read-beside": ('found = open("extra.csv").read().strip()', "notebooks/extra.csv", "{}\n"),
    "05-read-settings": ("import tomllib\nfound = tomllib.load(open('../settings.toml', 'rb'))['x']",
                         "settings.toml", 'x = "{}"\n'),
    "06-read-package-data": ("import json\nfrom importlib import resources\n"
                             "found = json.loads(resources.files('orchards').joinpath('more.json').read_text())",
                             "src/orchards/more.json", '"{}"\n'),
    "07-read-by-process": (f"import subprocess\n{TELL}show.reads('../data/raw/told.txt')\n"
                           "found = subprocess.run(['cat', '../data/raw/told.txt'], capture_output=True, text=True)"
                           ".stdout.strip()", "data/raw/told.txt", "{}\n"),
    "08-import-by-name": ("import importlib\nfound = importlib.import_module('orchards.late').value",
                          "src/orchards/late.py", 'value = "{}"\n'),
    "09-read-by-shell": (f"{TELL}show.reads('../data/raw/shell.txt')\n"
                         "found = get_ipython().getoutput('cat ../data/raw/shell.txt')[0]",  # what !cat is read as
                         "data/raw/shell.txt", "{}\n"),
}  # fmt: skip
ELSE = {
    "10-read-database": "import sqlite3\n"
    "found = sqlite3.connect('../data/raw/extra.db').execute('select x from t').fetchone()[0]",
    "11-list-tables": "import pathlib\nfound = ' '.join(sorted(p.name for p in pathlib.Path('../data/raw').glob('*')))",
}


def test_whatever_a_notebook_opens_in_the_project_is_an_input(example):
    """Each of the ways to read that need no word in dodo.py; then each input changes."""
    for name, (cell, path, content) in READS.items():
        add(example, name, cell)
        example.write(path, content.format("one"))
    for name, cell in ELSE.items():
        add(example, name, cell)
    database(example, "one")
    names = [*READS, *ELSE]
    example.build()
    found = record(example)
    for name, (_, path, _) in READS.items():
        assert found[name]["reads"].keys() - {"src/orchards/__init__.py"} == {path}, name
        assert found[name]["reads"][path] == "a"
    assert found["10-read-database"]["reads"] == {"data/raw/extra.db": "a"}
    assert found["11-list-tables"]["reads"] == {"data/raw/": "a"}
    assert ran(example.build()) == []

    for path, content in ((path, content) for _, path, content in READS.values()):
        example.write(path, content.format("two"))
    database(example, "two")
    example.write("data/raw/another.csv", "")
    again = [task for task in ran(example.build()) if task.startswith("notebook:")]
    assert again == [f"notebook:{name}" for name in sorted(names)]
    for name in (*READS, "10-read-database"):
        assert "It reads two." in example.read(f"reports/{name}.html"), name
    assert "another.csv" in example.read("reports/11-list-tables.html")


def test_one_input_reruns_the_notebook_that_reads_it_alone(example):
    for name in ("03-import-helper", "04-read-beside"):
        add(example, name, READS[name][0])
        example.write(READS[name][1], READS[name][2].format("one"))
    example.build()
    example.write("notebooks/extra.csv", "two\n")
    notebooks = [task for task in ran(example.build()) if task.startswith("notebook:")]
    assert notebooks == ["notebook:04-read-beside"]


WRONG = [
    ("found = open('{outside}').read()", "outside the project, so that nobody else has it. Copy it into data/raw/"),
    ("import sys\nsys.path.append('{outside}'.rpartition('/')[0])\nfrom elsewhere import found",
     "elsewhere.py is outside the project, so that nobody else has it. Move it to src/"),
    ("import os\nfound = os.listdir('{outside}'.rpartition('/')[0])", "is outside the project"),
    ("found = open('/opt/outside.csv', 'w').write('x')", "is outside the project. Write a table of"),
    ("found = open('../data/raw/harvests.csv', 'a').write('x')",
     "data/raw/harvests.csv is not for a notebook to write. Write a table of data/processed/ or a figure"),
    ("found = open('../data/processed/totals.csv', 'w').write('x')",
     "data/processed/totals.csv is not for a notebook to write"),
    ("import os, tempfile\nhandle, path = tempfile.mkstemp()\nfound = os.replace(path, '../data/raw/harvests.csv')",
     "data/raw/harvests.csv is not for a notebook to write"),
    ("import shutil\nfound = shutil.move('../data/raw/harvests.csv', '../data/raw/other.csv')",
     "is not for a notebook to write"),
    ("import os\nfound = os.remove('../data/raw/harvests.csv')", "data/raw/harvests.csv is not for a notebook"),
    ("import os\nfound = os.truncate('../data/raw/harvests.csv', 0)", "is not for a notebook to write"),
    ("import shutil\nfound = shutil.rmtree('../data/raw/sub')", "is not for a notebook to write"),
    ("import os\nfound = os.symlink('{outside}', '../data/raw/link.csv')", "is not for a notebook to write"),
    ("import sqlite3\nfound = sqlite3.connect('../data/raw/new.db')", "new.db is not for a notebook to write"),
    ("import pathlib\nfound = pathlib.Path.home().joinpath('kept').write_text('x')", "is not for a notebook"),
    ("import tempfile\ntempfile.TemporaryFile()\nfound = open('{outside}').read()", "outside the project"),
    ("found = open('../data/raw/../processed/totals.csv').read()", "which the last build published"),
    ("found = open('../README.md').read()", "cell a, opens README.md, which the build makes of all notebooks"),
    ("found = open('../reports/index.html').read()", "cell a, opens reports/index.html, which the build"),
    ("import multiprocessing as mp\nmp.get_context('spawn').Process(target=print).start()\nfound = 1",
     "cell a, starts a process"),
    ("import urllib.request\nfound = urllib.request.urlopen('http://127.0.0.1:9/')",
     "a notebook reads nothing from the network (127.0.0.1): save what it needs in data/raw/"),
    ("import subprocess\nfound = subprocess.run(['true'])",
     "cell a, starts a process, and nobody sees what that reads. Name its files in the same cell: show.reads("),
    ("get_ipython().system('true')\nfound = 1", "cell a, starts a process"),
    ("import os\nfound = os.system('true')", "cell a, starts a process"),
    ("from notebook_reports import show\nshow.reads('../data/raw/none')", "show.reads: there is no ../data/raw"),
    ("import os\nfound = os.listdir('../data/processed')",
     "cell a, lists data/processed/, where later notebooks write too: name the files"),
    ("import pathlib\nfound = pathlib.Path('{root}/data/processed/totals.csv').read_text()",
     "which the last build published. Give the way from the notebook: ../data/processed/totals.csv"),
    ("found = input('Which year?')", "Nobody is there to answer: make it a parameter"),
    ("from notebook_reports import paths\nfound = paths.to_write('data/processed/totals.csv').write_text('x')",
     "cell a, writes data/processed/totals.csv, as notebooks/01-sum-harvests.ipynb, cell write, does: give one of "
     "them another name"),
    ("from notebook_reports import paths\nfound = paths.to_write('reports/more.html').write_text('x')",
     "cell a, writes reports/more.html, which has no place"),
]  # fmt: skip


def test_what_nobody_could_repeat_is_refused_with_cell_and_remedy(example):
    """Each in a notebook of its own, in one build. They seem to have run before, so that none waits for another."""
    outside = example.root.parent / "outside.csv"
    outside.write_text("elsewhere")
    outside.with_name("elsewhere.py").write_text("found = 1\n")
    example.write("data/raw/sub/kept.csv", "kept")
    names = [f"{number}-do-wrong" for number in range(10, 10 + len(WRONG))]
    for name, (cell, _) in zip(names, WRONG, strict=True):
        add(example, name, cell.format(outside=outside, root=example.root))
        example.write(f".build/executed/{name}.ipynb", "")
    edited = {"code": "of an earlier day", "reads": {}, "writes": {}}
    known = json.dumps(record(example) | dict.fromkeys(names, edited))
    example.write("notebooks/record.json", known)
    before = outputs(example)
    failed = dict(re.findall(r"notebook:(\S+) FAILED\n(.*?)(?=\n\[|\nFAILED|$)", example.fail(), re.DOTALL))
    for name, (cell, told) in zip(names, WRONG, strict=True):
        said = " ".join(failed.get(name, "nothing failed").split())
        assert told in said and f"{name}.ipynb, cell a" in said, f"{cell}\n{said}"
    assert outputs(example) == before
    assert outside.read_text() == "elsewhere" and example.read("data/raw/sub/kept.csv") == "kept"


def test_a_link_to_a_file_outside_is_no_file_of_the_project(example):
    outside = example.root.parent / "outside.csv"
    outside.write_text("elsewhere")
    (example.root / "data/raw/link.csv").symlink_to(outside)
    add(example, "03-follow", "found = open('../data/raw/link.csv').read()")
    assert "outside.csv is outside the project" in example.fail()


def test_a_database_that_a_notebook_changes_is_named(example):
    database(example, "one")
    add(
        example,
        "03-change",
        "import sqlite3\nwith sqlite3.connect('../data/raw/extra.db') as connection:\n"
        "    connection.execute('delete from t')\nfound = 1",
    )
    output = example.fail()
    assert "03-change.ipynb, cell a, changed" in output and "data/raw/extra.db" in output and "mode=ro" in output


ABSENT = """
try:
    found = open("../data/raw/note.txt").read().strip()
except FileNotFoundError:
    found = "nothing"
"""


def test_a_file_that_appears_or_goes_runs_the_notebook_that_asked_for_it(example):
    add(example, "03-ask", ABSENT)
    add(
        example,
        "04-list",
        "import glob\nfound = ' '.join(open(path).read() for path in glob.glob('../data/raw/*.part'))",
    )
    example.write("data/raw/a.part", "one")
    example.build()
    assert "It reads nothing." in example.read("reports/03-ask.html")
    example.write("data/raw/note.txt", "a note")
    (example.root / "data/raw/a.part").unlink()
    example.write("data/raw/b.part", "two")
    example.build()
    assert "It reads a note." in example.read("reports/03-ask.html")
    assert "It reads two." in example.read("reports/04-list.html")
    (example.root / "data/raw/note.txt").unlink()
    tasks = [task for task in ran(example.build()) if task.startswith("notebook:")]
    assert "notebook:03-ask" in tasks
    assert "It reads nothing." in example.read("reports/03-ask.html")
    assert ran(example.build()) == []


def test_a_folder_that_a_module_lists_while_it_is_imported_is_an_input(example):
    example.write("notebooks/lister.py", "import os\n\nfiles = sorted(os.listdir('../data/raw'))\n")
    add(example, "03-list", "import lister\nfound = ' '.join(lister.files)")
    add(example, "04-name", f"{TELL}show.reads('../data/raw')\nimport os\nos.system('true')\nfound = 'a folder'")
    example.build()
    assert record(example)["04-name"]["reads"].keys() == {"data/raw/", "data/raw/harvests.csv"}
    example.write("data/raw/new.csv", "")
    assert {"notebook:03-list", "notebook:04-name"} <= set(ran(example.build()))
    assert "new.csv" in example.read("reports/03-list.html")


def test_a_table_may_be_made_by_another_notebook_than_before(example):
    notebook = json.loads(example.read("notebooks/01-sum-harvests.ipynb"))
    written = next(cell for cell in notebook["cells"] if cell["id"] == "write")
    moved, written["source"] = json.loads(json.dumps(notebook)), "made = None"
    example.write("notebooks/01-sum-harvests.ipynb", json.dumps(notebook))
    example.write("notebooks/00-sum-first.ipynb", json.dumps(moved).replace("How much was picked?", "What was picked?"))
    good = example.read("data/processed/totals.csv")
    example.build()
    assert example.read("data/processed/totals.csv") == good
    assert record(example)["00-sum-first"]["writes"].keys() == {"data/processed/totals.csv"}


def test_copied_cells_have_ids_of_their_own_in_the_record(example):
    add(example, "03-copy", "found = 1", "found = open('../data/raw/harvests.csv').read()[:7]")
    example.write("notebooks/03-copy.ipynb", example.read("notebooks/03-copy.ipynb").replace('"id": "b"', '"id": "a"'))
    example.build()
    assert record(example)["03-copy"]["reads"] == {"data/raw/harvests.csv": "cell-3"}


@pytest.mark.parametrize("file", ["memory.json", "record.json"])
@pytest.mark.parametrize("kept", [0, 1, 0.5, 0.99])
def test_a_damaged_memory_is_no_memory(example, file, kept):
    """Cut off, or, where all of it is kept, with another character in it that leaves it JSON."""
    good, whole = outputs(example), example.read(f".build/{file}")
    cut = whole.replace("02-compare", "02-cOmpare", 1) if kept == 1 else whole[: int(len(whole) * kept)]
    example.write(f".build/{file}", cut)
    again = ran(example.build())
    assert outputs(example) == good
    assert ("notebook:01-sum-harvests" in again) == (file == "memory.json")
    assert ran(example.build()) == []


IN_THE_WAY = [  # a name below one that should be a file, or a file where a folder should be
    ".build/memory.json/x", ".build/record.json/x", ".build/lock/x", ".build/site/data/processed/totals.csv/x",
    "reports/index.html/x", "data/processed/totals.csv/x", "notebooks/record.json/x",
    ".build", ".build/executed", ".build/site", "reports",
]  # fmt: skip


@pytest.mark.parametrize("path", IN_THE_WAY)
def test_a_folder_in_the_place_of_a_file_or_the_other_way_round_is_named(example, path):
    way = example.root / path.removesuffix("/x")
    shutil.rmtree(way) if way.is_dir() else way.unlink()
    example.write(path, "")
    found = "is a folder, where a file belongs" if path.endswith("/x") else "is no folder, where one belongs"
    assert f"{way} {found}: move it away." in example.fail()


def test_a_notebook_that_reads_what_a_later_one_writes_or_what_it_writes_itself_is_refused(example):
    add(example, "00-look-ahead", "found = open('../data/processed/totals.csv').read()[:4]")
    output = example.fail()
    assert "notebooks/00-look-ahead.ipynb, cell a, reads data/processed/totals.csv, which a later notebook" in output
    assert "Give the notebook that reads a table a higher number" in output
    (example.root / "notebooks/00-look-ahead.ipynb").unlink()
    notebook = json.loads(example.read("notebooks/01-sum-harvests.ipynb"))
    notebook["cells"].append(code_cell("ahead", "open('../data/processed/totals.csv').close()"))
    example.write("notebooks/01-sum-harvests.ipynb", json.dumps(notebook))
    assert "cell ahead, reads data/processed/totals.csv, which the notebook itself writes" in example.fail()


def test_a_renumbered_notebook_that_would_have_to_run_before_its_input_is_named_before_anything_runs(example):
    (example.root / "notebooks/01-sum-harvests.ipynb").rename(example.root / "notebooks/07-sum-harvests.ipynb")
    output = example.fail()
    assert "notebooks/02-compare-years.ipynb, cell read, reads data/processed/totals.csv, which a later" in output
    assert "07-sum-harvests" in output and "starts" not in output


def test_a_temporary_file_is_the_notebooks_own(example):
    cell = "import pathlib, tempfile\nfolder = tempfile.mkdtemp()\npath = pathlib.Path(folder, 'x')\n"
    add(example, "03-calculate", f"{cell}path.write_text('one')\nfound = path.read_text()")
    example.build()
    assert record(example)["03-calculate"] == {
        "code": record(example)["03-calculate"]["code"], "reads": {}, "writes": {},
    }  # fmt: skip


def test_a_notebook_in_another_language_or_that_never_ends_is_named(example):
    add(example, "03-wait", "import time", "time.sleep(60)\nfound = 1")
    settings = example.read("pyproject.toml")
    example.write("pyproject.toml", settings.replace("title =", "cell-timeout = 4\ntitle ="))
    said = example.fail("notebook:03-wait")  # alone: others may take longer, too, on a computer that is busy
    assert "03-wait.ipynb, cell b, code cell 2:\n    The cell ran longer than 4 s: mend it, or raise" in said
    assert "Task" not in said
    example.write("pyproject.toml", settings)
    stored = example.read("notebooks/03-wait.ipynb").replace('"language": "python"', '"language": "R"')
    example.write("notebooks/03-wait.ipynb", stored)
    assert "notebooks/03-wait.ipynb, its kernel: found r, expected Python" in example.fail()


def test_a_build_that_learns_late_what_depends_on_what_begins_once_more(example):
    """A module begins to read a table that an edited notebook makes in the same build."""
    example.write("src/orchards/peek.py", "def look():\n    return ''\n")
    add(example, "03-peek", "from orchards import peek\nfound = peek.look() or 'nothing'")
    example.build()
    example.write(
        "src/orchards/peek.py",
        "from notebook_reports import paths\n\n\ndef look():\n"
        "    return paths.to_read('data/processed/totals.csv').read_text().split()[1]\n",
    )
    notebook = json.loads(example.read("notebooks/01-sum-harvests.ipynb"))
    source = notebook["cells"][-1]
    notebook["cells"].insert(-1, code_cell("wait", "import time\ntime.sleep(2)\nrounding = 2.0"))
    notebook["cells"].insert(1, code_cell("early", "import time\ntime.sleep(1)"))
    assert source["cell_type"] in ("code", "markdown")
    example.write("notebooks/01-sum-harvests.ipynb", json.dumps(notebook))
    example.write("data/raw/harvests.csv", example.read("data/raw/harvests.csv").replace("Ash,2021,12", "Ash,2021,13"))
    output = example.build()
    assert "The build begins once more" in output
    assert f"It reads {example.read('data/processed/totals.csv').split()[1]}." in example.read("reports/03-peek.html")
    assert ran(example.build()) == []


def test_a_copied_project_builds_from_its_own_tables(example, tmp_path):
    """Where links were followed by the copy, or lead into the first project."""
    for links in (True, False):
        copy = Project(shutil.copytree(example.root, tmp_path / f"copy {links}", symlinks=links))
        copy.write("data/raw/harvests.csv", copy.read("data/raw/harvests.csv").replace("Ash,2022,15", "Ash,2022,16"))
        copy.build()
        assert "2022,41,43" in copy.read("data/processed/totals.csv")


def test_the_pages_beside_a_renamed_notebook_lead_to_it_by_its_new_name(example):
    (example.root / "notebooks/02-compare-years.ipynb").rename(example.root / "notebooks/05-compare-them.ipynb")
    said = example.build()
    assert '<a href="05-compare-them.html" rel="next">' in example.read("reports/01-sum-harvests.html")
    assert "reports/02-compare-years.html" in said.partition("nothing makes it any more: ")[2]
    (example.root / "notebooks/05-compare-them.ipynb").rename(example.root / "notebooks/02-compare-years.ipynb")
    example.build()
    assert '<a href="02-compare-years.html" rel="next">' in example.read("reports/01-sum-harvests.html")


def test_a_renamed_notebook_leaves_no_page_behind_even_in_a_fresh_clone(example):
    example.git("init", "--quiet")
    example.git("add", ".")
    example.git("commit", "--quiet", "-m", "x")
    shutil.rmtree(example.root / ".build")
    (example.root / "notebooks/02-compare-years.ipynb").rename(
        example.root / "notebooks/05-set-years-side-by-side.ipynb"
    )
    said = example.build()
    assert "Removed: reports/02-compare-years.html" in said
    assert not (example.root / "reports/02-compare-years.html").exists()
    assert (example.root / "reports/05-set-years-side-by-side.html").exists()
    assert list(record(example)) == ["01-sum-harvests", "05-set-years-side-by-side"]


def test_an_error_in_a_helper_is_told_with_its_file_and_line(example):
    example.write("notebooks/helpers.py", "def first(names):\n    return names['first']\n")
    add(example, "03-help", "import helpers\nfound = helpers.first({})")
    output = example.fail()
    assert (
        "03-help.ipynb, cell a, code cell 1:\n    KeyError: 'first'\n    Raised in notebooks/helpers.py, line 2."
        in output
    )


def test_a_record_that_a_merge_has_broken_is_written_anew(example):
    """Also where nothing else knows what it said."""
    good = example.read("notebooks/record.json")
    for forgotten in ("record.json", "memory.json"):
        example.write("notebooks/record.json", f"<<<<<<< HEAD\n{good}")
        (example.root / ".build" / forgotten).unlink()
        example.build()
        assert example.read("notebooks/record.json") == good
