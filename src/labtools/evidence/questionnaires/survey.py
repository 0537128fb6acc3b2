"""One survey's folder → answers, one row per person and wave, with what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labtools.evidence.questionnaires.answers import Question, Reading, read_answers
from labtools.evidence.questionnaires.choices import read_choices
from labtools.evidence.questionnaires.dictionary import (
    check_dictionary,
    check_encoding,
    check_meanings,
    check_multiple,
    check_namesakes,
    check_parts,
    check_repeated,
    list_questions,
)
from labtools.evidence.questionnaires.profiles import Export, read_export
from labtools.evidence.questionnaires.settings import COLUMNS, Scale, Settings, read_settings
from labtools.evidence.schemas import empty_table, read_table
from labtools.evidence.sheets.tabular import FORMATS, FOUND_OUT, find_decimals
from labtools.faults import BadInput, Fault

__all__ = ["AnswerFile", "Scale", "Survey", "empty_survey", "find_answers", "read_survey"]


@dataclass(frozen=True)
class AnswerFile:
    """How the file of answers was read: all that was found out, or set in survey.toml.

    file: its name. decimal: the signs before decimals that its numbers have. rows: responses
    that were read; left_out: rows that are none, by the reason. unfinished: how many of those
    read are of people who did not answer to the end; None where the file does not tell.
    """

    file: str
    profile: str
    encoding: str
    delimiter: str
    decimal: str
    rows: int
    left_out: dict[str, int]
    unfinished: int | None = None


@dataclass(frozen=True)
class Survey:
    """A survey as read.

    file: how its answers were read. settings: the [survey] table of survey.toml. columns,
    design: the variable that plays each part. answers: one row per person and wave, numbered
    from 0; the parts of [columns] under their own names (person_id, city, wave, date), then the
    design's variables, then the
    others, in the dictionary's order. Reversed items stand as they were answered. missing: one
    row per answer that is NaN: `row` (of answers), `variable`, `reason`.
    """

    name: str
    file: AnswerFile
    settings: dict[str, str]
    columns: dict[str, str]
    design: dict[str, str]
    scales: dict[str, Scale]
    dictionary: pd.DataFrame
    codes: pd.DataFrame
    disposition: pd.DataFrame
    answers: pd.DataFrame
    missing: pd.DataFrame


def empty_survey(name: str) -> Survey:
    """A survey of which there is nothing: its tables have their columns and no row."""
    answers = pd.DataFrame({part: pd.Series(dtype="str") for part in COLUMNS})
    return Survey(
        name=name,
        file=AnswerFile("", "", "", "", "", 0, {}),
        settings={"sampling": "unknown"},
        columns={},
        design={},
        scales={},
        dictionary=empty_table("dictionary"),
        codes=empty_table("codes"),
        disposition=empty_table("disposition"),
        answers=answers.astype({"date": "datetime64[us]"}),
        missing=_list_missing(answers),
    )


def read_survey(folder: Path, *, name: str) -> Survey:
    """The survey in a folder of the contract's `surveys/`.

    `name` is what messages call the folder. The answers are read as their tool laid them out
    (`profiles.read_export`): rows that are no responses are left out and counted. Columns that
    dictionary.csv does not name are left out. Where the dictionary's `wave` is filled, before
    and after stand side by side in one row: it becomes a row for each wave in which the person
    answered any of that wave's questions. BadInput with all faults of the folder.
    """
    faults: list[Fault] = []
    asked = FOUND_OUT
    with _collecting(faults):
        settings = read_settings(folder / "survey.toml", name=f"{name}/survey.toml")
        asked = settings.file
    with _collecting(faults):
        dictionary = _read_table(folder, "dictionary", name=name)
    with _collecting(faults):
        codes = _read_table(folder, "codes", name=name)
    with _collecting(faults):
        disposition = _read_table(folder, "disposition", name=name)
    with _collecting(faults):
        file = find_answers(folder, name=name)
        export = read_export(file, name=f"{name}/{file.name}", settings=asked)
    _raise_any(faults)
    columns, wanted = export.sheet.cells.columns, dictionary["source_column"]
    _raise_any([*check_encoding(file, asked.encoding, wanted, columns, name=name)])
    _raise_any(
        [
            *check_parts(settings, dictionary, name=name),
            *check_dictionary(dictionary, codes, columns, name=name, file=file.name),
            *check_multiple(dictionary, codes, name=name),
            *check_repeated(dictionary, name=name),
            *check_namesakes(codes, name=f"{name}/codes.csv"),
            *check_meanings(codes, name=f"{name}/codes.csv"),
        ]
    )
    questions = list_questions(dictionary, codes, settings)
    readings = [
        (read_choices if one.kind == "multiple" else read_answers)(
            export.sheet, one, name=f"{name}/{file.name}"
        )
        for one in questions
    ]
    _raise_any([fault for reading in readings for fault in reading.faults])
    answers, reasons = _one_row_per_wave(questions, readings)
    _raise_any(
        [
            *_check_once(answers, name=f"{name}/{file.name}"),
            *_check_scales(answers, settings, name=name),
        ]
    )
    first = [*[part for part in COLUMNS if part in answers], *settings.design.values()]
    order = list(dict.fromkeys([*first, *answers.columns]))
    return Survey(
        name=folder.name,
        file=_describe(file, export),
        settings=settings.survey,
        columns=settings.columns,
        design=settings.design,
        scales=settings.scales,
        dictionary=dictionary,
        codes=codes,
        disposition=disposition,
        answers=answers[order].reset_index(drop=True),
        missing=_list_missing(reasons[order].reset_index(drop=True)),
    )


def _describe(file: Path, export: Export) -> AnswerFile:
    sheet, decimal = export.sheet, find_decimals(export.sheet)
    return AnswerFile(
        file.name,
        export.profile,
        sheet.encoding,
        sheet.delimiter,
        decimal,
        len(sheet.cells),
        export.left_out,
        export.unfinished,
    )


@contextmanager
def _collecting(faults: list[Fault]) -> Iterator[None]:
    try:
        yield
    except BadInput as error:
        faults.extend(error.faults)


def _raise_any(faults: list[Fault]) -> None:
    if faults:
        raise BadInput(faults)


def _read_table(folder: Path, table: str, *, name: str) -> pd.DataFrame:
    """One of the folder's contract tables; without rows where a file that may be absent is."""
    path = folder / f"{table}.csv"
    if path.is_file():
        return read_table(path, table, name=f"{name}/{path.name}")
    if table == "dictionary":
        do = "write which column holds which variable"
        raise BadInput([Fault(f"{name}/{path.name}", "the file is there", "none", do)])
    return empty_table(table)


