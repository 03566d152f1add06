"""Sweeps on a cluster: the same bytes as here, whatever is killed; and what is no cluster is refused in a line."""

import http.server
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import psutil
import pytest
from clusters import SOON, Cluster, Driver, children, end
from projects import Project, wait_for

SETS = 12


def done(said: str) -> list[int]:
    """The sets that ended, as they were told."""
    return [int(number) for number in re.findall(r"set (\d+) of \d+ done", said)]


def slow(driver: Driver, seconds: float) -> None:
    """Have each set take longer."""
    path = "notebooks/01-sum-harvests.ipynb"
    before = 'harvests = tables.read_raw(\\"harvests\\")'
    text = driver.read(path)
    assert before in text
    driver.write(path, text.replace(before, f"import time; time.sleep({seconds}); {before}"))


# The same


def test_results_are_the_bytes_of_local_ones_and_the_dashboard_is_named(two, driver, local):
    said = end(driver.sweep(two.address))
    assert driver.result() == local
    assert sorted(done(said)) == list(range(1, SETS + 1))
    link = re.search(
        rf"2 workers with 2 threads at {two.address}; Dask shows them at (http://127.0.0.1:\d+/status)", said
    )
    assert link, said
    wait_for(lambda: not list(two.scratch.glob("*/01-sum-harvests-*")))  # nothing is left on the workers


def test_what_was_done_here_is_not_done_on_workers(two, driver, local):
    driver.write("few.csv", "rounding\n0.0\n0.1\n")
    end(driver.sweep("", "--sets", "few.csv", to="../few"))
    said = end(driver.sweep(two.address))
    assert f"2 of {SETS} sets were done before" in said and sorted(done(said)) == list(range(3, SETS + 1))
    assert driver.result() == local


def test_a_notebook_and_a_table_that_were_edited_travel(two, driver):
    """Workers have the old ones."""
    end(driver.sweep(two.address))
    driver.write("data/raw/harvests.csv", driver.read("data/raw/harvests.csv").replace(",12", ",13"))
    slow(driver, 0)
    said = end(driver.sweep(two.address))
    on_workers = driver.result()
    driver.forget()
    end(driver.sweep())
    assert driver.result() == on_workers and len(done(said)) == SETS


def test_a_set_that_fails_is_written_down_and_its_notebook_comes_home(two, driver):
    path = "notebooks/01-sum-harvests.ipynb"
    driver.write(path, driver.read(path).replace("harvests = tables", "assert rounding != 0.3; harvests = tables"))
    said = end(driver.sweep(two.address), code=1)
    assert "Set 4, rounding = 0.3: notebooks/01-sum-harvests.ipynb, cell read" in said
    assert f"1 of {SETS} sets failed" in said and len(done(said)) == SETS - 1
    assert "AssertionError" in driver.read(".build/failed/01-sum-harvests-4.ipynb")


# What is killed


@pytest.mark.parametrize("fault", ["worker", "kernels", "stop"])
def test_a_worker_that_dies_or_halts_changes_nothing(two, driver, fault):
    slow(driver, 0.5)
    process = driver.sweep(two.address)
    wait_for(lambda: driver.kept() >= 2)
    one = two.processes()[0]
    match fault:
        case "worker":
            one.kill()
        case "stop":
            one.suspend()
            time.sleep(2)
            one.resume()
        case "kernels":
            wait_for(kernels := lambda: [each for server in children(one.pid) for each in children(server.pid)])
            for kernel in kernels():
                kernel.kill()
    said = end(process, code=1 if fault == "kernels" else 0)
    if fault == "kernels":
        assert re.search("The kernel (died|did not start)", said)
        said += end(driver.sweep(two.address))
    assert sorted(done(said)) == list(range(1, SETS + 1))
    on_workers = driver.result()
    driver.forget()
    end(driver.sweep())
    assert driver.result() == on_workers


