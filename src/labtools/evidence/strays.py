"""What lies in a lab's folder and is not read there, or is counted twice."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from labtools.evidence.files.copies import check_copies
from labtools.evidence.files.folders import find_files
from labtools.evidence.schemas import contract
from labtools.evidence.sheets.tabular import FORMATS as ANSWER_FORMATS
from labtools.evidence.transcripts.transcript import FORMATS
from labtools.faults import Fault

_CODING = (".qdpx", ".qdc", ".qde", ".qda", ".nvp", ".nvpx", ".mx18", ".mx20", ".mx22")
_ANSWERS = set(ANSWER_FORMATS) - {".csv"}
_EVIDENCE = {*_CODING, *FORMATS, *_ANSWERS} - {".txt"}  # notes of one's own


def check_strays(folder: Path) -> list[Fault]:
    """Evidence that nothing reads where it lies, misnamed tables, surveys without settings.

    And a survey whose answers are those of another.
    """
    tables = {table.file for table in contract().values()}
    there = set(find_files(folder))
    missing = tables - there
    beside = {name for name in there - tables if name.split("/")[0] not in ("raw", "photos")}
    faults = [
        Fault(
            name, "is named as the contract names its tables", "another name", f"rename it {near}"
        )
        for name in sorted(beside)
        if name.endswith(".csv") and not name.startswith("surveys/")
        for near in get_close_matches(name.lower(), sorted(missing), n=1, cutoff=0.85)
    ]
    faults += [
        Fault(name, "lies where something reads it", "nothing that reads it here", _place(name))
        for name in sorted(beside)
        if PurePosixPath(name).suffix.lower() in _EVIDENCE
        and not fnmatch(name, "surveys/*/answers.*")
    ]
    faults += [
        Fault(
            f"surveys/{path.name}",
            "has a survey.toml",
            "none",
            "write one; data/README.md shows it",
        )
        for path in sorted((folder / "surveys").glob("*/"))
        if path.name[0] != "." and not (path / "survey.toml").is_file()
    ]
    answers = {
        path.relative_to(folder).as_posix(): path
        for path in sorted((folder / "surveys").glob("*/answers.*"))
        if path.is_file()
    }
    return faults + check_copies(answers, do="remove one of the two")


def _place(name: str) -> str:
    """Where a file that was put beside the places for evidence belongs."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _CODING:
        return "give it to labtools import coding, and keep the file elsewhere"
    if suffix in _ANSWERS:
        return "give a survey's answers to labtools import survey, or keep the file elsewhere"
    return "move it to raw/ with a row in sources.csv, or keep it elsewhere"
