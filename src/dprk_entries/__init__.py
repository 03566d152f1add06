"""North Korean entries to Russia: published figures reconciled, growth measured, claims checked."""

from dprk_entries.data.load import TABLES, describe, load

__all__ = ["TABLES", "describe", "load"]
