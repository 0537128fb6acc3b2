"""PDF: its text, its data about itself, its links, and the files in it."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

from labtools.privacy.gate.notes import Notes
from labtools.privacy.gate.references import is_fetched

_ABOUT = ("/Author", "/Keywords", "/Company", "/Manager", "/SourceModified")
_BETWEEN_CELLS = re.compile(r"(?<=\S) {3,}(?=\S)")  # figures in a row are no telephone number
_ACTING = frozenset("/Launch /GoToR /GoToE /SubmitForm /ImportData /JavaScript /Rendition".split())


def read_pdf(data: bytes, notes: Notes) -> None:
    """Look at every object of the file, whether a page shows it or not.

    One that is encrypted, or holds an earlier version of itself, cannot be read whole. What
    pictures of pages show is not seen; alternative texts are not asked for.
    """
    reader = PdfReader(io.BytesIO(data), strict=True)
    if reader.is_encrypted:
        notes.add("unreadable", "an encrypted PDF", "")
        return
    if data.count(b"%%EOF") != 1 or data.partition(b"%%EOF")[2].strip():
        notes.add("unreadable", "a PDF with an earlier version, or bytes after its end", "")
    for name, told in (reader.metadata or {}).items():
        notes.text(str(told), f"property {name[1:]}")
        if name in _ABOUT and str(told).strip():
            notes.add("metadata", name[1:].lower(), "property")
    for number, page in enumerate(reader.pages, start=1):
        place = f"page {number}"
        notes.text(page.extract_text(), place, prose=True, numbers="none")
        laid_out = page.extract_text(extraction_mode="layout")
        notes.text(_BETWEEN_CELLS.sub(" | ", laid_out), place, again=True)
    places = {(number, kept) for kept, there in reader.xref.items() for number in there}
    for number, generation in sorted(places | {(number, 0) for number in reader.xref_objStm}):
        one = reader.get_object(IndirectObject(number, generation, reader))
        _look(one, notes, f"object {number}")


def _look(found: Any, notes: Notes, place: str) -> None:
    """Every text, action and file in an object; what it refers to is looked at by itself."""
    open_ = [found]
    while open_:
        one = open_.pop()
        if isinstance(one, DictionaryObject):
            open_ += dict.values(one)  # as they stand: a reference is looked at by itself
            _look_at_dictionary(one, notes, place)
        elif isinstance(one, ArrayObject):
            open_ += list(one)
        elif isinstance(one, TextStringObject):
            notes.text(str(one), place, again=True)
        elif isinstance(one, ByteStringObject):
            notes.text(one.decode("latin-1"), place, numbers="none", again=True)


def _look_at_dictionary(one: DictionaryObject, notes: Notes, place: str) -> None:
    action = one.get("/S")
    if action in _ACTING or "/JS" in one:
        notes.add("reference", str(action or "/JS")[1:], place)
    if action == "/URI" and is_fetched("a", "href", str(one.get("/URI", ""))):
        notes.add("reference", "a link", place)
    if not isinstance(one, StreamObject):
        return
    if "/DCTDecode" in str(one.get("/Filter", "")):
        notes.within(bytes(one._data), "image/jpeg", place)
    elif (kind := str(one.get("/Type", ""))) in ("/EmbeddedFile", "/Metadata"):
        notes.within(one.get_data(), "text/xml" if kind == "/Metadata" else "", place)
    elif "/JPXDecode" in str(one.get("/Filter", "")):
        notes.add("unreadable", "a JPEG 2000 picture", place)
