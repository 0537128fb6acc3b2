"""Which reader a file of another program's coding takes."""

from __future__ import annotations

from pathlib import Path

from labtools.evidence.coding.coded_tables import read_coded_table
from labtools.evidence.coding.project import CodingProject
from labtools.evidence.coding.qualcoder import read_qualcoder
from labtools.evidence.coding.refi import read_refi
from labtools.evidence.coding.taguette import read_taguette
from labtools.faults import BadInput, Fault

_READERS = {
    ".qdpx": read_refi,
    ".qdc": read_refi,
    ".qda": read_qualcoder,
    ".sqlite3": read_taguette,
    ".sqlite": read_taguette,
    ".db": read_taguette,
    ".csv": read_coded_table,
    ".xlsx": read_coded_table,
}


def read_project(path: Path, *, name: str) -> CodingProject:
    """A file, or QualCoder's folder, by the reader of its ending; BadInput where there is none."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        must, found = f"has one of the endings {', '.join(_READERS)}", path.suffix or "no ending"
        do = "export it from its program as a REFI-QDA project (.qdpx)"
        raise BadInput([Fault(name, must, found, do)])
    return reader(path, name=name)
