"""Counts → how evenly each word is spread over the interviews."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labtools.interviews.counts import Counts
from labtools.interviews.groups import keep_sources


def measure_dispersion(counts: Counts) -> pd.DataFrame:
    """How evenly each word is spread over the interviews, given how long they are.

    Returns one row per word, in the order of `counts`: `word`, `interviews` that use it, `n`
    interviews in all, `dp` and `dp_norm` (0: every interview has its share; towards 1: all of it
    in a short one) and `juilland_d` (1: the same rate everywhere; 0: in one interview only).
    Interviews without words count for nothing. NaN for a word that does not occur, and for
    `dp_norm` and `juilland_d` of a single interview. Gries 2008, International Journal of Corpus
    Linguistics 13: 403; Lijffijt & Gries 2012, same journal 17: 147 (DPnorm); Juilland & Chang-
    Rodríguez 1964, Frequency Dictionary of Spanish Words, with the interviews' rates for counts,
    because they differ in length.
    """
    spoken = keep_sources(counts, counts.totals > 0)
    matrix, interviews = spoken.matrix, len(spoken.sources)
    width = len(spoken.words)
    used = np.bincount(matrix.indices[matrix.data > 0], minlength=width)

    def per_word(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(matrix.indices, values, minlength=width), dtype=float)

    total = per_word(matrix.data.astype(float))
    total[total == 0] = np.nan
    length = np.repeat(spoken.totals, np.diff(matrix.indptr))
    part = length / spoken.totals.sum()
    share = matrix.data / total[matrix.indices]
    # An interview without the word differs by its part; the parts of all interviews sum to 1.
    dp = (1 + per_word(np.abs(share - part) - part)) / 2 + 0 * total
    rate = matrix.data / length
    mean = per_word(rate) / max(interviews, 1) + 0 * total
    away = rate - mean[matrix.indices]
    variance = (per_word(away**2) + (interviews - used) * mean**2) / max(interviews, 1)
    several = interviews > 1
    smallest = spoken.totals.min() / spoken.totals.sum() if several else np.nan
    most_uneven = np.sqrt(interviews - 1) if several else np.nan
    return pd.DataFrame(
        {
            "word": spoken.words,
            "interviews": used,
            "n": interviews,
            "dp": dp,
            "dp_norm": dp / (1 - smallest),
            "juilland_d": 1 - np.sqrt(variance) / mean / most_uneven,
        }
    )