def find_answers(folder: Path, *, name: str) -> Path:
    """The one file of a survey's folder that holds the answers; BadInput where there is not one."""
    there = sorted(path for path in folder.glob("answers.*") if path.is_file())
    if len(there) == 1:
        return there[0]
    must = f"the folder holds one of {', '.join(f'answers{suffix}' for suffix in FORMATS)}"
    found = ", ".join(path.name for path in there) or "none"
    raise BadInput([Fault(name, must, found, "keep one file of that name")])


def _one_row_per_wave(
    questions: list[Question], readings: list[Reading]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers and the reasons for those missing, both indexed by the answer file's row."""
    columns = list(zip(questions, readings, strict=True))
    named = [wave for wave in dict.fromkeys(one.wave for one in questions) if wave]
    if not named:
        return (
            pd.DataFrame({one.variable: reading.answers for one, reading in columns}),
            pd.DataFrame({one.variable: reading.reasons for one, reading in columns}),
        )
    answers, reasons = [], []
    for wave in named:
        own = [_find_blank(reading) for one, reading in columns if one.wave == wave]
        answered = ~pd.concat(own, axis=1).all(axis=1)
        kept = [(one, reading) for one, reading in columns if one.wave in ("", wave)]
        table = pd.DataFrame({one.variable: reading.answers for one, reading in kept})
        answers.append(table[answered].assign(wave=wave).astype({"wave": "str"}))
        why = pd.DataFrame({one.variable: reading.reasons for one, reading in kept})
        reasons.append(why[answered].assign(wave=""))
    rows, why = pd.concat(answers), pd.concat(reasons).fillna("not_asked")
    order = rows.reset_index(names="row").sort_values("row", kind="stable").index
    return rows.iloc[order], why.iloc[order]


def _find_blank(reading: Reading) -> pd.Series:
    """Where nothing was answered; of a multiple choice whose blank means none, nor marked."""
    blank = reading.reasons.isin(["blank", "system"])
    return blank if reading.silent is None else blank | reading.silent


def _check_once(answers: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """A person who answers twice in one wave; people without an id cannot be told apart."""
    key = [part for part in ("person_id", "wave") if part in answers]
    if "person_id" not in key:
        return
    known = answers[answers["person_id"].notna()]
    for row, cells in known.loc[known.duplicated(key), key].iterrows():
        must, found = f"each {' + '.join(key)} occurs once", " + ".join(map(str, cells))
        yield Fault(name, must, found, "keep one of the rows", int(str(row)))


def _check_scales(answers: pd.DataFrame, settings: Settings, *, name: str) -> Iterator[Fault]:
    """Items of a scale that are no numbers, or lie outside its range."""
    for scale in settings.scales.values():
        low, high = scale.range
        for variable in scale.variables:
            must = f"{variable} in [scale.{scale.name}] has numbers from {low:g} to {high:g}"
            items = answers.get(variable)
            if items is None or items.dtype.kind != "f":
                found = "no numbers"
            elif (items < low).any() or (items > high).any():
                found = f"{items.min():g} to {items.max():g}"
            else:
                continue
            yield Fault(f"{name}/survey.toml", must, found, "correct the scale, or its codes")


def _list_missing(reasons: pd.DataFrame) -> pd.DataFrame:
    long = reasons.rename_axis("row").reset_index()
    long = long.melt("row", var_name="variable", value_name="reason")
    long = long[long["reason"] != ""].sort_values("row", kind="stable")
    return long.astype({"variable": "str", "reason": "str"}).reset_index(drop=True)
