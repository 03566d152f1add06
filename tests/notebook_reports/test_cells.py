"""What people write in cells runs as it does elsewhere; where a cell fails, that cell and its cause are named."""

import json
import os
import re
import signal
import time

import pytest
from bs4 import BeautifulSoup
from projects import wait_for
from toy import N04, Toy, code_cell

GOOD = {  # cell: tags, source
    "expected": ("raises-exception", "1 / 0"),
    "skipped": ("skip-execution", "1 / 0"),
    "series": ("", "import pandas as pd\npd.Series([5, 13], ['2023', '2024'], name='tonnes')"),
    "styled": ("", "pd.DataFrame({'n': [1, 2]}).style.highlight_max()"),
    "command": ("", "from notebook_reports import show\nshow.reads()\n!echo hello"),
    "captured": ("", "show.reads()\nlines = !echo 'a\\nb'\nprint(lines[1])"),
    "overwritten": ("", "print('10 %\\r100 %'); print('aX\\bb\\r')"),
    "long-line": ("", "print('x' * 3_000_000)"),
    "hidden": ("remove-cell", "print('nobody reads this')"),
}


def write(toy: Toy, *cells: dict) -> None:
    """Put cells before the last one of a notebook."""
    notebook = toy.notebook(N04)
    notebook["cells"][-1:-1] = cells
    toy.write(f"notebooks/{N04}.ipynb", json.dumps(notebook))


def test_ordinary_cells_are_on_the_page(toy):
    write(toy, *(code_cell(name, source, (tag,) if tag else ()) for name, (tag, source) in GOOD.items()))
    toy.build()
    page = BeautifulSoup(toy.read(f"reports/{N04}.html"), "html.parser")
    printed = [pre.get_text() for pre in page.select("pre.output")]
    assert printed[:-1] == ["ZeroDivisionError: division by zero", "hello\n", "b\n", "100 %\nab\n"]
    assert printed[-1].startswith("xxx") and len(printed[-1]) < 10_000
    assert [[cell.get_text() for cell in table.select("th, td")] for table in page.select("table")] == [
        ["", "tonnes", "2023", "5", "2024", "13"],
        ["", "n", "0", "1", "1", "2"],
    ]
    assert "background-color: #ffff00" in str(page.select("table")[1])
    assert page.select_one("p.more a")["href"] == f"outputs/{N04}-long-line.txt"
    assert toy.read(f"reports/outputs/{N04}-long-line.txt") == "x" * 3_000_000 + "\n"
    assert "nobody reads" not in str(page)
    executed = toy.read(f".build/executed/{N04}.ipynb")
    assert "T_style_row1_col0" in executed and "Styler>" in executed  # not what a Styler draws by lot
    assert f'"reports/outputs/{N04}-long-line.txt": "long-line"' in toy.read("notebooks/record.json")
    write(toy)
    toy.build()
    assert not (toy.root / f"reports/outputs/{N04}-long-line.txt").exists()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("%nothing here", "UsageError: Line magic function `%nothing` not found."),
        ("%%nothing here\nx", "UsageError: Cell magic `%%nothing` not found."),
        ("!exit 3", "CalledProcessError: Command 'exit 3' returned non-zero exit status 3."),
        (
            "!echo no table; exit 3",
            "CalledProcessError: Command 'echo no table; exit 3' returned non-zero exit status 3.\n    | no table",
        ),
        ("lines = !exit 3", "CalledProcessError: Command 'exit 3' returned non-zero exit status 3."),
        (
            "print('\\ud83d')",
            "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud83d' in position 0: surrogates not allowed\n"
            "    No file can hold half a character, a lone surrogate",
        ),
        ("display({'text/html': 5}, raw=True)", "It shows what no notebook can hold (5 is not"),
        ("class Odd:\n    def __repr__(self):\n        raise ValueError('odd')\nOdd()", "ValueError: odd"),
        ("print(object())", "Its output differs on every machine: it shows 'at 0x"),
    ],
)
def test_a_cell_that_fails_is_named_with_its_cause_and_no_other_cell(toy, source, message):
    write(toy, code_cell("expected", "1 / 0", ("raises-exception",)), code_cell("guilty", source))
    said = toy.fail(f"notebook:{N04}")
    assert f"notebooks/{N04}.ipynb, cell guilty, code cell 5:\n    {message}" in said
    assert not re.search("cell (expected|finding)", said)


def test_what_a_cell_raises_is_no_command_to_the_terminal(toy):
    write(toy, code_cell("loud", "raise ValueError('\\x1b[2J\\x1b]0;title\\x07\\x1b[31mred\\x1b[0m \\r\\x9b')"))
    output = toy.fail()
    assert r"ValueError: \x1b]0;title\x07red \r\x9b" in output
    assert not set("\x1b\x07\r\x9b") & {*output}


@pytest.mark.parametrize("task", [f"notebook:{N04}", f"page:{N04}"])
def test_a_cell_whose_id_nobody_sees_is_named_by_how_it_begins_too(toy, task):
    source = "1 / 0" if task.startswith("notebook") else "import warnings\nwarnings.warn('soon')"
    write(toy, code_cell("3f9a7c21-8b0d", source))
    begins = source.partition("\n")[0]
    assert f"cell 3f9a7c21-8b0d, which begins '{begins}'" in toy.fail(task)


@pytest.mark.parametrize(
    "source",
    [
        "while True: print('x' * 1_000_000)",
        "import re\nre.match('(a*)*b', 'a' * 100)",  # in C, and deaf to interrupts itself
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(100)",
    ],
)
def test_an_interrupt_ends_a_build_within_two_seconds(toy, source):
    write(toy, code_cell("endless", f"open('{toy.root}/.build/begun', 'w')\n{source}"))
    build = toy.start("doit")
    wait_for((toy.root / ".build/begun").exists)
    time.sleep(1)
    told = time.monotonic()
    os.kill(build.pid, signal.SIGINT)
    assert build.wait(timeout=30) == 128 + signal.SIGINT
    assert time.monotonic() - told < 2
