"""Executed notebooks in, HTML text out. Reads and writes no file but its own templates and style sheet.

    pages = [read_page(notebook, name) for name, notebook in executed]      # one Page a notebook, in order
    html = page(notebook, name, pages)                                      # text of reports/NAME.html
    html = index(pages, read_figures(charts), datapackage)                  # text of reports/index.html

A page refuses what it could not show faithfully: see `ReportError`.
"""

from dprk_entries.report.changes import changes
from dprk_entries.report.errors import ReportError
from dprk_entries.report.exporter import page
from dprk_entries.report.index import index
from dprk_entries.report.numbers import summary
from dprk_entries.report.reading import Figure, Page, read_figures, read_page

__all__ = [
    "Figure",
    "Page",
    "ReportError",
    "changes",
    "index",
    "page",
    "read_figures",
    "read_page",
    "summary",
]
