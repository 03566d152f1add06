"""All processes that a build starts: the warm server that forks kernels, and modules that run by themselves.

Their environment is the same on every machine: nothing in somebody's home must change a report. Imports nothing of
Jupyter, so that the server imports its packages while this process does.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from notebook_reports import settings
from notebook_reports.errors import BuildError
from notebook_reports.kernels import folder
from notebook_reports.kernels.warm.server import POSSIBLE, WarmServer
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.runner import memory
from notebook_reports.runner.up_to_date import digest

if sys.platform != "win32":
    import resource

POSIX = os.name == "posix"
LOGS = BUILD / "logs"
HOME = BUILD / "home"
OPEN_FILES = 256  # at once: twice what a build was seen to have
SHARED = "NOTEBOOK_REPORTS_WARM_SERVER"  # environment variable: the socket of a server that outlives this build
KEPT = ("PATH", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "SYSTEMROOT")
# What a warm server imports, beside what the project says: what takes long and behaves the same wherever that is done.
# Not pyplot and not the inline backend, which look for a running shell when they are imported; nothing that reads the
# environment of its notebook. The second list is worth its memory where one notebook runs many times.
WARM = ("ipykernel.kernelapp", "ipykernel.debugger")
WARM_FOR_MANY = ("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg")


class Kernels:
    """All processes of a build: the warm server, the kernels, the modules that run by themselves."""

    def __init__(self) -> None:
        self.preparing, self.starts = Lock(), Lock()
        self.ended = False  # no process is started any more
        self.prepared = False
        self.server: WarmServer | None = None
        self.live: WeakSet[Any] = WeakSet()  # each a `NotebookKernel`
        self.modules: WeakSet[subprocess.Popen[bytes]] = WeakSet()
        self.numbers = count(1)
        self.folder: Path | None = None

    def prepare(self, for_many: bool = False) -> None:
        """Before the first kernel of a build; later calls change nothing. `for_many`: one notebook will run many
        times."""
        with self.preparing:
            if not self.prepared:
                check_open_files()
                self.make_cache_of_fonts()
                if shared := os.environ.get(SHARED):
                    self.server = WarmServer(shared)
                elif POSSIBLE and os.environ.get("NOTEBOOK_REPORTS_KERNELS") != "ordinary":
                    project = settings.project()
                    warm = (*WARM, *project.warm, *(WARM_FOR_MANY + project.warm_for_many if for_many else ()))
                    LOGS.mkdir(parents=True, exist_ok=True)
                    with self.starting():
                        self.server = WarmServer.start(
                            warm, self.private_folder(), environment(BUILD), LOGS / "warm-server.txt"
                        )
                self.prepared = True

    def private_folder(self) -> Path:
        """For connection files and sockets; gone when the build ends."""
        if self.folder is None:
            atexit.register(self.stop_all)
            self.folder = folder.make()
        return self.folder

    @contextmanager
    def starting(self) -> Iterator[None]:
        """While a process is started: who stops all waits for it, and then none is started any more."""
        with self.starts:
            if self.ended:
                raise KeyboardInterrupt
            yield

    def run(self, command: list[str], **more: Any) -> int:
        """The exit code of a process that does not outlive the build."""
        with self.starting():
            process = subprocess.Popen(command, start_new_session=POSIX, **more)
            self.modules.add(process)
        return process.wait()

    def make_cache_of_fonts(self) -> None:
        """Without it, or where it is damaged, matplotlib makes it while a notebook runs, by a process of that one."""
        ready = HOME / f"fonts-of-matplotlib-{version('matplotlib')}"
        BUILD.mkdir(exist_ok=True)
        with folder.alone(BUILD / "fonts.lock"):  # workers of a cluster may start in one folder
            if memory.read(ready) != digests_of_fonts():
                shutil.rmtree(HOME, ignore_errors=True)
                HOME.mkdir(parents=True)
                if self.run([sys.executable, "-c", "import matplotlib.font_manager"], env=environment(BUILD), cwd=HOME):
                    raise BuildError("matplotlib finds no fonts: python -c 'import matplotlib.font_manager' says why.")
                memory.write(ready, digests_of_fonts())

    def connection_file(self) -> str:
        """The name of a file for a new kernel."""
        return str(self.private_folder() / f"{next(self.numbers)}.json")

    def run_module(self, module: str, argument: str, site: Path) -> None:
        """Run `python -m MODULE ARGUMENT` in a process of its own, which takes the mirror `site` for the project, with
        the environment of a kernel. BuildError says what it printed before it failed."""
        self.prepare()
        LOGS.mkdir(parents=True, exist_ok=True)
        log, env = LOGS / f"{module}-{argument}.txt", environment(site)
        with log.open("w") as printed:
            code = None
            if self.server:
                with suppress(OSError):  # then by itself
                    code = self.server.fork(site, env, log, [module, argument], module=module).exit_code()
            if code is None:
                command = [sys.executable, "-m", module, argument]
                code = self.run(command, env=env, cwd=site, stdout=printed, stderr=printed)
        if code:
            said = log.read_text(errors="replace").strip() or "It said nothing: it was killed, or ran out of memory."
            raise BuildError(f"{module} {argument} ended with exit code {code}:\n{said}")

    def stop_all(self) -> None:
        """Kill every process that the build has started, and what that has started, at once; remove the sockets."""
        with self.starts:
            self.ended = True
        kernels = [getattr(kernel.provisioner, "process", None) for kernel in self.live]
        processes = [*self.modules, *filter(None, kernels), *(self.server.forked if self.server else ())]
        for process in processes:  # before the server, whose end would take them away from what they have started
            with suppress(ProcessLookupError):
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL) if POSIX else process.kill()
        if self.server:
            self.server.stop()
        for process in processes:
            process.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


kernels = Kernels()  # those of this process


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


def digests_of_fonts() -> str:
    """Of the cache that matplotlib keeps."""
    caches = sorted((HOME / "matplotlib").glob("fontlist-*.json"))
    return f"{[(cache.name, digest(cache)) for cache in caches]}"


def check_open_files() -> None:
    """BuildError where this process may not open as many as it must, which shows itself in many ways."""
    if sys.platform != "win32" and (limit := resource.getrlimit(resource.RLIMIT_NOFILE)[0]) < OPEN_FILES:
        raise BuildError(f"Here {limit} files may be open at once, and a build needs {OPEN_FILES}: ulimit -n 1024")
