"""Ink for flows: who went from what to what, a band for each, as wide as its people are many."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from labtools.cities.flows import SMALLER, find_kind
from labtools.figures import COLOURS, WIDTH_INCHES
from labtools.frames import check_columns
from labtools.words import Language, format_number, label

MOST_CITIES = 6  # that a figure has panels for
_GAP = 0.05  # between two statuses, of the height of a panel
_INCHES = 2.3
_LOOKS: dict[str, dict[str, Any]] = {
    "reached": {"facecolor": COLOURS[4]},
    "not": {"facecolor": COLOURS[5]},
    "unknown": {"facecolor": "#BBBBBB"},
    SMALLER: {"facecolor": "white", "edgecolor": "#767676", "hatch": "///"},
}


def new_panels(flows: pd.DataFrame) -> list[Axes]:
    """Empty axes below each other, one per city; one alone, and empty, of more than six cities."""
    count = flows["city"].nunique()
    rows = max(count, 1) if count <= MOST_CITIES else 1
    with mpl.rc_context({"hatch.color": "#BBBBBB"}):
        _, axes = plt.subplots(
            rows, 1, figsize=(WIDTH_INCHES, 0.6 + _INCHES * rows), layout="constrained",
            squeeze=False,
        )  # fmt: skip
    return list(axes[:, 0])


def draw_flows(
    flows: pd.DataFrame,
    *,
    reached: Collection[str],
    language: Language,
    axes: Sequence[Axes],
    names: Mapping[str, str],
) -> Sequence[Axes]:
    """A panel per city: what people did at the beginning to the left, at the end to the right.

    flows: as `flows.hide_small` gives them; the smaller flows stand below, across. The number in
    a band is its people; blue ends where the goal is reached, yellow where it is not, grey is
    unknown. Of more than six cities nothing is drawn: the table tells them.
    """
    check_columns(flows, "city", "before", "after", "n")
    counted = flows[flows["n"].notna()]
    cities = list(dict.fromkeys(counted["city"]))
    if not cities or flows["city"].nunique() > MOST_CITIES:
        return axes
    described = []
    for ax in axes:
        ax.set_axis_off()
    for city, ax in zip(cities, axes, strict=False):
        rows = counted[counted["city"] == city]
        _draw_panel(rows, ax, reached, names, language)
        name = names.get(city, city)
        ax.set_title(name, loc="left", fontsize=10, fontweight="bold")
        described.append(f"{name}: {'; '.join(_describe(rows, names, language))}")
    heading = label("caption.flows", language)
    figure = axes[0].figure
    figure.suptitle("\n".join(textwrap.wrap(heading, 80)), x=0.01, ha="left", fontsize=11)
    axes[0].set_label(f"{heading}. {'. '.join(described)}.")
    return axes


def _draw_panel(
    rows: pd.DataFrame,
    ax: Axes,
    reached: Collection[str],
    names: Mapping[str, str],
    language: Language,
) -> None:
    left, right = _stack(rows, "before", ax, names), _stack(rows, "after", ax, names)
    total = rows["n"].sum()
    for at, row in rows.iterrows():
        kind = SMALLER if row["after"] == SMALLER else find_kind(row["after"], reached)
        x = np.linspace(0, 1, 40)
        middle = left[at] + (right[at] - left[at]) * x**2 * (3 - 2 * x)
        half = row["n"] / total / 2
        look = {"edgecolor": "white", "linewidth": 0.8, **_LOOKS[kind]}
        ax.fill_between(x, middle - half, middle + half, **look)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        number = format_number(row["n"], language)
        ax.text(0.96, middle[-1], number, ha="right", va="center", fontsize=9, bbox=box)
    for place, side, end in ((-0.03, "right", "before"), (1.03, "left", "after")):
        ax.text(place, -0.07, label(f"column.{end}", language), ha=side, va="center", fontsize=9,
                color="#555555")  # fmt: skip
    gaps = max(rows["before"].nunique(), rows["after"].nunique()) - 1
    ax.set(xlim=(-0.55, 1.55), ylim=(1.02 + _GAP * gaps, -0.12))


def _stack(rows: pd.DataFrame, end: str, ax: Axes, names: Mapping[str, str]) -> dict[Any, float]:
    """Where the middle of each flow lies at one end, statuses in the order of the table."""
    other = "after" if end == "before" else "before"
    order = {one: at for at, one in enumerate(names)}
    places: dict[Any, float] = {}
    top, total = 0.0, rows["n"].sum()
    by = rows.sort_values([end, other], key=lambda cells: cells.map(order), kind="stable")
    for status, flows in by.groupby(end, sort=False):
        begin = top
        for at, n in flows["n"].items():
            places[at] = top + n / total / 2
            top += n / total
        side, x = ("right", -0.03) if end == "before" else ("left", 1.03)
        ax.text(x, (begin + top) / 2, names[str(status)], va="center", fontsize=9, ha=side)
        top += _GAP
    return places


def _describe(rows: pd.DataFrame, names: Mapping[str, str], language: Language) -> list[str]:
    told = []
    for before, after, n in rows[["before", "after", "n"]].itertuples(index=False):
        ends = names[before] if after == SMALLER else label("figure.flow", language).format(
            names[before], names[after]
        )  # fmt: skip
        told.append(f"{ends} {format_number(n, language)}")
    return told
