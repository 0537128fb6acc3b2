"""Reliability: alpha, omega and ordinal alpha against R, closed forms, and what has none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from labtools.evidence.questionnaires.survey import Scale, empty_survey
from labtools.evidence.schemas import empty_table
from labtools.lab import open_lab
from labtools.privacy.readers import Readers
from labtools.surveys import one_factor, polychoric, reliability, scales

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
ITEMS = ["q1", "q2", "q3", "q4", "q5", "q6"]


@pytest.fixture(scope="module")
def found_by_r() -> pd.Series:
    table = pd.read_csv(REFERENCE / "reliability.csv", keep_default_na=False)
    return table.set_index(["data", "what", "item"])["value"].sort_index()


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    attitude = pd.read_csv(REFERENCE / "attitude.csv")
    answers = pd.read_csv(REFERENCE / "reliability_answers.csv")[ITEMS]
    return {"attitude": attitude, "answers": answers}


def test_partners_see_no_alpha_of_a_few_nor_beside_a_few_who_left_a_question_out() -> None:
    alphas = pd.DataFrame(
        {"city": ["a", "b", "c"], "wave": "", "estimate": 0.8, "low": 0.7, "high": 0.9,
         "n": [4, 26, 20], "unit": "reliability"}
    )  # fmt: skip
    answers = pd.DataFrame({"city": ["a"] * 10 + ["b"] * 30 + ["c"] * 30, "wave": ""})
    readers = Readers("partners", min_people=5, read_table=empty_table)
    told = reliability.hide_few(alphas, answers, readers, table="alphas")
    assert told["estimate"].isna().tolist() == [True, True, False]
    assert told["n"].isna().tolist() == [True, True, False]
    team = Readers("internal", min_people=5, read_table=empty_table)
    same = reliability.hide_few(alphas, answers, team, table="alphas")
    pd.testing.assert_frame_equal(same.drop(columns="too_few"), alphas)


def _alpha(people: pd.DataFrame, **options: float) -> pd.Series:
    return reliability.estimate_alpha(
        people.assign(wave=""), list(people), by=["wave"], **options
    ).iloc[0]


def _omega(people: pd.DataFrame, resamples: int = 100) -> pd.Series:
    rng = np.random.default_rng(1)
    return reliability.estimate_omega(
        people.assign(wave=""), list(people), by=["wave"], rng=rng, resamples=resamples
    ).iloc[0]


def _ordinal(people: pd.DataFrame) -> pd.Series:
    return reliability.estimate_ordinal_alpha(
        people.assign(wave=""), list(people), by=["wave"]
    ).iloc[0]


def _items(people: pd.DataFrame) -> pd.DataFrame:
    return reliability.describe_items(people.assign(wave=""), list(people), by=["wave"])


def _one_factor(n: int, *, seed: int, loadings: tuple[float, ...] = (1.0,) * 4) -> pd.DataFrame:
    """Continuous answers whose errors have the variance 1."""
    rng = np.random.default_rng(seed)
    answers = rng.normal(size=(n, 1)) * np.array(loadings) + rng.normal(size=(n, len(loadings)))
    return pd.DataFrame(answers, columns=list("abcdefgh")[: len(loadings)])


@pytest.mark.parametrize("data", ["attitude", "answers"])
def test_alpha_and_feldts_interval_are_those_of_psych(
    data: str, tables: dict[str, pd.DataFrame], found_by_r: pd.Series
) -> None:
    found = _alpha(tables[data])
    expected = [found_by_r[data, name, ""] for name in ("alpha", "alpha_low", "alpha_high")]
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(expected, abs=1e-11)


def test_alpha_of_the_attitude_survey_is_the_published_one(tables: dict[str, pd.DataFrame]) -> None:
    """Revelle, psych, the first example of `alpha`: .84 of 30 departments and 7 questions."""
    found = _alpha(tables["attitude"])
    assert found[["estimate", "n"]].astype(float).round(2).tolist() == [0.84, 30]


def test_feldts_interval_is_near_the_one_that_bonett_publishes() -> None:
    """statpsych, ci.cronbach(.05, .85, 7, 89), takes n(k-1) for the second degrees of freedom."""
    rng = np.random.default_rng(2)
    raw = rng.normal(size=(89, 7))
    raw = np.linalg.qr(raw - raw.mean(axis=0))[0]
    common = 0.85 / (7 - 6 * 0.85)  # the correlation of each pair that makes alpha .85
    root = np.linalg.cholesky(np.eye(7) * (1 - common) + common)
    found = _alpha(pd.DataFrame(raw @ root.T, columns=list("abcdefg")))
    expected = [0.85, 0.7971254, 0.8931436]
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("data", ["attitude", "answers"])
def test_omega_is_lavaans(
    data: str, tables: dict[str, pd.DataFrame], found_by_r: pd.Series
) -> None:
    found = _omega(tables[data])["estimate"]
    assert found == pytest.approx(found_by_r[data, "omega", ""], abs=1e-7)


@pytest.mark.parametrize("data", ["attitude", "answers"])
def test_the_factor_is_that_of_psych(
    data: str, tables: dict[str, pd.DataFrame], found_by_r: pd.Series
) -> None:
    """psych divides by the observed variance of standardised answers, not by the model's."""
    correlations = tables[data].corr().to_numpy()
    _, uniquenesses = one_factor.fit_one_factor(correlations[None])
    omega = 1 - uniquenesses.sum() / correlations.sum()
    expected = found_by_r[data, "omega_psych_standardised", ""]
    assert omega == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("data", ["attitude", "answers"])
