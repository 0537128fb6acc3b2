"""Whether a word is said more here: level, power and exactness of the permutation."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from labtools.interviews.counts import Counts
from labtools.interviews.permutation import adjust_p, permute_keyness


def _counts(matrix: np.ndarray, totals: np.ndarray) -> Counts:
    sources = pd.Index([f"i{number}" for number in range(len(matrix))])
    words = pd.Index([f"w{number}" for number in range(matrix.shape[1])])
    return Counts(sources, words, sparse.csr_array(matrix), totals)


def _bursty(
    lengths: np.ndarray, *, words: int, rate: float, shape: float, rng: np.random.Generator
) -> Counts:
    """Counts of words whose rates differ between interviews (negative binomial), all alike."""
    rates = rate * rng.gamma(shape, 1 / shape, size=(len(lengths), words))
    return _counts(rng.poisson(lengths[:, None] * rates), lengths)


def _rejects(counts: Counts, inside: int, rng: np.random.Generator) -> pd.Series:
    """The share of words with p ≤ .05, by each test."""
    here = np.arange(len(counts.sources)) < inside
    tested = permute_keyness(counts, here, draws=999, rng=rng)
    return (tested[["p", "p_ranks"]] <= 0.05).mean()


def test_benjamini_and_hochberg_1995_find_four_of_their_fifteen() -> None:
    """Their example: thrombolysis, 15 comparisons at q = .05."""
    p = np.array(
        "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 "
        "0.3240 0.4262 0.5719 0.6528 0.7590 1.0000".split(),
        dtype=float,
    )
    assert (adjust_p(p) <= 0.05).sum() == 4
    with_undefined = adjust_p(np.append(p, np.nan))
    assert np.array_equal(with_undefined, np.append(adjust_p(p), np.nan), equal_nan=True)


@pytest.mark.parametrize(("rate", "shape"), [(0.005, 1.0), (0.0005, 0.5)])
def test_fifteen_against_fifteen_bursty_interviews_keep_their_level(
    rate: float, shape: float
) -> None:
    """A true null is rejected in 3 to 7 of 100 cases at 5 %; p is uniform throughout.

    6,000 words, each a replication; lengths of 1,000 to 10,000 words.
    """
    rng = np.random.default_rng(15)
    lengths = rng.integers(1_000, 10_000, size=30)
    counts = _bursty(lengths, words=6000, rate=rate, shape=shape, rng=rng)
    tested = permute_keyness(counts, np.arange(30) < 15, draws=999, rng=rng)
    for column in ("p", "p_ranks"):
        assert 0.03 <= (tested[column] <= 0.05).mean() <= 0.07
    deciles = np.quantile(tested["p"], np.arange(0.1, 1, 0.1))
    assert np.allclose(deciles, np.arange(0.1, 1, 0.1), atol=0.03)


@pytest.mark.parametrize(
    ("here", "elsewhere", "length_here", "length_elsewhere"),
    [(8, 32, 800, 6000), (8, 32, 6000, 800), (10, 30, 2000, 5000), (15, 15, 600, 6000)],
)
def test_groups_of_other_size_and_length_do_not_make_words_key(
    here: int, elsewhere: int, length_here: int, length_elsewhere: int
) -> None:
    """Where bare rates reject in 11 of 100 cases and ranks in 30: at most 6 here.

    A rare word, 3,000 replications; the last pair of groups is where bare rates fail most.
    """
    rng = np.random.default_rng(8)
    typical = np.repeat([length_here, length_elsewhere], [here, elsewhere])
    lengths = np.round(typical * rng.gamma(4, 0.25, size=len(typical))).astype(int)
    counts = _bursty(lengths, words=3000, rate=0.0005, shape=0.5, rng=rng)
    assert _rejects(counts, here, rng)["p"] <= 0.06


def test_words_that_are_said_six_times_as_often_here_are_found() -> None:
    """20 planted words among 1,000, 15 v 15 interviews: all are found, at most one is false."""
    rng = np.random.default_rng(3)
    lengths = rng.integers(2_000, 6_000, size=30)
    rates = 0.003 * rng.gamma(2.0, 0.5, size=(30, 1000))
    rates[:15, :20] *= 6
    counts = _counts(rng.poisson(lengths[:, None] * rates), lengths)
    tested = permute_keyness(counts, np.arange(30) < 15, draws=20_000, rng=rng)
    found = tested["p_adjusted"] <= 0.05
    assert found[:20].all()
    assert found[20:].sum() <= 1
    assert (tested["difference"][:20] > 0).all()


def test_p_nears_the_share_of_all_exchanges() -> None:
    """Four interviews of one length against four: 70 exchanges, written out one by one.

    Lengths are alike, so that the test compares the means of the rates.
    """
    counts = _counts(np.array([[9], [7], [8], [3], [4], [2], [0], [5]]), np.full(8, 100))
    said = counts.matrix.toarray()[:, 0]
    everyone = set(range(8))
    gaps = [
        abs(said[list(side)].mean() - said[list(everyone - set(side))].mean())
        for side in combinations(range(8), 4)
    ]
    exact = np.mean([gap >= gaps[0] - 1e-9 for gap in gaps])
    tested = permute_keyness(
        counts, ["i0", "i1", "i2", "i3"], draws=40_000, rng=np.random.default_rng(1)
    )
    assert tested.loc[0, "p"] == pytest.approx(exact, abs=0.005)
    assert tested.loc[0, "difference"] == pytest.approx(10 * (6.75 - 2.75))


def test_ranks_are_those_of_the_rates() -> None:
    rng = np.random.default_rng(2)
    lengths = rng.integers(50, 90, size=20)
    counts = _bursty(lengths, words=8, rate=0.05, shape=1.0, rng=rng)
    rates = counts.matrix.toarray() / lengths[:, None]
    oracle = stats.mannwhitneyu(rates[:9], rates[9:], method="asymptotic").pvalue
    tested = permute_keyness(counts, np.arange(20) < 9, draws=9, rng=rng)
    assert np.allclose(tested["p_ranks"], oracle)


def test_the_same_seed_gives_the_same_p_and_changing_sides_changes_the_sign() -> None:
    counts = _bursty(np.full(12, 500), words=30, rate=0.01, shape=1.0, rng=np.random.default_rng(4))
    here = np.arange(12) < 5
    one, again, other = (
        permute_keyness(counts, side, draws=500, rng=np.random.default_rng(6))
        for side in (here, here, ~here)
    )
    pd.testing.assert_frame_equal(one, again)
    assert np.allclose(one["difference"], -other["difference"])
    assert np.allclose(one["p"], other["p"], atol=0.12)


def test_a_word_that_nobody_says_has_no_p_and_no_place_in_the_vocabulary() -> None:
    counts = _counts(np.array([[0, 2], [0, 1], [0, 0]]), np.array([10, 10, 10]))
    tested = permute_keyness(counts, ["i0"], draws=20, rng=np.random.default_rng(1))
    assert tested.loc[0, ["p", "p_adjusted", "p_ranks", "p_ranks_adjusted"]].isna().all()
    assert tested["vocabulary"].tolist() == [1, 1]


def test_interviews_that_are_all_alike_show_no_difference() -> None:
    counts = _counts(np.full((6, 1), 3), np.full(6, 100))
    tested = permute_keyness(counts, ["i0", "i1"], draws=99, rng=np.random.default_rng(1))
    assert tested[["p", "p_adjusted", "p_ranks"]].iloc[0].tolist() == [1, 1, 1]


def test_one_interview_against_one_shows_nothing() -> None:
    counts = _counts(np.array([[30], [0]]), np.array([100, 100]))
    tested = permute_keyness(counts, ["i0"], draws=99, rng=np.random.default_rng(1))
    assert tested.loc[0, "p"] == 1
    assert [tested.loc[0, "n_here"], tested.loc[0, "n_elsewhere"]] == [1, 1]


def test_an_interview_without_words_changes_nothing() -> None:
    matrix, totals = np.array([[3], [1], [0], [2]]), np.array([50, 60, 70, 80])
    silent = _counts(np.vstack([matrix, [[0]]]), np.append(totals, 0))
    one, other = (
        permute_keyness(counts, ["i0", "i1"], draws=50, rng=np.random.default_rng(1))
        for counts in (_counts(matrix, totals), silent)
    )
    pd.testing.assert_frame_equal(one, other)
