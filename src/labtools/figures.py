"""Ink: figures with n, intervals and an alternative text that holds the numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import Markdown, display
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from labtools.frames import ESTIMATE_COLUMNS, check_columns
from labtools.tables import format_cell
from labtools.words import (
    Language,
    format_estimate,
    format_interval,
    format_number,
    format_share,
    label,
    label_with_n,
)

WIDTH_INCHES = 7.0
# Okabe & Ito 2008: told apart with any colour vision; markers differ as well.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKERS = ("o", "s", "D", "^", "v", "P")
_STYLE = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "font.size": 10,
    "figure.facecolor": "white",
    "savefig.dpi": 100,
}


def new_axes(*, rows: int = 6) -> Axes:
    """Empty axes, 7 inches wide and high enough for `rows` lines of labels."""
    return new_panels(1, rows=rows)[0]


def new_panels(count: int, *, rows: int = 6) -> list[Axes]:
    """Empty axes side by side that share both scales; one at the least."""
    with mpl.rc_context(_STYLE):
        _, axes = plt.subplots(
            1,
            max(count, 1),
            figsize=(WIDTH_INCHES, 1.2 + 0.22 * max(rows, 5)),
            layout="constrained",
            sharex=True,
            sharey=True,
            squeeze=False,
        )
    return list(axes[0])


def draw_intervals(
    estimates: pd.DataFrame,
    label_column: str,
    *,
    title: str,
    language: Language,
    ax: Axes,
    names: Mapping[str, str] | None = None,
    series: str | None = None,
    target: str | None = None,
    limits: tuple[float, float | None] | None = None,
    zero: bool = False,
) -> Axes:
    """A line per row of an estimates table: a point, its interval, n in the label.

    label_column: names the lines, in the table's order from the top; series: a column whose
    values get a colour, a marker and a legend; target: a column drawn as a short upright line;
    zero: an upright line at no change. Rows whose estimate is NaN keep their line, without a
    point. `title` is the key of a label.
    """
    check_columns(estimates, label_column, *ESTIMATE_COLUMNS)
    if estimates.empty:
        return ax
    named = dict(names or {})
    series = series if series and estimates[series].any() else None  # not waves that nobody told
    lines = list(dict.fromkeys(estimates[label_column]))
    groups = list(dict.fromkeys(estimates[series])) if series else [None]
    offsets = np.linspace(-0.17, 0.17, len(groups)) if len(groups) > 1 else [0.0]
    for group, offset, colour, marker in zip(
        groups, offsets, cycle(COLOURS), cycle(MARKERS), strict=False
    ):
        rows = estimates if group is None else estimates[estimates[series] == group]
        at = np.array([lines.index(line) for line in rows[label_column]]) + offset
        name = None if group is None else format_cell(str(group), str(series), language, named)
        ax.hlines(at, rows["low"], rows["high"], color=colour, linewidth=2)
        ax.plot(
            rows["estimate"], at, marker, color=colour, label=name, linestyle="none", clip_on=False
        )
    if target and estimates[target].notna().any():
        at = np.array([lines.index(line) for line in estimates[label_column]])
        ax.vlines(estimates[target], at - 0.32, at + 0.32, color="#333333", linewidth=1.5,
                  linestyles="dashed", label=label("figure.target", language))  # fmt: skip
    if zero:
        ax.axvline(0, color="#333333", linewidth=1)
    ax.set_yticks(
        range(len(lines)),
        [_line_label(str(line), estimates, label_column, named, language) for line in lines],
    )
    ax.set_ylim(len(lines) - 0.5, -0.5)
    _scale(ax, str(estimates["unit"].iloc[0]), limits, language)
    add_legend(ax)
    described = [
        _describe(row, label_column, series, target, named, language)
        for row in estimates.to_dict("records")
    ]
    return finish(ax, title, "; ".join(described), language)


def draw_counts(
    counts: pd.DataFrame,
    label_column: str,
    *,
    title: str,
    language: Language,
    ax: Axes,
    names: Mapping[str, str] | None = None,
    series: str | None = None,
) -> Axes:
    """Bars from zero for a column `n`, stacked by `series`, with the total written at the end."""
    check_columns(counts, label_column, "n")
    if counts.empty or not counts["n"].sum():
        return ax
    named = dict(names or {})
    lines = list(dict.fromkeys(counts[label_column]))
    groups = list(dict.fromkeys(counts[series])) if series else [None]
    left, hatches = np.zeros(len(lines)), ("", "//", "..", "xx", "\\\\", "++")
    for index, group in enumerate(groups):
        rows = counts if group is None else counts[counts[series] == group]
        width = rows.groupby(label_column)["n"].sum().reindex(lines).fillna(0).to_numpy()
        name = None if group is None else format_cell(str(group), str(series), language, named)
        ax.barh(lines, width, left=left, color=COLOURS[index % 6], hatch=hatches[index % 6],
                edgecolor="white", label=name)  # fmt: skip
        left = left + width
    for at, total in enumerate(left):
        ax.annotate(format_number(total, language), (total, at), xytext=(4, 0),
                    textcoords="offset points", va="center")  # fmt: skip
    ax.set_yticks(
        range(len(lines)), [format_cell(str(line), label_column, language, named) for line in lines]
    )
    ax.set_ylim(len(lines) - 0.5, -0.5)
    ax.margins(x=0.08)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    add_legend(ax)
    described = [
        f"{format_cell(str(line), label_column, language, named)}: {format_number(total, language)}"
        for line, total in zip(lines, left, strict=True)
    ]
    return finish(ax, title, "; ".join(described), language)


def draw_distribution(
    scores: pd.DataFrame,
    column: str,
    *,
    panel: str,
    title: str,
    language: Language,
    axes: Sequence[Axes],
    limits: tuple[float, float],
    step: float,
    most: int,
    names: Mapping[str, str] | None = None,
) -> Sequence[Axes]:
    """A histogram of people per value of `panel`, one axes each, on the same scales.

    scores: one row per person (and wave). Bins are `step` wide from the lowest value; the
    scale of people ends at `most`. Panels keep the order of the table.
    """
    check_columns(scores, column, panel)
    named = dict(names or {})
    bins = np.arange(limits[0], limits[1] + step / 2, step)
    described = []
    for value, ax, colour in zip(dict.fromkeys(scores[panel]), axes, cycle(COLOURS), strict=False):
        people = scores.loc[scores[panel] == value, column].dropna()
        sns.histplot(x=people, bins=bins, color=colour, alpha=1, edgecolor="white", ax=ax)
        shown = format_cell(str(value), panel, language, named) if scores[panel].any() else ""
        name = label_with_n(shown, len(people), language)
        ax.set(xlabel=label(f"column.{column}", language), ylabel=label("figure.people", language))
        ax.set_title(name, loc="left", fontsize=10)
        ax.set_ylim(0, most)
        ax.grid(visible=True, axis="y")
        ax.grid(visible=False, axis="x")
        ax.xaxis.set_major_formatter(_ticks("points", language))
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        if len(people):
            at = np.quantile(people, [0.25, 0.5, 0.75])
            quartiles = [format_number(score, language, decimals=1) for score in at]
            told = label("figure.quartiles", language).format(*quartiles)
            described.append(f"{name}: {told}")
    if described:
        axes[0].figure.suptitle(label(f"caption.{title}", language), x=0.01, ha="left", fontsize=11)
        axes[0].set_label(f"{label(f'caption.{title}', language)}. {'; '.join(described)}.")
    return axes


def show(ax: Axes | Sequence[Axes], *, language: Language) -> None:
    """Display the figure with the alternative text that its drawing wrote, and close it.

    Where nothing was drawn, a sentence says so. The text is the label of the first axes.
    """
    first = ax if isinstance(ax, Axes) else ax[0]
    figure, text = first.figure, str(first.get_label())
    if text:
        display(figure, metadata={"image/png": {"alt": text}})
    else:
        display(Markdown(f"*{label('figure.none', language)}*"))
    plt.close(figure)


def finish(ax: Axes, title: str, described: str, language: Language) -> Axes:
    """Give the axes their heading, and the alternative text that `show` displays."""
    heading = label(f"caption.{title}", language)
    ax.set_title("\n".join(textwrap.wrap(heading, 80)), loc="left", fontsize=11)
    ax.tick_params(axis="y", length=0)
    ax.set_label(f"{heading}. {described}.")
    return ax


def _line_label(
    line: str, table: pd.DataFrame, column: str, names: Mapping[str, str], language: Language
) -> str:
    """The line's name, wrapped, and its n: several where the series differ."""
    few, rest = label("figure.too_few", language), label("figure.not_told", language)
    people = [
        (few if np.isnan(told) else rest) if np.isnan(n) else format_number(n, language)
        for n, told in table.loc[table[column] == line, ["n", "estimate"]].to_numpy(dtype=float)
    ]
    name = textwrap.wrap(format_cell(line, column, language, names), 40)
    n = f"n = {', '.join(dict.fromkeys(people))}"
    return ", ".join([*name, n]) if len(name) == 1 else "\n".join([*name, n])


