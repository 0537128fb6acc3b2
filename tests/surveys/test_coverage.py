"""Intervals of means and shares cover what they should, in samples from known populations."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from labtools.surveys.estimates import estimate_means, estimate_shares

REPEATS = 2000
# Each sample is a group and a stratum of its own, so that one call estimates them all.
ALONE: dict[str, Any] = {"by": ["sample"], "sampling": "random", "design": {"strata": "sample"}}


def _stack(samples: np.ndarray) -> pd.DataFrame:
    """One row per person; samples: one row per sample, its people in whatever further axes."""
    number = np.repeat(np.arange(len(samples)), samples[0].size)
    return pd.DataFrame({"sample": number, "answer": samples.ravel()})


def _covered(table: pd.DataFrame, truth: float | np.ndarray) -> float:
    return float(((table["low"] <= truth) & (truth <= table["high"])).mean())


@pytest.mark.parametrize("n", [30, 60, 400])
def test_95_percent_intervals_of_means_cover_93_to_97(n: int) -> None:
    """Scores on a five-step scale, crowded at the top."""
    rng = np.random.default_rng(n)
    steps, chance = np.arange(1.0, 6), np.array([0.05, 0.1, 0.2, 0.4, 0.25])
    people = _stack(rng.choice(steps, size=(REPEATS, n), p=chance))
    means = estimate_means(people, "answer", **ALONE)
    assert 0.93 <= _covered(means, float((steps * chance).sum())) <= 0.97


@pytest.mark.parametrize("n", [30, 60, 400])
@pytest.mark.parametrize(
    ("share", "most"), [(0.02, 0.996), (0.1, 0.996), (0.5, 0.975), (0.95, 0.996)]
)
def test_95_percent_intervals_of_shares_cover_at_least_that(
    share: float, most: float, n: int
) -> None:
    """Korn and Graubard's is conservative, the more so the fewer gave the answer (or did not)."""
    rng = np.random.default_rng(n)
    people = _stack((rng.random((REPEATS, n)) < share).astype(int))
    shares = estimate_shares(people, "answer", **ALONE)
    assert 0.94 <= _covered(shares[shares["code"] == 1], share) <= most


def _ask_clusters(rng: np.random.Generator, drawn: int, each: int) -> pd.DataFrame:
    """People of drawn stairwells, whose answers are alike: intra-class correlation .3."""
    stairwells = rng.normal(0, np.sqrt(0.3), (REPEATS, drawn, 1))
    people = _stack(3 + stairwells + rng.normal(0, np.sqrt(0.7), (REPEATS, drawn, each)))
    return people.assign(cluster=np.arange(len(people)) // each)


def test_intervals_in_clusters_cover_and_ignoring_the_design_does_not() -> None:
    people = _ask_clusters(np.random.default_rng(7), 30, 6)
    clustered = ALONE | {"design": {"strata": "sample", "cluster": "cluster"}}
    assert 0.93 <= _covered(estimate_means(people, "answer", **clustered), 3) <= 0.97
    assert _covered(estimate_means(people, "answer", **ALONE), 3) < 0.85
    effect = estimate_means(people, "answer", **clustered)["design_effect"].mean()
    assert abs(effect - (1 + 5 * 0.3)) < 0.1


def test_shares_in_clusters_cover() -> None:
    people = _ask_clusters(np.random.default_rng(8), 30, 6)
    people["answer"] = (people["answer"] > 3).astype(int)
    clustered = ALONE | {"design": {"strata": "sample", "cluster": "cluster"}}
    shares = estimate_shares(people, "answer", **clustered)
    assert 0.94 <= _covered(shares[shares["code"] == 1], 0.5) <= 0.975


def test_half_the_clusters_drawn_cover_where_few_within_them_answer() -> None:
    """20 stairwells of 40, in each 5 who answer of 30; the truth is the mean of all 1,200.

    The correction for clusters alone, as if all 30 had answered, covers but 90 percent.
    """
    rng = np.random.default_rng(9)
    stairwells = rng.normal(0, np.sqrt(0.1), (REPEATS, 40, 1))
    living = stairwells + rng.normal(0, np.sqrt(0.9), (REPEATS, 40, 30))
    asked = living[:, :20, :5]  # any are as good as random
    people = _stack(asked).assign(stairwells=40)
    people["cluster"] = np.arange(len(people)) // 5
    design = {"strata": "sample", "cluster": "cluster", "fpc": "stairwells"}
    means = estimate_means(people, "answer", **(ALONE | {"design": design}))
    assert 0.93 <= _covered(means, living.mean(axis=(1, 2))) <= 0.97
