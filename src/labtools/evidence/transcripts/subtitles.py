"""Subtitle files → cues: .vtt with voices, .srt."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from labtools.evidence.files.encodings import decode_text, read_bytes, seen_text
from labtools.faults import BadInput, Fault

FORMATS = (".vtt", ".srt")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_ASIDE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b")
_TIME = r"(?:\d{1,10}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?=\s|$)")


@dataclass(frozen=True)
class Cue:
    """What one voice says in one span of time, in seconds; `voice` is "" where none is named.

    `goes_on` where it is a further voice in the cue of the one before it.
    """

    start: float
    end: float
    voice: str
    text: str
    goes_on: bool = False


def read_cues(path: Path, *, name: str) -> list[Cue]:
    """The cues of a .vtt or .srt file in the file's order, overlapping or backward as they stand.

    A cue with two voices is two. Notes, styles, identifiers, cue tags and empty cues are left
    out; a cue's text is NFC in one line. BadInput where the file is no such file, or where it
    holds a time that cannot be read or a text without a time: neither is passed over.
    """
    text, _ = decode_text(read_bytes(path, name=name), name=name)
    numbered = path.suffix.lower() == ".srt"
    faults = _find_untimed(text, numbered=numbered, name=name)
    if faults:
        raise BadInput(faults)
    source = io.StringIO(text.lstrip("\n"))
    try:
        captions = webvtt.from_buffer(source, format="srt" if numbered else "vtt").captions
    except (MalformedFileError, MalformedCaptionError) as error:
        suffix = path.suffix.lower()
        must = f"the file is a whole {suffix} file"
        do = "export it again from the program that made it"
        raise BadInput([Fault(name, must, str(error), do)]) from error
    return [cue for caption in captions for cue in _split_voices(caption, escaped=not numbered)]


def _find_untimed(text: str, *, numbered: bool, name: str) -> list[Fault]:
    """Blocks of lines whose text the parser would leave out or hang on another cue."""
    faults: list[Fault] = []
    row = 1
    for block in re.split(r"(\n[^\S\n]*(?=\n))", text):
        first = row + len(block) - len(block.lstrip())
        row += block.count("\n")
        lines = block.strip().split("\n")
        if not block.strip() or _ASIDE.match(lines[0]):
            continue
        timed = [line for line in lines if "-->" in line]
        broken = next((line for line in timed if not _TIMES.match(line)), None)
        if broken is None and not timed and (not numbered or lines[0].strip().isdigit()):
            broken = lines[0] if len(lines) == 1 else " ".join(lines[:2])
        if broken is not None:
            must = "each text has a time such as 00:01:02.500 --> 00:01:05.000 above it"
            faults.append(Fault(name, must, repr(broken[:60]), "mend the line or remove it", first))
    return faults


def _split_voices(caption: webvtt.Caption, *, escaped: bool) -> Iterator[Cue]:
    """One cue for each voice in a caption, those without text left out."""
    start = caption.start_time.in_milliseconds() / 1000
    end = caption.end_time.in_milliseconds() / 1000
    parts = _VOICE.split(caption.raw_text)
    goes_on = False
    for voice, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        plain = webvtt.Caption(text=part).text if "<" in part else part
        said = " ".join(seen_text(html.unescape(plain) if escaped else plain).split())
        speaker = html.unescape(voice) if escaped else voice
        if said:
            yield Cue(start, end, " ".join(seen_text(speaker).split()), said, goes_on)
            goes_on = True
