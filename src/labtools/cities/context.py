"""Published statistics of municipalities → series by place, broken where they cannot be compared.

A place is a municipality's code, `00` or `0000` (the country), or `G` and digits (one of Kolada's
groups of municipalities).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from labtools.evidence.indicators.municipalities import municipality_names
from labtools.evidence.schemas import split_list
from labtools.frames import check_columns
from labtools.words import Language, has_label, label, text_in

MOST_PLACES = 6  # that are told one by one; of more, their median and quartiles
PERIOD = r"(\d{4})(?:-(\d{2}))?(?:-\d{2})?"
MUNICIPALITY, WIDER = r"(?!0000)\d{4}", r"00|0000|G\d+"
COUNTRY, GROUP = ("00", "0000"), r"G\d+"
_LEAST_FOR_QUARTILES = 5
_QUARTILES = {0.25: "lower_quartile", 0.5: "median", 0.75: "upper_quartile"}
KEY = ["provider", "indicator"]
_SERIES = ["key_figure", "period", "year", "segment", "unit"]


def find_place(cities: pd.DataFrame, city: str) -> str:
    """The place of a city: its municipality's code, "" where cities.csv gives none.

    >>> find_place(pd.DataFrame({"city": ["boden"], "municipality_code": ["2582"]}), "boden")
    '2582'
    """
    (code,) = cities.loc[cities["city"] == city, "municipality_code"]
    return str(code)


def find_group(cities: pd.DataFrame, city: str) -> str | None:
    """The group of municipalities that a city belongs to, such as `G35927`; "" where it has none.

    A lab may keep it in cities.csv as `municipality_group`, and `municipality_group_name` with it;
    None where it does not.
    """
    if "municipality_group" not in cities:
        return None
    (code,) = _kept(cities, "municipality_group")[cities["city"] == city]
    return str(code)


def _kept(cities: pd.DataFrame, column: str) -> pd.Series:
    """A column that a lab may keep."""
    blank = pd.Series("", index=cities.index, dtype="str")
    return cities.get(column, blank).fillna("").astype("str")


def name_places(cities: pd.DataFrame, *, language: Language) -> dict[str, str]:
    """What each place is called: a municipality of the lab as its city, or cities."""
    named = dict(cities.groupby("municipality_code", sort=False)["name"].agg(" / ".join))
    country = label("place.country", language)
    codes, called = (_kept(cities, f"municipality_group{end}") for end in ("", "_name"))
    groups = {code: name for code, name in zip(codes, called, strict=True) if code and name}
    return {"00": country, "0000": country} | groups | municipality_names() | named


def list_indicators(
    indicators: pd.DataFrame, definitions: pd.DataFrame, *, language: Language
) -> pd.DataFrame:
    """Which indicators there are: one row each, of municipalities or of areas.

    Returns `provider, indicator`, `key_figure` (name and unit), `units` (those told of it; several
    are a fault), `periods` (the first and the last), `places` (how many), `breaks`, `source`,
    `retrieved` (the last). The name is the code, and the source the provider, where definitions.csv
    has none. A unit is the definition's, or that of the figures.
    """
    check_columns(indicators, *KEY, "region", "period", "unit", "retrieved")
    about = definitions.assign(name=text_in(definitions, "name", language))
    about = about[[*KEY, "name", "unit", "breaks", "source"]]
    rows = []
    for key, figures in indicators.groupby(KEY, sort=False):
        of_it = about[(about[KEY] == list(key)).all(axis=1)]
        told = of_it.iloc[0] if len(of_it) else dict.fromkeys(about, "")
        units = [unit for unit in dict.fromkeys([told["unit"], *figures["unit"]]) if unit]
        periods = sorted(figures["period"].unique())
        rows.append(
            {
                **dict(zip(KEY, key, strict=True)),
                "key_figure": _name_line(told["name"] or key[1], units, language),
                "units": "; ".join(units),
                "periods": "–".join(dict.fromkeys([periods[0], periods[-1]])),
                "places": figures["region"].nunique(),
                "breaks": told["breaks"],
                "source": told["source"] or key[0],
                "retrieved": figures["retrieved"].max(),
            }
        )
    columns = [*KEY, "key_figure", "units", "periods", "places", "breaks", "source", "retrieved"]
    found = pd.DataFrame(rows, columns=columns)
    twice = found["key_figure"].duplicated(keep=False)
    found["key_figure"] = found["key_figure"].where(
        ~twice, found["key_figure"] + ", " + found["indicator"]
    )
    return found


def list_values(indicators: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Figures of municipalities, groups of them and the country: one row each.

    listed: as `list_indicators` gives them. Returns `provider, indicator, key_figure, place,
    period, year` (with decimals for months), `group, segment` (figures of one can be compared: a
    break and a new `area_version` begin another), `estimate`, `low, high` (its published margin of
    error; NaN without one), `unit, status`. Left out: an indicator in several units, periods that
    are no dates, and every other region. `problems.find_problems` names them.
    """
    check_columns(indicators, *KEY, "region", "area_version", "period", "group", "value", "margin")
    rows = indicators.drop(columns="unit").merge(listed, on=KEY, validate="m:1")
    is_place = rows["region"].str.fullmatch(f"{MUNICIPALITY}|{WIDER}")
    dated = rows["period"].str.fullmatch(PERIOD)
    rows = rows[is_place & dated & ~rows["units"].str.contains(";")].reset_index(drop=True)
    parts = rows["period"].str.extract(PERIOD).astype("float")
    breaks = rows["breaks"].map(split_list)
    passed = [
        sum(one <= period for one in those)
        for those, period in zip(breaks, rows["period"], strict=True)
    ]
    values = rows.assign(
        place=rows["region"],
        year=parts[0] + (parts[1].fillna(1) - 1) / 12,
        segment=rows["area_version"] + "/" + pd.Series(passed, index=rows.index).astype("str"),
        estimate=rows["value"],
        low=rows["value"] - rows["margin"],
        high=rows["value"] + rows["margin"],
        unit=rows["units"],
    )
    columns = [*KEY, "key_figure", "place", "period", "year", "group", "segment"]
    values = values[[*columns, "estimate", "low", "high", "unit", "status"]]
    return _as_listed(values.sort_values(["year", "segment"], kind="stable"), listed)


