"""Reflections → how learning moves: round Kolb's cycle, and from city to city."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from labtools.faults import BadInput, Fault
from labtools.frames import check_columns, join_one

STAGES = ("experience", "reflection", "concept", "experiment")
"""Kolb's cycle (Kolb 1984, Experiential Learning, chapter 2); the last leads to the first."""

_FILE = "learning/reflections.csv"
_FOLLOWING = dict(zip(STAGES, (*STAGES[1:], STAGES[0]), strict=True))


def count_stages(reflections: pd.DataFrame, *, order: Sequence[str]) -> pd.DataFrame:
    """How many entries each city has of each stage.

    reflections: one row per entry with `city, stage`. Returns one row per city of `order` with an
    entry: `city, entries`, a column per stage of STAGES, and `no_stage`, those without.
    """
    check_columns(reflections, "city", "stage")
    counts = pd.crosstab(reflections["city"], reflections["stage"])
    counts = counts.rename(columns={"": "no_stage"})
    counts = counts.reindex(columns=[*STAGES, "no_stage"], fill_value=0)
    counts.insert(0, "entries", counts.sum(axis=1))
    there = [city for city in order if city in counts.index]
    return counts.loc[there].rename_axis("city").rename_axis(columns=None).reset_index()


def list_steps(reflections: pd.DataFrame) -> pd.DataFrame:
    """What led to what: one row per entry and entry that it led to.

    reflections: one row per entry with `entry, city, date, stage, leads_to` (a list). Returns
    `entry, city, date, stage` and the same of the entry led to, as `next_entry, next_city,
    next_date, next_stage`; `follows`: whether that stage comes next in the cycle. Raises BadInput
    for an entry that leads to one that is not there.
    """
    own = reflections[["entry", "city", "date", "stage"]]
    steps = own.assign(next_entry=_split(reflections["leads_to"])).explode("next_entry")
    steps = steps.dropna(subset="next_entry").reset_index(drop=True)
    unknown = steps[~steps["next_entry"].isin(own["entry"])]
    if len(unknown):
        must, do = "names an entry of the table", "correct the id, or add the entry"
        raise BadInput(
            Fault(_FILE, must, f"{entry} leads to {to}", do, column="leads_to")
            for entry, to in zip(unknown["entry"], unknown["next_entry"], strict=True)
        )
    steps = join_one(steps, own.add_prefix("next_"), on=["next_entry"])
    return steps.assign(follows=steps["next_stage"] == steps["stage"].map(_FOLLOWING))


def count_loops(
    reflections: pd.DataFrame, steps: pd.DataFrame, *, order: Sequence[str]
) -> pd.DataFrame:
    """How far round the cycle the experiences of each city led.

    steps: as `list_steps` gives them; only those count that lead to the next stage, in whatever
    city. Returns one row per city of `order` with an experience: `city`, `begun` (experiences),
    and of these those that led to a `reflected`, a `concept_formed`, a `tried`, and all the way
    round to a new experience, `closed`.
    """
    onward = steps[steps["follows"]].groupby("entry")["next_entry"].agg(list).to_dict()
    begun = reflections.loc[reflections["stage"] == STAGES[0], ["entry", "city"]]
    reached = [_count_steps(entry, onward) for entry in begun["entry"]]
    names = ("begun", "reflected", "concept_formed", "tried", "closed")
    by_entry = pd.DataFrame(
        {name: [int(far >= at) for far in reached] for at, name in enumerate(names)},
        index=begun["city"],
    )
    loops = by_entry.groupby(level=0).sum()
    there = [city for city in order if city in loops.index]
    return loops.loc[there].rename_axis("city").reset_index()


def _count_steps(entry: str, onward: Mapping[str, list[str]]) -> int:
    """How many stages an experience led on to, by any way; four when the cycle is closed."""
    here, far = {entry}, 0
    while here and far < len(STAGES):
        here = {to for one in here for to in onward.get(one, [])}
        far += bool(here)
    return far


def list_arrows(reflections: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Who learnt from whom, as the entries tell.

    An entry tells of what its city has `learnt_from` others (a list), and an entry that leads to
    one of another city has taught that city. Returns one row per entry that tells it and city
    learnt from: `learnt_from, city` (who learnt), `entry, date, text, source`. Cities outside the
    lab may be among those learnt from.
    """
    check_columns(reflections, "entry", "city", "date", "text", "learnt_from", "source")
    about = reflections[["entry", "city", "date", "text", "source"]]
    told = about.assign(learnt_from=_split(reflections["learnt_from"])).explode("learnt_from")
    across = steps[steps["city"] != steps["next_city"]]
    led = across[["next_entry", "city"]].set_axis(["entry", "learnt_from"], axis=1)
    led = join_one(led, about, on=["entry"])
    arrows = pd.concat([told.dropna(subset="learnt_from"), led], ignore_index=True)
    arrows = arrows[arrows["learnt_from"] != arrows["city"]]
    arrows = arrows.drop_duplicates(["entry", "learnt_from"]).reset_index(drop=True)
    return arrows[["learnt_from", "city", "date", "text", "entry", "source"]]


def count_arrows(arrows: pd.DataFrame) -> pd.DataFrame:
    """One row per pair of cities: `learnt_from, city`, `n` entries that tell it, `entries`."""
    pairs = arrows.groupby(["learnt_from", "city"], sort=False)["entry"]
    return pairs.agg(n="size", entries=", ".join).reset_index()


def count_mentions(turns: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Where people in one city speak of another: of whom, in how many interviews.

    turns: one row per turn with `source_id, city, text`; names: from slug to name. A name is
    found with a capital, whole, with or without the s of the genitive: a place that is a word
    too, at the beginning of a sentence, is found wrongly. Returns one row per city and city
    mentioned: `city, mentioned, in_interviews, source_ids`. That a city is mentioned does not
    say that anything was learnt there.
    """
    check_columns(turns, "source_id", "city", "text")
    slugs = {name: slug for slug, name in names.items()}
    any_name = "|".join(re.escape(name) for name in sorted(slugs, key=len, reverse=True))
    found = turns["text"].str.findall(rf"\b({any_name})s?\b") if slugs else pd.Series(dtype=object)
    said = turns[["source_id", "city"]].assign(mentioned=found).explode("mentioned")
    said["mentioned"] = said["mentioned"].map(slugs)
    said = said.dropna(subset="mentioned").drop_duplicates()
    pairs = said[said["mentioned"] != said["city"]].groupby(["city", "mentioned"], sort=False)
    return pairs["source_id"].agg(in_interviews="size", source_ids=", ".join).reset_index()


def as_turns(reflections: pd.DataFrame) -> pd.DataFrame:
    """Each entry as a turn of a source of its own: `source_id, turn, text, type, city`."""
    return pd.DataFrame(
        {
            "source_id": reflections["entry"],
            "turn": 1,
            "text": reflections["text"],
            "type": "reflection",
            "city": reflections["city"],
        }
    )


def summarize(reflections: pd.DataFrame) -> pd.DataFrame:
    """One row: how many `entries`, `cities`, and entries without a stage; no row without any."""
    if reflections.empty:
        return pd.DataFrame(columns=["entries", "cities", "no_stage"])
    row = {
        "entries": len(reflections),
        "cities": reflections["city"].nunique(),
        "no_stage": int((reflections["stage"] == "").sum()),
    }
    return pd.DataFrame([row])


def _split(lists: pd.Series) -> pd.Series:
    """A list in a cell, as the contract separates it; an empty one for a blank."""
    return lists.fillna("").map(_split_cell)


def _split_cell(cell: str) -> Iterable[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]
