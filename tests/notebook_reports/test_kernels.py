"""Kernels forked from the warm server, and ordinary ones: the same to everybody, whatever happens to them."""

import json
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from projects import alive, outputs, processes, wait_for
from toy import HEADLINE, N01, N02, N03, N04, N05, SETTINGS, Toy

from notebook_reports.kernels.warm import server

KINDS = ["ordinary"] + ["warm"] * server.POSSIBLE
STATE = """
import gc, locale, os, signal, sys, threading, warnings
import matplotlib, numpy, pandas
root, own = os.getcwd().rpartition("/.build/")[0], ("NOTEBOOK_REPORTS_OUTPUT", "JPY_PARENT_PID")
variables = [f"{name}={value}" for name, value in os.environ.items() if name not in own]
print([text.replace(root, "") for text in [*sorted(variables), *sys.path, *sys.argv[:2]]])
print(sys.flags, os.path.basename(os.getcwd()), locale.getlocale(), os.umask(0o22), sys.stdin.closed)
print({each.name: str(signal.getsignal(each)) for each in signal.Signals})
print(gc.isenabled(), gc.get_threshold(), threading.active_count(), sys.getrecursionlimit())
print(*sorted(map(str, warnings.filters)), sys.excepthook.__qualname__, type(sys.displayhook))
print(matplotlib.get_backend(), dict(matplotlib.rcParams), pandas.get_option("display.width"), hash("a"))
print(__name__, "__file__" in globals(), sorted(globals()))
"""
CARELESS = """
import warnings, pandas as pd, matplotlib.pyplot as plt
from IPython.display import display, Markdown
print("to stdout")
warnings.warn("old", DeprecationWarning)
warnings.warn("soon", FutureWarning)
display(Markdown("*shown*"))
plt.plot([1, 2, 3])
plt.show()
pd.DataFrame({"a": [1, 2]}).plot()
pd.DataFrame({"a": [1.5, 2]})
"""


@pytest.fixture(params=KINDS)
def kernels(request, monkeypatch) -> str:
    """The kind of kernel that the builds of a test get."""
    monkeypatch.setenv("NOTEBOOK_REPORTS_KERNELS", request.param)
    return request.param


def executed(toy: Toy, name: str) -> dict[str, list[dict]]:
    """The outputs of each code cell of the copy that a build left, of a notebook that failed or not."""
    for path in (f".build/failed/{name}.ipynb", f".build/executed/{name}.ipynb"):
        if (toy.root / path).exists():
            return {cell["id"]: cell.get("outputs", []) for cell in json.loads(toy.read(path))["cells"]}
    raise AssertionError(f"{name} was not run")


def both(toy: Toy, code: int = 0, **env: str) -> list[Toy]:
    """Two copies of a project, built with ordinary and with warm kernels; `code`: how the builds end; `env`: more
    variables for the second. What they print does not matter."""
    copies = []
    for kind, more in (("ordinary", {}), ("warm", env)):
        copy = Toy(shutil.copytree(toy.root, toy.root.parent / f"{kind}, and more" / "toy"))
        (copy.root / ".build/logs/warm-server.txt").unlink(missing_ok=True)
        ended, output = copy.run("doit", NOTEBOOK_REPORTS_KERNELS=kind, **more)
        assert ended == code, output
        assert "gives no process" not in output
        assert (copy.root / ".build/logs/warm-server.txt").exists() == (kind == "warm")
        copies.append(copy)
    return copies


WARM = SETTINGS.replace("warm = []", 'warm = ["pandas", "frictionless"]')
needs_warm = pytest.mark.skipif(not server.POSSIBLE, reason="kernels are forked on Linux alone")


@needs_warm
def test_a_notebook_cannot_tell_how_its_kernel_started(tmp_path):
    """Not by the state of its process, not by what it shows carelessly. Numbers that it forgets to seed are its own."""
    toy = Toy.make(tmp_path / "toy")
    toy.write("pyproject.toml", WARM)
    draw = "import random, numpy\nopen('../../{name}', 'w').write(f'{{random.random()}} {{numpy.random.random()}}')\n"
    toy.cell(N02, "finding", STATE)
    toy.cell(N03, "finding", CARELESS)
    toy.cell(N01, "finding", draw.format(name=N01) + HEADLINE.format(name=N01))
    toy.cell(N04, "finding", draw.format(name=N04) + HEADLINE.format(name=N04))
    ordinary, warm = both(toy, code=2)  # two of them have no headline, and so no page
    for name in (N02, N03):
        shown = executed(warm, name)["finding"]
        assert shown == executed(ordinary, name)["finding"]
        assert shown
        assert all(output["output_type"] != "error" for output in shown)
    assert sum("image/png" in output.get("data", {}) for output in executed(warm, N03)["finding"]) == 2
    drawn = [warm.read(f".build/{name}").split() for name in (N01, N04)]
    assert all(one != other for one, other in zip(*drawn, strict=True))


