"""Cells of a workbook that hold people's text: what is the same text, how it is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import chain, count

from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from labtools.evidence.files.encodings import seen_text

MOST_CHARACTERS = 32_767
"""In one cell of Excel."""
TOP = Alignment(vertical="top", wrap_text=True)
OPEN = Protection(locked=False)

_LINE, _MOST_POINTS = 15, 409  # of a line of text, and of a row in Excel
_RESERVED = "history"  # by Excel, as a sheet's title
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")
_NOT_IN_XML = re.compile("[\x0b\x0c\x1c-\x1f\ufffe\uffff]")


class _FittedRow(RowDimension):  # type: ignore[misc]
    """A row as high as its text, which Excel fits anew when somebody writes in it."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 -- openpyxl's name
        return False


def normal(text: str) -> str:
    """What is the same text for Excel: what it cannot hold or show makes no difference."""
    plain = unescape(text).replace("\r\n", "\n").replace("\r", "\n")
    return seen_text(_NOT_IN_XML.sub(" ", plain)).strip()


def digest(text: str) -> str:
    """Sixteen hexadecimal digits that tell whether a cell was edited."""
    return hashlib.sha256(normal(text).encode("utf-8")).hexdigest()[:16]


def free_title(title: str, taken: Sequence[str]) -> str:
    """What a sheet can be called: 31 characters, some not allowed, each title once."""
    plain = " ".join(_NO_TITLE.sub(" ", normal(title)).split())[:28] or "–"
    reserved = {one.casefold() for one in (*taken, _RESERVED)}
    tries = chain([plain], (f"{plain[:24]} {number}" for number in count(2)))
    return next(one for one in tries if one.casefold() not in reserved)


def write_heading(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """One cell of text above a column, in bold."""
    write_text(sheet, row, column, text)
    cell = sheet.cell(row, column)
    cell.font, cell.fill = Font("Calibri", 11, bold=True), PatternFill("solid", fgColor="E8E8E8")


def write_text(
    sheet: Worksheet,
    row: int,
    column: int,
    text: str,
    *,
    locked: bool = True,
) -> None:
    """One cell of text: never a formula, a number or an error, though it may look like one."""
    cell = sheet.cell(row, column)
    cell.value = normal(text)
    if cell.value is not None:
        cell.data_type = "s"
    cell.quotePrefix, cell.number_format, cell.alignment = True, "@", TOP
    if not locked:
        cell.protection = OPEN


def fit_row(sheet: Worksheet, row: int, texts: Iterable[str], *, width: int) -> None:
    """Make a row as high as its longest text, for programs that do not do so by themselves."""
    lines = (sum(1 + len(line) // width for line in text.split("\n")) for text in texts)
    height = min(_LINE * max(lines, default=1), _MOST_POINTS)
    sheet.row_dimensions[row] = _FittedRow(sheet, index=row, ht=height)


def finish_sheet(sheet: Worksheet) -> None:
    """Lock what is not open, without a password; widths, heights and filters are free."""
    sheet.protection.sheet = True
    for free in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(sheet.protection, free, False)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.gridLines = True
