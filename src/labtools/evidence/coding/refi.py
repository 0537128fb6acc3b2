"""REFI-QDA projects (.qdpx) and codebooks (.qdc) → what they hold, as they hold it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from labtools.evidence.coding.project import (
    CODE_COLUMNS,
    SELECTION_COLUMNS,
    TEXT_COLUMNS,
    CodingProject,
)
from labtools.evidence.coding.quotes import find_cut
from labtools.evidence.coding.refi_files import (
    ProjectFiles,
    damaged,
    open_project,
    parse_project,
    starts_as_zip,
)
from labtools.evidence.files.encodings import read_bytes
from labtools.faults import BadInput

OWN = "labtools"
"""The origin of this project's own exports, and the name of the note that they keep rows in."""


def read_refi(path: Path, *, name: str) -> CodingProject:
    """A REFI-QDA project or codebook, of whatever program.

    Texts keep their byte-order mark and carriage returns, positions are as written. A selection's
    `quote` is its name where most names are words of their texts. Descriptions and notes of a
    selection or coding are its memo; of a code, its definition. A coding of a picture, recording
    or page has a quote in brackets that says where. Warnings: texts that are missing or empty,
    codes of the same name or without use, codings of unknown codes, notes and quotations that no
    code holds. BadInput where the file is damaged, too large, has a document type or names files
    outside itself. REFI-QDA 1.5, 2019; positions as its section on PlainTextSelection.
    """
    if starts_as_zip(path, name=name):
        with open_project(path, name=name) as files:
            return _Reader(files.read_project(), files, name).read()
    if path.suffix.lower() == ".qdpx":
        raise BadInput([damaged(name, "a file that is no zip file")])
    return _Reader(parse_project(read_bytes(path, name=name), name=name), None, name).read()


