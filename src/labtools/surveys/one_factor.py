"""Correlations of many scales → one factor for each, and omega."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EM_STEPS = 300
_EM_TOLERANCE = 1e-8
_LONGEST_STEP = 64
_LEAST_UNIQUENESS = 0.005  # of a question's variance, as in R's factanal


def omega_of(covariances: Floats) -> Floats:
    """McDonald's omega total of each of many covariance matrices (…, k, k).

    The factor is fitted to correlations, and brought back to the questions' own spread. NaN where
    a question does not vary and where no fit is found. McDonald 1999, Test Theory, chapter 6.

    >>> even = np.array([[[2.0, 1.0, 1.0], [1.0, 2.0, 1.0], [1.0, 1.0, 2.0]]])
    >>> omega_of(even).round(6).tolist()
    [0.75]
    """
    sd = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    sd = np.where((sd > 1e-9).all(axis=1, keepdims=True), sd, np.nan)
    correlations = covariances / (sd[:, :, None] * sd[:, None, :])
    loadings, uniquenesses = fit_one_factor(correlations)
    common = (loadings * sd).sum(axis=1) ** 2
    omegas: Floats = common / (common + (uniquenesses * sd**2).sum(axis=1))
    return omegas


def fit_one_factor(correlations: Floats) -> tuple[Floats, Floats]:
    """Loadings and uniquenesses of one factor by maximum likelihood; NaN where none is found.

    correlations: many matrices (…, k, k), three questions at the least. No uniqueness falls below
    .005. EM (Rubin & Thayer 1982, Psychometrika 47: 69), its steps lengthened as in Varadhan &
    Roland 2008, Scandinavian Journal of Statistics 35: 335, scheme S3.
    """
    n, k, _ = correlations.shape
    found = np.full((n, 2, k), np.nan)
    moving: NDArray[np.bool_] = np.array(np.isfinite(correlations).all(axis=(1, 2)))
    found[moving, 0] = 0.7 * np.sign(correlations[moving].sum(axis=2))
    found[moving, 1] = 0.5
    for _ in range(_EM_STEPS):
        matrices, start = correlations[moving], found[moving]
        once = _step(matrices, start)
        step = once - start
        bend = _step(matrices, once) - once - step
        longer = np.clip(_length(step) / np.maximum(_length(bend), 1e-300), 1, _LONGEST_STEP)
        ahead = np.clip(start + 2 * longer * step + longer**2 * bend, -1, 1)
        ahead[:, 1] = np.maximum(ahead[:, 1], _LEAST_UNIQUENESS)
        now = _step(matrices, ahead)
        found[moving] = now
        moving[moving] = _length(_step(matrices, now) - now).ravel() > _EM_TOLERANCE
        if not moving.any():
            break
    found[moving] = np.nan
    return found[:, 0], found[:, 1]


def _step(correlations: Floats, values: Floats) -> Floats:
    """One step of EM from loadings and uniquenesses (…, 2, k)."""
    loadings, uniquenesses = values[:, 0], values[:, 1]
    weighted = loadings / uniquenesses
    beta = weighted / (1 + (loadings * weighted).sum(axis=1, keepdims=True))
    with_factor = np.einsum("nij,nj->ni", correlations, beta)
    spread = 1 - (beta * loadings).sum(axis=1) + (beta * with_factor).sum(axis=1)
    loadings = with_factor / spread[:, None]
    uniquenesses = np.maximum(1 - loadings * with_factor, _LEAST_UNIQUENESS)
    return np.stack([loadings, uniquenesses], axis=1)


def _length(values: Floats) -> Floats:
    squared: Floats = (values**2).sum(axis=(1, 2), keepdims=True)
    return np.sqrt(squared)
