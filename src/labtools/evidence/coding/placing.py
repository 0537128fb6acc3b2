"""Selections of another program → stretches of the lab's own turns, word for word or told why not.

A program's text is a whole file, with labels, times and line breaks; a lab's turns are what each
speaker says. The two are laid together by what is said (`streams.align`), and a selection is
placed only where each of its characters is in the turns too, white space and labels apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from labtools.evidence.coding.positions import find_plain, find_positions
from labtools.evidence.coding.project import CodingProject
from labtools.evidence.coding.quotes import find_cut
from labtools.evidence.coding.said import Said, Spoken
from labtools.evidence.coding.streams import align, make_stream

SEGMENT_COLUMNS = ("selection", "source_id", "turn", "start", "end", "quote", "turn_hash")
UNPLACED_COLUMNS = (
    "selection",
    "source",
    "quote",
    "reason",
    "nearest_source_id",
    "nearest_turn",
    "nearest_quote",
)


@dataclass(frozen=True)
class Placed:
    """What was placed and what was not.

    segments: one row per selection and turn that it touches: `selection` (its label in the
    project's table), `source_id, turn, start, end, quote, turn_hash`, numbers as text; `turn`
    blank for a coding of the whole source. unplaced: one row per other selection: `selection,
    source` (as the program names it), `quote, reason, nearest_source_id, nearest_turn,
    nearest_quote`. told: how positions were counted, which texts are no source of the lab.
    """

    segments: pd.DataFrame
    unplaced: pd.DataFrame
    told: tuple[str, ...]


@dataclass(frozen=True)
class _Text:
    """A text of the project beside the source it is of; for each seen character its place there."""

    name: str
    plain: str | None
    spoken: Spoken | None
    at: npt.NDArray[np.int64]
    to: npt.NDArray[np.int64]


def place_selections(project: CodingProject, said: Said) -> Placed:
    """Every selection of a project in the lab's turns, or the reason why not and what is nearest.

    With positions a selection is placed where they are; where it has a quotation too, its words
    must stand there in the program's own text. Without positions it is placed where its
    quotation stands once in the source. Offsets are code points of the turn, the end exclusive;
    white space at either end is left out.
    """
    rows = list(project.texts[["key", "name", "text"]].itertuples(index=False, name=None))
    there = {key: text for key, _, text in rows if isinstance(text, str)}
    selections = project.selections.assign(quote=project.selections["quote"].fillna(""))
    found, told = find_positions(there, selections)
    texts = {key: _lay(name, there.get(key), said) for key, name, _ in rows}
    lost = [text.name for text in texts.values() if text.spoken is None]
    if lost:
        told.append(f"texts that are no source of the lab ({len(lost)}): {', '.join(lost)}")
    segments: list[tuple[Any, ...]] = []
    unplaced: list[tuple[Any, ...]] = []
    columns = zip(
        selections.index,
        selections["text"],
        selections["quote"],
        selections["start"].notna() & selections["end"].notna(),
        found[["begin", "stop", "match"]].to_numpy().tolist(),
        strict=True,
    )
    for index, key, quote, has_place, (begin, stop, match) in columns:
        text = texts.get(key) or _Text(key, None, None, _NONE, _NONE)
        if has_place and text.plain is not None:
            parts, reason = _place_span(text, begin, stop, bool(match) or not quote, said)
            quote = quote or text.plain[max(begin, 0) : max(stop, 0)]
        else:
            parts, reason = _place_quote(text, quote, said)
        if parts:
            segments += [(index, *part) for part in parts]
        else:
            source = "" if text.spoken is None else text.spoken.source_id
            nearest = said.find_nearest(quote, source)
            unplaced.append((index, text.name, quote, reason, *nearest))
    return Placed(
        pd.DataFrame(segments, columns=list(SEGMENT_COLUMNS)),
        pd.DataFrame(unplaced, columns=list(UNPLACED_COLUMNS)),
        tuple(told),
    )


_NONE = np.array([], dtype="int64")
_Part = tuple[str, str, str, str, str, str]


def _lay(name: str, text: str | None, said: Said) -> _Text:
    plain = None if text is None else find_plain(text)
    source = said.find_source(name, plain)
    if not source or plain is None:
        return _Text(name, plain, said.by_source.get(source), _NONE, _NONE)
    spoken = said.by_source[source]
    stream = make_stream(plain, labels=spoken.labels)
    lines = np.flatnonzero(np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), "<u4") == 10)
    starts = [0, *np.searchsorted(stream.at, lines).tolist()]
    to = align(stream.text, spoken.stream, lines=starts, turns=spoken.turns)
    return _Text(name, plain, spoken, stream.at, to)


def _place_span(
    text: _Text, begin: int, stop: int, matches: bool, said: Said
) -> tuple[list[_Part], str]:
    if begin < 0 or stop < begin:
        return [], "its positions are not within the program's own text"
    if not matches:
        return [], "other words stand at its place in the program's own text"
    if text.spoken is None:
        return [], "its text is no source of the lab"
    first, last = np.searchsorted(text.at, [begin, stop])
    if first == last:
        return [], "nothing is said in it"
    to = text.to[first:last]
    if (to < 0).any():
        return [], "the lab's transcript has other words there"
    jumps = np.flatnonzero(np.diff(to) != 1)
    rows = text.spoken.row
    if (rows[to[jumps]] == rows[to[jumps + 1]]).any():
        return [], "the lab's transcript has more words there"
    return _split_turns(text.spoken, to, said), ""


def _place_quote(text: _Text, quote: str, said: Said) -> tuple[list[_Part], str]:
    if text.spoken is None:
        return [], "its text is no source of the lab"
    if not quote:
        return [(text.spoken.source_id, "", "", "", "", "")], ""
    words = make_stream(quote).text
    times = text.spoken.stream.count(words) if words else 0
    if times == 0 and find_cut(quote)[1]:
        return [], "its quotation is cut short, and it has no position"
    if times != 1:
        return [], "not in its source" if times == 0 else "several times in its source"
    at = text.spoken.stream.find(words)
    return _split_turns(text.spoken, np.arange(at, at + len(words)), said), ""


def _split_turns(spoken: Spoken, to: npt.NDArray[np.int64], said: Said) -> list[_Part]:
    """The stretch of each turn from the first to the last of these places in the stream."""
    rows = spoken.row[to]
    parts = []
    for row in dict.fromkeys(rows.tolist()):
        inside = spoken.offset[to[rows == row]]
        start, end = int(inside[0]), int(inside[-1]) + 1
        turn, hashed = said.numbers[row]
        parts.append(
            (spoken.source_id, turn, str(start), str(end), said.texts[row][start:end], hashed)
        )
    return parts


def make_check(said: Said) -> Callable[[Mapping[str, str]], bool]:
    """What tells of a row of segments.csv whether its words stand where it says."""
    row_of = said.rows_by_turn

    def stands(segment: Mapping[str, str]) -> bool:
        row = row_of.get((segment["source_id"], segment["turn"]))
        quote, start, end = segment["quote"], segment["start"], segment["end"]
        if segment["turn"] == "":
            return segment["source_id"] in said.by_source
        if row is None:
            return False
        whole = not (start.isdecimal() and end.isdecimal())
        words = said.texts[row] if whole else said.texts[row][int(start) : int(end)]
        return quote == "" or (quote in words if whole else quote == words.strip())

    return stands


def find_spans(segments: pd.DataFrame, said: Said) -> Mapping[int, tuple[int, int]]:
    """Where in its turn each segment without offsets has its quotation, if it stands there once.

    segments: rows with `source_id, turn, start, end, quote`, as text. Returns start and end by
    the segment's place in the table.
    """
    found = {}
    told = segments[["source_id", "turn", "start", "quote"]].to_numpy().tolist()
    for place, (source, turn, start, quote) in enumerate(told):
        row = said.rows_by_turn.get((source, turn))
        if start or row is None or said.texts[row].count(quote) != 1 or not quote:
            continue
        at = said.texts[row].find(quote)
        found[place] = (at, at + len(quote))
    return found
