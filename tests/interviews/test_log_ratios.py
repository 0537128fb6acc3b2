"""The log ratio of rates and its interval: an independent loop, coverage, edges."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from labtools.interviews.counts import Counts
from labtools.interviews.log_ratios import estimate_log_ratios


def _counts(matrix: np.ndarray, totals: np.ndarray) -> Counts:
    sources = pd.Index([f"i{number}" for number in range(len(matrix))])
    words = pd.Index([f"w{number}" for number in range(matrix.shape[1])])
    return Counts(sources, words, sparse.csr_array(matrix), totals)


def _cities(*sizes: int) -> pd.Series:
    names = np.repeat(["norrvik", "sundby", "lund", "ytterholm"][: len(sizes)], sizes)
    return pd.Series(names, index=[f"i{number}" for number in range(len(names))])


def _estimate(counts: Counts, cities: pd.Series, **options: object) -> pd.DataFrame:
    here = list(cities.index[cities == "norrvik"])
    return estimate_log_ratios(
        counts,
        here,
        **{  # type: ignore[arg-type]
            "words": list(counts.words),
            "cities": cities,
            "rng": np.random.default_rng(1),
        }
        | options,
    )


def _bursty(*sizes: int, words: int, seed: int, times: float = 1.0) -> Counts:
    """Rates of 2 per 1,000 words that differ between interviews (cv 1); more often in the first."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1_000, 6_000, size=sum(sizes))
    rates = 0.002 * rng.gamma(1.0, 1.0, size=(sum(sizes), words))
    rates[: sizes[0]] *= times
    return _counts(rng.poisson(lengths[:, None] * rates), lengths)


def test_the_estimate_is_the_ratio_of_average_rates() -> None:
    """Rates 40 and 20 against 10 and 5 per 1,000, half a word of 150 or 300 added: 4 times."""
    counts = _counts(np.array([[4], [1], [1], [1]]), np.array([100, 50, 100, 200]))
    row = _estimate(counts, _cities(2, 2)).iloc[0]
    expected = np.log2((30 + 500 / 150) / (7.5 + 500 / 300))
    assert row["estimate"] == pytest.approx(expected)
    assert row[["n", "n_here", "n_elsewhere"]].tolist() == [4, 2, 2]


def test_the_interval_agrees_with_a_loop_that_draws_the_rows_themselves() -> None:
    """The same resamples city by city, with the textbook's stratified standard error."""
    sizes = (9, 8, 10)
    counts, cities = _bursty(*sizes, words=1, seed=2), _cities(*sizes)
    found = _estimate(counts, cities, resamples=200, rng=np.random.default_rng(3)).iloc[0]
    rates = 1000 * counts.matrix.toarray()[:, 0] / counts.totals
    half = [500 / counts.totals[:9].sum(), 500 / counts.totals[9:].sum()]
    parts = [rates[:9], rates[9:17], rates[17:]]

    def summarise(here: np.ndarray, *others: np.ndarray) -> tuple[float, float]:
        weights = [len(other) / 18 for other in others]
        mean = sum(w * other.mean() for w, other in zip(weights, others, strict=True))
        error = sum(
            w**2 * other.var(ddof=1) / len(other) for w, other in zip(weights, others, strict=True)
        )
        tops = [here.mean() + half[0], mean + half[1]]
        errors = [here.var(ddof=1) / len(here), error]
        spread = sum(e / top**2 for e, top in zip(errors, tops, strict=True)) ** 0.5
        return float(np.log2(tops[0] / tops[1])), float(spread / np.log(2))

    rng = np.random.default_rng(3)
    draws = [
        rng.multinomial(len(part), np.full(len(part), 1 / len(part)), size=200) for part in parts
    ]
    centre, error = summarise(*parts)
    pivots = []
    for drawn in zip(*draws, strict=True):
        again = [np.repeat(part, times) for part, times in zip(parts, drawn, strict=True)]
        value, its_error = summarise(*again)
        pivots.append(abs(value - centre) / its_error)
    margin = np.quantile(pivots, 0.95, method="higher") * error
    assert found["estimate"] == pytest.approx(centre)
    assert [found["low"], found["high"]] == pytest.approx([centre - margin, centre + margin])


