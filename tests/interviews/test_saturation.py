"""How much is not yet heard: a lower bound, coverage, and what more interviews would bring."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.interviews.saturation import (
    check_stopping,
    estimate_codes,
    estimate_coverage,
    estimate_new,
    trace_new,
)

POOLS = pd.read_csv(Path(__file__).parents[1] / "reference" / "vegan_pools.csv")
COLUMNS = ["city", "n", "codes_found", "in_one", "in_two", "incidences"]
# Longino & Colwell's ants, as iNEXT 3.0 prints them (`iNEXT(ant, datatype = "incidence_freq")`).
ANTS = pd.DataFrame(
    [
        ("h50m", 599, 227, 49, 23, 5976),
        ("h500m", 230, 241, 71, 34, 2943),
        ("h1070m", 150, 122, 28, 16, 1730),
        ("h1500m", 200, 56, 13, 4, 1170),
        ("h2000m", 200, 14, 1, 2, 271),
    ],
    columns=COLUMNS,
)


def _one(n: int, found: int, once: int, twice: int, incidences: int) -> pd.DataFrame:
    return pd.DataFrame([("norrvik", n, found, once, twice, incidences)], columns=COLUMNS)


def test_chao2_of_the_ants_is_that_of_inext() -> None:
    """The standard error of h50m: METHODS, from SpadeR."""
    estimates = estimate_codes(ANTS, by=["city"])
    inext = [279.108514, 314.810038, 146.336667, 77.019375, 14.248750]
    assert estimates["estimate"].tolist() == pytest.approx(inext, abs=1e-6)
    assert estimates["standard_error"].iloc[0] == pytest.approx(19.794, abs=5e-4)


def test_chao2_and_its_error_agree_with_vegan() -> None:
    """Barro Colorado, and two tables without a code in exactly two interviews."""
    estimates = estimate_codes(POOLS, by=[])
    assert estimates["estimate"].tolist() == pytest.approx(POOLS["chao"].tolist(), abs=1e-7)
    errors = POOLS["standard_error"].tolist()
    assert estimates["standard_error"].tolist() == pytest.approx(errors, abs=1e-7)


def test_coverage_of_the_ants_is_that_of_inext() -> None:
    estimates = estimate_coverage(ANTS, by=["city"])
    inext = [0.9918134, 0.9759754, 0.9839382, 0.9889231, 0.9963827]
    assert estimates["estimate"].tolist() == pytest.approx(inext, abs=5e-8)


@pytest.mark.parametrize(
    ("city", "further", "codes"),
    [("h50m", 284, 245.732481), ("h50m", 599, 258.745498), ("h500m", 230, 286.546519),
     ("h1070m", 71, 132.189999), ("h1500m", 95, 61.343524), ("h2000m", 200, 14.244103)],
)  # fmt: skip
def test_new_codes_are_those_that_inext_extrapolates(city: str, further: int, codes: float) -> None:
    ants = ANTS[ANTS["city"] == city]
    new = estimate_new(ants, interviews=further, by=["city"])["estimate"].item()
    assert ants["codes_found"].item() + new == pytest.approx(codes, abs=1e-6)


def test_the_interval_of_chao2_is_that_of_logarithms() -> None:
    """Two codes unheard by the estimate, variance 8: they times or by exp(1.96 √log 3)."""
    row = estimate_codes(_one(2, 10, 4, 2, 14), by=["city"]).iloc[0]
    variance = 2 * (0.5 * 4 / 2 + 0.25 * 8 + 0.25 * 16 / 4)
    spread = np.exp(1.959964 * np.sqrt(np.log(1 + variance / 2**2)))
    found = row[["estimate", "low", "high"]].tolist()
    assert found == pytest.approx([12, 10 + 2 / spread, 10 + 2 * spread], rel=1e-6)


def test_where_every_code_was_heard_twice_the_bound_is_what_was_found() -> None:
    """No interval of the bound; coverage and new codes still have an upper end to doubt."""
    closed = _one(14, 12, 0, 0, 101)
    assert estimate_codes(closed, by=["city"])["estimate"].item() == 12
    assert estimate_codes(closed, by=["city"])[["low", "high"]].isna().all(axis=None)
    coverage = estimate_coverage(closed, by=["city"]).iloc[0]
    assert coverage["low"] == pytest.approx(1 - 3.8415 / 101, abs=1e-4)
    assert coverage["high"] == coverage["estimate"] == 1
    new = estimate_new(closed, interviews=5, by=["city"]).iloc[0]
    assert [new["estimate"], new["low"]] == [0, 0]
    assert new["high"] == pytest.approx(5 * 3.8415 / 14, abs=1e-4)


@pytest.mark.parametrize("row", [(1, 8, 8, 0, 8), (9, 0, 0, 0, 0)], ids=["one interview", "none"])
def test_of_one_interview_or_no_code_nothing_can_be_said(row: tuple[int, ...]) -> None:
    nothing = _one(*row)
    assert np.isnan(estimate_coverage(nothing, by=["city"])["estimate"].item())
    assert np.isnan(estimate_new(nothing, interviews=1, by=["city"])["high"].item())
    assert np.isnan(estimate_codes(nothing, by=["city"])["estimate"].item())


def test_more_than_as_many_interviews_again_is_not_answered() -> None:
    new = estimate_new(_one(4, 12, 1, 4, 31), interviews=5, by=["city"])
    assert new[["estimate", "low", "high"]].isna().all(axis=None)
    assert new["n"].item() == 4


def test_no_further_interview_is_an_error() -> None:
    with pytest.raises(ValueError, match="interviews must be 1 or more; found 0"):
        estimate_new(ANTS, interviews=0, by=["city"])


@settings(max_examples=15)
@given(st.integers(2, 60), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_new_codes_grow_with_the_interviews_but_never_past_the_bound(
    n: int, once: int, twice: int, often: int
) -> None:
    row = _one(n, once + twice + often, once, twice, once + 2 * twice + 2 * often)
    traced = trace_new(row, interviews=n, by=["city"])
    expected = traced["estimate"]
    assert (expected.diff().dropna() > -1e-9).all()
    if row["codes_found"].item():
        unheard = estimate_codes(row, by=["city"])["estimate"].item() - once - twice - often
        assert expected.iloc[-1] <= unheard + 1e-9
        assert (traced["high"] >= expected - 1e-9).all()


def _draw(prevalence: np.ndarray, interviews: int, draws: int, seed: int) -> pd.DataFrame:
    """Frequencies of many rounds, and how many incidences the unheard codes have on average."""
    rng = np.random.default_rng(seed)
    heard_in = rng.binomial(interviews, prevalence, (draws, len(prevalence)))
    return pd.DataFrame(
        {
            "n": interviews,
            "codes_found": (heard_in > 0).sum(axis=1),
            "in_one": (heard_in == 1).sum(axis=1),
            "in_two": (heard_in == 2).sum(axis=1),
            "incidences": heard_in.sum(axis=1),
            "unheard": (prevalence * (heard_in == 0)).sum(axis=1),
            "new": ((1 - (1 - prevalence) ** 5) * (heard_in == 0)).sum(axis=1),
        }
    )


COMMON = np.full(12, 0.55)
WORLDS = {
    "common": COMMON,
    "common and one rare": np.append(COMMON, 0.12),
    "common and some rare": np.append(COMMON, np.full(6, 0.05)),
    "from rare to common": np.linspace(0.01, 0.8, 50),
    "alike": np.full(60, 0.1),
    "nearly all rare": 0.8 / np.arange(1, 301),
}


@pytest.mark.parametrize("interviews", [6, 14, 56])
@pytest.mark.parametrize("world", WORLDS)
def test_the_interval_of_coverage_holds_the_truth(world: str, interviews: int) -> None:
    """In at least 92 of 100 rounds, with codes of known prevalence; also that of new codes."""
    prevalence = WORLDS[world]
    rounds = _draw(prevalence, interviews, 3_000, seed=1)
    coverage = estimate_coverage(rounds, by=[])
    truth = 1 - rounds["unheard"] / prevalence.sum()
    assert truth.between(coverage["low"] - 1e-12, coverage["high"] + 1e-12).mean() >= 0.92
    new = estimate_new(rounds, interviews=5, by=[])
    held = rounds["new"].between(new["low"] - 1e-12, new["high"] + 1e-12)
    assert held.mean() >= 0.92


def test_the_bound_is_a_lower_bound_on_average() -> None:
    """Codes of unequal prevalence: Chao2 lies between what was found and what there is."""
    rounds = _draw(WORLDS["from rare to common"], 14, 3_000, seed=2)
    estimates = estimate_codes(rounds, by=[])
    assert rounds["codes_found"].mean() < estimates["estimate"].mean() < 50


@pytest.mark.parametrize("interviews", [10, 14, 20])
def test_where_all_codes_are_alike_the_interval_of_the_bound_holds_their_number(
    interviews: int,
) -> None:
    """Only there is the bound what there is; an interval of 95 % holds it in 92 of 100 rounds."""
    rounds = _draw(WORLDS["alike"], interviews, 3_000, seed=3)
    estimates = estimate_codes(rounds, by=[])
    held = (estimates["low"] <= 60) & (estimates["high"] >= 60)
    assert held[estimates["low"].notna()].mean() >= 0.92


def test_the_rule_stops_at_the_first_run_that_brings_little() -> None:
    """Guest, Namey & Chen 2020, base 4, run 2: 21 codes in the base, so one new is enough."""
    curves = np.array(
        [[9, 15, 19, 21, 23, 24, 25, 25], [9, 15, 19, 21, 22, 22, 22, 22], [1, 2, 3, 4, 5, 6, 7, 8]]
    )
    stopped = check_stopping(curves)
    assert stopped[:2].tolist() == [8, 6]
    assert np.isnan(stopped[2])


def test_five_interviews_are_too_few_for_the_rule() -> None:
    assert np.isnan(check_stopping(np.array([[5, 5, 5, 5, 5]]))).all()
