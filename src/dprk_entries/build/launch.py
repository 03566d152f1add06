"""Starts ipykernel, and notes which files a notebook opens, so that none can be missing from the graph.

A script, not a module to import: it runs in the kernel's process, before anything else. Each line it writes to
the file named by DPRK_ENTRIES_OPENED is "r" or "w", a blank, and an absolute path.
"""

import os
import runpy
import sys

WRITING = os.O_WRONLY | os.O_RDWR


def note_opened_files(log_path: str) -> None:
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def note(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path, _, flags = arguments
            kind = "w" if flags & WRITING else "r"
            os.write(log, f"{kind} {os.path.abspath(os.fsdecode(path))}\n".encode(errors="surrogateescape"))  # noqa: PTH100

    sys.addaudithook(note)


del sys.path[0]  # the folder of this script, whose modules must not hide others
note_opened_files(os.environ.pop("DPRK_ENTRIES_OPENED"))
runpy.run_module("ipykernel_launcher", run_name="__main__")
