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
    date, source`, `estimate, low, high` (0–1; NaN without both numbers), `n` the denominator
    (0 where it is not known), `unit`, then `numerator, denominator, unknown`, and what the goal
    says of itself. `kind` register counts a whole population and gets no interval; participants
    and samples get Wilson's (Wilson 1927): how far chance alone could move the result of so few
    people. A sample's interval is widened by its `design_effect`, where that column is filled:
    Wilson's on the effective n (Kish 1965, Survey Sampling, section 8.2).
    """
    check_columns(observations, "goal", "city", "date", "source", "numerator", "denominator")
    about = goals.drop(columns="city")
    outcomes = join_one(observations.drop(columns="note", errors="ignore"), about, on=["goal"])
    n = outcomes["denominator"].fillna(0)
    counted = outcomes["numerator"].notna() & (n > 0)
    share = (outcomes["numerator"] / n.where(counted)).to_numpy(dtype=float)
    effective = (n / _design_effect(outcomes)).where(counted)
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


def _design_effect(outcomes: pd.DataFrame) -> pd.Series:
    """How many times the variance of a simple random sample; 1 where nothing is said of it."""
    if "design_effect" not in outcomes:
        return pd.Series(1.0, index=outcomes.index)
    return outcomes["design_effect"].fillna(1.0)


def latest(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations of each goal and city on its last date; an unknown date counts as first.

    Several sources on that date all stay.
    """
    check_columns(observations, "goal", "city", "date")
    last = observations.groupby(["goal", "city"])["date"].transform("max")
    return observations[observations["date"] == last].reset_index(drop=True)


def find_conflicts(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Outcomes of one goal, city and date of which several sources give different figures.

    Two accounts agree when numerator and denominator are the same; an account that lacks one
    of them disagrees with one that has it. Returns those rows, in order.
    """
    same = ["goal", "city", "date"]
    check_columns(outcomes, *same, "source", "numerator", "denominator")
    accounts = outcomes[[*same, "numerator", "denominator"]].drop_duplicates()
    counted = accounts.groupby(same).size().rename("accounts").reset_index()
    told = join_one(outcomes, counted, on=same)
    return told[told["accounts"] > 1].drop(columns="accounts").reset_index(drop=True)


def bound_unknown(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The share if everyone whose outcome is unknown had reached the goal, and if nobody had.

    outcomes: as `estimate_outcomes` gives them. The unknown stand outside the denominator, so
    both shares are of denominator + unknown. Adds `share_if_none` and `share_if_all` (0–1; NaN
    where one of the three numbers is not known).
    """
    check_columns(outcomes, "numerator", "denominator", "unknown")
    everyone = outcomes["denominator"] + outcomes["unknown"]
    everyone = everyone.where(everyone > 0)
    return outcomes.assign(
        share_if_none=outcomes["numerator"] / everyone,
        share_if_all=(outcomes["numerator"] + outcomes["unknown"]) / everyone,
    )
