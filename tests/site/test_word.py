"""A page as a Word document: real headings, contents, captions, alternative texts, no code."""

import base64
import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path

import docx
import nbformat
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from labtools.batch.plan import read_notebook
from labtools.batch.record import Entry
from labtools.site.fold import FIRST
from labtools.site.frame import Site
from labtools.site.links import Links
from labtools.site.pages import Press
from labtools.site.word import write_document
from labtools.site.word_parts import fit_columns

TABLE = (
    '<table><caption>Svar & ort</caption><thead><tr><th scope="col">Ort</th>'
    '<th scope="col" class="number">n</th></tr></thead>'
    '<tbody><tr><th scope="row">Umeå</th><td class="number">9</td></tr></tbody></table>'
)
ALT = "Svar per ort. Umeå: 9 av 10."
STATEMENT = """\
- Nio av tio kom ([a1](#e-a1)), **alla** i *Umeå*.
- Se [sidan](umea.html).

1. Ett

Sedan

1. Först"""


def _picture() -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (70, 30), "white").save(drawn, "PNG")
    return base64.b64encode(drawn.getvalue()).decode()


def _shown(kind: str, data: str, **metadata: str) -> nbformat.NotebookNode:
    return new_output("display_data", data={kind: data}, metadata={kind: metadata})


def _page(tmp_path: Path, language: str = "sv", *, table: str = TABLE) -> Path:
    tag = {"tags": [f"lang-{language}"]}
    cells = [
        new_markdown_cell("# Rapporten", metadata=tag),
        new_markdown_cell("## Hur många?\n\nTre < fem.", metadata=tag),
        new_code_cell("show(a)", outputs=[_shown("text/html", table)]),
        new_code_cell("draw()", outputs=[_shown("image/png", _picture(), alt=ALT)]),
        new_code_cell("say()", outputs=[_shown("text/markdown", STATEMENT)]),
        new_markdown_cell("### Ord\n\n<span id='e-a1'>**a1**</span>: ”Ja.”", metadata=tag),
    ]
    notebook = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"labtools": {"versions": {}}}), notebook)
    when = "2026-01-31T12:00:00+01:00"
    entry = Entry("a/b", None, "T", {}, "done", "", 1.0, 1.0, 1.0, False, when, None)
    press = Press(Site("Labbet", True, {"umea": "Umeå"}, language))
    press.render(notebook, tmp_path / "lab.html", entry, Links(document=True))
    return tmp_path / "lab.html"


@pytest.fixture
def written(tmp_path: Path) -> Document:
    return docx.Document(_page(tmp_path).with_suffix(".docx"))


def _styles(document: Document) -> list[tuple[str, str]]:
    return [(one.style.name, one.text.strip()) for one in document.paragraphs if one.text.strip()]


def test_headings_are_headings_and_prose_is_prose(written: Document) -> None:
    told = _styles(written)
    assert ("Title", "Rapporten") in told
    assert ("Heading 1", "Hur många?") in told
    assert ("Heading 2", "Ord") in told
    assert ("Normal", "Tre < fem.") in told
    assert ("List Bullet", "Nio av tio kom (a1), alla i Umeå.") in told


def test_no_code_no_navigation_and_no_link_signs_come_along(written: Document) -> None:
    text = "\n".join(text for _, text in _styles(written))
    for left_out in ("show(a)", "Kod,", "Alla rapporter", "#", "Word-dokument"):
        assert left_out not in text


def test_the_contents_are_a_field_that_is_filled_in_already(written: Document) -> None:
    """Word updates it, with page numbers, when the document is opened."""
    entries = [one for one in written.paragraphs if one.style.name.startswith("toc ")]
    assert [one.text for one in entries] == ["Hur många?", "Ord", "Hur sidan gjordes"]
    fields = [one.get(qn("w:fldCharType")) for entry in entries
              for one in entry._p.iter(qn("w:fldChar"))]  # fmt: skip
    assert fields == ["begin", "separate", "end"]
    assert "TOC" in "".join(one.text for one in entries[0]._p.iter(qn("w:instrText")))
    update = written.settings.element.find(qn("w:updateFields"))
    assert update.get(qn("w:val")) == "true"
    assert update.getnext().tag == qn("w:compat")  # the order that the schema demands


def test_every_link_leads_to_a_place_of_the_document(written: Document) -> None:
    links = [one.get(qn("w:anchor")) for one in written.element.iter(qn("w:hyperlink"))]
    places = [one.get(qn("w:name")) for one in written.element.iter(qn("w:bookmarkStart"))]
    assert len(links) == 4  # three of the contents and one in the text; none to another page
    assert set(links) <= set(places)
    assert len(places) == len(set(places))
    at = next(one for one in written.paragraphs if one.text.startswith("a1:"))
    assert next(at._p.iter(qn("w:bookmarkStart"))).get(qn("w:name")) in links


