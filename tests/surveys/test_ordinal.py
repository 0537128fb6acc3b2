"""Ordered answers: odds against R's polr and svyolr, and one odds ratio for all steps or not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labtools.surveys.design import Sampling
from labtools.surveys.ordinal import (
    compare_steps,
    compare_steps_of_change,
    estimate_odds,
    estimate_odds_of_change,
)

REFERENCE = Path(__file__).parents[1] / "reference"
DESIGN = {"strata": "stratum", "cluster": "cluster", "weight": "weight"}
NONE: dict[str, str] = {}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "ordinal_answers.csv")


def _expected(model: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "ordinal.csv").query("model == @model")
    return table.assign(wave=table["name"].str.removeprefix("wave")).set_index("wave")


def _table(before: list[float], after: list[float]) -> pd.DataFrame:
    waves = ["before"] * len(before) + ["after"] * len(after)
    return pd.DataFrame({"wave": waves, "answer": [*before, *after]})


def _odds(
    table: pd.DataFrame, design: dict[str, str] = NONE, sampling: Sampling = "random"
) -> pd.DataFrame:
    return estimate_odds(
        table, "answer", by="wave", reference="before", sampling=sampling, design=design
    )


def test_unweighted_log_odds_agree_with_polr(answers: pd.DataFrame) -> None:
    found = _odds(answers).set_index("wave")["log_odds"]
    expected = _expected("polr")["log_odds"]
    assert found[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)


def test_weighted_log_odds_and_their_errors_agree_with_svyolr(answers: pd.DataFrame) -> None:
    """R searches with BFGS and differentiates by steps: seven digits are its own."""
    found = _odds(answers, DESIGN).set_index("wave")
    expected = _expected("svyolr")
    for column in ("log_odds", "standard_error"):
        assert found.loc[expected.index, column].to_numpy() == pytest.approx(
            expected[column].to_numpy(), rel=2e-7
        )
    assert found["n"].to_dict() == {"later": 155, "after": 165}


@pytest.mark.parametrize("step", [2, 3, 4, 5])
def test_each_step_by_itself_agrees_with_svyglm(answers: pd.DataFrame, step: int) -> None:
    steps = compare_steps(
        answers, "answer", by="wave", reference="before", sampling="random", design=DESIGN
    )
    found = steps[steps["step"] == step].set_index("wave")
    expected = _expected(f"step{step}")
    assert np.log(found.loc[expected.index, "estimate"]).to_numpy() == pytest.approx(
        expected["log_odds"].to_numpy(), abs=1e-9
    )
    half = np.log(found["high"] / found["low"]).loc[expected.index] / 2
    ratio = half.to_numpy() / expected["standard_error"].to_numpy()
    assert ratio == pytest.approx([2.07961384] * 2, rel=1e-8)  # t with 24 clusters less 3 strata


def test_with_two_answers_the_odds_ratio_is_that_of_the_table() -> None:
    """4 of 10 against 6 of 8: (6 × 6) / (2 × 4); Woolf's error, times √(n / (n − 1))."""
    found = _odds(_table([1] * 6 + [2] * 4, [1] * 2 + [2] * 6)).iloc[0]
    assert found["estimate"] == pytest.approx(36 / 8)
    assert found["standard_error"] == pytest.approx(
        np.sqrt((1 / 6 + 1 / 4 + 1 / 2 + 1 / 6) * 18 / 17)
    )
    assert (found["n"], found["unit"]) == (18, "odds ratio")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=8, max_size=20))
def test_turning_the_answers_round_turns_the_odds_round(drawn: list[int]) -> None:
    table = _table([1, 2, 3, 4, *drawn[::2]], [1, 2, 3, 4, *drawn[1::2]])
    found = _odds(table).iloc[0]
    turned = _odds(table.assign(answer=5 - table["answer"])).iloc[0]
    assert turned["log_odds"] == pytest.approx(-found["log_odds"], abs=1e-8)
    assert turned["low"] == pytest.approx(1 / found["high"], rel=1e-6)
    spaced = _odds(table.assign(answer=table["answer"] ** 2)).iloc[0]  # a step nobody chose
    assert spaced["estimate"] == pytest.approx(found["estimate"])


@pytest.mark.parametrize(
    ("before", "after", "n"),
    [
        ([1, 2, 2], [3, 4, 4], 6),  # apart
        ([1, 2, 2], [2, 3, 3], 6),  # touching
        ([3, 3, 3], [3, 3, 3], 6),  # all alike
        ([1, 2, 3], [np.nan], 3),  # nobody in a wave
        ([np.nan], [np.nan], 0),
    ],
)
def test_odds_without_a_finite_answer_are_undefined(
    before: list[float], after: list[float], n: int
) -> None:
    found = _odds(_table(before, after)).iloc[0]
    assert found[["estimate", "low", "high"]].isna().all()
    assert found["n"] == n


