"""Notebooks for git, cell by cell; its configuration calls this.

    python -m notebook_reports.git_drivers show FILE                  as text, for git diff and git log -p
    python -m notebook_reports.git_drivers merge BASE OURS THEIRS 7 PATH   by nbdime, into OURS

Without nbdime it can show, but not merge. The exit code of a merge is 0, or `CONFLICT`.
"""

import json
import sys
from pathlib import Path
from typing import Any

CONFLICT = 5  # not 1, which is what Python ends with when anything else went wrong
MARKS = ("<<<<<<<", ">>>>>>>", "nbdime-conflicts")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["show", file]:
            print(as_text(json.loads(Path(file).read_text("utf-8"))))
            return 0
        case ["merge", base, ours, theirs, size, path]:
            return merge(base, ours, theirs, size, path)
    raise SystemExit(__doc__)


def as_text(notebook: dict[str, Any]) -> str:
    """What people write in a notebook, under a line with the id of each cell; and how many outputs it has."""
    lines = [f"# {json.dumps(notebook['metadata'])}"]
    for cell in notebook["cells"]:
        about = json.dumps(cell["metadata"]) if cell["metadata"] else ""
        outputs = f"outputs: {len(cell['outputs'])}" if cell.get("outputs") else ""
        lines += ["", " ".join(filter(None, ["# %%", cell["cell_type"], cell.get("id"), about, outputs]))]
        lines += "".join(cell["source"]).splitlines()
    return "\n".join(lines)


def merge(base: str, ours: str, theirs: str, size: str, path: str) -> int:
    """nbdime's merge driver. It calls some merges a conflict in which nothing is left to decide, and breaks off where
    both sides have put a similar cell in one place, whose ids it leaves as a pair."""
    from nbdime import nbmergeapp
    from nbdime.vcs.git import mergedriver

    merge_notebooks = nbmergeapp.merge_notebooks

    def with_one_id(*notebooks: Any) -> Any:
        merged, decisions = merge_notebooks(*notebooks)
        for cell in merged.cells:
            if "id" in cell and not isinstance(cell.id, str):
                cell.id = cell.id.local_id
        return merged, decisions

    nbmergeapp.merge_notebooks = with_one_id
    mergedriver.main(["--log-level", "ERROR", "merge", base, ours, theirs, size, path])
    merged = json.loads(Path(ours).read_text("utf-8"))
    cells = [cell.get("id", f"number {number}") for number, cell in enumerate(merged["cells"], 1) if marked(cell)]
    if not cells and not marked(merged["metadata"]):
        return 0
    where = f"cell {', '.join(cells)}" if cells else "its metadata"
    print(
        f"{path}, {where}: two changes of one place. Open it in JupyterLab, edit what stands between the "
        f"marks <<<<<<< and >>>>>>>, save it, then: git add {path}",
        file=sys.stderr,
    )
    return CONFLICT


def marked(part: dict[str, Any]) -> bool:
    """Whether nbdime left something to decide in a cell, or in the metadata."""
    return any(mark in json.dumps(part) for mark in MARKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
