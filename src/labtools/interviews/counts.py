"""Tokens → how often each word occurs in each interview."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from labtools.frames import check_columns


@dataclass(frozen=True)
class Counts:
    """How often each word occurs in each interview.

    sources: source_ids, one per row of `matrix`; words: one per column; totals: all words of
    each source, also those that are not among `words`. Whatever compares the rows takes them for
    independent: a person's interviews are one row where `units.join_interviews` made them one.
    """

    sources: pd.Index
    words: pd.Index
    matrix: sparse.csr_array
    totals: npt.NDArray[np.int64]

    def rates(self) -> sparse.csr_array:
        """Each word per 1,000 words of each source; none where the source has no word at all."""
        per_word = np.divide(
            1000.0, self.totals, out=np.zeros(len(self.totals)), where=self.totals > 0
        )
        return sparse.csr_array(sparse.diags_array(per_word) @ self.matrix)

    def average_rates(self) -> npt.NDArray[np.float64]:
        """Each word per 1,000 words, averaged over the sources, which must all have words."""
        weights = 1000 / (self.totals * len(self.totals))
        return np.asarray(weights @ self.matrix, dtype=float)


def count_words(
    tokens: pd.DataFrame,
    *,
    column: Literal["word", "lemma"] = "lemma",
    least_sources: int = 1,
    leave_out: Collection[str] = (),
) -> Counts:
    """The counts of every word that at least so many sources use.

    tokens: as `tokenize` gives them; each source with a word in them is a row. leave_out: words
    that get no column; they stay in the totals, as do those that too few sources use.

    >>> tokens = pd.DataFrame({"source_id": ["a", "a", "b"], "lemma": ["gård", "gård", "hus"]})
    >>> counts = count_words(tokens.astype("category"))
    >>> counts.matrix.toarray().tolist(), counts.totals.tolist()
    ([[2, 0], [0, 1]], [2, 1])
    """
    check_columns(tokens, "source_id", column)
    sources, words = (tokens[name].astype("category").cat for name in ("source_id", column))
    row, place = sources.codes.to_numpy(), words.codes.to_numpy()
    if (np.diff(row) < 0).any():
        order = np.argsort(row, kind="stable")
        row, place = row[order], place[order]
    totals = np.bincount(row, minlength=len(sources.categories)).astype(np.int64)
    begins = np.concatenate([[0], np.cumsum(totals)])
    shape = (len(sources.categories), len(words.categories))
    matrix = sparse.csr_array((np.ones(len(row), dtype=np.int64), place, begins), shape=shape)
    matrix.sum_duplicates()
    used_by = np.bincount(matrix.indices, minlength=shape[1])
    wanted = (used_by >= max(least_sources, 1)) & ~words.categories.isin(list(leave_out))
    there = np.flatnonzero(totals)
    return Counts(
        sources.categories[there],
        words.categories[wanted],
        sparse.csr_array(matrix[there][:, np.flatnonzero(wanted)]),
        totals[there],
    )
