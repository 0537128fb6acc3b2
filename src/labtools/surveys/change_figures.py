"""Ink for change: a line per person, and odds on a scale where half and double weigh the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from labtools.figures import COLOURS, MARKERS, add_legend, draw_intervals, finish
from labtools.frames import check_columns
from labtools.words import Language, format_estimate, format_number, label, label_with_n

_DIRECTIONS = {"rose": (0, "-"), "same": (2, ":"), "fell": (1, "--")}


def draw_pairs(
    pairs: pd.DataFrame,
    *,
    title: str,
    language: Language,
    ax: Axes,
    limits: tuple[float, float],
    waves: Sequence[str],
    names: Mapping[str, str],
) -> Axes:
    """A line per person from the first score to the last, and a thick one between the means.

    pairs: one row per person with `before, after, change`; who answered once is not drawn.
    limits: of the scale, the same for every city; waves: in order, by what `names` calls them.
    Lines differ in kind as well as colour: risen, unchanged, fallen, each with its n. `title` is
    the key of a label.
    """
    check_columns(pairs, "before", "after", "change")
    both = pairs.dropna(subset="change")
    if both.empty:
        return ax
    ends = [names.get(wave, wave) for wave in (waves[0], waves[-1])]
    told = []
    for direction, (at, line) in _DIRECTIONS.items():
        sign = {"rose": 1, "same": 0, "fell": -1}[direction]
        people = both[np.sign(both["change"]) == sign]
        name = label_with_n(label(f"column.{direction}", language), len(people), language)
        lines = ax.plot([0, 1], people[["before", "after"]].T.to_numpy(), line,
                        color=COLOURS[at], alpha=0.55, linewidth=1)  # fmt: skip
        for first in lines[:1]:
            first.set_label(name)
        told.append(name)
    means = both[["before", "after"]].mean().to_numpy()
    ax.plot([0, 1], means, color="black", linewidth=3, marker=MARKERS[0],
            label=label("figure.mean", language))  # fmt: skip
    for x, mean, side, align in zip((0, 1), means, (-8, 8), ("right", "left"), strict=True):
        ax.annotate(format_number(mean, language, decimals=2), (x, mean), xytext=(side, 0),
                    textcoords="offset points", ha=align, va="center")  # fmt: skip
    ax.set_xlim(-0.3, 1.3)
    ax.set_ylim(limits[0] - 0.1, limits[1] + 0.1)
    ax.set_xticks([0, 1], [label_with_n(wave, len(both), language) for wave in ends])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: format_number(y, language, decimals=1)))
    ax.set_ylabel(label("unit.points", language))
    ax.grid(visible=True, axis="y")
    add_legend(ax)
    described = [
        f"{wave} {format_estimate(mean, 'points', language)}"
        for wave, mean in zip(ends, means, strict=True)
    ]
    text = f"{label('figure.mean', language)}: {', '.join(described)}; {', '.join(told)}"
    return finish(ax, title, text, language)


def draw_odds(
    odds: pd.DataFrame,
    label_column: str,
    *,
    title: str,
    language: Language,
    ax: Axes,
    limits: tuple[float, float] = (1 / 32, 32),
    names: Mapping[str, str] | None = None,
    series: str | None = None,
) -> Axes:
    """Odds ratios as `figures.draw_intervals`, on a doubling scale with a line at 1.

    limits: the ends of the scale, the same for every city; intervals that go further are cut
    there, and stand whole in the alternative text. Where the table has a column `common`, it is
    a dashed line across each line's series.
    """
    ax = draw_intervals(odds, label_column, title=title, language=language, ax=ax, names=names,
                        series=series)  # fmt: skip
    if odds.empty:
        return ax
    if "common" in odds:
        _draw_common(odds.drop_duplicates(label_column), label_column, ax, language)
    ax.set_xscale("log", base=2)
    ax.set_xlim(*limits)
    ax.axvline(1, color="#333333", linewidth=1)
    ax.xaxis.set_major_locator(FixedLocator([1 / 16, 1 / 4, 1, 4, 16]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _name_odds(x, language)))
    return ax


def _draw_common(lines: pd.DataFrame, label_column: str, ax: Axes, language: Language) -> None:
    """The common odds ratio of each line, in ink and in the alternative text."""
    at, name = np.arange(len(lines)), label("column.common", language)
    ax.vlines(lines["common"], at - 0.32, at + 0.32, color="#333333", linewidth=1.5,
              linestyles="dashed")  # fmt: skip
    told = [
        f"{line} {format_estimate(common, 'odds ratio', language)}"
        for line, common in zip(lines[label_column], lines["common"], strict=True)
    ]
    ax.set_label(f"{ax.get_label()} {name}: {'; '.join(told)}.")


def _name_odds(ratio: float, language: Language) -> str:
    if ratio >= 1:
        return format_number(ratio, language)
    return f"1/{format_number(1 / ratio, language)}"
