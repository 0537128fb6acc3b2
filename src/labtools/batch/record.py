"""`run.json`: for every report of an output folder what was run, when, and what became of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from labtools.batch.journal import add_line, forget_lines, read_lines
from labtools.batch.parameters import Value
from labtools.batch.withdrawn import Withdrawal, Withdrawals
from labtools.faults import BadInput, Fault
from labtools.versions import versions

FILE = "run.json"
FORMAT = 3


@dataclass(frozen=True)
class Entry:
    """One report: `status` is done, failed or stopped; `page` is relative to the output folder.

    What the seconds are of: see `execute.Outcome`. Then what the report came from: `state`, as
    `state.State` has it; `reads` of the lab, each a reader, its arguments and a digest; `files`
    that it opened itself, with a digest each; `settings`, a digest of lab.toml; `evidence`, one of
    all the lab's files when that was last found to be so; `executed`, one of the executed
    notebook; `rendered`, one of what its page was made from.
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
    state: dict[str, Any] = field(default_factory=dict)
    reads: list[list[str]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    settings: str = ""
    evidence: str = ""
    executed: str = ""
    rendered: str = ""

    @property
    def name(self) -> str:
        """Such as `surveys/02_belonging/norrvik`, or `…/lab` for the whole lab."""
        return f"{self.notebook}/{self.city or 'lab'}"


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: under a temporary name, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)  # on a full disk it would keep the next file out
        raise


def executed_path(out: Path, name: str) -> Path:
    """Where the executed notebook of a report named so lies."""
    return out / ".notebooks" / f"{name}.ipynb"


def log_path(out: Path, name: str) -> Path:
    """Where the log of a report named so lies: when each cell began and ended, stderr, errors."""
    return out / ".notebooks" / f"{name}.log"


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


@dataclass(frozen=True)
class Record:
    """What `run.json` holds: the reports by name, the lab's files when it was written, and the
    withdrawals that it found; None where it found out nothing of them.
    """

    entries: dict[str, Entry]
    files: dict[str, str]
    withdrawals: Withdrawals | None = None


def write_record(
    folder: Path,
    entries: Iterable[Entry],
    *,
    lab: str,
    files: Mapping[str, str],
    costs: Mapping[str, float],
    withdrawals: Withdrawals | None = None,
) -> None:
    """Write `run.json` of an output folder, sorted by notebook and city; versions of this run.

    lab: as `identify_lab` tells; files: of the lab, with a digest each; costs: of this run. The
    file run.schema.json beside this module tells what each part is.
    """
    record = {
        "format": FORMAT,
        "lab": lab,
        "files": dict(files),
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "versions": versions(),
        "run": dict(costs),
        "withdrawals": None if withdrawals is None else asdict(withdrawals),
        "reports": [asdict(entry) for entry in sorted(entries, key=lambda entry: entry.name)],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    write_text(folder / FILE, text + "\n")
    forget_lines(folder)


def remember_entry(folder: Path, entry: Entry, *, lab: str) -> None:
    """Keep what became of a report until the run writes its record, or in place of it."""
    add_line(folder, asdict(entry), lab=lab, version=FORMAT)


def read_record(folder: Path, *, lab: str, tell: Callable[[str], None]) -> Record:
    """The reports of an output folder so far; none where it has no record.

    What a run had finished that did not come to its end is among them.
    lab: as `identify_lab` tells. A file that is damaged, or of another version of labtools, is
    told in one line and counts as none: everything runs again. Raises BadInput where it is about
    another lab.
    """
    path = folder / FILE
    try:
        unfinished = [Entry(**line) for line in read_lines(folder, lab=lab, version=FORMAT)]
        later = {entry.name: entry for entry in unfinished}
        if not path.exists():
            return Record(later, {})
        record = json.loads(path.read_bytes())
        if record["lab"] != lab:
            found, do = "another one in a folder of the same name", "give another --out"
            raise BadInput([Fault(str(path), "is the record of this lab", found, do)])
        if record.get("format") != FORMAT:
            raise KeyError(f"format {FORMAT}")
        files = dict(record["files"])
        entries = [Entry(**report) for report in record["reports"]]
        withdrawals = _read_withdrawals(record.get("withdrawals"))
    except BadInput:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"
        tell(f"{path}: not a record of this version of labtools ({found}); everything runs again")
        return Record({}, {})
    return Record({entry.name: entry for entry in entries} | later, files, withdrawals)


def _read_withdrawals(found: Mapping[str, Any] | None) -> Withdrawals | None:
    if found is None:
        return None
    told = tuple(Withdrawal(**one) for one in found["told"])
    return Withdrawals(found["people"], found["quotations"], told)
