"""What a report was made from, so that one can tell whether it would come out the same again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labtools.batch.cells import read_cells
from labtools.batch.library import hash_library
from labtools.batch.plan import Notebook, Report
from labtools.reads import hash_input
from labtools.versions import versions


@dataclass(frozen=True)
class State:
    """Digests of a notebook's code and of its prose, of the library it imports, and versions."""

    code: str
    prose: str
    library: str
    versions: Mapping[str, str]


def read_states(reports: Iterable[Report]) -> dict[str, State]:
    """The state that the notebook of each report is in now, by the notebook's name."""
    notebooks = {report.notebook.name: report.notebook for report in reports}
    return {name: read_state(notebook) for name, notebook in notebooks.items()}


def read_state(notebook: Notebook) -> State:
    """The state that a notebook is in now.

    Its code is its code cells with their tags, in order; its prose is everything that a page
    shows beside what the code gives: text, and where the code stands in it.
    """
    cells = read_cells(notebook.path)
    code = [[cell.source, cell.tags] for cell in cells if cell.kind == "code"]
    prose = [[cell.kind, cell.source, cell.tags] for cell in cells]
    library = hash_library(
        [cell.source for cell in cells if cell.kind == "code"], root=notebook.root
    )
    return State(hash_json(code), hash_json(prose), library, versions())


def hash_json(found: object) -> str:
    """Sixteen hexadecimal digits of something that JSON can write."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def hash_files(folder: Path) -> dict[str, str]:
    """A digest of each file of a lab's folder by its name, what lies in hidden folders aside.

    Clock and file times play no part.
    """
    return {
        name.as_posix(): hash_input(path)
        for path in sorted(folder.rglob("*"))
        for name in [path.relative_to(folder)]
        if not any(part.startswith(".") for part in name.parts) and path.is_file()
    }
