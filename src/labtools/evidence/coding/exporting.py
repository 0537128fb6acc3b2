"""A lab's coding → a project for other programs, from which this one has everything back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from labtools.evidence.coding.code_order import order_codes
from labtools.evidence.coding.codebooks import describe_code, name_code
from labtools.evidence.coding.coded_rows import LOST, Rows, write_place
from labtools.evidence.coding.placing import find_spans, place_selections
from labtools.evidence.coding.project import CODE_COLUMNS, SELECTION_COLUMNS, CodingProject
from labtools.evidence.coding.refi import OWN
from labtools.evidence.coding.refi_writing import make_guid
from labtools.evidence.coding.said import Said
from labtools.evidence.coding.streams import make_stream
from labtools.words import Language


@dataclass(frozen=True)
class Exported:
    """The project, and what of the lab's coding it holds otherwise or not at all."""

    project: CodingProject
    told: tuple[str, ...]


def export_coding(
    said: Said, tables: Mapping[str, pd.DataFrame], *, lab: str, language: Language
) -> Exported:
    """A lab's codebook, coders and segments as a project of the texts that may be used.

    said: the turns of those whose words may be counted, raw; tables: codebook, coders, segments, as
    `read_table` gives them; lab: its name, from which GUIDs are made; language: of the codes'
    names. A text is a source's turns, a line each: the label, a colon, the words. Positions are
    code points. What the format has no room for, such as a code's slug or a month for a date, is
    kept as rows in one note. Left out: segments of turns that may not be used or are not there.
    """
    codes, moved = _make_codes(tables["codebook"], lab=lab, language=language)
    texts, firsts = _write_texts(said, lab=lab)
    segments = [_as_text(row) for row in tables["segments"].to_dict("records")]
    spans = list(_find_spans(segments, said))
    selections, kept, left = [], {}, []
    for row, span in zip(segments, spans, strict=True):
        if span == LOST:
            kept[row["segment_id"]] = {**row, "at": LOST}
        elif isinstance(span, str):
            left.append(row["segment_id"])
        else:
            selections.append(_make_selection(row, span, firsts, texts, lab=lab))
    frame = pd.DataFrame(selections, columns=list(SELECTION_COLUMNS))
    frame = frame.astype({"start": "float64", "end": "float64"})
    project = CodingProject(OWN, codes, _as_texts(texts, lab=lab), frame)
    rows = {row["segment_id"]: row for row in segments}
    kept |= _keep_segments(project, rows, said, tables["codebook"], lab=lab)
    whole = frame.loc[frame["start"].isna(), "id"]
    notes = {
        "codebook": {
            make_guid(lab, "code", row["code"]): _as_text(row)
            for row in tables["codebook"].to_dict("records")
        },
        "coders": {row["coder"]: _as_text(row) for row in tables["coders"].to_dict("records")},
        "segments": kept,
        "ids": {make_guid(lab, "coding", one): {"segment_id": one} for one in whole},
    }
    project = CodingProject(
        OWN, codes, project.texts, frame, kept={name: one for name, one in notes.items() if one}
    )
    lost = sum(one["at"] == LOST for one in kept.values())
    return Exported(project, (*moved, *_tell(lost, left)))


def _tell(lost: int, left: Sequence[str]) -> Iterator[str]:
    if lost:
        yield f"segments whose words no longer stand in their turn, in a note alone: {lost}"
    if left:
        yield (
            "segments left out, as their turn may not be used, is not there, or has no words to "
            f"find it by: {len(left)}"
        )


def _make_codes(
    codebook: pd.DataFrame, *, lab: str, language: Language
) -> tuple[pd.DataFrame, list[str]]:
    rows = []
    for row in map(_as_text, codebook.to_dict("records")):
        told = (describe_code(row, language=language), row.get("colour", ""))
        cells = (row["code"], row["parent"], name_code(row, language=language), *told)
        rows.append(dict(zip([*CODE_COLUMNS, "colour"], cells, strict=True)))
    table = pd.DataFrame(rows, columns=[*CODE_COLUMNS, "colour"], dtype="object")
    codes, moved = order_codes(table)
    for column in ("key", "parent"):
        codes[column] = [one and make_guid(lab, "code", one) for one in codes[column]]
    return codes, moved


