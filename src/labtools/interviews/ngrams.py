"""Tokens → the sequences of words that people repeat, within a turn and never across two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from labtools.frames import check_columns

Ints = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Words:
    """Tokens as numbers.

    One entry per token in the order of the text: codes, the place of its word in `names`, which
    are in alphabetical order; sources, the place of its interview in `source_ids`. One per turn:
    starts, its first token; ends, the first one after it.
    """

    names: pd.Index
    source_ids: pd.Index
    codes: Ints
    sources: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Tally:
    """How often each key occurs, and in how many sources.

    keys: each once, ascending; counts and interviews: per key, its occurrences and the sources
    that have it; cells: per occurrence, as `tally` was given them, ascending.
    """

    keys: Ints
    counts: Ints
    interviews: Ints
    cells: Ints

    def sum_weighted(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Per key: its occurrences, each with the weight of its source."""
        bounds = np.flatnonzero(_bound_runs(self.cells))
        weighted = weights[self.cells[bounds[:-1]] % max(len(weights), 1)]
        weighted *= np.diff(bounds)
        of_key = np.repeat(np.arange(len(self.keys)), self.interviews)
        return np.bincount(of_key, weights=weighted, minlength=len(self.keys)).astype(np.float64)


def number_words(tokens: pd.DataFrame, column: Literal["word", "lemma"]) -> Words:
    """Tokens as numbers; names may be among them that no token has."""
    words, sources = (pd.Categorical(tokens[name]) for name in (column, "source_id"))
    categories = pd.Index(words.categories.astype("str"))
    alphabetical = categories.argsort()
    rank = np.empty(len(categories), dtype=words.codes.dtype)
    rank[alphabetical] = np.arange(len(categories), dtype=rank.dtype)
    source, turn = sources.codes, tokens["turn"].to_numpy()
    begins = np.flatnonzero((source[1:] != source[:-1]) | (turn[1:] != turn[:-1])) + 1
    return Words(
        names=categories[alphabetical],
        source_ids=pd.Index(sources.categories),
        codes=rank[words.codes],
        sources=source,
        starts=np.append(0, begins),
        ends=np.append(begins, len(tokens)),
    )


def tally(cells: Ints, *, n_sources: int) -> Tally:
    """Count what occurs together: key * n_sources + source, per occurrence; sorts them in place."""
    cells.sort()
    keys = cells // max(n_sources, 1)
    bounds = np.flatnonzero(_bound_runs(keys))
    return Tally(
        keys=keys[bounds[:-1]],
        counts=np.diff(bounds),
        interviews=np.add.reduceat(_bound_runs(cells)[:-1], bounds[:-1], dtype=np.int64),
        cells=cells,
    )


def _bound_runs(values: Ints) -> Flags:
    """Whether a run of like values begins there; the last of one place more: where all end."""
    bounds = np.ones(len(values) + 1, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=bounds[1:-1])
    return bounds


def count_ngrams(
    tokens: pd.DataFrame,
    column: Literal["word", "lemma"],
    *,
    lengths: Sequence[int] = (2, 3, 4, 5),
    least_count: int,
    least_sources: int,
    leave_out: Collection[str] = (),
) -> pd.DataFrame:
    """Sequences of words that stand `least_count` times or more, in enough interviews.

    tokens: one row per word in the order of the text, with `source_id, turn`. Returns one row per
    n-gram, those of most interviews first, then by rate: `ngram` (its words with a space between
    them), `length`, `count`, `interviews` that have it, and `rate` per thousand words, averaged
    over all interviews. An n-gram all of whose places lie in one that is a word longer, and not
    longer than asked for, is not shown: that one says it all. Nor is one of nothing but words in
    `leave_out`. Punctuation is no word: an n-gram may run across it. Raises ValueError for lengths
    that are not whole numbers in order, from two up.

    >>> said = "det är som det är".split()
    >>> tokens = pd.DataFrame({"source_id": "i1", "turn": 1, "word": said})
    >>> count_ngrams(tokens, "word", least_count=2, least_sources=1).to_numpy().tolist()
    [['det är', 2, 2, 1, 400.0]]
    """
    if not lengths or min(lengths) < 2 or list(lengths) != list(range(lengths[0], lengths[-1] + 1)):
        raise ValueError(f"lengths must be whole numbers in order, from 2 up; found {lengths}")
    check_columns(tokens, "source_id", "turn", column)
    words = number_words(tokens, column)
    length_of = np.bincount(words.sources, minlength=len(words.source_ids))
    n_sources = max(int(np.count_nonzero(length_of)), 1)
    weights = 1000 / np.maximum(length_of, 1) / n_sources
    left_out = words.names.isin(list(leave_out))
    place: Ints = np.arange(len(words.codes), dtype=np.int32)
    number = words.codes
    parts = np.arange(len(words.names), dtype=np.int32)[:, np.newaxis]
    levels: list[pd.DataFrame] = []
    for length in range(2, lengths[-1] + 1):
        # An n-gram is two that are a word shorter, one place apart, both of them frequent. Two
        # words may be of two turns; two n-grams share a word, and with it the turn.
        joined = place[1:] == place[:-1] + 1
        if length == 2:
            joined[words.ends[:-1] - 1] = False
        place = place[:-1][joined]
        keys = number[:-1][joined].astype(np.int64)
        keys *= len(parts)
        keys += number[1:][joined]
        cells = keys * len(words.source_ids)
        cells += words.sources[place]
        table = tally(cells, n_sources=len(words.source_ids))
        frequent = (table.counts >= least_count) & (table.interviews >= least_sources)
        first, last = np.divmod(table.keys[frequent], max(len(parts), 1))
        parts = np.column_stack([parts[first], parts[last][:, -1]])
        level = pd.DataFrame(
            {
                "ngram": _join(parts, words.names),
                "length": length,
                "count": table.counts[frequent],
                "interviews": table.interviews[frequent],
                "rate": table.sum_weighted(weights)[frequent],
                "shown": ~left_out[parts].all(axis=1),
            }
        )
        if levels:
            levels[-1] = _hide_parts(levels[-1], of=level, parts=(first, last))
        levels.append(level)
        place, number = _keep_known(place, keys, known=table.keys[frequent])
    ngrams = pd.concat(levels, ignore_index=True)
    ngrams = ngrams[ngrams["shown"] & (ngrams["length"] >= lengths[0])].drop(columns="shown")
    by = ["interviews", "rate", "ngram"]
    return ngrams.sort_values(by, ascending=[False, False, True]).reset_index(drop=True)


def _hide_parts(shorter: pd.DataFrame, *, of: pd.DataFrame, parts: Sequence[Ints]) -> pd.DataFrame:
    """`shorter` without showing the n-grams that stand nowhere but in one that is a word longer.

    parts: for each row of `of`, the row of `shorter` that it begins with, or that it ends with.
    """
    shown, count = shorter["shown"].to_numpy(copy=True), shorter["count"].to_numpy()
    for part in parts:
        shown[part[of["count"].to_numpy() == count[part]]] = False
    return shorter.assign(shown=shown)


def _keep_known(place: Ints, keys: Ints, *, known: Ints) -> tuple[Ints, Ints]:
    """The places whose key is known, and its number there."""
    number = pd.Index(known).get_indexer(keys)
    found = number >= 0
    return place[found], number[found]


def _join(parts: Ints, names: pd.Index) -> pd.Series:
    """The words of each row with a space between them."""
    columns = [names.to_series(index=range(len(names))).iloc[column] for column in parts.T]
    return (
        columns[0]
        .str.cat([column.to_numpy() for column in columns[1:]], sep=" ")
        .reset_index(drop=True)
    )
