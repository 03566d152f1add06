"""Tables that come from outside: an export of the statistics portal, or the compilation by mode.

    python -m dprk_entries.data.imports FILE

`export` and `compilation` read a file, `mapping` tells what its labels stand for, `reading` what comes out of it;
`table` keeps it and gives its figures to the accounting, `effect` says what they do to the others.
"""

from dprk_entries.data.imports.table import path_of as path_of
from dprk_entries.data.imports.table import read_cells as read_cells
from dprk_entries.data.imports.table import read_figures as read_figures
from dprk_entries.data.imports.table import with_imported as with_imported
