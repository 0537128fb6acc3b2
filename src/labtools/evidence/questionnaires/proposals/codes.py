"""The answers that occur in a column → a code for each of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from labtools.evidence.questionnaires.answers import fold_cell
from labtools.evidence.questionnaires.proposals.known_labels import find_reason
from labtools.evidence.questionnaires.proposals.names import make_slug, make_unique

MOST_LETTERS = 40
"""Of a code."""

NUMBER = re.compile(r"[+\-−]?(?:\d+|\d{1,3}(?:\s\d{3})+)(?:[.,]\d+)?")
_NUMBERED = re.compile(r"(\d{1,2})(?:[\s.:=)–-]+\D.*)?")


class Code(NamedTuple):
    """A row of codes.csv: `label` in the survey's language, `reason` where it is no answer."""

    code: str
    label: str
    reason: str = ""


def find_choices(cells: Iterable[str], separator: str) -> list[str]:
    """The different choices in cells that hold several.

    With a comma, a piece within brackets, or one in small letters after one with a capital,
    continues the piece before it: labels hold commas of their own.

    >>> find_choices(["Ja, ibland, Musik", "Kurs (dag, kväll)"], ", ")
    ['Ja, ibland', 'Kurs (dag, kväll)', 'Musik']
    """
    found: dict[str, str] = {}
    for cell in cells:
        pieces: list[str] = []
        for piece in cell.split(separator.strip() or separator):
            goes_on = separator.strip() == "," and pieces and _goes_on(pieces[-1], piece.strip())
            if goes_on:
                pieces[-1] += f"{separator}{piece.strip()}"
            else:
                pieces.append(piece.strip())
        found |= {fold_cell(piece): piece for piece in pieces if piece}
    return sorted(found.values(), key=natural_order)


def _goes_on(before: str, piece: str) -> bool:
    return before.count("(") > before.count(")") or (piece[:1].islower() and before[:1].isupper())


def choose_codes(labels: Iterable[str], *, not_these: Collection[str] = ()) -> list[Code]:
    """A code for each label, in their order: a slug that is no other label, nor of `not_these`."""
    ordered = list(labels)
    folded = {fold_cell(label) for label in ordered}
    codes: list[Code] = []
    for label in ordered:
        taken = {code.code for code in codes} | (folded - {fold_cell(label)}) | {*not_these}
        slug = make_slug(label)[:MOST_LETTERS].rstrip("_") or "x"
        codes.append(Code(make_unique(slug, taken), label, find_reason(label)))
    return codes


def missing_codes(
    cells: Iterable[str], labels: dict[str, str], reasons: dict[str, str]
) -> tuple[Code, ...]:
    """Cells that stand for no answer: a code of the file keeps it, a text gets a slug."""
    found = {fold_cell(cell): cell for cell in sorted(cells, key=natural_order)}.values()
    codes: list[Code] = []
    for cell in found:
        is_code = cell in labels or NUMBER.fullmatch(cell)
        code = cell if is_code else make_unique(make_slug(cell) or "x", [one.code for one in codes])
        label = labels.get(cell, "" if is_code else cell)
        codes.append(Code(code, label, reasons[cell]))
    return tuple(codes)


def merge_codes(codes: Iterable[Code]) -> list[Code]:
    """Each code once; of two labels with the same code the second gets another.

    >>> merge_codes([Code("x", "Vet ej"), Code("x", "Vet ej."), Code("x", "Vet ej")])
    [Code(code='x', label='Vet ej', reason=''), Code(code='x_2', label='Vet ej.', reason='')]
    """
    merged: list[Code] = []
    for code in dict.fromkeys(codes):
        merged.append(code._replace(code=make_unique(code.code, [one.code for one in merged])))
    return merged


def numbered_codes(labels: Iterable[str]) -> list[Code]:
    """The codes of labels that each begin with one, as `5 = Helt nöjd`; none where they do not."""
    found = {label: _NUMBERED.fullmatch(label) for label in labels}
    numbers = {label: int(match[1]) for label, match in found.items() if match}
    if len(found) != len(numbers) or len(set(numbers.values())) < max(len(found), 3):
        return []
    return [
        Code(str(numbers[label]), label) for label in sorted(numbers, key=lambda one: numbers[one])
    ]


def natural_order(text: str) -> list[tuple[int, float, str]]:
    """Order by the numbers within a text, capitals aside; a number by its value."""
    if NUMBER.fullmatch(text):
        return [(0, as_number(text), "")]
    parts = re.split(r"(\d+)", fold_cell(text))
    return [(1, float(part), "") if part.isdecimal() else (2, 0.0, part) for part in parts if part]


def as_number(number: str) -> float:
    return float(re.sub(r"\s", "", number).replace(",", ".").replace("−", "-"))
