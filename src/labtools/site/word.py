"""A page → a Word document: headings, contents, tables, pictures with their text; no code."""

from __future__ import annotations

import base64
import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import docx
import lxml.html
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml.html import HtmlElement

from labtools.site.fold import cut
from labtools.site.word_parts import (
    Numbering,
    add_contents,
    add_field,
    as_png,
    fit_columns,
    mark,
    prepare,
)
from labtools.site.wording import WORDING
from labtools.words import Language

_LEFT_OUT = (
    "header|nav|details[@class='code' or @class='data']|a[@class='anchor']"
    "|p[contains(@class,'place')]"
)
_BLOCKS = frozenset(
    "blockquote div dl figure h1 h2 h3 h4 h5 h6 hr li ol p pre section table ul".split()
)
_WIDTH = Cm(16)
_MANY = 7  # columns, from which on a table is set smaller
_LOWEST = (1980, 1, 1, 0, 0, 0)


def write_document(page: Path, path: Path) -> None:
    """Write a page of this site as a .docx beside it.

    Its title, language and headings are the page's; its code, its links to other pages and its
    navigation are left out. What the page links to within itself is linked in the document.
    A long table or list ends after its first rows, and says so. Tables have a header row and a
    numbered caption, pictures their alternative text, and the list of contents is a field,
    already filled in. The same page gives the same bytes.
    """
    parser = lxml.html.HTMLParser(huge_tree=True)  # a figure of ten megabytes is one attribute
    tree = lxml.html.document_fromstring(page.read_text(encoding="utf-8"), parser=parser)
    for element in tree.xpath("|".join(f"//{one}" for one in _LEFT_OUT.split("|"))):
        element.drop_tree()
    language: Language = "sv" if tree.get("lang") == "sv" else "en"
    cut(tree, language=language)
    document = docx.Document()
    title = "".join(tree.xpath("//title//text()")).strip()
    prepare(document, title=title, language=language)
    _Writer(document, tree, language).write()
    _save(document, path)


