"""Documents become the paragraphs that a reader sees, or one line that says why not."""

import io
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document as OpenDocument
from odfdo import Paragraph as OpenParagraph
from odfdo import Row, Style, Table

from labtools.evidence import encodings
from labtools.evidence.documents import join_wrapped, read_document
from labtools.evidence.office import Cell, Paragraph, read_office
from labtools.faults import BadInput

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in read_document(path, name=path.name).paragraphs]


def fault_of(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        read_document(path, name=f"raw/{path.name}")
    (fault,) = refused.value.faults
    assert fault.file == f"raw/{path.name}"
    return str(fault)


def save_body(path: Path, *blocks: str) -> Path:
    """A Word file whose body holds the given XML."""
    document = docx.Document()
    for block in blocks:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(block))
    document.save(str(path))
    return path


def save_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


def test_word_keeps_what_is_shown_and_leaves_what_is_struck(tmp_path: Path) -> None:
    path = save_body(
        tmp_path / "a.docx",
        f"""<w:p {W}><w:r><w:t xml:space="preserve">Jag </w:t></w:r>
        <w:ins w:id="1" w:author="x"><w:r><w:t>trivs</w:t></w:r></w:ins>
        <w:del w:id="2" w:author="x"><w:r><w:delText>vantrivs</w:delText></w:r></w:del>
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>dolt</w:t></w:r>
        <w:hyperlink w:anchor="b"><w:r><w:t xml:space="preserve"> här</w:t></w:r></w:hyperlink>
        <w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r></w:p>""",
        f"""<w:sdt {W}><w:sdtPr><w:alias w:val="Kön"/></w:sdtPr><w:sdtContent><w:p>
        <w:sdt><w:sdtContent><w:r><w:t>Inne i en kontroll</w:t></w:r></w:sdtContent></w:sdt>
        </w:p></w:sdtContent></w:sdt>""",
    )
    assert texts(path) == ["Jag trivs här", "Inne i en kontroll"]


