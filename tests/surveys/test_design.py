"""Means that respect the design, held against R's survey package."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labtools.surveys.design import estimate_means

DESIGN = {"strata": "stratum", "cluster": "cluster", "weight": "weight"}


def _people() -> pd.DataFrame:
    """The sixteen made-up people of tests/reference/design_means.R; two did not answer."""
    return pd.DataFrame(
        {
            "city": list("aaaaaabbbbbbbaab"),
            "stratum": [1, 1, 1, 1, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 1, 2],
            "cluster": [1, 1, 2, 3, 4, 5, 1, 2, 3, 4, 4, 5, 6, 6, 4, 7],
            "weight": [2, 2, 3, 1.5, 4, 4, 2, 3, 1.5, 4, 4, 4, 2.5, 2.5, 3, 2],
            "score": [1.5, 2, 3, 4.5, 2.5, 3.5, 5, 4, 3.5, 2, 1, 3, 4, 2.25, np.nan, np.nan],
        }
    )


def _means(people: pd.DataFrame, sampling: str = "random", **options: object) -> pd.DataFrame:
    settings = {"by": ["city"], "sampling": sampling, "design": DESIGN} | options
    return estimate_means(people, "score", **settings)


def test_domains_match_r_survey_to_ten_digits(root: Path) -> None:
    """svyby, and confint with degf of the subset; script and output in tests/reference."""
    expected = pd.read_csv(root / "tests" / "reference" / "design_means.csv")
    found = _means(_people())
    columns = ["estimate", "low", "high"]
    assert np.allclose(found[columns], expected[columns], rtol=0, atol=1e-10)


def test_a_simple_random_sample_has_students_interval() -> None:
    values = pd.DataFrame({"city": "a", "score": [1.0, 2.0, 4.0, 4.5]})
    found = _means(values, design={})
    oracle = stats.ttest_1samp(values["score"], 0).confidence_interval()
    assert np.allclose(found[["low", "high"]], [[oracle.low, oracle.high]])


@pytest.mark.parametrize("sampling", ["census", "convenience", "unknown"])
def test_only_a_random_sample_gets_an_interval(sampling: str) -> None:
    found = _means(_people(), sampling)
    assert found[["low", "high"]].isna().all(axis=None)
    assert found["estimate"].notna().all()


def test_people_without_a_score_leave_the_mean_and_n() -> None:
    people = _people()
    people.loc[0, "score"] = np.nan
    assert _means(people, "census")["n"].tolist() == [6, 7]


def test_a_weight_of_nought_and_a_lone_cluster_are_errors() -> None:
    people = _people()
    with pytest.raises(ValueError, match="every weight must be above 0; found 0"):
        _means(people.assign(weight=0.0))
    with pytest.raises(ValueError, match="everybody must have a cluster"):
        _means(people.assign(cluster=people["cluster"].where(people["cluster"] > 1)))
    lone = people.assign(cluster=np.where(people["stratum"] == 1, 1, people["cluster"]))
    with pytest.raises(ValueError, match="two clusters or more; 1 has one"):
        _means(lone)


def test_people_who_are_all_alike_have_no_interval() -> None:
    alike = _means(_people().assign(score=3.0))
    assert alike["estimate"].tolist() == [3.0, 3.0]
    assert alike["low"].isna().all()


def test_nobody_gives_no_row() -> None:
    assert _means(_people().head(0)).empty


def test_clustered_intervals_cover_and_ignoring_the_design_does_not() -> None:
    """600 samples of 30 stairwells with 6 alike people each, intra-class correlation .3."""
    rng = np.random.default_rng(7)
    covered = {"design": 0, "ignored": 0}
    for _ in range(600):
        stairwell = np.repeat(rng.normal(0, np.sqrt(0.3), 30), 6)
        people = pd.DataFrame(
            {
                "city": "a",
                "cluster": np.repeat(np.arange(30), 6),
                "score": 3 + stairwell + rng.normal(0, np.sqrt(0.7), 180),
            }
        )
        for name, design in (("design", {"cluster": "cluster"}), ("ignored", {})):
            row = _means(people, design=design).iloc[0]
            covered[name] += row["low"] <= 3 <= row["high"]
    assert 0.93 <= covered["design"] / 600 <= 0.97
    assert covered["ignored"] / 600 < 0.85
