"""LimeSurvey: headings as codes, as texts or as both, answers as codes or as texts."""

from __future__ import annotations

import re

from labtools.evidence.questionnaires.profiles.shapes import (
    Shape,
    find_options,
    find_parts,
    find_rows,
    fold,
    plain_text,
    read_columns,
    unique,
)
from labtools.evidence.sheets.tabular import Grid

_PARTS = {
    "id": "person_id",
    "response id": "person_id",
    "svars-id": "person_id",
    "svar-id": "person_id",
    "svar id": "person_id",
    "submitdate": "date",
    "date submitted": "date",
    "inlämningsdatum": "date",
    "datum inskickat": "date",
    "lastpage": "tool",
    "last page": "tool",
    "sista sidan": "tool",
    "senaste sidan": "tool",
    "startlanguage": "tool",
    "start language": "tool",
    "startspråk": "tool",
    "seed": "tool",
    "startdate": "tool",
    "date started": "tool",
    "startdatum": "tool",
    "datestamp": "tool",
    "date last action": "tool",
    "refurl": "tool",
    "referrer url": "tool",
    "interviewtime": "duration",
    "total time": "duration",
    "total tid": "duration",
    "token": "contact",
    "access code": "contact",
    "ipaddr": "contact",
    "ip address": "contact",
    "ip-adress": "contact",
    "firstname": "contact",
    "first name": "contact",
    "lastname": "contact",
    "last name": "contact",
    "email": "contact",
    "email address": "contact",
}
_BOTH = re.compile(r"(?P<code>[A-Za-z]\w*(?:\[\w+\])*)\. (?P<text>.+)")
_IN_BRACKETS = re.compile(r"(?P<question>.+?)\s*\[(?P<option>[^\[\]]+)\]")
_TIMING = re.compile(r"(?:group|question) time: .*|(?:grupp|fråge?)tid: .*")
_OTHER = re.compile(r"other|annat|.*(?:comment|kommentar)")


def shape_limesurvey(grid: Grid) -> Shape | None:
    """The response's number first, then when it was sent in, its last page and language.

    Columns are called by the question's code where there is one, else by its text without
    HTML and line breaks. A multiple choice is a column for each option, `Question[option]`.
    Responses that were never sent in are kept, as unfinished: their date is blank.
    """
    header = next(iter(grid.rows.values()), [])
    texts = [plain_text(heading) for heading in header]
    split = [_BOTH.fullmatch(text) for text in texts]
    both = bool(split) and split[0] is not None and split[0]["code"] == "id"
    codes = [m["code"] if both and m else t for m, t in zip(split, texts, strict=True)]
    own = [_PARTS.get(fold(code)) for code in codes[:6]]
    if own[:1] != ["person_id"] or "date" not in own or own.count("tool") < 2:
        return None
    names = unique(codes)
    parts = find_parts(dict(zip(names, codes, strict=True)), _PARTS)
    if "duration" in parts.values():
        parts |= {name: "tool" for name in names if _is_timing(name, names) and name not in parts}
    asked = [name for name in names if name and name not in parts]
    matches = {name: _IN_BRACKETS.fullmatch(name) for name in asked}
    candidates = {
        name: (match["question"], match["option"])
        for name, match in matches.items()
        if match and not _OTHER.fullmatch(fold(match["option"]))
    }
    cells = dict(zip(names, read_columns(grid), strict=True))
    wording = dict(zip(names, (m["text"] if both and m else "" for m in split), strict=True))
    spoken = fold(codes[0]) != "id"  # the headings are the questions' texts
    return Shape(
        names,
        questions={name: wording[name] or name for name in asked if wording[name] or spoken},
        options=find_options(candidates, cells),
        parts=parts,
        unfinished=find_rows(grid, header[own.index("date")], {""}),
        open_ended=frozenset(
            name for name, match in matches.items() if match and name not in candidates
        ),
    )


def _is_timing(name: str, names: list[str]) -> bool:
    """Whether a column tells how long a question or a group of them took."""
    if _TIMING.fullmatch(fold(name)):
        return True
    before = name.removesuffix("Time")
    if before == name:
        return False
    asked = before in names or any(other.startswith(f"{before}[") for other in names)
    return asked or re.fullmatch(r"group(Time)?\d*", before) is not None
