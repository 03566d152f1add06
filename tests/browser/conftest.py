"""A real browser on the real pages, as any server serves them."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from notebook_reports import pdf

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "reports"


class Plain(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the reports."""
    handler = functools.partial(Plain, directory=str(REPORTS))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def chromium() -> str:
    return pdf.find_browser() or pytest.exit(pdf.MISSING, returncode=1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), chromium_sandbox=pdf.SANDBOX)
        yield launched
        launched.close()