def _save(document: Document, path: Path) -> None:
    """Write the file whole or not at all, every part of it dated alike."""
    buffer, fixed = io.BytesIO(), io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as parts, zipfile.ZipFile(fixed, "w") as out:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, date_time=_LOWEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, parts.read(name))
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(fixed.getvalue())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class _Writer:
    """Writes the content of one page, in its order."""

    def __init__(self, document: Document, tree: HtmlElement, language: Language) -> None:
        self._document = document
        self._main = tree.xpath("//main")[0]
        self._footer = tree.xpath("//body/footer")
        self._words = WORDING[language]
        targets = {unquote(href[1:]) for href in tree.xpath("//a/@href") if href.startswith("#")}
        self._names = {
            element.get("id"): f"place_{number}"
            for number, element in enumerate(tree.xpath("//*[@id]"), start=1)
            if element.get("id") in targets
        }
        self._numbering = Numbering(document)
        self._headings: list[tuple[int, str, str]] = []

    def write(self) -> None:
        contents: Paragraph | None = None
        for part in [self._main, *self._footer]:
            for element in part:
                if contents is None and element.tag == "section" and element.xpath(".//h2"):
                    contents = self._document.add_paragraph(self._words["contents"], "TOC Heading")
                self._block(element)
        if contents is not None:
            add_contents(contents, self._headings)

    def _block(self, element: HtmlElement, *, style: str | None = None) -> None:
        tag = str(element.tag)
        if tag[0] == "h" and tag[1:].isdigit():
            self._heading(element, int(tag[1:]))
        elif tag == "table":
            self._table(element)
        elif tag == "figure" and element.xpath("./img"):
            self._picture(element.xpath("./img")[0])
        elif tag in ("ul", "ol"):
            self._list(element, depth=0)
        elif tag == "dl":
            self._terms(element)
        elif tag in ("p", "pre", "dd") or not any(child.tag in _BLOCKS for child in element):
            self._paragraph(element, style=style)
        else:
            inner = "Quote" if tag == "blockquote" else style
            self._loose(element.text, inner)
            for child in element:
                self._block(child, style=inner)
                self._loose(child.tail, inner)

    def _loose(self, text: str | None, style: str | None) -> None:
        if text and text.strip():
            self._document.add_paragraph(" ".join(text.split()), style)

    def _paragraph(self, element: HtmlElement, *, style: str | None = None) -> None:
        text = element.text_content()
        if text.strip() or element.xpath(".//*[@id]"):
            keeps = element.tag == "pre"
            self._inline(self._document.add_paragraph(style=style), element, keeps=keeps)

    def _heading(self, element: HtmlElement, level: int) -> None:
        text = " ".join(element.text_content().split())
        style = "Title" if level == 1 else f"Heading {min(level - 1, 3)}"
        paragraph = self._document.add_paragraph(style=style)
        run = paragraph.add_run(text)
        if level > 1:
            name = f"_Toc{len(self._headings) + 1:06d}"
            mark(run, name, number=len(self._headings) + 100_000)
            self._headings.append((min(level - 1, 3), text, name))
        self._mark(element, run)

    def _list(self, element: HtmlElement, *, depth: int) -> None:
        ordered = element.tag == "ol"
        number = self._numbering.begin() if ordered else None
        for item in element.xpath("./li"):
            suffix = f" {depth + 1}" if 0 < depth < 3 else ""
            style = f"List {'Number' if ordered else 'Bullet'}{suffix}"
            paragraph = self._document.add_paragraph(style=style)
            if number is not None:
                self._numbering.use(paragraph, number)
            self._mark(item, paragraph.add_run())
            self._inline(paragraph, item)
            for inner in item.xpath("./ul|./ol"):
                self._list(inner, depth=depth + 1)

    def _terms(self, element: HtmlElement) -> None:
        for child in element:
            paragraph = self._document.add_paragraph()
            self._inline(paragraph, child)
            if child.tag == "dt":
                paragraph.paragraph_format.keep_with_next = True
                for run in paragraph.runs:
                    run.bold = True

    def _inline(
        self,
        paragraph: Paragraph,
        element: HtmlElement,
        *,
        styles: frozenset[str] = frozenset(),
        link: str = "",
        keeps: bool = False,
    ) -> None:
        """The text within an element, with its emphasis, its links and the places in it."""
        for text, child in _walk(element):
            if text:
                self._run(paragraph, text if keeps else re.sub(r"\s+", " ", text), styles, link)
            if child is None or child.tag in ("ul", "ol"):
                continue
            if child.tag == "br":
                paragraph.add_run().add_break()
                continue
            if child.get("id"):
                self._mark(child, paragraph.add_run())
            target = (
                self._names.get(unquote(child.get("href", "")[1:]), "") if child.tag == "a" else ""
            )
            inner = styles | {str(child.tag)}
            self._inline(paragraph, child, styles=inner, link=target or link, keeps=keeps)

    def _run(self, paragraph: Paragraph, text: str, styles: frozenset[str], link: str) -> None:
        run = paragraph.add_run(text)
        run.bold = True if styles & {"strong", "b", "th"} else None
        run.italic = True if styles & {"em", "i"} else None
        if link:
            run.style = "Hyperlink"
            hyperlink = OxmlElement("w:hyperlink")
            hyperlink.set(qn("w:anchor"), link)
            run._r.addprevious(hyperlink)
            hyperlink.append(run._r)

    def _mark(self, element: HtmlElement, run: docx.text.run.Run) -> None:
        """The place that a link within the page leads to."""
        name = self._names.get(element.get("id", ""))
        if name:
            mark(run, name, number=int(name.partition("_")[2]))

    def _caption(self, kind: str, text: str) -> Paragraph:
        paragraph = self._document.add_paragraph(f"{self._words[kind]} ", "Caption")
        add_field(paragraph, f"SEQ {self._words[kind]} \\* ARABIC", self._numbering.next(kind))
        paragraph.add_run(f". {text}")
        return paragraph

    def _table(self, element: HtmlElement) -> None:
        rows = element.xpath(".//tr")
        width = max((len(row.xpath("./th|./td")) for row in rows), default=0)
        if not width:
            return
        caption = " ".join("".join(element.xpath("./caption//text()")).split())
        if caption:
            self._caption("table", caption).paragraph_format.keep_with_next = True
        table = self._document.add_table(rows=len(rows), cols=width, style="Table Grid")
        table.autofit = False
        widths = fit_columns([_texts(row, width) for row in rows], width=_WIDTH.cm)
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = Cm(wide)
        about = OxmlElement("w:tblDescription")
        about.set(qn("w:val"), caption)
        table._tbl.tblPr.append(about)
        for row, drawn in zip(rows, table.rows, strict=True):
            properties = drawn._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if row.getparent().tag == "thead":
                properties.append(OxmlElement("w:tblHeader"))
            cells = drawn.cells
            for cell, wide in zip(cells, widths, strict=True):
                cell.width = Cm(wide)
            for at, cell in enumerate(row.xpath("./th|./td")):
                cells[at].paragraphs[0].style = (
                    "Table Text" if width < _MANY else "Small Table Text"
                )
                self._cell(cells[at], cell, is_header=row.getparent().tag == "thead")
        self._document.add_paragraph()

    def _cell(self, cell: _Cell, element: HtmlElement, *, is_header: bool) -> None:
        paragraph = cell.paragraphs[0]
        styles = frozenset({"th"}) if is_header else frozenset()
        self._inline(paragraph, element, styles=styles)
        if "number" in element.get("class", "").split():
            paragraph.alignment = docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT

    def _picture(self, element: HtmlElement) -> None:
        kind, _, data = element.get("src", "").partition(",")
        alternative = element.get("alt", "")
        if not re.search(r"image/(png|jpeg|webp)", kind):
            self._document.add_paragraph(alternative)
            return
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = io.BytesIO(base64.b64decode(data))
        if "webp" in kind:  # which Word does not know
            picture = as_png(picture)
        shape = paragraph.add_run().add_picture(picture, width=_WIDTH)
        shape._inline.docPr.set("descr", alternative)
        self._caption("figure", alternative.partition(". ")[0].rstrip("."))


def _texts(row: HtmlElement, width: int) -> list[str]:
    """What each cell of a row says; blank where the row has fewer than `width`."""
    texts = ["".join(cell.itertext()) for cell in row.xpath("./th|./td")]
    return texts + [""] * (width - len(texts))


def _walk(element: HtmlElement) -> Iterator[tuple[str, HtmlElement | None]]:
    """Each text of an element with the child that follows it."""
    text = element.text or ""
    for child in element:
        yield text, child
        text = child.tail or ""
    yield text, None
