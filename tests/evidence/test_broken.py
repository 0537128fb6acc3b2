"""Whatever a file holds, it is read or refused by name: quickly, in little memory, nothing else."""

import ctypes
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document as OpenDocument
from odfdo import Paragraph as OpenParagraph
from odfdo import Row as OpenRow
from odfdo import Table as OpenTable
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from labtools.evidence.sheets.tabular import read_sheet
from labtools.evidence.transcripts.documents import read_document
from labtools.evidence.transcripts.subtitles import read_cues
from labtools.evidence.transcripts.transcript import read_transcript
from labtools.faults import BadInput

# Reads each named file with both readers. The limits are the kernel's: address space beyond
# what the libraries take, and seconds of computing for each file, after which it is killed.
# What Python opens, starts or connects to meanwhile is told, but for the file itself, opened to
# be read, and the modules of Python and of the project.
CHILD = """
import json, os, resource, signal, sys, warnings
from pathlib import Path
import labtools
from labtools.evidence.sheets.tabular import read_sheet
from labtools.evidence.transcripts.transcript import read_transcript
from labtools.faults import BadInput

own = [Path(labtools.__file__).parent, Path(sys.prefix), Path(sys.base_prefix) / "lib"]
acts = ("socket.", "subprocess.", "os.", "shutil.", "tempfile.", "urllib.", "ftplib.", "webbrowser")
harmless = ("os.listdir", "os.scandir", "os.fwalk", "os.putenv")
told = []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path, flags = Path(os.path.realpath(os.fsdecode(arguments[0]))), arguments[2] or 0
        reads = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) == 0
        if not (path == file.resolve() and reads) and not any(map(path.is_relative_to, own)):
            told.append(f"open {path}")
    elif event.startswith(acts) and event not in harmless:
        told.append(f"{event} {os.path.basename(str(arguments[0]))}".strip())

warnings.simplefilter("error")
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 300_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
file = Path(sys.argv[1])
sys.addaudithook(watch)
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
        print(json.dumps([file.name, said, told]), flush=True)
        told.clear()
"""
STARTS = f"subprocess.Popen {Path(sys.executable).name}"
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits memory, and watches, as Linux")


