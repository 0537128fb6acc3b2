"""Estimates of several cities → which differ, and which ranks each may have: all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.frames import check_columns

Floats = NDArray[np.float64]

DRAWS = 4_000
_AT_ONCE = 2_000_000  # differences held in memory


def compare_pairs(
    estimates: pd.DataFrame,
    *,
    by: str = "city",
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
) -> pd.DataFrame:
    """The difference of every pair of cities, with intervals that hold all together.

    estimates: one row per city, independent of each other, with `estimate`, `standard_error`,
    `df` (of the error; infinity where it is known), `n`, `unit`. Cities without an estimate or
    an error above nought take no part. Returns one row per pair, in the order of the cities:
    `first, second`, `estimate` (second − first), `low, high`, `n` (people of both), `unit`, and
    `told_apart`: whether the interval holds no difference out.

    With probability `level` all intervals hold their true difference: their half width is the
    quantile, over draws, of the largest studentised difference of any pair, each city's mean and
    error drawn anew (normal; chi-square with its df). For equal errors that is Tukey's range.
    Hochberg & Tamhane 1987, Multiple Comparison Procedures, chapters 3 and 7.
    """
    part = _choose(estimates, by)
    first, second = np.triu_indices(len(part), k=1)
    y, s = part["estimate"].to_numpy(float), part["standard_error"].to_numpy(float)
    error = np.hypot(s[first], s[second])
    critical = _find_critical(s, part["df"].to_numpy(float), rng=rng, draws=draws, level=level)
    difference = y[second] - y[first]
    names, people = part[by].to_numpy(), part["n"].to_numpy(float)
    return pd.DataFrame(
        {
            "first": names[first],
            "second": names[second],
            "estimate": difference,
            "low": difference - critical * error,
            "high": difference + critical * error,
            "n": people[first] + people[second],
            "unit": part["unit"].to_numpy()[first] if len(part) else part["unit"],
            "told_apart": np.abs(difference) > critical * error,
        }
    )


def compare_shares(shares: pd.DataFrame, *, by: str = "city", level: float = 0.95) -> pd.DataFrame:
    """The difference of every pair of cities' shares, with intervals that hold all together.

    shares: one row per city, independent of each other, with `estimate` (0–1), `low` (NaN for a
    whole population, which takes no part), `n` people, and perhaps `design_effect`, by which n is
    divided. Returns the columns of `compare_pairs`.

    Each interval is the wider, at either end, of two at Bonferroni's level: with one added to those
    who reached the goal and to those who did not (Agresti & Caffo 2000, The American Statistician
    54: 280), and of variance recovered from each share's exact limits (Zou & Donner 2008,
    Statistics in Medicine 27: 1693; Clopper & Pearson 1934, Biometrika 26: 404). Either alone falls
    short of its level where a share of few people lies near 0 or 1; in simulations of 2 to 8 cities
    of 10 to 60 people both together kept 95 % for whatever shares.
    """
    check_columns(shares, by, "estimate", "low", "n", "unit")
    part = shares[shares["estimate"].notna() & shares["low"].notna()].reset_index(drop=True)
    first, second = np.triu_indices(len(part), k=1)
    effect = part["design_effect"].fillna(1.0) if "design_effect" in part else 1.0
    share, people = part["estimate"].to_numpy(float), (part["n"] / effect).to_numpy(float)
    tail = (1 - level) / 2 / max(len(first), 1)
    difference = share[second] - share[first]
    low, high = _exact_limits(share * people, people, tail)
    down = np.hypot(share[second] - low[second], high[first] - share[first])
    up = np.hypot(high[second] - share[second], share[first] - low[first])
    nearer = (share * people + 1) / (people + 2)
    between = nearer[second] - nearer[first]
    variance = nearer * (1 - nearer) / (people + 2)
    half = -special.ndtri(tail) * np.sqrt(variance[first] + variance[second])
    low_pair = np.minimum(difference - down, between - half)
    high_pair = np.maximum(difference + up, between + half)
    names, counted = part[by].to_numpy(), part["n"].to_numpy(float)
    return pd.DataFrame(
        {
            "first": names[first],
            "second": names[second],
            "estimate": difference,
            "low": np.maximum(low_pair, -1.0),
            "high": np.minimum(high_pair, 1.0),
            "n": counted[first] + counted[second],
            "unit": "change in share",
            "told_apart": (low_pair > 0) | (high_pair < 0),
        }
    )


def _exact_limits(reached: Floats, people: Floats, tail: float) -> tuple[Floats, Floats]:
    """Clopper & Pearson's limits of shares, each with this probability beyond."""
    none, every = reached <= 0, reached >= people
    low = special.betaincinv(np.where(none, 1.0, reached), people - reached + 1, tail)
    high = special.betaincinv(reached + 1, np.where(every, 1.0, people - reached), 1 - tail)
    return np.where(none, 0.0, low), np.where(every, 1.0, high)


