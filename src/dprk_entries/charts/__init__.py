"""The charts of the reports, a function each: drawn, with its title, alt text and the data behind it."""

from dprk_entries.charts.entries import annual_entries, growth_since_reopening, purposes, quarterly_entries
from dprk_entries.charts.permits import permits_and_registrations
from dprk_entries.charts.study import laundering_shares, price_of_assumptions, students_and_crossings
from dprk_entries.charts.style import RED, STYLE, Chart

__all__ = [
    "RED",
    "STYLE",
    "Chart",
    "annual_entries",
    "growth_since_reopening",
    "laundering_shares",
    "permits_and_registrations",
    "price_of_assumptions",
    "purposes",
    "quarterly_entries",
    "students_and_crossings",
]
