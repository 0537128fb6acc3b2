"""Answer files → cells as text: .csv however it was exported, Excel's .xlsx, SPSS's .sav."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from labtools.evidence.encodings import decode_text, read_bytes, seen_text
from labtools.evidence.spss import load_sav
from labtools.evidence.workbooks import read_workbook
from labtools.faults import BadInput, Fault

FORMATS = (".csv", ".xlsx", ".sav")
_DELIMITERS = ";,\t"
_DATES = ("DATE", "YMDHMS", "MOYR", "QYR", "WKYR")
_SPSS_EPOCH = np.datetime64("1582-10-14", "s")
_MOST_SECONDS = 300_000_000_000  # year 11089: no date of an answer lies beyond it


@dataclass(frozen=True)
class Sheet:
    """Cells as text, one row per record, indexed by the row as its program shows it.

    Blank cells are "". `labels` and `user_missing` are what the file itself says of a column:
    labels by code, and the codes that stand for no answer. `blank` tells why a column's blank
    cells are blank; `decimals` are the signs its numbers may have before their decimals.
    """

    cells: pd.DataFrame
    encoding: str
    delimiter: str
    decimals: str
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, set[str]] = field(default_factory=dict)
    blank: dict[str, Literal["blank", "system"]] = field(default_factory=dict)


def read_sheet(path: Path, *, name: str) -> Sheet:
    """The cells of an answer file.

    CSV: the encoding by `decode_text`; the delimiter is the one of semicolon, comma and tab
    that gives every record as many cells as the header, and most of them; decimals follow a
    comma or a point, in a file delimited by commas a point. Excel: the first sheet, by
    `read_workbook`. Rows without any content are left out. BadInput where the file cannot be
    read, is ragged, repeats a header, or has no answers.
    """
    if path.suffix.lower() == ".sav":
        sheet = _read_sav(path, name=name)
    elif path.suffix.lower() == ".xlsx":
        sheet = _read_xlsx(path, name=name)
    elif path.suffix.lower() == ".csv":
        sheet = _read_csv(path, name=name)
    else:
        must = f"a file of answers ends in one of {', '.join(FORMATS)}"
        raise BadInput([Fault(name, must, path.suffix or "no ending", "save it as one of these")])
    if sheet.cells.empty:
        raise BadInput([Fault(name, "the file holds answers", "none", "export it again")])
    return sheet


def _read_csv(path: Path, *, name: str) -> Sheet:
    text, encoding = decode_text(read_bytes(path, name=name), name=name)
    found = {mark: _split_records(text, mark) for mark in _DELIMITERS}
    delimiter = max(found, key=lambda mark: _fit(found[mark], text, mark))
    records = found[delimiter]
    if isinstance(records, csv.Error) or not records:
        must, do = "the file is delimited text with a header", "export it again"
        raise BadInput([Fault(name, must, str(records or "an empty file"), do)])
    header = records[0]
    faults = _find_namesakes(header, row=1, name=name)
    rows = {row: cells for row, cells in enumerate(records[1:], start=2) if any(cells)}
    faults += [
        Fault(
            name,
            f"each row has {len(header)} cells, as the header",
            str(len(cells)),
            "put text that holds the delimiter in quotation marks",
            row=row,
        )
        for row, cells in rows.items()
        if len(cells) != len(header)
    ]
    if faults:
        raise BadInput(faults)
    cells = pd.DataFrame(list(rows.values()), columns=header, index=list(rows), dtype="str")
    decimals = "." if delimiter == "," else ",."
    return Sheet(cells.loc[:, cells.columns != ""], encoding, delimiter, decimals)


def _read_xlsx(path: Path, *, name: str) -> Sheet:
    rows = read_workbook(path, name=name)
    if not rows:
        return Sheet(pd.DataFrame(), "utf-8", "", ",.")
    first, *others = rows
    header = rows[first]
    faults = _find_namesakes(header, row=first, name=name)
    must, do = "each column with answers has a name in the header", "name it, or delete the cells"
    faults += [
        Fault(name, must, f"{cell[:60]!r} in column {column} without one", do, row=row)
        for row in others
        for column, cell in enumerate(rows[row], start=1)
        if cell and not any(header[column - 1 : column])
    ][:1]
    if faults:
        raise BadInput(faults)
    width = len(header)
    records = [(rows[row] + [""] * width)[:width] for row in others]
    cells = pd.DataFrame(records, columns=header, index=others, dtype="str")
    return Sheet(cells.loc[:, cells.columns != ""], "utf-8", "", ",.")


def _find_namesakes(header: list[str], *, row: int, name: str) -> list[Fault]:
    must, do = "each column has its own name", "rename it"
    counts = Counter(column for column in header if column)
    return [
        Fault(name, must, f"{column!r} {count} times", do, row=row)
        for column, count in counts.items()
        if count > 1
    ]


def _split_records(text: str, delimiter: str) -> list[list[str]] | csv.Error:
    """Records of stripped NFC cells, or what the quotation marks made impossible."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        records = [[seen_text(cell).strip() for cell in record] for record in reader]
    except csv.Error as error:
        return csv.Error(f"{error} in line {reader.line_num}")
    while records and not any(records[0]):
        records.pop(0)
    return records


