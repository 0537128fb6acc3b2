"""Parts of documents and workbooks of Word and Excel: who wrote them, comments, links."""

from __future__ import annotations

import io
from typing import Any

import lxml.etree
import openpyxl

from labtools.privacy.gate.notes import Notes
from labtools.privacy.gate.references import is_fetched
from labtools.privacy.gate.tabled import look_at_rows

TYPES = "[Content_Types].xml"
_PERSONAL = frozenset("creator lastmodifiedby company manager keywords description".split())
_CHANGES = frozenset("ins del movefrom moveto rprchange pprchange".split())


def read_part(name: str, data: bytes, notes: Notes) -> None:
    """Note what a part of a document tells of those who wrote it, and what it fetches."""
    if not name.endswith((".xml", ".rels")):
        return
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = lxml.etree.fromstring(data, parser=parser)
    last = name.rpartition("/")[2].lower()
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if last in ("core.xml", "app.xml") and tag in _PERSONAL and (element.text or "").strip():
            notes.add("metadata", tag, name)
        if last == "custom.xml" and tag == "property" and "docProps" in name:
            notes.add("metadata", "a property", name)
        if tag in _CHANGES and "wordprocessingml" in str(element.tag):
            notes.add("comment", "a tracked change", name)
        if tag == "comment" and last.startswith(("comment", "threadedcomment")):
            notes.add("comment", "a comment", name)
        if tag == "relationship":
            _look_at_link(element, name, notes)


def _look_at_link(relationship: Any, name: str, notes: Notes) -> None:
    target = str(relationship.get("Target", ""))
    if relationship.get("TargetMode") == "External":
        is_link = str(relationship.get("Type", "")).endswith("/hyperlink")
        if not is_link or is_fetched("a", "href", target):
            notes.add("reference", "a relationship", name)


def look_at_workbook(data: bytes, notes: Notes) -> None:
    """Note the cells of a workbook that count too few people."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book:
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        look_at_rows(rows, notes, heads=1, place="a sheet")
