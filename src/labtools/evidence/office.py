"""Word (.docx) and OpenDocument (.odt) files → paragraphs, read straight from their XML.

One member of the zip file is read, with a limit on its size. A document type declaration is
refused: no office program writes one, and through it entities could grow or reach other files.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, NamedTuple

from lxml import etree

from labtools.evidence.encodings import MOST_BYTES, seen_text, too_large
from labtools.faults import BadInput, Fault

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FONT_WEIGHT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}font-weight"
_WORD_BODY = re.compile(r"word/document\d*\.xml")  # Word on the web writes document2.xml
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


class Cell(NamedTuple):
    """Where in a table a paragraph stands; rows are counted through the whole document."""

    row: int
    column: int
    columns: int


@dataclass(frozen=True)
class Paragraph:
    """One line of text as a reader sees it: NFC, with its tabs, without line feeds.

    `bold` is the part of `text`, from its start, that is set in bold.
    """

    text: str
    bold: str = ""
    cell: Cell | None = None


class _Piece(NamedTuple):
    text: str
    bold: bool


_Walk = Callable[[Any, list[Any]], Iterator[_Piece]]


@dataclass(frozen=True)
class _Dialect:
    """What the two formats call the same things; `pieces` collects nested paragraphs aside."""

    paragraphs: frozenset[str]
    row: str
    cell: str
    unread: frozenset[str]
    pieces: _Walk


def read_office(data: bytes, *, name: str) -> list[Paragraph]:
    """The paragraphs of a Word or OpenDocument file, in the order of its body.

    A line break within a paragraph begins a new one. Kept: tables, hyperlinks, content
    controls, text boxes, tracked insertions. Not read: tracked deletions, comments, notes,
    headers and footers, hidden text. BadInput where the file is no such document, is
    encrypted or damaged, or declares a document type.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
            word = next((member for member in members if _WORD_BODY.fullmatch(member)), None)
            if word:
                root = _parse(_unpack(archive, word, name=name), name=name)
                return list(_read_blocks(root, _WORD, count(1)))
            if "content.xml" in members:
                if "META-INF/manifest.xml" in members:
                    manifest = _unpack(archive, "META-INF/manifest.xml", name=name)
                    if b"encryption-data" in manifest:
                        raise BadInput([_encrypted(name)])
                root = _parse(_unpack(archive, "content.xml", name=name), name=name)
                body = root.findall(f"{_OFFICE}body")
                dialect = _open_document(_bold_styles(root))
                return [block for part in body for block in _read_blocks(part, dialect, count(1))]
    except BadInput:
        raise
    except _UNREADABLE as error:
        raise BadInput([_damaged(name, str(error))]) from error
    raise BadInput([_damaged(name, "a zip file without word/document.xml and content.xml")])


def _encrypted(name: str) -> Fault:
    """What is said of a document that a password protects."""
    must = "the document is open to read"
    return Fault(name, must, "it is encrypted", "save it without a password")


def _damaged(name: str, found: str) -> Fault:
    must = "the file is a whole .docx or .odt document"
    return Fault(name, must, found or "it is damaged", "open it in its program and save it anew")


def _unpack(archive: zipfile.ZipFile, member: str, *, name: str) -> bytes:
    """One member's bytes; what its header says of its size is not trusted."""
    information = archive.getinfo(member)
    if information.flag_bits & 1:
        raise BadInput([_encrypted(name)])
    with archive.open(information) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadInput([too_large(name, max(len(data), information.file_size))])
    return data


