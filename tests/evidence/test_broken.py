"""Whatever a file holds, it is read or refused by name: quickly, in little memory, nothing else."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document as OpenDocument
from odfdo import Paragraph as OpenParagraph
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from labtools.evidence.tabular import read_sheet
from labtools.evidence.transcripts import read_transcript
from labtools.faults import BadInput

# Reads each named file with both readers. The limits are the kernel's: address space beyond
# what the libraries take, and seconds of computing for each file, after which it is killed.
CHILD = """
import json, resource, signal, sys, warnings
from pathlib import Path
from labtools.evidence.tabular import read_sheet
from labtools.evidence.transcripts import read_transcript
from labtools.faults import BadInput

warnings.simplefilter("error")
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 300_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for file in map(Path, sys.argv[1:]):
    for reader in (lambda: read_transcript(file, source_id="a"),
                   lambda: read_sheet(file, name=file.name)):
        signal.setitimer(signal.ITIMER_VIRTUAL, 2)
        try:
            reader()
            said = ["read"]
        except BadInput as error:
            said = [str(fault) for fault in error.faults]
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        print(json.dumps([file.name, said]), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory through /proc, as Linux does")
@pytest.mark.parametrize("folder", ["broken", "transcripts/testsuites"])
def test_each_broken_file_is_read_or_refused_by_name(shared_data: Path, folder: str) -> None:
    files = sorted((shared_data / folder).iterdir())
    child = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, files)], capture_output=True, text=True
    )
    assert (child.returncode, child.stderr) == (0, ""), child.stdout[-200:]
    outcomes = [json.loads(line) for line in child.stdout.splitlines()]
    assert [name for name, _ in outcomes] == [file.name for file in files for _ in "ab"]
    for name, said in outcomes:
        assert said == ["read"] or all(line.startswith((f"{name}:", f"{name},")) for line in said)
        assert not any("\n" in line for line in said)


def _save_docx(path: Path) -> None:
    document = docx.Document()
    for line in ("Anna: Hej på dig.", "Bo: Hej själv.", "Anna: Då börjar vi.", "Bo: Ja."):
        document.add_paragraph(line)
    document.save(str(path))


def _save_odt(path: Path) -> None:
    document = OpenDocument("text")
    document.body.append(OpenParagraph("Anna: Hej på dig."))
    document.save(path)


def _save_rtf(path: Path) -> None:
    path.write_bytes(rb"{\rtf1\ansi\ansicpg1252 Anna: Hej p\'e5 dig.\par \u229? ja\par}")


def _save_txt(path: Path) -> None:
    path.write_text("Anna: Hej på dig.\nBo: Själv!\nAnna: Åh.\n", encoding="utf-16")


def _save_vtt(path: Path) -> None:
    path.write_text("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Åsa>Hej</v>\n", encoding="utf-8")


def _save_srt(path: Path) -> None:
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHej då\n", encoding="utf-8")


def _save_csv(path: Path) -> None:
    path.write_text('nr;svar\n1;"ja; å"\n2;4,5\n', encoding="cp1252")


def _save_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["nr", "svar"], [1, "å"], [2, "=A2+1"]):
        book.worksheets[0].append(row)
    book.save(path)


def _save_pdf(path: Path) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    names = DictionaryObject({NameObject(a): NameObject(b) for a, b in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): names})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 11 Tf 14 TL 50 750 Td (Anna: Hej) Tj T* (Bo: Nej) Tj T* ET")
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(path)


SAVE: dict[str, Callable[[Path], None]] = {
    ".docx": _save_docx,
    ".odt": _save_odt,
    ".rtf": _save_rtf,
    ".txt": _save_txt,
    ".pdf": _save_pdf,
    ".vtt": _save_vtt,
    ".srt": _save_srt,
    ".csv": _save_csv,
    ".xlsx": _save_xlsx,
}
BEGINNINGS = [
    b"",
    b"PK\x03\x04",
    b"{\\rtf1",
    b"WEBVTT\n\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"%PDF-1.4\n",
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One readable file of each format, by its suffix."""
    folder = tmp_path_factory.mktemp("whole")
    for suffix, save in SAVE.items():
        save(folder / f"a{suffix}")
    return {suffix: (folder / f"a{suffix}").read_bytes() for suffix in SAVE}


def _read(folder: Path, suffix: str, data: bytes) -> None:
    path = folder / f"damaged{suffix}"
    path.write_bytes(data)
    with suppress(BadInput):
        if suffix in (".csv", ".xlsx", ".sav"):
            read_sheet(path, name=path.name)
        else:
            read_transcript(path, source_id="a")


@pytest.mark.parametrize("suffix", SAVE)
@given(beginning=st.sampled_from(BEGINNINGS), data=st.binary(max_size=200))
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, beginning: bytes, data: bytes
) -> None:
    _read(tmp_path_factory.getbasetemp(), suffix, beginning + data)


@pytest.mark.parametrize("suffix", SAVE)
@given(data=st.data())
@settings(max_examples=60)
def test_cut_and_changed_files_are_read_or_refused(
    whole: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    data: st.DataObject,
) -> None:
    content = bytearray(whole[suffix])
    positions = st.integers(0, len(content) - 1)
    for position in data.draw(st.lists(positions, max_size=4)):
        content[position] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(content)) | positions)
    _read(tmp_path_factory.getbasetemp(), suffix, bytes(content[:end]))
