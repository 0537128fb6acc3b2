"""SurveyMonkey: a row of questions, and below it a row of what each column of them holds."""

from __future__ import annotations

import re

from labtools.evidence.questionnaires.profiles.shapes import (
    Shape,
    find_options,
    find_parts,
    fold,
    plain_text,
    read_columns,
    unique,
)
from labtools.evidence.sheets.tabular import Grid

_PARTS = {
    "respondent id": "person_id",
    "respondent-id": "person_id",
    "end date": "date",
    "date modified": "date",
    "slutdatum": "date",
    "start date": "tool",
    "date created": "tool",
    "startdatum": "tool",
    "collector id": "tool",
    "insamlar-id": "tool",
    "custom data 1": "tool",
    "ip address": "contact",
    "ip-adress": "contact",
    "email address": "contact",
    "e-postadress": "contact",
    "first name": "contact",
    "förnamn": "contact",
    "last name": "contact",
    "efternamn": "contact",
}
_TOOLS = [heading for heading, part in _PARTS.items() if part != "contact"]
_OPEN_ENDED = ("open-ended response", "öppet svar")
_WHOLE = ("", "response", "svar", *_OPEN_ENDED)
_OTHER = re.compile(r"other\b|annat\b|annan\b|.*\b(specify|ange|specificera)\b")


def shape_surveymonkey(grid: Grid) -> Shape | None:
    """Questions in the first row, blank where they go on; options or `Response` in the second.

    Columns are called by the question, and by the second row in brackets where it says more.
    An export that is condensed has the first row alone.
    """
    rows = list(grid.rows.values())
    if not rows or len(rows[0]) < 2:
        return None
    known = [fold(heading) for heading in rows[0][:2]]
    if _PARTS.get(known[0]) != "person_id" or known[1] not in ("collector id", "insamlar-id"):
        return None
    header_rows = 2 if _has_details(rows) else 1
    below = rows[1] if header_rows == 2 else [""] * len(rows[0])
    questions = _carry_on([plain_text(heading) for heading in rows[0]], below)
    details = [plain_text(heading) for heading in below]
    names = unique(
        question if fold(detail) in _WHOLE else f"{question} [{detail}]"
        for question, detail in zip(questions, details, strict=True)
    )
    parts = find_parts(dict(zip(names, questions, strict=True)), _PARTS)
    asked = [
        (name, question, detail)
        for name, question, detail in zip(names, questions, details, strict=True)
        if name and name not in parts
    ]
    candidates = {
        name: (question, detail)
        for name, question, detail in asked
        if fold(detail) not in _WHOLE and not _OTHER.match(fold(detail))
    }
    written = frozenset(
        name
        for name, _, detail in asked
        if fold(detail) in _OPEN_ENDED or _OTHER.match(fold(detail))
    )
    cells = dict(zip(names, read_columns(grid, header_rows=header_rows), strict=True))
    return Shape(
        names,
        header_rows,
        questions={name: question for name, question, _ in asked},
        options=find_options(candidates, cells),
        parts=parts,
        open_ended=written,
        date_format="%m/%d/%Y %I:%M:%S %p",
    )


def _has_details(rows: list[list[str]]) -> bool:
    """Whether the second row tells what columns hold, and is no response.

    It is blank below all of the tool's own columns. So is a response where somebody emptied
    these; then the second row has to say Response, or go on below a blank heading.
    """
    if len(rows) < 2:
        return False
    tools = [place for place, heading in enumerate(rows[0]) if fold(heading) in _TOOLS]
    own = [any(row[place] for place in tools) for row in rows[1:]]
    pairs = zip(rows[0], rows[1], strict=True)
    told = any(cell and (not heading or fold(cell) in _WHOLE) for heading, cell in pairs)
    return not own[0] and any(rows[1]) and (told or any(own))


def _carry_on(headings: list[str], below: list[str]) -> list[str]:
    """Each blank heading with something below it as the one before it."""
    found: list[str] = []
    for heading, detail in zip(headings, below, strict=True):
        found.append(heading or (found[-1] if found and detail else ""))
    return found
