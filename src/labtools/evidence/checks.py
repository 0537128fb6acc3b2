"""A lab's folder held against the whole contract: every fault, none hidden behind another."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from labtools.evidence.file_checks import (
    check_photographs,
    check_raw,
    check_transcripts,
)
from labtools.evidence.files.folders import find_files, find_stubs
from labtools.evidence.goal_checks import check_observations
from labtools.evidence.indicators.municipalities import check_municipality_codes
from labtools.evidence.indicators.series import check_series, list_breaks
from labtools.evidence.questionnaires.survey import Survey, find_answers, read_survey
from labtools.evidence.quotations import check_claims
from labtools.evidence.readings import Check, Reading, tell_reason
from labtools.evidence.releases import check_releases
from labtools.evidence.schemas import (
    Table,
    check_rows,
    contract,
    empty_table,
    read_rows,
    read_table,
    split_list,
)
from labtools.evidence.settings import check_filled, find_lab, nearest, read_lab
from labtools.evidence.strays import check_strays
from labtools.evidence.transcripts.cache import FOLDER
from labtools.faults import BadInput, Fault

_KNOWN_IN = {"city": "cities.csv", "wave": "lab.toml"}


def check_lab(folder: str | Path) -> Check:
    """Every fault of a lab's folder, and what became of every file.

    Its settings, its tables, what they refer to, its files, its surveys. A folder that cannot
    be opened is itself a fault; the rest of it is checked all the same.
    """
    try:
        path = find_lab(Path(folder))
    except BadInput as error:
        return Check(error.faults, ())
    try:
        settings = read_lab(path)
    except BadInput as error:
        rest = check_folder(path, cache=path / FOLDER)
        return replace(rest, faults=(*error.faults, *rest.faults))
    filled = tuple(check_filled(settings, name="lab.toml"))
    waves = [wave["id"] for wave in settings["waves"]]
    synthetic = settings["lab"].get("synthetic", False)
    rest = check_folder(path, waves=waves, synthetic=synthetic, cache=path / FOLDER)
    return replace(rest, faults=(*filled, *rest.faults))


def check_folder(
    folder: Path,
    *,
    waves: Collection[str] = (),
    synthetic: bool = False,
    cache: Path | None = None,
) -> Check:
    """As `check_lab`, but for lab.toml, whose waves are given; where it has none, any will do.

    What refers to a table that cannot itself be read is not held against it. synthetic: the
    municipalities are made up, and so are their codes. cache: the folder
    that keeps the transcripts that were read before, None for none.
    """
    tables, unread, faults, readings = _read_tables(folder)
    notes: list[str] = []
    known = _list_keys(tables, unread)
    for name, rows in tables.items():
        faults += _check_references(rows, contract()[name], known)
    declared: dict[str, Collection[str]] = {"city": known.get("cities", ()), "wave": waves}
    if "observations" in tables:
        faults += check_observations(tables["observations"], tables.get("goals"))
    if "indicators" in tables:
        faults += check_series(tables["indicators"], tables.get("definitions"), tables.get("areas"))
        notes += list_breaks(tables["indicators"], tables.get("definitions"))
    if "municipality_code" in tables.get("cities", ()) and not synthetic:
        codes = tables["cities"]["municipality_code"]
        faults += check_municipality_codes(codes, name=contract()["cities"].file)
    sources = tables.get("sources", pd.DataFrame())
    if "wave" in sources:
        faults += _check_values(sources["wave"], "wave", declared, file="sources.csv")
    if {"source_id", "city", "file", "status", "type"} <= set(sources):
        files = find_files(folder / "raw")
        faults += check_raw(sources, files, stubs=find_stubs(folder / "raw"))
        found, read = check_transcripts(sources, tables.get("speakers"), files, cache=cache)
        faults, readings = faults + found, readings + read
    register = tables.get("photos", pd.DataFrame() if "photos" in unread else empty_table("photos"))
    if {"file", "source_id"} <= set(register):
        there = sources.reindex(columns=["source_id", "city"])
        place = folder / "photos"
        files, stubs = find_files(place), find_stubs(place)
        found, read = check_photographs(register, there, files, stubs=stubs)
        faults, readings = faults + found, readings + read
    faults += check_strays(folder)
    faults += check_releases(tables)
    surveys = sorted(folder.glob("surveys/*/survey.toml"))
    names = [settings.parent.name for settings in surveys]
    faults += check_claims(tables, unread=unread, surveys=names, raw=folder / "raw", cache=cache)
    for settings in surveys:
        found, reading = _check_survey(settings.parent, declared)
        faults, readings = faults + found, [*readings, reading]
    return Check(tuple(faults), tuple(readings), tuple(notes))


def _read_tables(
    folder: Path,
) -> tuple[dict[str, pd.DataFrame], set[str], list[Fault], list[Reading]]:
    """The tables that are there, the names of those that cannot be read, faults and readings."""
    tables: dict[str, pd.DataFrame] = {}
    unread: set[str] = set()
    faults: list[Fault] = []
    readings: list[Reading] = []
    for name, table in contract().items():
        path = folder / table.file
        if table.file.startswith("surveys/") or not os.path.lexists(path):
            continue
        found: Sequence[Fault]
        try:
            rows = read_rows(path, name=table.file)
        except BadInput as error:
            found = error.faults
            unread.add(name)
        else:
            found = check_rows(rows, table, name=table.file)
            tables[name] = rows if found else read_table(path, name, name=table.file)
        faults += found
        readings.append(
            Reading(table.file, "", "table", "refused", reason=tell_reason(found))
            if found
            else Reading(table.file, "", "table", "read", len(tables[name]))
        )
    if "cities" in tables and tables["cities"].empty:
        file = contract()["cities"].file
        faults.append(Fault(file, "has at least one city", "no row", "add one row per city"))
        unread.add("cities")
    return tables, unread, faults, readings


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
    folder: Path, known: Mapping[str, Collection[str]]
) -> tuple[list[Fault], Reading]:
    """One survey: what it says, its cities and waves."""
    name = f"surveys/{folder.name}"
    try:
        survey = read_survey(folder, name=name)
    except BadInput as error:
        there = sorted(path.name for path in folder.glob("answers.*"))
        file = f"{name}/{there[0] if there else 'answers'}"
        reason = f"{error.faults[0].file}: {tell_reason(error.faults)}"
        return list(error.faults), Reading(file, "", "answers", "refused", reason=reason)
    answers = find_answers(folder, name=name).name
    faults = _check_survey_values(survey, known, name=name, answers=answers)
    return faults, Reading(f"{name}/{answers}", "", "answers", "read", len(survey.answers))


def _check_survey_values(
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
