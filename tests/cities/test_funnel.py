"""Funnels of many cities: R's limits, what chance lets be named, edges, ink."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from labtools.cities import funnel
from labtools.cities.funnel_figure import draw_funnel
from labtools.figures import new_axes
from labtools.words import say

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
REACHED = [3, 9, 14, 22, 30, 41, 18, 55, 12, 66, 27, 8]  # as in funnel.R
PEOPLE = [10, 15, 22, 40, 52, 60, 61, 80, 31, 97, 44, 25]
TAILS = {"low_998": 0.001, "low_95": 0.025, "high_95": 0.975, "high_998": 0.999}


def _shares(reached: list[int] | np.ndarray, people: list[int] | np.ndarray) -> pd.DataFrame:
    names = [f"c{at}" for at in range(len(people))]
    return pd.DataFrame({"city": names, "estimate": np.divide(reached, people), "n": people})


def _reference() -> dict[tuple[str, int], float]:
    table = pd.read_csv(REFERENCE / "funnel.csv")
    return {(what, n): value for what, n, value in table.itertuples(index=False)}


def test_dispersion_spread_and_widened_limits_are_those_of_r() -> None:
    """Spiegelhalter's formulas, written anew in R, for cities that differ more than by chance."""
    expected = _reference()
    found = funnel.estimate_funnel(_shares(REACHED, PEOPLE))
    row = found.iloc[0]
    assert row["pooled"] == pytest.approx(expected["pooled", 537], rel=1e-10)
    assert row["dispersion"] == pytest.approx(expected["dispersion", 12], rel=1e-10)
    assert row["spread"] == pytest.approx(expected["spread", 12], rel=1e-10)
    for people in (10, 40, 97):
        (of_it,) = found[found["n"] == people].to_dict("records")
        limits = {name: expected[f"widened_{tail:g}", people] for name, tail in TAILS.items()}
        assert {name: of_it[name] for name in TAILS} == pytest.approx(limits, abs=1e-9)


def test_limits_where_cities_differ_by_chance_alone_are_exact_as_in_r() -> None:
    """The same share of all, no spread: every city as near it as whole people allow."""
    expected = _reference()
    even = _shares(np.round(np.multiply(PEOPLE, 305 / 537)), PEOPLE)
    found = funnel.estimate_funnel(even.assign(estimate=305 / 537))
    assert found["spread"].tolist() == [0.0] * 12
    for people in (10, 40, 97):
        (of_it,) = found[found["n"] == people].to_dict("records")
        limits = {name: expected[f"exact_{tail:g}", people] for name, tail in TAILS.items()}
        assert {name: of_it[name] for name in TAILS} == pytest.approx(limits, abs=1e-9)


def test_by_chance_one_city_in_five_hundred_is_named() -> None:
    """60 labs of 290 cities that are all alike: few are named, and few funnels widened."""
    rng = np.random.default_rng(5)
    people = rng.integers(10, 400, size=290)
    found = [funnel.estimate_funnel(_shares(rng.binomial(people, 0.3), people)) for _ in range(60)]
    assert np.mean([table["outside"].mean() for table in found]) < 0.003
    assert np.mean([table["spread"].iloc[0] > 0 for table in found]) <= 0.05


def test_a_city_unlike_all_others_is_named_and_does_not_widen_the_limits() -> None:
    people = np.full(20, 100)
    reached = np.array([50, 45, 55, 48, 52, 47, 53, 50, 49, 51] * 2)
    reached[3] = 90
    found = funnel.estimate_funnel(_shares(reached, people))
    assert found.loc[found["outside"], "city"].tolist() == ["c3"]
    assert (found["spread"] == 0).all()
    text = say("funnel", funnel.summarize(found), language="en")
    assert "One lies beyond the limits" in text
    assert "this is no ranking" in text


def test_a_design_effect_counts_as_fewer_people() -> None:
    wide = funnel.estimate_funnel(_shares(REACHED, PEOPLE).assign(design_effect=2.0))
    assert wide["n_effective"].tolist() == [count // 2 for count in PEOPLE]
    assert wide["n"].tolist() == PEOPLE


def test_of_fewer_than_ten_cities_there_is_no_funnel() -> None:
    few = funnel.estimate_funnel(_shares(REACHED, PEOPLE).head(9))
    assert few.empty
    assert funnel.summarize(few).empty
    assert funnel.trace_limits(few).empty
    ax = draw_funnel(few, funnel.trace_limits(few), language="sv", ax=new_axes(), names={})
    assert ax.get_label() == ""
    plt.close(ax.figure)


@pytest.mark.parametrize("reached", [0, 1])
def test_where_nobody_or_everybody_reached_the_goal_no_city_stands_out(reached: int) -> None:
    found = funnel.estimate_funnel(_shares(np.multiply(PEOPLE, reached), PEOPLE))
    assert not found["outside"].any()
    assert found["dispersion"].isna().all()


def test_a_city_of_ten_who_all_reached_what_nearly_all_reach_is_not_named() -> None:
    """Of 95 % of all, ten of ten is the likeliest: the limit must not fall short of them."""
    people = np.full(20, 10)
    found = funnel.estimate_funnel(_shares([10] * 10 + [9] * 10, people))
    assert found["pooled"].iloc[0] == pytest.approx(0.95)
    assert not found["outside"].any()
    assert (found["high_998"] >= 1 - 1e-9).all()


def test_only_cities_beyond_the_limits_are_named_in_the_figure() -> None:
    reached = np.array([50, 45, 55, 48, 52, 47, 53, 50, 49, 90])
    found = funnel.estimate_funnel(_shares(reached, np.arange(100, 110)))
    curves = funnel.trace_limits(found)
    assert curves["n_effective"].tolist() == list(range(100, 110))
    ax = draw_funnel(found, curves, language="en", ax=new_axes(), names={"c9": "Boden"})
    assert [text.get_text() for text in ax.texts] == ["Boden"]
    assert "Beyond the limits for 99.8%: Boden 83%." in ax.get_label()
    plt.close(ax.figure)
