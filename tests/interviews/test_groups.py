"""The two sides of a comparison."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from labtools.interviews.counts import Counts
from labtools.interviews.groups import choose_sources, split_groups


def _counts(rows: list[list[int]], totals: list[int]) -> Counts:
    sources = pd.Index([f"i{number}" for number in range(1, len(rows) + 1)])
    words = pd.Index([f"w{number}" for number in range(1, len(rows[0]) + 1)])
    return Counts(sources, words, sparse.csr_array(np.array(rows)), np.array(totals))


def test_ids_and_truth_values_choose_the_same_sources() -> None:
    counts = _counts([[1], [2], [3]], [5, 5, 5])
    assert choose_sources(counts, {"i1", "i3"}).tolist() == [True, False, True]
    assert choose_sources(counts, np.array([True, False, True])).tolist() == [True, False, True]


def test_an_interview_without_words_is_on_neither_side() -> None:
    inside, outside = split_groups(_counts([[1], [0], [3], [0]], [5, 0, 6, 0]), ["i1", "i2"])
    assert [list(inside.sources), list(outside.sources)] == [["i1"], ["i3"]]
    assert [inside.totals.tolist(), outside.totals.tolist()] == [[5], [6]]


def test_an_interview_that_was_not_counted_is_named() -> None:
    with pytest.raises(ValueError, match="must name interviews that were counted; i9 was not"):
        choose_sources(_counts([[1]], [5]), ["i9"])


def test_truth_values_of_another_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="each of 2 interviews; found 3"):
        choose_sources(_counts([[1], [1]], [5, 5]), np.array([True, False, True]))


@pytest.mark.parametrize(
    ("here", "found"), [([], "0 here and 2"), (["i1", "i2"], "2 here and 0"), (["i3"], "0 here")]
)
def test_a_side_without_words_is_a_sentence(here: list[str], found: str) -> None:
    """Nobody chosen, everybody chosen, and one who said nothing."""
    with pytest.raises(ValueError, match=f"words on both sides; found {found}"):
        split_groups(_counts([[1], [2], [0]], [5, 5, 0]), here)
