"""Claims in print, recomputed: what can be measured, and what verdict follows."""

from dprk_entries.claims.check import (
    accepted,
    check,
    last_digit,
    misnamed,
    series_of,
    trace,
    unexpected,
    verdict,
    whole,
)
from dprk_entries.claims.measures import MEASURES, compares
from dprk_entries.claims.words import ClaimError, remarks, unit_verdict
from dprk_entries.verdicts import VERDICTS

__all__ = [
    "MEASURES",
    "VERDICTS",
    "ClaimError",
    "accepted",
    "check",
    "compares",
    "last_digit",
    "misnamed",
    "remarks",
    "series_of",
    "trace",
    "unexpected",
    "unit_verdict",
    "verdict",
    "whole",
]
