"""What cannot be opened, or is not the thing itself, is called what it is, in one line."""

import io
import json
import plistlib
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from labtools.evidence.checks import check_folder
from labtools.evidence.sheets.tabular import read_sheet
from labtools.evidence.transcripts.documents import read_document
from labtools.evidence.transcripts.subtitles import read_cues
from labtools.evidence.transcripts.transcript import read_transcript
from labtools.faults import BadInput

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORD_XML = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Hej</w:t></w:r></w:p></w:body></w:document>"
)


def save_ole(path: Path, *streams: str, text: str = "", sectors: int = 1) -> Path:
    """An OLE file: its header, `sectors` with text in them, then the directory of its streams."""
    content = text.encode("utf-16-le").ljust(512 * sectors, b"\x00")
    entries = [
        name.encode("utf-16-le").ljust(64, b"\x00") + bytes([2 * len(name) + 2, 0, kind, 1])
        for name, kind in [("Root Entry", 5), *[(stream, 2) for stream in streams]]
    ]
    directory = b"".join(entry.ljust(128, b"\xff") for entry in entries)
    path.write_bytes(OLE.ljust(512, b"\x00") + content + directory)
    return path


def save_zip(path: Path, members: dict[str, bytes], *, encrypted: bool = False) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    data = bytearray(stream.getvalue())
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(sign)
        while encrypted and position >= 0:
            data[position + flags] |= 1
            position = data.find(sign, position + 1)
    path.write_bytes(bytes(data))
    return path


def save_pdf(path: Path, *, user: str, owner: str, algorithm: str = "RC4-128") -> Path:
    """A PDF file with the words `Anna: Hej` that has these passwords."""
    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(a): NameObject(b) for a, b in names.items()})
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 11 Tf 50 750 Td (Anna: Hej) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.encrypt(user, owner, algorithm=algorithm)
    writer.write(path)
    return path


def refused(path: Path) -> str:
    """The one line that a reader of the file's kind says of it."""
    reader = read_sheet if path.suffix in (".xlsx", ".csv", ".sav") else read_document
    if path.suffix in (".srt", ".vtt"):
        reader = read_cues
    with pytest.raises(BadInput) as caught:
        reader(path, name=f"raw/{path.name}")
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"raw/{path.name}: ")
    return line


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".odt", ".pdf", ".csv", ".txt", ".srt"])
def test_an_office_file_with_a_password_is_called_encrypted(tmp_path: Path, suffix: str) -> None:
    streams = ("EncryptionInfo", "EncryptedPackage")
    for sectors in (1, 200):
        path = save_ole(tmp_path / f"a{suffix}", *streams, sectors=sectors)
        said = "must be open to read; found it is encrypted; save it without a password"
        assert refused(path) == f"raw/a{suffix}: the file {said}"


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("WordDocument", "found Word's older .doc format; save it as .docx"),
        ("Workbook", "found Excel's older .xls format; save it as .xlsx"),
        ("Book", "found Excel's older .xls format; save it as .xlsx"),
        ("PowerPoint Document", "found PowerPoint's older .ppt format"),
        ("__nameid_version1.0", "found an older Office format"),
    ],
)
@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".csv"])
def test_older_office_files_are_named(tmp_path: Path, stream: str, said: str, suffix: str) -> None:
    assert said in refused(save_ole(tmp_path / f"a{suffix}", stream))


def test_the_word_encryptedpackage_in_a_text_makes_no_file_encrypted(tmp_path: Path) -> None:
    text = 'Vi sparade den som "EncryptedPackage", sa hon.\x00 EncryptedPackage'
    path = save_ole(tmp_path / "a.docx", "WordDocument", text=text)
    assert "Word's older .doc format" in refused(path)


def test_a_truncated_encrypted_file_is_still_refused_by_name(tmp_path: Path) -> None:
    path = save_ole(tmp_path / "a.docx", "EncryptedPackage")
    path.write_bytes(path.read_bytes()[:600])
    assert "found an older Office format" in refused(path)


def test_an_open_document_with_a_password_is_called_encrypted(tmp_path: Path) -> None:
    manifest = {"META-INF/manifest.xml": b"<m><file-entry><encryption-data/></file-entry></m>"}
    each = save_zip(tmp_path / "a.odt", {"content.xml": b"\x8f\x01", **manifest})
    whole = save_zip(tmp_path / "b.odt", {"encrypted-package": b"\x8f\x01", **manifest})
    for path in (each, whole):
        assert "found it is encrypted; save it without a password" in refused(path)


@pytest.mark.parametrize(
    ("file", "member"), [("a.docx", "word/document.xml"), ("a.xlsx", "xl/workbook.xml")]
)
def test_an_encrypted_member_of_a_zip_file_is_called_encrypted(
    tmp_path: Path, file: str, member: str
) -> None:
    path = save_zip(tmp_path / file, {member: WORD_XML.encode()}, encrypted=True)
    assert "found it is encrypted; save it without a password" in refused(path)


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128"])
def test_a_pdf_with_a_password_is_refused_and_one_that_forbids_changes_is_read(
    tmp_path: Path, algorithm: str
) -> None:
    locked = save_pdf(tmp_path / "a.pdf", user="hemligt", owner="h", algorithm=algorithm)
    assert "found it is encrypted; save it without a password" in refused(locked)
    forbids = save_pdf(tmp_path / "b.pdf", user="", owner="hemligt", algorithm=algorithm)
    (paragraph,) = read_document(forbids, name="b.pdf").paragraphs
    assert paragraph.text == "Anna: Hej"


