"""Tokens → which words stand together, within a turn and never across two."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from labtools.frames import check_columns
from labtools.interviews.ngrams import Ints, Tally, Words, number_words, tally

Floats = npt.NDArray[np.float64]

_AT_ONCE = 2**15  # pairs; what is reckoned of them fits in the processor's cache


def count_pairs(
    tokens: pd.DataFrame,
    column: Literal["word", "lemma"],
    *,
    window: int,
    order: Literal["kept", "either"],
    leave_out: Collection[str] = (),
    least_count: int = 1,
    least_sources: int = 1,
) -> pd.DataFrame:
    """How often two words stand at most `window` words apart in one turn.

    tokens: one row per word in the order of the text, with `source_id, turn`. order: "kept" has
    (a, b) apart from (b, a); "either" takes them together, in alphabetical order. Adjacent words
    are `window=1, order="kept"`.

    Returns one row per pair, by `g2` from those most together to those most apart: `first, second`
    (categorical), `count` (places of the pair), `interviews` that have it, `expected` (places by
    chance), `g2` and `log_dice`. Words in `leave_out` are in no pair but keep their places: they
    count in the window and in what is expected. Pairs in fewer than `least_count` places or
    `least_sources` interviews are not shown.

    `g2` is the log-likelihood ratio of the four cells (Dunning 1993) over all pairs of places no
    further apart than `window`; for "either" each is counted from both its ends. It is as high for
    words that avoid each other (`count` below `expected`, last in the table), and is no test:
    words of one person are not independent. `log_dice` is 14 + log2(2 f_xy / (f_x + f_y)) over the
    words' own frequencies (Rychlý 2008): 14 for words that are never apart, and comparable between
    corpora of different size, as g2 is not.
    Raises ValueError for a window below one.

    >>> said = "inte alls så inte alls dumt".split()
    >>> tokens = pd.DataFrame({"source_id": "i1", "turn": 1, "word": said})
    >>> pairs = count_pairs(tokens, "word", window=1, order="kept", least_count=2)
    >>> pairs[["first", "second", "count", "log_dice"]].to_numpy().tolist()
    [['inte', 'alls', 2, 14.0]]
    """
    if window < 1:
        raise ValueError(f"the window must be at least 1 word; found {window}")
    check_columns(tokens, "source_id", "turn", column)
    words = number_words(tokens, column)
    n_types = len(words.names)
    table = _tally_pairs(words, window=window, order=order, leave_out=leave_out)
    enough = (table.counts >= least_count) & (table.interviews >= least_sources)
    keys, count, interviews = (
        of_pair[enough] for of_pair in (table.keys, table.counts, table.interviews)
    )
    del table, enough  # what follows takes their memory, and no more: new memory is slow
    first, second = np.divmod(keys, max(n_types, 1))
    after, before = _reach(words, window=window)
    total = float(after.sum())
    seen = np.ones(len(count))  # how often the four cells hold one place of the pair
    if order == "either":
        after = before = after + before
        total, seen = 2 * total, np.where(first == second, 2.0, 1.0)
    expected, g2 = np.empty(len(count)), np.empty(len(count))
    for begin in range(0, len(count), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        of_first, of_second = after[first[part]], before[second[part]]
        expected[part] = of_first * of_second / total / seen[part]
        g2[part] = _log_likelihood(count[part] * seen[part], of_first, of_second, total)
    rank = _rank(np.where(count >= expected, -g2, g2))
    first, second, count = first[rank], second[rank], count[rank]
    said = np.bincount(words.codes, minlength=n_types)
    return pd.DataFrame(
        {
            "first": pd.Categorical.from_codes(first, categories=words.names),
            "second": pd.Categorical.from_codes(second, categories=words.names),
            "count": count,
            "interviews": interviews[rank],
            "expected": expected[rank],
            "g2": g2[rank],
            "log_dice": 14 + np.log2(2 * count / (said[first] + said[second])),
        },
        copy=False,
    )


def find_collocates(pairs: pd.DataFrame, node: str) -> pd.DataFrame:
    """The words that stand near one word, on either side.

    pairs: as `count_pairs` gives them with `order="either"`. Returns one row per word, in the
    order of `pairs`: `word, count, interviews, expected, g2, log_dice`; none where no pair has
    the node. Raises ValueError for pairs in the order they were said.
    """
    _check_either(pairs)
    is_first, is_second = pairs["first"] == node, pairs["second"] == node
    near = pairs[is_first | is_second]
    word = near["second"].astype("str").where(is_first[near.index], near["first"].astype("str"))
    return (
        near.drop(columns=["first", "second"])
        .assign(word=word)[["word", *near.columns[2:]]]
        .reset_index(drop=True)
    )


def find_network(pairs: pd.DataFrame, *, most: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The words that most belong together, as a network: its nodes and its edges.

    pairs: as `count_pairs` gives them with `order="either"`. Edges: the `most` pairs of two
    different words with the highest log_dice, one row each: `first, second, weight` (log_dice),
    `count, interviews`. Nodes: one row per word of an edge: `word, edges` (how many it has),
    `count` (places, over its edges), those with most edges first. Raises ValueError for pairs in
    the order they were said.
    """
    _check_either(pairs)
    edges = pairs[pairs["first"].astype("str") != pairs["second"].astype("str")]
    edges = edges.sort_values("log_dice", ascending=False, kind="stable").head(most)
    edges = edges.rename(columns={"log_dice": "weight"}).astype({"first": "str", "second": "str"})
    edges = edges[["first", "second", "weight", "count", "interviews"]].reset_index(drop=True)
    ends = [
        edges[[end, "count"]].set_axis(["word", "count"], axis=1) for end in ("first", "second")
    ]
    nodes = pd.concat(ends).groupby("word")["count"].agg(edges="size", count="sum").reset_index()
    nodes = nodes.sort_values(["edges", "word"], ascending=[False, True]).reset_index(drop=True)
    return nodes, edges


