"""What a search shows: chosen turns, how a word is spread, what stands around it."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labtools.interviews import lookup

TURNS = pd.DataFrame(
    {
        "source_id": ["i1", "i1", "i1", "i2", "i3"],
        "turn": [1, 2, 4, 1, 1],
        "text": list("abcde"),
        "city": ["norrvik", "norrvik", "norrvik", "umea", "umea"],
        "type": ["interview"] * 5,
        "date": ["2024-09-12", "2024-09-12", "2024-09-12", "2025", ""],
        "speaker": ["interviewer", "respondent", "respondent", "respondent", "respondent"],
    }
)
WORDS = pd.DataFrame({"source_id": ["i1", "i1", "i2"], "turn": [1, 2, 1], "words": [5, 100, 300]})
SOURCES = pd.DataFrame({"source_id": ["i1", "i2"], "wave": ["before", ""]})


def hits(*sources: str) -> pd.DataFrame:
    count = len(sources)
    table = {"source_id": list(sources), "turn": [1] * count, "start": [0] * count}
    return pd.DataFrame(table).astype({"source_id": "str"}).assign(end=1)


def segments(*rows: tuple[str, float, str]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["source_id", "turn", "code"])
    return table.astype({"source_id": "str", "turn": "float64", "code": "str"})


def test_a_turn_has_the_wave_and_year_of_its_source_and_every_theme_once() -> None:
    coded = segments(
        ("i1", 2, "work"), ("i1", 2, "home"), ("i1", 2, "work"), ("i2", math.nan, "home")
    )
    told = lookup.add_filters(TURNS, SOURCES, coded)
    assert told["theme"].tolist() == ["", "home;work", "", "home", ""]
    assert told["wave"].tolist() == ["before", "before", "before", "", ""]
    assert told["year"].tolist() == ["2024", "2024", "2024", "2025", ""]
    assert told["turn"].tolist() == TURNS["turn"].tolist()


def test_a_theme_of_the_whole_source_is_a_theme_of_its_every_turn() -> None:
    told = lookup.add_filters(TURNS, SOURCES, segments(("i1", math.nan, "home")))
    assert told["theme"].tolist() == ["home", "home", "home", "", ""]


def test_without_any_segment_no_turn_has_a_theme() -> None:
    assert set(lookup.add_filters(TURNS, SOURCES, segments())["theme"]) == {""}


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"city": "umea"}, [3, 4]),
        ({"city": "norrvik", "speaker": "respondent"}, [1, 2]),
        ({"city": "norr"}, []),
        ({"date": ""}, [4]),
    ],
)
def test_a_turn_is_kept_where_every_choice_holds(chosen: dict[str, str], kept: list[int]) -> None:
    expected = TURNS.iloc[kept].reset_index(drop=True)
    pd.testing.assert_frame_equal(lookup.keep_turns(TURNS, chosen), expected)


def test_a_hit_is_kept_with_its_turn_not_with_another_turn_of_its_source() -> None:
    found = hits("i1", "i2").assign(turn=[2, 1]).astype({"source_id": "category"})
    kept = lookup.keep_hits(found, TURNS[TURNS["turn"] == 1])
    assert kept["source_id"].tolist() == ["i2"]


def test_a_source_without_the_word_is_counted_and_one_without_words_has_no_rate() -> None:
    own = TURNS[TURNS["speaker"] == "respondent"]
    use = lookup.count_by_source(hits("i1", "i1"), own, WORDS).set_index("source_id")
    assert use["hits"].to_dict() == {"i1": 2, "i2": 0, "i3": 0}
    assert use["words"].to_dict() == {"i1": 100, "i2": 300, "i3": 0}
    assert use["rate"].tolist()[:2] == [20.0, 0.0]
    assert math.isnan(use["rate"]["i3"])


def test_the_summary_counts_the_sources_that_have_words() -> None:
    """All in the first of two sources, a quarter of the words: DP 3/4, DPnorm (3/4)/(1 − 1/4)."""
    own = TURNS[TURNS["speaker"] == "respondent"]
    row = lookup.summarize_use(lookup.count_by_source(hits("i1", "i1"), own, WORDS)).iloc[0]
    assert row[["hits", "sources", "n", "rate"]].tolist() == [2, 1, 2, 10.0]
    assert row["dp_norm"] == pytest.approx(1.0)


def test_where_nobody_says_a_word_there_is_no_summary() -> None:
    nobody = TURNS.head(0)
    assert lookup.summarize_use(lookup.count_by_source(hits(), nobody, WORDS)).empty


@given(st.lists(st.sampled_from(["i1", "i2"]), max_size=20))
def test_no_hit_is_lost_between_the_sources(sources: list[str]) -> None:
    use = lookup.count_by_source(hits(*sources), TURNS, WORDS)
    assert use["hits"].sum() == len(sources)
    assert use["source_id"].tolist() == ["i1", "i2", "i3"]


@pytest.mark.parametrize(
    ("turn", "around", "near"), [(2, 1, [1, 2, 4]), (1, 1, [1, 2]), (4, 9, [1, 2, 4]), (4, 0, [4])]
)
def test_what_is_around_a_turn_stays_in_its_source(turn: int, around: int, near: list[int]) -> None:
    found = lookup.find_around(TURNS, "i1", turn, around=around)
    assert found["turn"].tolist() == near
    assert found[found["is_hit"]]["turn"].tolist() == [turn]
    assert set(found["source_id"]) == {"i1"}


def test_the_words_of_all_lines_stand_below_each_other() -> None:
    lines = pd.DataFrame(
        {
            "source_id": ["i1", "norrvik-9"],
            "turn": [1, 12],
            "left": ["", "… min "],
            "node": ["granne", "granne"],
            "right": [" är här", "."],
        }
    )
    told = lookup.format_lines(lines, width=20)
    assert {line.index("granne") for line in told} == {len("norrvik-9 12") + 1 + 22 + 2}
    assert told[1].startswith("norrvik-9\N{NO-BREAK SPACE}12")
    assert lookup.format_lines(lines.head(0), width=20) == []
