"""Writing files whole, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MOMENT = (2025, 12, 1, 12, 0, 0)  # the time that every generated file carries


def write_bytes(path: Path, content: bytes) -> None:
    """Write under a temporary name in the same folder, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def write_text(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write text as it is, with the line ends that it has."""
    write_bytes(path, text.encode(encoding))


def format_csv(
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    *,
    delimiter: str = ",",
    lineterminator: str = "\n",
) -> str:
    """Rows as delimited text with a header; None becomes a blank cell, lists are joined by `;`."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=lineterminator)
    writer.writerow(columns)
    for row in rows:
        unknown = set(row) - set(columns)
        if unknown:
            raise KeyError(f"columns {sorted(unknown)} are not among {list(columns)}")
        writer.writerow([_cell(row.get(column)) for column in columns])
    return text.getvalue()


def write_csv(path: Path, rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write a table of the data contract."""
    write_text(path, format_csv(rows, columns))


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return value


def fixed_zip(content: bytes) -> bytes:
    """The same zip file with every member stored, at one moment, in its own order.

    Compression and clock are what makes two office files with the same text differ.
    """
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for member in old.infolist():
            fixed = zipfile.ZipInfo(member.filename, date_time=MOMENT)
            fixed.compress_type = zipfile.ZIP_STORED
            fixed.create_system = 3
            fixed.external_attr = 0o644 << 16
            new.writestr(fixed, old.read(member))
    return kept.getvalue()
