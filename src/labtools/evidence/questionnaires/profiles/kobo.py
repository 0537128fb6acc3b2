"""KoBoToolbox: groups before a slash, several choices in a cell and as columns of 0 and 1."""

from __future__ import annotations

import re
from collections.abc import Sequence

from labtools.evidence.questionnaires.profiles.shapes import (
    Shape,
    filled_cells,
    find_options,
    find_parts,
    is_several,
    plain_text,
    read_columns,
    unique,
)
from labtools.evidence.sheets.tabular import Grid

_PARTS = {
    "_id": "person_id",
    "_uuid": "person_id",
    "_submission_time": "date",
    "_duration": "duration",
    "start": "tool",
    "end": "tool",
    "today": "tool",
    "audit": "tool",
    "_index": "tool",
    "_status": "tool",
    "_notes": "tool",
    "_tags": "tool",
    "_validation_status": "tool",
    "__version__": "tool",
    "_xform_id_string": "tool",
    "formhub/uuid": "tool",
    "meta/instanceid": "tool",
    "meta/rootuuid": "tool",
    "meta/deprecatedid": "tool",
    "meta/instancename": "contact",
    "_submitted_by": "contact",
    "_geolocation": "contact",
    "username": "contact",
    "email": "contact",
    "phonenumber": "contact",
    "deviceid": "contact",
    "subscriberid": "contact",
    "simserial": "contact",
}
_NAME = re.compile(r"[a-z0-9_.-]+")
_PLACE = ("latitude", "longitude", "altitude", "precision")


def shape_kobo(grid: Grid) -> Shape | None:
    """Names with their groups before a slash; the tool's own columns begin in an underscore.

    A choice of several is in one cell with spaces between, in a column of 0 and 1 for each
    option below the question's name, or in both. Places are `contact`, in all their columns.
    """
    header = next(iter(grid.rows.values()), [])
    if "_uuid" not in header or not {"_id", "_submission_time", "_index"} & set(header):
        return None
    names = unique(plain_text(heading) for heading in header)
    parts = find_parts(dict(zip(names, names, strict=True)), _PARTS)
    for name in names:
        group, _, question = name.rpartition("/")
        between = f"{group}/" if group else ""
        places = [f"{between}_{question}_{measure}" for measure in _PLACE]
        if places[0] in names:
            parts |= dict.fromkeys([name, *places], "contact")
    parts = {name: part for name, part in parts.items() if name in names}
    cells = dict(zip(names, filled_cells(grid), strict=True))
    asked = [name for name in names if name and name not in parts]
    candidates = {
        name: (question, option)
        for name in asked
        for question, _, option in [name.rpartition("/")]
        if question and cells[name] <= {"0", "1"}
    }
    alone = {
        question
        for question in {question for question, _ in candidates.values()} - set(names)
        if any(name.startswith(f"{question}/") and name not in candidates for name in asked)
    }  # a group of questions, some of which are answered by 0 and 1
    candidates = {
        name: candidate for name, candidate in candidates.items() if candidate[0] not in alone
    }
    below = dict(zip(names, read_columns(grid), strict=True))
    options = find_options(candidates, below, known=names)
    known = {
        name: {option for question, option in options.values() if question == name}
        for name in asked
    }
    separators = {
        name: " " for name in asked if name not in options and _is_several(below[name], known[name])
    }
    spoken = [name for name in asked if " " in name]  # headings that are labels, not names
    return Shape(
        names,
        questions={name: name.rpartition("/")[2] for name in spoken},
        options=options,
        separators=separators,
        parts=parts,
    )


def _is_several(cells: Sequence[str], options: set[str]) -> bool:
    """Whether cells hold choices with spaces between: of the options, if these are known."""
    choices = {choice for cell in cells for choice in cell.split()}
    if options:
        return bool(choices) and choices <= options
    return all(_NAME.fullmatch(choice) for choice in choices) and is_several(cells, " ")
