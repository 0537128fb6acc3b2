"""Two cross-sections: the difference between waves that cannot be linked."""

import numpy as np
import pandas as pd
import pytest

from labtools.intervals import wilson_interval
from labtools.surveys.cross_sections import compare_waves

WAVES = ["before", "after"]


def _levels(
    before: tuple[float, float, float, int], after: tuple[float, float, float, int]
) -> pd.DataFrame:
    columns = ["estimate", "low", "high", "n"]
    table = pd.DataFrame([before, after], columns=columns).assign(wave=WAVES, unit="share")
    return table.assign(city="a")


def test_a_wave_whose_people_are_not_told_gives_no_n_to_the_difference() -> None:
    levels = _levels((2.0, 1.8, 2.2, 30), (3.0, 2.8, 3.2, 31)).assign(too_few=[False, True])
    levels["n"] = [30.0, np.nan]
    found = compare_waves(levels, by=["city"], waves=WAVES).iloc[0]
    assert found["estimate"] == 1.0
    assert np.isnan(found["n"])
    assert found["too_few"]


def test_a_difference_of_shares_matches_newcombe_1998_table_2() -> None:
    """Newcombe 1998, Statistics in Medicine 17: 876, 56/70 less 48/80: .0524 to .3339."""
    (low, high) = wilson_interval([48, 56], [80, 70])
    levels = _levels((48 / 80, low[0], high[0], 80), (56 / 70, low[1], high[1], 70))
    found = compare_waves(levels, by=["city"], waves=WAVES).iloc[0]
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(
        [0.2, 0.0524, 0.3339], abs=5e-5
    )
    assert (found["n"], found["unit"]) == (70, "change in share")


def test_of_means_the_squares_of_half_lengths_add_up() -> None:
    found = compare_waves(
        _levels((2, 1.7, 2.3, 9), (3, 2.6, 3.4, 9)), by=["city"], waves=WAVES
    ).iloc[0]
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx([1, 0.5, 1.5])


def test_without_intervals_there_is_none_and_without_two_waves_no_row() -> None:
    levels = _levels((2, np.nan, np.nan, 9), (3, np.nan, np.nan, 8))
    found = compare_waves(levels, by=["city"], waves=WAVES)
    assert found["estimate"].tolist() == [1]
    assert found[["low", "high"]].isna().to_numpy().all()
    assert compare_waves(levels, by=["city"], waves=["before"]).empty
    assert compare_waves(levels.head(1), by=["city"], waves=WAVES).empty
    assert compare_waves(levels.head(0), by=["city"], waves=WAVES).empty


@pytest.mark.parametrize(
    ("n", "shares"), [(30, (0.5, 0.7)), (60, (0.05, 0.1)), (400, (0.02, 0.05))]
)
def test_the_interval_of_a_difference_of_shares_covers_the_truth(
    n: int, shares: tuple[float, float]
) -> None:
    rng = np.random.default_rng(n)
    given = rng.binomial(n, shares, size=(4000, 2))
    low, high = wilson_interval(given, n)
    levels = pd.DataFrame(
        {
            "city": np.repeat(np.arange(4000), 2), "wave": WAVES * 4000,
            "estimate": given.ravel() / n, "low": low.ravel(), "high": high.ravel(), "n": n,
            "unit": "share",
        }
    )  # fmt: skip
    found = compare_waves(levels, by=["city"], waves=WAVES)
    truth = shares[1] - shares[0]
    covered = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    assert 0.93 <= covered <= 0.98
