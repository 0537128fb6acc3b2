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


@pytest.mark.parametrize(
    ("clusters", "zeros", "least"),
    [(8, 0.0, 0.92), (8, 0.5, 0.88), (13, 0.0, 0.93), (13, 0.5, 0.92), (50, 0.5, 0.93)],
)
def test_bootstrap_by_cluster_covers_the_truth(clusters: int, zeros: float, least: float) -> None:
    """As few and as bursty clusters as interviews are: gamma (cv 1), half of them nought.

    4,000 samples each. Eight clusters of which half are nought is where it falls short (.90).
    """
    rng = np.random.default_rng(41)
    samples = rng.gamma(1.0, 2.0, size=(clusters, 4000))
    samples *= rng.random(samples.shape) >= zeros
    low, high = bootstrap_by_cluster(samples, rng=rng)
    truth = 2.0 * (1 - zeros)
    defined = ~np.isnan(low)
    assert defined.mean() > 0.8
    assert least <= np.mean((low <= truth) & (high >= truth), where=defined) <= 0.97


def test_bootstrap_by_cluster_nears_students_t_for_many_normal_clusters() -> None:
    """An interval of another kind, which is exact for normal clusters."""
    rng = np.random.default_rng(5)
    values = rng.normal(10, 3, size=200)
    oracle = stats.ttest_1samp(values, 0).confidence_interval()
    low, high = bootstrap_by_cluster(values[:, None], rng=rng, resamples=20_000)
    assert np.allclose([low[0], high[0]], [oracle.low, oracle.high], atol=0.05)


def test_bootstrap_agrees_with_a_loop_that_draws_the_rows_themselves() -> None:
    """The same resamples, one by one, with ddof as the textbook has it."""
    values = np.array([0.0, 1.0, 1.5, 4.0, 9.0])
    low, high = bootstrap_by_cluster(values[:, None], rng=np.random.default_rng(2), resamples=500)
    draws = np.random.default_rng(2).multinomial(5, np.full(5, 0.2), size=500)
    pivots = []
    for draw in draws:
        sample = np.repeat(values, draw)
        if sample.std() > 0:
            pivots.append((sample.mean() - values.mean()) / (sample.std(ddof=1) / np.sqrt(5)))
    error = values.std(ddof=1) / np.sqrt(5)
    expected = values.mean() - np.quantile(pivots, [0.975, 0.025]) * error
    assert np.allclose([low[0], high[0]], expected)


def test_clusters_that_are_all_alike_have_no_interval() -> None:
    low, high = bootstrap_by_cluster(np.full((9, 1), 15.15), rng=np.random.default_rng(1))
    assert np.isnan([low[0], high[0]]).all()


def test_one_cluster_has_no_interval() -> None:
    low, high = bootstrap_by_cluster([[3.0, 4.0]], rng=np.random.default_rng(1))
    assert np.isnan(low).all()
    assert np.isnan(high).all()
