"""Contract tables → typed rows, or every fault at once.

The contract itself is `contract.csv` beside this module: one row per column of every table.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from unicodedata import normalize

import pandas as pd

from labtools.evidence.files.encodings import read_bytes
from labtools.evidence.kinds import KINDS, NUMBERS, Kind
from labtools.faults import BadInput, Fault

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_NEAR = 0.85  # withdrawn for withdrawn_on: were it read past, nobody would have withdrawn
_NO_UTF8 = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of such a byte


@dataclass(frozen=True)
class Column:
    """One column of a table: what its cells hold, whether it must be there and be filled."""

    name: str
    kind: str
    one_of: tuple[str, ...]
    key: bool
    filled: bool
    may_be_absent: bool
    refers_to: str


@dataclass(frozen=True)
class Table:
    """One table of the contract: its file within the lab's folder, and its columns."""

    name: str
    file: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> list[str]:
        """The columns that together may occur only once."""
        return [column.name for column in self.columns if column.key]


@cache
def contract() -> dict[str, Table]:
    """Every table of the data contract, by name.

    >>> contract()["sources"].key
    ['source_id']
    """
    text = files("labtools.evidence").joinpath("contract.csv").read_text(encoding="utf-8")
    tables: dict[str, Table] = {}
    for row in csv.DictReader(text.splitlines()):
        column = Column(
            name=row["column"],
            kind=row["kind"],
            one_of=tuple(row["one_of"].split(";")) if row["one_of"] else (),
            key=row["key"] == "yes",
            filled=row["filled"] == "yes",
            may_be_absent=row["may_be_absent"] == "yes",
            refers_to=row["refers_to"],
        )
        before = tables.get(row["table"], Table(row["table"], row["file"], ()))
        tables[row["table"]] = Table(before.name, before.file, (*before.columns, column))
    return tables


def read_rows(path: Path, *, name: str) -> pd.DataFrame:
    """Rows of a comma-separated file, every cell as text in NFC without surrounding space.

    One row per record, all columns of dtype `str`, blanks as `""`, indexed by its row in a
    spreadsheet. Raises BadInput for what cannot be read, is not UTF-8 or not separated by
    commas, repeats a header, or has a record with more or fewer cells than the header.
    """
    records = _read_records(path, name=name)
    header = records[0]
    faults = [
        Fault(name, "has each column once", f"{column} twice", "rename or remove one", row=1)
        for column in sorted({cell for cell in header if header.count(cell) > 1})
    ]
    filled = [(row, cells) for row, cells in enumerate(records[1:], start=2) if any(cells)]
    faults += [
        Fault(
            name,
            f"has {len(header)} cells in each row",
            f"{len(cells)}",
            "put text that holds a comma in quotation marks",
            row=row,
        )
        for row, cells in filled
        if len(cells) != len(header)
    ]
    if faults:
        raise BadInput(faults)
    index = pd.Index([row for row, _ in filled], dtype="int64", name="row")
    return pd.DataFrame([cells for _, cells in filled], index=index, columns=header, dtype="str")


def _read_records(path: Path, *, name: str) -> list[list[str]]:
    """The cells of each record, first the header's; BadInput as `read_rows` tells."""
    data = read_bytes(path, name=name).removeprefix(BOM_UTF8)
    text = data.decode("utf-8", "surrogateescape")
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    try:
        lines = io.StringIO(text, newline="")
        records = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        do = "save it anew as comma-separated text"
        raise BadInput([Fault(name, "is comma-separated text", str(error), do)]) from error
    faults = []
    if delimiter != ",":
        must, do = "is separated by commas", "save as CSV with commas"
        faults.append(Fault(name, must, _DELIMITERS[delimiter], do))
    for row, cells in enumerate(records, start=1):
        if any(_NO_UTF8.search(cell) for cell in cells):
            faults.append(Fault(name, "is UTF-8", "other bytes", "save it as CSV UTF-8", row=row))
            break
    if not records or not any(records[0]):
        do = "write the columns' names there"
        faults.append(Fault(name, "has a header row", "nothing in the first row", do))
    if faults:
        raise BadInput(faults)
    return [[normalize("NFC", cell.strip()) for cell in cells] for cells in records]


