"""The tables of this project, with the one rule that their schema cannot state."""

from collections.abc import Mapping

import pandas as pd

from notebook_reports.tables import Tables, problem


def broken(name: str, cells: pd.DataFrame, others: Mapping[str, pd.DataFrame]) -> list[str]:
    """No village picks more than a hundred tonnes, but for Cedar."""
    if name != "harvests":
        return []
    too_much = cells[(cells["village"] != "Cedar") & (cells["tonnes"].str.len() > 2)]
    return [problem(row, "tonnes", cell, "at most 99 but in Cedar") for row, cell in too_much["tonnes"].items()]


tables = Tables(broken)
