"""A preview of a project, as a person starts it, and what its pages are told."""

import asyncio
import json
import re
import signal
import time
from collections.abc import Callable
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from projects import Project, wait_for
from tornado.websocket import websocket_connect

State = dict  # version, status and errors of a page


class Preview:
    def __init__(self, project: Project, *arguments: str, **env: str) -> None:
        self.lines: list[str] = []
        env = {"BROWSER": "true"} | env
        self.process = project.start("notebook_reports.preview", "--port", "0", *arguments, **env)
        Thread(target=lambda: self.lines.extend(iter(self.process.stdout.readline, "")), daemon=True).start()

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def address(self) -> str:
        """Of the site, once it is served."""
        wait_for(lambda: re.search(r"http://\S+?/", self.said) or self.process.poll())
        return re.search(r"http://\S+?/", self.said)[0]

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        try:
            with urlopen(Request(self.address + path, headers=headers), timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def wait(self, condition: Callable[[State], object], page: str = "index.html") -> State:
        """The first state that fulfils a condition, as an open page is told."""
        told: list[State] = []

        async def listen() -> None:
            connection = await websocket_connect(f"ws{self.address.removeprefix('http')}-/live?page={page}")
            while not told or not condition(told[-1]):
                told.append(json.loads(await connection.read_message()))
            connection.close()

        try:
            asyncio.run(asyncio.wait_for(listen(), 60))
        except TimeoutError:
            raise AssertionError(f"waited for 60 s in vain:\n{self.said}\n{told}") from None
        return told[-1]

    def ready(self) -> State:
        """Once nothing is being done."""
        return self.wait(lambda state: not state["status"])

    def shows(self, text: str, page: str = "") -> None:
        """Wait until a page does."""
        wait_for(lambda: text in self.get(page)[2].decode())

    def says(self, text: str) -> State:
        """Wait until an error does."""
        return self.wait(lambda state: any(text in error for error in state["errors"]))

    def mended(self) -> State:
        return self.wait(lambda state: not state["errors"] and not state["status"])

    def end(self, signum: int = signal.SIGINT) -> float:
        """Seconds until it has ended."""
        start = time.monotonic()
        self.process.send_signal(signum)
        self.process.wait(10)
        return time.monotonic() - start