def _write_texts(said: Said, *, lab: str) -> tuple[dict[str, str], dict[int, int]]:
    """The text of each source with turns, and where in it the words of each turn begin."""
    lines: dict[str, list[str]] = {}
    length: dict[str, int] = {}
    firsts: dict[int, int] = {}
    columns = said.turns[["source_id", "label", "text"]].to_numpy().tolist()
    for row, (source, label, words) in enumerate(columns):
        begun = f"{label}: " if label else ""
        firsts[row] = length.get(source, 0) + len(begun)
        lines.setdefault(source, []).append(f"{begun}{words}\n")
        length[source] = firsts[row] + len(words) + 1
    return {source: "".join(parts) for source, parts in lines.items()}, firsts


def _as_texts(texts: Mapping[str, str], *, lab: str) -> pd.DataFrame:
    rows = [(make_guid(lab, "source", source), source, text) for source, text in texts.items()]
    return pd.DataFrame(rows, columns=["key", "name", "text"], dtype="object")


def _find_spans(
    segments: Sequence[Mapping[str, str]], said: Said
) -> Iterator[tuple[int, int, int] | str | None]:
    """For each segment its turn's row, start and end; None for the whole source; else why not."""
    sources = set(said.turns["source_id"])
    table = pd.DataFrame(list(segments), columns=["source_id", "turn", "start", "quote"])
    quoted = find_spans(table, said)
    for place, one in enumerate(segments):
        row = said.rows_by_turn.get((one["source_id"], one["turn"]))
        if one["turn"] == "":
            yield _find_in_source(one, said) if one["source_id"] in sources else "no text"
        elif row is None:
            yield "no turn"
        elif one["start"] and one["end"]:
            start, end = int(one["start"]), int(one["end"])
            words = said.texts[row][start:end]
            is_there = start < end <= len(said.texts[row]) and one["quote"] in ("", words.strip())
            yield (row, start, end) if is_there else LOST
        elif not one["quote"]:
            yield row, 0, len(said.texts[row])
        else:
            yield (row, *quoted[place]) if place in quoted else LOST


def _find_in_source(one: Mapping[str, str], said: Said) -> tuple[int, int, int] | str | None:
    if not one["quote"]:
        return None
    spoken, words = said.by_source[one["source_id"]], make_stream(one["quote"]).text
    if not words or spoken.stream.count(words) != 1:
        return "no words"
    to = np.arange(len(words)) + spoken.stream.find(words)
    rows, offsets = spoken.row[to], spoken.offset[to]
    if rows[0] != rows[-1]:
        return "several turns"
    return int(rows[0]), int(offsets[0]), int(offsets[-1]) + 1


def _make_selection(
    row: Mapping[str, str],
    span: tuple[int, int, int] | str | None,
    firsts: Mapping[int, int],
    texts: Mapping[str, str],
    *,
    lab: str,
) -> dict[str, Any]:
    ends, quote = (float("nan"), float("nan")), ""
    if isinstance(span, tuple):
        turn, start, end = span
        ends = (float(firsts[turn] + start), float(firsts[turn] + end))
        quote = texts[row["source_id"]][int(ends[0]) : int(ends[1])]
    return {
        "text": make_guid(lab, "source", row["source_id"]),
        "start": ends[0],
        "end": ends[1],
        "quote": quote,
        "code": make_guid(lab, "code", row["code"]),
        "coder": row["coder"],
        "date": row["date"],
        "memo": row["memo"],
        "id": row["segment_id"],
    }


def _keep_segments(
    project: CodingProject,
    rows: Mapping[str, Mapping[str, str]],
    said: Said,
    codebook: pd.DataFrame,
    *,
    lab: str,
) -> dict[str, dict[str, str]]:
    """The rows that would not come back as they are from what the format has room for."""
    slugs = {make_guid(lab, "code", code): code for code in codebook["code"]}
    coders = {coder: coder for coder in project.selections["coder"]}
    day = project.selections["date"].where(project.selections["date"].str.len() == 10, "")
    bare = CodingProject(OWN, project.codes, project.texts, project.selections.assign(date=day))
    back = Rows(bare, said, slugs, coders, place_selections(bare, said), "").make_segments()
    same = {
        row["segment_id"]
        for row in back
        if {name: cell for name, cell in row.items() if name not in ("selection", "part")}
        == rows.get(row["segment_id"])
    }
    return {
        one["id"]: {**rows[one["id"]], "at": write_place(one["start"], one["end"])}
        for one in project.selections.to_dict("records")
        if one["id"] not in same
    }


def _as_text(row: Mapping[Any, Any]) -> dict[str, str]:
    """Cells as they stand in the file: numbers whole, blanks blank."""
    return {str(name): _write(cell) for name, cell in row.items()}


def _write(cell: Any) -> str:
    if isinstance(cell, float):
        return "" if cell != cell else str(int(cell))
    return str(cell)
