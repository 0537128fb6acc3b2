"""Ink for segregation: how uneven beyond chance, and what was measured and what lot gives."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from labtools.figures import COLOURS, add_legend, draw_intervals
from labtools.frames import check_columns
from labtools.words import Language, format_share, label

_MARKS = {"raw": ("s", COLOURS[1]), "by_lot": ("x", "#333333")}


def draw_segregation(
    estimates: pd.DataFrame,
    *,
    language: Language,
    ax: Axes,
    names: Mapping[str, str],
) -> Axes:
    """A line per city: its index less chance with its interval, the index itself, that of lot.

    estimates: one index of one period per city, as `segregation.latest` gives them. Without a city
    that has an estimate nothing is drawn.
    """
    check_columns(estimates, "city", "index", "estimate", "raw", "by_lot")
    if not estimates["estimate"].notna().any():
        return ax
    draw_intervals(
        estimates, "city", title="segregation_figure", language=language, ax=ax, names=names,
        zero=True,
    )  # fmt: skip
    lines = {city: at for at, city in enumerate(dict.fromkeys(estimates["city"]))}
    at = estimates["city"].map(lines) + 0.24
    for column, (marker, colour) in _MARKS.items():
        ax.plot(estimates[column], at, marker, color=colour, markerfacecolor="none", markersize=6,
                linestyle="none", label=label(f"figure.{column}", language))  # fmt: skip
    add_legend(ax)
    ax.set_xlabel(label(f"index.{estimates['index'].iloc[0]}", language))
    told = [
        f"{names.get(row['city'], row['city'])}: "
        + ", ".join(
            f"{label(f'figure.{column}', language).lower()} {format_share(row[column], language)}"
            for column in _MARKS
        )
        for row in estimates.dropna(subset="raw").to_dict("records")
    ]
    ax.set_label(f"{ax.get_label()} {'; '.join(told)}.")
    return ax