def compare_places(
    values: pd.DataFrame, place: str, *, lab: Sequence[str], group: str | None = None
) -> pd.DataFrame:
    """A city's series and those it is laid beside: the lab's others, the country, quartiles.

    values: as `list_values` gives them, of which only those of everybody (no `group`) are taken;
    lab: the places of the lab's cities; group: the city's group of municipalities, None for any
    that has figures. At most six municipalities are told one by one; of more,
    the lab's if they are six at most, and `median`, `lower_quartile` and `upper_quartile` of all,
    for periods with five at least. Returns the same columns, and `standing`: here, other, wider
    (the country and groups of municipalities, but for numbers of people), quartile.
    """
    of_all = values[values["group"] == ""]
    wider = of_all["place"].str.fullmatch(WIDER)
    municipal = of_all[~wider]
    grouped = of_all["place"].str.fullmatch(GROUP) if group is None else of_all["place"] == group
    theirs = grouped | of_all["place"].isin(COUNTRY)
    places = set(municipal["place"]) | {place}
    if len(places) <= MOST_PLACES:
        listed = places
    else:
        listed = {place, *(lab if len(set(lab)) <= MOST_PLACES else ())}
    rank = {one: at for at, one in enumerate(dict.fromkeys([place, *lab]))}
    others = municipal[municipal["place"].isin(listed - {place})]
    others = others.sort_values("place", key=lambda cells: cells.map(rank), kind="stable")
    parts = [
        municipal[municipal["place"] == place].assign(standing="here"),
        others.assign(standing="other"),
        of_all[wider & theirs & (of_all["unit"] != "people")].assign(standing="wider"),
    ]
    if len(places) > MOST_PLACES:
        parts.append(_find_quartiles(municipal).assign(standing="quartile"))
    return _as_listed(pd.concat(parts), values)


