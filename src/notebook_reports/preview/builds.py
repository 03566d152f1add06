"""The builds of a preview, one after the other, and the processes that outlive them: the server that kernels are forked
from, and another, from which the builds are forked. What both import is of other projects, and cannot go stale."""

import asyncio
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from notebook_reports import settings
from notebook_reports.errors import BuildError
from notebook_reports.kernels.processes import LOGS, SHARED, Kernels
from notebook_reports.kernels.warm.server import POSSIBLE, Forked, WarmServer
from notebook_reports.paths import ROOT
from notebook_reports.preview import EVENT
from notebook_reports.preview.server import Site

MODULE = "notebook_reports.preview.build"
WARM = (
    "bs4",
    "doit.doit_cmd",
    "latex2mathml.converter",
    "nbconvert.exporters",
    "papermill.clientwrap",
    "papermill.parameterize",
    "pygments.lexers.python",
    "pygments.styles.default",
    "tinycss2.color4",
)
KERNELS = "src/notebook_reports/kernels/"  # who waits in these processes has read it
LONGEST = 2**24  # bytes of what a build tells at once
PATIENCE = 1  # seconds that a build has to end itself, and before another try


class Processes:
    """From which builds and kernels are forked."""

    def __init__(self) -> None:
        self.kernels, self.builds = Kernels(), WarmServer("")

    def warm(self) -> None:
        """Start them anew, by the settings as they are now."""
        self.stop()
        settings.forget()
        self.kernels = Kernels()
        folder = self.kernels.private_folder() / "builds"
        folder.mkdir()
        try:
            self.kernels.prepare(for_many=True)  # builds, of one notebook
            modules = (*WARM, *settings.project().warm)
        except BuildError:  # the build will say what is wrong
            modules = WARM
        if POSSIBLE:
            LOGS.mkdir(parents=True, exist_ok=True)
            self.builds = WarmServer.start(modules, folder, os.environ, LOGS / "warm-server-of-builds.txt")

    def start(self, pages: Iterable[str], output: int) -> "Forked | subprocess.Popen[bytes]":
        """A build that prints to the open file `output`."""
        server = self.kernels.server
        if server and server.process and server.process.poll() is not None:
            self.warm()
        env = {SHARED: self.kernels.server.address} if self.kernels.server else {}
        if POSSIBLE and not self.builds.failed:
            log = f"/proc/{os.getpid()}/fd/{output}"
            with suppress(OSError):  # then by itself
                return self.builds.fork(ROOT, env, log, [MODULE, *pages], module=MODULE)
        command = [sys.executable, "-m", MODULE, *pages]
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | env, stdout=output, stderr=output, start_new_session=True
        )

    def sweep(self) -> None:
        """Kill the kernels that a build which ended early has left behind."""
        if self.kernels.server:
            self.kernels.server.kill_forked()

    def stop(self) -> None:
        self.builds.stop()
        self.kernels.stop_all()


class Builds:
    """One after the other: at the start, and whenever something was saved, which ends the one that runs."""

    def __init__(self, site: Site) -> None:
        self.site, self.processes = site, Processes()
        self.saved = asyncio.Event()
        self.cold = True  # whether the processes are to be started anew

    def save(self, files: Iterable[str]) -> None:
        """These were saved, paths below the root."""
        lasting = [KERNELS, "pyproject.toml"]
        with suppress(BuildError):
            lasting.append(settings.project().lock)
        self.cold |= any(file.startswith(tuple(lasting)) for file in files)
        self.saved.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                self.saved.clear()
                if self.cold:
                    self.cold = False
                    await asyncio.to_thread(self.processes.warm)
                await self.build()
                if self.site.end == "busy":
                    await asyncio.sleep(PATIENCE)
                elif self.site.end != "again":
                    await self.saved.wait()
        finally:
            self.processes.stop()

    async def build(self) -> None:
        """One, until it has ended, or something is saved."""
        self.site.begin()
        reading, writing = os.pipe()
        lines = asyncio.StreamReader(limit=LONGEST)
        loop = asyncio.get_running_loop()
        pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(reading, "rb"))
        try:
            process = await asyncio.to_thread(self.processes.start, self.site.open(), writing)
        finally:
            os.close(writing)
        heard = asyncio.create_task(self.hear(lines))
        saved = asyncio.create_task(self.saved.wait())
        try:
            await asyncio.wait({heard, saved}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            saved.cancel()
            stopped = not heard.done()
            for stop in (process.terminate, process.kill):
                if not heard.done():
                    with suppress(ProcessLookupError):
                        stop()
                    await asyncio.wait({heard}, timeout=PATIENCE)
            await asyncio.to_thread(process.wait)
            self.processes.sweep()
            pipe.close()
        if not stopped:
            self.site.finish(heard.result())

    async def hear(self, lines: asyncio.StreamReader) -> deque[str]:
        """All that a build tells; the last lines that were for the terminal."""
        last: deque[str] = deque(maxlen=5)
        async for line in lines:
            text, mark, event = line.decode(errors="replace").rstrip().partition(EVENT)
            if text:
                print(text, flush=True)
                last.append(text)
            if mark:
                self.site.hear(json.loads(event))
        return last
