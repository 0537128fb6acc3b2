"""Intervals that every subject shares: Wilson for shares, t for means, bootstrap by cluster."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]


def wilson_interval(
    successes: ArrayLike, n: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson's score interval for shares: `low` and `high`, 0–1, of the shape of the input.

    successes, n: counts of people. NaN where `n` is 0 or either is NaN. Raises ValueError where
    successes are negative or more than `n`. Wilson 1927, JASA 22: 209; Newcombe 1998,
    Statistics in Medicine 17: 857, method 3.

    >>> low, high = wilson_interval(9, 10)
    >>> f"{low:.3f} {high:.3f}"
    '0.596 0.982'
    """
    counts, people = np.broadcast_arrays(
        np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    )
    if np.any((counts < 0) | (counts > people)):
        raise ValueError(
            f"successes must lie between 0 and n; found {counts.tolist()} of {people.tolist()}"
        )
    z = _normal_quantile(level)
    people = np.where(people > 0, people, np.nan)
    share = counts / people
    centre = share + z**2 / (2 * people)
    spread = z * np.sqrt(share * (1 - share) / people + z**2 / (4 * people**2))
    scale = 1 + z**2 / people
    low = np.where(counts == 0, 0.0 * people, (centre - spread) / scale)
    high = np.where(counts == people, 1.0 + 0.0 * people, (centre + spread) / scale)
    return low, high


def t_interval(
    mean: ArrayLike, standard_error: ArrayLike, df: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Student's t interval for means: `low` and `high` in the unit of the mean.

    df: degrees of freedom; NaN where there are none. Student 1908, Biometrika 6: 1.

    >>> low, high = t_interval(10.0, 1.0, 9)
    >>> f"{low:.3f} {high:.3f}"
    '7.738 12.262'
    """
    centre, error = np.asarray(mean, dtype=float), np.asarray(standard_error, dtype=float)
    degrees = np.asarray(df, dtype=float)
    quantile = special.stdtrit(np.where(degrees > 0, degrees, np.nan), _upper(level))
    return centre - quantile * error, centre + quantile * error


def bootstrap_by_cluster(
    values: ArrayLike, *, rng: np.random.Generator, resamples: int = 2000, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Studentised bootstrap interval of the mean over clusters, which are drawn again whole.

    values: one row per cluster (an interview, a stairwell), one column per measure of it.
    Returns `low` and `high`, one per measure; NaN where one resample in twenty or more holds
    nothing that varies: with fewer than four clusters, or where all but two are alike. Bootstrap-t
    keeps its level with few and skewed clusters, where percentiles fall short of it. Efron &
    Tibshirani 1993, An Introduction to the Bootstrap, section 12.5; Davison & Hinkley 1997,
    Bootstrap Methods and their Application, section 2.4.

    >>> clusters = [[1.0], [2.0], [4.0], [3.0], [8.0]]
    >>> low, high = bootstrap_by_cluster(clusters, rng=np.random.default_rng(1))
    >>> bool(low[0] < 3.6 < high[0])
    True
    """
    measures = np.asarray(values, dtype=float)
    clusters, width = measures.shape
    undefined = np.full(width, np.nan)
    if clusters < 2:
        return undefined, undefined
    mean = measures.mean(axis=0)
    deviations = measures - mean
    standard_error = measures.std(axis=0, ddof=1) / np.sqrt(clusters)
    share_drawn = rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)
    share_drawn = share_drawn / clusters
    shift = share_drawn @ deviations
    spread = np.sqrt(np.maximum(share_drawn @ deviations**2 - shift**2, 0) / (clusters - 1))
    varies = spread > 1e-9 * np.maximum(standard_error, 1e-300)
    studentised = np.where(varies, shift / np.where(varies, spread, 1.0), np.nan)
    defined = (varies.mean(axis=0) > 0.95) & (standard_error > 1e-12 * np.abs(mean))
    lower, upper = undefined.copy(), undefined.copy()
    if defined.any():
        tails = [1 - _upper(level), _upper(level)]
        low_t, high_t = np.nanquantile(studentised[:, defined], tails, axis=0)
        lower[defined] = mean[defined] - np.maximum(high_t, 0) * standard_error[defined]
        upper[defined] = mean[defined] - np.minimum(low_t, 0) * standard_error[defined]
    return lower, upper


def _upper(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; found {level}")
    return (1 + level) / 2


def _normal_quantile(level: float) -> float:
    return float(special.ndtri(_upper(level)))
