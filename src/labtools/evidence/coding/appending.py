"""Rows added to a contract table's file; every byte that is there stays."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from labtools.evidence.schemas import Table

_QUOTED_OR_END = re.compile(r'"(?:[^"]|"")*"|\r?\n|\Z')


def append_rows(
    folder: Path, table: Table, header: Sequence[str], rows: Sequence[Mapping[str, str]]
) -> str:
    """The text of a table's file with rows at its end.

    header: the columns that the file has, none where there is no file: then the contract's, and
    whatever else is filled. A column that it lacks and a row fills is added after the last, for
    every record; else nothing before the new rows changes. Line endings are as in the header.
    """
    filled = [name for row in rows for name, cell in row.items() if cell]
    known = list(header) or [column.name for column in table.columns]
    spare = [name for name in dict.fromkeys(filled) if name not in known]
    if not header:
        return _as_lines(
            [dict(zip(known + spare, known + spare, strict=True)), *rows], known, spare
        )
    text = (folder / table.file).read_bytes().decode("utf-8")
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    text += "" if text.endswith("\n") else end
    if spare:
        text = _widen(text, spare)
    return text + _as_lines(rows, known, spare, end=end)


def _widen(text: str, names: Sequence[str]) -> str:
    """Each record with a comma for each further column, the header with their names."""
    cells = iter(["".join(f",{name}" for name in names)])

    def add(match: re.Match[str]) -> str:
        is_end = match[0] in ("\n", "\r\n")
        return (next(cells, "," * len(names)) if is_end else "") + match[0]

    return _QUOTED_OR_END.sub(add, text)


def _as_lines(
    rows: Sequence[Mapping[str, str]],
    known: Sequence[str],
    spare: Sequence[str],
    *,
    end: str = "\n",
) -> str:
    """Records as text; a carriage return within a cell is quoted, as it would end the record."""
    lines = []
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\r\n").writerow(
            row.get(name, "") for name in [*known, *spare]
        )
        lines.append(line.getvalue().removesuffix("\r\n") + end)
    return "".join(lines)
