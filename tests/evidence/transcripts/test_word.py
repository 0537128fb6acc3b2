"""A Word file is read as it is shown: nothing struck, hidden or doubled, nothing left out."""

import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from labtools.evidence.transcripts.documents import read_document
from labtools.evidence.transcripts.office import Cell, Paragraph
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


def paragraph(runs: str, looks: str = "") -> str:
    """A Word paragraph of the given runs."""
    return f"<w:p {W}><w:pPr>{looks}</w:pPr>{runs}</w:p>"


def run(text: str, looks: str = "") -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_word_keeps_what_is_shown_and_leaves_what_is_struck(tmp_path: Path) -> None:
    path = save_body(
        tmp_path / "a.docx",
        f"""<w:p {W}><w:r><w:t xml:space="preserve">Jag </w:t></w:r>
        <w:ins w:id="1" w:author="x"><w:r><w:t>trivs</w:t></w:r></w:ins>
        <w:del w:id="2" w:author="x"><w:r><w:delText>vantrivs</w:delText><w:br/></w:r></w:del>
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


def test_word_on_the_web_calls_its_body_document2(tmp_path: Path) -> None:
    xml = f"<w:document {W}><w:body><w:p><w:r><w:t>Hej</w:t></w:r></w:p></w:body></w:document>"
    assert texts(save_zip(tmp_path / "a.docx", {"word/document2.xml": xml.encode()})) == ["Hej"]


def test_word_keeps_what_was_moved_at_its_new_place_alone(tmp_path: Path) -> None:
    path = save_body(
        tmp_path / "a.docx",
        paragraph(f'<w:moveFrom w:id="1" w:author="x">{run("Hissen.")}</w:moveFrom>'),
        paragraph(f'Torget. <w:moveTo w:id="2" w:author="x">{run("Hissen.")}</w:moveTo>'),
        f"""<w:tbl {W}><w:tr><w:trPr><w:del w:id="3" w:author="x"/></w:trPr>
        <w:tc>{paragraph(run("Struken rad"))}</w:tc></w:tr>
        <w:tr><w:tc>{paragraph(run("Kvar"))}</w:tc></w:tr></w:tbl>""",
    )
    assert texts(path) == ["Hissen.", "Kvar"]


def test_word_fields_show_their_result_without_their_code(tmp_path: Path) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE \\@ "d MMMM"'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run("5 maj")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = f'<w:fldSimple w:instr="AUTHOR">{run("Åsa")}</w:fldSimple>'
    note = '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>'
    path = save_body(tmp_path / "a.docx", paragraph(field + run(", ") + simple + note))
    assert texts(path) == ["5 maj, Åsa"]


def test_word_signs_that_are_no_letters_in_the_file(tmp_path: Path) -> None:
    signs = (
        f"{run('e')}<w:r><w:noBreakHyphen/></w:r>{run('post kom')}<w:r><w:softHyphen/></w:r>"
        f'{run("mun ")}<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>'
        '<w:r><w:sym w:font="Wingdings" w:char="F099"/></w:r>'
        '<w:r><w:sym w:font="Arial" w:char="00E5"/></w:r><w:r><w:ptab w:alignment="left"/></w:r>'
        f'{run("x")}<w:r><w:br w:type="page"/></w:r>{run("y")}'
    )
    tabs = '<w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs>'
    path = save_body(tmp_path / "a.docx", paragraph(signs, tabs))
    assert texts(path) == ["e-post kommun →\ufffdå\tx", "y"]


def test_word_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph(run('I rutan'))}</w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        f'Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f'<mc:Fallback><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml">{box}</v:textbox>'
        "</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    old = f'<w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml">{box}</v:textbox></w:pict>'
    path = save_body(
        tmp_path / "a.docx",
        paragraph(run("Före") + f"<w:r>{both}</w:r>" + run(" efter")),
        paragraph(f"<w:r>{old}</w:r>"),
    )
    assert texts(path) == ["Före efter", "I rutan", "I rutan"]


def test_word_tables_within_tables_and_within_controls(tmp_path: Path) -> None:
    inner = (
        f"<w:tbl><w:tr><w:tc>{paragraph(run('inre'))}</w:tc>"
        f"<w:tc>{paragraph(run('cell'))}</w:tc></w:tr></w:tbl>"
    )
    cell = f"<w:tc>{paragraph(run('i kontroll'))}</w:tc>"
    path = save_body(
        tmp_path / "a.docx",
        f"""<w:tbl {W}><w:tr><w:tc>{paragraph(run("yttre"))}{inner}{paragraph("")}</w:tc>
        <w:sdt><w:sdtPr/><w:sdtContent>{cell}</w:sdtContent></w:sdt></w:tr>
        <w:sdt><w:sdtContent><w:tr>{cell}</w:tr></w:sdtContent></w:sdt></w:tbl>""",
    )
    assert list(read_document(path, name="a.docx").paragraphs) == [
        Paragraph("yttre", cell=Cell(1, 0, 2)),
        Paragraph("inre", cell=Cell(2, 0, 2)),
        Paragraph("cell", cell=Cell(2, 1, 2)),
        Paragraph("i kontroll", cell=Cell(1, 1, 2)),
        Paragraph("i kontroll", cell=Cell(3, 0, 1)),
    ]


def test_word_names_are_bold_by_their_style_headings_are_not(tmp_path: Path) -> None:
    document = docx.Document()
    speaker = document.styles.add_style("Talare", WD_STYLE_TYPE.CHARACTER)
    speaker.font.bold = True
    also = document.styles.add_style("Talare 2", WD_STYLE_TYPE.CHARACTER)
    also.base_style = speaker
    own_line = document.styles.add_style("Namnrad", WD_STYLE_TYPE.PARAGRAPH)
    own_line.font.bold = True
    document.add_heading("Bakgrund")
    document.add_paragraph().add_run("Åsa:", style="Talare").add_text(" ja")
    for style in ("Talare 2", "Strong"):
        line = document.add_paragraph()
        line.add_run("Bo:", style=style)
        line.add_run(" nej")
    document.add_paragraph("Cia", style="Namnrad").add_run(" sa").bold = False
    document.save(str(tmp_path / "a.docx"))
    paragraphs = read_document(tmp_path / "a.docx", name="a.docx").paragraphs
    assert [(one.text, one.bold) for one in paragraphs] == [
        ("Bakgrund", ""),
        ("Åsa: ja", "Åsa: ja"),
        ("Bo: nej", "Bo:"),
        ("Bo: nej", "Bo:"),
        ("Cia sa", "Cia"),
    ]


def test_word_list_numbers_are_not_text(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("Hur trivs du?", "Vad saknas?"):
        document.add_paragraph(line, style="List Number")
    document.save(str(tmp_path / "a.docx"))
    assert texts(tmp_path / "a.docx") == ["Hur trivs du?", "Vad saknas?"]


def test_word_formulas_are_text(tmp_path: Path) -> None:
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    formula = f'<m:oMath xmlns:m="{math}"><m:r><m:t>5+5</m:t></m:r></m:oMath>'
    assert texts(save_body(tmp_path / "a.docx", paragraph(run("Ja, ") + formula))) == ["Ja, 5+5"]


def test_strict_word_documents_are_read(tmp_path: Path) -> None:
    path = save_body(tmp_path / "a.docx", paragraph(run("Åsa", "<w:b/>") + run(": hej")))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    assert usual in members["word/document.xml"]
    save_zip(path, {name: data.replace(usual, strict) for name, data in members.items()})
    assert read_document(path, name="a.docx").paragraphs == (Paragraph("Åsa: hej", "Åsa"),)


def test_text_that_a_word_document_only_refers_to_is_not_passed_over(tmp_path: Path) -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    chunk = f'<w:altChunk {W} xmlns:r="{relation}" r:id="rId9"/>'
    path = save_body(tmp_path / "a.docx", paragraph(run("Hej")), chunk)
    assert "must hold its text itself; found 1 part that it only refers to" in fault_of(path)