@needs_warm
def test_builds_by_both_kinds_of_kernels_are_the_same_bytes(built_once, tmp_path):
    """The same as in another folder, and whatever the home, time zone, locale and hash seed of the second."""
    env = {"HOME": str(tmp_path), "USER": "other", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    other = Toy.make(tmp_path / "another folder, with a {comma}")
    other.build(**env, TMPDIR=str(tmp_path), OMP_NUM_THREADS="2", COLUMNS="40", NOTEBOOK_REPORTS_KERNELS="ordinary")
    assert outputs(other) == outputs(built_once)
    assert other.hashes(".build/executed") == built_once.hashes(".build/executed")


def test_kernels_that_die_are_named_with_cell_and_last_words(toy, kernels):
    good = outputs(toy)
    toy.cell(N02, "copy", "import os\nos._exit(0)")
    toy.cell(N03, "copy", "import os, time\nos.write(2, b'out of luck\\n')\ntime.sleep(0.5)\nos.abort()")
    toy.cell(N04, "copy", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    output = toy.fail()
    for name in (N02, N03, N04):
        assert f"notebooks/{name}.ipynb, cell copy, code cell 3:\n    The kernel died." in output
    assert "| out of luck" in output
    assert outputs(toy) == good


def test_a_cell_whose_last_output_comes_late_has_not_failed(toy):
    late = "import time\nget_ipython().kernel.post_handler_hook = lambda: time.sleep(5)\n"  # as on a laptop that slept
    toy.cell(N02, "finding", f'{late}print("late")\n{HEADLINE.format(name=N02)}')
    toy.build()
    assert "late" in str(executed(toy, N02)["finding"])


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_kernels_and_the_next_build_heals(toy, kernels, signum):
    good = outputs(toy)
    wait = "import os, time, pathlib, ipykernel.connect as kernel\n"
    wait += "pathlib.Path('../../folder').write_text(os.path.dirname(kernel.get_connection_file()))\n"
    wait += "pathlib.Path('../../pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    toy.cell(N02, "finding", wait)
    process = toy.start("doit")
    wait_for(lambda: (toy.root / ".build/pid").exists() and toy.read(".build/pid"))
    process.send_signal(signum)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + signum
    assert "Interrupted" in output
    assert "Traceback" not in output
    wait_for(lambda: not alive(int(toy.read(".build/pid"))))
    assert not Path(toy.read(".build/folder")).exists()
    assert outputs(toy) == good
    toy.cell(N02, "finding", HEADLINE.format(name=N02))
    toy.build()
    assert outputs(toy) == good


SLOW = """
import pathlib, time
pathlib.Path("{root}/.build/busy").touch()
time.sleep(3)
pathlib.Path("{root}/.build/late").touch()
"""
STEP = """
from notebook_reports.runner.graph import DOIT_CONFIG, Graph, Step

GRAPH = Graph(steps=[Step("slow", "takes long", "slow", "x", [], ["reports/slow.txt"])])
task_reports = GRAPH.tasks
"""


@pytest.mark.parametrize("waits_for", ["the warm server", "a module"])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_running_that_has_just_started_or_was_about_to(toy, waits_for, signum):
    """Nor does what waited for the server start by itself, now that there is none."""
    toy.write("src/slow.py", SLOW.format(root=toy.root))
    toy.write("dodo.py", STEP)
    if waits_for == "the warm server":
        toy.write("pyproject.toml", SETTINGS.replace("warm = []", 'warm = ["slow"]'))
    process = toy.start("doit", NOTEBOOK_REPORTS_KERNELS="warm" if waits_for == "the warm server" else "ordinary")
    wait_for((toy.root / ".build/busy").exists)
    process.send_signal(signum)
    output, _ = process.communicate(timeout=20)
    assert not processes(toy)
    assert process.returncode == 128 + signum and output.splitlines()[-1].startswith("Interrupted."), output
    assert "gives no process" not in output and "FAILED" not in output
    assert not (toy.root / ".build/late").exists()


@pytest.fixture
def temporary() -> Path:
    """A folder with a short name for what builds need while they run."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_what_a_killed_build_left_in_the_temporary_folder_goes_with_the_next_of_any_project(toy, example, temporary):
    """And nothing of a build that runs beside it."""
    toy.cell(N02, "finding", "open('../../busy', 'w')\nimport time\ntime.sleep(60)")
    for _ in range(2):
        killed = toy.start("doit", TMPDIR=str(temporary))
        wait_for((toy.root / ".build/busy").exists)
        (toy.root / ".build/busy").unlink()
        killed.kill()
        killed.communicate()
    wait_for(lambda: not processes(toy))
    assert len([*temporary.iterdir()]) == 1
    toy.cell(N02, "finding", HEADLINE.format(name=N02) + "open('../../busy', 'w')\nimport time\ntime.sleep(8)")
    runs = toy.start("doit", TMPDIR=str(temporary))
    wait_for((toy.root / ".build/busy").exists)
    example.build("--always-execute", TMPDIR=str(temporary))
    assert len([*temporary.iterdir()]) == 1 and runs.poll() is None
    output, _ = runs.communicate(timeout=60)
    assert runs.returncode == 0, output
    assert not [*temporary.iterdir()]


def test_a_temporary_folder_that_cannot_be_used_is_none(toy, tmp_path, kernels):
    """One that cannot be written, even by root, and one whose name leaves no room for a socket."""
    long = tmp_path / ("long" * 20)
    long.mkdir()
    for folder in ("/proc", long):
        toy.build("--always-execute", TMPDIR=str(folder))


def test_children_of_kernels_end_with_them_and_nothing_runs_on_after_a_build(toy, kernels):
    start = "import warnings\nwarnings.simplefilter('ignore')\n"  # Python 3.12 and later warn of a fork beside threads
    start += "from notebook_reports import show\nshow.reads()\n"
    start += "import os, subprocess, time\nchild = {how}\nchild = getattr(child, 'pid', child)\n"
    start += "open('../../child of {name}', 'w').write(str(child))\n"
    ways = {N02: "os.fork() or time.sleep(100)", N03: "subprocess.Popen(['sleep', '100'])"}
    for name, how in ways.items():
        toy.cell(name, "finding", start.format(how=how, name=name) + HEADLINE.format(name=name))
    toy.build()
    wait_for(lambda: not any(alive(int(toy.read(f".build/child of {name}"))) for name in ways))
    assert not processes(toy)


def test_kernels_end_when_the_build_is_killed(toy, kernels):
    toy.cell(N02, "finding", "import os, time\nopen('../../pid', 'w').write(f'{os.getpid()}')\ntime.sleep(60)")
    process = toy.start("doit")
    wait_for(lambda: (toy.root / ".build/pid").exists() and toy.read(".build/pid"))
    process.kill()
    process.wait()
    wait_for(lambda: not alive(int(toy.read(".build/pid"))))
    wait_for(lambda: not processes(toy))


RUNS = """
from notebook_reports import paths
from notebook_reports.errors import BuildError
from notebook_reports.kernels.processes import kernels

for module in ("raises", "dies", "exits", "ends_well"):
    try:
        kernels.run_module(module, "x", paths.ROOT)
    except BuildError as error:
        print(error)
"""


def test_a_module_that_fails_says_why_and_one_that_ends_well_nothing(toy, kernels):
    toy.write("src/raises.py", "print('out')\nraise ValueError('why')")
    toy.write("src/dies.py", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    toy.write("src/exits.py", "import sys\nsys.exit('enough')")
    toy.write("src/ends_well.py", "import sys\nopen('ran', 'w').write(sys.argv[1])\nsys.exit(0)")
    toy.write("src/runs.py", RUNS)
    code, output = toy.run("runs")
    assert code == 0, output
    raised, died, exited = re.split(r"(?:^|\n)\w+ x ended with exit code -?\d+:\n", output)[1:]
    assert {"out", "ValueError: why"} <= {*raised.splitlines()}
    assert died == "It said nothing: it was killed, or ran out of memory."
    assert exited == "enough\n"
    assert toy.read("ran") == "x"


@needs_warm
def test_where_the_warm_server_is_out_of_reach_kernels_start_as_usual(toy, monkeypatch):
    monkeypatch.setenv("NOTEBOOK_REPORTS_KERNELS", "warm")
    cut_off = "import os, ipykernel.connect as kernel\n"
    cut_off += "os.unlink(os.path.join(os.path.dirname(kernel.get_connection_file()), 'server'))\n"
    toy.cell(N01, "finding", cut_off + HEADLINE.format(name=N01))
    toy.cell(N05, "imports", "import math  # changed")  # it needs the first
    assert "The warm server gives no process" in toy.build()


@needs_warm
def test_a_warm_server_that_hangs_is_not_waited_for_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 0.5)
    hanging = server.WarmServer.start(("json",), tmp_path, dict(os.environ), tmp_path / "log")
    os.kill(hanging.process.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        hanging.fork(tmp_path, {}, tmp_path / "log", ["-f", "connection"])
    hanging.process.kill()
    hanging.process.wait()


def test_kernels_talk_over_private_sockets_that_are_gone_after_the_build(toy, kernels):
    note = "import pathlib, ipykernel.connect as kernel\nfile = pathlib.Path(kernel.get_connection_file())\n"
    note += "pathlib.Path('../../folder').write_text(str(file.parent))\n"
    note += "pathlib.Path('../../connection').write_text(file.read_text());"
    toy.cell(N04, "imports", note)
    toy.build()
    assert json.loads(toy.read(".build/connection"))["transport"] == "ipc"
    assert not Path(toy.read(".build/folder")).exists()
