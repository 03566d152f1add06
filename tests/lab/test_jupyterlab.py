"""`make lab` as a researcher has it who starts it for the first time: the real server, opened in Chromium."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from notebook_reports import pdf
from notebook_reports.paths import ROOT

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
NEWS = "Would you like to get notified about official Jupyter news?"
MINUTE = 60_000  # ms
# Of the notebook that is open: what its code cells show, and whether all of them have run.
CELLS = "[...window.jupyterapp.shell.currentWidget.content.model.cells].filter(cell => cell.type === 'code')"
HAVE_RUN = f"() => {CELLS}.every(cell => cell.executionCount)"
OUTPUTS = f"() => {CELLS}.flatMap(cell => cell.outputs.toJSON())"


def status() -> str:
    return subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[str]:
    """The address of JupyterLab, started by make for a user whose home is empty."""
    port, home = free_port(), tmp_path_factory.mktemp("home")
    address = f"http://127.0.0.1:{port}"
    options = f"--no-browser --allow-root --port={port} --IdentityProvider.token= --LabApp.expose_app_in_browser=True"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("XDG", "JUPYTER", "IPYTHON", "MAKE"))}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            ["make", "--silent", "lab", f"ARGS={options}"],
            cwd=ROOT, env=inherited | {"HOME": str(home)}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"{address}/api", server, home / "log")
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address)
            return
        except OSError:
            assert server.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)


@pytest.fixture
def page(lab) -> Iterator[Page]:
    """A new browser in front of JupyterLab."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=pdf.find_browser(), chromium_sandbox=pdf.SANDBOX)
        page = browser.new_page()
        yield page
        browser.close()


def test_it_opens_on_the_notebooks_and_asks_nothing(lab, page):
    page.goto(lab)
    for name in NOTEBOOKS:
        page.get_by_role("listitem", name=name).wait_for()
    page.wait_for_timeout(5000)  # the question used to come two seconds later
    assert page.get_by_text(NEWS).count() == 0
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_runs_as_it_stands_and_changes_no_file_of_the_project(lab, page, name):
    before = status()
    page.goto(f"{lab}/lab/tree/notebooks/{name}?reset")  # without the tabs of the last visit
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=MINUTE)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(HAVE_RUN, timeout=MINUTE)
    outputs = page.evaluate(OUTPUTS)
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert any("data" in output for output in outputs)
    assert page.locator(".jp-Dialog").count() == 0
    assert status() == before
