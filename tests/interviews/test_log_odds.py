"""Weighted log-odds with an informative prior."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from labtools.interviews.counts import Counts
from labtools.interviews.log_odds import compare_log_odds

ROWS = st.lists(
    st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=6
).filter(lambda rows: sum(map(sum, rows)) > 0)


def _counts(rows: list[list[int]], totals: list[int]) -> Counts:
    sources = pd.Index([f"i{number}" for number in range(1, len(rows) + 1)])
    words = pd.Index([f"w{number}" for number in range(1, len(rows[0]) + 1)])
    return Counts(sources, words, sparse.csr_array(np.array(rows)), np.array(totals))


def _plain(y1: int, n1: int, y2: int, n2: int, alpha0: float) -> tuple[float, float]:
    """Monroe, Colaresi & Quinn 2008, equations 15–22, one word at a time."""
    alpha = alpha0 * (y1 + y2) / (n1 + n2)
    odds1 = (y1 + alpha) / (n1 + alpha0 - y1 - alpha)
    odds2 = (y2 + alpha) / (n2 + alpha0 - y2 - alpha)
    delta = math.log(odds1 / odds2)
    return delta, delta / math.sqrt(1 / (y1 + alpha) + 1 / (y2 + alpha))


@given(ROWS, st.sampled_from([1.0, 50.0, 5000.0]))
def test_log_odds_agree_with_plain_loops(rows: list[list[int]], alpha0: float) -> None:
    totals = [sum(row) + 2 for row in rows]
    compared = compare_log_odds(_counts(rows, totals), ["i1"], prior_words=alpha0)
    compared = compared.set_index("word")
    for name, column in zip(("w1", "w2", "w3"), zip(*rows, strict=True), strict=True):
        if sum(column) == 0:
            assert compared.loc[name, ["delta", "z"]].isna().all()
            continue
        cells = (column[0], totals[0], sum(column[1:]), sum(totals[1:]))
        expected = _plain(*cells, alpha0)
        assert np.allclose(compared.loc[name, ["delta", "z"]].astype(float), expected)


@given(ROWS)
def test_changing_sides_changes_the_sign(rows: list[list[int]]) -> None:
    totals = [sum(row) + 2 for row in rows]
    here = np.arange(len(rows)) < 1
    one, other = (
        compare_log_odds(_counts(rows, totals), side, prior_words=100)
        .set_index("word")
        .sort_index()
        for side in (here, ~here)
    )
    assert np.allclose(one[["delta", "z"]], -other[["delta", "z"]], equal_nan=True)


def test_a_heavier_prior_draws_the_difference_towards_nought() -> None:
    counts = _counts([[9, 1], [1, 9]], [100, 100])
    deltas = [
        compare_log_odds(counts, ["i1"], prior_words=prior).set_index("word").loc["w1", "delta"]
        for prior in (1, 100, 10_000, 1e9)
    ]
    assert deltas == sorted(deltas, reverse=True)
    assert deltas[-1] == pytest.approx(0, abs=1e-4)


def test_those_most_certainly_said_more_here_come_first_and_the_undefined_last() -> None:
    compared = compare_log_odds(_counts([[9, 1, 0], [1, 9, 0]], [100, 100]), ["i1"], prior_words=50)
    assert compared["word"].tolist() == ["w1", "w2", "w3"]


def test_a_word_that_is_all_there_is_has_no_odds() -> None:
    compared = compare_log_odds(_counts([[7], [3]], [7, 3]), ["i1"], prior_words=10)
    assert compared[["delta", "z"]].isna().all(axis=None)


def test_a_prior_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="prior_words must be above 0; found 0"):
        compare_log_odds(_counts([[7], [3]], [9, 9]), ["i1"], prior_words=0)
