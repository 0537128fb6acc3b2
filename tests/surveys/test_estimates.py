"""Design-based estimates, held against R's survey and svy, and their coverage."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import svy
from scipy import stats

from labtools.surveys.estimates import (
    estimate_means,
    estimate_ratios,
    estimate_shares,
    estimate_totals,
)
from labtools.surveys.quantiles import estimate_quantiles

DESIGN = {"strata": "stratum", "cluster": "cluster", "weight": "weight"}
OF_R = {
    "apistrat": {"strata": "stype", "weight": "pw", "fpc": "fpc"},
    "apistrat_with": {"strata": "stype", "weight": "pw"},
    "apiclus1": {"cluster": "dnum", "weight": "pw", "fpc": "fpc"},
    "apiclus1_with": {"cluster": "dnum", "weight": "pw"},
    "apiclus2": {"cluster": "dnum", "weight": "pw", "fpc": "fpc"},
    "apiclus2_with": {"cluster": "dnum", "weight": "pw"},
}


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


def _means(people: pd.DataFrame, sampling: str = "random", **options: Any) -> pd.DataFrame:
    settings = {"by": ["city"], "sampling": sampling, "design": DESIGN} | options
    return estimate_means(people, "score", **settings)


@pytest.mark.parametrize("name", OF_R)
@pytest.mark.parametrize("by", [[], ["stype"]])
def test_estimates_match_r_survey_to_ten_digits(name: str, by: list[str], root: Path) -> None:
    """Every measure, whole sample and domains; script and output in tests/reference."""
    reference = root / "tests" / "reference"
    schools = pd.read_csv(reference / "api.csv")
    schools = schools[schools["sample"] == name.split("_")[0]]
    options: dict[str, Any] = {"by": by, "sampling": "random", "design": OF_R[name]}
    shares = estimate_shares(schools, "sch.wide", **options)
    quantiles = estimate_quantiles(schools, "api00", quantiles=[0.1, 0.5, 0.75], **options)
    found = pd.concat(
        [
            estimate_means(schools, "api00", **options).assign(measure="mean"),
            estimate_totals(schools, "enroll", unit="pupils", **options).assign(measure="total"),
            estimate_ratios(schools, "api.stu", "enroll", unit="share", **options).assign(
                measure="ratio"
            ),
            shares.assign(measure="share", at=shares["code"]),
            quantiles.assign(measure="quantile", at=quantiles["quantile"].map(str)),
        ]
    ).fillna({"at": ""})
    expected = pd.read_csv(reference / "survey_estimates.csv")
    expected = expected.fillna({"group": "", "at": ""})
    here = (expected["sample"] == name) & ((expected["group"] != "") == bool(by))
    expected = expected[here & (expected["measure"] != "independence")]
    both = expected.merge(
        found.assign(group=found["stype"] if by else ""),
        on=["measure", "group", "at"],
        suffixes=("_of_r", ""),
        validate="1:1",
    )
    assert len(both) == len(expected) == (24 if by else 8)
    theirs = both[["estimate_of_r", "error", "low_of_r", "high_of_r", "degrees"]].to_numpy()
    ours = both[["estimate", "standard_error", "low", "high", "df"]].to_numpy()
    assert np.allclose(ours, theirs, rtol=1e-10, atol=0, equal_nan=True)
    compared = both["effect"].notna()
    assert np.allclose(
        both.loc[compared, "design_effect"], both.loc[compared, "effect"], rtol=1e-10, atol=0
    )


def test_a_domain_within_a_stratum_keeps_the_degrees_of_freedom_of_r(root: Path) -> None:
    """svyby, and confint with degf of the subset; one cluster has nobody who answered."""
    expected = pd.read_csv(root / "tests" / "reference" / "design_means.csv")
    columns = ["estimate", "low", "high"]
    assert np.allclose(_means(_people())[columns], expected[columns], rtol=0, atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_svy_gives_the_same_on_made_up_samples(seed: int) -> None:
    """An implementation of its own, in Rust: means by domain, and shares."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(24), rng.integers(2, 9, 24))
    people = pd.DataFrame(
        {
            "stratum": cluster % 4,
            "cluster": cluster,
            "city": rng.choice(list("abc"), len(cluster)),
            "weight": rng.uniform(1, 5, len(cluster)),
            "score": rng.normal(3, 1, len(cluster)) + rng.normal(0, 1, 24)[cluster],
            "home": rng.integers(1, 4, len(cluster)),
        }
    )
    columns = {name: people[name].tolist() for name in people}
    sample = svy.Sample(
        pl.DataFrame(columns), svy.Design(stratum="stratum", psu="cluster", wgt="weight")
    )
    theirs = sample.estimation.mean("score", by="city").estimates
    ours = _means(people).set_index("city")
    for row in theirs:
        found = ours.loc[row.by_level[0]]
        assert np.allclose([found["estimate"], found["standard_error"]], [row.est, row.se])
    theirs = sample.estimation.prop("home", ci_method="beta").estimates
    shares = estimate_shares(people, "home", by=[], sampling="random", design=DESIGN)
    expected = sorted([float(row.y_level), row.est, row.lci, row.uci] for row in theirs)
    assert np.allclose(shares[["code", "estimate", "low", "high"]].astype(float), expected)


