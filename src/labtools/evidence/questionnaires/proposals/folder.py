"""A file of answers → a survey's folder, with a first dictionary to be filled in."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labtools.evidence.kinds import KINDS
from labtools.evidence.questionnaires.dictionary import check_meanings
from labtools.evidence.questionnaires.profiles import PROFILES, Export, FileSettings, read_export
from labtools.evidence.questionnaires.proposals.dictionary import (
    FirstDictionary,
    find_language,
    guess_dictionary,
)
from labtools.evidence.settings import nearest
from labtools.evidence.sheets.delimited import DELIMITERS
from labtools.evidence.sheets.tabular import ENCODINGS, find_decimals
from labtools.evidence.sheets.workbooks import list_sheets
from labtools.faults import BadInput, Fault

_NO_BREAK = "\N{NO-BREAK SPACE}"
_FORMULA = re.compile(r"[=@]|[+-](?![\d.,]+$)")
_SETTINGS = """\
# What this survey is. data/README.md tells every key.
[survey]
name_sv = {name}
name_en = {name}  # what the pages call it, in both languages
population = "…"  # whom the survey is about
mode = "…"  # on paper, by telephone, on the web
sampling = "unknown"  # random, census, convenience or unknown: decides what an interval means

# How {answers} is read, as it was found out.
[file]
{file}

# Which variables of dictionary.csv play a part. Take away the # where there is one.
[columns]
{columns}
"""
_PARTS = {
    "person_id": "who answered, as in people.csv",
    "city": "one of cities.csv",
    "wave": "one of lab.toml",
    "date": "of the answer",
}


@dataclass(frozen=True)
class Imported:
    """What was laid: the survey's name, what the file was found to be, what was guessed of it.

    sheets: of a workbook, of which the first was read.
    """

    survey: str
    answers: str
    export: Export
    language: str
    first: FirstDictionary
    sheets: tuple[str, ...]


def import_survey(
    path: Path, *, lab: Path, survey: str, language: str, profile: str = ""
) -> Imported:
    """Lay `surveys/<survey>/` in a lab: settings, a first dictionary, codes, a copy of the file.

    lab: the lab's folder; language: of the lab, for a file that does not show its own;
    profile: of the tool that wrote the file, "" to be found out. The folder comes whole or not
    at all. A cell that a spreadsheet would take for a formula is written with a no-break space
    before it, which every reader of this project strips. BadInput where the name is no slug,
    the folder is there already, or the file cannot be read.
    """
    faults = _check_names(survey, lab=lab, profile=profile)
    if faults:
        raise BadInput(faults)
    export = read_export(path, name=str(path), settings=FileSettings(profile=profile))
    spoken = find_language(export, default=language)
    first = guess_dictionary(export, language=spoken)
    suffix = path.suffix.lower()
    sheets = list_sheets(path, name=str(path)) if suffix == ".xlsx" else []
    imported = Imported(survey, f"answers{suffix}", export, spoken, first, tuple(sheets))
    try:
        _lay(imported, path, lab / "surveys")
    except OSError as error:
        must, do = "is a place that can be written to", "see who may write there, and what is free"
        found = error.strerror or type(error).__name__
        raise BadInput([Fault(f"surveys/{survey}", must, found, do)]) from error
    return imported


def _lay(imported: Imported, path: Path, surveys: Path) -> None:
    """Write the survey's folder beside its place, and move it there once it is whole."""
    surveys.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=surveys, prefix=f".{imported.survey}-") as place:
        folder = Path(place) / imported.survey
        folder.mkdir()
        shutil.copyfile(path, folder / imported.answers)
        _write(folder / "survey.toml", _settings(imported))
        _write(folder / "dictionary.csv", _as_csv(imported.first.dictionary))
        _write(folder / "codes.csv", _as_csv(imported.first.codes))
        os.rename(folder, surveys / imported.survey)


