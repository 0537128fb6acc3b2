"""Coded segments → what each coder decided about each turn, summed up by source.

A unit is a turn of a source that enough coders have read. Who coded anything at all in a source
has read it; who has not is missing there, which is another thing than a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from labtools.frames import check_columns
from labtools.intervals import Floats

_PLACE = ["source_id", "turn"]
_LEAST_SOURCES = 5
_MOST_UNDEFINED = 0.05


@dataclass(frozen=True)
class CodingUnits:
    """What coders decided: a row per source, a column per code that any of them used.

    turns, coders: of each source, how many turns it has and how many have read it. marked: how
    often a coder marked a turn of the source with the code. either: how many of its turns any
    coder marked. split: pairs of coders of whom one marked the turn and the other did not,
    divided by the coders but one. readers: one row per source and coder who has read it;
    marks: one row per turn, code and coder.
    """

    sources: pd.Index
    codes: pd.Index
    turns: Floats
    coders: Floats
    marked: Floats
    either: Floats
    split: Floats
    readers: pd.DataFrame
    marks: pd.DataFrame


def keep_human(segments: pd.DataFrame, coders: pd.DataFrame) -> pd.DataFrame:
    """The segments of coders of whom coders.csv says that they are human."""
    check_columns(segments, "coder")
    human = coders.loc[coders["kind"] == "human", "coder"]
    return segments[segments["coder"].isin(list(human))].reset_index(drop=True)


def find_units(
    segments: pd.DataFrame, turns: pd.DataFrame, *, least_coders: int, order: Sequence[str]
) -> CodingUnits:
    """The decisions of the coders on every turn of the sources that so many of them have read.

    segments: one row per coded segment with `source_id, turn, code, coder`; turns: one row per
    turn that is a unit, with `source_id, turn`. A segment of a whole source (turn NaN), or of a
    turn that is not among `turns`, shows that its coder has read the source, and decides nothing
    more. Coded twice alike by one coder, a turn counts once. order: of
    the codes, such as the codebook's; others come last.

    >>> segments = pd.DataFrame({"source_id": "s", "turn": [1, 1, 2], "code": ["a", "a", "b"],
    ...                          "coder": ["x", "y", "y"]})
    >>> turns = pd.DataFrame({"source_id": "s", "turn": [1, 2, 3]})
    >>> units = find_units(segments, turns, least_coders=2, order=[])
    >>> list(units.codes), units.marked.tolist(), units.split.tolist()
    (['a', 'b'], [[2.0, 1.0]], [[0.0, 1.0]])
    """
    check_columns(segments, *_PLACE, "code", "coder")
    check_columns(turns, *_PLACE)
    readers = segments[["source_id", "coder"]].drop_duplicates()
    size = turns.groupby("source_id", sort=False).size()
    read_by = readers.groupby("source_id").size().reindex(size.index)
    sources = size.index[(read_by >= least_coders).to_numpy()]
    readers = readers[readers["source_id"].isin(sources)].reset_index(drop=True)
    decided = segments[[*_PLACE, "code", "coder"]].dropna(subset="turn").drop_duplicates()
    decided = decided[decided["source_id"].isin(sources)]
    units = turns[_PLACE].astype({"turn": "float64"})
    marks = decided.merge(units, on=_PLACE, validate="m:1")
    codes = order_codes(marks["code"], order)
    coders = read_by[sources].to_numpy(dtype=float)
    by_turn = marks.groupby([*_PLACE, "code"], sort=False).size().rename("yes").reset_index()
    yes = by_turn["yes"].to_numpy(dtype=float)
    row = sources.get_indexer(by_turn["source_id"])
    at = (row, codes.get_indexer(by_turn["code"]))
    others = np.maximum(coders[row] - 1, 1)  # a coder alone disagrees with nobody
    sums = [np.zeros((len(sources), len(codes))) for _ in range(3)]
    for table, amounts in zip(
        sums, (yes, np.ones(len(yes)), yes * (coders[row] - yes) / others), strict=True
    ):
        np.add.at(table, at, amounts)
    marked, either, split = sums
    length = size[sources].to_numpy(dtype=float)
    return CodingUnits(sources, codes, length, coders, marked, either, split, readers, marks)


def order_codes(used: Iterable[str], order: Sequence[str]) -> pd.Index:
    """The codes that are used, in this order; others come last, in alphabetical order."""
    there = set(used)
    known = [code for code in dict.fromkeys(order) if code in there]
    return pd.Index([*known, *sorted(there - set(known))], dtype="str")


def resample(
    statistic: Callable[[Floats], Floats],
    sources: int,
    *,
    draws: int,
    rng: np.random.Generator,
    level: float,
) -> dict[str, Floats]:
    """A statistic with its percentile interval when whole sources are drawn again.

    statistic: takes how often each source is drawn, one row per draw and one column per source,
    and returns one row per draw. Returns `estimate, low, high`; there is no interval with fewer
    than five sources, nor where the statistic is undefined in more than one draw in twenty, and
    none that leaves out the estimate. The percentiles are expanded for few sources: of a mean they
    are about Student's t interval (Hesterberg 2015, The American Statistician 69: 371).
    For alpha of a code in 14 to 40 simulated interviews 92 to 94 intervals of 100 held the truth.
    """
    estimate = statistic(np.ones((1, sources)))[0]
    low, high = np.full((2, len(estimate)), np.nan)
    if sources >= _LEAST_SOURCES:
        equal = np.full(sources, 1 / sources)
        drawn = statistic(rng.multinomial(sources, equal, size=draws).astype(float))
        defined = (np.isnan(drawn).mean(axis=0) <= _MOST_UNDEFINED) & ~np.isnan(estimate)
        if defined.any():
            tail = _expand_tail((1 - level) / 2, sources)
            found = np.nanquantile(drawn[:, defined], [tail, 1 - tail], axis=0)
            low[defined] = np.minimum(found[0], estimate[defined])
            high[defined] = np.maximum(found[1], estimate[defined])
    return {"estimate": estimate, "low": low, "high": high}


def _expand_tail(tail: float, sources: int) -> float:
    """The share of draws to cut off, so that few sources make the interval wide enough."""
    wider = np.sqrt(sources / (sources - 1)) * special.stdtrit(sources - 1, tail)
    return float(special.ndtr(wider))


def divide(upper: Floats, lower: Floats) -> Floats:
    """`upper` by `lower`, NaN where `lower` is 0."""
    found: Floats = np.full(np.shape(upper), np.nan)
    np.divide(upper, lower, out=found, where=lower != 0)
    return found
