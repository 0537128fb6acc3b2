"""The Mann–Whitney test of every word at once, over the interviews' rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special


def compare_ranks(rates: sparse.csc_array, here: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Two-sided p of Mann & Whitney for each column: normal, corrected for ties and continuity.

    rates: one row per interview, one column per word, none negative; here: one truth value per
    interview. 1 for a column whose rates are all alike. The interviews without a word tie at
    nought and are ranked without being written out. Mann & Whitney 1947, Annals of Mathematical
    Statistics 18: 50; ties as in Lehmann 1975, Nonparametrics.
    """
    interviews, words = rates.shape
    inside = int(here.sum())
    outside = interviews - inside
    positive = rates.data > 0
    column = np.repeat(np.arange(words), np.diff(rates.indptr))[positive]
    value, chosen = rates.data[positive], here[rates.indices[positive]]
    order = np.lexsort((value, column))
    column, value, chosen = column[order], value[order], chosen[order]

    used = np.bincount(column, minlength=words)
    unused = interviews - used
    unused_here = inside - np.bincount(column[chosen], minlength=words)
    changes = (np.diff(column) != 0) | (np.diff(value) != 0)
    starts = np.flatnonzero(np.concatenate(([True], changes))[: len(column)])
    tied = np.diff(np.append(starts, len(column))).astype(float)
    column_start = np.concatenate(([0], np.cumsum(used)))[column[starts]]
    rank = unused[column[starts]] + starts - column_start + (tied + 1) / 2
    ranks_here = np.repeat(rank, tied.astype(int))[chosen]
    rank_sum = unused_here * (unused + 1) / 2
    rank_sum += np.bincount(column[chosen], weights=ranks_here, minlength=words)
    ties = unused.astype(float) ** 3 - unused
    ties += np.bincount(column[starts], weights=tied**3 - tied, minlength=words)

    u = rank_sum - inside * (inside + 1) / 2
    away = np.abs(u - inside * outside / 2) - 0.5
    spread = interviews + 1 - ties / (interviews * max(interviews - 1, 1))
    deviation = np.sqrt(inside * outside / 12 * np.maximum(spread, 0))
    varies = deviation > 1e-9 * interviews
    z = np.where(varies, away, 0) / np.where(varies, deviation, 1)
    return np.where(varies, np.minimum(2 * special.ndtr(-z), 1), 1.0)
