"""The text of a notebook → its executed copy, where the code is the same."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat


def refresh_prose(notebook: Path, executed: Path) -> None:
    """Give an executed notebook the text that its notebook has now, and keep its outputs.

    The code cells of both are the same, in the same order; the executed one may have one more,
    of injected parameters, which stays behind the cell it follows. A notebook whose code was
    saved anew while the run went on is left for the next run.
    """
    now = nbformat.read(notebook, as_version=4)
    before = nbformat.read(executed, as_version=4)
    code = [cell for cell in before.cells if cell.cell_type == "code"]
    ran = [cell.source for cell in code if not _is_injected(cell)]
    if ran != [cell.source for cell in now.cells if cell.cell_type == "code"]:
        return
    cells = []
    for cell in now.cells:
        if cell.cell_type != "code":
            cells.append(cell)
            continue
        cells.append(code.pop(0))
        if code and _is_injected(code[0]):
            cells.append(code.pop(0))
    before.cells = cells
    part = executed.with_suffix(".part.ipynb")
    nbformat.write(before, part)
    os.replace(part, executed)


def _is_injected(cell: nbformat.NotebookNode) -> bool:
    return "injected-parameters" in cell.metadata.get("tags", [])
