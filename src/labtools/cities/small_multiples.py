"""Ink for published series: a panel per indicator, with the same scales on every city's page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from labtools.cities.context import MUNICIPALITY
from labtools.figures import COLOURS, MARKERS, WIDTH_INCHES, show
from labtools.frames import check_columns
from labtools.words import Language, format_estimate, format_number, label

MOST_PANELS = 12  # of one figure; more are several figures
_COLUMNS = 2
_WIDE_RANGE = 20  # times the lowest value: from here on the scale is one of ratios
_LINES = {
    "here": {"color": COLOURS[0], "linewidth": 2.2, "markersize": 5, "zorder": 4},
    "other": {"color": "#767676", "linewidth": 1, "markersize": 3.5, "zorder": 3},
    "wider": {"color": "#333333", "linewidth": 1.2, "linestyle": "dashed", "zorder": 3},
    "quartile": {"color": COLOURS[1], "linewidth": 1.2, "linestyle": "dotted", "zorder": 2},
}


def new_grid(panels: int) -> list[Axes]:
    """Empty axes in two columns, each with scales of its own; one at the least."""
    rows = -(-max(panels, 1) // _COLUMNS)
    _, axes = plt.subplots(
        rows,
        min(max(panels, 1), _COLUMNS),
        figsize=(WIDTH_INCHES, 0.8 + 2.0 * rows),
        layout="constrained",
        squeeze=False,
    )
    for spare in axes.flat[max(panels, 1) :]:
        spare.set_axis_off()
    return list(axes.flat[: max(panels, 1)])


def find_limits(values: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """The lowest and the highest figure of each `key_figure`, of any municipality."""
    municipal = values["place"].str.fullmatch(MUNICIPALITY)
    of_all = values[municipal & (values["group"] == "")]
    ends = pd.concat([of_all["low"].fillna(of_all["estimate"]),
                      of_all["high"].fillna(of_all["estimate"])])  # fmt: skip
    found = ends.groupby(pd.concat([of_all["key_figure"]] * 2)).agg(["min", "max"]).dropna()
    return {str(line): (float(low), float(high)) for line, low, high in found.itertuples()}


def draw_series(
    compared: pd.DataFrame,
    *,
    names: Mapping[str, str],
    limits: Mapping[str, tuple[float, float]],
    language: Language,
    axes: Sequence[Axes],
    page: tuple[int, int] = (1, 1),
) -> Sequence[Axes]:
    """A panel per `key_figure`: the city's figures over the years, and what they are laid beside.

    compared: as `context.compare_places` gives it. No line crosses from a `segment` to the next,
    where an upright line stands; a figure with a status has a hollow mark; upright strokes are
    published margins of error of the city's own. limits: of each panel, as `find_limits` gives
    them; the scale is one of ratios where the highest is many times the lowest. page: which
    figure of how many, told in the heading where they are several.
    """
    check_columns(
        compared, "key_figure", "place", "standing", "year", "segment", "estimate", "status"
    )
    lines = list(dict.fromkeys(compared["key_figure"]))
    described = []
    for line, ax in zip(lines, axes, strict=False):
        rows = compared[compared["key_figure"] == line]
        _draw_panel(rows, ax, names, language)
        of_ratios = _scale(ax, limits.get(line, (0.0, 1.0)), language)
        title = f"{line}, {label('figure.ratio_scale', language)}" if of_ratios else line
        ax.set_xlim(compared["year"].min() - 0.6, compared["year"].max() + 0.6)
        ax.set_title("\n".join(textwrap.wrap(title, 42)), loc="left", fontsize=10)
        described.append(f"{line}: {'; '.join(_describe(rows, names, language))}")
    if lines:
        figure = axes[0].figure
        heading = label("caption.city_series", language)
        heading += f" ({page[0]}/{page[1]})" if page[1] > 1 else ""
        handles = {
            name: handle
            for ax in axes
            for handle, name in zip(*ax.get_legend_handles_labels(), strict=True)
        }
        figure.legend(handles.values(), handles.keys(), loc="outside lower left", ncols=3,
                      frameon=False)  # fmt: skip
        figure.suptitle(heading, x=0.01, ha="left", fontsize=11)
        axes[0].set_label(f"{heading}. {'. '.join(described)}.")
    return axes


def show_series(
    compared: pd.DataFrame,
    *,
    names: Mapping[str, str],
    limits: Mapping[str, tuple[float, float]],
    language: Language,
) -> None:
    """Display the panels of `draw_series`, in figures of a dozen panels each."""
    lines = list(dict.fromkeys(compared["key_figure"]))
    pages = [lines[at : at + MOST_PANELS] for at in range(0, len(lines), MOST_PANELS)] or [[]]
    for number, of_page in enumerate(pages, start=1):
        rows = compared[compared["key_figure"].isin(of_page)]
        axes = draw_series(
            rows,
            names=names,
            limits=limits,
            language=language,
            axes=new_grid(len(of_page)),
            page=(number, len(pages)),
        )
        show(axes, language=language)


def _draw_panel(rows: pd.DataFrame, ax: Axes, names: Mapping[str, str], language: Language) -> None:
    others = list(dict.fromkeys(rows.loc[rows["standing"] == "other", "place"]))
    markers = dict(zip(others, MARKERS[1:], strict=False))
    for (standing, place), series in rows.groupby(["standing", "place"], sort=False):
        style: dict[str, Any] = {**_LINES[standing]}
        style["marker"] = MARKERS[0] if standing == "here" else markers.get(place)
        if place == "median":
            style["linestyle"] = "dashdot"
        name = _name(place, names, language)
        for _, part in series.groupby("segment", sort=False):
            ax.plot(part["year"], part["estimate"], label=name, **style)
            marked = part[part["status"] != ""]
            ax.plot(marked["year"], marked["estimate"], linestyle="none", marker=style["marker"],
                    color=style["color"], markerfacecolor="white", zorder=5)  # fmt: skip
        if standing == "here":
            ax.vlines(series["year"], series["low"], series["high"], color=COLOURS[0], alpha=0.55)
    for at in _find_breaks(rows):
        ax.axvline(at, color="#333333", linewidth=1, linestyle=(0, (1, 2)),
                   label=label("figure.break", language))  # fmt: skip


def _find_breaks(rows: pd.DataFrame) -> Iterator[float]:
    """Between the last year of a segment and the first of the next."""
    spans = rows.groupby("segment")["year"].agg(["min", "max"]).sort_values("min")
    for (_, end), (begin, _) in pairwise(spans.itertuples(index=False)):
        yield (end + begin) / 2


def _scale(ax: Axes, limits: tuple[float, float], language: Language) -> bool:
    """Set both scales; whether the upright one is of ratios."""
    low, high = limits
    room = 0.06 * (high - low) or 1.0
    of_ratios = low > 0 and high > _WIDE_RANGE * low
    if of_ratios:
        ax.set_yscale("log")
        ax.set_ylim(low / 1.2, high * 1.2)
    else:
        ax.set_ylim(low - room, high + room)
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _write(value, language)))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, axis="y", color="#DDDDDD")
    ax.set_axisbelow(True)
    return of_ratios


def _write(value: float, language: Language) -> str:
    return format_number(value, language, decimals=0 if float(value).is_integer() else 1)


def _name(place: str, names: Mapping[str, str], language: Language) -> str:
    if place in names:
        return names[place]
    return label(f"place.{place}", language) if place.endswith(("median", "quartile")) else place


def _describe(rows: pd.DataFrame, names: Mapping[str, str], language: Language) -> Iterator[str]:
    """Each place's first and last figure, and where the series breaks."""
    for place, series in rows.dropna(subset="estimate").groupby("place", sort=False):
        ends = [
            f"{format_estimate(row['estimate'], row['unit'], language)} ({row['period']})"
            for row in (series.iloc[0], series.iloc[-1])
        ]
        joint = f" {label('figure.to', language)} "
        yield f"{_name(place, names, language)} {joint.join(dict.fromkeys(ends))}"
    breaks = rows.drop_duplicates("segment").sort_values("year")["period"].tolist()[1:]
    if breaks:
        yield label("figure.broken", language).format(", ".join(breaks))
