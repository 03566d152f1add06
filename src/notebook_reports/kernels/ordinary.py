"""The kernel that every notebook of a build gets: ipykernel of this environment, and nothing of the user's.

A kernelspec, an IPython start-up file or a matplotlibrc in somebody's home must not change a report. On Linux kernels
are forked from a warm server (see `provisioner`), unless the variable NOTEBOOK_REPORTS_KERNELS is "ordinary".
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from traitlets import default

from notebook_reports.errors import BuildError
from notebook_reports.kernels.warm import provisioner
from notebook_reports.paths import BUILD, NOTEBOOKS, ROOT

POSIX = os.name == "posix"
LOGS = BUILD / "logs"
HOME = BUILD / "home"
KEPT = ("PATH", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "SYSTEMROOT")
# What a warm server imports: what takes long and behaves the same wherever that is done. Not pyplot and not the inline
# backend, which look for a running shell when they are imported; nothing of ours, which reads the environment of its
# notebook. The second list is worth its memory where one notebook runs many times.
WARM = ("ipykernel.kernelapp", "ipykernel.debugger", "pandas", "highspy", "frictionless")
WARMER = (*WARM, "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "scipy.stats")
LIVE: WeakSet["NotebookKernel"] = WeakSet()
MODULES: WeakSet[subprocess.Popen] = WeakSet()  # processes that run a module of ours
preparing = Lock()
numbers = count(1)


class NotebookKernel(AsyncKernelManager):
    """Starts this environment's ipykernel, whatever "python3" means to the user; talks over private sockets."""

    prepared = False
    server: provisioner.WarmServer | None = None

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        LIVE.add(self)

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, str(provisioner.LAUNCH), "-f", "{connection_file}"],
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": f"{'warm' if self.server else 'local'}-provisioner"}},
        )

    @default("transport")
    def _transport_default(self) -> str:
        return "ipc" if POSIX else "tcp"

    @default("connection_file")
    def _connection_file_default(self) -> str:
        return str(private_folder() / f"{next(numbers)}.json")


@cache
def private_folder() -> Path:
    """A folder that only this user can enter, for connection files and sockets; gone when the build ends.

    In /tmp where there is one: the path of a socket may have 107 characters, and TMPDIR can be long.
    """
    atexit.register(stop_all)
    return Path(tempfile.mkdtemp(prefix="kernels-", dir="/tmp" if POSIX else None))


def environment(output: Path) -> dict[str, str]:
    """All environment variables of a kernel that writes below `output`: the same on every machine."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "HOME": str(HOME),  # so IPython, Jupyter and matplotlib find no settings; USERPROFILE is Windows's name for it
        "USERPROFILE": str(HOME),
        "IPYTHONDIR": str(HOME / "ipython"),
        "JUPYTER_CONFIG_DIR": str(HOME / "jupyter"),
        "MPLCONFIGDIR": str(HOME / "matplotlib"),
        "PYTHONPATH": str(ROOT / "src"),
        "NOTEBOOK_REPORTS_OUTPUT": str(output),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "IPYKERNEL_CELL_NAME": "<cell>",  # else a warning shows the path of a temporary file
        "OMP_NUM_THREADS": "1",  # the number of cores must not change the order of a sum
        "OPENBLAS_NUM_THREADS": "1",
    }


def prepare(warm: tuple[str, ...] = WARM) -> None:
    """Before the first kernel of a build; later calls change nothing. `warm`: what the warm server imports."""
    with preparing:
        if not NotebookKernel.prepared:
            _prepare(warm)
            NotebookKernel.prepared = True


def _prepare(warm: tuple[str, ...]) -> None:
    """Refuse settings that we cannot keep out, make the fonts' cache, start the warm server.

    Without the cache matplotlib makes it while a notebook runs, and says so in an output of that notebook.
    """
    if (NOTEBOOKS / "matplotlibrc").exists():
        raise BuildError("notebooks/matplotlibrc would change every figure on this machine only: remove it.")
    ready = HOME / f"fonts-of-matplotlib-{version('matplotlib')}"
    if not ready.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-c", "import matplotlib.font_manager"],
            env=environment(BUILD),
            check=True,
            cwd=HOME,
        )
        ready.touch()
    if provisioner.POSSIBLE and os.environ.get("NOTEBOOK_REPORTS_KERNELS") != "ordinary":
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / "warm-server.txt"
        NotebookKernel.server = provisioner.WarmServer(warm, private_folder(), environment(BUILD), log)


def run_module(module: str, argument: str, output: Path) -> None:
    """Run `python -m MODULE ARGUMENT` in a process of its own that writes below `output`, with the environment of a
    kernel. BuildError says what it printed before it failed."""
    prepare()
    LOGS.mkdir(parents=True, exist_ok=True)
    log, env = LOGS / f"{module}-{argument}.txt", environment(output)
    with log.open("w") as printed:
        server, code = NotebookKernel.server, None
        with suppress(OSError):  # then by itself
            code = server and server.fork(ROOT, env, log, [module, argument], module=module).exit_code()
        if code is None:
            command = [sys.executable, "-m", module, argument]
            process = subprocess.Popen(
                command, env=env, cwd=ROOT, stdout=printed, stderr=printed, start_new_session=POSIX
            )
            MODULES.add(process)
            code = process.wait()
    if code:
        said = log.read_text(errors="replace").strip() or "It said nothing: it was killed, or ran out of memory."
        raise BuildError(f"{module} {argument} ended with exit code {code}:\n{said}")


def stop_all() -> None:
    """Kill every process that the build has started, and what that has started, at once; remove the sockets."""
    processes = [*MODULES, *(getattr(kernel.provisioner, "process", None) for kernel in LIVE)]
    if NotebookKernel.server:
        processes += list(NotebookKernel.server.forked)
        NotebookKernel.server.process.kill()  # what it forked gets a signal when it ends
        NotebookKernel.server.process.wait()
    for process in processes:
        with suppress(ProcessLookupError):
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL) if POSIX else process.kill()
    if private_folder.cache_info().currsize:
        shutil.rmtree(private_folder(), ignore_errors=True)
