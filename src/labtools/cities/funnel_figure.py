"""Ink for a funnel: each city's share by how many people it counts, and the limits of chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from labtools.figures import COLOURS, add_legend, finish
from labtools.frames import check_columns
from labtools.words import Language, format_number, format_share, label

_LIMITS: dict[str, dict[str, Any]] = {
    "95": {"linestyle": "dashed", "linewidth": 1.0},
    "998": {"linewidth": 1.4},
}


def draw_funnel(
    funnel: pd.DataFrame,
    curves: pd.DataFrame,
    *,
    by: str = "city",
    language: Language,
    ax: Axes,
    names: Mapping[str, str],
) -> Axes:
    """A point per city, the share of all as a line, and two pairs of limits about it.

    funnel: as `funnel.estimate_funnel` gives it; curves: as `funnel.trace_limits` gives them. Only
    cities beyond the wider limits are named, and drawn full: order within the limits is chance.
    """
    check_columns(funnel, by, "estimate", "n_effective", "pooled", "outside")
    if funnel.empty:
        return ax
    pooled = float(funnel["pooled"].iloc[0])
    for name, look in _LIMITS.items():
        for side in ("low", "high"):
            ax.plot(
                curves["n_effective"], curves[f"{side}_{name}"], color="#555555",
                label=label(f"figure.limits_{name}", language) if side == "low" else None, **look,
            )  # fmt: skip
    ax.axhline(pooled, color="#333333", linewidth=0.8)
    within, outside = funnel[~funnel["outside"]], funnel[funnel["outside"]]
    ax.plot(within["n_effective"], within["estimate"], "o", color=COLOURS[0], markersize=4,
            markerfacecolor="none", alpha=0.8, clip_on=False)  # fmt: skip
    ax.plot(outside["n_effective"], outside["estimate"], "D", color=COLOURS[1], markersize=6,
            clip_on=False)  # fmt: skip
    told = []
    for city, share, people in outside[[by, "estimate", "n_effective"]].itertuples(index=False):
        name = names.get(city, city)
        ax.annotate(name, (people, share), xytext=(5, 4), textcoords="offset points", fontsize=9)
        told.append(f"{name} {format_share(share, language)}")
    ax.set_xlabel(label("figure.people", language))
    ax.set_ylabel(label("unit.share", language))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, language)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, language)))
    ax.grid(visible=True, axis="both", color="#DDDDDD")
    ax.margins(x=0.05)
    add_legend(ax)
    described = label("figure.funnel", language).format(
        cities=format_number(len(funnel), language),
        pooled=format_share(pooled, language),
        outside=", ".join(told) or label("figure.nobody", language),
    )
    return finish(ax, "funnel", described, language)
