"""A notebook as it is stored, whichever editor saved it:  python -m notebook_reports.stored FILE ...

JupyterLab, VS Code and Colab write into its metadata what they were called, what they ran and how it looked; that
differs with every computer, and decides nothing. The tags of cells are left. Outputs are stripped by nbstripout.
"""

import sys
from pathlib import Path
from typing import Any

import nbformat

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OF_A_CELL = ("tags", "nbdime-conflicts")  # the second is for a person to settle, see `git_drivers`


def main(files: list[str]) -> int:
    for file in map(Path, files):
        try:
            notebook = nbformat.reads(file.read_text("utf-8"), as_version=4)
        except ValueError as error:
            print(
                f"{file} is no notebook ({str(error)[:60]}): restore it, or settle the conflict in it.", file=sys.stderr
            )
            return 1
        if language(notebook.metadata) == "python":  # any other the build refuses, by its name
            file.write_text(nbformat.writes(as_stored(notebook)) + "\n", encoding="utf-8", newline="\n")
    return 0


def language(metadata: Any) -> str:
    """The language of a notebook in small letters, Python where it says none."""
    kernelspec, language_info = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    return str(kernelspec.get("language") or language_info.get("name") or "python").lower()


def as_stored(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with the metadata that it is stored with. The id of a cell, which older formats have not, is the one
    that Colab keeps in its metadata; else its number."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = cell.get("id") or cell.metadata.get("id") or f"cell-{number}"
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in OF_A_CELL if key in cell.metadata})
    return notebook


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
