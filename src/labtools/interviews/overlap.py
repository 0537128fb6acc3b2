"""Where coders agree on the code of a turn: how far they marked the same characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns
from labtools.intervals import Floats
from labtools.interviews.coding_units import divide, resample


def measure_overlap(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    *,
    draws: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of characters marked by both, of those marked by either, in turns coded alike.

    segments: with `source_id, turn, start, end` (code points), `quote, code, coder`; without
    offsets the quotation is looked for in its turn, and what is not found is left out. turns: with
    `source_id, turn, text`. Returns one row per code that two coders gave the same turn: `code,
    estimate` (Jaccard's index, 0–1: a mean over pairs of coders within a turn, then over turns),
    `low, high, n` (turns), `unit`. Intervals draw whole sources (see `coding_units.resample`).
    Jaccard 1912, New Phytologist 11: 37.

    >>> segments = pd.DataFrame({"source_id": "s", "turn": 1, "start": [0, 2], "end": [6, 8],
    ...                          "quote": "", "code": "a", "coder": ["x", "y"]})
    >>> turns = pd.DataFrame({"source_id": ["s"], "turn": [1], "text": ["abcdefgh"]})
    >>> found = measure_overlap(segments, turns, draws=9, rng=np.random.default_rng(1))
    >>> found[["estimate", "n"]].values.tolist()
    [[0.5, 1.0]]
    """
    check_columns(segments, "source_id", "turn", "start", "end", "quote", "code", "coder")
    compared = _compare(_find_characters(segments, turns))
    sources, codes = (pd.Index(sorted(set(compared[name]))) for name in ("source_id", "code"))
    at = (sources.get_indexer(compared["source_id"]), codes.get_indexer(compared["code"]))
    shares, number = np.zeros((2, len(sources), len(codes)))
    np.add.at(shares, at, compared["share"])
    np.add.at(number, at, 1.0)

    def mean(weights: Floats) -> Floats:
        return divide(weights @ shares, weights @ number)

    found = resample(mean, len(sources), draws=draws, rng=rng, level=level)
    told = pd.DataFrame({"code": codes, **found})
    told = told.assign(n=number.sum(axis=0).astype("int64"), unit="share")
    return as_estimates(told, by=["code"])


def _find_characters(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """One row per turn, code and coder, with the places of the characters that are marked."""
    texts = turns[["source_id", "turn", "text"]].astype({"turn": "float64"})
    coded = segments.merge(texts, on=["source_id", "turn"], validate="m:1")
    spans = coded[["start", "end", "quote", "text"]].to_numpy().tolist()
    places = [_find_span(*span) for span in spans]
    coded = coded.assign(places=pd.Series(places, index=coded.index, dtype="object"))
    coded = coded[coded["places"].map(len).astype("int64") > 0]
    by = ["source_id", "turn", "code", "coder"]
    return coded.groupby(by)["places"].agg(_join).reset_index()


def _find_span(start: float, end: float, quote: str, text: str) -> range:
    if not np.isnan(start) and not np.isnan(end):
        return range(int(start), int(end))
    found = text.find(quote) if quote else -1
    return range(found, found + len(quote)) if found >= 0 else range(0)


def _join(places: Sequence[range]) -> frozenset[int]:
    return frozenset().union(*places)


def _compare(marked: pd.DataFrame) -> pd.DataFrame:
    """One row per turn and code that several coders marked: `source_id, code, share`."""
    by = ["source_id", "turn", "code"]
    several = marked[marked.duplicated(by, keep=False)]
    rows = [
        (source, code, np.mean([len(a & b) / len(a | b) for a, b in combinations(places, 2)]))
        for (source, _, code), places in several.groupby(by)["places"]
    ]
    return pd.DataFrame(rows, columns=["source_id", "code", "share"])
