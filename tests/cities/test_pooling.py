"""Cities drawn together as far as the data say: eight schools, an independent sampler, edges."""

import numpy as np
import pandas as pd
import pytest

from labtools.cities.pooling import (
    Prior,
    as_log_odds,
    as_shares,
    estimate_spread,
    pool_estimates,
)

SCHOOLS = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])  # Rubin 1981, table 1


def _estimates(values: list[float], errors: list[float]) -> pd.DataFrame:
    table = pd.DataFrame({"estimate": values, "standard_error": errors}, dtype=float)
    return table.assign(city=[f"c{at}" for at in range(len(table))], n=30, unit="points")


def test_eight_schools_have_the_published_mean_and_spread() -> None:
    """Rubin 1981, Journal of Educational Statistics 6: 377; with a uniform prior on the spread."""
    spread = estimate_spread(_estimates(*SCHOOLS), priors=[("uniform", 1.0)])
    assert spread.loc[0, "mean"] == pytest.approx(7.93, abs=0.005)
    assert spread.loc[0, "estimate"] == pytest.approx(5.24, abs=0.01)
    assert spread.loc[0, "n"] == 8


def test_the_eight_schools_themselves_are_within_the_rounding_of_the_book() -> None:
    """Bayesian Data Analysis, 3rd ed., table 5.3: school A 10 or 11, G 10, E 5; A from -2 to 31."""
    pooled = pool_estimates(_estimates(*SCHOOLS), prior="uniform", scale=1.0)
    assert pooled["estimate"].iloc[[0, 6, 4]].tolist() == pytest.approx([11, 10.5, 5], abs=0.5)
    assert pooled.loc[0, ["low", "high"]].tolist() == pytest.approx([-2, 31], abs=0.8)
    assert pooled["raw"].tolist() == SCHOOLS[0]


@pytest.mark.parametrize(
    ("prior", "scale"), [("half_cauchy", 5.0), ("half_normal", 10.0), ("uniform", 1.0)]
)
def test_the_grid_agrees_with_draws_from_the_model(prior: Prior, scale: float) -> None:
    """Spreads and means drawn from the priors, weighted by the likelihood of the data."""
    y, s = (np.array(one, dtype=float) for one in SCHOOLS)
    rng = np.random.default_rng(1)
    draws = 400_000
    tau = {
        "half_cauchy": np.abs(scale * rng.standard_cauchy(draws)),
        "half_normal": np.abs(scale * rng.standard_normal(draws)),
        "uniform": rng.uniform(0, 150, draws),
    }[prior]
    mean = rng.uniform(-40, 60, draws)
    variance = s**2 + tau[:, None] ** 2
    log_likelihood = -0.5 * (np.log(variance) + (y - mean[:, None]) ** 2 / variance).sum(axis=1)
    weights = np.exp(log_likelihood - log_likelihood.max())
    kept = rng.choice(draws, size=20_000, p=weights / weights.sum())
    share = s**2 / variance[kept]
    values = share * mean[kept, None] + (1 - share) * y
    values += rng.standard_normal(values.shape) * np.sqrt((1 - share) * s**2)
    pooled = pool_estimates(_estimates(*SCHOOLS), prior=prior, scale=scale)
    assert pooled["estimate"].to_numpy() == pytest.approx(values.mean(axis=0), abs=0.35)
    low, high = np.quantile(values, [0.025, 0.975], axis=0)
    assert pooled["low"].to_numpy() == pytest.approx(low, abs=1.2)
    assert pooled["high"].to_numpy() == pytest.approx(high, abs=1.2)


def test_cities_alike_are_drawn_to_one_mean_and_cities_far_apart_stay_where_they_are() -> None:
    alike = pool_estimates(_estimates([3.0] * 6, [0.5] * 6), prior="half_normal", scale=0.1)
    assert np.ptp(alike["estimate"]) < 1e-9
    far = pool_estimates(
        _estimates([1.0, 5.0, 9.0, 13.0], [0.01] * 4), prior="half_cauchy", scale=5.0
    )
    assert far["estimate"].tolist() == pytest.approx([1, 5, 9, 13], abs=0.01)
    assert (far["high"] - far["low"]).to_numpy() == pytest.approx(np.full(4, 0.0392), rel=0.01)


