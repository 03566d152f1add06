"""Starts ipykernel, watched (see `kernels.watch`).

    launch.py -f CONNECTION_FILE    this process becomes a kernel
    launch.py BUILD MODULE ...      a warm server: imports the modules, then forks for each request that comes to the
                                    listening socket on its standard input; BUILD is the number of the build's process

A script, not a module to import: it runs in the kernel's process, before anything else.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import socketserver
import sys
import traceback

from notebook_reports.kernels import watch

WATCHED = ("NOTEBOOK_REPORTS_OPENED", "NOTEBOOK_REPORTS_ROOT")  # the log of the watch, and the project
SIGNAL_WHEN_PARENT_ENDS = 1  # PR_SET_PDEATHSIG of prctl(2)


def become_kernel() -> None:
    log, root, output = (os.environ[name] for name in (*WATCHED, "NOTEBOOK_REPORTS_OUTPUT"))
    for name in WATCHED:
        del os.environ[name]
    watch.Watch(log, root, os.path.dirname(os.getcwd()), output)  # noqa: PTH109, PTH120
    runpy.run_module("ipykernel_launcher", run_name="__main__")


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks for each request; ends when the build that started it has ended, however that came."""

    def __init__(self, build: int) -> None:
        super().__init__("", Request, bind_and_activate=False)
        self.socket.close()
        self.socket = socket.socket(fileno=os.dup(0))
        self.build, self.number = build, os.getpid()

    def service_actions(self) -> None:
        super().service_actions()
        if os.getppid() != self.build:
            os._exit(0)


class Request(socketserver.StreamRequestHandler):
    """One line of JSON: the folder, environment, log and arguments of a kernel, or of a module to run. The answer is
    the number of the process; when a module has ended, also its exit code."""

    server: Server

    def handle(self) -> None:
        told = json.loads(self.rfile.readline())
        self.rfile.close()
        os.setsid()
        ctypes.CDLL(None).prctl(SIGNAL_WHEN_PARENT_ENDS, signal.SIGKILL)
        if os.getppid() != self.server.number:  # it has ended already
            os._exit(1)
        os.chdir(told["cwd"])
        os.environ.update(told["env"])
        log = os.open(told["log"], os.O_WRONLY | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for stream, target in enumerate((nothing, log, log)):
            os.dup2(target, stream)
        os.close(nothing)
        os.close(log)
        self.server.socket.close()
        self.wfile.write(f"{os.getpid()}\n".encode())
        sys.argv = told["argv"]
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # else kernels that forget to seed it all draw the same numbers
        if "module" in told:
            self.wfile.write(f"{run(told['module'])}\n".encode())
        else:
            self.connection.close()
            become_kernel()


def run(module: str) -> int:
    """Run a module as `python -m` does; its exit code."""
    # Another now lies behind it: where the old one was a file, it would take this one for a file, too.
    sys.stdout = os.fdopen(1, "w", encoding=sys.stdout.encoding, closefd=False)
    try:
        runpy.run_module(module, run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
    return 0


def main() -> None:
    del sys.path[0]  # the folder of this script, whose modules must not hide others
    if sys.argv[1] == "-f":
        become_kernel()
        return
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read when ipykernel is imported: it ends when its parent does
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as ipykernel sets it, but too late here
    gc.disable()  # imports leave next to no garbage
    for module in sys.argv[2:]:
        importlib.import_module(module)
    gc.freeze()  # a collection in a kernel would touch, and so copy, all that it shares with the others
    gc.enable()
    Server(build=int(sys.argv[1])).serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
