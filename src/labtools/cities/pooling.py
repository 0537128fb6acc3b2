"""Estimates of several cities → the same, drawn together as far as the data say they are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from labtools.frames import as_estimates, check_columns

Floats = NDArray[np.float64]
Prior = Literal["half_cauchy", "half_normal", "uniform"]

LEAST_CITIES = 3
_GRID = 2_000  # spreads, evenly in their cube root: dense near nought
_FURTHEST = 10.0  # times the largest distance or error: what the grid reaches to
_STEPS = 60  # of the bisection


def pool_estimates(
    estimates: pd.DataFrame,
    *,
    by: str = "city",
    prior: Prior,
    scale: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """Each city's value, drawn towards the mean of all as far as they vary no more than by chance.

    estimates: one row per city with `estimate`, `standard_error`, `n`, `unit`; those without an
    estimate or an error above nought are left as they are, and take no part. The model: estimates
    are normal about their city's value with known errors, the values normal about a mean (flat
    prior) with a spread τ whose prior is `half_cauchy` or `half_normal` with this `scale`, in the
    unit of the estimates, or `uniform` (scale not used). Returns the same rows: `estimate, low,
    high` (posterior mean, and equal tails of the posterior), `n`, `unit`, `raw`, what it was, and
    `too_few`, if it is there.
    NaN for every city where fewer than three take part. Integrated over a grid of τ.
    Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 5.4; the priors: Gelman 2006,
    Bayesian Analysis 1: 515.
    """
    check_columns(estimates, by, "estimate", "standard_error", "n", "unit")
    part = _takes_part(estimates)
    mean, low, high = np.full((3, len(estimates)), np.nan)
    if part.sum() >= LEAST_CITIES:
        y, s = (
            estimates.loc[part, name].to_numpy(float) for name in ("estimate", "standard_error")
        )
        posterior = _integrate(y, s, prior=prior, scale=scale)
        mean[part] = posterior.weights @ posterior.centres
        tail = (1 - level) / 2
        low[part], high[part] = (posterior.quantiles(q) for q in (tail, 1 - tail))
    pooled = pd.DataFrame(
        {
            by: estimates[by].to_numpy(),
            "estimate": mean,
            "low": low,
            "high": high,
            "n": estimates["n"].to_numpy(),
            "unit": estimates["unit"].to_numpy(),
            "raw": estimates["estimate"].to_numpy(),
            **{name: estimates[name].to_numpy() for name in ("too_few",) if name in estimates},
        }
    )
    return as_estimates(pooled, by=[by])


def as_log_odds(shares: pd.DataFrame, *, by: str = "city") -> pd.DataFrame:
    """Shares as log odds with their standard errors, to be pooled; `as_shares` turns them back.

    shares: one row per city with `estimate` (0–1), `low` (NaN for a whole population, which takes
    no part), `n` and perhaps `design_effect`. Half a person is added to those who reached the goal
    and those who did not, which keeps all and none finite. Gart & Zweifel 1967, Biometrika 54: 181.
    """
    check_columns(shares, by, "estimate", "low", "n")
    part = shares[shares["estimate"].notna() & shares["low"].notna()]
    effect = part["design_effect"].fillna(1.0) if "design_effect" in part else 1.0
    people = part["n"] / effect
    reached = part["estimate"] * people + 0.5
    others = people - reached + 1
    odds = {
        "estimate": np.log(reached / others),
        "standard_error": (1 / reached + 1 / others) ** 0.5,
    }
    kept = [name for name in (by, "n", "too_few") if name in part]
    return part[kept].assign(**odds, unit="log odds").reset_index(drop=True)


def as_shares(pooled: pd.DataFrame) -> pd.DataFrame:
    """Pooled log odds as shares again: `estimate, low, high` and `raw`, 0–1.

    >>> row = {"estimate": [0.0], "low": [-1.0], "high": [1.0], "raw": [0.0], "unit": "log odds"}
    >>> as_shares(pd.DataFrame(row)).round(2).to_numpy().tolist()
    [[0.5, 0.27, 0.73, 0.5, 'share']]
    """
    ends = ["estimate", "low", "high", "raw"]
    return pooled.assign(**{end: special.expit(pooled[end]) for end in ends}, unit="share")


def estimate_spread(
    estimates: pd.DataFrame,
    *,
    priors: Sequence[tuple[Prior, float]],
    level: float = 0.95,
) -> pd.DataFrame:
    """How far the cities' values lie apart, under several priors: how much the data decide.

    Returns one row per prior: `prior, scale` (NaN for uniform), `mean` of the cities' mean,
    `estimate` (median of the spread τ, a standard deviation in the unit of the estimates), `low,
    high` (equal tails), `n` cities, `unit`; NaN with fewer than three cities.
    """
    check_columns(estimates, "estimate", "standard_error", "unit")
    part = _takes_part(estimates)
    y, s = (estimates.loc[part, name].to_numpy(float) for name in ("estimate", "standard_error"))
    unit = str(estimates["unit"].iloc[0]).removeprefix("change in ") if len(estimates) else ""
    rows = []
    for prior, scale in priors:
        found = dict.fromkeys(("mean", "estimate", "low", "high"), np.nan)
        if len(y) >= LEAST_CITIES:
            posterior = _integrate(y, s, prior=prior, scale=scale)
            tail = (1 - level) / 2
            low, median, high = np.interp(
                [tail, 0.5, 1 - tail], np.cumsum(posterior.weights), posterior.edges
            )
            centre = float(posterior.weights @ posterior.means)
            found = {"mean": centre, "estimate": median, "low": low, "high": high}
        used = np.nan if prior == "uniform" else scale
        rows.append({"prior": prior, "scale": used, **found, "n": len(y), "unit": unit})
    columns = ["prior", "scale", "estimate", "low", "high", "n", "unit", "mean"]
    return as_estimates(pd.DataFrame(rows, columns=columns), by=["prior", "scale"])


def _takes_part(estimates: pd.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(estimates["estimate"].notna() & (estimates["standard_error"] > 0), dtype=bool)


@dataclass(frozen=True)
class _Posterior:
    """On a grid: `weights` of spreads up to each of `edges`; `means` of the mean; per spread (row)
    and city, the `centres` and `errors` of its value, which is normal given the spread.
    """

    edges: Floats
    weights: Floats
    means: Floats
    centres: Floats
    errors: Floats

    def quantiles(self, share: float) -> Floats:
        """Below which each city's value lies with this probability, by bisection."""
        low = (self.centres - 9 * self.errors).min(axis=0)
        high = (self.centres + 9 * self.errors).max(axis=0)
        for _ in range(_STEPS):
            middle = (low + high) / 2
            below = self.weights @ special.ndtr((middle - self.centres) / self.errors) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2, dtype=float)


