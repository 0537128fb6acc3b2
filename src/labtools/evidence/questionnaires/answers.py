"""Cells of an answer file → typed answers, by the dictionary and the codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from labtools.evidence.sheets.number_cells import find_decimal
from labtools.evidence.sheets.tabular import Sheet
from labtools.faults import Fault

_CODED = ("single", "ordinal")
_LABELS = ("label_sv", "label_en")
_NUMBER = r"[+-]?\d+(?:SIGN\d+)?(?:[eE][+-]?\d+)?"
_NUMBER_AT_ALL = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_ZONE = re.compile(r"(?<=:\d\d)(\.\d+)?\s*(?:Z|[+-]\d\d(?::?\d\d)?)$")  # the clock there counts
_TIME = r"\d{1,2}(?::\d\d(?::\d\d(?:\.\d+)?)?)?"
_DATE = re.compile(  # the year first; as a year alone, one of our time
    rf"(?:19|20)\d\d|\d{{4}}([-/.])\d{{1,2}}(?:\1\d{{1,2}}(?:[T ]{_TIME})?)?|\d{{8}}(?:T\d{{6}})?"
)
_OTHER_SIGN = str.maketrans(",.", ".,")
_SPACES = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")  # between thousands


@dataclass(frozen=True)
class Question:
    """A variable, and the column of the answer file that holds it.

    `codes` are its rows of codes.csv; `kind` is the type that the dictionary gives, with
    `number` for a design variable that is counted with. Of a multiple choice: `separator`
    stands between choices in one cell, blank for spaces; `options` are the columns, if each
    option has its own, with the code it stands for; `blank` is the dictionary's rule.
    """

    variable: str
    column: str
    kind: str
    codes: pd.DataFrame
    wave: str = ""
    separator: str = ""
    blank: str = ""
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One variable's answers, why those that are NaN are missing ("" elsewhere), its faults.

    silent: of a multiple choice, where nobody marked anything, whatever that means.
    """

    answers: pd.Series
    reasons: pd.Series
    faults: tuple[Fault, ...]
    silent: pd.Series | None = None


def read_answers(sheet: Sheet, question: Question, *, name: str) -> Reading:
    """The answers to one question, indexed as the sheet.

    single, ordinal, and design with codes: the code as a float where every code with a meaning
    is a number, else as text; id with codes: the code as text; number: float; date: Timestamp;
    all others text. A cell may hold a code, or one of its labels in capital or small letters.
    A code with a missing_reason is NaN for that reason; a blank cell is NaN, `blank` or (in
    SPSS) `system`. Faults: a code without a row in codes.csv; what is no number or no date, or a
    number whose sign may be between thousands; a code that SPSS calls missing and codes.csv does
    not; what is one code and another's label, or has other labels in the file and in codes.csv.
    """
    cells = sheet.cells[question.column]
    codes = _find_codes(cells, sheet.labels.get(question.column, {}), question.codes)
    why = dict(zip(question.codes["code"], question.codes["missing_reason"], strict=True))
    blank = sheet.blank.get(question.column, "blank")
    reasons = _texts([why.get(codes[cell], "") if cell else blank for cell in cells], cells)
    filled = cells.where(reasons == "")
    faults = _find_twofold(sheet, question, name=name)
    if _is_coded(question):
        answers = _as_codes(filled, codes, question)
        must, do = "has a row in codes.csv", "add it there, with its meaning or missing_reason"
    elif question.kind == "number":
        answers = _as_numbers(filled, sheet.decimals)
        do = 'say which in survey.toml, as decimal = "," in [file]'
        _, unsure = find_decimal(sheet, [question.column], name=name)
        faults += [replace(fault, do=do) for fault in unsure]
        must, do = "is a number", "correct it, or give it a missing_reason in codes.csv"
    elif question.kind == "date":
        days = filled.str.replace(_ZONE, "", regex=True)
        days = days.where(days.str.fullmatch(_DATE).fillna(False).astype(bool))
        answers = pd.to_datetime(days, format="ISO8601", errors="coerce")
        must, do = "is a date as 2018-05-14", "correct it, or call the variable text"
    else:
        answers, must, do = filled, "", ""
    wrong = cells[filled.notna() & answers.isna()]
    faults += fault_each(wrong, must, do, column=question.column, name=name)
    for cell in sorted(sheet.user_missing.get(question.column, set())):
        unknown = _is_coded(question) and codes[cell] is None  # is told already
        if cell and not unknown and not why.get(codes[cell] or ""):
            must, do = "has the missing_reason that SPSS implies", "fill it in, in codes.csv"
            wrong = cells[cells == cell]
            faults += fault_each(wrong, must, do, column=question.column, name=name)
    return Reading(answers, reasons, tuple(faults))


def _texts(values: list[str], like: pd.Series) -> pd.Series:
    return pd.Series(values, index=like.index, dtype="str")


def _is_coded(question: Question) -> bool:
    with_meaning = (question.codes["missing_reason"] == "").any()
    return question.kind in _CODED or (question.kind in ("design", "id") and bool(with_meaning))


