"""Answer files → cells as text: .csv however it was exported, Excel's .xlsx, SPSS's .sav."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from labtools.evidence.files.encodings import read_bytes
from labtools.evidence.sheets.delimited import DELIMITERS, decode_as, read_records
from labtools.evidence.sheets.spss import code_text, is_within, load_sav, value_texts
from labtools.evidence.sheets.workbooks import read_workbook
from labtools.faults import BadInput, Fault

SPSS_FORMATS = (".sav", ".zsav")
FORMATS = (".csv", ".xlsx", *SPSS_FORMATS)
ENCODINGS = ("utf-8", "utf-16", "cp1252", "mac-roman")
DECIMALS = (",", ".")
UNFINISHED = ("kept", "left_out")
_DECIMAL = re.compile(r"[-+−]?\d+([.,])\d+")


@dataclass(frozen=True)
class FileSettings:
    """How a file of answers is to be read; what is "" is found out from the file itself.

    profile: what exported it, as in `profiles.PROFILES`. encoding, delimiter and decimal are
    of ENCODINGS, DELIMITERS and DECIMALS. sheet: the name of a workbook's sheet. unfinished:
    one of UNFINISHED, what becomes of responses that were not finished; "" is kept.
    """

    profile: str = ""
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
    unfinished: str = ""


FOUND_OUT = FileSettings()


@dataclass(frozen=True)
class Grid:
    """Rows of cells as text, all of one length, by the row as their program shows it.

    The header, or the several rows of it, is among them; rows without content are not. A
    workbook has no encoding and no delimiter: both are "".
    """

    rows: dict[int, list[str]]
    encoding: str
    delimiter: str
    decimals: str


@dataclass(frozen=True)
class Sheet:
    """Cells as text, one row per record, indexed by the row as its program shows it.

    Blank cells are "". `labels` and `user_missing` are what the file itself says of a column:
    labels by code, and the codes that stand for no answer; `questions` is its wording. `blank`
    tells why a column's blank cells are blank; `decimals` are the signs its numbers may have
    before their decimals.
    """

    cells: pd.DataFrame
    encoding: str
    delimiter: str
    decimals: str
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, set[str]] = field(default_factory=dict)
    blank: dict[str, Literal["blank", "system"]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)


def read_sheet(path: Path, *, name: str, settings: FileSettings = FOUND_OUT) -> Sheet:
    """The cells of a file whose first row is its header.

    CSV: encoding, delimiter and decimal sign by `settings`, else as `read_grid` finds them
    out. Excel: the first sheet, or the one that is named. Rows without any content are left
    out. BadInput where the file cannot be read, is ragged, repeats a header, or has no answers.
    """
    if path.suffix.lower() in SPSS_FORMATS:
        return read_spss(path, name=name, settings=settings)
    return as_sheet(read_grid(path, name=name, settings=settings), name=name)


def read_grid(path: Path, *, name: str, settings: FileSettings = FOUND_OUT) -> Grid:
    """The rows of a .csv or .xlsx file, its header among them.

    The encoding is found out by `decode_text`, the delimiter by `read_records`; decimals
    follow a comma or a point, in a file delimited by commas a point. BadInput where the file
    is of another format, or cannot be read as the settings ask.
    """
    suffix = path.suffix.lower()
    _check_settings(settings, suffix, name=name)
    if suffix == ".csv":
        data = read_bytes(path, name=name)
        text, encoding = decode_as(data, settings.encoding, name=name)
        wanted = DELIMITERS.get(settings.delimiter, "")
        rows, delimiter = read_records(text, wanted, name=name)
        decimals = settings.decimal or ("." if delimiter == "," else ",.")
        return Grid(rows, encoding, delimiter, decimals)
    if suffix == ".xlsx":
        rows = read_workbook(path, name=name, sheet=settings.sheet)
        width = max((len(cells) for cells in rows.values()), default=0)
        padded = {row: cells + [""] * (width - len(cells)) for row, cells in rows.items()}
        return Grid(padded, "", "", settings.decimal or ",.")
    must = f"a file of answers ends in one of {', '.join(FORMATS)}"
    raise BadInput([Fault(name, must, path.suffix or "no ending", "save it as one of these")])


def as_sheet(
    grid: Grid,
    *,
    name: str,
    names: Sequence[str] = (),
    header_rows: int = 1,
    left_out: Collection[int] = (),
) -> Sheet:
    """A grid's rows below its header.

    names: what its columns are called, if not as the first row says. left_out: rows that are
    no answers. BadInput where two columns share a name, a column with answers has none, or
    there are no answers.
    """
    numbers = list(grid.rows)
    header = list(names) or (grid.rows[numbers[0]] if numbers else [])
    kept = [row for row in numbers[header_rows:] if row not in left_out]
    faults = _find_namesakes(header, row=numbers[0] if numbers else 1, name=name)
    must, do = "each column with answers has a name in the header", "name it, or delete the cells"
    faults += [
        Fault(name, must, f"{cell[:60]!r} in column {column} without one", do, row=row)
        for row in kept
        for column, cell in enumerate(grid.rows[row], start=1)
        if cell and not header[column - 1]
    ][:1]
    if faults:
        raise BadInput(faults)
    rows = [grid.rows[row] for row in kept]
    cells = pd.DataFrame(rows, columns=header, index=kept, dtype="str")
    cells = cells.loc[:, cells.columns != ""]
    _check_filled(cells, name=name)
    return Sheet(cells, grid.encoding, grid.delimiter, grid.decimals)


def find_decimals(sheet: Sheet) -> str:
    """The signs before decimals that occur in cells that are numbers: "", ",", "." or ",."."""
    found = {
        match[1]
        for column in sheet.cells.columns
        for cell in sheet.cells[column].unique()
        if (match := _DECIMAL.fullmatch(cell))
    }
    return "".join(sign for sign in DECIMALS if sign in found and sign in sheet.decimals)


def _check_settings(settings: FileSettings, suffix: str, *, name: str) -> None:
    """Refuses what is set for another format: it would be passed over without a word."""
    of_format = {"encoding": ".csv", "delimiter": ".csv", "sheet": ".xlsx"}
    faults = [
        Fault(name, f"{key} in [file] is for {only} alone", getattr(settings, key), "leave it out")
        for key, only in of_format.items()
        if getattr(settings, key) and suffix in FORMATS and suffix != only
    ]
    if faults:
        raise BadInput(faults)


def _find_namesakes(header: list[str], *, row: int, name: str) -> list[Fault]:
    must, do = "each column has its own name", "rename it"
    counts = Counter(column for column in header if column)
    return [
        Fault(name, must, f"{column!r} {count} times", do, row=row)
        for column, count in counts.items()
        if count > 1
    ]


def _check_filled(cells: pd.DataFrame, *, name: str) -> None:
    if cells.empty:
        raise BadInput([Fault(name, "the file holds answers", "none", "export it again")])


def read_spss(path: Path, *, name: str, settings: FileSettings = FOUND_OUT) -> Sheet:
    """The cells of a .sav or .zsav file, with what it says of its columns."""
    _check_settings(settings, path.suffix.lower(), name=name)
    data = read_bytes(path, name=name)
    must, do = "the file is a whole SPSS file", "save it again from SPSS"
    if not data.startswith((b"$FL2", b"$FL3")):
        raise BadInput([Fault(name, must, "something else", do)])
    records, about = load_sav(path, name=name)
    records.index = pd.RangeIndex(1, len(records) + 1)
    cells = pd.DataFrame(
        {
            column: value_texts(records[column], about.original_variable_types[column] or "")
            for column in records.columns
        }
    )
    _check_filled(cells, name=name)
    labels = {
        column: {code_text(code): str(label).strip() for code, label in of_column.items()}
        for column, of_column in about.variable_value_labels.items()
    }
    user_missing = {
        column: _find_missing(records[column].map(code_text), cells[column], ranges)
        for column, ranges in about.missing_ranges.items()
    }
    numeric = {column for column, kind in about.readstat_variable_types.items() if kind != "string"}
    blank: dict[str, Literal["blank", "system"]] = {
        column: "system" if column in numeric else "blank" for column in cells.columns
    }
    questions = {
        column: str(label).strip()
        for column, label in about.column_names_to_labels.items()
        if label
    }
    encoding = str(about.file_encoding or "utf-8")
    decimals = settings.decimal or "."
    return Sheet(cells, encoding, "", decimals, labels, user_missing, blank, questions)


def _find_missing(codes: pd.Series, cells: pd.Series, ranges: list[dict[str, object]]) -> set[str]:
    """The cells, as text, whose code lies in a range that SPSS calls missing."""
    missing = [code for code in codes.unique() if is_within(code, ranges)]
    return set(cells[codes.isin(missing)])
