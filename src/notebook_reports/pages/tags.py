"""What the tags of a cell mean for its page: as in Jupyter Book and nbconvert, with - or with _; `lead` is our own."""

from difflib import get_close_matches

from nbformat import NotebookNode

# hide-input needs nothing here: all code is folded. The last two are for the run.
KNOWN = ("remove-cell", "remove-input", "remove-output", "hide-cell", "hide-input", "hide-output", "lead",
         "raises-exception", "skip-execution")  # fmt: skip


def tags(cell: NotebookNode) -> set[str]:
    return {tag.replace("_", "-") for tag in cell.metadata.get("tags", [])}


def misspelt(cell: NotebookNode) -> tuple[str, str] | None:
    """A tag that is nearly one of these, and that; else nothing: other tags are for others."""
    near = ((tag, get_close_matches(tag, KNOWN, 1, 0.85)) for tag in sorted(tags(cell) - {*KNOWN}))
    return next(((tag, found[0]) for tag, found in near if found), None)


def without_removed(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what its tags keep from readers: remove-cell, remove-input, remove-output."""
    notebook.cells = [cell for cell in notebook.cells if "remove-cell" not in tags(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if "remove-input" in tags(cell):
                cell.source = ""
            if "remove-output" in tags(cell):
                cell.outputs = []
    return notebook


def folded(cell: NotebookNode) -> bool:
    """Whether what a cell shows is folded too."""
    return bool(tags(cell) & {"hide-cell", "hide-output"})


def lead_first(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the cells tagged lead right after its first, in their order: a notebook computes its finding
    before it can show it, a page shows it first."""
    notebook.cells[1:] = sorted(notebook.cells[1:], key=lambda cell: "lead" not in tags(cell))
    return notebook