@pytest.mark.parametrize(
    ("sizes", "times"), [((8, 8, 8, 8), 1.0), ((15, 15), 4.0), ((15, 12, 20, 9), 1.0)]
)
def test_the_interval_covers_the_truth(sizes: tuple[int, ...], times: float) -> None:
    """1,000 words, each a sample of its own; 95 % promised, 92 to 97 kept."""
    counts = _bursty(*sizes, words=1000, seed=11, times=times)
    estimates = _estimate(counts, _cities(*sizes), resamples=500)
    truth = np.log2(times)
    covered = (estimates["low"] <= truth) & (truth <= estimates["high"])
    assert 0.92 <= covered.mean() <= 0.97


def test_below_eight_interviews_on_a_side_there_is_no_interval() -> None:
    few = _estimate(_bursty(7, 20, words=2, seed=5), _cities(7, 20))
    assert few[["low", "high"]].isna().all(axis=None)
    assert few["estimate"].notna().all()
    enough = _estimate(_bursty(8, 20, words=2, seed=5), _cities(8, 20))
    assert enough[["low", "high"]].notna().all(axis=None)


def test_changing_sides_changes_the_sign() -> None:
    counts, cities = _bursty(9, 9, words=3, seed=6), _cities(9, 9)
    one = _estimate(counts, cities)
    other = estimate_log_ratios(
        counts,
        list(cities.index[9:]),
        words=list(counts.words),
        cities=cities,
        rng=np.random.default_rng(1),
    )
    assert np.allclose(one["estimate"], -other["estimate"])


def test_an_interview_without_words_changes_nothing() -> None:
    counts = _bursty(9, 9, words=3, seed=6)
    silent = _counts(np.vstack([counts.matrix.toarray(), [[0, 0, 0]]]), np.append(counts.totals, 0))
    cities = pd.concat([_cities(9, 9), pd.Series({"i18": "norrvik"})])
    pd.testing.assert_frame_equal(_estimate(counts, _cities(9, 9)), _estimate(silent, cities))


def test_the_asked_words_come_in_their_order() -> None:
    estimates = _estimate(_bursty(9, 9, words=3, seed=6), _cities(9, 9), words=["w2", "w0"])
    assert estimates["word"].tolist() == ["w2", "w0"]


def test_what_nobody_says_and_what_nobody_says_otherwise_have_no_interval() -> None:
    """A word never said is undefined; one said alike by all has an estimate of nought."""
    matrix = np.column_stack([np.zeros(16, dtype=int), np.full(16, 3)])
    estimates = _estimate(_counts(matrix, np.full(16, 100)), _cities(8, 8))
    assert np.isnan(estimates.loc[0, "estimate"])
    assert estimates.loc[1, "estimate"] == 0
    assert estimates[["low", "high"]].isna().all(axis=None)


def test_a_word_that_one_side_never_says_has_an_estimate_but_no_interval() -> None:
    said = np.arange(1, 9)
    matrix = np.column_stack([np.append(said, 0 * said), np.append(0 * said, said)])
    estimates = _estimate(_counts(matrix, np.full(16, 100)), _cities(8, 8))
    assert estimates["estimate"].iloc[0] == -estimates["estimate"].iloc[1] > 4
    assert estimates[["low", "high"]].isna().all(axis=None)


def test_cities_with_one_interview_are_drawn_together() -> None:
    """Drawn alone, each would stand still, and the interval would be too narrow."""
    counts = _bursty(8, 8, words=50, seed=9)
    apart = _cities(8, 8)
    apart.iloc[8:] = [f"village{number}" for number in range(8)]
    pd.testing.assert_frame_equal(_estimate(counts, apart), _estimate(counts, _cities(8, 8)))


def test_a_word_that_was_not_counted_is_named() -> None:
    with pytest.raises(ValueError, match="must be among those counted; 'w9' is not"):
        _estimate(_bursty(2, 2, words=1, seed=7), _cities(2, 2), words=["w0", "w9"])


def test_an_interview_without_a_city_is_named() -> None:
    with pytest.raises(ValueError, match="every source must have a city; i3 has none"):
        _estimate(_bursty(2, 2, words=1, seed=7), _cities(2, 1))
