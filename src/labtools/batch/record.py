"""`run.json`: for every report of an output folder what was run, when, and what became of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from labtools.batch.parameters import Value
from labtools.faults import BadInput, Fault
from labtools.versions import versions

FILE = "run.json"


@dataclass(frozen=True)
class Entry:
    """One report: `status` is done, failed or stopped; `page` is relative to the output folder.

    What the seconds are of: see `execute.Outcome`.
    """

    notebook: str
    city: str | None
    title: str
    parameters: dict[str, Value]
    status: str
    reason: str
    seconds: float
    cpu_seconds: float
    cell_cpu_seconds: float
    stderr: bool
    when: str
    page: str | None

    @property
    def name(self) -> str:
        """Such as `surveys/02_belonging/norrvik`, or `…/lab` for the whole lab."""
        return f"{self.notebook}/{self.city or 'lab'}"


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: under a temporary name, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def identify_lab(lab: Path, folder: Path) -> str:
    """What tells a lab's folder from any other, without its path.

    It depends on the way from the output folder to the lab's folder, so that a project may be
    moved or be seen under another path.
    """
    lab, folder = lab.resolve(), folder.resolve()
    try:
        way = os.path.relpath(lab, folder)
    except ValueError:  # another drive
        way = str(lab)
    return hashlib.sha256(Path(way).as_posix().encode("utf-8", "surrogateescape")).hexdigest()[:16]


def write_record(folder: Path, entries: Iterable[Entry], *, lab: str) -> None:
    """Write `run.json` of an output folder, sorted by notebook and city; versions of this run.

    lab: as `identify_lab` tells.
    """
    record = {
        "lab": lab,
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "versions": versions(),
        "reports": [asdict(entry) for entry in sorted(entries, key=lambda entry: entry.name)],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    write_text(folder / FILE, text + "\n")


def read_record(folder: Path, *, lab: str) -> list[Entry]:
    """The reports of an output folder so far; none where it has no `run.json`.

    lab: as `identify_lab` tells. Raises BadInput where the file is not one that labtools wrote,
    or is about another lab.
    """
    path = folder / FILE
    if not path.exists():
        return []
    try:
        record = json.loads(path.read_bytes())
        of, entries = record["lab"], [Entry(**report) for report in record["reports"]]
    except (ValueError, KeyError, TypeError) as error:
        found, do = f"{type(error).__name__}: {error}", "delete it and run everything again"
        raise BadInput([Fault(str(path), "is a record that labtools wrote", found, do)]) from error
    if of != lab:
        found, do = "another one in a folder of the same name", "give another --out"
        raise BadInput([Fault(str(path), "is the record of this lab", found, do)])
    return entries
