"""The set-up: locks that agree, routes that cannot drift apart, an environment that heals itself."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from notebook_reports.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = [f"locks/{name}.lock" for name in ("build", "lab", "pages", "cluster", "uv", "banff", "peers")]
CORE = {"jupyterlab", "pandas", "matplotlib", "papermill", "nbconvert"}


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Package name -> its requirement and its sorted hashes, from a lock file."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    packages = {}
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        package = Requirement(requirement)
        packages[canonicalize_name(package.name)] = (package, sorted(hashes))
    return packages


def direct(*extras: str) -> set[str]:
    """Names of the direct dependencies in pyproject.toml, with those of `extras`."""
    optional = [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    return {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"] + optional}


# The locks


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(lock):
    for package, hashes in locked(lock).values():
        assert re.fullmatch(r"==[^*,]+", str(package.specifier)), f"{package} in {lock} is not pinned"
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in hashes), f"{package} in {lock}"


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address(lock):
    assert "://" not in (ROOT / lock).read_text()


def test_all_locks_of_the_project_hold_the_same_versions_and_hashes():
    build = locked("locks/build.lock")
    for larger in map(locked, ("locks/lab.lock", "locks/pages.lock", "locks/cluster.lock")):
        assert build.keys() < larger.keys()
        for name, (package, hashes) in build.items():
            assert (package.specifier, hashes) == (larger[name][0].specifier, larger[name][1]), name


def test_the_locks_hold_every_direct_dependency():
    assert direct("build", "test") <= locked("locks/build.lock").keys()
    assert direct("build", "test", "lab") <= locked("locks/lab.lock").keys()
    assert direct("build", "test", "pages") <= locked("locks/pages.lock").keys()
    assert direct("build", "test", "cluster") <= locked("locks/cluster.lock").keys()


def test_only_the_lab_has_jupyterlab():
    assert locked("locks/lab.lock").keys() >= CORE
    assert locked("locks/build.lock").keys() & CORE == CORE - {"jupyterlab"}


def test_every_direct_dependency_says_what_it_is_for():
    text = (ROOT / "pyproject.toml").read_text()
    explained = re.findall(r'^ +"([a-z0-9-]+)[^"]*", +# \w.+$', text, re.MULTILINE)
    assert set(explained) == direct("build", "test", "lab", "pages", "cluster")


# The conda route


def test_conda_users_get_the_lab_lock_and_nothing_else():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    assert environment["dependencies"] == [
        f"python {PROJECT['requires-python']}",
        "pip",
        {"pip": ["-r locks/lab.lock"]},
    ]


def test_the_comment_in_environment_yml_names_the_core_packages():
    comment = re.search(r"core packages among them: (.+)\.\n", (ROOT / "environment.yml").read_text())[1]
    assert set(comment.split(", ")) == CORE


# What belongs to a release


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    released = re.search(r"^## \[(\d.*)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert (citation["version"], str(citation["date-released"])) == released.groups()
    assert citation["version"] == PROJECT["version"]


# The workflows


WORKFLOWS = ["ci", "newest", "pages"]


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


def runs(job: dict) -> list[str]:
    """The commands of a job."""
    return [step["run"] for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_use_the_two_commands_of_the_readme(name):
    first, *_ = workflow(name)["jobs"].values()
    assert {"make reports", "make test"} <= set(runs(first))


def test_ci_lints_opens_every_page_and_notebook_and_runs_notebooks_twice():
    commands = {command for job in workflow("ci")["jobs"].values() for command in runs(job)}
    assert {"make lint", "make check-pages", "make check-lab", "make check-reproducible", "make fuzz"} <= commands


def test_every_command_of_the_workflows_is_one_of_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = "\n".join(run for name in WORKFLOWS for job in workflow(name)["jobs"].values() for run in runs(job))
    assert set(re.findall(r"^make ([a-z-]+)", said, re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", ["ci", "newest"])
def test_what_a_contributor_starts_may_read_alone(name):
    described = workflow(name)
    assert described["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in described["jobs"].values())
    assert not re.search(r"git (push|commit)|secrets\.", json.dumps(described))


def test_a_pull_request_is_compared_with_its_base_and_keeps_pages_and_changes():
    steps = workflow("ci")["jobs"]["reports-and-tests"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 2  # of the merge that GitHub tries, the first parent is the base
    named = {step.get("name"): step for step in steps}
    assert "make diff ARGS=HEAD~1" in named["What the pull request, or the last commit, changed"]["run"]
    gathered = named["The pages and the changes in one folder"]["run"]
    assert "reports .build/diff.html" in gathered and "diff.txt" in gathered
    assert named["To be looked at"]["with"]["path"] == "${{ runner.temp }}/review"


def test_what_publishes_runs_nothing_of_the_project():
    jobs = workflow("pages")["jobs"]
    assert workflow("pages")["permissions"] == {}
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"]] == ["actions/deploy-pages"]


def test_a_restored_environment_is_of_the_same_locks_project_python_and_set_up():
    """Exactly: one that is nearly right would be thrown away by .ci/setup, and never be replaced."""
    action = yaml.safe_load((ROOT / ".github/actions/set-up/action.yml").read_text(encoding="utf-8"))
    (cache,) = [step["with"] for step in action["runs"]["steps"] if step["uses"].startswith("actions/cache@")]
    assert set(cache) == {"path", "key"}
    for part in ("github.job", "python-version", "hashFiles('locks/*.lock', 'pyproject.toml', '.ci/setup')"):
        assert part in cache["key"]


def test_the_shell_of_the_workflows_is_sound():
    """Every command of theirs, and of the workflow that summarises, is a script that a shell can read."""
    for name in WORKFLOWS:
        for job in workflow(name)["jobs"].values():
            for command in runs(job):
                subprocess.run(["bash", "-n", "-c", command], check=True)


# The commit hooks


def hooks() -> dict[str, dict]:
    """Hook id -> hook, of .pre-commit-config.yaml."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    return {hook["id"]: hook for hook in config["repos"][0]["hooks"]}


