"""Interviews → the people or groups whose words they hold: who is independent of whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labtools.frames import check_columns


def find_units(turns: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """Which interviews are with the same person, and so count once.

    turns: those that count, with `source_id, turn, city, person_id` (an interpreter's turns with
    the person spoken for); tokens: their words. Returns one row per source with words, in the
    order of `turns`: `source_id, unit, city`. A unit is the interviews of one city in which the
    same person says more than half of the words, such as one before and one after; it is called
    by their ids, joined by ` + `. An interview in which nobody does, a group's, or in which that
    person is not known, is a unit of its own. The same person in two cities is two units, so that
    each belongs to one city; and who talks both alone and in a group is in two.

    >>> turns = pd.DataFrame({"source_id": ["i1", "i2", "i3"], "turn": 1, "city": "norrvik",
    ...                       "person_id": ["p1", "p2", "p1"]})
    >>> find_units(turns, turns)["unit"].tolist()
    ['i1 + i3', 'i2', 'i1 + i3']
    """
    check_columns(turns, "source_id", "turn", "city", "person_id")
    words = tokens.groupby(["source_id", "turn"]).size().rename("words").reset_index()
    said = turns.merge(words, on=["source_id", "turn"], validate="1:1")
    by_person = said.groupby(["source_id", "person_id"])["words"].sum().reset_index()
    of_source = by_person.groupby("source_id")["words"].transform("sum")
    is_main = (2 * by_person["words"] > of_source) & (by_person["person_id"] != "")
    person = by_person[is_main].set_index("source_id")["person_id"]
    units = said[["source_id", "city"]].drop_duplicates("source_id", ignore_index=True)
    name = units["source_id"].map(person).astype("str")
    by = [units["city"], name.isna(), name.fillna(units["source_id"])]
    units.insert(1, "unit", units["source_id"].groupby(by).transform(" + ".join))
    return units


def join_interviews(tokens: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """The same words, with the unit for `source_id` and its turns numbered through.

    What a person says in several interviews is added up, not averaged: counts stay counts, as
    `permutation` and `keyness` take them to be, and a short second interview weighs less than a
    long first one. As estimates of rates the two are equally good: their errors differ by about
    1 in 100, whether or not a person's rate changes between interviews. No two turns become one.
    ValueError for a source without a unit.

    >>> tokens = pd.DataFrame({"source_id": ["i1", "i2"], "turn": 1, "lemma": ["gård", "hus"]})
    >>> units = pd.DataFrame({"source_id": ["i1", "i2"], "unit": "i1 + i2"})
    >>> join_interviews(tokens, units)[["source_id", "turn"]].to_numpy().tolist()
    [['i1 + i2', 1], ['i1 + i2', 2]]
    """
    check_columns(tokens, "source_id", "turn")
    check_columns(units, "source_id", "unit")
    sources = tokens["source_id"].astype("category").cat.remove_unused_categories().cat
    unit = units.set_index("source_id")["unit"].reindex(sources.categories)
    if unit.isna().any():
        raise ValueError(f"every source must have a unit; {unit.index[unit.isna()][0]} has none")
    codes, names = pd.factorize(unit, sort=True)
    joined = pd.Categorical.from_codes(np.take(codes, sources.codes), categories=names)
    begins = np.diff(sources.codes, prepend=-1) != 0
    begins[1:] |= np.diff(tokens["turn"]) != 0
    return tokens.assign(source_id=joined, turn=np.cumsum(begins))


def summarize(units: pd.DataFrame) -> pd.DataFrame:
    """One row: how many `interviews`, `units`, and `repeated` units of several; none of none."""
    if units.empty:
        return pd.DataFrame(columns=["interviews", "units", "repeated"])
    size = units["unit"].value_counts()
    row = {"interviews": len(units), "units": len(size), "repeated": int((size > 1).sum())}
    return pd.DataFrame([row])


def count_cities(
    units: pd.DataFrame, tokens: pd.DataFrame, *, order: Sequence[str]
) -> pd.DataFrame:
    """How much each city is compared by: one row per city of `order`.

    tokens: those that `find_units` was given. Columns: `city`, `in_swedish` (interviews),
    `units` (people or groups), `words`.
    """
    length = tokens["source_id"].value_counts()
    counted = (
        units.assign(words=units["source_id"].map(length))
        .groupby("city")
        .agg(in_swedish=("source_id", "size"), units=("unit", "nunique"), words=("words", "sum"))
    )
    return counted.reindex(list(order), fill_value=0).rename_axis("city").reset_index()
