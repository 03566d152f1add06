"""The pages of the last build, served to this computer alone, with a script that reloads them and tells of errors. The
files stay as they are: what a reader gets has no script."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

from notebook_reports.errors import BuildError
from notebook_reports.runner.mirror import SITE

HOST = "127.0.0.1"
TRIED = 100  # ports
PAGES = SITE / "reports"
SCRIPT = Path(__file__).with_name("preview.js")
POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" [^>]*>\n')  # of a page, which allows no script
STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; style-src 'unsafe-inline'"
INDEX = "index.html"
MISSING = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Not there</title>
<style>body {{ max-width: 40rem; margin: 4rem auto; padding: 0 1.25rem; font: 1.125rem/1.5 serif; }}</style>
<body>
<h1>There is no page {page}</h1>
<p>{why}</p>
</body>
</html>
"""


class Site:
    """The pages, who looks at them, and what these are told of the builds."""

    def __init__(self) -> None:
        self.readers: set[Channel] = set()
        self.errors: dict[str, str] = {}  # by task
        self.renamed: dict[str, str] = {}  # notebooks that are gone: what they are called now
        self.end = ""  # how the last build ended
        self.begin()

    def begin(self) -> None:
        """A build begins."""
        if self.end != "busy":
            self.status = "Building"
        self.end = ""
        self.open_still: set[str] = set()  # tasks that failed, or were not tried, since others failed
        self.tell()

    def hear(self, event: dict[str, Any]) -> None:
        """What a build told, see `build`."""
        if failed := event.get("failed"):
            self.errors[failed] = event["message"]
        self.open_still |= {event[what] for what in ("failed", "left") if what in event}
        self.errors.pop(event.get("done", ""), None)
        if "renamed" in event:  # it has begun in earnest
            self.status = "Building"
            self.renamed |= event["renamed"]
        self.end = event.get("end", self.end)
        self.tell()

    def finish(self, last_words: Iterable[str]) -> None:
        """The build has ended, and not because something was saved."""
        if not self.end:
            self.hear({"failed": "build", "message": "\n".join(["The build was killed, or crashed.", *last_words])})
        before = self.status
        if self.end == "busy":
            self.status = "Waiting for another build in this folder"
        elif self.end != "again":
            self.status = ""
            # What was wrong with a page of a notebook that fails now, nobody can say.
            unknown = {f"page:{task.partition(':')[2]}" for task in self.errors if task.startswith("notebook:")}
            self.errors = {each: self.errors[each] for each in self.errors.keys() & (self.open_still - unknown)}
        if self.status != before:
            ready = "The pages say what is wrong" if self.errors else "The pages show what is saved"
            print(f"{self.status or ready}.", flush=True)
        self.tell()

    def open(self) -> set[str]:
        """The pages that are open."""
        return {reader.page for reader in self.readers}

    def tell(self) -> None:
        for reader in self.readers:
            reader.tell()

    def html(self, page: str) -> bytes:
        """Of a page, a path below reports/; else a text that says why there is none."""
        path = file_of(page)
        if path:
            return path.read_bytes()
        name = self.renamed.get(page.removesuffix(".html"))
        if name:
            why = f'Its notebook is called <a href="/{name}.html">{name}</a> now.'
        elif self.status and page == INDEX:
            why = "It comes with the first build that succeeds."
        elif page == INDEX:
            why = "No build has succeeded so far. It comes with the first that does."
        else:
            why = 'No notebook makes it. <a href="/">All reports</a>'
        return MISSING.format(page=escape(page), why=why).encode()


def file_of(page: str) -> Path | None:
    path = (PAGES / page).resolve()
    return path if path.is_relative_to(PAGES) and path.is_file() else None


def version(html: bytes) -> str:
    return hashlib.sha256(html).hexdigest()


class Page(RequestHandler):
    """A page, and at its end the script, which knows what it was made from."""

    def initialize(self, site: Site) -> None:
        self.site = site

    def get(self, path: str) -> None:
        page = path + INDEX if path.endswith("/") or not path else path
        html = self.site.html(page)
        told = f'data-page="{escape(page)}" data-version="{version(html)}"'
        before, end, after = POLICY.sub(b"", html, count=1).rpartition(b"</body>")
        script = f'<script src="/-/{SCRIPT.name}" {told}></script>\n'.encode()
        self.set_status(200 if file_of(page) else 404)
        self.set_header("Content-Security-Policy", STRICT)
        self.set_header("Cache-Control", "no-store")
        self.finish(before + script + end + after)


class File(StaticFileHandler):
    """A table, a chart, or the script."""

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-store")


class Channel(WebSocketHandler):
    """To one open page: its version, what is being done, and what is wrong. A web socket, since a browser keeps no more
    than six other connections to a server, whatever the number of pages that are open."""

    def initialize(self, site: Site) -> None:
        self.site, self.told = site, ""

    def open(self, *_: str) -> None:
        self.page = self.get_argument("page")
        self.site.readers.add(self)
        self.tell()

    def on_close(self) -> None:
        self.site.readers.discard(self)

    def tell(self) -> None:
        site = self.site
        errors = [message for _, message in sorted(site.errors.items())]
        text = json.dumps({"version": version(site.html(self.page)), "status": site.status, "errors": errors})
        if text != self.told:
            self.told = text
            self.write_message(text)


def serve(site: Site, port: int) -> int:
    """Begin to answer at `port`, or at the next that is free; that port. BuildError where there is none."""
    logging.getLogger("tornado").setLevel(logging.ERROR)  # what is not there is not for the terminal
    application = Application()
    application.add_handlers(  # and to no other name, which another site could have given to this computer
        rf"({re.escape(HOST)}|localhost)",
        [
            (r"/-/live", Channel, {"site": site}),
            (rf"/-/({SCRIPT.name})", File, {"path": SCRIPT.parent}),
            (r"/((?:.*/)?(?:[^/]*\.html)?)", Page, {"site": site}),
            (r"/(.*)", File, {"path": PAGES}),
        ],
    )
    for free in range(port, min(port + TRIED, 2**16)):
        with suppress(OSError, OverflowError):
            sockets = bind_sockets(free, HOST)
            HTTPServer(application).add_sockets(sockets)
            found: int = sockets[0].getsockname()[1]  # any, where it was to be 0
            return found
    raise BuildError(f"Ports {port} to {port + TRIED - 1} are in use. Give another: --port PORT")
