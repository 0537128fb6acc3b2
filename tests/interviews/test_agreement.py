"""Agreement between coders: published values, other implementations, and what it refuses."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from labtools.intervals import t_interval
from labtools.interviews.agreement import (
    choose_sentence,
    count_agreement,
    estimate_agreement,
    estimate_overall,
    find_rare,
    keep_comparable,
)
from labtools.interviews.coding_units import CodingUnits, find_units, keep_human, resample
from labtools.interviews.overlap import measure_overlap
from labtools.words import say

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: twelve units, four
# coders; 0 where a coder has not read the unit.
KRIPPENDORFF = ("123321412000", "123322412503", "033323422510", "123324412510")


def _units(ratings: pd.DataFrame, **options: int) -> CodingUnits:
    """Units from one row per coder, source and turn with `value` (1: marked) and `code`."""
    read = ratings[["source_id", "coder"]].drop_duplicates().assign(turn=np.nan, code="read")
    marked = ratings.loc[ratings["value"] == 1, ["source_id", "coder", "turn", "code"]]
    turns = ratings[["source_id", "turn"]].drop_duplicates()
    segments = pd.concat([read, marked.astype({"turn": "float64"})])
    return find_units(segments, turns, least_coders=2, order=[], **options)


def _estimate(units: CodingUnits, *, least_turns: int = 1) -> pd.DataFrame:
    found = estimate_agreement(
        units,
        approach="codebook",
        least_turns=least_turns,
        draws=50,
        rng=np.random.default_rng(1),
    )
    return found.pivot(index="code", columns="measure", values="estimate")


def _two_coders(cells: tuple[int, int, int, int]) -> CodingUnits:
    """Turns that both marked, only the first, only the second, and neither."""
    rows = [
        ("s", turn, coder, value, "a")
        for turn, pair in enumerate(np.repeat([(1, 1), (1, 0), (0, 1), (0, 0)], cells, axis=0))
        for coder, value in zip("xy", pair, strict=True)
    ]
    return _units(pd.DataFrame(rows, columns=["source_id", "turn", "coder", "value", "code"]))


def test_alpha_of_all_codes_matches_krippendorff_2011() -> None:
    """Four coders, twelve units, five categories, missing readings: .743."""
    rows = [
        (f"u{unit}", 1.0, coder, code)
        for coder, codes in zip("abcd", KRIPPENDORFF, strict=True)
        for unit, code in enumerate(codes)
        if code != "0"
    ]
    segments = pd.DataFrame(rows, columns=["source_id", "turn", "coder", "code"])
    turns = segments[["source_id", "turn"]].drop_duplicates()
    units = find_units(segments, turns, least_coders=2, order=[])
    overall = estimate_overall(units, draws=50, rng=np.random.default_rng(1)).iloc[0]
    assert round(overall["estimate"], 3) == 0.743
    assert overall["n"] == 11  # the twelfth was read by one coder alone


def test_the_paradox_of_a_common_code_in_closed_form() -> None:
    """118 of 125 turns marked by both, 5 and 2 by one: 94 % agree, alpha says worse than chance.

    AC1 by Gwet's definition; alpha is Scott's pi but for the factor of small samples.
    """
    found = _estimate(_two_coders((118, 5, 2, 0))).loc["a"]
    agreed, prevalence = 118 / 125, 243 / 250
    chance = 2 * prevalence * (1 - prevalence)
    assert found["ac1"] == pytest.approx((agreed - chance) / (1 - chance))
    assert found["alpha"] == pytest.approx(1 - (1 - agreed) / chance * 249 / 250)
    assert found["alpha"] < 0 < 0.9 < found["ac1"]


def test_three_coders_with_missing_sources_match_r() -> None:
    """tests/reference/agreement.R: pairs and coincidences in base R."""
    units = _units(pd.read_csv(REFERENCE / "agreement_ratings.csv"))
    expected = pd.read_csv(REFERENCE / "agreement.csv").set_index("code")
    found = _estimate(units)
    for measure in ("alpha", "ac1"):
        assert found[measure].to_dict() == pytest.approx(expected[measure].to_dict(), abs=1e-12)
    assert units.turns.sum() == 48


def test_alpha_of_a_code_matches_nltk() -> None:
    """AnnotationTask on the same decisions."""
    ratings = pd.read_csv(REFERENCE / "agreement_ratings.csv")
    found = _estimate(_units(ratings))["alpha"]
    for code, of in ratings.groupby("code"):
        rows = of[["coder", "source_id", "turn", "value"]].itertuples(index=False)
        task = AnnotationTask(
            [(coder, f"{source}/{turn}", value) for coder, source, turn, value in rows]
        )
        assert found[code] == pytest.approx(task.alpha(), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.integers(0, 9)] * 4).filter(lambda cells: sum(cells[:3]) > 0))
def test_coders_may_change_places(cells: tuple[int, int, int, int]) -> None:
    """Neither measure knows who is first; full agreement is 1 wherever it can be told."""
    both, first, second, neither = cells
    one = _estimate(_two_coders(cells)).loc["a"]
    other = _estimate(_two_coders((both, second, first, neither))).loc["a"]
    assert one.to_list() == pytest.approx(other.to_list(), nan_ok=True)
    assert one["ac1"] <= 1
    if first == second == 0:
        assert one["ac1"] == 1
        assert one["alpha"] == 1 or (neither == 0 and math.isnan(one["alpha"]))


def test_a_code_in_too_few_turns_is_not_estimable() -> None:
    """NaN with its n, and named; a figure keeps its line."""
    found = estimate_agreement(
        _two_coders((1, 1, 0, 20)),
        approach="codebook",
        least_turns=3,
        draws=50,
        rng=np.random.default_rng(1),
    )
    assert found["estimate"].isna().all()
    assert found["n"].tolist() == [22, 22]
    assert found["marked"].tolist() == [2, 2]
    rare = find_rare(found, {"a": "Arbete"})
    assert "en kod är märkt i för få repliker: Arbete." in say("codes_rare", rare, language="sv")


def test_a_reflexive_lab_is_refused_with_the_reason() -> None:
    units = _two_coders((5, 1, 1, 5))
    with pytest.raises(ValueError, match="found reflexive, for which another reading is no error"):
        estimate_agreement(
            units, approach="reflexive", least_turns=1, draws=9, rng=np.random.default_rng(1)
        )


def test_the_page_of_a_reflexive_lab_says_why() -> None:
    segments = pd.DataFrame({"source_id": "s", "turn": 1.0, "code": "a", "coder": ["x", "y"]})
    turns = segments[["source_id", "turn"]].drop_duplicates()
    kept = keep_comparable(segments, approach="reflexive")
    units = find_units(kept, turns, least_coders=2, order=[])
    rng = np.random.default_rng(1)
    overall = estimate_overall(units, draws=9, rng=rng)
    told = say(choose_sentence("reflexive"), overall, language="en")
    assert "is no error. So no agreement is computed" in told
    nothing = estimate_agreement(units, approach="reflexive", least_turns=1, draws=9, rng=rng)
    assert nothing.empty
    assert keep_comparable(segments, approach="codebook").equals(segments)


def test_what_only_one_coder_has_read_is_missing_not_a_no() -> None:
    """The second source, read by one coder, changes nothing."""
    rows = [("s1", 1, "x", 1), ("s1", 1, "y", 1), ("s1", 2, "x", 0), ("s1", 2, "y", 0)]
    ratings = pd.DataFrame(rows, columns=["source_id", "turn", "coder", "value"]).assign(code="a")
    more = pd.DataFrame({"source_id": "s2", "turn": [1, 2], "coder": "x", "value": 1, "code": "a"})
    alone, with_more = _units(ratings), _units(pd.concat([ratings, more]))
    assert list(with_more.sources) == ["s1"]
    assert _estimate(alone).equals(_estimate(with_more))


def test_one_model_among_the_coders_is_left_out() -> None:
    coders = pd.DataFrame({"coder": ["x", "m"], "kind": ["human", "model"]})
    segments = pd.DataFrame({"coder": ["x", "m", "nobody"], "code": "a"})
    assert keep_human(segments, coders)["coder"].tolist() == ["x"]


def test_fewer_than_five_sources_have_no_interval() -> None:
    def mean(weights: np.ndarray) -> np.ndarray:
        return (weights @ np.arange(weights.shape[1]) / weights.sum(axis=1))[:, None]

    rng = np.random.default_rng(1)
    few, more = (resample(mean, n, draws=200, rng=rng, level=0.9) for n in (4, 5))
    assert np.isnan([few["low"], few["high"]]).all()
    assert few["estimate"] == 1.5
    assert more["low"] < more["estimate"] < more["high"]


def test_the_interval_of_a_mean_of_few_sources_is_about_students() -> None:
    """Eight sources: plain percentiles would be a sixth too narrow."""
    values = np.arange(8.0)

    def mean(weights: np.ndarray) -> np.ndarray:
        return (weights @ values / weights.sum(axis=1))[:, None]

    found = resample(mean, 8, draws=40_000, rng=np.random.default_rng(1), level=0.95)
    low, high = t_interval(values.mean(), values.std(ddof=1) / np.sqrt(8), 7)
    assert found["high"][0] - found["low"][0] == pytest.approx(float(high - low), rel=0.04)


def test_prevalence_is_told_for_each_coder_of_what_that_coder_read() -> None:
    ratings = pd.DataFrame(
        [("s", turn, coder, int(turn < most), "a") for turn in range(4) for coder, most in
         (("x", 2), ("y", 1))],
        columns=["source_id", "turn", "coder", "value", "code"],
    )  # fmt: skip
    nothing = pd.DataFrame(columns=["code", "estimate", "n"])
    row = count_agreement(_units(ratings), nothing, language="en").iloc[0]
    assert row["prevalence"] == "x 50%, y 25%"
    assert row["share_agreed"] == 0.75
    assert [row["marked"], row["alike"]] == [2, 0]


SEGMENTS = pd.DataFrame(
    [
        ("s1", 1.0, 0.0, 6.0, "", "a", "x"),
        ("s1", 1.0, 2.0, 4.0, "", "a", "y"),
        ("s1", 1.0, 4.0, 8.0, "", "a", "y"),
        ("s2", 1.0, np.nan, np.nan, "cde", "a", "x"),
        ("s2", 1.0, 2.0, 5.0, "", "a", "y"),
        ("s2", 1.0, 0.0, 2.0, "", "b", "y"),
        ("s3", 1.0, np.nan, np.nan, "not there", "a", "x"),
        ("s3", 1.0, 0.0, 2.0, "", "a", "y"),
    ],
    columns=["source_id", "turn", "start", "end", "quote", "code", "coder"],
)
TEXTS = pd.DataFrame({"source_id": ["s1", "s2", "s3"], "turn": 1, "text": "abcdefgh"})


def test_boundaries_are_the_characters_marked_by_both_of_those_marked_by_either() -> None:
    """4 of 8 in one turn; all of 3 in the other, one found by its words; what is lost is left out.

    Two segments of one coder are joined.
    """
    found = measure_overlap(SEGMENTS, TEXTS, draws=9, rng=np.random.default_rng(1))
    assert found[["code", "estimate", "n"]].to_numpy().tolist() == [["a", 0.75, 2]]


def test_no_turn_coded_alike_has_no_overlap() -> None:
    alone = SEGMENTS[SEGMENTS["coder"] == "x"]
    assert measure_overlap(alone, TEXTS, draws=9, rng=np.random.default_rng(1)).empty
    nobody = measure_overlap(SEGMENTS.head(0), TEXTS, draws=9, rng=np.random.default_rng(1))
    assert nobody.empty
