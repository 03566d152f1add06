"""Claims in print, recomputed: what can be measured, and what verdict follows."""

from dprk_entries.claims.check import (
    VERDICTS,
    ClaimError,
    accepted,
    check,
    remarks,
    series_of,
    trace,
    unexpected,
    verdict,
    whole,
)
from dprk_entries.claims.measures import MEASURES, needs

__all__ = [
    "MEASURES",
    "VERDICTS",
    "ClaimError",
    "accepted",
    "check",
    "needs",
    "remarks",
    "series_of",
    "trace",
    "unexpected",
    "verdict",
    "whole",
]
