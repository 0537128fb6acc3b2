"""An OpenDocument text is read as it is shown: nothing struck or hidden, nothing left out."""

import zipfile
from pathlib import Path

from odfdo import Document as OpenDocument
from odfdo import Paragraph as OpenParagraph
from odfdo import Row, Style, Table

from labtools.evidence.transcripts.documents import read_document
from labtools.evidence.transcripts.office import Cell, Paragraph


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in read_document(path, name=path.name).paragraphs]


def save_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "svg": "svg-compatible",
        "fo": "xsl-fo-compatible",
    }.items()
)


def save_open_text(path: Path, body: str, automatic: str = "", named: str = "") -> Path:
    """An OpenDocument text of the given XML, with its automatic and its named styles."""
    whole = (
        f"<office:document-content {ODF}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    looks = (
        f"<office:document-styles {ODF}><office:styles>{named}</office:styles>"
        "</office:document-styles>"
    )
    return save_zip(path, {"content.xml": whole.encode(), "styles.xml": looks.encode()})


def open_style(name: str, family: str, looks: str = "", parent: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" '
        f'style:parent-style-name="{parent}"><style:text-properties {looks}/></style:style>'
    )


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


def test_open_document_keeps_what_is_shown_and_leaves_what_is_struck(tmp_path: Path) -> None:
    path = save_open_text(
        tmp_path / "a.odt",
        """<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>
        <text:p>Vantrivs.</text:p></text:deletion></text:changed-region></text:tracked-changes>
        <text:p>Jag <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>trivs
        här<text:change-end text:change-id="c2"/><office:annotation><text:p>Nota</text:p>
        </office:annotation>.<text:note><text:note-body><text:p>Not</text:p></text:note-body>
        </text:note></text:p>
        <text:section text:name="s"><text:p>I ett avsnitt</text:p></text:section>
        <text:section text:name="h" text:display="none"><text:p>Dolt</text:p></text:section>
        <text:list><text:list-header><text:p>Listans rubrik</text:p></text:list-header>
        <text:list-item><text:p>En punkt</text:p><text:list><text:list-item><text:p>Inre</text:p>
        </text:list-item></text:list></text:list-item></text:list>
        <text:p>Före<draw:frame><draw:text-box><text:p>I rutan</text:p></draw:text-box>
        <svg:title>Bildens namn</svg:title><svg:desc>Vad bilden visar</svg:desc>
        </draw:frame></text:p>
        <text:p><text:span text:style-name="T9">Dolt</text:span>Syns</text:p>""",
        automatic=open_style("T9", "text", 'text:display="none"'),
    )
    assert [" ".join(text.split()) for text in texts(path)] == [
        "Jag trivs här.",
        "I ett avsnitt",
        "Listans rubrik",
        "En punkt",
        "Inre",
        "Före",
        "I rutan",
        "Syns",
    ]


def test_open_document_tables_within_tables(tmp_path: Path) -> None:
    path = save_open_text(
        tmp_path / "a.odt",
        """<table:table><table:table-header-rows><table:table-row><table:table-cell>
        <text:p>Vem</text:p></table:table-cell><table:table-cell><table:table><table:table-row>
        <table:table-cell><text:p>Inre</text:p></table:table-cell></table:table-row></table:table>
        </table:table-cell></table:table-row></table:table-header-rows></table:table>""",
    )
    assert list(read_document(path, name="a.odt").paragraphs) == [
        Paragraph("Vem", cell=Cell(1, 0, 2)),
        Paragraph("Inre", cell=Cell(2, 0, 1)),
    ]


def test_open_document_names_are_bold_by_their_style_headings_are_not(tmp_path: Path) -> None:
    bold = 'fo:font-weight="bold"'
    path = save_open_text(
        tmp_path / "a.odt",
        """<text:h text:style-name="P1">Rubrik</text:h><text:p text:style-name="P1">Åsa</text:p>
        <text:p text:style-name="P1">Bo<text:span text:style-name="T1"> ja</text:span></text:p>
        <text:p><text:span text:style-name="T2">Cia:</text:span> nej</text:p>
        <text:p text:style-name="T2">Ej fet</text:p>""",
        automatic=open_style("P1", "paragraph", bold)
        + open_style("T1", "text", 'fo:font-weight="normal"')
        + open_style("T2", "text", parent="Strong_20_Emphasis"),
        named=open_style("Strong_20_Emphasis", "text", bold),
    )
    paragraphs = read_document(path, name="a.odt").paragraphs
    assert [(one.text, one.bold) for one in paragraphs] == [
        ("Rubrik", ""),
        ("Åsa", "Åsa"),
        ("Bo ja", "Bo"),
        ("Cia: nej", "Cia:"),
        ("Ej fet", ""),
    ]
