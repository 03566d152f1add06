"""What the shell of a build does beside what IPython does, an extension of it: a command that fails stops its cell,
half a character is refused where it is printed, and a series at the end of a cell is a table, as a frame is."""

import subprocess
import sys
from typing import Any

from IPython.utils.text import SList


def load_ipython_extension(shell: Any) -> None:
    """Called by IPython, with its InteractiveShell."""
    system = shell.system

    def checked_system(command: str) -> None:
        """For !command."""
        system(command)
        if code := shell.user_ns["_exit_code"]:
            raise subprocess.CalledProcessError(code, command)

    def checked_output(command: str, split: bool = True, depth: int = 0) -> Any:
        """For lines = !command."""
        expanded = shell.var_expand(command, depth=depth + 1)
        try:
            output = subprocess.check_output(expanded, shell=True, text=True, stderr=subprocess.STDOUT)
        except subprocess.CalledProcessError as error:
            print(end=error.output)
            raise
        return SList(output.splitlines()) if split else output

    shell.system, shell.getoutput = checked_system, checked_output
    streams: tuple[Any, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        stream.write = checked_write(stream.write)
    html = shell.display_formatter.formatters["text/html"]
    html.for_type_by_name("pandas", "Series", lambda series: series.to_frame(series.name or "")._repr_html_())


def checked_write(write: Any) -> Any:
    """What writes text, but refuses what no file could hold: ipykernel itself fails only later, between two cells."""

    def checked(text: str) -> Any:
        text.encode()
        return write(text)

    return checked