@dataclass
class _Reader:
    """One pass through the XML, which gathers rows and warnings."""

    root: Any
    files: ProjectFiles | None
    name: str
    texts: list[dict[str, Any]] = field(default_factory=list)
    selections: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    bare: int = 0

    def read(self) -> CodingProject:
        kind = _tag(self.root)
        if kind not in ("Project", "CodeBook"):
            raise BadInput([damaged(self.name, f"XML of another kind, {kind}")])
        self.users = {
            _guid(user): user.get("name") or user.get("id") or ""
            for user in self.root.iterfind("{*}Users/{*}User")
        }
        self.notes = {
            _guid(note): (note.get("name", ""), self._content(note) or "")
            for note in self.root.iterfind("{*}Notes/{*}Note")
        }
        self.kept = self._kept()
        self.used: set[str] = set()
        codes = list(self._codes())
        for source in self.root.iterfind("{*}Sources/*"):
            self._read_source(source)
        self._keep_quotes()
        self._warn(codes)
        return CodingProject(
            program=self.root.get("origin") or "a program that does not name itself",
            codes=pd.DataFrame(codes, columns=[*CODE_COLUMNS, "colour"], dtype="str"),
            texts=pd.DataFrame(self.texts, columns=list(TEXT_COLUMNS), dtype="object"),
            selections=_as_selections(self.selections),
            warnings=tuple(self.warnings),
            kept=self.kept,
        )

    def _codes(self) -> Iterator[dict[str, str]]:
        """Each code before the codes in it, in the order of the file."""
        path = "{*}Codes" if _tag(self.root) == "CodeBook" else "{*}CodeBook/{*}Codes"
        top = self.root.find(path)
        for code in top.iterdescendants("{*}Code") if top is not None else ():
            above = code.getparent()
            yield {
                "key": _guid(code),
                "parent": _guid(above) if _tag(above) == "Code" else "",
                "name": code.get("name", ""),
                "definition": self._memo(code),
                "colour": code.get("color", ""),
            }

    def _read_source(self, source: Any) -> None:
        name = source.get("name") or _guid(source)
        parts = [source] if _tag(source) == "TextSource" else []
        parts = parts or [*source.iterchildren("{*}Representation", "{*}Transcript")]
        for part in parts:
            self._add_text(_guid(part), name, part)
            points = {
                _guid(point): point.get("position") for point in part.iterchildren("{*}SyncPoint")
            }
            for chosen in part.iterchildren("{*}PlainTextSelection", "{*}TranscriptSelection"):
                ends = [chosen.get("startPosition"), chosen.get("endPosition")]
                if _tag(chosen) == "TranscriptSelection":
                    synced = ("fromSyncPoint", "toSyncPoint")
                    ends = [points.get(_plain(chosen.get(side, ""))) for side in synced]
                self._add_codings(chosen, _guid(part), ends, quote=chosen.get("name", ""))
        if not parts:
            self._add_text(_guid(source), name, None)
        key = _guid(parts[0] if parts else source)
        for whole in {_guid(part): part for part in [source, *parts]}.values():
            self._add_codings(whole, key, (None, None), quote="")
        for chosen in source:
            if (tag := _tag(chosen)).endswith("Selection") and tag not in _IN_TEXT:
                told = " ".join(f"{at} {chosen.get(at)}" for at in _PLACES if chosen.get(at))
                quote = f"[{tag.removesuffix('Selection')}: {told}]"
                self._add_codings(chosen, key, (None, None), quote=quote)

    def _add_text(self, key: str, name: str, part: Any) -> None:
        text = None if part is None else self._content(part)
        self.texts.append({"key": key, "name": name, "text": text})
        if text is None:
            self.warnings.append(f"{name}: its text is not in the file")
        elif not text.strip("\ufeff \r\n\t"):
            self.warnings.append(f"{name}: its text is empty")

    def _content(self, part: Any) -> str | None:
        inline = part.find("{*}PlainTextContent")
        if inline is not None:
            return inline.text or ""
        paths = (part.get("plainTextPath"), part.get("richTextPath"))
        for path in filter(None, paths) if self.files else ():
            text = self.files.read_text(path) if self.files else None
            if text is not None:
                return text
        return None

    def _add_codings(
        self, chosen: Any, text: str, ends: Sequence[str | None], *, quote: str
    ) -> None:
        codings = list(chosen.iterchildren("{*}Coding"))
        in_text = _tag(chosen).endswith("Selection")
        self.bare += in_text and not codings
        start, end = (float("nan" if side is None else side) for side in ends)
        memo = self._memo(chosen) if in_text else ""
        for coding in codings:
            reference = coding.find("{*}CodeRef")
            by = coding.get("creatingUser") or chosen.get("creatingUser") or ""
            date = coding.get("creationDateTime") or chosen.get("creationDateTime") or ""
            own = self._memo(coding)
            self.selections.append(
                {
                    "text": text,
                    "start": start,
                    "end": end,
                    "quote": quote,
                    "code": "" if reference is None else _plain(reference.get("targetGUID", "")),
                    "coder": self.users.get(_plain(by), ""),
                    "date": date[:10],
                    "memo": "\n\n".join(filter(None, [memo, own])),
                    "id": self.kept.get("ids", {}).get(_guid(coding), {}).get("segment_id", ""),
                }
            )

    def _memo(self, element: Any) -> str:
        """Its description and the notes that it refers to, with a blank line between them."""
        about = element.find("{*}Description")
        told = [about.text or ""] if about is not None else []
        for reference in element.iterchildren("{*}NoteRef"):
            target = _plain(reference.get("targetGUID", ""))
            self.used.add(target)
            told.append(self.notes.get(target, ("", ""))[1])
        return "\n\n".join(filter(None, told))

    def _keep_quotes(self) -> None:
        """Of our own export names are ids; of others they are quotations, or nothing to go by."""
        texts = {text["key"]: text["text"] for text in self.texts}
        if self.root.get("origin", "").startswith(OWN):
            for row in self.selections:
                if row["start"] == row["start"]:
                    text = texts[row["text"]] or ""
                    row["id"], row["quote"] = (
                        row["quote"],
                        text[int(row["start"]) : int(row["end"])],
                    )
            return
        told = [row for row in self.selections if row["quote"] and row["start"] == row["start"]]
        squeezed = {key: " ".join((text or "").split()) for key, text in texts.items()}
        words = sum(find_cut(row["quote"])[0] in squeezed[row["text"]] for row in told)
        if 2 * words < len(told):
            for row in told:
                row["quote"] = ""

    def _kept(self) -> dict[str, dict[str, dict[str, str]]]:
        """What an export of this project's own has laid in a note, whoever wrote the file since."""
        for name, text in self.notes.values():
            try:
                kept = json.loads(text) if name == OWN else None
            except ValueError:
                continue
            if isinstance(kept, dict):
                return {table: _as_rows(rows) for table, rows in kept.items()}
        return {}

    def _warn(self, codes: list[dict[str, str]]) -> None:
        names = Counter(code["name"].casefold() for code in codes)
        twice = [code["name"] for code in codes if names[code["name"].casefold()] > 1]
        used = {row["code"] for row in self.selections}
        unknown = used - {code["key"] for code in codes}
        for code in reversed(codes):  # a code is in use where one below it is
            used |= {code["parent"]} if code["key"] in used else set()
        unused = [code["name"] for code in codes if code["key"] not in used]
        others = [
            name or "without a name"
            for key, (name, _) in self.notes.items()
            if key not in self.used and name != OWN
        ]
        for name in {name.casefold(): name for name in reversed(twice)}.values():
            count = sum(other.casefold() == name.casefold() for other in twice)
            self.warnings.append(f"{count} codes are called {name}")
        if unused and used:
            self.warnings.append(f"codes without use ({len(unused)}): {', '.join(unused)}")
        if unknown:
            count = sum(row["code"] in unknown for row in self.selections)
            self.warnings.append(f"selections of codes that are not in the file: {count}")
        if self.bare:
            self.warnings.append(f"quotations without a code, left out: {self.bare}")
        if others:
            self.warnings.append(
                f"notes of their own, left out ({len(others)}): {', '.join(others)}"
            )


_IN_TEXT = ("PlainTextSelection", "TranscriptSelection")
_PLACES = ("page", "firstX", "firstY", "secondX", "secondY", "begin", "end")


def _as_selections(rows: list[dict[str, Any]]) -> pd.DataFrame:
    types = dict.fromkeys(SELECTION_COLUMNS, "str") | {"start": "float64", "end": "float64"}
    return pd.DataFrame(rows, columns=list(SELECTION_COLUMNS)).astype(types)


def _as_rows(rows: Any) -> dict[str, dict[str, str]]:
    return {
        key: {column: str(cell) for column, cell in row.items()}
        for key, row in (rows.items() if isinstance(rows, dict) else ())
        if isinstance(row, dict)
    }


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _guid(element: Any) -> str:
    return _plain(element.get("guid", ""))


def _plain(guid: str) -> str:
    return guid.strip().strip("{}").lower()
