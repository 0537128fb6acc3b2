"""Ink for who learnt from whom: an arrow from each city to those that learnt there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from labtools.figures import COLOURS, finish
from labtools.frames import check_columns
from labtools.words import Language, format_number, label

MOST_CITIES = 12  # that all stand in the figure; of more, only those with an arrow
MOST_IN_RING = 24  # with names that can be read; of more, the pairs that most entries tell of
_ROOM = 9  # points between a city's dot and the end of an arrow
_WIDTHS = (1.5, 5.0)


def draw_arrows(
    arrows: pd.DataFrame,
    *,
    order: Sequence[str],
    language: Language,
    ax: Axes,
    names: Mapping[str, str],
) -> Axes:
    """The lab's cities in a ring, in their order, with an arrow for each pair that learnt.

    arrows: one row per pair, `learnt_from, city` (who learnt), `n` entries that tell it, as
    `learning.count_arrows` gives them; order: the lab's cities. The number at an arrow is its n,
    and the wider the arrow the higher. Cities outside the lab come last. A city without an arrow
    stands there as well, unless there are more than twelve. Of more than twenty-four cities with
    an arrow, those of the pairs with the highest n stand there. Without an arrow nothing is drawn.
    """
    check_columns(arrows, "learnt_from", "city", "n")
    if arrows.empty:
        return ax
    arrows = _keep_most(arrows)
    ends = pd.concat([arrows["learnt_from"], arrows["city"]]).drop_duplicates().tolist()
    inside = [city for city in order if city in ends or len(order) <= MOST_CITIES]
    ring = [*inside, *(city for city in ends if city not in order)]
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(ring)) / len(ring)
    places = {
        city: (1.6 * np.cos(angle), np.sin(angle)) for city, angle in zip(ring, angles, strict=True)
    }
    most = arrows["n"].max()
    for row in arrows.to_dict("records"):
        begin, end = places[row["learnt_from"]], places[row["city"]]
        width = _WIDTHS[0] + (_WIDTHS[1] - _WIDTHS[0]) * (row["n"] - 1) / max(most - 1, 1)
        bend = 0.18  # two cities that learn from each other have two arrows
        ax.add_patch(
            FancyArrowPatch(
                begin,
                end,
                arrowstyle=f"-|>,head_length={6 + width},head_width={3 + width}",
                connectionstyle=f"arc3,rad={bend}",
                shrinkA=_ROOM,
                shrinkB=_ROOM,
                linewidth=width,
                color=COLOURS[0],
            )
        )
        middle = (np.add(begin, end) / 2) + bend / 2 * np.array(
            [end[1] - begin[1], begin[0] - end[0]]
        )
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        number = format_number(row["n"], language)
        ax.text(middle[0], middle[1], number, ha="center", va="center", fontsize=11, bbox=box)
    for city, (x, y) in places.items():
        ax.plot(x, y, "o", color="#333333", markersize=7)
        side = "center" if abs(x) < 0.2 else "left" if x > 0 else "right"
        ax.text(1.09 * x, 1.12 * y, names.get(city, city), ha=side, va="center", fontsize=13,
                style="normal" if city in order else "italic")  # fmt: skip
    ax.set(xlim=(-2.6, 2.6), ylim=(-1.25, 1.25), aspect="equal")
    ax.set_axis_off()
    described = [
        label("figure.learnt", language).format(
            city=names.get(row["city"], row["city"]),
            learnt_from=names.get(row["learnt_from"], row["learnt_from"]),
            n=format_number(row["n"], language),
        )
        for row in arrows.to_dict("records")
    ]
    return finish(ax, "arrows", "; ".join(described), language)


def _keep_most(arrows: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the highest n, in their own order, as long as their cities have room."""
    kept: list[int] = []
    ring: set[str] = set()
    ranked = arrows.reset_index(drop=True).sort_values("n", ascending=False, kind="stable")
    for at, learnt_from, city in ranked[["learnt_from", "city"]].itertuples():
        if len(ring | {learnt_from, city}) <= MOST_IN_RING:
            ring |= {learnt_from, city}
            kept.append(at)
    return arrows.reset_index(drop=True).loc[sorted(kept)]
