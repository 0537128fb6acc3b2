"""The declaration of a sample: what it makes of the columns, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from labtools.surveys.design import declare_design

NAMES = {"strata": "area", "cluster": "stairwell", "weight": "weight", "fpc": "stairwells"}


def _people() -> pd.DataFrame:
    """Two areas with stairwells A and B each, which are four; of two and of five there are."""
    return pd.DataFrame(
        {
            "area": ["high", "high", "high", "low", "low"],
            "stairwell": ["A", "B", "B", "A", "B"],
            "weight": [1.0, 2.0, 1.0, 3.0, 3.0],
            "stairwells": [2.0, 2.0, 2.0, 5.0, 5.0],
        }
    )


def test_clusters_of_the_same_name_in_two_strata_are_two() -> None:
    declared = declare_design(_people(), NAMES)
    assert declared.drawn.tolist() == [2, 2]
    assert declared.clusters.tolist() == [0, 1, 1, 2, 3]
    assert declared.strata.tolist() == [0, 0, 1, 1]
    assert declared.sizes.tolist() == [1, 2, 1, 1]
    assert declared.sampled.tolist() == [1.0, 0.4]


def test_without_a_declaration_each_person_is_drawn_alone_from_many() -> None:
    declared = declare_design(_people(), {})
    assert declared.weights.tolist() == [1.0] * 5
    assert declared.drawn.tolist() == [5]
    assert declared.sampled.tolist() == [0.0]


@pytest.mark.parametrize(
    ("column", "cells", "message"),
    [
        (
            "weight",
            [1, 1, 1, 1, 0],
            "must be a number above 0; 1 of 5 are not, the first of them 0",
        ),
        ("weight", [1, 1, 1, -2, 1], "the first of them -2"),
        ("weight", [1, np.nan, 1, 1, 1], "the first of them nan"),
        ("area", ["high", None, None, "low", "low"], r"must have a strata \(area\); 2 have none"),
        (
            "stairwell",
            [None, "A", "B", "A", "B"],
            r"must have a cluster \(stairwell\); 1 have none",
        ),
        ("stairwell", ["A", "A", "A", "A", "B"], "area high must hold two clusters or more"),
        ("stairwells", [2, 2, 3, 5, 5], "one number for all in a stratum; .* varies in high"),
        ("stairwells", [2, 2, 2, np.nan, np.nan], "it is missing or varies in low"),
        ("stairwells", [2, 2, 2, 1, 1], "in low it is 1, of which 2 were drawn"),
    ],
)
def test_a_fault_in_the_design_is_told_in_a_sentence(
    column: str, cells: list[object], message: str
) -> None:
    people = _people().assign(**{column: cells})
    with pytest.raises(ValueError, match=message.replace("area high", "stratum high")):
        declare_design(people, NAMES)


@pytest.mark.parametrize("part", ["second_stage", "replicates"])
def test_what_is_not_supported_is_an_error_and_not_a_wrong_number(part: str) -> None:
    with pytest.raises(ValueError, match=f"a design has strata, .* fpc; found {part}"):
        declare_design(_people(), NAMES | {part: "weight"})


def test_a_whole_sample_in_one_cluster_is_an_error_unless_there_is_no_other() -> None:
    alone = _people().assign(stairwell="A", stairwells=1)
    with pytest.raises(ValueError, match="the sample must hold two clusters or more; it has one"):
        declare_design(alone, {"cluster": "stairwell"})
    declared = declare_design(alone, {"cluster": "stairwell", "fpc": "stairwells"})
    assert declared.sampled.tolist() == [1.0]


@pytest.mark.parametrize("people", [0, 1])
def test_nobody_and_one_answer_can_be_declared(people: int) -> None:
    assert len(declare_design(_people().head(people), NAMES).weights) == people
