"""HTML, SVG and other XML: every text, attribute, comment, script and style of it."""

from __future__ import annotations

import re
from typing import Any

import lxml.etree
import lxml.html

from labtools.privacy.gate.notes import Notes
from labtools.privacy.gate.pictured import look_at_alternative
from labtools.privacy.gate.references import (
    find_fetched_by_css,
    is_elsewhere,
    is_fetched,
    is_fetched_by_script,
)
from labtools.privacy.gate.sought import Numbers
from labtools.privacy.gate.spellings import cut_data_uris, decode_payload, part_strings
from labtools.privacy.gate.tabled import look_at_table

_BLOCKS = frozenset(
    "address article aside blockquote body br button caption center col colgroup dd desc details "
    "dialog dir div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head "
    "header hr html iframe img legend li main menu meta metadata nav ol optgroup option p pre "
    "section select summary svg table tbody td text textarea tfoot th thead title tr ul "
    # of documents and workbooks
    "c cell comment creator description lastmodifiedby keywords row sdt si sheet subject tbl tc "
    "category company manager lpwstr".split()
)
_PROSE = frozenset(
    "alt title aria-label aria-description aria-roledescription summary content label descr "
    "placeholder value".split()
)
_GEOMETRY = frozenset(
    "d points transform viewbox style x y x1 x2 y1 y2 cx cy r rx ry dx dy width height values "
    "keytimes gradienttransform patterntransform offset integrity".split()
)
# Of a document's fonts: Hans is simplified Chinese, roman a family.
_LETTERS = frozenset({("font", "script"), ("family", "val")})
_ENTITIES = re.compile(r"<!ENTITY|<!DOCTYPE[^>]*\[", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']*)")
_EVENTS = ("start", "end", "comment", "pi")


def read_markup(data: bytes, notes: Notes, *, is_html: bool) -> None:
    """Look at every text of markup, as it is read and as it is written.

    A text that inline tags part is looked at whole and in its parts. What is not UTF-8, not well
    formed (but HTML, which browsers mend), or has entities of its own cannot be read.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    if _ENTITIES.search(text):
        notes.add("unreadable", "entities of its own", "")
    if "\x00" in text:
        notes.add("unreadable", "a byte 0", f"line {text.count(chr(10), 0, text.find(chr(0))) + 1}")
    encoded = text.encode("utf-8")
    if is_html:
        parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
        root = lxml.html.document_fromstring(encoded, parser=parser)
    else:
        xml = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        root = lxml.etree.fromstring(encoded, parser=xml)
    _Walk(notes, is_html=is_html).over(root)
    if is_html:  # of which a browser may show what this parser passes over
        written = part_strings(cut_data_uris(text)[0])
        notes.text(written, "as written", numbers="none", again=True)


class _Walk:
    """One way through a tree of elements; a run is the text between two blocks."""

    def __init__(self, notes: Notes, *, is_html: bool) -> None:
        self._notes = notes
        self._is_html = is_html
        self._run: list[str] = []
        self._at = ""
        self._page: list[str] = []

    def over(self, root: Any) -> None:
        for beside in (*root.itersiblings(preceding=True), *root.itersiblings()):
            self._aside(beside, "comment")
        for event, element in lxml.etree.iterwalk(root, events=_EVENTS):
            if event in ("comment", "pi"):
                self._aside(element, f"line {element.sourceline}, comment")
                self._run.append(element.tail or "")
            elif event == "start":
                self._begin(element)
            else:
                self._end(element)
        self._flush()
        self._notes.text("\n".join(self._page), "text", numbers="none", again=True)

    def _aside(self, node: Any, place: str) -> None:
        """A comment, or an instruction, which may name a style sheet."""
        self._notes.text(node.text or "", place)
        if node.tag is lxml.etree.PI and any(map(is_elsewhere, _HREF.findall(node.text or ""))):
            self._notes.add("reference", "a style sheet", place)

    def _begin(self, element: Any) -> None:
        tag, place = _local(element.tag), f"line {element.sourceline}, <{_local(element.tag)}"
        if tag in _BLOCKS:
            self._flush()
        if not self._run:
            self._at = f"{place}>"
        for name, value in element.attrib.items():
            self._attribute(element, tag, str(name), str(value), f"{place} {_local(name)}>")
        look_at_alternative(element, tag, f"{place}>", self._notes, is_html=self._is_html)
        if tag in ("table", "tbl", "dl"):
            look_at_table(element, tag, f"{place}>", self._notes)
        if tag in ("base", "meta") and _is_redirecting(element, tag):
            self._notes.add("reference", f"<{tag}>", f"{place}>")
        if tag == "meta" and element.get("name", "").lower() == "author" and element.get("content"):
            self._notes.add("metadata", "an author", f"{place}>")
        if tag in ("script", "style"):
            self._program(element, tag, f"{place}>")
        else:
            self._run.append(element.text or "")

    def _end(self, element: Any) -> None:
        if _local(element.tag) in _BLOCKS:
            self._flush()
        self._run.append(element.tail or "")

    def _flush(self) -> None:
        parts, self._run = [part for part in self._run if part], []
        joined = "".join(parts)
        if not joined.strip():
            return
        self._page.append(joined)
        self._notes.text(joined, self._at, prose=True)
        if len(parts) > 1:
            self._notes.text(" ".join(parts), self._at, again=True)

    def _program(self, element: Any, tag: str, place: str) -> None:
        text = "".join(element.itertext()) if not self._is_html else element.text or ""
        self._notes.text(part_strings(text), place)
        plain, _ = cut_data_uris(text)
        if tag == "style":
            found = list(find_fetched_by_css(plain))
        else:
            is_data = "json" in element.get("type", "").lower()
            found = [] if is_data or not is_fetched_by_script(plain) else ["an address"]
        for one in found:
            self._notes.add("reference", one, place)

    def _attribute(self, element: Any, tag: str, name: str, value: str, place: str) -> None:
        local = _local(name)
        head, comma, payload = value.partition(",")
        if comma and head.strip().lower().startswith("data:"):
            kind, _, parameters = head.strip()[5:].partition(";")
            data = decode_payload(parameters, payload)
            self._notes.within(data, kind.lower() or "text/plain", place)
            return
        if local == "srcdoc":
            self._notes.within(value.encode(), "text/html", place)
            return
        in_document = "openxmlformats" in str(element.tag)
        if in_document and (tag, local) in _LETTERS:
            return
        numbers: Numbers = "personal" if "://" in value else "all"
        if local in _GEOMETRY or (in_document and local not in _PROSE):
            numbers = "none"
        self._notes.text(value, place, prose=local in _PROSE, numbers=numbers)
        plain, _ = cut_data_uris(value)
        if local == "style" or "url(" in plain.lower():
            for one in find_fetched_by_css(plain):
                self._notes.add("reference", one, place)
        elif _may_fetch(element, name) and is_fetched(tag, local, plain):
            self._notes.add("reference", f"{local} of <{tag}>", place)
        elif local.startswith("on") and is_fetched_by_script(plain):
            self._notes.add("reference", "an address", place)


def _may_fetch(element: Any, name: str) -> bool:
    """Not in data about the picture, nor in the parts of a document, whose links are elsewhere."""
    spaces = f"{element.tag} {name}"
    return not any(word in spaces for word in ("rdf-syntax", "openxmlformats", "XMLSchema"))


def _is_redirecting(element: Any, tag: str) -> bool:
    equiv = element.get("http-equiv", "").strip().lower()
    return (tag == "base" and element.get("href") is not None) or equiv == "refresh"


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2].lower() if isinstance(name, str) else "entity"
