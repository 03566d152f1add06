"""What a label of a file from outside stands for: data/raw/mappings.csv."""

import pandas as pd

from dprk_entries.data import tables
from dprk_entries.data.rules import alike

PATH = "data/raw/mappings.csv"
SKIP = "skip"  # the code of what is meant to be left out


class Mapping:
    """The codes of labels, whole labels alone: `Корея` may be either. Remembers those that it does not know."""

    def __init__(self, mappings: pd.DataFrame) -> None:
        self.codes = {(row.dimension, alike(row.label)): row.code for row in mappings.itertuples()}
        self.unknown: dict[tuple[str, str], None] = {}

    @classmethod
    def read(cls) -> "Mapping":
        """Raises TableError where the table breaks its schema or a rule."""
        return cls(tables.read_raw("mappings"))

    def knows(self, dimension: str, label: str) -> bool:
        return (dimension, alike(label)) in self.codes

    def code(self, dimension: str, label: str) -> str:
        """The code of a label; `skip`, as long as nobody has said what it stands for."""
        if not self.knows(dimension, label):
            self.unknown[dimension, label] = None
        return self.codes.get((dimension, alike(label)), SKIP)

    def told(self) -> list[str]:
        """Each label that is not known, with what to do."""
        if not self.unknown:
            return []
        lines = [f"  {dimension}: {label}" for dimension, label in self.unknown]
        return [
            f"Labels that {PATH} does not know ({len(lines)}):",
            *lines,
            f"Add a row for each to {PATH}: dimension, label and the code it stands for; {SKIP} leaves it out.",
        ]
