"""Accounts of goals, held against their goals and against arithmetic."""

from __future__ import annotations

import pandas as pd

from labtools.evidence.schemas import contract
from labtools.faults import Fault


def check_observations(
    observations: pd.DataFrame, goals: pd.DataFrame | None = None
) -> list[Fault]:
    """Numerators larger than their denominator, or without one; cities other than the goal's.

    goals: None where the lab has none.
    """
    faults: list[Fault] = []
    if {"numerator", "denominator"} <= set(observations):
        faults += _check_sizes(observations)
    if goals is not None and {"goal", "city"} <= set(goals) and "goal" in observations:
        if {"numerator", "denominator"} <= set(observations) and "kind" in goals:
            faults += _check_denominators(observations, goals)
        if "city" in observations:
            faults += _check_goal_cities(observations, goals)
    return faults


def _check_sizes(observations: pd.DataFrame) -> list[Fault]:
    """A numerator larger than its denominator."""
    numerator = pd.to_numeric(observations["numerator"], errors="coerce")
    denominator = pd.to_numeric(observations["denominator"], errors="coerce")
    return [
        Fault(
            contract()["observations"].file,
            "numerator is at most the denominator",
            f"{numerator[row]:.0f} of {denominator[row]:.0f}",
            "correct one of them, or leave the denominator blank if it is not known",
            row=int(row),
            column="numerator",
        )
        for row in observations.index[(numerator > denominator).to_numpy()]
    ]


def _check_denominators(observations: pd.DataFrame, goals: pd.DataFrame) -> list[Fault]:
    """A number of people, of a goal that counts people, out of nobody knows how many.

    Where the lab keeps the words in which it was published, it is told as published.
    """
    of_people = goals.loc[goals["kind"] != "", "goal"]
    numerator = pd.to_numeric(observations["numerator"], errors="coerce")
    denominator = pd.to_numeric(observations["denominator"], errors="coerce")
    worded = pd.Series(False, index=observations.index)
    for column in ("published_sv", "published_en"):
        if column in observations:
            worded |= observations[column].fillna("") != ""
    lacking = numerator.notna() & ~(denominator > 0) & ~worded
    rows = observations.index[lacking & observations["goal"].isin(of_people)]
    do = "write how many there were, or the figure as published in published_sv or published_en"
    must = "a numerator has a denominator above 0"
    return [
        Fault(
            contract()["observations"].file, must, f"{numerator[row]:.0f} of "
            + ("nothing told" if pd.isna(denominator[row]) else "0"), do, row=int(row),
            column="denominator",
        )
        for row in rows
    ]  # fmt: skip


def _check_goal_cities(observations: pd.DataFrame, goals: pd.DataFrame) -> list[Fault]:
    """Observations in another city than the one their goal belongs to."""
    of_goal = goals[goals["city"] != ""].drop_duplicates("goal").set_index("goal")["city"]
    city = observations["goal"].map(of_goal)
    elsewhere = observations[city.notna() & (observations["city"] != city)]
    return [
        Fault(
            contract()["observations"].file, f"is {city[row]}, the city of goal {goal}", found,
            "correct one of them", row=int(row), column="city",
        )
        for row, goal, found in zip(
            elsewhere.index, elsewhere["goal"], elsewhere["city"], strict=True
        )
    ]  # fmt: skip
