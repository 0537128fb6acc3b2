"""Rao and Scott's test, held against R's survey, and its level."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labtools.surveys.independence import compare_answers

OF_R = {
    "apistrat": {"strata": "stype", "weight": "pw", "fpc": "fpc"},
    "apistrat_with": {"strata": "stype", "weight": "pw"},
    "apiclus1": {"cluster": "dnum", "weight": "pw", "fpc": "fpc"},
    "apiclus1_with": {"cluster": "dnum", "weight": "pw"},
    "apiclus2": {"cluster": "dnum", "weight": "pw", "fpc": "fpc"},
    "apiclus2_with": {"cluster": "dnum", "weight": "pw"},
}
F = ["statistic", "df", "df_residual", "p"]


def _compare(people: pd.DataFrame, **options: Any) -> pd.Series:
    settings = {"sampling": "random", "design": {}} | options
    return compare_answers(people, "city", "home", **settings).iloc[0]


def _people() -> pd.DataFrame:
    return pd.DataFrame({"city": list("aaaabbbb"), "home": [1, 1, 1, 2, 1, 2, 2, 2]})


@pytest.mark.parametrize("name", OF_R)
def test_f_matches_r_survey_to_ten_digits(name: str, root: Path) -> None:
    """svychisq, three tables a design; script and output in tests/reference."""
    reference = root / "tests" / "reference"
    schools = pd.read_csv(reference / "api.csv")
    schools = schools[schools["sample"] == name.split("_")[0]]
    expected = pd.read_csv(reference / "survey_estimates.csv")
    expected = expected[(expected["sample"] == name) & (expected["measure"] == "independence")]
    found = pd.concat(
        compare_answers(schools, rows, columns, sampling="random", design=OF_R[name])
        for rows, columns in expected[["group", "at"]].to_numpy()
    )
    theirs = expected[["estimate", "low", "high", "degrees"]]
    assert len(found) == 3
    assert np.allclose(found[F], theirs, rtol=1e-10, atol=0)


def test_people_drawn_one_by_one_have_pearsons_chi_square() -> None:
    """Divided by n / (n − 1), which is all that the design effect then is."""
    people = _people()
    found = _compare(people)
    oracle = stats.chi2_contingency(pd.crosstab(people["city"], people["home"]), correction=False)
    assert np.isclose(found["statistic"], oracle.statistic * 7 / 8)
    assert np.isclose(found["design_effect"], 8 / 7)
    assert found["n"] == 8


def test_who_lacks_an_answer_leaves_the_table() -> None:
    silent = pd.DataFrame({"city": ["a", None], "home": [np.nan, 2.0]})
    assert _compare(pd.concat([_people(), silent]))["n"] == 8


@pytest.mark.parametrize("sampling", ["census", "convenience", "unknown"])
def test_only_a_random_sample_has_a_p(sampling: str) -> None:
    found = _compare(_people(), sampling=sampling)
    assert found[F].isna().all()
    assert found["n"] == 8


@pytest.mark.parametrize(
    "people",
    [
        _people().assign(home=1),
        _people().assign(home=np.nan),
        _people().head(1),
        _people().head(0),
    ],
)
def test_a_table_of_one_answer_or_of_nobody_is_undefined(people: pd.DataFrame) -> None:
    found = _compare(people)
    assert found[F].isna().all()
    assert found["n"] == people["home"].notna().sum()


def test_clusters_that_are_all_alike_leave_no_test() -> None:
    alike = pd.concat([_people().assign(stairwell=number) for number in range(3)])
    found = _compare(alike, design={"cluster": "stairwell"})
    assert found[F].isna().all()


def test_too_many_empty_cells_are_an_error() -> None:
    """Each city gave an answer of its own."""
    people = pd.DataFrame({"city": list("abcabc"), "home": [1, 2, 3] * 2})
    with pytest.raises(ValueError, match="6 of the table's 9 pairs of answers are nobody's"):
        _compare(people)


def test_the_test_keeps_its_level_in_clusters_where_pearsons_does_not() -> None:
    """250 samples of 40 stairwells with 8 people; city goes by stairwell, answers by neighbour."""
    rng = np.random.default_rng(4)
    rejected = {"rao_scott": 0, "pearson": 0}
    stairwell = np.repeat(np.arange(40), 8)
    for _ in range(250):
        level = rng.normal(0, 0.7, 40)[stairwell] + rng.normal(0, 0.7, 320)
        people = pd.DataFrame(
            {
                "stairwell": stairwell,
                "city": np.where(stairwell % 2 == 0, "a", "b"),
                "home": np.digitize(level, [-0.5, 0.5]),
            }
        )
        rejected["rao_scott"] += _compare(people, design={"cluster": "stairwell"})["p"] < 0.05
        rejected["pearson"] += _compare(people)["p"] < 0.05
    assert 0.03 <= rejected["rao_scott"] / 250 <= 0.075
    assert rejected["pearson"] / 250 > 0.2