def find_ranks(pairs: pd.DataFrame, estimates: pd.DataFrame, *, by: str = "city") -> pd.DataFrame:
    """Which ranks each city may have, highest value first: sets that hold all together.

    pairs: as `compare_pairs` or `compare_shares` gives them for these estimates. Returns one row
    per city in a pair: `city`, `rank_best, rank_worst`, `n` cities. A city's best rank is one more
    than the number of cities surely above it, its worst is as far from the end as there are
    cities surely below it. With the probability of the intervals all true ranks lie in their
    sets. There is no single rank to be had here: an order by estimate alone is mostly chance.
    Mogstad, Romano, Shaikh & Wilhelm 2024, Review of Economic Studies 91: 476, section 3.
    """
    compared = set(pairs["first"]) | set(pairs["second"])
    part = estimates[estimates[by].isin(compared)]
    place = {city: at for at, city in enumerate(part[by])}
    sure = pairs[pairs["told_apart"]]
    upper = np.where(sure["estimate"] > 0, sure["second"], sure["first"])
    lower = np.where(sure["estimate"] > 0, sure["first"], sure["second"])
    below = np.bincount([place[city] for city in upper], minlength=len(part))
    above = np.bincount([place[city] for city in lower], minlength=len(part))
    return pd.DataFrame(
        {
            by: part[by].to_numpy(),
            "rank_best": 1 + above,
            "rank_worst": len(part) - below,
            "n": len(part),
        }
    )


def summarize(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row: how many `pairs`, and how many of them can be `told_apart`; none without a pair."""
    if pairs.empty:
        return pd.DataFrame(columns=["pairs", "told_apart"])
    return pd.DataFrame([{"pairs": len(pairs), "told_apart": int(pairs["told_apart"].sum())}])


def _choose(estimates: pd.DataFrame, by: str) -> pd.DataFrame:
    check_columns(estimates, by, "estimate", "standard_error", "df", "n", "unit")
    part = estimates[estimates["estimate"].notna() & (estimates["standard_error"] > 0)]
    return part.reset_index(drop=True)


def _find_critical(
    s: Floats, df: Floats, *, rng: np.random.Generator, draws: int, level: float
) -> float:
    """The quantile of the largest |difference| / its error over all pairs."""
    cities = len(s)
    if cities < 2:
        return np.nan
    first, second = np.triu_indices(cities, k=1)
    largest = []
    for begin in range(0, draws, step := max(1, _AT_ONCE // len(first))):
        size = min(step, draws - begin)
        drawn = s * rng.standard_normal((size, cities))
        known = np.isinf(df)
        freedom = np.where(known, 1.0, df)
        errors = s**2 * np.where(known, 1.0, rng.chisquare(freedom, (size, cities)) / freedom)
        away = np.abs(drawn[:, second] - drawn[:, first])
        away /= np.sqrt(errors[:, second] + errors[:, first])
        largest.append(away.max(axis=1))
    return float(np.quantile(np.concatenate(largest), level))