def _read_in_child(files: list[Path]) -> list[tuple[str, list[str], list[str]]]:
    """What the two readers say of each file, and what else they did; fails where one dies."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, files)], capture_output=True, text=True
    )
    assert (child.returncode, child.stderr) == (0, ""), child.stdout[-200:]
    outcomes = [json.loads(line) for line in child.stdout.splitlines()]
    assert [name for name, _, _ in outcomes] == [file.name for file in files for _ in "ab"]
    for name, said, _ in outcomes:
        assert said == ["read"] or all(line.startswith((f"{name}:", f"{name},")) for line in said)
        assert not any("\n" in line for line in said)
    return outcomes


@linux
@pytest.mark.parametrize("folder", ["broken", "transcripts/testsuites", "surveys/spss"])
def test_each_broken_file_is_read_or_refused_by_name(shared_data: Path, folder: str) -> None:
    """In 2 s of computing and 300 MB, and without touching anything but the file."""
    for name, _, told in _read_in_child(sorted((shared_data / folder).iterdir())):
        starts = name.endswith(".sav") and told[:1] == [STARTS]
        assert told[starts:] == [], name


@linux
def test_the_watch_sees_what_a_reader_opens(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    (tmp_path / "a.txt").write_text("Anna: Hej")
    (tmp_path / "other.txt").write_text("hemligt")
    with_more = (
        CHILD.replace(
            "        reader()",
            "        reader(); open(file.parent / 'other.txt'); os.mkdir('/proc/x')",
        )
        .replace("except BadInput as error", "except OSError as error")
        .replace("error.faults", "[0]")
    )
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", with_more, str(tmp_path / "a.txt")],
        capture_output=True,
        text=True,
    )
    first = json.loads(child.stdout.splitlines()[0])
    assert first[2] == [f"open {(tmp_path / 'other.txt').resolve()}", "os.mkdir x"]


def _save_zip(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _word(body: str, before: str = "") -> str:
    return f"{before}<w:document {W}><w:body>{body}</w:body></w:document>"


def _line(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


BOMBS: dict[str, Callable[[Path], object]] = {
    "tags.docx": lambda path: _save_zip(path, {"word/document.xml": _word("<w:p/>" * 8_000_000)}),
    "most_tags.docx": lambda path: _save_zip(
        path, {"word/document.xml": _word(_line("a") * 60_000)}
    ),
    "bytes.docx": lambda path: _save_zip(path, {"word/document.xml": b" " * 60_000_000}),
    "deep.docx": lambda path: _save_zip(
        path, {"word/document.xml": _word("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)}
    ),
    "styles.docx": lambda path: _save_zip(
        path,
        {
            "word/document.xml": _word(_line("Hej")),
            "word/styles.xml": f"<w:styles {W}>"
            + "".join(
                f'<w:style w:styleId="{n}"><w:basedOn w:val="{n + 1}"/></w:style>'
                for n in range(50_000)
            )
            + "</w:styles>",
        },
    ),
    "attribute.docx": lambda path: _save_zip(
        path,
        {
            "word/document.xml": _word(
                '<w:p w:a="&b;"/>', f'<!DOCTYPE d [<!ENTITY a "{"x" * 9999}"><!ENTITY b "&a;&a;">]>'
            )
        },
    ),
    "spaces.odt": lambda path: _save_zip(
        path,
        {
            "content.xml": '<a xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><t:p>'
            + '<t:s t:c="999999999"/>' * 1_000
            + "</t:p></o:body></a>"
        },
    ),
    "entities.xlsx": lambda path: _save_zip(
        path,
        {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "lol">]><a/>', "[Content_Types].xml": "<a/>"},
    ),
    "bytes.xlsx": lambda path: _save_zip(
        path, {"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": b" " * 60_000_000}
    ),
    "groups.rtf": lambda path: path.write_text(r"{\rtf1 " + r"{\v " * 100_000),
    "links.rtf": lambda path: path.write_text(
        r"{\rtf1 " + r'{\field{\*\fldinst{HYPERLINK "a" ' * 5_000
    ),
    "labels.txt": lambda path: path.write_text("A :" * 200_000 + "\n" + "B\t" * 200_000),
    "newlines.csv": lambda path: path.write_text("a;b\n" + '"' + "\n" * 500_000),
    "delimiters.csv": lambda path: path.write_text("a,b\n" + ",;" * 300_000),
}


@linux
@pytest.mark.parametrize("file", BOMBS)
def test_small_files_that_would_grow_are_read_or_refused_in_time(tmp_path: Path, file: str) -> None:
    """In 2 s of computing and 300 MB."""
    BOMBS[file](tmp_path / file)
    assert (tmp_path / file).stat().st_size < 5_000_000
    _read_in_child([tmp_path / file])


def _references(secret: Path) -> dict[str, dict[str, str | bytes] | str]:
    """Files that name another file, in each way that a format has for it."""
    address = secret.as_uri()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}/aFChunk" Target="{address}" '
        'TargetMode="External"/>'
        "</Relationships>"
    )
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{address}">]>'
    include = (
        f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{address}" parse="text"/>'
    )
    chunk = f'<w:altChunk xmlns:r="{relation}" r:id="r1"/>'
    style = f'<?xml-stylesheet href="{address}"?>'
    sheet = '<s xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&x;</s>'
    return {
        "entity.docx": {"word/document.xml": _word(_line("&x;"), entity)},
        "dtd.docx": {"word/document.xml": _word(_line("a"), f'<!DOCTYPE d SYSTEM "{address}">')},
        "wide.docx": {"word/document.xml": _word(_line("&x;"), entity).encode("utf-32-be")},
        "marked.docx": {"word/document.xml": _word(_line("&x;"), entity).encode("utf-16")},
        "include.docx": {"word/document.xml": _word(include + _line("a"))},
        "style.docx": {"word/document.xml": _word(_line("a"), style)},
        "chunk.docx": {
            "word/document.xml": _word(chunk),
            "word/_rels/document.xml.rels": relations,
        },
        "relation.docx": {"word/document.xml": _word(_line("a")), "_rels/.rels": relations},
        "path.docx": {"word/document.xml": _word(_line("a")), f"../{secret.name}": b"annat"},
        "entity.odt": {"content.xml": f"{entity}<a>&x;</a>"},
        "entity.xlsx": {"xl/workbook.xml": f"{entity}{sheet}", "[Content_Types].xml": "<a/>"},
        "include.rtf": rf'{{\rtf1 {{\field{{\*\fldinst INCLUDETEXT "{secret}"}}}} a}}',
        "include.srt": f"1\n00:00:01,000 --> 00:00:02,000\n{include}\n",
        "include.vtt": f"WEBVTT\n\nSTYLE\n@import url({address});\n\n00:01.000 --> 00:02.000\na\n",
        "formula.csv": f"a;b\n\"='file://{secret}'#$A.A1\";1\n",
    }


@linux
def test_no_file_that_another_names_is_opened(tmp_path: Path) -> None:
    """The kernel tells of each opening, also by libraries that Python knows nothing of."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hemligt", encoding="utf-8")
    library = ctypes.CDLL(None, use_errno=True)
    watch = library.inotify_init1(os.O_NONBLOCK)
    assert library.inotify_add_watch(watch, os.fsencode(secret), 0x00000FFF) > 0
    folder = tmp_path / "lab"
    folder.mkdir()
    for file, content in _references(secret).items():
        if isinstance(content, str):
            (folder / file).write_text(content, encoding="utf-8")
        else:
            _save_zip(folder / file, content)
        reader = read_sheet if file.endswith((".csv", ".xlsx")) else read_document
        reader = read_cues if file.endswith((".srt", ".vtt")) else reader
        try:
            said = repr(reader(folder / file, name=file))
        except BadInput as error:
            said = str(error)
        assert "hemligt" not in said
        with pytest.raises(BlockingIOError):
            os.read(watch, 4096)
    assert secret.read_text(encoding="utf-8") == "hemligt"
    assert len(os.read(watch, 4096)) > 0
    os.close(watch)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lab", "secret.txt"]


