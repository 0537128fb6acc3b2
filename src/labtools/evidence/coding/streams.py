"""Texts without space or what nobody sees, and how two of them that say the same lie together."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import combining, is_normalized, normalize

import numpy as np
import numpy.typing as npt

from labtools.evidence.files.encodings import seen_text

CHUNK = 24
"""Characters that, standing once in each of two texts, tie them together there."""

_TIME = r"[\[(]?(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?[\])]?"
_GAP = r"[^\S\n]*"
_FURNITURE = (
    rf"^WEBVTT[^\n]*$|^(?:\d+{_GAP}\n)?[^\n]*-->[^\n]*$|^{_GAP}{_TIME}{_GAP}$"
    r"|</?[bciuv](?:[ .][^<>\n]*)?>"
)


class Stream(NamedTuple):
    """The characters of a text that are seen, and where in the text each of them stands."""

    text: str
    at: npt.NDArray[np.int64]


def make_stream(text: str, *, labels: Collection[str] | None = None) -> Stream:
    """The seen characters in NFC, white space left out.

    labels: of the speakers, in a text that has them in it: left out too where they begin a line,
    and with them times and what a file of subtitles has beside words. None: all is speech.

    >>> make_stream("Bo: Hej du\\n", labels=["Bo"]).text
    'Hejdu'
    """
    composed, origin = _compose(text)
    letters = np.frombuffer(composed.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    keep = _is_seen()[letters]
    if labels is not None:
        for match in _furniture(frozenset(labels) - {""}).finditer(composed):
            keep[match.start() : match.end()] = False
    kept = letters[keep].tobytes().decode("utf-32-le", "surrogatepass")
    return Stream(kept, origin[keep])


@cache
def _is_seen() -> npt.NDArray[np.bool_]:
    """For each code point whether it is kept."""
    seen = np.ones(sys.maxunicode + 1, dtype="bool")
    low = "".join(map(chr, range(0x3100)))
    seen[[ord(sign) for sign in low if sign.isspace() or not seen_text(sign)]] = False
    seen[0xFEFF] = False
    return seen


@cache
def _furniture(labels: frozenset[str]) -> re.Pattern[str]:
    names = sorted(labels, key=len, reverse=True)
    named = "|".join(r"[^\S\n]+".join(map(re.escape, name.split())) for name in names)
    label = (
        rf"|^{_GAP}(?:{_TIME}{_GAP})?(?:{named}){_GAP}(?:{_TIME}{_GAP})?(?:[:：]|\t|[–—-]\s|$)"
        if named
        else ""
    )
    return re.compile(_FURNITURE + label, flags=re.MULTILINE)


def _compose(text: str) -> tuple[str, npt.NDArray[np.int64]]:
    """The text in NFC, and for each of its characters where what it came from begins."""
    if is_normalized("NFC", text):
        return text, np.arange(len(text), dtype="int64")
    starts = [at for at, sign in enumerate(text) if at == 0 or not combining(sign)]
    parts = [normalize("NFC", text[a:b]) for a, b in pairwise([*starts, len(text)])]
    origin = np.repeat(np.array(starts, dtype="int64"), [len(part) for part in parts])
    return "".join(parts), origin


def align(
    said: str,
    meant: str,
    *,
    lines: Collection[int] = (),
    turns: Collection[int] = (),
) -> npt.NDArray[np.int64]:
    """For each character of `said` its place in `meant`; -1 where it has none.

    What is paired is the same character, in the same order. Chunks that stand once in either tie
    the two; between them what is alike from either end is paired, and a middle that stands
    whole, once, in the other. lines, turns: where in `said` lines and in `meant` turns begin: what
    fits either before or after something that one of the two lacks is paired so that lines or
    turns stay whole, and not at all where that can be done in two ways.

    >>> align("abXcd", "abcd").tolist()
    [0, 1, -1, 2, 3]
    >>> align("ja", "janejja", turns=[0, 2, 5]).tolist()
    [-1, -1]
    """
    if said == meant:
        return np.arange(len(said), dtype="int64")
    places = np.full(len(said), -1, dtype="int64")
    whole_lines, whole_turns = {*lines, len(said)}, {*turns, len(meant)}
    ties = [(0, 0, 0), *_tie(said, meant), (len(said), len(meant), 0)]
    for (a, b, length), (next_a, next_b, _) in pairwise(ties):
        places[a : a + length] = np.arange(b, b + length)
        first_a, first_b = a + length, b + length
        x, y = said[first_a:next_a], meant[first_b:next_b]
        borders, first = (whole_lines, first_a) if len(x) > len(y) else (whole_turns, first_b)
        edges = {at for at in range(max(len(x), len(y)) + 1) if at + first in borders}
        for at_x, at_y, count in _fill(x, y, edges):
            start = first_a + at_x
            places[start : start + count] = np.arange(count) + first_b + at_y
    return places


def _tie(said: str, meant: str) -> list[tuple[int, int, int]]:
    """Chunks that stand once in either text: where in both, and their length."""
    in_said, in_meant = _find_single(said), _find_single(meant)
    ties, cursor = [], 0
    for b in range(0, len(meant) - CHUNK + 1, CHUNK):
        chunk = meant[b : b + CHUNK]
        a = in_said.get(chunk, -1)
        if a >= cursor and in_meant[chunk] == b:
            ties.append((a, b, CHUNK))
            cursor = a + CHUNK
    return ties


def _find_single(text: str) -> dict[str, int]:
    """Where each chunk of a text stands; -1 for one that stands more than once."""
    places: dict[str, int] = {}
    for at in range(len(text) - CHUNK + 1):
        chunk = text[at : at + CHUNK]
        places[chunk] = -1 if chunk in places else at
    return places


def _fill(x: str, y: str, edges: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """What is alike of two texts: where in either, and how long. edges: of the longer one."""
    head, tail = _count_same(x, y), _count_same(x[::-1], y[::-1])
    short, more = min(len(x), len(y)), abs(len(x) - len(y))
    if head + tail > short:
        splits = [
            at for at in range(short - tail, head + 1) if at in edges and at + more in edges
        ] or [short - tail, head]
        head, tail = min(splits), short - max(splits)
    yield 0, 0, head
    yield len(x) - tail, len(y) - tail, tail
    inner_x, inner_y = x[head : len(x) - tail], y[head : len(y) - tail]
    if inner_y and inner_x.count(inner_y) == 1 and len(inner_y) < len(inner_x):
        yield head + inner_x.find(inner_y), head, len(inner_y)
    elif inner_x and inner_y.count(inner_x) == 1:
        yield head, head + inner_y.find(inner_x), len(inner_x)


def _count_same(x: str, y: str) -> int:
    """How many characters two texts have in common from their beginning."""
    pairs = enumerate(zip(x, y, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(x), len(y)))
