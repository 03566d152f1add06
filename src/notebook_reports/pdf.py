"""Print every page of the reports:  python -m notebook_reports.pdf [FOLDER]

Into .build/pdf/, or a folder of one's choice, by Chromium's own print: what a reader gets who prints the page.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from notebook_reports import paths

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SANDBOX = os.geteuid() != 0  # Chromium has its own sandbox, and as root it starts without it alone
MISSING = "Chromium was not found. Install it, for example by: apt install chromium"


def find_browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def main(arguments: list[str]) -> int:
    browser = find_browser()
    if not browser:
        print(MISSING, file=sys.stderr)
        return 1
    folder = Path(arguments[0]).expanduser() if arguments else paths.BUILD / "pdf"
    folder.mkdir(parents=True, exist_ok=True)
    for page in sorted((paths.ROOT / paths.REPORTS).glob("*.html")):
        printed = folder / f"{page.stem}.pdf"
        with tempfile.TemporaryDirectory() as profile:
            command = [browser, "--headless", "--disable-gpu", "--no-pdf-header-footer"]
            command += [] if SANDBOX else ["--no-sandbox"]
            command += [f"--user-data-dir={profile}", f"--print-to-pdf={printed}", page.as_uri()]
            done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode or not printed.is_file():
            print(f"{page.name} could not be printed: {done.stderr.strip()[-500:]}", file=sys.stderr)
            return 1
        print(printed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