def test_killed_at_random_moments(two, driver, local, seed):
    """Workers, all of them, or who started the sweep; then the same command: no set is lost, and none is done twice."""
    random, said = Random(seed), ""
    for _ in range(4):
        process = driver.sweep(two.address)
        time.sleep(random.uniform(2, 8))
        match random.choice(["worker", "workers", "driver", "interrupt"]):
            case "worker":
                random.choice(two.processes() or [process]).kill()
            case "workers":
                for each in two.processes():
                    each.kill()
            case "driver":
                process.kill()
            case "interrupt":
                process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=150)
        assert "Traceback" not in told or told.endswith("KeyboardInterrupt\n"), told
        said += told
    said += end(driver.sweep(two.address))
    assert driver.result() == local
    assert len(done(said)) == len(set(done(said)))


def test_when_all_workers_are_gone_it_says_so_and_goes_on_from_there_later(two, driver, local):
    wait_for(lambda: len(two.processes()) == 2)
    time.sleep(3)
    process = driver.sweep(two.address, **SOON)
    wait_for(lambda: driver.kept() >= 2)
    two.kill_workers()
    said = end(process, code=1)
    assert f"The scheduler at {two.address} has had no worker for 4 s. What was done is kept" in said.splitlines()[-1]
    before = driver.kept()
    two.add()
    again = end(driver.sweep(two.address))
    assert f"{before} of {SETS} sets were done before" in again and len(done(again)) == SETS - before
    assert driver.result() == local


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_when_the_scheduler_is_gone_it_says_so_and_goes_on_with_another(two, driver, built, tmp_path, local, signum):
    process = driver.sweep(two.address)
    wait_for(lambda: driver.kept() >= 2)
    two.scheduler.send_signal(signum)
    assert f"The scheduler at {two.address} is gone. What was done is kept" in end(process, code=1).splitlines()[-1]
    before = driver.kept()
    (tmp_path / "other").mkdir()
    other = Cluster(tmp_path / "other", built)
    try:
        other.add()
        assert len(done(end(driver.sweep(other.address)))) == SETS - before
    finally:
        other.stop()
    assert driver.result() == local


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_a_sweep_that_was_stopped_does_the_rest_when_it_is_started_again(two, driver, local, signum):
    process = driver.sweep(two.address)
    wait_for(lambda: driver.kept() >= 3)
    process.send_signal(signum)
    process.communicate(timeout=60)
    before = driver.kept()
    again = end(driver.sweep(two.address))
    assert f"{before} of {SETS} sets were done before" in again and len(done(again)) == SETS - before
    assert driver.result() == local


# Who is refused


@pytest.mark.parametrize("file", ["src/orchards/entries.py", "requirements.lock", "pyproject.toml"])
def test_a_worker_with_other_code_or_another_lock_is_refused_with_both_named(two, driver, file):
    mine = driver.hashes()[file]
    (two.project / file).write_text((two.project / file).read_text() + "# other\n")
    theirs = Project(two.project).hashes()[file]
    said = end(driver.sweep(two.address), code=1)
    assert re.search(
        rf"The worker at tcp://127.0.0.1:\d+ has another {file}: {theirs[:12]}..., here it is {mine[:12]}", said
    )
    assert not done(said) and not (driver.root.parent / "swept").exists()


def test_a_worker_that_comes_later_with_other_code_ends_the_sweep_and_is_named(cluster, driver, tmp_path):
    other = shutil.copytree(cluster.project, tmp_path / "other")
    (other / "requirements.lock").write_text("other\n")
    slow(driver, 1)
    cluster.add()
    process = driver.sweep(cluster.address)
    wait_for(lambda: driver.kept())
    cluster.add(project=other)
    said = end(process, code=1)
    assert re.search(r"The worker at tcp://127.0.0.1:\d+ has another requirements.lock", said.splitlines()[-1])
    assert driver.kept() == len(done(said)) < SETS


def test_a_worker_whose_code_was_changed_since_it_started_is_refused(two, driver):
    """Even to what the driver has: nobody knows what it has loaded."""
    end(driver.sweep(two.address))
    for project in (two.project, driver.root):
        with (project / "src/orchards/entries.py").open("a") as file:
            file.write("# newer\n")
    assert "has another src/orchards/entries.py" in end(driver.sweep(two.address), code=1)


