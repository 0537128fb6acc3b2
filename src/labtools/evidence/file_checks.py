"""The files of a lab's folder, held against the tables that name them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pandas as pd

from labtools.evidence.files.folders import find_files
from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.evidence.photographs.photos import check_photographs_readable
from labtools.evidence.readings import Reading, tell_reason
from labtools.evidence.schemas import contract
from labtools.evidence.settings import nearest
from labtools.evidence.sheets.tabular import FORMATS as ANSWER_FORMATS
from labtools.evidence.transcripts.cache import read_files
from labtools.evidence.transcripts.transcript import FORMATS
from labtools.evidence.transcripts.turns import has_transcript
from labtools.faults import Fault

_CODING = (".qdpx", ".qdc", ".qde", ".qda", ".nvp", ".nvpx", ".mx18", ".mx20", ".mx22")
_ANSWERS = set(ANSWER_FORMATS) - {".csv"}
_EVIDENCE = {*_CODING, *FORMATS, *_ANSWERS} - {".txt"}  # notes of one's own
_TALKS = (*INTERVIEW_TYPES, "workshop", "meeting", "walk")


def check_raw(sources: pd.DataFrame, files: Mapping[str, Path]) -> list[Fault]:
    """Sources without their file, files that no source names, and one that two sources name."""
    named = sources.loc[sources["file"] != "", "file"]
    spare = set(files) - set(named)
    faults = _check_there(named, files, table="sources", place="raw")
    faults += [
        Fault(
            f"raw/{file}",
            "is named by a row of sources.csv",
            "none",
            "add a row (status excluded if it is not to take part), or move the file away",
        )
        for file in sorted(spare)
    ]
    twice = named[named.duplicated()]
    faults += [
        Fault(
            contract()["sources"].file,
            "each file is one source",
            f"{file} a second time",
            "remove one of the rows, or blank its file",
            row=int(row),
            column="file",
        )
        for row, file in twice.items()
    ]
    return faults


def check_transcripts(
    sources: pd.DataFrame,
    speakers: pd.DataFrame | None,
    files: Mapping[str, Path],
    *,
    cache: Path | None = None,
) -> tuple[list[Fault], list[Reading]]:
    """Transcripts that cannot be read, labels that they and speakers.csv do not share; readings.

    There is one reading for each file that a source names or that lies in raw/. cache: the
    folder that keeps what was read before, None for none.
    """
    taking_part = sources[(sources["status"] != "excluded") & sources["file"].isin(list(files))]
    readable = has_transcript(taking_part)
    faults, readings = [], _list_others(sources, files)
    labelled = speakers is not None and {"source_id", "label"} <= set(speakers)
    said, refused_files = read_files(taking_part.loc[readable, "file"].unique(), files, cache=cache)
    labels = dict(iter(said.groupby("file")["label"]))
    about = taking_part[["source_id", "city", "type", "file"]].to_numpy().tolist()
    for row, (source_id, city, kind, file) in zip(taking_part.index, about, strict=True):
        name = f"raw/{file}"
        if not readable[row]:
            wanted = kind in INTERVIEW_TYPES
            fault = _fault_format(kind, file, row=int(row))
            faults += [fault] if wanted else []
            reading = Reading(name, city, "source", "kept")
            refused = Reading(name, city, "source", "refused", reason=tell_reason([fault]))
            readings.append(refused if wanted else reading)
            continue
        if file in refused_files:
            faults += refused_files[file]
            why = tell_reason(refused_files[file])
            readings.append(Reading(name, city, "source", "refused", reason=why))
            continue
        readings.append(Reading(name, city, "source", "read", len(labels[file])))
        if speakers is not None and labelled and kind in _TALKS:
            listed = speakers.loc[speakers["source_id"] == source_id, "label"]
            whole = kind in INTERVIEW_TYPES or len(listed) > 0
            faults += _check_labels(listed, labels[file], whole=whole, name=name)
    return faults, readings


def _fault_format(kind: str, file: str, *, row: int) -> Fault:
    must = f"an {kind} can be read: its file is one of {', '.join(FORMATS)}"
    do = "save it in one of these, or exclude the source"
    return Fault(contract()["sources"].file, must, file, do, row=row, column="file")


def _list_others(sources: pd.DataFrame, files: Mapping[str, Path]) -> list[Reading]:
    """Files that are not read: not there, without a row, of an excluded source."""
    named = sources[sources["file"] != ""]
    absent = named[~named["file"].isin(list(files))]
    cities = set(sources["city"])
    excluded = named[(named["status"] == "excluded") & named["file"].isin(list(files))]
    return [
        *(
            Reading(f"raw/{file}", city, "source", "missing", reason="no such file in raw/")
            for file, city in absent[["file", "city"]].to_numpy().tolist()
        ),
        *(
            Reading(f"raw/{file}", city, "source", "excluded")
            for file, city in excluded[["file", "city"]].to_numpy().tolist()
        ),
        *(
            Reading(
                f"raw/{file}",
                folder if folder in cities else "",
                "source",
                "unlisted",
                reason="no row of sources.csv",
            )
            for file in sorted(set(files) - set(named["file"]))
            for folder in [file.split("/")[0]]
        ),
    ]


def _check_labels(listed: pd.Series, labels: pd.Series, *, whole: bool, name: str) -> list[Fault]:
    """Labels of speakers.csv that a transcript lacks, and of the transcript that it lacks.

    listed: by row of speakers.csv; a blank one stands for the whole file. labels: of each turn.
    whole: every label of the transcript is a speaker who is to be listed. Elsewhere, as in the
    notes of a meeting where nobody is listed, it may be a heading.
    """
    file = contract()["speakers"].file
    turns = labels[labels != ""].value_counts(sort=False)
    absent = listed[(listed != "") & ~listed.isin(turns.index)]
    unlisted = turns[~turns.index.isin(listed)]
    faults = []
    for row, label in absent.items():
        near = nearest(label, unlisted.index) or nearest(label, turns.index)
        do = f"write {near}, or remove the row" if near else "correct it, or remove the row"
        faults.append(Fault(file, f"is a label in {name}", label, do, int(row), "label"))
    if not whole or (listed == "").any():
        return faults
    for label, count in unlisted.items():
        near = nearest(label, absent) or nearest(label, listed)
        do = f"correct {near} there, or add a row" if near else f"add a row to {file}"
        found = f"{label} in {count} turn{'s' if count > 1 else ''}"
        faults.append(Fault(name, f"each label has a row in {file}", found, do))
    return faults


def check_photographs(
    photos: pd.DataFrame, sources: pd.DataFrame, files: Mapping[str, Path]
) -> tuple[list[Fault], list[Reading]]:
    """Registered photographs without their file, or with one that cannot be used; readings."""
    named = photos.loc[photos["file"] != "", "file"]
    unusable = check_photographs_readable(photos, files)
    faults = _check_there(named, files, table="photos", place="photos") + unusable
    why = {fault.file: tell_reason([fault]) for fault in unusable}
    city_of = dict(zip(sources["source_id"], sources["city"], strict=True))
    readings = []
    for source_id, file in photos[["source_id", "file"]].drop_duplicates("file").to_numpy():
        name, city = f"photos/{file}", city_of.get(source_id, "")
        if file not in files:
            reading = Reading(name, city, "photograph", "missing", reason="no such file in photos/")
        elif name in why:
            reading = Reading(name, city, "photograph", "refused", reason=why[name])
        else:
            reading = Reading(name, city, "photograph", "read")
        readings.append(reading)
    return faults, readings


def _check_there(
    named: pd.Series, files: Mapping[str, Path], *, table: str, place: str
) -> list[Fault]:
    """Files that a table names, by its rows, and that do not lie in their place."""
    spare = set(files) - set(named)
    faults = []
    for row, file in named[~named.isin(list(files))].items():
        near = nearest(file, spare)
        do = f"perhaps {near}" if near else "put the file there, or correct the name"
        must, found = f"its file lies in {place}/", f"no file {place}/{file}"
        faults.append(Fault(contract()[table].file, must, found, do, int(row), "file"))
    return faults


def check_strays(folder: Path) -> list[Fault]:
    """Evidence that nothing reads where it lies, misnamed tables, surveys without settings."""
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
    return faults


def _place(name: str) -> str:
    """Where a file that was put beside the places for evidence belongs."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _CODING:
        return "export its codes to the tables of coding/: this version does not read projects"
    if suffix in _ANSWERS:
        return "give a survey's answers to labtools import survey, or keep the file elsewhere"
    return "move it to raw/ with a row in sources.csv, or keep it elsewhere"
