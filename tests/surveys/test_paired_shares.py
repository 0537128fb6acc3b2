"""Paired shares: McNemar's p and Tango's interval."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from labtools.surveys.paired_shares import estimate_share_change, mcnemar_p, tango_interval

REFERENCE = pd.read_csv(Path(__file__).parents[1] / "reference" / "paired.csv")


def _pairs(before: list[float], after: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"variable": "home", "before": before, "after": after, "above": 4.0})


@pytest.mark.parametrize("row", REFERENCE.to_dict("records"))
def test_interval_and_p_agree_with_a_search_by_definition_in_r(row: dict[str, float]) -> None:
    up, down, n = int(row["up"]), int(row["down"]), int(row["n"])
    assert tango_interval(up, down, n) == pytest.approx((row["low"], row["high"]), abs=2e-7)
    assert mcnemar_p(up, down) == pytest.approx(row["p"], abs=1e-9)


def test_published_intervals_are_found() -> None:
    """Fagerland, Lydersen & Laake 2014, Statistics in Medicine 33: 2850, airway example; R's
    PropCIs, scoreci.mp(25, 28, 618, .9)."""
    assert np.round(tango_interval(1, 7, 21), 3).tolist() == [-0.517, -0.026]
    assert np.round(tango_interval(28, 25, 618, level=0.9), 4).tolist() == [-0.0148, 0.0247]
    assert round(mcnemar_p(1, 7), 4) == 0.0391


def test_shares_and_crossings_are_counted_of_those_who_answered_twice() -> None:
    pairs = _pairs([1, 4, 5, 2, np.nan], [4, 5, 3, np.nan, 5])
    found = estimate_share_change(pairs, by=["variable"]).iloc[0]
    assert found[["n", "to_above", "from_above"]].tolist() == [3, 1, 1]
    assert found[["share_before", "share_after"]].tolist() == [2 / 3, 2 / 3]
    assert (found["estimate"], found["p"]) == pytest.approx((0, 1))


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 40))
def test_turning_time_round_mirrors_the_interval(up: int, down: int, still: int) -> None:
    n = up + down + still
    low, high = tango_interval(up, down, n)
    mirrored = tango_interval(down, up, n)
    if n:
        assert (low, high) == pytest.approx((-mirrored[1], -mirrored[0]), abs=1e-9)
        assert -1 <= low <= (up - down) / n <= high <= 1


def test_nobody_twice_is_undefined_and_nobody_crossing_has_an_interval() -> None:
    nobody = estimate_share_change(_pairs([1, 2], [np.nan, np.nan]), by=["variable"]).iloc[0]
    assert nobody["n"] == 0
    assert nobody[["estimate", "low", "p"]].isna().all()
    still = estimate_share_change(_pairs([1] * 30, [2] * 30), by=["variable"]).iloc[0]
    assert still["estimate"] == 0
    assert still["high"] == pytest.approx(1.959964**2 / (30 + 1.959964**2), abs=1e-6)
    assert estimate_share_change(_pairs([], []), by=["variable"]).empty
    assert tango_interval(5, 0, 5)[1] == 1


def test_codes_without_a_threshold_are_an_error() -> None:
    with pytest.raises(KeyError, match="above missing"):
        estimate_share_change(_pairs([1], [2]).drop(columns="above"), by=["variable"])


@pytest.mark.parametrize(
    ("n", "shares", "least", "most"),
    [
        (30, (0.30, 0.10), 0.93, 0.97),
        (60, (0.30, 0.10), 0.93, 0.97),
        (400, (0.30, 0.10), 0.93, 0.97),
        (60, (0.08, 0.03), 0.93, 0.97),  # crossing about as seldom as where shares are near 0 or 1
        (400, (0.03, 0.01), 0.93, 0.97),
        (30, (0.05, 0.02), 0.97, 1.0),  # one or two cross: too long rather than too short
    ],
)
def test_the_interval_covers_the_truth(
    n: int, shares: tuple[float, float], least: float, most: float
) -> None:
    """Exact: every possible outcome, weighted by its chance. Only who crosses matters."""
    up, down = shares
    covered = 0.0
    ups = np.arange(n + 1)
    likely = ups[_chance(ups, n, up) > 1e-9]
    for rose in likely:
        falls = np.arange(n - rose + 1)
        chance = _chance(falls, n - rose, down / (1 - up))
        for fell in falls[chance > 1e-7]:
            low, high = tango_interval(int(rose), int(fell), n)
            if low <= up - down <= high:
                covered += _chance(rose, n, up) * chance[fell]
    assert least <= covered <= most


def _chance(count: np.ndarray, n: int, share: float) -> np.ndarray:
    return np.asarray(binom.pmf(count, n, share))
