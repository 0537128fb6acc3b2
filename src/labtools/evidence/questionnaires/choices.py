"""Cells of a multiple choice → the codes that were chosen, however the tool wrote them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from labtools.evidence.questionnaires.answers import (
    Question,
    Reading,
    code_meanings,
    fault_each,
    find_ambiguous,
    fold_cell,
)
from labtools.evidence.sheets.tabular import Sheet
from labtools.faults import Fault

CHOSEN = frozenset(
    "1;true;yes;ja;y;x;checked;selected;vald;ikryssad;mentioned;nämnd;nämnt".split(";")
)
NOT_CHOSEN = frozenset(
    "0;false;no;nej;n;unchecked;not checked;not selected;ej vald;inte vald;ej ikryssad;"
    "not mentioned;ej nämnd;ej nämnt;inte nämnd;inte nämnt".split(";")
)


def read_choices(sheet: Sheet, question: Question, *, name: str) -> Reading:
    """The answers to a multiple choice, indexed as the sheet.

    An answer is the codes that were chosen, in the order of codes.csv, joined by `;`; "" where
    the person answered and chose none; NaN with its reason where they did not answer. In one
    cell, choices are codes or labels with the question's separator between them; a label that
    holds the separator counts as one, the longest first. As columns, a cell holds a mark such
    as 1 or ja, the option's own code or label, or a mark such as 0 or nej. Where somebody chose
    nothing at all and no cell says so, the dictionary's `blank` decides: `none` is "", anything
    else NaN. A code with a missing_reason is the reason where it is all that was chosen; beside
    others it is left out. Faults: a choice without a row in codes.csv; in a column what is no
    mark; a code that SPSS calls missing and codes.csv does not; in one cell what is one code and
    another's label. An option whose own code or label is such as 0 or nej is chosen by it where
    no column of the question holds marks and somebody left some of them blank.
    """
    if question.options:
        return _read_columns(sheet, question, name=name)
    return _read_joined(sheet, question, name=name)


def _read_joined(sheet: Sheet, question: Question, *, name: str) -> Reading:
    cells = sheet.cells[question.column]
    meanings = code_meanings(question.codes)
    separator = question.separator.strip().casefold() or " "
    pieces = {cell: split_choices(cell, meanings, separator=separator) for cell in cells.unique()}
    unknown = cells.map(
        lambda cell: [one for one in pieces[cell] if fold_cell(one) not in meanings]
    )
    must, do = "has a row in codes.csv", "add it there, with its meaning or missing_reason"
    faults = [*fault_each(unknown.explode().dropna(), must, do, column=question.column, name=name)]
    ambiguous = find_ambiguous(question.codes)
    unsure = cells.map(lambda cell: [one for one in pieces[cell] if fold_cell(one) in ambiguous])
    must, do = "is not one code and the label of another", "give the codes other names in codes.csv"
    faults += fault_each(unsure.explode().dropna(), must, do, column=question.column, name=name)
    chosen = [
        {meanings[fold_cell(one)] for one in pieces[cell] if fold_cell(one) in meanings}
        for cell in cells
    ]
    return _conclude(sheet, question, chosen, [False] * len(cells), tuple(faults))


def split_choices(cell: str, known: Mapping[str, str], *, separator: str) -> list[str]:
    """The choices in a cell, in small letters; `known` has a key for each that is expected.

    >>> split_choices("Buss, spårvagn, Cykel, gång", {"buss, spårvagn": "1"}, separator=",")
    ['buss, spårvagn', 'cykel', 'gång']
    """
    rest = " ".join(cell.split()).casefold()
    longest_first = sorted(known, key=len, reverse=True)
    found = []
    while rest := rest.removeprefix(separator).strip():
        whole = (one for one in longest_first if _begins(rest, one, separator))
        choice = next(whole, None) or rest.partition(separator)[0]
        found.append(choice.strip())
        rest = rest[len(choice) :].lstrip()
    return [choice for choice in found if choice]


def _begins(rest: str, choice: str, separator: str) -> bool:
    """Whether a text begins with the whole of a choice."""
    if not choice or not rest.startswith(choice):
        return False
    after = rest[len(choice) :]
    return not after or after.startswith(separator) or after.lstrip().startswith(separator)


def _read_columns(sheet: Sheet, question: Question, *, name: str) -> Reading:
    meanings = code_meanings(question.codes)
    why = dict(zip(question.codes["code"], question.codes["missing_reason"], strict=True))
    faults: list[Fault] = []
    chosen: list[set[str]] = [set() for _ in sheet.cells.index]
    said = [False] * len(sheet.cells)
    marked = _has_marks(sheet, question.options, meanings)
    for column, option in question.options.items():
        cells = sheet.cells[column]
        labels, missing = sheet.labels.get(column, {}), sheet.user_missing.get(column, set())
        marks = {
            cell: _mark(_texts_of(cell, labels, missing), option, meanings, why, marked=marked)
            for cell in cells.unique()
        }
        unknown = cells[cells.map(lambda cell, of=marks: of[cell] is None).astype(bool)]
        must = "is a mark such as 1, ja or the option itself, or such as 0, nej or blank"
        do = "correct it, or give this column a row of its own of type text"
        faults += fault_each(unknown, must, do, column=column, name=name)
        unsaid = [cell for cell in missing if cell and not why.get(marks.get(cell) or "")]
        must, do = "has the missing_reason that SPSS implies", "fill it in, in codes.csv"
        faults += fault_each(cells[cells.isin(unsaid)], must, do, column=column, name=name)
        for place, cell in enumerate(cells):
            mark = marks[cell]
            said[place] |= mark == "" and cell != ""
            if mark:
                chosen[place].add(mark)
    return _conclude(sheet, question, chosen, said, tuple(faults))


def _has_marks(sheet: Sheet, options: Mapping[str, str], meanings: Mapping[str, str]) -> bool:
    """Whether some column holds a mark that is not the code or label of its own option.

    So it is, too, where each person filled in either every column or none: an option's own code
    leaves the columns of the others blank.
    """
    filled = sheet.cells[[*options]] != ""
    whole = len(options) > 1 and bool((filled.all(axis=1) | ~filled.any(axis=1)).all())
    return whole or any(
        folded in CHOSEN | NOT_CHOSEN and meanings.get(folded) != option
        for column, option in options.items()
        for cell in sheet.cells[column].unique()
        for folded in (fold_cell(sheet.labels.get(column, {}).get(cell, cell)),)
    )


def _texts_of(cell: str, labels: Mapping[str, str], missing: set[str]) -> list[str]:
    """What may tell a cell's meaning: its label in the file, then the cell itself.

    Of a column that the file labels the cell tells nothing, unless it is 0 and 1 or one code: 1
    may as well stand for no.
    """
    real = set(labels) - missing
    plain = cell not in labels or real <= {"0", "1"} or len(real) == 1 or cell in missing
    return [labels.get(cell, ""), *([cell] if plain else [])]


def _mark(
    texts: list[str],
    option: str,
    meanings: Mapping[str, str],
    why: Mapping[str, str],
    *,
    marked: bool,
) -> str | None:
    """The code that a cell stands for: its option's, one that is missing, "" for none.

    texts: the cell's label in the file, and the cell itself. marked: whether the question's
    columns hold marks such as 0. None where it is no mark.
    """
    folded = [fold_cell(text) for text in texts if text]
    for text in folded:
        code = meanings.get(text)
        if code == option and not (marked and text in NOT_CHOSEN):
            return option  # also by a label such as "Nej"
        if text in NOT_CHOSEN:
            return ""
        if text in CHOSEN:
            return option
        if code is not None and why[code]:
            return code
    return None if folded else ""


def _conclude(
    sheet: Sheet,
    question: Question,
    chosen: list[set[str]],
    said: list[bool],
    faults: tuple[Fault, ...],
) -> Reading:
    """chosen: codes by row; said: whether a cell of the row says that an option was not."""
    codes = question.codes.sort_values("order", kind="stable", na_position="last")
    why = dict(zip(codes["code"], codes["missing_reason"], strict=True))
    blank: str = sheet.blank.get(question.column, "blank")
    answers: list[str | None] = []
    reasons, silent = [], []
    for of_row, no in zip(chosen, said, strict=True):
        real = [code for code in why if code in of_row and not why[code]]
        missing = [why[code] for code in why if code in of_row and why[code]]
        answered = bool(real) or (not missing and (no or question.blank == "none"))
        answers.append(";".join(real) if answered else None)
        reasons.append("" if answered else (missing or [blank])[0])
        silent.append(not (real or missing or no))
    index = sheet.cells.index
    return Reading(
        pd.Series(answers, index=index, dtype="str"),
        pd.Series(reasons, index=index, dtype="str"),
        faults,
        pd.Series(silent, index=index, dtype="bool"),
    )
