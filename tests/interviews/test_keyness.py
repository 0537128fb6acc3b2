"""What one group says more than the others."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from labtools.interviews.counts import Counts
from labtools.interviews.keyness import measure_keyness

ROWS = st.lists(
    st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=4, max_size=8
).filter(lambda rows: sum(map(sum, rows)) > 0)


def _counts(rows: list[list[int]], totals: list[int]) -> Counts:
    sources = pd.Index([f"i{number}" for number in range(1, len(rows) + 1)])
    words = pd.Index([f"w{number}" for number in range(1, len(rows[0]) + 1)])
    return Counts(sources, words, sparse.csr_array(np.array(rows)), np.array(totals))


def _two_texts(a: int, b: int, c: int, d: int) -> pd.Series:
    """One word, a times here and c times elsewhere, beside b and d other words."""
    return measure_keyness(_counts([[a], [c]], [a + b, c + d]), ["i1"]).iloc[0]


def _plain_g2(f1: int, n1: int, f2: int, n2: int) -> float:
    total = 0.0
    for observed, row, column in (
        (f1, f1 + f2, n1),
        (f2, f1 + f2, n2),
        (n1 - f1, n1 + n2 - f1 - f2, n1),
        (n2 - f2, n1 + n2 - f1 - f2, n2),
    ):
        if observed:
            total += 2 * observed * math.log(observed / (row * column / (n1 + n2)))
    return total


def _plain_lrc(f1: int, n1: int, f2: int, n2: int, *, level: float, family: int) -> float:
    """corpora's keyness(measure = "LRC"), told in steps, with scipy's exact interval."""
    exact = stats.binomtest(f1, f1 + f2).proportion_ci(1 - (1 - level) / family, method="exact")
    if f1 / n1 >= f2 / n2:
        return max(0.0, math.log2(n2 / n1 * exact.low / (1 - exact.low))) if exact.low else 0.0
    return min(0.0, math.log2(n2 / n1 * exact.high / (1 - exact.high)))


@pytest.mark.parametrize(
    ("cells", "g2"), [((110, 2442, 111, 29114), 270.72), ((8, 5, 24, 31740), 95.29)]
)
def test_g2_matches_dunning_1993(cells: tuple[int, int, int, int], g2: float) -> None:
    """Dunning 1993, table of bigrams: the four cells and their log-likelihood."""
    assert round(_two_texts(*cells)["g2"], 2) == g2


def test_log_ratio_adds_half_to_counts_and_lengths() -> None:
    assert _two_texts(3, 7, 0, 20)["log_ratio"] == pytest.approx(math.log2(3.5 / 10.5 * 20.5 / 0.5))


@pytest.mark.parametrize(
    ("here", "elsewhere", "lengths", "tail"),
    [
        (12, 3, (1000, 3000), 0.449445530659225),
        (3, 27, (3000, 3000), 0.313154030366716),
        (40, 0, (1000, 3000), 0.880839943593915),
    ],
)
def test_lrc_is_the_bound_that_r_gives(
    here: int, elsewhere: int, lengths: tuple[int, int], tail: float
) -> None:
    """R 4: binom.test(here, here + elsewhere, conf.level = 1 - .05/4)$conf.int; four words."""
    rows = [[here, 9, 9, 9], [elsewhere, 9, 9, 9]]
    keyness = measure_keyness(_counts(rows, list(lengths)), ["i1"]).set_index("word")
    bound = math.log2(lengths[1] / lengths[0] * tail / (1 - tail))
    assert keyness.loc["w1", "lrc"] == pytest.approx(bound, rel=1e-9)


def test_where_the_interval_holds_nought_the_lrc_is_nought() -> None:
    assert _two_texts(3, 997, 3, 1997)["lrc"] == 0


@given(ROWS, st.sampled_from([0.9, 0.95, 0.99]), st.integers(1, 3))
def test_keyness_agrees_with_plain_loops(rows: list[list[int]], level: float, cut: int) -> None:
    """Every column but dispersion, which has its own test; lengths 1 to 7 words beyond."""
    totals = [sum(row) + 1 + place % 7 for place, row in enumerate(rows)]
    here = [f"i{place + 1}" for place in range(cut)]
    keyness = measure_keyness(_counts(rows, totals), here, level=level).set_index("word")
    family = sum(any(column) for column in zip(*rows, strict=True))
    n1, n2 = sum(totals[:cut]), sum(totals[cut:])
    for name, column in zip(("w1", "w2", "w3", "w4"), zip(*rows, strict=True), strict=True):
        row, f1, f2 = keyness.loc[name], sum(column[:cut]), sum(column[cut:])
        rates = [1000 * f / n for f, n in zip(column, totals, strict=True)]
        assert [row["count_here"], row["count_elsewhere"]] == [f1, f2]
        assert row["rate_here"] == pytest.approx(sum(rates[:cut]) / cut)
        assert row["rate_elsewhere"] == pytest.approx(sum(rates[cut:]) / (len(rates) - cut))
        assert row["interviews_here"] == sum(f > 0 for f in column[:cut])
        assert row["interviews_elsewhere"] == sum(f > 0 for f in column[cut:])
        assert [row["n_here"], row["n_elsewhere"]] == [cut, len(rows) - cut]
        assert row["few"] == (row["interviews_here"] < 3)
        if f1 + f2:
            assert row["g2"] == pytest.approx(_plain_g2(f1, n1, f2, n2), abs=1e-9)
            lrc = _plain_lrc(f1, n1, f2, n2, level=level, family=family)
            assert row["lrc"] == pytest.approx(lrc, rel=1e-6, abs=1e-9)
        else:
            assert row[["g2", "log_ratio", "lrc"]].isna().all()


@given(ROWS)
def test_changing_sides_turns_the_ratios_round(rows: list[list[int]]) -> None:
    totals = [sum(row) + 3 for row in rows]
    counts, here = _counts(rows, totals), np.arange(len(rows)) < 2
    one = measure_keyness(counts, here).set_index("word").sort_index()
    other = measure_keyness(counts, ~here).set_index("word").sort_index()
    assert np.allclose(one["log_ratio"], -other["log_ratio"], equal_nan=True)
    assert np.allclose(one["lrc"], -other["lrc"], equal_nan=True)
    assert np.allclose(one["g2"], other["g2"], equal_nan=True)


@given(ROWS, st.booleans())
def test_an_interview_without_words_changes_nothing(rows: list[list[int]], side: bool) -> None:
    totals = [sum(row) + 3 for row in rows]
    here = np.arange(len(rows)) < 2
    with_silent = measure_keyness(
        _counts([*rows, [0, 0, 0, 0]], [*totals, 0]), np.append(here, side)
    )
    pd.testing.assert_frame_equal(measure_keyness(_counts(rows, totals), here), with_silent)


def test_the_lrc_lies_between_the_ratio_and_nought_and_sorts() -> None:
    rows = [[90, 5, 1, 300, 2], [3, 5, 80, 310, 2], [2, 4, 60, 290, 0], [80, 6, 2, 305, 0]]
    keyness = measure_keyness(_counts(rows, [5000] * 4), ["i1", "i4"])
    assert keyness["word"].tolist()[0] == "w1"
    assert keyness["word"].tolist()[-1] == "w3"
    assert keyness["lrc"].is_monotonic_decreasing
    assert (keyness["lrc"].abs() <= keyness["log_ratio"].abs()).all()


def test_words_outside_the_columns_still_count_in_the_lengths() -> None:
    keyness = measure_keyness(_counts([[1], [1]], [100, 1000]), ["i1"])
    assert keyness.loc[0, ["rate_here", "rate_elsewhere"]].tolist() == [10, 1]


def test_a_word_that_occurs_nowhere_stays_undefined_and_out_of_the_vocabulary() -> None:
    keyness = measure_keyness(_counts([[0, 3], [0, 1]], [9, 9]), ["i1"])
    assert keyness["word"].tolist() == ["w2", "w1"]
    assert keyness.loc[1, ["g2", "log_ratio", "lrc", "dp"]].isna().all()
    assert keyness["vocabulary"].tolist() == [1, 1]


def test_a_vocabulary_of_nothing_is_a_table_of_nothing() -> None:
    empty = Counts(
        pd.Index(["i1", "i2"]),
        pd.Index([], dtype="str"),
        sparse.csr_array((2, 0), dtype=np.int64),
        np.array([3, 4]),
    )
    assert measure_keyness(empty, ["i1"]).empty