def _describe(
    row: Mapping[str, Any],
    column: str,
    series: str | None,
    target: str | None,
    names: Mapping[str, str],
    language: Language,
) -> str:
    """One row in words: what it is, its estimate, interval, n and target."""
    name = format_cell(row[column], column, language, names)
    if series:
        name += f", {format_cell(row[series], series, language, names)}"
    unit = row["unit"]
    told = format_estimate(row["estimate"], unit, language)
    if np.isnan(row["estimate"]):
        told = label(f"figure.{'too_few' if row.get('too_few') else 'undefined'}", language)
    interval = format_interval(row["low"], row["high"], unit, language)
    text = f"{name}: {told}" + (f" ({interval})" if interval else "")
    text += "" if np.isnan(row["n"]) else f", n = {format_number(row['n'], language)}"
    if target and not np.isnan(row[target]):
        aim = format_estimate(row[target], unit, language)
        text += f", {label('figure.target', language).lower()} {aim}"
    return text


def _scale(
    ax: Axes, unit: str, limits: tuple[float, float | None] | None, language: Language
) -> None:
    if limits:
        ax.set_xlim(*limits)
    ax.xaxis.set_major_formatter(_ticks(unit, language))
    ax.set_xlabel(label(f"unit.{unit.replace(' ', '_')}", language))


def _ticks(unit: str, language: Language) -> FuncFormatter:
    def write(value: float, _: int | None = None) -> str:
        if unit == "share":
            return format_share(value, language)
        value = 100 * value if unit == "change in share" else value
        return format_number(value, language, decimals=0 if float(value).is_integer() else 1)

    return FuncFormatter(write)


def add_legend(ax: Axes) -> None:
    """A legend below the axes, where anything drawn has a name."""
    figure = ax.get_figure(root=True)
    if figure is not None and ax.get_legend_handles_labels()[0]:
        figure.legend(loc="outside lower left", ncols=3, frameon=False)