def test_the_table_of_questions_is_that_of_psych(
    data: str, tables: dict[str, pd.DataFrame], found_by_r: pd.Series
) -> None:
    described = _items(tables[data]).rename(columns={"estimate": "item_rest"})
    described = described.set_index("variable")
    for name in ("item_rest", "mean", "alpha_if_dropped"):
        expected = found_by_r[data, name].reindex(described.index)
        assert np.allclose(described[name], expected, rtol=0, atol=1e-11), name


def test_polychoric_correlations_are_those_of_lavaan_and_psych(
    tables: dict[str, pd.DataFrame], found_by_r: pd.Series
) -> None:
    """psych stops within .00002 of the maximum."""
    found = polychoric.correlate_latent(tables["answers"].to_numpy())
    for what, apart in (("polychoric", 1e-7), ("polychoric_psych", 3e-5)):
        expected = found_by_r["answers", what]
        pairs = [[ITEMS.index(item) for item in pair.split(":")] for pair in expected.index]
        assert np.allclose([found[one, other] for one, other in pairs], expected, 0, apart), what
    ordinal = _ordinal(tables["answers"])
    assert ordinal["estimate"] == pytest.approx(found_by_r["answers", "ordinal_alpha", ""], 1e-4)
    assert np.isnan(ordinal["low"])


def test_the_bivariate_normal_is_scipys() -> None:
    cuts = np.array([-1.5, 0.0, 2.0])
    for rho in (-0.95, -0.3, 0.6, 0.97):
        below = polychoric._below(cuts, cuts, rho)[1:-1, 1:-1]
        normal = stats.multivariate_normal(cov=[[1, rho], [rho, 1]])
        expected = [[normal.cdf([a, b]) for b in cuts] for a in cuts]
        assert np.allclose(below, expected, rtol=0, atol=1e-6), rho


def test_alpha_of_two_questions_is_the_spearman_brown_formula() -> None:
    """Equal spread and r = .8: 2r / (1 + r)."""
    people = pd.DataFrame({"a": [1.0, 2, 3, 4, 5], "b": [2.0, 1, 3, 5, 4]})
    assert _alpha(people)["estimate"] == pytest.approx(2 * 0.8 / 1.8)
    assert _items(people)["estimate"].tolist() == pytest.approx([0.8, 0.8])


