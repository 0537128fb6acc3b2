"""What python-docx has no call for: fields, bookmarks, numbering, language, the contents."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from PIL import Image

from labtools.words import Language

_CODES = {"sv": "sv-SE", "en": "en-GB"}
_EPOCH = datetime(2000, 1, 1)
_FIRST = "1"
_CHARACTERS = 5.6  # of the text of a table, in a centimetre
_BOLD = 1.2  # how much wider a heading's letters are
_PADDING = 2.8  # characters, at both sides of a column
_WORD = 13  # characters; longer ones are hyphenated where the columns are many
_LONG = 60


def element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML, its attributes named without their prefix."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def prepare(document: Document, *, title: str, language: Language) -> None:
    """A4, the styles that are needed, the language, and properties that name no person."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    foot = section.footer.paragraphs[0]
    add_field(foot, "PAGE", _FIRST)
    _add_styles(document)
    for languages in document.styles.element.iter(qn("w:lang")):
        languages.set(qn("w:val"), _CODES[language])
    settings = document.settings.element
    settings.find(qn("w:compat")).addprevious(element("w:updateFields", val="true"))
    settings.find(qn("w:defaultTabStop")).addnext(element("w:autoHyphenation", val="true"))
    for theme in settings.iter(qn("w:themeFontLang")):
        theme.set(qn("w:val"), _CODES[language])
    about = document.core_properties
    about.title, about.language = title, _CODES[language]
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = _EPOCH
    about.revision = 1
    package = document.part.package
    for link in [key for key, one in package.rels.items() if one.reltype.endswith("/thumbnail")]:
        del package.rels[link]  # a picture of the template, with data about itself


def fit_columns(rows: Sequence[Sequence[str]], *, width: float) -> list[float]:
    """How wide each column is: room for its longest word, the rest by how long its texts are.

    rows: the texts of each row, as many in each, the headings first; width: of them all.

    >>> rows = [["Stad", "Vad"], ["Umeå", "en lång mening"]]
    >>> [round(one, 1) for one in fit_columns(rows, width=10)]
    [3.1, 6.9]
    """
    columns = list(zip(*rows, strict=True))
    words = [
        max(_BOLD * _longest_word(heading), *map(_longest_word, texts), 0)
        for heading, *texts in columns
    ]
    least = [min(word, _WORD) + _PADDING for word in words]
    most = [
        max(min(max(map(len, of)), _LONG) + _PADDING, low)
        for of, low in zip(columns, least, strict=True)
    ]
    room = max(sum(most) - sum(least), 1)
    share = min(max(_CHARACTERS * width - sum(least), 0) / room, 1)
    wide = [low + share * (high - low) for low, high in zip(least, most, strict=True)]
    return [width * one / sum(wide) for one in wide]


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def as_png(picture: io.BytesIO) -> io.BytesIO:
    """A picture in WebP, which Word does not know, as PNG."""
    png = io.BytesIO()
    with Image.open(picture, formats=["WEBP"]) as image:
        image.save(png, "PNG", optimize=True)
    return png


def _add_styles(document: Document) -> None:
    styles = document.styles
    styles["Normal"].font.size = Pt(11)
    text = styles.add_style("Table Text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(0)
    small = styles.add_style("Small Table Text", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style, small.font.size = text, Pt(7.5)
    for level in (1, 2, 3):
        entry = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        entry.base_style = styles["Normal"]
        entry.paragraph_format.left_indent = Cm(0.5 * (level - 1))
        entry.paragraph_format.space_after = Pt(2)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0x0A, 0x4F, 0x94)
    link.font.underline = True


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field with the text that stands until it is updated."""
    begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, instruction: str) -> list[Run]:
    """The runs that begin a field, which `end_field` ends, there or in a later paragraph."""
    begin, told, separate = (paragraph.add_run() for _ in range(3))
    begin._r.append(element("w:fldChar", fldCharType="begin"))
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {instruction} "
    told._r.append(text)
    separate._r.append(element("w:fldChar", fldCharType="separate"))
    return [begin, told, separate]


def end_field(paragraph: Paragraph) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType="end"))


def mark(run: Run, name: str, *, number: int) -> None:
    """A bookmark around a run; number: another one for each bookmark of the document."""
    run._r.addprevious(element("w:bookmarkStart", id=str(number), name=name))
    run._r.addnext(element("w:bookmarkEnd", id=str(number)))


def add_contents(heading: Paragraph, headings: Sequence[tuple[int, str, str]]) -> None:
    """The list of contents after its heading: a field that Word can update, filled in already.

    headings: level, text and bookmark of each.
    """
    last = heading
    chosen = [one for one in headings if one[0] <= 2]
    for at, (level, text, name) in enumerate(chosen):
        entry = _paragraph_after(last, f"toc {level}")
        if at == 0:
            begin_field(entry, 'TOC \\o "1-2" \\h \\z \\u')
        hyperlink = element("w:hyperlink", anchor=name)
        run = entry.add_run(text)
        run._r.addprevious(hyperlink)
        hyperlink.append(run._r)
        if at == len(chosen) - 1:
            end_field(entry)
        last = entry


def _paragraph_after(paragraph: Paragraph, style: str) -> Paragraph:
    added = OxmlElement("w:p")
    paragraph._p.addnext(added)
    new = Paragraph(added, paragraph._parent)
    new.style = style
    return new


class Numbering:
    """Numbers captions, and begins each ordered list at 1."""

    def __init__(self, document: Document) -> None:
        self._root = document.part.numbering_part.element
        style = document.styles["List Number"].element
        self._of_style = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
        self._counts: dict[str, int] = {}

    def next(self, kind: str) -> str:
        """The number of the next caption of this kind."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return str(self._counts[kind])

    def begin(self) -> int:
        """A numbering of its own for a list."""
        numbers = self._root.findall(qn("w:num"))
        of_style = next(one for one in numbers if one.get(qn("w:numId")) == self._of_style)
        new = deepcopy(of_style)
        number = 1 + max(int(one.get(qn("w:numId"))) for one in numbers)
        new.set(qn("w:numId"), str(number))
        override = element("w:lvlOverride", ilvl="0")
        override.append(element("w:startOverride", val="1"))
        new.append(override)
        numbers[-1].addnext(new)
        return number

    def use(self, paragraph: Paragraph, number: int) -> None:
        """Number a paragraph with a list's own numbering."""
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = number
