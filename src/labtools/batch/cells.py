"""A notebook's file → its cells, without the library that can also write and mend it.

Importing that library takes longer than finding out that nothing has to run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cell:
    """One cell: its kind (code, markdown, raw), what stands in it, its tags."""

    kind: str
    source: str
    tags: tuple[str, ...]


def read_cells(path: Path) -> list[Cell]:
    """The cells of a notebook; OSError or ValueError where it is none."""
    try:
        notebook = json.loads(path.read_bytes())
        if notebook["nbformat"] != 4:
            import nbformat  # slow, and needed for notebooks of before 2015 alone

            notebook = nbformat.read(path, as_version=4)
        return [
            Cell(
                kind=str(cell["cell_type"]),
                source="".join(cell["source"]),
                tags=tuple(map(str, cell["metadata"].get("tags", []))),
            )
            for cell in notebook["cells"]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no notebook: {type(error).__name__} {error}") from error
