"""Qualtrics: three header rows, two in its older format; previews, tests and spam among them."""

from __future__ import annotations

import json
import re

from labtools.evidence.questionnaires.choices import NOT_CHOSEN
from labtools.evidence.questionnaires.profiles.shapes import (
    Shape,
    find_options,
    find_parts,
    fold,
    is_several,
    plain_text,
    read_columns,
    unique,
)
from labtools.evidence.sheets.tabular import Grid

_PARTS = {
    "_recordid": "person_id",
    "responseid": "person_id",
    "enddate": "date",
    "recordeddate": "date",
    "startdate": "tool",
    "status": "tool",
    "progress": "tool",
    "finished": "tool",
    "responseset": "tool",
    "distributionchannel": "tool",
    "userlanguage": "tool",
    "duration": "duration",
    "duration (in seconds)": "duration",
    "ipaddress": "contact",
    "name": "contact",
    "recipientlastname": "contact",
    "recipientfirstname": "contact",
    "recipientemail": "contact",
    "emailaddress": "contact",
    "externaldatareference": "contact",
    "externalreference": "contact",
    "locationlatitude": "contact",
    "locationlongitude": "contact",
    "locationaccuracy": "contact",
}
_REASONS = ("preview", "test", "spam")
_BITS = {1: "preview", 2: "test", 8: "spam"}  # 4 is imported, 16 answered without a network


def shape_qualtrics(grid: Grid) -> Shape | None:
    """Names, wording and import ids in the first three rows, or names and wording alone.

    In the older format the names of the tool's own columns are V1, V2 …, and stand in the
    second row. A response whose status or channel says preview, test or spam is left out; one that
    is not finished is kept.
    """
    rows = list(grid.rows.values())
    if len(rows) < 2:
        return None
    ids = [_import_id(cell) for cell in rows[2]] if len(rows) > 2 else []
    if any(ids):
        header_rows, headings = 3, [one.get("ImportId", "") for one in ids]
    elif rows[0][0] == "V1" and fold(rows[1][0]) == "responseid":
        header_rows, headings = 2, rows[1]
    elif {"responseid", "recordeddate"} <= {fold(cell) for cell in rows[0]}:
        header_rows, headings = (2 if _is_wording(rows) else 1), rows[0]
    else:
        return None
    names = unique(rows[0])
    wording = rows[1] if header_rows > 1 else [""] * len(names)
    parts = find_parts(dict(zip(names, headings, strict=True)), _PARTS)
    questions = {
        name: plain_text(text)
        for name, text in zip(names, wording, strict=True)
        if name and text and name not in parts
    }
    cells = dict(zip(names, read_columns(grid, header_rows=header_rows), strict=True))
    candidates = {
        name: (re.sub(r"_\d+$", "", name), questions.get(name, name).rpartition(" - ")[2])
        for name, one in zip(names, ids, strict=False)
        if one.get("choiceId") and not name.endswith("_TEXT") and name not in parts
    }
    several = [name for name, one in cells.items() if is_several(one, ",")]
    open_ended = {
        name
        for name, one in zip(names, headings, strict=True)
        if one.endswith("_TEXT") or name.endswith("_TEXT")
    } - set(parts)
    return Shape(
        names,
        header_rows,
        questions=questions,
        options=find_options(candidates, cells),
        separators={
            name: ","
            for name in several
            if name and name not in parts and name not in candidates and name not in open_ended
        },
        parts=parts,
        left_out=_find_unreal(grid, header_rows, [fold(heading) for heading in headings]),
        reasons=_REASONS,
        unfinished=_find_unfinished(grid, header_rows, [fold(heading) for heading in headings]),
        open_ended=frozenset(open_ended),
    )


def _is_wording(rows: list[list[str]]) -> bool:
    """Whether the second row words the headings above it, and is no response.

    A response has a date there, or a blank, whatever became of its id.
    """
    headings = [fold(cell) for cell in rows[0]]
    below = [rows[1][headings.index(one)] for one in ("responseid", "recordeddate")]
    return all(cell and not any(letter.isdigit() for letter in cell) for cell in below)


def _import_id(cell: str) -> dict[str, str]:
    """What a cell of the third row says of its column; nothing where it is no such cell."""
    if not cell.startswith("{") or "ImportId" not in cell:
        return {}
    try:
        found = json.loads(cell.replace("'", '"'))
    except (json.JSONDecodeError, RecursionError):
        return {"ImportId": ""}
    return {str(key): str(value) for key, value in found.items()}


def _find_unreal(grid: Grid, header_rows: int, headings: list[str]) -> dict[int, str]:
    """Why a row is no response, by row."""
    columns = [headings.index(one) for one in ("status", "distributionchannel") if one in headings]
    found = {}
    for row, cells in list(grid.rows.items())[header_rows:]:
        said = [fold(cells[column]) for column in columns]
        reasons = [reason for reason in _REASONS if any(_says(cell, reason) for cell in said)]
        if reasons:
            found[row] = reasons[0]
    return found


def _find_unfinished(grid: Grid, header_rows: int, headings: list[str]) -> frozenset[int] | None:
    """The rows of people who did not come to the end; None without a column that tells."""
    if "finished" not in headings:
        return None
    place = headings.index("finished")
    rows = list(grid.rows.items())[header_rows:]
    return frozenset(row for row, cells in rows if fold(cells[place]) in NOT_CHOSEN)


def _says(cell: str, reason: str) -> bool:
    """Whether a status, as a number or in words, or a channel means that reason.

    >>> _says("9", "spam"), _says("survey preview", "preview"), _says("4", "spam")
    (True, True, False)
    """
    if cell.isdecimal():
        return any(int(cell) & bit and known == reason for bit, known in _BITS.items())
    return reason in cell.split()