def test_a_pdf_whose_encryption_needs_another_library_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacks(self: PdfReader, password: str) -> int:
        raise DependencyError("AES")

    path = save_pdf(tmp_path / "a.pdf", user="", owner="hemligt")
    monkeypatch.setattr(PdfReader, "decrypt", lacks)
    assert "found it is encrypted; save it without a password or any protection" in refused(path)


@pytest.mark.parametrize("file", ["a.doc", "a.pages", "a.gdoc", "a.url", "a.webloc", "a.mp3"])
def test_an_interview_in_a_format_that_nobody_reads_is_one_line_of_the_check(
    tmp_path: Path, file: str
) -> None:
    """In a lab's folder, where a row of sources.csv names it."""
    header = "city,name,municipality_code,company,lab,target_group,start,end\n"
    (tmp_path / "cities.csv").write_text(f"{header}umea,Umeå,2480,,,,,\n", encoding="utf-8")
    rows = f"source_id,city,type,date,file,language,status\ns1,umea,interview,,umea/{file},sv,raw\n"
    (tmp_path / "sources.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "raw" / "umea").mkdir(parents=True)
    (tmp_path / "raw" / "umea" / file).write_bytes(b"Anna: Hej.")
    (fault,) = check_folder(tmp_path).faults
    assert str(fault).startswith("sources.csv, row 2, column file: its file must be one of .docx")
    assert f"found umea/{file}; " in str(fault)
    assert str(fault).endswith("or exclude the source")


STUBS = {
    "google": json.dumps({"url": "https://docs.google.com/open?id=1", "email": "a@b.se"}).encode(),
    "drive": json.dumps({"": "WARNING!", "doc_id": "1", "resource_key": ""}).encode(),
    "windows": b"[InternetShortcut]\r\nURL=https://example.org/a.docx\r\n",
    "windows with a mark": b"\xef\xbb\xbf[InternetShortcut]\r\nURL=https://example.org\r\n",
    "mac": plistlib.dumps({"URL": "https://example.org"}),
    "icloud": plistlib.dumps({"NSURLNameKey": "a.docx"}, fmt=plistlib.FMT_BINARY),
    "zeros": bytes(4096),
    "recording": b"ID3\x03\x00" + bytes(90),
    "film": b"\x00\x00\x00\x18ftypmp42" + bytes(90),
    "sound": b"RIFF\x00\x00\x00\x00WAVE" + bytes(90),
    "photograph": b"\xff\xd8\xff\xe0" + bytes(90),
    "packed": b"7z\xbc\xaf\x27\x1c" + bytes(90),
}
SAID = {
    "google": "a shortcut to a page, not what stands there; download the document itself",
    "drive": "a shortcut to a page",
    "windows": "a shortcut to a page",
    "windows with a mark": "a shortcut to a page",
    "mac": "a shortcut to a page",
    "icloud": "a placeholder for what lies in a cloud; download the document itself",
    "zeros": "zero bytes alone; it was never fully downloaded; download it, and copy it again",
    "recording": "a recording; transcribe it",
    "film": "a recording; transcribe it",
    "sound": "a recording; transcribe it",
    "photograph": "a picture",
    "packed": "a packed file; unpack it",
}


@pytest.mark.parametrize("kind", STUBS)
@pytest.mark.parametrize(
    "suffix", [".docx", ".odt", ".pdf", ".txt", ".rtf", ".srt", ".csv", ".xlsx"]
)
def test_stubs_and_other_things_under_a_readable_name_are_called_what_they_are(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(STUBS[kind])
    assert f"the file must be open to read; found {SAID[kind]}" in refused(path)


@pytest.mark.parametrize("suffix", [".docx", ".txt", ".srt", ".csv", ".xlsx", ".sav"])
def test_a_file_of_0_bytes_is_to_be_downloaded(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.touch()
    do = "copy it here again, downloaded if it lies in a cloud"
    assert refused(path) == f"raw/a{suffix}: the file must have content; found 0 bytes; {do}"


@pytest.mark.parametrize("text", ["ID3;svar\n1;ja\n", "{doc_id};svar\n1;ja\n", "RIFF;a\n1;2\n"])
def test_a_table_that_begins_like_something_else_is_still_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert read_sheet(path, name="a.csv").cells.shape == (1, 2)


@pytest.mark.parametrize(
    ("file", "member", "said"),
    [
        ("a.docx", "xl/workbook.xml", "found an Excel workbook"),
        ("a.odt", "project.qde", "found a REFI-QDA project"),
        ("a.docx", "Index/Document.iwa", "found a Pages, Numbers or Keynote document"),
        ("a.xlsx", "word/document.xml", "found a Word document"),
        ("a.xlsx", "xl/workbook.bin", "found an Excel workbook in the binary format .xlsb"),
        ("a.xlsx", "content.xml", "found an OpenDocument file"),
        ("a.xlsx", "b.txt", "found a zip file with something else in it"),
        ("a.csv", "xl/workbook.xml", "found a zip file, as .docx and .xlsx are"),
        ("a.txt", "word/document.xml", ""),
    ],
)
def test_a_zip_file_under_another_name_is_called_what_it_is(
    tmp_path: Path, file: str, member: str, said: str
) -> None:
    path = save_zip(tmp_path / file, {member: WORD_XML.encode()})
    if said:
        assert said in refused(path)
    else:
        assert read_transcript(path, source_id="a")["text"].tolist() == ["Hej"]


def test_a_strict_workbook_is_named_so(tmp_path: Path) -> None:
    xml = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    path = save_zip(tmp_path / "a.xlsx", {"xl/workbook.xml": xml})
    assert "found a Strict Open XML workbook; save it as an ordinary .xlsx" in refused(path)
