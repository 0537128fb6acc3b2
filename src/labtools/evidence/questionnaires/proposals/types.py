"""One column of an export → what type it seems to be, and the codes it needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from labtools.evidence.questionnaires.answers import fold_cell
from labtools.evidence.questionnaires.proposals.codes import (
    NUMBER,
    Code,
    as_number,
    choose_codes,
    find_choices,
    missing_codes,
    natural_order,
    numbered_codes,
)
from labtools.evidence.questionnaires.proposals.known_labels import (
    find_reason,
    find_scale,
    has_other,
)
from labtools.evidence.questionnaires.proposals.names import make_slug
from labtools.evidence.questionnaires.proposals.open_questions import is_written

MOST_CODES = 7
"""So many whole numbers up to 10 may be a scale; more of them, or larger ones, are amounts."""

MOST_LABELS = 40
LONG = 40
"""Letters, beyond which a text looks written rather than chosen, unless it recurs."""

_WHOLE = re.compile(r"-?\d+")
_BEGINS_WITH_NOUGHT = re.compile(r"0\d+")
_SPARE = {8, 9, 77, 88, 97, 98, 99, 888, 998, 999}  # they often stand for no answer
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_IDS = frozenset("id lopnr lopnummer nr respondent respondent_id respondentid person_id".split())
_ONE_WORD = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])\S+")


@dataclass(frozen=True)
class Guess:
    """The type that a column seems to have, its codes in order, and the scale they are of.

    scale: the name of the known scale whose points the labels are, or "".
    """

    type: str
    codes: tuple[Code, ...] = ()
    scale: str = ""
    separator: str = ""


def guess_type(
    cells: pd.Series,
    *,
    heading: str,
    labels: dict[str, str],
    decimals: str = ",.",
    user_missing: Collection[str] = (),
    separator: str = "",
    wording: str = "",
    open_ended: bool = False,
) -> Guess:
    """What a column seems to hold.

    cells: text, "" where blank. labels, user_missing: what the file says of its codes;
    decimals: the signs its numbers may have.
    separator: of several choices in one cell, where the tool that wrote the file is known for
    it. wording: of the question, where it is not the heading; open_ended: whether the tool says
    that people wrote what they liked. Cells that stand for no answer become codes with their
    reason, and decide nothing.
    """
    counts = Counter(cell for cell in cells if cell)
    reasons = {cell: find_reason(labels.get(cell, cell)) for cell in {*counts, *labels}}
    missing = [cell for cell in reasons if reasons[cell] or cell in user_missing]
    plain = {cell: count for cell, count in counts.items() if cell not in missing}
    without = missing_codes(missing, labels, reasons)
    told = {code: label for code, label in labels.items() if code not in missing}
    written = open_ended or is_written(plain, heading=wording or heading)
    if separator or (_is_list(plain) and not written):
        pieces = find_choices(plain, separator or ";")
        return Guess("multiple", (*choose_codes(pieces), *without), separator=separator or ";")
    if open_ended and plain and not told:
        kind = (
            "number" if _are_numbers(plain, decimals) else "date" if _are_dates(plain) else "text"
        )
        return Guess(kind, without)
    if told and len(set(plain) - set(told)) <= MOST_CODES:
        return _guess_labelled(told, plain, without)
    if not plain:
        return Guess("text", without)
    if make_slug(heading) in _IDS and 2 * len(plain) >= sum(plain.values()) > 1:
        return Guess("id", without)
    if _are_numbers(plain, decimals):
        return _guess_numbers(plain, without)
    if _are_dates(plain):
        return Guess("date", without)
    distinct = list({fold_cell(cell): cell for cell in plain}.values())
    scale = find_scale(distinct)
    if scale is not None:
        points = tuple(Code(str(place), label) for place, label in enumerate(scale.labels, 1))
        return Guess("ordinal", (*points, *without), scale.name)
    numbered = numbered_codes(distinct)
    if numbered:
        return Guess("ordinal", (*numbered, *without))
    if not written and _are_chosen(plain, rows=len(cells)):
        return Guess("single", (*choose_codes(sorted(distinct, key=natural_order)), *without))
    words = len(plain) > 1 and all(_ONE_WORD.fullmatch(cell) for cell in plain)
    return Guess("id" if words and not written else "text", without)


def _guess_labelled(
    told: dict[str, str], plain: Collection[str], without: tuple[Code, ...]
) -> Guess:
    """A column whose codes the file labels: ordered where they count up from 0 or 1."""
    codes = sorted({*told, *plain}, key=natural_order)
    whole = [int(code) for code in codes if _WHOLE.fullmatch(code)]
    in_order = whole in (list(range(len(codes))), list(range(1, len(codes) + 1)))
    ordered = in_order and len(codes) > 2 and not has_other(told.values())
    rows = [Code(code, told.get(code, "")) for code in codes]
    return Guess("ordinal" if ordered else "single", (*rows, *without))


def _are_numbers(plain: Iterable[str], decimals: str) -> bool:
    """Whether all are numbers with one sign before their decimals, of those that they may have.

    Cells of one length, some of which begin with 0, such as 0581, are names of something.
    """
    cells = list(plain)
    if any(_BEGINS_WITH_NOUGHT.fullmatch(cell) for cell in cells) and len(set(map(len, cells))) < 2:
        return False
    used = {sign for sign in ",." for cell in cells if sign in cell}
    return all(NUMBER.fullmatch(cell) for cell in cells) and len(used) < 2 and used <= set(decimals)


def _guess_numbers(plain: Collection[str], without: tuple[Code, ...]) -> Guess:
    """Numbers: a code each where they are few, whole and small; else an amount."""
    values = {as_number(cell) for cell in plain}
    answers = values - _SPARE
    plainly = all(fold_cell(cell) == f"{as_number(cell):g}" for cell in plain)  # not 007
    whole = all(value.is_integer() and 0 <= value <= 10 for value in answers)
    few = len(answers) <= MOST_CODES and whole and plainly
    if not (few and answers):
        return Guess("number", without)
    return Guess("single", (*(Code(str(int(value)), "") for value in sorted(values)), *without))


def _are_dates(plain: Iterable[str]) -> bool:
    cells = pd.Series(list(plain), dtype="str")
    if not all(_DATE.fullmatch(cell) for cell in cells):
        return False
    return bool(pd.to_datetime(cells, format="ISO8601", errors="coerce", utc=True).notna().all())


def _are_chosen(plain: dict[str, int], *, rows: int) -> bool:
    """Whether few texts recur, as choices do and written answers do not.

    Long texts that most people left out are written, even where some are alike.
    """
    once = [cell for cell, count in plain.items() if count == 1]
    recurring = 2 * len(once) <= sum(plain.values())
    written = sum(len(cell) > LONG for cell in once)
    lengths = sorted(len(cell) for cell in plain)
    left_out = lengths[len(lengths) // 2] > LONG and 3 * sum(plain.values()) < rows
    few = len(plain) <= MOST_LABELS and 2 * written <= len(plain)
    return recurring and few and not left_out


def _is_list(plain: dict[str, int]) -> bool:
    """Whether cells hold several texts divided by semicolons that recur in other cells."""
    lists = [cell for cell in plain if ";" in cell.rstrip("; ")]
    pieces = Counter(piece for cell in plain for piece in find_choices([cell], ";"))
    recurring = sum(count > 1 for count in pieces.values())
    return bool(lists) and len(pieces) <= MOST_LABELS and 2 * recurring > len(pieces)
