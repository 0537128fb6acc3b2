"""Cells of a table as text → numbers, or why they cannot be told."""

from __future__ import annotations

import re
from math import isfinite

import pandas as pd

from labtools.evidence.sheets.tabular import Sheet
from labtools.faults import Fault

SIGNS = {",": "comma", ".": "point"}
LIKE_NUMBER = re.compile(r"[-+−]?[\d\s.,'’]*\d[\d\s.,'’]*%?")
"""What somebody may have meant as a number."""
_SPACES = re.compile(r"(?<=\d)\s(?=\d{3}(?!\d))")  # between thousands


def find_decimal(sheet: Sheet, columns: list[str], *, name: str) -> tuple[str, list[Fault]]:
    """The sign before decimals that more cells hold, "" where none does.

    A fault where that sign may as well stand between thousands: the file may have either sign,
    and three digits follow it in every cell.
    """
    cells = sheet.cells[columns].stack()
    held = {sign: cells[cells.str.contains(rf"\d{re.escape(sign)}\d")] for sign in sheet.decimals}
    sign = max(held, key=lambda sign: len(held[sign]))
    if held[sign].empty:
        return "", []
    thousands = rf"[-+−]?[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+"
    if len(sheet.decimals) > 1 and sheet.delimiter and held[sign].str.fullmatch(thousands).all():
        (row, column), cell = held[sign].index[0], held[sign].iloc[0]
        must = f"the {SIGNS[sign]} in {cell} has one meaning: decimals or thousands"
        do = "write thousands without a sign, or another number of decimals in some cell"
        return sign, [Fault(name, must, "both possible in every cell", do, row=row, column=column)]
    return sign, []


def as_numbers(cells: pd.Series, sign: str) -> pd.Series:
    """Finite numbers; NaN for what is none."""
    point = re.escape(sign or ".")
    number = rf"[+-]?(?:[0-9]+(?:{point}[0-9]+)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    plain = cells.str.replace(_SPACES, "", regex=True).str.replace("−", "-", regex=False)
    points = plain.where(plain.str.fullmatch(number)).str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(points).astype("float64")
    return numbers.where(numbers.map(isfinite))
