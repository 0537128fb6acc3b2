"""An empty lab: a commented lab.toml, and every table of the contract with its header."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from labtools.evidence.schemas import contract
from labtools.faults import BadInput, Fault

_SETTINGS = """\
# What the pages say of the lab, and how they treat its people. data/README.md tells every key.
[lab]
name = "…"                 # what the pages call the lab
language = "sv"            # sv or en: the pages' language unless asked otherwise
approach = "codebook"      # codebook, reliability or reflexive: decides whether agreement is shown
min_people = 5             # fewer people than this are never shown to partners
synthetic = false          # true puts a notice on every page
pseudonyms = true          # names are in the texts: the lab is opened with its key alone

[consent]
withdrawal = "everything"  # everything or quotes: what a withdrawal removes from the next run on

# One table for each round of questions, in order; none if nothing is asked twice.
# [[waves]]
# id = "before"
# label_sv = "före"
# label_en = "before"
# start = "2026-09"
# end = "2026-11"
"""


def write_empty_lab(folder: Path) -> None:
    """Lay an empty lab: `lab.toml`, a header-only file per table, `raw/` and `photos/`.

    The tables of a survey are left out: their folder is named after it. Raises BadInput where
    the folder holds anything already; nothing is overwritten.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        must, do = "is a folder that is not there yet, or is empty", "name another folder"
        raise BadInput([Fault(str(folder), must, "something in it", do)])
    for table in contract().values():
        if table.file.startswith("surveys/"):
            continue
        header = io.StringIO()
        csv.writer(header, lineterminator="\n").writerow(column.name for column in table.columns)
        path = folder / table.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header.getvalue(), encoding="utf-8", newline="\n")
    for name in ("raw", "photos"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "lab.toml").write_text(_SETTINGS, encoding="utf-8", newline="\n")
