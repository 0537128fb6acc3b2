"""Word's XML (.docx) → paragraphs: what is text in it, and what is set in bold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

from labtools.evidence.transcripts.paragraphs import (
    Dialect,
    Paragraph,
    Piece,
    read_blocks,
    resolve_styles,
)
from labtools.faults import BadInput, Fault

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": _W.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": _FORMULA_TEXT[1:-2].encode(),
}
_UNREAD = frozenset(f"{_W}{tag}" for tag in ("del", "moveFrom", "rPr", "pPr", "sdtPr", "tblPr")) | {
    _FALLBACK
}
_SIGNS = {
    f"{_W}{tag}": sign
    for tag, sign in {
        "tab": "\t",
        "ptab": "\t",
        "br": "\n",
        "cr": "\n",
        "noBreakHyphen": "-",
    }.items()
}
_NO_SIGN = "\ufffd"
# What Word itself writes in this font while somebody types :) or -->
_WINGDINGS = {"4A": "☺", "4B": "😐", "4C": "☹", "DF": "←", "E0": "→", "E8": "⇨", "F3": "⇔"}


def unify_strict(data: bytes) -> bytes:
    """The XML of a Strict Open XML document with the namespaces that all others have."""
    for strict, usual in _STRICT.items():
        data = data.replace(strict, usual)
    return data


def read_word(root: Any, styles: Any | None, *, name: str) -> list[Paragraph]:
    """The paragraphs of word/document.xml; `styles` is the root of word/styles.xml.

    A symbol that no text font has is U+FFFD, but for the arrows and faces that Word writes by
    itself. BadInput where a part of the body lies in another file.
    """
    elsewhere = [*root.iter(f"{_W}altChunk", f"{_W}subDoc")]
    if elsewhere:
        must = "the document holds its text itself"
        found = f"{len(elsewhere)} part{'s' if len(elsewhere) > 1 else ''} that it only refers to"
        raise BadInput([Fault(name, must, found, "open it in Word and save it anew")])
    bold = {} if styles is None else _find_bold(styles)
    dialect = Dialect(
        paragraphs=frozenset({f"{_W}p"}),
        row=f"{_W}tr",
        cell=f"{_W}tc",
        is_unread=_is_unread,
        pieces=partial(_paragraph_pieces, styles=bold),
    )
    return list(read_blocks(root, dialect, count(1)))


def _is_unread(element: Any) -> bool:
    """Also a row of a table that was struck while changes were tracked."""
    struck = element.tag == f"{_W}tr" and element.find(f"{_W}trPr/{_W}del") is not None
    return struck or element.tag in _UNREAD


def _find_bold(styles: Any) -> dict[str, bool | None]:
    """Whether a style, of letters or of paragraphs, is bold; a heading is not, bold as it is."""
    own: dict[str, bool | None] = {}
    builds_on: dict[str, str | None] = {}
    for style in styles.iter(f"{_W}style"):
        which, looks = style.get(f"{_W}styleId", ""), style.find(f"{_W}rPr")
        own[which] = None if _value(looks, "b") is None else _is_on(looks, "b")
        if style.find(f"{_W}pPr/{_W}outlineLvl") is not None:
            own[which] = False
        builds_on[which] = _value(style, "basedOn")
    return resolve_styles(own, builds_on)


def _paragraph_pieces(
    paragraph: Any, nested: list[Any], *, styles: dict[str, bool | None]
) -> Iterator[Piece]:
    bold = bool(styles.get(_value(paragraph.find(f"{_W}pPr"), "pStyle") or ""))
    return _pieces(paragraph, nested, styles, inside=bold, bold=bold)


def _pieces(
    element: Any, nested: list[Any], styles: dict[str, bool | None], *, inside: bool, bold: bool
) -> Iterator[Piece]:
    """Pieces of a paragraph or run; `inside` is whether the paragraph's own style is bold."""
    for child in element:
        if child.tag in (f"{_W}t", _FORMULA_TEXT):
            yield Piece(child.text or "", bold)
        elif child.tag in _SIGNS:
            yield Piece(_SIGNS[child.tag], bold)
        elif child.tag == f"{_W}sym":
            yield Piece(_symbol(child), bold)
        elif child.tag == f"{_W}r":
            looks = child.find(f"{_W}rPr")
            if not _is_on(looks, "vanish"):
                styled = styles.get(_value(looks, "rStyle") or "")
                says = styled if _value(looks, "b") is None else _is_on(looks, "b")
                strong = inside if says is None else says
                yield from _pieces(child, nested, styles, inside=inside, bold=strong)
        elif child.tag == f"{_W}p":
            nested.append(child)
        elif not _is_unread(child):
            yield from _pieces(child, nested, styles, inside=inside, bold=bold)


def _symbol(element: Any) -> str:
    """A character that is given by its place in a font of symbols."""
    font, code = element.get(f"{_W}font", ""), element.get(f"{_W}char", "").upper()
    if font == "Wingdings":
        return _WINGDINGS.get(code[-2:], _NO_SIGN)
    letter = chr(int(code, 16) % 0x110000) if code else _NO_SIGN
    return _NO_SIGN if "\ue000" <= letter <= "\uf8ff" else letter


def _value(looks: Any, tag: str) -> str | None:
    """What looks say of `tag`: None where they say nothing, "on" without a value."""
    found = None if looks is None else looks.find(f"{_W}{tag}")
    return None if found is None else str(found.get(f"{_W}val", "on"))


def _is_on(looks: Any, tag: str) -> bool:
    return _value(looks, tag) not in {None, "0", "false", "off"}
