"""Server, builds and browser, until somebody ends it."""

import asyncio
import os
import webbrowser
from threading import Thread

from notebook_reports.paths import NOTEBOOKS
from notebook_reports.preview.builds import Builds
from notebook_reports.preview.saves import Saves
from notebook_reports.preview.server import HOST, Site, serve
from notebook_reports.runner.progress import INTERRUPTS


async def run(wanted: str, port: int) -> None:
    """Until it is interrupted."""
    site = Site()
    free = serve(site, port)
    builds = Builds(site)
    over = asyncio.Event()
    for each in INTERRUPTS:
        asyncio.get_running_loop().add_signal_handler(each, over.set)
    numbered = [f"{file.stem}.html" for file in NOTEBOOKS.glob(f"{wanted}-*.ipynb")]
    address = f"http://{HOST}:{free}/{(numbered or [wanted])[0]}"
    if port and free != port:
        print(f"Port {port} is in use.")
    print(
        f"Preview: {address}\nIt publishes nothing: reports/ and data/processed/ stay as they are. Ctrl-C ends it.",
        flush=True,
    )
    look_at(address)
    work = [asyncio.create_task(each) for each in (builds.run(), Saves(builds.save).watch(), over.wait())]
    done, others = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for task in done:
        task.result()  # raises what was not foreseen


def look_at(address: str) -> None:
    """In the browser, where there is one that does not take the terminal; in a thread, since some keep it waiting."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        browser = None
    if browser is None or (type(browser) is webbrowser.GenericBrowser and "BROWSER" not in os.environ):
        print("No browser could be opened from here: open the address in one.", flush=True)
    else:
        Thread(target=browser.open, args=[address], daemon=True).start()