def _find_codes(
    cells: pd.Series, labels: dict[str, str], codes: pd.DataFrame
) -> dict[str, str | None]:
    """The code that each distinct cell means: itself, its label, or what the file calls it."""
    meanings = code_meanings(codes)
    return {
        cell: meanings.get(fold_cell(cell)) or meanings.get(fold_cell(labels.get(cell, "")))
        for cell in cells.unique()
    }


def code_meanings(codes: pd.DataFrame) -> dict[str, str]:
    """The code by each text that means it, as `fold_cell` gives it: the code and its labels.

    Numbers mean the same with either sign before their decimals.
    """
    meanings = _label_meanings(codes) | {fold_cell(code): code for code in codes["code"]}
    numbers = {text: code for text, code in meanings.items() if _NUMBER_AT_ALL.fullmatch(text)}
    return {text.translate(_OTHER_SIGN): code for text, code in numbers.items()} | meanings


def find_ambiguous(codes: pd.DataFrame) -> set[str]:
    """Texts, as `fold_cell` gives them, that are one code and the label of another."""
    labels = _label_meanings(codes)
    return {folded for code in codes["code"] if labels.get(folded := fold_cell(code), code) != code}


def _find_twofold(sheet: Sheet, question: Question, *, name: str) -> list[Fault]:
    """Cells that are one code and another's label, or have two labels that contradict.

    Where the file itself labels a cell, it is a code.
    """
    cells, labels = sheet.cells[question.column], sheet.labels.get(question.column, {})
    ambiguous, by_label = find_ambiguous(question.codes), _label_meanings(question.codes)
    known = {fold_cell(code): code for code in question.codes["code"]}
    unsure = [cell for cell in cells.unique() if fold_cell(cell) in ambiguous]
    unsure = [cell for cell in unsure if cell not in labels]
    contrary = [
        cell
        for cell in cells.unique()
        if (code := known.get(fold_cell(cell))) is not None
        and by_label.get(fold_cell(labels.get(cell, "")), code) != code
    ]
    must, do = "is not one code and the label of another", "give the codes other names in codes.csv"
    faults = [*fault_each(cells[cells.isin(unsure)], must, do, column=question.column, name=name)]
    must, do = "has the label in codes.csv that the file gives it", "correct codes.csv"
    wrong = cells[cells.isin(contrary)]
    return [*faults, *fault_each(wrong, must, do, column=question.column, name=name)]


def _label_meanings(codes: pd.DataFrame) -> dict[str, str]:
    """The code by each label, as `fold_cell` gives it; a label of two codes means neither."""
    meant: dict[str, set[str]] = {}
    for label in _LABELS:
        for code, text in zip(codes["code"], codes[label], strict=True):
            meant.setdefault(fold_cell(text), set()).add(code)
    return {text: only for text, (only, *more) in meant.items() if text and not more}


def fold_cell(label: str) -> str:
    """Letters small, space single, and a whole number without decimals and with a plain minus.

    >>> fold_cell("Instämmer  helt "), fold_cell("4,0")
    ('instämmer helt', '4')
    """
    folded = re.sub(r"^−(?=\d)", "-", " ".join(label.split()).casefold())
    return re.sub(r"[.,]0+$", "", folded) if _NUMBER_AT_ALL.fullmatch(folded) else folded


def as_amount(code: str) -> float | None:
    """The number that a code is, whatever its form; None where it is none.

    >>> as_amount("01"), as_amount("1,0"), as_amount("ja")
    (1.0, 1.0, None)
    """
    return float(code.replace(",", ".")) if _NUMBER_AT_ALL.fullmatch(code) else None


def _as_codes(filled: pd.Series, codes: dict[str, str | None], question: Question) -> pd.Series:
    with_meaning = question.codes.loc[question.codes["missing_reason"] == "", "code"]
    found = pd.Series([codes.get(cell) for cell in filled], index=filled.index, dtype="str")
    numbers = with_meaning.str.fullmatch(_NUMBER_AT_ALL.pattern).all()
    if question.kind == "id" or with_meaning.empty or not numbers:
        return found
    return pd.to_numeric(found.str.replace(",", ".", regex=False)).astype("float64")


def _as_numbers(filled: pd.Series, decimals: str) -> pd.Series:
    """Numbers by the decimal sign that more of the cells have; the others are NaN."""
    plain = filled.str.replace(_SPACES, "", regex=True).str.replace("−", "-", regex=False)
    fits = [plain.str.fullmatch(_NUMBER.replace("SIGN", re.escape(sign))) for sign in decimals]
    fit = max(fits, key=lambda cells: int(cells.fillna(False).sum()))
    points = plain.where(fit.fillna(False).astype(bool)).str.replace(",", ".", regex=False)
    return pd.to_numeric(points).astype("float64")


def fault_each(wrong: pd.Series, must: str, do: str, *, column: str, name: str) -> Iterator[Fault]:
    """One fault for each distinct cell: its first row, and how many rows have it."""
    for cell, count in wrong.value_counts(sort=False).items():
        row = int(wrong.index[wrong == cell][0])
        found = f"{str(cell)[:60]!r} in {count} row{'s' if count > 1 else ''}"
        yield Fault(name, must, found, do, row=row, column=column)
