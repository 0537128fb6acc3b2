"""Questions compared between groups: Mantel against R, and what a shared change must not do."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labtools.evidence.questionnaires.survey import Scale
from labtools.surveys.measurement import compare_items, count_unlike, difference_limits

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
ITEMS = ["q1", "q2", "q3", "q4", "q5", "q6"]
WAVES = ["before", "after"]
Z = 1.959963984540054


def _answers(n: int, *, shift: float, contrary: float, rng: np.random.Generator) -> pd.DataFrame:
    """Four questions in five steps; everybody rises by `shift`, the first question more."""
    before = rng.normal(size=n)
    after = 0.6 * before + 0.8 * rng.normal(size=n) + shift
    latent = np.r_[before, after][:, None] + rng.normal(size=(2 * n, 4)) * 0.8
    latent[n:, 0] += contrary
    steps = np.searchsorted([-1.5, -0.5, 0.5, 1.5], latent)
    return pd.DataFrame(steps, columns=list("abcd")).assign(wave=["before"] * n + ["after"] * n)


def test_mantels_statistic_and_holms_p_are_those_of_r() -> None:
    """survival's clogit: the score test of exact conditional logistic regression."""
    table = pd.read_csv(REFERENCE / "reliability.csv", keep_default_na=False)
    found_by_r = table.set_index(["what", "item"])["value"].sort_index()
    answers = pd.read_csv(REFERENCE / "reliability_answers.csv")
    found = compare_items(answers, ITEMS, group="group", groups=["first", "second"]).set_index(
        "variable"
    )
    z = found["estimate"] / ((found["high"] - found["low"]) / (2 * Z))
    assert np.allclose(z**2, found_by_r["mantel_chi_square"].reindex(ITEMS), 0, 1e-9)
    assert np.allclose(found["p_adjusted"], found_by_r["holm"].reindex(ITEMS), 0, 1e-9)
    assert found["n"].tolist() == [found_by_r["mantel_n", ""]] * 6


def test_the_difference_is_that_of_people_with_the_same_total() -> None:
    """Totals 4 and 6 meet; the person with 9 has nobody to be compared with. (-2 - 1) / 2."""
    answers = pd.DataFrame(
        {"x": [3.0, 4.0, 5.0, 1.0, 3.0], "y": [1.0, 2.0, 4.0, 3.0, 3.0], "g": list("aaabb")}
    )
    found = compare_items(answers, ["x", "y"], group="g", groups=["a", "b"]).set_index("variable")
    assert found["estimate"].tolist() == [-1.5, 1.5]
    assert found["n"].tolist() == [4, 4]


def test_the_differences_of_a_scales_questions_sum_to_nought() -> None:
    answers = pd.read_csv(REFERENCE / "reliability_answers.csv")
    assert compare_items(answers, ITEMS, group="group", groups=["first", "second"])[
        "estimate"
    ].sum() == pytest.approx(0)


def test_a_change_that_all_questions_share_is_not_taken_for_a_change_of_meaning() -> None:
    """200 labs where 40 people rise by .7: some question is flagged in one lab of twenty."""
    rng = np.random.default_rng(11)
    flagged = [
        (compare_items(lab, list("abcd"), group="wave", groups=WAVES)["p_adjusted"] < 0.05).any()
        for lab in (_answers(40, shift=0.7, contrary=0, rng=rng) for _ in range(200))
    ]
    assert sum(flagged) <= 18  # more than this once in a hundred at .05


def test_a_question_that_rises_by_itself_is_found() -> None:
    rng = np.random.default_rng(12)
    labs = (_answers(100, shift=0.4, contrary=1.0, rng=rng) for _ in range(20))
    found = pd.concat(compare_items(lab, list("abcd"), group="wave", groups=WAVES) for lab in labs)
    first = found[found["variable"] == "a"]
    assert (first["p_adjusted"] < 0.05).mean() > 0.9
    assert first["estimate"].mean() > 0.3


def test_one_group_or_one_question_gives_nothing_to_compare() -> None:
    answers = pd.DataFrame({"x": [1.0, 2.0], "y": [2.0, 1.0], "g": ["a", "a"]})
    assert compare_items(answers, ["x", "y"], group="g", groups=["a", "b"]).empty
    assert compare_items(answers.assign(g=["a", "b"]), ["x"], group="g", groups=["a", "b"]).empty
    assert compare_items(answers.assign(y=np.nan), ["x", "y"], group="g", groups=["a", "b"]).empty


def test_totals_that_never_meet_and_answers_all_alike_are_undefined_with_their_n() -> None:
    apart = pd.DataFrame({"x": [1.0, 5.0], "y": [2.0, 5.0], "g": ["a", "b"]})
    found = compare_items(apart, ["x", "y"], group="g", groups=["a", "b"])
    assert found["estimate"].isna().all()
    assert found["n"].tolist() == [0, 0]
    alike = pd.DataFrame({"x": [3.0] * 4, "y": [3.0] * 4, "g": list("aabb")})
    found = compare_items(alike, ["x", "y"], group="g", groups=["a", "b"])
    assert found[["estimate", "p", "p_adjusted"]].isna().all(axis=None)
    assert found["n"].tolist() == [4, 4]


def test_the_first_and_the_last_group_are_compared() -> None:
    answers = pd.DataFrame({"x": [3.0, 5, 9, 1], "y": [1.0, 9, 5, 3], "g": list("abdc")})
    found = compare_items(answers, ["x", "y"], group="g", groups=["a", "b", "c"])
    assert found["estimate"].tolist() == [-2, 2]
    assert compare_items(answers, ["x", "y"], group="g", groups=["a"]).empty
    assert compare_items(answers, ["x", "y"], group="g", groups=[]).empty


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="g missing"):
        compare_items(pd.DataFrame({"x": [1.0]}), ["x"], group="g", groups=["a", "b"])


def test_questions_that_are_answered_unlike_are_counted_per_comparison() -> None:
    answers = pd.read_csv(REFERENCE / "reliability_answers.csv")
    own = compare_items(answers, ITEMS, group="group", groups=["first", "second"])
    nobody = compare_items(answers, ITEMS, group="group", groups=["first", "third"])
    compared = pd.concat([own.assign(comparison="waves"), nobody.assign(comparison="places")])
    assert count_unlike(compared).to_numpy().tolist() == [["waves", 6, 109, 1.0]]
    unknown = count_unlike(compared.assign(p_adjusted=np.nan))
    assert np.isnan(unknown["unlike"].iloc[0])


def test_limits_are_those_of_the_scale_and_so_alike_for_every_city() -> None:
    assert difference_limits(Scale("s", (), "sum", 1, (1.0, 5.0), "", "")) == (-2, 2)
