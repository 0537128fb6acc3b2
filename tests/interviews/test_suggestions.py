"""The words of the codebook as suggestions, held against human coding."""

import numpy as np
import pandas as pd
import pytest

from labtools.interviews.suggestions import (
    CODER,
    list_words,
    measure_suggestions,
    suggest_turns,
    summarize_suggestions,
)
from labtools.interviews.tokens import tokenize

CODEBOOK = pd.DataFrame(
    {"code": ["work", "home", "all"], "words": ["jobben;arbete", "hemma;flytta hem;Hemma", ""]}
)
TURNS = pd.DataFrame(
    [
        ("s1", 1, "Jag fick ett jobb, mitt första arbete."),
        ("s1", 2, "Det är bra hemma."),
        ("s1", 3, "Jobbet ligger nära."),
        ("s1", 4, "Jag vet inte."),
        ("s2", 1, "Ett jobb till."),
    ],
    columns=["source_id", "turn", "text"],
)
CODED = pd.DataFrame(
    [("s1", 1.0, "work", "x"), ("s1", 1.0, "work", "y"), ("s1", 4.0, "work", "x"),
     ("s1", 4.0, "home", "y")],
    columns=["source_id", "turn", "code", "coder"],
)  # fmt: skip
WORDS = list_words(CODEBOOK, language="sv")
SUGGESTED = suggest_turns(tokenize(TURNS, language="sv"), WORDS)


def _measure(coded: pd.DataFrame) -> pd.DataFrame:
    return measure_suggestions(
        SUGGESTED, coded, TURNS, order=["work", "home"], draws=20, rng=np.random.default_rng(1)
    )


def test_words_are_looked_for_in_their_dictionary_form_once() -> None:
    """Several words in a row have none."""
    assert WORDS.to_numpy().tolist() == [["work", "jobb"], ["work", "arbete"], ["home", "hemma"]]


def test_a_turn_is_suggested_once_per_code_with_the_words_that_did() -> None:
    rows = SUGGESTED[["source_id", "turn", "code", "lemma"]].to_numpy().tolist()
    assert rows == [
        ["s1", 1.0, "work", "arbete;jobb"],
        ["s1", 2.0, "home", "hemma"],
        ["s1", 3.0, "work", "jobb"],
        ["s2", 1.0, "work", "jobb"],
    ]


def test_a_suggestion_is_never_a_coder_that_a_lab_can_have() -> None:
    """An id of coders.csv has no space."""
    assert set(SUGGESTED["coder"]) == {CODER}
    assert " " in CODER


def test_precision_and_recall_are_counted_in_turns_of_sources_that_people_coded() -> None:
    """work: 1 of 2 suggested, 1 of 2 coded; home: none of 1 and none of 1. s2 nobody has coded."""
    found = _measure(CODED)
    assert found[["code", "measure", "estimate", "n"]].to_numpy().tolist() == [
        ["work", "precision", 0.5, 2],
        ["work", "recall", 0.5, 2],
        ["home", "precision", 0.0, 1],
        ["home", "recall", 0.0, 1],
    ]
    assert summarize_suggestions(found).iloc[0].to_dict() == {"suggested": 3, "coded": 3, "hits": 1}


def test_what_nobody_coded_has_a_precision_of_nothing_and_no_recall() -> None:
    """Undefined is NaN with its n, not zero."""
    found = _measure(CODED[CODED["code"] == "home"]).set_index(["code", "measure"])
    assert found.loc[("work", "precision"), ["estimate", "n"]].tolist() == [0, 2]
    assert np.isnan(found.loc[("work", "recall"), "estimate"])
    assert found.loc[("work", "recall"), "n"] == 0


def test_without_human_coding_there_is_nothing_to_measure_by() -> None:
    found = _measure(CODED.head(0))
    assert found.empty
    assert summarize_suggestions(found).empty


def test_a_codebook_without_words_suggests_nothing() -> None:
    words = list_words(CODEBOOK[["code"]], language="sv")
    assert suggest_turns(tokenize(TURNS, language="sv"), words).empty


def test_tokens_without_lemmas_are_refused() -> None:
    with pytest.raises(KeyError, match="lemma missing"):
        suggest_turns(TURNS, WORDS)
