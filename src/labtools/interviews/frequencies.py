"""Tokens → which words people use, and how many of them do."""

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
    """The words that most people or groups use, and how often they use them.

    tokens: one row per word with `source_id`, a person's interviews as one (see
    `units.join_interviews`). Returns one row per value of `column` (word or lemma), at most
    `most`: `estimate, low, high` per thousand words, averaged over *all* sources so that a long
    one weighs no more than a short one; `n` sources in the average, `unit`; `users`, how many of
    them use the word, `words` in all. Sorted by users, then rate. Words in `leave_out` stay in
    the denominator. The interval draws sources again (bootstrap-t, cut at nought), is approximate
    with so few, and NaN for fewer than eight.
    """
    counts = count_words(tokens, column=column)
    used_by = np.bincount(counts.matrix.indices, minlength=len(counts.words))
    per_word = pd.DataFrame(
        {
            column: counts.words,
            "users": used_by,
            "words": counts.matrix.sum(axis=0),
            "estimate": counts.average_rates(),
            "place": range(len(counts.words)),
        }
    )
    chosen = (
        per_word[~per_word[column].isin(list(leave_out))]
        .sort_values(["users", "estimate", column], ascending=[False, False, True])
        .head(most)
    )
    n = len(counts.sources)
    low = high = np.full(len(chosen), np.nan)
    if n >= MIN_INTERVIEWS_FOR_INTERVAL:
        by_source = counts.rates()[:, chosen["place"].to_numpy()].toarray()
        low, high = bootstrap_by_cluster(by_source, rng=rng, level=level)
    chosen = chosen.drop(columns="place").assign(
        low=np.maximum(low, 0), high=high, n=n, unit="per thousand words"
    )
    return as_estimates(chosen, by=[column])


def count_without(tokens: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Everyone, with how often they use a word and how much they say.

    tokens: as for `estimate_rates`. Returns one row per source, those that use it least first:
    `source_id, hits` (of this word) and `length` (all words).
    """
    check_columns(tokens, "source_id", column)
    hits = tokens[column] == value
    counted = hits.groupby(tokens["source_id"]).agg(hits="sum", length="size").reset_index()
    return counted.sort_values(["hits", "source_id"]).reset_index(drop=True)


def summarize_use(use: pd.DataFrame, word: str) -> pd.DataFrame:
    """One row: how many have a word `used`, and with how many it is `absent`."""
    if use.empty:
        return pd.DataFrame(columns=["word", "used", "absent"])
    used = int((use["hits"] > 0).sum())
    return pd.DataFrame([{"word": word, "used": used, "absent": len(use) - used}])