LIE = """
import collections, platform, sys
Version = collections.namedtuple("Version", "major minor micro releaselevel serial")
sys.version_info = Version(*sys.version_info[:2], sys.version_info[2] + 1, "final", 0)
platform.python_version = lambda: "{}.{}.{}".format(*sys.version_info)
"""


@pytest.mark.parametrize("side", ["scheduler", "worker"])
def test_another_python_is_refused_with_both_named(built, driver, tmp_path, side):
    """Dask and Python are told another version of it, as no second Python may be here; the next, so that no library
    takes it for one that can what this one cannot."""
    (tmp_path / "cluster").mkdir()
    lies = Path(shutil.copytree(built, tmp_path / "lies", ignore=shutil.ignore_patterns(".build")))
    (lies / "src/sitecustomize.py").write_text(LIE)
    cluster = Cluster(tmp_path / "cluster", lies if side == "scheduler" else built)
    try:
        cluster.add(project=lies if side == "worker" else built)
        said = end(driver.sweep(cluster.address), code=1)
    finally:
        cluster.stop()
    other = rf"{sys.version_info[0]}\.{sys.version_info[1]}\.{sys.version_info[2] + 1}"
    assert re.search(rf"{side} at \S+ has (another Python:|python) {other}", said), said
    assert f"here it is {platform.python_version()}" in said


def silent() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


@pytest.mark.parametrize(
    "address",
    ["nowhere", "tcp://", "ftp://127.0.0.1:1", "tcp://127.0.0.1:1", "tls://127.0.0.1:1", "127.0.0.1:notaport"],
)
def test_an_address_that_is_none_or_leads_nowhere_is_refused_in_a_line(driver, address):
    said = end(driver.sweep(address, **SOON), code=1)
    assert len(said.splitlines()) == 1 and f"No Dask scheduler answers at {address} (" in said


def test_another_service_is_refused_in_a_line(driver):
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.server_port}"
        said = end(driver.sweep(address, **SOON), code=1)
        server.shutdown()
    assert len(said.splitlines()) == 1 and f"No Dask scheduler answers at {address} (" in said


def test_a_service_that_says_nothing_is_refused_in_a_line(driver):
    with silent() as listening:
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        said = end(driver.sweep(address, **SOON), code=1)
    assert len(said.splitlines()) == 1 and f"No Dask scheduler answers at {address} (" in said


# Security


def test_what_is_bound_to_loopback_listens_nowhere_else(two, driver):
    end(driver.sweep(two.address))
    everything = [two.scheduler, *two.workers]
    found = [psutil.Process(each.pid) for each in everything] + [
        child for each in everything for child in children(each.pid, True)
    ]
    listening = {
        connection.laddr.ip
        for process in found
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_the_tls_settings_of_dask_are_its_own(built, driver, tmp_path, local):
    """With them all is as ever; without, nobody gets in."""
    (tmp_path / "tls").mkdir()
    key, certificate = tmp_path / "tls/key.pem", tmp_path / "tls/certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-days", "2", "-nodes", "-newkey", "rsa:2048"]
    subprocess.run(
        ["openssl", "req", "-x509", *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    begin = "DASK_DISTRIBUTED__COMM__"
    tls = {f"{begin}REQUIRE_ENCRYPTION": "True", f"{begin}TLS__CA_FILE": str(certificate)}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        tls |= {f"{begin}TLS__{role}__KEY": str(key), f"{begin}TLS__{role}__CERT": str(certificate)}
    cluster = Cluster(tmp_path / "tls", built, **tls, DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME="tls")
    try:
        cluster.add()
        assert cluster.address.startswith("tls://")
        assert "No Dask scheduler answers" in end(driver.sweep(cluster.address, **SOON), code=1)
        end(driver.sweep(cluster.address, **tls))
    finally:
        cluster.stop()
    assert driver.result() == local
