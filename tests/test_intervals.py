"""Intervals: published values, an independent implementation, coverage by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labtools.intervals import bootstrap_by_cluster, t_interval, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_matches_newcombe_1998_table_1(
    successes: int, n: int, low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17: 857–872, table I, method 3."""
    found = np.array(wilson_interval(successes, n))
    assert np.round(found, 4).tolist() == [low, high]


def test_published_outcomes_of_the_real_labs_have_their_intervals() -> None:
    """9 of 10 is 60–98 percent, 15 of 22 is 47–84 percent."""
    low, high = wilson_interval([9, 15], [10, 22])
    assert np.round(low, 2).tolist() == [0.60, 0.47]
    assert np.round(high, 2).tolist() == [0.98, 0.84]


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_interval_agrees_with_scipy(successes: int, n: int, level: float) -> None:
    """scipy.stats.binomtest is an implementation that nobody here wrote."""
    successes = min(successes, n)
    oracle = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    assert np.allclose(wilson_interval(successes, n, level=level), oracle, atol=1e-12)


def test_share_of_nobody_is_undefined_not_zero() -> None:
    assert np.isnan(wilson_interval(0, 0)).all()
    assert np.isnan(wilson_interval(np.nan, np.nan)).all()


def test_more_successes_than_people_is_an_error_that_shows_both() -> None:
    with pytest.raises(ValueError, match=r"successes must lie between 0 and n; found .*11"):
        wilson_interval(11, 10)


@pytest.mark.parametrize("n", [30, 60, 400])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_wilson_interval_covers_the_truth(n: int, share: float) -> None:
    """Exact coverage, summed over the binomial distribution, stays near the level."""
    successes = np.arange(n + 1)
    low, high = wilson_interval(successes, n)
    covered = stats.binom.pmf(successes, n, share)[(low <= share) & (share <= high)].sum()
    assert 0.92 <= covered <= 0.98


def test_t_interval_agrees_with_scipy() -> None:
    values = np.array([1.0, 2.0, 2.5, 4.0, 7.0])
    error = values.std(ddof=1) / np.sqrt(5)
    oracle = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert np.allclose(t_interval(values.mean(), error, 4, level=0.9), oracle)


def test_t_interval_without_degrees_of_freedom_is_undefined() -> None:
    assert np.isnan(t_interval(3.0, 1.0, 0)).all()


def test_level_outside_zero_and_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="level must lie between 0 and 1; found 95"):
        wilson_interval(1, 2, level=95)


def test_bootstrap_by_cluster_covers_the_truth() -> None:
    """Fifty bursty clusters (gamma, cv 1): the 95 % interval covers 92–97 % of 1,500 samples."""
    rng = np.random.default_rng(41)
    samples = rng.gamma(1.0, 2.0, size=(50, 1500))
    low, high = bootstrap_by_cluster(samples, rng=rng)
    assert 0.92 <= np.mean((low <= 2.0) & (high >= 2.0)) <= 0.97


def test_bootstrap_by_cluster_agrees_with_scipy() -> None:
    """scipy.stats.bootstrap's percentile interval of one mean, to sampling error."""
    rng = np.random.default_rng(5)
    values = rng.normal(10, 3, size=40)
    oracle = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=rng)
    low, high = bootstrap_by_cluster(values[:, None], rng=rng, resamples=20_000)
    expected = oracle.confidence_interval
    assert np.allclose([low[0], high[0]], [expected.low, expected.high], atol=0.05)


def test_one_cluster_has_no_interval() -> None:
    low, high = bootstrap_by_cluster([[3.0, 4.0]], rng=np.random.default_rng(1))
    assert np.isnan(low).all()
    assert np.isnan(high).all()
