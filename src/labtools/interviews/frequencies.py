"""Tokens → which words people use, and how many of the interviews use them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns
from labtools.intervals import bootstrap_by_cluster
from labtools.interviews.counts import count_words

MIN_INTERVIEWS_FOR_INTERVAL = 8


def estimate_rates(
    tokens: pd.DataFrame,
    column: Literal["word", "lemma"],
    *,
    leave_out: Collection[str],
    rng: np.random.Generator,
    most: int = 25,
    level: float = 0.95,
) -> pd.DataFrame:
    """The words that most interviews use, and how often they use them.

    tokens: one row per word with `source_id`. Returns one row per value of `column` (word or
    lemma), at most `most`: `estimate, low, high` per thousand words, averaged over *all*
    interviews so that a long one weighs no more than a short one; `n` interviews in the
    average, `unit`; `interviews` that use the word, `words` in all. Sorted by interviews, then
    rate. Words in `leave_out` stay in the denominator. The interval draws interviews again
    (bootstrap-t, cut at nought), is approximate with so few, and NaN for fewer than eight.
    """
    counts = count_words(tokens, column=column)
    used_by = np.bincount(counts.matrix.indices, minlength=len(counts.words))
    per_word = pd.DataFrame(
        {
            column: counts.words,
            "interviews": used_by,
            "words": counts.matrix.sum(axis=0),
            "estimate": counts.average_rates(),
            "place": range(len(counts.words)),
        }
    )
    chosen = (
        per_word[~per_word[column].isin(list(leave_out))]
        .sort_values(["interviews", "estimate", column], ascending=[False, False, True])
        .head(most)
    )
    interviews = len(counts.sources)
    low = high = np.full(len(chosen), np.nan)
    if interviews >= MIN_INTERVIEWS_FOR_INTERVAL:
        by_interview = counts.rates()[:, chosen["place"].to_numpy()].toarray()
        low, high = bootstrap_by_cluster(by_interview, rng=rng, level=level)
    chosen = chosen.drop(columns="place").assign(
        low=np.maximum(low, 0), high=high, n=interviews, unit="per thousand words"
    )
    return as_estimates(chosen, by=[column])


def count_without(tokens: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Every interview, with how often it uses a word and how long it is.

    Returns one row per interview, those that use it least first: `source_id, hits` (of this
    word) and `length` (all words).
    """
    check_columns(tokens, "source_id", column)
    hits = tokens[column] == value
    counted = hits.groupby(tokens["source_id"]).agg(hits="sum", length="size").reset_index()
    return counted.sort_values(["hits", "source_id"]).reset_index(drop=True)


def summarize_use(use: pd.DataFrame, word: str) -> pd.DataFrame:
    """One row: in how many interviews a word is `used`, in how many it is `absent`."""
    if use.empty:
        return pd.DataFrame(columns=["word", "used", "absent"])
    used = int((use["hits"] > 0).sum())
    return pd.DataFrame([{"word": word, "used": used, "absent": len(use) - used}])
