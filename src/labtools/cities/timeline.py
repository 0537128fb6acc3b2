"""Ink for learning over time: entries by stage, and what led to what."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from labtools.cities.learning import STAGES
from labtools.figures import COLOURS, MARKERS, finish
from labtools.frames import check_columns
from labtools.words import Language, format_number, label

_BAND = len(STAGES) + 1  # lines that a city takes, its name among them


def rows_of(reflections: pd.DataFrame) -> int:
    """How many lines of labels the figure needs."""
    return _BAND * int(reflections["city"].nunique())


def draw_stages(
    reflections: pd.DataFrame,
    steps: pd.DataFrame,
    *,
    language: Language,
    ax: Axes,
    names: Mapping[str, str],
) -> Axes:
    """A point per entry on the line of its stage, city by city, and a line per step between two.

    reflections: one row per entry with `entry, city, date, stage`; steps: as
    `learning.list_steps` gives them. A step to the next stage of the cycle is drawn whole, any
    other dashed. Entries without a date or a stage have no place, and are left out.
    """
    check_columns(reflections, "entry", "city", "date", "stage")
    placed = reflections[(reflections["date"] != "") & (reflections["stage"] != "")]
    if placed.empty:
        return ax
    cities = list(dict.fromkeys(placed["city"]))
    top = {city: _BAND * at for at, city in enumerate(cities)}
    y = placed["city"].map(top) + 1 + placed["stage"].map(STAGES.index)
    x = pd.to_datetime(placed["date"], format="ISO8601")
    places = pd.DataFrame({"x": x, "y": y, "stage": placed["stage"]}).set_index(placed["entry"])
    for stage, colour, marker in zip(STAGES, COLOURS, MARKERS, strict=False):
        of_stage = places[places["stage"] == stage]
        ax.plot(of_stage["x"], of_stage["y"], marker, color=colour, linestyle="none", clip_on=False)
    there = steps[steps["entry"].isin(places.index) & steps["next_entry"].isin(places.index)]
    days = date2num(places["x"])
    at = pd.Series(list(zip(days, places["y"], strict=True)), index=places.index)
    for follows, style in ((True, "solid"), (False, "dashed")):
        drawn = there[there["follows"] == follows]
        lines = list(zip(at[drawn["entry"]], at[drawn["next_entry"]], strict=True))
        ax.add_collection(LineCollection(lines, colors="#8A8A8A", linestyles=style, zorder=1))
    labels = [
        text
        for city in cities
        for text in (names.get(city, city), *(label(f"stage.{one}", language) for one in STAGES))
    ]
    ax.set_yticks(range(len(labels)), labels)
    for at_top in top.values():
        ax.get_yticklabels()[at_top].set_fontweight("bold")
    ax.set_ylim(len(labels) - 0.5, -0.5)
    locator = AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, formats=["%Y", *["%Y-%m"] * 5]))
    return finish(ax, "stages_over_time", _describe(placed, names, language), language)


def _describe(placed: pd.DataFrame, names: Mapping[str, str], language: Language) -> str:
    counts = placed.groupby(["city", "stage"], sort=False).size()
    told = []
    for city in dict.fromkeys(placed["city"]):
        of_city = [
            f"{label(f'stage.{stage}', language).lower()} "
            f"{format_number(counts.get((city, stage), 0), language)}"
            for stage in STAGES
        ]
        told.append(f"{names.get(city, city)}: {', '.join(of_city)}")
    return "; ".join(told)
