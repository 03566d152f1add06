"""A sweep on the workers of a Dask cluster, see docs/scale.md. Dask sends the sets, tries again where a worker dies and
secures what is sent; what is ours is that every worker has the same inputs and the same code.

Imported only when a scheduler is named: the environment of the build has no `distributed`.
"""

import asyncio
import logging
import platform
import shutil
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

import dask
from dask.utils import parse_timedelta
from distributed import Client, Security, Worker, WorkerPlugin, get_worker
from distributed.comm import connect as connect_to
from distributed.versions import VersionMismatchWarning

from notebook_reports import zipped
from notebook_reports.errors import BuildError
from notebook_reports.paths import ROOT
from notebook_reports.reading import shortened
from notebook_reports.runner.progress import progress
from notebook_reports.runner.sets import Inputs, Values
from notebook_reports.runner.sweep import Outcome, Place, run_set
from notebook_reports.runner.up_to_date import digest

PATIENCE = 60  # seconds without a worker, unless Dask's own setting says otherwise
RETRIES = 2  # by Dask, where a set did not end by itself, as for want of room on the disk of a worker
AGREE = ("python", "distributed")  # what scheduler, workers and this computer have in one version


class Project(WorkerPlugin):
    """The project on a worker: what the notebook reads, as it was sent, in the worker's own folder; and the same code.
    Dask hands it to every worker, also to those that come later, before it sends them a set."""

    def __init__(self, name: str, inputs: Inputs) -> None:
        self.name = f"{name}-{uuid4().hex}"
        self.packed = inputs.pack()
        self.code = {path: inputs.digests[path] for path in sorted(inputs.code)}
        self.python = platform.python_version()
        self.refusal: BuildError | None = None

    def setup(self, worker: Worker) -> None:
        """BuildError where the worker has other code. Its warm server, once started, lives as long as it does."""
        from notebook_reports.kernels.processes import kernels

        self.address, self.site = worker.address, Path(worker.local_directory, self.name)
        try:
            self.check()
            zipped.unpack(self.packed, self.site)
            kernels.prepare(for_many=True)
        except BuildError as error:
            self.refusal = error  # Dask itself goes on with a worker that came later
            raise

    def check(self) -> None:
        """BuildError where this worker has other code, or has loaded other code before it was changed."""
        files = [(path, expected, digest(ROOT / path)) for path, expected in self.code.items()]
        files += [(path, expected, loaded.setdefault(path, found)) for path, expected, found in files]
        for what, expected, found in [("Python", self.python, platform.python_version()), *files]:
            if found != expected:
                raise BuildError(
                    f"The worker at {self.address} has another {what}: {shortened(found or 'none', 12)}, here it is "
                    f"{shortened(expected or 'none', 12)}. Bring both to one commit and lock; start the worker anew."
                )

    def run(self, name: str, number: int, values: Values) -> Outcome:
        """Run a set on this worker."""
        if self.refusal:
            raise self.refusal
        outcome = run_set(name, self.site, self.site.parent, number, values)
        self.check()
        return outcome

    def teardown(self, worker: Worker) -> None:
        shutil.rmtree(self.site, ignore_errors=True)


loaded: dict[str, str | None] = {}  # on a worker: SHA-256 of each file of code, when it was first asked for


def run_on_worker(project: str, name: str, number: int, values: Values) -> Outcome:
    """What Dask sends: run a set in a `Project` that the worker has."""
    plugin: Project = get_worker().plugins[project]
    return plugin.run(name, number, values)


class Room:
    """How many sets a cluster takes at once: two a thread, so that no worker waits; no more, since Dask blames for the
    death of a worker every set that waits there. BuildError where there is no worker for too long."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address, self.seen = client, address, monotonic()
        self.patience = parse_timedelta(dask.config.get("distributed.scheduler.no-workers-timeout") or PATIENCE)

    def __call__(self) -> int:
        try:
            threads: int = sum(self.client.nthreads().values())
        except OSError:  # the scheduler is gone, too
            threads = 0
        if threads:
            self.seen = monotonic()
        elif monotonic() - self.seen > self.patience:
            raise BuildError(
                f"The scheduler at {self.address} has had no worker for {self.patience:.0f} s. What was done is kept: "
                "start workers, and give the same command again."
            )
        return 2 * threads


def connect(address: str) -> Client:
    """BuildError where no scheduler answers there, or one of another version."""
    logging.disable(logging.ERROR)  # by Dask: what goes wrong is told once, in a line
    warnings.simplefilter("ignore", VersionMismatchWarning)
    try:
        asyncio.run(knock(address))
        client = Client(address, set_as_default=False)
    except Exception as error:  # what Dask raises where an address is none, or of something else, has no common base
        reason = shortened(" ".join(f"{error}".split()) or type(error).__name__)
        raise BuildError(f"No Dask scheduler answers at {address} ({reason}): start one, see docs/scale.md.") from None
    versions = client.get_versions()
    for package in AGREE:
        theirs, ours = (versions[side]["packages"][package] for side in ("scheduler", "client"))
        if theirs != ours:
            client.close()
            raise BuildError(
                f"The scheduler at {address} has {package} {theirs}, here it is {ours}: start it with that."
            )
    return client


async def knock(address: str) -> None:
    """Connect once: a client that cannot leaves its parts behind, which complain at the end, and waits for good where
    another service listens."""
    async with asyncio.timeout(1.5 * parse_timedelta(dask.config.get("distributed.comm.timeouts.connect"))):
        comm = await connect_to(address, **Security().get_connection_args("client"))
    await comm.close()


@contextmanager
def workers(address: str, name: str, inputs: Inputs) -> Iterator[Place]:
    """On the workers of the scheduler at `address`."""
    client = connect(address)
    try:
        room = Room(client, address)
        while not room():
            sleep(1)
        with registered(client, Project(name, inputs)) as project:
            tell(client, address)
            task = partial(run_on_worker, project.name, name)
            yield Place(client.get_executor(pure=False, retries=RETRIES), task, room)
    except CancelledError:
        raise BuildError(
            f"The scheduler at {address} is gone. What was done is kept: start it, and give the same command again."
        ) from None
    finally:
        client.close()


@contextmanager
def registered(client: Client, project: Project) -> Iterator[Project]:
    """While all workers have a project. BuildError where one of them refuses it."""
    try:
        hand_over(client, project)
        yield project
    except ImportError as error:
        raise BuildError(
            f"A worker cannot take the project ({error}): start each in a copy of it, in its environment for clusters."
        ) from None
    finally:
        with suppress(OSError):  # where the scheduler is gone, which is told elsewhere
            if client.status == "running":
                client.unregister_worker_plugin(project.name)


def hand_over(client: Client, project: Project) -> None:
    """Once more where a worker died meanwhile."""
    for _ in range(RETRIES):
        with suppress(OSError):
            client.register_plugin(project)
            return
    client.register_plugin(project)


def tell(client: Client, address: str) -> None:
    """Say where the sets run, and where Dask shows them."""
    threads = client.nthreads().values()
    told = f"{len(threads)} workers with {sum(threads)} threads at {address}"
    dashboard = client.scheduler_info()["services"].get("dashboard")
    progress.say(f"{told}; Dask shows them at {client.dashboard_link}" if dashboard else told)