def test_the_hooks_run_the_locked_tools():
    for hook in hooks().values():
        if hook["language"] == "pygrep":  # a regular expression, which pre-commit looks for itself
            continue
        folder, _, tool = hook["entry"].split()[0].rpartition("/")
        assert (hook["language"], folder) == ("system", ".venv/bin")
        assert Path(sys.executable).with_name(tool).exists(), f"{tool} is not in the lock"


STORED = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "set-parameters",
            "metadata": {"tags": ["parameters"]},
            "outputs": [],
            "source": ["year: int = 2024  # calendar year\n", "last: int = 2025  # the same"],
        },
        {"cell_type": "markdown", "id": "says", "metadata": {}, "source": ["## What this says"]},
    ],
    "metadata": {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["2024\n"]}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python",
    "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3", "version": "3.12.1",
}  # fmt: skip


def with_metadata(about: dict, first: dict, second: dict) -> dict:
    """The notebook `STORED` after a run of its first cell, with the metadata of an editor and of both cells."""
    notebook = json.loads(json.dumps(STORED))
    code, text = notebook["cells"]
    code |= {"execution_count": 3, "outputs": [OUTPUT], "metadata": code["metadata"] | first}
    text["metadata"] |= second
    return notebook | {"metadata": about}


def in_jupyterlab() -> str:
    """With an environment of conda as its kernel, and extensions: a table of contents, widgets."""
    about = {
        "kernelspec": {"display_name": "Python [conda env: dprk]", "language": "python", "name": "conda-env-dprk-py"},
        "language_info": LANGUAGE,
        "toc": {"base_numbering": 1},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}},
        "toc-autonumbering": False,
    }
    executed = {"execution": {"iopub.execute_input": "2026-11-01T10:00:00.000000Z"}, "trusted": True}
    code = executed | {"editable": True, "slideshow": {"slide_type": ""}, "jupyter": {"source_hidden": True}}
    notebook = with_metadata(about, code, {"jp-MarkdownHeadingCollapsed": True})
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def in_vs_code() -> str:
    """It names its environment, and writes no line end at the end."""
    about = {
        "kernelspec": {"display_name": ".venv (3.12.1)", "language": "python", "name": "python3"},
        "language_info": LANGUAGE,
        "orig_nbformat": 4,
        "vscode": {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b9275f58929596ceb00d14d90e3e16cd6"}},
    }
    return json.dumps(with_metadata(about, {"vscode": {"languageId": "python"}}, {}), indent=1, ensure_ascii=False)


def in_colab() -> str:
    """An older format, with the ids of cells among their metadata, keys in another order and other indents."""
    about = {
        "colab": {"provenance": [], "toc_visible": True, "include_colab_link": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
        "gpuClass": "standard",
    }
    ran = {"colab": {"base_uri": "https://localhost:8080/"}, "outputId": "1c", "executionInfo": {"elapsed": 4}}
    notebook = with_metadata(about, ran, {})
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    return json.dumps(dict(reversed((notebook | {"nbformat_minor": 0}).items())), indent=2)


def run_hooks(path: Path) -> None:
    for name in ("nbstripout", "notebook-metadata"):
        program, *options = hooks()[name]["entry"].split()
        subprocess.run([Path(sys.executable).with_name(Path(program).name), *options, path], check=True)


@pytest.mark.parametrize("editor", [in_jupyterlab, in_vs_code, in_colab])
def test_a_notebook_is_stored_the_same_whichever_editor_saved_it(tmp_path, editor):
    path = tmp_path / "notebook.ipynb"
    path.write_text(editor(), encoding="utf-8")
    run_hooks(path)
    assert path.read_text(encoding="utf-8") == json.dumps(STORED, indent=1) + "\n"


def test_a_notebook_of_another_language_stays_as_it_is(tmp_path):
    path = tmp_path / "notebook.ipynb"
    about = {"kernelspec": {"display_name": "R", "language": "R", "name": "ir"}, "language_info": {"name": "R"}}
    path.write_text(json.dumps(STORED | {"metadata": about}, indent=1) + "\n")
    before = path.read_text()
    run_hooks(path)
    assert path.read_text() == before


# Computers where the set-up cannot work: a python3 with something missing stands first on PATH


def set_up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`make .venv` in `folder`, as a user with no environment active would run it."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"PYTHON", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"}}
    command = ["make", "--silent", ".venv"]
    return subprocess.run(command, cwd=folder, env=inherited | environment, capture_output=True, text=True)


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of what the set-up needs, in a folder with a difficult name, with a lock of doit and what installs it."""
    folder = tmp_path / "a folder, with a comma"
    folder.mkdir()
    for name in ["Makefile", "pyproject.toml", "README.md"]:
        shutil.copy(ROOT / name, folder)
    for name in [".ci", "src", "locks"]:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    entries = re.split(r"\n(?=\S)", (ROOT / "locks" / "build.lock").read_text())
    install = ("hatchling==", "packaging==", "pathspec==", "pluggy==", "tomlkit==", "trove-classifiers==")
    few = [entry for entry in entries if entry.startswith(("doit==", *install))]
    (folder / "locks" / "build.lock").write_text("\n".join(few) + "\n")
    return folder


def python3_on_path(folder: Path, script: str) -> str:
    """A PATH on which `python3` is the shell script `script`, and python3.11 to 3.13 do not start."""
    folder.mkdir()
    for name in ["python3.11", "python3.12", "python3.13"]:
        (folder / name).write_text("#!/bin/sh\nexit 127\n")
    (folder / "python3").write_text(f"#!/bin/sh\n{script}\n")
    for program in folder.iterdir():
        program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize("minor", range(9, 16))
def test_a_python_that_is_not_supported_is_named(checkout, tmp_path, minor):
    version = f"3.{minor}"
    path = python3_on_path(tmp_path / "bin", f'[ "$1" = -c ] && [ -z "${{2##*version_info*}}" ] && echo {version}')
    outcome = set_up(checkout, PATH=path)
    assert outcome.returncode != 0
    refused = f"needs Python 3.11, 3.12 or 3.13, but 'python3' is Python {version}." in outcome.stderr
    assert refused == (version not in SpecifierSet(PROJECT["requires-python"]))


def test_another_python_on_this_computer_is_proposed(checkout, tmp_path):
    path = python3_on_path(tmp_path / "bin", "echo 3.9")
    (tmp_path / "bin" / "python3.12").write_text("#!/bin/sh\necho 3.12\n")
    assert "make PYTHON=python3.12 reports" in set_up(checkout, PATH=path).stderr


def test_a_python_that_does_not_start_is_named(checkout):
    outcome = set_up(checkout, PYTHON="no-such-python")
    assert outcome.returncode != 0
    assert "'no-such-python' does not start" in outcome.stderr


def test_a_missing_venv_module_is_named_with_its_package(checkout, tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ModuleNotFoundError('ensurepip')\n")
    stub = tmp_path / "python3"
    stub.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}" exec "{Path(sys.executable).resolve()}" "$@"\n')
    stub.chmod(0o755)
    # what runs is the interpreter behind python3, so the stub hides ensurepip from that one as well
    stub_script = f'case "$2" in *_base_executable*) echo "{stub}" ;; *) exec "{stub}" "$@" ;; esac'
    outcome = set_up(checkout, PATH=python3_on_path(tmp_path / "bin", stub_script))
    assert outcome.returncode != 0
    assert "apt install python3-venv" in outcome.stderr
    assert not (checkout / ".venv").exists()


# The real thing, with a few packages from the index. In a locale that lacks the letters of the folder.

ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}


@pytest.mark.slow
def test_the_environment_is_made_healed_and_left_alone(checkout, tmp_path):
    environment = checkout / ".venv"

    # interrupted in the middle: half an environment stays behind
    started = subprocess.Popen(
        ["make", "--silent", ".venv"], cwd=checkout, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a job in the background ignores
    )  # fmt: skip
    while not (environment / "bin" / "python").exists():
        assert started.poll() is None
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    assert started.wait() != 0

    # the next command heals it
    outcome = set_up(checkout, **ASCII)
    assert outcome.returncode == 0, outcome.stderr
    works(checkout)

    # files that are only younger change nothing
    made = environment.stat().st_ino
    for path in [checkout / "pyproject.toml", checkout / "locks" / "build.lock", checkout / "Makefile"]:
        path.touch()
    assert set_up(checkout).stdout == ""
    assert environment.stat().st_ino == made

    # a package more stays, and is told of each time
    more = tmp_path / "more"
    more.mkdir()
    (more / "pyproject.toml").write_text(MORE)
    (more / "cider.py").write_text("apples = 1\n")
    pip(checkout, "install", "--no-index", "--no-deps", "--no-build-isolation", str(more))
    for outcome in (set_up(checkout), set_up(checkout)):
        assert (outcome.returncode, outcome.stdout) == (0, "")
        assert ".venv has more than locks/build.lock: cider 1.0. Others have not" in outcome.stderr
    assert environment.stat().st_ino == made

    # one that is gone is mended, which takes the other with it, and says so
    pip(checkout, "uninstall", "--yes", "doit")
    outcome = set_up(checkout)
    assert outcome.returncode == 0
    assert re.search(r"^\.venv lacks doit [\d.]+\.$", outcome.stderr, re.MULTILINE)
    assert ".venv also had cider 1.0, which locks/build.lock has not. It goes now" in outcome.stderr
    assert "cider" not in pip(checkout, "list")
    works(checkout)

    # so is a Python that was removed from this computer, whether one is named or not
    for named in ({}, {"PYTHON": sys.executable}):
        (environment / "bin" / "python").unlink()
        (environment / "bin" / "python").symlink_to("/no/such/python3.11")
        outcome = set_up(checkout, **named)
        assert outcome.returncode == 0
        assert "The Python of .venv does not start any more." in outcome.stderr
        works(checkout)
    assert set_up(checkout).stderr == ""

    # a changed lock is followed; a package that has not the locked hash is refused, by uv and by pip
    lock = checkout / "locks" / "build.lock"
    good = lock.read_text()
    lock.write_text(re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, good))
    outcome = set_up(checkout)
    assert outcome.returncode != 0
    assert "0" * 64 in outcome.stderr
    lock.write_text(good)

    # in another folder it is made anew, by pip where uv cannot be had
    elsewhere = checkout.rename(tmp_path / "another folder, with a comma")
    (elsewhere / "locks" / "uv.lock").write_text(f"uv==0.0.1 --hash=sha256:{'0' * 64}\n")
    outcome = set_up(elsewhere)
    assert outcome.returncode == 0, outcome.stderr
    assert "pip does the same" in outcome.stdout
    works(elsewhere)


MORE = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "cider"
version = "1.0"
"""


