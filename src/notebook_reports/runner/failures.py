"""Why a notebook is no success: the cell, the cause, and what to do."""

import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from notebook_reports import stored
from notebook_reports.errors import BuildError, called
from notebook_reports.kernels.processes import LOGS
from notebook_reports.pages.check import best_type, is_bare
from notebook_reports.paths import BUILD, ROOT
from notebook_reports.runner.cells import Run, normalised, save
from notebook_reports.runner.mirror import SITE
from notebook_reports.runner.notebooks import load

FAILED = BUILD / "failed"
PACKAGE = Path(__file__).parents[1]
REMEDIES = {
    "StdinNotImplementedError": "\nNobody is there to answer: make it a parameter.",
    "UnicodeEncodeError": "\nNo file can hold half a character, a lone surrogate: mend what the text is made of.",
    "ModuleNotFoundError": "\nAdd it to the dependencies of the project, in pyproject.toml and its lock.",
    "FileNotFoundError": "\nRestore the file, for example by git checkout, or mend its path.",
}


def check_language(name: str, folder: Path | None = None) -> None:
    """BuildError for a notebook that is not Python; `folder`: as for `load`."""
    language = stored.language(load(name, folder)["metadata"])
    if language != "python":
        raise BuildError(f"notebooks/{name}.ipynb, its kernel: found {language}, expected Python. Write it in Python.")


def check_complete(run: Run) -> None:
    """BuildError where a cell raised something that its tags do not expect, or was never reached."""
    if run.raised:
        name, value = run.raised["ename"], run.raised["evalue"]
        what = f"{name}: {value}" if value else name
        if name == "CalledProcessError":
            what += printed(run)
        if name == "SystemExit":
            what = f"The notebook ended itself here ({what})."
        raise failure(run, f"{what}{raised_in(run.raised['traceback'])}{REMEDIES.get(name, '')}")
    for cell in run.notebook.cells:
        skipped = "skip-execution" in cell.metadata.tags
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None and not skipped:
            raise failure(run, "The notebook ended itself before this cell, by exit() or the like.")


def printed(run: Run) -> str:
    """What the cell that failed has printed last."""
    cell = next(each for each in run.notebook.cells if each.id == run.cell_id)
    return last_lines("".join(output.text for output in cell.outputs if output.output_type == "stream"))


def check_reproducible(run: Run) -> None:
    """What shows a folder of this machine, or where an object lies in memory, differs with every build."""
    code_cells = (cell for cell in run.notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code_cells, 1):
        if any(map(is_bare, cell.outputs)):
            continue  # a page refuses it, and says more
        shown = "\n".join(text for output in cell.outputs for text in texts_of(output))
        if found := re.search(rf"({re.escape(str(ROOT))}|{re.escape(str(run.site))})\S*| at 0x[0-9a-f]+>", shown):
            run.cell_id, run.number = cell.id, number
            what = f"Its output differs on every machine: it shows '{found[0].strip()}'."
            raise failure(run, f"{what} Show the value alone, and mend what it warns of.")


def texts_of(output: NotebookNode) -> Iterator[str]:
    """What an output shows as text: that form of it which a page shows, if any."""
    match output.output_type:
        case "stream":
            yield output.text
        case "error":
            yield output.evalue
        case _:
            shown = [content for mime, content in output.data.items() if mime == best_type(output.data)]
            yield from (content for content in shown if isinstance(content, str))


def failure(run: Run, what: str) -> BuildError:
    """The error to raise when `run` failed; its notebook, as far as it came, is kept for reading if there is room."""
    cell = next((each for each in run.notebook.cells if each.id == run.cell_id), None)
    where = f"cell {called(cell)}, code cell {run.number}" if cell else "before the first cell"
    copy = FAILED / f"{run.label}.ipynb"
    try:
        save(normalised(run.notebook), copy)
        kept = f"To read: {copy.relative_to(ROOT)}"
    except OSError as error:
        kept = f"No copy of it to read: {error.strerror}."
    return BuildError(f"notebooks/{run.name}.ipynb, {where}:\n{what}\n{kept}")


def raised_in(traceback: list[str]) -> str:
    """Where an error comes from that a module of the project raised, or a helper: its file and line, in words. What
    this package itself says of a call needs none."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(traceback))
    files = [(Path(file), line) for file, line in re.findall(r"^File (/.+?):(\d+)", plain, re.MULTILINE)]
    if not files:
        return ""
    file, line = files[-1]
    if not file.is_relative_to(ROOT) or file.is_relative_to(PACKAGE) or ".venv" in file.parts:
        return ""
    return f"\nRaised in {file.relative_to(SITE if file.is_relative_to(SITE) else ROOT)}, line {line}."


def last_words(run: Run) -> str:
    """What the kernel's process itself printed, apart from the cells."""
    return last_lines((LOGS / f"{run.label}.txt").read_text(errors="replace"))


def last_lines(text: str) -> str:
    return "".join(f"\n| {line}" for line in text.strip().splitlines()[-5:])
