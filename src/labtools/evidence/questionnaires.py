"""One survey's folder → answers, one row per person and wave, with what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labtools.evidence.answers import Question, Reading, read_answers
from labtools.evidence.schemas import empty_table, read_table
from labtools.evidence.settings import nearest
from labtools.evidence.survey_settings import COLUMNS, Scale, Settings, read_settings
from labtools.evidence.tabular import FORMATS, Sheet, read_sheet
from labtools.faults import BadInput, Fault

__all__ = ["Scale", "Survey", "empty_survey", "find_answers", "read_survey"]
_COUNTED_WITH = ("weight", "fpc")


@dataclass(frozen=True)
class Survey:
    """A survey as read.

    settings: the [survey] table of survey.toml. columns, design: the variable that plays each
    part. answers: one row per person and wave, numbered from 0; the parts of [columns] under
    their own names (person_id, city, wave, date), then the design's variables, then the
    others, in the dictionary's order. Reversed items stand as they were answered. missing: one
    row per answer that is NaN: `row` (of answers), `variable`, `reason`.
    """

    name: str
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

    `name` is what messages call the folder. Columns of the answer file that dictionary.csv
    does not name are left out. Where the dictionary's `wave` is filled, before and after stand
    side by side in one row: it becomes a row for each wave in which the person answered any
    of that wave's questions. BadInput with all faults of the folder.
    """
    faults: list[Fault] = []
    with _collecting(faults):
        settings = read_settings(folder / "survey.toml", name=f"{name}/survey.toml")
    with _collecting(faults):
        dictionary = _read_table(folder, "dictionary", name=name)
    with _collecting(faults):
        codes = _read_table(folder, "codes", name=name)
    with _collecting(faults):
        disposition = _read_table(folder, "disposition", name=name)
    with _collecting(faults):
        file = find_answers(folder, name=name)
        sheet = read_sheet(file, name=f"{name}/{file.name}")
    _raise_any(faults)
    _raise_any(
        [
            *_check_parts(settings, dictionary, name=name),
            *_check_dictionary(dictionary, codes, sheet, name=name, file=file.name),
        ]
    )
    questions = _questions(dictionary, codes, settings)
    readings = [read_answers(sheet, one, name=f"{name}/{file.name}") for one in questions]
    _raise_any([fault for reading in readings for fault in reading.faults])
    answers, reasons = _one_row_per_wave(questions, readings, dictionary["wave"].tolist())
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


def _check_parts(settings: Settings, dictionary: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """Variables of survey.toml that the dictionary lacks, and names that would collide."""
    file, variables = f"{name}/survey.toml", set(dictionary["variable"])
    tables = {
        "columns": tuple(settings.columns.values()),
        "design": tuple(settings.design.values()),
    }
    tables |= {f"scale.{scale.name}": scale.variables for scale in settings.scales.values()}
    for table, wanted in tables.items():
        for variable in dict.fromkeys(wanted):
            if variable not in variables:
                must = f"a variable of [{table}] is in dictionary.csv"
                yield Fault(file, must, variable, "add it there, or correct the name")
    wave_in_rows = bool((dictionary["wave"] != "").any())
    for part in COLUMNS:
        asked = settings.columns.get(part)
        if part in variables and asked not in (part, None):
            must, do = f"only one variable is called {part}", f"rename the one that is not {asked}"
            yield Fault(file, must, f"{asked} and {part}", do)
    if wave_in_rows and ("wave" in settings.columns or "wave" in variables):
        must, do = "wave is told in one way", "blank the column wave, or leave out the variable"
        yield Fault(f"{name}/dictionary.csv", must, "a column and a variable", do)


def _check_dictionary(
    dictionary: pd.DataFrame, codes: pd.DataFrame, sheet: Sheet, *, name: str, file: str
) -> Iterator[Fault]:
    """Columns that the answers lack, and lists of codes that codes.csv lacks."""
    known = set(codes["codes"])
    for row, one in zip(dictionary.index, dictionary.to_dict("records"), strict=True):
        if one["source_column"] not in sheet.cells:
            near = nearest(one["source_column"], sheet.cells.columns)
            do = f"write {near}" if near else "correct the name, or remove the row"
            must = f"is a column of {file}"
            yield Fault(
                f"{name}/dictionary.csv", must, one["source_column"], do, int(row), "source_column"
            )
        wanted = one["codes"] or one["variable"]
        if (one["codes"] or one["type"] in ("single", "ordinal")) and wanted not in known:
            must, do = "codes.csv has rows for it", "add them, one for each code"
            yield Fault(f"{name}/dictionary.csv", must, f"none for {wanted}", do, int(row), "codes")


def _questions(dictionary: pd.DataFrame, codes: pd.DataFrame, settings: Settings) -> list[Question]:
    """The dictionary's rows as questions; a variable with a part is called by it."""
    parts = {variable: part for part, variable in settings.columns.items()}
    kinds = dict.fromkeys((settings.columns[part] for part in settings.columns), "id")
    kinds |= {settings.design[part]: "number" for part in settings.design if part in _COUNTED_WITH}
    if "date" in settings.columns:
        kinds[settings.columns["date"]] = "date"
    return [
        Question(
            variable=parts.get(one["variable"], one["variable"]),
            column=one["source_column"],
            kind=kinds.get(one["variable"], one["type"]),
            codes=codes[codes["codes"] == (one["codes"] or one["variable"])],
        )
        for one in dictionary.to_dict("records")
    ]


def _one_row_per_wave(
    questions: list[Question], readings: list[Reading], waves: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers and the reasons for those missing, both indexed by the answer file's row."""
    columns = list(zip(questions, readings, waves, strict=True))
    named = [wave for wave in dict.fromkeys(waves) if wave]
    if not named:
        return (
            pd.DataFrame({one.variable: reading.answers for one, reading, _ in columns}),
            pd.DataFrame({one.variable: reading.reasons for one, reading, _ in columns}),
        )
    answers, reasons = [], []
    for wave in named:
        own = [reading.reasons for _, reading, of_wave in columns if of_wave == wave]
        answered = ~pd.concat(own, axis=1).isin(["blank", "system"]).all(axis=1)
        kept = [(one, reading) for one, reading, of_wave in columns if of_wave in ("", wave)]
        table = pd.DataFrame({one.variable: reading.answers for one, reading in kept})
        answers.append(table[answered].assign(wave=wave).astype({"wave": "str"}))
        why = pd.DataFrame({one.variable: reading.reasons for one, reading in kept})
        reasons.append(why[answered].assign(wave=""))
    rows, why = pd.concat(answers), pd.concat(reasons).fillna("not_asked")
    order = rows.reset_index(names="row").sort_values("row", kind="stable").index
    return rows.iloc[order], why.iloc[order]


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
