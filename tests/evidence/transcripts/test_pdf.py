"""PDF files become what stands on their pages, word by word, or one line that says why not."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from labtools.evidence.transcripts import pdf
from labtools.evidence.transcripts.documents import read_document
from labtools.evidence.transcripts.pdf import join_divided
from labtools.evidence.transcripts.transcript import read_transcript
from labtools.faults import BadInput

FONT = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}


def save(path: Path, *pages: list[str] | None, password: str = "") -> Path:
    """A PDF file with the given lines on its pages; None is a page with a picture."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(600, 800)
        names = {**FONT, "/Encoding": "/WinAnsiEncoding"}
        font = DictionaryObject({NameObject(a): NameObject(b) for a, b in names.items()})
        picture = DictionaryObject({NameObject("/Subtype"): NameObject("/Image")})
        own = {"/XObject": {"/Im0": picture}} if lines is None else {"/Font": {"/F1": font}}
        page[NameObject("/Resources")] = DictionaryObject(
            {
                NameObject(kind): DictionaryObject({NameObject(a): b for a, b in parts.items()})
                for kind, parts in own.items()
            }
        )
        shown = b"".join(
            b"(%b) Tj T* " % line.replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            for line in lines or []
        )
        stream = DecodedStreamObject()
        stream.set_data(b"BT /F1 11 Tf 14 TL 50 750 Td " + shown + b"ET")
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in read_document(path, name=path.name).paragraphs]


def fault_of(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        read_document(path, name=f"raw/{path.name}")
    (fault,) = refused.value.faults
    assert fault.file == f"raw/{path.name}"
    return str(fault)


def test_labelled_lines_become_turns_across_pages(tmp_path: Path) -> None:
    first = [
        "Åsa: Vi bor i kommu-",
        "nen, i ett radhus (rött)",
        "sedan länge.",
        "Bo: Jaha, men-",
        "1",
    ]
    second = ["Sida 3 (3)", "Åsa: Ja, barn-", "och ungdomsgården stängde.", "Bo: År 3", "3"]
    table = read_transcript(save(tmp_path / "a.pdf", first, [], second), source_id="a")
    assert table["label"].tolist() == ["Åsa", "Bo", "Åsa", "Bo"]
    assert table["text"].tolist() == [
        "Vi bor i kommunen, i ett radhus (rött) sedan länge.",
        "Jaha, men-",
        "Ja, barn- och ungdomsgården stängde.",
        "År 3",
    ]


def test_lines_without_labels_are_joined_up_to_a_short_one(tmp_path: Path) -> None:
    lines = [
        "Vi gick genom hela området från torget till skolan och pra-",
        "tade med alla som satt ute. Många ville berätta om parken,",
        "som är nedsliten.",
        "Efteråt gick vi hem.",
    ]
    assert texts(save(tmp_path / "a.pdf", lines)) == [
        "Vi gick genom hela området från torget till skolan och pratade med alla som satt ute. "
        "Många ville berätta om parken, som är nedsliten.",
        "Efteråt gick vi hem.",
    ]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["en SKR-", "rapport"], ["en SKR-rapport"]),
        (["med svensk-", "finska"], ["med svenskfinska"]),
        (["med svensk-", "finska", "en svensk-finska"], ["med svensk-finska", "en svensk-finska"]),
        (["kom\xad", "mun"], ["kommun"]),
        (["jag ville ba-", "ip: ja?"], ["jag ville ba-", "ip: ja?"]),
        (["jag ville ba-", "Ja?"], ["jag ville ba-", "Ja?"]),
        (["han sa -", "ja"], ["han sa -", "ja"]),
        (["över-", "öst"], ["överöst"]),
    ],
)
def test_a_divided_word_is_made_whole_with_care(lines: list[str], joined: list[str]) -> None:
    assert join_divided(lines, lines) == joined


def test_scans_are_named(tmp_path: Path) -> None:
    assert "found the file has no text; it is a scan" in fault_of(save(tmp_path / "a.pdf", None))
    mixed = save(tmp_path / "b.pdf", ["Åsa: Hej"], None, [], None)
    assert "found page 2, 4 has no text; it is a scan" in fault_of(mixed)


def test_a_page_that_would_unpack_to_endless_drawing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.pdf", ["Åsa: Hej"], ["Åsa: Hej " * 20])
    monkeypatch.setattr(pdf, "MOST_PAGE_BYTES", 200)
    assert "found 1 with more" in fault_of(path)
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    assert "at most 1 pages; found 2" in fault_of(path)


def test_encrypted_and_damaged_files_are_named(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pdf", ["Åsa: Hej"], password="hemligt")
    assert "found it is encrypted" in fault_of(path)
    whole = save(tmp_path / "b.pdf", ["Åsa: Hej"]).read_bytes()
    assert len(PdfReader(io.BytesIO(whole)).pages) == 1
    path.write_bytes(b"%PDF-1.7\n")
    assert "must be a whole PDF file" in fault_of(path)
    path.write_bytes(b"Hej")
    assert "must be a whole .pdf document" in fault_of(path)
