"""context/indicators.csv: rows from wherever they come, merged into the file."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan, nan
from pathlib import Path
from typing import Any

import pandas as pd

from labtools.evidence.kinds import NUMBERS
from labtools.evidence.schemas import Table, check_rows, contract, read_rows
from labtools.faults import BadInput

VALUE_KEY = ("indicator", "region", "area_version", "period", "group")
"""What, of one provider, may have one value."""


def as_indicators(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows with the columns of context/indicators.csv; what a row lacks is blank, numbers NaN."""
    columns = contract()["indicators"].columns
    blank = {column.name: nan if column.kind in NUMBERS else "" for column in columns}
    return pd.DataFrame([blank | row for row in rows], columns=list(blank))


def add_indicators(folder: Path, rows: pd.DataFrame, *, retrieved: date) -> None:
    """Write rows into context/indicators.csv of a lab's folder, as `merge_indicators` tells."""
    path = folder / contract()["indicators"].file
    replace_files({path: merge_indicators(folder, rows, retrieved=retrieved)})


def merge_indicators(folder: Path, rows: pd.DataFrame, *, retrieved: date) -> str:
    """The text of context/indicators.csv with these rows in it, by the table's key.

    A row whose key is there already takes its place: value, status and date are replaced, and
    so are reference date, unit and margin where the new row has them; an old margin goes when
    the value has changed. Every other row and column stays as written. BadInput where old or
    new rows break the contract.
    """
    table = contract()["indicators"]
    old, header = read_old(folder, table)
    names = [column.name for column in table.columns]
    new = rows.assign(retrieved=retrieved.isoformat(), margin=rows["margin"].map(_written))
    new = new.assign(value=rows["value"].map(_written))[names].fillna("").astype("str")
    new.index = pd.RangeIndex(2, len(new) + 2)
    faults = check_rows(old, table, name=table.file) + check_rows(new, table, name="new rows")
    if faults:
        raise BadInput(faults)
    merged = {_key(row): row for row in old.to_dict("records")}
    for row in new.to_dict("records"):
        before = merged.get(_key(row), {})
        if float(before.get("value") or nan) != float(row["value"] or nan):
            before = {name: cell for name, cell in before.items() if name != "margin"}
        always = ("value", "status", "retrieved")
        merged[_key(row)] = before | {n: cell for n, cell in row.items() if cell or n in always}
    return as_csv(list(merged.values()), header)


def read_old(folder: Path, table: Table) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a table that may not be there yet, and its header with the columns it lacks."""
    path = folder / table.file
    names = [column.name for column in table.columns]
    there = path.exists()
    old = read_rows(path, name=table.file) if there else pd.DataFrame(columns=names, dtype="str")
    return old, [*old.columns, *(name for name in names if name not in old)]


def as_csv(rows: Sequence[Mapping[str, str]], header: Sequence[str]) -> str:
    """Rows as the text of a contract table; a column that a row lacks is blank."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def replace_files(texts: Mapping[Path, str]) -> None:
    """Each file with its text, once all of them could be written; folders are made for them."""
    parts = {path: path.with_name(path.name + ".part") for path in texts}
    for path, part in parts.items():
        path.parent.mkdir(exist_ok=True)
        part.write_text(texts[path], encoding="utf-8", newline="\n")
    for path, part in parts.items():
        os.replace(part, path)


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in contract()["indicators"].key)


def _written(number: float) -> str:
    return "" if isnan(number) else repr(float(number)).removesuffix(".0")