def describe_import(imported: Imported, *, lab: str) -> list[str]:
    """What was found out, what was guessed and what is left to do, in lines."""
    export, first = imported.export, imported.first
    sheet = export.sheet
    delimiter = next((name for name, mark in DELIMITERS.items() if mark == sheet.delimiter), "")
    found = [
        f"profile {export.profile}",
        *([f"sheet {imported.sheets[0]} of {len(imported.sheets)}"] if imported.sheets else []),
        *([f"encoding {sheet.encoding}"] if sheet.encoding else []),
        *([f"delimiter {delimiter}"] if delimiter else []),
        f"decimal sign {' and '.join(find_decimals(sheet)) or 'none seen'}",
        f"language {imported.language}",
    ]
    gone = [f"{count} {reason}" for reason, count in export.left_out.items()]
    kept: dict[str, list[str]] = {why: [] for why in _WHY.values()}
    for part, columns in first.left_out.items():
        kept[_WHY[part]] += map(_one_line, columns)
    variables = first.dictionary.drop_duplicates("variable")
    of_type = variables.groupby("type", sort=False)["variable"]
    unanswered = [
        variable
        for variable, columns in first.dictionary.groupby("variable", sort=False)["source_column"]
        if (sheet.cells[columns.tolist()] == "").all(axis=None)
    ]
    return [
        f"surveys/{imported.survey}: {_count(len(sheet.cells), 'row')} of {imported.answers}",
        f"found: {', '.join(found)}",
        *([f"rows left out: {', '.join(gone)}"] if gone else []),
        *(
            [
                f"unfinished responses, kept: {export.unfinished}; to leave them out, write "
                f'unfinished = "left_out" below [file] in surveys/{imported.survey}/survey.toml'
            ]
            if export.unfinished
            else []
        ),
        *(f"guessed {kind} ({len(names)}): {', '.join(names)}" for kind, names in of_type),
        *([f"without any answer: {', '.join(unanswered)}"] if unanswered else []),
        *(
            f"not in dictionary.csv, {why}: {', '.join(columns)}"
            for why, columns in kept.items()
            if columns
        ),
        f"to do: {'; '.join(_to_do(imported))}; then labtools check --lab {lab}",
    ]


_WHY = {
    "contact": "as it tells who a person is",
    "person_id": "as it leads to a person",
    "date": "as it helps to recognise a person",
    "duration": "as the tool wrote it",
    "tool": "as the tool wrote it",
    "joined": "as its choices stand in columns of their own",
}


def _to_do(imported: Imported) -> list[str]:
    dictionary, codes = imported.first.dictionary, imported.first.codes
    without = len(list(check_meanings(codes, name="codes.csv")))
    questions = (dictionary[["question_sv", "question_en"]] == "").all(axis=1).sum()
    todo = ["fill in survey.toml", "read dictionary.csv: the types are guesses"]
    if questions:
        todo.append(f"{_count(questions, 'question')} without a wording there")
    if without:
        todo.append(f"{_count(without, 'code')} without a meaning in codes.csv")
    if len(codes):
        todo.append("choices that nobody made are not in codes.csv")
    return todo


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _check_names(survey: str, *, lab: Path, profile: str) -> list[Fault]:
    faults = []
    slug = KINDS["slug"]
    if not slug.holds(pd.Series([survey], dtype="str")).all():
        faults.append(Fault("--as", slug.must, survey, slug.do))
    elif os.path.lexists(lab / "surveys" / survey):
        do = f"give another, or move surveys/{survey} away"
        faults.append(Fault("--as", "is a name that no survey of the lab has", survey, do))
    if profile and profile not in PROFILES:
        near = nearest(profile, PROFILES)
        do = f"did you mean {near}?" if near else "leave it out to have it found out"
        faults.append(Fault("--profile", f"is one of {', '.join(PROFILES)}", profile, do))
    return faults


def _settings(imported: Imported) -> str:
    sheet, export = imported.export.sheet, imported.export
    encoding = next((one for one in ENCODINGS if sheet.encoding.startswith(one)), "")
    delimiter = next((name for name, mark in DELIMITERS.items() if mark == sheet.delimiter), "")
    file = {"profile": export.profile}
    if imported.answers.endswith(".csv"):
        file |= {"encoding": encoding, "delimiter": delimiter}
    told = {part: columns[0] for part, columns in imported.first.left_out.items()}
    columns = [
        f'# {part} = "…"  # {what}'
        + (f"; the file has a column {_one_line(told[part])}" if part in told else "")
        for part, what in _PARTS.items()
    ]
    return _SETTINGS.format(
        name=json.dumps(imported.survey),
        answers=imported.answers,
        file="\n".join(f"{key} = {json.dumps(value)}" for key, value in file.items() if value),
        columns="\n".join(columns),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _as_csv(table: pd.DataFrame) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for cells in table.to_numpy().tolist():
        writer.writerow([_NO_BREAK + cell if _FORMULA.match(cell) else cell for cell in cells])
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
