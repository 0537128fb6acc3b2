"""Files that are not what their name says: what each is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from labtools.faults import BadInput, Fault

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {
    "EncryptedPackage": ("it is encrypted", "save it without a password"),
    "WordDocument": ("Word's older .doc format", "save it as .docx, without a password"),
    "Workbook": ("Excel's older .xls format", "save it as .xlsx, without a password"),
    "Book": ("Excel's older .xls format", "save it as .xlsx, without a password"),
    "PowerPoint Document": ("PowerPoint's older .ppt format", "save its text as .docx"),
}
_OLD = ("an older Office format", "save it as .docx or .xlsx, without a password")
_NEVER_HERE = ("zero bytes alone; it was never fully downloaded", "download it, and copy it again")
_SHORTCUT = ("a shortcut to a page, not what stands there", "download the document itself")
_PLACEHOLDER = ("a placeholder for what lies in a cloud", "download the document itself")
_RECORDING = ("a recording", "transcribe it, and save the text")
_PICTURE = ("a picture", "save its text, if it has any")
_PACKED = ("a packed file", "unpack it, and copy here what is in it")

_SIGNS: list[tuple[Callable[[bytes], bool], tuple[str, str]]] = [
    (lambda data: not data.strip(b"\x00"), _NEVER_HERE),
    (lambda data: data.startswith(b"bplist00"), _PLACEHOLDER),
    (lambda data: data.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"[InternetShortcut]"), _SHORTCUT),
    (lambda data: data.startswith(b"<?xml") and b"<key>URL</key>" in data[:1000], _SHORTCUT),
    (lambda data: data[:1] == b"{" and b'"doc_id"' in data[:1000], _SHORTCUT),
    (lambda data: data[:1] == b"{" and b"//docs.google.com/" in data[:1000], _SHORTCUT),
    (lambda data: data.startswith((b"\x89PNG\r", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")), _PICTURE),
    (lambda data: data.startswith((b"ID3\x02", b"ID3\x03", b"ID3\x04", b"OggS\x00")), _RECORDING),
    (lambda data: data.startswith(b"RIFF") and data[8:12] in (b"WAVE", b"AVI "), _RECORDING),
    (lambda data: data[:1] == b"\x00" and data[4:8] == b"ftyp", _RECORDING),
    (lambda data: data.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!\x1a")), _PACKED),
]
_TEXT_SIGNS = [
    (b"PK\x03\x04", ("a zip file, as .docx and .xlsx are", "give it its own ending")),
    (b"%PDF-", ("a PDF file", "give it its own ending")),
]
_ARCHIVES = {
    "word/document.xml": "a Word document",
    "xl/workbook.xml": "an Excel workbook",
    "xl/workbook.bin": "an Excel workbook in the binary format .xlsb",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "Index/Document.iwa": "a Pages, Numbers or Keynote document",
    "project.qde": "a REFI-QDA project",
    "content.xml": "an OpenDocument file",
}


def refuse_lookalike(data: bytes, *, name: str, text: bool = False) -> None:
    """BadInput where `data` is known to be something that no reader of words or answers reads.

    Older Office files and encrypted ones, shortcuts and placeholders of cloud services,
    pictures, recordings, packed files. text: the file should be plain text, so that office
    files and PDF are refused as well.

    >>> refuse_lookalike(b"[InternetShortcut]\\r\\nURL=https://example.org", name="raw/a.txt")
    Traceback (most recent call last):
    labtools.faults.BadInput: raw/a.txt: the file must be open to read; found a shortcut to
    a page, not what stands there; download the document itself
    """
    found = _find_office(data) if data.startswith(_OLE) else None
    found = found or next((about for holds, about in _SIGNS if holds(data)), None)
    if text:
        found = found or next((about for sign, about in _TEXT_SIGNS if data.startswith(sign)), None)
    if found:
        raise BadInput([Fault(name, "the file is open to read", *found)])


def _find_office(data: bytes) -> tuple[str, str]:
    """What an OLE file holds, by the entries of its directory, wherever they stand.

    An entry is the stream's name in 64 bytes, their number in use, and 2 for a stream
    (MS-CFB 2.6.1): the same word within a document's text is none.
    """
    for stream, about in _STREAMS.items():
        entry = stream.encode("utf-16-le").ljust(64, b"\x00")
        if entry + bytes([2 * len(stream) + 2, 0, 2]) in data:
            return about
    return _OLD


def name_archive(members: Collection[str]) -> str:
    """What a zip file is, by what is in it.

    >>> name_archive(["[Content_Types].xml", "xl/workbook.xml"])
    'an Excel workbook'
    """
    kinds = (kind for member, kind in _ARCHIVES.items() if member in members)
    return next(kinds, "a zip file with something else in it")