def _as_listed(rows: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The same rows, key figures in the order of another table."""
    rank = {one: at for at, one in enumerate(dict.fromkeys(like["key_figure"]))}
    return rows.sort_values(
        "key_figure", key=lambda cells: cells.map(rank), kind="stable", ignore_index=True
    )


def _find_quartiles(municipal: pd.DataFrame) -> pd.DataFrame:
    known = municipal.dropna(subset="estimate")
    groups = known.groupby([*KEY, *_SERIES], sort=False)["estimate"]
    many = groups.transform("size") >= _LEAST_FOR_QUARTILES
    found = known[many].groupby([*KEY, *_SERIES], sort=False)["estimate"]
    table = found.quantile(list(_QUARTILES)).rename_axis([*KEY, *_SERIES, "place"]).reset_index()
    table["place"] = table["place"].map(_QUARTILES)
    return table.assign(group="", low=np.nan, high=np.nan, status="")


def list_latest(compared: pd.DataFrame) -> pd.DataFrame:
    """The latest figure of each indicator for the city, and of the others in the same period.

    Returns one row per indicator and place: `key_figure, place, period, estimate, low, high, unit,
    status`; how many people stand behind a figure is seldom published, so there is no n.
    """
    here = compared[(compared["standing"] == "here") & compared["estimate"].notna()]
    last = here.groupby("key_figure", sort=False)["period"].max()
    rows = compared[compared["period"] == compared["key_figure"].map(last)]
    return rows[_LATEST].reset_index(drop=True)


_LATEST = ["key_figure", "place", "period", "estimate", "low", "high", "unit", "status"]


def count_wider(compared: pd.DataFrame) -> pd.DataFrame:
    """One row: indicators told of the `country`, and of `groups` of municipalities; or none.

    compared: as `compare_places` gives it. No row where the city has no figure to lay beside them.
    """
    here = compared.loc[compared["standing"] == "here", "key_figure"]
    if here.empty:
        return pd.DataFrame(columns=["country", "groups"])
    wider = compared[(compared["standing"] == "wider") & compared["key_figure"].isin(here)]
    of_country = wider["place"].isin(COUNTRY)
    lines = [int(wider.loc[rows, "key_figure"].nunique()) for rows in (of_country, ~of_country)]
    return pd.DataFrame([dict(zip(("country", "groups"), lines, strict=True))])


def list_parts(values: pd.DataFrame, place: str) -> pd.DataFrame:
    """The latest figures of a place for groups, such as women: as `list_latest`, with `part`."""
    rows = values[(values["place"] == place) & (values["group"] != "")]
    rows = rows[rows["estimate"].notna()]
    newest = (
        rows.groupby(["key_figure", "group"], sort=False).tail(1).rename(columns={"group": "part"})
    )
    return _as_listed(newest, values)[["key_figure", "part", *_LATEST[2:]]]


def summarize(values: pd.DataFrame, listed: pd.DataFrame, place: str) -> pd.DataFrame:
    """One row: how many `indicators` of `places` municipalities, `here` of the city's; or none."""
    municipal = values[values["place"].str.fullmatch(MUNICIPALITY)]
    if listed.empty:
        return pd.DataFrame(columns=["indicators", "places", "here"])
    row: Mapping[str, Any] = {
        "indicators": municipal["key_figure"].nunique(),
        "places": municipal["place"].nunique(),
        "here": municipal.loc[municipal["place"] == place, "key_figure"].nunique(),
    }
    return pd.DataFrame([row])


def _name_line(name: str, units: Sequence[str], language: Language) -> str:
    """An indicator's name with its unit."""
    if len(units) != 1:
        return name
    key = f"unit.{units[0].replace(' ', '_')}"
    unit = label(key, language).lower() if has_label(key) else units[0]
    return f"{name} ({unit})"