def _save_docx(path: Path) -> None:
    document = docx.Document()
    for line in ("Anna: Hej på dig.", "Bo: Hej själv.", "Anna: Då börjar vi.", "Bo: Ja."):
        document.add_paragraph(line)
    document.paragraphs[0].add_run("fet", style="Strong").add_tab()
    document.add_comment(document.paragraphs[1].runs, text="Nota", author="x", initials="x")
    document.add_table(rows=2, cols=2).cell(0, 0).text = "Anna"
    document.save(str(path))


def _save_odt(path: Path) -> None:
    document = OpenDocument("text")
    paragraph = OpenParagraph("Anna: Hej   på\tdig.\nJa")
    paragraph.insert_annotation(after="Hej", body="Nota", creator="x")
    paragraph.insert_note(after="Hej", note_id="n1", citation="1", body="En not")
    document.body.append(paragraph)
    table, row = OpenTable("t"), OpenRow()
    row.set_values(["Bo", "Åh"])
    table.append_row(row)
    document.body.append(table)
    document.save(path)


def _save_rtf(path: Path) -> None:
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg1252 Anna: Hej {\deleted x}p\'e5 dig.\par \u229? {\v ja}\par}"
    )


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


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".xlsx"])
@given(data=st.data())
@settings(max_examples=60)
def test_zip_files_whose_members_were_changed_are_read_or_refused(
    whole: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    data: st.DataObject,
) -> None:
    """The zip file itself is whole: its sums are right, what is in it is not."""
    members = {
        member: bytearray(archive.read(member))
        for source in (".docx", ".odt", ".xlsx")
        for archive in [zipfile.ZipFile(io.BytesIO(whole[source]))]
        for member in archive.namelist()
    }
    own = zipfile.ZipFile(io.BytesIO(whole[suffix])).namelist()
    kept = {member: members[member] for member in own}
    for member in data.draw(st.lists(st.sampled_from(own), min_size=1, max_size=3)):
        act = data.draw(st.sampled_from(["change", "cut", "splice", "swap", "drop"]))
        content = bytearray(members[member])
        positions = st.integers(0, max(0, len(content) - 1))
        if act == "change" and content:
            content[data.draw(positions)] = data.draw(st.integers(0, 255))
        elif act == "cut":
            del content[data.draw(positions) :]
        elif act == "splice":
            other = members[data.draw(st.sampled_from(sorted(members)))]
            begin = data.draw(st.integers(0, len(other)))
            content[data.draw(positions) :] = other[begin:]
        elif act == "swap":
            content = members[data.draw(st.sampled_from(sorted(members)))]
        kept = {**kept, member: content}
        if act == "drop":
            del kept[member]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, content in kept.items():
            archive.writestr(member, bytes(content))
    _read(tmp_path_factory.getbasetemp(), suffix, stream.getvalue())


@given(data=st.data())
@settings(max_examples=5)
def test_damaged_spss_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Few of them: each is read in a process of its own."""
    path = tmp_path_factory.getbasetemp() / "whole.sav"
    table = pd.DataFrame({"svar": ["Å", "ö"], "nr": [1.0, 2.0]})
    labels = {"nr": {1.0: "hög", 2.0: "låg"}}
    pyreadstat.write_sav(table, str(path), variable_value_labels=labels, missing_ranges={"nr": [9]})
    content = bytearray(path.read_bytes())
    positions = st.integers(0, len(content) - 1)
    for position in data.draw(st.lists(positions, max_size=4)):
        content[position] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(content)) | positions)
    _read(tmp_path_factory.getbasetemp(), ".sav", bytes(content[:end]))