def _integrate(y: Floats, s: Floats, *, prior: Prior, scale: float) -> _Posterior:
    if prior != "uniform" and not scale > 0:
        raise ValueError(f"the scale of a prior must be above 0; found {scale}")
    furthest = _FURTHEST * max(float(np.ptp(y)), float(s.max()))
    edges = furthest * np.linspace(0, 1, _GRID + 1) ** 3
    spreads = (edges[1:] + edges[:-1]) / 2
    precision = 1 / (s**2 + spreads[:, None] ** 2)
    variance = 1 / precision.sum(axis=1)
    means = variance * (precision * y).sum(axis=1)
    log_density = 0.5 * np.log(variance) + 0.5 * (
        np.log(precision) - precision * (y - means[:, None]) ** 2
    ).sum(axis=1)
    log_density += _log_prior(spreads, prior, scale) + np.log(np.diff(edges))
    weights = np.exp(log_density - log_density.max())
    kept = s**2 * precision  # how much of each value is the mean's: 1 where the spread is nought
    centres = kept * means[:, None] + (1 - kept) * y
    errors = np.sqrt((1 - kept) * s**2 + kept**2 * variance[:, None])
    return _Posterior(edges[1:], weights / weights.sum(), means, centres, errors)


def _log_prior(spreads: Floats, prior: Prior, scale: float) -> Floats:
    """Up to a constant."""
    if prior == "half_cauchy":
        return -np.log1p((spreads / scale) ** 2)
    if prior == "half_normal":
        return -0.5 * (spreads / scale) ** 2
    return np.zeros_like(spreads)
