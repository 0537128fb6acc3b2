"""Ink for estimates as they are and pooled: side by side, or of many cities how they spread."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from labtools.cities.spread import MOST_LINES, draw_estimates, rows_of
from labtools.figures import draw_intervals, new_axes
from labtools.words import Language


def draw_pooled(
    both: pd.DataFrame,
    *,
    title: str,
    language: Language,
    names: Mapping[str, str],
    zero: bool = False,
) -> Axes:
    """A line per city with both estimates; of more than twenty cities a line for each kind.

    both: one row per city and `kind` (raw, pooled), as `frames.stack` gives them. Returns axes of
    its own, as high as it needs. zero: an upright line at no change.
    """
    ax = new_axes(rows=rows_of(both, by="kind", each=1))
    if len(both) <= MOST_LINES:
        return draw_intervals(
            both, "city", series="kind", title=title, language=language, ax=ax, names=names,
            zero=zero,
        )  # fmt: skip
    return draw_estimates(
        both, "city", by="kind", title=title, language=language, ax=ax, names=names, zero=zero
    )
