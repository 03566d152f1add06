"""From what was given to what is written: all of it, or nothing."""

import fcntl
import sys
from collections.abc import Callable, Sequence

from dprk_entries.data import tables
from dprk_entries.data.add import ask, given
from dprk_entries.data.add.effect import effect
from notebook_reports import paths
from reconcile.cells import AccountingError
from reconcile.periods import PeriodError

TABLES = ("sources", "observations")


def main(arguments: Sequence[str]) -> int:
    asked = sys.stdin.isatty()
    one = asked and not given.is_file(arguments)
    try:
        figures = given.read(arguments)
        if one:
            figures = [ask.fields(figures[0], _known())]
        written = add(figures, asked, given.places(arguments))
    except (tables.TableError, PeriodError, AccountingError) as error:
        print(error, file=sys.stderr)
        written = False
    except (KeyboardInterrupt, EOFError):
        written = False
    if one and written:
        ask.kept().unlink(missing_ok=True)
    if not written:
        typed = f" What was typed is kept in .build/{ask.kept().name}: `make add` offers it again."
        print("Nothing was written." + (typed if one and ask.kept().exists() else ""), file=sys.stderr)
    return 0 if written else 1


def add(figures: Sequence[given.Fields], asked: bool, place: Callable[[int], str]) -> bool:
    """Tell what figures do, and write them; whether they were. Raises as checking and reconciling do."""
    while True:
        before, known = _contents(), _known()
        rows = given.rows(figures, known, place)
        for source in rows["sources"]:
            print(given.is_new(source["source_id"], known))
        wider = given.check(rows, known, place)
        print(effect(known, wider))
        if asked and not ask.confirmed("Write it? (y/n) "):
            return False
        if _write(rows, before):
            return True
        print("\nThe tables have changed meanwhile. Beside what stands there now:")


def _known() -> dict:
    return {name: tables.read_raw(name) for name in TABLES}


def _contents() -> list[bytes]:
    return [(paths.ROOT / tables.path_of(name)).read_bytes() for name in TABLES]


def _write(rows: given.Rows, before: list[bytes]) -> bool:
    """Write the rows unless the tables are other than they were before, since the keys may be taken by now."""
    (paths.ROOT / ".build").mkdir(exist_ok=True)
    with (paths.ROOT / ".build" / "add.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _contents() != before:
            return False
        tables.append_raw({name: more for name, more in rows.items() if more})
    for name in TABLES:
        if rows[name]:
            keys = [row[tables.columns(name)[0]] for row in rows[name]]
            print(f"Written at the end of data/raw/{name}.csv: {', '.join(keys)}")
    return True
