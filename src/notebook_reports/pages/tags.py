"""What the tags of a cell mean for its page: as in Jupyter Book and nbconvert, with - or with _."""

from nbformat import NotebookNode

# hide-input needs nothing here: all code is folded. raises-exception and skip-execution are for the run.


def tags(cell: NotebookNode) -> set[str]:
    return {tag.replace("_", "-") for tag in cell.metadata.get("tags", [])}


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
