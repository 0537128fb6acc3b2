"""Tokens → which words stand together, within a turn and never across two."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from labtools.frames import check_columns
from labtools.interviews.ngrams import Tally, Words, number_words, tally

Floats = npt.NDArray[np.float64]


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
    first, second = np.divmod(table.keys[enough], max(n_types, 1))
    count = table.counts[enough]
    after, before = _reach(words, window=window)
    total = float(after.sum())
    seen = np.ones(len(count))  # how often the four cells hold one place of the pair
    if order == "either":
        after = before = after + before
        total, seen = 2 * total, np.where(first == second, 2.0, 1.0)
    said = np.bincount(words.codes, minlength=n_types)
    pairs = pd.DataFrame(
        {
            "first": pd.Categorical.from_codes(first, categories=words.names),
            "second": pd.Categorical.from_codes(second, categories=words.names),
            "count": count,
            "interviews": table.interviews[enough],
            "expected": after[first] * before[second] / total / seen,
            "g2": _log_likelihood(count * seen, after[first], before[second], total),
            "log_dice": 14 + np.log2(2 * count / (said[first] + said[second])),
        }
    )
    attraction = pairs["g2"].where(pairs["count"] >= pairs["expected"], -pairs["g2"])
    return pairs.iloc[np.argsort(-attraction.to_numpy(), kind="stable")].reset_index(drop=True)


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
    left_out = words.names.isin(list(leave_out))
    there = np.flatnonzero(~left_out[words.codes]).astype(np.int32)
    keys, sources = [np.empty(0, np.int64)], [np.empty(0, words.sources.dtype)]
    for step in range(1, window + 1):
        left, right = there[:-step], there[step:]
        near = (right - left <= window) & (right < words.ends[left])
        left, right = left[near], right[near]
        first, second = words.codes[left], words.codes[right]
        if order == "either":
            first, second = np.minimum(first, second), np.maximum(first, second)
        keys.append(first.astype(np.int64) * len(words.names) + second)
        sources.append(words.sources[left])
    return tally(np.concatenate(keys), np.concatenate(sources), n_sources=len(words.source_ids))


def _reach(words: Words, *, window: int) -> tuple[Floats, Floats]:
    """Per type: how many places lie within the window after its tokens, and before them."""
    here = np.arange(len(words.codes), dtype=np.int32)
    places = (words.ends - 1 - here, here - words.starts)
    after, before = (
        np.bincount(words.codes, weights=np.minimum(near, window), minlength=len(words.names))
        for near in places
    )
    return after.astype(np.float64), before.astype(np.float64)


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
