"""The belonging scale: items cut from a normal trait so that the scale comes out as the truth says.

An item's answer is `mean + offset + spread · trait + NOISE · error`, rounded and kept within
1–5. Rounding and the ends of the scale move mean and SD, so `mean` and `spread` are solved for:
expectations over the trait are taken by Gauss–Hermite quadrature, not by simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, root
from scipy.stats import norm

ITEMS = ("hemma", "lyssnad", "delaktig", "stod", "grannar", "flytta")
OFFSETS = np.array([0.25, -0.20, -0.30, 0.20, 0.10, -0.05])  # how easy each is to agree with
NOISE = 0.95
CUTS = np.array([1.5, 2.5, 3.5, 4.5])
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()

Numbers = NDArray[np.float64]


def _above(level: Numbers) -> Numbers:
    """Probability that an answer passes each cut: (…, item, cut) for the trait's level (…)."""
    reached = level[..., None, None] + OFFSETS[:, None] - CUTS
    return np.asarray(norm.cdf(reached / NOISE))


def expected_scale(level: Numbers) -> Numbers:
    """Mean of the scale for people whose items centre on `level`."""
    return np.asarray(1 + _above(level).sum(axis=-1).mean(axis=-1))


def _variance_within(level: Numbers) -> Numbers:
    """Variance of the scale among people at the same level."""
    above = _above(level)
    mean = above.sum(axis=-1)
    square = (above * (2 * np.arange(1, 5) - 1)).sum(axis=-1)
    return np.asarray((square - mean**2).sum(axis=-1) / len(ITEMS) ** 2)


@cache
def solve_trait(mean: float, sd: float) -> tuple[float, float]:
    """The trait's centre and spread that give the scale this mean and SD."""

    def off(trait: Numbers) -> list[float]:
        level = trait[0] + trait[1] * _NODES
        scale = expected_scale(level)
        middle = float(_WEIGHTS @ scale)
        variance = float(_WEIGHTS @ (scale - middle) ** 2 + _WEIGHTS @ _variance_within(level))
        return [middle - mean, variance**0.5 - sd]

    solution = root(off, [mean, sd])
    if not solution.success:
        raise ValueError(f"no trait gives the scale the mean {mean} and the SD {sd}")
    return float(solution.x[0]), float(solution.x[1])


@cache
def solve_correlation(
    first: tuple[float, float], second: tuple[float, float], sd: float, correlation: float
) -> float:
    """The correlation of two traits whose scales, both of this SD, correlate so."""
    one = expected_scale(first[0] + first[1] * _NODES)
    one = one - _WEIGHTS @ one

    def off(rho: float) -> float:
        nodes = rho * _NODES[:, None] + (1 - rho**2) ** 0.5 * _NODES
        two = expected_scale(second[0] + second[1] * nodes)
        return float((_WEIGHTS * one) @ (two @ _WEIGHTS)) - correlation * sd**2

    return float(brentq(off, 0.0, 0.999))


def solve_centre(
    mean: float, spread: float, shifts: Sequence[float], shares: Sequence[float]
) -> float:
    """The trait's centre such that groups shifted from it have this mean together."""

    def off(centre: float) -> float:
        level = centre + np.asarray(shifts)[:, None] + spread * _NODES
        return float(np.asarray(shares) @ (expected_scale(level) @ _WEIGHTS)) - mean

    return float(brentq(off, 0.0, 6.0))


def draw_items(level: Numbers, rng: np.random.Generator, *, reverse: str) -> NDArray[np.int64]:
    """Answers 1–5, (person, item); the reversed item is answered the other way round."""
    noise = NOISE * rng.standard_normal((len(level), len(ITEMS)))
    answers = np.asarray(np.clip(np.rint(level[:, None] + OFFSETS + noise), 1, 5), dtype=np.int64)
    column = ITEMS.index(reverse)
    answers[:, column] = 6 - answers[:, column]
    return answers


def draw_single(level: Numbers, rng: np.random.Generator, *, share: float) -> NDArray[np.int64]:
    """One more item of 1–5 of which the trait explains a share."""
    centre = 3 + share * (level - 3) * 1.2
    noise = (1 - share) ** 0.5 * rng.standard_normal(len(level))
    return np.asarray(np.clip(np.rint(centre + 1.1 * noise), 1, 5), dtype=np.int64)


def leave_out(
    answers: NDArray[np.int64], rng: np.random.Generator, rates: dict[str, float]
) -> list[list[str]]:
    """Answers as a file holds them: some are "don't know" (8), "won't say" (9) or blank."""
    draws = rng.random(answers.shape)
    limits = np.cumsum([rates["dont_know"], rates["refused"], rates["blank"]])
    cells = answers.astype(str).astype(object)
    cells[draws < limits[2]] = ""
    cells[draws < limits[1]] = "9"
    cells[draws < limits[0]] = "8"
    return [list(map(str, row)) for row in cells]
