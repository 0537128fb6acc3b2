"""Turns → files in the formats that reach researchers, as the programs that make them write."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import docx
import odfdo
from docx.enum.style import WD_STYLE_TYPE
from files import MOMENT, fixed_zip

WORDS_PER_SECOND = 2.4
SPARE = ("/stylesWithEffects", "/customXml", "/thumbnail")


class Said(NamedTuple):
    """A turn under the label that the file gives its speaker; `pieces` are what it is made of."""

    label: str
    pieces: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole turn."""
        return " ".join(self.pieces)


class Cue(NamedTuple):
    """A line of subtitles, in milliseconds."""

    start: int
    end: int
    label: str
    text: str


def _new_docx() -> docx.document.Document:
    """An empty Word document without what the template carries for nothing: 800 kB of styles."""
    document = docx.Document()
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name != "Normal Table":
            style.delete()
    for rels in (document.part.rels, document.part.package.rels):
        for name in [r for r, rel in rels.items() if rel.reltype.endswith(SPARE)]:
            rels.pop(name)
    return document


def _docx_bytes(document: docx.document.Document) -> bytes:
    properties = document.core_properties
    properties.author = ""
    properties.last_modified_by = ""
    properties.comments = ""
    properties.created = properties.modified = datetime(*MOMENT)
    content = io.BytesIO()
    document.save(content)
    return fixed_zip(content.getvalue())


def format_paragraphs_docx(paragraphs: Sequence[str]) -> bytes:
    """A Word document of plain paragraphs."""
    document = _new_docx()
    for text in paragraphs:
        document.add_paragraph(text)
    return _docx_bytes(document)


def format_docx_colon(turns: Sequence[Said]) -> bytes:
    """Word: `Label: text` in one paragraph."""
    return format_paragraphs_docx([f"{turn.label}: {turn.text}" for turn in turns])


def format_docx_time(turns: Sequence[Said]) -> bytes:
    """Word: `Label  MM:SS` on a line of its own, then the text, long turns in two paragraphs."""
    document = _new_docx()
    seconds = 0.0
    for turn in turns:
        document.add_paragraph(f"{turn.label}  {int(seconds) // 60:02d}:{int(seconds) % 60:02d}")
        for text in turn.pieces if len(turn.pieces) > 1 else (turn.text,):
            document.add_paragraph(text)
        seconds += 0.8 + len(turn.text.split()) / WORDS_PER_SECOND
    return _docx_bytes(document)


def format_docx_bold(turns: Sequence[Said]) -> bytes:
    """Word: the label in bold, then the text in the same paragraph."""
    document = _new_docx()
    for turn in turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(turn.label).bold = True
        paragraph.add_run(f" {turn.text}")
    return _docx_bytes(document)


def format_docx_table(turns: Sequence[Said]) -> bytes:
    """Word: a table of two columns, label and text."""
    document = _new_docx()
    table = document.add_table(rows=len(turns), cols=2)
    cells = table._cells  # row.cells walks the whole table anew for each row
    for number, turn in enumerate(turns):
        cells[2 * number].text = turn.label
        cells[2 * number + 1].text = turn.text
    return _docx_bytes(document)


def format_paragraphs_odt(paragraphs: Sequence[str]) -> bytes:
    """An OpenDocument text of plain paragraphs."""
    document = odfdo.Document("text")
    document.body.clear()
    for text in paragraphs:
        document.body.append(odfdo.Paragraph(text))
    moment = datetime(*MOMENT)
    document.meta.creation_date = moment
    document.meta.date = moment
    document.meta.generator = "LibreOffice"
    document.meta.editing_cycles = 1
    content = io.BytesIO()
    document.save(content)
    return fixed_zip(content.getvalue())


def format_odt(turns: Sequence[Said]) -> bytes:
    """OpenDocument: `Label: text` in one paragraph."""
    return format_paragraphs_odt([f"{turn.label}: {turn.text}" for turn in turns])


def format_rtf(turns: Sequence[Said]) -> bytes:
    r"""Rich text: cp1252 as `\'e5`, everything beyond ASCII otherwise as `\u8230?`."""
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Calibri;}}\f0\fs22"
    lines = [rf"\pard {_rtf(f'{turn.label}: {turn.text}')}\par" for turn in turns]
    return "\r\n".join([head, *lines, "}"]).encode("ascii")


def _rtf(text: str) -> str:
    return "".join(_rtf_character(character) for character in text)


def _rtf_character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    if ord(character) < 128:
        return character
    if ord(character) < 256:
        return rf"\'{ord(character):02x}"
    return rf"\u{ord(character)}?"


def _plain(turns: Sequence[Said]) -> str:
    return "".join(f"{turn.label}: {turn.text}\n" for turn in turns)


def format_txt(turns: Sequence[Said]) -> bytes:
    """Plain text in UTF-8."""
    return _plain(turns).encode("utf-8")


def format_txt_windows(turns: Sequence[Said]) -> bytes:
    """Plain text as Notepad saves it: UTF-8 with BOM and CRLF."""
    return _plain(turns).replace("\n", "\r\n").encode("utf-8-sig")


def format_txt_cp1252(turns: Sequence[Said]) -> bytes:
    """Plain text in the code page of Windows in western Europe."""
    return _plain(turns).replace("\n", "\r\n").encode("cp1252")


def format_txt_nfd(turns: Sequence[Said]) -> bytes:
    """Plain text with å as a letter and a ring, as some programs on a Mac write it."""
    return unicodedata.normalize("NFD", _plain(turns)).encode("utf-8")


def _cues(turns: Sequence[Said], *, pause: int) -> list[Cue]:
    """Cues of a few seconds; `pause` milliseconds pass between what a speaker says and the next."""
    cues: list[Cue] = []
    clock = 1200
    for turn in turns:
        for piece in turn.pieces:
            words = piece.split()
            count = max(1, round(len(words) / 10))
            for number in range(count):
                part = words[number * len(words) // count : (number + 1) * len(words) // count]
                lasts = max(1500, round(1000 * len(part) / WORDS_PER_SECOND))
                cues.append(Cue(clock, clock + lasts, turn.label, " ".join(part)))
                clock += lasts
            clock += pause
    return cues


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours:02d}:{minutes:02d}:{seconds % 60:02d}{point}{rest:03d}"


def format_vtt(turns: Sequence[Said]) -> bytes:
    """Subtitles as Teams writes them: every cue with its voice."""
    blocks = [
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n<v {cue.label}>{cue.text}</v>\n"
        for cue in _cues(turns, pause=300)
    ]
    return ("WEBVTT\n\n" + "\n".join(blocks)).encode("utf-8")


def format_srt(turns: Sequence[Said]) -> bytes:
    """Subtitles as Whisper writes them: numbered, nobody named, a silence between thoughts."""
    blocks = [
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text}\n"
        for number, cue in enumerate(_cues(turns, pause=2600), start=1)
    ]
    return "\n".join(blocks).encode("utf-8")


STYLES: dict[str, tuple[str, Callable[[Sequence[Said]], bytes]]] = {
    "docx_colon": (".docx", format_docx_colon),
    "docx_time": (".docx", format_docx_time),
    "docx_bold": (".docx", format_docx_bold),
    "docx_table": (".docx", format_docx_table),
    "odt": (".odt", format_odt),
    "rtf": (".rtf", format_rtf),
    "txt": (".txt", format_txt),
    "txt_windows": (".txt", format_txt_windows),
    "txt_cp1252": (".txt", format_txt_cp1252),
    "txt_nfd": (".txt", format_txt_nfd),
    "vtt": (".vtt", format_vtt),
    "srt": (".srt", format_srt),
}
