"""Scores in two waves → who answered both, and what changed for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labtools.frames import as_estimates, check_columns
from labtools.intervals import t_interval

MIN_PAIRS_FOR_INTERVAL = 5


def pair_waves(scores: pd.DataFrame, column: str, *, waves: Sequence[str]) -> pd.DataFrame:
    """People who answered, with their value in the first and the last wave.

    scores: one row per person and wave; waves: in order; with fewer than two, nobody is paired,
    nor is anybody without a `person_id`: such answers cannot be linked.
    Returns one row per person and city with a score in either wave, cities in the order of
    `scores`: `person_id, city, before, after, change` (after − before; NaN unless both).
    Raises ValueError where a person has a wave twice or moved between cities.
    """
    check_columns(scores, "person_id", "city", "wave", column)
    ordered = list(waves)
    first_and_last = [ordered[0], ordered[-1]] if len(ordered) > 1 else ["before", "after"]
    linked = scores[column].notna() & (scores["person_id"].fillna("") != "")
    answered = scores[linked & scores["wave"].isin(first_and_last)]
    if answered.duplicated(["person_id", "wave"]).any():
        twice = answered[answered.duplicated(["person_id", "wave"])].iloc[0]
        raise ValueError(
            f"each person must answer a wave once; {twice['person_id']} answered "
            f"{twice['wave']} twice"
        )
    if (answered.groupby("person_id")["city"].nunique() > 1).any():
        raise ValueError("a person must answer in one city; one answered in two")
    pairs = answered.pivot(index=["city", "person_id"], columns="wave", values=column)
    pairs = pairs.reindex(columns=first_and_last).set_axis(["before", "after"], axis="columns")
    place = {city: at for at, city in enumerate(dict.fromkeys(answered["city"]))}
    pairs = pairs.reset_index()
    pairs = pairs.assign(place=pairs["city"].map(place)).sort_values(["place", "person_id"])
    paired = pairs[["person_id", "city", "before", "after"]].reset_index(drop=True)
    return paired.assign(change=paired["after"] - paired["before"])


def count_attrition(pairs: pd.DataFrame) -> pd.DataFrame:
    """People per city who answered both waves, only before, only after.

    Returns one row per city: `city, both, only_before, only_after` (people) and
    `mean_before_stayed, mean_before_left`: the first score of those who answered again and of
    those who did not, in points.
    """
    check_columns(pairs, "city", "before", "after")
    has_before, has_after = pairs["before"].notna(), pairs["after"].notna()
    counted = pairs.assign(
        both=has_before & has_after,
        only_before=has_before & ~has_after,
        only_after=~has_before & has_after,
        mean_before_stayed=pairs["before"].where(has_after),
        mean_before_left=pairs["before"].where(~has_after),
    ).groupby("city", sort=False)
    people = counted[["both", "only_before", "only_after"]].sum()
    means = counted[["mean_before_stayed", "mean_before_left"]].mean()
    return people.join(means).reset_index()


def estimate_change(pairs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Mean change per city among those who answered both waves.

    Returns one row per city: `estimate, low, high` in points, `n` people who answered both,
    `unit`; `rose, same, fell` (people), `sd` of the change. The interval is Student's t on the
    paired differences: how far chance alone could move the result of so few people; NaN for
    fewer than five, and where all changed alike. It says nothing of those who did not answer again.
    """
    check_columns(pairs, "city", "change")
    rows = []
    for city, people in pairs.groupby("city", sort=False)["change"]:
        change = people.dropna().to_numpy(dtype=float)
        n = len(change)
        mean = float(change.mean()) if n else np.nan
        sd = float(change.std(ddof=1)) if n > 1 else np.nan
        enough = n >= MIN_PAIRS_FOR_INTERVAL and sd > 1e-9
        error = sd / np.sqrt(n) if enough else np.nan
        low, high = t_interval(mean, error, n - 1, level=level)
        counts = {
            "rose": (change > 0).sum(),
            "same": (change == 0).sum(),
            "fell": (change < 0).sum(),
        }
        rows.append({"city": city, "estimate": mean, "low": float(low), "high": float(high),
                     "n": n, "sd": sd, **counts})  # fmt: skip
    columns = ["city", "estimate", "low", "high", "n", "sd", "rose", "same", "fell"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="change in points")
    return as_estimates(table, by=["city"])


def change_limits(changes: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold every city's change and its interval, alike on both sides of no change."""
    check_columns(changes, "estimate", "low", "high")
    widest = changes[["estimate", "low", "high"]].abs().max().max()
    furthest = 1.05 * widest if widest > 0 else 1.0
    return -furthest, furthest