def test_a_table_has_its_header_row_and_a_numbered_caption(written: Document) -> None:
    table = written.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Ort", "n"],
        ["Umeå", "9"],
    ]
    headers = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert headers == [True, False]
    assert ("Caption", "Tabell 1. Svar & ort") in _styles(written)


def test_a_picture_has_the_alternative_text_of_the_page(written: Document) -> None:
    (shape,) = written.inline_shapes
    assert shape._inline.docPr.get("descr") == ALT
    assert ("Caption", "Figur 1. Svar per ort") in _styles(written)


def test_captions_are_numbered_by_a_field_of_their_kind(written: Document) -> None:
    """So that Word can make a list of figures, and renumber where one is moved."""
    captions = [one for one in written.paragraphs if one.style.name == "Caption"]
    fields = ["".join(told.text for told in one._p.iter(qn("w:instrText"))) for one in captions]
    assert fields == [" SEQ Tabell \\* ARABIC ", " SEQ Figur \\* ARABIC "]


def test_no_heading_leaps_over_a_level(written: Document) -> None:
    levels = [int(one.style.name[-1]) for one in written.paragraphs
              if one.style.name.startswith("Heading ")]  # fmt: skip
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_a_page_with_a_figure_of_ten_megabytes_has_its_document(tmp_path: Path) -> None:
    """One attribute of the page; a parser that keeps to its limits cuts it off."""
    page = _page(tmp_path)
    drawn = io.BytesIO()
    Image.effect_noise((3300, 3300), 100).save(drawn, "PNG")
    data = base64.b64encode(drawn.getvalue()).decode()
    assert len(data) > 10_000_000
    text = page.read_text("utf-8")
    page.write_text(text.replace(_picture(), data), "utf-8")
    write_document(page, tmp_path / "large.docx")
    (shape,) = docx.Document(tmp_path / "large.docx").inline_shapes
    assert shape._inline.docPr.get("descr") == ALT


def test_a_long_table_ends_after_its_first_rows_and_says_so(tmp_path: Path) -> None:
    row = '<tr><th scope="row">Umeå</th><td class="number">9</td></tr>'
    page = _page(tmp_path, table=TABLE.replace(row, row * 290))
    document = docx.Document(page.with_suffix(".docx"))
    assert len(document.tables[0].rows) == 1 + FIRST
    said = ("Normal", "Här står de första 20 av 290; alla står på webbsidan.")
    assert said in _styles(document)


def test_each_ordered_list_begins_at_one(written: Document) -> None:
    numbers = [one._p.pPr.numPr.numId.val for one in written.paragraphs
               if one.style.name == "List Number"]  # fmt: skip
    assert len(numbers) == len(set(numbers)) == 2


@pytest.mark.parametrize(("language", "code"), [("sv", "sv-SE"), ("en", "en-GB")])
def test_the_document_says_its_language_and_names_no_person(
    tmp_path: Path, language: str, code: str
) -> None:
    document = docx.Document(_page(tmp_path, language).with_suffix(".docx"))
    about = document.core_properties
    assert (about.language, about.author, about.last_modified_by) == (code, "", "")
    assert about.title.endswith("Labbet")
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert languages == {code}


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    page = _page(tmp_path)
    first = page.with_suffix(".docx").read_bytes()
    write_document(page, tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_page_leads_to_its_document(tmp_path: Path) -> None:
    assert '<a href="lab.docx" download>' in _page(tmp_path).read_text("utf-8")


def test_a_notebook_asks_for_a_document_by_a_tag(tmp_path: Path) -> None:
    path = tmp_path / "notebooks" / "a" / "01_x.ipynb"
    path.parent.mkdir(parents=True)
    for tags, wanted in ((["parameters"], False), (["parameters", "document"], True)):
        cell = new_code_cell('language: str = "sv"  # språk', metadata={"tags": tags})
        path.write_text(json.dumps(new_notebook(cells=[cell])), encoding="utf-8")
        assert read_notebook(path).document is wanted


def test_columns_have_room_for_their_words_and_fill_the_page() -> None:
    """In equal columns a long word of a narrow table would break in the middle."""
    rows = [["Stad", "Bostadsbolag", "För vilka"], ["Umeå", "Ekhamrahem", "alla " * 12]]
    city, company, text = fit_columns(rows, width=16)
    assert city + company + text == pytest.approx(16)
    assert company > len("Bostadsbolag") / 5.6
    assert text > company > city
