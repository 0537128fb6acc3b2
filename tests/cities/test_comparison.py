"""Differences of all pairs, and sets of ranks: Tukey's range, coverage, edges."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labtools.cities.comparison import compare_pairs, find_ranks, summarize


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
    assert find_ranks(pairs, one).to_numpy().tolist() == [["c0", 1, 1, 1]]
    assert compare_pairs(one.head(0), rng=np.random.default_rng(1)).empty
