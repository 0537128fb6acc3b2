"""A project → a REFI-QDA project (.qdpx) or codebook (.qdc), the same bytes each time."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd
from lxml import etree

from labtools.evidence.coding.project import CodingProject
from labtools.evidence.coding.refi import OWN
from labtools.evidence.coding.refi_files import PROJECT
from labtools.faults import BadInput, Fault

_PROJECT_SPACE = "urn:QDA-XML:project:1.0"
_CODEBOOK_SPACE = "urn:QDA-XML:codebook:1.0"
_DAWN = (1980, 1, 1, 0, 0, 0)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")


def make_guid(lab: str, kind: str, key: str) -> str:
    """A GUID that the same thing of the same lab always has."""
    return str(uuid5(uuid5(NAMESPACE_URL, f"urn:{OWN}:{lab}"), f"{kind}:{key}"))


def write_qdpx(project: CodingProject, *, name: str) -> bytes:
    """A project as REFI-QDA 1.0 has it: project.qde, and each text as sources/GUID.txt in UTF-8.

    project: keys of texts and codes are GUIDs, positions code points, texts with line feeds. A
    selection's name is its `id`, its memo a note; a whole source's coding stands at the source.
    `kept` is a note of its own, named labtools. BadInput for what XML cannot hold.
    """
    _check_xml(project)
    root = _make_root("Project", _PROJECT_SPACE, name=name)
    users = {coder: make_guid(name, "coder", coder) for coder in _list_coders(project)}
    if users:
        about = etree.SubElement(root, "Users")
        for coder, guid in users.items():
            etree.SubElement(about, "User", guid=guid, name=coder)
    if len(project.codes):
        _add_codes(etree.SubElement(root, "CodeBook"), project.codes)
    notes: dict[str, str] = {}
    if len(project.texts):
        sources = etree.SubElement(root, "Sources")
        groups = dict(list(project.selections.groupby("text", sort=False)))
        for text in project.texts.to_dict("records"):
            source = etree.SubElement(
                sources,
                "TextSource",
                guid=text["key"],
                name=text["name"],
                plainTextPath=f"internal://{text['key']}.txt",
            )
            rows = groups.get(text["key"], project.selections[:0]).to_dict("records")
            spans = [row for row in rows if row["start"] == row["start"]]
            for row in [*spans, *(row for row in rows if row["start"] != row["start"])]:
                _add_selection(source, row, name, users, notes)
    if project.kept:
        kept = json.dumps(project.kept, ensure_ascii=False, indent=1, sort_keys=True)
        notes[OWN] = _NO_XML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", kept)
    if notes:
        about = etree.SubElement(root, "Notes")
        for one, memo in notes.items():
            note = etree.SubElement(about, "Note", guid=make_guid(name, "note", one), name=one)
            etree.SubElement(note, "PlainTextContent").text = memo
    if project.kept:
        etree.SubElement(root, "NoteRef", targetGUID=make_guid(name, "note", OWN))
    files = {PROJECT: _as_bytes(root)}
    for text in project.texts.to_dict("records"):
        files[f"sources/{text['key']}.txt"] = text["text"].encode("utf-8")
    return _pack(files)


def write_qdc(project: CodingProject) -> bytes:
    """The codes alone, as a REFI-QDA codebook: names, descriptions, colours and nesting."""
    _check_xml(project)
    root = _make_root("CodeBook", _CODEBOOK_SPACE)
    _add_codes(root, project.codes)
    return _as_bytes(root)


def _make_root(tag: str, space: str, **attributes: str) -> Any:
    """An element to which children are added without a namespace: it is written with `space`."""
    return etree.Element(tag, {"origin": OWN, **attributes}, nsmap={None: space})


def _add_codes(above: Any, codes: pd.DataFrame) -> None:
    elements = {"": etree.SubElement(above, "Codes")}
    for code in codes.to_dict("records"):
        parent, about = elements[code["parent"]], {"guid": code["key"], "name": code["name"]}
        element = elements[code["key"]] = etree.SubElement(parent, "Code", about, isCodable="true")
        if _COLOUR.fullmatch(code.get("colour", "")):
            element.set("color", code["colour"])
        if code["definition"]:
            etree.SubElement(element, "Description").text = code["definition"]


def _add_selection(
    source: Any,
    row: Mapping[str, Any],
    lab: str,
    users: Mapping[str, str],
    notes: dict[str, str],
) -> None:
    """A selection with its coding; of a whole source the coding alone."""
    place = source
    if row["start"] == row["start"]:
        ends = {"startPosition": str(int(row["start"])), "endPosition": str(int(row["end"]))}
        about = {"guid": make_guid(lab, "selection", row["id"]), "name": row["id"], **ends}
        place = etree.SubElement(source, "PlainTextSelection", about)
    by = {"creatingUser": users[row["coder"]]} if row["coder"] else {}
    if _DAY.fullmatch(row["date"]):
        by["creationDateTime"] = f"{row['date']}T00:00:00Z"
    coding = etree.SubElement(place, "Coding", {"guid": make_guid(lab, "coding", row["id"]), **by})
    etree.SubElement(coding, "CodeRef", targetGUID=row["code"])
    if row["memo"]:
        note = f"memo {row['id']}"
        notes[note] = row["memo"]
        etree.SubElement(coding, "NoteRef", targetGUID=make_guid(lab, "note", note))


def _list_coders(project: CodingProject) -> list[str]:
    return list(dict.fromkeys([*project.kept.get("coders", {}), *project.selections["coder"]]))


def _check_xml(project: CodingProject) -> None:
    """BadInput for each cell with a sign that no XML file may hold."""
    faults = []
    for file, table, columns in (
        ("coding/codebook.csv", project.codes, ("name", "definition")),
        ("coding/segments.csv", project.selections, ("coder", "memo", "id")),
    ):
        for column in columns:
            for cell in table[column]:
                if found := _NO_XML.search(cell):
                    must, do = "is without control characters", "take it out of the cell"
                    sign = f"U+{ord(found[0]):04X} in {cell[:40]!r}"
                    faults.append(Fault(file, must, sign, do))
    if faults:
        raise BadInput(faults)


def _as_bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _pack(files: Mapping[str, bytes]) -> bytes:
    """A zip file of these, which does not say when it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, date_time=_DAWN)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return packed.getvalue()
