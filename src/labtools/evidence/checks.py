"""A lab's folder held against the whole contract: every fault, none hidden behind another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from labtools.evidence.inventory import INTERVIEW_TYPES
from labtools.evidence.questionnaires import Survey, find_answers, read_survey
from labtools.evidence.schemas import (
    Table,
    check_rows,
    contract,
    read_rows,
    read_table,
    split_list,
)
from labtools.evidence.settings import nearest
from labtools.evidence.transcripts import read_transcript
from labtools.evidence.turns import find_files, has_transcript
from labtools.faults import BadInput, Fault

_TALKS = (*INTERVIEW_TYPES, "workshop", "meeting", "walk")
_KNOWN_IN = {"city": "cities.csv", "wave": "lab.toml"}


def check_folder(folder: Path, *, waves: Collection[str] = ()) -> list[Fault]:
    """Every fault of a lab's folder: its tables, what they refer to, its files, its surveys.

    waves: the ids that lab.toml declares; where it declares none, any wave will do. What refers
    to a table that cannot itself be read is not held against it.
    """
    tables, unread, faults = _read_tables(folder)
    known = _list_keys(tables, unread)
    for name, rows in tables.items():
        faults += _check_references(rows, contract()[name], known)
    declared: dict[str, Collection[str]] = {"city": known.get("cities", ()), "wave": waves}
    if "observations" in tables:
        faults += _check_observations(tables["observations"])
    if "sources" in tables:
        sources = tables["sources"]
        if "wave" in sources:
            faults += _check_values(sources["wave"], "wave", declared, file="sources.csv")
        if {"source_id", "file", "status", "type"} <= set(sources):
            files = find_files(folder / "raw")
            faults += _check_raw(sources, files)
            faults += _check_transcripts(sources, tables.get("speakers"), files)
    if "file" in tables.get("photos", ()):
        faults += _check_photographs(tables["photos"], find_files(folder / "photos"))
    for settings in sorted(folder.glob("surveys/*/survey.toml")):
        name = f"surveys/{settings.parent.name}"
        try:
            survey = read_survey(settings.parent, name=name)
        except BadInput as error:
            faults += error.faults
            continue
        answers = find_answers(settings.parent, name=name).name
        faults += _check_survey(survey, declared, name=name, answers=answers)
    return faults


def _read_tables(folder: Path) -> tuple[dict[str, pd.DataFrame], set[str], list[Fault]]:
    """The tables that are there, the names of those that cannot be read, all their faults."""
    tables: dict[str, pd.DataFrame] = {}
    unread: set[str] = set()
    faults: list[Fault] = []
    for name, table in contract().items():
        path = folder / table.file
        if table.file.startswith("surveys/") or not path.exists():
            continue
        try:
            rows = read_rows(path, name=table.file)
        except BadInput as error:
            faults += error.faults
            unread.add(name)
            continue
        found = check_rows(rows, table, name=table.file)
        faults += found
        tables[name] = rows if found else read_table(path, name, name=table.file)
    if "cities" in tables and tables["cities"].empty:
        file = contract()["cities"].file
        faults.append(Fault(file, "has at least one city", "no row", "add one row per city"))
        unread.add("cities")
    return tables, unread, faults


def _list_keys(tables: Mapping[str, pd.DataFrame], unread: set[str]) -> dict[str, set[str]]:
    """The keys that the rows of each table have; a table whose keys cannot be told is left out."""
    keys: dict[str, set[str]] = {}
    for name, table in contract().items():
        rows = tables.get(name)
        if rows is None and name not in unread:
            keys[name] = set()
        elif rows is not None and name not in unread and table.key[0] in rows:
            keys[name] = set(rows[table.key[0]])
    return keys


def _check_references(
    rows: pd.DataFrame, table: Table, known: Mapping[str, set[str]]
) -> list[Fault]:
    """Cells that name a row of another table which is not there; one fault if it has no row."""
    faults = []
    for column in table.columns:
        if column.refers_to not in known or column.name not in rows:
            continue
        other, there = contract()[column.refers_to], known[column.refers_to]
        must = f"names a row of {other.file} ({other.key[0]})"
        cells = rows.loc[rows[column.name] != "", column.name]
        if len(cells) and not there:
            found, do = f"no row there, and {_rows(len(cells))} here", f"write {other.file}"
            faults.append(Fault(table.file, must, found, do, column=column.name))
            continue
        for row, cell in cells[~cells.isin(there)].items():
            members = split_list(cell) if column.kind in ("ids", "slugs") else [cell]
            faults += [
                Fault(
                    table.file, must, member, _suggest(member, there, other.file),
                    row=int(row), column=column.name,
                )
                for member in members
                if member not in there
            ]  # fmt: skip
    return faults


def _suggest(found: str, known: Collection[str], file: str) -> str:
    near = nearest(found, known)
    add = "declare it in lab.toml" if file == "lab.toml" else f"add a row to {file}"
    return f"write {near}, or {add}" if near else add


def _rows(count: int) -> str:
    return f"{count} row{'s' if count != 1 else ''}"


def _check_values(
    cells: pd.Series,
    part: str,
    known: Mapping[str, Collection[str]],
    *,
    file: str,
    column: str = "",
) -> list[Fault]:
    """One fault for each city or wave that the lab does not know, with how many rows have it."""
    if not known[part]:
        return []
    filled = cells[cells.notna() & (cells != "")].astype("str")
    wrong = filled[~filled.isin(list(known[part]))].value_counts(sort=False)
    must = f"each {part} is one of {_KNOWN_IN[part]}"
    return [
        Fault(
            file, must, f"{value} in {_rows(count)}",
            _suggest(value, known[part], _KNOWN_IN[part]), column=column or part,
        )
        for value, count in wrong.items()
    ]  # fmt: skip


def _check_survey(
    survey: Survey, known: Mapping[str, Collection[str]], *, name: str, answers: str
) -> list[Fault]:
    """Cities and waves of a survey's dispositions, dictionary and answers.

    What an answer with codes stands for is decided, and named as wrong, in codes.csv.
    """
    dictionary = survey.dictionary.drop_duplicates("variable").set_index("variable")
    faults = _check_values(survey.dictionary["wave"], "wave", known, file=f"{name}/dictionary.csv")
    for part in known:
        file = f"{name}/disposition.csv"
        faults += _check_values(survey.disposition[part], part, known, file=file)
        if part in survey.columns:
            asked = dictionary.loc[survey.columns[part]]
            of_it = survey.codes["codes"] == (asked["codes"] or asked.name)
            coded = (of_it & (survey.codes["missing_reason"] == "")).any()
            file = f"{name}/codes.csv" if coded else f"{name}/{answers}"
            column = "code" if coded else asked["source_column"]
            faults += _check_values(survey.answers[part], part, known, file=file, column=column)
    return faults


def _check_observations(observations: pd.DataFrame) -> list[Fault]:
    """A numerator larger than its denominator."""
    if not {"numerator", "denominator"} <= set(observations):
        return []
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


def _check_raw(sources: pd.DataFrame, files: Mapping[str, Path]) -> list[Fault]:
    """Sources without their file, and files that no source names, excluded ones among them."""
    named = sources.loc[sources["file"] != "", "file"]
    spare = set(files) - set(named)
    faults = [
        Fault(
            contract()["sources"].file,
            "its file lies in raw/",
            f"no file raw/{file}",
            f"perhaps {near}" if near else "put the file there, or correct the name",
            row=int(row),
            column="file",
        )
        for row, file in named.items()
        if file not in files
        for near in [nearest(file, spare)]
    ]
    faults += [
        Fault(
            f"raw/{file}",
            "is named by a row of sources.csv",
            "none",
            "add a row (status excluded if it is not to take part), or move the file away",
        )
        for file in sorted(spare)
    ]
    return faults


def _check_transcripts(
    sources: pd.DataFrame, speakers: pd.DataFrame | None, files: Mapping[str, Path]
) -> list[Fault]:
    """Transcripts that cannot be read, and labels that they and speakers.csv do not share."""
    faults: list[Fault] = []
    there = sources[sources["file"].isin(list(files)) & has_transcript(sources)]
    there = there[there["status"] != "excluded"]
    labelled = speakers is not None and {"source_id", "label"} <= set(speakers)
    for source_id, kind, file in there[["source_id", "type", "file"]].to_numpy().tolist():
        name = f"raw/{file}"
        try:
            turns = read_transcript(files[file], source_id=source_id, name=name)
        except BadInput as error:
            faults += error.faults
            continue
        if speakers is not None and labelled and kind in _TALKS:
            listed = speakers.loc[speakers["source_id"] == source_id, "label"]
            whole = kind in INTERVIEW_TYPES or len(listed) > 0
            faults += _check_labels(listed, turns["label"], whole=whole, name=name)
    return faults


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


def _check_photographs(photos: pd.DataFrame, files: Mapping[str, Path]) -> list[Fault]:
    """Registered photographs without their file."""
    return [
        Fault(
            contract()["photos"].file,
            "its file lies in photos/",
            f"no file photos/{file}",
            "put the file there, or correct the name",
            row=int(row),
            column="file",
        )
        for row, file in photos["file"].items()
        if file and file not in files
    ]
