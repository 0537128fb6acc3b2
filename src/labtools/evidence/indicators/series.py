"""Published figures that cannot be set side by side: one fault for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from labtools.evidence.schemas import contract, split_list
from labtools.faults import Fault

_KEY = ["provider", "indicator"]
_APART = "what is on either side is not compared"
_PERIOD = re.compile(r"\d{4}(-\d{2}){0,2}")


def check_series(
    indicators: pd.DataFrame, definitions: pd.DataFrame | None, areas: pd.DataFrame | None
) -> list[Fault]:
    """Units that differ, breaks that are no period, groups by area with nothing to compare with.

    definitions, areas: None where the lab has none. A table without its columns is a fault already.
    """
    faults: list[Fault] = []
    units = indicators
    if definitions is not None and {*_KEY, "breaks"} <= set(definitions):
        faults += _check_breaks(definitions)
    if definitions is not None and {*_KEY, "unit"} <= set(definitions):
        units = pd.concat([definitions[[*_KEY, "unit"]], indicators])
    if {*_KEY, "unit"} <= set(indicators):
        faults += _check_units(units, indicators)
    if (
        areas is not None
        and {"area", "city"} <= set(areas)
        and {"region", "group"} <= set(indicators)
    ):
        faults += _check_groups(indicators, areas)
    return faults


def list_breaks(indicators: pd.DataFrame, definitions: pd.DataFrame | None) -> list[str]:
    """A line for each series that is broken, by its definition or by another version of the areas.

    A break that is told is no fault: figures from either side of it are never set side by side.
    """
    notes = []
    if definitions is not None and {*_KEY, "breaks"} <= set(definitions):
        for row, told in definitions[definitions["breaks"] != ""].iterrows():
            place = f"{contract()['definitions'].file}, row {row}, column breaks"
            periods = ", ".join(split_list(told["breaks"]))
            notes.append(f"{place}: {told['indicator']} is broken at {periods}; {_APART}")
    if {*_KEY, "region", "area_version"} <= set(indicators):
        versions = indicators[indicators["area_version"] != ""]
        count = versions.groupby([*_KEY, "region"])["area_version"].nunique()
        for _, indicator in dict.fromkeys(count[count > 1].droplevel("region").index):
            told = f"{indicator} has areas of several versions"
            notes.append(f"{contract()['indicators'].file}, column area_version: {told}; {_APART}")
    return notes


def _check_breaks(definitions: pd.DataFrame) -> Iterator[Fault]:
    """A break must tell from which period, or no series is broken there."""
    for row, cell in definitions["breaks"].items():
        for found in split_list(cell):
            if not _PERIOD.fullmatch(found):
                yield Fault(
                    contract()["definitions"].file, "a break is a period, as 2021 or 2021-05",
                    found, "write the first period after it", row=int(str(row)), column="breaks",
                )  # fmt: skip


def _check_units(units: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[Fault]:
    """Figures of one indicator in several units, or in another than its definition's."""
    told = units[units["unit"] != ""]
    for (provider, indicator), cells in told.groupby(_KEY, sort=False)["unit"]:
        distinct = list(dict.fromkeys(cells))
        if len(distinct) > 1:
            of_it = (indicators[_KEY] == [provider, indicator]).all(axis=1)
            other = indicators.index[of_it & (indicators["unit"].isin(distinct[1:]))]
            yield Fault(
                contract()["indicators"].file, f"{indicator} has one unit", ", ".join(distinct),
                "convert the figures, or give those in the other unit an indicator of their own",
                row=int(other[0]), column="unit",
            )  # fmt: skip


def _check_groups(indicators: pd.DataFrame, areas: pd.DataFrame) -> Iterator[Fault]:
    """A group counted by area in a city, without the others who live there."""
    listed = areas[["area", "city"]].drop_duplicates("area")
    rows = indicators.reset_index(names="row").merge(listed, left_on="region", right_on="area")
    rows = rows[rows["group"].str.fullmatch(r"[^=;]+=[^=;]+")]
    kind = rows["group"].str.replace("=.*", "", regex=True)
    for (city, indicator, _), cells in rows.groupby(["city", "indicator", kind], sort=False):
        if cells["group"].nunique() == 1:
            yield Fault(
                contract()["indicators"].file,
                f"{indicator} of {city} has everybody else beside a group",
                f"{cells['group'].iloc[0]} alone", "add the other groups of its kind",
                row=int(cells["row"].iloc[0]), column="group",
            )  # fmt: skip
