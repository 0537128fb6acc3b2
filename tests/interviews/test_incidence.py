"""Which codes were heard in which interviews."""

import pandas as pd
import pytest

from labtools.interviews.incidence import (
    Coded,
    count_frequencies,
    describe_coding,
    fill_groups,
    find_coded,
)

SOURCES = pd.DataFrame(
    {
        "source_id": ["i1", "i2", "g1", "w1"],
        "city": ["norrvik", "norrvik", "ekhamra", "ekhamra"],
        "type": ["interview", "interview", "group_interview", "workshop"],
        "date": ["2024-02-01", "", "2024-01-01", "2024-03-01"],
    }
)
PEOPLE = pd.DataFrame(
    {
        "person_id": ["p1", "p2", "p3"],
        "role": ["participant", "participant", "staff"],
        "age_band": ["16-24", "", "25-44"],
        "gender": ["woman", "man", "man"],
    }
)
TURNS = pd.DataFrame(
    [
        ("i1", 1, "", "interviewer"),
        ("i1", 2, "p1", "respondent"),
        ("i2", 1, "", "respondent"),
        ("g1", 1, "p2", "interpreter"),
        ("g1", 2, "p3", "respondent"),
        ("w1", 1, "p1", "respondent"),
    ],
    columns=["source_id", "turn", "person_id", "speaker"],
)
CODERS = pd.DataFrame({"coder": ["AL", "BN", "list"], "kind": ["human", "human", "model"]})
SEGMENTS = pd.DataFrame(
    [
        ("i1", 2, "work", "AL"),
        ("i1", 2, "work", "BN"),
        ("i1", None, "home", "BN"),
        ("i2", 1, "work", "AL"),
        ("g1", 1, "work", "AL"),
        ("g1", 2, "home", "AL"),
        ("g1", 2, "money", "list"),
        ("w1", 1, "money", "AL"),
    ],
    columns=["source_id", "turn", "code", "coder"],
)


def _find(segments: pd.DataFrame = SEGMENTS, **more: object) -> Coded:
    return find_coded(segments, TURNS, sources=SOURCES, coders=CODERS, people=PEOPLE, **more)  # type: ignore[arg-type]


def test_a_code_is_said_once_by_its_person_whoever_set_it() -> None:
    """Two coders, an interpreter, a whole source with one person, and nobody known."""
    said = _find().said
    rows = list(zip(said["source_id"], said["code"], said["person_id"], strict=True))
    assert rows == [
        ("i1", "work", "p1"),
        ("i1", "home", "p1"),
        ("i2", "work", ""),
        ("g1", "work", "p2"),
        ("g1", "home", "p3"),
    ]


def test_what_a_model_marked_and_other_kinds_of_source_count_only_if_asked_for() -> None:
    assert "money" not in set(_find().said["code"])
    wider = _find(types=["workshop"])
    assert wider.said[["source_id", "code"]].to_numpy().tolist() == [["w1", "money"]]


def test_interviews_are_counted_and_a_group_is_one() -> None:
    counted = count_frequencies(_find(), by=[]).iloc[0]
    assert counted.to_dict() == {
        "n": 3, "codes_found": 2, "in_one": 0, "in_two": 1, "incidences": 5
    }  # fmt: skip


def test_in_a_role_counts_what_was_said_in_the_role() -> None:
    """The participant of the group said nothing of home; who is not known is in no role."""
    counted = count_frequencies(_find(), by=["role"]).set_index("role")
    assert counted.loc["participant"].tolist() == [2, 2, 1, 1, 3]
    assert counted.loc["staff"].tolist() == [1, 1, 1, 0, 1]


def test_a_role_that_was_heard_but_never_coded_has_no_code() -> None:
    counted = count_frequencies(_find(SEGMENTS[SEGMENTS["code"] == "work"]), by=["role"])
    assert counted.set_index("role").loc["staff"].tolist() == [1, 0, 0, 0, 0]


def test_a_city_without_a_coded_interview_is_shown_with_noughts() -> None:
    cities = ["asfors", "norrvik", "ekhamra"]
    counted = count_frequencies(_find(), by=["city"])
    filled = fill_groups(counted, "city", order=cities)
    assert filled["city"].tolist() == cities
    assert filled.iloc[0].tolist() == ["asfors", 0, 0, 0, 0, 0]
    assert filled["n"].tolist() == [0, 2, 1]
    assert fill_groups(counted.iloc[:0], "city", order=cities).empty


def test_without_a_segment_every_table_is_empty() -> None:
    coded = _find(SEGMENTS.iloc[:0])
    assert coded.said.empty
    assert coded.heard.empty
    assert count_frequencies(coded, by=["city"]).empty
    assert describe_coding(coded, pd.DataFrame({"code": [], "parent": []}), SOURCES).empty


def test_codes_that_nobody_set_are_unused_unless_they_group_others() -> None:
    codebook = pd.DataFrame(
        {"code": ["all", "work", "home", "money"], "parent": ["", "all", "all", "all"]}
    )
    told = describe_coding(_find(), codebook, SOURCES).iloc[0]
    assert told.to_dict() == {
        "interviews": 3, "all_interviews": 3, "people": 3, "codes": 2, "unused": 1
    }  # fmt: skip


def test_a_table_without_a_column_is_named() -> None:
    with pytest.raises(KeyError, match="coder missing"):
        _find(SEGMENTS.drop(columns="coder"))
