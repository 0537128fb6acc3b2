"""Rich text (.rtf) → paragraphs: lines and table rows, without what is struck or hidden."""

from __future__ import annotations

import re
from itertools import repeat

from striprtf.striprtf import rtf_to_text

from labtools.evidence.files.encodings import seen_text
from labtools.evidence.transcripts.paragraphs import Cell, Paragraph
from labtools.faults import BadInput, Fault

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\.|[{}]|[^\\{}]+|\\", re.S
)
_UNREAD = {"deleted", "v", "fldinst"}
_PICTURES = {"pict", "objdata"}  # of many megabytes, in which the library goes letter by letter


def read_rich_text(text: str, *, name: str) -> list[Paragraph]:
    """Lines and table rows; which type is bold is not known, and text boxes are not read.

    Left out: tracked deletions, hidden text, comments, notes, headers and footers, field codes.
    BadInput where a part cannot be read.
    """
    try:
        plain = rtf_to_text(_leave_unread(text))
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        must = "the file is whole rich text"
        found = f"a part that cannot be read ({error})"
        raise BadInput([Fault(name, must, found, "open it and save it as .docx")]) from error
    paragraphs: list[Paragraph] = []
    for row, line in enumerate(plain.splitlines(), start=1):
        *cells, rest = seen_text(line).split("|")
        if len(cells) > 1 and not rest.strip():
            places = [Cell(row, column, len(cells)) for column in range(len(cells))]
            paragraphs += map(Paragraph, cells, repeat(""), places)
        elif line.strip():
            paragraphs.append(Paragraph(seen_text(line)))
    return paragraphs


def _leave_unread(text: str) -> str:
    """The same rich text without what follows `\\deleted`, `\\v` and the like in its group.

    It goes up to the end of the group that the word stands in, or to where the word is taken
    back (`\\v0`, `\\plain`).

    >>> _leave_unread(r"{\\rtf1 Jag {\\deleted van}trivs {\\v x\\v0 h}är}")
    '{\\\\rtf1 Jag {}trivs {h}är}'
    """
    lower = text.lower()
    binary = "\\bin" in lower  # in which a brace is no brace
    unread = _UNREAD if binary else _UNREAD | _PICTURES
    if not any(f"\\{word}" in lower for word in unread):
        return text
    kept: list[str] = []
    depth, since = 0, None
    word_since = ""
    for token in _TOKEN.finditer(text):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        word, on = (token["word"] or "").lower(), token["number"] != "0"
        if since is None and word in unread and on:
            since, word_since = depth, word
        elif since is None:
            kept.append(token[0])
        elif depth < since:
            since = None
            kept.append(token[0])
        elif depth == since and (word == "plain" or (word == word_since and not on)):
            since = None
    return "".join(kept)
