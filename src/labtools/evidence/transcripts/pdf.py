"""PDF files with text → paragraphs: the lines on the page, put together again."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import DictionaryObject

from labtools.evidence.files.encodings import MOST_BYTES, seen_text, too_large
from labtools.evidence.transcripts.labels import label_lines
from labtools.evidence.transcripts.paragraphs import Paragraph
from labtools.faults import BadInput, Fault

MOST_PAGES = 2_000
MOST_PAGE_BYTES = 2_000_000
MOST_LETTERS = 60  # of a word
FULL = 0.8
logging.getLogger("pypdf").addHandler(logging.NullHandler())  # or it writes to the screen

_BROKEN_WORD = re.compile(r"(?<![\w-])(?P<word>[^\W\d_][\w-]*)[-‐]$")
_SMALL_WORD = re.compile(r"(?=[^\W\d_])[^A-ZÅÄÖ\W][\w-]*+(?!\s*[:：])")
_WITH_HYPHEN = re.compile(r"\w+(?:-\w+)+")
_LISTING = {"och", "eller", "samt", "respektive", "till", "and", "or", "to"}


def read_pdf(data: bytes, *, name: str) -> list[Paragraph]:
    """The paragraphs of a PDF file, page by page; what is bold is not known.

    In a file with labels (`label_lines`) each line is a paragraph, otherwise a paragraph goes
    on until a line shorter than FULL of the file's longest. A page's first or last line that is
    only the page's number is left out; other headers and footers stay. A word divided at the
    end of a line is made whole: see `join_divided`. BadInput where the file is encrypted (one
    that only forbids changes is read, unless its encryption is AES) or damaged, has more than
    MOST_PAGES, a page of more than MOST_PAGE_BYTES or with a picture and no text, or no text.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not _opens(reader):
            do = "save it without a password or any protection"
            raise BadInput([Fault(name, "the file is open to read", "it is encrypted", do)])
        if len(reader.pages) > MOST_PAGES:
            found = f"{len(reader.pages):,}"
            raise BadInput([Fault(name, f"at most {MOST_PAGES:,} pages", found, "split it")])
        large = [page for page in reader.pages if _size(page) > MOST_PAGE_BYTES]
        if large:
            must = f"each page has at most {MOST_PAGE_BYTES // 1_000_000} MB of drawing"
            found, do = f"{len(large)} with more", "save the text alone"
            raise BadInput([Fault(name, must, found, do)])
        pages = [_read_lines(page, number) for number, page in enumerate(reader.pages, start=1)]
        scans = [
            number
            for number, (page, lines) in enumerate(zip(reader.pages, pages, strict=True), start=1)
            if not lines and _has_pictures(page)
        ]
    except BadInput:
        raise
    except Exception as error:  # the library tells damage by whatever it stumbles over
        must, do = "the file is a whole PDF file", "make it anew, or save the text as .docx"
        found = f"a part that cannot be read ({type(error).__name__})"
        raise BadInput([Fault(name, must, found, do)]) from error
    size = sum(len(line) for lines in pages for line in lines)
    if size > MOST_BYTES:
        raise BadInput([too_large(name, size)])
    if scans or not any(pages):
        which = f"page {', '.join(map(str, scans))}" if any(pages) else "the file"
        found = f"{which} has no text; it is a scan"
        do = "use the document it was made from, or run text recognition"
        raise BadInput([Fault(name, "each page has text", found, do)])
    lines = [line for page in pages for line in page]
    if label_lines([Paragraph(line) for line in lines]) is None:
        paragraphs = [" ".join(join_divided(group, lines)) for group in _group_lines(lines)]
    else:
        paragraphs = join_divided(lines, lines)
    return [Paragraph(seen_text(paragraph)) for paragraph in paragraphs]


def _opens(reader: PdfReader) -> bool:
    """Whether an encrypted file opens without a password, as one does that forbids only changes.

    One that is encrypted with AES does not: that takes a library which is not among ours.
    """
    try:
        return reader.decrypt("") != PasswordType.NOT_DECRYPTED
    except DependencyError:
        return False


def _size(page: PageObject) -> int:
    contents = page.get_contents()
    return 0 if contents is None else len(contents.get_data())


def _read_lines(page: PageObject, number: int) -> list[str]:
    """The page's lines that hold text, without its number; soft hyphens stay."""
    lines = [" ".join(line.split()) for line in page.extract_text().splitlines()]
    lines = [line for line in lines if seen_text(line).strip()]
    word = r"(?:sidan?|page|s\.|p\.)?"
    own = re.compile(rf"{word}\s*[–-]?\s*{number}(?:\s*[–-]|\s*(?:/|av|of|\()\s*\d+\)?)?", re.I)
    for end in (-1, 0):
        if lines and own.fullmatch(lines[end]):
            del lines[end]
    return lines


def _has_pictures(page: PageObject) -> bool:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    return isinstance(resources, DictionaryObject) and "/XObject" in resources


def join_divided(lines: Sequence[str], file: Sequence[str]) -> list[str]:
    """Lines of which one that goes on with a word divided before it is joined to that word.

    A word is divided where a line ends in a word and a hyphen, and the next begins with a small
    letter and no label. The hyphen goes, but stays where the word stands with it elsewhere
    within a line of `file`, where a single letter or a capital or digit is before it (`e-post`,
    `SKR-rapport`), and, with a space, before `och`, `eller` and the like (`barn- och ungdom`).
    A sentence broken off (`Jag ville ba-`, then `Bo: Ja?`) stays as it is.

    >>> join_divided(lines := ["vi i kommu-", "nen har e-", "post, barn-", "och ungdom"], lines)
    ['vi i kommunen har e-post, barn-', 'och ungdom']
    """
    whole = {word for line in file for word in _WITH_HYPHEN.findall(line.casefold())}
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        first = _SMALL_WORD.match(line)
        soft = before.endswith("\xad")
        divided = _BROKEN_WORD.search(before[-MOST_LETTERS:])
        if not first or not (soft or divided) or (not soft and first[0] in _LISTING):
            joined.append(line)
            continue
        part = divided["word"] if divided else ""
        kept = len(part) == 1 or not part[-1:].islower() or f"{part}-{first[0]}".casefold() in whole
        joined[-1] = before[:-1] + ("-" if kept and not soft else "") + line
    return joined


def _group_lines(lines: list[str]) -> list[list[str]]:
    """Lines up to a short one, which ends a paragraph, belong together."""
    full = FULL * max(map(len, lines))
    groups: list[list[str]] = [[]]
    for line in lines:
        groups[-1].append(line)
        if len(line) < full:
            groups.append([])
    return [group for group in groups if group]
