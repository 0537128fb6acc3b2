"""Weights reach known totals, as R's survey does, and what they cost is told."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.surveys.weights import describe_weights, post_stratify, rake, trim

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "weights.csv"
PEOPLE = pd.DataFrame(
    {
        "age": ["16-24", "16-24", "25-64", "25-64", "25-64", "25-64", "65+", "65+", "65+"],
        "area": ["a", "b", "a", "a", "b", "b", "a", "b", "b"],
        "sex": ["w", "m", "w", "m", "m", "w", "w", "w", "m"],
        "weight": [5.0, 40, 12, 15, 9, 30, 6, 7, 8],
    }
)
AGES = pd.Series({"16-24": 150, "25-64": 610, "65+": 190})
AREAS = pd.Series({"a": 420, "b": 530})
SEXES = pd.Series({"m": 480, "w": 470})
weight_lists = st.lists(st.floats(0.1, 100), min_size=2, max_size=9)


def _expected(case: str) -> np.ndarray:
    """Weights that weights.R printed."""
    printed = pd.read_csv(REFERENCE)
    return printed.loc[printed["case"] == case, "weight"].to_numpy()


def test_post_stratification_agrees_with_r_survey_to_12_digits() -> None:
    weights = post_stratify(PEOPLE, ["age"], totals=AGES, weight="weight")
    np.testing.assert_allclose(weights, _expected("post_stratify_age"), rtol=1e-12)


def test_cells_of_two_columns_agree_with_r_survey_to_12_digits() -> None:
    cells = pd.Series(
        [70, 300, 50, 80, 310, 140], pd.MultiIndex.from_product([list("ab"), AGES.index])
    )
    weights = post_stratify(PEOPLE, ["area", "age"], totals=cells, weight="weight")
    np.testing.assert_allclose(weights, _expected("post_stratify_age_area"), rtol=1e-12)


def test_raking_agrees_with_r_survey_to_12_digits() -> None:
    two = rake(PEOPLE, margins={"age": AGES, "area": AREAS}, weight="weight")
    np.testing.assert_allclose(two.weights, _expected("rake_two"), rtol=1e-12)
    margins = {"age": AGES, "area": AREAS, "sex": SEXES}
    three = rake(PEOPLE, margins=margins, weight="weight")
    np.testing.assert_allclose(three.weights, _expected("rake_three"), rtol=1e-12)


def test_raking_tells_how_far_it_came() -> None:
    """One margin is met in one round; a loose tolerance stops sooner than a strict one."""
    assert rake(PEOPLE, margins={"age": AGES}, weight=None).rounds == 1
    margins = {"age": AGES, "area": AREAS, "sex": SEXES}
    loose = rake(PEOPLE, margins=margins, weight="weight", tolerance=1e-3)
    strict = rake(PEOPLE, margins=margins, weight="weight")
    assert 1 < loose.rounds < strict.rounds
    assert strict.furthest <= 1e-12 < loose.furthest <= 1e-3


@given(weight_lists)
def test_raking_reaches_both_margins_from_any_weights(weights: list[float]) -> None:
    """Somebody in each of the four crossings of two columns."""
    sides = ["a", "b"] * len(weights)
    people = pd.DataFrame({"x": sides, "y": sides[1:] + sides[:1], "w": weights + weights[::-1]})
    people = pd.concat([people, people.assign(y=people["x"])])
    totals = pd.Series({"a": 30, "b": 70})
    raked = rake(people, margins={"x": totals, "y": totals[::-1]}, weight="w", tolerance=1e-9)
    for column in ("x", "y"):
        sums = raked.weights.groupby(people[column].to_numpy()).sum()
        np.testing.assert_allclose(sums[totals.index], totals, rtol=1e-8)


def test_raking_a_million_rows_on_three_margins_takes_less_than_two_seconds() -> None:
    rng = np.random.default_rng(1)
    people = pd.DataFrame({name: rng.choice(["p", "q", "r"], 1_000_000) for name in "xyz"})
    margins = {name: pd.Series({"p": 2e5, "q": 3e5, "r": 5e5}) for name in "xyz"}
    start = time.process_time()
    raked = rake(people, margins=margins, weight=None)
    assert time.process_time() - start < 2
    assert raked.furthest <= 1e-12


def test_trimming_equally_agrees_with_r_survey_to_12_digits() -> None:
    """A cap of 20 is 15/11 of the mean."""
    trimmed = trim(PEOPLE["weight"], at_most=15 / 11, times="mean", spread="equally")
    np.testing.assert_allclose(trimmed, _expected("trim_equally"), rtol=1e-12)


def test_trimming_proportionally_is_one_factor_below_the_cap() -> None:
    """R finds the factor by bisection; here a weight of 15 passes the cap in the second round."""
    trimmed = trim(PEOPLE["weight"], at_most=15 / 11, times="mean", spread="proportionally")
    np.testing.assert_allclose(trimmed, _expected("trim_proportionally"), rtol=1e-12)


@given(weight_lists, st.sampled_from(["proportionally", "equally"]))
def test_trimming_keeps_the_sum_and_the_order_and_none_above_the_cap(
    weights: list[float], spread: str
) -> None:
    given_weights = pd.Series(weights)
    trimmed = trim(given_weights, at_most=1.5, times="mean", spread=spread)  # type: ignore[arg-type]
    assert trimmed.sum() == pytest.approx(given_weights.sum())
    assert trimmed.max() <= 1.5 * given_weights.mean() * (1 + 1e-12)
    by_weight = trimmed[given_weights.sort_values(kind="stable").index]
    assert (by_weight.diff().dropna() >= -1e-9).all()


def test_weights_below_the_cap_stay_as_they_are() -> None:
    alike = pd.Series([2.0, 2.0], index=[7, 9])
    assert trim(alike, at_most=1, times="mean", spread="equally").equals(alike)
    nobody = pd.Series([], dtype=float)
    assert trim(nobody, at_most=3, times="mean", spread="equally").empty


def test_a_cap_that_cannot_hold_the_sum_is_refused() -> None:
    with pytest.raises(ValueError, match=r"3 x 4 is not above 12\. Choose a higher"):
        trim(pd.Series([1.0, 1, 2, 8]), at_most=2, times="median", spread="equally")


def test_kish_design_effect_is_one_plus_the_squared_coefficient_of_variation() -> None:
    """Weights 1, 1, 2: 3 x 6 / 16 = 9/8, and three answers tell as much as 8/3."""
    row = describe_weights(pd.DataFrame({"w": [1.0, 1, 2]}), {"weight": "w"}).iloc[0]
    assert row["design_effect_weights"] == pytest.approx(9 / 8)
    assert row["n_effective"] == pytest.approx(8 / 3)
    weights = PEOPLE["weight"]
    variation = weights.std(ddof=0) / weights.mean()
    row = describe_weights(PEOPLE, {"weight": "weight"}).iloc[0]
    assert row["design_effect_weights"] == pytest.approx(1 + variation**2)
    assert row[["n", "weight_lowest", "weight_highest"]].tolist() == [9, 5, 40]


def test_answers_of_equal_weight_lose_nothing() -> None:
    """Also where a sum of tenths is no round number."""
    tenths = pd.DataFrame({"w": [0.1] * 7})
    assert describe_weights(tenths, {"weight": "w"})["design_effect_weights"].item() == 1
    assert describe_weights(tenths, {})["n_effective"].item() == 7


def test_weights_of_nobody_are_undefined() -> None:
    row = describe_weights(PEOPLE.head(0), {"weight": "weight"}).iloc[0]
    assert row["n"] == 0
    assert row.drop("n").isna().all()


@pytest.mark.parametrize(("wrong", "told"), [(0.0, "0"), (-2.0, "-2"), (np.nan, "nan")])
def test_a_weight_that_is_no_number_above_0_is_told(wrong: float, told: str) -> None:
    people = PEOPLE.assign(weight=[wrong, wrong, *PEOPLE["weight"][2:]])
    words = f"every weight in weight must be a number above 0; 2 of 9 are not, .* {told}$"
    with pytest.raises(ValueError, match=words):
        describe_weights(people, {"weight": "weight"})
    with pytest.raises(ValueError, match=words):
        rake(people, margins={"age": AGES}, weight="weight")


def test_a_margin_of_which_nobody_answered_is_told() -> None:
    with pytest.raises(ValueError, match=r"in each group of age; nobody did in 65\+\. Merge"):
        rake(PEOPLE.head(6), margins={"age": AGES}, weight=None)
    with pytest.raises(ValueError, match="nobody did in"):
        post_stratify(PEOPLE.head(0), ["age"], totals=AGES, weight=None)


def test_people_without_a_total_are_told() -> None:
    with pytest.raises(ValueError, match="in a group of age with a total; found 65\\+"):
        post_stratify(PEOPLE, ["age"], totals=AGES.drop("65+"), weight=None)
    with pytest.raises(ValueError, match="found nan"):
        rake(PEOPLE.assign(age=np.nan), margins={"age": AGES}, weight=None)


def test_a_total_of_0_suits_only_a_group_of_nobody() -> None:
    with_none = pd.concat([AGES, pd.Series({"0-15": 0})])
    weights = post_stratify(PEOPLE, ["age"], totals=with_none, weight=None)
    assert weights.sum() == pytest.approx(AGES.sum())
    with pytest.raises(ValueError, match="must be above 0; that of 65\\+ in age is 0"):
        post_stratify(PEOPLE, ["age"], totals=AGES.replace(190, 0), weight=None)
    with pytest.raises(ValueError, match="one total, 0 or more"):
        post_stratify(PEOPLE, ["age"], totals=-AGES, weight=None)


def test_margins_with_different_sums_are_told() -> None:
    with pytest.raises(ValueError, match="the same sum; age has 950, area 951"):
        rake(PEOPLE, margins={"age": AGES, "area": AREAS.replace(530, 531)}, weight=None)
    with pytest.raises(ValueError, match="margins must hold a column"):
        rake(PEOPLE, margins={}, weight=None)


def test_margins_that_no_weights_can_reach_are_told() -> None:
    """All who are a in x are a in y: their totals cannot differ."""
    people = pd.DataFrame({"x": ["a", "b"], "y": ["a", "b"]})
    margins = {"x": pd.Series({"a": 1, "b": 1}), "y": pd.Series({"a": 1.2, "b": 0.8})}
    with pytest.raises(ValueError, match=r"after 1000 rounds one is still .* % off"):
        rake(people, margins=margins, weight=None)
