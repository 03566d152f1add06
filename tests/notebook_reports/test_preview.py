"""The preview: what is saved is shown, what is wrong is said, and nothing is published."""

import asyncio
import fcntl
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from previews import Preview
from projects import Project, outputs, processes, ran, wait_for
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

FIRST, SECOND = "01-sum-harvests", "02-compare-years"


@pytest.fixture
def started():
    """Starts previews; ends them at last, whatever happened."""
    previews = []

    def start(project: Project, *arguments: str, **env: str) -> Preview:
        previews.append(Preview(project, *arguments, **env))
        return previews[-1]

    yield start
    for preview in previews:
        preview.process.kill()
        preview.process.wait()


def replace(project: Project, path: str, old: str, new: str) -> None:
    text = project.read(path)
    assert old in text
    project.write(path, text.replace(old, new))


def notebook(name: str) -> str:
    return f"notebooks/{name}.ipynb"


def test_what_is_saved_is_shown_and_nothing_is_published(example, started):
    before = outputs(example)
    preview = started(example)
    preview.ready()
    replace(example, notebook(FIRST), "villages were printed", "villages were saved")
    for page in ("", "index.html", f"{FIRST}.html"):
        preview.shows("villages were saved", page)
    replace(example, "src/orchards/templates/years.html.j2", "<h1>", "<h1>In all ")
    preview.shows("<h1>In all ", "sources/years.html")
    preview.ready()
    assert outputs(example) == before
    preview.end()
    assert ran(example.build()) == ["publish"]
    assert "villages were saved" in example.read(f"reports/{FIRST}.html")


def test_a_page_has_the_script_where_it_is_served_alone(example, started):
    preview = started(example)
    preview.ready()
    pages = list(example.root.glob(".build/site/reports/**/*.html"))
    assert len(pages) == 4
    for page in pages:
        served = preview.get(page.relative_to(example.root / ".build/site/reports").as_posix())[2].decode()
        before, script, after = served.partition("<script src=")
        own = page.read_text()
        policy = next(line for line in own.splitlines(keepends=True) if "Content-Security-Policy" in line)
        assert script and before + after.partition("</script>\n")[2] == own.replace(policy, "")
        assert "<script src" not in own


def test_an_error_is_told_with_its_cell_until_it_is_mended_and_the_page_stays(example, started):
    preview = started(example)
    preview.ready()
    page = preview.get(f"{SECOND}.html")[2]
    replace(example, "src/orchards/templates/years.html.j2", "{% endblock %}", "{% endblok %}")
    preview.says("endblok")
    replace(example, notebook(SECOND), "last = int(", "last = int(1 / 0 + ")  # and another
    errors = preview.says("ZeroDivisionError: division by zero")["errors"]
    assert any(error.startswith(f"notebooks/{SECOND}.ipynb, cell finding, code cell 5:") for error in errors)
    assert len(preview.ready()["errors"]) == 2
    assert preview.get(f"{SECOND}.html")[2] == page
    replace(example, "src/orchards/templates/years.html.j2", "{% endblok %}", "{% endblock %}")
    replace(example, notebook(SECOND), "last = int(1 / 0 + ", "last = int(0 + ")
    preview.mended()
    assert preview.get(f"{SECOND}.html")[2] != page
    assert "doit" not in preview.said


BROKEN = {
    "pyproject.toml": ("[project]", "[project", "pyproject.toml is not TOML"),
    "dodo.py": ("GRAPH = Graph", "GRAPH = = Graph", "dodo.py, line 10:\nSyntaxError"),
    "src/orchards/data.py": ("tables =", "tables = =", "data.py, line"),
    "src/orchards/entries.py": ("import", "imports", "entries.py, line"),
    "src/orchards/templates/years.html.j2": ("{% endblock %}", "{% endblok %}", "endblok"),
    "data/raw/harvests.csv": ("tonnes", "tons", "data/raw/harvests.csv"),
    "data/datapackage.json": ("{", "[", "datapackage.json"),
    notebook(FIRST): ('"cells"', '"cells" "', f"notebooks/{FIRST}.ipynb is no"),
    notebook(SECOND): ("last = int(", "import os; os._exit(1); last = int(", "The kernel died"),
}


def test_whatever_is_broken_is_named_and_forgotten_when_it_is_mended(example, started):
    preview = started(example)
    preview.ready()
    for path, (old, new, told) in BROKEN.items():
        text = example.read(path)
        example.write(path, text.replace(old, new, 1))
        preview.says(told)
        example.write(path, text)
        preview.mended()
    assert "Traceback" not in "".join(preview.wait(lambda _: True)["errors"])
    assert ran(example.build()) == []


def test_what_is_broken_from_the_start_is_told_by_a_page(example, started):
    shutil.rmtree(example.root / ".build")
    text = example.read("pyproject.toml")
    example.write("pyproject.toml", text.replace("[project]", "[project"))
    preview = started(example)
    preview.says("pyproject.toml is not TOML")
    assert b"There is no page index.html" in preview.get("")[2]
    example.write("pyproject.toml", text)
    preview.mended()
    assert b"Apple harvests" in preview.get("")[2]