def test_a_simple_random_sample_has_students_interval_and_no_design_effect() -> None:
    values = pd.DataFrame({"city": "a", "score": [1.0, 2.0, 4.0, 4.5]})
    found = _means(values, design={})
    oracle = stats.ttest_1samp(values["score"], 0).confidence_interval()
    assert np.allclose(found[["low", "high"]], [[oracle.low, oracle.high]])
    assert np.allclose(found[["design_effect", "n_effective"]], [[1, 4]])


def test_shares_of_a_simple_random_sample_are_clopper_and_pearsons_at_none_and_all() -> None:
    """Nobody of ten: at most 1 − .025^(1/10)."""
    people = pd.DataFrame({"city": ["a"] * 10 + ["b"], "home": [1.0] * 10 + [2.0]})
    shares = estimate_shares(people.head(10), "home", by=["city"], sampling="random", design={})
    assert np.allclose(shares[["low", "high"]], [[0.025 ** (1 / 10), 1]])
    both = estimate_shares(people, "home", by=["city"], sampling="random", design={})
    assert np.allclose(both.loc[1, ["low", "high"]].astype(float), [0, 1 - 0.025 ** (1 / 10)])
    assert both[both["city"] == "b"][["low", "high"]].isna().all(axis=None)


def test_shares_of_a_group_sum_to_one_and_count_those_who_answered() -> None:
    shares = estimate_shares(_people(), "score", by=["city"], sampling="convenience", design=DESIGN)
    assert np.allclose(shares.groupby("city")["estimate"].sum(), 1)
    assert shares.groupby("city")["n"].unique().map(list).to_dict() == {"a": [7], "b": [7]}
    assert (shares["estimate"] == 0).any()


@pytest.mark.parametrize("sampling", ["census", "convenience", "unknown"])
def test_only_a_random_sample_gets_an_interval(sampling: Any) -> None:
    options: dict[str, Any] = {"by": ["city"], "sampling": sampling, "design": DESIGN}
    tables = [
        _means(_people(), sampling),
        estimate_totals(_people(), "score", unit="points", **options),
        estimate_ratios(_people(), "score", "weight", unit="points", **options),
        estimate_shares(_people(), "score", **options),
        estimate_quantiles(_people(), "score", quantiles=[0.5], **options),
    ]
    for table in tables:
        uncertain = ["low", "high", "standard_error", "design_effect"]
        assert table[uncertain].isna().all(axis=None)
        assert table["estimate"].notna().all()


def test_where_chance_did_not_choose_a_stratum_may_have_one_cluster() -> None:
    people = _people().assign(cluster=1)
    assert _means(people, "convenience")["estimate"].notna().all()
    with pytest.raises(ValueError, match="stratum 1 must hold two clusters or more"):
        _means(people)


def test_people_without_a_score_leave_the_mean_and_n() -> None:
    people = _people()
    people.loc[0, "score"] = np.nan
    assert _means(people, "census")["n"].tolist() == [6, 7]


def test_people_without_a_group_are_in_no_row_but_in_the_sample() -> None:
    """City a keeps its interval, which hangs on how many clusters were drawn in all."""
    people = _people()
    unknown = people.assign(city=people["city"].where(people["city"] == "a"))
    columns = ["estimate", "low", "high", "n"]
    kept, whole, alone = (
        _means(table)[columns].to_numpy(dtype=float)[0]
        for table in (unknown, people, people[people["city"] == "a"])
    )
    assert len(_means(unknown)) == 1
    assert np.allclose(kept, whole)
    assert not np.allclose(kept, alone)


@pytest.mark.parametrize("sampling", ["random", "census"])
def test_a_group_in_which_nobody_answered_is_undefined_and_has_no_people(sampling: Any) -> None:
    silent = _people().assign(score=lambda table: table["score"].where(table["city"] == "a"))
    found = _means(silent, sampling)
    assert found["n"].tolist() == [7, 0]
    assert found.loc[1, ["estimate", "low", "high", "n_effective"]].isna().all()
    options: dict[str, Any] = {"by": ["city"], "sampling": sampling, "design": DESIGN}
    nothing = _people().assign(score=np.nan)
    for table in (
        estimate_totals(nothing, "score", unit="points", **options),
        estimate_ratios(nothing, "score", "weight", unit="points", **options),
        estimate_shares(nothing, "score", **options),
        estimate_quantiles(nothing, "score", quantiles=[0.5], **options),
    ):
        assert table["n"].tolist() == [0, 0]
        assert table[["estimate", "low", "high"]].isna().all(axis=None)


def test_one_answer_has_an_estimate_and_no_interval() -> None:
    one = _people().head(1)
    for table in (_means(one), _means(_people().iloc[[0, 6, 7]], design={}).head(1)):
        assert table["estimate"].tolist() == [1.5]
        assert table[["low", "high", "standard_error"]].isna().all(axis=None)


def test_people_who_are_all_alike_have_no_interval() -> None:
    alike = _means(_people().assign(score=3.3))
    assert np.allclose(alike["estimate"], 3.3)
    assert alike[["low", "high", "standard_error"]].isna().all(axis=None)


def test_nobody_gives_no_row() -> None:
    nobody = _people().head(0)
    options: dict[str, Any] = {"by": ["city"], "sampling": "random", "design": DESIGN}
    assert _means(nobody).empty
    assert estimate_shares(nobody, "score", **options).empty
    assert estimate_quantiles(nobody, "score", quantiles=[0.5], **options).empty


def test_a_quantile_outside_its_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="a quantile must lie between 0 and 1; found 1"):
        estimate_quantiles(_people(), "score", quantiles=[1], by=[], sampling="census", design={})
