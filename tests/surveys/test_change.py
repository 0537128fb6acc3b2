"""Linked change: pairs, attrition, and an interval that covers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labtools.surveys.change import change_limits, count_attrition, estimate_change, pair_waves

WAVES = ["before", "after"]


def _scores(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "city", "wave", "score"])


def _small() -> pd.DataFrame:
    return _scores(
        ("p1", "b", "before", 2.0), ("p1", "b", "after", 3.0), ("p2", "b", "before", 4.0),
        ("p3", "a", "after", 1.0), ("p4", "b", "before", 3.0), ("p4", "b", "after", np.nan),
    )  # fmt: skip


def test_only_linked_pairs_have_a_change_and_cities_keep_their_order() -> None:
    pairs = pair_waves(_small(), "score", waves=WAVES)
    assert pairs["person_id"].tolist() == ["p1", "p2", "p4", "p3"]
    assert pairs["change"].fillna(99).tolist() == [1.0, 99, 99, 99]


def test_attrition_counts_each_person_once_and_shows_who_left() -> None:
    table = count_attrition(pair_waves(_small(), "score", waves=WAVES)).set_index("city")
    assert table.loc["b", ["both", "only_before", "only_after"]].tolist() == [1, 2, 0]
    assert table.loc["b", "mean_before_stayed"] == 2.0
    assert table.loc["b", "mean_before_left"] == 3.5
    assert np.isnan(table.loc["a", "mean_before_left"])


def test_change_agrees_with_scipys_paired_t() -> None:
    rng = np.random.default_rng(3)
    before, after = rng.normal(3, 1, 12), rng.normal(3.4, 1, 12)
    rows = [(f"p{i}", "a", "before", x) for i, x in enumerate(before)]
    rows += [(f"p{i}", "a", "after", x) for i, x in enumerate(after)]
    found = estimate_change(pair_waves(_scores(*rows), "score", waves=WAVES)).iloc[0]
    oracle = stats.ttest_rel(after, before).confidence_interval()
    assert np.allclose([found["low"], found["high"]], [oracle.low, oracle.high])
    assert found["rose"] + found["same"] + found["fell"] == found["n"] == 12


def test_answers_that_cannot_be_linked_are_not_paired() -> None:
    """Two cross-sections: nobody is counted as having left."""
    for blank in ("", None):
        unlinked = _small().assign(person_id=blank)
        assert pair_waves(unlinked, "score", waves=WAVES).empty


@pytest.mark.parametrize(
    ("changes", "defined"), [([1, 2, 3, 4], 0), ([0.5] * 9, 0), ([1, 2, 3, 4, 5], 1)]
)
def test_too_few_pairs_or_pairs_all_alike_have_no_interval(
    changes: list[float], defined: int
) -> None:
    found = estimate_change(pd.DataFrame({"city": "a", "change": changes}))
    assert found["low"].notna().sum() == defined


def test_limits_of_change_hold_every_interval_and_are_alike_on_both_sides() -> None:
    changes = estimate_change(pd.DataFrame({"city": "a", "change": [1.0, 2, 3, 4, 5]}))
    low, high = change_limits(changes)
    assert -low == high > changes["high"].iloc[0]
    assert change_limits(changes.head(0)) == (-1, 1)


def test_one_pair_has_a_change_without_interval_and_none_is_undefined() -> None:
    changes = estimate_change(pair_waves(_small(), "score", waves=WAVES)).set_index("city")
    assert changes.loc["b", "estimate"] == 1.0
    assert np.isnan(changes.loc["b", "low"])
    assert np.isnan(changes.loc["a", "estimate"])
    assert changes.loc["a", "n"] == 0


def test_one_wave_pairs_nobody() -> None:
    assert pair_waves(_small(), "score", waves=[]).loc[:, "change"].isna().sum() == 3
    single = _small().assign(wave="")
    assert pair_waves(single.head(0), "score", waves=[""]).empty


def test_a_person_who_answers_a_wave_twice_or_in_two_cities_is_an_error() -> None:
    twice = _scores(("p1", "a", "before", 1.0), ("p1", "a", "before", 2.0))
    with pytest.raises(ValueError, match="must answer a wave once; p1 answered before twice"):
        pair_waves(twice, "score", waves=WAVES)
    moved = _scores(("p1", "a", "before", 1.0), ("p1", "b", "after", 2.0))
    with pytest.raises(ValueError, match="must answer in one city"):
        pair_waves(moved, "score", waves=WAVES)


@pytest.mark.parametrize("n", [30, 60])
def test_the_interval_of_change_covers_the_truth(n: int) -> None:
    """Scores on a bounded five-step scale, not normal: 1,500 samples."""
    rng = np.random.default_rng(n)
    steps = np.array([-2.0, -1, 0, 1, 2])
    chance = np.array([0.05, 0.15, 0.4, 0.3, 0.1])
    samples = rng.choice(steps, size=(1500, n), p=chance)
    pairs = pd.DataFrame({"city": np.repeat(np.arange(1500), n), "change": samples.ravel()})
    found = estimate_change(pairs)
    truth = (steps * chance).sum()
    covered = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    assert 0.93 <= covered <= 0.97
