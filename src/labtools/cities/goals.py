"""Observations of goals → shares with their definition, and accounts that disagree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns, join_one
from labtools.intervals import wilson_interval


def estimate_outcomes(
    observations: pd.DataFrame, goals: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """The share that reached each goal, per city, date and source.

    observations: one row per goal, city, date and source with `numerator, denominator, unknown`
    (people; NaN where not known). Returns one row per observation, in its order: `goal, city,
    date, source`, `estimate, low, high` (0–1; NaN without both numbers, and where the numerator is
    the larger, which `find_impossible` names), `n` the denominator
    (0 where it is not known), `unit`, then `numerator, denominator, unknown`, and what the goal
    says of itself. `kind` register counts a whole population and gets no interval; participants
    and samples get Wilson's (Wilson 1927): how far chance alone could move the result of so few
    people. A sample may tell its `weighted_share`, which then is the estimate, and its
    `design_effect`, which widens the interval: Wilson's on the effective n (Kish 1965, Survey
    Sampling, section 8.2; Korn & Graubard 1998, Survey Methodology 24: 193, for the idea).
    """
    check_columns(observations, "goal", "city", "date", "source", "numerator", "denominator")
    about = goals.drop(columns="city")
    outcomes = join_one(observations.drop(columns="note", errors="ignore"), about, on=["goal"])
    n = outcomes["denominator"].fillna(0)
    counted = outcomes["numerator"].notna() & (n > 0) & (outcomes["numerator"] <= n)
    share = _filled(outcomes, "weighted_share", outcomes["numerator"] / n.where(counted))
    share = share.where(counted).to_numpy(dtype=float)
    effective = (n / _filled(outcomes, "design_effect", 1.0)).where(counted)
    low, high = wilson_interval(share * effective, effective, level=level)
    whole = (outcomes["kind"] == "register").to_numpy()
    outcomes = outcomes.assign(
        estimate=share,
        low=np.where(whole, np.nan, low),
        high=np.where(whole, np.nan, high),
        n=n,
        unit="share",
    )
    return as_estimates(outcomes, by=["goal", "city", "date", "source"])


def _filled(outcomes: pd.DataFrame, column: str, otherwise: pd.Series | float) -> pd.Series:
    """A column that a lab may keep, with what holds where it is blank or absent."""
    blank = pd.Series(np.nan, index=outcomes.index)
    return outcomes.get(column, blank).fillna(otherwise)


def latest(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations that no later one of the same goal and city has overtaken.

    A date overtakes another only where it is certainly later: `2020` overtakes `2019-12`, but
    `2019-12` does not overtake `2019`, and a blank date neither overtakes nor is overtaken.
    Several sources may remain.
    """
    check_columns(observations, "goal", "city", "date")
    dates = observations.groupby(["goal", "city"])["date"].agg(list)
    overtaken = [
        any(is_later(other, date) for other in dates[goal, city])
        for goal, city, date in observations[["goal", "city", "date"]].to_numpy().tolist()
    ]
    return observations[~np.array(overtaken, dtype=bool)].reset_index(drop=True)


def is_later(date: str, than: str) -> bool:
    """Whether a date is certainly later; a month says nothing of the days within it.

    >>> is_later("2020", "2019-12"), is_later("2019-12", "2019")
    (True, False)
    """
    shared = min(len(date), len(than))
    return date[:shared] > than[:shared] if shared else False


def find_impossible(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The outcomes whose numerator is larger than their denominator; no share is made of them."""
    check_columns(outcomes, "numerator", "denominator")
    return outcomes[outcomes["numerator"] > outcomes["denominator"]].reset_index(drop=True)


def select_goal(outcomes: pd.DataFrame, words: str) -> pd.DataFrame:
    """One outcome per city of the goals whose id has any of these words, to be compared.

    outcomes: as `estimate_outcomes` gives them of `latest` observations; words: as `work|arbet`.
    Of several accounts in a city the first that gives a share is taken, or else one that the
    readers may not see, which is `too_few`, a column if there is any. Returns the outcomes, and
    `accounts`, how many there were to choose among, and `definitions`, in how many ways the cities
    together define the goal, its denominator and its kind: more than one cannot be compared.
    """
    check_columns(outcomes, "goal", "city", "estimate", *_DEFINED)
    few = outcomes.get("too_few", pd.Series(data=False, index=outcomes.index))
    found = outcomes[outcomes["goal"].str.contains(words) & (outcomes["estimate"].notna() | few)]
    found = found.sort_values("estimate", key=pd.isna, kind="stable")
    ways = len(found[list(_DEFINED)].drop_duplicates())
    accounts = found.groupby("city")["goal"].transform("size")
    told = found.assign(accounts=accounts, definitions=ways)
    return told.drop_duplicates("city").reset_index(drop=True)


def keep_alike(selected: pd.DataFrame) -> pd.DataFrame:
    """The outcomes that `select_goal` gives, where all cities define them alike; else none."""
    return selected[selected["definitions"] == 1]


def summarize_selected(selected: pd.DataFrame) -> pd.DataFrame:
    """One row: `cities`, `definitions` of their goal, cities with `several` accounts; or none."""
    if selected.empty:
        return pd.DataFrame(columns=["cities", "definitions", "several"])
    several = int((selected["accounts"] > 1).sum())
    ways = int(selected["definitions"].iloc[0])
    return pd.DataFrame([{"cities": len(selected), "definitions": ways, "several": several}])


_DEFINED = ("definition_sv", "definition_en", "denominator_sv", "denominator_en", "kind")


def find_conflicts(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Latest outcomes of one goal and city of which several sources give different figures.

    outcomes: as `estimate_outcomes` makes them of `latest` observations. Two accounts agree when
    numerator and denominator are the same; one that lacks either disagrees with one that has it.
    Returns those rows, in order.
    """
    same = ["goal", "city"]
    check_columns(outcomes, *same, "source", "numerator", "denominator")
    accounts = outcomes[[*same, "numerator", "denominator"]].drop_duplicates()
    counted = accounts.groupby(same).size().rename("accounts").reset_index()
    told = join_one(outcomes, counted, on=same)
    return told[told["accounts"] > 1].drop(columns="accounts").reset_index(drop=True)


def bound_unknown(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The share if everyone whose outcome is unknown had reached the goal, and if nobody had.

    outcomes: as `estimate_outcomes` gives them. The unknown stand outside the denominator, so
    both shares are of denominator + unknown. Returns the rows of participants and registers with
    anybody unknown, with `share_if_none` and `share_if_all` (0–1); for a sample, whom the survey
    did not reach says more than such bounds.
    """
    check_columns(outcomes, "numerator", "denominator", "unknown", "kind")
    outcomes = outcomes[(outcomes["unknown"] > 0) & (outcomes["kind"] != "sample")]
    everyone = outcomes["denominator"] + outcomes["unknown"]
    everyone = everyone.where(everyone > 0)
    return outcomes.assign(
        share_if_none=outcomes["numerator"] / everyone,
        share_if_all=(outcomes["numerator"] + outcomes["unknown"]) / everyone,
    )
