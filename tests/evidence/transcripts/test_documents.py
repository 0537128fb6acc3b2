"""Documents become the paragraphs that a reader sees, or one line that says why not."""

import io
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.evidence.files import encodings
from labtools.evidence.transcripts.documents import join_wrapped, read_document
from labtools.evidence.transcripts.office import Paragraph, read_office
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


def save_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


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


def test_a_zip_bomb_is_stopped_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labtools.evidence.files.archives.MOST_BYTES", 1_000_000)
    path = save_zip(tmp_path / "a.docx", {"word/document.xml": b" " * 1_000_001})
    assert path.stat().st_size < 10_000
    assert "at most" in fault_of(path)
    monkeypatch.setattr(encodings, "MOST_BYTES", 10)
    assert "at most" in fault_of(path)


def test_a_document_of_endless_tags_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labtools.evidence.files.xml_trees.MOST_TAGS", 5)
    body = b"<w:document %b><w:body><w:p/><w:p/></w:body></w:document>" % W.encode()
    path = save_zip(tmp_path / "a.docx", {"word/document.xml": body})
    assert "at most 5 tags in word/document.xml; found 6" in fault_of(path)


@pytest.mark.parametrize("file", ["absent.docx", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, file: str) -> None:
    with pytest.raises(BadInput, match="the file must be there to read"):
        read_document(tmp_path / file, name=file)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("billion_laughs.docx", "free of document types"),
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


def test_a_declared_document_type_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hemligt", encoding="utf-8")
    target = (tmp_path / "secret.txt").as_uri()
    xml = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{target}">]><w:document {W}><w:body><w:p><w:r>'
        "<w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    for encoding in ("utf-8", "utf-16", "utf-32-be"):  # the last is not seen before it is parsed
        data = xml.encode(encoding)
        fault = fault_of(save_zip(tmp_path / "a.docx", {"word/document.xml": data}))
        assert "must be free of document types" in fault
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


def test_a_document_that_breaks_off_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_paragraph("Anna: Hej.")
    document.save(str(path))
    whole = path.read_bytes()
    for kept in (len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:kept])
        assert fault_of(path) == (
            "raw/a.docx: the file must be a whole .docx or .odt document; found a file that breaks "
            "off before its end; copy it here again from where it came"
        )
