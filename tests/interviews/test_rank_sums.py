"""Mann & Whitney's test of many words at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from labtools.interviews.rank_sums import compare_ranks


@given(
    st.lists(
        st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 2.5, 7]), min_size=3, max_size=3),
        min_size=2,
        max_size=14,
    ),
    st.data(),
)
def test_ranks_agree_with_scipy(rows: list[list[float]], data: st.DataObject) -> None:
    """scipy.stats.mannwhitneyu ranks one dense column at a time."""
    rates = np.array(rows)
    cut = data.draw(st.integers(1, len(rows) - 1))
    here = np.array(data.draw(st.permutations([True] * cut + [False] * (len(rows) - cut))))
    found = compare_ranks(sparse.csc_array(rates), here)
    for column, p in zip(rates.T, found, strict=True):
        if len(set(column)) > 1:
            oracle = stats.mannwhitneyu(column[here], column[~here], method="asymptotic")
            assert p == pytest.approx(oracle.pvalue)
        else:
            assert p == 1


def test_a_nought_that_is_written_out_is_a_nought() -> None:
    written = sparse.csc_array(
        (np.array([0.0, 2.0, 3.0]), np.array([0, 1, 2]), np.array([0, 3])), shape=(4, 1)
    )
    here = np.array([True, True, False, False])
    dense = sparse.csc_array(written.toarray())
    assert compare_ranks(written, here).tolist() == compare_ranks(dense, here).tolist()