def test_only_a_random_sample_gets_an_interval() -> None:
    table = _table([1, 2, 3, 3], [2, 3, 4, 1])
    found = _odds(table, sampling="convenience").iloc[0]
    assert found["estimate"] == pytest.approx(_odds(table)["estimate"].iloc[0])
    assert np.isnan(found["low"])


def test_a_reference_that_nobody_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="wave must hold the reference before; it has"):
        _odds(_table([], [1, 2]))


def test_parallel_steps_have_a_ratio_of_one_and_others_have_not() -> None:
    """Before: even over four steps. After, first: all odds doubled; then: only the lowest moved."""
    before = np.repeat([1, 2, 3, 4], 300).tolist()
    doubled = np.repeat([1, 2, 3, 4], [171, 229, 320, 480]).tolist()
    lopsided = np.repeat([1, 2, 3, 4], [60, 540, 300, 300]).tolist()
    for after, parallel in ((doubled, True), (lopsided, False)):
        steps = compare_steps(
            _table(before, after), "answer", by="wave", reference="before", sampling="random",
            design=NONE,
        )  # fmt: skip
        holds = ((steps["ratio_low"] <= 1) & (steps["ratio_high"] >= 1)).tolist()
        assert steps["step"].tolist() == [2, 3, 4]
        assert all(holds) == parallel
        assert (steps["ratio"] * steps["common"]).tolist() == pytest.approx(
            steps["estimate"].tolist()
        )


def _pairs(before: np.ndarray, after: np.ndarray, groups: int = 1) -> pd.DataFrame:
    people = len(before) // groups
    return pd.DataFrame(
        {
            "variable": np.repeat(np.arange(groups), people),
            "person_id": np.tile(np.arange(people), groups),
            "before": before,
            "after": after,
        }
    )


def test_the_same_people_twice_are_not_taken_for_two_peoples_answers() -> None:
    """People who hardly move tell more of change than as many strangers would."""
    before = np.array([1.0, 2, 2, 3, 3, 3, 4, 4, 5, 5])
    after = np.array([2.0, 2, 3, 3, 4, 3, 5, 4, 5, 4])
    linked = estimate_odds_of_change(_pairs(before, after), by=["variable"]).iloc[0]
    strangers = _odds(_table(before.tolist(), after.tolist())).iloc[0]
    assert linked["estimate"] == pytest.approx(strangers["estimate"])
    assert linked["standard_error"] < 0.8 * strangers["standard_error"]
    assert linked["n"] == 10


def test_who_answered_once_leaves_the_odds_and_few_have_no_interval() -> None:
    pairs = _pairs(np.array([1.0, 2, 3, np.nan, 4]), np.array([2.0, 3, 2, 4, np.nan]))
    found = estimate_odds_of_change(pairs, by=["variable"]).iloc[0]
    assert found["n"] == 3
    assert not np.isnan(found["estimate"])
    assert np.isnan(found["low"])
    nobody = estimate_odds_of_change(pairs.assign(after=np.nan), by=["variable"]).iloc[0]
    assert nobody["n"] == 0
    assert np.isnan(nobody["estimate"])
    assert estimate_odds_of_change(pairs.head(0), by=["variable"]).empty
    empty = compare_steps_of_change(pairs.head(0), by=["variable"])
    assert list(empty)[:2] == ["variable", "step"]
    assert empty.empty


@pytest.mark.parametrize("n", [30, 60, 400])
def test_the_interval_of_the_odds_of_change_covers_the_truth(n: int) -> None:
    """Five steps cut out of logistic scores, true odds ratio 2, the same people twice."""
    rng = np.random.default_rng(n)
    samples = 400
    normal = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=samples * n)
    from_normal = pd.DataFrame(normal).rank(pct=True).to_numpy()
    uniform = np.clip(from_normal, 1e-6, 1 - 1e-6)
    latent = np.log(uniform / (1 - uniform)) + np.array([0, np.log(2)])
    before, after = (np.digitize(latent, [-1.5, -0.4, 0.5, 1.8]) + 1.0).T
    found = estimate_odds_of_change(_pairs(before, after, samples), by=["variable"])
    covered = ((found["low"] <= 2) & (found["high"] >= 2)).mean()
    assert 0.92 <= covered <= 0.975
