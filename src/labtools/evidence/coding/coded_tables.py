"""Tables of coded segments or of codes (.csv, .xlsx), as programs export them or people write them.

The headings that are known are in `headings.csv` beside this module.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from labtools.evidence.coding.code_order import order_codes
from labtools.evidence.coding.project import (
    CODE_COLUMNS,
    SELECTION_COLUMNS,
    TEXT_COLUMNS,
    CodingProject,
)
from labtools.evidence.sheets.tabular import Grid, as_sheet, read_grid
from labtools.faults import BadInput, Fault

_CODE_FIELDS = ("code", "path", "codes")
_MOST_ROWS_ABOVE = 10
_BETWEEN_LEVELS = re.compile(r"\s+>\s+|\\+")
_ROOTS = ("nodes", "codes")  # what NVivo writes before the first code of a path
_BETWEEN_CODES = re.compile(r"\s*[\n;]\s*")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(?!\d)")
_SEPARATOR = " > "
_MOST_NAMED = 5


@dataclass(frozen=True)
class _Layout:
    """Which column of a table holds what, by the program that has such headings."""

    program: str
    columns: dict[str, str]
    matched: int

    @property
    def has_segments(self) -> bool:
        return {"source", "quote"} <= set(self.columns)

    @property
    def is_known(self) -> bool:
        coded = bool(set(_CODE_FIELDS) & set(self.columns))
        return coded and (self.has_segments or "definition" in self.columns)


def read_coded_table(path: Path, *, name: str) -> CodingProject:
    """A table with one row per coded segment, or one row per code, recognised by its headings.

    Known are the columns of segments.csv and codebook.csv, MAXQDA's coded segments, ATLAS.ti's
    quotations (a row there may have several codes), NVivo's coded references, Taguette's
    highlights and codebook, and plain words in Swedish or English such as Källa, Kod, Citat. A
    table keeps no positions that can be used: the quotation is what finds the place. Rows without
    a source, a quotation or a code are counted in a warning, with their numbers. BadInput where
    the file cannot be read, or its columns are not known: then they are named.
    """
    grid = read_grid(path, name=name)
    header, layout = _find_layout(grid, name=name)
    rows = {row: cells for row, cells in grid.rows.items() if row >= header}
    names = [cell or f"column {at}" for at, cell in enumerate(rows[header], start=1)]
    if len(rows) < 2:
        must, do = "has a row below its headings", "export it again"
        raise BadInput([Fault(name, must, "none", do)])
    cells = as_sheet(replace(grid, rows=rows), name=name, names=names).cells
    held = {field: cells[column].tolist() for field, column in layout.columns.items()}
    coded = next(field for field in _CODE_FIELDS if field in held)
    paths = [_split(cell, coded, layout.program) for cell in held[coded]]
    codes, warnings = order_codes(_list_codes(paths, held))
    fine = {"rows without a code, left out": [bool(of_row) for of_row in paths]}
    selections = pd.DataFrame(columns=list(SELECTION_COLUMNS), dtype="object")
    if layout.has_segments:
        selections = pd.DataFrame(_list_selections(held, paths), columns=list(SELECTION_COLUMNS))
        fine["rows without a source, left out"] = [bool(cell) for cell in held["source"]]
        fine["rows without a quotation, left out"] = [bool(cell) for cell in held["quote"]]
        dates = held.get("date", [])
        fine["dates not in the form 2018-05-14, left out"] = [
            not cell or bool(_as_date(cell)) for cell in dates
        ]
    else:
        first = ~pd.Series(held[coded]).duplicated()
        fine["rows with a code named above, taken as one"] = first.tolist()
    warnings += [
        _tell_rows(what, list(cells.index), good) for what, good in fine.items() if not all(good)
    ]
    texts = pd.DataFrame({"key": selections["text"].unique()}, dtype="object")
    texts = texts.assign(name=texts["key"], text=None)[list(TEXT_COLUMNS)]
    return CodingProject(layout.program, codes, texts, selections, tuple(warnings))


@cache
def _headings() -> dict[str, list[tuple[str, str]]]:
    """Each program's headings, in small letters, with what their columns hold."""
    text = files("labtools.evidence.coding").joinpath("headings.csv").read_text(encoding="utf-8")
    known: dict[str, list[tuple[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        known.setdefault(row["program"], []).append((row["heading"], row["field"]))
    return known


def _find_layout(grid: Grid, *, name: str) -> tuple[int, _Layout]:
    """The row of the headings and what they mean; a program may have put a title above them."""
    for row, cells in list(grid.rows.items())[:_MOST_ROWS_ABOVE]:
        known = [one for one in _list_layouts(cells) if one.is_known]
        if known:
            return row, max(known, key=lambda one: (one.has_segments, one.matched))
    columns = ", ".join(filter(None, next(iter(grid.rows.values()), [])))
    must = "has columns for the source, the quotation and the code of each row"
    do = "name the columns source_id, quote and code"
    raise BadInput([Fault(name, must, f"the columns {columns or 'without names'}", do)])


def _list_layouts(cells: Sequence[str]) -> Iterator[_Layout]:
    named = {" ".join(cell.casefold().split()): cell for cell in cells if cell}
    for program, headings in _headings().items():
        found = [(field, named[heading]) for heading, field in headings if heading in named]
        yield _Layout(program, dict(reversed(found)), len(found))


def _split(cell: str, field: str, program: str) -> list[tuple[str, ...]]:
    """The codes of a cell, each as the names from the topmost code down to it.

    >>> _split("Hem > Trygghet", "path", "MAXQDA")
    [('Hem', 'Trygghet')]
    >>> _split("hem\\ntrygghet", "codes", "ATLAS.ti")
    [('hem',), ('trygghet',)]
    """
    if field == "codes":
        return [(one,) for one in _BETWEEN_CODES.split(cell) if one]
    if field == "code":
        return [(cell,)] if cell else []
    levels = [level.strip() for level in _BETWEEN_LEVELS.split(cell) if level.strip()]
    if program == "NVivo" and len(levels) > 1 and levels[0].casefold() in _ROOTS:
        levels = levels[1:]
    return [tuple(levels)] if levels else []


def _list_codes(
    paths: Sequence[Sequence[tuple[str, ...]]], held: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """One row per code, those included under which others stand."""
    blank = [""] * len(paths)
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for of_row, parent, definition in zip(
        paths, held.get("parent", blank), held.get("definition", blank), strict=True
    ):
        for path in of_row:
            for depth in range(1, len(path) + 1):
                above = _SEPARATOR.join(path[: depth - 1])
                rows.setdefault(path[:depth], {"parent": above, "definition": ""})
            told = {"parent": parent, "definition": definition}
            rows[path] |= {field: cell for field, cell in told.items() if cell}
            if parent:
                rows.setdefault((parent,), {"parent": "", "definition": ""})
    codes = [{"key": _SEPARATOR.join(path), "name": path[-1], **row} for path, row in rows.items()]
    return pd.DataFrame(codes, columns=list(CODE_COLUMNS), dtype="object")


def _list_selections(
    held: Mapping[str, Sequence[str]], paths: Sequence[Sequence[tuple[str, ...]]]
) -> list[dict[str, object]]:
    """One row per segment and code; an id that several rows share is none."""
    blank = [""] * len(paths)
    ids = held.get("id", blank)
    count = Counter(one for one, of_row in zip(ids, paths, strict=True) for _ in of_row)
    columns = (held["source"], held["quote"], ids, paths)
    about = (held.get(field, blank) for field in ("coder", "date", "memo"))
    return [
        {
            "text": source,
            "start": float("nan"),
            "end": float("nan"),
            "quote": quote,
            "code": _SEPARATOR.join(path),
            "coder": coder,
            "date": _as_date(date),
            "memo": memo,
            "id": one if count[one] == 1 else "",
        }
        for source, quote, one, of_row, coder, date, memo in zip(*columns, *about, strict=True)
        if source and quote
        for path in of_row
    ]


def _as_date(cell: str) -> str:
    match = _DATE.match(cell)
    return match[0] if match else ""


def _tell_rows(what: str, rows: Sequence[int], fine: Sequence[bool]) -> str:
    """A warning with how many rows are not fine, and the numbers of the first of them."""
    numbers = [str(row) for row, good in zip(rows, fine, strict=True) if not good]
    more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    return f"{what}: {len(numbers)} (row {', '.join(numbers[:_MOST_NAMED])}{more})"
