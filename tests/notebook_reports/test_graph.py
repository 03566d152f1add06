"""What follows from the notebooks, and what cannot be a project, on the example."""

import contextlib
import itertools
import json
import shutil
import signal

import pytest
from doit.task import Task
from projects import Project, ran, wait_for

from notebook_reports.runner import order


def add_notebook(example: Project, name: str) -> None:
    """A notebook file beside the others, which asks how many papers there are."""
    notebook = json.loads(example.read("notebooks/02-compare-years.ipynb"))
    sources = {
        "question": "# How many papers?",
        "imports": "from notebook_reports import show\nfrom orchards.data import tables",
        "read": 'papers = tables.read_raw("harvests")["paper"].nunique()',
        "finding": 'show.headline(f"{papers} papers printed a harvest.")',
    }
    cells = [cell | {"source": sources[cell["id"]]} for cell in notebook["cells"] if cell["id"] in sources]
    example.write(f"notebooks/{name}.ipynb", json.dumps(notebook | {"cells": cells}))


def test_a_notebook_is_added_by_its_file_alone(example):
    before = example.hashes("data", "reports/figures", "reports/sources")
    add_notebook(example, "03-count-papers")
    tasks = ran(example.build())
    assert [task for task in tasks if task.startswith("notebook")] == ["notebook:03-count-papers"]
    assert '<a href="03-count-papers.html" rel="next">' in example.read("reports/02-compare-years.html")
    assert "2 papers printed a harvest." in example.read("reports/index.html")
    assert "2 papers printed a harvest." in example.read("README.md")
    assert example.hashes("data", "reports/figures", "reports/sources").items() >= before.items() - {
        ("data/README.md", before["data/README.md"])
    }
    assert ran(example.build()) == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("notebooks/compare.ipynb", "notebooks/compare.ipynb: expected a name of two digits and words"),
        ("notebooks/Untitled.ipynb", "notebooks/Untitled.ipynb: expected a name of two digits and words"),
        ("notebooks/01-count.ipynb", "notebooks/01-count.ipynb and notebooks/01-sum-harvests.ipynb have one number"),
    ],
)
def test_what_cannot_be_a_project_is_named_before_anything_runs(example, file, told):
    good = example.hashes()
    example.write(file, example.read("notebooks/01-sum-harvests.ipynb"))
    output = example.fail()
    assert told in output
    assert "starts" not in output
    assert {path for path, sha in example.hashes().items() if good.get(path) != sha} == {file}


def test_a_project_without_notebooks_says_what_to_do(example):
    for notebook in (example.root / "notebooks").glob("*.ipynb"):
        notebook.unlink()
    assert "notebooks/ has no notebook: write one" in example.fail()


def test_hidden_files_beside_the_notebooks_do_not_matter(example):
    example.write("notebooks/.ipynb_checkpoints/01-sum-harvests-checkpoint.ipynb", "{}")
    assert ran(example.build()) == []


def test_a_changed_template_makes_the_pages_anew_and_no_notebook(example):
    template = "src/orchards/templates/years.html.j2"
    example.write(template, example.read(template).replace("tonnes in", "t in"))
    tasks = ran(example.build())
    assert "entries" in tasks
    assert not [task for task in tasks if task.startswith("notebook")]
    assert "2021: 38 to 40 t in 3 villages." in example.read("reports/sources/years.html")


def test_a_link_that_leads_nowhere_stops_the_build_and_names_the_page(example):
    template = "src/orchards/templates/years.html.j2"
    example.write(template, example.read(template).replace('id="{{ total.year }}"', ""))
    output = example.fail()
    assert "FAILED: links" in output
    assert "01-sum-harvests.html links to sources/years.html#2021" in output


def test_a_descriptor_that_is_missing_or_broken_is_named(example):
    example.write("data/datapackage.json", "{")
    assert "data/datapackage.json is not JSON" in example.fail()
    example.write("data/datapackage.json", "[]")
    assert "data/datapackage.json: must be object, found []. Mend it." in example.fail()
    (example.root / "data/datapackage.json").unlink()
    assert "datapackage.json is missing" in example.fail()


def test_a_build_elsewhere_or_with_the_packages_of_another_folder_is_refused(example):
    code, output = example.run("doit", PYTHONPATH="")
    assert code != 0
    assert "No module named" in output or "This environment has no package orchards" in output
    assert "Start it in the folder of the project" in example.fail("-f", "dodo.py", "-d", "notebooks")


def test_every_task_says_what_it_is_for(example):
    code, output = example.run("doit", "list", "--all")
    assert code == 0
    tasks = dict(line.split(maxsplit=1) for line in output.splitlines() if len(line.split()) > 1)
    assert tasks["notebook:02-compare-years"] == "Did the harvest grow?"
    assert tasks["entries"] == "write what was picked in each year"
    assert {"notebook", "page", "data", "index", "links", "publish"} <= tasks.keys()


