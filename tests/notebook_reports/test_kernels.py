"""Kernels forked from the warm server, and ordinary ones: the same to everybody, whatever happens to them."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from toy import HEADLINE, N01, N02, N03, N04, N05, Toy, alive, outputs, processes, wait_for

from notebook_reports import paths
from notebook_reports.kernels.warm import provisioner

KINDS = ["ordinary"] + ["warm"] * provisioner.POSSIBLE
STATE = """
import gc, locale, os, signal, sys, threading, warnings
import matplotlib, numpy, pandas, scipy.stats
root, own = os.path.dirname(os.getcwd()), ("NOTEBOOK_REPORTS_OUTPUT", "JPY_PARENT_PID")
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
        copy = Toy.at(shutil.copytree(toy.root, toy.root.parent / f"{kind}, and more" / "toy"))
        (copy.root / ".build/logs/warm-server.txt").unlink(missing_ok=True)
        ended, output = copy.run("doit", NOTEBOOK_REPORTS_KERNELS=kind, **more)
        assert ended == code, output
        assert "gives no process" not in output
        assert (copy.root / ".build/logs/warm-server.txt").exists() == (kind == "warm")
        copies.append(copy)
    return copies


needs_warm = pytest.mark.skipif(not provisioner.POSSIBLE, reason="kernels are forked on Linux alone")


@needs_warm
def test_every_output_and_every_file_of_the_project_is_the_same(project):
    """Also in another home, time zone, locale and with another hash seed, and the same as what is committed."""
    toy, committed = Toy.at(project), Toy.at(paths.ROOT)
    shutil.rmtree(project / "reports")
    shutil.rmtree(project / "data/processed")
    home = str(project.parent)
    ordinary, warm = both(toy, HOME=home, USER="other", TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="7")
    assert ordinary.hashes(".build/executed") == warm.hashes(".build/executed")
    assert outputs(ordinary) == outputs(warm)
    for folder in ("data", "reports"):
        assert warm.hashes(folder) == committed.hashes(folder)
    names = [path.stem for path in (warm.root / "notebooks").glob("*.ipynb")]
    shown = [output for name in names for cell in executed(warm, name).values() for output in cell]
    drawn = [output for output in shown if "image/svg+xml" in output.get("data", {})]
    assert len(drawn) == len(list((warm.root / "reports/figures").glob("*.svg")))


@needs_warm
@pytest.mark.parametrize("source", [STATE, CARELESS], ids=["state", "careless"])
def test_a_notebook_cannot_tell_how_its_kernel_started(toy, source):
    toy.cell(N02, "finding", source)
    ordinary, warm = (executed(copy, N02)["finding"] for copy in both(toy, code=2))  # no page
    assert ordinary == warm
    assert ordinary
    assert all(output["output_type"] != "error" for output in warm)


@needs_warm
def test_careless_figures_are_not_lost(toy):
    toy.cell(N02, "finding", CARELESS)
    for copy in both(toy, code=2):
        assert sum("image/png" in output.get("data", {}) for output in executed(copy, N02)["finding"]) == 2


@needs_warm
def test_kernels_that_do_not_seed_their_random_numbers_draw_different_ones(toy):
    draw = "import random, numpy\nopen('../{name}', 'w').write(f'{{random.random()}} {{numpy.random.random()}}')\n"
    for name in (N02, N03):
        toy.cell(name, "finding", draw.format(name=name) + HEADLINE.format(name=name))
    toy.build(NOTEBOOK_REPORTS_KERNELS="warm")
    (python, numpy), (other_python, other_numpy) = (toy.read(name).split() for name in (N02, N03))
    assert python != other_python
    assert numpy != other_numpy


@pytest.mark.parametrize("end", ["import os\nos._exit(0)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"])
def test_a_kernel_that_dies_is_named_with_its_cell(toy, kernels, end):
    good = outputs(toy)
    toy.cell(N03, "copy", end)
    output = toy.fail()
    assert f"notebooks/{N03}.ipynb, cell copy, code cell 3:\n    The kernel died." in output
    assert outputs(toy) == good


