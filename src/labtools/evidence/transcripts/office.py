"""Word (.docx) and OpenDocument (.odt) files → paragraphs, read straight from their XML.

Few members of the zip file are read, with limits on their size. A document type declaration is
refused: no office program writes one, and through it entities could grow or reach other files.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from labtools.evidence.files.archives import encrypted, unpack
from labtools.evidence.files.lookalikes import name_archive
from labtools.evidence.files.xml_trees import parse_xml
from labtools.evidence.transcripts.open_document import read_open_document
from labtools.evidence.transcripts.paragraphs import Cell, Paragraph
from labtools.evidence.transcripts.word import read_word, unify_strict
from labtools.faults import BadInput, Fault

__all__ = ["Cell", "Paragraph", "read_office"]
_WORD_BODY = re.compile(r"word/document\d*\.xml")  # Word on the web writes document2.xml
_WORD_STYLES = re.compile(r"word/styles\d*\.xml")
_ODF_MANIFEST = "META-INF/manifest.xml"


def read_office(data: bytes, *, name: str) -> list[Paragraph]:
    """The paragraphs of a Word or OpenDocument file, in the order of its body.

    A line break within a paragraph begins a new one. Kept: tables, hyperlinks, content
    controls, text boxes, tracked insertions. Not read: tracked deletions, comments, notes,
    headers and footers, hidden text, the numbers that a list gives its paragraphs. BadInput
    where the file is no such document, is encrypted or damaged, declares a document type, or
    has too many tags (`xml_trees.MOST_TAGS`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_archive(archive, name=name)
    except BadInput:
        raise
    except zipfile.BadZipFile as error:
        whole = zipfile.is_zipfile(io.BytesIO(data))
        fault = _damaged(name, str(error)) if whole else _broken_off(name)
        raise BadInput([fault]) from error
    except Exception as error:  # the libraries tell damage by whatever they stumble over
        raise BadInput([_damaged(name, str(error))]) from error


def _read_archive(archive: zipfile.ZipFile, *, name: str) -> list[Paragraph]:
    members = archive.namelist()
    body, styles = (
        next((member for member in members if part.fullmatch(member)), None)
        for part in (_WORD_BODY, _WORD_STYLES)
    )
    if body:
        root = _parse(archive, body, name=name)
        return read_word(root, styles and _parse(archive, styles, name=name), name=name)
    if _ODF_MANIFEST in members:
        manifest = unpack(archive, _ODF_MANIFEST, name=name)
        if b"encryption-data" in manifest:
            raise BadInput([encrypted(name)])
    kind = name_archive(members)
    if "content.xml" not in members:
        raise BadInput([_damaged(name, kind)])
    root = _parse(archive, "content.xml", name=name)
    looks = _parse(archive, "styles.xml", name=name) if "styles.xml" in members else None
    return read_open_document(root, looks)


def _damaged(name: str, found: str) -> Fault:
    must = "the file is a whole .docx or .odt document"
    return Fault(name, must, found or "it is damaged", "open it in its program and save it anew")


def _broken_off(name: str) -> Fault:
    must, do = "the file is a whole .docx or .odt document", "copy it here again from where it came"
    return Fault(name, must, "a file that breaks off before its end", do)


def _parse(archive: zipfile.ZipFile, member: str, *, name: str) -> Any:
    """The root of one member's XML."""
    return parse_xml(
        unify_strict(unpack(archive, member, name=name)),
        name=name,
        do="split the document, or save its text alone",
        damaged=_damaged,
        member=member,
    )
