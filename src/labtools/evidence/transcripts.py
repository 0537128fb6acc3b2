"""Transcripts → turns: what one speaker says until another speaks, one row each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import pandas as pd

from labtools.evidence import documents, subtitles
from labtools.evidence.labels import label_lines
from labtools.evidence.office import Paragraph
from labtools.faults import BadInput, Fault

FORMATS = (*documents.FORMATS, *subtitles.FORMATS)
PAUSE_SECONDS = 2.0
_UNKNOWN = float("nan")


class _Part(NamedTuple):
    """A piece of what is said; `label` None means whoever spoke before goes on."""

    label: str | None
    text: str
    start: float = _UNKNOWN
    end: float = _UNKNOWN
    new: bool = False  # begins a turn although the label is the same


def read_transcript(path: Path, *, source_id: str, name: str | None = None) -> pd.DataFrame:
    """The turns of one file: what one speaker says until another speaks.

    One row per turn, in the file's order: `source_id, turn` (from 1), `start_seconds,
    end_seconds` (NaN where the file has no times), `label` (as in the file, "" where nobody is
    named), `text` (NFC, any run of space is one space), `turn_hash`. Text before the first
    label is a turn with label "". In a file without labels each paragraph is a turn; in
    subtitles without labels a pause of PAUSE_SECONDS ends one. Which words are labels:
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
    table = pd.DataFrame(
        {
            "source_id": pd.Series([source_id] * len(turns), dtype="str"),
            "turn": range(1, len(turns) + 1),
            "start_seconds": pd.Series([turn.start for turn in turns], dtype="float64"),
            "end_seconds": pd.Series([turn.end for turn in turns], dtype="float64"),
            "label": pd.Series([turn.label for turn in turns], dtype="str"),
            "text": pd.Series([turn.text for turn in turns], dtype="str"),
        }
    )
    return table.assign(turn_hash=table["text"].map(turn_hash).astype("str"))


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
    if any(cue.voice for cue in cues):
        return [_Part(cue.voice, cue.text, cue.start, cue.end) for cue in cues]
    lines = label_lines([Paragraph(cue.text) for cue in cues])
    if lines is not None:
        pairs = zip(lines, cues, strict=True)
        return [_Part(line.label, line.text, cue.start, cue.end) for line, cue in pairs]
    ends = [cue.end for cue in cues]
    return [
        _Part("", cue.text, cue.start, cue.end, new=cue.start - end >= PAUSE_SECONDS)
        for cue, end in zip(cues, ends[:1] + ends[:-1], strict=True)
    ]


def _join_turns(parts: list[_Part]) -> list[_Part]:
    """Parts of one speaker in a row are one turn; a label without any words is none."""
    runs: list[list[_Part]] = []
    speaker = ""
    for part in parts:
        before, speaker = speaker, speaker if part.label is None else part.label
        if not runs or part.new or speaker != before:
            runs.append([])
        runs[-1].append(part._replace(label=speaker))
    turns = [
        _Part(run[0].label, _join_words(run), start=run[0].start, end=run[-1].end) for run in runs
    ]
    return [turn for turn in turns if turn.text]


def _join_words(run: list[_Part]) -> str:
    return normalize("NFC", " ".join(" ".join(part.text for part in run).split()))
