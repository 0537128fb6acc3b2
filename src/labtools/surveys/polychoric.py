"""Ordered answers → correlations of what lies behind them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_FURTHEST = 0.999


def correlate_latent(people: Floats) -> Floats:
    """Polychoric correlations of ordered answers: a matrix with ones on its diagonal.

    people: one row per person, one column per question, no missing. Each question is taken as a
    normal variable cut into steps. In two steps: the cuts from the shares of each answer, then
    each pair's correlation by maximum likelihood; no count is added to empty cells, and no
    correlation goes beyond .999. NaN for a question that all answered alike. Olsson 1979,
    Psychometrika 44: 443.

    >>> steps = np.array([[1, 1], [1, 2], [2, 1], [2, 2]] * 5, dtype=float)
    >>> correlate_latent(steps).round(6).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    k = people.shape[1]
    correlations = np.eye(k)
    for one, other in combinations(range(k), 2):
        correlation = _correlate_pair(people[:, one], people[:, other])
        correlations[one, other] = correlations[other, one] = correlation
    return correlations


def _correlate_pair(first: Floats, second: Floats) -> float:
    steps, row = np.unique(first, return_inverse=True)
    others, column = np.unique(second, return_inverse=True)
    if min(len(steps), len(others)) < 2:
        return np.nan
    counts = np.zeros((len(steps), len(others)))
    np.add.at(counts, (row, column), 1)
    cuts = [special.ndtri(counts.sum(axis=1 - axis).cumsum()[:-1] / len(first)) for axis in (0, 1)]

    def minus_log_likelihood(rho: float) -> float:
        cells = np.diff(np.diff(_below(cuts[0], cuts[1], rho), axis=0), axis=1)
        return -float((counts * np.log(np.maximum(cells, 1e-300))).sum())

    found = optimize.minimize_scalar(
        minus_log_likelihood,
        bounds=(-_FURTHEST, _FURTHEST),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(found.x)


def _below(first: Floats, second: Floats, rho: float) -> Floats:
    """P(X ≤ a, Y ≤ b) of the bivariate normal for each pair of cuts, the infinite ones included.

    Drezner & Wesolowsky 1990, Journal of Statistical Computation and Simulation 35: 101: the
    integral over the correlation, by Gauss–Legendre.
    """
    half = np.arcsin(rho) / 2
    angles = half * (_NODES + 1)
    a, b = first[:, None, None], second[None, :, None]
    exponent = (a**2 + b**2 - 2 * a * b * np.sin(angles)) / (2 * np.cos(angles) ** 2)
    dependent = half * (np.exp(-exponent) @ _WEIGHTS) / (2 * np.pi)
    below = np.zeros((len(first) + 2, len(second) + 2))
    p_first = np.concatenate([[0.0], special.ndtr(first), [1.0]])
    p_second = np.concatenate([[0.0], special.ndtr(second), [1.0]])
    below[:] = p_first[:, None] * p_second
    below[1:-1, 1:-1] += dependent
    return below