def _parse(data: bytes, *, name: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput([_damaged(name, f"XML that breaks off: {error.msg}")]) from error
    if root.getroottree().docinfo.doctype:
        found = "one, which can hide other files or endless text"
        must = "the document is free of document types"
        raise BadInput([Fault(name, must, found, "ask the sender for a file saved anew")])
    return root


def _read_blocks(
    element: Any, dialect: _Dialect, rows: Iterator[int], cell: Cell | None = None
) -> Iterator[Paragraph]:
    """Paragraphs below `element` in reading order; each table row takes the next number."""
    for child in element:
        if child.tag in dialect.unread:
            continue
        if child.tag in dialect.paragraphs:
            nested: list[Any] = []
            yield from _split_lines(list(dialect.pieces(child, nested)), cell)
            for box in nested:
                yield from _read_blocks([box], dialect, rows, cell)
        elif child.tag == dialect.row:
            row, cells = next(rows), list(_find_cells(child, dialect))
            for column, part in enumerate(cells):
                yield from _read_blocks(part, dialect, rows, Cell(row, column, len(cells)))
        else:
            yield from _read_blocks(child, dialect, rows, cell)


def _find_cells(row: Any, dialect: _Dialect) -> Iterator[Any]:
    for child in row:
        if child.tag == dialect.cell:
            yield child
        elif child.tag not in dialect.unread:
            yield from _find_cells(child, dialect)


def _split_lines(pieces: list[_Piece], cell: Cell | None) -> Iterator[Paragraph]:
    """One paragraph for each line that holds more than space."""
    line: list[_Piece] = []
    for piece in [*pieces, _Piece("\n", bold=False)]:
        first, *others = piece.text.split("\n")
        line.append(_Piece(first, piece.bold))
        for other in others:
            text = seen_text("".join(part.text for part in line))
            if text.strip():
                begins = takewhile(lambda part: part.bold or not part.text.strip(), line)
                bold = seen_text("".join(part.text for part in begins))
                yield Paragraph(text, bold if bold.strip() and text.startswith(bold) else "", cell)
            line = [_Piece(other, piece.bold)]


_WORD_SIGNS = {
    f"{_W}{tag}": sign
    for tag, sign in {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.items()
}


def _word_pieces(element: Any, nested: list[Any], bold: bool = False) -> Iterator[_Piece]:
    for child in element:
        if child.tag == f"{_W}t":
            yield _Piece(child.text or "", bold)
        elif child.tag in _WORD_SIGNS:
            yield _Piece(_WORD_SIGNS[child.tag], bold)
        elif child.tag == f"{_W}r":
            looks = child.find(f"{_W}rPr")
            if not _is_on(looks, "vanish"):
                strong = _is_on(looks, "b") or _value(looks, "rStyle") in {"Strong", "Stark"}
                yield from _word_pieces(child, nested, strong)
        elif child.tag == f"{_W}p":
            nested.append(child)
        elif child.tag not in _WORD.unread:
            yield from _word_pieces(child, nested, bold)


def _value(looks: Any, tag: str) -> str | None:
    """What a run's looks say of `tag`: None where they say nothing, "on" without a value."""
    found = None if looks is None else looks.find(f"{_W}{tag}")
    return None if found is None else str(found.get(f"{_W}val", "on"))


def _is_on(looks: Any, tag: str) -> bool:
    return _value(looks, tag) not in {None, "0", "false", "off"}


_WORD = _Dialect(
    paragraphs=frozenset({f"{_W}p"}),
    row=f"{_W}tr",
    cell=f"{_W}tc",
    unread=frozenset(
        f"{_W}{tag}" for tag in ("del", "moveFrom", "instrText", "rPr", "pPr", "sdtPr", "tblPr")
    )
    | {f"{_MC}Fallback"},
    pieces=_word_pieces,
)


def _bold_styles(root: Any) -> frozenset[str]:
    """Names of the document's own character styles that are bold."""
    return frozenset({"Strong_20_Emphasis"}) | {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}family") == "text"
        and any(part.get(_FONT_WEIGHT) == "bold" for part in style)
    }


def _open_document(bold_styles: frozenset[str]) -> _Dialect:
    paragraphs = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
    unread = frozenset({f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_OFFICE}annotation"})

    def pieces(element: Any, nested: list[Any], bold: bool = False) -> Iterator[_Piece]:
        yield _Piece(" ".join((element.text or "").split("\n")), bold)
        for child in element:
            if child.tag == f"{_TEXT}s":
                yield _Piece(" " * min(int(child.get(f"{_TEXT}c", "1")), 100), bold)
            elif child.tag == f"{_TEXT}tab":
                yield _Piece("\t", bold)
            elif child.tag == f"{_TEXT}line-break":
                yield _Piece("\n", bold)
            elif child.tag in paragraphs:
                nested.append(child)
            elif isinstance(child.tag, str) and child.tag not in unread:
                strong = bold or child.get(f"{_TEXT}style-name") in bold_styles
                yield from pieces(child, nested, strong)
            yield _Piece(" ".join((child.tail or "").split("\n")), bold)

    return _Dialect(paragraphs, f"{_TABLE}table-row", f"{_TABLE}table-cell", unread, pieces)
