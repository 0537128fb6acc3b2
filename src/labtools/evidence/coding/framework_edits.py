"""A framework workbook that comes back from Excel → its edits, and the summaries with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import pandas as pd
from openpyxl.utils import get_column_letter

from labtools.evidence.coding.framework_cells import digest, normal
from labtools.evidence.coding.framework_sheet import FIXED, STATE_COLUMNS, STATE_SHEET
from labtools.evidence.schemas import contract
from labtools.evidence.sheets.workbooks import list_sheets, read_workbook
from labtools.faults import BadInput, Fault

_SHOWN = 200
_NEVER_FILLED = digest("")


@dataclass(frozen=True)
class Cell:
    """What a cell of a matrix holds, and where it stands."""

    case: str
    theme: str
    text: str
    row: int
    column: str


@dataclass(frozen=True)
class Filled:
    """A workbook: its cells, what each held when it was written, sheets that are no matrix."""

    cells: tuple[Cell, ...]
    exported: dict[tuple[str, str], str]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Edits:
    """What a workbook changes: text by case and theme; `kept` has a line for what it does not."""

    added: dict[tuple[str, str], str]
    changed: dict[tuple[str, str], str]
    kept: tuple[str, ...]


def read_framework(path: Path, *, name: str) -> Filled:
    """The cells of a workbook that `framework_sheet.build_framework` made.

    BadInput where it is another workbook, or cannot be read; where a cell with text has lost its
    case or theme, which stand in its row's first cell and its column's hidden first; and where
    a case and theme stand twice.
    """
    titles = list_sheets(path, name=name)
    state = read_workbook(path, name=name, sheet=STATE_SHEET) if STATE_SHEET in titles else {}
    header, *rows = [*state.values()] or [[]]
    if tuple(header[:3]) != STATE_COLUMNS:
        must, do = "is a workbook that labtools export framework wrote", "export it anew"
        raise BadInput([Fault(name, must, f"the sheets {', '.join(titles)}", do)])
    exported = {(cells[0], cells[1]): cells[2] for cells in rows}
    cells: list[Cell] = []
    others: list[str] = []
    for title in titles:
        if title in (STATE_SHEET, *header[3:]):
            continue
        of_sheet = read_workbook(path, name=name, sheet=title)
        keys = of_sheet.pop(1, [])
        if keys[:1] == [FIXED[0]]:
            of_sheet.pop(2, None)
            cells += _list_cells(of_sheet, keys, title)
        else:
            others.append(title)
    faults = _find_lost(cells, name=name)
    if faults:
        raise BadInput(faults)
    return Filled(tuple(cells), exported, tuple(others))


def _list_cells(rows: Mapping[int, list[str]], keys: list[str], title: str) -> list[Cell]:
    width = max([len(keys), *map(len, rows.values())])
    keys = keys + [""] * (width - len(keys))
    return [
        Cell(cells[0], key, normal(text), row, f"{get_column_letter(at)} of {title}")
        for row, cells in rows.items()
        for at, (key, text) in enumerate(
            zip(keys, cells + [""] * (width - len(cells)), strict=True), start=1
        )
        if key not in FIXED and (text or (cells[0] and key))
    ]


def _find_lost(cells: list[Cell], *, name: str) -> list[Fault]:
    faults = []
    first: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        lost = f"“{_cut(cell.text)}” without one"
        before = first.setdefault((cell.case, cell.theme), cell)
        if not cell.case:
            told = ("has the id of its case in column A", lost, "move the text to a case's row")
        elif not cell.theme:
            must = "has its theme in the hidden first row"
            told = (must, lost, "move the text to the column of a theme")
        elif before != cell:
            found = f"{cell.case}, {cell.theme} in row {before.row} of {before.column} too"
            told = ("each case and theme occurs once", found, "delete one of them")
        else:
            continue
        faults.append(Fault(name, *told, cell.row, cell.column))
    return faults


def find_edits(
    filled: Filled,
    summaries: pd.DataFrame,
    *,
    cases: Collection[str],
    themes: Collection[str],
    name: str,
) -> Edits:
    """What was edited in Excel, held against what the lab's summaries say now.

    summaries: of the lab. A new text is taken where the lab has none, a changed one where the lab
    still has what was exported. BadInput where anything cannot be taken, so that all is taken or
    nothing: what the lab has changed since, with both texts, and cases and themes that it lacks.
    A cell that was emptied, or is no longer in the workbook, stays as it is in the lab.
    """
    columns = ["case", "theme", "summary", "author", "date"]
    now = {(case, theme): told for case, theme, *told in summaries[columns].to_numpy().tolist()}
    edits, faults = Edits({}, {}, ()), []
    kept = [f"{name}, sheet {title}: no matrix, passed over" for title in filled.others]
    for cell in filled.cells:
        key = (cell.case, cell.theme)
        base = filled.exported.get(key, _NEVER_FILLED)
        text, author, date = now.get(key, ("", "", ""))
        if digest(cell.text) in (base, digest(text)):
            continue
        if cell.case not in cases:
            must, do = "names a source, person or city of the lab", "correct column A"
            faults.append(Fault(name, must, cell.case, do, cell.row, cell.column))
        elif cell.theme not in themes:
            must, do = "names a code of the codebook", "add the code, or export anew"
            faults.append(Fault(name, must, cell.theme, do, cell.row, cell.column))
        elif not cell.text:
            told = f"emptied, and kept in the lab: {cell.case}, {cell.theme}"
            kept.append(f"{name}, row {cell.row}, column {cell.column}: {told}")
        elif digest(text) == base:
            (edits.changed if key in now else edits.added)[key] = cell.text
        else:
            must = "is changed in Excel or in the lab, not in both"
            by = ", ".join(filter(None, (author, date))) or "nobody named"
            found = f"“{_cut(cell.text)}” in Excel, “{_cut(text)}” in the lab ({by})"
            do = "write in both what is to stand, and import again"
            faults.append(Fault(name, must, found, do, cell.row, cell.column))
    if faults:
        raise BadInput(faults)
    gone = set(filled.exported) - {(cell.case, cell.theme) for cell in filled.cells}
    kept += [
        f"{name}: no longer there, and kept in the lab: {', '.join(key)}" for key in sorted(gone)
    ]
    return Edits(edits.added, edits.changed, tuple(kept))


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"


def write_edits(text: str, edits: Edits, *, author: str, date: str) -> str:
    """The text of summaries.csv with the edits in it; every other row stays byte for byte.

    text: of the file as it is, "" where there is none. A changed row keeps its segments, relation
    and columns of the lab's own; new rows come last.
    """
    names = [column.name for column in contract()["summaries"].columns]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = list(io.StringIO(text.removeprefix(mark) or ",".join(names) + "\n", newline=""))
    ending = lines[0][len(lines[0].rstrip("\r\n")) :] or "\n"
    reader = csv.reader(lines, strict=True)
    header = [normalize("NFC", cell.strip()) for cell in next(reader)]
    pieces, done = [mark, *lines[: reader.line_num]], reader.line_num
    for cells in reader:
        raw, done = "".join(lines[done : reader.line_num]), reader.line_num
        row = dict(zip(header, cells, strict=False))
        key = tuple(normalize("NFC", row.get(part, "").strip()) for part in ("case", "theme"))
        new = edits.changed.get((key[0], key[1]))
        if new is not None:
            row |= {"summary": new, "author": author, "date": date}
            raw = _as_line(row, header, raw[len(raw.rstrip("\r\n")) :])
        pieces.append(raw)
    if edits.added and not pieces[-1].endswith(("\n", "\r")):
        pieces.append(ending)
    for (case, theme), new in edits.added.items():
        row = {"case": case, "theme": theme, "summary": new, "author": author, "date": date}
        pieces.append(_as_line(row, header, ending))
    return "".join(pieces)


def _as_line(row: Mapping[str, str], header: list[str], ending: str) -> str:
    """A record; written with both marks of a line's end, so that each of them is quoted."""
    line = io.StringIO(newline="")
    writer = csv.DictWriter(line, header, restval="", extrasaction="ignore")
    writer.writerow(row)
    return line.getvalue().removesuffix("\r\n") + ending
