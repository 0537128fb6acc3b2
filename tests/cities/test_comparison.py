"""Differences of all pairs, and sets of ranks: Tukey's range, coverage, edges."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labtools.cities.comparison import compare_pairs, compare_shares, find_ranks, summarize
from labtools.intervals import wilson_interval


def _estimates(values: np.ndarray, errors: np.ndarray, df: float = np.inf) -> pd.DataFrame:
    names = [f"c{at}" for at in range(len(values))]
    table = pd.DataFrame({"city": names, "estimate": values, "standard_error": errors})
    return table.assign(df=df, n=30, unit="points")


def test_with_equal_known_errors_the_width_is_tukeys_range() -> None:
    """Of 6 cities, from scipy's distribution of the studentised range."""
    table = _estimates(np.arange(6.0), np.full(6, 0.5))
    pairs = compare_pairs(table, rng=np.random.default_rng(1), draws=40_000)
    expected = stats.studentized_range.ppf(0.95, 6, np.inf) / np.sqrt(2) * np.hypot(0.5, 0.5)
    assert (pairs["high"] - pairs["estimate"]).to_numpy() == pytest.approx(expected, rel=0.02)
    assert len(pairs) == 15
    assert pairs.loc[0, ["first", "second", "estimate", "n"]].tolist() == ["c0", "c1", 1.0, 60.0]


@pytest.mark.parametrize(
    ("people", "values"),
    [([12, 12, 12, 12], [0, 0, 0, 0]), ([8, 30, 60, 15], [0, 0, 0.4, 1.5])],
    ids=["alike", "apart"],
)
def test_all_intervals_and_all_ranks_hold_together(people: list[int], values: list[float]) -> None:
    """600 samples of normal answers with errors from the sample; 95 % promised, 93 to 98 kept."""
    rng = np.random.default_rng(7)
    truth = np.array(values)
    true_rank = 1 + (truth[:, None] < truth).sum(axis=1)
    covered = ranked = 0
    for _ in range(600):
        samples = [rng.normal(value, 1.0, size=n) for value, n in zip(values, people, strict=True)]
        table = _estimates(
            np.array([sample.mean() for sample in samples]),
            np.array([sample.std(ddof=1) / np.sqrt(len(sample)) for sample in samples]),
        ).assign(df=np.array(people) - 1)
        pairs = compare_pairs(table, rng=rng, draws=400)
        place = {name: at for at, name in enumerate(table["city"])}
        difference = truth[pairs["second"].map(place)] - truth[pairs["first"].map(place)]
        covered += ((pairs["low"] <= difference) & (difference <= pairs["high"])).all()
        ranks = find_ranks(pairs, table)
        ranked += (ranks["rank_best"] <= true_rank).all() and (
            true_rank <= ranks["rank_worst"]
        ).all()
    assert 0.93 <= covered / 600 <= 0.98
    assert ranked / 600 >= 0.95


def test_ranks_are_as_narrow_as_what_is_sure_and_no_narrower() -> None:
    table = _estimates(np.array([1.0, 1.01, 9.0]), np.full(3, 0.1))
    pairs = compare_pairs(table, rng=np.random.default_rng(1))
    assert pairs["told_apart"].tolist() == [False, True, True]
    ranks = find_ranks(pairs, table)
    assert ranks[["rank_best", "rank_worst"]].to_numpy().tolist() == [[2, 3], [2, 3], [1, 1]]
    assert summarize(pairs).to_numpy().tolist() == [[3, 2]]


def test_a_city_without_an_estimate_or_an_error_is_in_no_pair() -> None:
    table = _estimates(np.array([1.0, np.nan, 2.0, 3.0]), np.array([0.5, 0.5, np.nan, 0.5]))
    pairs = compare_pairs(table, rng=np.random.default_rng(1))
    assert pairs[["first", "second"]].to_numpy().tolist() == [["c0", "c3"]]
    assert find_ranks(pairs, table)["city"].tolist() == ["c0", "c3"]


def test_of_one_city_or_none_there_is_no_pair() -> None:
    one = _estimates(np.array([1.0]), np.array([0.5]))
    pairs = compare_pairs(one, rng=np.random.default_rng(1))
    assert pairs.empty
    assert summarize(pairs).empty
    assert find_ranks(pairs, one).empty
    assert compare_pairs(one.head(0), rng=np.random.default_rng(1)).empty


def _shares(reached: list[int] | np.ndarray, people: list[int] | np.ndarray) -> pd.DataFrame:
    low, high = wilson_interval(reached, people)
    names = [f"c{at}" for at in range(len(people))]
    table = pd.DataFrame({"city": names, "estimate": np.divide(reached, people), "n": people})
    return table.assign(low=low, high=high, unit="share")


