"""Transcripts → turns: what one speaker says until another speaks, one row each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import pandas as pd

from labtools.evidence.transcripts import documents, subtitles
from labtools.evidence.transcripts.flags import (
    flag_lines,
    flag_times,
    is_credit,
    join_flags,
    place_flags,
)
from labtools.evidence.transcripts.labels import label_lines
from labtools.evidence.transcripts.office import Paragraph
from labtools.faults import BadInput, Fault

FORMATS = (*documents.FORMATS, *subtitles.FORMATS)
TYPES = {
    "source_id": "str",
    "turn": "int64",
    "start_seconds": "float64",
    "end_seconds": "float64",
    "label": "str",
    "text": "str",
    "flags": "str",
    "flag_places": "str",
    "turn_hash": "str",
}
"""The columns of a table of turns, and their types."""
PAUSE_SECONDS = 2.0
_UNKNOWN = float("nan")


class _Part(NamedTuple):
    """A piece of what is said; `label` None means whoever spoke before goes on."""

    label: str | None
    text: str
    start: float = _UNKNOWN
    end: float = _UNKNOWN
    new: bool = False  # begins a turn although the label is the same
    flags: tuple[str, ...] = ()
    places: str = ""


def read_transcript(path: Path, *, source_id: str, name: str | None = None) -> pd.DataFrame:
    """The turns of one file: what one speaker says until another speaks.

    One row per turn, in the file's order: `source_id, turn` (from 1), `start_seconds,
    end_seconds` (NaN where the file has no times), `label` (as in the file, "" where nobody is
    named), `text` (NFC, any run of space is one space), `flags` (of `flags.FLAGS`, joined by
    `;`: those of any cue or paragraph of the turn), `flag_places` (`flags.place_flags`),
    `turn_hash`. A cue or paragraph that is a credit is a turn of its own, with the label that
    the file gives it or "", and whoever spoke before it begins anew. Text before the first
    label is a turn with label "". In a file without labels each paragraph is a turn; in subtitles
    without labels a pause of PAUSE_SECONDS ends one. Which words are labels:
    `labels.label_lines`. `name` is what messages call the file. BadInput where the file cannot
    be read or holds no turn.
    """
    name = name or path.name
    suffix = path.suffix.lower()
    if suffix in subtitles.FORMATS:
        parts = _parts_of_cues(subtitles.read_cues(path, name=name))
    elif suffix in documents.FORMATS:
        parts = _parts_of_paragraphs(documents.read_document(path, name=name).paragraphs)
    else:
        must = f"a transcript ends in one of {', '.join(FORMATS)}"
        raise BadInput([Fault(name, must, suffix or "no ending", "save it as one of these")])
    turns = _join_turns(parts)
    if not turns:
        raise BadInput([Fault(name, "a transcript holds speech", "no text", "look at the file")])
    cells = {
        "source_id": [source_id] * len(turns),
        "turn": range(1, len(turns) + 1),
        "start_seconds": [turn.start for turn in turns],
        "end_seconds": [turn.end for turn in turns],
        "label": [turn.label for turn in turns],
        "text": [turn.text for turn in turns],
        "flags": [join_flags(turn.flags) for turn in turns],
        "flag_places": [turn.places for turn in turns],
        "turn_hash": [turn_hash(turn.text) for turn in turns],
    }
    return pd.DataFrame({name: pd.Series(cells[name], dtype=TYPES[name]) for name in TYPES})


def turn_hash(text: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a turn's text in UTF-8.

    >>> turn_hash("hej")
    '9c478bf63e95'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _parts_of_paragraphs(paragraphs: Iterable[Paragraph]) -> list[_Part]:
    whole = list(paragraphs)
    lines = label_lines([paragraph for paragraph in whole if paragraph.text.strip()])
    if lines is None:
        return [_Part("", paragraph.text, new=True) for paragraph in documents.join_wrapped(whole)]
    return [_Part(line.label, line.text, line.seconds) for line in lines]


def _parts_of_cues(cues: list[subtitles.Cue]) -> list[_Part]:
    """By voice; without voices by labels within the text; without either by pauses."""
    flags = flag_times(cues)
    parts = [
        _Part(cue.voice, cue.text, cue.start, cue.end, flags=found)
        for cue, found in zip(cues, flags, strict=True)
    ]
    if any(cue.voice for cue in cues):
        return parts
    lines = label_lines([Paragraph(cue.text) for cue in cues])
    if lines is not None:
        return [
            part._replace(label=line.label, text=line.text)
            for line, part in zip(lines, parts, strict=True)
        ]
    ends = [part.end for part in parts]
    return [
        part._replace(new=part.start - end >= PAUSE_SECONDS)
        for part, end in zip(parts, ends[:1] + ends[:-1], strict=True)
    ]


def _join_turns(parts: list[_Part]) -> list[_Part]:
    """Parts of one speaker in a row are one turn; a label without any words is none."""
    turns = []
    for run in _split_runs(_flag_parts(parts)):
        text = _join_words(run)
        raised, words = [], 0
        for part in run:
            raised += [(flag, words) for flag in part.flags]
            words += len(part.text.split())
        raised += [("credit", 0)] * is_credit(text)
        flags = tuple(flag for flag, _ in raised)
        places = place_flags(raised)
        turns.append(
            _Part(run[0].label, text, run[0].start, run[-1].end, flags=flags, places=places)
        )
    return [turn for turn in turns if turn.text]


def _flag_parts(parts: list[_Part]) -> Iterator[_Part]:
    """Each part with the flags of its words as well."""
    speaker, lines = "", []
    for part in parts:
        speaker = speaker if part.label is None else part.label
        lines.append((speaker, part.text))
    for part, found in zip(parts, flag_lines(lines), strict=True):
        yield part._replace(flags=(*part.flags, *found))


def _split_runs(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """The parts of each turn, with their label; a credit stands alone with the label above it."""
    run: list[_Part] = []
    speaker, alone = "", False
    for part in parts:
        before, speaker = speaker, speaker if part.label is None else part.label
        credit, empty = "credit" in part.flags, not any(one.text for one in run)
        if run and (part.new or alone or speaker != before or (credit and not empty)):
            yield run
            run = []
        nobody = credit and part.label is None and not run
        run.append(part._replace(label="" if nobody else speaker))
        alone = credit
    if run:
        yield run


def _join_words(run: list[_Part]) -> str:
    return normalize("NFC", " ".join(" ".join(part.text for part in run).split()))
