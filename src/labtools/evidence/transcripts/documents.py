"""Documents → paragraphs: .docx, .odt, .rtf, .txt, .pdf, each recognised by what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from labtools.evidence.files.encodings import decode_text, read_bytes, seen_text
from labtools.evidence.files.lookalikes import refuse_lookalike
from labtools.evidence.transcripts.office import read_office
from labtools.evidence.transcripts.paragraphs import Paragraph
from labtools.evidence.transcripts.pdf import read_pdf
from labtools.evidence.transcripts.rich_text import read_rich_text
from labtools.faults import BadInput, Fault

FORMATS = (".docx", ".odt", ".rtf", ".txt", ".pdf")
WRAPPED = 100


@dataclass(frozen=True)
class Document:
    """A document's paragraphs in reading order; `encoding` is None for office files and PDF."""

    paragraphs: tuple[Paragraph, ...]
    encoding: str | None


def read_document(path: Path, *, name: str) -> Document:
    """The paragraphs of one document, by its content before its suffix.

    An RTF file that is called .docx is read as RTF. What each format keeps and leaves is told
    by `read_office`, `read_pdf`, `read_rich_text` and `_read_plain`. BadInput where nothing
    can be read.
    """
    data = read_bytes(path, name=name)
    if data.startswith(b"PK\x03\x04"):
        return Document(tuple(read_office(data, name=name)), None)
    if data.startswith(b"%PDF-"):
        return Document(tuple(read_pdf(data, name=name)), None)
    refuse_lookalike(data, name=name)
    if path.suffix.lower() in {".docx", ".odt", ".pdf"} and not data.lstrip().startswith(b"{\\rtf"):
        must = f"the file is a whole {path.suffix.lower()} document"
        raise BadInput([Fault(name, must, "something else", "open it and save it anew")])
    text, encoding = decode_text(data, name=name)
    if text.lstrip().startswith("{\\rtf"):
        return Document(tuple(read_rich_text(text, name=name)), encoding)
    return Document(tuple(_read_plain(text)), encoding)


def _read_plain(text: str) -> list[Paragraph]:
    """Every line, the blank ones too: `join_wrapped` needs them."""
    return [Paragraph(seen_text(line).strip()) for line in text.splitlines()]


def join_wrapped(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Paragraphs without blank ones; lines that were wrapped by hand are joined by a space.

    A text was wrapped by hand where some lines are blank and none is longer than
    WRAPPED characters: then what stands between blank lines is a paragraph.
    """
    blank = any(not paragraph.text.strip() for paragraph in paragraphs)
    longest = max((len(paragraph.text) for paragraph in paragraphs), default=0)
    if not blank or longest > WRAPPED:
        return [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    runs = groupby(paragraphs, key=lambda paragraph: bool(paragraph.text.strip()))
    return [Paragraph(" ".join(part.text for part in run)) for filled, run in runs if filled]
