"""REFI-QDA projects and codebooks: what is read, what is warned of, what is refused."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from labtools.evidence.coding import refi_files
from labtools.evidence.coding.refi import read_refi
from labtools.faults import BadInput

SPACE = "urn:QDA-XML:project:1.0"
CODES = (
    '<CodeBook><Codes><Code guid="C1" name="Hem" isCodable="false" color="#ff0000">'
    "<Description>Att höra hemma.</Description>"
    '<Code guid="{C2}" name="Grannar" isCodable="true"><NoteRef targetGUID="N1"/></Code>'
    "</Code></Codes></CodeBook>"
)


def qdpx(folder: Path, inside: str, **files: bytes) -> Path:
    """A project around some XML, with sources by their stem."""
    path = folder / "p.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        project = f'<Project xmlns="{SPACE}" name="p" origin="Program 1">{inside}</Project>'
        archive.writestr("project.qde", project)
        for stem, data in files.items():
            archive.writestr(f"Sources/{stem}.txt", data)
    return path


def text_source(guid: str, *selections: str, path: str | None = None) -> str:
    where = f"internal://{guid}.txt" if path is None else path
    return (
        f'<TextSource guid="{guid}" name="{guid}" plainTextPath="{where}">'
        f"{''.join(selections)}</TextSource>"
    )


def selection(start: int, end: int, name: str = "", code: str = "C1", inside: str = "") -> str:
    return (
        f'<PlainTextSelection guid="s" name="{name}" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="k" creatingUser="u1" creationDateTime="2024-05-06T07:08:09Z">'
        f'<CodeRef targetGUID="{code}"/>{inside}</Coding></PlainTextSelection>'
    )


def test_codes_come_nested_with_their_description_notes_and_colour(tmp_path: Path) -> None:
    """A parent before its children; a note on a code is its definition, one on a coding a memo."""
    notes = '<Notes><Note guid="n1"><PlainTextContent>De bredvid.</PlainTextContent></Note></Notes>'
    chosen = selection(0, 3, "Hej", code="c2", inside='<NoteRef targetGUID="N1"/>')
    users = '<Users><User guid="U1" name="Anna"/></Users>'
    sources = f"<Sources>{text_source('a', chosen)}</Sources>"
    read = read_refi(qdpx(tmp_path, users + CODES + sources + notes, a=b"Hej du"), name="p.qdpx")
    assert read.program == "Program 1"
    assert read.codes.to_numpy().tolist() == [
        ["c1", "", "Hem", "Att höra hemma.", "#ff0000"],
        ["c2", "c1", "Grannar", "De bredvid.", ""],
    ]
    assert read.texts.to_numpy().tolist() == [["a", "a", "Hej du"]]
    assert read.selections.to_numpy().tolist() == [
        ["a", 0.0, 3.0, "Hej", "c2", "Anna", "2024-05-06", "De bredvid.", ""]
    ]
    assert read.warnings == ()  # a code is in use where one below it is


def test_what_is_not_as_it_should_be_is_warned_of_and_read_all_the_same(tmp_path: Path) -> None:
    """Missing and empty texts, codes of one name, codes that are not there, codes without use."""
    codes = CODES.replace("Grannar", "HEM")
    gone = text_source("gone", selection(0, 3))
    outside = text_source("far", path="relative://../far.txt")
    empty = text_source("empty", selection(0, 0, code="c9"))
    sources = f"<Sources>{gone}{outside}{empty}</Sources>"
    read = read_refi(qdpx(tmp_path, codes + sources, empty=b"\xef\xbb\xbf\r\n"), name="p.qdpx")
    assert read.warnings == (
        "gone: its text is not in the file",
        "far: its text is not in the file",
        "empty: its text is empty",
        "2 codes are called Hem",
        "codes without use (1): HEM",
        "selections of codes that are not in the file: 1",
    )
    assert len(read.selections) == 2


def test_a_name_is_a_quotation_only_where_most_names_are_words_of_their_text(
    tmp_path: Path,
) -> None:
    for names, quotes in (
        (["Hej", "du da…"], ["Hej", "du da…"]),
        (["Citat 1", "Citat 2"], ["", ""]),
    ):
        chosen = [selection(0, 3, names[0]), selection(4, 6, names[1])]
        sources = f"<Sources>{text_source('a', *chosen)}</Sources>"
        read = read_refi(qdpx(tmp_path, CODES + sources, a=b"Hej du dar"), name="p.qdpx")
        assert read.selections["quote"].tolist() == quotes


def test_a_selection_of_a_picture_or_a_recording_is_kept_with_where_it_is(tmp_path: Path) -> None:
    """It cannot be placed in a text, and must not be lost before that is told."""
    picture = (
        '<PictureSource guid="b" name="torget.jpg"><PictureSelection guid="s" firstX="1" '
        'firstY="2" secondX="3" secondY="4"><Coding guid="k"><CodeRef targetGUID="C1"/></Coding>'
        "</PictureSelection></PictureSource>"
    )
    audio = (
        '<AudioSource guid="d" name="ljud"><Transcript guid="t"><PlainTextContent>Hej du'
        '</PlainTextContent><SyncPoint guid="p1" position="0"/><SyncPoint guid="p2" position="3"/>'
        '<TranscriptSelection guid="s" fromSyncPoint="p1" toSyncPoint="p2"><Coding guid="k">'
        '<CodeRef targetGUID="C1"/></Coding></TranscriptSelection></Transcript></AudioSource>'
    )
    sources = f"<Sources>{picture}{audio}</Sources>"
    read = read_refi(qdpx(tmp_path, CODES + sources), name="p.qdpx")
    first, second = read.selections.to_dict("records")
    assert first["quote"] == "[Picture: firstX 1 firstY 2 secondX 3 secondY 4]"
    assert (second["text"], second["start"], second["end"]) == ("t", 0.0, 3.0)


def test_a_codebook_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "k.qdc"
    codes = CODES.removeprefix("<CodeBook>").removesuffix("</CodeBook>")
    path.write_text(f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0">{codes}</CodeBook>', "utf-8")
    read = read_refi(path, name="k.qdc")
    assert read.codes["name"].tolist() == ["Hem", "Grannar"]
    assert read.warnings == ()


def _told(path: Path) -> str:
    with pytest.raises(BadInput) as raised:
        read_refi(path, name=path.name)
    (line,) = str(raised.value).splitlines()
    return line


def test_a_file_that_breaks_off_is_one_line(tmp_path: Path) -> None:
    path = qdpx(tmp_path, CODES)
    path.write_bytes(path.read_bytes()[:-30])
    assert "found a file that breaks off before its end" in _told(path)
    path = qdpx(tmp_path, CODES + "<Sources>")
    assert "found XML that breaks off" in _told(path)
    (tmp_path / "no.qdpx").write_text("hej")
    assert "found a file that is no zip file" in _told(tmp_path / "no.qdpx")
    assert "No such file" in _told(tmp_path / "none.qdpx")


def test_nothing_outside_the_archive_is_opened(tmp_path: Path) -> None:
    """A path that leads out, and a member whose name does, refuse the whole file."""
    sources = f"<Sources>{text_source('a', path='internal://../../a.txt')}</Sources>"
    assert "must name only files within itself" in _told(qdpx(tmp_path, CODES + sources))
    path = qdpx(tmp_path, CODES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../up.txt", "x")
    assert "found ../up.txt" in _told(path)


def test_document_types_and_what_unpacks_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "k.qdc"
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]><CodeBook><Codes/></CodeBook>')
    assert "must be free of document types" in _told(path)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b" " * 60_000_000)
    bomb = tmp_path / "bomb.qdpx"
    bomb.write_bytes(data.getvalue())
    assert "at most 50 MB, unpacked" in _told(bomb)
    sources = f"<Sources>{text_source('a')}{text_source('b')}</Sources>"
    monkeypatch.setattr(refi_files, "MOST_UNPACKED", 2_000)
    assert "at most 50 MB" in _told(qdpx(tmp_path, sources, a=b"x" * 1_500, b=b"y" * 1_500))


def test_real_projects_are_read_or_refused(shared_data: Path) -> None:
    read = read_refi(shared_data / "coding" / "atlasti.qdpx", name="atlasti.qdpx")
    assert read.program == "ATLAS.ti for Windows 23.2.3.27778"
    assert read.codes["parent"].tolist() == ["", *[read.codes["key"][0]] * 2]
    assert read.texts.empty
    assert read.selections.empty
    assert _told(shared_data / "broken" / "traversal.qdpx") == (
        "traversal.qdpx: must name only files within itself; found "
        "internal://../../../../etc/hostname; ask who made it; nothing of it was read"
    )


def test_a_source_may_be_a_word_document_or_lie_at_a_relative_path(tmp_path: Path) -> None:
    document, data = docx.Document(), io.BytesIO()
    document.add_paragraph("Anna: Hej.")
    document.add_paragraph("Bo: Hej då.")
    document.save(data)
    word = '<TextSource guid="w" name="w" richTextPath="internal://w.docx"/>'
    sources = f"<Sources>{word}{text_source('a', path='relative:///a.txt')}</Sources>"
    path = qdpx(tmp_path, CODES + sources, a="Hej å".encode("cp1252"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("sources/W.docx", data.getvalue())
    read = read_refi(path, name="p.qdpx")
    assert read.texts["text"].tolist() == ["Anna: Hej.\nBo: Hej då.", "Hej å"]
