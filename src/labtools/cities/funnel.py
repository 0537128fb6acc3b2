"""Shares of many cities → which lie further from the whole than chance lets them: no ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from labtools.frames import check_columns

Floats = NDArray[np.float64]

LEAST_CITIES = 10
LEVELS = {"95": 0.95, "998": 0.998}
_WINSORISED = 0.1  # of the cities, at either end
_SIGNIFICANT = 0.05
_STEPS = 200  # of a drawn limit


def estimate_funnel(shares: pd.DataFrame, *, by: str = "city") -> pd.DataFrame:
    """Each city's share, and between which limits it would lie were all alike.

    shares: one row per city with `estimate` (0–1), `n` people and perhaps `design_effect`, by which
    n is divided. Returns the rows with a share, or none of fewer than ten cities: their columns,
    `n_effective`, `pooled` (the share of all people together), `low_95, high_95, low_998,
    high_998`, `outside` (whether beyond the wider limits), and for all alike `dispersion` (φ) and
    `spread` (τ, of the cities' own shares).

    Where the cities differ no more than by chance (φ, from z scores winsorised at a tenth in either
    tail, not above 1 by its chi-square test at 5 %), τ is 0 and the limits are exact, interpolated
    between whole numbers of people; the upper as the lower of those who did not reach the goal, for
    the paper's own would name a city with exactly as many as chance allows. Otherwise most cities
    would lie outside for reasons of their own: the limits are widened by τ, normal (random effects,
    by moments). Spiegelhalter 2005, Statistics in Medicine 24: 1185, sections 3 and 4 and appendix
    A.1.
    """
    check_columns(shares, by, "estimate", "n")
    part = shares[shares["estimate"].notna() & (shares["n"] > 0)].reset_index(drop=True)
    if len(part) < LEAST_CITIES:
        part = part.head(0)
    effect = part["design_effect"].fillna(1.0) if "design_effect" in part else 1.0
    people = np.maximum(np.floor((part["n"] / effect).to_numpy(float) + 1e-9), 1.0)
    share = part["estimate"].to_numpy(float)
    pooled = float(share @ people / people.sum()) if len(part) else np.nan
    dispersion, spread = _find_spread(share, people, pooled)
    limits = _find_limits(people, pooled, spread)
    outside = (share < limits["low_998"]) | (share > limits["high_998"])
    return part.assign(
        n_effective=people, pooled=pooled, **limits, outside=outside, dispersion=dispersion,
        spread=spread,
    )  # fmt: skip


def trace_limits(funnel: pd.DataFrame) -> pd.DataFrame:
    """The limits for every size from the smallest to the largest city: what a figure draws.

    funnel: as `estimate_funnel` gives it. Returns `n_effective` and the four limits.
    """
    if funnel.empty:
        return pd.DataFrame(columns=["n_effective"])
    least, most = funnel["n_effective"].min(), funnel["n_effective"].max()
    sizes = np.unique(np.geomspace(least, most, _STEPS).round())
    limits = _find_limits(sizes, float(funnel["pooled"].iloc[0]), float(funnel["spread"].iloc[0]))
    return pd.DataFrame({"n_effective": sizes, **limits})


def summarize(funnel: pd.DataFrame) -> pd.DataFrame:
    """One row: `cities, outside` (how many), `pooled, dispersion`, `widened` (0 or 1); or none."""
    if funnel.empty:
        return pd.DataFrame(columns=["cities", "outside", "pooled", "dispersion", "widened"])
    constant = funnel[["pooled", "dispersion"]].iloc[0].to_dict()
    counts = {"cities": len(funnel), "outside": int(funnel["outside"].sum())}
    return pd.DataFrame([counts | constant | {"widened": int((funnel["spread"] > 0).any())}])


def _find_spread(share: Floats, people: Floats, pooled: float) -> tuple[float, float]:
    """φ, and τ where φ is more than chance makes it."""
    count = len(share)
    if not count or not 0 < pooled < 1:
        return np.nan, 0.0
    variance = pooled * (1 - pooled) / people
    z = (share - pooled) / np.sqrt(variance)
    z = np.clip(z, *np.quantile(z, [_WINSORISED, 1 - _WINSORISED]))
    dispersion = float((z**2).mean())
    if stats.chi2.sf(count * dispersion, count) >= _SIGNIFICANT:
        return dispersion, 0.0
    weight = 1 / variance
    excess = count * dispersion - (count - 1)
    between = excess / (weight.sum() - (weight**2).sum() / weight.sum())
    return dispersion, float(np.sqrt(max(between, 0.0)))


def _find_limits(people: Floats, pooled: float, spread: float) -> dict[str, Floats]:
    limits = {}
    for name, level in LEVELS.items():
        for side, tail in (("low", (1 - level) / 2), ("high", (1 + level) / 2)):
            if spread > 0:
                error = np.sqrt(pooled * (1 - pooled) / people + spread**2)
                limit = np.clip(pooled + special.ndtri(tail) * error, 0.0, 1.0)
            elif side == "low":
                limit = _interpolate(people, pooled, tail)
            else:
                limit = 1 - _interpolate(people, 1 - pooled, 1 - tail)
            limits[f"{side}_{name}"] = limit
    return limits


def _interpolate(people: Floats, pooled: float, tail: float) -> Floats:
    """The share below which a city of so many people lies with this probability, between counts."""
    if np.isnan(pooled):
        return np.full(len(people), np.nan)
    count = stats.binom.ppf(tail, people, pooled)
    below, at = stats.binom.cdf(count - 1, people, pooled), stats.binom.cdf(count, people, pooled)
    step = np.where(at > below, at - below, 1.0)
    return np.asarray(np.clip((count - (at - tail) / step) / people, 0.0, 1.0))