def test_alpha_and_omega_find_the_reliability_that_answers_were_made_with() -> None:
    """Equal loadings: both are 16 / 20. Unequal ones: omega is, and alpha falls short of it."""
    alike = _one_factor(20_000, seed=3)
    for found in (_alpha(alike), _omega(alike, resamples=20)):
        assert found["estimate"] == pytest.approx(16 / 20, abs=0.01)
    unequal = _one_factor(20_000, seed=4, loadings=(2.0, 1.0, 0.5, 0.2))
    true = 3.7**2 / (3.7**2 + 4)
    assert _omega(unequal, resamples=20)["estimate"] == pytest.approx(true, abs=0.01)
    assert _alpha(unequal)["estimate"] < true - 0.08


def test_ordinal_alpha_sees_through_few_and_skewed_steps() -> None:
    """Zumbo, Gadermann & Zeisser 2007: it is .8 whatever the steps; alpha falls short of it."""
    answers = _one_factor(4000, seed=5).to_numpy() / np.sqrt(2)
    steps = pd.DataFrame(np.searchsorted([-2.0, -1.5, -0.8], answers), columns=list("abcd"))
    assert _ordinal(steps)["estimate"] == pytest.approx(0.8, abs=0.02)
    assert _alpha(steps)["estimate"] < 0.75


def test_intervals_of_alpha_and_omega_cover_the_truth_nineteen_times_in_twenty() -> None:
    """Answers in five steps, 200 labs of 60 people; below .9 once in five hundred at .95."""
    rng = np.random.default_rng(6)
    labs, n = 200, 60
    loadings = np.array([1.0, 0.9, 0.8, 0.9])

    def answer(people: int) -> pd.DataFrame:
        latent = rng.normal(size=(people, 1)) * loadings + rng.normal(size=(people, 4))
        return pd.DataFrame(np.searchsorted([-2.0, -0.7, 0.7, 2.0], latent), columns=list("abcd"))

    everyone = answer(300_000)
    true = {"alpha": _alpha(everyone)["estimate"], "omega": _omega(everyone, 1)["estimate"]}
    drawn = answer(labs * n).assign(lab=np.repeat(np.arange(labs), n))
    found = {
        "alpha": reliability.estimate_alpha(drawn, list("abcd"), by=["lab"]),
        "omega": reliability.estimate_omega(
            drawn, list("abcd"), by=["lab"], rng=rng, resamples=100
        ),
    }
    for name, intervals in found.items():
        intervals = intervals.dropna(subset="low")
        assert len(intervals) >= 180, name
        covered = (intervals["low"] <= true[name]) & (true[name] <= intervals["high"])
        assert covered.mean() >= 0.9, name


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_another_scale_for_all_questions_moves_no_reliability(
    seed: int, factor: float, shift: float
) -> None:
    people = _one_factor(30, seed=seed)
    other = factor * people + shift
    assert _alpha(other)["estimate"] == pytest.approx(_alpha(people)["estimate"])
    assert _items(other)["estimate"].tolist() == pytest.approx(_items(people)["estimate"].tolist())
    before, after = (_omega(table, resamples=2)["estimate"] for table in (people, other))
    assert after == pytest.approx(before, abs=1e-6, nan_ok=True)


def test_a_question_that_was_not_reversed_is_named() -> None:
    """Two of two: alpha itself is negative. One of four: it is named all the same."""
    people = _one_factor(200, seed=7)
    turned = people.assign(c=-people["c"])
    assert reliability.find_contrary(_items(turned))["variable"].tolist() == ["c"]
    assert reliability.find_contrary(_items(people)).empty
    assert _alpha(turned[["a", "c"]])["estimate"] < 0
    assert reliability.find_contrary(_items(turned[["a", "c"]]))["variable"].tolist() == ["a", "c"]


