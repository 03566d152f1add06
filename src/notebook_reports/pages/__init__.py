"""Executed notebooks in, HTML text out. Reads and writes no file but its own templates and style sheet.

    pages = [read_page(notebook, name) for name, notebook in executed]      # one Page a notebook, in order
    html = page(notebook, name, pages)                                      # text of reports/NAME.html
    html = index(Contents(pages, figures, datapackage, "", source))         # text of reports/index.html

A page refuses what it could not show faithfully: see `ReportError`.
"""

from notebook_reports.errors import ReportError
from notebook_reports.pages.changes import changes
from notebook_reports.pages.check import Page, read_page
from notebook_reports.pages.exporter import page
from notebook_reports.pages.figures import Figure, read_figures
from notebook_reports.pages.front import Contents, index
from notebook_reports.pages.long import long_texts
from notebook_reports.pages.picture import picture
from notebook_reports.pages.tags import without_removed

__all__ = [
    "Contents",
    "Figure",
    "Page",
    "ReportError",
    "changes",
    "index",
    "long_texts",
    "page",
    "picture",
    "read_figures",
    "read_page",
    "without_removed",
]