def check_rows(rows: pd.DataFrame, table: Table, *, name: str) -> list[Fault]:
    """Every fault of text rows as `read_rows` gives them, held against the contract."""
    faults = []
    named = {column.name for column in table.columns}
    spare = {_squeeze(header): header for header in rows if header not in named}
    for column in table.columns:
        if column.name not in rows:
            if not column.may_be_absent:
                do = "add the column; its cells may be blank unless data/README.md says otherwise"
                found = "the columns " + ", ".join(rows.columns)
                faults.append(Fault(name, f"has a column {column.name}", found, do, row=1))
            elif near := get_close_matches(column.name, sorted(spare), n=1, cutoff=_NEAR):
                must = f"has {column.name} by that name, or nothing like it"
                faults.append(Fault(name, must, spare[near[0]], "correct the header", row=1))
            continue
        faults += _check_cells(rows[column.name], column, name=name)
    key = [column for column in table.key if column in rows]
    if key:
        repeated = rows[rows.duplicated(key, keep="first")]
        do = "remove the row, or give it a key of its own"
        faults += [
            Fault(name, f"each {' + '.join(key)} occurs once", " + ".join(cells), do, row=int(row))
            for row, cells in zip(repeated.index, repeated[key].to_numpy().tolist(), strict=True)
        ]
    return faults


def _squeeze(header: str) -> str:
    return re.sub(r"[\W_]+", "_", header.casefold())


def _check_cells(cells: pd.Series, column: Column, *, name: str) -> list[Fault]:
    """Faults of one column's cells: blanks that must be filled, and cells of another kind."""
    filled = cells[cells != ""]
    faults = []
    if column.filled:
        faults += [
            Fault(name, "is filled", "a blank", "fill it in", row=int(row), column=column.name)
            for row in cells.index[cells == ""]
        ]
    if column.one_of:
        must = "is one of " + ", ".join(column.one_of)
        kind = Kind(must, lambda cells: cells.isin(column.one_of), "choose one of these")
    else:
        kind = KINDS[column.kind]
    wrong = filled[~kind.holds(filled).astype(bool)] if len(filled) else filled
    faults += [
        Fault(name, kind.must, found, kind.do, row=int(row), column=column.name)
        for row, found in wrong.items()
    ]
    return faults


def read_table(path: Path, table_name: str, *, name: str) -> pd.DataFrame:
    """One table of the contract, typed.

    path: the file; name: what messages call it. One row per record in file order, indexed by
    its row in a spreadsheet. Numbers and counts are floats (blank: NaN); everything else is
    text (blank: `""`); a column that may be absent is there, blank. Columns beyond the contract
    stay, as text. Raises BadInput with every fault.
    """
    table = contract()[table_name]
    rows = read_rows(path, name=name)
    faults = check_rows(rows, table, name=name)
    if faults:
        raise BadInput(faults)
    return _typed(rows, table)


def empty_table(table_name: str) -> pd.DataFrame:
    """A table of the contract without a row, with the columns and types that `read_table` gives."""
    table = contract()[table_name]
    names = [column.name for column in table.columns]
    return _typed(pd.DataFrame(columns=names, dtype="str"), table)


def _typed(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    typed = rows.copy()
    for column in table.columns:
        if column.name not in typed:
            typed[column.name] = pd.Series("", index=typed.index, dtype="str")
        if column.kind in NUMBERS:
            typed[column.name] = pd.to_numeric(typed[column.name]).astype(float)
    return typed


def split_list(cell: str) -> list[str]:
    """The members of a cell that holds a list.

    >>> split_list("norrvik; ekhamra")
    ['norrvik', 'ekhamra']
    >>> split_list("")
    []
    """
    return [part for part in re.split(r"\s*;\s*", cell.strip()) if part]