def endless(example, started) -> tuple[Preview, int, str]:
    """A preview whose build waits in a cell, how many processes there were before, and the notebook as it was."""
    preview = started(example)
    preview.ready()
    idle = len(processes(example))
    text = example.read(notebook(FIRST))
    replace(example, notebook(FIRST), "import numpy", "import time; time.sleep(1000)\\nimport numpy")
    wait_for(lambda: len(processes(example)) > idle + 1)
    return preview, idle, text


def test_a_save_ends_the_build_that_runs_and_no_kernel_stays(example, started):
    preview, idle, text = endless(example, started)
    example.write(notebook(FIRST), text.replace("villages were printed", "villages were saved"))
    preview.shows("villages were saved")
    preview.ready()
    wait_for(lambda: len(processes(example)) == idle)


def test_a_build_that_is_killed_is_told_and_leaves_no_kernel(example, started):
    preview, idle, text = endless(example, started)
    in_root = [int(pid) for pid in processes(example) if Path(f"/proc/{pid}/cwd").readlink() == example.root]
    [build] = {*in_root} - {preview.process.pid}
    os.kill(build, signal.SIGKILL)
    preview.says("The build was killed, or crashed.")
    wait_for(lambda: len(processes(example)) == idle)
    example.write(notebook(FIRST), text)
    preview.mended()


def test_notebooks_that_come_go_or_get_another_name_are_followed(example, started):
    preview = started(example)
    preview.ready()
    (example.root / notebook(SECOND)).rename(example.root / notebook("03-compare-harvests"))
    preview.shows("Did the harvest grow?", "03-compare-harvests.html")
    preview.ready()
    status, _, html = preview.get(f"{SECOND}.html")
    assert status == 404 and b'<a href="/03-compare-harvests.html">' in html
    (example.root / notebook("03-compare-harvests")).unlink()
    preview.shows("There is no page", "03-compare-harvests.html")
    assert b'<a href="/">' in preview.get("03-compare-harvests.html")[2]
    shutil.copy(example.root / notebook(FIRST), example.root / notebook("02-sum-again"))
    preview.says("02-sum-again")  # it writes what the first writes


def test_a_notebook_that_is_written_in_parts_is_read_when_it_is_whole(example, started):
    preview = started(example)
    preview.ready()
    text = example.read(notebook(FIRST)).replace("villages were printed", "villages were saved")
    with (example.root / notebook(FIRST)).open("w", encoding="utf-8") as file:
        file.write(text[:400])
        file.flush()
        time.sleep(0.2)
        file.write(text[400:])
    preview.shows("villages were saved")
    assert notebook(FIRST) not in preview.said


def test_nobody_else_is_served(example, started):
    preview = started(example)
    preview.ready()
    assert preview.get("", Host="evil.example")[0] == 404
    assert preview.get("-/live?page=index.html", Host="evil.example")[0] == 404
    live = f"ws{preview.address.removeprefix('http')}-/live?page=index.html"

    async def from_elsewhere() -> None:
        await websocket_connect(HTTPRequest(live, headers={"Origin": "http://evil.example"}))

    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(from_elsewhere())
    for path in (
        "../dodo.py",
        "..%2f..%2f..%2fdodo.py",
        "%2e%2e/%2e%2e/README.md",
        "//etc/passwd",
        "../../../dodo.html",
    ):
        status, _, body = preview.get(path)
        assert status in (403, 404) and b"Graph" not in body and b"root:" not in body


def test_a_port_in_use_is_passed_over_and_the_browser_is_sent_to_the_page(example, started, tmp_path):
    taken = started(example)
    port = int(taken.address.rpartition(":")[2].rstrip("/"))
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/opened"\n')
    browser.chmod(0o755)
    other = started(example, "02", "--port", str(port), BROWSER=str(browser))
    assert other.address != taken.address and f"Port {port} is in use." in other.said
    wait_for((tmp_path / "opened").exists)
    wait_for(lambda: (tmp_path / "opened").read_text().strip() == f"{other.address}{SECOND}.html")


def test_another_build_in_this_folder_is_waited_for(example, started):
    with (example.root / ".build/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        preview = started(example)
        preview.wait(lambda state: state["status"] == "Waiting for another build in this folder")
    assert preview.ready()["errors"] == []


@pytest.mark.parametrize("kernels", ["ordinary", "warm"])
@pytest.mark.parametrize(("seconds", "signum"), [(0, signal.SIGINT), (1, signal.SIGTERM), (3, signal.SIGHUP)])
def test_it_ends_at_once_and_leaves_no_process(example, started, kernels, seconds, signum):
    replace(example, notebook(FIRST), "import numpy", "import time; time.sleep(1000)\\nimport numpy")
    preview = started(example, NOTEBOOK_REPORTS_KERNELS=kernels)
    assert preview.address
    time.sleep(seconds)
    assert preview.end(signum) < 2
    wait_for(lambda: not processes(example))
    assert "Traceback" not in preview.said


def test_one_that_is_killed_leaves_no_process(example, started):
    preview = started(example)
    preview.ready()
    preview.end(signal.SIGKILL)
    wait_for(lambda: not processes(example))
