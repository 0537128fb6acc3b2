"""Coded interviews → who has been heard about what, what is empty, and whom to meet next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from labtools.evidence.inventory import count_heard
from labtools.frames import check_columns, join_one
from labtools.interviews.incidence import Coded, keep_known
from labtools.words import Language, label, text_in

_MOST_NAMES = 8
GROUP = ("city", "role", "age_band", "gender")


def list_themes(codebook: pd.DataFrame, coded: Coded) -> list[str]:
    """The codes to look for: those of the codebook, then others that were set, as they come.

    A code that only groups others, and was never set itself, is left out.
    """
    used = list(dict.fromkeys(coded.said["code"]))
    grouping = set(codebook["parent"]) - set(used)
    return list(dict.fromkeys([*(c for c in codebook["code"] if c not in grouping), *used]))


def name_themes(codebook: pd.DataFrame, *, language: Language) -> dict[str, str]:
    """From a code to what it is called; one without a name is called by its code."""
    named = text_in(codebook, "name", language)
    return dict(zip(codebook["code"], named.where(named != "", codebook["code"]), strict=True))


def map_evidence(coded: Coded, themes: Sequence[str], *, by: Sequence[str]) -> pd.DataFrame:
    """Who has been heard about each theme, in every group that has been heard at all.

    by: columns of both tables, such as `city, type, role`. Returns one row per group and theme,
    themes in the order given: `…, theme, people` (known people who spoke of it), `sources` (in
    which it was heard), of `n` known people and `n_sources` coded sources. 0 is heard of nobody
    who could have been, and no proof that nobody would say it. Who is not known is in no role.
    """
    groups, keys = [*by], [*by, "theme"]
    heard, said = keep_known(coded.heard, groups), keep_known(coded.said, groups)
    cells = _count(heard, groups).rename(columns={"people": "n", "sources": "n_sources"})
    grid = cells.merge(pd.DataFrame({"theme": list(themes)}, dtype="str"), how="cross")
    told = _count(said.rename(columns={"code": "theme"}), keys)
    filled = join_one(grid, told, on=keys).fillna({"people": 0, "sources": 0})
    filled = filled.astype({"people": "int64", "sources": "int64"})
    return filled[[*keys, "people", "sources", "n", "n_sources"]]


def _count(rows: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """Known people and sources of each group."""
    grouped = rows.assign(person_id=rows["person_id"].where(rows["person_id"] != "")).groupby(
        groups, sort=False
    )
    counted = grouped.agg(people=("person_id", "nunique"), sources=("source_id", "nunique"))
    return counted.reset_index()


def count_hidden(table: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """One row: how many rows of a table are not shown, `hidden`; no row where there are none."""
    hidden = len(table) - len(shown)
    return pd.DataFrame({"hidden": [hidden] if hidden else []})


def list_single(
    map_of_groups: pd.DataFrame,
    names: Mapping[str, str],
    *,
    by: Sequence[str],
    language: Language,
) -> pd.DataFrame:
    """The themes that one known person alone in a group has spoken of.

    Returns one row per group with such themes: `…, n` (known people heard), `themes_single`,
    `single` (the themes by name, the first eight and how many more). It need not be the same
    person from theme to theme.
    """
    alone = map_of_groups[map_of_groups["people"] == 1]
    grouped = alone.groupby([*by], sort=False)
    table = grouped.agg(n=("n", "first"), themes_single=("theme", "size"), single=("theme", list))
    named = [_name(themes, names, language) for themes in table["single"]]
    return table.assign(single=pd.Series(named, index=table.index, dtype="str")).reset_index()


def summarize_gaps(
    map_of_groups: pd.DataFrame,
    names: Mapping[str, str],
    *,
    by: Sequence[str],
    language: Language,
) -> pd.DataFrame:
    """One row per group: how many themes nobody, or one person, in it has spoken of, and which.

    Returns `…, n` (known people heard), `n_sources`, `themes_empty`, `themes_single`,
    `themes_missing` (the empty themes by name, the first eight and how many more).
    """
    check_columns(map_of_groups, *by, "theme", "people", "sources", "n", "n_sources")
    rows = map_of_groups.assign(
        empty=map_of_groups["sources"] == 0, single=map_of_groups["people"] == 1
    )
    grouped = rows.groupby([*by], sort=False)
    table = grouped.agg(
        n=("n", "first"),
        n_sources=("n_sources", "first"),
        themes_empty=("empty", "sum"),
        themes_single=("single", "sum"),
    )
    empty = rows[rows["empty"]].groupby([*by], sort=False)["theme"].agg(list)
    named = [_name(themes, names, language) for themes in empty]
    missing = pd.Series(named, index=empty.index, dtype="str").reindex(table.index).fillna("")
    return table.assign(themes_missing=missing).reset_index()


def _name(themes: Sequence[str], names: Mapping[str, str], language: Language) -> str:
    shown = [names.get(theme, theme) for theme in themes[:_MOST_NAMES]]
    if len(themes) > _MOST_NAMES:
        shown.append(label("figure.and_more", language).format(len(themes) - _MOST_NAMES))
    return ", ".join(shown)


def count_further(chosen: pd.DataFrame) -> pd.DataFrame:
    """One row per city: how many `further` groups `choose_next` had no room for."""
    return chosen[["city", "further"]].drop_duplicates(ignore_index=True)


def choose_next(
    people: pd.DataFrame,
    turns: pd.DataFrame,
    map_of_roles: pd.DataFrame,
    *,
    gone: Collection[str],
    names: Mapping[str, str],
    language: Language,
    most: int,
) -> pd.DataFrame:
    """Whom to meet next: groups of people of whom some have not been interviewed, never a person.

    people: the lab's register; turns: those of the interviews, coded or not; map_of_roles: as
    `map_evidence` by city and role; gone: who take no part. A group is the people of one city
    with the same role, age and gender, as the register tells them. Per city, in the order of the
    register: first groups of whom nobody has been heard, the largest first, then the others
    likewise; of two alike, the one whose role has more themes without a word in the city. At
    most `most` for each city, and `further` groups that have no room. Returns `city, order` (1,
    2, …), `role, age_band, gender`, `known` people, `heard` in interviews, `themes_empty` of the
    role in the city (NaN where nobody with the role has been coded there: all are), `about`
    (these themes, or else those that rest on one person in the role; every theme where there are
    none and nobody in the group has been heard), `further`.
    """
    groups = count_heard(people, turns, GROUP, gone=gone)
    groups = groups[groups["not_heard"] > 0].rename(columns={"n": "known"})
    about = _list_thin(map_of_roles, names, language)
    groups = join_one(groups, about, on=["city", "role"])
    no_hint = groups["about"].isna() | ((groups["about"] == "") & (groups["heard"] == 0))
    groups["about"] = groups["about"].mask(no_hint, label("figure.every_theme", language))
    cities = list(dict.fromkeys(people["city"]))
    rank = pd.DataFrame(
        {
            "city": groups["city"].map(cities.index),
            "some_heard": groups["heard"] > 0,
            "smaller": -groups["not_heard"],
            "fewer_empty": -groups["themes_empty"].fillna(float("inf")),
        }
    )
    groups = groups.loc[rank.sort_values(list(rank), kind="stable").index]
    of_city = groups.groupby("city", sort=False)["city"]
    groups["order"] = of_city.cumcount() + 1
    groups["further"] = (of_city.transform("size") - most).clip(lower=0)
    shown = ["city", "order", *GROUP[1:], "known", "heard", "themes_empty", "about", "further"]
    return groups.loc[groups["order"] <= most, shown].reset_index(drop=True)


def _list_thin(
    map_of_roles: pd.DataFrame, names: Mapping[str, str], language: Language
) -> pd.DataFrame:
    """Per city and role: `themes_empty`, and `about`: these by name, or else those of one person.

    A theme of unknown people alone is neither.
    """
    keys = ["city", "role"]
    roles = map_of_roles.assign(themes_empty=map_of_roles["sources"] == 0)
    grouped = roles.groupby(keys)["themes_empty"]
    single = ~grouped.transform("any") & (roles["people"] == 1)
    thin, counted = roles[roles["themes_empty"] | single], grouped.sum()
    listed = thin.groupby(keys)["theme"].agg(list)
    named = [_name(themes, names, language) for themes in listed]
    about = pd.Series(named, index=listed.index, dtype="str").reindex(counted.index).fillna("")
    return pd.DataFrame({"themes_empty": counted, "about": about}).reset_index()


def choose_thin(map_of_groups: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """The map of so many themes only, those that most groups have not spoken of, in its order."""
    empty = (map_of_groups["sources"] == 0).groupby(map_of_groups["theme"], sort=False).sum()
    chosen = empty.sort_values(ascending=False, kind="stable").index[:most]
    return map_of_groups[map_of_groups["theme"].isin(chosen)].reset_index(drop=True)


def count_gaps(map_of_groups: pd.DataFrame) -> pd.DataFrame:
    """One row: how many `cells` (theme and group) there are, how many are `empty` or `single`.

    Single are those in which one known person alone spoke of it. Without a row where the map
    has none.
    """
    if map_of_groups.empty:
        return pd.DataFrame(columns=["cells", "empty", "single"])
    empty = int((map_of_groups["sources"] == 0).sum())
    row = {
        "cells": len(map_of_groups),
        "empty": empty,
        "single": int((map_of_groups["people"] == 1).sum()),
    }
    return pd.DataFrame([row])
