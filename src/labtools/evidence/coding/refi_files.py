"""The files of a REFI-QDA project: its XML and its sources, nothing outside them, within limits."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from labtools.evidence.files.archives import unpack
from labtools.evidence.files.encodings import MOST_BYTES, decode_text, read_bytes, too_large
from labtools.evidence.files.xml_trees import parse_xml
from labtools.evidence.transcripts.office import read_office
from labtools.faults import BadInput, Fault

MOST_MEMBERS = 20_000
MOST_UNPACKED = 10 * MOST_BYTES
PROJECT = "project.qde"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class ProjectFiles:
    """The members of an opened .qdpx, found by the paths that the project writes."""

    def __init__(self, archive: zipfile.ZipFile, *, name: str) -> None:
        self.name = name
        self._archive = archive
        self._unpacked = 0
        members = archive.namelist()
        if len(members) > MOST_MEMBERS:
            must, do = f"at most {MOST_MEMBERS:,} files in it", "export a part of the project"
            raise BadInput([Fault(name, must, f"{len(members):,}", do)])
        outside = [member for member in members if _leads_out(member)]
        if outside:
            raise BadInput([_traversal(name, outside[0])])
        self._members = {_fold(member): member for member in members}

    def read_project(self) -> Any:
        """The root of project.qde; BadInput where it is missing."""
        member = self._members.get(PROJECT)
        if member is None:
            raise BadInput([damaged(self.name, f"no {PROJECT} in it")])
        return parse_project(self._read(member), name=self.name)

    def read_text(self, reference: str) -> str | None:
        """The text that `internal://x` or `relative://x` names; None where it is not in here.

        A byte-order mark and carriage returns stay, for positions may count them.
        """
        member = self._find(reference)
        if member is None:
            return None
        data = self._read(member)
        if member.lower().endswith(".docx"):
            return "\n".join(part.text for part in read_office(data, name=self._told(member)))
        return _decode(data, name=self._told(member))

    def _find(self, reference: str) -> str | None:
        scheme, _, place = unquote(reference).rpartition("://")
        if scheme in ("", "internal") and _leads_out(place):
            raise BadInput([_traversal(self.name, reference)])
        path = _fold(place.lstrip("/"))
        return self._members.get(f"sources/{path}") or self._members.get(path)

    def _read(self, member: str) -> bytes:
        data = unpack(self._archive, member, name=self._told(member))
        self._unpacked += len(data)
        if self._unpacked > MOST_UNPACKED:
            raise BadInput([too_large(self.name, self._unpacked)])
        return data

    def _told(self, member: str) -> str:
        return f"{self.name}/{member}"


@contextmanager
def open_project(path: Path, *, name: str) -> Iterator[ProjectFiles]:
    """The members of a .qdpx; BadInput for whatever the zip file breaks on."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield ProjectFiles(archive, name=name)
    except BadInput:
        raise
    except zipfile.BadZipFile as error:
        found = str(error) if zipfile.is_zipfile(path) else "a file that breaks off before its end"
        raise BadInput([damaged(name, found)]) from error
    except Exception as error:  # damage is told by whatever is stumbled over
        raise BadInput([damaged(name, str(error))]) from error


def parse_project(data: bytes, *, name: str) -> Any:
    """The root of a project's or a codebook's XML."""
    return parse_xml(data, name=name, do="export a part of the project", damaged=damaged)


def starts_as_zip(path: Path, *, name: str) -> bool:
    """Whether a file begins as zip files do; BadInput where it is not there or is empty."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError:
        start = b""
    return start == b"PK\x03\x04" or bool(not start and read_bytes(path, name=name))


def damaged(name: str, found: str) -> Fault:
    """What is said of a file that is no whole project or codebook."""
    must = "the file is a whole REFI-QDA project (.qdpx) or codebook (.qdc)"
    return Fault(name, must, found or "it is damaged", "export it once more from its program")


def _traversal(name: str, found: str) -> Fault:
    do = "ask who made it; nothing of it was read"
    return Fault(name, "names only files within itself", found, do)


def _leads_out(place: str) -> bool:
    path = place.replace("\\", "/")
    return path.startswith("/") or ":" in path.split("/")[0] or ".." in PurePosixPath(path).parts


def _fold(member: str) -> str:
    return normalize("NFC", member.replace("\\", "/")).casefold()


def _decode(data: bytes, *, name: str) -> str:
    """Text by its byte-order mark, which stays as U+FEFF; else as `decode_text` finds it out."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(decode_text(data, name=name)[1])
