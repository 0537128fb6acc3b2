"""Which reports have to run again, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from labtools.batch.plan import Report
from labtools.batch.record import Entry, executed_path
from labtools.batch.state import State, hash_json
from labtools.faults import BadInput
from labtools.reads import Read, hash_input, read_again

_MOST_NAMES = 3


class Evidence:
    """The lab's files as they are now, and what its readers give now, each read once at most.

    files: a digest by name, of the lab's folder and of its key; before: the same as the record
    of the output folder has it, for the names of what has changed.
    """

    def __init__(self, lab: object, *, files: Mapping[str, str], before: Mapping[str, str]) -> None:
        self._lab = lab
        self.digest = hash_json(dict(files))
        self.settings = files.get("lab.toml", "")
        self._files: dict[Path, str] = {}
        self._digests: dict[tuple[str, str], str | None] = {}
        self.changed = sorted(
            name for name in files.keys() | before.keys() if files.get(name) != before.get(name)
        )

    def now(self, path: Path) -> str:
        """What a file or folder that a notebook opened itself holds now, read once."""
        if path not in self._files:
            self._files[path] = hash_input(path)
        return self._files[path]

    def differs(self, read: Read) -> bool:
        """Whether a read gives anything else than it gave; also where it gives an error now."""
        key = (read.reader, read.arguments)
        if key not in self._digests:
            try:
                self._digests[key] = read_again(self._lab, read)
            except (BadInput, ValueError, KeyError, OSError):
                self._digests[key] = None
        return self._digests[key] != read.digest

    def tell_changed(self) -> str:
        """The names of the files that changed, the first few of many."""
        more = len(self.changed) - _MOST_NAMES
        names = ", ".join(self.changed[:_MOST_NAMES]) or "what its readers give"
        return f"{names} and {more} more" if more > 0 else names


def find_changes(
    reports: Sequence[Report],
    before: Mapping[str, Entry],
    *,
    states: Mapping[str, State],
    out: Path,
    evidence: Evidence,
) -> dict[str, str]:
    """Why each report has to run, by name; "" where it would come out as it is.

    before: what the record of the output folder says of each report, by name. states: of the
    notebooks, as they are now. The reasons, the first that holds: never run; failed last time;
    output missing or changed; parameters, notebook, library or version changed; input changed,
    with the names of the files that did. Its reads are made again only where some file of the
    lab is not as it was when the report was last looked at.
    """
    reasons = {}
    for report in reports:
        entry = before.get(report.name)
        reasons[report.name] = (
            "never run"
            if entry is None
            else _tell_state(report, entry, states[report.notebook.name], out=out)
            or _tell_inputs(report, entry, evidence)
        )
    return reasons


def _tell_state(report: Report, entry: Entry, state: State, *, out: Path) -> str:
    """What of a report itself, its notebook and its library is not as it was; "" for nothing."""
    executed = executed_path(out, report.name)
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("failed last time", lambda: entry.status != "done"),
        ("output missing", lambda: not executed.is_file()),
        ("output changed", lambda: entry.executed != hash_input(executed)),
        ("parameters changed", lambda: entry.parameters != report.parameters),
        ("notebook changed", lambda: entry.state.get("code") != state.code),
        ("library changed", lambda: entry.state.get("library") != state.library),
    ]
    for reason, holds in checks:
        if holds():
            return reason
    old = entry.state.get("versions", {})
    other = [name for name, number in state.versions.items() if old.get(name) != number]
    return f"version changed: {', '.join(other)}" if other else ""


def _tell_inputs(report: Report, entry: Entry, evidence: Evidence) -> str:
    root = report.notebook.root
    opened = [name for name, was in entry.files.items() if evidence.now(root / name) != was]
    if opened:
        return f"input changed: {', '.join(opened)}"
    if entry.evidence == evidence.digest:
        return ""
    if entry.settings != evidence.settings:
        return "input changed: lab.toml"
    if any(evidence.differs(Read(*read)) for read in entry.reads):
        return f"input changed: {evidence.tell_changed()}"
    return ""
