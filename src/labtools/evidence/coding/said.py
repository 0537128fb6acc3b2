"""A lab's turns as one stream per source, to find texts and quotations in."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import PurePosixPath
from unicodedata import normalize

import numpy as np
import numpy.typing as npt
import pandas as pd

from labtools.evidence.coding.streams import CHUNK, make_stream
from labtools.frames import check_columns

_PROBES = 20  # places of a text at which it is compared with the lab's
_LEAST_HITS = 3
_COMMON = 0.05  # words in more of the turns than this tell turns apart badly


@dataclass(frozen=True)
class Spoken:
    """What is said in one source: its turns' stream, and for each character turn and offset."""

    source_id: str
    stream: str
    row: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int64]
    turns: list[int]
    labels: frozenset[str]


class Said:
    """All that is said in a lab.

    sources: rows with `source_id, file`; turns: rows with `source_id, turn, label, text,
    turn_hash`, in order.
    """

    def __init__(self, sources: pd.DataFrame, turns: pd.DataFrame) -> None:
        check_columns(sources, "source_id", "file")
        check_columns(turns, "source_id", "turn", "label", "text", "turn_hash")
        self.turns = turns.reset_index(drop=True)
        self.texts: list[str] = self.turns["text"].tolist()
        pairs = zip(self.turns["turn"].astype("str"), self.turns["turn_hash"], strict=True)
        self.numbers: list[tuple[str, str]] = list(pairs)
        groups = self.turns.groupby("source_id", sort=False).indices
        empty = np.array([], dtype="int64")
        self.by_source = {
            source: self._join(source, groups.get(source, empty)) for source in sources["source_id"]
        }
        self._names = _name_sources(sources)

    @cached_property
    def rows_by_turn(self) -> dict[tuple[str, str], int]:
        """From source and number of a turn, as text, to its place in the table."""
        pairs = zip(self.turns["source_id"], self.turns["turn"].astype("str"), strict=True)
        return {pair: row for row, pair in enumerate(pairs)}

    def _join(self, source: str, rows: npt.NDArray[np.int64]) -> Spoken:
        streams = [make_stream(self.texts[row]) for row in rows]
        lengths = [len(stream.text) for stream in streams]
        return Spoken(
            source,
            "".join(stream.text for stream in streams),
            np.repeat(rows, lengths).astype("int64"),
            np.concatenate([stream.at for stream in streams] or [rows]).astype("int64"),
            [0, *np.cumsum(lengths, dtype="int64").tolist()],
            frozenset(self.turns["label"].iloc[rows]),
        )

    def find_source(self, name: str, text: str | None) -> str:
        """The source of a text: by its id, its file's name or stem, else by what it says; or ""."""
        path = PurePosixPath(normalize("NFC", name).casefold().replace("\\", "/"))
        for known in dict.fromkeys([str(path), path.name, path.stem]):
            if len(found := self._names.get(known, set())) == 1:
                return next(iter(found))
        return self._find_by_words(text) if text else ""

    def _find_by_words(self, text: str) -> str:
        stream = make_stream(text).text
        last = max(len(stream) - 2 * CHUNK, 0)
        firsts = sorted({round(at) for at in np.linspace(0, last, _PROBES)})
        hits: Counter[str] = Counter()
        for first in firsts:
            chunks = (stream[at : at + CHUNK] for at in range(first, first + CHUNK))
            hits.update({source for chunk in chunks for source in self._chunks.get(chunk, ())})
        (best, most), (_, next_most) = (*hits.most_common(2), ("", 0), ("", 0))[:2]
        return best if most >= _LEAST_HITS and most > 2 * next_most else ""

    @cached_property
    def _chunks(self) -> dict[str, set[str]]:
        chunks: dict[str, set[str]] = {}
        for spoken in self.by_source.values():
            for at in range(0, len(spoken.stream) - CHUNK + 1, CHUNK):
                chunks.setdefault(spoken.stream[at : at + CHUNK], set()).add(spoken.source_id)
        return chunks

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        """From a word to the turns that have it."""
        turns_of: defaultdict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(self.texts):
            for word in set(text.casefold().split()):
                turns_of[word].append(row)
        return turns_of

    def find_nearest(self, quote: str, source: str) -> tuple[str, str, str]:
        """The source, turn and words most like a quotation; blanks where no turn shares a word.

        source: where to look; "" everywhere. The turn with most of its words, rare ones before
        common, and there what lies between the first and the last stretch that is the same.
        """
        score: defaultdict[int, float] = defaultdict(float)
        inside = self._rows_of(source)
        for word in set(quote.casefold().split()):
            rows = self._words.get(word, [])
            if source or len(rows) <= max(3, _COMMON * len(self.texts)):
                first, last = (bisect_left(rows, row) for row in (inside.start, inside.stop))
                for row in rows[first:last]:
                    score[row] += 1 / len(rows)
        if not score:
            return "", "", ""
        row = max(score, key=lambda one: (score[one], -one))
        told = self.turns.loc[row]
        return str(told["source_id"]), str(told["turn"]), _find_like(quote, self.texts[row])

    def _rows_of(self, source: str) -> range:
        if not source:
            return range(len(self.texts))
        rows = self.by_source[source].row
        return range(int(rows[0]), int(rows[-1]) + 1) if len(rows) else range(0)


def _name_sources(sources: pd.DataFrame) -> dict[str, set[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for source, file in zip(sources["source_id"], sources["file"].fillna(""), strict=True):
        path = PurePosixPath(normalize("NFC", file).casefold())
        for name in {source.casefold(), *_list_names(path)} if file else {source.casefold()}:
            names[name].add(source)
    return {name: _prefer(name, found) for name, found in names.items()}


def _list_names(path: PurePosixPath) -> Iterable[str]:
    return str(path), path.name, path.stem


def _prefer(name: str, found: set[str]) -> set[str]:
    """An id before the names of files."""
    own = {source for source in found if source.casefold() == name}
    return own or found


def _find_like(quote: str, text: str) -> str:
    words, there = quote.casefold().split(), text.casefold().split()
    blocks = SequenceMatcher(None, words, there, autojunk=False).get_matching_blocks()
    same = [block for block in blocks if block.size]
    if not same:
        return ""
    first = max(same[0].b - same[0].a, 0)
    last = same[-1].b + same[-1].size + len(words) - (same[-1].a + same[-1].size)
    return " ".join(text.split()[first:last])