def test_links_are_followed_once_the_tables_that_they_lead_to_are_there(example):
    shutil.rmtree(example.root / ".build/site/reports/data")
    assert "data" in ran(example.build("--always-execute", "links"))


def test_the_database_is_written_whole_and_only_when_something_was_done(example):
    database = example.root / ".build/memory.json"
    before = database.stat()
    example.build()
    assert database.stat().st_ino == before.st_ino
    example.build("forget", "index")
    assert database.stat().st_ino != before.st_ino
    assert ran(example.build()) == ["index"]


A_PAGE_A_YEAR = """
    folder = paths.to_write(paths.REPORTS / FOLDER / "years.html").parent
    for old in folder.glob("*.html"):
        old.unlink()
    for total in totals:
        paths.write(folder / f"of-{total['year']}.html", b"<!DOCTYPE html>")
"""


def test_a_folder_that_a_step_fills_is_published_as_the_tables_make_it(example):
    """How many pages there are depends on a table that the graph does not read."""

    def pages() -> set[str]:
        return {page.name for page in (example.root / "reports/sources").iterdir()}

    example.write("dodo.py", example.read("dodo.py").replace('"reports/sources/years.html"', '"reports/sources/"'))
    module, last = "src/orchards/entries.py", "    paths.write("
    example.write(module, example.read(module).replace(last, A_PAGE_A_YEAR.lstrip("\n") + last))
    harvests = example.read("data/raw/harvests.csv")
    example.write("data/raw/harvests.csv", f"{harvests}Ash,2024,9,Valley Post\n")
    example.build()
    assert pages() == {"of-2021.html", "of-2022.html", "of-2024.html", "years.html"}
    example.write("data/raw/harvests.csv", harvests)
    example.build()
    assert pages() == {"of-2021.html", "of-2022.html", "years.html"}
    assert ran(example.build()) == []


def test_of_tasks_that_could_begin_the_one_with_most_work_behind_it_does():
    """In whatever order doit has them."""
    work = {"first": 2, "page": 0, "last": 2, "short": 2, "long": 2, "step": 3}
    waits = {"page": ["first"], "short": ["first"], "long": ["first"], "step": ["long"], "last": ["short"]}
    for names in itertools.permutations(work):
        tasks = {
            name: Task(name, None, task_dep=waits.get(name, []), meta={"work": work[name]} if work[name] else None)
            for name in names
        }
        dispatcher = order.Dispatcher(tasks, {}, [*names])
        done, node = [], None
        with contextlib.suppress(StopIteration):
            while node := dispatcher.generator.send(node):
                done.append(node.task.name)
                node.run_status = "done"
        assert done == ["first", "long", "short", "step", "last", "page"]


FRONT_PAGE = "from notebook_reports.pages.front import index as index\n"


def use_front_page(example: Project, module: str) -> None:
    """Let a module of the project's own, with this text, make the front page."""
    dodo = example.read("dodo.py").replace("DOIT_CONFIG, Graph,", "DOIT_CONFIG, FrontPage, Graph,")
    example.write("dodo.py", dodo.replace("Graph(steps", 'Graph(front_page=FrontPage("orchards.front_page"), steps'))
    example.write("src/orchards/front_page.py", module)


def test_a_front_page_that_cannot_be_imported_is_told_of_once(example):
    use_front_page(example, FRONT_PAGE)
    example.build()
    example.write("src/orchards/front_page.py", f"{FRONT_PAGE}raise OverflowError\n")
    name = "notebooks/02-compare-years.ipynb"
    notebook = json.loads(example.read(name))
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")["source"] += "\n# edited"
    example.write(name, json.dumps(notebook))
    code, output = example.run("doit")
    assert code and "notebook:02-compare-years done" in output
    assert output.count("Traceback") == 1 and "Exception in thread" not in output


def test_who_interrupts_a_build_does_not_wait_for_what_it_imports(example):
    began = example.root / "began"
    use_front_page(example, f"import pathlib, time\npathlib.Path({str(began)!r}).touch()\ntime.sleep(60)\n")
    build = example.start("doit")
    wait_for(began.exists)
    build.send_signal(signal.SIGINT)
    assert build.wait(timeout=20) == 128 + signal.SIGINT


def test_steps_that_need_each_other_are_named(example):
    other = 'Step("others", "write more", "orchards.entries", "all", [YEARS], ["reports/sources/others.html"])'
    dodo = example.read("dodo.py").replace("[TOTALS], ", '[TOTALS, "reports/sources/others.html"], ')
    example.write("dodo.py", dodo.replace("[ENTRIES]", f"[ENTRIES, {other}]"))
    assert "Each of these needs what the next makes: entries, others, entries" in example.fail()
