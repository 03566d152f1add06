"""From a save to the page that shows it, in Chromium. Needs the environment .venv-pages. See build.py.

mystmd's own server, `myst start`, is not measured: version 1.8.3 asks api.mystmd.org for a theme before it starts, with
--headless too, and the network in which this was measured does not have that."""

import contextlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from notebook_reports import pdf

NOTEBOOKS = ("02-analyze-growth", "03-estimate-visa-laundering-share")
STYLE = "src/notebook_reports/pages/report.css"
TEMPLATE = "src/notebook_reports/pages/templates/report/page.html.j2"
IDLE = """() => [...document.body.children].some(
    element => element.shadowRoot && element.shadowRoot.querySelector("p").textContent === "")"""
WARM = 8_000  # milliseconds until what kernels are forked from has imported all
PATIENCE = 120_000  # milliseconds


@contextlib.contextmanager
def preview(root: Path, env: dict[str, str]) -> Iterator[str]:
    """Of the project at `root`; its address."""
    command = [sys.executable, "-m", "notebook_reports.preview", "--port", "0"]
    with subprocess.Popen(
        command, cwd=root, env=env | {"BROWSER": "true"}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield re.search(r"http://\S+/", process.stdout.readline())[0]
        finally:
            process.terminate()
            process.communicate()


def edit(notebook: Path, mark: str) -> None:
    """Write a comment into the cell of its headline."""
    text = json.loads(notebook.read_text("utf-8"))
    cell = next(cell for cell in text["cells"] if cell["id"] == "headline")
    source = "".join(cell["source"]).partition("\n# saved")[0]
    cell["source"] = [f"{source}\n# saved {mark}"]
    notebook.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def until(page: Page, condition: str, argument: str) -> float:
    """Seconds from now until the page fulfils a condition."""
    start = time.perf_counter()
    page.wait_for_function(condition, arg=argument, polling=10, timeout=PATIENCE)
    return time.perf_counter() - start


def by_preview(root: Path, env: dict[str, str], mark: str) -> dict[str, float]:
    """Seconds from each kind of save to the page that shows it."""
    found = {}
    with sync_playwright() as playwright, preview(root, env) as address:
        browser = playwright.chromium.launch(executable_path=pdf.find_browser(), chromium_sandbox=pdf.SANDBOX)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_timeout(WARM)
        page.wait_for_function(IDLE, timeout=PATIENCE)
        for name in NOTEBOOKS:
            page.goto(f"{address}{name}.html")
            edit(root / f"notebooks/{name}.ipynb", mark)
            shown = "mark => document.body && document.body.textContent.includes(mark)"
            found[f"notebook {name[:2]}"] = until(page, shown, f"# saved {mark}")
            page.wait_for_function(IDLE, timeout=PATIENCE)
        style, template = root / STYLE, root / TEMPLATE
        style.write_text(style.read_text("utf-8") + f"\nbody {{ --saved: {mark}; }}\n", encoding="utf-8")
        styled = "mark => document.body && getComputedStyle(document.body).getPropertyValue('--saved').trim() === mark"
        found["style sheet"] = until(page, styled, mark)
        page.wait_for_function(IDLE, timeout=PATIENCE)
        marked = template.read_text("utf-8").replace("{{ body }}", f"{{{{ body }}}}<!-- template {mark} -->")
        template.write_text(marked, encoding="utf-8")
        found["template"] = until(page, "mark => document.documentElement.outerHTML.includes(mark)", f"template {mark}")
        page.wait_for_function(IDLE, timeout=PATIENCE)
        browser.close()
    return found
