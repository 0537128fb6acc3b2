"""Delimited text (.csv) → records of cells, whichever the delimiter and the encoding."""

from __future__ import annotations

import csv
import io
import re

from labtools.evidence.files.encodings import decode_text, seen_text
from labtools.faults import BadInput, Fault

DELIMITERS = {";": ";", ",": ",", "tab": "\t", "|": "|"}
"""What a delimiter is called → the character."""

_FOUND_OUT = ";,\t"
_NO_DECIMAL = re.compile(r"(?<!\d),|,(?!\d)")
_LINE = "sep="  # Excel's own first line, which names the delimiter


def decode_as(data: bytes, encoding: str, *, name: str) -> tuple[str, str]:
    """The text of `data` and its encoding, as `decode_text`; `encoding` "" is found out.

    BadInput where the bytes are no text in the encoding that was asked for.
    """
    if not encoding:
        return decode_text(data, name=name)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        must, do = f"the file is text in {encoding}", "correct the encoding, or leave it out"
        raise BadInput([Fault(name, must, "bytes that are no such text", do)]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"), encoding


def read_records(text: str, delimiter: str, *, name: str) -> tuple[dict[int, list[str]], str]:
    """The records that hold anything, by their row in a spreadsheet, and the delimiter.

    `delimiter` "" is found out: it is the one of semicolon, comma and tab that gives every
    record as many cells as the first, and most of them, or the one that a first line `sep=;`
    names; commas that all stand within numbers are decimals where semicolons fit too. Cells are
    NFC without space around them. BadInput where there is no record, where a quotation mark
    never ends, or where a record has more or fewer cells than the first; blank ones beyond its
    last are cut off.
    """
    first, _, rest = text.partition("\n")
    if first.strip('"').startswith(_LINE) and len(first.strip('"')) == len(_LINE) + 1:
        text, delimiter = "\n" + rest, delimiter or first.strip('"')[-1]
    found = {mark: _split(text, mark) for mark in delimiter or _FOUND_OUT}
    fits = {mark: _fit(found[mark], text, mark) for mark in found}
    delimiter = max(fits, key=lambda mark: fits[mark])
    if delimiter == "," and fits.get(";", (False, 0))[0] and not _NO_DECIMAL.search(rest):
        delimiter = ";"
    records = found[delimiter]
    if isinstance(records, csv.Error) or not records:
        must, do = "the file is delimited text with a header", "export it again"
        raise BadInput([Fault(name, must, str(records or "an empty file"), do)])
    width = len(next(iter(records.values())))
    faults = [
        Fault(
            name,
            f"each row has {width} cells, as the header",
            str(len(cells)),
            "put text that holds the delimiter in quotation marks",
            row=row,
        )
        for row, cells in records.items()
        if len(cells) != width
    ]
    if faults:
        raise BadInput(faults)
    return records, delimiter


def _split(text: str, delimiter: str) -> dict[int, list[str]] | csv.Error:
    """Records by row, or what the quotation marks made impossible.

    Blank cells beyond the width of the first are cut off.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        records = {
            row: [seen_text(cell).strip() for cell in record]
            for row, record in enumerate(reader, start=1)
            if any(cell.strip() for cell in record)
        }
    except csv.Error as error:
        return csv.Error(f"{error} in line {reader.line_num}")
    width = len(next(iter(records.values()), []))
    return {row: cells if any(cells[width:]) else cells[:width] for row, cells in records.items()}


def _fit(records: dict[int, list[str]] | csv.Error, text: str, delimiter: str) -> tuple[bool, int]:
    """How well a delimiter fits: whether all records are as long as the first; how long it is."""
    if isinstance(records, csv.Error):
        return False, text.split("\n", 1)[0].count(delimiter) + 1
    widths = [len(record) for record in records.values()] or [0]
    return widths[0] > 1 and len(set(widths)) == 1, widths[0]
