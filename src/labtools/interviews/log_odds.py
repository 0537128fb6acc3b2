"""Counts → weighted log-odds: a second view on what one group says more than the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labtools.interviews.counts import Counts
from labtools.interviews.groups import Here, split_groups


def compare_log_odds(counts: Counts, here: Here, *, prior_words: float) -> pd.DataFrame:
    """Difference of the log-odds of each word, drawn towards 0 where the words are few.

    here: the source_ids of one group, or one truth value per source. prior_words: the prior's
    weight, in words (α₀): as many, spread like the words of both groups together, are added to
    each. Returns one row per word, those most certainly said more here first: `word`,
    `count_here, count_elsewhere`, `delta` (natural log), `z` (delta over its standard deviation),
    `prior_words`. Ranks words, and is no test: it takes the words of one interview for as many
    independent draws. NaN for a word that occurs nowhere, and for one that is all there is.
    Monroe, Colaresi & Quinn 2008, Political Analysis 16: 372, equations 15–22, with an
    informative Dirichlet prior. Raises ValueError where a group holds no words, or where
    `prior_words` is not above 0.
    """
    if not prior_words > 0:
        raise ValueError(f"prior_words must be above 0; found {prior_words}")
    inside, outside = split_groups(counts, here)
    y_here, y_elsewhere = (side.matrix.sum(axis=0).astype(float) for side in (inside, outside))
    n_here, n_elsewhere = (float(side.totals.sum()) for side in (inside, outside))
    prior = prior_words * (y_here + y_elsewhere) / (n_here + n_elsewhere)
    prior[prior == 0] = np.nan
    log_odds = [
        np.log(y + prior) - np.log(_nan_at_zero(n + prior_words - y - prior))
        for y, n in ((y_here, n_here), (y_elsewhere, n_elsewhere))
    ]
    delta = log_odds[0] - log_odds[1]
    variance = 1 / (y_here + prior) + 1 / (y_elsewhere + prior)
    compared = pd.DataFrame(
        {
            "word": counts.words,
            "count_here": y_here.astype(int),
            "count_elsewhere": y_elsewhere.astype(int),
            "delta": delta,
            "z": delta / np.sqrt(variance),
            "prior_words": prior_words,
        }
    )
    return compared.sort_values(["z", "word"], ascending=[False, True], ignore_index=True)


def _nan_at_zero(others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many other words there are; undefined where rounding alone keeps it from 0."""
    return np.where(others > 1e-9, others, np.nan)
