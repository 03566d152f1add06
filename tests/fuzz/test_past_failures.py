"""What a reader once got wrong it gets right now: each input by itself, in one process beside a small project."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import small_project

from notebook_reports import paths

HERE = Path(__file__).parent
ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from past_failures import PAST
from readers import READERS
made = {name: READERS[name]() for name in READERS}
told = {}
for name, (reader, content, _) in PAST.items():
    told[name] = made[reader].read(content(made[reader]) if callable(content) else content)
print(json.dumps([[name, *told[name], expected] for name, (_, _, expected) in PAST.items()]))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> list[list[str]]:
    """Of each input: its name, what came of it, the message, and what it should have in it."""
    root = tmp_path_factory.mktemp("small")
    small_project.make(root, paths.ROOT)
    run = subprocess.run([sys.executable, "-c", ALL, HERE], cwd=root, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_each_is_refused_in_words_or_right(outcomes):
    wrong = [
        name for name, came, told, expected in outcomes if (came == "valid") != (expected == "") or expected not in told
    ]
    assert len(outcomes) > 50 and wrong == []
