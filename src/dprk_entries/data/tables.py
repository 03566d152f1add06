"""The tables of this project: read, checked by data/datapackage.json and the rules beside this module, written."""

from dprk_entries.data.rules import broken
from notebook_reports.datapackage import TableError, codes, columns, path_of, resource
from notebook_reports.tables import SHOWN, Tables, append_raw, appended, problems

__all__ = [
    "SHOWN",
    "TableError",
    "append_raw",
    "appended",
    "codes",
    "columns",
    "path_of",
    "problems",
    "read_processed",
    "read_raw",
    "require_periods",
    "resource",
    "write_processed",
]

_tables = Tables(broken)
read_raw, read_processed, write_processed = _tables.read_raw, _tables.read_processed, _tables.write_processed


def require_periods(**parameters: str | int) -> None:
    """Raise TableError for a parameter of a notebook that is no period by the schema, such as a year out of bounds."""
    for name, period in parameters.items():
        if faults := problems("observations", {"period": str(period)}, "period"):
            raise TableError(f"parameter {name}: {faults[0].replace('Mend the cell', 'Choose another')}")
