"""Another subject from printed figures to influence, where the other packages of this project cannot be imported.

All numbers can be worked out by hand. In the third quarter Ash (40), Birch (25 to 35) and Cedar (52) make more than the
100 that two readers saw. So Birch is 100 - 40 - 52 = 8, or Cedar is 100 - 40 - 25 to 35, which is 25 to 35. In the
fourth, 200 for Ash stands against 20, and all else follows: 60 - 20 - 20 to 30 leaves 10 to 20 for Cedar, 60 - 45
leaves 15 rye.
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
ALONE = """
import runpy, sys
sys.modules |= {"dprk_entries": None, "notebook_reports": None}
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def run_alone(script: Path) -> str:
    """What a script prints where neither the subject nor the site of this project can be imported."""
    run = subprocess.run([sys.executable, "-c", ALONE, str(script)], capture_output=True, text=True)
    assert not run.returncode, run.stderr
    return run.stdout


def test_harvests_of_villages_are_reconciled_explained_and_each_place_in_print_left_out():
    assert run_alone(HERE / "villages.py") == (HERE / "villages.txt").read_text("utf-8")


def test_the_example_of_the_page_says_what_the_page_says(tmp_path):
    example, output = re.findall(r"```(?:python|text)\n(.*?)```", (DOCS / "reconcile.md").read_text("utf-8"), re.DOTALL)
    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    assert run_alone(script) == output


def test_every_public_name_is_on_the_page_and_there():
    page = (DOCS / "reconcile.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE)
    modules = {path.stem for path in (HERE.parents[1] / "src/reconcile").glob("*.py")} - {"__init__"}
    assert {module for module, _ in rows} == modules
    for module, names in rows:
        namespace = __import__(f"reconcile.{module}", fromlist=["_"])
        assert [name for name in re.findall(r"`(\w+)`", names) if not hasattr(namespace, name)] == []
