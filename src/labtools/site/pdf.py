"""A page → a tagged PDF, printed by Chromium where that is installed."""

from __future__ import annotations

import io
import logging
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import lxml.html
from pypdf import PdfWriter
from pypdf.errors import PyPdfError

from labtools.faults import BadInput, Fault
from labtools.site.fold import cut
from labtools.words import Language

LONGEST = 300.0  # seconds; all reports of four cities take ten
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-sync "
    "--disable-extensions --disable-component-update --no-first-run --no-pdf-header-footer "
    "--generate-pdf-document-outline --export-tagged-pdf"
).split()
_NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"
_WHERE = "labtools share --pdf"
logging.getLogger("pypdf").addHandler(logging.NullHandler())  # or it writes to the screen


def find_chromium() -> str:
    """The path of a Chromium or Chrome; BadInput, which tells what to install, where none is."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        do = "install one (on Debian: apt-get install chromium), or use --one-file"
        raise BadInput([Fault(_WHERE, "has Chromium or Chrome to print with", "neither", do)])
    return path


def write_pdf(page: bytes, *, longest: float = LONGEST) -> bytes:
    """A page such as `write_one_file` gives, as a tagged PDF with bookmarks, in its language.

    Long tables and lists end after their first rows, with a sentence. What is folded on the page
    is left out: the numbers of a figure are in its alternative text. Of when, where, by whom and
    with what the PDF was made nothing is written in it. longest: seconds that printing may take.
    BadInput where no Chromium is installed, or where it printed nothing.
    """
    chromium = find_chromium()
    with TemporaryDirectory(prefix="labtools-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "page.html").write_bytes(_prepare(page))
        _print(chromium, folder, longest=longest)
        printed = folder / "page.pdf"
        if not printed.is_file():
            found, do = "no file from it", f"see whether {Path(chromium).name} starts at all"
            raise BadInput([Fault(_WHERE, "is printed by Chromium", found, do)])
        return _without_traces(printed.read_bytes())


def _prepare(page: bytes) -> bytes:
    """The page with its long tables cut, and no figure around a picture.

    Chromium would tag both as a figure, and the outer one has no alternative text.
    """
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
    tree = lxml.html.document_fromstring(page, parser=parser)
    language: Language = "sv" if tree.get("lang") == "sv" else "en"
    cut(tree, language=language)
    for figure in tree.iter("figure"):
        figure.tag = "div"
    return bytes(lxml.html.tostring(tree, doctype="<!DOCTYPE html>", encoding="utf-8"))


def _print(chromium: str, folder: Path, *, longest: float) -> None:
    """Write page.pdf of a folder from its page.html; whatever was started is ended."""
    command = [chromium, *_FLAGS, _NOWHERE, f"--user-data-dir={folder / 'profile'}"]
    command += [f"--print-to-pdf={folder / 'page.pdf'}", (folder / "page.html").as_uri()]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True
    )
    try:
        process.wait(longest)
    except subprocess.TimeoutExpired as error:
        found = f"none after {longest:g} seconds"
        do = "share fewer reports at once, or use --one-file"
        raise BadInput([Fault(_WHERE, "is printed by Chromium", found, do)]) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where a system has groups of them, all that it started."""
    with suppress(ProcessLookupError):  # it may have ended, and all that it started
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _without_traces(data: bytes) -> bytes:
    """The same PDF whose data about itself are its title alone."""
    try:
        writer = PdfWriter(clone_from=io.BytesIO(data))
        told = writer.metadata
        writer.metadata = {"/Title": told.title or ""} if told else {}
        writer.pdf_header = "%PDF-1.4"
        out = io.BytesIO()
        writer.write(out)
    except PyPdfError as error:
        found, do = f"{type(error).__name__}: {error}", "update Chromium, or use --one-file"
        raise BadInput([Fault(_WHERE, "is a PDF that can be read", found, do)]) from error
    return out.getvalue()
