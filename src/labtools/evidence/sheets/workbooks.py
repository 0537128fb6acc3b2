"""Excel workbooks (.xlsx) → the rows of their first sheet, as text."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from itertools import islice, pairwise
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from labtools.evidence.files.archives import unpack
from labtools.evidence.files.encodings import MOST_BYTES, read_bytes, seen_text, too_large
from labtools.evidence.files.lookalikes import name_archive, refuse_lookalike
from labtools.faults import BadInput, Fault

MOST_CELLS = 5_000_000
MOST_TAGS = 100_000
"""Of one row, or of a member that holds no rows; of the workbook's texts ten times as many."""
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_MUST, _DO = "the file is a whole .xlsx workbook", "open it in Excel and save it anew as .xlsx"


def list_sheets(path: Path, *, name: str) -> list[str]:
    """What the sheets of a workbook are called, the first first; BadInput as `read_workbook`."""
    data = read_bytes(path, name=name)
    try:
        _check_members(data, name=name)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        titles = [sheet.title for sheet in book.worksheets]
        book.close()
    except BadInput:
        raise
    except Exception as error:  # as above
        found = f"a part that cannot be read ({type(error).__name__})"
        raise BadInput([Fault(name, _MUST, found, _DO)]) from error
    return titles


def read_workbook(path: Path, *, name: str, sheet: str = "") -> dict[int, list[str]]:
    """A sheet's rows that hold anything, by the number that Excel shows them with.

    sheet: its name; "" stands for the first.

    A cell is NFC text without space around it: a whole number without decimals, others with
    a point, dates as 2018-05-14 or 2018-05-14T10:30:00, TRUE and FALSE, a formula as the value
    it had when the file was saved. BadInput where the file is no such workbook, is encrypted or
    damaged, holds more than MOST_BYTES unpacked, MOST_CELLS or MOST_TAGS, declares a document
    type, or has a column of formulas none of which has a value: whoever wrote the file never
    reckoned them.
    """
    data = read_bytes(path, name=name)
    if not data.startswith(b"PK"):
        refuse_lookalike(data, name=name)
        found = "something else, perhaps with a wrong ending"
        raise BadInput([Fault(name, _MUST, found, _DO)])
    try:
        with_formulas = _check_members(data, name=name)
        rows = _read_rows(data, sheet, values=True, name=name)
        formulas = _read_rows(data, sheet, values=False, name=name) if with_formulas else {}
    except BadInput:
        raise
    except Exception as error:  # the library tells damage by whatever it stumbles over
        found = f"a part that cannot be read ({type(error).__name__})"
        raise BadInput([Fault(name, _MUST, found, _DO)]) from error
    faults = _find_unreckoned(rows, formulas, name=name)
    if faults:
        raise BadInput(faults)
    return {row: cells for row, cells in rows.items() if any(cells)}


def _check_members(data: bytes, *, name: str) -> bool:
    """Whether there are formulas; BadInput for what is too large, or may reach elsewhere."""
    formulas = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise BadInput([too_large(name, size)])
        if "xl/workbook.xml" not in archive.namelist():
            raise BadInput([Fault(name, _MUST, name_archive(archive.namelist()), _DO)])
        for member in archive.infolist():
            if member.filename.endswith((".xml", ".rels")):
                xml = unpack(archive, member.filename, name=name)
                if member.filename == "xl/workbook.xml" and b"//purl.oclc.org/ooxml/" in xml:
                    found = "a Strict Open XML workbook"
                    raise BadInput([Fault(name, _MUST, found, "save it as an ordinary .xlsx")])
                if _count_tags(member.filename, xml) > MOST_TAGS:
                    must, do = (
                        "the workbook is of usual size",
                        "keep the answers alone, and save them",
                    )
                    found = f"more than {MOST_TAGS:,} parts at one place in {member.filename}"
                    raise BadInput([Fault(name, must, found, do)])
                formulas = formulas or b"<f>" in xml or b"<f " in xml
    return formulas


def _count_tags(member: str, xml: bytes) -> int:
    """How many tags the library would hold in memory at once."""
    if member.endswith("sharedStrings.xml"):
        return xml.count(b"<") // 10
    begins = _ROW.finditer(xml) if member.startswith("xl/worksheets/") else iter(())
    edges = [0, *(row.start() for row in begins), len(xml)]
    return max(xml.count(b"<", start, end) for start, end in pairwise(edges))


def _read_rows(data: bytes, wanted: str, *, values: bool, name: str) -> dict[int, list[str]]:
    """Rows with a cell that is not None; formulas as values, or as they are written."""
    rows: dict[int, list[str]] = {}
    count = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of looks and rules that openpyxl leaves out
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if wanted and wanted not in sheets:
            must, do = f"sheet in [file] is one of {', '.join(sheets)}", "write one of these"
            raise BadInput([Fault(name, must, wanted, do)])
        sheet = sheets[wanted] if wanted else book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size is often wrong
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            count += len(row)
            if count > MOST_CELLS:
                must = f"at most {MOST_CELLS:,} cells in the first sheet"
                raise BadInput([Fault(name, must, "more", "delete rows and columns without use")])
            if any(value is not None for value in row):
                rows[number] = [_as_text(value) for value in row]
        book.close()
    return rows


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return seen_text(str(value)).strip()


def _find_unreckoned(
    rows: dict[int, list[str]], formulas: dict[int, list[str]], *, name: str
) -> list[Fault]:
    first: dict[int, int] = {}
    reckoned: set[int] = set()
    for row, cells in formulas.items():
        for column, cell in enumerate(cells):
            if cell.startswith("="):
                first.setdefault(column, row)
                if any(islice(rows.get(row, []), column, column + 1)):
                    reckoned.add(column)
    must, do = "a formula has a value", "open it in Excel, let it reckon, and save it"
    return [
        Fault(
            name,
            must,
            "none in the whole column",
            do,
            row=row,
            column=get_column_letter(column + 1),
        )
        for column, row in first.items()
        if column not in reckoned
    ]
