"""Tables of pages and documents, as a grid in which counts of people can be looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labtools.privacy.gate.counts import find_small_cells
from labtools.privacy.gate.notes import Notes

_WIDEST = 1000


def look_at_table(table: Any, tag: str, place: str, notes: Notes) -> None:
    """Note the cells that count too few people; tag: table, tbl (of a document) or dl."""
    if tag == "dl":
        look_at_rows(_pair_terms(table), notes, heads=0, place=place)
        return
    rows = list(table.iter("{*}tr" if tag == "tbl" else "tr"))
    rows = [row for row in rows if _table_of(row, tag) is table]
    heads = next((at for at, row in enumerate(rows) if not _is_head(row)), len(rows))
    look_at_rows(_spread(rows), notes, heads=heads, place=place)


def look_at_rows(rows: Sequence[Sequence[str]], notes: Notes, *, heads: int, place: str) -> None:
    """Note the cells of a grid, its headings in its first rows, that count too few people."""
    filled = [row for row in rows if row]
    for at, heading in find_small_cells(filled, heads=heads, min_people=notes.sought.min_people):
        notes.small_count(f"{place} row {at}, {heading}")


def _table_of(row: Any, tag: str) -> Any:
    return next((up for up in row.iterancestors() if _local(up) == tag), None)


def _is_head(row: Any) -> bool:
    is_told = _local(row.getparent()) == "thead" or row.find("{*}trPr/{*}tblHeader") is not None
    return is_told or all(_local(cell) == "th" for cell in row)


def _spread(rows: Sequence[Any]) -> list[list[str]]:
    """The texts of the cells, each in every place that it covers."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            if _local(cell) not in ("td", "th", "tc"):
                continue
            while column in grid[at]:
                column += 1
            text = " ".join("".join(cell.itertext()).split())
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for below in range(at, min(at + high, len(rows))):
                for beside in range(column, column + wide):
                    grid[below][beside] = text
            column += wide
    return [[line.get(column, "") for column in range(max(line, default=-1) + 1)] for line in grid]


def _span(cell: Any, name: str) -> int:
    told = cell.get(name) or "1"
    return min(max(int(told), 1), _WIDEST) if told.strip().isdecimal() else 1


def _pair_terms(terms: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for child in terms.iter("dt", "dd"):
        text = " ".join("".join(child.itertext()).split())
        if child.tag == "dt":
            rows.append([text])
        elif rows:
            rows[-1].append(text)
    return rows


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()
