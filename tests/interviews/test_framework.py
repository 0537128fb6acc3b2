"""The framework matrix: people's summaries, what lies behind them, and what no longer does."""

import pandas as pd

from labtools.interviews.framework import (
    count_cells,
    count_shown,
    find_held,
    make_cells,
    order_cases,
    spread_cells,
)

SUMMARIES = pd.DataFrame(
    [
        ("i1", "home", "Trivs.", "a1;a2"),
        ("i1", "work", "Söker.", "a3"),
        ("i2", "home", "Vill *flytta*.", "a4;gone"),
        ("i2", "work", "Inget sagt.", ""),
        ("i3", "work", "Utan ställen.", ""),
    ],
    columns=["case", "theme", "summary", "segments"],
)
QUOTATIONS = pd.DataFrame(
    [
        ("a1", "i1", "home", "there", "p1", "respondent"),
        ("a2", "i1", "home", "there", "p2", "respondent"),
        ("a3", "i1", "work", "changed", "p1", "respondent"),
        ("a4", "i2", "home", "there", "p3", "respondent"),
        ("a5", "i4", "work", "there", "", "respondent"),
        ("a6", "i4", "home", "there", "", "interviewer"),
    ],
    columns=["segment_id", "source_id", "code", "state", "person_id", "speaker"],
).assign(label="B")
THEMES = {"home": "Hemma", "work": "Arbete"}
CASES = ["i1", "i2", "i3", "i4"]
CELLS = make_cells(SUMMARIES, QUOTATIONS, withdrawn=["gone"], held=["i3"])


def test_a_cell_says_what_became_of_its_summary() -> None:
    """Summarised, coded only, to be read again, held; an interviewer's words make no cell."""
    assert CELLS.set_index(["case", "theme"])["state"].to_dict() == {
        ("i1", "home"): "summarised",
        ("i1", "work"): "to_reread",
        ("i2", "home"): "held",
        ("i2", "work"): "summarised",
        ("i3", "work"): "held",
        ("i4", "work"): "coded",
    }


def test_people_are_counted_in_a_cell_and_what_is_lost() -> None:
    counted = CELLS.set_index(["case", "theme"])[["people", "segments", "lost", "withdrawn"]]
    assert counted.loc[("i1", "home")].tolist() == [2, 2, 0, 0]
    assert counted.loc[("i1", "work")].tolist() == [0, 1, 1, 0]
    assert counted.loc[("i2", "home")].tolist() == [1, 2, 0, 1]
    assert counted.loc[("i4", "work")].tolist() == [1, 0, 0, 0]


def test_a_summary_that_rests_on_withdrawn_words_is_not_shown() -> None:
    """Nor one of a case in which the withdrawn speak, which names no passages."""
    assert CELLS.loc[CELLS["state"] == "held", "summary"].tolist() == ["", ""]


def test_a_segment_that_nobody_knows_counts_as_lost() -> None:
    cells = make_cells(SUMMARIES, QUOTATIONS, withdrawn=[], held=[]).set_index(["case", "theme"])
    assert cells.loc[("i2", "home"), ["state", "lost"]].tolist() == ["to_reread", 1]


def test_summaries_stand_word_for_word_in_the_matrix() -> None:
    """Also signs that would be Markdown; an empty cell is blank; names come from the codebook."""
    cells = make_cells(SUMMARIES, QUOTATIONS.head(4), withdrawn=[], held=[])
    matrix = spread_cells(cells, themes=THEMES, cases=CASES, most_themes=9, language="sv")
    assert list(matrix) == ["case", "Hemma", "Arbete"]
    assert matrix["Hemma"].tolist() == [
        "Trivs.",
        "Vill *flytta*. [läs om: ett av 2 ställen stämmer inte längre]",
        "",
        "",
    ]


def test_what_is_coded_and_not_summarised_is_told_with_its_people() -> None:
    matrix = spread_cells(CELLS, themes=THEMES, cases=CASES, most_themes=9, language="en")
    assert matrix.loc[3, "Arbete"] == "[coded, one person]"
    assert "not shown until somebody has rewritten it" in matrix.loc[1, "Hemma"]


def test_a_long_matrix_is_cut_and_says_of_how_much() -> None:
    matrix = spread_cells(CELLS, themes=THEMES, cases=CASES[:2], most_themes=1, language="sv")
    assert matrix.shape == (2, 2)
    row = count_shown(CELLS, matrix, themes=THEMES, cases=CASES).iloc[0]
    assert row[["cases", "shown", "themes", "columns"]].tolist() == [4, 2, 2, 1]
    assert row[["summarised", "coded", "to_reread", "held"]].tolist() == [2, 1, 1, 2]


def test_the_matrix_in_short_counts_interviews() -> None:
    """Every case is in one state, or empty; a theme without a cell is left out."""
    counted = count_cells(CELLS, themes={**THEMES, "garden": "Odling"}, cases=CASES)
    assert counted["theme"].tolist() == ["Hemma", "Arbete"]
    assert counted["interviews"].tolist() == [2, 1]
    assert counted[["summarised", "coded", "to_reread", "held", "empty"]].sum(axis=1).eq(4).all()


def test_a_case_keeps_the_order_of_the_sources() -> None:
    sources = pd.DataFrame({"source_id": ["i4", "i0", "i1"]})
    assert order_cases(CELLS, sources, QUOTATIONS) == ["i4", "i1"]


def test_the_cases_of_those_who_withdrew_are_found() -> None:
    """Where they speak, and the case that is they."""
    speakers = pd.DataFrame({"source_id": ["i1", "i2"], "person_id": ["P1", "p2"]})
    summaries = pd.DataFrame({"case": ["p1", "i2"]})
    assert find_held(speakers, ["p1"], summaries) == {"i1", "p1"}


def test_a_lab_without_summaries_has_what_is_coded_and_one_without_coding_nothing() -> None:
    cells = make_cells(SUMMARIES.head(0), QUOTATIONS, withdrawn=[], held=[])
    assert set(cells["state"]) == {"coded"}
    nothing = make_cells(SUMMARIES.head(0), QUOTATIONS.head(0), withdrawn=[], held=[])
    assert nothing.empty
    matrix = spread_cells(nothing, themes={}, cases=[], most_themes=9, language="sv")
    assert matrix.empty
    assert count_shown(nothing, matrix, themes={}, cases=[]).empty
    assert count_cells(nothing, themes=THEMES, cases=[]).empty