def _check_either(pairs: pd.DataFrame) -> None:
    """Raise ValueError where a pair stands after its alphabet: it is in the order it was said."""
    check_columns(pairs, "first", "second", "count", "interviews", "expected", "g2", "log_dice")
    if (pairs["first"].cat.codes > pairs["second"].cat.codes).any():
        raise ValueError('pairs must be in either order; count them with order="either"')


def _tally_pairs(
    words: Words, *, window: int, order: Literal["kept", "either"], leave_out: Collection[str]
) -> Tally:
    """Each pair as first * types + second, in how many places and in which sources."""
    n_types, n_sources = len(words.names), len(words.source_ids)
    kept = ~words.names.isin(list(leave_out))[words.codes]
    within = np.ones(len(kept), dtype=bool)
    near = []
    for step in range(1, min(window, len(kept)) + 1):
        # A pair from here on would end in the next turn.
        within[words.ends[words.ends >= step] - step] = False
        near.append(within[:-step] & kept[:-step] & kept[step:])
    cells = np.empty(sum(np.count_nonzero(left) for left in near), dtype=np.int64)
    begin = 0
    for step, left in enumerate(near, start=1):
        first, second = words.codes[:-step][left], words.codes[step:][left]
        if order == "either":
            first, second = np.minimum(first, second), np.maximum(first, second)
        part = cells[begin : (begin := begin + len(first))]  # filled in place: it is large
        part[:] = first
        part *= n_types
        part += second
        part *= n_sources
        part += words.sources[:-step][left]
    return tally(cells, n_sources=n_sources)


def _reach(words: Words, *, window: int) -> tuple[Floats, Floats]:
    """Per type: how many places lie within the window after its tokens, and before them."""
    n_types = len(words.names)
    after = before = np.bincount(words.codes, minlength=n_types) * window
    lengths = words.ends - words.starts
    for place in range(min(window, lengths.max())):
        # The window of the word in this place from the end, or the start, leaves its turn.
        long = lengths > place
        from_end = words.codes[words.ends[long] - 1 - place]
        from_start = words.codes[words.starts[long] + place]
        after = after - (window - place) * np.bincount(from_end, minlength=n_types)
        before = before - (window - place) * np.bincount(from_start, minlength=n_types)
    return after.astype(np.float64), before.astype(np.float64)


def _rank(values: Floats) -> Ints:
    """The places from the lowest value to the highest, equals in their order.

    As a stable argsort, which takes twice as long for millions of floats.
    """
    rank = np.argsort(values)
    ordered = values[rank]
    rank += np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0) * len(values)
    rank.sort()
    return rank % max(len(values), 1)


def _log_likelihood(both: Floats, first: Floats, second: Floats, total: float) -> Floats:
    """2 Σ O ln(O / E) over the four cells of tables with these margins."""
    g2 = np.zeros(len(both))
    for row, column, observed in (
        (first, second, both),
        (first, total - second, first - both),
        (total - first, second, second - both),
        (total - first, total - second, total - first - second + both),
    ):
        expected = row * column / total
        g2 += 2 * xlogy(observed, observed / np.where(expected > 0, expected, 1.0))
    return np.maximum(g2, 0.0)  # below nought only by rounding
