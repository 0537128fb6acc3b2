"""Linked change: pairs, attrition, and an interval that covers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labtools.evidence.schemas import empty_table
from labtools.privacy.readers import Readers
from labtools.surveys.change import (
    audit_linkage,
    bound_change,
    change_limits,
    count_attrition,
    estimate_change,
    find_waves,
    hide_levels,
    pair_answers,
    pair_waves,
    standardise_change,
)

WAVES = ["before", "after"]


def _scores(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "city", "wave", "score"])


def _small() -> pd.DataFrame:
    return _scores(
        ("p1", "b", "before", 2.0), ("p1", "b", "after", 3.0), ("p2", "b", "before", 4.0),
        ("p3", "a", "after", 1.0), ("p4", "b", "before", 3.0), ("p4", "b", "after", np.nan),
    )  # fmt: skip


def test_only_linked_pairs_have_a_change_and_cities_keep_their_order() -> None:
    pairs = pair_waves(_small(), "score", waves=WAVES)
    assert pairs["person_id"].tolist() == ["p1", "p2", "p4", "p3"]
    assert pairs["change"].fillna(99).tolist() == [1.0, 99, 99, 99]


def test_attrition_counts_each_person_once_and_shows_who_left() -> None:
    table = count_attrition(pair_waves(_small(), "score", waves=WAVES)).set_index("city")
    assert table.loc["b", ["both", "only_before", "only_after"]].tolist() == [1, 2, 0]
    assert table.loc["b", "mean_before_stayed"] == 2.0
    assert table.loc["b", "mean_before_left"] == 3.5
    assert np.isnan(table.loc["a", "mean_before_left"])


def _levels_for(audience: str, groups: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    """Levels as these readers see them, of cities with so many in both waves, and in one alone."""
    rng = np.random.default_rng(5)
    rows = [
        (f"{city}{part}{person}", city, wave, rng.normal(3, 1))
        for city, counts in groups.items()
        for part, waves in enumerate([WAVES, WAVES[:1], WAVES[1:]])
        for person in range(counts[part])
        for wave in waves
    ]
    scores = _scores(*rows)
    levels = scores.groupby(["city", "wave"], sort=False)["score"].agg(["mean", "count"])
    levels = levels.set_axis(["estimate", "n"], axis="columns").reset_index()
    levels = levels.assign(low=levels["estimate"] - 1, high=levels["estimate"] + 1, unit="points")
    readers = Readers(audience, min_people=5, read_table=empty_table)
    pairs = pair_waves(scores, "score", waves=WAVES)
    told = hide_levels(levels, pairs, readers, table="levels", limits=(-9, 9), min_people=5)
    return told.set_index(["city", "wave"])[["estimate", "n", "too_few"]]


def test_partners_cannot_take_those_of_both_waves_from_those_of_one() -> None:
    groups = {"many": (20, 6, 9), "one": (20, 6, 1), "none": (20, 7, 0), "new": (20, 0, 1)}
    told = _levels_for("partners", groups)
    assert not told.loc["many", "too_few"].any()
    assert not told.loc["none", "too_few"].any()
    assert told.loc[("one", "before"), "n"] == 26
    assert np.isnan(told.loc[("one", "after"), "n"])
    assert told.loc["one", "estimate"].notna().all()
    hidden = told.loc[("new", "after")]  # with the change, it would be that one person's score
    assert hidden[["estimate", "n"]].isna().all()
    assert told.loc[("new", "before"), "n"] == 20
    team = _levels_for("internal", groups)
    assert team.notna().all(axis=None)
    assert not team["too_few"].any()


def test_change_agrees_with_scipys_paired_t() -> None:
    rng = np.random.default_rng(3)
    before, after = rng.normal(3, 1, 12), rng.normal(3.4, 1, 12)
    rows = [(f"p{i}", "a", "before", x) for i, x in enumerate(before)]
    rows += [(f"p{i}", "a", "after", x) for i, x in enumerate(after)]
    found = estimate_change(pair_waves(_scores(*rows), "score", waves=WAVES)).iloc[0]
    oracle = stats.ttest_rel(after, before).confidence_interval()
    assert np.allclose([found["low"], found["high"]], [oracle.low, oracle.high])
    assert found["rose"] + found["same"] + found["fell"] == found["n"] == 12


def test_answers_that_cannot_be_linked_are_not_paired() -> None:
    """Two cross-sections: nobody is counted as having left."""
    for blank in ("", None):
        unlinked = _small().assign(person_id=blank)
        assert pair_waves(unlinked, "score", waves=WAVES).empty


@pytest.mark.parametrize(
    ("changes", "defined"), [([1, 2, 3, 4], 0), ([0.5] * 9, 0), ([1, 2, 3, 4, 5], 1)]
)
def test_too_few_pairs_or_pairs_all_alike_have_no_interval(
    changes: list[float], defined: int
) -> None:
    found = estimate_change(pd.DataFrame({"city": "a", "change": changes}))
    assert found["low"].notna().sum() == defined


def test_limits_of_change_hold_every_interval_and_are_alike_on_both_sides() -> None:
    changes = estimate_change(pd.DataFrame({"city": "a", "change": [1.0, 2, 3, 4, 5]}))
    low, high = change_limits(changes)
    assert -low == high > changes["high"].iloc[0]
    assert change_limits(changes.head(0)) == (-1, 1)


def test_one_pair_has_a_change_without_interval_and_none_is_undefined() -> None:
    changes = estimate_change(pair_waves(_small(), "score", waves=WAVES)).set_index("city")
    assert changes.loc["b", "estimate"] == 1.0
    assert np.isnan(changes.loc["b", "low"])
    assert np.isnan(changes.loc["a", "estimate"])
    assert changes.loc["a", "n"] == 0


def test_one_wave_pairs_nobody() -> None:
    assert pair_waves(_small(), "score", waves=[]).empty
    assert pair_waves(_small(), "score", waves=["before"]).empty
    assert find_waves(_small(), waves=["before", "middle", "after"]) == WAVES


def test_a_person_who_answers_a_wave_twice_is_an_error() -> None:
    twice = _scores(("p1", "a", "before", 1.0), ("p1", "a", "before", 2.0))
    with pytest.raises(ValueError, match="must answer a wave once; p1 answered before twice"):
        pair_waves(twice, "score", waves=WAVES)


def test_who_answered_in_two_cities_is_paired_in_neither() -> None:
    moved = _scores(("p1", "a", "before", 1.0), ("p1", "b", "after", 2.0), ("p2", "a", "after", 3))
    assert pair_waves(moved, "score", waves=WAVES)["person_id"].tolist() == ["p2"]


def test_the_audit_counts_each_obstacle_to_linking() -> None:
    answers = _scores(
        ("p1", "a", "before", 1), ("p1", "a", "after", 1), ("p2", "a", "before", 1),
        ("p2", "b", "after", 1), ("", "a", "after", 1), ("p3", "a", "before", 1),
        ("p3", "a", "before", 1), ("p3", "a", "after", 1), ("p4", "a", "middle", 1),
    )  # fmt: skip
    audit = audit_linkage(answers, waves=["before", "middle", "after"], people=["p1", "p2"])
    before = audit.set_index(["city", "wave"]).loc[("a", "before")]
    assert before.to_dict() == {
        "answers": 4, "without_id": 0, "ids": 3, "twice": 1, "moved": 1, "unlisted": 1, "linked": 1,
    }  # fmt: skip
    after = audit.set_index(["city", "wave"]).loc[("a", "after")]
    assert after[["answers", "without_id", "linked"]].tolist() == [3, 1, 1]
    assert audit_linkage(answers, waves=["before"], people=[]).empty


def test_anonymous_answers_are_linked_to_nobody() -> None:
    audit = audit_linkage(_small().assign(person_id=""), waves=WAVES, people=[])
    assert audit["linked"].tolist() == [0] * 4
    assert audit["without_id"].tolist() == audit["answers"].tolist()


def test_several_questions_are_paired_one_below_the_other() -> None:
    questions = pd.DataFrame({"variable": ["score", "other"], "above": [3.0, 4.0]})
    pairs = pair_answers(_small().assign(other=1.0), questions, waves=WAVES)
    assert pairs.groupby("variable", sort=False).size().to_dict() == {"score": 4, "other": 4}
    assert pairs.loc[pairs["variable"] == "other", "change"].notna().sum() == 2
    assert pair_answers(_small(), questions.head(0), waves=WAVES).empty


def _pairs_of(
    mean: float, sd: float, later_mean: float, later_sd: float, r: float, n: int
) -> pd.DataFrame:
    """People whose scores have exactly these means, standard deviations and correlation."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(n, 2))
    scores = (scores - scores.mean(axis=0)) @ np.linalg.inv(
        np.linalg.cholesky(np.cov(scores, rowvar=False))
    ).T
    scores = scores @ np.linalg.cholesky(np.array([[1, r], [r, 1]])).T
    before, after = (scores * [sd, later_sd] + [mean, later_mean]).T
    return pd.DataFrame({"city": "a", "before": before, "after": after, "change": after - before})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((102.1, 14.6, 110.4, 15.3, 0.75, 25), (0.5433457, 0.2394905, 0.8705732)),
        ((705.6, 51.08, 602.4, 33.17, 0.769, 8), (-2.2185, -3.6744, -1.1182)),
    ],
)
def test_standardised_change_matches_bonetts_statpsych(
    told: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    """The printed examples of ci.stdmean.ps, unweighted standardizer (statpsych 1.7 and 2.0)."""
    found = standardise_change(_pairs_of(*told[:5], int(told[5]))).iloc[0]
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(expected, rel=3e-5)


def test_standardised_change_has_no_unit_and_needs_people_who_differ() -> None:
    pairs = _pairs_of(2, 0.5, 3, 0.7, 0.4, 12)
    tenfold = pairs.assign(before=10 * pairs["before"], after=10 * pairs["after"])
    assert standardise_change(tenfold)["low"].iloc[0] == pytest.approx(
        standardise_change(pairs)["low"].iloc[0]
    )
    assert standardise_change(pairs.head(4))["estimate"].isna().all()
    alike = standardise_change(pairs.assign(before=2.0, after=3.0))
    assert alike[["estimate", "low"]].isna().to_numpy().all()
    assert alike["n"].tolist() == [12]
    assert standardise_change(pairs.head(0)).empty


def test_bounds_follow_from_where_those_who_left_began() -> None:
    pairs = pd.DataFrame({"city": "a", "before": [2.0, 3, 4], "after": [3.0, 4, np.nan]})
    pairs["change"] = pairs["after"] - pairs["before"]
    found = bound_change(pairs, limits=(1, 5)).iloc[0]
    assert found[["n", "lost", "observed"]].tolist() == [3, 1, 1.0]
    assert found["lowest"] == pytest.approx((1 + 1 - 3) / 3)
    assert found["highest"] == pytest.approx((1 + 1 + 1) / 3)
    assert found["tipping"] == -2


def test_without_anybody_lost_or_out_of_reach_nothing_tips() -> None:
    pairs = pd.DataFrame(
        {"city": ["a", "b", "b"], "before": [2.0, 1, 1.5], "after": [3.0, 5, None]}
    )
    found = bound_change(pairs.assign(change=pairs["after"] - pairs["before"]), limits=(1, 5))
    assert found["tipping"].isna().all()
    assert found.loc[0, "lowest"] == found.loc[0, "highest"] == 1.0


@pytest.mark.parametrize("n", [30, 60, 400])
def test_the_interval_of_change_covers_the_truth(n: int) -> None:
    """Scores on a bounded five-step scale, not normal: 1,500 samples."""
    rng = np.random.default_rng(n)
    steps = np.array([-2.0, -1, 0, 1, 2])
    chance = np.array([0.05, 0.15, 0.4, 0.3, 0.1])
    samples = rng.choice(steps, size=(1500, n), p=chance)
    pairs = pd.DataFrame({"city": np.repeat(np.arange(1500), n), "change": samples.ravel()})
    found = estimate_change(pairs)
    truth = (steps * chance).sum()
    covered = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("n", [30, 60, 400])
def test_the_interval_of_standardised_change_covers_the_truth(n: int) -> None:
    """Normal scores that correlate .5, true d .6: 1,000 samples."""
    rng = np.random.default_rng(n)
    shared = rng.normal(size=(1000, n, 1))
    scores = (shared + rng.normal(size=(1000, n, 2))) / np.sqrt(2) + [0, 0.6]
    pairs = pd.DataFrame(scores.reshape(-1, 2), columns=["before", "after"])
    found = standardise_change(pairs.assign(city=np.repeat(np.arange(1000), n)))
    covered = ((found["low"] <= 0.6) & (found["high"] >= 0.6)).mean()
    assert 0.93 <= covered <= 0.97
