"""A lab's folder held against the whole contract: every fault, none hidden behind another."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from labtools.evidence.questionnaires import read_survey
from labtools.evidence.schemas import (
    Table,
    check_rows,
    contract,
    empty_table,
    read_rows,
    read_table,
    split_list,
)
from labtools.evidence.transcripts import read_transcript
from labtools.evidence.turns import has_transcript
from labtools.faults import BadInput, Fault

_PHOTOGRAPHS = "photos/"


def check_folder(folder: Path) -> list[Fault]:
    """Every fault of a lab's folder: its tables, what they refer to, its files, its surveys."""
    tables: dict[str, pd.DataFrame] = {}
    faults: list[Fault] = []
    for name, table in contract().items():
        if table.file.startswith("surveys/"):
            continue
        path = folder / table.file
        if not path.exists():
            continue
        try:
            rows = read_rows(path, name=table.file)
        except BadInput as error:
            faults += error.faults
            continue
        found = check_rows(rows, table, name=table.file)
        faults += found
        tables[name] = rows if found else read_table(path, name, name=table.file)
    for name in tables:
        faults += _check_references(tables, contract()[name])
    faults += _check_observations(tables.get("observations", empty_table("observations")))
    faults += _check_raw(tables.get("sources", empty_table("sources")), folder)
    faults += _check_photographs(tables.get("photos", empty_table("photos")), folder)
    for settings in sorted(folder.glob("surveys/*/survey.toml")):
        try:
            read_survey(settings.parent, name=f"surveys/{settings.parent.name}")
        except BadInput as error:
            faults += error.faults
    return faults


def _check_references(tables: dict[str, pd.DataFrame], table: Table) -> list[Fault]:
    """Cells that name a row of another table which is not there."""
    faults = []
    rows = tables[table.name]
    for column in table.columns:
        if not column.refers_to or column.name not in rows:
            continue
        other = contract()[column.refers_to]
        wanted = other.key[0]
        there = tables.get(other.name)
        known = set() if there is None or wanted not in there else set(there[wanted])
        cells = rows[column.name]
        for row, cell in cells[(cells != "") & ~cells.isin(known)].items():
            members = split_list(cell) if column.kind in ("ids", "slugs") else [cell]
            faults += [
                Fault(
                    table.file,
                    f"names a row of {other.file} ({wanted})",
                    member,
                    _suggest(member, known, other.file),
                    row=int(row),
                    column=column.name,
                )
                for member in members
                if member not in known
            ]
    return faults


def _suggest(found: str, known: Iterable[str], file: str) -> str:
    near = difflib.get_close_matches(found, sorted(known), n=1)
    return f"write {near[0]}, or add a row to {file}" if near else f"add a row to {file}"


def _check_observations(observations: pd.DataFrame) -> list[Fault]:
    """A numerator larger than its denominator."""
    numerator = pd.to_numeric(observations["numerator"], errors="coerce")
    denominator = pd.to_numeric(observations["denominator"], errors="coerce")
    return [
        Fault(
            contract()["observations"].file,
            "numerator is at most the denominator",
            f"{numerator[row]:.0f} of {denominator[row]:.0f}",
            "correct one of them, or leave the denominator blank if it is not known",
            row=int(row),
            column="numerator",
        )
        for row in observations.index[(numerator > denominator).to_numpy()]
    ]


def _check_raw(sources: pd.DataFrame, folder: Path) -> list[Fault]:
    """Sources without their file, files that no source names, transcripts that cannot be read."""
    if "file" not in sources or "source_id" not in sources:
        return []
    raw = folder / "raw"
    there = {path.relative_to(raw).as_posix() for path in raw.rglob("*") if path.is_file()}
    there = {file for file in there if not any(part.startswith(".") for part in file.split("/"))}
    named = sources[sources["file"] != ""]
    file_of_table = contract()["sources"].file
    faults = [
        Fault(
            file_of_table,
            "its file lies in raw/",
            f"no file raw/{file}",
            _suggest_file(file, there - set(named["file"])),
            row=int(row),
            column="file",
        )
        for row, file in named["file"].items()
        if file not in there
    ]
    faults += [
        Fault(
            f"raw/{file}",
            "is named by a row of sources.csv",
            "none",
            "add a row (status excluded if it is not to take part), or move the file away",
        )
        for file in sorted(there - set(named["file"]))
    ]
    for source_id, file in named[has_transcript(named)][["source_id", "file"]].to_numpy().tolist():
        if file not in there:
            continue
        try:
            read_transcript(raw / file, source_id=source_id, name=f"raw/{file}")
        except BadInput as error:
            faults += error.faults
    return faults


def _suggest_file(file: str, spare: set[str]) -> str:
    near = difflib.get_close_matches(file, sorted(spare), n=1)
    return f"perhaps {near[0]}" if near else "put the file there, or correct the name"


def _check_photographs(photos: pd.DataFrame, folder: Path) -> list[Fault]:
    """Registered photographs without their file."""
    if "file" not in photos:
        return []
    return [
        Fault(
            contract()["photos"].file,
            "its file lies in photos/",
            f"no file {_PHOTOGRAPHS}{file}",
            "put the file there, or correct the name",
            row=int(row),
            column="file",
        )
        for row, file in photos["file"].items()
        if file and not (folder / _PHOTOGRAPHS / file).is_file()
    ]
