"""Counts → what one group of interviews says more than the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.interviews.counts import Counts
from labtools.interviews.dispersion import measure_dispersion
from labtools.interviews.groups import Here, split_groups

Floats = NDArray[np.float64]

MIN_INTERVIEWS = 3


def measure_keyness(counts: Counts, here: Here, *, level: float = 0.95) -> pd.DataFrame:
    """How much more each word is said here than elsewhere; describes, and proves nothing.

    here: the source_ids of one group, or one truth value per source. Returns one row per word,
    those most certainly said more here first, those said less last:
    - `word`; `count_here, count_elsewhere`; `interviews_here, interviews_elsewhere` that use it,
      of `n_here, n_elsewhere` interviews with words; `rate_here, rate_elsewhere` per 1,000 words,
      averaged over interviews;
    - `g2`: log-likelihood ratio of all four cells (Dunning 1993, Computational Linguistics 19: 61);
    - `log_ratio`: log₂ of the ratio of the shares of words, ½ added to each count and length
      (after Hardie 2014; the ½ is Walter's, 1975, Biometrika 62: 371);
    - `lrc`: the end nearer to 0 of the exact interval of that ratio, given both counts' sum
      (Clopper–Pearson), two-sided at `level` after Bonferroni's adjustment for all words of
      `vocabulary`; 0 where the interval holds 0 (Evert 2022, Measuring Keyness, DH2022);
    - `dp, dp_norm`: dispersion over the interviews here; `few`: fewer than three of them use it.

    `vocabulary` is the number of words that occur. A word that occurs nowhere stays, with NaN.
    `g2` and `lrc` take each word for a draw of its own, which the words of one interview are
    not: for p-values see `permutation`. Raises ValueError where a group holds no words.
    """
    inside, outside = split_groups(counts, here)
    here_n, elsewhere_n = int(inside.totals.sum()), int(outside.totals.sum())
    here_f, elsewhere_f = inside.matrix.sum(axis=0), outside.matrix.sum(axis=0)
    occurs = here_f + elsewhere_f > 0
    vocabulary = int(occurs.sum())
    spread = measure_dispersion(inside)
    interviews_here = spread["interviews"].to_numpy()
    cells = (here_f, here_n, elsewhere_f, elsewhere_n)
    keyness = pd.DataFrame(
        {
            "word": counts.words,
            "count_here": here_f,
            "count_elsewhere": elsewhere_f,
            "interviews_here": interviews_here,
            "interviews_elsewhere": _count_users(outside),
            "n_here": len(inside.sources),
            "n_elsewhere": len(outside.sources),
            "rate_here": inside.average_rates(),
            "rate_elsewhere": outside.average_rates(),
            "g2": np.where(occurs, _g2(*cells), np.nan),
            "log_ratio": np.where(occurs, _log_ratio(*cells), np.nan),
            "lrc": _conservative_log_ratio(*cells, alpha=(1 - level) / max(vocabulary, 1)),
            "dp": spread["dp"],
            "dp_norm": spread["dp_norm"],
            "few": interviews_here < MIN_INTERVIEWS,
            "vocabulary": vocabulary,
        }
    )
    return keyness.sort_values(
        ["lrc", "g2", "word"], ascending=[False, False, True], ignore_index=True
    )


def _count_users(counts: Counts) -> NDArray[np.int64]:
    users = counts.matrix.indices[counts.matrix.data > 0]
    return np.bincount(users, minlength=len(counts.words))


def _g2(f1: Floats, n1: int, f2: Floats, n2: int) -> Floats:
    """Twice the sum of observed × ln(observed / expected) over the four cells."""
    said, all_words = f1 + f2, n1 + n2
    g2 = np.zeros(len(said))
    for f, n in ((f1, n1), (f2, n2)):
        for observed, row in ((f, said), (n - f, all_words - said)):
            expected = np.maximum(row * (n / all_words), np.finfo(float).tiny)
            g2 += 2 * special.xlogy(observed, observed / expected)
    return np.maximum(g2, 0)


def _log_ratio(f1: Floats, n1: int, f2: Floats, n2: int) -> Floats:
    return np.log2((f1 + 0.5) / (n1 + 0.5)) - np.log2((f2 + 0.5) / (n2 + 0.5))


def _conservative_log_ratio(f1: Floats, n1: int, f2: Floats, n2: int, *, alpha: float) -> Floats:
    """The bound nearer to 0, found from the side on which the word is more frequent.

    Given the sum of the counts, the one on that side is binomial; `share` is the lower bound of
    its probability, and its odds times the ratio of the lengths is that of the shares of words.
    """
    more_here = f1 * n2 >= f2 * n1
    own, other = np.where(more_here, f1, f2), np.where(more_here, f2, f1)
    share = special.betaincinv(np.where(own > 0, own, np.nan), other + 1.0, alpha / 2)
    lengths = np.where(more_here, n2 / n1, n1 / n2)
    bound = np.maximum(np.log2(lengths * share / (1 - share)), 0)
    return np.asarray(np.where(more_here, bound, 0 - bound), dtype=float)
