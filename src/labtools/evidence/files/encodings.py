"""Bytes → text: which encoding a file is in, and what of it a reader can see."""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from pathlib import Path

from labtools.evidence.files.lookalikes import refuse_lookalike
from labtools.faults import BadInput, Fault

MOST_BYTES = 50_000_000
"""No file, and no member of a zip file, is read beyond this size."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BESIDE = rb"(?:(?<=[A-Za-z])[%b]|[%b](?=[A-Za-z]))"
_MAC_LETTERS = re.compile(_BESIDE.replace(b"%b", "åäöÅ".encode("mac-roman")))
_WINDOWS_LETTERS = re.compile(_BESIDE.replace(b"%b", "åäöÅ".encode("cp1252")))
# Zero-width spaces and joins, soft hyphens, marks of writing direction, control characters.
# The zero-width joiners U+200C and U+200D stay: Persian and emoji are spelt with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def read_bytes(path: Path, *, name: str) -> bytes:
    """The file's bytes; BadInput where it is absent, empty, no file, or beyond MOST_BYTES."""
    try:
        size = os.stat(path).st_size
        if size > MOST_BYTES:
            raise BadInput([too_large(name, size)])
        data = path.read_bytes()
    except OSError as error:
        found = error.strerror or type(error).__name__
        fault = Fault(name, "the file is there to read", found, "check its name and place")
        raise BadInput([fault]) from error
    if not data:
        do = "copy it here again, downloaded if it lies in a cloud"
        raise BadInput([Fault(name, "the file has content", "0 bytes", do)])
    return data


def too_large(name: str, size: int) -> Fault:
    """What is said of a file, or of the member of a zip file, that is beyond MOST_BYTES."""
    return Fault(
        name,
        f"at most {MOST_BYTES // 1_000_000} MB, unpacked",
        f"{size / 1_000_000:,.0f} MB",
        "split it, or save its text alone",
    )


def decode_text(data: bytes, *, name: str) -> tuple[str, str]:
    """The text of `data` and the encoding it was in.

    UTF-8 and UTF-16 by their byte-order mark, else UTF-8, else MacRoman where more bytes beside
    an unaccented letter are å, ä, ö or Å in MacRoman than in cp1252, else cp1252. (Ä and Ö are
    not counted: in cp1252 they are the euro sign and the ellipsis.) The mark is removed and
    every line ends in a line feed. BadInput where the bytes are text in none of these.

    >>> decode_text("Åsa: hej\\r\\n".encode("cp1252"), name="a.txt")
    ('Åsa: hej\\n', 'cp1252')
    >>> decode_text("Åsa: hej då\\r".encode("mac-roman"), name="a.txt")
    ('Åsa: hej då\\n', 'mac-roman')
    """
    refuse_lookalike(data, name=name, text=True)
    marked = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    mac = len(_MAC_LETTERS.findall(data)) > len(_WINDOWS_LETTERS.findall(data))
    encodings = marked or ["utf-8", "mac-roman" if mac else "cp1252"]
    for encoding in encodings:
        try:
            decoded = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in decoded:
            return decoded.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"), encoding
    must = f"the file is text in {' or '.join(encodings)}"
    found = "bytes that are no such text"
    raise BadInput([Fault(name, must, found, "save it as text in UTF-8")])


def seen_text(text: str) -> str:
    """`text` in NFC without the characters that nobody can see; line feeds and tabs stay.

    >>> seen_text("Intervjuare\\u200b: hej")
    'Intervjuare: hej'
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", whole))