def test_the_last_words_of_a_kernel_that_crashes_are_told(toy, kernels):
    toy.cell(N03, "copy", "import os, time\nos.write(2, b'out of luck\\n')\ntime.sleep(0.5)\nos.abort()")
    assert "| out of luck" in toy.fail()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_kernels_and_the_next_build_heals(toy, kernels, signum):
    good = outputs(toy)
    wait = "import os, time, pathlib, ipykernel.connect as kernel\n"
    wait += "pathlib.Path('../folder').write_text(os.path.dirname(kernel.get_connection_file()))\n"
    wait += "pathlib.Path('../pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    toy.cell(N02, "finding", wait)
    process = toy.start("doit")
    wait_for(lambda: (toy.root / "pid").exists() and toy.read("pid"))
    process.send_signal(signum)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + signum
    assert "Interrupted" in output
    assert "Traceback" not in output
    wait_for(lambda: not alive(int(toy.read("pid"))))
    assert not Path(toy.read("folder")).exists()
    assert outputs(toy) == good
    toy.cell(N02, "finding", HEADLINE.format(name=N02))
    toy.build()
    assert outputs(toy) == good


@pytest.mark.parametrize("how", ["os.fork() or time.sleep(100)", "subprocess.Popen(['sleep', '100'])"])
def test_a_child_of_a_kernel_ends_with_it(toy, kernels, how):
    start = "import warnings\nwarnings.simplefilter('ignore')\n"  # Python 3.12 and later warn of a fork beside threads
    start += f"import os, subprocess, time\nchild = {how}\nchild = getattr(child, 'pid', child)\n"
    start += "open('../pid', 'w').write(str(child))\n"
    toy.cell(N02, "finding", start + HEADLINE.format(name=N02))
    toy.build()
    wait_for(lambda: not alive(int(toy.read("pid"))))


def test_kernels_end_when_the_build_is_killed(toy, kernels):
    toy.cell(N02, "finding", "import os, time\nopen('../pid', 'w').write(f'{os.getpid()}')\ntime.sleep(60)")
    process = toy.start("doit")
    wait_for(lambda: (toy.root / "pid").exists() and toy.read("pid"))
    process.kill()
    process.wait()
    wait_for(lambda: not alive(int(toy.read("pid"))))
    wait_for(lambda: not processes(toy))


def test_nothing_runs_on_after_a_build(toy, kernels):
    toy.cell(N02, "imports", "import math  # changed")
    toy.build()
    assert not processes(toy)


MODULE = "from notebook_reports import paths\nfrom notebook_reports.kernels import ordinary as kernel\n"
MODULE += "kernel.run_module('toy_module', 'x', paths.ROOT)\n"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("print('out')\nraise ValueError('why')", ["exit code 1", "out", "ValueError: why"]),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", ["It said nothing: it was killed"]),
        ("import sys\nsys.exit('enough')", ["exit code 1", "enough"]),
    ],
)
def test_a_module_that_fails_says_why(toy, kernels, source, told):
    toy.write("src/toy_module.py", source)
    toy.write("src/toy_runs.py", MODULE)
    code, output = toy.run("toy_runs")
    assert code == 1
    assert all(part in output for part in told), output


def test_a_wrong_table_is_told_without_a_traceback_by_every_task_that_reads_it(project, kernels):
    toy = Toy.at(project)
    table = toy.read("data/raw/observations.csv")
    toy.write("data/raw/observations.csv", table.replace(",2012,", ",2012-Q7,", 1))
    output = toy.fail()
    assert output.count("row 2, column period: found '2012-Q7'") == 2
    assert "FAILED: influence:figures, notebook:01" in output


def test_a_module_that_ends_well_is_no_failure(toy, kernels):
    toy.write("src/toy_module.py", "import sys\nopen('ran', 'w').write(sys.argv[1])\nsys.exit(0)")
    toy.write("src/toy_runs.py", MODULE)
    assert toy.run("toy_runs")[0] == 0
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
    monkeypatch.setattr(provisioner, "PATIENCE", 0.5)
    server = provisioner.WarmServer(("json",), tmp_path, dict(os.environ), tmp_path / "log")
    os.kill(server.process.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        server.fork(tmp_path, {}, tmp_path / "log", ["-f", "connection"])
    server.process.kill()
    server.process.wait()


def test_kernels_talk_over_private_sockets_that_are_gone_after_the_build(toy, kernels):
    note = "import pathlib, ipykernel.connect as kernel\nfile = pathlib.Path(kernel.get_connection_file())\n"
    note += "pathlib.Path('../folder').write_text(str(file.parent))\n"
    note += "pathlib.Path('../connection').write_text(file.read_text());"
    toy.cell(N04, "imports", note)
    toy.build()
    assert json.loads(toy.read("connection"))["transport"] == "ipc"
    assert not Path(toy.read("folder")).exists()
