"""The frame of a zip: names, comments, and bytes that belong to no file of it."""

from __future__ import annotations

import struct
import zipfile

from labtools.privacy.gate.notes import Notes

_ENCRYPTED = 0x1
_WITH_DESCRIPTOR = 0x8
_LOCAL = 30  # bytes of a local header before its name
_END = 22  # bytes of the last record before its comment
_PLAIN_EXTRA = (0x0001, 0x5455)  # sizes beyond 4 GB, times of change


def look_at_frame(archive: zipfile.ZipFile, data: bytes, notes: Notes) -> None:
    """Look at what a zip tells of itself, and note bytes that no program would unpack."""
    _comment(archive.comment, "comment of the archive", notes)
    ends = [0]
    for info in sorted(archive.infolist(), key=lambda one: one.header_offset):
        _comment(info.comment, f"comment of {info.filename}", notes)
        if any(kind not in _PLAIN_EXTRA for kind in _list_extra(info.extra)):
            notes.add("metadata", "data about the computer", info.filename)
            notes.text(info.extra.decode("utf-8", "replace"), info.filename, again=True)
        if ends[-1] < info.header_offset:
            notes.add("unreadable", "bytes between the files", info.filename)
        name, extra = struct.unpack_from("<HH", data, info.header_offset + _LOCAL - 4)
        end = info.header_offset + _LOCAL + name + extra + info.compress_size
        if info.flag_bits & _WITH_DESCRIPTOR:
            signed = data[end : end + 4] == b"PK\x07\x08"
            end += 16 if signed else 12
        ends.append(end)
    if ends[-1] != archive.start_dir:
        notes.add("unreadable", "bytes between the files and their list", "")
    if (
        not data.endswith(archive.comment)
        or data[-_END - len(archive.comment) :][:4] != b"PK\x05\x06"
    ):
        notes.add("unreadable", "bytes after the end", "")


def _list_extra(extra: bytes) -> list[int]:
    """The kinds of a file's further data; -1 for what does not hold together."""
    kinds: list[int] = []
    at = 0
    while at < len(extra):
        if len(extra) < at + 4:
            return [*kinds, -1]
        kind, length = struct.unpack_from("<HH", extra, at)
        kinds.append(kind)
        at += 4 + length
    return kinds


def _comment(comment: bytes, place: str, notes: Notes) -> None:
    if comment:
        notes.text(comment.decode("utf-8", "replace"), place, prose=True)


def unpack(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, notes: Notes
) -> bytes | None:
    """A file of an archive; None, and a finding, where it is encrypted, broken or too large."""
    why = ""
    if info.flag_bits & _ENCRYPTED:
        why = "encrypted"
    elif info.file_size > most:
        why = "too large"
    else:
        try:
            with archive.open(info) as file:
                inside = file.read(most + 1)
            if len(inside) <= most:
                return inside
            why = "too large"
        except Exception as error:  # whatever is wrong with it
            why = type(error).__name__
    notes.text(info.filename, "name")
    notes.add("unreadable", why, info.filename)
    return None