@pytest.mark.parametrize(
    ("people", "shares"),
    [
        ([10, 20, 40, 60], [0.5, 0.5, 0.5, 0.5]),
        ([60, 10, 10, 10], [0.97, 0.7, 0.7, 0.7]),
        ([10, 10, 10, 10], [0.98, 0.98, 0.02, 0.02]),
        ([12, 25, 12, 48], [0.9, 0.1, 0.9, 0.1]),
        ([37, 41, 31, 60], [0.66, 0.37, 0.5, 0.2]),
    ],
    ids=["alike", "one surer", "near none and all", "far apart", "between"],
)
def test_intervals_of_few_people_hold_together_whatever_the_shares(
    people: list[int], shares: list[float]
) -> None:
    """400 samples of each: all six intervals and all four sets of ranks hold in 95 % or more."""
    rng = np.random.default_rng(11)
    truth = np.array(shares)
    highest = 1 + (truth[:, None] < truth).sum(axis=1)
    lowest = 4 - (truth[:, None] > truth).sum(axis=1)
    first, second = np.triu_indices(4, k=1)
    covered = ranked = 0
    for _ in range(400):
        table = _shares(rng.binomial(people, shares), people)
        pairs = compare_shares(table)
        difference = truth[second] - truth[first]
        covered += ((pairs["low"] <= difference) & (difference <= pairs["high"])).all()
        ranks = find_ranks(pairs, table)
        ranked += not len(ranks) or (
            (ranks["rank_best"] <= lowest).all() and (highest <= ranks["rank_worst"]).all()
        )
    assert covered / 400 >= 0.95
    assert ranked / 400 >= 0.95


def test_one_pair_of_shares_is_the_wider_of_two_published_intervals() -> None:
    """56/70 against 48/80: Agresti & Caffo by hand, exact limits from R's binom.test."""
    (pair,) = compare_shares(_shares([56, 48], [70, 80])).to_dict("records")
    nearer = (57 / 72, 49 / 82)
    error = np.sqrt(nearer[0] * (1 - nearer[0]) / 72 + nearer[1] * (1 - nearer[1]) / 82)
    caffo = np.array([-1, 1]) * stats.norm.ppf(0.975) * error + nearer[1] - nearer[0]
    assert caffo == pytest.approx([-0.33575845548, -0.05245292664])  # by R, from the formula
    exact = [(0.6872643461, 0.8861196380), (0.4843769405, 0.7079906437)]  # R's binom.test
    down = np.hypot(0.6 - exact[1][0], exact[0][1] - 0.8)
    up = np.hypot(exact[1][1] - 0.6, 0.8 - exact[0][0])
    expected = (min(caffo[0], -0.2 - down), max(caffo[1], -0.2 + up))
    assert (pair["low"], pair["high"]) == pytest.approx(expected, abs=1e-9)
    assert (pair["estimate"], pair["n"], pair["told_apart"]) == (pytest.approx(-0.2), 150, True)


def test_none_and_all_have_intervals_that_reach_the_end_and_no_further() -> None:
    pairs = compare_shares(_shares([0, 10, 0], [10, 10, 12]))
    assert pairs["told_apart"].tolist() == [True, False, True]
    assert pairs[["low", "high"]].to_numpy().min() >= -1
    assert pairs[["low", "high"]].to_numpy().max() <= 1
    assert (pairs["low"] < pairs["high"]).all()


def test_a_design_effect_counts_as_fewer_people_and_a_register_takes_no_part() -> None:
    quarter = compare_shares(_shares([5, 20], [10, 25]))
    wide = compare_shares(_shares([20, 80], [40, 100]).assign(design_effect=4.0))
    assert wide["low"].tolist() == pytest.approx(quarter["low"].tolist())
    assert wide["n"].tolist() == [140]
    whole = _shares([5, 20, 9], [10, 25, 18])
    whole.loc[1, ["low", "high"]] = np.nan
    assert compare_shares(whole)[["first", "second"]].to_numpy().tolist() == [["c0", "c2"]]


def test_of_290_cities_every_pair_is_compared_within_seconds() -> None:
    rng = np.random.default_rng(3)
    people = rng.integers(10, 300, size=290)
    table = _shares(rng.binomial(people, 0.4), people)
    pairs = compare_shares(table)
    assert len(pairs) == 290 * 289 // 2
    assert pairs["told_apart"].mean() < 0.05 / 290  # hardly any family has even one
    assert len(find_ranks(pairs, table)) == 290