def test_the_examples_reversed_question_is_named_where_the_dictionary_forgets_it(
    root: Path,
) -> None:
    """In every city and wave; turned, all questions of the scale agree."""
    survey = open_lab(root / "data" / "example").read_survey("participants")
    scale = survey.scales["belonging"]
    forgotten = survey.dictionary.assign(reverse="")
    found = {}
    for name, dictionary in (("told", survey.dictionary), ("forgotten", forgotten)):
        turned = scales.turn_reversed(survey.answers, scale, dictionary=dictionary)
        described = reliability.describe_items(turned, scale.variables, by=["city", "wave"])
        found[name] = reliability.find_contrary(described)["variable"]
    assert found["told"].empty
    assert found["forgotten"].tolist() == ["flytta"] * 8


def test_people_who_skipped_a_question_leave_n_and_stay_in_the_questions_own_mean() -> None:
    people = pd.DataFrame({"a": [1.0, 2, 3, 4, 5], "b": [1.0, 2, 3, 5, np.nan]})
    described = _items(people).set_index("variable")
    assert _alpha(people)["n"] == 4
    assert described.loc["a", ["n", "answered", "missing", "mean"]].tolist() == [4, 5, 0, 3]
    assert described.loc["b", ["n", "answered", "missing", "mean"]].tolist() == [4, 4, 1, 2.75]


@pytest.mark.parametrize(
    "people",
    [
        pd.DataFrame({"a": [1.0, 2, 3]}),
        pd.DataFrame({"a": [3.0, 3, 3], "b": [3.0, 3, 3], "c": [3.0, 3, 3]}),
        pd.DataFrame({"a": [np.nan] * 3, "b": [np.nan] * 3, "c": [np.nan] * 3}),
        pd.DataFrame({"a": [1.0], "b": [2.0], "c": [3.0]}),
    ],
    ids=["one question", "all alike", "all missing", "one person"],
)
def test_without_spread_or_company_there_is_no_reliability_but_an_n(people: pd.DataFrame) -> None:
    for found in (_alpha(people), _omega(people), _ordinal(people)):
        assert np.isnan(found["estimate"])
        assert np.isnan(found["low"])
        assert found["n"] == len(people.dropna())
    assert _items(people)["estimate"].isna().all()
    assert reliability.find_contrary(_items(people)).empty


def test_two_questions_have_an_alpha_but_no_omega() -> None:
    people = _one_factor(30, seed=8)[["a", "b"]]
    assert _alpha(people)["estimate"] > 0
    assert np.isnan(_omega(people)["estimate"])


def test_a_scale_without_questions_or_people_has_no_row_or_no_value() -> None:
    nobody = empty_survey("s").answers
    assert reliability.estimate_alpha(nobody, [], by=["city", "wave"]).empty
    assert reliability.describe_items(nobody, [], by=["city", "wave"]).empty
    assert np.isnan(_alpha(pd.DataFrame({"a": [1.0, 2.0]})[[]])["estimate"])


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="b missing"):
        reliability.estimate_alpha(pd.DataFrame({"a": [1.0], "w": ""}), ["a", "b"], by=["w"])


def test_the_table_of_questions_names_them() -> None:
    people = pd.DataFrame({"a": [1.0, 2, 3, 4, 5], "b": [2.0, 1, 3, 5, 4]})
    scale = Scale("s", ("a", "b"), "mean", 1, (1.0, 5.0), "", "")
    named = reliability.name_questions(_items(people), empty_survey("s"), scale, language="sv")
    listed = reliability.list_items(named)
    assert listed["question"].tolist() == ["a", "b"]
    assert listed["item_rest"].tolist() == pytest.approx([0.8, 0.8])
    assert listed["alpha_if_dropped"].isna().all()


def test_limits_reach_below_nought_only_for_a_negative_alpha() -> None:
    alphas = pd.DataFrame({"estimate": [0.8, np.nan], "low": [0.65, np.nan]})
    assert reliability.reliability_limits(alphas) == (0, 1)
    assert reliability.reliability_limits(alphas.assign(low=[-0.35, np.nan])) == (-0.4, 1)
    assert reliability.reliability_limits(alphas.head(0)) == (0, 1)
