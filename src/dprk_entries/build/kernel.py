"""The kernel that every notebook of a build gets: ipykernel of this environment, and nothing of the user's.

A kernelspec, an IPython start-up file or a matplotlibrc in somebody's home must not change a report. On Linux kernels
are forked from a warm server (see `provisioner`), unless the variable DPRK_ENTRIES_KERNELS is "ordinary".
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path
from weakref import WeakSet

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from traitlets import default

from dprk_entries.build import BuildError, provisioner
from dprk_entries.paths import BUILD, NOTEBOOKS, ROOT

POSIX = os.name == "posix"
HOME = BUILD / "home"
KEPT = ("PATH", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "SYSTEMROOT")
LIVE: WeakSet["NotebookKernel"] = WeakSet()
numbers = count(1)


class NotebookKernel(AsyncKernelManager):
    """Starts this environment's ipykernel, whatever "python3" means to the user; talks over private sockets."""

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
        "DPRK_ENTRIES_OUTPUT": str(output),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "IPYKERNEL_CELL_NAME": "<cell>",  # else a warning shows the path of a temporary file
        "OMP_NUM_THREADS": "1",  # the number of cores must not change the order of a sum
        "OPENBLAS_NUM_THREADS": "1",
    }


@cache
def prepare() -> None:
    """Once a build, before the first kernel: refuse settings that we cannot keep out, make the fonts' cache, start the
    warm server.

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
    if provisioner.POSSIBLE and os.environ.get("DPRK_ENTRIES_KERNELS") != "ordinary":
        log = BUILD / "logs" / "warm-server.txt"
        log.parent.mkdir(parents=True, exist_ok=True)
        NotebookKernel.server = provisioner.WarmServer(private_folder(), environment(BUILD), log)


def stop_all() -> None:
    """Kill every kernel, and what it started, at once; remove their sockets."""
    if NotebookKernel.server:
        NotebookKernel.server.process.kill()  # first, so that nothing is forked any more
    for kernel in list(LIVE):
        process = getattr(kernel.provisioner, "process", None)
        if process and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL) if POSIX else process.kill()
    if private_folder.cache_info().currsize:
        shutil.rmtree(private_folder(), ignore_errors=True)
