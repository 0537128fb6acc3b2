"""Ink for what is not yet heard: how codes emerged, and a map of who spoke of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from labtools.figures import COLOURS
from labtools.frames import check_columns
from labtools.tables import format_cell
from labtools.words import Language, format_interval, format_number, label, label_with_n

_LIGHT_TEXT_FROM = 0.75  # share from which a cell is so dark that its text is white


def draw_emergence(
    emergence: pd.DataFrame,
    ahead: pd.DataFrame,
    panel: str,
    *,
    title: str,
    language: Language,
    axes: Sequence[Axes],
    names: Mapping[str, str],
) -> Sequence[Axes]:
    """A panel per group: codes heard after each interview, and what further ones would bring.

    emergence: as `rarefaction.trace_emergence` gives it: a line for the interviews as they went,
    a dashed one for any order, with the band of the orders. ahead: as `saturation.trace_new`
    gives it, drawn on from the last interview with its interval.
    """
    check_columns(emergence, panel, "interviews", "estimate", "low", "high", "n", "in_order")
    check_columns(ahead, panel, "further", "estimate", "low", "high")
    described = []
    for value, ax in zip(dict.fromkeys(emergence[panel]), axes, strict=False):
        rows = emergence[emergence[panel] == value]
        x, total = rows["interviews"], int(rows["n"].iloc[0])
        ax.fill_between(x, rows["low"], rows["high"], color=COLOURS[4], alpha=0.35, linewidth=0,
                        label=label("figure.any_order", language))  # fmt: skip
        ax.plot(x, rows["estimate"], color="#333333", linestyle="dashed", linewidth=1)
        ax.step(x, rows["in_order"], where="mid", color=COLOURS[0],
                label=label("figure.by_date", language))  # fmt: skip
        found = float(rows["in_order"].iloc[-1])
        new = ahead[ahead[panel] == value].dropna(subset=["estimate"])
        at = np.array([total, *(total + new["further"])], dtype=float)
        low, high = (np.array([found, *(found + new[end])]) for end in ("low", "high"))
        ax.fill_between(at, low, high, color=COLOURS[1], alpha=0.35, linewidth=0,
                        label=label("figure.ahead", language))  # fmt: skip
        ax.plot(at, [found, *(found + new["estimate"])], color=COLOURS[1], linewidth=1.5)
        name = label_with_n(format_cell(value, panel, language, names), total, language)
        ax.set_title(name, loc="left", fontsize=10)
        ax.set(xlabel=label("column.interviews", language))
        ax.grid(visible=True, axis="y")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        described.append(f"{name}: {_describe(found, rows, new, language)}")
    if described:
        axes[0].set_ylim(bottom=0)
        axes[0].set_ylabel(label("unit.codes", language))
        _finish(axes, title, described, language)
        handles = axes[0].get_legend_handles_labels()
        axes[0].figure.legend(*handles, loc="outside lower left", ncols=3, frameon=False)
    return axes


def _describe(found: float, rows: pd.DataFrame, new: pd.DataFrame, language: Language) -> str:
    """One panel in words."""
    first, last = (format_number(value, language) for value in (rows["in_order"].iloc[0], found))
    told = label("figure.emergence", language).format(first, last, len(rows))
    if len(new):
        end = new.iloc[-1]
        width = format_interval(end["low"], end["high"], "codes", language)
        number = format_number(end["estimate"], language, decimals=1)
        told += label("figure.new_codes", language).format(int(end["further"]), number, width)
    return told


def draw_map(
    evidence: pd.DataFrame,
    panel: str,
    column: str,
    *,
    title: str,
    language: Language,
    axes: Sequence[Axes],
    names: Mapping[str, str],
) -> Sequence[Axes]:
    """A panel per group: a cell per theme and part, people who spoke of it out of those heard.

    evidence: as `evidence_gaps.map_evidence` gives it, with every theme in every group. The
    darker, the larger the part; a cell of nobody is white and hatched, and one without a number
    has nobody who was heard.
    """
    check_columns(evidence, panel, column, "theme", "people", "sources", "n")
    themes, parts = (list(dict.fromkeys(evidence[key])) for key in ("theme", column))
    described = []
    for value, ax in zip(dict.fromkeys(evidence[panel]), axes, strict=False):
        rows = evidence[evidence[panel] == value]
        for row in rows.to_dict("records"):
            _draw_cell(ax, row, (parts.index(row[column]), themes.index(row["theme"])))
        ax.set_xticks(range(len(parts)), [format_cell(part, column, language, names)
                                          for part in parts], rotation=90)  # fmt: skip
        ax.set_yticks(range(len(themes)), [format_cell(theme, "theme", language, names)
                                           for theme in themes])  # fmt: skip
        ax.set(xlim=(-0.5, len(parts) - 0.5), ylim=(len(themes) - 0.5, -0.5))
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
        name = format_cell(value, panel, language, names)
        ax.set_title(name, loc="left", fontsize=10)
        empty = rows[rows["sources"] == 0]
        counts = label("figure.empty_cells", language).format(len(empty), len(rows))
        where = [f"{format_cell(theme, 'theme', language, names)} "
                 f"({format_cell(part, column, language, names).lower()})"
                 for theme, part in zip(empty["theme"], empty[column], strict=True)]  # fmt: skip
        described.append(": ".join([f"{name}, {counts}", *([", ".join(where)] if where else [])]))
    if described:
        _finish(axes, title, described, language)
    return axes


def _draw_cell(ax: Axes, row: Mapping[str, Any], at: tuple[int, int]) -> None:
    people, heard = row["people"], row["n"]
    if not (heard or row["sources"]):
        return
    share = people / heard if heard else 0.0
    shade = "white" if row["sources"] == 0 else mpl.colormaps["Blues"](0.15 + 0.75 * share)
    hatch = "////" if row["sources"] == 0 else ""
    ax.add_patch(Rectangle((at[0] - 0.5, at[1] - 0.5), 1, 1, facecolor=shade, hatch=hatch,
                           edgecolor="#BBBBBB", linewidth=0.5))  # fmt: skip
    light = share > _LIGHT_TEXT_FROM
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if hatch else None
    ax.text(*at, f"{people:.0f}/{heard:.0f}", ha="center", va="center", fontsize=7,
            color="white" if light else "black", bbox=box)  # fmt: skip


def _finish(axes: Sequence[Axes], title: str, described: Sequence[str], language: Language) -> None:
    """The heading of all panels, and the alternative text that `figures.show` displays."""
    heading = label(f"caption.{title}", language)
    axes[0].figure.suptitle(heading, x=0.01, ha="left", fontsize=11)
    axes[0].set_label(f"{heading}. {'; '.join(described)}.")
