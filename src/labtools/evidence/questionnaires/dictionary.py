"""dictionary.csv → the questions to be read, held against the answers and the codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from labtools.evidence.files.encodings import decode_text, read_bytes
from labtools.evidence.questionnaires.answers import Question, as_amount, fold_cell
from labtools.evidence.questionnaires.settings import COLUMNS, Settings
from labtools.evidence.settings import nearest
from labtools.faults import Fault

_COUNTED_WITH = ("weight", "fpc")
_WITH_CODES = ("single", "ordinal", "multiple")


def check_parts(settings: Settings, dictionary: pd.DataFrame, *, name: str) -> Iterator[Fault]:
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


def check_dictionary(
    dictionary: pd.DataFrame,
    codes: pd.DataFrame,
    columns: Collection[str],
    *,
    name: str,
    file: str,
) -> Iterator[Fault]:
    """Columns that the answers lack, and lists of codes that codes.csv lacks.

    columns: those of the answers in `file`; name: what messages call the survey's folder.
    """
    known = set(codes["codes"])
    for row, one in zip(dictionary.index, dictionary.to_dict("records"), strict=True):
        if one["source_column"] not in columns:
            near = nearest(one["source_column"], columns)
            do = f"write {near}" if near else "correct the name, or remove the row"
            must = f"is a column of {file}"
            yield Fault(
                f"{name}/dictionary.csv", must, one["source_column"], do, int(row), "source_column"
            )
        wanted = one["codes"] or one["variable"]
        if (one["codes"] or one["type"] in _WITH_CODES) and wanted not in known:
            must, do = "codes.csv has rows for it", "add them, one for each code"
            yield Fault(f"{name}/dictionary.csv", must, f"none for {wanted}", do, int(row), "codes")


def check_encoding(
    path: Path, encoding: str, wanted: Collection[str], columns: Collection[str], *, name: str
) -> Iterator[Fault]:
    """A fault where columns seem to be missing as the answers were read in a wrong encoding.

    encoding: as survey.toml sets it, "" where it does not; wanted: the columns that the
    dictionary names; columns: those of the answers at `path`; name: of the survey's folder.
    """
    if not encoding or set(wanted) <= set(columns):
        return
    _, likely = decode_text(read_bytes(path, name=path.name), name=path.name)
    if not likely.startswith(encoding):
        must = (
            f"encoding in [file] is that of {path.name}: headings of the dictionary are not in it"
        )
        do = f"leave it out: {likely} is found out; do not change the dictionary for it"
        yield Fault(f"{name}/survey.toml", must, encoding, do)


def check_multiple(dictionary: pd.DataFrame, codes: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """Rows of a multiple choice that do not fit together, and what is said of no such."""
    file = f"{name}/dictionary.csv"
    rows = dictionary.reset_index(names="row")
    for _, group in rows.groupby(["variable", "wave"], sort=False):
        multiple = (group["type"] == "multiple").all()
        for one in group.to_dict("records"):
            row = int(one["row"])
            for column in ("option", "blank"):
                if one[column] and not multiple:
                    must, do = f"{column} is of a multiple choice alone", "blank it, or the type"
                    yield Fault(file, must, one[column], do, row, column)
            of_list = codes.loc[codes["codes"] == (one["codes"] or one["variable"]), "code"]
            if multiple and one["option"] and one["option"] not in set(of_list):
                must, do = "is a code of its list in codes.csv", "add it there, or correct it"
                yield Fault(file, must, one["option"], do, row, "option")
            if multiple and len(group) > 1 and not one["option"]:
                do = "write the code that this column stands for"
                yield Fault(file, "has an option", "a blank", do, row, "option")
        for column in ("codes", "blank", "type") if len(group) > 1 else ():
            if group[column].nunique() > 1:
                must = f"each row of {group['variable'].iloc[0]} has the same {column}"
                found, do = (
                    ", ".join(repr(cell) for cell in group[column].unique()),
                    "write it in each",
                )
                yield Fault(file, must, found, do, int(group["row"].iloc[0]), column)


def check_repeated(dictionary: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """Rows of one variable that read one column twice, or are not the same in each wave.

    A column that stands for two options, or for before and after, would count twice.
    """
    file, rows = f"{name}/dictionary.csv", dictionary.reset_index(names="row")
    rows["codes"] = rows["codes"].where(rows["codes"] != "", rows["variable"])
    for variable, group in rows.groupby("variable", sort=False):
        for one in group[group["source_column"].duplicated()].to_dict("records"):
            must, do = f"{variable} has each column once", "correct it, or remove the row"
            yield Fault(file, must, one["source_column"], do, int(one["row"]), "source_column")
        for column in ("type", "codes", "reverse"):
            if group["wave"].nunique() > 1 and group[column].nunique() > 1:
                must = f"{variable} has the same {column} in each wave"
                found = ", ".join(repr(cell) for cell in group[column].unique())
                do = "write it in each, or call it a variable of its own"
                yield Fault(file, must, found, do, int(group["row"].iloc[0]), column)


def list_questions(
    dictionary: pd.DataFrame, codes: pd.DataFrame, settings: Settings
) -> list[Question]:
    """The dictionary's variables, in its order; a variable with a part is called by it.

    A variable that stands in several columns of one wave, an option in each, is one question.
    """
    parts = {variable: part for part, variable in settings.columns.items()}
    kinds = dict.fromkeys((settings.columns[part] for part in settings.columns), "id")
    kinds |= {settings.design[part]: "number" for part in settings.design if part in _COUNTED_WITH}
    if "date" in settings.columns:
        kinds[settings.columns["date"]] = "date"
    questions = []
    for _, rows in dictionary.groupby(["variable", "wave"], sort=False):
        one = rows.iloc[0]
        options = rows[rows["option"] != ""]
        questions.append(
            Question(
                variable=parts.get(one["variable"], one["variable"]),
                column=one["source_column"],
                kind=kinds.get(one["variable"], one["type"]),
                codes=codes[codes["codes"] == (one["codes"] or one["variable"])],
                wave=one["wave"],
                separator=one["separator"],
                blank=one["blank"],
                options=dict(zip(options["source_column"], options["option"], strict=True)),
            )
        )
    return questions


def check_namesakes(codes: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """A fault for each code that an answer cannot tell from an earlier one of its list.

    Such are A and a, and of numbers 1, 1.0 and 01.
    """
    seen: dict[tuple[str, object], str] = {}
    for row, of, code in zip(codes.index, codes["codes"], codes["code"], strict=True):
        number = as_amount(code)
        first = seen.setdefault((of, fold_cell(code) if number is None else number), code)
        if first != code:
            must, do = "each code of a list differs in more than form", "give one of them another"
            yield Fault(name, must, f"{first} and {code} of {of}", do, int(row), "code")


def check_meanings(codes: pd.DataFrame, *, name: str) -> Iterator[Fault]:
    """A fault for each code that has neither a label nor a missing_reason.

    codes: rows of codes.csv, indexed by their row in a spreadsheet; name: what messages call it.
    """
    bare = (codes[["label_sv", "label_en", "missing_reason"]] == "").all(axis=1)
    for row, code, of in zip(
        codes.index[bare], codes.loc[bare, "code"], codes.loc[bare, "codes"], strict=True
    ):
        yield Fault(
            name,
            "each code has a meaning",
            f"none for {code} of {of}",
            "write label_sv or label_en as the questionnaire has it, or the missing_reason",
            row=int(row),
        )