def pip(folder: Path, *arguments: str) -> str:
    command = [folder / ".venv" / "bin" / "python", "-m", "pip", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def works(folder: Path) -> None:
    """The environment's scripts run, and it imports the project from `folder` wherever Python is started."""
    run = functools.partial(subprocess.run, env=os.environ | ASCII, check=True, capture_output=True)
    run([folder / ".venv" / "bin" / "doit", "--version"])
    code = "import os, dprk_entries; os.write(1, os.fsencode(dprk_entries.__file__))"
    python = folder / ".venv" / "bin" / "python"
    assert Path(os.fsdecode(run([python, "-c", code], cwd="/").stdout)).parents[2] == folder


# The project as a package for other people's scripts


@pytest.fixture
def repository(tmp_path) -> Path:
    """What git keeps of the project, or would keep, in a repository of its own."""
    folder = tmp_path / "repository"
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git("init", "--quiet", cwd=folder)
    git("add", "--all", cwd=folder)
    return folder


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


def examples(page: str) -> str:
    """The Python that a page of docs/ shows."""
    return "\n".join(re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL))


@pytest.mark.slow
def test_an_install_has_the_tables_and_no_tool_of_the_build(repository, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    python = tmp_path / "environment" / "bin" / "python"

    def run(*command: str | Path, cwd: Path = elsewhere) -> str:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NOTEBOOK_REPORTS"))}
        done = subprocess.run(command, cwd=cwd, env=inherited, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", tmp_path / "environment")
    run(python, "-m", "pip", "install", ".", cwd=repository)
    left = git("status", "--porcelain", "--ignored", cwd=repository).splitlines()
    assert not [line for line in left if not line.startswith("A ")]
    run(python, "-m", "pip", "check")
    packages = {
        canonicalize_name(each["name"]) for each in json.loads(run(python, "-m", "pip", "list", "--format=json"))
    }
    assert packages >= {"dprk-entries", *direct()}
    assert not packages & (direct("build", "test", "pages", "lab") - direct())

    tell = "import dprk_entries as d\nfor n in d.TABLES: t = d.load(n); print(n, dict(t.dtypes), t.to_csv())"
    assert run(python, "-c", tell) == run(sys.executable, "-c", tell)
    run(python, "-c", examples("library.md"))
    printed = re.search(r"```text\n(.*?)```", (ROOT / "docs" / "reconcile.md").read_text("utf-8"), re.DOTALL)[1]
    assert run(python, "-c", examples("reconcile.md")) == printed

    script = elsewhere / "script.py"
    script.write_text('from dprk_entries import load\n\nprint(len(load("entries")))\n')
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, script]
    run(*mypy)
    script.write_text(script.read_text().replace('entries"', 'entris"'))
    assert "[arg-type]" in subprocess.run(mypy, cwd=elsewhere, capture_output=True, text=True).stdout


def test_what_is_packed_as_source_installs_the_same(repository, tmp_path):
    def pack(folder: Path, kind: str) -> Path:
        """The file of a kind that hatchling makes of a folder."""
        made = tmp_path / "made" / folder.name / kind
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", made]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (file,) = made.iterdir()
        return file

    source, wheel = pack(repository, "sdist"), pack(repository, "wheel")
    (tmp_path / "unpacked").mkdir()
    subprocess.run(["tar", "--extract", "--file", source, "--directory", tmp_path / "unpacked"], check=True)
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert pack(unpacked, "wheel").read_bytes() == wheel.read_bytes()
