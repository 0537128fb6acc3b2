"""Ink for many cities: each a point over the band that holds half of them."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from labtools.figures import COLOURS, draw_intervals, finish
from labtools.frames import ESTIMATE_COLUMNS, check_columns
from labtools.tables import format_cell
from labtools.words import Language, format_estimate, label

MOST_LINES = 40  # of a figure with a line for each estimate; what is longer cannot be read
_ROWS = 5  # lines of labels that a band and its points take
_BINS = 60  # over the width of the figure: points that fall into one stand above each other


def rows_of(estimates: pd.DataFrame, *, by: str, each: int) -> int:
    """How many lines of labels the figure needs; each: for an estimate of its own."""
    if len(estimates) <= MOST_LINES:
        return each * len(estimates)
    return _ROWS * int(estimates[by].nunique())


def draw_estimates(
    estimates: pd.DataFrame,
    label_column: str,
    *,
    by: str,
    title: str,
    language: Language,
    ax: Axes,
    names: Mapping[str, str] | None = None,
    target: str | None = None,
    limits: tuple[float, float | None] | None = None,
    zero: bool = False,
) -> Axes:
    """Intervals line by line, as `figures.draw_intervals`; of more than forty, their spread.

    by: the column that tells of what an estimate is, such as an indicator. Of many cities there
    is a line for each value of it: a point per estimate, over a band from the lower to the upper
    quartile, with an upright stroke at the median. A point has no interval, and no name: which
    city it is, and how sure it is, a table tells. Rows whose estimate is NaN are left out.
    """
    check_columns(estimates, label_column, by, *ESTIMATE_COLUMNS)
    if len(estimates) <= MOST_LINES:
        return draw_intervals(
            estimates, label_column, title=title, language=language, ax=ax, names=names,
            target=target, limits=limits, zero=zero,
        )  # fmt: skip
    known = estimates.dropna(subset="estimate")
    if known.empty:
        return ax
    bands = _find_bands(known, by, target)
    draw_intervals(
        bands, by, title=title, language=language, ax=ax, names=names, target=target and "target",
        limits=limits, zero=zero,
    )  # fmt: skip
    width = float(np.ptp(known["estimate"])) or 1.0
    lines = []
    for at, row in enumerate(bands.to_dict("records")):
        values = known.loc[known[by] == row[by], "estimate"].to_numpy(dtype=float)
        half = row["high"] - row["low"]
        ax.barh(at, half, left=row["low"], height=0.8, color="#E4E4E4", zorder=0)
        ax.plot(values, at + _heap(values, width), "o", color=COLOURS[0], markersize=3,
                markeredgewidth=0, zorder=3, clip_on=False)  # fmt: skip
        ax.vlines(row["estimate"], at - 0.4, at + 0.4, color="#1C1C1E", linewidth=2, zorder=4)
        name = format_cell(str(row[by]), by, language, dict(names or {}))
        lines.append(label("figure.of_figures", language).format(name, len(values)))
    ax.set_yticks(range(len(lines)), ["\n".join(textwrap.wrap(line, 30)) for line in lines])
    described = [
        _describe(line, row, language)
        for line, row in zip(lines, bands.to_dict("records"), strict=True)
    ]
    finish(ax, title, "; ".join(described), language)
    key = textwrap.fill(label("figure.spread_key", language), 90)
    ax.set_title(f"{ax.get_title(loc='left')}\n{key}", loc="left", fontsize=10)
    return ax


def _find_bands(known: pd.DataFrame, by: str, target: str | None) -> pd.DataFrame:
    """The median, quartiles and ends of each line's estimates; `n` counts estimates."""
    rows = []
    for line, of in known.groupby(by, sort=False):
        low, middle, high = of["estimate"].quantile([0.25, 0.5, 0.75])
        aims = of[target].unique() if target else []
        row = {by: line, "estimate": middle, "low": low, "high": high, "n": len(of)}
        row |= {"lowest": of["estimate"].min(), "highest": of["estimate"].max()}
        row |= {"unit": of["unit"].iloc[0], "target": aims[0] if len(aims) == 1 else np.nan}
        rows.append(row)
    return pd.DataFrame(rows)


def _describe(line: str, row: Mapping[Hashable, Any], language: Language) -> str:
    ends = ("lowest", "low", "estimate", "high", "highest")
    told = {end: format_estimate(row[end], row["unit"], language) for end in ends}
    aim = f", {label('figure.target', language).lower()} "
    aim += format_estimate(row["target"], row["unit"], language)
    text = label("figure.spread", language).format(**told)
    return f"{line}: {text}" + (aim if not np.isnan(row["target"]) else "")


def _heap(values: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """How far each point is moved up or down, so that those of the same place can all be seen."""
    places = pd.Series(np.round(values / width * _BINS))
    order = places.groupby(places).cumcount()
    size = places.groupby(places).transform("size")
    step = 0.8 / max(float(size.max()), 10.0)
    moved: NDArray[np.float64] = ((order - (size - 1) / 2) * step).to_numpy(dtype=float)
    return moved
