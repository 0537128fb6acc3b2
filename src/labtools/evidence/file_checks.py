"""The files of a lab's folder, held against the tables that name them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from labtools.evidence.files.copies import check_copies
from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.evidence.photographs.photos import check_photographs_readable
from labtools.evidence.readings import Reading, tell_reason
from labtools.evidence.schemas import contract
from labtools.evidence.settings import nearest
from labtools.evidence.transcripts.cache import read_files
from labtools.evidence.transcripts.transcript import FORMATS
from labtools.evidence.transcripts.turns import has_transcript
from labtools.faults import Fault

_TALKS = (*INTERVIEW_TYPES, "workshop", "meeting", "walk")
_RECORDINGS = frozenset(
    ".3gp .aac .aif .aiff .amr .avi .caf .ds2 .dss .flac .m4a .m4v .mkv .mov .mp3 .mp4 .mpeg .mpg"
    " .mts .ogg .opus .wav .webm .wma .wmv".split()
)
_TRANSCRIBE = "transcribe it, put the transcript in raw/ and name that here"
_SAVE_AS = {
    ".doc": "open it in Word or LibreOffice and save it as .docx",
    ".pages": "open it in Pages and export it as .docx",
    ".gdoc": "open it in Google Docs and download it as .docx",
    **dict.fromkeys((".url", ".webloc"), "download the document that it leads to"),
}


def check_raw(
    sources: pd.DataFrame, files: Mapping[str, Path], *, stubs: Collection[str] = ()
) -> list[Fault]:
    """Sources without their file, files that no source names or that two do, and copies.

    stubs: the files that lie in a cloud alone. A copy whose source is excluded counts nowhere.
    """
    named = sources.loc[sources["file"] != "", "file"]
    spare = set(files) - set(named)
    faults = _check_there(named, files, stubs, table="sources", place="raw")
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
    excluded = set(sources.loc[sources["status"] == "excluded", "file"])
    counted = {f"raw/{file}": path for file, path in files.items() if file not in excluded}
    return faults + check_copies(counted, do="remove one of the two, or exclude its source")


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
    again = taking_part["file"].duplicated()
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
            fault = _fault_format(file, row=int(row))
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
            faults += _check_listed(listed, labels[file], name=name)
            if not again[row] and (kind in INTERVIEW_TYPES or len(listed) > 0):
                sharing = taking_part.loc[taking_part["file"] == file, "source_id"]
                known = speakers.loc[speakers["source_id"].isin(sharing), "label"]
                faults += _check_unlisted(known, labels[file], name=name, source_id=source_id)
    return faults, readings


def _fault_format(file: str, *, row: int) -> Fault:
    suffix = PurePosixPath(file).suffix.lower()
    must = f"its file is one of {', '.join(FORMATS)}"
    do = _TRANSCRIBE if suffix in _RECORDINGS else _SAVE_AS.get(suffix, "save it in one of these")
    do += ", or exclude the source"
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


def _check_listed(listed: pd.Series, labels: pd.Series, *, name: str) -> list[Fault]:
    """Labels of speakers.csv that a transcript lacks.

    listed: by row of speakers.csv; a blank one stands for the whole file. labels: of each turn.
    """
    turns = labels[labels != ""].unique()
    unlisted = [label for label in turns if label not in set(listed)]
    faults = []
    for row, label in listed[(listed != "") & ~listed.isin(turns)].items():
        near = nearest(label, unlisted) or nearest(label, turns)
        do = f"write {near}, or remove the row" if near else "correct it, or remove the row"
        file = contract()["speakers"].file
        faults.append(Fault(file, f"is a label in {name}", label, do, int(row), "label"))
    return faults


def _check_unlisted(
    listed: pd.Series, labels: pd.Series, *, name: str, source_id: str
) -> list[Fault]:
    """Labels of a transcript, each a speaker, that speakers.csv lacks.

    listed: for any source of this file; with a blank one it lacks none. Not for files whose
    labels may be headings, as in the notes of a meeting where nobody is listed.
    """
    if (listed == "").any():
        return []
    file = contract()["speakers"].file
    turns = labels[labels != ""].value_counts(sort=False)
    absent = listed[~listed.isin(turns.index)]
    faults = []
    for label, count in turns[~turns.index.isin(listed)].items():
        near = nearest(label, absent) or nearest(label, listed)
        add = f"a row with source_id {source_id}"
        do = f"correct {near} there, or add {add}" if near else f"add {add} to {file}"
        found = f"{label} in {count} turn{'s' if count > 1 else ''}"
        faults.append(Fault(name, f"each label has a row in {file}", found, do))
    return faults


def check_photographs(
    photos: pd.DataFrame,
    sources: pd.DataFrame,
    files: Mapping[str, Path],
    *,
    stubs: Collection[str] = (),
) -> tuple[list[Fault], list[Reading]]:
    """Registered photographs without a file that can be used, files without a row; readings.

    files: below photos/, the register among them; stubs: those that lie in a cloud alone.
    """
    register = contract()["photos"].file
    named = photos.loc[photos["file"] != "", "file"]
    unusable = check_photographs_readable(photos, files)
    faults = _check_there(named, files, stubs, table="photos", place="photos") + unusable
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
    must, do = f"is named by a row of {register}", "add a row, or move the file away"
    for name in sorted({f"photos/{file}" for file in set(files) - set(named)} - {register}):
        faults.append(Fault(name, must, "none", do))
        readings.append(Reading(name, "", "photograph", "unlisted", reason=f"no row of {register}"))
    return faults, readings


def _check_there(
    named: pd.Series,
    files: Mapping[str, Path],
    stubs: Collection[str],
    *,
    table: str,
    place: str,
) -> list[Fault]:
    """Files that a table names, by its rows, and that do not lie in their place."""
    spare = set(files) - set(named)
    faults = []
    for row, file in named[~named.isin(list(files))].items():
        near = nearest(file, spare)
        do = f"perhaps {near}" if near else "put the file there, or correct the name"
        must, found = f"its file lies in {place}/", f"no file {place}/{file}"
        if file in stubs:
            found += f", only iCloud's stub .{PurePosixPath(file).name}.icloud"
            do = "download the file from iCloud, and copy it there again"
        faults.append(Fault(contract()[table].file, must, found, do, int(row), "file"))
    return faults
