"""Microsoft Forms, Google Forms, and Swedish CSV as from Netigate or Survey & Report."""

from __future__ import annotations

import re

from labtools.evidence.questionnaires.profiles.shapes import (
    Shape,
    filled_cells,
    find_options,
    find_parts,
    find_rows,
    fold,
    is_several,
    plain_text,
    read_columns,
    unique,
)
from labtools.evidence.sheets.tabular import Grid

_MS_BEGINS = ({"id"}, {"start time", "starttid"}, {"completion time", "slutförandetid", "sluttid"})
_MS_PARTS = {
    "id": "person_id",
    "completion time": "date",
    "slutförandetid": "date",
    "sluttid": "date",
    "start time": "tool",
    "starttid": "tool",
    "last modified time": "tool",
    "senaste ändringstid": "tool",
    "language": "tool",
    "språk": "tool",
    "total points": "tool",
    "quiz feedback": "tool",
    "email": "contact",
    "e-post": "contact",
    "e-postadress": "contact",
    "name": "contact",
    "namn": "contact",
}
_GOOGLE_PARTS = {
    "timestamp": "date",
    "tidstämpel": "date",
    "score": "tool",
    "poäng": "tool",
    "username": "contact",
    "användarnamn": "contact",
    "email address": "contact",
    "e-postadress": "contact",
}
_GOOGLE_TIME = re.compile(r"\d{4}[/-]\d{1,2}[/-]\d{1,2}[ T]\d{1,2}[:.]\d{2}.*")
_NETIGATE_PARTS = {
    "respondentid": "person_id",
    "respondent id": "person_id",
    "respondent-id": "person_id",
    "svarsid": "person_id",
    "svars-id": "person_id",
    "svarsnummer": "person_id",
    "svarsdatum": "date",
    "slutdatum": "date",
    "inskickad": "date",
    "avslutad": "date",
    "startdatum": "tool",
    "påbörjad": "tool",
    "status": "tool",
    "språk": "tool",
    "svarstid": "duration",
    "tidsåtgång": "duration",
    "e-post": "contact",
    "e-postadress": "contact",
    "ip-adress": "contact",
    "namn": "contact",
    "förnamn": "contact",
    "efternamn": "contact",
    "telefon": "contact",
    "mobilnummer": "contact",
}
_UNFINISHED = frozenset(
    "påbörjad;pågående;pågår;påbörjat;ofullständig;ofullständigt;delvis;delvis besvarad;"
    "ej avslutad;inte avslutad;ej slutförd;inte slutförd;oavslutad;avbruten;started;"
    "in progress;incomplete;partial;partially completed;not completed".split(";")
)
_OPTION = re.compile(r"(?P<question>.+?)(?: [-–] |: )(?P<option>[^:]+)")


def shape_ms(grid: Grid) -> Shape | None:
    """Microsoft Forms: ID, start and completion; a multiple choice ends each choice in `;`."""
    header = _header(grid)
    begins = zip(header, _MS_BEGINS, strict=False)
    if len(header) < 3 or not all(fold(heading) in known for heading, known in begins):
        return None
    names = unique(plain_text(heading) for heading in header)
    parts = find_parts(dict(zip(names, header, strict=True)), _MS_PARTS)
    cells = dict(zip(names, filled_cells(grid), strict=True))
    separators = {
        name: ";"
        for name in _asked(names, parts)
        if cells[name] and all(cell.endswith(";") for cell in cells[name])
    }
    return Shape(names, questions=_wording(names, parts), separators=separators, parts=parts)


def shape_google(grid: Grid) -> Shape | None:
    """Google Forms: a time stamp first; a multiple choice has `, ` between its choices."""
    header = _header(grid)
    first = filled_cells(grid)[0] if grid.rows else set()
    if fold(header[0] if header else "") not in ("timestamp", "tidstämpel"):
        return None
    if not all(_GOOGLE_TIME.fullmatch(cell) for cell in first):
        return None
    names = unique(plain_text(heading) for heading in header)
    parts = find_parts(dict(zip(names, header, strict=True)), _GOOGLE_PARTS)
    columns = zip(names, read_columns(grid), strict=True)
    several = [name for name, cells in columns if is_several(cells, ", ")]
    separators = {name: ", " for name in several if name in _asked(names, parts)}
    return Shape(
        names,
        questions=_wording(names, parts),
        separators=separators,
        parts=parts,
        date_format="%Y/%m/%d %I:%M:%S %p",
    )


def shape_netigate(grid: Grid) -> Shape | None:
    """Swedish CSV with semicolons: the answer's number first, then what the tool adds.

    A multiple choice is a column for each option, `Question: option` or `Question - option`.
    Responses whose status says that they are not finished are kept.
    """
    header = _header(grid)
    known = [_NETIGATE_PARTS.get(fold(heading)) for heading in header]
    if grid.delimiter != ";" or known[0] != "person_id" or len(known) - known.count(None) < 2:
        return None
    names = unique(plain_text(heading) for heading in header)
    parts = find_parts(dict(zip(names, header, strict=True)), _NETIGATE_PARTS)
    matches = {name: _OPTION.fullmatch(name) for name in _asked(names, parts)}
    candidates = {
        name: (match["question"], match["option"]) for name, match in matches.items() if match
    }
    cells = dict(zip(names, read_columns(grid), strict=True))
    status = [heading for heading in header if fold(heading) == "status"]
    return Shape(
        names,
        questions=_wording(names, parts),
        options=find_options(candidates, cells),
        parts=parts,
        unfinished=find_rows(grid, status[0], _UNFINISHED) if status else None,
    )


def _header(grid: Grid) -> list[str]:
    return next(iter(grid.rows.values()), [""])


def _asked(names: list[str], parts: dict[str, str]) -> list[str]:
    """The columns that hold answers."""
    return [name for name in names if name and name not in parts]


def _wording(names: list[str], parts: dict[str, str]) -> dict[str, str]:
    return {name: name for name in _asked(names, parts)}
