"""Who is independent of whom: a person interviewed twice counts once."""

import numpy as np
import pandas as pd
import pytest

from labtools.interviews import units
from labtools.interviews.collocations import count_pairs
from labtools.interviews.counts import count_words
from labtools.interviews.frequencies import estimate_rates
from labtools.interviews.permutation import permute_keyness


def _said(*rows: tuple[str, str, str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turns and tokens of rows (source, city, person, words)."""
    turns = pd.DataFrame(rows, columns=["source_id", "city", "person_id", "words"])
    turns["turn"] = turns.groupby("source_id").cumcount() + 1
    tokens = turns.loc[turns.index.repeat(turns["words"]), ["source_id", "turn"]]
    return turns.drop(columns="words"), tokens.assign(lemma="hus").reset_index(drop=True)


def _units(*rows: tuple[str, str, str, int]) -> list[str]:
    return units.find_units(*_said(*rows))["unit"].tolist()


def test_two_interviews_with_one_person_are_one_unit() -> None:
    rows = [("i1", "norrvik", "p1", 5), ("i2", "norrvik", "p2", 5), ("i3", "norrvik", "p1", 9)]
    assert _units(*rows) == ["i1 + i3", "i2", "i1 + i3"]


def test_a_group_in_which_nobody_says_more_than_half_is_a_unit_of_its_own() -> None:
    alone = ("i1", "norrvik", "p1", 5)
    half = [("g1", "norrvik", "p1", 4), ("g1", "norrvik", "p2", 4)]
    assert _units(alone, *half) == ["i1", "g1"]
    more = [("g1", "norrvik", "p1", 5), ("g1", "norrvik", "p2", 4)]
    assert _units(alone, *more) == ["i1 + g1", "i1 + g1"]


def test_a_person_heard_in_two_cities_is_two_units() -> None:
    assert _units(("i1", "norrvik", "p1", 5), ("i2", "sundby", "p1", 5)) == ["i1", "i2"]


def test_people_who_are_not_known_are_never_taken_for_the_same() -> None:
    assert _units(("i1", "norrvik", "", 5), ("i2", "norrvik", "", 5)) == ["i1", "i2"]
    assert _units(("i1", "norrvik", "p1", 4), ("i1", "norrvik", "", 6)) == ["i1"]


def test_an_interview_without_words_has_no_unit() -> None:
    assert _units(("i1", "norrvik", "p1", 5), ("i2", "norrvik", "p1", 0)) == ["i1"]
    assert units.summarize(units.find_units(*_said())).empty


def test_the_interviews_of_a_unit_are_added_up() -> None:
    turns, tokens = _said(
        ("i1", "norrvik", "p1", 2), ("i2", "norrvik", "p2", 1), ("i3", "norrvik", "p1", 6)
    )
    found = units.find_units(turns, tokens)
    counts = count_words(units.join_interviews(tokens, found))
    assert dict(zip(counts.sources, counts.totals, strict=True)) == {"i1 + i3": 8, "i2": 1}
    assert units.summarize(found).to_numpy().tolist() == [[3, 2, 1]]
    table = units.count_cities(found, tokens, order=["lund", "norrvik"])
    assert table.to_numpy().tolist() == [["lund", 0, 0, 0], ["norrvik", 3, 2, 9]]


def test_the_last_turn_of_an_interview_and_the_first_of_the_next_stay_two() -> None:
    tokens = pd.DataFrame({"source_id": ["i1", "i1", "i2"], "turn": 1, "lemma": ["a", "b", "c"]})
    joined = units.join_interviews(tokens, pd.DataFrame({"source_id": ["i1", "i2"], "unit": "p"}))
    pairs = count_pairs(joined, "lemma", window=4, order="either")
    assert pairs[["first", "second", "interviews"]].to_numpy().tolist() == [["a", "b", 1]]


def test_a_source_without_a_unit_is_named() -> None:
    turns, tokens = _said(("i1", "norrvik", "p1", 2), ("i2", "norrvik", "p2", 1))
    found = units.find_units(turns, tokens).head(1)
    with pytest.raises(ValueError, match="every source must have a unit; i2 has none"):
        units.join_interviews(tokens, found)


def _everyone_twice(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tokens and units: 30 people, 15 in each city, whose rates of 1,000 words are their own.

    Nobody says any word more in one city; the mean rate of each is 1 in 1,000.
    """
    rates = 0.001 * rng.gamma(1.0, 1.0, size=(30, 1000))
    lengths = rng.integers(1_000, 8_000, size=(2, 30, 1))
    said = rng.poisson(lengths * rates).reshape(60, 1000)
    person = np.tile(np.arange(30), 2)
    turns = pd.DataFrame(
        {
            "source_id": [f"i{number:02}" for number in range(60)],
            "turn": 1,
            "city": np.where(person < 15, "norrvik", "sundby"),
            "person_id": [f"p{number}" for number in person],
        }
    )
    source, word = np.nonzero(said)
    tokens = turns.loc[source, ["source_id", "turn"]].assign(lemma=word)
    tokens = tokens.iloc[np.repeat(np.arange(len(tokens)), said[source, word])]
    return tokens.astype({"source_id": "category"}), units.find_units(turns, tokens)


def test_with_everyone_interviewed_twice_units_keep_the_level_that_interviews_do_not() -> None:
    """Interviews reject a true null in more than 8 of 100 cases at 5 %, units in 3 to 7."""
    rng = np.random.default_rng(30)
    tokens, found = _everyone_twice(rng)
    here = found[found["city"] == "norrvik"]

    def reject(words: pd.DataFrame, rows: pd.Series) -> pd.Series:
        tested = permute_keyness(count_words(words), set(rows), draws=999, rng=rng)
        return (tested[["p", "p_ranks"]] <= 0.05).mean()

    assert (reject(tokens, here["source_id"]) > 0.08).all()
    joined = units.join_interviews(tokens, found)
    assert reject(joined, here["unit"]).between(0.03, 0.07).all()


def test_with_everyone_interviewed_twice_only_units_give_intervals_that_hold_the_truth() -> None:
    rng = np.random.default_rng(31)
    tokens, found = _everyone_twice(rng)

    def cover(words: pd.DataFrame) -> float:
        rates = estimate_rates(words, "lemma", leave_out=(), rng=rng, most=1000)
        return float(((rates["low"] <= 1) & (rates["high"] >= 1)).mean())

    assert cover(tokens) < 0.9
    assert 0.92 <= cover(units.join_interviews(tokens, found)) <= 0.98
