"""Members of the zip files that office programs write, unpacked within limits."""

from __future__ import annotations

import zipfile

from labtools.evidence.files.encodings import MOST_BYTES, too_large
from labtools.faults import BadInput, Fault

_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYP".encode("utf-16-le"))  # the latter in either byte order


def unpack(archive: zipfile.ZipFile, member: str, *, name: str) -> bytes:
    """One member's bytes; what its header says of its size is not trusted.

    BadInput where it is encrypted, beyond MOST_BYTES, or declares a document type: no office
    program writes one, and through it entities could grow or reach other files.
    """
    information = archive.getinfo(member)
    if information.flag_bits & 1:
        raise BadInput([encrypted(name)])
    with archive.open(information) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadInput([too_large(name, max(len(data), information.file_size))])
    if any(doctype in data for doctype in _DOCTYPES):
        raise BadInput([with_doctype(name)])
    return data


def encrypted(name: str) -> Fault:
    """What is said of a file that a password protects."""
    must = "the file is open to read"
    return Fault(name, must, "it is encrypted", "save it without a password")


def with_doctype(name: str) -> Fault:
    """What is said of a file with a document type."""
    found = "one, which can hide other files or endless text"
    do = "ask the sender for a file saved anew"
    return Fault(name, "the file is free of document types", found, do)