def test_word_comments_and_headers_are_not_text(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Sagt")
    document.add_comment(paragraph.runs, text="En kommentar", author="x", initials="x")
    document.sections[0].header.paragraphs[0].text = "Sidhuvud"
    document.save(str(tmp_path / "a.docx"))
    assert texts(tmp_path / "a.docx") == ["Sagt"]


def test_word_lines_tabs_and_bold_beginnings(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("An").bold = True
    paragraph.add_run("na:").bold = True
    paragraph.add_run(" hej\tdå")
    paragraph.add_run().add_break()
    paragraph.add_run("ny rad").bold = False
    document.save(str(tmp_path / "a.docx"))
    paragraphs = read_document(tmp_path / "a.docx", name="a.docx").paragraphs
    assert paragraphs == (Paragraph("Anna: hej\tdå", "Anna:"), Paragraph("ny rad"))


def test_word_tables_keep_their_place_and_their_cells(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Före")
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate([("Anna", "hej"), ("Bo", "nej")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("Efter")
    document.save(str(tmp_path / "a.docx"))
    assert list(read_document(tmp_path / "a.docx", name="a.docx").paragraphs) == [
        Paragraph("Före"),
        Paragraph("Anna", cell=Cell(1, 0, 2)),
        Paragraph("hej", cell=Cell(1, 1, 2)),
        Paragraph("Bo", cell=Cell(2, 0, 2)),
        Paragraph("nej", cell=Cell(2, 1, 2)),
        Paragraph("Efter"),
    ]


def save_open_document(path: Path) -> Path:
    document = OpenDocument("text")
    document.body.clear()
    style = Style("text", name="fet")
    style.set_properties({"fo:font-weight": "bold"}, area="text")
    document.insert_style(style, automatic=True)
    paragraph = OpenParagraph("Anna: hej   där,\tsa hon\nny rad")
    paragraph.set_span("fet", regex="Anna:")
    document.body.append(paragraph)
    noted = OpenParagraph("Sagt")
    noted.insert_annotation(after="Sagt", body="En kommentar", creator="x")
    noted.insert_note(after="Sagt", note_id="n1", citation="1", body="En fotnot")
    document.body.append(noted)
    table = Table("t")
    row = Row()
    row.set_values(["Bo", "Åh"])
    table.append_row(row)
    document.body.append(table)
    document.save(str(path))
    return path


def test_open_document_text_tables_and_bold_without_comments_and_notes(tmp_path: Path) -> None:
    path = save_open_document(tmp_path / "a.odt")
    assert list(read_document(path, name="a.odt").paragraphs) == [
        Paragraph("Anna: hej   där,\tsa hon", "Anna:"),
        Paragraph("ny rad"),
        Paragraph("Sagt"),
        Paragraph("Bo", cell=Cell(1, 0, 2)),
        Paragraph("Åh", cell=Cell(1, 1, 2)),
    ]


@pytest.mark.parametrize("suffix", [".rtf", ".docx"])
def test_rich_text_is_known_by_its_content(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 "
        rb"Anna: h\'e5ll a\u776?\par Bo: \u-10179?\u-8704? \'c5h\par "
        rb"\trowd Cia\cell svarar\cell\row}"
    )
    assert texts(path) == ["Anna: håll ä", "Bo: 😀 Åh", "Cia", "svarar"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_plain_text_in_any_encoding_and_line_end(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(line_end.join(["Åsa: hej", "Örjan: ”nä”"]).encode(encoding))
    document = read_document(path, name="a.txt")
    assert [paragraph.text for paragraph in document.paragraphs] == ["Åsa: hej", "Örjan: ”nä”"]
    assert (document.encoding == "cp1252") == (encoding == "cp1252")


def test_decomposed_letters_are_composed_and_unseen_characters_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\ufeffA\u030asa\u200b: a\u0308r \u202edolt\u202c", encoding="utf-8")
    assert texts(path) == ["Åsa: är dolt"]


def test_lines_wrapped_by_hand_are_joined_only_if_all_are_short() -> None:
    lines = ["Vi gick till", "torget.", "", "", "Det var tomt."]
    assert join_wrapped([Paragraph(line) for line in lines]) == [
        Paragraph("Vi gick till torget."),
        Paragraph("Det var tomt."),
    ]
    long = [*lines, "ord " * 30]
    assert len(join_wrapped([Paragraph(line) for line in long])) == 4


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x89PNG\x00\x00")
    assert "utf-8 or cp1252" in fault_of(path)


@pytest.mark.parametrize("text", ["Åsa: jag tänkte på det.", "Vi får väl se… Öst är öst", "på"])
@pytest.mark.parametrize("encoding", ["mac-roman", "cp1252"])
def test_the_encoding_is_the_one_that_makes_swedish_letters(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    document = read_document(path, name="a.txt")
    assert (document.encoding, document.paragraphs) == (encoding, (Paragraph(text),))


@pytest.mark.parametrize("text", ["Wait… I said “no”, 5 €…no", "Š", "déjà vu – 20 €"])
def test_without_swedish_letters_a_file_is_in_cp1252(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("cp1252"))
    assert [*texts(path), read_document(path, name="a.txt").encoding] == [text, "cp1252"]


def test_encrypted_and_old_office_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500))
    assert "found Word's older .doc format" in fault_of(path)
    path.write_bytes(path.read_bytes() + "EncryptedPackage".encode("utf-16-le"))
    assert "found it is encrypted" in fault_of(path)
    manifest = b"<manifest><encryption-data/></manifest>"
    members = {"content.xml": b"\x00", "META-INF/manifest.xml": manifest}
    assert "encrypted" in fault_of(save_zip(tmp_path / "a.odt", members))


def test_a_zip_bomb_is_stopped_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labtools.evidence.office.MOST_BYTES", 1_000_000)
    path = save_zip(tmp_path / "a.docx", {"word/document.xml": b" " * 1_000_001})
    assert path.stat().st_size < 10_000
    assert "at most" in fault_of(path)
    monkeypatch.setattr(encodings, "MOST_BYTES", 10)
    assert "at most" in fault_of(path)


@pytest.mark.parametrize("file", ["absent.docx", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, file: str) -> None:
    with pytest.raises(BadInput, match="the file can be read"):
        read_document(tmp_path / file, name=file)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("billion_laughs.docx", "document"),
        ("xxe_local_file.docx", "free of document types"),
        ("truncated.docx", "whole .docx"),
        ("empty.docx", "0 bytes"),
    ],
)
def test_broken_office_files_are_refused_at_once(shared_data: Path, file: str, said: str) -> None:
    before = time.perf_counter()
    with pytest.raises(BadInput, match=said):
        read_document(shared_data / "broken" / file, name=file)
    assert time.perf_counter() - before < 2


def test_word_on_the_web_calls_its_body_document2(tmp_path: Path) -> None:
    xml = f"<w:document {W}><w:body><w:p><w:r><w:t>Hej</w:t></w:r></w:p></w:body></w:document>"
    assert texts(save_zip(tmp_path / "a.docx", {"word/document2.xml": xml.encode()})) == ["Hej"]


def test_a_declared_document_type_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hemligt", encoding="utf-8")
    target = (tmp_path / "secret.txt").as_uri()
    xml = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{target}">]><w:document {W}><w:body><w:p><w:r>'
        "<w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    fault = fault_of(save_zip(tmp_path / "a.docx", {"word/document.xml": xml.encode()}))
    assert "hemligt" not in fault


@given(data=st.binary(max_size=300), suffix=st.sampled_from([".docx", ".odt", ".rtf", ".txt"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(b"{\\rtf1 " + data if suffix == ".rtf" else data)
    with suppress(BadInput):
        read_document(path, name=path.name)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_office_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = folder / "whole.odt"
    if not whole.exists():
        save_open_document(whole)
    content = bytearray(whole.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    end = data.draw(st.sampled_from([len(content), position]))
    path = folder / "damaged.odt"
    path.write_bytes(bytes(content[:end]))
    with suppress(BadInput):
        read_document(path, name=path.name)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)))
@settings(max_examples=50, deadline=None)
def test_word_round_trip_keeps_every_character(lines: list[str]) -> None:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    paragraphs = read_office(stream.getvalue(), name="a.docx")
    assert [paragraph.text for paragraph in paragraphs] == [
        encodings.seen_text(line) for line in lines
    ]