def _fit(records: list[list[str]] | csv.Error, text: str, delimiter: str) -> tuple[bool, int]:
    """How well a delimiter fits: whether all records are as long as the header; how long it is."""
    if isinstance(records, csv.Error):
        return False, text.split("\n", 1)[0].count(delimiter) + 1
    width = len(records[0]) if records else 0
    filled = [record for record in records if any(record)]
    return width > 1 and all(len(record) == width for record in filled), width


def _read_sav(path: Path, *, name: str) -> Sheet:
    data = read_bytes(path, name=name)
    must, do = "the file is a whole SPSS file", "save it again from SPSS"
    if not data.startswith((b"$FL2", b"$FL3")):
        raise BadInput([Fault(name, must, "something else", do)])
    records, about = load_sav(path, name=name)
    records.index = pd.RangeIndex(1, len(records) + 1)
    cells = pd.DataFrame(
        {
            column: _as_text(records[column], about.original_variable_types[column] or "")
            for column in records.columns
        }
    )
    labels = {
        column: {_code_text(code): str(label).strip() for code, label in of_column.items()}
        for column, of_column in about.variable_value_labels.items()
    }
    user_missing = {
        column: {cell for cell in cells[column].unique() if _is_within(cell, ranges)}
        for column, ranges in about.missing_ranges.items()
    }
    numeric = {column for column, kind in about.readstat_variable_types.items() if kind != "string"}
    blank: dict[str, Literal["blank", "system"]] = {
        column: "system" if column in numeric else "blank" for column in cells.columns
    }
    encoding = str(about.file_encoding or "utf-8")
    return Sheet(cells, encoding, "", ".", labels, user_missing, blank)


def _as_text(values: pd.Series, kind: str) -> pd.Series:
    """A column of a .sav file as text; dates as 2018-05-14 or 2018-05-14T10:30:00."""
    if values.dtype.kind not in "fi":
        return values.fillna("").map(lambda value: seen_text(str(value)).strip()).astype("str")
    if any(date in kind for date in _DATES):
        inside = values.abs() < _MOST_SECONDS
        seconds = values.where(inside, 0.0).round().astype("timedelta64[s]").to_numpy()
        unit: Literal["D", "s"] = "s" if "DATETIME" in kind or "YMDHMS" in kind else "D"
        times = np.datetime_as_string(_SPSS_EPOCH + seconds, unit=unit)
        dates = pd.Series(times, index=values.index, dtype="str")
        return dates.where(inside, values.map(_code_text))
    return values.map(_code_text).astype("str")


def _code_text(value: object) -> str:
    """A value as a code is written: 1, not 1.0; "" for none.

    >>> _code_text(1.0), _code_text(2.5), _code_text(float("nan"))
    ('1', '2.5', '')
    """
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return seen_text(str(value)).strip()


def _is_within(cell: str, ranges: list[dict[str, object]]) -> bool:
    for bounds in ranges:
        low, high = bounds["lo"], bounds["hi"]
        if isinstance(low, str) or isinstance(high, str):
            if cell == _code_text(low):
                return True
        elif cell and float(str(low)) <= float(cell) <= float(str(high)):
            return True
    return False
