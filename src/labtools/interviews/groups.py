"""Interviews here and interviews elsewhere: the two sides of every comparison of words."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from labtools.interviews.counts import Counts

Here = Collection[str] | NDArray[np.bool_]


def choose_sources(counts: Counts, here: Here) -> NDArray[np.bool_]:
    """Which rows of `counts` are here: one truth value per source.

    here: such an array, or the source_ids. Raises ValueError where ids are not among the sources
    or the array has another length.
    """
    if isinstance(here, np.ndarray) and here.dtype == bool:
        if here.shape != (len(counts.sources),):
            raise ValueError(
                f"here must hold one truth value for each of {len(counts.sources)} interviews; "
                f"found {here.size}"
            )
        return here
    asked = list(here)
    unknown = sorted(set(asked) - set(counts.sources))
    if unknown:
        raise ValueError(f"here must name interviews that were counted; {unknown[0]} was not")
    return np.asarray(counts.sources.isin(asked), dtype=bool)


def keep_sources(counts: Counts, keep: NDArray[np.bool_]) -> Counts:
    """The same words counted in some of the sources only."""
    return Counts(counts.sources[keep], counts.words, counts.matrix[keep], counts.totals[keep])


def split_groups(counts: Counts, here: Here) -> tuple[Counts, Counts]:
    """The interviews here, and all others; those without a word are in neither: they have no rate.

    Raises ValueError where either group is left without interviews.
    """
    chosen = choose_sources(counts, here)
    spoken = counts.totals > 0
    inside, outside = spoken & chosen, spoken & ~chosen
    if not (inside.any() and outside.any()):
        raise ValueError(
            "a comparison needs an interview with words on both sides; "
            f"found {inside.sum()} here and {outside.sum()} elsewhere"
        )
    return keep_sources(counts, inside), keep_sources(counts, outside)
