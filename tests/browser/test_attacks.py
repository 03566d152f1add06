"""What would run, or load something from elsewhere: it never gets into a page, and on a page it could do nothing."""

import functools
import http.server
import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from pathlib import Path
from zlib import crc32

import nbformat.v4 as v4
import pytest
from playwright.sync_api import Browser, Page

from notebook_reports import pages as report
from notebook_reports.cite import NARROW

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 150"'
ASK = "new Image().src = 'ELSEWHERE'"
ATTACKS = {
    "script": f"<script>{ASK}</script>",
    "error of a picture": f'<img src="data:," onerror="{ASK}">',
    "in capitals": f'<svg><image href="data:," ONERROR="{ASK}"/></svg>',
    "animation": f'<svg><animate attributeName="x" dur="1s" begin="0s" ONBEGIN="{ASK}"/></svg>',
    "address that runs": f'<a HREF="javascript:void({ASK})">x</a>',
    "address that runs in a drawing": f'<svg><a xlink:href="javascript:void({ASK})"><text y="20">x</text></a></svg>',
    "frame": '<iframe src="ELSEWHERE"></iframe>',
    "frame with a text": f'<iframe srcdoc="<script>{ASK}</script>"></iframe>',
    "object": '<object data="ELSEWHERE"></object>',
    "style sheet": '<link rel="stylesheet" href="ELSEWHERE">',
    "import": "<style>@import url(ELSEWHERE);</style>",
    "font": "<style>@font-face { font-family: f; src: url(ELSEWHERE) } p { font-family: f }</style><p>x</p>",
    "picture": '<img src="ELSEWHERE" alt="x">',
    "film": '<video src="ELSEWHERE"></video>',
    "background": '<p style="background: url(ELSEWHERE)">x</p>',
    "background by an escape": r'<p style="background: u\72l(ELSEWHERE)">x</p>',
    "mask": '<svg><g style="mask-image: url(ELSEWHERE)"><text y="20">x</text></g></svg>',
    "fill": '<svg><rect width="9" height="9" fill="url(ELSEWHERE#a)"/></svg>',
    "clip": '<svg><rect width="9" height="9" clip-path="url(ELSEWHERE#a)"/></svg>',
    "filter": '<svg><rect width="9" height="9" style="filter: url(ELSEWHERE#a)"/></svg>',
    "use": '<svg><use href="ELSEWHERE#a"/></svg>',
    "picture in a drawing": '<svg><image width="9" height="9" href="ELSEWHERE"/></svg>',
    "formula": '<math><mi style="background: url(ELSEWHERE)">x</mi></math>',
}
LEADS_AWAY = '<meta http-equiv="refresh" content="0;url=ELSEWHERE">'  # no policy can forbid it
IN_TEX = (
    r"\style{background:url(ELSEWHERE)}{x}",
    r"\href{ELSEWHERE}{x}",
    r"\color{url(ELSEWHERE)}{x}",
    r"\text{<img src=ELSEWHERE>}",
)


class Counting(http.server.SimpleHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


class Server:
    """Serves a folder as any server does, and knows what was asked for."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.address = folder, f"http://127.0.0.1:{port}/"
        self.numbers = itertools.count(1)
        self.asked: list[str] = []

    def asked_by(self, page: Page, html: str) -> list[str]:
        """What is asked for, beside the page itself, once a reader has opened it and followed what leads nowhere."""
        file = self.folder / f"{next(self.numbers)}.html"  # a name once more, and the browser would keep what it had
        file.write_text(html, encoding="utf-8")
        self.asked.clear()
        page.goto(f"{self.address}{file.name}", wait_until="networkidle")
        for link in page.locator("a[href^='javascript:' i], a[*|href^='javascript:' i]").all():
            link.click()
            page.wait_for_timeout(300)
        return [path for path in self.asked if path not in (f"/{file.name}", "/favicon.ico")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("site")
    handler = type("Handler", (Counting,), {"asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        made = Server(folder, served.server_address[1])
        made.asked = handler.asked
        yield made
        served.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def page_with(*cells: object) -> str:
    finding = v4.new_output("display_data", {"text/markdown": "x"}, metadata={"text/markdown": {"headline": "Found"}})
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# What?"), *cells, v4.new_code_cell(outputs=[finding])])
    return report.page(notebook, "odd", [report.read_page(notebook, "odd")])


def without_policy(html: str) -> str:
    bare, found = re.subn('<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert found == 1
    return bare


def shown(mime: str, content: str, **texts: object) -> object:
    data = {mime: content} | ({NARROW: content} if mime == "image/svg+xml" else {})
    return v4.new_code_cell(outputs=[v4.new_output("display_data", data, metadata={mime: texts})])


def drawing(inside: str) -> object:
    inside = re.sub("</?svg>", "", inside)
    texts = {
        "name": f"odd-{crc32(inside.encode())}",
        "title": inside,
        "subtitle": inside,
        "source": inside,
        "alt": inside,
        "csv": "\n".join(["told", f'"{inside.replace(chr(34), chr(34) * 2)}"']),
    }
    return shown("image/svg+xml", f"<svg {NAMESPACES}>{inside}</svg>", **texts)


WAYS = {
    "text": v4.new_markdown_cell,
    "Markdown": lambda attack: shown("text/markdown", attack),
    "formula": lambda attack: v4.new_markdown_cell(f"$x + {attack}$"),
    "frame": lambda attack: shown("text/html", f'<table class="dataframe"><tr><td>{attack}</td></tr></table>'),
    "table": lambda attack: shown("text/html", f"<table><caption>x</caption><tr><td>{attack}</td></tr></table>"),
    "caption": lambda attack: shown("text/html", f"<table><caption>{attack}</caption><tr><td>1</td></tr></table>"),
    "HTML": lambda attack: shown("text/html", attack),
    "drawing": drawing,
    "alt": lambda attack: shown("image/png", "iVBORw0KGgo=", alt=attack),
    "print": lambda attack: v4.new_code_cell(outputs=[v4.new_output("stream", name="stdout", text=attack)]),
    "code": lambda attack: v4.new_code_cell(attack),
    "escaped": lambda attack: shown(
        "text/html", f"<table><caption>x</caption><tr><td>{escape(attack)}</td></tr></table>"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_runs_or_loads_gets_into_a_page(page: Page, server: Server, way: str):
    kept = []
    for attack in (*ATTACKS.values(), LEADS_AWAY, *(f"${tex}$" for tex in IN_TEX)):
        cell = WAYS[way](attack.replace("ELSEWHERE", f"{server.address}taken"))
        with suppress(report.ReportError):
            page_with(cell)
            kept.append(cell)
    assert server.asked_by(page, without_policy(page_with(*kept))) == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_on_a_page_it_could_do_nothing(page: Page, server: Server, attack: str):
    attack = attack.replace("ELSEWHERE", f"{server.address}taken")
    html = page_with().replace("</main>", f"{attack}</main>")
    assert server.asked_by(page, html) == []
    assert "/taken" in server.asked_by(page, without_policy(html))
