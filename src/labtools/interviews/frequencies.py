"""Tokens → which words people use, and how many of the interviews use them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns
from labtools.intervals import bootstrap_by_cluster

MIN_INTERVIEWS_FOR_INTERVAL = 8


def estimate_rates(
    tokens: pd.DataFrame,
    column: str,
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
    check_columns(tokens, "source_id", column)
    lengths = tokens.groupby("source_id").size()
    kept = tokens[~tokens[column].isin(list(leave_out))]
    counts = kept.groupby([column, "source_id"]).size().rename("words").reset_index()
    per_word = counts.groupby(column).agg(
        interviews=("source_id", "nunique"), words=("words", "sum")
    )
    counts["rate"] = 1000 * counts["words"] / lengths.reindex(counts["source_id"]).to_numpy()
    per_word["estimate"] = counts.groupby(column)["rate"].sum() / len(lengths)
    chosen = (
        per_word.reset_index()
        .sort_values(["interviews", "estimate", column], ascending=[False, False, True])
        .head(most)
    )
    by_interview = (
        counts[counts[column].isin(chosen[column])]
        .pivot(index="source_id", columns=column, values="rate")
        .reindex(index=lengths.index, columns=chosen[column])
        .fillna(0.0)
    )
    low = high = np.full(len(chosen), np.nan)
    if len(lengths) >= MIN_INTERVIEWS_FOR_INTERVAL:
        low, high = bootstrap_by_cluster(by_interview.to_numpy(), rng=rng, level=level)
    chosen = chosen.assign(
        low=np.maximum(low, 0), high=high, n=len(lengths), unit="per thousand words"
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
