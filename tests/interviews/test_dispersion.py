"""How evenly words are spread over interviews."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from labtools.interviews.counts import Counts
from labtools.interviews.dispersion import measure_dispersion

tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=2, max_size=8
    )
)


def _counts(rows: list[list[int]], totals: list[int]) -> Counts:
    sources = pd.Index([f"i{number}" for number in range(1, len(rows) + 1)])
    words = pd.Index([f"w{number}" for number in range(1, len(rows[0]) + 1)])
    return Counts(sources, words, sparse.csr_array(np.array(rows)), np.array(totals))


def _plain(counts: list[int], totals: list[int]) -> list[float]:
    """DP, DPnorm and D of one word, as their papers write them."""
    n, said, words = len(counts), sum(counts), sum(totals)
    if said == 0:
        return [np.nan] * 3
    parts = [total / words for total in totals]
    dp = sum(abs(v / said - s) for v, s in zip(counts, parts, strict=True)) / 2
    rates = [v / total for v, total in zip(counts, totals, strict=True)]
    mean = sum(rates) / n
    deviation = (sum((rate - mean) ** 2 for rate in rates) / n) ** 0.5
    return [dp, dp / (1 - min(parts)), 1 - deviation / mean / (n - 1) ** 0.5]


def test_dispersion_matches_the_worked_example_of_gries_2008() -> None:
    """A word 1 to 5 times in parts of 9, 10, 10, 10 and 11 words.

    Gries 2008, pages 403–437; DPnorm as corrected by Lijffijt & Gries 2012.
    """
    spread = measure_dispersion(_counts([[1], [2], [3], [4], [5]], [9, 10, 10, 10, 11])).iloc[0]
    assert np.round(spread[["dp", "dp_norm"]].astype(float), 4).tolist() == [0.18, 0.2195]
    assert spread["juilland_d"] == pytest.approx(0.7851, abs=1e-4)


@given(tables, st.randoms(use_true_random=False))
def test_dispersion_agrees_with_plain_loops(rows: list[list[int]], rng: random.Random) -> None:
    totals = [sum(row) + rng.randint(1, 20) for row in rows]
    spread = measure_dispersion(_counts(rows, totals))
    expected = [_plain(list(column), totals) for column in zip(*rows, strict=True)]
    assert np.allclose(spread[["dp", "dp_norm", "juilland_d"]], expected, equal_nan=True)
    users = [sum(count > 0 for count in column) for column in zip(*rows, strict=True)]
    assert spread["interviews"].tolist() == users


@given(tables)
def test_an_interview_without_words_changes_nothing(rows: list[list[int]]) -> None:
    totals = [sum(row) + 1 for row in rows]
    with_silent = measure_dispersion(_counts([*rows, [0] * len(rows[0])], [*totals, 0]))
    pd.testing.assert_frame_equal(measure_dispersion(_counts(rows, totals)), with_silent)


def test_a_word_in_proportion_everywhere_is_perfectly_even() -> None:
    spread = measure_dispersion(_counts([[1], [2], [5]], [10, 20, 50])).iloc[0]
    assert np.allclose(spread[["dp", "dp_norm", "juilland_d"]].astype(float), [0, 0, 1])


def test_a_word_of_the_shortest_interview_alone_is_perfectly_uneven() -> None:
    spread = measure_dispersion(_counts([[4], [0], [0]], [10, 20, 50])).iloc[0]
    assert np.allclose(spread[["dp_norm", "juilland_d"]].astype(float), [1, 0])


def test_a_word_that_nobody_says_has_no_dispersion() -> None:
    spread = measure_dispersion(_counts([[0, 1], [0, 2]], [5, 5]))
    assert spread.loc[0, ["dp", "dp_norm", "juilland_d"]].isna().all()
    assert spread["interviews"].tolist() == [0, 2]


@pytest.mark.parametrize(("totals", "n"), [([7], 1), ([0], 0)])
def test_one_interview_or_none_has_no_spread(totals: list[int], n: int) -> None:
    """A single part holds its share by necessity: DP is 0, the others are undefined."""
    spread = measure_dispersion(_counts([[2 if n else 0]], totals)).iloc[0]
    assert spread["n"] == n
    assert np.isnan([spread["dp_norm"], spread["juilland_d"]]).all()
