"""Bytes of any kind → every finding in them; what cannot be read whole is one."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path, PurePosixPath

from labtools.privacy.gate import archives, office, pictures
from labtools.privacy.gate.findings import Finding
from labtools.privacy.gate.markup import read_markup
from labtools.privacy.gate.notes import Notes
from labtools.privacy.gate.references import find_fetched_by_css, is_fetched_by_script
from labtools.privacy.gate.sought import Sought
from labtools.privacy.gate.spellings import part_strings

MOST_BYTES = 500_000_000
"""What is read of a file, and of all that is packed in one; what is larger is not let through."""

_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "image/svg+xml": ".svg",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "text/css": ".css",
    "text/javascript": ".js",
    "application/javascript": ".js",
    "application/json": ".json",
    "text/plain": ".txt",
    "text/csv": ".csv",
}
_RECORDS = frozenset({"run.json", "releases.csv", "keys.toml"})
_CONTROL = frozenset(range(9)) | frozenset(range(14, 32)) | {127}


def search_folder(folder: Path, *, sought: Sought) -> list[Finding]:
    """Every finding in the files of a folder, hidden ones among them; see `search_file`."""
    found: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found += search_file(b"", name=f"{name}.link", sought=sought)
        elif path.is_file():
            found += search_file(path.read_bytes(), name=name, sought=sought)
    return found


def search_file(data: bytes, *, name: str, sought: Sought) -> list[Finding]:
    """Every finding in a file, by its bytes: a zip of a site, a page, a picture, a document.

    name: such as `index.html`; it is looked at as well. Of what is packed, encoded or embedded
    each part is read as if it stood alone. Returned in the order in which they were met; one that
    cannot be read whole gives a finding of kind unreadable, whatever is wrong with it. No picture
    is looked at: what a drawing shows as dots is not found.
    """
    notes = Notes(name, sought, _read)
    _read(data, name, notes)
    return notes.found


def _read(data: bytes, name: str, notes: Notes) -> None:
    """Read bytes as what they are: their first bytes tell, and of texts the name."""
    notes.text(name, "its name")
    try:
        _read_as(data, _KINDS.get(name, PurePosixPath(name).suffix.lower()), name, notes)
    except Exception as error:  # whatever it is, the file is not let through
        why = str(error) if isinstance(error, pictures.BrokenPicture) else type(error).__name__
        notes.add("unreadable", why, "")


def _read_as(data: bytes, suffix: str, name: str, notes: Notes) -> None:
    if suffix == ".ipynb":
        notes.add("notebook", "a notebook", "")
    if PurePosixPath(name).name in _RECORDS or ".notebooks" in PurePosixPath(name).parts:
        notes.add("record", "a record of labtools", "")
    if len(data) > MOST_BYTES:
        notes.add("unreadable", f"more than {MOST_BYTES:,} bytes", "")
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        pictures.read_png(data, notes)
    elif data.startswith(b"\xff\xd8\xff"):
        pictures.read_jpeg(data, notes)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        pictures.read_webp(data, notes)
    elif data.startswith(b"%PDF-"):
        from labtools.privacy.gate.documents import read_pdf  # slow, and seldom needed

        read_pdf(data, notes)
    elif data.startswith(b"PK"):
        _read_zip(data, notes)
    elif data.startswith(b"\x1f\x8b"):
        _read_gzip(data, name, notes)
    else:
        _read_text(data, suffix, notes)


def _read_zip(data: bytes, notes: Notes) -> None:
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archives.look_at_frame(archive, data, notes)
        names = {info.filename for info in archive.infolist()}
        for info in archive.infolist():
            if info.is_dir():
                notes.text(info.filename, "name of a folder")
                continue
            inside = archives.unpack(archive, info, left, notes)
            if inside is None:
                continue
            left -= len(inside)
            if office.TYPES in names:
                office.read_part(info.filename, inside, notes)
            notes.within(inside, info.filename, "", is_file=True)
    if "xl/workbook.xml" in names:
        office.look_at_workbook(data, notes)


def _read_gzip(data: bytes, name: str, notes: Notes) -> None:
    if data[3]:  # what is named there: the file, a comment
        notes.text(data[10:1000].replace(b"\x00", b"\n").decode("latin-1"), "head of the archive")
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        inside = file.read(MOST_BYTES + 1)
    notes.within(inside, name.removesuffix(".gz"), "gzip")


def _read_text(data: bytes, suffix: str, notes: Notes) -> None:
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_html = suffix in (".html", ".htm") or start.startswith((b"<!doctype html", b"<html"))
    if is_html or suffix in (".svg", ".xml", ".rels") or start.startswith((b"<?xml", b"<svg")):
        read_markup(data, notes, is_html=is_html)
        return
    if suffix not in _KINDS.values() or not _CONTROL.isdisjoint(data):
        notes.add("unreadable", "a file of a kind that is not known", "")
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    if suffix == ".json":
        _look_at_json(text, notes)
    is_source = suffix in (".css", ".js", ".json", ".csv")
    for number, line in enumerate(text.splitlines(), start=1):
        notes.text(
            part_strings(line) if is_source else line,
            f"line {number}",
            prose=suffix in (".txt", ".csv"),
        )
    if not is_source:
        notes.text(text, "text", numbers="none", again=True)
    if suffix == ".css" and any(find_fetched_by_css(text)):
        notes.add("reference", "url() or @import", "")
    if suffix == ".js" and is_fetched_by_script(text):
        notes.add("reference", "an address", "")


def _look_at_json(text: str, notes: Notes) -> None:
    """A notebook or a record of a run under another name; and each text of it by itself."""
    open_ = [json.loads(text)]
    if isinstance(open_[0], dict) and {"cells", "nbformat"} <= set(open_[0]):
        notes.add("notebook", "a notebook", "")
    if isinstance(open_[0], dict) and {"reports", "versions", "files"} <= set(open_[0]):
        notes.add("record", "a record of labtools", "")
    while open_:
        one = open_.pop()
        if isinstance(one, dict):
            open_ += [*one, *one.values()]
        elif isinstance(one, list):
            open_ += one
        elif isinstance(one, str):
            notes.text(one, "a text of it", prose=True, again=True)
