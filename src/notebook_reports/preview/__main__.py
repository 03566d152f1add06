"""The command, see the package."""

import argparse
import signal
import sys

from notebook_reports import preview

PORT = 8000


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until there is something to stop: Ctrl-C shows no traceback
    parser = argparse.ArgumentParser(prog="python -m notebook_reports.preview", description=preview.__doc__)
    parser.add_argument("page", nargs="?", default="", help="such as 03, or sources/index.html; else the front page")
    parser.add_argument("--port", type=int, default=PORT, help=f"else {PORT}; the next one where it is in use")
    arguments = parser.parse_args()
    import asyncio

    from notebook_reports.errors import BuildError
    from notebook_reports.preview.command import run

    try:
        asyncio.run(run(arguments.page, arguments.port))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print("The preview has ended.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
