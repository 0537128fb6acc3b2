"""Pictures: what their files say beside what they show."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from labtools.privacy.gate.notes import Notes

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PLAIN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB pHYs sBIT bKGD hIST cICP acTL fcTL fdAT".split()
)
_WEBP_PLAIN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_BY_MATPLOTLIB = re.compile(
    rb"Software\x00Matplotlib version[\d.]+(?:rc\d)?, https://matplotlib.org/"
)
_INFLATED = 1 << 24


class BrokenPicture(ValueError):
    """A picture whose file does not hold together, so that nobody can tell what is in it."""


def read_png(data: bytes, notes: Notes) -> None:
    """Note every chunk that no reader needs; that Matplotlib drew it may be told."""
    at = len(_PNG)
    kind = b""
    while kind != b"IEND":
        if len(data) < at + 12:
            raise BrokenPicture("a PNG that ends early")
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        end = at + 12 + length
        if data[end - 4 : end] != struct.pack(">I", zlib.crc32(kind + body)):
            raise BrokenPicture("a PNG with a broken part")
        if kind not in _PNG_PLAIN and not _BY_MATPLOTLIB.fullmatch(body):
            _note(notes, kind.decode("latin-1"), body, *_inflate(kind, body))
        at = end
    _note_rest(notes, data[at:])


def _inflate(kind: bytes, body: bytes) -> list[bytes]:
    """The texts of a chunk that are compressed."""
    keyword, _, rest = body.partition(b"\x00")
    if kind == b"zTXt":
        packed = rest[1:]
    elif kind == b"iTXt" and rest[:1] == b"\x01":
        packed = rest[2:].split(b"\x00", 2)[-1]
    else:
        return []
    inflate = zlib.decompressobj()
    text = inflate.decompress(packed, _INFLATED)
    if not inflate.eof:
        raise BrokenPicture("a PNG with a broken text")
    return [keyword, text]


def read_jpeg(data: bytes, notes: Notes) -> None:
    """Note every segment beside the picture: EXIF, XMP, IPTC, profiles, comments, thumbnails."""
    at, has_scan = 2, False
    while True:
        if data[at : at + 1] != b"\xff" or len(data) < at + 2:
            raise BrokenPicture("a JPEG with a broken part")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9 and not has_scan:
            raise BrokenPicture("a JPEG without a picture")
        if marker == 0xD9:
            break
        if len(data) < at + 4:
            raise BrokenPicture("a JPEG that ends early")
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        if length < 2 or len(body) < length - 2:
            raise BrokenPicture("a JPEG that ends early")
        if marker == 0xFE or (0xE0 <= marker <= 0xEF and not _is_plain_segment(marker, body)):
            _note(notes, "comment" if marker == 0xFE else f"APP{marker - 0xE0}", body)
        at += 2 + length
        if marker == 0xDA:
            has_scan = True
            at = _end_of_scan(data, at)
    _note_rest(notes, data[at + 2 :])


def _is_plain_segment(marker: int, body: bytes) -> bool:
    jfif = marker == 0xE0 and body.startswith(b"JFIF\x00") and len(body) == 14
    return jfif or (marker == 0xEE and body.startswith(b"Adobe") and len(body) == 12)


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands that is not within the compressed picture."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise BrokenPicture("a JPEG that ends early")
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def read_webp(data: bytes, notes: Notes) -> None:
    """Note every chunk beside the picture: EXIF, XMP, profiles, and what nobody knows."""
    (length,) = struct.unpack_from("<I", data, 4)
    end = 8 + length
    if end > len(data):
        raise BrokenPicture("a WebP that ends early")
    for kind, body in _riff_chunks(data[12:end]):
        if kind not in _WEBP_PLAIN:
            _note(notes, kind.decode("latin-1").strip(), body)
        if kind == b"ANMF":
            for inner, frame in _riff_chunks(body[16:]):
                if inner not in _WEBP_PLAIN:
                    _note(notes, inner.decode("latin-1").strip(), frame)
    _note_rest(notes, data[end:])


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        if len(data) < at + 8:
            raise BrokenPicture("a WebP with a broken part")
        kind, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if len(data) < at + 8 + length:
            raise BrokenPicture("a WebP that ends early")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _note(notes: Notes, what: str, *bodies: bytes) -> None:
    """Data beside a picture are refused, and looked through so that the worse is told too."""
    told = what if what.isascii() and what.isalnum() else "a part nobody knows"
    gps = " with a position" if b"GPS" in bodies[0] or _has_position(bodies[0]) else ""
    notes.add("metadata", f"{told}{gps}", "")
    for body in bodies:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            notes.text(body.decode(encoding, "replace").replace("\x00", "\n"), told, again=True)


def _has_position(body: bytes) -> bool:
    """Whether EXIF leads to a directory of GPS data (tag 0x8825, type long, one)."""
    return (
        b"\x88\x25\x00\x04\x00\x00\x00\x01" in body or b"\x25\x88\x04\x00\x01\x00\x00\x00" in body
    )


def _note_rest(notes: Notes, rest: bytes) -> None:
    if rest:
        notes.add("metadata", f"{len(rest)} bytes after the picture", "")
        notes.text(rest.decode("utf-8", "replace"), "after the picture", again=True)
