"""OpenDocument's XML (.odt) → paragraphs: what is text in it, and what is set in bold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from labtools.evidence.transcripts.paragraphs import (
    Dialect,
    Paragraph,
    Piece,
    read_blocks,
    resolve_styles,
)

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_WEIGHT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}font-weight"
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_UNREAD = frozenset(
    {
        f"{_TEXT}tracked-changes",
        f"{_TEXT}note",
        f"{_TEXT}hidden-text",
        f"{_TEXT}ruby-text",
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
        f"{_SVG}title",
        f"{_SVG}desc",
    }
)
_SIGNS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}


def read_open_document(root: Any, styles: Any | None) -> list[Paragraph]:
    """The paragraphs of content.xml; `styles` is the root of styles.xml."""
    roots = [root] if styles is None else [styles, root]
    bold = _find_styles(roots, _WEIGHT, "bold")
    hidden = _find_styles(roots, f"{_TEXT}display", "none")

    def is_unread(element: Any) -> bool:
        display = element.get(f"{_TEXT}display")
        return element.tag in _UNREAD or display == "none" or bool(hidden.get(_style(element)))

    def pieces(element: Any, nested: list[Any], inside: bool = False) -> Iterator[Piece]:
        says = bold.get(_style(element))
        strong = inside if says is None else says
        yield Piece(" ".join((element.text or "").split("\n")), strong)
        for child in element:
            if child.tag == f"{_TEXT}s":
                yield Piece(" " * min(int(child.get(f"{_TEXT}c", "1")), 100), strong)
            elif child.tag in _SIGNS:
                yield Piece(_SIGNS[child.tag], strong)
            elif child.tag in _PARAGRAPHS:
                nested.append(child)
            elif isinstance(child.tag, str) and not is_unread(child):
                yield from pieces(child, nested, strong)
            yield Piece(" ".join((child.tail or "").split("\n")), strong)

    dialect = Dialect(_PARAGRAPHS, f"{_TABLE}table-row", f"{_TABLE}table-cell", is_unread, pieces)
    rows = count(1)
    bodies = root.findall(f"{_OFFICE}body")
    return [block for body in bodies for block in read_blocks(body, dialect, rows)]


def _style(element: Any) -> str:
    """The style of a paragraph, or of letters within one; "" for all else, and for headings."""
    family = {f"{_TEXT}p": "paragraph", f"{_TEXT}span": "text", f"{_TEXT}a": "text"}
    name = element.get(f"{_TEXT}style-name", "")
    return f"{family[element.tag]} {name}" if element.tag in family and name else ""


def _find_styles(roots: list[Any], attribute: str, value: str) -> dict[str, bool | None]:
    """What the document's styles say: whether `attribute` of their letters has `value`."""
    own: dict[str, bool | None] = {}
    builds_on: dict[str, str | None] = {}
    for style in (style for root in roots for style in root.iter(f"{_STYLE}style")):
        family = style.get(f"{_STYLE}family")
        which, parent = style.get(f"{_STYLE}name"), style.get(f"{_STYLE}parent-style-name")
        looks = style.find(f"{_STYLE}text-properties")
        found = None if looks is None else looks.get(attribute)
        own[f"{family} {which}"] = None if found is None else found == value
        builds_on[f"{family} {which}"] = parent and f"{family} {parent}"
    return resolve_styles(own, builds_on)