def test_the_less_sure_a_city_is_the_further_it_is_drawn() -> None:
    pooled = pool_estimates(
        _estimates([1.0, 1.0, 5.0, 5.0], [0.2, 2.0, 0.2, 2.0]), prior="half_cauchy", scale=1.0
    )
    drawn = (pooled["estimate"] - pooled["raw"]).abs().to_numpy()
    assert drawn[1] > 3 * drawn[0]
    assert drawn[3] > 3 * drawn[2]


def test_a_city_without_an_estimate_or_an_error_takes_no_part_and_stays() -> None:
    values = _estimates([1.0, 2.0, 4.0, np.nan, 90.0], [0.5, 0.5, 0.5, np.nan, 0.0])
    pooled = pool_estimates(values, prior="half_normal", scale=1.0)
    assert pooled["city"].tolist() == values["city"].tolist()
    assert pooled["estimate"].isna().tolist() == [False, False, False, True, True]
    assert pooled.loc[:2, "estimate"].between(1, 4).all()
    assert estimate_spread(values, priors=[("uniform", 1.0)]).loc[0, "n"] == 3


def test_a_city_of_too_few_people_is_not_drawn_in_by_the_others() -> None:
    """Where partners must not see its value they do not see what it is drawn to either."""
    values = _estimates([1.0, 2.0, 4.0, np.nan], [0.5] * 4)
    hidden = values.assign(n=[30, 30, 30, np.nan], too_few=[False, False, False, True])
    pooled = pool_estimates(hidden, prior="half_normal", scale=1.0)
    assert pooled["estimate"].isna().tolist() == [False, False, False, True]
    assert pooled["too_few"].tolist() == [False, False, False, True]
    others = pool_estimates(values.head(3), prior="half_normal", scale=1.0)
    assert pooled["estimate"].head(3).tolist() == others["estimate"].tolist()


def test_with_two_cities_or_none_nothing_is_pooled() -> None:
    two = _estimates([1.0, 2.0], [0.5, 0.5])
    assert pool_estimates(two, prior="uniform", scale=1.0)["estimate"].isna().all()
    assert estimate_spread(two, priors=[("uniform", 1.0)])["estimate"].isna().all()
    assert pool_estimates(two.head(0), prior="uniform", scale=1.0).empty


def test_a_scale_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="scale of a prior must be above 0; found 0"):
        pool_estimates(_estimates(*SCHOOLS), prior="half_normal", scale=0.0)


def test_shares_are_pooled_as_log_odds_and_come_back_as_shares() -> None:
    """9 of 10: log odds of 9.5 to 1.5 with error sqrt(1/9.5 + 1/1.5); none and all stay finite."""
    shares = pd.DataFrame({"city": list("abcd"), "estimate": [0.9, 0.5, 0.0, 1.0], "n": 10})
    odds = as_log_odds(shares.assign(low=0.1))
    assert odds.loc[0, "estimate"] == pytest.approx(np.log(9.5 / 1.5))
    assert odds.loc[0, "standard_error"] == pytest.approx(np.sqrt(1 / 9.5 + 1 / 1.5))
    assert np.isfinite(odds["estimate"]).all()
    pooled = as_shares(pool_estimates(odds, prior="half_normal", scale=0.5))
    assert pooled["raw"].tolist() == pytest.approx([9.5 / 11, 0.5, 0.5 / 11, 10.5 / 11])
    assert ((pooled["estimate"] - 0.57).abs() < (pooled["raw"] - 0.57).abs())[[0, 2, 3]].all()
    assert ((pooled["low"] > 0) & (pooled["high"] < 1)).all()


def test_a_design_effect_makes_log_odds_less_sure_and_a_register_has_none() -> None:
    shares = pd.DataFrame({"city": ["a", "b"], "estimate": 0.5, "n": 40, "low": [0.3, np.nan]})
    (row,) = as_log_odds(shares.assign(design_effect=4.0)).to_dict("records")
    assert (row["city"], row["n"]) == ("a", 40)
    assert row["standard_error"] == pytest.approx(np.sqrt(2 / 5.5))
